//! Summaries that begin with a verb or name the thing.

use crate::{
    tree::{File, Tree},
    violation::Violation,
};

const CLAUSES: [&str; 9] =
    ["What", "Whether", "How", "Who", "Whose", "Why", "Where", "That", "Which"];

pub const EXPLANATION: &str = "
the first line of a doc comment begins with a verb or names the thing.

A reader of an index sees the first lines alone. \"Returns `true` if a ReLU is fused into its
consumer\" says what the function does; \"Whether a ReLU is\" needs the rest of the file. Functions
begin with a verb in the third person (\"Returns\", \"Reads\", \"Checks\"); types, fields and constants
with a noun (\"The account that a store belongs to\"). So a summary does not begin with What, Whether,
How, Who, Whose, Why, Where, That or Which.
";

/// Finds summaries that are noun clauses: "Whether a ReLU is fused" should read "Returns `true` if
/// a ReLU is fused".
pub fn check(tree: &Tree) -> Vec<Violation> {
    tree.with_extension(&["rs"]).flat_map(in_file).collect()
}

fn in_file(file: &File) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut before = None;
    for (number, line) in file.text.lines().enumerate() {
        let text = doc(line);
        if let Some(text) = text.filter(|_| before.is_none()) {
            let first = text.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
            if CLAUSES.contains(&first) {
                let message = format!(
                    "a summary that begins with \"{first}\": begin with a verb, or name the thing"
                );
                violations.push(Violation::at(&file.path, number, message));
            }
        }
        before = text;
    }
    violations
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
        let violations = check(&Tree::of(&[("a.rs", text)]));
        assert_eq!(violations.iter().map(|found| found.line).collect::<Vec<_>>(), [1]);
    }
}
