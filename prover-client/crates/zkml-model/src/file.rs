//! The model file, versions 1 and 2. It holds the weights and stays with the model's owner.
//!
//! Integers are little-endian. One model has one file: of version 1 if operations 0 to 5 are all
//! that it needs, else of version 2.
//!
//! | bytes | field |
//! |---|---|
//! | 8 | magic `zkmodel` and a zero byte |
//! | 2 | version, `u16`: 1 or 2 |
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
//! | 1 | version 2 only: number of operands `u8` |
//! | 4 each | operands `u32`, in version 1 one: 0 is the model's input, `i + 1` is node `i` |
//! | 1 + 4·rank | shape of the result |
//! | 1 | operation: 0 Conv, 1 Gemm, 2 Relu, 3 Requantize, 4 Reshape, 5 ArgMax; version 2 also 6 Add, 7 Concat, 8 Transpose, 9 Pad, 10 MaxPool, 11 Clip, 12 LeakyRelu, 13 Table, 14 Rescale, 15 TopK |
//! | … | Conv: output channels, input channels, group, kernel (2), strides (2), pads (4), dilations (2), all `u32`; weights `i8`; biases `i32` |
//! | | Gemm: outputs, inputs, both `u32`; weights `i8`; biases `i32` |
//! | | Requantize: shift `u8` |
//! | | Concat: axis `u8` |
//! | | Transpose: the permutation, an axis `u8` for each dimension of the result |
//! | | Pad: zeros before each dimension of the result, then after each, `u32` |
//! | | MaxPool: kernel (2), strides (2), pads (4), dilations (2), all `u32` |
//! | | Clip: smallest and greatest result, `i64` |
//! | | LeakyRelu: positive and negative slope, `i8` |
//! | | Table: first argument `i32`, number of values `u16`, values `i32` |
//! | | Rescale: number of scalings `u32`; of each the multiplier `i64`, the offset `i64` and the shift `u8` |
//! | | TopK: how many `u8` |
//!
//! Numbers of weights and biases follow from the sizes before them.

mod reader;

use self::reader::Reader;
use crate::{
    graph::{
        Conv, Gemm, InputSpec, Move, Node, Operand, Operation, QuantizedModel, Rescale, Scaling,
        Table, Window,
    },
    validate::{MAX_NAME, MAX_NODES, MAX_RANK, ModelError},
};

/// The first bytes of every model file.
pub const MAGIC: [u8; 8] = *b"zkmodel\0";
/// The latest version; this crate writes the earliest that holds a model, and reads them all.
pub const VERSION: u16 = 2;
/// Most bytes of a model file (256 MiB).
pub const MAX_BYTES: usize = 1 << 28;
/// Bytes of the checksum.
const CHECKSUM: usize = 8;

/// The reason why some bytes are not a model file.
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
        "the model file has version {got} at byte 8, this program reads versions 1 to {VERSION}; import the model again with this program"
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
        /// The offset of the field.
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
        /// Its start.
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
        /// Their offset.
        at: usize,
        /// The number.
        count: usize,
    },
    /// The bytes are not those that were written.
    #[error(
        "the model file's checksum at byte {at} does not match; the file is damaged: copy it again or import the model again"
    )]
    Checksum {
        /// The offset of the checksum.
        at: usize,
    },
    /// The bytes are well-formed, the model is not.
    #[error("the model file holds no valid model: {0}")]
    Model(#[from] ModelError),
}

/// A model's file. `model` must be [valid](QuantizedModel::validate): the file of another does not
/// decode.
pub fn encode(model: &QuantizedModel) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(&MAGIC);
    let version = version(model);
    out.extend_from_slice(&version.to_le_bytes());
    put_shape(&mut out, &model.input.shape);
    out.extend_from_slice(&model.input.min.to_le_bytes());
    out.push(model.input.bits);
    put(&mut out, model.nodes.len());
    model.nodes.iter().for_each(|node| put_node(&mut out, node, version));
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
    let at = reader.position();
    let version_found = reader.u16("version")?;
    if !(1..=VERSION).contains(&version_found) {
        return Err(FileError::Version { got: version_found });
    }
    let shape = get_shape(&mut reader, "input shape")?;
    let input =
        InputSpec { shape, min: reader.i32("input minimum")?, bits: reader.u8("input bits")? };
    let count = reader.size_within("number of nodes", 1, MAX_NODES)?;
    let nodes = (0..count)
        .map(|index| get_node(&mut reader, index, version_found))
        .collect::<Result<_, _>>()?;
    let end = reader.position();
    let found: [u8; CHECKSUM] = reader.array("checksum")?;
    if reader.remaining() > 0 {
        return Err(FileError::Trailing { at: reader.position(), count: reader.remaining() });
    }
    if found != checksum(&bytes[..end]) {
        return Err(FileError::Checksum { at: end });
    }
    let model = QuantizedModel { input, nodes };
    model.validate()?;
    if version_found != version(&model) {
        return Err(reader::bad_field(
            "version",
            at,
            version_found,
            format!("{} for these operations", version(&model)),
        ));
    }
    Ok(model)
}

/// The earliest version that has all of the model's operations.
fn version(model: &QuantizedModel) -> u16 {
    let first = |node: &Node| {
        matches!(
            node.op,
            Operation::Conv(_)
                | Operation::Gemm(_)
                | Operation::Relu
                | Operation::Requantize { .. }
                | Operation::Reshape
                | Operation::ArgMax
        )
    };
    if model.nodes.iter().all(first) { 1 } else { 2 }
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

fn put_node(out: &mut Vec<u8>, node: &Node, version: u16) {
    out.extend_from_slice(&(node.name.len() as u16).to_le_bytes());
    out.extend_from_slice(node.name.as_bytes());
    if version > 1 {
        out.push(node.inputs.len() as u8);
    }
    for operand in &node.inputs {
        put(
            out,
            match operand {
                Operand::Node(index) => index + 1,
                Operand::Input => 0,
            },
        );
    }
    put_shape(out, &node.shape);
    match &node.op {
        Operation::Conv(conv) => {
            out.push(0);
            let sizes = [conv.out_channels, conv.in_channels, conv.group].into_iter();
            let windows =
                conv.kernel.into_iter().chain(conv.strides).chain(conv.pads).chain(conv.dilations);
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
        Operation::TopK { k } => out.extend_from_slice(&[15, *k]),
        Operation::Add => out.push(6),
        Operation::Move(moved) => put_move(out, moved),
        Operation::MaxPool(Window { kernel, strides, pads, dilations }) => {
            out.push(10);
            kernel.iter().chain(strides).chain(pads).chain(dilations).for_each(|n| put(out, *n));
        }
        Operation::Clip { min, max } => {
            out.push(11);
            [min, max].into_iter().for_each(|bound| out.extend_from_slice(&bound.to_le_bytes()));
        }
        Operation::LeakyRelu { positive, negative } => {
            out.push(12);
            [positive, negative]
                .into_iter()
                .for_each(|slope| out.extend_from_slice(&slope.to_le_bytes()));
        }
        Operation::Table(Table { first, values }) => {
            out.push(13);
            out.extend_from_slice(&first.to_le_bytes());
            out.extend_from_slice(&(values.len() as u16).to_le_bytes());
            values.iter().for_each(|value| out.extend_from_slice(&value.to_le_bytes()));
        }
        Operation::Rescale(Rescale { channels }) => {
            out.push(14);
            put(out, channels.len());
            for Scaling { multiplier, offset, shift } in channels {
                [multiplier, offset]
                    .into_iter()
                    .for_each(|n| out.extend_from_slice(&n.to_le_bytes()));
                out.push(*shift);
            }
        }
    }
}

fn put_move(out: &mut Vec<u8>, moved: &Move) {
    match moved {
        Move::Concat { axis } => out.extend_from_slice(&[7, *axis as u8]),
        Move::Transpose { permutation } => {
            out.push(8);
            out.extend(permutation.iter().map(|axis| *axis as u8));
        }
        Move::Pad { before, after } => {
            out.push(9);
            before.iter().chain(after).for_each(|n| put(out, *n));
        }
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

fn get_node(reader: &mut Reader<'_>, index: usize, version: u16) -> Result<Node, FileError> {
    let name = get_name(reader)?;
    let operands = if version > 1 { reader.u8("number of operands")? } else { 1 };
    let inputs = (0..operands).map(|_| get_operand(reader, index)).collect::<Result<_, _>>()?;
    let shape = get_shape(reader, "shape")?;
    let at = reader.position();
    let op = match (reader.u8("operation")?, version) {
        (0, _) => Operation::Conv(get_conv(reader)?),
        (1, _) => Operation::Gemm(get_gemm(reader)?),
        (2, _) => Operation::Relu,
        (3, _) => Operation::Requantize { shift: reader.u8("shift")? },
        (4, _) => Operation::Reshape,
        (5, _) => Operation::ArgMax,
        (6, 2) => Operation::Add,
        (7, 2) => Operation::Move(Move::Concat { axis: usize::from(reader.u8("axis")?) }),
        (8, 2) => {
            let axes = shape.iter().map(|_| reader.u8("permutation").map(usize::from));
            Operation::Move(Move::Transpose { permutation: axes.collect::<Result<_, _>>()? })
        }
        (9, 2) => {
            let mut list =
                || shape.iter().map(|_| reader.size("padding")).collect::<Result<Vec<_>, _>>();
            Operation::Move(Move::Pad { before: list()?, after: list()? })
        }
        (10, 2) => Operation::MaxPool(get_window(reader)?),
        (11, 2) => Operation::Clip {
            min: reader.i64("smallest result")?,
            max: reader.i64("greatest result")?,
        },
        (12, 2) => {
            let mut slope = || reader.array("slope").map(i8::from_le_bytes);
            Operation::LeakyRelu { positive: slope()?, negative: slope()? }
        }
        (13, 2) => {
            let first = reader.i32("first argument")?;
            let count = usize::from(reader.u16("number of table values")?);
            Operation::Table(Table { first, values: reader.words("table values", count)? })
        }
        (14, 2) => Operation::Rescale(get_rescale(reader)?),
        (15, 2) => Operation::TopK { k: reader.u8("number of best values")? },
        (other, version) => {
            let greatest = if version > 1 { 15 } else { 5 };
            return Err(reader::bad_field("operation", at, other, format!("0 to {greatest}")));
        }
    };
    Ok(Node { name, op, inputs, shape })
}

fn get_operand(reader: &mut Reader<'_>, index: usize) -> Result<Operand, FileError> {
    let at = reader.position();
    let operand = reader.size("operand")?;
    match operand.checked_sub(1) {
        None => Ok(Operand::Input),
        Some(node) if node < index => Ok(Operand::Node(node)),
        Some(_) => Err(reader::bad_field("operand", at, operand, format!("0 to {index}"))),
    }
}

fn get_window(reader: &mut Reader<'_>) -> Result<Window, FileError> {
    Ok(Window {
        kernel: reader.sizes("kernel")?,
        strides: reader.sizes("strides")?,
        pads: reader.sizes("pads")?,
        dilations: reader.sizes("dilations")?,
    })
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
    let Window { kernel, strides, pads, dilations } = get_window(reader)?;
    let weights = reader.weights(&[out_channels, in_channels / group, kernel[0], kernel[1]])?;
    let bias = reader.words("biases", out_channels)?;
    Ok(Conv { out_channels, in_channels, group, kernel, strides, pads, dilations, weights, bias })
}

fn get_gemm(reader: &mut Reader<'_>) -> Result<Gemm, FileError> {
    let outputs = reader.size("outputs")?;
    let inputs = reader.size("inputs")?;
    let weights = reader.weights(&[outputs, inputs])?;
    let bias = reader.words("biases", outputs)?;
    Ok(Gemm { outputs, inputs, weights, bias })
}

fn get_rescale(reader: &mut Reader<'_>) -> Result<Rescale, FileError> {
    let count = reader.size("number of scalings")?;
    // Grows with what the file has, not with what it claims.
    let mut channels = Vec::new();
    for _ in 0..count {
        channels.push(Scaling {
            multiplier: reader.i64("multiplier")?,
            offset: reader.i64("offset")?,
            shift: reader.u8("shift")?,
        });
    }
    Ok(Rescale { channels })
}

#[cfg(test)]
mod tests;
