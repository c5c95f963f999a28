//! The opening's file: an input with the blinder of its commitment. Secret.

use std::path::Path;

use zkml_circuit::opening::Opening;
use zkml_model::graph::InputSpec;

use crate::{
    error::Error,
    files::{self, Access, Existing},
};

/// What errors call it.
pub const WHAT: &str = "opening";

/// Greatest number of bytes of an opening of this kind of input.
pub fn max_bytes(input: &InputSpec) -> u64 {
    // Version, blinder, form; then at most all values dense, since a longer form is not canonical.
    let bits = (input.len() as u64).saturating_mul(u64::from(input.bits));
    34 + bits.div_ceil(8)
}

/// Reads the opening of an input of this kind.
///
/// # Errors
/// It cannot be read, or is no such opening.
pub fn load(path: &Path, input: &InputSpec) -> Result<Opening, Error> {
    let bytes = files::read_secret(path, WHAT, max_bytes(input))?;
    Opening::decode(&bytes, input).map_err(Error::in_file(path))
}

/// Writes an opening, for its owner alone.
///
/// # Errors
/// It cannot be written.
pub fn save(path: &Path, opening: &Opening, existing: Existing) -> Result<(), Error> {
    files::write_bytes(path, Access::Owner, existing, &opening.encode()).map_err(Error::from)
}
