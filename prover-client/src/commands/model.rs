//! `zkinfer model`: import, calibrate, inspect and measure models.

use clap::Subcommand;

use crate::{error::Error, output::Output};

pub mod calibrate;
pub mod describe;
pub mod eval;
pub mod import;
pub mod inspect;
pub mod manifest;
pub mod quantize;
pub mod ranges;

/// Commands on models.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Quantise an ONNX model: write its model file and its public manifest.
    Import(import::Opts),
    /// Find the cheapest quantisation of an ONNX model that stays within an accuracy budget, on
    /// data.
    Calibrate(Box<calibrate::Opts>),
    /// Show a model file: operations, ranges, constraints.
    Inspect(inspect::Opts),
    /// Measure a model's accuracy on labelled pictures.
    Eval(eval::Opts),
    /// Check and show a public manifest and its hash.
    Manifest(manifest::Opts),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// The command's own.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        match self {
            Command::Import(opts) => opts.run(out),
            Command::Calibrate(opts) => opts.run(out),
            Command::Inspect(opts) => opts.run(out),
            Command::Eval(opts) => opts.run(out),
            Command::Manifest(opts) => opts.run(out),
        }
    }
}
