//! Summaries that begin with a verb or name the thing.

use crate::{fault::Fault, tree::File};

const CLAUSES: [&str; 9] =
    ["What", "Whether", "How", "Who", "Whose", "Why", "Where", "That", "Which"];

/// Finds summaries that are noun clauses: "Whether a ReLU is fused" should read "Returns `true` if
/// a ReLU is fused".
pub fn check(files: &[File]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in files {
        let mut before = None;
        for (number, line) in file.text.lines().enumerate() {
            let text = doc(line);
            if let Some(text) = text.filter(|_| before.is_none()) {
                let first = text.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
                if CLAUSES.contains(&first) {
                    let message = format!(
                        "a summary that begins with \"{first}\": begin with a verb, or name the thing"
                    );
                    faults.push(Fault::at(&file.path, number, message));
                }
            }
            before = text;
        }
    }
    faults
}

fn doc(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let text = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))?;
    Some(text.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_found_in_first_lines_alone() {
        let text = "/// Whether it is.\nfn a() {}\n/// Returns it.\n/// What follows is prose.\nfn b() {}\n";
        let faults = check(&[File { path: "a.rs".into(), text: text.into() }]);
        assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [1]);
    }
}
