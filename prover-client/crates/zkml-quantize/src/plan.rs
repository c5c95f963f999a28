//! Walks the operations, choosing grids and requantisations.

mod layers;
mod scales;
mod values;

use super::{LayerReport, Options, QuantizeError, Report};
use zkml_model::{
    Model,
    graph::{InputSpec, Move, Node, Operand, Operation, QuantizedModel, Shape},
    intervals::{self, Interval, IntervalError},
    manifest,
    validate::{Fault, MAX_NAME, MAX_TOTAL_VALUES, ModelError},
};
use zkml_onnx::{FloatNode, FloatOp, OnnxModel};

/// A tensor of the quantised model: `real = scale · integer + residue` for each value.
#[derive(Clone)]
pub(super) struct Tensor {
    /// A scale for each value.
    pub(super) scales: Vec<f64>,
    /// A range for each value.
    pub(super) ranges: Vec<Interval>,
    pub(super) shape: Shape,
    /// The real number of the integer zero, where it is not the real zero: of the input, and of
    /// what only moves its values. The first layer takes it into its bias; all else takes what is
    /// left once it is less than a step ([`Plan::settle`]).
    residues: Vec<f64>,
}

/// A planned model.
pub(super) struct Planned {
    pub model: Model,
    pub report: Report,
    /// The scale of the values that it answers with; 1 for classes.
    pub scale: f64,
}

/// The quantised model so far.
pub(super) struct Plan<'a> {
    pub(super) onnx: &'a OnnxModel,
    pub(super) options: &'a Options,
    model: QuantizedModel,
    input: Tensor,
    /// The result of each node of the quantised model.
    results: Vec<Tensor>,
    /// The places of the float model's input and of its nodes' results.
    places: Vec<Operand>,
    /// Values of all tensors.
    values: usize,
    layers: Vec<LayerReport>,
    /// Layers before a ReLU so far.
    relus: usize,
    /// Functions so far.
    functions: usize,
}

pub(super) fn plan(
    onnx: &OnnxModel,
    options: &Options,
    input: InputSpec,
    meaning: &manifest::Input,
) -> Result<Planned, QuantizeError> {
    let count = input.len();
    let range = Interval { lo: i64::from(input.min), hi: input.max() };
    let grid = |index| {
        let (low, high) = meaning.range(index);
        let step = (high - low) / meaning.levels();
        (step, low - f64::from(input.min) * step)
    };
    let (scales, residues) = (0..count).map(grid).unzip();
    let tensor =
        Tensor { scales, ranges: vec![range; count], shape: input.shape.clone(), residues };
    let mut plan = Plan {
        onnx,
        options,
        model: QuantizedModel { input, nodes: Vec::new() },
        input: tensor,
        results: Vec::new(),
        places: vec![Operand::Input],
        values: count,
        layers: Vec::new(),
        relus: 0,
        functions: 0,
    };
    if !onnx.nodes.iter().any(|node| is_layer(&node.op)) {
        return Err(QuantizeError::NoLayer);
    }
    for (index, node) in onnx.nodes.iter().enumerate() {
        let place = plan.node(index, node)?;
        plan.places.push(place);
    }
    plan.finish()
}

fn is_layer(op: &FloatOp) -> bool {
    matches!(op, FloatOp::Conv(_) | FloatOp::Gemm(_))
}

/// Returns `true` if an operation is right for operands whose zero stands for any number: it takes
/// that into its bias, or only moves values.
fn takes_residues(op: &FloatOp) -> bool {
    match op {
        FloatOp::Gemm(_) | FloatOp::Reshape | FloatOp::Move(Move::Transpose { .. }) => true,
        FloatOp::Conv(conv) => conv.pads == [0; 4],
        _ => false,
    }
}

impl Plan<'_> {
    pub(super) fn tensor(&self, operand: Operand) -> &Tensor {
        match operand {
            Operand::Input => &self.input,
            Operand::Node(index) => &self.results[index],
        }
    }

    /// Returns the place of an operand of a float node.
    fn place(&self, operand: Operand) -> Operand {
        match operand {
            Operand::Input => self.places[0],
            Operand::Node(index) => self.places[index + 1],
        }
    }

    /// Whoever reads `from` later reads `to`.
    fn replace(&mut self, from: Operand, to: Operand) {
        self.places.iter_mut().filter(|place| **place == from).for_each(|place| *place = to);
    }

    fn node(&mut self, index: usize, node: &FloatNode) -> Result<Operand, QuantizeError> {
        let name = node.name.as_str();
        if !takes_residues(&node.op) {
            for x in &node.inputs {
                self.settle(name, self.place(*x))?;
            }
        }
        let x = node.inputs.first().map_or(Operand::Input, |x| self.place(*x));
        match &node.op {
            FloatOp::Relu => self.same(name, Operation::Relu, x),
            FloatOp::Reshape => {
                let scales = self.tensor(x).scales.clone();
                self.push(name, Operation::Reshape, vec![x], node.shape.clone(), scales)
            }
            FloatOp::Conv(_) | FloatOp::Gemm(_) => self.layer(index, node, x),
            FloatOp::Add => self.add(node),
            FloatOp::Move(moved) => self.moved(node, moved),
            FloatOp::MaxPool(window) => self.max_pool(node, window, x),
            FloatOp::Clip { min, max } => self.clip(name, x, [*min, *max]),
            FloatOp::LeakyRelu { slope } => self.leaky_relu(name, x, *slope),
            FloatOp::Function(function) => self.function(name, x, *function),
            // Graphs that have these do not come here.
            FloatOp::Quantize(_) | FloatOp::Dequantize { .. } | FloatOp::Integer(_) => Ok(x),
        }
    }

    /// Appends an operation of one operand that keeps shape and scales.
    fn same(&mut self, name: &str, op: Operation, x: Operand) -> Result<Operand, QuantizeError> {
        let Tensor { shape, scales, .. } = self.tensor(x).clone();
        self.push(name, op, vec![x], shape, scales)
    }

    /// Appends an operation with the exact intervals of its result.
    pub(super) fn push(
        &mut self,
        name: &str,
        op: Operation,
        inputs: Vec<Operand>,
        shape: Shape,
        scales: Vec<f64>,
    ) -> Result<Operand, QuantizeError> {
        let index = self.model.nodes.len();
        self.values += shape.iter().product::<usize>();
        if self.values > MAX_TOTAL_VALUES {
            let (name, op) = (name.into(), op.name());
            let error = ModelError::Node { node: index, name, op, fault: Fault::Total };
            return Err(IntervalError::from(error).into());
        }
        let residues = self.residues(&op, &inputs, &shape);
        let node = Node { name: name.into(), op, inputs, shape };
        let operands: Vec<&Tensor> = node.inputs.iter().map(|x| self.tensor(*x)).collect();
        let ranges: Vec<&[Interval]> = operands.iter().map(|x| x.ranges.as_slice()).collect();
        let shapes: Vec<&Shape> = operands.iter().map(|x| &x.shape).collect();
        let ranges = intervals::step(index, &node, &ranges, &shapes)?;
        self.results.push(Tensor { scales, ranges, shape: node.shape.clone(), residues });
        self.model.nodes.push(node);
        Ok(Operand::Node(index))
    }

    /// Returns the real numbers of a result's zeros: what only moves the input's values leaves over
    /// what the input did.
    fn residues(&self, op: &Operation, inputs: &[Operand], shape: &Shape) -> Vec<f64> {
        let count = shape.iter().product();
        match (op, inputs) {
            (Operation::Conv(_) | Operation::Gemm(_), _) => vec![0.0; count],
            (Operation::Move(moved @ (Move::Transpose { .. } | Move::Pad { .. })), [x]) => {
                let x = self.tensor(*x);
                moved.apply(&[&x.shape], &[&x.residues], shape, &0.0)
            }
            (_, [x]) if self.tensor(*x).residues.len() == count => self.tensor(*x).residues.clone(),
            (_, [x]) => {
                let residues = &self.tensor(*x).residues;
                let first = residues.first().copied().unwrap_or(0.0);
                vec![
                    if residues.iter().all(|residue| *residue == first) { first } else { 0.0 };
                    count
                ]
            }
            _ => vec![0.0; count],
        }
    }

    /// The name of an operation that the importer adds.
    fn helper(name: &str, what: &str) -> String {
        let full = format!("{name}_{what}");
        if full.len() > MAX_NAME { what.into() } else { full }
    }

    /// Returns `true` if this is the result of the last node.
    pub(super) fn is_last(&self, x: Operand) -> bool {
        self.model.nodes.len().checked_sub(1).map(Operand::Node) == Some(x)
    }

    fn finish(mut self) -> Result<Planned, QuantizeError> {
        let places = self.places.iter().skip(1).copied().collect();
        let scores = self.places.last().copied().unwrap_or(Operand::Input);
        let (scale, output_shift) = self.end(scores)?;
        let model = Model::new(self.model)?;
        let scales = self.results.into_iter().map(|result| result.scales).collect();
        let report =
            Report { layers: self.layers, rescales: Vec::new(), places, scales, output_shift };
        Ok(Planned { model, report, scale })
    }
}
