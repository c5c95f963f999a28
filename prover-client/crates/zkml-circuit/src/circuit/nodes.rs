//! The model's nodes, one after the other. The model is [valid](zkml_model::validate), so shapes and counts fit.

use std::borrow::Cow;

use bellman::{ConstraintSystem, SynthesisError};
use bls12_381::Scalar;
use zkml_model::graph::{Node, Operand, Operation, QuantizedModel, Shape};

use super::wires::{LONGEST_SUM, Layer, Wires};
use crate::{
    error::CircuitError,
    gadgets::{
        arg_max::{arg_max, arg_max_value, name_value},
        clip::clip,
        leaky_relu::leaky_relu,
        max_pool::greatest,
        relu::relu,
        requantize::{relu_requantize, requantize},
        table::table,
    },
    lin::{Lin, Wire, scalar, weighted_sum},
};

/// The result of a node, or the operand of a ReLU that its only reader, a requantisation or a pooling, computes along.
struct Tensor<'m> {
    shape: &'m Shape,
    wires: Wires<'m>,
    relu_to_do: bool,
}

/// The values of each node's result; `None` without a witness, and for a fused ReLU.
pub type Trace = Vec<Option<Vec<i64>>>;

/// Synthesises all nodes; fills in the trace if one is wanted.
pub fn synthesize<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    model: &QuantizedModel,
    input: Vec<Wire>,
    mut trace: Option<&mut Trace>,
) -> Result<(), CircuitError> {
    let input = Tensor { shape: &model.input.shape, wires: input.into(), relu_to_do: false };
    let mut results: Vec<Option<Tensor>> = Vec::with_capacity(model.nodes.len());
    for (index, node) in model.nodes.iter().enumerate() {
        let operand = |operand: &Operand| match operand {
            Operand::Node(from) => results.get(*from).and_then(Option::as_ref).unwrap_or(&input),
            Operand::Input => &input,
        };
        let operands: Vec<&Tensor> = node.inputs.iter().map(operand).collect();
        let x = operands.first().copied().unwrap_or(&input);
        let relu_to_do = is_fused_relu(model, index);
        let wires = if relu_to_do { x.wires.clone() } else { layer(cs, index, node, x, &operands)? };
        if let Some(trace) = trace.as_deref_mut() {
            trace.push(if relu_to_do { None } else { wires.values() });
        }
        results.push(Some(Tensor { shape: &node.shape, wires, relu_to_do }));
        forget_read(model, index, &mut results);
    }
    Ok(())
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

/// Whether node `index` is a ReLU whose only reader is a requantisation, or a pooling: the greatest of the ReLUs is the ReLU of
/// the greatest.
pub fn is_fused_relu(model: &QuantizedModel, index: usize) -> bool {
    let reads = |node: &&Node| node.inputs.contains(&Operand::Node(index));
    let is_relu = model.nodes.get(index).is_some_and(|node| matches!(node.op, Operation::Relu));
    let mut readers = model.nodes.iter().filter(reads);
    let first_two = (readers.next(), readers.next());
    let along = |op: &Operation| matches!(op, Operation::Requantize { .. } | Operation::MaxPool(_));
    is_relu && matches!(first_two, (Some(Node { op, .. }), None) if along(op))
}

/// One layer of the circuit; `x` is the first operand.
fn layer<'m, CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    index: usize,
    node: &'m Node,
    x: &Tensor<'m>,
    operands: &[&Tensor<'m>],
) -> Result<Wires<'m>, CircuitError> {
    let fused = if x.relu_to_do { "Relu+" } else { "" };
    let mut cs = cs.namespace(|| format!("{fused}{} {}", node.op.name(), node.name));
    let cs = &mut cs;
    let made = match &node.op {
        Operation::Conv(_) | Operation::Gemm(_) => {
            return Wires::linear(cs, Layer::new(index, node, x.shape), &x.wires);
        }
        Operation::Reshape => return Ok(x.wires.clone()),
        Operation::Relu => each(x, |wire| relu(cs, wire)),
        Operation::Requantize { shift } if x.relu_to_do => each(x, |wire| relu_requantize(cs, wire, *shift)),
        Operation::Requantize { shift } => each(x, |wire| requantize(cs, wire, *shift)),
        Operation::ArgMax => Ok(vec![class(cs, &x.wires.made())?]),
        Operation::Add => {
            let other = operands.get(1).map_or(&x.wires, |b| &b.wires);
            let add = |(a, b): (Cow<Wire>, Cow<Wire>)| {
                weighted_sum(index, &node.name, 0, &[(1, a.as_ref()), (1, b.as_ref())])
            };
            x.wires.iter().zip(other.iter()).map(|pair| named(cs, add(pair)?)).collect()
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
                let under: Vec<Cow<Wire>> = taps.into_iter().filter_map(|at| x.wires.get(at)).collect();
                let greatest = greatest(cs, under.iter().map(Cow::as_ref).collect())?;
                if x.relu_to_do { relu(cs, &greatest) } else { Ok(greatest) }
            };
            let results = (0..node.shape.iter().product()).map(one).collect::<Result<Vec<_>, _>>()?;
            results.into_iter().map(|wire| named(cs, wire)).collect()
        }
        Operation::Clip { min, max } => each(x, |wire| clip(cs, wire, *min, *max)),
        Operation::LeakyRelu { positive, negative } => {
            let slopes = [*positive, *negative];
            let results = each(x, |wire| leaky_relu(cs, index, &node.name, wire, slopes))?;
            results.into_iter().map(|wire| named(cs, wire)).collect()
        }
        Operation::Table(values) => each(x, |wire| table(cs, wire, values)),
    };
    made.map(Wires::from)
}

/// What `one` makes of each value.
fn each(
    x: &Tensor,
    mut one: impl FnMut(&Wire) -> Result<Wire, CircuitError>,
) -> Result<Vec<Wire>, CircuitError> {
    x.wires.iter().map(|wire| one(&wire)).collect()
}

/// The value, in a variable of its own if it is a long sum.
fn named<CS: ConstraintSystem<Scalar>>(cs: &mut CS, mut wire: Wire) -> Result<Wire, CircuitError> {
    name_value(cs, "sum", &mut wire, LONGEST_SUM)?;
    Ok(wire)
}

/// The arg-max, as the statement's second public input.
fn class<CS: ConstraintSystem<Scalar>>(cs: &mut CS, values: &[Wire]) -> Result<Wire, CircuitError> {
    let class = arg_max_value(values).map(|class| class as i64);
    let output = cs.alloc_input(|| "class", || class.map(scalar).ok_or(SynthesisError::AssignmentMissing))?;
    let lin = Lin::variable(output);
    arg_max(cs, values, &lin)?;
    Ok(Wire { lin, lo: 0, hi: values.len() as i64 - 1, value: class })
}
