//! ONNX files: <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3>, operators of the default
//! domain.
//!
//! A graph is read from its output backwards, so nodes that nothing needs may be anything. What
//! remains goes from one float input, with batch dimension 1 or symbolic, to one output of scores.
//! [`zkml_model::operators`] says which operators there may be and what becomes of them.
#![doc = include_str!("../README.md")]

mod external;
pub mod float;
mod function;
mod lower;
mod proto;
pub mod quantized;
mod tensor;
mod wire;

use self::quantized::{Grid, IntegerLayer};
pub use self::{external::Files, function::Function, lower::Others};
use zkml_model::{
    graph::{Conv, Gemm, Move, Operand, Shape, Window},
    validate,
};

/// Most bytes of an ONNX file (256 MiB).
pub const MAX_BYTES: usize = 1 << 28;

/// A float model: operations from the input to the scores.
#[derive(Clone, Debug, PartialEq)]
pub struct OnnxModel {
    /// Name of the graph.
    pub name: String,
    /// Name of the input.
    pub input: String,
    /// The numbers that the input's type allows.
    pub input_type: InputType,
    /// Shape of the input without the batch dimension.
    pub shape: Shape,
    /// The operations, each after those whose results it reads. The last gives the scores.
    pub nodes: Vec<FloatNode>,
    /// The operators after the scores.
    pub end: OutputHead,
}

/// Numbers that the type of a model's input allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputType {
    /// Nothing: they are floats, or integers that stand for the reals of a grid.
    #[default]
    Float,
    /// They are integers that the graph makes floats of.
    Integers {
        /// The lowest of the type.
        min: i64,
        /// The highest of the type.
        max: i64,
    },
}

/// Operators at the end of a model, after the scores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputHead {
    /// Nothing.
    #[default]
    Scores,
    /// A `Softmax`, which keeps their order.
    Softmax,
    /// An `ArgMax`: the class.
    ArgMax,
    /// A `TopK`: the best classes.
    TopK {
        /// The number.
        k: usize,
    },
}

/// One operation on floats.
#[derive(Clone, Debug, PartialEq)]
pub struct FloatNode {
    /// The ONNX node's name, or its operator and index where it has none.
    pub name: String,
    /// The operation.
    pub op: FloatOp,
    /// The sources of its operands.
    pub inputs: Vec<Operand>,
    /// Shape of the result without the batch dimension.
    pub shape: Shape,
}

/// An operation on floats.
#[derive(Clone, Debug, PartialEq)]
pub enum FloatOp {
    /// `Conv`, and all that is one channel by channel.
    Conv(Conv<f32, f32>),
    /// `Gemm`, or `MatMul`, with what was folded into it.
    Gemm(Gemm<f32, f32>),
    /// `Relu`.
    Relu,
    /// `Flatten`, `Reshape` and the like.
    Reshape,
    /// `Add` of two tensors.
    Add,
    /// `Concat`, `Transpose`, `Pad`.
    Move(Move),
    /// `MaxPool`.
    MaxPool(Window),
    /// `Clip`.
    Clip {
        /// Smallest result.
        min: f32,
        /// Greatest result.
        max: f32,
    },
    /// `LeakyRelu`.
    LeakyRelu {
        /// Slope below zero.
        slope: f32,
    },
    /// A bounded function.
    Function(Function),
    /// `QuantizeLinear`: the nearest reals of a grid.
    Quantize(Grid),
    /// `DequantizeLinear`: the same reals, which are on the grid of this scale and zero point.
    Dequantize {
        /// The scale: the real number of one step.
        scale: f32,
        /// The number that stands for zero.
        zero_point: i32,
    },
    /// A layer with integer weights.
    Integer(Box<IntegerLayer>),
}

impl OnnxModel {
    /// Reads an ONNX file.
    ///
    /// # Errors
    /// [`OnnxError`]: bytes that are no ONNX file, and models that the prover does not support.
    pub fn decode(bytes: &[u8]) -> Result<Self, OnnxError> {
        Self::decode_with(bytes, &Files::new())
    }

    /// Reads an ONNX file whose weights are in other files, of which these are the contents.
    ///
    /// # Errors
    /// [`OnnxError`]: as [`OnnxModel::decode`], and files that are missing or too short.
    pub fn decode_with(bytes: &[u8], files: &Files) -> Result<Self, OnnxError> {
        let mut model = Self::parse(bytes)?;
        external::resolve(&mut model, files)?;
        lower::lower(&model)
    }

    /// Names of the files that an ONNX file keeps weights in: relative paths that stay inside its
    /// folder.
    ///
    /// # Errors
    /// [`OnnxError`]: bytes that are no ONNX file, and paths that lead elsewhere.
    pub fn external_files(bytes: &[u8]) -> Result<Vec<String>, OnnxError> {
        external::names(&Self::parse(bytes)?)
    }

    fn parse(bytes: &[u8]) -> Result<proto::Model<'_>, OnnxError> {
        if bytes.len() > MAX_BYTES {
            return Err(OnnxError::TooLarge { got: bytes.len() });
        }
        proto::model(bytes)
    }

    /// Returns `true` if the graph has quantised tensors or weights, so that nothing is left to
    /// quantise.
    pub fn is_quantized(&self) -> bool {
        let quantized = |node: &FloatNode| {
            matches!(
                node.op,
                FloatOp::Quantize(_) | FloatOp::Dequantize { .. } | FloatOp::Integer(_)
            )
        };
        self.nodes.iter().any(quantized)
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.nodes.last().map_or(&self.shape, |node| &node.shape).iter().product()
    }
}

/// The reason why some bytes are no model.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OnnxError {
    /// The file is too large.
    #[error("the ONNX file has {got} bytes, more than {MAX_BYTES}; export a smaller model")]
    TooLarge {
        /// Its bytes.
        got: usize,
    },
    /// The file ends early.
    #[error(
        "the ONNX file is cut off: at byte {at} it needs {need} more bytes; copy it again or export it again"
    )]
    Truncated {
        /// The offset of the missing part.
        at: usize,
        /// Bytes that it needs.
        need: u64,
    },
    /// A number that is not a protobuf varint.
    #[error(
        "the ONNX file has at byte {at} a number of more than 64 bits; it is damaged or not ONNX: export it again"
    )]
    Varint {
        /// Its start.
        at: usize,
    },
    /// A field's tag that is none.
    #[error(
        "the ONNX file has at byte {at} a field of number 0 or of the unknown wire type {wire_type}; it is damaged or not ONNX: export it again"
    )]
    Tag {
        /// Its start.
        at: usize,
        /// The wire type.
        wire_type: u8,
    },
    /// A field of another type.
    #[error(
        "the ONNX file's `{field}` at byte {at} is of another type; it is damaged or not ONNX: export it again"
    )]
    WireType {
        /// The field.
        field: &'static str,
        /// The offset of its value.
        at: usize,
    },
    /// Text that is not UTF-8.
    #[error(
        "the ONNX file's `{field}` at byte {at} is not UTF-8 ({source}); it is damaged or not ONNX: export it again"
    )]
    Text {
        /// The field.
        field: &'static str,
        /// The offset of its value.
        at: usize,
        /// The fault.
        source: std::str::Utf8Error,
    },
    /// Too many parts.
    #[error("the ONNX file has more than {max} {what} at byte {at}; export a smaller model")]
    TooMany {
        /// The kind of thing.
        what: &'static str,
        /// The offset of the first one too many.
        at: usize,
        /// The maximum number.
        max: usize,
    },
    /// There is no graph.
    #[error("the file holds no ONNX graph; give a file that `torch.onnx.export` or the like wrote")]
    NoGraph,
    /// The graph as a whole.
    #[error("the ONNX graph {fault}")]
    Graph {
        /// The fault and the remedy.
        fault: Fault,
    },
    /// A node.
    #[error("ONNX node {node} of {at} {fault}")]
    Node {
        /// Index of the node in the file.
        node: usize,
        /// Its name and place.
        at: Box<Place>,
        /// The fault and the remedy.
        fault: Fault,
    },
}

/// A node's name and place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{nodes} (`{name}`, {op}, {place})")]
pub struct Place {
    /// The number of nodes of the file.
    pub nodes: usize,
    /// Its name.
    pub name: String,
    /// Its operator.
    pub op: String,
    /// The tensors that it reads and gives.
    pub place: String,
}

/// Faults of a graph or a node, with remedies.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// An operator that the prover does not know.
    #[error(
        "is an operator that cannot be proved: {hint}{others}. Supported are {}",
        lower::SUPPORTED
    )]
    Operator {
        /// The alternative.
        hint: &'static str,
        /// Others that the graph has.
        others: Others,
    },
    /// An operator of classical models.
    #[error("is of the operator domain `ai.onnx.ml`, which cannot be proved: {hint}{others}")]
    Classical {
        /// The alternative.
        hint: &'static str,
        /// Others that the graph has.
        others: Others,
    },
    /// A use of an operator that cannot be proved.
    #[error("cannot be proved: {hint}")]
    Unsupported {
        /// The alternative.
        hint: &'static str,
    },
    /// An expression that is not a known function.
    #[error(
        "reads what the node `{node}` ({op}) computes, which is no function that can be proved: products and quotients of computed tensors, Exp, Log, Sqrt and Pow are supported only as parts of SiLU, Gelu, HardSwish, Mish, Softplus and the like. If this is a LayerNormalization or attention, use BatchNormalization or convolutions, and train again"
    )]
    Expression {
        /// The node whose result it is.
        node: String,
        /// Its operator.
        op: String,
    },
    /// An operator set that is not known.
    #[error("is of operator set {got}, supported are 7 to 25; export it with opset_version=18")]
    Opset {
        /// The version.
        got: i64,
    },
    /// A function that the file itself defines.
    #[error(
        "calls a function of the domain `{domain}` that the file defines; export with plain operators (torch.onnx.export with dynamo=False, or onnx.inliner.inline_local_functions)"
    )]
    Function {
        /// Its domain.
        domain: String,
    },
    /// An operator of another domain.
    #[error(
        "is of the operator domain `{domain}`, and only ONNX's own operators can be proved, and those that onnxruntime's static quantisation writes; export without that library's optimisations or custom operators{others}"
    )]
    Domain {
        /// The domain.
        domain: String,
        /// Others that the graph has.
        others: Others,
    },
    /// Another number of inputs, of which one is the model's data.
    #[error(
        "has {got} inputs that are not initialisers, a model has one; freeze the others as constants"
    )]
    Inputs {
        /// The number.
        got: usize,
    },
    /// Another number of outputs.
    #[error(
        "has {got} outputs, a model that can be proved has one; export only the scores, or the indices of a TopK"
    )]
    Outputs {
        /// The number.
        got: usize,
    },
    /// The input's type.
    #[error(
        "has the input `{input}` of element type {} ({got}), it must be of floats, or of integers that either a Cast makes floats of before they are computed with, or a quantised graph reads on a grid of uint8 or int8; export the model with a float input",
        type_name(*got)
    )]
    InputType {
        /// Its name.
        input: String,
        /// Its element type.
        got: i64,
    },
    /// The input's shape.
    #[error(
        "has the input `{input}` of shape {shape}, it must have a batch dimension of 1 or symbolic and then fixed ones; export it with fixed dimensions and batch 1"
    )]
    InputShape {
        /// Its name.
        input: String,
        /// Its shape, `?` where symbolic.
        shape: String,
    },
    /// Weights in another file.
    #[error(
        "keeps the weights `{tensor}` in another file, which is not beside it; put it there, or save the model in one file (onnx.save with save_as_external_data=False, torch.onnx.export with external_data=False)"
    )]
    External {
        /// The tensor.
        tensor: String,
    },
    /// A path that leads out of the model's folder.
    #[error(
        "keeps weights in the file `{location}`, which is no path inside the model's folder; save the model in one file (onnx.save with save_as_external_data=False)"
    )]
    ExternalPath {
        /// The path.
        location: String,
    },
    /// Too many files.
    #[error(
        "keeps weights in {got} other files, at most {max} are read; save the model in one file (onnx.save with save_as_external_data=False)"
    )]
    ExternalFiles {
        /// The number.
        got: usize,
        /// Most.
        max: usize,
    },
    /// A part of another file that is not there.
    #[error(
        "keeps the weights `{tensor}` in another file from byte {offset} on, {length:?} bytes, and that file has {got}; copy the files together or export the model again"
    )]
    ExternalRange {
        /// The tensor.
        tensor: String,
        /// First byte.
        offset: u64,
        /// Bytes, or all that follow.
        length: Option<u64>,
        /// Bytes of the file.
        got: usize,
    },
    /// Sparse weights.
    #[error("has {got} sparse initialisers; export with dense weights")]
    Sparse {
        /// The number.
        got: usize,
    },
    /// A tensor's type.
    #[error(
        "has the tensor `{tensor}` of data type {} ({got}), supported are floats of 16, 32 and 64 bits, integers of 8 to 64 bits and bool; export the model in float32",
        type_name(*got)
    )]
    DataType {
        /// The tensor.
        tensor: String,
        /// Its data type.
        got: i64,
    },
    /// A tensor's dimensions.
    #[error(
        "has the tensor `{tensor}` with dimensions {dims:?}, which must not be negative and have at most {} values; export the model again",
        validate::MAX_VALUES
    )]
    ConstantShape {
        /// The tensor.
        tensor: String,
        /// Its dimensions.
        dims: Vec<i64>,
    },
    /// A tensor's number of values.
    #[error(
        "has the tensor `{tensor}` with {got} values of its type where its dimensions ask for {expected}; the file is damaged: export it again"
    )]
    ConstantCount {
        /// The tensor.
        tensor: String,
        /// By its dimensions.
        expected: usize,
        /// By its data.
        got: usize,
    },
    /// A weight that is not a number.
    #[error(
        "reads or makes `{tensor}`, of which a value is infinite or no number; train the model again"
    )]
    NotFinite {
        /// The tensor.
        tensor: String,
    },
    /// A tensor that nothing before the node gives.
    #[error(
        "reads `{tensor}`, which no node before it gives; the file is damaged: export it again"
    )]
    Missing {
        /// The tensor.
        tensor: String,
    },
    /// An operand that must be constant.
    #[error(
        "needs its operand {index} (`{tensor}`) to be a constant; export the model with frozen weights"
    )]
    NotConstant {
        /// Index of the operand.
        index: usize,
        /// Its name.
        tensor: String,
    },
    /// An operand that must not be constant, or not given.
    #[error(
        "needs a computed tensor as its operand {index}; simplify the model before export (for instance with onnxsim)"
    )]
    NotComputed {
        /// Index of the operand.
        index: usize,
    },
    /// Tensors that cannot be joined.
    #[error(
        "joins tensors of dimensions {got:?}, it takes {expected}; export the model with tensors that need no broadcasting"
    )]
    Join {
        /// Its input.
        expected: &'static str,
        /// The dimensions.
        got: Vec<Vec<usize>>,
    },
    /// An attribute out of bounds.
    #[error("has the attribute `{attribute}` {got}, supported is {expected}")]
    Attribute {
        /// Its name.
        attribute: &'static str,
        /// Its value.
        got: String,
        /// Values that it can have.
        expected: &'static str,
    },
    /// A constant's shape does not fit.
    #[error("has {what} of dimensions {got:?}, it takes {expected}; export the model again")]
    OperandShape {
        /// Index of the operand.
        what: &'static str,
        /// Its input.
        expected: String,
        /// The shape given.
        got: Vec<usize>,
    },
    /// A scale that is none.
    #[error("has {what} {got}, which must be a normal number above zero; quantise the model again")]
    Scale {
        /// The name of the list.
        what: &'static str,
        /// The scale.
        got: f32,
    },
    /// A zero point that is none.
    #[error("has a zero point that is {got}, it must be {expected}; quantise the model again")]
    ZeroPoint {
        /// The requirement.
        expected: &'static str,
        /// Its kind.
        got: String,
    },
    /// Scales of a number or on an axis that does not fit.
    #[error(
        "has {got} scales on axis {axis} for a tensor of dimensions {dims:?}, it takes {expected}; quantise the model again"
    )]
    Scales {
        /// Its input.
        expected: &'static str,
        /// The number.
        got: usize,
        /// Their axis.
        axis: i64,
        /// The tensor.
        dims: Vec<usize>,
    },
    /// A reshape to a shape that does not hold the values.
    #[error(
        "cannot turn {from:?} into {to:?} with a batch of 1; export the model with batch 1 and fixed dimensions"
    )]
    Reshape {
        /// From, with the batch.
        from: Vec<usize>,
        /// To, with the batch.
        to: Vec<i64>,
    },
    /// Sizes that cannot be.
    #[error("{0}; export the model again")]
    Size(#[from] validate::Fault),
    /// A node after the one that gives the class.
    #[error(
        "comes after a Softmax, ArgMax or TopK, which must be the end of the model; cut the model there"
    )]
    AfterEnd,
    /// The values of a top-k.
    #[error(
        "gives the values of a TopK, of which its indices can be proved; export the indices alone, or the scores and import them with --output values"
    )]
    TopKValues,
    /// A border that only a maximum leaves out.
    #[error(
        "reads what the Pad `{node}` fills with {value}, which only a MaxPool may: pad with 0, or use the pads of the Conv or pool instead"
    )]
    Padded {
        /// The node that pads.
        node: String,
        /// The value of the padding.
        value: String,
    },
    /// Nothing is computed.
    #[error("computes nothing from its input; export the whole model")]
    Empty,
}

/// ONNX's name of an element type.
fn type_name(data_type: i64) -> &'static str {
    match data_type {
        1 => "float",
        2 => "uint8",
        3 => "int8",
        4 => "uint16",
        5 => "int16",
        6 => "int32",
        7 => "int64",
        8 => "string",
        9 => "bool",
        10 => "float16",
        11 => "double",
        12 => "uint32",
        13 => "uint64",
        14 | 15 => "complex",
        16 => "bfloat16",
        17..=20 => "float of 8 bits",
        21 | 22 => "integer of 4 bits",
        _ => "an unknown kind",
    }
}
