//! Words that a reader outside of the project has to decode.

use regex::Regex;

use super::comments::{comments, is_script};
use crate::{
    tree::{File, Tree},
    violation::Violation,
};

pub const EXPLANATION: &str = "
comments and pages use plain technical English.

A reader who has never seen this project understands each sentence at first reading. \"Is not a valid
output\", not \"is none\"; \"minimum\" and \"maximum\", not \"least\" and \"most\" before a noun; \"ties go to
the lowest index\", not a riddle about equals; \"again\" and \"permanently\". A pronoun has its noun in the
same sentence. The list of words with their replacements stands in `scripts/xtask/src/tidy/words.rs`.
";

/// Patterns with their remedies.
const WORDS: [(&str, &str); 19] = [
    (r"\bof equals,? the\b", "ties go to the lowest index"),
    (r"\b[Aa]new\b", "again"),
    (r"\b[Dd]earest\b", "most expensive"),
    (r"\bfor good\b", "permanently"),
    (r"\b(an |the )?affairs? of\b", "is checked in …"),
    (r"\b(that|it) is no ([a-km-z]|l[a-np-z])[a-z]*\b", "is not a valid …"),
    (r"\b(is|are) none\b", "is not a valid …, is missing, or is `None`"),
    (r"\b[Ss]o many (times|blocks|bytes)\b", "a number of"),
    (r"\b[Ss]o many\b[.,;:]", "that number of"),
    (r"\bTells nobody\b", "does nothing"),
    (r"\bunborn\b", "not created"),
    (r"\bgoes? wrong\b", "fails"),
    (r"\b[Ii]t is over\b", "name the thing that has ended"),
    (r"\bthe least number\b", "the minimum"),
    (r"\bthe most that\b", "the maximum that"),
    (r"\bwithout a word\b", "silently"),
    (r"\bto be had\b", "available"),
    (r"\b(these|those) very\b", "exactly these"),
    (r"\bmake sure of\b", "check"),
];

/// Finds such words in comments and in Markdown.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let patterns: Vec<(Regex, &str)> = WORDS
        .iter()
        .filter_map(|(pattern, remedy)| Some((Regex::new(pattern).ok()?, *remedy)))
        .collect();
    let is_text = |file: &&File| {
        ["rs", "md", "toml"].iter().any(|extension| file.is(extension)) || is_script(file)
    };
    let own = "scripts/xtask/";
    let mut violations = Vec::new();
    for file in tree.files().iter().filter(is_text).filter(|file| !file.path.starts_with(own)) {
        for line in comments(file) {
            // "There is none" is plain.
            let text = line.text.replace("here is none", "").replace("here are none", "");
            for (pattern, remedy) in &patterns {
                if let Some(found) = pattern.find(&text) {
                    let message = format!("\"{}\" is dialect: say \"{remedy}\"", found.as_str());
                    violations.push(Violation::at(&file.path, line.number, message));
                }
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialect_is_found_in_comments_and_pages() {
        assert!(WORDS.iter().all(|(pattern, _)| Regex::new(pattern).is_ok()));
        let text = "// made anew\nlet anew = 1;\n/// The lowest, of equals the first.\n// There is none.\n// It is none.\n";
        let violations = check(&Tree::of(&[("a.rs", text), ("b.md", "A key that is no key.\n")]));
        let found: Vec<_> = violations.iter().map(|found| (&*found.path, found.line)).collect();
        assert_eq!(found, [("a.rs", 1), ("a.rs", 3), ("a.rs", 5), ("b.md", 1)]);
    }
}
