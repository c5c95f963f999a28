//! Walks the chain of operations, choosing grids and requantisations.

use super::{
    LayerReport, Options, QuantizeError, Report,
    grid::{self, Channel, Limits},
};
use crate::{
    graph::{Conv, Gemm, InputSpec, Node, Operand, Operation, QuantizedModel, Shape},
    intervals::{self, Interval},
    onnx::{FloatNode, FloatOp, OnnxModel},
    validate::MAX_NAME,
};

/// Bits below which a requantisation never brings an activation.
const LEAST_ACTIVATION_BITS: u32 = 8;
/// Bits of the accumulators of a layer without a ReLU after it. An arg-max of that width is cheap.
const FREE_BITS: u8 = 40;

/// The quantised model so far, with scale and range of each value of its last tensor.
struct Plan<'a> {
    options: &'a Options,
    model: QuantizedModel,
    scales: Vec<f64>,
    ranges: Vec<Interval>,
    /// Real number to be added to each input value: what zero and `min` leave over.
    residue: f64,
    layers: Vec<LayerReport>,
    /// Layers before a ReLU so far.
    relus: usize,
}

/// A layer as rows of weights, one for each output channel.
struct Layer<'a> {
    node: &'a FloatNode,
    /// Its index among the layers.
    index: usize,
    channels: Vec<Channel>,
    /// For each channel, the range of the operand under each weight.
    ranges: Vec<Vec<Interval>>,
    /// Whether each channel may have a scale of its own.
    by_channel: bool,
    /// Most bits of an accumulator.
    bits: u8,
}

pub(super) fn plan(
    onnx: &OnnxModel,
    options: &Options,
    input: InputSpec,
    step: f64,
    residue: f64,
) -> Result<(QuantizedModel, Report), QuantizeError> {
    let count = input.len();
    let range = Interval { lo: i64::from(input.min), hi: input.max() };
    let mut plan = Plan {
        options,
        model: QuantizedModel { input, nodes: Vec::new() },
        scales: vec![step; count],
        ranges: vec![range; count],
        residue,
        layers: Vec::new(),
        relus: 0,
    };
    if !onnx.nodes.iter().any(|node| is_layer(&node.op)) {
        return Err(QuantizeError::NoLayer);
    }
    for (index, node) in onnx.nodes.iter().enumerate() {
        match &node.op {
            FloatOp::Relu => plan.push(&node.name, Operation::Relu, node.shape.clone())?,
            FloatOp::Reshape => plan.push(&node.name, Operation::Reshape, node.shape.clone())?,
            FloatOp::Conv(_) | FloatOp::Gemm(_) => {
                plan.layer(node, onnx.nodes.get(index + 1..).unwrap_or_default())?
            }
        }
    }
    plan.finish()
}

fn is_layer(op: &FloatOp) -> bool {
    matches!(op, FloatOp::Conv(_) | FloatOp::Gemm(_))
}

/// Whether the output channels of a layer may have scales of their own: what follows keeps them apart up to a
/// fully connected layer, or up to a convolution over the same channels. The scores share one scale.
fn by_channel(node: &FloatNode, after: &[FloatNode]) -> bool {
    let next = after.iter().position(|node| is_layer(&node.op));
    let reshaped = |end: usize| after.iter().take(end).any(|node| node.op == FloatOp::Reshape);
    match next.and_then(|at| Some((at, after.get(at)?))) {
        None => false,
        Some((_, FloatNode { op: FloatOp::Gemm(_), .. })) => true,
        Some((at, _)) => matches!(node.op, FloatOp::Conv(_)) && !reshaped(at),
    }
}

impl Plan<'_> {
    /// Appends an operation and takes over the exact intervals of its result.
    fn push(&mut self, name: &str, op: Operation, shape: Vec<usize>) -> Result<(), QuantizeError> {
        let index = self.model.nodes.len();
        let from = index.checked_sub(1).map_or(Operand::Input, Operand::Node);
        let node = Node { name: name.into(), op, inputs: vec![from], shape };
        self.ranges = intervals::step(index, &node, &self.ranges, self.last_shape())?;
        self.model.nodes.push(node);
        Ok(())
    }

    fn last_shape(&self) -> &Shape {
        self.model.nodes.last().map_or(&self.model.input.shape, |node| &node.shape)
    }

    fn layer(&mut self, node: &FloatNode, after: &[FloatNode]) -> Result<(), QuantizeError> {
        let before_relu = after.iter().take_while(|n| !is_layer(&n.op)).any(|n| n.op == FloatOp::Relu);
        let of = |list: &[u8], index: usize| list.get(index).or(list.last()).copied().unwrap_or(8);
        let bits = if before_relu { of(&self.options.relu_bits, self.relus) } else { FREE_BITS };
        let index = self.layers.len();
        let weight = (1 << (of(&self.options.weight_bits, index) - 1)) - 1;
        let tolerance = if before_relu { self.options.tolerance } else { 0.0 };
        let limits = Limits { weight, accumulator: (1i64 << bits) - 1, tolerance };
        let by_channel = by_channel(node, after);
        let make = |plan: &Self| Layer { node, index, by_channel, bits, ..plan.rows(node) };

        let shift = self.shift(&make(self), limits);
        if shift > 0 {
            self.requantize(node, shift)?;
        }
        self.relus += usize::from(before_relu);
        let layer = make(self);
        self.residue = 0.0;
        self.quantize(&layer, limits, shift)
    }

    /// Least shift before the layer that lets it keep its full weights; at most down to [`LEAST_ACTIVATION_BITS`].
    fn shift(&self, layer: &Layer<'_>, limits: Limits) -> u8 {
        let widest =
            self.ranges.iter().map(|r| r.lo.unsigned_abs().max(r.hi.unsigned_abs())).max().unwrap_or(0);
        let most = (64 - widest.leading_zeros()).saturating_sub(LEAST_ACTIVATION_BITS).min(31);
        if self.layers.is_empty() {
            return 0;
        }
        // The widest sum if every weight were rounded on the finest grid of its channel.
        let top = |channel: &Channel| channel.weights.iter().fold(0.0f64, |max, w| max.max(w.abs()));
        let shared = layer.channels.iter().map(top).fold(0.0, f64::max);
        let mut reach = 0.0f64;
        for (channel, ranges) in layer.channels.iter().zip(&layer.ranges) {
            let top = if layer.by_channel { top(channel) } else { shared };
            if top > 0.0 {
                let step = top / f64::from(limits.weight);
                let sum = |end: fn(f64, f64) -> f64| -> f64 {
                    channel
                        .weights
                        .iter()
                        .zip(ranges)
                        .map(|(w, r)| end(w * r.lo as f64, w * r.hi as f64))
                        .sum::<f64>()
                };
                let wide = (sum(f64::max) + channel.bias).abs().max((sum(f64::min) + channel.bias).abs());
                reach = reach.max(wide / step);
            }
        }
        let over = (reach / limits.accumulator as f64).log2().ceil().clamp(0.0, 31.0);
        (over as u32).min(most) as u8
    }

    fn requantize(&mut self, node: &FloatNode, shift: u8) -> Result<(), QuantizeError> {
        let shape = self.last_shape().clone();
        let mut name = format!("{}_requantize", node.name);
        if name.len() > MAX_NAME {
            name = "requantize".into();
        }
        let factor = f64::from(1u32 << shift);
        self.scales.iter_mut().for_each(|scale| *scale *= factor);
        self.push(&name, Operation::Requantize { shift }, shape)
    }

    /// The layer's weights times the scales of their operands, with the ranges of those.
    fn rows<'n>(&self, node: &'n FloatNode) -> Layer<'n> {
        let (channels, ranges) = match &node.op {
            FloatOp::Gemm(gemm) => self.gemm_rows(gemm),
            FloatOp::Conv(conv) => self.conv_rows(conv),
            FloatOp::Relu | FloatOp::Reshape => (Vec::new(), Vec::new()),
        };
        Layer { node, index: 0, channels, ranges, by_channel: false, bits: 0 }
    }

    fn channel(&self, weights: &[f32], scales: impl Iterator<Item = f64>, bias: f32) -> Channel {
        let sum: f64 = weights.iter().map(|w| f64::from(*w)).sum();
        let weights = weights.iter().zip(scales).map(|(w, scale)| f64::from(*w) * scale).collect();
        Channel { weights, bias: f64::from(bias) + self.residue * sum }
    }

    fn gemm_rows(&self, gemm: &Gemm<f32, f32>) -> (Vec<Channel>, Vec<Vec<Interval>>) {
        let rows = gemm.weights.chunks_exact(gemm.inputs).zip(&gemm.bias);
        let channels =
            rows.map(|(row, bias)| self.channel(row, self.scales.iter().copied(), *bias)).collect();
        (channels, vec![self.ranges.clone(); gemm.outputs])
    }

    fn conv_rows(&self, conv: &Conv<f32, f32>) -> (Vec<Channel>, Vec<Vec<Interval>>) {
        let per_group = conv.in_channels / conv.group;
        let taps = conv.kernel[0] * conv.kernel[1];
        let plane = self.scales.len() / conv.in_channels;
        let padded = conv.pads.iter().any(|pad| *pad > 0);
        let input = |o: usize, i: usize| o / (conv.out_channels / conv.group) * per_group + i / taps;
        // All values of a channel have one scale; of their ranges the hull counts, and zero where there is padding.
        let hulls: Vec<Interval> = self.ranges.chunks_exact(plane).map(|plane| hull(plane, padded)).collect();
        let rows = conv.weights.chunks_exact(per_group * taps).zip(&conv.bias).enumerate();
        rows.map(|(o, (row, bias))| {
            let scales = (0..row.len()).map(|i| self.scales[input(o, i) * plane]);
            let ranges = (0..row.len()).map(|i| hulls[input(o, i)]).collect();
            (self.channel(row, scales, *bias), ranges)
        })
        .unzip()
    }

    fn quantize(&mut self, layer: &Layer<'_>, limits: Limits, shift: u8) -> Result<(), QuantizeError> {
        let (index, name) = (layer.index, layer.node.name.clone());
        if layer.channels.iter().all(|c| c.weights.iter().all(|w| *w == 0.0)) {
            return Err(QuantizeError::Zero { layer: index, name });
        }
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
                weights.push(rounded.clamp(-127, 127) as i8);
            }
            let Ok(rounded) = i32::try_from(grid::round(channel.bias, *step)) else {
                let magnitude = channel.bias / step;
                return Err(QuantizeError::Bias { layer: index, name, channel: number, magnitude });
            };
            bias.push(rounded);
        }
        let widest = weights.iter().map(|w| u32::from(w.unsigned_abs())).max().unwrap_or(0);
        self.layers.push(LayerReport {
            node: self.model.nodes.len(),
            name,
            op: if matches!(layer.node.op, FloatOp::Conv(_)) { "Conv" } else { "Gemm" },
            weights: weights.len(),
            weight_bits: 33 - widest.leading_zeros(),
            weight_error: (error / energy).sqrt(),
            accumulator_bits: 0,
            shift,
        });
        self.append(layer.node, weights, bias, &steps)
    }

    /// Appends the quantised layer and takes over its scales.
    fn append(
        &mut self,
        node: &FloatNode,
        weights: Vec<i8>,
        bias: Vec<i32>,
        steps: &[f64],
    ) -> Result<(), QuantizeError> {
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
            FloatOp::Relu | FloatOp::Reshape => return Ok(()),
        };
        self.push(&node.name, op, node.shape.clone())?;
        if let Some(layer) = self.layers.last_mut() {
            layer.accumulator_bits = self.ranges.iter().map(Interval::bits).max().unwrap_or(0);
        }
        let plane = self.ranges.len() / steps.len();
        self.scales = steps.iter().flat_map(|step| std::iter::repeat_n(*step, plane)).collect();
        Ok(())
    }

    fn finish(mut self) -> Result<(QuantizedModel, Report), QuantizeError> {
        if self.model.nodes.last().is_some_and(|node| node.shape.len() != 1) {
            let count = self.scales.len();
            self.push("scores", Operation::Reshape, vec![count])?;
        }
        self.push("class", Operation::ArgMax, vec![1])?;
        intervals::analyse(&self.model)?;
        Ok((self.model, Report { layers: self.layers }))
    }
}

/// The step of each output channel. A channel whose weights are all zero takes the finest step of the others.
fn steps(layer: &Layer<'_>, limits: Limits) -> Option<Vec<f64>> {
    if !layer.by_channel {
        // Channels of one layer differ in the ranges of their operands only if it is a grouped convolution.
        let hulls = layer.ranges.iter().skip(1).fold(layer.ranges.first()?.clone(), |all, ranges| {
            all.iter().zip(ranges).map(|(a, b)| Interval { lo: a.lo.min(b.lo), hi: a.hi.max(b.hi) }).collect()
        });
        let step = grid::choose(&layer.channels, &hulls, limits)?.step;
        return Some(vec![step; layer.channels.len()]);
    }
    let own = layer.channels.iter().zip(&layer.ranges).map(|(channel, ranges)| {
        if channel.weights.iter().all(|w| *w == 0.0) {
            return Some(None);
        }
        grid::choose(std::slice::from_ref(channel), ranges, limits).map(|grid| Some(grid.step))
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
            None => {
                Some(finest.max(channel.bias.abs() / limits.accumulator as f64)).filter(|s| s.is_normal())
            }
        })
        .collect()
}

fn hull(ranges: &[Interval], padded: bool) -> Interval {
    let start = if padded { Interval { lo: 0, hi: 0 } } else { Interval { lo: i64::MAX, hi: i64::MIN } };
    ranges.iter().fold(start, |all, r| Interval { lo: all.lo.min(r.lo), hi: all.hi.max(r.hi) })
}
