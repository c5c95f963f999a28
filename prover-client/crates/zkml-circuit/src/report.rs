//! Constraints by layer.

use crate::r1cs::Matrices;

/// What a circuit costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The layers, in order.
    pub layers: Vec<LayerReport>,
    /// All constraints, with one for the constant and for each public input.
    pub constraints: usize,
    /// Private variables.
    pub variables: usize,
    /// Size of the evaluation domain: the power of two that holds all constraints.
    pub domain: usize,
}

/// What one layer costs.
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
        let layer = |layer: &crate::r1cs::Layer| {
            let (op, name) = layer.label.split_once(' ').unwrap_or((&layer.label, ""));
            LayerReport { op: op.into(), name: name.into(), constraints: layer.end - layer.start }
        };
        let mut layers: Vec<_> = matrices.layers.iter().map(layer).collect();
        let constraints = matrices.shape.public;
        layers.push(LayerReport { op: "PublicInputs".into(), name: String::new(), constraints });
        let rows = matrices.rows();
        let (variables, domain) = (matrices.shape.private, rows.next_power_of_two());
        Self { layers, constraints: rows, variables, domain }
    }

    /// An estimate of the peak memory of a proof in bytes: the key's points, the matrices and the polynomials.
    pub fn proving_memory(&self) -> usize {
        let points = (self.variables * (96 * 3 + 192) + self.domain * 96) * 5 / 4;
        let polynomials = self.domain * 32 * 5;
        let matrices = self.constraints * 20 * 40;
        points + polynomials + matrices
    }
}
