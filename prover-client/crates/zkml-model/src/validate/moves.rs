//! Shapes of sums and of moved values.

use super::{Fault, MAX_WINDOW, size, values};
use crate::graph::{Move, Shape};

/// Shape of a sum of tensors of one shape.
pub(crate) fn add_shape(operands: &[&Shape]) -> Result<Shape, Fault> {
    match operands {
        [a, b] if a == b => Ok((*a).clone()),
        [a, b] => Err(Fault::Join { expected: "two of one shape", got: vec![cut(a), cut(b)] }),
        other => Err(Fault::Operands { expected: 2, got: other.len() }),
    }
}

/// Shape of moved values.
pub fn move_shape(moved: &Move, operands: &[&Shape]) -> Result<Shape, Fault> {
    let &[first, ..] = operands else { return Err(Fault::Operands { expected: 1, got: 0 }) };
    let shape = match moved {
        Move::Concat { axis } => concat(*axis, first, operands)?,
        Move::Transpose { permutation } => {
            let mut axes = permutation.clone();
            axes.sort_unstable();
            if !axes.iter().copied().eq(0..first.len()) {
                let got = permutation.iter().copied().take(super::MAX_RANK + 1).collect();
                return Err(Fault::Permutation { got, rank: first.len() });
            }
            permutation.iter().filter_map(|axis| first.get(*axis).copied()).collect()
        }
        Move::Pad { before, after } => {
            for got in [before, after] {
                super::count("numbers of padding", Some(first.len()), got.len())?;
                got.iter().try_for_each(|n| size("a padding of", *n, 0, MAX_WINDOW))?;
            }
            first
                .iter()
                .zip(before)
                .zip(after)
                .map(|((n, before), after)| n + before + after)
                .collect()
        }
    };
    values(&shape).map(|_| shape)
}

fn concat(axis: usize, first: &Shape, operands: &[&Shape]) -> Result<Shape, Fault> {
    let mut out = first.clone();
    let Some(length) = out.get_mut(axis) else {
        return Err(Fault::Axis { axis, rank: first.len() });
    };
    *length = 0;
    for shape in operands {
        let fits = |(i, (a, b)): (usize, (&usize, &usize))| i == axis || a == b;
        if shape.len() != first.len() || !shape.iter().zip(first).enumerate().all(fits) {
            let expected = "those that differ along its axis alone";
            return Err(Fault::Join { expected, got: vec![cut(first), cut(shape)] });
        }
        // At most 64 operands of at most 2^24 values: no overflow.
        *length += shape.get(axis).copied().unwrap_or_default();
    }
    Ok(out)
}

fn cut(shape: &Shape) -> Shape {
    shape.iter().copied().take(super::MAX_RANK).collect()
}
