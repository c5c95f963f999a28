//! The commands: each has its options (`Opts`) and runs.

use clap::Subcommand;

use crate::{error::Error, output::Output};

pub mod chain;

/// What `zkinfer` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Register, buy, claim and settle on a chain.
    #[command(subcommand)]
    Chain(chain::Command),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// The command's own.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        match self {
            Command::Chain(command) => command.run(out),
        }
    }
}
