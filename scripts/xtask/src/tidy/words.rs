//! Words that a reader outside of the project has to decode.

use regex::RegexSet;

use super::lines::comment;
use crate::{fault::Fault, tree::File};

/// Patterns with their remedies.
const WORDS: [(&str, &str); 9] = [
    (r"\bof equals,? the\b", "ties go to the lowest index"),
    (r"\banew\b", "again"),
    (r"\bdearest\b", "most expensive"),
    (r"\bfor good\b", "permanently"),
    (r"\baffair of\b", "checked in"),
    (r"\bthat is no [a-z]+\b", "is not a valid …"),
    (r"\bis none of\b", "is not one of"),
    (r"\bso many (times|blocks|bytes)\b", "a number of"),
    (r"\bTells nobody\b", "a no-op"),
];

/// Finds such words in comments.
pub fn check(files: &[File]) -> Vec<Fault> {
    let Ok(set) = RegexSet::new(WORDS.map(|(pattern, _)| pattern)) else { return Vec::new() };
    let own = "scripts/xtask/";
    let mut faults = Vec::new();
    for file in files.iter().filter(|file| !file.path.starts_with(own)) {
        for (number, line) in file.text.lines().enumerate() {
            let Some(text) = comment(line) else { continue };
            for index in set.matches(text) {
                let (pattern, remedy) = WORDS[index];
                let word = pattern.replace(r"\b", "");
                faults.push(Fault::at(
                    &file.path,
                    number,
                    format!("`{word}` is dialect: say \"{remedy}\""),
                ));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialect_is_found_in_comments() {
        assert!(RegexSet::new(WORDS.map(|(pattern, _)| pattern)).is_ok());
        let text = "// made anew\nlet anew = 1;\n/// The lowest, of equals the first.\n";
        let faults = check(&[File { path: "a.rs".into(), text: text.into() }]);
        assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [1, 3]);
    }
}
