//! The quantised model's file.

use std::{path::Path, sync::Arc};

use zkinfer_primitives::ModelHash;
use zkml_circuit::{ModelCircuit, halo2};
use zkml_model::{QuantizedModel, file};

use crate::{error::Error, files};

pub mod size;

/// What errors call it.
pub const WHAT: &str = "model file";

/// A model with the hash of its file.
#[derive(Clone, Debug)]
pub struct Model {
    /// The operations.
    pub graph: Arc<QuantizedModel>,
    /// Hash of the file.
    pub hash: ModelHash,
}

impl Model {
    /// Its circuit for Groth16. `path` is for errors.
    ///
    /// # Errors
    /// The model has no circuit, or one that does not fit into memory.
    pub fn circuit(&self, path: &Path) -> Result<ModelCircuit, Error> {
        size::check(&self.graph).map_err(Error::in_file(path))?;
        ModelCircuit::new(self.graph.clone()).map_err(Error::in_file(path))
    }

    /// Its circuit for Halo2. `path` is for errors.
    ///
    /// # Errors
    /// The model has no circuit, or one that has too many rows.
    pub fn halo2_circuit(&self, path: &Path) -> Result<halo2::ModelCircuit, Error> {
        size::check(&self.graph).map_err(Error::in_file(path))?;
        halo2::ModelCircuit::new(self.graph.clone()).map_err(Error::in_file(path))
    }
}

/// Reads a model's file.
///
/// # Errors
/// It cannot be read, or is no valid model.
pub fn load(path: &Path) -> Result<Model, Error> {
    let bytes = files::read(path, WHAT, file::MAX_BYTES as u64)?;
    let graph = file::decode(&bytes).map_err(Error::in_file(path))?;
    Ok(Model { graph: Arc::new(graph), hash: ModelHash(file::hash(&bytes)) })
}
