//! ONNX `Gemm`: `y[o] = bias[o] + Σ_i weights[o][i] · x[i]`. No constraints: weights are constants.

use zkml_model::graph::Gemm;

use crate::{
    error::CircuitError,
    lin::{Wire, weighted_sum},
};

/// The outputs of the layer, as linear combinations of its inputs.
///
/// # Errors
/// A sum that can get too wide. The caller has checked the counts of weights and inputs.
pub fn gemm(node: usize, name: &str, gemm: &Gemm, x: &[Wire]) -> Result<Vec<Wire>, CircuitError> {
    let rows = gemm.weights.chunks(gemm.inputs.max(1));
    rows.zip(&gemm.bias)
        .map(|(row, bias)| {
            let terms = row.iter().zip(x).map(|(weight, wire)| (i64::from(*weight), wire));
            weighted_sum(node, name, i64::from(*bias), terms)
        })
        .collect()
}
