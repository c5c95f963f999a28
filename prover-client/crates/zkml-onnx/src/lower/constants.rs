//! Products and sums with constants, and what is folded into the layer before.

use super::{
    Builder, Call, Computed, Tensor,
    elementwise::key,
    layers::{finite, floats, shape},
};
use crate::{Fault, FloatOp, tensor::Constant};
use zkml_model::{
    graph::{Conv, Move, Operand},
    validate,
};

/// Reshapes and transposes that are looked through for a layer: a fully connected one over places
/// has three, and exporters add some.
const LONGEST_WAY: usize = 12;

/// Weights that all products and sums together may be folded into, a weight counted as often as it
/// is.
const MOST_FOLDED: usize = 8 * validate::MAX_TOTAL_VALUES;

/// `y = factor · x + summand`, for each channel, or for each value.
pub(super) struct Affine {
    pub factors: Vec<f32>,
    pub summands: Vec<f32>,
}

impl<'a> Builder<'a> {
    /// `Add`, `Sub`, `Mul` and `Div` by a constant, and `Add` of two tensors.
    pub(super) fn arithmetic(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let op = call.node.op_type;
        let is_constant = |index| -> Result<bool, Fault> {
            Ok(matches!(self.operand(call, index)?, Tensor::Constant(_)))
        };
        let x = match (is_constant(0)?, is_constant(1)?, op) {
            (true, true, _) => return Err(Fault::NotComputed { index: 0 }),
            // Products and quotients of computed tensors are put off, or refused, before they come
            // here.
            (true, false, "Div") | (false, false, "Mul" | "Div") => {
                return Err(Fault::Unsupported { hint: "it divides by a computed tensor" });
            }
            (true, false, _) => 1,
            (false, true, _) => 0,
            (false, false, "Add") => return self.sum(call),
            (false, false, _) => return self.difference(call),
        };
        let affine = |constants: Vec<f32>| {
            let all = |value: f32| vec![value; constants.len()];
            let negated = || constants.iter().map(|c| -c).collect();
            match (op, x) {
                ("Add", _) => Affine { factors: all(1.0), summands: constants },
                ("Sub", 0) => Affine { factors: all(1.0), summands: negated() },
                ("Sub", _) => Affine { factors: all(-1.0), summands: constants },
                ("Mul", _) => Affine { summands: all(0.0), factors: constants },
                _ => Affine {
                    summands: all(0.0),
                    factors: constants.iter().map(|c| 1.0 / c).collect(),
                },
            }
        };
        let dims = self.computed(call, x)?;
        let constant = self.constant(call, 1 - x)?;
        if let Some((axis, values)) = along_one_axis(constant, &dims)?
            && let Some(folded) = self.folded_into_layer(call, x, axis, &affine(values))?
        {
            return Ok(folded);
        }
        let constants = expand(self.constant(call, 1 - x)?, &dims)?;
        self.affine(call, x, affine(constants))
    }

    pub(super) fn batch_normalization(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let dims = self.computed(call, 0)?;
        let &[_, channels, ..] = dims.as_slice() else {
            return Err(shape("an input", "[1, channels, …]", &dims));
        };
        if call.attributes.int("training_mode", 0) != 0 {
            let expected = "0; export in evaluation mode";
            return Err(Fault::Attribute { attribute: "training_mode", got: "1".into(), expected });
        }
        let parameter = |index| -> Result<Vec<f32>, Fault> {
            let constant = self.constant(call, index)?;
            match floats(constant, "a parameter")? {
                values if values.len() == channels => Ok(values.to_vec()),
                _ => Err(shape("a parameter", format!("[{channels}]"), &constant.dims)),
            }
        };
        let (scale, bias, mean, variance) =
            (parameter(1)?, parameter(2)?, parameter(3)?, parameter(4)?);
        let epsilon = f64::from(call.attributes.float("epsilon", 1e-5)?);
        let factors: Vec<f32> = scale
            .iter()
            .zip(&variance)
            .map(|(scale, variance)| {
                (f64::from(*scale) / (f64::from(*variance) + epsilon).sqrt()) as f32
            })
            .collect();
        let summands = bias
            .iter()
            .zip(&mean)
            .zip(&factors)
            .map(|((bias, mean), factor)| bias - mean * factor)
            .collect();
        self.affine(call, 0, Affine { factors, summands })
    }

    fn affine(
        &mut self,
        call: &Call<'_, 'a>,
        index: usize,
        affine: Affine,
    ) -> Result<Tensor, Fault> {
        if let Some(folded) = self.folded_into_layer(call, index, 1, &affine)? {
            return Ok(folded);
        }
        let x = self.operand_at(call, index)?.clone();
        self.spread(call, &x, affine).map(Tensor::Computed)
    }

    /// The same tensor, after the layer behind it has taken in a product and a sum for each index
    /// on this axis, batch included.
    fn folded_into_layer(
        &mut self,
        call: &Call<'_, 'a>,
        index: usize,
        axis: usize,
        affine: &Affine,
    ) -> Result<Option<Tensor>, Fault> {
        let x = self.operand_at(call, index)?.clone();
        if !x.sole || !self.is_read_once(call, index) || self.shared.contains(&key(x.at)) {
            return Ok(None);
        }
        let known = self.built.get(&key(x.at)).copied();
        if known.is_some_and(|point| !self.is_function(point)) {
            return Ok(None);
        }
        let channels = x.dims.get(axis).copied().unwrap_or(1);
        match axis.checked_sub(1).and_then(|axis| self.layer_behind(x.at, axis)) {
            Some(layer) if self.fold(layer, channels, affine)? => {
                self.invalidate(known);
                Ok(Some(Tensor::Computed(x)))
            }
            _ => Ok(None),
        }
    }

    /// Returns `true` if it is said elsewhere what a place computes: by a name that is read more
    /// than once, or by a function of it. Nothing may be folded into it then.
    fn is_known(&self, at: Operand) -> bool {
        self.shared.contains(&key(at)) || self.built.contains_key(&key(at))
    }

    /// The layer whose channels are this axis, batch excluded, of a tensor, through what only moves
    /// values and is read by nothing else.
    fn layer_behind(&self, at: Operand, mut axis: usize) -> Option<usize> {
        let Operand::Node(mut index) = at else { return None };
        for _ in 0..LONGEST_WAY {
            let node = self.nodes.get(index)?;
            match &node.op {
                FloatOp::Conv(_) | FloatOp::Gemm(_) => return (axis == 0).then_some(index),
                FloatOp::Reshape => {
                    let &[Operand::Node(from)] = node.inputs.as_slice() else { return None };
                    axis = same_axis(&self.nodes.get(from)?.shape, &node.shape, axis)?;
                }
                FloatOp::Move(Move::Transpose { permutation }) => axis = *permutation.get(axis)?,
                _ => return None,
            }
            let &[Operand::Node(from)] = node.inputs.as_slice() else { return None };
            if self.reads.get(from) != Some(&1) || self.is_known(Operand::Node(from)) {
                return None;
            }
            index = from;
        }
        None
    }

    /// A product and a sum for each channel, or for each value, as a convolution.
    pub(super) fn spread(
        &mut self,
        call: &Call<'_, 'a>,
        x: &Computed,
        affine: Affine,
    ) -> Result<Computed, Fault> {
        finite(&affine.factors, &affine.summands)?;
        let channels = x.dims.get(1).copied().unwrap_or(1);
        let x = x.clone();
        let count = affine.factors.len();
        let count = if count == 1 { channels } else { count };
        let total: usize = x.dims.iter().product();
        let picture = vec![1, count, total / count, 1];
        let spread =
            |values: Vec<f32>| if values.len() == 1 { vec![values[0]; count] } else { values };
        let conv = Conv {
            out_channels: count,
            in_channels: count,
            group: count,
            kernel: [1, 1],
            strides: [1, 1],
            pads: [0; 4],
            dilations: [1, 1],
            weights: spread(affine.factors),
            bias: spread(affine.summands),
        };
        let fits = matches!(x.dims.as_slice(), [_, c, _, _] if *c == count);
        if fits {
            return self.append_to(call, FloatOp::Conv(conv), vec![x.at], x.dims);
        }
        let flat = self.append_to(call, FloatOp::Reshape, vec![x.at], picture.clone())?;
        let result = self.append_to(call, FloatOp::Conv(conv), vec![flat.at], picture)?;
        self.append_to(call, FloatOp::Reshape, vec![result.at], x.dims)
    }

    /// Folds into node `node` if it is a layer with as many channels.
    fn fold(&mut self, node: usize, channels: usize, affine: &Affine) -> Result<bool, Fault> {
        let (weights, bias) = match self.nodes.get_mut(node).map(|node| &mut node.op) {
            Some(FloatOp::Conv(conv)) if conv.out_channels == channels => {
                (&mut conv.weights, &mut conv.bias)
            }
            Some(FloatOp::Gemm(gemm)) if gemm.outputs == channels => {
                (&mut gemm.weights, &mut gemm.bias)
            }
            _ => return Ok(false),
        };
        // Folding adds no operation, so its work has a bound of its own.
        self.folded_weights = self.folded_weights.saturating_add(weights.len());
        if ![1, channels].contains(&affine.factors.len()) || self.folded_weights > MOST_FOLDED {
            return Ok(false);
        }
        let of = |values: &[f32], i: usize| {
            values.get(i).or(values.first()).copied().unwrap_or_default()
        };
        let width = weights.len() / channels;
        let rows = weights.chunks_mut(width).zip(bias.iter_mut()).enumerate();
        for (i, (row, bias)) in rows {
            let factor = of(&affine.factors, i);
            row.iter_mut().for_each(|w| *w *= factor);
            *bias = *bias * factor + of(&affine.summands, i);
        }
        finite(weights, bias).map(|()| true)
    }
}

/// The axis of a shape that a reshape brings to this axis of another.
fn same_axis(from: &[usize], to: &[usize], axis: usize) -> Option<usize> {
    let before = to.iter().take(axis).product::<usize>();
    (0..from.len()).find(|at| {
        from.iter().take(*at).product::<usize>() == before && from.get(*at) == to.get(axis)
    })
}

/// The axis, of dimensions with the batch, along which alone a constant varies, with its values.
fn along_one_axis(constant: &Constant, dims: &[usize]) -> Result<Option<(usize, Vec<f32>)>, Fault> {
    let Some(missing) = dims.len().checked_sub(constant.dims.len()) else { return Ok(None) };
    let mut long = constant.dims.iter().enumerate().filter(|(_, n)| **n != 1);
    match (long.next(), long.next()) {
        (Some((axis, n)), None) if dims.get(axis + missing) == Some(n) => {
            Ok(Some((axis + missing, floats(constant, "a constant")?.to_vec())))
        }
        _ => Ok(None),
    }
}

/// A constant by the rules of broadcasting: one number, one for each channel, or one for each
/// value.
fn expand(constant: &Constant, dims: &[usize]) -> Result<Vec<f32>, Fault> {
    let values = floats(constant, "a constant")?;
    if values.len() == 1 && constant.dims.len() <= dims.len() {
        return Ok(values.to_vec());
    }
    let fault = || shape("a constant", format!("what broadcasts to {dims:?}"), &constant.dims);
    let missing = dims.len().checked_sub(constant.dims.len()).ok_or_else(fault)?;
    let own: Vec<usize> =
        std::iter::repeat_n(1, missing).chain(constant.dims.iter().copied()).collect();
    if own.iter().zip(dims).any(|(own, n)| *own != 1 && own != n) {
        return Err(fault());
    }
    if own.iter().skip(2).all(|n| *n == 1) {
        return Ok(values.to_vec());
    }
    // The index of a value in the constant, with steps of zero along the axes that it repeats.
    let total: usize = dims.iter().product();
    let at = |index: usize| {
        let (mut rest, mut step, mut at) = (index, 1, 0);
        for (own, n) in own.iter().zip(dims).rev() {
            at += if *own == 1 { 0 } else { rest % n * step };
            rest /= n;
            step *= own;
        }
        at
    };
    (0..total).map(|index| values.get(at(index)).copied().ok_or_else(fault)).collect()
}
