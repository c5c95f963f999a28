//! ONNX `Gemm`: `y[o] = bias[o] + Σ_i weights[o][i] · x[i]`. No constraints: weights are constants.

use zkml_model::graph::Gemm;

use crate::groth16::linear_combination::Wire;

/// Weights and operands of an output. The caller has checked the counts of weights and inputs.
pub fn terms<'w>(gemm: &Gemm, output: usize, x: &'w [Wire]) -> Vec<(i64, &'w Wire)> {
    let row = gemm.weights.iter().skip(output * gemm.inputs).take(gemm.inputs);
    row.map(|weight| i64::from(*weight)).zip(x).collect()
}
