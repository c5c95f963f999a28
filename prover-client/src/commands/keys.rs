//! `zkinfer keys`: make, inspect and audit keys.

use clap::Subcommand;

use crate::{error::Error, output::Output};

pub mod audit;
pub mod encryption;
pub mod inspect;
pub mod setup;

/// Commands on keys.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the keys of a model.
    Setup(setup::Opts),
    /// Make a prover's key for encrypted inputs.
    Encryption(encryption::Opts),
    /// Show a key file: what it is for, its hash and sizes.
    Inspect(inspect::Opts),
    /// Check an open model's keys against its circuit.
    Audit(audit::Opts),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// The command's own.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        match self {
            Command::Setup(opts) => opts.run(out),
            Command::Encryption(opts) => opts.run(out),
            Command::Inspect(opts) => opts.run(out),
            Command::Audit(opts) => opts.run(out),
        }
    }
}
