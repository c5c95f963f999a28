//! Random models with branches and every operation.

use super::{Rng, biases, conv, weights};
use crate::{
    graph::{
        Gemm, InputSpec, Move, Node, Operand, Operation, QuantizedModel, Rescale, Scaling, Shape,
        Table, Window,
    },
    intervals, validate,
};

/// Most values of a tensor.
const MOST: usize = 120;
/// Most bits of a value, so that circuits stay small.
const BITS: u32 = 30;

/// A valid model of up to some hundred values with branches, of every operation there is, that ends
/// with an `ArgMax`. Each node reads any tensors before it that fit.
pub fn graph(seed: u64) -> QuantizedModel {
    let mut rng = Rng::new(seed ^ 0xb7a2_c4e5);
    loop {
        let model = attempt(&mut rng);
        let narrow = |ranges: Vec<Vec<intervals::Interval>>| {
            ranges.iter().flatten().all(|i| i.bits() <= BITS)
        };
        if intervals::analyse(&model).is_ok_and(narrow) {
            return model;
        }
    }
}

fn attempt(rng: &mut Rng) -> QuantizedModel {
    let shape = match rng.range(0, 3) {
        0 => vec![rng.size(1, 10)],
        _ => vec![rng.size(1, 3), rng.size(1, 5), rng.size(1, 5)],
    };
    let bits = rng.range(1, 6) as u8;
    let min = [0, -(1 << (bits - 1)), rng.range(-40, 40) as i32][rng.size(0, 2)];
    let mut model = QuantizedModel { input: InputSpec { shape, min, bits }, nodes: Vec::new() };
    for _ in 0..rng.range(2, 7) {
        // The latest tensor as often as all others together.
        let any = rng.size(0, model.nodes.len());
        let at = if rng.range(0, 1) == 0 { model.nodes.len() } else { any };
        let from = at.checked_sub(1).map_or(Operand::Input, Operand::Node);
        let shape = model.shape_of(from).cloned().unwrap_or_default();
        let (op, inputs, to) = operation(&model, rng, from, &shape);
        if validate::values(&to).is_ok_and(|count| count <= MOST) {
            push(&mut model, op, inputs, to);
        }
    }
    let from = model.nodes.len().checked_sub(1).map_or(Operand::Input, Operand::Node);
    let flat: usize = model.shape_of(from).into_iter().flatten().product();
    push(&mut model, Operation::Reshape, vec![from], vec![flat]);
    let classes = rng.size(1, 4);
    let gemm = gemm(rng, classes, flat);
    let from = Operand::Node(model.nodes.len() - 1);
    push(&mut model, Operation::Gemm(gemm), vec![from], vec![classes]);
    let from = Operand::Node(model.nodes.len() - 1);
    push(&mut model, Operation::ArgMax, vec![from], vec![1]);
    model
}

fn push(model: &mut QuantizedModel, op: Operation, inputs: Vec<Operand>, shape: Shape) {
    let name = format!("{}_{}", op.name().to_lowercase(), model.nodes.len());
    model.nodes.push(Node { name, op, inputs, shape });
}

/// An operation that fits a tensor, with its operands and its result's shape.
fn operation(
    model: &QuantizedModel,
    rng: &mut Rng,
    from: Operand,
    shape: &Shape,
) -> (Operation, Vec<Operand>, Shape) {
    let one = vec![from];
    let count: usize = shape.iter().product();
    match rng.range(0, 16) {
        0 | 1 if shape.len() == 3 => {
            let (conv, to) = conv(rng, shape);
            (Operation::Conv(conv), one, to)
        }
        0 | 1 if shape.len() == 1 => {
            let outputs = rng.size(1, 6);
            (Operation::Gemm(gemm(rng, outputs, count)), one, vec![outputs])
        }
        2 | 3 => (Operation::Relu, one, shape.clone()),
        4 => (Operation::Requantize { shift: rng.range(1, 5) as u8 }, one, shape.clone()),
        5 => (Operation::Reshape, one, [vec![count], vec![1, count, 1]][rng.size(0, 1)].clone()),
        6 | 7 => {
            let fits = |other: &Operand| model.shape_of(*other) == Some(shape);
            (Operation::Add, vec![from, partner(model, rng, fits).unwrap_or(from)], shape.clone())
        }
        8 => concat(model, rng, from, shape),
        9 => {
            let mut permutation: Vec<usize> = (0..shape.len()).collect();
            (1..shape.len()).for_each(|i| permutation.swap(i, rng.size(0, i)));
            let to = permutation.iter().map(|axis| shape[*axis]).collect();
            (Operation::Move(Move::Transpose { permutation }), one, to)
        }
        10 => {
            let mut list = || shape.iter().map(|_| rng.size(0, 1)).collect::<Vec<_>>();
            let (before, after) = (list(), list());
            let to = shape.iter().zip(&before).zip(&after).map(|((n, a), b)| n + a + b).collect();
            (Operation::Move(Move::Pad { before, after }), one, to)
        }
        11 | 12 if shape.len() == 3 => max_pool(rng, from, shape),
        13 => {
            let (a, b) = (rng.range(-90, 90), rng.range(-90, 90));
            // As often as not as many results as so many bits have.
            let b = if rng.range(0, 1) == 0 { a + (1 << rng.range(0, 6)) - 1 } else { b };
            (Operation::Clip { min: a.min(b), max: a.max(b) }, one, shape.clone())
        }
        14 => {
            let (positive, negative) = (rng.range(-4, 9) as i8, rng.range(-4, 9) as i8);
            (Operation::LeakyRelu { positive, negative }, one, shape.clone())
        }
        15 => (Operation::Rescale(rescale(rng, shape)), one, shape.clone()),
        _ => {
            let first = rng.range(-60, 20) as i32;
            let values = (0..rng.range(1, 70)).map(|_| rng.range(-100, 300) as i32).collect();
            (Operation::Table(Table { first, values }), one, shape.clone())
        }
    }
}

/// Another tensor that suits, if there is one.
fn partner(
    model: &QuantizedModel,
    rng: &mut Rng,
    suits: impl Fn(&Operand) -> bool,
) -> Option<Operand> {
    let all = [Operand::Input].into_iter().chain((0..model.nodes.len()).map(Operand::Node));
    let found: Vec<Operand> = all.filter(suits).collect();
    let last = found.len().checked_sub(1)?;
    found.get(rng.size(0, last)).copied()
}

fn concat(
    model: &QuantizedModel,
    rng: &mut Rng,
    from: Operand,
    shape: &Shape,
) -> (Operation, Vec<Operand>, Shape) {
    let axis = rng.size(0, shape.len() - 1);
    let rest = |shape: &Shape| {
        let mut rest = shape.clone();
        rest[axis] = 0;
        rest
    };
    let fits = |other: &Operand| {
        model
            .shape_of(*other)
            .is_some_and(|other| other.len() == shape.len() && rest(other) == rest(shape))
    };
    let mut inputs = vec![from];
    for _ in 0..rng.range(0, 2) {
        inputs.extend(partner(model, rng, fits));
    }
    let mut to = shape.clone();
    to[axis] = inputs.iter().filter_map(|x| model.shape_of(*x)).map(|shape| shape[axis]).sum();
    (Operation::Move(Move::Concat { axis }), inputs, to)
}

/// Scalings of all channels or of each: multipliers of both signs, now and then no division.
fn rescale(rng: &mut Rng, shape: &Shape) -> Rescale {
    let count = if rng.range(0, 1) == 0 { 1 } else { shape[0] };
    let mut one = || {
        let greatest = [1, 9, 300][rng.size(0, 2)];
        let sign = if rng.range(0, 2) == 0 { -1 } else { 1 };
        Scaling {
            multiplier: sign * rng.range(1, greatest),
            offset: rng.range(-2000, 2000),
            shift: rng.range(0, 9) as u8,
        }
    };
    Rescale { channels: (0..count).map(|_| one()).collect() }
}

fn max_pool(rng: &mut Rng, from: Operand, shape: &Shape) -> (Operation, Vec<Operand>, Shape) {
    loop {
        let window = Window {
            kernel: [rng.size(1, 3), rng.size(1, 3)],
            strides: [rng.size(1, 2), rng.size(1, 2)],
            pads: [rng.size(0, 1), rng.size(0, 1), rng.size(0, 1), rng.size(0, 1)],
            dilations: [rng.size(1, 2), rng.size(1, 2)],
        };
        if let Ok(to) = validate::window_shape(&window, shape) {
            return (Operation::MaxPool(window), vec![from], to);
        }
    }
}

fn gemm(rng: &mut Rng, outputs: usize, inputs: usize) -> Gemm {
    Gemm { outputs, inputs, weights: weights(rng, outputs * inputs), bias: biases(rng, outputs) }
}
