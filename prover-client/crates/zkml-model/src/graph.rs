//! The quantised model: a list of integer operations with exact semantics.
//!
//! It is the single source of truth. Reference inference and every circuit are interpreters of this list and
//! agree bit for bit.

/// Shape of a tensor without the batch dimension, row-major: `[channels, height, width]` or `[features]`.
pub type Shape = Vec<usize>;

/// A quantised model: one input, operations in topological order, one output (the last node's).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantizedModel {
    /// What the model takes.
    pub input: InputSpec,
    /// The operations. Node `i` reads tensors that are the model's input or results of nodes below `i`.
    pub nodes: Vec<Node>,
}

/// The model's input: every value lies in `min ..= min + 2^bits - 1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputSpec {
    /// Shape, without the batch dimension.
    pub shape: Shape,
    /// Smallest value.
    pub min: i32,
    /// Width of the range in bits, 1 to 16.
    pub bits: u8,
}

/// Where a node's operand comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// The model's input.
    Input,
    /// The result of the node with this index.
    Node(usize),
}

/// One operation with its operands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The ONNX node's name, for reports and errors.
    pub name: String,
    /// What is computed.
    pub op: Operation,
    /// Operands, as many as the operation takes (one, for all operations of today).
    pub inputs: Vec<Operand>,
    /// Shape of the result.
    pub shape: Shape,
}

/// An integer operation. Accumulators are exact: [`crate::intervals`] shows at import that they fit in `i64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// ONNX `Conv`, two-dimensional.
    Conv(Conv),
    /// ONNX `Gemm` (and `MatMul` by a constant): `y[o] = bias[o] + Σ_i weights[o][i] · x[i]`.
    Gemm(Gemm),
    /// ONNX `Relu`: `max(x, 0)`.
    Relu,
    /// Division by a power of two, rounded half up: `floor((x + 2^(shift-1)) / 2^shift)`, `1 <= shift <= 31`.
    Requantize {
        /// Power of two to divide by.
        shift: u8,
    },
    /// ONNX `Flatten` or `Reshape`: the same values in the same order under another shape.
    Reshape,
    /// Index of the greatest value; of equals, the lowest index. Shape `[1]`; the last node of a classifier.
    ArgMax,
}

/// Two-dimensional convolution (cross-correlation, as ONNX defines it), padding with zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conv {
    /// Output channels.
    pub out_channels: usize,
    /// Input channels.
    pub in_channels: usize,
    /// Groups; both channel counts are multiples of it.
    pub group: usize,
    /// Kernel height and width.
    pub kernel: [usize; 2],
    /// Strides, vertical and horizontal.
    pub strides: [usize; 2],
    /// Zero padding: top, left, bottom, right.
    pub pads: [usize; 4],
    /// Dilations, vertical and horizontal.
    pub dilations: [usize; 2],
    /// Weights `[out_channels][in_channels / group][kernel height][kernel width]`.
    pub weights: Vec<i8>,
    /// One bias for each output channel.
    pub bias: Vec<i32>,
}

/// Fully connected layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gemm {
    /// Number of outputs.
    pub outputs: usize,
    /// Number of inputs.
    pub inputs: usize,
    /// Weights `[outputs][inputs]`.
    pub weights: Vec<i8>,
    /// One bias for each output.
    pub bias: Vec<i32>,
}
