//! The values of a tensor while a circuit is written.
//!
//! A convolution's sums are as many linear combinations as it has outputs, each with a copy of its
//! channel's weights: written down all at once they would take more memory than the constraints
//! that they go into. So only ranges and values are kept, and a sum is made when its reader writes
//! its constraints, and forgotten. Sums too long for that have a variable each, from the start.

use std::{borrow::Cow, rc::Rc};

use bellman::ConstraintSystem;
use bls12_381::Scalar;
use zkml_model::graph::{Node, Operation, Shape};

use crate::groth16::{
    gadgets::{arg_max::name_value, conv, gemm},
    linear_combination::{LinearCombination, Wire, linear, outline, weighted_sum},
};
use crate::{error::CircuitError, secret::try_collect};

/// Longer sums get a variable of their own, which bounds the memory of what reads them.
pub const LONGEST_SUM: usize = 128;

/// The values of a tensor. Copies share them.
#[derive(Clone)]
pub enum Wires<'m> {
    /// As they are.
    Made(Rc<Vec<Wire>>),
    /// Short sums, to be made.
    Sums(Rc<Sums<'m>>),
}

/// Short sums of a linear layer: what they are made of, and wires that lack their linear
/// combinations.
pub struct Sums<'m> {
    layer: Layer<'m>,
    operand: Rc<Vec<Wire>>,
    outlines: Vec<Wire>,
}

impl From<Vec<Wire>> for Wires<'_> {
    fn from(wires: Vec<Wire>) -> Self {
        Self::Made(Rc::new(wires))
    }
}

impl<'m> Wires<'m> {
    /// The results of a linear layer.
    ///
    /// # Complexity
    /// One constraint for each sum of more than [`LONGEST_SUM`] terms.
    ///
    /// # Errors
    /// [`CircuitError::TooWide`], or the constraint system's own.
    pub fn linear<CS: ConstraintSystem<Scalar>>(
        cs: &mut CS,
        layer: Layer<'m>,
        x: &Self,
    ) -> Result<Self, CircuitError> {
        let operand = x.made();
        let longest = operand.iter().map(|wire| wire.lin.len()).max().unwrap_or(0);
        if layer.taps().saturating_mul(longest) <= LONGEST_SUM {
            let outlines = (0..layer.count()).map(|output| layer.outline(output, &operand));
            let outlines = try_collect(outlines)?;
            return Ok(Self::Sums(Rc::new(Sums { layer, operand, outlines })));
        }
        let mut out = Vec::with_capacity(layer.count());
        for output in 0..layer.count() {
            let mut sum = layer.sum(output, &operand)?;
            name_value(cs, "sum", &mut sum, LONGEST_SUM)?;
            out.push(sum);
        }
        Ok(out.into())
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        match self {
            Self::Made(wires) => wires.len(),
            Self::Sums(sums) => sums.outlines.len(),
        }
    }

    /// Value `i`; none for one that is not there.
    pub fn get(&self, i: usize) -> Option<Cow<'_, Wire>> {
        match self {
            Self::Made(wires) => wires.get(i).map(Cow::Borrowed),
            Self::Sums(sums) => {
                sums.outlines.get(i).map(|outline| Cow::Owned(sums.make(i, outline)))
            }
        }
    }

    /// All values, one after the other.
    pub fn iter(&self) -> impl Iterator<Item = Cow<'_, Wire>> {
        (0..self.len()).filter_map(|i| self.get(i))
    }

    /// All values at once.
    pub fn made(&self) -> Rc<Vec<Wire>> {
        match self {
            Self::Made(wires) => wires.clone(),
            Self::Sums(_) => {
                let mut made = Vec::with_capacity(self.len());
                made.extend(self.iter().map(Cow::into_owned));
                Rc::new(made)
            }
        }
    }

    /// The values, where there is a witness.
    pub fn values(&self) -> Option<Vec<i64>> {
        match self {
            Self::Made(wires) => wires.iter().map(|wire| wire.value).collect(),
            Self::Sums(sums) => sums.outlines.iter().map(|wire| wire.value).collect(),
        }
    }
}

impl Sums<'_> {
    fn make(&self, output: usize, outline: &Wire) -> Wire {
        let mut wire = outline.clone();
        wire.lin = self.layer.lin(output, &self.operand);
        wire
    }
}

/// A linear layer with the shape of its operand.
#[derive(Clone, Copy)]
pub struct Layer<'m> {
    index: usize,
    node: &'m Node,
    from: &'m Shape,
}

impl<'m> Layer<'m> {
    /// Node `index`, a `Conv` or a `Gemm`, over an operand of shape `from`.
    pub fn new(index: usize, node: &'m Node, from: &'m Shape) -> Self {
        Self { index, node, from }
    }

    fn count(&self) -> usize {
        self.node.shape.iter().product()
    }

    /// Most weights of an output.
    fn taps(&self) -> usize {
        match &self.node.op {
            Operation::Conv(op) => op.in_channels / op.group * op.kernel[0] * op.kernel[1],
            Operation::Gemm(op) => op.inputs,
            _ => 0,
        }
    }

    fn terms<'w>(&self, output: usize, x: &'w [Wire]) -> (i64, Vec<(i64, &'w Wire)>) {
        let (bias, terms) = match &self.node.op {
            Operation::Conv(op) => {
                let plane = self.node.shape.iter().skip(1).product::<usize>();
                (
                    op.bias.get(output / plane),
                    conv::terms(op, self.from, &self.node.shape, output, x),
                )
            }
            Operation::Gemm(op) => (op.bias.get(output), gemm::terms(op, output, x)),
            _ => (None, Vec::new()),
        };
        (bias.map_or(0, |bias| i64::from(*bias)), terms)
    }

    fn outline(&self, output: usize, x: &[Wire]) -> Result<Wire, CircuitError> {
        let (bias, terms) = self.terms(output, x);
        outline(self.index, &self.node.name, bias, &terms)
    }

    fn lin(&self, output: usize, x: &[Wire]) -> LinearCombination {
        let (bias, terms) = self.terms(output, x);
        linear(bias, &terms)
    }

    fn sum(&self, output: usize, x: &[Wire]) -> Result<Wire, CircuitError> {
        let (bias, terms) = self.terms(output, x);
        weighted_sum(self.index, &self.node.name, bias, &terms)
    }
}
