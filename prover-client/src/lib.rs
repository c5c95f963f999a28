//! The prover client: everything that the command `zkinfer` does, as a library.
//!
//! - [`cli`]: the command line: global options and the tree of commands
//! - [`commands`]: the commands, one file for each
//! - [`artefacts`]: the files that commands exchange: model, manifest, keys, opening, terms, proof
//! - [`answers`]: answers as people read them
//! - [`privacy`]: inputs that only named provers can read
//! - [`system`]: the proof systems; [`proving`]: from an opening and a context to a proof that
//!   verifies, and its check
//! - [`chain`]: the on-chain half
//! - [`files`]: reading within bounds, writing whole or not at all
//! - [`output`]: what people and machines get to read, and [`progress`] of long work
//! - [`calibrate`]: the cheapest quantisation within an accuracy budget
//! - [`memory`]: how much there is, and work that would take more
//! - [`error`]: what goes wrong, what to do about it, and exit codes

pub mod answers;
pub mod artefacts;
pub mod calibrate;
pub mod chain;
pub mod cli;
pub mod commands;
pub mod error;
pub mod files;
pub mod memory;
pub mod output;
pub mod privacy;
pub mod progress;
pub mod proving;
pub mod serve;
pub mod system;
