//! Rules of style that a machine can hold.
//!
//! | rule | holds | ratchet |
//! |---|---|---|
//! | [`lines`] | comments of at most 100 columns, but for tables, code and addresses | yes |
//! | [`summaries`] | doc comments do not begin with What, Whether, How, Who, Why, Where, That | yes |
//! | [`words`] | no words of a private dialect | yes |
//! | [`notes`] | decision notes have number, date and status | no |
//! | [`pages`] | the README is a first screen | no |
//! | [`circles`] | no loop of more than three files | yes |

mod lines;
mod notes;
mod pages;
mod ratchet;
mod summaries;
mod words;

use crate::{circles, tree};

/// A violation of a rule.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The file, from the root.
    pub path: String,
    /// The line, from 1; 0 for the whole file.
    pub line: usize,
    /// The violation and the remedy.
    pub message: String,
}

impl Fault {
    /// Describes a violation in a line, counted from 0.
    pub fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: line + 1, message: message.into() }
    }
}

/// Checks all rules.
///
/// # Errors
/// The number of faults, which are printed.
pub fn run(update: bool, all: bool) -> Result<(), String> {
    let code = tree::files(&["rs"])?;
    let texts = tree::files(&["md"])?;
    let mut faults = [notes::check(&texts), pages::check(&texts)].concat();
    let ratcheted = [
        ("lines", lines::check(&code)),
        ("summaries", summaries::check(&code)),
        ("words", words::check(&code)),
        ("circles", circles::check(&code)),
    ];
    faults.extend(ratchet::hold(&ratcheted, update, all)?);
    for fault in &faults {
        eprintln!("{}:{}: {}", fault.path, fault.line, fault.message);
    }
    match faults.len() {
        0 => Ok(()),
        count => Err(format!("{count} faults of style")),
    }
}
