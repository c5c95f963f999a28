//! Violations of rules.

/// A violation of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The file, from the root.
    pub path: String,
    /// The line, from 1; 1 for the whole file.
    pub line: usize,
    /// The violation and the remedy.
    pub message: String,
}

impl Violation {
    /// Describes a violation in a line, counted from 0.
    pub fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: line + 1, message: message.into() }
    }
}
