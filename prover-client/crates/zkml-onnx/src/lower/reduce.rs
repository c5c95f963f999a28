//! Means, sums and maxima over axes, maxima and minima of tensors, and slopes by channel.

use super::{
    Builder, Call, Computed, Tensor,
    constants::Affine,
    elementwise::{BinaryOp, UnaryOp},
    layers::{floats, ints, shape},
};
use crate::{Fault, FloatOp};
use zkml_model::{
    graph::{Conv, Move, Window},
    validate,
};

impl<'a> Builder<'a> {
    /// `ReduceMean`, `ReduceSum` and `ReduceMax` over axes that are not the batch.
    pub(super) fn reduce(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let x = self.operand_at(call, 0)?.clone();
        let rank = x.dims.len();
        let axes = self.reduced_axes(call, rank)?;
        let keep = call.attributes.int("keepdims", 1) != 0;
        if axes.is_empty() {
            return Ok(Tensor::Computed(Computed { sole: false, ..x }));
        }
        let kept: Vec<usize> = (1..rank).filter(|axis| !axes.contains(axis)).collect();
        let size = |axes: &[usize]| axes.iter().map(|axis| x.dims[*axis]).product::<usize>();
        let (channels, count) = (size(&kept), size(&axes));
        // The axes that are reduced go last, and then are the rows of a picture.
        let permutation: Vec<usize> = kept.iter().chain(&axes).map(|axis| axis - 1).collect();
        let at = self.permuted(call, &x, permutation)?;
        let picture =
            self.append_to(call, FloatOp::Reshape, vec![at.at], vec![1, channels, count, 1])?;
        let reduced = self.over_rows(call, &picture, channels, count)?;
        let mut to: Vec<usize> = if keep {
            (0..rank).map(|axis| if axes.contains(&axis) { 1 } else { x.dims[axis] }).collect()
        } else {
            [&[1], kept.iter().map(|axis| x.dims[*axis]).collect::<Vec<_>>().as_slice()].concat()
        };
        if to.len() < 2 {
            // Of the batch alone is left one value.
            to = vec![1, 1];
        }
        self.append_to(call, FloatOp::Reshape, vec![reduced.at], to).map(Tensor::Computed)
    }

    fn over_rows(
        &mut self,
        call: &Call<'_, 'a>,
        x: &Computed,
        channels: usize,
        count: usize,
    ) -> Result<Computed, Fault> {
        let dims = vec![1, channels, 1, 1];
        let window =
            Window { kernel: [count, 1], strides: [1, 1], pads: [0; 4], dilations: [1, 1] };
        validate::window_shape(&window, &vec![channels, count, 1])?;
        if call.node.op_type == "ReduceMax" {
            return self.append_to(call, FloatOp::MaxPool(window), vec![x.at], dims);
        }
        let weight = if call.node.op_type == "ReduceMean" { 1.0 / count as f32 } else { 1.0 };
        let conv =
            by_channel(channels, window, vec![weight; channels * count], vec![0.0; channels]);
        self.append_to(call, FloatOp::Conv(conv), vec![x.at], dims)
    }

    fn reduced_axes(&self, call: &Call<'_, 'a>, rank: usize) -> Result<Vec<usize>, Fault> {
        // From operator set 18 on (13 for ReduceSum) the axes are an operand.
        let given = match (call.attributes.ints("axes"), self.optional(call, 1)?) {
            (Some(axes), _) => Some(axes.to_vec()),
            (None, Some(axes)) => Some(ints(axes)?.to_vec()),
            (None, None) => None,
        };
        let all = given.as_ref().is_none_or(|axes| axes.is_empty());
        if all && call.attributes.int("noop_with_empty_axes", 0) != 0 {
            return Ok(Vec::new());
        }
        let given = if all { (1..rank as i64).collect() } else { given.unwrap_or_default() };
        let bad = || Fault::Attribute {
            attribute: "axes",
            got: format!("{:?}", given.get(..given.len().min(9)).unwrap_or_default()),
            expected: "dimensions of the input that are not the batch",
        };
        let mut axes = Vec::new();
        for axis in given.iter().take(validate::MAX_RANK + 1) {
            let at = if *axis < 0 { axis.saturating_add(rank as i64) } else { *axis };
            match usize::try_from(at) {
                Ok(at @ 1..) if at < rank => axes.push(at),
                _ => return Err(bad()),
            }
        }
        axes.sort_unstable();
        axes.dedup();
        if axes.len() == given.len() { Ok(axes) } else { Err(bad()) }
    }

    /// A transposed tensor; `permutation` is without the batch.
    pub(super) fn permuted(
        &mut self,
        call: &Call<'_, 'a>,
        x: &Computed,
        permutation: Vec<usize>,
    ) -> Result<Computed, Fault> {
        if permutation.iter().copied().eq(0..permutation.len()) {
            return Ok(x.clone());
        }
        let dims = [1].into_iter().chain(permutation.iter().map(|axis| x.dims[axis + 1])).collect();
        self.append_to(call, FloatOp::Move(Move::Transpose { permutation }), vec![x.at], dims)
    }

    /// `Max` and `Min`: `max(a, b) = a + relu(b - a)`; with one number a `Clip`.
    pub(super) fn extremum(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let greatest = call.node.op_type == "Max";
        let (mut numbers, mut tensors) = (Vec::new(), Vec::new());
        for index in 0..call.node.inputs.len().min(validate::MAX_OPERANDS) {
            match self.operand(call, index)? {
                Tensor::Constant(constant) => match floats(constant, "a constant")? {
                    [number] if constant.dims.len() <= 1 => {
                        numbers.push(number.clamp(f32::MIN, f32::MAX))
                    }
                    _ => {
                        return Err(shape(
                            "a constant",
                            "one number for all values",
                            &constant.dims,
                        ));
                    }
                },
                _ => tensors.push(self.operand_at(call, index)?.clone()),
            }
        }
        let mut tensors = tensors.into_iter();
        let mut result = tensors.next().ok_or(Fault::NotComputed { index: 0 })?;
        for x in tensors {
            let (a, b) = if greatest { (&x, &result) } else { (&result, &x) };
            let difference = self.sum_or_difference(call, BinaryOp::Sub, a, b)?;
            let rest = self.step(call, &difference, UnaryOp::Relu)?;
            let pair = if greatest { BinaryOp::Add } else { BinaryOp::Sub };
            result = self.sum_or_difference(call, pair, &result, &rest)?;
        }
        for number in numbers {
            let clip = if greatest {
                UnaryOp::Clip(number, f32::MAX)
            } else {
                UnaryOp::Clip(f32::MIN, number)
            };
            result = self.step(call, &result, clip)?;
        }
        result.sole = false;
        Ok(Tensor::Computed(result))
    }

    /// `PRelu` with a slope for each channel: `slope · x + (1 - slope) · relu(x)`.
    pub(super) fn p_relu(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let slopes = floats(self.constant(call, 1)?, "a slope")?.to_vec();
        if slopes.len() == 1 {
            return self.activation(call);
        }
        let x = self.operand_at(call, 0)?.clone();
        let channels = x.dims.get(1).copied().unwrap_or(1);
        let dims = self.constant(call, 1)?.dims.clone();
        let own = dims.iter().filter(|n| **n != 1).copied().collect::<Vec<_>>();
        // The channels are the second of the input's dimensions, the slopes broadcast from the
        // last.
        let by_channel = dims.len() + 1 == x.dims.len() && dims.first() == Some(&channels);
        if own != [channels] || !(by_channel || x.dims.len() == 2) {
            return Err(shape(
                "slopes",
                format!("[{channels}, 1, …], one for each channel, or one"),
                &dims,
            ));
        }
        let rest = slopes.iter().map(|slope| 1.0 - slope).collect();
        let zeros = vec![0.0; channels];
        let relu = self.step(call, &x, UnaryOp::Relu)?;
        let relu = self.spread(call, &relu, Affine { factors: rest, summands: zeros.clone() })?;
        let line = self.spread(call, &x, Affine { factors: slopes, summands: zeros })?;
        self.sum_or_difference(call, BinaryOp::Add, &line, &relu).map(Tensor::Computed)
    }
}

/// A convolution of each channel alone.
pub(super) fn by_channel(
    channels: usize,
    window: Window,
    weights: Vec<f32>,
    bias: Vec<f32>,
) -> Conv<f32, f32> {
    let Window { kernel, strides, pads, dilations } = window;
    let (out_channels, in_channels, group) = (channels, channels, channels);
    Conv { out_channels, in_channels, group, kernel, strides, pads, dilations, weights, bias }
}
