//! Decision notes: a number of their own, a date and a status, and references that exist.

use std::collections::BTreeMap;

use regex::Regex;

use crate::{fault::Fault, tree::File};

/// Finds notes without their head, and references to notes that do not exist.
pub fn check(files: &[File]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut numbers: BTreeMap<String, String> = BTreeMap::new();
    let notes: Vec<_> =
        files.iter().filter(|file| file.path.contains("/docs/decisions/")).collect();
    for note in &notes {
        let number = number(&note.path);
        if let Some(other) = numbers.insert(number.clone(), note.path.clone()) {
            let message = format!("the number {number} is that of {other}: take the next free one");
            faults.push(Fault::at(&note.path, 0, message));
        }
    }
    for note in &notes {
        faults.extend(head(note, &numbers));
    }
    faults
}

fn number(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.chars().take_while(char::is_ascii_digit).collect()
}

fn head(note: &File, numbers: &BTreeMap<String, String>) -> Vec<Fault> {
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
    let mut faults = Vec::new();
    for (index, pattern, example) in wanted {
        let line = lines.get(index).copied().unwrap_or_default();
        if !Regex::new(&pattern).is_ok_and(|pattern| pattern.is_match(line)) {
            faults.push(Fault::at(&note.path, index, format!("the line should read `{example}`")));
        }
    }
    let status = lines.get(3).copied().unwrap_or_default();
    for other in status.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 4) {
        if !numbers.contains_key(other) {
            faults.push(Fault::at(&note.path, 3, format!("there is no note {other}")));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(name: &str, text: &str) -> File {
        File { path: format!("runtime/docs/decisions/{name}"), text: text.into() }
    }

    #[test]
    fn heads_numbers_and_references_are_checked() {
        let good = "# 0001: A title\n\n- Date: 2026-01-31\n- Status: superseded by 0002\n";
        let other = "# 0002: Another\n\n- Date: 2026-01-31\n- Status: accepted\n";
        assert_eq!(check(&[note("0001-a.md", good), note("0002-b.md", other)]).len(), 0);
        assert_eq!(check(&[note("0001-a.md", good)]).len(), 1);
        assert_eq!(check(&[note("0001-a.md", "# A title\n")]).len(), 3);
        assert_eq!(check(&[note("0002-a.md", other), note("0002-b.md", other)]).len(), 1);
    }
}
