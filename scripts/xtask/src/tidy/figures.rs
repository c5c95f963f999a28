//! Numbers in pages equal the measurements that they come from.

use std::process::Command;

use crate::{tree::Tree, violation::Violation};

const SCRIPT: &str = "scripts/lib/figures.py";

pub const EXPLANATION: &str = "
numbers between the markers of a page equal what the measurements of the repository give.

Tables between `<!-- NAME: written by … -->` and `<!-- /NAME -->` are rendered from JSON files in
`docs/figures`. `scripts/lib/figures.py --check` renders them again and compares, but for line breaks.
A number that was changed by hand is a claim without a measurement: change the renderer or measure
again, with the command that the marker names. Without Python this rule checks nothing.
";

/// Renders the figures again and compares.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut python = Command::new("python3");
    python.args(["-B", SCRIPT, "--check"]).current_dir(tree.join("."));
    match python.output() {
        Err(_) => Vec::new(),
        Ok(output) if output.status.success() => Vec::new(),
        Ok(output) => {
            let found = read(&String::from_utf8_lossy(&output.stdout));
            if !found.is_empty() {
                return found;
            }
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            let last = errors.lines().last().unwrap_or("it says nothing");
            vec![Violation::at(SCRIPT, 0, format!("the figures cannot be rendered: {last}"))]
        }
    }
}

/// Reads lines `PATH:LINE: MESSAGE`.
fn read(output: &str) -> Vec<Violation> {
    let read = |line: &str| {
        let (path, rest) = line.split_once(':')?;
        let (number, message) = rest.split_once(": ")?;
        let number: usize = number.parse().ok()?;
        Some(Violation::at(path, number.checked_sub(1)?, message))
    };
    output.lines().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_other_lines_are_not() {
        let found = read("hello: world\nREADME.md:7: it differs: mend it\nREADME.md:0: x\n");
        assert_eq!(found, [Violation::at("README.md", 6, "it differs: mend it")]);
    }
}
