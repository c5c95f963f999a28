//! Each `lib.rs` is a table of contents.

use regex::Regex;

use super::comments::is_generated;

use crate::{
    tree::{File, Tree},
    violation::Violation,
};

pub const EXPLANATION: &str = "
modules are found where a reader looks for them.

A file with public modules is a table of contents: its head lists each of them on a line of its own,
``- [`name`]: …``, or the declaration has a doc comment. A module is `name.rs` beside `name/`, not
`mod.rs`. Its tests are `name/tests.rs`, which `mod tests;` finds without an attribute `#[path]`.
";

/// Finds public modules without a line of documentation, `mod.rs`, and tests with a path.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let Ok(module) = Regex::new(r"^(\s*)pub mod ([a-z0-9_]+)\s*[;{]") else { return Vec::new() };
    let mut violations = Vec::new();
    for file in tree.with_extension(&["rs"]) {
        if file.path.ends_with("/mod.rs") {
            let message = "a `mod.rs`: name it after its directory, and put it beside it";
            violations.push(Violation::at(&file.path, 0, message));
        }
        violations.extend(paths(file));
        if file.path.contains("/src/") && !is_generated(&file.path) {
            violations.extend(unlisted(file, &module));
        }
    }
    violations
}

fn paths(file: &File) -> Vec<Violation> {
    let lines = file.text.lines().enumerate();
    let with_path = lines.filter(|(_, line)| {
        line.trim_start().starts_with("#[path = \"") && line.contains("tests.rs\"]")
    });
    let message = "tests with a path: `mod tests;` finds `tests.rs` in the module's directory";
    with_path.map(|(number, _)| Violation::at(&file.path, number, message)).collect()
}

fn unlisted(file: &File, module: &Regex) -> Vec<Violation> {
    let head: String = file.text.lines().filter(|line| line.starts_with("//!")).collect();
    let mut violations = Vec::new();
    let mut documented = false;
    for (number, line) in file.text.lines().enumerate() {
        let trimmed = line.trim_start();
        if let Some(name) = module.captures(line).filter(|found| found[1].is_empty()) {
            let name = &name[2];
            if !documented && !head.contains(&format!("[`{name}")) {
                let message =
                    format!("`{name}` is not in the table of contents: add ``- [`{name}`]: …``");
                violations.push(Violation::at(&file.path, number, message));
            }
        }
        documented = trimmed.starts_with("///")
            || trimmed.starts_with("#[doc")
            || (documented && trimmed.starts_with("#["));
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn public_modules_have_a_line() {
        assert_eq!(count("a/src/lib.rs", "//! - [`b`]: it\npub mod b;\nmod c;\n"), 0);
        assert_eq!(count("a/src/lib.rs", "/// It.\n#[cfg(x)]\npub mod b;\n"), 0);
        assert_eq!(count("a/src/lib.rs", "//! A crate.\npub mod b;\n"), 1);
        assert_eq!(count("a/tests/main.rs", "pub mod b;\n"), 0);
    }

    #[test]
    fn old_forms_of_modules_are_found() {
        assert_eq!(count("a/src/b/mod.rs", ""), 1);
        assert_eq!(count("a/src/b.rs", "#[cfg(test)]\n#[path = \"b/tests.rs\"]\nmod tests;\n"), 1);
        assert_eq!(count("a/benches/b.rs", "#[path = \"../tests/circuits.rs\"]\nmod c;\n"), 0);
    }
}
