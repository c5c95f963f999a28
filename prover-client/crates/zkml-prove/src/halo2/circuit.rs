//! A quantised model as a circuit over Pasta for the statement, version 1.

use std::sync::Arc;

use halo2_proofs::pasta::Fp;
use zkml_model::{
    graph::{InputSpec, QuantizedModel},
    output::OutputKind,
};

use super::{
    Opening,
    columns::UNUSABLE_ROWS,
    compile::{AnalyzedModel, Private, compile},
    layout::RowProgram,
    plan::{MAX_K, Plan},
    synthesis::ProgramCircuit,
};
use crate::{
    commitment::{canonical, check_values},
    error::CircuitError,
};

/// A model's circuit: what the cost model chose for it, and the program compiled once.
#[derive(Clone, Debug)]
pub struct ModelCircuit {
    model: Arc<QuantizedModel>,
    output: OutputKind,
    plan: Plan,
    pub(super) program: Arc<RowProgram<Fp>>,
    model_hash: [u8; 32],
}

/// Rows of one layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerRows {
    /// The ONNX operator, or the circuit's own part; of a sum and the ReLU that reads it, the ReLU.
    pub op: String,
    /// The ONNX node's name.
    pub name: String,
    /// Rows.
    pub rows: usize,
}

impl ModelCircuit {
    /// The circuit of `model`.
    ///
    /// # Errors
    /// The model is not valid, a value can get too wide, what it ends with does not fit into an
    /// answer, or the model needs too many rows.
    pub fn new(model: Arc<QuantizedModel>) -> Result<Self, CircuitError> {
        let analyzed = AnalyzedModel::new(&model)?;
        let output = analyzed.output;
        let too_many =
            |needed| CircuitError::TooManyRows { needed, most: (1usize << MAX_K) - UNUSABLE_ROWS };
        let plan = Plan::cheapest(&analyzed)?;
        // As counted, so it cannot be longer.
        let program = compile(&analyzed, plan.params, plan.rows + 1, false, None)
            .map_err(|super::layout::TooManyRows| too_many(plan.rows + 1))?;
        let model_hash = zkml_model::file::hash(&zkml_model::file::encode(&model));
        Ok(Self { program: Arc::new(program), plan, model_hash, output, model: model.clone() })
    }

    /// The model.
    pub fn model(&self) -> &Arc<QuantizedModel> {
        &self.model
    }

    /// The model's answer.
    pub fn output(&self) -> OutputKind {
        self.output
    }

    /// Blake2b-256 of the model's file.
    pub fn model_hash(&self) -> &[u8; 32] {
        &self.model_hash
    }

    /// The model's input.
    pub fn input(&self) -> &InputSpec {
        &self.model.input
    }

    /// The choice of the cost model.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Rows by layer; the last row ends the last equation.
    pub fn layers(&self) -> Vec<LayerRows> {
        let mut start = 0;
        let layers = self.program.layers.iter().map(|(label, end)| {
            let (op, name) = label.split_once(' ').unwrap_or((label, ""));
            let rows = end - core::mem::replace(&mut start, *end);
            LayerRows { op: op.into(), name: name.into(), rows }
        });
        layers.collect()
    }

    /// The circuit without a witness, for keys.
    pub(crate) fn without_witness(&self) -> ProgramCircuit {
        ProgramCircuit::new(self.program.clone())
    }

    /// The program with a witness for an opening and a context, and the layer of a row that does
    /// not hold.
    pub(crate) fn assign(
        &self,
        opening: &Opening,
        context: &[u8; 32],
    ) -> Result<RowProgram<Fp>, CircuitError> {
        if opening.input() != self.input() {
            return Err(CircuitError::OtherInput);
        }
        check_values(self.input(), opening.values())?;
        let context = canonical("context", context)?;
        let private = Private { values: opening.values(), blinder: *opening.blinder(), context };
        let analyzed = AnalyzedModel::new(&self.model)?;
        compile(&analyzed, self.plan.params, self.plan.rows + 1, false, Some(&private)).map_err(
            |super::layout::TooManyRows| CircuitError::TooManyRows {
                needed: self.plan.rows + 1,
                most: self.plan.rows,
            },
        )
    }

    /// The values of a program's variables, compiled as for a proof and forgotten, for tests of
    /// what that leaves behind.
    ///
    /// # Errors
    /// As for a proof.
    #[cfg(feature = "test-support")]
    pub fn witness(&self, opening: &Opening, context: &[u8; 32]) -> Result<Vec<Fp>, CircuitError> {
        self.assign(opening, context).map(|program| program.values.clone())
    }

    /// Name of the layer that a row belongs to.
    pub(crate) fn layer_of(&self, row: usize) -> &str {
        let layer = self.program.layers.iter().find(|(_, end)| row < *end);
        layer.map_or("", |(label, _)| label)
    }
}
