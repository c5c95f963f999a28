//! Reference inference of an imported model in floats, to measure what quantisation costs.

use crate::{
    graph::Shape,
    infer::arg_max,
    onnx::{FloatOp, OnnxModel},
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
    let expected = model.shape.iter().product();
    if input.len() != expected {
        return Err(InputCount { expected, got: input.len() });
    }
    let (mut values, mut shape) = (input.to_vec(), &model.shape);
    for node in &model.nodes {
        values = evaluate(&node.op, values, shape, &node.shape);
        shape = &node.shape;
    }
    Ok(values)
}

/// Index of the greatest score; of equals, the lowest.
///
/// # Errors
/// [`InputCount`].
pub fn classify(model: &OnnxModel, input: &[f32]) -> Result<u32, InputCount> {
    Ok(arg_max(&run(model, input)?) as u32)
}

fn evaluate(op: &FloatOp, x: Vec<f32>, from: &Shape, to: &Shape) -> Vec<f32> {
    match op {
        FloatOp::Relu => x.into_iter().map(|v| v.max(0.0)).collect(),
        FloatOp::Reshape => x,
        FloatOp::Gemm(gemm) => {
            let rows = gemm.weights.chunks_exact(gemm.inputs).zip(&gemm.bias);
            rows.map(|(row, bias)| {
                let sum: f64 = row.iter().zip(&x).map(|(w, v)| f64::from(*w) * f64::from(*v)).sum();
                (sum + f64::from(*bias)) as f32
            })
            .collect()
        }
        FloatOp::Conv(conv) => {
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
    }
}
