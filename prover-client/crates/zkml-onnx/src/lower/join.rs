//! Operators that join tensors or move values.

use super::{
    Builder, Call, Computed, Tensor,
    layers::{floats, ints},
};
use crate::{Fault, FloatOp, tensor::Data};
use zkml_model::{
    graph::{Move, Operand},
    validate,
};

impl<'a> Builder<'a> {
    /// The sum of all operands.
    pub(super) fn sum(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let mut all = self.all_computed(call)?.into_iter();
        let mut sum = all.next().ok_or(Fault::NotComputed { index: 0 })?;
        // Of one operand the sum is another name for it.
        sum.sole &= self.is_read_once(call, 0);
        for x in all {
            if x.dims != sum.dims {
                return Err(Fault::Join {
                    expected: "tensors of the same dimensions",
                    got: vec![sum.dims, x.dims],
                });
            }
            sum = self.append_to(call, FloatOp::Add, vec![sum.at, x.at], x.dims)?;
        }
        Ok(Tensor::Computed(sum))
    }

    fn all_computed(&self, call: &Call<'_, 'a>) -> Result<Vec<Computed>, Fault> {
        let count = call.node.inputs.len();
        if count > validate::MAX_OPERANDS {
            return Err(Fault::Unsupported {
                hint: "it joins more than 64 tensors; join them in steps",
            });
        }
        (0..count).map(|index| self.operand_at(call, index).cloned()).collect()
    }

    pub(super) fn concat(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let all = self.all_computed(call)?;
        self.concat_of(call, &all).map(Tensor::Computed)
    }

    /// These tensors one after the other.
    pub(super) fn concat_of(
        &mut self,
        call: &Call<'_, 'a>,
        all: &[Computed],
    ) -> Result<Computed, Fault> {
        let first = all.first().ok_or(Fault::NotComputed { index: 0 })?;
        let axis = self.inner_axis(call.attributes.int("axis", 1), first.dims.len())?;
        let inner: Vec<Vec<usize>> =
            all.iter().map(|x| x.dims.get(1..).unwrap_or_default().to_vec()).collect();
        let inputs = all.iter().map(|x| x.at).collect();
        self.moved_to(call, Move::Concat { axis }, &inner, inputs)
    }

    pub(super) fn transpose(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let x = self.operand_at(call, 0)?.clone();
        let reversed: Vec<i64> = (0..x.dims.len() as i64).rev().collect();
        let axes = call.attributes.ints("perm").unwrap_or(&reversed);
        let inner: Option<Vec<usize>> =
            axes.iter().skip(1).map(|axis| usize::try_from(axis - 1).ok()).collect();
        if axes.first() != Some(&0)
            && let Some(to) = self.only_ones_move(call, axes)?
        {
            let dims = self.dims_in_file(call, 0)?;
            return self.reshape_to(call, dims, to);
        }
        let (Some(0), Some(permutation), false) = (axes.first(), inner, self.reads_rows(call))
        else {
            let got = format!("{:?}", axes.get(..axes.len().min(9)).unwrap_or_default());
            return Err(Fault::Attribute {
                attribute: "perm",
                got,
                expected: "one that leaves the batch first; between a row and a column any will do",
            });
        };
        let inner = x.dims.get(1..).unwrap_or_default().to_vec();
        self.moved(call, Move::Transpose { permutation }, &[inner], vec![x.at])
    }

    /// The shape that a transposition gives if it moves axes of length 1 alone, so that the values
    /// keep their order.
    fn only_ones_move(&self, call: &Call<'_, 'a>, axes: &[i64]) -> Result<Option<Vec<i64>>, Fault> {
        let dims = self.dims_in_file(call, 0)?;
        let at: Option<Vec<usize>> = axes.iter().map(|axis| usize::try_from(*axis).ok()).collect();
        let Some(at) = at else { return Ok(None) };
        let mut sorted = at.clone();
        sorted.sort_unstable();
        let long = at.iter().filter(|axis| dims.get(**axis).is_some_and(|n| *n > 1));
        if !sorted.into_iter().eq(0..dims.len()) || !long.is_sorted() {
            return Ok(None);
        }
        let to: Vec<i64> =
            at.iter().filter_map(|axis| dims.get(*axis)).map(|n| *n as i64).collect();
        Ok(matches!(*to, [1, _, ..] | [_, _]).then_some(to))
    }

    pub(super) fn pad(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let x = self.operand_at(call, 0)?.clone();
        let mode = call.attributes.text("mode");
        if !matches!(mode, b"" | b"constant") {
            let got = String::from_utf8_lossy(mode.get(..mode.len().min(32)).unwrap_or_default())
                .into_owned();
            return Err(Fault::Attribute { attribute: "mode", got, expected: "constant" });
        }
        // Before operator set 11 amounts and value were attributes.
        let (amounts, value) = match call.attributes.ints("pads") {
            Some(pads) => (pads.to_vec(), call.attributes.bound("value", 0.0)?),
            None => {
                let value = match self.optional(call, 2)?.map(|constant| (constant, &constant.data))
                {
                    None => None,
                    Some((_, Data::Quantized(values, _))) => values.first().map(|q| *q as f32),
                    Some((constant, _)) => floats(constant, "a value")?.first().copied(),
                };
                (ints(self.constant(call, 1)?)?.to_vec(), value.unwrap_or(0.0))
            }
        };
        let (zero, expected) = match self.levels(x.at) {
            None => (
                Some(0.0),
                "0, and before a MaxPool a value that is never the greatest, -infinity for instance; or use the pads of the Conv or pool behind it",
            ),
            // A number of eight bits.
            Some(zero) => (zero.map(|zero| zero as f32), "the zero point of the tensor's grid"),
        };
        let rank = x.dims.len();
        let axes: Vec<i64> = match self.optional(call, 3)? {
            Some(axes) => ints(axes)?.to_vec(),
            None => (0..rank as i64).collect(),
        };
        let sizes: Option<Vec<usize>> = amounts.iter().map(|n| usize::try_from(*n).ok()).collect();
        let bad = || Fault::Attribute {
            attribute: "pads",
            got: format!("{:?}", amounts.get(..amounts.len().min(16)).unwrap_or_default()),
            expected: "a number before and one after each axis, none negative, and none for the batch",
        };
        let sizes = sizes.filter(|sizes| sizes.len() == 2 * axes.len()).ok_or_else(bad)?;
        let (mut before, mut after) = (vec![0; rank], vec![0; rank]);
        for (i, axis) in axes.iter().enumerate() {
            let axis = if *axis < 0 { axis.saturating_add(rank as i64) } else { *axis };
            let at = usize::try_from(axis).ok().filter(|at| *at < rank).ok_or_else(bad)?;
            before[at] = sizes[i];
            after[at] = sizes[axes.len() + i];
        }
        if before.first() != Some(&0) || after.first() != Some(&0) {
            return Err(bad());
        }
        let (before, after) = (before.split_off(1), after.split_off(1));
        if Some(value) != zero {
            let padded = self.padded(call, &x, value, [&before, &after]);
            let refused =
                || Fault::Attribute { attribute: "value", got: value.to_string(), expected };
            return Ok(Tensor::Padded(Box::new(padded.ok_or_else(refused)?)));
        }
        let moved = Move::Pad { before, after };
        self.moved(call, moved, &[x.dims.get(1..).unwrap_or_default().to_vec()], vec![x.at])
    }

    /// Appends a move; `shapes` are the operands' without the batch.
    fn moved(
        &mut self,
        call: &Call<'_, 'a>,
        moved: Move,
        shapes: &[Vec<usize>],
        inputs: Vec<Operand>,
    ) -> Result<Tensor, Fault> {
        self.moved_to(call, moved, shapes, inputs).map(Tensor::Computed)
    }

    fn moved_to(
        &mut self,
        call: &Call<'_, 'a>,
        moved: Move,
        shapes: &[Vec<usize>],
        inputs: Vec<Operand>,
    ) -> Result<Computed, Fault> {
        let to = validate::move_shape(&moved, &shapes.iter().collect::<Vec<_>>())?;
        let dims = [&[1], to.as_slice()].concat();
        self.append_to(call, FloatOp::Move(moved), inputs, dims)
    }

    /// An axis that is not the batch's, counted without the batch.
    fn inner_axis(&self, axis: i64, rank: usize) -> Result<usize, Fault> {
        let at = if axis < 0 { axis.saturating_add(rank as i64) } else { axis };
        match usize::try_from(at) {
            Ok(at @ 1..) if at < rank => Ok(at - 1),
            _ => Err(Fault::Attribute {
                attribute: "axis",
                got: axis.to_string(),
                expected: "a dimension of the input that is not the batch",
            }),
        }
    }
}
