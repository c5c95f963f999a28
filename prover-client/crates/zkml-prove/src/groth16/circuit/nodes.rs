//! The model's nodes, one after the other. The model is [valid](zkml_model::validate), so shapes
//! and counts fit.

use std::borrow::Cow;

use bellman::{ConstraintSystem, SynthesisError};
use bls12_381::Scalar;
use zkml_model::{
    graph::{Node, Operand, Operation, QuantizedModel, Rescale, Scaling, Shape},
    output::OutputKind,
};

use super::{
    output::publish,
    wires::{LONGEST_SUM, Layer, Wires},
};
use crate::groth16::{
    gadgets::{
        arg_max::{arg_max, arg_max_value, name_value},
        clip::clip,
        leaky_relu::leaky_relu,
        max_pool::greatest,
        relu::relu,
        requantize::{relu_requantize, requantize},
        rescale::{rescale, rescale_clip},
        table::table,
        top_k::top_k,
    },
    linear_combination::{LinearCombination, Wire, scalar, weighted_sum},
};
use crate::{error::CircuitError, secret::try_collect};

/// The result of a node, or the operand of one that its only reader computes along.
struct Tensor<'m> {
    shape: &'m Shape,
    wires: Wires<'m>,
    to_do: Fusion<'m>,
}

/// An operation fused into the only consumer of a node.
#[derive(Clone, Copy)]
pub enum Fusion<'m> {
    /// Nothing: it is done.
    Nothing,
    /// A ReLU, to a requantisation or a pooling.
    Relu,
    /// A scaling, to a clip.
    Rescale(&'m Rescale),
}

impl Fusion<'_> {
    /// Returns `true` if a ReLU is.
    pub fn is_relu(&self) -> bool {
        matches!(self, Fusion::Relu)
    }

    /// Returns the prefix of the consumer's label.
    pub fn prefix(&self) -> &'static str {
        match self {
            Fusion::Nothing => "",
            Fusion::Relu => "Relu+",
            Fusion::Rescale(_) => "Rescale+",
        }
    }

    /// Returns `true` if nothing is.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Fusion::Nothing)
    }
}

/// The values of each node's result; `None` without a witness, and for what its reader computes
/// along.
pub type Trace = Vec<Option<Vec<i64>>>;

/// Synthesises all nodes and makes the answer public; fills in the trace if one is wanted.
pub fn synthesize<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    model: &QuantizedModel,
    output: &OutputKind,
    input: Vec<Wire>,
    mut trace: Option<&mut Trace>,
) -> Result<(), CircuitError> {
    let input = Tensor { shape: &model.input.shape, wires: input.into(), to_do: Fusion::Nothing };
    let mut results: Vec<Option<Tensor>> = Vec::with_capacity(model.nodes.len());
    for (index, node) in model.nodes.iter().enumerate() {
        let operand = |operand: &Operand| match operand {
            Operand::Node(from) => results.get(*from).and_then(Option::as_ref).unwrap_or(&input),
            Operand::Input => &input,
        };
        let operands: Vec<&Tensor> = node.inputs.iter().map(operand).collect();
        let x = operands.first().copied().unwrap_or(&input);
        let to_do = fusion_of(model, index);
        let wires = if to_do.is_nothing() {
            layer(cs, index, node, x, &operands)?
        } else {
            x.wires.clone()
        };
        if let Some(trace) = trace.as_deref_mut() {
            trace.push(if to_do.is_nothing() { wires.values() } else { None });
        }
        results.push(Some(Tensor { shape: &node.shape, wires, to_do }));
        forget_read(model, index, &mut results);
    }
    let answer = results.last().and_then(Option::as_ref).map(|last| last.wires.made());
    publish(cs, output, answer.as_ref().map(|wires| wires.as_slice()).unwrap_or_default())
}

/// Drops what node `index` was the last to read.
fn forget_read(model: &QuantizedModel, index: usize, results: &mut [Option<Tensor>]) {
    let read = model.nodes.get(index).map(|node| node.inputs.as_slice()).unwrap_or_default();
    for operand in read {
        let later = model.nodes.iter().skip(index + 1).any(|node| node.inputs.contains(operand));
        if let (false, Operand::Node(from)) = (later, operand)
            && let Some(result) = results.get_mut(*from)
        {
            *result = None;
        }
    }
}

/// Returns the operation of node `index` that its only consumer fuses: a requantisation or a
/// pooling fuses a ReLU (the greatest of the ReLUs is the ReLU of the greatest), a clip a scaling.
pub fn fusion_of(model: &QuantizedModel, index: usize) -> Fusion<'_> {
    let reads = |node: &&Node| node.inputs.contains(&Operand::Node(index));
    let mut readers = model.nodes.iter().filter(reads);
    let (Some(reader), None) = (readers.next(), readers.next()) else { return Fusion::Nothing };
    match (model.nodes.get(index).map(|node| &node.op), &reader.op) {
        (Some(Operation::Relu), Operation::Requantize { .. } | Operation::MaxPool(_)) => {
            Fusion::Relu
        }
        (Some(Operation::Rescale(rescale)), Operation::Clip { .. }) => Fusion::Rescale(rescale),
        _ => Fusion::Nothing,
    }
}

/// One layer of the circuit; `x` is the first operand.
fn layer<'m, CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    index: usize,
    node: &'m Node,
    x: &Tensor<'m>,
    operands: &[&Tensor<'m>],
) -> Result<Wires<'m>, CircuitError> {
    let mut cs = cs.namespace(|| format!("{}{} {}", x.to_do.prefix(), node.op.name(), node.name));
    let cs = &mut cs;
    let made = match &node.op {
        Operation::Conv(_) | Operation::Gemm(_) => {
            return Wires::linear(cs, Layer::new(index, node, x.shape), &x.wires);
        }
        Operation::Reshape => return Ok(x.wires.clone()),
        Operation::Relu => each(x, |wire| relu(cs, wire)),
        Operation::Requantize { shift } if x.to_do.is_relu() => {
            each(x, |wire| relu_requantize(cs, wire, *shift))
        }
        Operation::Requantize { shift } => each(x, |wire| requantize(cs, wire, *shift)),
        Operation::ArgMax => Ok(vec![class(cs, &x.wires.made())?]),
        Operation::TopK { k } => {
            top_k(cs, &x.wires.made(), usize::from(*k))?.map_err(|(_, keys)| {
                CircuitError::TooWide { node: index, name: node.name.clone(), magnitude: keys }
            })
        }
        Operation::Add => {
            let other = operands.get(1).map_or(&x.wires, |b| &b.wires);
            let add = |(a, b): (Cow<Wire>, Cow<Wire>)| {
                weighted_sum(index, &node.name, 0, &[(1, a.as_ref()), (1, b.as_ref())])
            };
            try_collect(x.wires.iter().zip(other.iter()).map(|pair| named(cs, add(pair)?)))
        }
        Operation::Move(moved) => {
            let made: Vec<_> = operands.iter().map(|x| x.wires.made()).collect();
            let wires: Vec<&[Wire]> = made.iter().map(|wires| wires.as_slice()).collect();
            let shapes: Vec<&Shape> = operands.iter().map(|x| x.shape).collect();
            Ok(moved.apply(&shapes, &wires, &node.shape, &Wire::constant(0)))
        }
        Operation::MaxPool(window) => {
            let one = |value| {
                let taps = window.taps_of(x.shape, &node.shape, value);
                let mut under: Vec<Cow<Wire>> = Vec::with_capacity(taps.len());
                under.extend(taps.iter().filter_map(|at| x.wires.get(at)));
                let greatest = greatest(cs, under.iter().map(Cow::as_ref).collect())?;
                if x.to_do.is_relu() { relu(cs, &greatest) } else { Ok(greatest) }
            };
            let results = try_collect((0..node.shape.iter().product()).map(one))?;
            try_collect(results.into_iter().map(|wire| named(cs, wire)))
        }
        Operation::Clip { min, max } => match x.to_do {
            Fusion::Rescale(op) => scaled(x, op, |wire, scaling| {
                rescale_clip(cs, index, &node.name, wire, &scaling, [*min, *max])
            }),
            _ => each(x, |wire| clip(cs, wire, *min, *max)),
        },
        Operation::LeakyRelu { positive, negative } => {
            let slopes = [*positive, *negative];
            let results = each(x, |wire| leaky_relu(cs, index, &node.name, wire, slopes))?;
            try_collect(results.into_iter().map(|wire| named(cs, wire)))
        }
        Operation::Rescale(op) => scaled(x, op, |wire, scaling| {
            let result = rescale(cs, index, &node.name, wire, &scaling)?;
            named(cs, result)
        }),
        Operation::Table(values) => each(x, |wire| table(cs, wire, values)),
    };
    made.map(Wires::from)
}

/// Applies `one` to each value.
fn each(
    x: &Tensor,
    mut one: impl FnMut(&Wire) -> Result<Wire, CircuitError>,
) -> Result<Vec<Wire>, CircuitError> {
    try_collect(x.wires.iter().map(|wire| one(&wire)))
}

/// Applies `one` to each value and the scaling of its channel.
fn scaled(
    x: &Tensor,
    op: &Rescale,
    mut one: impl FnMut(&Wire, Scaling) -> Result<Wire, CircuitError>,
) -> Result<Vec<Wire>, CircuitError> {
    try_collect(
        x.wires.iter().zip(op.of_values(x.shape)).map(|(wire, scaling)| one(&wire, scaling)),
    )
}

/// The value, in a variable of its own if it is a long sum.
fn named<CS: ConstraintSystem<Scalar>>(cs: &mut CS, mut wire: Wire) -> Result<Wire, CircuitError> {
    name_value(cs, "sum", &mut wire, LONGEST_SUM)?;
    Ok(wire)
}

/// The arg-max, as the statement's second public input.
fn class<CS: ConstraintSystem<Scalar>>(cs: &mut CS, values: &[Wire]) -> Result<Wire, CircuitError> {
    let class = arg_max_value(values).map(|class| class as i64);
    let output =
        cs.alloc_input(|| "class", || class.map(scalar).ok_or(SynthesisError::AssignmentMissing))?;
    let lin = LinearCombination::variable(output);
    arg_max(cs, values, &lin)?;
    Ok(Wire { lin, lo: 0, hi: values.len() as i64 - 1, value: class })
}
