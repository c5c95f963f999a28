//! Small random models and inputs, for property tests of every interpreter of the operation list.
//!
//! A seed gives the same model on every machine, so a failure is named by a number.

mod branches;
mod hostile;
mod outputs;

pub use self::{
    branches::graph,
    hostile::{Bounds, End, hostile, hostile_inputs},
    outputs::{outputs, top_k, values},
};
use crate::graph::{Conv, Gemm, InputSpec, Node, Operand, Operation, QuantizedModel, Shape};

/// A deterministic generator: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014). Not for secrets.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A generator that `seed` determines.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `lo` to `hi`, both included.
    pub fn range(&mut self, lo: i64, hi: i64) -> i64 {
        let width = hi.abs_diff(lo).wrapping_add(1);
        let step = if width == 0 { self.next_u64() } else { self.next_u64() % width };
        lo.wrapping_add(step as i64)
    }

    fn size(&mut self, lo: usize, hi: usize) -> usize {
        self.range(lo as i64, hi as i64) as usize
    }
}

/// A valid model of up to some hundred values that ends with an `ArgMax`: convolutions with
/// strides, pads, groups and dilations, fully connected layers, `Relu`, `Requantize` and `Reshape`
/// in a random order.
pub fn model(seed: u64) -> QuantizedModel {
    let mut rng = Rng::new(seed);
    let shape = if rng.range(0, 3) == 0 {
        vec![rng.size(1, 12)]
    } else {
        vec![rng.size(1, 4), rng.size(1, 6), rng.size(1, 6)]
    };
    let bits = rng.range(1, 8) as u8;
    let min = [0, 0, -(1 << (bits - 1)), rng.range(-300, 300) as i32][rng.size(0, 3)];
    let mut model = QuantizedModel { input: InputSpec { shape, min, bits }, nodes: Vec::new() };
    for _ in 0..rng.range(0, 5) {
        append_any(&mut model, &mut rng);
    }
    if last_shape(&model).len() != 1 {
        let flat = last_shape(&model).iter().product();
        push(&mut model, Operation::Reshape, vec![flat]);
    }
    let classes = rng.size(1, 6);
    append_gemm(&mut model, &mut rng, classes);
    push(&mut model, Operation::ArgMax, vec![1]);
    model
}

/// An input of `model`, each value in its range; one in eight is all lowest or all highest.
pub fn input(model: &QuantizedModel, seed: u64) -> Vec<i32> {
    let mut rng = Rng::new(seed ^ 0x5eed);
    let (min, max) = (i64::from(model.input.min), model.input.max());
    let extreme = rng.range(0, 15);
    (0..model.input.len())
        .map(|_| match extreme {
            0 => min as i32,
            1 => max as i32,
            _ => rng.range(min, max) as i32,
        })
        .collect()
}

fn last_shape(model: &QuantizedModel) -> Shape {
    model.nodes.last().map_or(&model.input.shape, |node| &node.shape).clone()
}

fn push(model: &mut QuantizedModel, op: Operation, shape: Shape) {
    let index = model.nodes.len();
    let from = if index == 0 { Operand::Input } else { Operand::Node(index - 1) };
    let name = format!("{}_{index}", op.name().to_lowercase());
    model.nodes.push(Node { name, op, inputs: vec![from], shape });
}

fn append_any(model: &mut QuantizedModel, rng: &mut Rng) {
    let shape = last_shape(model);
    match rng.range(0, 5) {
        0 | 1 if shape.len() == 3 => append_conv(model, rng, &shape),
        0 | 1 if shape.len() == 1 => {
            let outputs = rng.size(1, 8);
            append_gemm(model, rng, outputs);
        }
        2 | 3 => push(model, Operation::Relu, shape),
        4 => {
            let shift = rng.range(1, 6) as u8;
            push(model, Operation::Requantize { shift }, shape);
        }
        _ => {
            let flat: usize = shape.iter().product();
            let to = [vec![flat], vec![1, flat, 1], vec![flat, 1, 1]][rng.size(0, 2)].clone();
            push(model, Operation::Reshape, to);
        }
    }
}

fn append_gemm(model: &mut QuantizedModel, rng: &mut Rng, outputs: usize) {
    let inputs = last_shape(model).iter().product::<usize>();
    let weights = weights(rng, outputs * inputs);
    let bias = biases(rng, outputs);
    push(model, Operation::Gemm(Gemm { outputs, inputs, weights, bias }), vec![outputs]);
}

fn append_conv(model: &mut QuantizedModel, rng: &mut Rng, shape: &Shape) {
    let (conv, to) = conv(rng, shape);
    push(model, Operation::Conv(conv), to);
}

/// A convolution that fits a shape, and what it gives.
fn conv(rng: &mut Rng, shape: &Shape) -> (Conv, Shape) {
    let channels = shape[0];
    let divisors: Vec<usize> =
        (1..=channels.min(4)).filter(|d| channels.is_multiple_of(*d)).collect();
    let group = divisors[rng.size(0, divisors.len() - 1)];
    let out_channels = group * rng.size(1, 2);
    let pads = [rng.size(0, 2), rng.size(0, 2), rng.size(0, 2), rng.size(0, 2)];
    let mut conv = Conv {
        out_channels,
        in_channels: channels,
        group,
        kernel: [rng.size(1, 3), rng.size(1, 3)],
        strides: [rng.size(1, 2), rng.size(1, 2)],
        pads,
        dilations: [rng.size(1, 2), rng.size(1, 2)],
        weights: Vec::new(),
        bias: biases(rng, out_channels),
    };
    let axis = |conv: &mut Conv, axis: usize| {
        let padded = shape[axis + 1] + conv.pads[axis] + conv.pads[axis + 2];
        if conv.dilations[axis] * (conv.kernel[axis] - 1) + 1 > padded {
            conv.kernel[axis] = 1;
        }
        let span = conv.dilations[axis] * (conv.kernel[axis] - 1) + 1;
        (padded - span) / conv.strides[axis] + 1
    };
    let to = vec![out_channels, axis(&mut conv, 0), axis(&mut conv, 1)];
    conv.weights =
        weights(rng, out_channels * (channels / group) * conv.kernel[0] * conv.kernel[1]);
    (conv, to)
}

/// Weights, small or over all of `i8`, now and then with zeros.
fn weights(rng: &mut Rng, count: usize) -> Vec<i8> {
    let greatest = [3, 20, 127][rng.size(0, 2)];
    (0..count)
        .map(|_| if rng.range(0, 5) == 0 { 0 } else { rng.range(-greatest - 1, greatest) as i8 })
        .collect()
}

fn biases(rng: &mut Rng, count: usize) -> Vec<i32> {
    (0..count).map(|_| rng.range(-500, 500) as i32).collect()
}
