//! What a model is: operations, exact ranges, constraints by layer.

use std::path::Path;

use serde::Serialize;
use zkinfer_primitives::ModelHash;
use zkml_circuit::ModelCircuit;
use zkml_model::{graph::Operation, intervals};

use crate::{
    artefacts::{hexadecimal, model::Model},
    error::Error,
    output::{Page, Table, thousands},
};

/// A model, described. It tells about the weights: it is for those who have the model anyway.
#[derive(Debug, Serialize)]
pub struct Description {
    /// Hash of the model's file.
    #[serde(with = "hexadecimal")]
    model_hash: ModelHash,
    input: Input,
    operations: Vec<OperationRow>,
    circuit: Circuit,
}

#[derive(Debug, Serialize)]
struct Input {
    shape: Vec<usize>,
    min: i32,
    max: i64,
    bits: u8,
}

#[derive(Debug, Serialize)]
struct OperationRow {
    node: usize,
    operation: &'static str,
    name: String,
    shape: Vec<usize>,
    weights: usize,
    min: i64,
    max: i64,
}

/// What proofs of the model cost.
#[derive(Debug, Serialize)]
pub struct Circuit {
    layers: Vec<Layer>,
    constraints: usize,
    variables: usize,
    domain: usize,
    /// An estimate.
    proving_memory_bytes: usize,
}

#[derive(Debug, Serialize)]
struct Layer {
    part: String,
    name: String,
    constraints: usize,
}

impl Circuit {
    /// The costs of a circuit.
    pub fn of(circuit: &ModelCircuit) -> Self {
        let report = circuit.report();
        let layer = |layer: &zkml_circuit::report::LayerReport| Layer {
            part: layer.op.clone(),
            name: layer.name.clone(),
            constraints: layer.constraints,
        };
        Self {
            layers: report.layers.iter().map(layer).collect(),
            constraints: report.constraints,
            variables: report.variables,
            domain: report.domain,
            proving_memory_bytes: report.proving_memory(),
        }
    }

    /// Lays the table out.
    pub fn page(&self, page: &mut Page) {
        page.title("Constraints");
        let mut table = Table::new(["part", "name", "constraints"]);
        for layer in &self.layers {
            table.row([layer.part.clone(), layer.name.clone(), thousands(layer.constraints as u64)]);
        }
        table.row(["total".into(), String::new(), thousands(self.constraints as u64)]);
        page.table(table);
        page.field("variables", thousands(self.variables as u64));
        page.field("domain", thousands(self.domain as u64));
        page.field("memory to prove", format!("about {} MiB", self.proving_memory_bytes.div_ceil(1 << 20)));
    }
}

impl Description {
    /// Describes a model. `path` is for errors.
    ///
    /// # Errors
    /// The model's values have no bounds, or it has no circuit.
    pub fn of(model: &Model, circuit: &ModelCircuit, path: &Path) -> Result<Self, Error> {
        let ranges = intervals::analyse(&model.graph).map_err(Error::in_file(path))?;
        let spec = &model.graph.input;
        let input = Input { shape: spec.shape.clone(), min: spec.min, max: spec.max(), bits: spec.bits };
        let nodes = model.graph.nodes.iter().zip(&ranges).enumerate();
        let row =
            |(node, (operation, ranges)): (usize, (&zkml_model::graph::Node, &Vec<intervals::Interval>))| {
                OperationRow {
                    node,
                    operation: operation.op.name(),
                    name: operation.name.clone(),
                    shape: operation.shape.clone(),
                    weights: weights(&operation.op),
                    min: ranges.iter().map(|range| range.lo).min().unwrap_or_default(),
                    max: ranges.iter().map(|range| range.hi).max().unwrap_or_default(),
                }
            };
        Ok(Self {
            model_hash: model.hash,
            input,
            operations: nodes.map(row).collect(),
            circuit: Circuit::of(circuit),
        })
    }

    /// Lays the description out.
    pub fn page(&self, page: &mut Page) {
        let Input { shape, min, max, bits } = &self.input;
        page.field("model hash", self.model_hash);
        page.field("input", format!("{}, {min} to {max} ({bits} bits)", dimensions(shape)));
        page.title("Operations, with the exact range of their results");
        let mut table = Table::new(["node", "operation", "name", "result", "weights", "lowest", "highest"]);
        for row in &self.operations {
            table.row([
                row.node.to_string(),
                row.operation.into(),
                row.name.clone(),
                dimensions(&row.shape),
                thousands(row.weights as u64),
                row.min.to_string(),
                row.max.to_string(),
            ]);
        }
        page.table(table);
        self.circuit.page(page);
    }
}

fn weights(operation: &Operation) -> usize {
    match operation {
        Operation::Conv(conv) => conv.weights.len() + conv.bias.len(),
        Operation::Gemm(gemm) => gemm.weights.len() + gemm.bias.len(),
        Operation::Table(table) => table.values.len(),
        _ => 0,
    }
}

/// `[1, 28, 28]` as `1×28×28`.
pub fn dimensions(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join("×")
}
