//! The model's nodes, one after the other. The model is [valid](zkml_model::validate), so shapes and counts fit.

use bellman::{ConstraintSystem, SynthesisError};
use bls12_381::Scalar;
use zkml_model::graph::{Node, Operand, Operation, QuantizedModel, Rescale, Shape};

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
        rescale::{rescale, rescale_clip},
        table::table,
    },
    lin::{Lin, Wire, scalar, weighted_sum},
};

/// Longer sums get a variable of their own, which bounds the memory of what reads them.
const LONGEST_SUM: usize = 128;

/// The result of a node, or the operand of one that its only reader computes along.
struct Tensor<'m> {
    shape: Shape,
    wires: Vec<Wire>,
    to_do: ToDo<'m>,
}

/// What a node leaves to its only reader.
#[derive(Clone, Copy)]
enum ToDo<'m> {
    Nothing,
    /// A ReLU, to a requantisation or a pooling.
    Relu,
    /// A scaling, to a clip.
    Rescale(&'m Rescale),
}

impl ToDo<'_> {
    fn is_relu(&self) -> bool {
        matches!(self, ToDo::Relu)
    }
}

/// Synthesises all nodes; returns the values of their results (`None` without a witness, and for a fused ReLU).
pub fn synthesize<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    model: &QuantizedModel,
    input: Vec<Wire>,
) -> Result<Vec<Option<Vec<i64>>>, CircuitError> {
    let input = Tensor { shape: model.input.shape.clone(), wires: input, to_do: ToDo::Nothing };
    let mut results: Vec<Tensor> = Vec::with_capacity(model.nodes.len());
    for (index, node) in model.nodes.iter().enumerate() {
        let operand = |operand: &Operand| match operand {
            Operand::Node(from) => results.get(*from).unwrap_or(&input),
            Operand::Input => &input,
        };
        let operands: Vec<&Tensor> = node.inputs.iter().map(operand).collect();
        let x = operands.first().copied().unwrap_or(&input);
        let to_do = left_to_do(model, index);
        let wires = match to_do {
            ToDo::Nothing => layer(cs, index, node, x, &operands)?,
            _ => x.wires.clone(),
        };
        results.push(Tensor { shape: node.shape.clone(), wires, to_do });
    }
    Ok(results.iter().map(values).collect())
}

fn values(tensor: &Tensor<'_>) -> Option<Vec<i64>> {
    match tensor.to_do {
        ToDo::Nothing => tensor.wires.iter().map(|wire| wire.value).collect(),
        _ => None,
    }
}

/// What the only reader of node `index` does along: a requantisation or a pooling does a ReLU (the greatest of the ReLUs is the
/// ReLU of the greatest), a clip a scaling.
fn left_to_do(model: &QuantizedModel, index: usize) -> ToDo<'_> {
    let reads = |node: &&Node| node.inputs.contains(&Operand::Node(index));
    let mut readers = model.nodes.iter().filter(reads);
    let (Some(reader), None) = (readers.next(), readers.next()) else { return ToDo::Nothing };
    match (model.nodes.get(index).map(|node| &node.op), &reader.op) {
        (Some(Operation::Relu), Operation::Requantize { .. } | Operation::MaxPool(_)) => ToDo::Relu,
        (Some(Operation::Rescale(rescale)), Operation::Clip { .. }) => ToDo::Rescale(rescale),
        _ => ToDo::Nothing,
    }
}

/// One layer of the circuit; `x` is the first operand.
fn layer<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    index: usize,
    node: &Node,
    x: &Tensor<'_>,
    operands: &[&Tensor<'_>],
) -> Result<Vec<Wire>, CircuitError> {
    let fused = match x.to_do {
        ToDo::Nothing => "",
        ToDo::Relu => "Relu+",
        ToDo::Rescale(_) => "Rescale+",
    };
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
        Operation::Requantize { shift } if x.to_do.is_relu() => {
            x.wires.iter().map(|wire| relu_requantize(cs, wire, *shift)).collect()
        }
        Operation::Requantize { shift } => x.wires.iter().map(|wire| requantize(cs, wire, *shift)).collect(),
        Operation::Reshape => Ok(x.wires.clone()),
        Operation::ArgMax => Ok(vec![class(cs, &x.wires)?]),
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
                if x.to_do.is_relu() { relu(cs, &greatest) } else { Ok(greatest) }
            };
            let results = (0..count).map(&mut one).collect::<Result<_, _>>()?;
            named(cs, results)
        }
        Operation::Clip { min, max } => match x.to_do {
            ToDo::Rescale(op) => {
                let each = x.wires.iter().zip(op.of_values(&x.shape));
                let of = |(wire, scaling)| rescale_clip(cs, index, &node.name, wire, &scaling, [*min, *max]);
                each.map(of).collect()
            }
            _ => x.wires.iter().map(|wire| clip(cs, wire, *min, *max)).collect(),
        },
        Operation::LeakyRelu { positive, negative } => {
            let slopes = [*positive, *negative];
            let results = x.wires.iter().map(|wire| leaky_relu(cs, index, &node.name, wire, slopes));
            let results = results.collect::<Result<_, _>>()?;
            named(cs, results)
        }
        Operation::Rescale(op) => {
            let each = x.wires.iter().zip(op.of_values(&x.shape));
            let results = each.map(|(wire, scaling)| rescale(cs, index, &node.name, wire, &scaling));
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
