//! The commands: each has its options (`Opts`) and runs.

use clap::Subcommand;

use crate::{error::Error, output::Output};

#[cfg(feature = "chain")]
pub mod chain;
pub mod commit;
pub mod keys;
pub mod model;
pub mod prove;
#[cfg(feature = "agent")]
pub mod serve;
pub mod verify;

/// The commands of `zkinfer`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Import, inspect and measure models.
    #[command(subcommand)]
    Model(model::Command),
    /// Make, inspect and audit keys.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Commit to an input: write its opening, print its commitment.
    Commit(commit::Opts),
    /// Prove what the model answers to a committed input.
    Prove(prove::Opts),
    /// Check a proof.
    Verify(verify::Opts),
    /// Register, buy, claim and settle on a chain.
    #[cfg(feature = "chain")]
    #[command(subcommand, after_help = chain::TRUST)]
    Chain(chain::Command),
    /// Prove by itself: watch a chain, claim jobs, answer them, get paid.
    #[cfg(feature = "agent")]
    Serve(Box<serve::Opts>),
}

impl Command {
    /// Runs the command.
    ///
    /// # Errors
    /// The command's own.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        match self {
            Command::Model(command) => command.run(out),
            Command::Keys(command) => command.run(out),
            Command::Commit(opts) => opts.run(out),
            Command::Prove(opts) => opts.run(out),
            Command::Verify(opts) => opts.run(out),
            #[cfg(feature = "chain")]
            Command::Chain(command) => command.run(out),
            #[cfg(feature = "agent")]
            Command::Serve(opts) => opts.run(out),
        }
    }
}
