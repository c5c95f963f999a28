//! Comments of at most 100 columns.

use crate::{fault::Fault, tree::File};

const MAX: usize = 100;

/// Finds comment lines that are too long. Rows of tables, code in fences and addresses may be.
pub fn check(files: &[File]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in files {
        let mut in_code = false;
        for (number, line) in file.text.lines().enumerate() {
            let Some(text) = comment(line) else {
                in_code = false;
                continue;
            };
            if text.starts_with("```") {
                in_code = !in_code;
            }
            let may = in_code || text.starts_with('|') || text.contains("://");
            if !may && line.chars().count() > MAX {
                faults.push(Fault::at(
                    &file.path,
                    number,
                    "a comment of over 100 columns: wrap it",
                ));
            }
        }
    }
    faults
}

/// Returns the text of a comment line.
pub fn comment(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let text = ["///", "//!", "//"].iter().find_map(|marker| line.strip_prefix(marker))?;
    Some(text.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> usize {
        check(&[File { path: "a.rs".into(), text: text.into() }]).len()
    }

    #[test]
    fn long_prose_is_found_and_tables_and_code_are_not() {
        let long = "word ".repeat(30);
        assert_eq!(faults(&format!("/// {long}\n")), 1);
        assert_eq!(faults(&format!("//! | {long} |\n")), 0);
        assert_eq!(faults(&format!("/// ```text\n/// {long}\n/// ```\n// {long}\n")), 1);
        assert_eq!(faults(&format!("let a = \"{long}\";\n")), 0);
    }
}
