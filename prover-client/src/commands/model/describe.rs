//! Description of a model: operations, exact ranges, and the cost of proofs in each proof system.

use std::path::Path;

use serde::Serialize;
use zkinfer_primitives::ModelHash;
use zkml_model::{graph::Operation, intervals};
use zkml_prove::{
    estimate::{self, Count, Estimate, R1cs},
    groth16::{ModelCircuit, report::LayerReport},
    halo2,
};

use crate::{
    error::Error,
    output::{Page, Table, thousands},
};
use zkinfer::{
    artefacts::{
        hexadecimal,
        model::{self, Model},
    },
    memory::{self, Limit, MemoryError, Work},
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
    halo2: Halo2,
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

/// Returns the cost of proofs of the model with Groth16.
#[derive(Debug, Serialize)]
pub struct Circuit {
    layers: Vec<Layer>,
    constraints: usize,
    variables: usize,
    domain: usize,
    /// Estimates.
    setup_memory_bytes: u64,
    setup_seconds: f64,
    proving_memory_bytes: u64,
    proving_seconds: f64,
}

#[derive(Debug, Serialize)]
struct Layer {
    part: String,
    name: String,
    constraints: usize,
}

/// Returns the cost of proofs of the model with Halo2, if there can be any.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Halo2 {
    Possible(Rows),
    Impossible { fault: String },
}

/// Returns the cost of proofs of the model with Halo2.
#[derive(Debug, Serialize)]
pub struct Rows {
    layers: Vec<RowsOfLayer>,
    rows: usize,
    table_rows: usize,
    k: u32,
    advice_columns: usize,
    proof_bytes: usize,
    /// Estimates.
    proving_memory_bytes: u64,
    proving_seconds: f64,
}

#[derive(Debug, Serialize)]
struct RowsOfLayer {
    part: String,
    name: String,
    rows: usize,
}

impl Rows {
    /// The costs of a circuit.
    pub fn of(circuit: &halo2::ModelCircuit) -> Self {
        let plan = circuit.plan();
        let layers = circuit.layers().into_iter();
        Self {
            layers: layers
                .map(|layer| RowsOfLayer { part: layer.op, name: layer.name, rows: layer.rows })
                .collect(),
            rows: plan.rows,
            table_rows: plan.table,
            k: plan.k,
            advice_columns: plan.shape.advice(),
            proof_bytes: plan.proof_bytes,
            proving_memory_bytes: estimate::keys_memory(plan)
                .saturating_add(estimate::proof_memory(plan)),
            proving_seconds: estimate::proof_seconds(plan),
        }
    }

    /// Lays the table out.
    pub fn page(&self, page: &mut Page) {
        page.title("Rows with Halo2");
        let mut table = Table::new(["part", "name", "rows"]);
        for layer in &self.layers {
            table.row([layer.part.clone(), layer.name.clone(), thousands(layer.rows as u64)]);
        }
        table.row(["total".into(), String::new(), thousands(self.rows as u64)]);
        page.table(table);
        page.field("k", format!("{}: {} rows in all", self.k, thousands(1 << self.k)));
        page.field("lookup table", format!("{} rows", thousands(self.table_rows as u64)));
        page.field("advice columns", self.advice_columns);
        page.field("proof", format!("{} bytes", thousands(self.proof_bytes as u64)));
        proving(page, self.proving_seconds, self.proving_memory_bytes);
    }
}

/// Lays out what a proof is estimated to take.
fn proving(page: &mut Page, seconds: f64, memory: u64) {
    page.field("to prove", format!("about {}, {}", duration(seconds), memory::format(memory)));
}

/// Seconds for people, as exact as an estimate is.
pub fn duration(seconds: f64) -> String {
    match seconds {
        ..0.05 => "< 0.1 s".into(),
        ..9.95 => format!("{seconds:.1} s"),
        ..120.0 => format!("{seconds:.0} s"),
        ..7200.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.0} h", seconds / 3600.0),
    }
}

impl Circuit {
    /// The costs of a circuit.
    pub fn of(circuit: &ModelCircuit) -> Self {
        Self::with(&circuit.report().layers, &R1cs::from(circuit))
    }

    /// The costs of a circuit that is only counted.
    pub fn counted(count: &Count) -> Self {
        Self::with(&count.layers, &R1cs::from(count))
    }

    fn with(layers: &[LayerReport], size: &R1cs) -> Self {
        let layer = |layer: &LayerReport| Layer {
            part: layer.op.clone(),
            name: layer.name.clone(),
            constraints: layer.constraints,
        };
        let (setup, prove): (Estimate, Estimate) = (size.setup(), size.prove());
        let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        Self {
            layers: layers.iter().map(layer).collect(),
            constraints: number(size.constraints),
            variables: number(size.variables),
            domain: number(size.domain()),
            setup_memory_bytes: setup.memory,
            setup_seconds: setup.seconds,
            proving_memory_bytes: prove.memory,
            proving_seconds: prove.seconds,
        }
    }

    /// The costs of a model's circuit: of the real one if there is memory to build it, else as it
    /// is counted. Also says why its keys cannot be made here, if so.
    ///
    /// # Errors
    /// The model has no circuit.
    pub fn of_model(
        model: &Model,
        path: &Path,
        limit: Limit,
    ) -> Result<(Self, Option<MemoryError>), Error> {
        let count = Count::of(&model.graph).map_err(Error::in_file(path))?;
        let size = R1cs::from(&count);
        let refused = model::check_groth16(&size, Work::Setup, limit).err();
        if model::check_groth16(&size, Work::Circuit, limit).is_err() {
            return Ok((Self::counted(&count), refused));
        }
        let circuit = ModelCircuit::new(model.graph.clone()).map_err(Error::in_file(path))?;
        Ok((Self::of(&circuit), refused))
    }

    /// Lays the table out.
    pub fn page(&self, page: &mut Page) {
        page.title("Constraints with Groth16");
        let mut table = Table::new(["part", "name", "constraints"]);
        for layer in &self.layers {
            table.row([
                layer.part.clone(),
                layer.name.clone(),
                thousands(layer.constraints as u64),
            ]);
        }
        table.row(["total".into(), String::new(), thousands(self.constraints as u64)]);
        page.table(table);
        page.field("variables", thousands(self.variables as u64));
        page.field("domain", thousands(self.domain as u64));
        let setup = (duration(self.setup_seconds), memory::format(self.setup_memory_bytes));
        page.field("to make keys", format!("about {}, {}", setup.0, setup.1));
        proving(page, self.proving_seconds, self.proving_memory_bytes);
    }
}

impl Description {
    /// Describes a model. `path` is for errors.
    ///
    /// # Errors
    /// The model's values have no bounds, or it has no circuit.
    pub fn of(model: &Model, circuit: Circuit, path: &Path, limit: Limit) -> Result<Self, Error> {
        let ranges = intervals::analyse(&model.graph).map_err(Error::in_file(path))?;
        let spec = &model.graph.input;
        let input =
            Input { shape: spec.shape.clone(), min: spec.min, max: spec.max(), bits: spec.bits };
        let nodes = model.graph.nodes.iter().zip(&ranges).enumerate();
        let row = |(node, (operation, ranges)): (
            usize,
            (&zkml_model::graph::Node, &Vec<intervals::Interval>),
        )| {
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
            circuit,
            halo2: match model.halo2_circuit(path, Work::Circuit, limit) {
                Ok(circuit) => Halo2::Possible(Rows::of(&circuit)),
                Err(error) => Halo2::Impossible { fault: error.to_string() },
            },
        })
    }

    /// Lays the description out.
    pub fn page(&self, page: &mut Page) {
        let Input { shape, min, max, bits } = &self.input;
        page.field("model hash", self.model_hash);
        page.field("input", format!("{}, {min} to {max} ({bits} bits)", dimensions(shape)));
        page.title("Operations, with the exact range of their results");
        let mut table =
            Table::new(["node", "operation", "name", "result", "weights", "lowest", "highest"]);
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
        match &self.halo2 {
            Halo2::Possible(rows) => rows.page(page),
            Halo2::Impossible { fault } => page.note(format!("Not for Halo2: {fault}")),
        }
    }
}

fn weights(operation: &Operation) -> usize {
    match operation {
        Operation::Conv(conv) => conv.weights.len() + conv.bias.len(),
        Operation::Gemm(gemm) => gemm.weights.len() + gemm.bias.len(),
        Operation::Table(table) => table.values.len(),
        Operation::Rescale(rescale) => 2 * rescale.channels.len(),
        _ => 0,
    }
}

/// `[1, 28, 28]` as `1×28×28`.
pub fn dimensions(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join("×")
}
