//! The README is a first screen.

use crate::{fault::Fault, tree::File};

/// The most lines of the README.
const MAX_LINES: usize = 150;

/// Finds a README that is too long.
pub fn check(files: &[File]) -> Vec<Fault> {
    let readme = files.iter().filter(|file| file.path == "README.md");
    let long = readme.filter(|file| file.text.lines().count() > MAX_LINES);
    long.map(|file| {
        let message = format!("the README has over {MAX_LINES} lines: move details into the book");
        Fault::at(&file.path, MAX_LINES, message)
    })
    .collect()
}
