//! The model's nodes, one after the other. The model is [valid](zkml_model::validate), so shapes and counts fit.

use bellman::{ConstraintSystem, SynthesisError};
use bls12_381::Scalar;
use zkml_model::{
    graph::{Node, Operand, Operation, QuantizedModel, Shape},
    output::OutputKind,
};

use super::output::publish;
use crate::{
    error::CircuitError,
    gadgets::{
        arg_max::{arg_max, arg_max_value, name_values},
        clip::clip,
        conv::conv,
        gemm::gemm,
        leaky_relu::leaky_relu,
        max_pool::greatest,
        relu::relu,
        requantize::{relu_requantize, requantize},
        table::table,
        top_k::top_k,
    },
    lin::{Lin, Wire, scalar, weighted_sum},
};

/// Longer sums get a variable of their own, which bounds the memory of what reads them.
const LONGEST_SUM: usize = 128;

/// The result of a node, or the operand of a ReLU that its only reader, a requantisation or a pooling, computes along.
struct Tensor {
    shape: Shape,
    wires: Vec<Wire>,
    relu_to_do: bool,
}

/// Synthesises all nodes and makes the answer public; returns the values of their results (`None` without a witness, and for a fused ReLU).
pub fn synthesize<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    model: &QuantizedModel,
    output: &OutputKind,
    input: Vec<Wire>,
) -> Result<Vec<Option<Vec<i64>>>, CircuitError> {
    let input = Tensor { shape: model.input.shape.clone(), wires: input, relu_to_do: false };
    let mut results: Vec<Tensor> = Vec::with_capacity(model.nodes.len());
    for (index, node) in model.nodes.iter().enumerate() {
        let operand = |operand: &Operand| match operand {
            Operand::Node(from) => results.get(*from).unwrap_or(&input),
            Operand::Input => &input,
        };
        let operands: Vec<&Tensor> = node.inputs.iter().map(operand).collect();
        let x = operands.first().copied().unwrap_or(&input);
        let relu_to_do = is_fused_relu(model, index);
        let wires = if relu_to_do { x.wires.clone() } else { layer(cs, index, node, x, &operands)? };
        results.push(Tensor { shape: node.shape.clone(), wires, relu_to_do });
    }
    publish(cs, output, results.last().map(|last| last.wires.as_slice()).unwrap_or_default())?;
    Ok(results.iter().map(values).collect())
}

fn values(tensor: &Tensor) -> Option<Vec<i64>> {
    if tensor.relu_to_do { None } else { tensor.wires.iter().map(|wire| wire.value).collect() }
}

/// Whether node `index` is a ReLU whose only reader is a requantisation, or a pooling: the greatest of the ReLUs is the ReLU of
/// the greatest.
fn is_fused_relu(model: &QuantizedModel, index: usize) -> bool {
    let reads = |node: &&Node| node.inputs.contains(&Operand::Node(index));
    let is_relu = model.nodes.get(index).is_some_and(|node| matches!(node.op, Operation::Relu));
    let mut readers = model.nodes.iter().filter(reads);
    let first_two = (readers.next(), readers.next());
    let along = |op: &Operation| matches!(op, Operation::Requantize { .. } | Operation::MaxPool(_));
    is_relu && matches!(first_two, (Some(Node { op, .. }), None) if along(op))
}

/// One layer of the circuit; `x` is the first operand.
fn layer<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    index: usize,
    node: &Node,
    x: &Tensor,
    operands: &[&Tensor],
) -> Result<Vec<Wire>, CircuitError> {
    let fused = if x.relu_to_do { "Relu+" } else { "" };
    let mut cs = cs.namespace(|| format!("{fused}{} {}", node.op.name(), node.name));
    let cs = &mut cs;
    match &node.op {
        Operation::Conv(op) => {
            let [_, height, width] = *x.shape.first_chunk().unwrap_or(&[0; 3]);
            let [_, rows, columns] = *node.shape.first_chunk().unwrap_or(&[0; 3]);
            let sums = conv(index, &node.name, op, [height, width], [rows, columns], &x.wires)?;
            named(cs, sums)
        }
        Operation::Gemm(op) => named(cs, gemm(index, &node.name, op, &x.wires)?),
        Operation::Relu => x.wires.iter().map(|wire| relu(cs, wire)).collect(),
        Operation::Requantize { shift } if x.relu_to_do => {
            x.wires.iter().map(|wire| relu_requantize(cs, wire, *shift)).collect()
        }
        Operation::Requantize { shift } => x.wires.iter().map(|wire| requantize(cs, wire, *shift)).collect(),
        Operation::Reshape => Ok(x.wires.clone()),
        Operation::ArgMax => Ok(vec![class(cs, &x.wires)?]),
        Operation::TopK { k } => top_k(cs, &x.wires, usize::from(*k))?.map_err(|(_, keys)| {
            CircuitError::TooWide { node: index, name: node.name.clone(), magnitude: keys }
        }),
        Operation::Add => {
            let other = operands.get(1).map(|b| b.wires.as_slice()).unwrap_or_default();
            let pairs = x.wires.iter().zip(other);
            let sums = pairs.map(|(a, b)| weighted_sum(index, &node.name, 0, [(1, a), (1, b)].into_iter()));
            named(cs, sums.collect::<Result<_, _>>()?)
        }
        Operation::Move(moved) => {
            let (shapes, wires): (Vec<&Shape>, Vec<&[Wire]>) =
                operands.iter().map(|x| (&x.shape, x.wires.as_slice())).unzip();
            Ok(moved.apply(&shapes, &wires, &node.shape, &Wire::constant(0)))
        }
        Operation::MaxPool(window) => {
            let count = node.shape.iter().product();
            let taps = |value| window.taps_of(&x.shape, &node.shape, value);
            let under = |value| taps(value).into_iter().filter_map(|at| x.wires.get(at)).collect();
            let mut one = |value| {
                let greatest = greatest(cs, under(value))?;
                if x.relu_to_do { relu(cs, &greatest) } else { Ok(greatest) }
            };
            let results = (0..count).map(&mut one).collect::<Result<_, _>>()?;
            named(cs, results)
        }
        Operation::Clip { min, max } => x.wires.iter().map(|wire| clip(cs, wire, *min, *max)).collect(),
        Operation::LeakyRelu { positive, negative } => {
            let slopes = [*positive, *negative];
            let results = x.wires.iter().map(|wire| leaky_relu(cs, index, &node.name, wire, slopes));
            let results = results.collect::<Result<_, _>>()?;
            named(cs, results)
        }
        Operation::Table(values) => x.wires.iter().map(|wire| table(cs, wire, values)).collect(),
    }
}

fn named<CS: ConstraintSystem<Scalar>>(cs: &mut CS, mut wires: Vec<Wire>) -> Result<Vec<Wire>, CircuitError> {
    name_values(cs, "sum", &mut wires, LONGEST_SUM)?;
    Ok(wires)
}

/// The arg-max, as the statement's second public input.
fn class<CS: ConstraintSystem<Scalar>>(cs: &mut CS, values: &[Wire]) -> Result<Wire, CircuitError> {
    let class = arg_max_value(values).map(|class| class as i64);
    let output = cs.alloc_input(|| "class", || class.map(scalar).ok_or(SynthesisError::AssignmentMissing))?;
    let lin = Lin::variable(output);
    arg_max(cs, values, &lin)?;
    Ok(Wire { lin, lo: 0, hi: values.len() as i64 - 1, value: class })
}
