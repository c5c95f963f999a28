//! Rules of style that a machine can hold.
//!
//! - [`arrows`]: dependencies between crates point down
//! - [`circles`]: no loop of more than three files
//! - [`figures`]: numbers in pages equal the measurements that they come from
//! - [`libraries`]: library crates know no command line
//! - [`lines`]: lines of at most 100 columns
//! - [`metadata`]: crates have what a registry and a reader need
//! - [`modules`]: each `lib.rs` is a table of contents
//! - [`names`]: names of types that a reader need not decode
//! - [`notes`]: decision notes have number, date and status
//! - [`pages`]: the README is a first screen
//! - [`summaries`]: doc comments begin with a verb or name the thing
//! - [`traces`]: nothing of one machine or one tracker
//! - [`words`]: no words of a private dialect
//!
//! - [`comments`]: the comments of a file
//! - [`ratchet`]: numbers of violations that may only fall

mod arrows;
mod comments;
mod figures;
mod libraries;
mod lines;
mod metadata;
mod modules;
mod names;
mod notes;
mod pages;
mod ratchet;
mod summaries;
mod traces;
mod words;

use crate::{circles, tree::Tree, violation::Violation};

/// A rule of style.
pub struct Rule {
    /// The name on the command line and in the ratchet.
    pub name: &'static str,
    /// `true` if the rule may have violations, whose numbers may only fall.
    pub ratchet: bool,
    /// The explanation: a summary, then the reasons and a remedy.
    pub explanation: &'static str,
    /// Finds the violations.
    pub check: fn(&Tree) -> Vec<Violation>,
}

/// All rules, in the order of their names.
const RULES: [Rule; 13] = [
    rule("arrows", false, arrows::EXPLANATION, arrows::check),
    rule("circles", true, circles::EXPLANATION, circles::check),
    rule("figures", false, figures::EXPLANATION, figures::check),
    rule("libraries", true, libraries::EXPLANATION, libraries::check),
    rule("lines", true, lines::EXPLANATION, lines::check),
    rule("metadata", false, metadata::EXPLANATION, metadata::check),
    rule("modules", true, modules::EXPLANATION, modules::check),
    rule("names", true, names::EXPLANATION, names::check),
    rule("notes", false, notes::EXPLANATION, notes::check),
    rule("pages", false, pages::EXPLANATION, pages::check),
    rule("summaries", false, summaries::EXPLANATION, summaries::check),
    rule("traces", false, traces::EXPLANATION, traces::check),
    rule("words", true, words::EXPLANATION, words::check),
];

const fn rule(
    name: &'static str,
    ratchet: bool,
    explanation: &'static str,
    check: fn(&Tree) -> Vec<Violation>,
) -> Rule {
    Rule { name, ratchet, explanation, check }
}

/// Checks the rules of these names, or all rules.
///
/// # Errors
/// A name is not that of a rule; or the number of violations, which are printed.
pub fn run(tree: &Tree, names: &[String], update: bool, all: bool) -> Result<(), String> {
    let mut violations = Vec::new();
    let mut found = Vec::new();
    for rule in chosen(names)? {
        let here = (rule.check)(tree);
        if rule.ratchet {
            found.push((rule.name, here));
        } else {
            violations.extend(here.into_iter().map(|violation| (rule.name, violation)));
        }
    }
    violations.extend(ratchet::hold(tree, &found, update, all)?);
    for (rule, Violation { path, line, message }) in &violations {
        eprintln!("{path}:{line}: {rule}: {message}");
    }
    match violations.len() {
        0 => Ok(()),
        count => Err(format!(
            "violations of style: {count}; `cargo xtask tidy --explain RULE` gives the reasons"
        )),
    }
}

/// Prints the explanations of the rules of these names, or of all rules.
///
/// # Errors
/// A name is not that of a rule.
pub fn explain(names: &[String]) -> Result<(), String> {
    for rule in chosen(names)? {
        println!("{}: {}\n", rule.name, rule.explanation.trim());
    }
    Ok(())
}

fn chosen(names: &[String]) -> Result<Vec<&'static Rule>, String> {
    if names.is_empty() {
        return Ok(RULES.iter().collect());
    }
    let find = |name: &String| {
        RULES.iter().find(|rule| rule.name == name).ok_or_else(|| {
            let known = RULES.map(|rule| rule.name).join(", ");
            format!("`{name}` is not a rule; the rules are {known}")
        })
    };
    names.iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_sorted_and_explained() {
        assert!(RULES.is_sorted_by_key(|rule| rule.name));
        for rule in &RULES {
            let lines: Vec<_> = rule.explanation.trim().lines().collect();
            assert!(lines.len() > 2 && lines[1].is_empty(), "{}: {lines:?}", rule.name);
        }
    }

    #[test]
    fn a_wrong_name_lists_the_rules() {
        let error = chosen(&["line".into()]).err().unwrap_or_default();
        assert!(error.contains("lines, metadata"), "{error}");
        assert_eq!(chosen(&["lines".into()]).map(|rules| rules.len()), Ok(1));
    }
}
