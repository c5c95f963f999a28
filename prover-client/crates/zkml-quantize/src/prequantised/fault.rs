//! Parts of a quantised graph that are not supported.

use super::MAX_GROUPS;
use crate::QuantizeError;
use zkml_model::{graph::Move, intervals::IntervalError, validate::MAX_NODES};
use zkml_onnx::{FloatNode, FloatOp};

/// Faults of a node of a quantised graph, with remedies.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// Weights in floats.
    #[error(
        "has weights in floats in a graph that is quantised; quantise it along with the others, or give the float model"
    )]
    FloatWeights,
    /// Reals that are on no grid.
    #[error(
        "needs its operand on a grid, and between them no QuantizeLinear stands; quantise that tensor too, or give the float model"
    )]
    OffGrid,
    /// Too many scalings.
    #[error(
        "needs {got} scalings of its own, and {MAX_GROUPS} are searched; quantise weights by tensor"
    )]
    Groups {
        /// The number.
        got: usize,
    },
    /// Constants value by value where only channel by channel is possible.
    #[error(
        "comes behind scales or constants that differ from value to value; put a QuantizeLinear before it"
    )]
    ByValue,
    /// A function that falls somewhere, of more integers than a table holds.
    #[error(
        "needs a table of {width} values, and a table has at most 256; put a QuantizeLinear before the activation"
    )]
    Table {
        /// Integers that can come.
        width: u64,
    },
    /// Another grid than the tensor is on.
    #[error(
        "reads a tensor on the grid of scale {scale} and zero point {zero_point} as one of scale {got} and zero point {got_zero}; quantise the model again"
    )]
    OtherGrid {
        /// The tensor's.
        scale: f32,
        /// The tensor's.
        zero_point: i32,
        /// The operand that is read.
        got: f32,
        /// The operand that is read.
        got_zero: i32,
    },
    /// A bias beyond 32 bits.
    #[error(
        "has for channel {channel} a bias of {magnitude:e} products of steps, beyond 32 bits; quantise the model again"
    )]
    Bias {
        /// The channel.
        channel: usize,
        /// The bias.
        magnitude: f64,
    },
    /// Too many operations.
    #[error("brings the model above {MAX_NODES} operations; give a smaller model")]
    Nodes,
}

/// The reason why a node cannot be planned: a fault of its own, or something with a place already.
pub(super) enum Stop {
    Fault(Fault),
    Error(Box<QuantizeError>),
}

impl Stop {
    pub fn at(self, index: usize, node: &FloatNode) -> QuantizeError {
        match self {
            Stop::Fault(of) => fault(index, node, op_name(&node.op), of),
            Stop::Error(error) => *error,
        }
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Stop::Fault(fault)
    }
}

impl From<QuantizeError> for Stop {
    fn from(error: QuantizeError) -> Self {
        Stop::Error(Box::new(error))
    }
}

impl From<IntervalError> for Stop {
    fn from(error: IntervalError) -> Self {
        Stop::Error(Box::new(error.into()))
    }
}

pub(super) fn fault(
    index: usize,
    node: &FloatNode,
    op: &'static str,
    fault: Fault,
) -> QuantizeError {
    QuantizeError::Prequantised { node: index, name: node.name.clone(), op, fault }
}

pub(super) fn op_name(op: &FloatOp) -> &'static str {
    match op {
        FloatOp::Conv(_) => "Conv",
        FloatOp::Gemm(_) => "Gemm",
        FloatOp::Relu => "Relu",
        FloatOp::Reshape => "Reshape",
        FloatOp::Add => "Add",
        FloatOp::Move(Move::Concat { .. }) => "Concat",
        FloatOp::Move(Move::Transpose { .. }) => "Transpose",
        FloatOp::Move(Move::Pad { .. }) => "Pad",
        FloatOp::MaxPool(_) => "MaxPool",
        FloatOp::Clip { .. } => "Clip",
        FloatOp::LeakyRelu { .. } => "LeakyRelu",
        FloatOp::Function(_) => "activation",
        FloatOp::Quantize(_) => "QuantizeLinear",
        FloatOp::Dequantize { .. } => "DequantizeLinear",
        FloatOp::Integer(_) => "layer with integer weights",
    }
}
