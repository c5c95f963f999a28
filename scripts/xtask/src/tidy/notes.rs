//! Decision notes: a number of their own, a date and a status, and references that exist.

use std::collections::BTreeMap;

use regex::Regex;

use crate::{
    tree::{File, Tree},
    violation::Violation,
};

pub const EXPLANATION: &str = "
decision notes have a number of their own, a date and a status.

A note is `NNNN-title.md` in `docs/decisions` of the runtime or of the client; numbers are unique over
both. It begins with `# NNNN: Title`, an empty line, `- Date: YYYY-MM-DD` and `- Status: accepted`,
`proposed` or `superseded by NNNN`. A note is not rewritten when the decision changes: a new one
supersedes it.
";

/// Finds notes without their head, and references to notes that do not exist.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut numbers: BTreeMap<String, String> = BTreeMap::new();
    let notes: Vec<_> = tree
        .with_extension(&["md"])
        .filter(|file| file.path.contains("/docs/decisions/"))
        .collect();
    for note in &notes {
        let number = number(&note.path);
        if let Some(other) = numbers.insert(number.clone(), note.path.clone()) {
            let message = format!("the number {number} is that of {other}: take the next free one");
            violations.push(Violation::at(&note.path, 0, message));
        }
    }
    for note in &notes {
        violations.extend(head(note, &numbers));
    }
    violations
}

fn number(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.chars().take_while(char::is_ascii_digit).collect()
}

fn head(note: &File, numbers: &BTreeMap<String, String>) -> Vec<Violation> {
    let lines: Vec<&str> = note.text.lines().take(4).collect();
    let number = number(&note.path);
    let wanted = [
        (0, format!(r"^# {number}: .+$"), format!("# {number}: Title")),
        (2, r"^- Date: \d{4}-\d{2}-\d{2}$".to_owned(), "- Date: YYYY-MM-DD".to_owned()),
        (
            3,
            r"^- Status: (proposed|accepted|superseded).*$".to_owned(),
            "- Status: accepted".to_owned(),
        ),
    ];
    let mut violations = Vec::new();
    for (index, pattern, example) in wanted {
        let line = lines.get(index).copied().unwrap_or_default();
        if !Regex::new(&pattern).is_ok_and(|pattern| pattern.is_match(line)) {
            violations.push(Violation::at(
                &note.path,
                index,
                format!("the line should read `{example}`"),
            ));
        }
    }
    let status = lines.get(3).copied().unwrap_or_default();
    for other in status.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 4) {
        if !numbers.contains_key(other) {
            violations.push(Violation::at(&note.path, 3, format!("there is no note {other}")));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(notes: &[(&str, &str)]) -> usize {
        let paths = notes.iter().map(|(name, _)| format!("runtime/docs/decisions/{name}"));
        let paths: Vec<_> = paths.collect();
        let files: Vec<_> =
            paths.iter().zip(notes).map(|(path, (_, text))| (path.as_str(), *text)).collect();
        check(&Tree::of(&files)).len()
    }

    #[test]
    fn heads_numbers_and_references_are_checked() {
        let good = "# 0001: A title\n\n- Date: 2026-01-31\n- Status: superseded by 0002\n";
        let other = "# 0002: Another\n\n- Date: 2026-01-31\n- Status: accepted\n";
        assert_eq!(count(&[("0001-a.md", good), ("0002-b.md", other)]), 0);
        assert_eq!(count(&[("0001-a.md", good)]), 1);
        assert_eq!(count(&[("0001-a.md", "# A title\n")]), 3);
        assert_eq!(count(&[("0002-a.md", other), ("0002-b.md", other)]), 1);
    }
}
