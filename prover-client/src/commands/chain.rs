//! Commands on a chain.

use clap::Subcommand;

use crate::{error::Error, output::Output};

/// What can be done on a chain.
#[derive(Debug, Subcommand)]
pub enum Command {}

impl Command {
    /// Does it. A command that talks to a node builds its own tokio runtime here.
    ///
    /// # Errors
    /// The command's own.
    pub fn run(self, _out: &Output) -> Result<(), Error> {
        match self {}
    }
}
