//! The files that commands exchange. Each is read within bounds and checked whole before anything is done with it.
//!
//! - [`model`]: `*.zkm`, the quantised model; it holds the weights
//! - [`manifest`]: `*.manifest.json`, public
//! - [`keys`]: `*.pk`, `*.vk` and `*.transcript`
//! - [`numbers`]: lists of numbers in JSON; secret
//! - [`opening`]: `*.opening`, an input with its blinder; secret
//! - [`terms`]: `*.terms.json`, what a proof for a job must be bound to
//! - [`proof`]: `*.proof`, a proof with its statement
//! - [`hexadecimal`]: bytes in JSON

pub mod hexadecimal;
pub mod keys;
pub mod manifest;
pub mod model;
pub mod numbers;
pub mod opening;
pub mod proof;
pub mod terms;

use std::path::{Path, PathBuf};

use crate::output::Output;

/// `directory/stem.extension`.
pub fn named(directory: &Path, stem: &str, extension: &str) -> PathBuf {
    directory.join(format!("{stem}.{extension}"))
}

/// The name of a file without its directory and its last extension.
pub fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Warns of a secret file that others can read.
pub fn warn_if_exposed(path: &Path, out: &Output) {
    if crate::files::is_exposed(path) {
        let path = path.display();
        out.warn(&format!("{path} can be read by others, and it is secret (a key, unless its model is open); hint: chmod 600 {path}"));
    }
}
