//! The quantised model's file.

use std::{path::Path, sync::Arc};

use zkinfer_primitives::ModelHash;
use zkml_model::{QuantizedModel, file};
use zkml_prove::{
    estimate::{self, Count, R1cs},
    groth16::ModelCircuit,
    halo2::{self, plan::Plan},
};

use crate::{
    error::Error,
    files,
    memory::{Limit, MemoryError, Work},
    text::thousands,
};

/// Bytes of a value while its range and the length of its sum are known: for counting a circuit.
const COUNTED: u64 = 16 + 8;
/// Bytes of a value in one plan of a circuit of Halo2: its wire and its operand's, and of a
/// pooling's result the window under it, the sum that is the greatest so far, and the next one. As
/// many plans are made at once as there are threads.
const PLANNED: u64 = 256;

/// The name of the file in errors.
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
    /// The size of its circuit for Groth16, counted without building it. `path` is for errors.
    ///
    /// # Errors
    /// The model has no circuit.
    pub fn count(&self, path: &Path) -> Result<R1cs, Error> {
        Count::of(&self.graph).map(|count| R1cs::from(&count)).map_err(Error::in_file(path))
    }

    /// Its circuit for Groth16, if there is memory for what is to be done with it. `path` is for
    /// errors.
    ///
    /// # Errors
    /// The model has no circuit, or one that does not fit into memory.
    pub fn circuit(&self, path: &Path, work: Work, limit: Limit) -> Result<ModelCircuit, Error> {
        self.check_values(path, COUNTED, limit)?;
        check_groth16(&self.count(path)?, work, limit).map_err(Error::in_file(path))?;
        ModelCircuit::new(self.graph.clone()).map_err(Error::in_file(path))
    }

    /// Its circuit for Halo2, if there is memory for what is to be done with it. `path` is for
    /// errors.
    ///
    /// # Errors
    /// The model has no circuit, or one that has too many rows or does not fit into memory.
    pub fn halo2_circuit(
        &self,
        path: &Path,
        work: Work,
        limit: Limit,
    ) -> Result<halo2::ModelCircuit, Error> {
        // Whatever the number of rows, ranges and wires of all values are held.
        let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
        self.check_values(path, COUNTED.saturating_add(PLANNED.saturating_mul(threads)), limit)?;
        let circuit = halo2::ModelCircuit::new(self.graph.clone()).map_err(Error::in_file(path))?;
        check_halo2(circuit.plan(), work, limit).map_err(Error::in_file(path))?;
        Ok(circuit)
    }

    /// Checks that there is memory for this number of bytes for each value of the model.
    fn check_values(&self, path: &Path, bytes: u64, limit: Limit) -> Result<(), Error> {
        let values =
            self.graph.nodes.iter().map(|node| node.shape.iter().product::<usize>() as u64);
        let values = values.fold(self.graph.input.len() as u64, u64::saturating_add);
        let size = || format!("{} values", thousands(values));
        limit.check(Work::Circuit, values.saturating_mul(bytes), size).map_err(Error::in_file(path))
    }
}

/// Checks that there is memory for work on a circuit of this size.
///
/// # Errors
/// There is not.
pub fn check_groth16(size: &R1cs, work: Work, limit: Limit) -> Result<(), MemoryError> {
    let needed = match work {
        Work::Circuit => size.synthesis_memory(),
        Work::Setup => size.setup().memory,
        Work::Audit => size.audit_memory(),
        Work::Prove => size.prove().memory,
        Work::Serve => size.prove().memory.saturating_add(size.key_memory()),
    };
    limit.check(work, needed, || format!("{} constraints", thousands(size.constraints)))
}

/// Checks that there is memory for work on a circuit of Halo2.
///
/// # Errors
/// There is not.
pub fn check_halo2(plan: &Plan, work: Work, limit: Limit) -> Result<(), MemoryError> {
    let keys = estimate::keys_memory(plan);
    let needed = match work {
        Work::Circuit => 0,
        Work::Setup | Work::Audit => keys,
        Work::Prove | Work::Serve => keys.saturating_add(estimate::proof_memory(plan)),
    };
    limit.check(work, needed, || format!("{} rows", thousands(1 << plan.k.min(63))))
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
