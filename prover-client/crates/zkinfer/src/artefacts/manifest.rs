//! The public manifest's file.

use std::path::Path;

use zkml_model::manifest::{MAX_BYTES, Manifest};

use crate::{error::Error, files};

/// The name of the file in errors.
pub const WHAT: &str = "manifest";

/// Reads a manifest. Only the canonical bytes are one, so the file's hash is [`Manifest::hash`].
///
/// # Errors
/// It cannot be read, or is no manifest.
pub fn load(path: &Path) -> Result<Manifest, Error> {
    let bytes = files::read(path, WHAT, MAX_BYTES as u64)?;
    Manifest::from_json(&bytes).map_err(Error::in_file(path))
}
