//! Layers with weights: grids, and requantisations before them.

use super::{Plan, Tensor, is_layer};
use crate::{
    Granularity, LayerReport, QuantizeError, WIDEST_WEIGHT,
    grid::{self, Channel, Limits},
};
use zkml_model::{
    graph::{Conv, Gemm, Operand, Operation},
    intervals::Interval,
};
use zkml_onnx::{FloatNode, FloatOp, OnnxModel};

/// Bits below which a requantisation never brings an activation.
const LEAST_ACTIVATION_BITS: u32 = 8;
/// The factor of the greater part of a wide weight.
const BASE: i32 = 127;
/// Steps of the widest bias of a layer whose weights are all zero.
const BIAS_STEPS: f64 = (1 << 20) as f64;
/// Bits of the accumulators of a layer without a ReLU after it. An arg-max of that width is cheap.
const FREE_BITS: u8 = 40;

/// A layer as rows of weights, one for each output channel.
struct Layer<'a> {
    node: &'a FloatNode,
    /// Its index among the layers.
    index: usize,
    channels: Vec<Channel>,
    /// For each channel, the range of the operand under each weight.
    ranges: Vec<Vec<Interval>>,
    /// `true` if each channel may have a scale of its own.
    by_channel: bool,
    /// Most bits of an accumulator.
    bits: u8,
    /// `true` if something pays for them.
    costly: bool,
    /// The finest scale of its operand.
    finest: f64,
}

/// The operations after a layer, up to the next ones.
struct After {
    /// `true` if its output channels may have scales of their own.
    by_channel: bool,
    /// `true` if something pays for each bit of its accumulators.
    costly: bool,
}

/// Returns the operations after node `index`.
///
/// Channels may differ in scale where all that follows keeps them apart up to fully connected
/// layers, or up to convolutions over the same channels. Bounds and tables want one scale, and so
/// do the scores, which are compared.
fn after(onnx: &OnnxModel, index: usize) -> After {
    let conv = onnx.nodes.get(index).is_some_and(|node| matches!(node.op, FloatOp::Conv(_)));
    let mut out = After { by_channel: true, costly: false };
    // Nodes to look at, and whether their channels are still this layer's.
    let mut open = vec![(index, conv)];
    let mut seen = vec![[false; 2]; onnx.nodes.len()];
    while let Some((at, apart)) = open.pop() {
        if std::mem::replace(&mut seen[at][usize::from(apart)], true) {
            continue;
        }
        // The last node gives the scores.
        out.by_channel &= at + 1 < onnx.nodes.len();
        let reads = |(_, node): &(usize, &FloatNode)| node.inputs.contains(&Operand::Node(at));
        for (reader, node) in onnx.nodes.iter().enumerate().filter(reads) {
            match &node.op {
                // Of a graph that has the last three, nothing is left to quantise.
                FloatOp::Gemm(_)
                | FloatOp::Quantize(_)
                | FloatOp::Dequantize { .. }
                | FloatOp::Integer(_) => {}
                FloatOp::Conv(_) => out.by_channel &= apart,
                FloatOp::Reshape | FloatOp::Move(zkml_model::graph::Move::Transpose { .. }) => {
                    open.push((reader, false))
                }
                FloatOp::Add | FloatOp::Move(_) => open.push((reader, apart)),
                FloatOp::Relu | FloatOp::LeakyRelu { .. } => {
                    out.costly = true;
                    open.push((reader, apart));
                }
                FloatOp::MaxPool(_) => {
                    out.costly = true;
                    out.by_channel &= apart;
                    open.push((reader, apart));
                }
                FloatOp::Clip { .. } | FloatOp::Function(_) => {
                    out.costly = true;
                    out.by_channel = false;
                }
            }
        }
    }
    out
}

impl Plan<'_> {
    pub(super) fn layer(
        &mut self,
        at: usize,
        node: &FloatNode,
        x: Operand,
    ) -> Result<Operand, QuantizeError> {
        let After { by_channel, costly } = after(self.onnx, at);
        let by_channel = by_channel && self.options.granularity == Granularity::PerChannel;
        let of = |list: &[u8], index: usize| list.get(index).or(list.last()).copied().unwrap_or(8);
        let bits = if costly { of(&self.options.relu_bits, self.relus) } else { FREE_BITS };
        let index = self.layers.len();
        let weight = ((1 << (of(&self.options.weight_bits, index) - 1)) - 1).min(WIDEST_WEIGHT);
        let tolerance = if costly { self.options.tolerance } else { 0.0 };
        let limits = Limits { weight, accumulator: (1i64 << bits) - 1, tolerance };
        let mut x = if matches!(node.op, FloatOp::Conv(_)) {
            self.planes_of_input(&node.name, x)?
        } else {
            x
        };

        let make = |x: &Tensor| Layer { index, by_channel, bits, costly, ..rows(x, node) };
        let shift = self.shift(x, &make(self.tensor(x)), limits);
        if shift > 0 {
            x = self.requantize(&node.name, x, shift)?;
        }
        self.relus += usize::from(costly);
        let layer = make(self.tensor(x));
        self.quantize(&layer, limits, shift, x)
    }

    /// The operand of a convolution: its planes have one scale each, and their zeros stand for one
    /// number each.
    fn planes_of_input(&mut self, name: &str, x: Operand) -> Result<Operand, QuantizeError> {
        let tensor = self.tensor(x);
        let plane = tensor.shape.iter().skip(1).product::<usize>().max(1);
        let same = |plane: &[f64]| plane.iter().all(|residue| Some(residue) == plane.first());
        let x = if tensor.residues.chunks(plane).all(same) { x } else { self.settle(name, x)? };
        self.by_planes(name, x)
    }

    /// Least shift before the layer that lets it keep its full weights; at most down to
    /// [`LEAST_ACTIVATION_BITS`].
    fn shift(&self, x: Operand, layer: &Layer<'_>, limits: Limits) -> u8 {
        let widest = self.tensor(x).ranges.iter().map(Interval::magnitude).max().unwrap_or(0);
        let most = (64 - widest.leading_zeros()).saturating_sub(LEAST_ACTIVATION_BITS).min(31);
        if self.layers.is_empty() {
            return 0;
        }
        // The widest sum if every weight were rounded on the finest grid of its channel.
        let top =
            |channel: &Channel| channel.weights.iter().fold(0.0f64, |max, w| max.max(w.abs()));
        let shared = layer.channels.iter().map(top).fold(0.0, f64::max);
        let (mut reach, mut bias) = (0.0f64, 0.0f64);
        for (channel, ranges) in layer.channels.iter().zip(&layer.ranges) {
            let top = if layer.by_channel { top(channel) } else { shared };
            if top > 0.0 {
                let step = top / f64::from(grid::finest(channel, top, limits.weight));
                let sum = |end: fn(f64, f64) -> f64| -> f64 {
                    channel
                        .weights
                        .iter()
                        .zip(ranges)
                        .map(|(w, r)| end(w * r.lo as f64, w * r.hi as f64))
                        .sum::<f64>()
                };
                let wide =
                    (sum(f64::max) + channel.bias).abs().max((sum(f64::min) + channel.bias).abs());
                reach = reach.max(wide / step);
                bias = bias.max(channel.bias.abs() / step);
            }
        }
        // A bias has 32 bits; where it is large beside the weights, its operand is finer than they
        // are.
        let over = (reach / limits.accumulator as f64).max(bias / f64::from(i32::MAX));
        let over = over.log2().ceil().clamp(0.0, 31.0);
        (over as u32).min(most) as u8
    }

    /// Divides a tensor by a power of two; whoever reads it later reads the quotient.
    pub(crate) fn requantize(
        &mut self,
        name: &str,
        x: Operand,
        shift: u8,
    ) -> Result<Operand, QuantizeError> {
        let Tensor { shape, mut scales, .. } = self.tensor(x).clone();
        let factor = f64::from(1u32 << shift);
        scales.iter_mut().for_each(|scale| *scale *= factor);
        let name = Self::helper(name, "requantize");
        let quotient = self.push(&name, Operation::Requantize { shift }, vec![x], shape, scales)?;
        self.replace(x, quotient);
        Ok(quotient)
    }

    fn quantize(
        &mut self,
        layer: &Layer<'_>,
        limits: Limits,
        shift: u8,
        x: Operand,
    ) -> Result<Operand, QuantizeError> {
        let (index, name) = (layer.index, layer.node.name.clone());
        let steps = steps(layer, limits).ok_or_else(|| QuantizeError::Fit {
            layer: index,
            name: name.clone(),
            bits: layer.bits,
        })?;
        let mut weights = Vec::new();
        let mut bias = Vec::new();
        let (mut error, mut energy) = (0.0, 0.0);
        for (number, (channel, step)) in layer.channels.iter().zip(&steps).enumerate() {
            for weight in &channel.weights {
                let rounded = grid::round(*weight, *step);
                error += (weight - rounded as f64 * step).powi(2);
                energy += weight * weight;
                weights.push(rounded.clamp(-i64::from(WIDEST_WEIGHT), WIDEST_WEIGHT.into()) as i32);
            }
            let Ok(rounded) = i32::try_from(grid::round(channel.bias, *step)) else {
                let magnitude = channel.bias / step;
                return Err(QuantizeError::Bias { layer: index, name, channel: number, magnitude });
            };
            bias.push(rounded);
        }
        let widest = weights.iter().map(|w| w.unsigned_abs()).max().unwrap_or(0);
        self.layers.push(LayerReport {
            node: self.model.nodes.len(),
            name,
            op: if matches!(layer.node.op, FloatOp::Conv(_)) { "Conv" } else { "Gemm" },
            weights: weights.len(),
            weight_bits: 33 - widest.leading_zeros(),
            weight_error: if energy > 0.0 { (error / energy).sqrt() } else { 0.0 },
            accumulator_bits: 0,
            shift,
            costly: layer.costly,
        });
        self.append(layer.node, weights, bias, &steps, x)
    }

    /// Appends the quantised layer, in two parts if its weights have more than eight bits.
    fn append(
        &mut self,
        node: &FloatNode,
        weights: Vec<i32>,
        bias: Vec<i32>,
        steps: &[f64],
        x: Operand,
    ) -> Result<Operand, QuantizeError> {
        let narrow = |weights: &[i32]| -> Vec<i8> {
            weights.iter().map(|w| (*w).clamp(-127, 127) as i8).collect()
        };
        let result = if weights.iter().all(|w| w.abs() <= BASE) {
            self.append_part(node, &node.name, narrow(&weights), bias, steps, x)?
        } else {
            let high: Vec<i32> =
                weights.iter().map(|w| (2 * w + w.signum() * BASE) / (2 * BASE)).collect();
            let low: Vec<i32> =
                weights.iter().zip(&high).map(|(w, high)| w - BASE * high).collect();
            let coarse: Vec<f64> = steps.iter().map(|step| step * f64::from(BASE)).collect();
            let name = Self::helper(&node.name, "high");
            let high =
                self.append_part(node, &name, narrow(&high), vec![0; bias.len()], &coarse, x)?;
            let plane = node.shape.iter().product::<usize>() / steps.len();
            let high =
                self.rescale(&node.name, high, plane, vec![BASE as i8; steps.len()], steps)?;
            let name = Self::helper(&node.name, "low");
            let low = self.append_part(node, &name, narrow(&low), bias, steps, x)?;
            let scales = self.tensor(low).scales.clone();
            self.push(&node.name, Operation::Add, vec![high, low], node.shape.clone(), scales)?
        };
        let bits = self.tensor(result).ranges.iter().map(Interval::bits).max().unwrap_or(0);
        if let (Some(layer), Operand::Node(at)) = (self.layers.last_mut(), result) {
            layer.accumulator_bits = bits;
            layer.node = at;
        }
        Ok(result)
    }

    /// Appends a layer with weights of eight bits.
    fn append_part(
        &mut self,
        node: &FloatNode,
        name: &str,
        weights: Vec<i8>,
        bias: Vec<i32>,
        steps: &[f64],
        x: Operand,
    ) -> Result<Operand, QuantizeError> {
        let op = match &node.op {
            FloatOp::Conv(conv) => Operation::Conv(Conv {
                out_channels: conv.out_channels,
                in_channels: conv.in_channels,
                group: conv.group,
                kernel: conv.kernel,
                strides: conv.strides,
                pads: conv.pads,
                dilations: conv.dilations,
                weights,
                bias,
            }),
            FloatOp::Gemm(gemm) => {
                Operation::Gemm(Gemm { outputs: gemm.outputs, inputs: gemm.inputs, weights, bias })
            }
            _ => return Ok(x),
        };
        let plane = node.shape.iter().product::<usize>() / steps.len();
        let scales = steps.iter().flat_map(|step| std::iter::repeat_n(*step, plane)).collect();
        self.push(name, op, vec![x], node.shape.clone(), scales)
    }
}

/// The layer's weights times the scales of their operands, with the ranges of those.
fn rows<'n>(x: &Tensor, node: &'n FloatNode) -> Layer<'n> {
    let (channels, ranges) = match &node.op {
        FloatOp::Gemm(gemm) => gemm_rows(x, gemm),
        FloatOp::Conv(conv) => conv_rows(x, conv),
        other => {
            debug_assert!(!is_layer(other));
            (Vec::new(), Vec::new())
        }
    };
    let finest = x.scales.iter().copied().fold(f64::INFINITY, f64::min);
    Layer { node, index: 0, channels, ranges, by_channel: false, bits: 0, costly: false, finest }
}

/// One output channel. With `fold`, operands that are always the same count to its bias.
fn channel(weights: &[f32], operands: &[TapOperand], bias: f32, fold: bool) -> Channel {
    let mut bias = f64::from(bias);
    let weights = weights.iter().zip(operands).map(|(weight, operand)| {
        let weight = f64::from(*weight);
        bias += weight * operand.residue;
        match operand.constant() {
            Some(integer) if fold => {
                bias += weight * operand.scale * integer as f64;
                0.0
            }
            _ => weight * operand.scale,
        }
    });
    let weights = weights.collect();
    Channel { weights, bias }
}

/// Returns `true` if the widest of a layer's weights belongs to an operand that is always the same,
/// and so would take bits from all others for nothing.
fn wastes(taps: impl Iterator<Item = (f32, TapOperand)>) -> bool {
    let (mut constant, mut live) = (0.0f64, 0.0f64);
    for (weight, operand) in taps {
        let top = if operand.constant().is_some() { &mut constant } else { &mut live };
        *top = top.max(f64::from(weight.abs()) * operand.scale);
    }
    constant > live
}

/// The operand of a weight: `real = scale · integer + residue`.
#[derive(Clone, Copy)]
struct TapOperand {
    scale: f64,
    residue: f64,
    range: Interval,
}

impl TapOperand {
    /// The integer, if there is but one.
    fn constant(&self) -> Option<i64> {
        (self.range.lo == self.range.hi).then_some(self.range.lo)
    }
}

fn gemm_rows(x: &Tensor, gemm: &Gemm<f32, f32>) -> (Vec<Channel>, Vec<Vec<Interval>>) {
    let operands = x.scales.iter().zip(&x.residues).zip(&x.ranges);
    let operands: Vec<TapOperand> = operands
        .map(|((scale, residue), range)| TapOperand {
            scale: *scale,
            residue: *residue,
            range: *range,
        })
        .collect();
    let rows = || gemm.weights.chunks_exact(gemm.inputs);
    let fold = wastes(rows().flat_map(|row| row.iter().copied().zip(operands.iter().copied())));
    let channels =
        rows().zip(&gemm.bias).map(|(row, bias)| channel(row, &operands, *bias, fold)).collect();
    (channels, vec![x.ranges.clone(); gemm.outputs])
}

fn conv_rows(x: &Tensor, conv: &Conv<f32, f32>) -> (Vec<Channel>, Vec<Vec<Interval>>) {
    let per_group = conv.in_channels / conv.group;
    let taps = conv.kernel[0] * conv.kernel[1];
    let plane = x.scales.len() / conv.in_channels;
    let padded = conv.pads.iter().any(|pad| *pad > 0);
    let input = |o: usize, i: usize| o / (conv.out_channels / conv.group) * per_group + i / taps;
    // All values of a channel have one scale; of their ranges the hull counts, and zero where there
    // is padding.
    let hulls = x.ranges.chunks_exact(plane).map(|plane| hull(plane, padded));
    let grids = x.scales.iter().zip(&x.residues).step_by(plane);
    let operands: Vec<TapOperand> = grids
        .zip(hulls)
        .map(|((scale, residue), range)| TapOperand { scale: *scale, residue: *residue, range })
        .collect();
    let rows = || conv.weights.chunks_exact(per_group * taps).enumerate();
    let operands_of = |o: usize, row: &[f32]| -> Vec<TapOperand> {
        (0..row.len()).filter_map(|i| operands.get(input(o, i)).copied()).collect()
    };
    let fold = wastes(rows().flat_map(|(o, row)| row.iter().copied().zip(operands_of(o, row))));
    let channels = rows().zip(&conv.bias).map(|((o, row), bias)| {
        let operands = operands_of(o, row);
        let ranges = operands.iter().map(|operand| operand.range).collect();
        (channel(row, &operands, *bias, fold), ranges)
    });
    channels.unzip()
}

/// The step of each output channel. A channel whose weights are all zero takes the finest step of
/// the others.
fn steps(layer: &Layer<'_>, limits: Limits) -> Option<Vec<f64>> {
    if layer.channels.iter().all(|channel| channel.weights.iter().all(|w| *w == 0.0)) {
        return Some(steps_of_constants(layer, limits));
    }
    if !layer.by_channel {
        // Channels of one layer differ in the ranges of their operands only if it is a grouped
        // convolution.
        let hulls =
            layer.ranges.iter().skip(1).fold(layer.ranges.first()?.clone(), |all, ranges| {
                all.iter()
                    .zip(ranges)
                    .map(|(a, b)| Interval { lo: a.lo.min(b.lo), hi: a.hi.max(b.hi) })
                    .collect()
            });
        let step = grid::choose(&layer.channels, &hulls, limits)?.step;
        return Some(vec![step; layer.channels.len()]);
    }
    let own = layer.channels.iter().zip(&layer.ranges).map(|(channel, ranges)| {
        if channel.weights.iter().all(|w| *w == 0.0) {
            return Some(None);
        }
        let exact = || grid::with_bias(channel, ranges, limits);
        let grid = if channel.weights.len() == 1 { exact() } else { None };
        grid.or_else(|| grid::choose(std::slice::from_ref(channel), ranges, limits))
            .map(|grid| Some(grid.step))
    });
    let own: Vec<Option<f64>> = own.collect::<Option<_>>()?;
    let finest = own.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    layer
        .channels
        .iter()
        .zip(own)
        .map(|(channel, step)| match step {
            Some(step) => Some(step),
            // Only its bias counts: fine enough to keep it, coarse enough to fit.
            None => Some(finest.max(channel.bias.abs() / limits.accumulator as f64))
                .filter(|s| s.is_normal()),
        })
        .collect()
}

/// The steps of channels whose weights are all zero: only their biases count, and are kept in
/// [`BIAS_STEPS`] or as many as fit.
fn steps_of_constants(layer: &Layer<'_>, limits: Limits) -> Vec<f64> {
    let widest = layer.channels.iter().map(|channel| channel.bias.abs()).fold(0.0, f64::max);
    let step = widest / BIAS_STEPS.min(limits.accumulator as f64);
    // Zeros have any scale; with that of weights of 1 a sum with another tensor does not become
    // coarser.
    let any = layer.finest / f64::from(limits.weight);
    vec![if step.is_normal() { step } else { any }; layer.channels.len()]
}

fn hull(ranges: &[Interval], padded: bool) -> Interval {
    let start =
        if padded { Interval { lo: 0, hi: 0 } } else { Interval { lo: i64::MAX, hi: i64::MIN } };
    ranges.iter().fold(start, |all, r| Interval { lo: all.lo.min(r.lo), hi: all.hi.max(r.hi) })
}
