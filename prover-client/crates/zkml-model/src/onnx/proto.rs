//! The messages of `onnx.proto` that a graph of constants, nodes and one input needs. Field numbers are ONNX's.

use super::{
    OnnxError,
    wire::{Field, Message},
};

/// Most nodes, initialisers, inputs, outputs and attributes of one message.
const MAX_REPEATED: usize = 1 << 14;

/// `ModelProto`.
#[derive(Debug, Default)]
pub(super) struct Model<'a> {
    pub graph: Option<Graph<'a>>,
    /// Version of the default operator set.
    pub opset: Option<i64>,
}

/// `GraphProto`.
#[derive(Debug, Default)]
pub(super) struct Graph<'a> {
    pub name: &'a str,
    pub nodes: Vec<Node<'a>>,
    pub initializers: Vec<Tensor<'a>>,
    pub sparse_initializers: usize,
    pub inputs: Vec<ValueInfo<'a>>,
    pub outputs: Vec<ValueInfo<'a>>,
}

/// `NodeProto`.
#[derive(Debug, Default)]
pub(super) struct Node<'a> {
    pub inputs: Vec<&'a str>,
    pub outputs: Vec<&'a str>,
    pub name: &'a str,
    pub op_type: &'a str,
    pub domain: &'a str,
    pub attributes: Vec<Attribute<'a>>,
}

/// `AttributeProto`.
#[derive(Debug, Default)]
pub(super) struct Attribute<'a> {
    pub name: &'a str,
    pub f: f32,
    pub i: i64,
    pub s: &'a [u8],
    pub t: Option<Tensor<'a>>,
    pub floats: Vec<f32>,
    pub ints: Vec<i64>,
}

/// `TensorProto`.
#[derive(Clone, Debug, Default)]
pub(super) struct Tensor<'a> {
    pub dims: Vec<i64>,
    pub data_type: i64,
    pub floats: Vec<f32>,
    pub int32s: Vec<i64>,
    pub int64s: Vec<i64>,
    pub raw: Option<&'a [u8]>,
    pub name: &'a str,
    pub external: bool,
}

/// `ValueInfoProto` of a tensor.
#[derive(Debug, Default)]
pub(super) struct ValueInfo<'a> {
    pub name: &'a str,
    pub elem_type: i64,
    /// Dimensions, `None` where symbolic or unknown; no list at all when there is no shape.
    pub dims: Option<Vec<Option<i64>>>,
}

fn push<T>(list: &mut Vec<T>, item: T, what: &'static str, field: &Field<'_>) -> Result<(), OnnxError> {
    if list.len() >= MAX_REPEATED {
        return Err(OnnxError::TooMany { what, at: field.at, max: MAX_REPEATED });
    }
    list.push(item);
    Ok(())
}

pub(super) fn model(bytes: &[u8]) -> Result<Model<'_>, OnnxError> {
    let mut out = Model::default();
    for field in Message::new(bytes).fields() {
        let field = field?;
        match field.number {
            7 => out.graph = Some(graph(field.message("graph")?)?),
            8 => {
                let (domain, version) = opset(field.message("opset_import")?)?;
                if domain.is_empty() || domain == "ai.onnx" {
                    out.opset = Some(version);
                }
            }
            _ => {}
        }
    }
    Ok(out)
}

fn opset(message: Message<'_>) -> Result<(&str, i64), OnnxError> {
    let mut out = ("", 1);
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => out.0 = field.text("opset_import.domain")?,
            2 => out.1 = field.int("opset_import.version")?,
            _ => {}
        }
    }
    Ok(out)
}

fn graph(message: Message<'_>) -> Result<Graph<'_>, OnnxError> {
    let mut out = Graph::default();
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => push(&mut out.nodes, node(field.message("node")?)?, "nodes", &field)?,
            2 => out.name = field.text("graph.name")?,
            5 => push(&mut out.initializers, tensor(field.message("initializer")?)?, "initializers", &field)?,
            11 => push(&mut out.inputs, value_info(field.message("input")?)?, "inputs", &field)?,
            12 => push(&mut out.outputs, value_info(field.message("output")?)?, "outputs", &field)?,
            15 => out.sparse_initializers += 1,
            _ => {}
        }
    }
    Ok(out)
}

fn node(message: Message<'_>) -> Result<Node<'_>, OnnxError> {
    let mut out = Node::default();
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => push(&mut out.inputs, field.text("node.input")?, "inputs of a node", &field)?,
            2 => push(&mut out.outputs, field.text("node.output")?, "outputs of a node", &field)?,
            3 => out.name = field.text("node.name")?,
            4 => out.op_type = field.text("node.op_type")?,
            5 => {
                push(&mut out.attributes, attribute(field.message("node.attribute")?)?, "attributes", &field)?
            }
            7 => out.domain = field.text("node.domain")?,
            _ => {}
        }
    }
    Ok(out)
}

fn attribute(message: Message<'_>) -> Result<Attribute<'_>, OnnxError> {
    let mut out = Attribute::default();
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => out.name = field.text("attribute.name")?,
            2 => out.f = field.float("attribute.f")?,
            3 => out.i = field.int("attribute.i")?,
            4 => out.s = field.bytes("attribute.s")?,
            5 => out.t = Some(tensor(field.message("attribute.t")?)?),
            7 => field.floats("attribute.floats", &mut out.floats)?,
            8 => field.ints("attribute.ints", &mut out.ints)?,
            _ => {}
        }
    }
    Ok(out)
}

fn tensor(message: Message<'_>) -> Result<Tensor<'_>, OnnxError> {
    let mut out = Tensor::default();
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => field.ints("tensor.dims", &mut out.dims)?,
            2 => out.data_type = field.int("tensor.data_type")?,
            4 => field.floats("tensor.float_data", &mut out.floats)?,
            5 => field.ints("tensor.int32_data", &mut out.int32s)?,
            7 => field.ints("tensor.int64_data", &mut out.int64s)?,
            8 => out.name = field.text("tensor.name")?,
            9 => out.raw = Some(field.bytes("tensor.raw_data")?),
            13 => out.external = true,
            14 => out.external |= field.int("tensor.data_location")? == 1,
            _ => {}
        }
    }
    Ok(out)
}

fn value_info(message: Message<'_>) -> Result<ValueInfo<'_>, OnnxError> {
    let mut out = ValueInfo::default();
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => out.name = field.text("value_info.name")?,
            2 => {
                for field in field.message("value_info.type")?.fields() {
                    let field = field?;
                    if field.number == 1 {
                        tensor_type(field.message("type.tensor_type")?, &mut out)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(out)
}

fn tensor_type(message: Message<'_>, out: &mut ValueInfo<'_>) -> Result<(), OnnxError> {
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => out.elem_type = field.int("tensor_type.elem_type")?,
            2 => {
                let dims = out.dims.insert(Vec::new());
                for field in field.message("tensor_type.shape")?.fields() {
                    let field = field?;
                    if field.number == 1 {
                        push(dims, dimension(field.message("shape.dim")?)?, "dimensions", &field)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn dimension(message: Message<'_>) -> Result<Option<i64>, OnnxError> {
    let mut out = None;
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => out = Some(field.int("dim.dim_value")?),
            2 => out = None,
            _ => {}
        }
    }
    Ok(out)
}
