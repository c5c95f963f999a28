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

use crate::{
    circles,
    fault::Fault,
    tree::{File, Tree},
};

/// Checks all rules.
///
/// # Errors
/// The number of faults, which are printed.
pub fn run(tree: &Tree, update: bool, all: bool) -> Result<(), String> {
    let code = tree.with_extension(&["rs"]).cloned().collect::<Vec<File>>();
    let texts = tree.with_extension(&["md"]).cloned().collect::<Vec<File>>();
    let mut faults = [notes::check(&texts), pages::check(&texts)].concat();
    let ratcheted = [
        ("lines", lines::check(&code)),
        ("summaries", summaries::check(&code)),
        ("words", words::check(&code)),
        ("circles", circles::check(tree)),
    ];
    faults.extend(ratchet::hold(tree, &ratcheted, update, all)?);
    for fault in &faults {
        eprintln!("{}:{}: {}", fault.path, fault.line, fault.message);
    }
    match faults.len() {
        0 => Ok(()),
        count => Err(format!("{count} faults of style")),
    }
}
