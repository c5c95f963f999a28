//! From a model to the machine's program.
//!
//! A value of the model is a *wire*: a variable and a constant. In every satisfying assignment it
//! equals the integer that the reference inference computes from the committed input, for every
//! prover; so its range, known from [`zkml_model::intervals`], holds as well and no equation wraps
//! around the field.

mod arg_max;
mod input;
mod linear;
mod output;
mod pooling;
mod rescale;
mod sum;
mod table;
mod top_k;
mod values;

use std::{collections::HashMap, sync::Mutex};

use zkml_model::{
    graph::{Move, Node, Operand, Operation, QuantizedModel, Taps},
    intervals::{Interval, analyse},
    output::OutputKind,
};

use self::sum::Sum;
use super::{
    field::CircuitField,
    layout::{Builder, LookupPair, RowProgram, Shape, TooManyRows, Var},
};
use crate::error::CircuitError;

/// The choice of the cost model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CircuitParams {
    /// Slots in a row.
    pub slots: usize,
    /// Extra cells in a row.
    pub extras: usize,
    /// Most bits of one lookup.
    pub bits: u8,
    /// Positions of a convolution that are computed in one equation.
    pub tile: usize,
}

/// The witness of a proof.
pub struct Private<'a, F> {
    /// The input.
    pub values: &'a [i32],
    /// Blinder of its commitment.
    pub blinder: F,
    /// The context.
    pub context: F,
}

/// A value: `factor · variable + offset`.
#[derive(Clone, Copy)]
pub(super) struct Wire {
    pub var: Option<Var>,
    pub factor: i64,
    pub offset: i64,
    pub value: i64,
}

impl Wire {
    fn constant(value: i64) -> Self {
        Self { var: None, factor: 1, offset: value, value }
    }

    /// A variable that holds the value less `offset`.
    fn variable(var: Var, offset: i64, value: i64) -> Self {
        Self { var: Some(var), factor: 1, offset, value }
    }

    /// The wire in an equation, times `weight`: a term, and what it adds to the constant.
    fn weighed<F: CircuitField>(&self, weight: F) -> (Option<(Var, F)>, F) {
        (self.var.map(|var| (var, weight * fp::<F>(self.factor))), weight * fp::<F>(self.offset))
    }
}

/// A model with what is known about its values.
pub struct AnalyzedModel<'a> {
    pub(super) model: &'a QuantizedModel,
    pub(super) input: Vec<Interval>,
    pub(super) nodes: Vec<Vec<Interval>>,
    pub(super) output: OutputKind,
    /// The number of variables that some outputs of a layer read, for one compilation after
    /// another: by node, first output and number.
    read: Mutex<HashMap<(usize, usize, usize), usize>>,
}

impl<'a> AnalyzedModel<'a> {
    /// Analyses a model.
    ///
    /// # Errors
    /// The model is not valid, a value can reach 2^61, or what it ends with does not fit into an
    /// answer.
    pub fn new(model: &'a QuantizedModel) -> Result<Self, CircuitError> {
        model.validate()?;
        let nodes = analyse(model)?;
        let output = OutputKind::of(model, nodes.last().map(Vec::as_slice).unwrap_or_default())?;
        let input = Interval { lo: i64::from(model.input.min), hi: model.input.max() };
        Ok(Self {
            model,
            input: vec![input; model.input.len()],
            nodes,
            output,
            read: Mutex::default(),
        })
    }

    /// Number of ReLUs that the comparisons of poolings take, `most + 1` if there are more than
    /// `most`.
    pub(super) fn pooling_comparisons(&self, most: usize) -> usize {
        let mut count = 0;
        for node in &self.model.nodes {
            let (Operation::MaxPool(window), from) = (&node.op, operand(node)) else { continue };
            let shape = self.model.shape_of(from).map(Vec::as_slice).unwrap_or_default();
            let windows =
                (0..node.shape.iter().product()).map(|i| window.taps_of(shape, &node.shape, i));
            count += pooling::comparisons(self.intervals(from), windows, most - count);
            if count > most {
                break;
            }
        }
        count
    }

    pub(super) fn intervals(&self, operand: Operand) -> &[Interval] {
        match operand {
            Operand::Input => &self.input,
            Operand::Node(index) => self.nodes.get(index).map(Vec::as_slice).unwrap_or_default(),
        }
    }

    /// The only node that reads node `index`.
    pub(super) fn sole_reader(&self, index: usize) -> Option<(usize, &'a Node)> {
        let mut readers = self.model.nodes.iter().enumerate();
        let mut next = || readers.find(|(_, node)| node.inputs.contains(&Operand::Node(index)));
        match (next(), next()) {
            (only @ Some(_), None) => only,
            _ => None,
        }
    }

    /// Returns `true` if node `index` is a layer and its only reader a ReLU, which is then computed
    /// along.
    pub(super) fn is_fused(&self, index: usize) -> bool {
        let layer = matches!(
            self.model.nodes.get(index).map(|node| &node.op),
            Some(Operation::Conv(_) | Operation::Gemm(_))
        );
        layer && self.only_a_relu_reads(index)
    }

    /// Returns `true` if node `index` is a sum and its only reader a ReLU, which is then computed
    /// along.
    fn is_fused_sum(&self, index: usize) -> bool {
        let sum = matches!(self.model.nodes.get(index), Some(Node { op: Operation::Add, .. }));
        sum && self.only_a_relu_reads(index)
    }

    fn only_a_relu_reads(&self, index: usize) -> bool {
        matches!(self.sole_reader(index), Some((_, Node { op: Operation::Relu, .. })))
    }

    /// The shift of the quotient that ReLU `index` is computed along with: its only reader's.
    pub(super) fn quotient_of_relu(&self, index: usize) -> Option<u8> {
        match (self.model.nodes.get(index)?, self.sole_reader(index)?) {
            (
                Node { op: Operation::Relu, .. },
                (_, Node { op: Operation::Requantize { shift }, .. }),
            ) => Some(*shift),
            _ => None,
        }
    }

    /// Returns the operations that are computed along with layer `index`.
    pub(super) fn after(&self, index: usize) -> After {
        match self.sole_reader(index) {
            Some((relu, _)) if self.is_fused(index) => match self.quotient_of_relu(relu) {
                Some(shift) => After::Quotient { shift },
                None => After::Relu { node: relu },
            },
            _ => After::Nothing,
        }
    }
}

/// Operations that are computed along with a layer, in the equations that give its sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    Nothing,
    /// Its ReLU, this node.
    Relu {
        node: usize,
    },
    /// Its ReLU, and of that a quotient by `2^shift`.
    Quotient {
        shift: u8,
    },
}

/// The operand of a node.
pub(super) fn operand(node: &Node) -> Operand {
    node.inputs.first().copied().unwrap_or(Operand::Input)
}

/// The columns of a model's program.
pub fn shape_of(model: &AnalyzedModel, params: CircuitParams) -> Shape {
    let gather = linear::gather_target(model, params).is_some();
    Shape { slots: params.slots, extras: params.extras, gather }
}

/// Compiles a model; `limit` is the most rows, `count_only` for a program without rows.
///
/// # Errors
/// More rows than the limit.
pub fn compile<F: CircuitField>(
    model: &AnalyzedModel,
    params: CircuitParams,
    limit: usize,
    count_only: bool,
    private: Option<&Private<F>>,
) -> Result<RowProgram<F>, TooManyRows> {
    let target = linear::gather_target(model, params);
    let shape = Shape { slots: params.slots, extras: params.extras, gather: target.is_some() };
    let machine = Builder::new(shape, limit, count_only);
    let mut compiler =
        Compiler { machine, model, params, results: Vec::new(), target, gathered: None };
    let context = private.map(|p| p.context).unwrap_or_default();
    let (wires, commitment) = compiler.input(private)?;
    let output = compiler.nodes(&wires)?;
    let context = compiler.machine.variable(context);
    compiler.machine.hold(context)?;
    compiler.machine.end_layer("Context".into());
    compiler.machine.end(vec![commitment, output, context])
}

/// A model being compiled.
pub(super) struct Compiler<'m, 'a, F: CircuitField> {
    pub machine: Builder<F>,
    pub model: &'m AnalyzedModel<'a>,
    pub params: CircuitParams,
    /// Results of nodes; empty for a fused one.
    results: Vec<Vec<Wire>>,
    /// A ReLU and the layer that is computed in place along with it.
    target: Option<linear::Target>,
    /// A Gemm's packed sum that was computed in place, without biases.
    gathered: Option<(usize, Var)>,
}

impl<F: CircuitField> Compiler<'_, '_, F> {
    /// Compiles all nodes; the variable is the answer.
    fn nodes(&mut self, input: &[Wire]) -> Result<Var, TooManyRows> {
        let model = self.model;
        let mut class: Option<Var> = None;
        for (index, node) in model.model.nodes.iter().enumerate() {
            let from = operand(node);
            let x = self.wires(input, from);
            let mut result = match &node.op {
                _ if model.is_fused(index) || model.is_fused_sum(index) => Vec::new(),
                Operation::Conv(_) | Operation::Gemm(_) => self.linear(index, &x)?,
                Operation::Relu if model.quotient_of_relu(index).is_some() => Vec::new(),
                Operation::Relu => match self.before(input, from) {
                    Before::Layer(layer, x) => self.linear(layer, &x)?,
                    Before::Sums(sums) => self.relus(&sums, model.intervals(from))?,
                },
                Operation::Requantize { shift } => match from {
                    Operand::Node(relu) if model.quotient_of_relu(relu).is_some() => {
                        let from = model.model.nodes.get(relu).map_or(Operand::Input, operand);
                        match self.before(input, from) {
                            Before::Layer(layer, x) => self.linear(layer, &x)?,
                            Before::Sums(sums) => {
                                self.requantize(sums, model.intervals(from), *shift, true)?
                            }
                        }
                    }
                    _ => self.requantize(sums_of(&x), model.intervals(from), *shift, false)?,
                },
                Operation::Reshape => x,
                Operation::ArgMax => {
                    let (var, value) = self.arg_max(&x, model.intervals(from))?;
                    class = Some(var);
                    vec![Wire::variable(var, 0, value)]
                }
                Operation::TopK { k } => self.top_k(&x, model.intervals(from), usize::from(*k))?,
                Operation::Add => {
                    let added = self.added(input, index);
                    added.into_iter().map(|sum| self.settle(sum)).collect::<Result<_, _>>()?
                }
                Operation::Move(moved) => self.moved(input, node, moved),
                Operation::MaxPool(window) => {
                    let from = model.model.shape_of(from).map(Vec::as_slice).unwrap_or_default();
                    let values = 0..node.shape.iter().product();
                    let under: Vec<Taps> =
                        values.map(|i| window.taps_of(from, &node.shape, i)).collect();
                    self.max_pool(&x, model.intervals(operand(node)), &under)?
                }
                Operation::Clip { min, max } => {
                    self.clip(&x, model.intervals(from), [*min, *max])?
                }
                Operation::LeakyRelu { positive, negative } => {
                    self.leaky_relu(&x, model.intervals(from), [*positive, *negative])?
                }
                Operation::Rescale(rescale) => {
                    let shape =
                        model.model.shape_of(from).map(Vec::as_slice).unwrap_or_default().to_vec();
                    self.rescale(&x, model.intervals(from), rescale.of_values(&shape))?
                }
                Operation::Table(table) => self.table(&x, model.intervals(from), table)?,
            };
            // So that which wires are constant does not depend on how a layer is compiled.
            for (wire, range) in result.iter_mut().zip(model.intervals(Operand::Node(index))) {
                if range.lo == range.hi {
                    *wire = Wire::constant(range.lo);
                }
            }
            self.results.push(result);
            self.machine.end_layer(format!("{} {}", node.op.name(), node.name));
        }
        match class {
            Some(class) => Ok(class),
            None => {
                let last = self.results.last().cloned().unwrap_or_default();
                let output = self.packed(&model.output, &last)?;
                self.machine.end_layer("Output".into());
                Ok(output)
            }
        }
    }

    /// The operand of a ReLU.
    fn before(&self, input: &[Wire], from: Operand) -> Before {
        match from {
            Operand::Node(layer) if self.model.is_fused(layer) => {
                let x = self.model.model.nodes.get(layer).map_or(Operand::Input, operand);
                Before::Layer(layer, self.wires(input, x))
            }
            Operand::Node(sums) if self.model.is_fused_sum(sums) => {
                Before::Sums(self.added(input, sums))
            }
            _ => Before::Sums(sums_of(&self.wires(input, from))),
        }
    }

    /// The sums of node `index`, an `Add`.
    fn added(&self, input: &[Wire], index: usize) -> Vec<Sum> {
        let inputs = self
            .model
            .model
            .nodes
            .get(index)
            .map(|node| node.inputs.as_slice())
            .unwrap_or_default();
        let [a, b] = inputs else { return Vec::new() };
        let (a, b) = (self.wires(input, *a), self.wires(input, *b));
        a.iter().zip(&b).map(|(a, b)| Sum::default().plus(1, a).plus(1, b)).collect()
    }

    fn moved(&self, input: &[Wire], node: &Node, moved: &Move) -> Vec<Wire> {
        let wires: Vec<Vec<Wire>> = node.inputs.iter().map(|x| self.wires(input, *x)).collect();
        let wires: Vec<&[Wire]> = wires.iter().map(Vec::as_slice).collect();
        let shapes: Vec<_> =
            node.inputs.iter().filter_map(|x| self.model.model.shape_of(*x)).collect();
        moved.apply(&shapes, &wires, &node.shape, &Wire::constant(0))
    }

    fn wires(&self, input: &[Wire], operand: Operand) -> Vec<Wire> {
        match operand {
            Operand::Input => input.to_vec(),
            Operand::Node(index) => self.results.get(index).cloned().unwrap_or_default(),
        }
    }

    /// The number `value`, which is not negative, in pieces that lookups check: slots that sum up
    /// to `weight · value`.
    pub(super) fn range(&mut self, value: i64, bits: u32, weight: F) -> Vec<LookupPair<F>> {
        let step = u32::from(self.params.bits);
        let mut slots = Vec::new();
        let mut at = 0;
        while at < bits {
            let width = step.min(bits - at);
            let piece = (value >> at) & ((1i64 << width) - 1);
            let var = self.machine.variable(fp::<F>(piece));
            slots.push(LookupPair::range(var, width as u8, weight * power::<F>(at)));
            at += width;
        }
        slots
    }

    /// A variable for `value`, which is checked to have `bits` bits.
    pub(super) fn ranged(&mut self, value: i64, bits: u32) -> Result<Var, TooManyRows> {
        let slots = self.range(value, bits, F::ONE);
        let var = self.machine.variable(fp::<F>(value));
        self.machine.equation(&[(var, -F::ONE)], &slots, F::ZERO)?;
        Ok(var)
    }
}

/// The operand of a ReLU: a layer with its operand, which is computed along with it, or sums.
enum Before {
    Layer(usize, Vec<Wire>),
    Sums(Vec<Sum>),
}

/// Wires as sums of one term.
fn sums_of(x: &[Wire]) -> Vec<Sum> {
    x.iter().map(|x| Sum::default().plus(1, x)).collect()
}

/// `integer` as an element of the field.
pub(super) fn fp<F: CircuitField>(integer: i64) -> F {
    let magnitude = F::from(integer.unsigned_abs());
    if integer < 0 { -magnitude } else { magnitude }
}

/// `2^exponent` in the field.
pub(super) fn power<F: CircuitField>(exponent: u32) -> F {
    if exponent < 64 {
        F::from(1u64 << exponent)
    } else {
        power::<F>(63) * power::<F>(exponent - 63)
    }
}

/// Fewest bits that hold a number; none for zero.
pub(super) fn bit_length(greatest: i64) -> u32 {
    if greatest <= 0 { 0 } else { 64 - greatest.leading_zeros() }
}

#[cfg(test)]
mod tests;
