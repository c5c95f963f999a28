//! The zkinfer SDK: models, keys, inputs and proofs, with the files and the encryption around them.
//!
//! - [`answers`]: answers with the names and scales of a manifest
//! - [`artefacts`]: the files that parties exchange: model, manifest, keys, opening, terms, proof
//! - [`proving`]: from an opening and a context to a proof, and its check
//! - [`privacy`]: inputs that only named provers can read
//! - [`system`]: the proof systems, their names and their trust assumptions
//! - [`account`]: accounts as people write them
//! - [`files`]: files read within bounds, and written whole or not at all
//! - [`memory`]: free memory, and the refusal of work that would take more
//! - [`progress`]: reports of progress
//! - [`text`]: numbers as people write them
//! - [`error`]: errors of operations
#![doc = include_str!("../README.md")]

pub mod account;
pub mod answers;
pub mod artefacts;
pub mod error;
pub mod files;
pub mod memory;
pub mod privacy;
pub mod progress;
pub mod proving;
pub mod system;
pub mod text;

pub use error::Error;
pub use progress::Progress;
