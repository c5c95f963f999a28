//! Lines of at most 100 columns.

use super::comments::{comments, is_generated, is_script};
use crate::{
    tree::{File, Tree},
    violation::Violation,
};

const MAX: usize = 100;

pub const EXPLANATION: &str = "
lines have at most 100 columns.

rustfmt keeps code to 100 columns and leaves comments alone; so in Rust the rule is about comments,
wrapped by hand. Rows of tables, code in fences and lines with an address may be longer, as nothing
can break them. Strings and code that rustfmt cannot break may be longer too. In scripts every line
counts, and in TOML comments do: a table in braces must stand on one line there.
";

/// Finds lines that are too long and that can be broken.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in tree.files().iter().filter(|file| !is_generated(&file.path)) {
        if file.is("rs") || file.is("toml") {
            violations.extend(long_comments(file));
        } else if is_script(file) {
            let lines = file.text.lines().enumerate();
            let long = lines.filter(|(_, line)| is_long(line) && !line.contains("://"));
            violations.extend(long.map(|(number, _)| {
                Violation::at(&file.path, number, "over 100 columns: break the line")
            }));
        }
    }
    violations
}

fn is_long(line: &str) -> bool {
    line.chars().count() > MAX
}

fn long_comments(file: &File) -> Vec<Violation> {
    let lines: Vec<&str> = file.text.lines().collect();
    let is_prose = |text: &str| !text.starts_with('|') && !text.contains("://");
    let whole = comments(file).into_iter().filter(|line| {
        !line.code
            && is_prose(line.text)
            && lines.get(line.number).is_some_and(|line| is_long(line))
    });
    let whole = whole.map(|line| line.number);
    let trailing = lines.iter().enumerate().filter(|(_, line)| is_long(line));
    let trailing = trailing.filter_map(|(number, line)| {
        let (code, text) = line.split_once(if file.is("rs") { " // " } else { " # " })?;
        // An odd number of quotes: the marker stands in a string.
        let in_code = !code.trim().is_empty() && code.matches('"').count() % 2 == 0;
        (in_code && is_prose(text) && !text.contains('"')).then_some(number)
    });
    let message = "a comment of over 100 columns: wrap it";
    whole.chain(trailing).map(|number| Violation::at(&file.path, number, message)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn long_prose_is_found_and_tables_and_code_are_not() {
        let long = "word ".repeat(30);
        assert_eq!(count("a.rs", &format!("/// {long}\n")), 1);
        assert_eq!(count("a.rs", &format!("//! | {long} |\n")), 0);
        assert_eq!(count("a.rs", &format!("//! | {long} |\n").replace("! |", "!|")), 0);
        assert_eq!(count("a.rs", &format!("/// ```text\n/// {long}\n/// ```\n// {long}\n")), 1);
        assert_eq!(count("a.rs", &format!("let a = \"{long}\";\n")), 0);
    }

    #[test]
    fn long_comments_behind_code_are_found() {
        let long = "word ".repeat(30);
        assert_eq!(count("a.rs", &format!("let a = 1; // {long}\n")), 1);
        assert_eq!(count("a.rs", &format!("let a = \"b // {long}\";\n")), 0);
        assert_eq!(count("a.toml", &format!("a = {{ b = \"{long}\" }}\n# {long}\n")), 1);
    }

    #[test]
    fn long_lines_of_scripts_are_found() {
        let long = "word ".repeat(30);
        assert_eq!(count("scripts/a", &format!("#!/usr/bin/env bash\n{long}\nsay short\n")), 1);
        assert_eq!(count("a.py", &format!("{long}\n# https://example.org/{long}\n")), 1);
        assert_eq!(count("runtime/src/weights.rs", &format!("// {long}")), 0);
    }
}
