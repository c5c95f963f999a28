//! Nothing of one machine, one tracker or one registry's mirror.

use regex::Regex;

use super::comments::is_script;
use crate::{tree::Tree, violation::Violation};

pub const EXPLANATION: &str = "
the repository names no directory of one machine, no number of an issue tracker and no mirror.

A clone is built elsewhere: a path below somebody's home directory does not exist there, the number of
an issue says nothing without its tracker, and a mirror of a registry may not answer. Say the reason
instead of the number; take directories from the environment ($HOME, $XDG_CACHE_HOME, a temporary
directory); let lock files name the public registries.
";

/// Patterns with the fault and the remedy.
const TRACES: [(&str, &str); 4] = [
    (
        r#"(^|[\s"'`(=:])/(home/[a-z]|root/|Users/|work/)"#,
        "a directory of one machine: take it from the environment",
    ),
    (r"(?i)\bissues? #?\d+\b", "an issue's number: say the reason"),
    (r"(^|[\s(])#\d{1,5}\b", "an issue's number: say the reason"),
    (
        r"https?://(localhost|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|[a-z0-9.-]+\.(internal|local|lan)\b)",
        "an address of one network: use the public one",
    ),
];

/// The registries that lock files may name.
const REGISTRIES: [&str; 3] = [
    "registry+https://github.com/rust-lang/crates.io-index",
    "https://registry.npmjs.org/",
    "https://pypi.org/",
];

/// Finds such traces in code, pages, scripts and lock files.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let patterns: Vec<_> = TRACES
        .iter()
        .filter_map(|(pattern, message)| Some((Regex::new(pattern).ok()?, message)))
        .collect();
    let mut violations = Vec::new();
    for file in tree.files().iter().filter(|file| !file.path.starts_with("scripts/xtask/")) {
        let is_text = ["rs", "md", "toml", "yml", "html"].iter().any(|end| file.is(end));
        let is_lock = file.is("lock") || file.path.ends_with("package-lock.json");
        for (number, line) in file.text.lines().enumerate() {
            if is_lock {
                let source = ["source = \"", "\"resolved\": \""].iter();
                let source = source.filter_map(|key| line.trim_start().strip_prefix(key)).next();
                let known = |source: &str| REGISTRIES.iter().any(|known| source.starts_with(known));
                if source.is_some_and(|source| !known(source) && !source.starts_with("git+")) {
                    let message = "a source other than the public registry: lock it again there";
                    violations.push(Violation::at(&file.path, number, message));
                }
            } else if is_text || is_script(file) {
                let found = patterns.iter().filter(|(pattern, _)| pattern.is_match(line));
                violations
                    .extend(found.map(|(_, message)| Violation::at(&file.path, number, **message)));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&Tree::of(&[(path, text)])).iter().map(|found| found.line).collect()
    }

    #[test]
    fn machines_and_trackers_are_found() {
        assert!(TRACES.iter().all(|(pattern, _)| Regex::new(pattern).is_ok()));
        let text = "// see issue 15\nlet a = \"/home/me/x\";\n// (#12)\n// #[test]\n// a/root/b\n";
        assert_eq!(lines("a.rs", text), [1, 2, 3]);
        assert_eq!(lines("a.md", "# 1. Title\nhttp://10.0.0.1/a\nhttp://127.0.0.1:9944\n"), [2]);
    }

    #[test]
    fn locks_name_public_registries() {
        let text = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
                    source = \"sparse+https://mirror.example/index/\"\n";
        assert_eq!(lines("Cargo.lock", text), [2]);
    }
}
