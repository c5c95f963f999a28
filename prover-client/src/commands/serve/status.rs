//! `serve status`: what the prover does now, or what it has left.

use std::path::PathBuf;

use crate::{
    error::Error,
    output::Output,
    serve::{settings, status::Status},
};

/// Options of `serve status`.
#[derive(Debug, clap::Args)]
pub struct Opts {
    /// Directory of the prover's state [default: ~/.local/state/zkinfer/serve].
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Configuration file that names it.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl Opts {
    /// Shows it.
    ///
    /// # Errors
    /// No prover has worked with the directory.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let state = settings::state_directory(self.state, self.config.as_deref())?;
        out.report(&Status::read(&state)?)
    }
}
