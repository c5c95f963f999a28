//! Operations that move values and compute nothing.

use super::Shape;

/// Values moved, and zeros put between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Move {
    /// ONNX `Concat`: the operands one after the other along an axis.
    Concat {
        /// The axis.
        axis: usize,
    },
    /// ONNX `Transpose`: axis `i` of the result is axis `permutation[i]` of the operand.
    Transpose {
        /// Axes of the operand in the order of the result.
        permutation: Vec<usize>,
    },
    /// ONNX `Pad` with the constant zero.
    Pad {
        /// Zeros before each axis.
        before: Vec<usize>,
        /// Zeros after each axis.
        after: Vec<usize>,
    },
}

/// The source of a value of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Value `index` of operand `operand`.
    Value {
        /// The operand.
        operand: usize,
        /// Index in it, row-major.
        index: usize,
    },
    /// The constant zero.
    Zero,
}

impl Move {
    /// Returns the source of value `index` of a result of shape `to`. The model must be
    /// [valid](crate::validate).
    pub fn source(&self, operands: &[&Shape], to: &[usize], index: usize) -> Source {
        let mut at = coordinates(to, index);
        let Some(&first) = operands.first() else { return Source::Zero };
        match self {
            Move::Concat { axis } => {
                for (operand, shape) in operands.iter().enumerate() {
                    if at[*axis] < shape[*axis] {
                        return Source::Value { operand, index: row_major(shape, &at) };
                    }
                    at[*axis] -= shape[*axis];
                }
                Source::Zero
            }
            Move::Transpose { permutation } => {
                let mut from = vec![0; at.len()];
                permutation.iter().zip(&at).for_each(|(axis, n)| from[*axis] = *n);
                Source::Value { operand: 0, index: row_major(first, &from) }
            }
            Move::Pad { before, .. } => {
                let inner = at.iter().zip(before).zip(first);
                let inner = inner
                    .map(|((n, before), length)| n.checked_sub(*before).filter(|n| n < length));
                match inner.collect::<Option<Vec<usize>>>() {
                    Some(at) => Source::Value { operand: 0, index: row_major(first, &at) },
                    None => Source::Zero,
                }
            }
        }
    }

    /// The result's values, `zero` where there are zeros.
    pub fn apply<T: Clone>(
        &self,
        shapes: &[&Shape],
        operands: &[&[T]],
        to: &[usize],
        zero: &T,
    ) -> Vec<T> {
        let count: usize = to.iter().product();
        let value = |index| match self.source(shapes, to, index) {
            Source::Value { operand, index } => operands.get(operand).and_then(|x| x.get(index)),
            Source::Zero => None,
        };
        (0..count).map(|index| value(index).unwrap_or(zero).clone()).collect()
    }
}

/// Coordinates of value `index`, row-major.
fn coordinates(shape: &[usize], mut index: usize) -> Vec<usize> {
    let mut at = vec![0; shape.len()];
    for (at, n) in at.iter_mut().zip(shape).rev() {
        *at = index % n;
        index /= n;
    }
    at
}

fn row_major(shape: &[usize], at: &[usize]) -> usize {
    shape.iter().zip(at).fold(0, |index, (n, at)| index * n + at)
}
