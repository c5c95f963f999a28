//! Library crates know no command line.

use regex::Regex;
use toml::Table;

use super::comments::comments;
use crate::{
    tree::{File, Tree},
    violation::Violation,
};

pub const EXPLANATION: &str = "
crates under `prover-client/crates` know no option, no progress bar and no exit code.

Others build on them: a service shows an error in a log, a web page in a dialogue. So they do not
depend on clap or indicatif, do not end the process, and their messages name a parameter (\"raise option
`relu_bits`\") instead of a flag (\"--relu-bits\"); the command line adds its spelling.
";

/// Finds traces of a command line in library crates.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let flag = Regex::new(r"(^|[^-\w])--[a-z][a-z0-9-]*");
    let Ok(flag) = flag else { return Vec::new() };
    let mut violations = Vec::new();
    let files = tree.files().iter();
    for file in files.filter(|file| file.path.starts_with("prover-client/crates/")) {
        if file.path.ends_with("/Cargo.toml") {
            violations.extend(dependencies(file));
        } else if file.is("rs") && file.path.contains("/src/") && !file.path.contains("/tests") {
            violations.extend(code(file, &flag));
        }
    }
    violations
}

fn dependencies(manifest: &File) -> Vec<Violation> {
    let table: Table = manifest.text.parse().unwrap_or_default();
    let dependencies = table.get("dependencies").and_then(|table| table.as_table());
    let has = |name: &&str| dependencies.is_some_and(|table| table.contains_key(*name));
    let message = |name| format!("a library depends on {name}: leave it to the command line");
    let found = ["clap", "indicatif"].into_iter().filter(has);
    found.map(|name| Violation::at(&manifest.path, 0, message(name))).collect()
}

fn code(file: &File, flag: &Regex) -> Vec<Violation> {
    let text = file.text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let comments: Vec<_> = comments(file).into_iter().map(|comment| comment.number).collect();
    let mut violations = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(at, _)| !comments.contains(at)) {
        let mut found = |message: &str| {
            violations.push(Violation::at(&file.path, number, message));
        };
        if line.contains("process::exit(") {
            found("a library ends the process: return an error");
        }
        if line.contains("clap::") || line.contains("indicatif::") {
            found("a library knows the command line: move this into the command");
        }
        if flag.is_match(line) {
            found("a library names a flag: name the parameter, \"option `name`\"");
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
    fn flags_exits_and_clap_are_found_in_library_code_alone() {
        let text = "// use --flag\nlet a = \"raise --relu-bits\";\nstd::process::exit(1);\n\
                    let b = \"a -- b\";\n#[cfg(test)]\nmod tests { \"--flag\" }\n";
        assert_eq!(lines("prover-client/crates/a/src/lib.rs", text), [2, 3]);
        assert_eq!(lines("prover-client/src/main.rs", text), []);
        let manifest = "[dependencies]\nclap = '1'\n[dev-dependencies]\nindicatif = '1'\n";
        assert_eq!(lines("prover-client/crates/a/Cargo.toml", manifest), [1]);
    }
}
