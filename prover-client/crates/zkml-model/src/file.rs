//! The model file, version 1. It holds the weights and stays with the model's owner.
//!
//! Integers are little-endian. One model has one file.
//!
//! | bytes | field |
//! |---|---|
//! | 8 | magic `zkmodel` and a zero byte |
//! | 2 | version, `u16`: 1 |
//! | 1 + 4·rank | input shape: rank `u8`, dimensions `u32` |
//! | 4, 1 | input minimum `i32`, input bits `u8` |
//! | 4 | number of nodes `u32` |
//! | … | the nodes |
//! | 8 | checksum: Blake2b with 8 bytes of output over everything before |
//!
//! A node:
//!
//! | bytes | field |
//! |---|---|
//! | 2 + n | name: length `u16`, UTF-8 |
//! | 4 | operand `u32`: 0 is the model's input, `i + 1` is node `i` |
//! | 1 + 4·rank | shape of the result |
//! | 1 | operation: 0 Conv, 1 Gemm, 2 Relu, 3 Requantize, 4 Reshape, 5 ArgMax |
//! | … | Conv: output channels, input channels, group, kernel (2), strides (2), pads (4), dilations (2), all `u32`; weights `i8`; biases `i32` |
//! | | Gemm: outputs, inputs, both `u32`; weights `i8`; biases `i32` |
//! | | Requantize: shift `u8` |
//!
//! Numbers of weights and biases follow from the sizes before them.

mod reader;

use self::reader::Reader;
use crate::{
    graph::{Conv, Gemm, InputSpec, Node, Operand, Operation, QuantizedModel},
    validate::{MAX_NAME, MAX_NODES, MAX_RANK, ModelError},
};

/// The first bytes of every model file.
pub const MAGIC: [u8; 8] = *b"zkmodel\0";
/// The version that this crate writes, and the only one it reads.
pub const VERSION: u16 = 1;
/// Most bytes of a model file (256 MiB).
pub const MAX_BYTES: usize = 1 << 28;
/// Bytes of the checksum.
const CHECKSUM: usize = 8;

/// Why some bytes are not a model file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The file is too large.
    #[error(
        "the model file has {got} bytes, more than {MAX_BYTES}; give the file that `zkinfer model import` wrote"
    )]
    TooLarge {
        /// Its bytes.
        got: usize,
    },
    /// The first bytes are another format's.
    #[error(
        "not a model file: the magic at byte 0 is missing; give the file that `zkinfer model import` wrote"
    )]
    Magic,
    /// A version of another program.
    #[error(
        "the model file has version {got} at byte 8, this program reads version {VERSION}; import the model again with this program"
    )]
    Version {
        /// The version.
        got: u16,
    },
    /// The file ends early.
    #[error(
        "the model file ends at byte {len} inside `{field}`, which needs {need} bytes from byte {at}; copy it again or import the model again"
    )]
    Truncated {
        /// The field.
        field: &'static str,
        /// Where the field starts.
        at: usize,
        /// Bytes that it needs.
        need: u64,
        /// Bytes of the file.
        len: usize,
    },
    /// A field has a value that it cannot have.
    #[error(
        "the model file's `{field}` at byte {at} is {got}, it may be {expected}; the file is damaged: copy it again or import the model again"
    )]
    Field {
        /// The field.
        field: &'static str,
        /// Where it starts.
        at: usize,
        /// Its value.
        got: String,
        /// Values that it can have.
        expected: String,
    },
    /// There are bytes after the end.
    #[error(
        "the model file has {count} bytes too many from byte {at}; copy it again or import the model again"
    )]
    Trailing {
        /// Where they start.
        at: usize,
        /// How many.
        count: usize,
    },
    /// The bytes are not those that were written.
    #[error(
        "the model file's checksum at byte {at} does not match; the file is damaged: copy it again or import the model again"
    )]
    Checksum {
        /// Where the checksum starts.
        at: usize,
    },
    /// The bytes are well-formed, the model is not.
    #[error("the model file holds no valid model: {0}")]
    Model(#[from] ModelError),
}

/// A model's file. `model` must be [valid](QuantizedModel::validate): the file of another does not decode.
pub fn encode(model: &QuantizedModel) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    put_shape(&mut out, &model.input.shape);
    out.extend_from_slice(&model.input.min.to_le_bytes());
    out.push(model.input.bits);
    put(&mut out, model.nodes.len());
    model.nodes.iter().for_each(|node| put_node(&mut out, node));
    let checksum = checksum(&out);
    out.extend_from_slice(&checksum);
    out
}

/// The model in a file.
///
/// # Errors
/// [`FileError`]: everything that [`encode`] does not write is refused.
pub fn decode(bytes: &[u8]) -> Result<QuantizedModel, FileError> {
    if bytes.len() > MAX_BYTES {
        return Err(FileError::TooLarge { got: bytes.len() });
    }
    if bytes.get(..MAGIC.len()) != Some(&MAGIC[..]) {
        return Err(FileError::Magic);
    }
    let mut reader = Reader::new(bytes, MAGIC.len());
    let version = reader.u16("version")?;
    if version != VERSION {
        return Err(FileError::Version { got: version });
    }
    let shape = get_shape(&mut reader, "input shape")?;
    let input = InputSpec { shape, min: reader.i32("input minimum")?, bits: reader.u8("input bits")? };
    let count = reader.size_within("number of nodes", 1, MAX_NODES)?;
    let nodes = (0..count).map(|index| get_node(&mut reader, index)).collect::<Result<_, _>>()?;
    let at = reader.position();
    let found: [u8; CHECKSUM] = reader.array("checksum")?;
    if reader.remaining() > 0 {
        return Err(FileError::Trailing { at: reader.position(), count: reader.remaining() });
    }
    if found != checksum(&bytes[..at]) {
        return Err(FileError::Checksum { at });
    }
    let model = QuantizedModel { input, nodes };
    model.validate()?;
    Ok(model)
}

/// The model's hash: Blake2b with 32 bytes of output over the bytes of its file.
pub fn hash(file: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(blake2b_simd::Params::new().hash_length(32).hash(file).as_bytes());
    out
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    let mut out = [0; CHECKSUM];
    out.copy_from_slice(blake2b_simd::Params::new().hash_length(CHECKSUM).hash(bytes).as_bytes());
    out
}

// Sizes of a valid model are below 2^32.
fn put(out: &mut Vec<u8>, size: usize) {
    out.extend_from_slice(&(size as u32).to_le_bytes());
}

fn put_shape(out: &mut Vec<u8>, shape: &[usize]) {
    out.push(shape.len() as u8);
    shape.iter().for_each(|n| put(out, *n));
}

fn put_linear(out: &mut Vec<u8>, weights: &[i8], bias: &[i32]) {
    out.extend(weights.iter().map(|w| w.to_le_bytes()[0]));
    bias.iter().for_each(|b| out.extend_from_slice(&b.to_le_bytes()));
}

fn put_node(out: &mut Vec<u8>, node: &Node) {
    out.extend_from_slice(&(node.name.len() as u16).to_le_bytes());
    out.extend_from_slice(node.name.as_bytes());
    let operand = match node.inputs.first() {
        Some(Operand::Node(index)) => index + 1,
        _ => 0,
    };
    put(out, operand);
    put_shape(out, &node.shape);
    match &node.op {
        Operation::Conv(conv) => {
            out.push(0);
            let sizes = [conv.out_channels, conv.in_channels, conv.group].into_iter();
            let windows = conv.kernel.into_iter().chain(conv.strides).chain(conv.pads).chain(conv.dilations);
            sizes.chain(windows).for_each(|n| put(out, n));
            put_linear(out, &conv.weights, &conv.bias);
        }
        Operation::Gemm(gemm) => {
            out.push(1);
            put(out, gemm.outputs);
            put(out, gemm.inputs);
            put_linear(out, &gemm.weights, &gemm.bias);
        }
        Operation::Relu => out.push(2),
        Operation::Requantize { shift } => out.extend_from_slice(&[3, *shift]),
        Operation::Reshape => out.push(4),
        Operation::ArgMax => out.push(5),
    }
}

fn get_shape(reader: &mut Reader<'_>, field: &'static str) -> Result<Vec<usize>, FileError> {
    let at = reader.position();
    let rank = usize::from(reader.u8(field)?);
    if rank == 0 || rank > MAX_RANK {
        return Err(reader::bad_field(field, at, rank, format!("1 to {MAX_RANK} dimensions")));
    }
    (0..rank).map(|_| reader.size(field)).collect()
}

fn get_node(reader: &mut Reader<'_>, index: usize) -> Result<Node, FileError> {
    let name = get_name(reader)?;
    let at = reader.position();
    let operand = reader.size("operand")?;
    let from = match operand.checked_sub(1) {
        None => Operand::Input,
        Some(node) if node < index => Operand::Node(node),
        Some(_) => return Err(reader::bad_field("operand", at, operand, format!("0 to {index}"))),
    };
    let shape = get_shape(reader, "shape")?;
    let at = reader.position();
    let op = match reader.u8("operation")? {
        0 => Operation::Conv(get_conv(reader)?),
        1 => Operation::Gemm(get_gemm(reader)?),
        2 => Operation::Relu,
        3 => Operation::Requantize { shift: reader.u8("shift")? },
        4 => Operation::Reshape,
        5 => Operation::ArgMax,
        other => return Err(reader::bad_field("operation", at, other, "0 to 5".into())),
    };
    Ok(Node { name, op, inputs: vec![from], shape })
}

fn get_name(reader: &mut Reader<'_>) -> Result<String, FileError> {
    let at = reader.position();
    let length = usize::from(reader.u16("name")?);
    if length > MAX_NAME {
        return Err(reader::bad_field("name", at, length, format!("0 to {MAX_NAME} bytes long")));
    }
    let bytes = reader.bytes("name", length as u64)?;
    match std::str::from_utf8(bytes) {
        Ok(name) => Ok(name.into()),
        Err(error) => Err(reader::bad_field("name", at, error, "UTF-8".into())),
    }
}

fn get_conv(reader: &mut Reader<'_>) -> Result<Conv, FileError> {
    let out_channels = reader.size("output channels")?;
    let in_channels = reader.size("input channels")?;
    let at = reader.position();
    let group = reader.size("group")?;
    if group == 0 {
        return Err(reader::bad_field("group", at, group, "at least 1".into()));
    }
    let kernel = reader.sizes("kernel")?;
    let strides = reader.sizes("strides")?;
    let pads = reader.sizes("pads")?;
    let dilations = reader.sizes("dilations")?;
    let weights = reader.weights(&[out_channels, in_channels / group, kernel[0], kernel[1]])?;
    let bias = reader.biases(out_channels)?;
    Ok(Conv { out_channels, in_channels, group, kernel, strides, pads, dilations, weights, bias })
}

fn get_gemm(reader: &mut Reader<'_>) -> Result<Gemm, FileError> {
    let outputs = reader.size("outputs")?;
    let inputs = reader.size("inputs")?;
    let weights = reader.weights(&[outputs, inputs])?;
    let bias = reader.biases(outputs)?;
    Ok(Gemm { outputs, inputs, weights, bias })
}

#[cfg(test)]
mod tests;
