//! Constraints by layer.

use crate::groth16::r1cs::{Matrices, Matrix};

/// The cost of a circuit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The layers, in order.
    pub layers: Vec<LayerReport>,
    /// All constraints, with one for the constant and for each public input.
    pub constraints: usize,
    /// Private variables.
    pub variables: usize,
    /// Bytes of the matrices in memory.
    pub matrices: usize,
    /// Bytes of the linear combinations that a witness is made through.
    pub wires: usize,
    /// Size of the evaluation domain: the power of two that holds all constraints.
    pub domain: usize,
}

/// The cost of one layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerReport {
    /// The ONNX operator, or the circuit's own part.
    pub op: String,
    /// The ONNX node's name.
    pub name: String,
    /// Constraints.
    pub constraints: usize,
}

impl Report {
    pub(crate) fn of(matrices: &Matrices) -> Self {
        let layer = |layer: &crate::groth16::r1cs::Layer| {
            let (op, name) = layer.label.split_once(' ').unwrap_or((&layer.label, ""));
            LayerReport { op: op.into(), name: name.into(), constraints: layer.end - layer.start }
        };
        let mut layers: Vec<_> = matrices.layers.iter().map(layer).collect();
        let constraints = matrices.shape.public;
        layers.push(LayerReport { op: "PublicInputs".into(), name: String::new(), constraints });
        let rows = matrices.rows();
        let (variables, domain) = (matrices.shape.private, rows.next_power_of_two());
        let all = [&matrices.a, &matrices.b, &matrices.c];
        // While a layer is synthesised, its operands and results are there; each cost some
        // variables.
        let wires = matrices.shape.private * 32;
        let matrices = all.map(Matrix::memory).iter().sum();
        Self { layers, constraints: rows, variables, matrices, wires, domain }
    }

    /// An estimate of a proof's peak memory in bytes: the key's points with copies of one sum's,
    /// the matrices, the polynomials, and a quarter more for what the allocator keeps.
    pub fn proving_memory(&self) -> usize {
        let points = self.variables * (3 * 96 + 192) + self.domain * (96 + 96 + 32);
        let polynomials = self.domain * 32 * 4 + self.variables * 32 * 3;
        (points + polynomials + self.matrices + self.wires) / 4 * 5
    }
}
