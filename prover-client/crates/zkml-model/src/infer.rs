//! Reference inference: the exact integers that every circuit must reproduce.

use crate::{
    graph::{Conv, Gemm, InputSpec, Node, Operand, Operation, QuantizedModel, Shape},
    validate::ModelError,
};

/// Every value of one inference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The result of each node, row-major by its shape.
    pub tensors: Vec<Vec<i64>>,
    /// The best class, if the model ends with an `ArgMax` or a `TopK`.
    pub class: Option<u32>,
}

/// The reason why an inference has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InferError {
    /// The model is not valid.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The input has another number of values than the model takes.
    #[error(
        "the input has {got} values, the model takes {expected}; prepare it with the model's manifest"
    )]
    InputCount {
        /// Values the model takes.
        expected: usize,
        /// Values given.
        got: usize,
    },
    /// A value of the input is out of range.
    #[error(
        "input value {index} is {value}, outside {min} ..= {max}; prepare it with the model's manifest"
    )]
    InputRange {
        /// Index of the value.
        index: usize,
        /// The value.
        value: i32,
        /// Smallest value allowed.
        min: i32,
        /// Greatest value allowed.
        max: i64,
    },
    /// A value leaves 64 bits. A model whose [intervals](crate::intervals) could be computed never
    /// gets here.
    #[error(
        "node {node} (`{name}`): a value does not fit into 64 bits; use smaller weights or requantise earlier"
    )]
    Overflow {
        /// Index of the node.
        node: usize,
        /// Its ONNX name.
        name: String,
    },
}

/// Checks `model` and runs it on `input`, row-major by the input's shape. [`Model::run`] runs a
/// model that was checked before.
///
/// [`Model::run`]: crate::Model::run
///
/// # Errors
/// [`InferError`]; never a wrong number.
pub fn run(model: &QuantizedModel, input: &[i32]) -> Result<Trace, InferError> {
    model.validate()?;
    run_valid(model, input)
}

/// Runs a model that is known to be valid.
pub(crate) fn run_valid(model: &QuantizedModel, input: &[i32]) -> Result<Trace, InferError> {
    check_input(&model.input, input)?;
    let input: Vec<i64> = input.iter().map(|v| i64::from(*v)).collect();
    let mut tensors: Vec<Vec<i64>> = Vec::with_capacity(model.nodes.len());
    for (index, node) in model.nodes.iter().enumerate() {
        let operand = |operand: &Operand| match *operand {
            Operand::Input => (input.as_slice(), &model.input.shape),
            Operand::Node(from) => (tensors[from].as_slice(), &model.nodes[from].shape),
        };
        let (operands, shapes): (Vec<_>, Vec<_>) = node.inputs.iter().map(operand).unzip();
        let y = evaluate(node, &operands, &shapes)
            .ok_or_else(|| InferError::Overflow { node: index, name: node.name.clone() })?;
        tensors.push(y);
    }
    let ranks = matches!(
        model.nodes.last().map(|n| &n.op),
        Some(Operation::ArgMax | Operation::TopK { .. })
    );
    let class = ranks.then(|| tensors.last()?.first().copied()).flatten();
    Ok(Trace { class: class.and_then(|c| u32::try_from(c).ok()), tensors })
}

/// Checks that `input` has as many values as the model takes, each in its range.
///
/// # Errors
/// [`InferError::InputCount`], [`InferError::InputRange`].
pub fn check_input(spec: &InputSpec, input: &[i32]) -> Result<(), InferError> {
    if input.len() != spec.len() {
        return Err(InferError::InputCount { expected: spec.len(), got: input.len() });
    }
    let (min, max) = (spec.min, spec.max());
    match input.iter().position(|v| *v < min || i64::from(*v) > max) {
        Some(index) => Err(InferError::InputRange { index, value: input[index], min, max }),
        None => Ok(()),
    }
}

/// `floor((x + 2^(shift-1)) / 2^shift)`; `None` if the sum leaves 64 bits.
pub fn requantize(x: i64, shift: u8) -> Option<i64> {
    let half = 1i64.checked_shl(u32::from(shift).checked_sub(1)?)?;
    x.checked_add(half)?.checked_shr(u32::from(shift))
}

/// Index of the greatest value; ties go to the lowest.
pub fn arg_max<T: PartialOrd>(values: &[T]) -> usize {
    let mut best = 0;
    for (index, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = index;
        }
    }
    best
}

/// Indices of the `k` greatest values, the greatest first; ties go to the lowest index first.
pub fn top_k<T: PartialOrd>(values: &[T], k: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    // The sort is stable: equals stay in the order of their indices.
    order.sort_by(|a, b| values[*b].partial_cmp(&values[*a]).unwrap_or(std::cmp::Ordering::Equal));
    order.truncate(k);
    order
}

fn evaluate(node: &Node, operands: &[&[i64]], shapes: &[&Shape]) -> Option<Vec<i64>> {
    let (x, shape) = (*operands.first()?, *shapes.first()?);
    match &node.op {
        Operation::Conv(conv) => convolve(conv, x, shape, &node.shape),
        Operation::Gemm(gemm) => multiply(gemm, x),
        Operation::Relu => Some(x.iter().map(|v| *v.max(&0)).collect()),
        Operation::Requantize { shift } => x.iter().map(|v| requantize(*v, *shift)).collect(),
        Operation::Reshape => Some(x.to_vec()),
        Operation::ArgMax => Some(vec![i64::try_from(arg_max(x)).ok()?]),
        Operation::TopK { k } => {
            top_k(x, usize::from(*k)).into_iter().map(|i| i64::try_from(i).ok()).collect()
        }
        Operation::Add => x.iter().zip(*operands.get(1)?).map(|(a, b)| a.checked_add(*b)).collect(),
        Operation::Move(moved) => Some(moved.apply(shapes, operands, &node.shape, &0)),
        Operation::MaxPool(window) => Some(window.pool(x, shape, &node.shape, 0, i64::max)),
        Operation::Clip { min, max } => Some(x.iter().map(|v| *v.max(min).min(max)).collect()),
        Operation::LeakyRelu { positive, negative } => x
            .iter()
            .map(|v| v.checked_mul(i64::from(if *v > 0 { *positive } else { *negative })))
            .collect(),
        Operation::Table(table) => Some(x.iter().map(|v| table.at(*v)).collect()),
        Operation::Rescale(rescale) => {
            x.iter().zip(rescale.of_values(shape)).map(|(v, scaling)| scaling.at(*v)).collect()
        }
    }
}

fn multiply(gemm: &Gemm, x: &[i64]) -> Option<Vec<i64>> {
    let rows = gemm.weights.chunks_exact(gemm.inputs).zip(&gemm.bias);
    rows.map(|(row, bias)| {
        let mut sum = i128::from(*bias);
        row.iter().zip(x).for_each(|(w, v)| sum += i128::from(*w) * i128::from(*v));
        i64::try_from(sum).ok()
    })
    .collect()
}

// Sums are in 128 bits, where 2^24 terms of 2^7 · 2^63 fit: terms may cancel, so a part of a sum
// can be wider than the whole.
fn convolve(conv: &Conv, x: &[i64], from: &Shape, to: &Shape) -> Option<Vec<i64>> {
    let mut y = Vec::with_capacity(to.iter().product());
    for channel in 0..to[0] {
        for row in 0..to[1] {
            for column in 0..to[2] {
                let mut sum = i128::from(conv.bias[channel]);
                conv.for_each_tap([from[1], from[2]], [channel, row, column], |weight, input| {
                    sum += i128::from(conv.weights[weight]) * i128::from(x[input]);
                });
                y.push(i64::try_from(sum).ok()?);
            }
        }
    }
    Some(y)
}

#[cfg(test)]
#[path = "infer/tests.rs"]
mod tests;
