//! The exact range of every value, from the actual weights.
//!
//! For `y = b + Σ w_i · x_i` with `x_i` in `[lo_i, hi_i]`: `y` lies in `[b + Σ min(w_i·lo_i,
//! w_i·hi_i), b + Σ max(w_i·lo_i, w_i·hi_i)]`, and takes both ends where the `x_i` are independent
//! (a first layer's always are). Padding counts as the constant zero. `LeakyRelu` has its extremes
//! at the ends or at zero, a table among the values that it can reach; all else is monotone. Of a
//! `Rescale` the numerators are bounded as well, since circuits compute them.

use crate::{
    graph::{
        Conv, Gemm, Node, Operand, Operation, QuantizedModel, Rescale, Scaling, Shape, Window,
    },
    output,
    validate::ModelError,
};

pub use crate::validate::MAX_MAGNITUDE;

/// The values from `lo` to `hi`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interval {
    /// Smallest value.
    pub lo: i64,
    /// Greatest value.
    pub hi: i64,
}

impl Interval {
    /// Returns `true` if `value` lies in the interval.
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

/// The reason why a model's values have no bounds.
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
        /// The bound that it can reach.
        bound: i128,
    },
}

/// The interval of each value of each node's result.
///
/// # Errors
/// The model is not valid, or a value can reach 2^61.
///
/// # Complexity
/// Two inferences: at most twice [`MAX_OPERATIONS`](crate::validate::MAX_OPERATIONS) steps, and 16
/// bytes for each value of the model, of which there are at most
/// [`MAX_TOTAL_VALUES`](crate::validate::MAX_TOTAL_VALUES).
pub fn analyse(model: &QuantizedModel) -> Result<Vec<Vec<Interval>>, IntervalError> {
    model.validate()?;
    of_valid(model)
}

/// The intervals of a model that is known to be valid.
pub(crate) fn of_valid(model: &QuantizedModel) -> Result<Vec<Vec<Interval>>, IntervalError> {
    let input =
        vec![Interval { lo: i64::from(model.input.min), hi: model.input.max() }; model.input.len()];
    let mut all: Vec<Vec<Interval>> = Vec::with_capacity(model.nodes.len());
    for (index, node) in model.nodes.iter().enumerate() {
        let operand = |operand: &Operand| match *operand {
            Operand::Input => (input.as_slice(), &model.input.shape),
            Operand::Node(from) => (all[from].as_slice(), &model.nodes[from].shape),
        };
        let (operands, shapes): (Vec<_>, Vec<_>) = node.inputs.iter().map(operand).unzip();
        let y = step(index, node, &operands, &shapes)?;
        all.push(y);
    }
    Ok(all)
}

/// The intervals of the result of node `index` of a valid model, from those of its operands and
/// their shapes.
pub fn step(
    index: usize,
    node: &Node,
    operands: &[&[Interval]],
    shapes: &[&Shape],
) -> Result<Vec<Interval>, IntervalError> {
    node_intervals(node, operands, shapes).map_err(|(element, bound)| IntervalError::TooWide {
        node: index,
        name: node.name.clone(),
        op: node.op.name(),
        element,
        bound,
    })
}

/// Index of a value that can become too large, and what it can reach.
pub type TooWide = (usize, i128);

fn node_intervals(
    node: &Node,
    operands: &[&[Interval]],
    shapes: &[&Shape],
) -> Result<Vec<Interval>, TooWide> {
    let (&[x, ..], &[from, ..]) = (operands, shapes) else { return Ok(Vec::new()) };
    match &node.op {
        Operation::Conv(conv) => convolve(conv, x, from, &node.shape),
        Operation::Gemm(gemm) => multiply(gemm, x),
        Operation::Relu => {
            Ok(x.iter().map(|i| Interval { lo: i.lo.max(0), hi: i.hi.max(0) }).collect())
        }
        Operation::Requantize { shift } => {
            // Magnitudes are below 2^61 and the shift is at most 31: no overflow.
            let round = |v: i64| (v + (1i64 << (shift - 1))) >> shift;
            Ok(x.iter().map(|i| Interval { lo: round(i.lo), hi: round(i.hi) }).collect())
        }
        Operation::Reshape => Ok(x.to_vec()),
        Operation::ArgMax => Ok(vec![Interval { lo: 0, hi: x.len() as i64 - 1 }]),
        Operation::TopK { k } => {
            let last = x.len() as i64 - 1;
            top_k_span(x)?;
            Ok(vec![Interval { lo: 0, hi: last }; usize::from(*k)])
        }
        Operation::Add => {
            let terms = x.iter().zip(operands.get(1).copied().unwrap_or_default()).enumerate();
            terms
                .map(|(element, (a, b))| Sum::new(0).plus(1, *a).plus(1, *b).finish(element))
                .collect()
        }
        Operation::Move(moved) => {
            Ok(moved.apply(shapes, operands, &node.shape, &Interval { lo: 0, hi: 0 }))
        }
        Operation::MaxPool(window) => Ok(max_pool(window, x, from, &node.shape)),
        Operation::Clip { min, max } => {
            let clip = |v: i64| v.clamp(*min, *max);
            Ok(x.iter().map(|i| Interval { lo: clip(i.lo), hi: clip(i.hi) }).collect())
        }
        Operation::LeakyRelu { positive, negative } => {
            let each = x.iter().enumerate();
            let sum = |i: &Interval| {
                let [lo, hi] = leaky_relu([*positive, *negative], *i);
                Sum { lo, hi }
            };
            each.map(|(element, i)| sum(i).finish(element)).collect()
        }
        Operation::Table(table) => Ok(x.iter().map(|i| hull(table.reached(i.lo, i.hi))).collect()),
        Operation::Rescale(rescale) => self::rescale(rescale, x, from),
    }
}

/// Returns the number of keys that the circuits of a `TopK` of these values tell apart: each value
/// of their range, with each index.
///
/// # Errors
/// There are 2^61 or more.
pub fn top_k_span(x: &[Interval]) -> Result<i64, TooWide> {
    let Interval { lo, hi } = output::hull(x);
    let span = (i128::from(hi) - i128::from(lo) + 1) * x.len() as i128;
    if span < i128::from(MAX_MAGNITUDE) { Ok(span as i64) } else { Err((0, span)) }
}

fn max_pool(window: &Window, x: &[Interval], from: &Shape, to: &Shape) -> Vec<Interval> {
    let greater = |a: Interval, b: Interval| Interval { lo: a.lo.max(b.lo), hi: a.hi.max(b.hi) };
    window.pool(x, from, to, Interval { lo: 0, hi: 0 }, greater)
}

/// Lowest and highest result of a `LeakyRelu` with these slopes, the positive side's first.
pub fn leaky_relu([positive, negative]: [i8; 2], x: Interval) -> [i128; 2] {
    // Two straight lines that meet at zero: the extremes are at the ends, or there.
    let at = |v: i64| i128::from(v) * i128::from(if v > 0 { positive } else { negative });
    let ends = [at(x.lo), at(x.hi), at(x.lo.max(0).min(x.hi))];
    [ends.into_iter().min().unwrap_or(0), ends.into_iter().max().unwrap_or(0)]
}

/// The dividend must be in range, as must the result.
fn rescale(rescale: &Rescale, x: &[Interval], from: &Shape) -> Result<Vec<Interval>, TooWide> {
    let each = x.iter().zip(rescale.of_values(from)).enumerate();
    let one = |(element, (x, scaling)): (usize, (&Interval, Scaling))| {
        let [lo, hi] = scaling.numerators(x.lo, x.hi);
        let divided = Sum { lo, hi }.finish(element)?;
        Ok(Interval { lo: divided.lo >> scaling.shift, hi: divided.hi >> scaling.shift })
    };
    each.map(one).collect()
}

fn hull(values: &[i32]) -> Interval {
    let of = |end: Option<&i32>| end.map_or(0, |v| i64::from(*v));
    Interval { lo: of(values.iter().min()), hi: of(values.iter().max()) }
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

fn convolve(
    conv: &Conv,
    x: &[Interval],
    from: &Shape,
    to: &Shape,
) -> Result<Vec<Interval>, TooWide> {
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

    fn plus(mut self, weight: i8, x: Interval) -> Self {
        self.add(weight, x);
        self
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
