//! `zkinfer model inspect`: what a model file holds.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::describe::{Circuit, Description};
use crate::options::MemoryOpts;
use crate::{
    error::Error,
    output::{Output, Page, Report},
};
use zkinfer::artefacts::model;

const AFTER_HELP: &str = "\
Shows the model's hash, each operation with the exact range of its results, and what a proof costs in each proof \
system: constraints or rows of each layer, memory, bytes. All of it tells about the weights.

Example:
  zkinfer model inspect work/mnist.zkm";

/// Options of `zkinfer model inspect`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Opts {
    /// The model file (*.zkm).
    model: PathBuf,
    #[command(flatten)]
    memory: MemoryOpts,
}

#[derive(Serialize)]
#[serde(transparent)]
struct Summary(Description);

impl Report for Summary {
    fn page(&self, page: &mut Page) {
        self.0.page(page);
    }
}

impl Opts {
    /// Inspects.
    ///
    /// # Errors
    /// The file is no model file, or the model cannot be proved.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let model = model::load(&self.model)?;
        let limit = self.memory.limit();
        let (circuit, refused) = Circuit::of_model(&model, &self.model, limit)?;
        out.report(&Summary(Description::of(&model, circuit, &self.model, limit)?))?;
        if let Some(refused) = refused {
            out.warn(&format!("{}: no keys can be made here: {refused}", self.model.display()));
        }
        Ok(())
    }
}
