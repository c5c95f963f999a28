//! The exact range of every value, from the actual weights.
//!
//! For `y = b + Σ w_i · x_i` with `x_i` in `[lo_i, hi_i]`: `y` lies in
//! `[b + Σ min(w_i·lo_i, w_i·hi_i), b + Σ max(w_i·lo_i, w_i·hi_i)]`, and takes both ends where the `x_i` are
//! independent (a first layer's always are). Padding counts as the constant zero. All else is monotone.

use crate::{
    graph::{Conv, Gemm, Node, Operand, Operation, QuantizedModel, Shape},
    validate::ModelError,
};

/// No value of a model may reach this magnitude: sums of two still fit into `i64`, and it is far below any field.
pub const MAX_MAGNITUDE: i64 = 1 << 61;

/// The values from `lo` to `hi`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Smallest value.
    pub lo: i64,
    /// Greatest value.
    pub hi: i64,
}

impl Interval {
    /// Whether `value` lies in the interval.
    pub fn contains(&self, value: i64) -> bool {
        self.lo <= value && value <= self.hi
    }

    /// The greatest magnitude in the interval.
    pub fn magnitude(&self) -> u64 {
        self.lo.unsigned_abs().max(self.hi.unsigned_abs())
    }

    /// Fewest bits that hold the greatest magnitude, sign apart.
    pub fn bits(&self) -> u32 {
        64 - self.magnitude().leading_zeros()
    }
}

/// Why a model's values have no bounds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntervalError {
    /// The model is not valid.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A value can become too large.
    #[error(
        "node {node} (`{name}`, {op}): value {element} can reach {bound}, and 2^61 is the limit; use smaller weights or requantise earlier"
    )]
    TooWide {
        /// Index of the node.
        node: usize,
        /// Its ONNX name.
        name: String,
        /// Its operation.
        op: &'static str,
        /// Index of the value in the node's result.
        element: usize,
        /// What it can reach.
        bound: i128,
    },
}

/// The interval of each value of each node's result.
///
/// # Errors
/// The model is not valid, or a value can reach 2^61.
///
/// # Complexity
/// Two inferences.
pub fn analyse(model: &QuantizedModel) -> Result<Vec<Vec<Interval>>, IntervalError> {
    model.validate()?;
    let input = vec![Interval { lo: i64::from(model.input.min), hi: model.input.max() }; model.input.len()];
    let mut all: Vec<Vec<Interval>> = Vec::with_capacity(model.nodes.len());
    for (index, node) in model.nodes.iter().enumerate() {
        let (x, shape) = match node.inputs[0] {
            Operand::Input => (&input, &model.input.shape),
            Operand::Node(from) => (&all[from], &model.nodes[from].shape),
        };
        let y = step(index, node, x, shape)?;
        all.push(y);
    }
    Ok(all)
}

/// The intervals of the result of node `index` of a valid model, from those of its operand and that one's shape.
pub(crate) fn step(
    index: usize,
    node: &Node,
    x: &[Interval],
    from: &Shape,
) -> Result<Vec<Interval>, IntervalError> {
    node_intervals(node, x, from).map_err(|(element, bound)| IntervalError::TooWide {
        node: index,
        name: node.name.clone(),
        op: node.op.name(),
        element,
        bound,
    })
}

/// Index of a value that can become too large, and what it can reach.
type TooWide = (usize, i128);

fn node_intervals(node: &Node, x: &[Interval], from: &Shape) -> Result<Vec<Interval>, TooWide> {
    match &node.op {
        Operation::Conv(conv) => convolve(conv, x, from, &node.shape),
        Operation::Gemm(gemm) => multiply(gemm, x),
        Operation::Relu => Ok(x.iter().map(|i| Interval { lo: i.lo.max(0), hi: i.hi.max(0) }).collect()),
        Operation::Requantize { shift } => {
            // Magnitudes are below 2^61 and the shift is at most 31: no overflow.
            let round = |v: i64| (v + (1i64 << (shift - 1))) >> shift;
            Ok(x.iter().map(|i| Interval { lo: round(i.lo), hi: round(i.hi) }).collect())
        }
        Operation::Reshape => Ok(x.to_vec()),
        Operation::ArgMax => Ok(vec![Interval { lo: 0, hi: x.len() as i64 - 1 }]),
    }
}

fn multiply(gemm: &Gemm, x: &[Interval]) -> Result<Vec<Interval>, TooWide> {
    let rows = gemm.weights.chunks_exact(gemm.inputs).zip(&gemm.bias).enumerate();
    rows.map(|(element, (row, bias))| {
        let mut sum = Sum::new(*bias);
        row.iter().zip(x).for_each(|(w, i)| sum.add(*w, *i));
        sum.finish(element)
    })
    .collect()
}

fn convolve(conv: &Conv, x: &[Interval], from: &Shape, to: &Shape) -> Result<Vec<Interval>, TooWide> {
    let mut y = Vec::with_capacity(to.iter().product());
    for channel in 0..to[0] {
        for row in 0..to[1] {
            for column in 0..to[2] {
                let mut sum = Sum::new(conv.bias[channel]);
                conv.for_each_tap([from[1], from[2]], [channel, row, column], |weight, input| {
                    sum.add(conv.weights[weight], x[input]);
                });
                y.push(sum.finish(y.len())?);
            }
        }
    }
    Ok(y)
}

/// Both ends of a growing sum, in 128 bits: 2^24 terms of 2^7 · 2^61 fit.
struct Sum {
    lo: i128,
    hi: i128,
}

impl Sum {
    fn new(bias: i32) -> Self {
        Self { lo: i128::from(bias), hi: i128::from(bias) }
    }

    fn add(&mut self, weight: i8, x: Interval) {
        let (a, b) = (i128::from(weight) * i128::from(x.lo), i128::from(weight) * i128::from(x.hi));
        self.lo += a.min(b);
        self.hi += a.max(b);
    }

    fn finish(&self, element: usize) -> Result<Interval, TooWide> {
        let limit = i128::from(MAX_MAGNITUDE);
        for bound in [self.lo, self.hi] {
            if bound.abs() >= limit {
                return Err((element, bound));
            }
        }
        Ok(Interval { lo: self.lo as i64, hi: self.hi as i64 })
    }
}

#[cfg(test)]
#[path = "intervals/tests.rs"]
mod tests;
