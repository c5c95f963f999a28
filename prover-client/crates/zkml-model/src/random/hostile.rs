//! Valid models with numbers at the edges of what the format permits: inputs at the ends of 32
//! bits, multipliers of 2^40, offsets of 2^61, shifts of 48, tables of 256 entries at 2^30, clips
//! far outside, paddings, dilations and shared operands.

use super::Rng;
use crate::{
    graph::{
        Conv, Gemm, InputSpec, Move, Node, Operand, Operation, QuantizedModel, Rescale, Scaling,
        Shape, Table, Window,
    },
    intervals::{self, Interval},
};

/// The end of a model.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// An `ArgMax`.
    Class,
    /// A `TopK`.
    Classes,
    /// The values of the last node.
    Values,
}

/// Bounds of a hostile model.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Most bits of a value's magnitude.
    pub bits: u32,
    /// Most values of a tensor.
    pub values: usize,
}

/// A hostile model within `bounds`.
pub fn hostile(seed: u64, end: End, bounds: Bounds) -> QuantizedModel {
    let mut rng = Rng::new(seed ^ 0xa0d1_7000);
    loop {
        if let Some(model) = attempt(&mut rng, end, bounds) {
            return model;
        }
    }
}

/// Inputs of a model: both ends of its range everywhere, and `count` random ones that visit them
/// often.
pub fn hostile_inputs(model: &QuantizedModel, seed: u64, count: usize) -> Vec<Vec<i32>> {
    let mut rng = Rng::new(seed ^ 0x1234);
    let (min, max) = (i64::from(model.input.min), model.input.max());
    let mut value = || match rng.range(0, 4) {
        0 => min,
        1 => max,
        _ => rng.range(min, max),
    };
    let n = model.input.len();
    let random = (0..count).map(|_| (0..n).map(|_| value() as i32).collect());
    [vec![min as i32; n], vec![max as i32; n]]
        .into_iter()
        .chain(random.collect::<Vec<_>>())
        .collect()
}

fn attempt(rng: &mut Rng, end: End, bounds: Bounds) -> Option<QuantizedModel> {
    let mut model = QuantizedModel { input: input(rng), nodes: Vec::new() };
    let wanted = rng.size(1, 6);
    for _ in 0..60 {
        if model.nodes.len() < wanted {
            append(&mut model, rng, bounds);
        }
    }
    if model.nodes.is_empty() {
        return None;
    }
    finish(&mut model, rng, end)?;
    let valid = model.validate().is_ok()
        && intervals::analyse(&model).is_ok()
        && model.output_kind().is_ok();
    valid.then_some(model)
}

fn input(rng: &mut Rng) -> InputSpec {
    let bits = pick(rng, &[1u8, 1, 2, 2, 3, 4, 8, 16]);
    let top = (1i64 << bits) - 1;
    let min = match rng.range(0, 5) {
        0 => i64::from(i32::MIN),
        1 => i64::from(i32::MAX) - top,
        2 => 0,
        3 => -(1i64 << (bits - 1)),
        _ => rng.range(-300, 300),
    };
    let shape = match rng.range(0, 4) {
        0 => vec![1],
        1 => vec![rng.size(1, 4)],
        2 => vec![rng.size(1, 2), rng.size(1, 2), rng.size(1, 2)],
        3 => vec![1, 2, 2],
        _ => vec![2, 1, 2],
    };
    InputSpec { shape, min: min as i32, bits }
}

/// Appends a node if it keeps the model within its bounds.
fn append(model: &mut QuantizedModel, rng: &mut Rng, bounds: Bounds) {
    let count = model.nodes.len();
    let at = if rng.range(0, 3) > 0 { count } else { rng.size(0, count) };
    let from = at.checked_sub(1).map_or(Operand::Input, Operand::Node);
    let shape = model.shape_of(from).cloned().expect("an operand that is there");
    let ranges = match from {
        Operand::Input => vec![Interval { lo: i64::from(model.input.min), hi: model.input.max() }],
        Operand::Node(i) => intervals::analyse(model).expect("within bounds").swap_remove(i),
    };
    let on = On { from, shape: &shape, ranges: &ranges, limit: 1 << bounds.bits.min(61) };
    let Some((op, inputs, to)) = operation(model, rng, &on) else { return };
    if to.iter().product::<usize>() > bounds.values {
        return;
    }
    model.nodes.push(Node { name: format!("n{count}"), op, inputs, shape: to });
    let narrow =
        |all: Vec<Vec<Interval>>| all.iter().flatten().all(|range| range.bits() <= bounds.bits);
    if !intervals::analyse(model).is_ok_and(narrow) {
        model.nodes.pop();
    }
}

fn finish(model: &mut QuantizedModel, rng: &mut Rng, end: End) -> Option<()> {
    let last = Operand::Node(model.nodes.len() - 1);
    let shape = model.shape_of(last)?.clone();
    let mut push =
        |op, shape| model.nodes.push(Node { name: "end".into(), op, inputs: vec![last], shape });
    match end {
        End::Class => push(Operation::ArgMax, vec![1]),
        End::Classes => {
            let k = rng.range(1, 3.min(shape.iter().product::<usize>() as i64)) as u8;
            push(Operation::TopK { k }, vec![k.into()]);
        }
        End::Values if model.output_kind().is_err() => {
            let ranges = intervals::analyse(model).ok()?.pop()?;
            let min = near(rng, &ranges, (1 << 61) - 200).clamp(-(1i64 << 31), (1i64 << 31) - 300);
            let max = min + rng.range(0, 255);
            model.nodes.push(Node {
                name: "fit".into(),
                op: Operation::Clip { min, max },
                inputs: vec![last],
                shape,
            });
        }
        End::Values => {}
    }
    Some(())
}

/// The operand of a new node.
struct On<'a> {
    from: Operand,
    shape: &'a Shape,
    ranges: &'a [Interval],
    /// No value may reach it.
    limit: i64,
}

type Made = (Operation, Vec<Operand>, Shape);

fn operation(model: &QuantizedModel, rng: &mut Rng, on: &On) -> Option<Made> {
    let (one, shape) = (vec![on.from], on.shape.clone());
    let same = |op| Some((op, vec![on.from], shape.clone()));
    match rng.range(0, 17) {
        0 | 1 if shape.len() == 1 => {
            let gemm = gemm(rng, shape[0]);
            let outputs = gemm.outputs;
            Some((Operation::Gemm(gemm), one, vec![outputs]))
        }
        0 | 1 if shape.len() == 3 => {
            conv(rng, &shape).map(|(conv, to)| (Operation::Conv(conv), one, to))
        }
        0 | 1 => None,
        2 | 3 => same(Operation::Relu),
        4 => same(Operation::Requantize { shift: rng.range(1, 31) as u8 }),
        5 => Some((Operation::Reshape, one, reshaped(rng, shape.iter().product()))),
        6 | 7 => {
            let nodes = (0..model.nodes.len()).map(Operand::Node);
            let fitting = |operand: &Operand| model.shape_of(*operand) == Some(&shape);
            let all: Vec<Operand> =
                [Operand::Input].into_iter().chain(nodes).filter(fitting).collect();
            let other = pick(rng, &all);
            Some((Operation::Add, vec![on.from, other], shape))
        }
        8 => {
            let axis = rng.size(0, shape.len() - 1);
            let mut to = shape;
            to[axis] *= 2;
            Some((Operation::Move(Move::Concat { axis }), vec![on.from; 2], to))
        }
        9 => {
            let mut padding = || shape.iter().map(|_| rng.size(0, 1)).collect::<Vec<_>>();
            let (before, after) = (padding(), padding());
            let to = shape.iter().zip(&before).zip(&after).map(|((n, a), b)| n + a + b).collect();
            Some((Operation::Move(Move::Pad { before, after }), one, to))
        }
        10 | 11 if shape.len() == 3 => pool(rng, &shape).map(|(op, to)| (op, one, to)),
        12 => same(clip(rng, on)),
        13 => same(Operation::LeakyRelu { positive: weight(rng), negative: weight(rng) }),
        14 => same(Operation::Table(table(rng, on))),
        _ => same(Operation::Rescale(rescale(rng, on))),
    }
}

fn gemm(rng: &mut Rng, inputs: usize) -> Gemm {
    let outputs = rng.size(1, 4);
    let weights = (0..outputs * inputs).map(|_| weight(rng)).collect();
    let bias = (0..outputs).map(|_| bias(rng)).collect();
    Gemm { outputs, inputs, weights, bias }
}

fn conv(rng: &mut Rng, shape: &Shape) -> Option<(Conv, Shape)> {
    let group = if shape[0].is_multiple_of(2) { pick(rng, &[1usize, 2]) } else { 1 };
    let out_channels = group * rng.size(1, 2);
    let window = window(rng, 2, 2);
    let count = out_channels * (shape[0] / group) * window.kernel[0] * window.kernel[1];
    let conv = Conv {
        out_channels,
        in_channels: shape[0],
        group,
        kernel: window.kernel,
        strides: window.strides,
        pads: window.pads,
        dilations: window.dilations,
        weights: (0..count).map(|_| weight(rng)).collect(),
        bias: (0..out_channels).map(|_| bias(rng)).collect(),
    };
    let to = vec![out_channels, length(&window, 0, shape)?, length(&window, 1, shape)?];
    Some((conv, to))
}

fn pool(rng: &mut Rng, shape: &Shape) -> Option<(Operation, Shape)> {
    let window = window(rng, 3, 1);
    let to = vec![shape[0], length(&window, 0, shape)?, length(&window, 1, shape)?];
    Some((Operation::MaxPool(window), to))
}

fn window(rng: &mut Rng, kernel: usize, pad: usize) -> Window {
    Window {
        kernel: [0; 2].map(|_| rng.size(1, kernel)),
        strides: [0; 2].map(|_| rng.size(1, 2)),
        pads: [0; 4].map(|_| rng.size(0, pad)),
        dilations: [0; 2].map(|_| rng.size(1, 2)),
    }
}

/// Length of what a window gives on an axis; `None` for one that is larger than the padded tensor.
fn length(window: &Window, axis: usize, shape: &Shape) -> Option<usize> {
    let span = window.dilations[axis] * (window.kernel[axis] - 1) + 1;
    let padded = shape[axis + 1] + window.pads[axis] + window.pads[axis + 2];
    Some(padded.checked_sub(span)? / window.strides[axis] + 1)
}

fn reshaped(rng: &mut Rng, count: usize) -> Shape {
    match rng.range(0, 3) {
        0 => vec![count],
        1 => vec![1, count, 1],
        2 => vec![count, 1, 1],
        _ if count.is_multiple_of(2) => vec![1, 2, count / 2],
        _ => vec![1, 1, count],
    }
}

fn clip(rng: &mut Rng, on: &On) -> Operation {
    let limit = (1i64 << 61) - 1;
    let (a, b) = (near(rng, on.ranges, limit), near(rng, on.ranges, limit));
    let width = (1i64 << rng.range(0, 40)) - 1;
    let b = if rng.range(0, 2) == 0 { a.saturating_add(width).min(limit) } else { b };
    Operation::Clip { min: a.min(b), max: a.max(b) }
}

fn table(rng: &mut Rng, on: &On) -> Table {
    let count = pick(rng, &[1usize, 2, 3, 5, 16, 255, 256]);
    let limit = 1i64 << 30;
    let centred = if rng.range(0, 1) == 0 { count as i64 / 2 } else { 0 };
    let first = (near(rng, on.ranges, on.limit) - centred).clamp(-limit, limit);
    let greatest = pick(rng, &[1i64, 3, 200, limit]);
    let mut value = || match rng.range(0, 5) {
        0 => greatest,
        1 => -greatest,
        _ => rng.range(-greatest, greatest),
    };
    Table { first: first as i32, values: (0..count).map(|_| value() as i32).collect() }
}

fn rescale(rng: &mut Rng, on: &On) -> Rescale {
    let channels = if rng.range(0, 1) == 0 { 1 } else { on.shape[0] };
    Rescale { channels: (0..channels).map(|_| scaling(rng, on.ranges)).collect() }
}

fn scaling(rng: &mut Rng, ranges: &[Interval]) -> Scaling {
    let multiplier = match rng.range(0, 4) {
        0 => 1,
        1 => -1,
        2 => pick(rng, &[1i64 << 40, -(1i64 << 40)]),
        3 => rng.range(-300, 300),
        _ => rng.range(-(1i64 << 40), 1i64 << 40),
    };
    let multiplier = if multiplier == 0 { 3 } else { multiplier };
    let shift = rng.range(0, 48) as u8;
    let offset = match rng.range(0, 4) {
        0 => 0,
        1 => (1i64 << shift) / 2,
        2 => rng.range(-1000, 1000),
        3 => pick(rng, &[(1i64 << 61) - 1, 1 - (1i64 << 61)]),
        _ => rng.range(-(1i64 << 60), 1i64 << 60),
    };
    // Often one that brings the numbers near zero.
    let range = pick(rng, ranges);
    let centred = -(i128::from(multiplier) * (i128::from(range.lo) + i128::from(range.hi)) / 2);
    let centre = rng.range(0, 2) == 0 && centred.abs() < 1 << 61;
    Scaling { multiplier, offset: if centre { centred as i64 } else { offset }, shift }
}

fn pick<T: Copy>(rng: &mut Rng, of: &[T]) -> T {
    of[rng.size(0, of.len() - 1)]
}

fn weight(rng: &mut Rng) -> i8 {
    match rng.range(0, 5) {
        0 => -128,
        1 => 127,
        2 => 0,
        3 => pick(rng, &[1, -1]),
        _ => rng.range(-128, 127) as i8,
    }
}

fn bias(rng: &mut Rng) -> i32 {
    match rng.range(0, 4) {
        0 => i32::MIN,
        1 => i32::MAX,
        2 => 0,
        _ => rng.range(-300, 300) as i32,
    }
}

/// A number near one where something changes, within `limit`.
fn near(rng: &mut Rng, ranges: &[Interval], limit: i64) -> i64 {
    let range = pick(rng, ranges);
    let base = match rng.range(0, 7) {
        0 => range.lo,
        1 => range.hi,
        2 => 0,
        3 => limit,
        4 => -limit,
        5 => (range.lo + range.hi) / 2,
        6 => 1i64 << rng.range(0, 61),
        _ => -(1i64 << rng.range(0, 61)),
    };
    (base + rng.range(-2, 2)).clamp(-limit, limit)
}
