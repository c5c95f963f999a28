//! The quantised model: a list of integer operations with exact semantics.
//!
//! It is the single source of truth. Reference inference and every circuit are interpreters of this
//! list and agree bit for bit. [`crate::operators`] says what each operation means.

mod moves;
mod rescale;
mod window;

use self::window::position;
pub use self::{
    moves::{Move, Source},
    rescale::{Rescale, Scaling},
    window::{Taps, Window},
};

/// Shape of a tensor without the batch dimension, row-major: `[channels, height, width]` or
/// `[features]`.
pub type Shape = Vec<usize>;

/// A quantised model: one input, operations in topological order, one output (the last node's).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantizedModel {
    /// The model's input.
    pub input: InputSpec,
    /// The operations. Node `i` reads tensors that are the model's input or results of nodes below
    /// `i`.
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

impl InputSpec {
    /// Greatest value: `min + 2^bits - 1`.
    pub fn max(&self) -> i64 {
        i64::from(self.min) + (1i64 << self.bits.min(32)) - 1
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.shape.iter().fold(1, |product, n| product.saturating_mul(*n))
    }

    /// Returns `true` if there is no value at all; no valid model has such an input.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The source of a node's operand.
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
    /// The operation.
    pub op: Operation,
    /// Operands, as many as the operation takes: two for `Add`, any number for `Concat`, else one.
    pub inputs: Vec<Operand>,
    /// Shape of the result.
    pub shape: Shape,
}

/// An integer operation. Accumulators are exact: [`crate::intervals`] shows at import that they fit
/// in `i64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// ONNX `Conv`, two-dimensional.
    Conv(Conv),
    /// ONNX `Gemm` (and `MatMul` by a constant): `y[o] = bias[o] + Σ_i weights[o][i] · x[i]`.
    Gemm(Gemm),
    /// ONNX `Relu`: `max(x, 0)`.
    Relu,
    /// Division by a power of two, rounded half up: `floor((x + 2^(shift-1)) / 2^shift)`, `1 <=
    /// shift <= 31`.
    Requantize {
        /// Power of two to divide by.
        shift: u8,
    },
    /// ONNX `Flatten` or `Reshape`: the same values in the same order under another shape.
    Reshape,
    /// Index of the greatest value; ties go to the lowest index. Shape `[1]`; the last node of a
    /// classifier.
    ArgMax,
    /// ONNX `TopK` with `largest` and `sorted`, its indices: those of the greatest values, the
    /// greatest first; ties go to the lowest index first. Shape `[k]`; the last node of a model
    /// that answers with its best classes.
    TopK {
        /// The number of classes, 1 to 7.
        k: u8,
    },
    /// ONNX `Add` of two tensors of one shape: `a + b`.
    Add,
    /// Values moved, and zeros put between them: `Concat`, `Transpose`, `Pad`.
    Move(Move),
    /// ONNX `MaxPool`, two-dimensional: the greatest value under the window. Padding is never the
    /// greatest.
    MaxPool(Window),
    /// ONNX `Clip`: `min(max(x, min), max)`, with `min <= max`.
    Clip {
        /// Smallest result.
        min: i64,
        /// Greatest result.
        max: i64,
    },
    /// ONNX `LeakyRelu`, with integer slopes on both sides: `positive · max(x, 0) + negative ·
    /// min(x, 0)`.
    LeakyRelu {
        /// Slope for numbers above zero.
        positive: i8,
        /// Slope for numbers below zero.
        negative: i8,
    },
    /// A function by its values: `values[min(max(x - first, 0), n - 1)]` for `n` values.
    Table(Table),
    /// Scaling by quotients of integers: `floor((multiplier · x + offset) / 2^shift)`, for each
    /// channel.
    Rescale(Rescale),
}

/// A function of one integer, constant below its first and above its last argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The argument of the first value.
    pub first: i32,
    /// The values of `first`, `first + 1` and so on.
    pub values: Vec<i32>,
}

impl Table {
    /// The argument of the last value.
    pub fn last(&self) -> i64 {
        i64::from(self.first) + self.values.len() as i64 - 1
    }

    /// The value at `x`.
    pub fn at(&self, x: i64) -> i64 {
        let index = x.saturating_sub(i64::from(self.first)).clamp(0, self.values.len() as i64 - 1);
        self.values.get(index as usize).map_or(0, |value| i64::from(*value))
    }

    /// The values at `lo ..= hi` and at the arguments that saturate to them: those that an argument
    /// in the range has.
    pub fn reached(&self, lo: i64, hi: i64) -> &[i32] {
        let index = |x: i64| x.clamp(self.first.into(), self.last()) - i64::from(self.first);
        self.values.get(index(lo) as usize..=index(hi) as usize).unwrap_or_default()
    }
}

impl Operation {
    /// The operation's ONNX name (`Requantize`, `Table` and `Rescale` have none of ONNX's and are
    /// called that).
    pub fn name(&self) -> &'static str {
        match self {
            Operation::Conv(_) => "Conv",
            Operation::Gemm(_) => "Gemm",
            Operation::Relu => "Relu",
            Operation::Requantize { .. } => "Requantize",
            Operation::Reshape => "Reshape",
            Operation::ArgMax => "ArgMax",
            Operation::TopK { .. } => "TopK",
            Operation::Add => "Add",
            Operation::Move(Move::Concat { .. }) => "Concat",
            Operation::Move(Move::Transpose { .. }) => "Transpose",
            Operation::Move(Move::Pad { .. }) => "Pad",
            Operation::MaxPool(_) => "MaxPool",
            Operation::Clip { .. } => "Clip",
            Operation::LeakyRelu { .. } => "LeakyRelu",
            Operation::Table(_) => "Table",
            Operation::Rescale(_) => "Rescale",
        }
    }
}

/// Two-dimensional convolution (cross-correlation, as ONNX defines it), padding with zeros.
///
/// `W` and `B` are floats in an imported graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conv<W = i8, B = i32> {
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
    pub weights: Vec<W>,
    /// One bias for each output channel.
    pub bias: Vec<B>,
}

/// Fully connected layer. `W` and `B` are floats in an imported graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gemm<W = i8, B = i32> {
    /// Number of outputs.
    pub outputs: usize,
    /// Number of inputs.
    pub inputs: usize,
    /// Weights `[outputs][inputs]`.
    pub weights: Vec<W>,
    /// One bias for each output.
    pub bias: Vec<B>,
}

impl<W, B> Conv<W, B> {
    /// The window that slides over each channel.
    pub fn window(&self) -> Window {
        Window {
            kernel: self.kernel,
            strides: self.strides,
            pads: self.pads,
            dilations: self.dilations,
        }
    }

    /// Calls `visit(weight, input)` with the indices of each weight and input value that meet in
    /// the output at channel `channel`, row `y`, column `x`, for an input of `height` × `width`.
    /// Padding is left out: it is zero.
    ///
    /// Weights come in ascending order. The model must be [valid](crate::validate).
    pub fn for_each_tap(
        &self,
        [height, width]: [usize; 2],
        [channel, y, x]: [usize; 3],
        mut visit: impl FnMut(usize, usize),
    ) {
        let per_group = self.in_channels / self.group;
        let first = channel / (self.out_channels / self.group) * per_group;
        let [kernel_h, kernel_w] = self.kernel;
        for c in 0..per_group {
            for ky in 0..kernel_h {
                let row = position(y, self.strides[0], ky, self.dilations[0], self.pads[0], height);
                let Some(row) = row else { continue };
                for kx in 0..kernel_w {
                    let column =
                        position(x, self.strides[1], kx, self.dilations[1], self.pads[1], width);
                    let Some(column) = column else { continue };
                    visit(
                        ((channel * per_group + c) * kernel_h + ky) * kernel_w + kx,
                        ((first + c) * height + row) * width + column,
                    );
                }
            }
        }
    }
}
