//! The model's nodes, one after the other. It checks all that the gadgets take for granted.

use bellman::{ConstraintSystem, SynthesisError};
use bls12_381::Scalar;
use zkml_model::graph::{Conv, Node, Operand, Operation, QuantizedModel, Shape};

use crate::{
    commitment::MAX_VALUES,
    error::CircuitError,
    gadgets::{
        arg_max::{arg_max, arg_max_value, name_values},
        conv::{conv, output_size},
        gemm::gemm,
        relu::relu,
        requantize::{relu_requantize, requantize},
    },
    lin::{Lin, Wire, scalar},
};

/// Longer sums get a variable of their own, which bounds the memory of what reads them.
const LONGEST_SUM: usize = 128;

/// The result of a node, or the operand of a ReLU that its only reader, a requantisation, computes along.
struct Tensor {
    shape: Shape,
    wires: Vec<Wire>,
    relu_to_do: bool,
}

/// Synthesises all nodes; returns the values of their results (`None` without a witness, and for a fused ReLU).
pub fn synthesize<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    model: &QuantizedModel,
    input: Vec<Wire>,
) -> Result<Vec<Option<Vec<i64>>>, CircuitError> {
    let last = model.nodes.len().checked_sub(1).ok_or(CircuitError::NoArgMax)?;
    let input = Tensor { shape: model.input.shape.clone(), wires: input, relu_to_do: false };
    let mut results: Vec<Tensor> = Vec::with_capacity(model.nodes.len());
    for (index, node) in model.nodes.iter().enumerate() {
        if matches!(node.op, Operation::ArgMax) != (index == last) {
            return Err(misplaced(index, node));
        }
        let context = At { index, node };
        let x = context.operand(&input, &results)?;
        let result = if fused_relu(model, index) {
            Tensor { shape: node.shape.clone(), wires: x.wires.clone(), relu_to_do: true }
        } else {
            context.layer(cs, x)?
        };
        context.check_size(&result)?;
        results.push(result);
    }
    Ok(results.iter().map(values).collect())
}

fn values(tensor: &Tensor) -> Option<Vec<i64>> {
    if tensor.relu_to_do { None } else { tensor.wires.iter().map(|wire| wire.value).collect() }
}

fn misplaced(index: usize, node: &Node) -> CircuitError {
    match node.op {
        Operation::ArgMax => CircuitError::ArgMaxInside { node: index, name: node.name.clone() },
        _ => CircuitError::NoArgMax,
    }
}

/// Whether node `index` is a ReLU whose only reader is a requantisation.
fn fused_relu(model: &QuantizedModel, index: usize) -> bool {
    let reads = |node: &&Node| node.inputs.contains(&Operand::Node(index));
    let is_relu = model.nodes.get(index).is_some_and(|node| matches!(node.op, Operation::Relu));
    let mut readers = model.nodes.iter().filter(reads);
    let only = (readers.next(), readers.next());
    is_relu && matches!(only, (Some(Node { op: Operation::Requantize { .. }, .. }), None))
}

/// A node and its place, for checks and messages.
struct At<'a> {
    index: usize,
    node: &'a Node,
}

impl At<'_> {
    fn malformed(&self, what: impl Into<String>) -> CircuitError {
        CircuitError::Malformed { node: self.index, name: self.node.name.clone(), what: what.into() }
    }

    fn operand<'t>(&self, input: &'t Tensor, results: &'t [Tensor]) -> Result<&'t Tensor, CircuitError> {
        let [operand] = self.node.inputs.as_slice() else {
            return Err(self.malformed(format!("{} operands instead of one", self.node.inputs.len())));
        };
        match operand {
            Operand::Input => Ok(input),
            Operand::Node(i) => {
                results.get(*i).ok_or_else(|| self.malformed(format!("it reads node {i}, which is not before it")))
            }
        }
    }

    fn check_size(&self, result: &Tensor) -> Result<(), CircuitError> {
        let size = result.shape.iter().try_fold(1usize, |product, n| product.checked_mul(*n));
        if size == Some(result.wires.len()) {
            return Ok(());
        }
        Err(self.malformed(format!("shape {:?} for {} values", result.shape, result.wires.len())))
    }

    /// One layer of the circuit.
    fn layer<CS: ConstraintSystem<Scalar>>(&self, cs: &mut CS, x: &Tensor) -> Result<Tensor, CircuitError> {
        let mut cs = cs.namespace(|| format!("{} {}", label(&self.node.op, x), self.node.name));
        let cs = &mut cs;
        let wires = match &self.node.op {
            Operation::Conv(op) => {
                let size = self.check_conv(op, &x.shape)?;
                named(cs, conv(self.index, &self.node.name, op, size, &x.wires)?)?
            }
            Operation::Gemm(op) => {
                self.check_counts(op.outputs, op.outputs.checked_mul(op.inputs), op.weights.len(), op.bias.len())?;
                self.check("inputs", op.inputs, x.wires.len())?;
                named(cs, gemm(self.index, &self.node.name, op, &x.wires)?)?
            }
            Operation::Relu => x.wires.iter().map(|wire| relu(cs, wire)).collect::<Result<_, _>>()?,
            Operation::Requantize { shift } => self.requantize(cs, x, *shift)?,
            Operation::Reshape => x.wires.clone(),
            Operation::ArgMax => vec![class(cs, &x.wires)?],
        };
        Ok(Tensor { shape: self.node.shape.clone(), wires, relu_to_do: false })
    }

    fn requantize<CS: ConstraintSystem<Scalar>>(
        &self,
        cs: &mut CS,
        x: &Tensor,
        shift: u8,
    ) -> Result<Vec<Wire>, CircuitError> {
        if shift == 0 || shift > 31 {
            return Err(self.malformed(format!("shift {shift}; 1 to 31 are possible")));
        }
        let one = |wire: &Wire| {
            if x.relu_to_do { relu_requantize(cs, wire, shift) } else { requantize(cs, wire, shift) }
        };
        x.wires.iter().map(one).collect()
    }

    fn check(&self, what: &str, expected: usize, got: usize) -> Result<(), CircuitError> {
        if expected == got { Ok(()) } else { Err(self.malformed(format!("{got} {what} instead of {expected}"))) }
    }

    fn check_counts(
        &self,
        outputs: usize,
        weights: Option<usize>,
        got_weights: usize,
        got_bias: usize,
    ) -> Result<(), CircuitError> {
        let weights = weights.ok_or_else(|| self.malformed("more weights than can be counted"))?;
        self.check("weights", weights, got_weights)?;
        self.check("biases", outputs, got_bias)
    }

    /// Checks a convolution against its operand; returns the operand's height and width.
    fn check_conv(&self, op: &Conv, shape: &Shape) -> Result<[usize; 2], CircuitError> {
        let [channels, height, width] = *shape.as_slice() else {
            return Err(self.malformed(format!("operand of shape {shape:?}; a Conv takes [channels, height, width]")));
        };
        self.check("input channels", op.in_channels, channels)?;
        let divides = |count: usize| op.group > 0 && count % op.group == 0;
        if !divides(op.in_channels) || !divides(op.out_channels) || op.out_channels == 0 || op.in_channels == 0 {
            return Err(self.malformed(format!("group {} does not divide the channels", op.group)));
        }
        let positive = op.kernel.iter().chain(&op.strides).chain(&op.dilations).all(|n| *n > 0);
        let size = output_size(op, height, width).filter(|_| positive);
        let [rows, columns] = size.ok_or_else(|| self.malformed("the kernel does not fit into its input"))?;
        let values = [rows, columns].iter().try_fold(op.out_channels, |n, m| n.checked_mul(*m));
        if values.is_none_or(|n| n > MAX_VALUES) {
            return Err(self.malformed(format!("more than {MAX_VALUES} values")));
        }
        let kernel = op.kernel.iter().try_fold(op.in_channels / op.group, |n, m| n.checked_mul(*m));
        let weights = kernel.and_then(|n| n.checked_mul(op.out_channels));
        self.check_counts(op.out_channels, weights, op.weights.len(), op.bias.len())?;
        if self.node.shape != [op.out_channels, rows, columns] {
            return Err(self.malformed(format!("shape {:?} instead of [{}, {rows}, {columns}]", self.node.shape, op.out_channels)));
        }
        Ok([height, width])
    }
}

fn label(op: &Operation, x: &Tensor) -> &'static str {
    match op {
        Operation::Conv(_) => "Conv",
        Operation::Gemm(_) => "Gemm",
        Operation::Relu => "Relu",
        Operation::Requantize { .. } if x.relu_to_do => "Relu+Requantize",
        Operation::Requantize { .. } => "Requantize",
        Operation::Reshape => "Reshape",
        Operation::ArgMax => "ArgMax",
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
