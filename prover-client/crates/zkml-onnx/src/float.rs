//! Reference inference of an imported model in floats, to measure what quantisation costs.

use crate::{FloatOp, OnnxModel, quantized::Layered};
use zkml_model::{
    graph::{Conv, Gemm, Operand, Shape},
    infer::arg_max,
};

/// The input has another number of values than the model takes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the input has {got} values, the float model takes {expected}; give as many as its input's shape asks for"
)]
pub struct InputCount {
    /// Values the model takes.
    pub expected: usize,
    /// Values given.
    pub got: usize,
}

/// The scores of `input`, row-major by the input's shape. Sums are in `f64`.
///
/// # Errors
/// [`InputCount`].
pub fn run(model: &OnnxModel, input: &[f32]) -> Result<Vec<f32>, InputCount> {
    Ok(trace(model, input)?.pop().unwrap_or_else(|| input.to_vec()))
}

/// The result of each node.
///
/// # Errors
/// [`InputCount`].
pub fn trace(model: &OnnxModel, input: &[f32]) -> Result<Vec<Vec<f32>>, InputCount> {
    let expected = model.shape.iter().product();
    if input.len() != expected {
        return Err(InputCount { expected, got: input.len() });
    }
    let mut results: Vec<Vec<f32>> = Vec::with_capacity(model.nodes.len());
    for node in &model.nodes {
        let operand = |operand: &Operand| match *operand {
            Operand::Input => (input, &model.shape),
            Operand::Node(from) => (results[from].as_slice(), &model.nodes[from].shape),
        };
        let (operands, shapes): (Vec<_>, Vec<_>) = node.inputs.iter().map(operand).unzip();
        results.push(evaluate(&node.op, &operands, &shapes, &node.shape));
    }
    Ok(results)
}

/// Index of the greatest score; ties go to the lowest.
///
/// # Errors
/// [`InputCount`].
pub fn classify(model: &OnnxModel, input: &[f32]) -> Result<u32, InputCount> {
    Ok(arg_max(&run(model, input)?) as u32)
}

fn evaluate(op: &FloatOp, operands: &[&[f32]], shapes: &[&Shape], to: &Shape) -> Vec<f32> {
    let (x, from) = (operands[0], shapes[0]);
    let each = |function: &dyn Fn(f32) -> f32| x.iter().map(|v| function(*v)).collect();
    match op {
        FloatOp::Relu => each(&|v| v.max(0.0)),
        FloatOp::Reshape => x.to_vec(),
        FloatOp::Add => x.iter().zip(operands[1]).map(|(a, b)| a + b).collect(),
        FloatOp::Move(moved) => moved.apply(shapes, operands, to, &0.0),
        FloatOp::MaxPool(window) => window.pool(x, from, to, f32::NEG_INFINITY, f32::max),
        FloatOp::Clip { min, max } => each(&|v| v.max(*min).min(*max)),
        FloatOp::LeakyRelu { slope } => each(&|v| if v > 0.0 { v } else { slope * v }),
        FloatOp::Function(function) => each(&|v| function.at(f64::from(v)) as f32),
        FloatOp::Quantize(grid) => each(&|v| grid.round(v)),
        FloatOp::Dequantize { .. } => x.to_vec(),
        FloatOp::Integer(integer) => match integer.real() {
            Layered::Conv(conv) => convolve(&conv, x, from, to),
            Layered::Gemm(gemm) => multiply(&gemm, x),
        },
        FloatOp::Gemm(gemm) => multiply(gemm, x),
        FloatOp::Conv(conv) => convolve(conv, x, from, to),
    }
}

fn multiply(gemm: &Gemm<f32, f32>, x: &[f32]) -> Vec<f32> {
    let rows = gemm.weights.chunks_exact(gemm.inputs).zip(&gemm.bias);
    rows.map(|(row, bias)| {
        let sum: f64 = row.iter().zip(x).map(|(w, v)| f64::from(*w) * f64::from(*v)).sum();
        (sum + f64::from(*bias)) as f32
    })
    .collect()
}

fn convolve(conv: &Conv<f32, f32>, x: &[f32], from: &Shape, to: &Shape) -> Vec<f32> {
    let mut y = Vec::with_capacity(to.iter().product());
    for channel in 0..to[0] {
        for row in 0..to[1] {
            for column in 0..to[2] {
                let mut sum = f64::from(conv.bias[channel]);
                conv.for_each_tap([from[1], from[2]], [channel, row, column], |weight, input| {
                    sum += f64::from(conv.weights[weight]) * f64::from(x[input]);
                });
                y.push(sum as f32);
            }
        }
    }
    y
}
