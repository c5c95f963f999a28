//! The messages of `onnx.proto` that a graph of constants, nodes and one input needs. Field numbers
//! are ONNX's.

use super::{
    OnnxError,
    wire::{Field, Message},
};

/// Most nodes, initialisers, inputs, outputs and attributes of one message.
const MAX_REPEATED: usize = 1 << 14;
/// Most parts of the whole file. A part of two bytes becomes some hundred bytes of memory.
const MAX_PARTS: usize = 1 << 18;
/// Most numbers of one byte or more that become eight bytes.
const MAX_NUMBERS: usize = 1 << 25;

/// The budget that is left for a file.
struct Budget {
    parts: usize,
    numbers: usize,
}

impl<'a> Graph<'a> {
    /// All constants that it holds: initialisers and those in attributes.
    pub fn tensors(&self) -> impl Iterator<Item = &Tensor<'a>> {
        let attributes = self.nodes.iter().flat_map(|node| &node.attributes);
        self.initializers.iter().chain(attributes.filter_map(|attribute| attribute.t.as_ref()))
    }

    /// The same, to be changed.
    pub fn tensors_mut(&mut self) -> impl Iterator<Item = &mut Tensor<'a>> {
        let attributes = self.nodes.iter_mut().flat_map(|node| &mut node.attributes);
        self.initializers.iter_mut().chain(attributes.filter_map(|attribute| attribute.t.as_mut()))
    }
}

impl Budget {
    fn part<T>(
        &mut self,
        list: &mut Vec<T>,
        item: T,
        what: &'static str,
        field: &Field<'_>,
    ) -> Result<(), OnnxError> {
        let Some(parts) = self.parts.checked_sub(1) else {
            return Err(OnnxError::TooMany { what: "parts in all", at: field.at, max: MAX_PARTS });
        };
        self.parts = parts;
        push(list, item, what, field)
    }

    fn ints(
        &mut self,
        name: &'static str,
        out: &mut Vec<i64>,
        field: &Field<'_>,
    ) -> Result<(), OnnxError> {
        // A packed list has at most as many numbers as bytes.
        let bytes = field.bytes(name).map_or(1, <[u8]>::len);
        if bytes > self.numbers {
            return Err(OnnxError::TooMany {
                what: "numbers outside raw data",
                at: field.at,
                max: MAX_NUMBERS,
            });
        }
        let before = out.len();
        field.ints(name, out)?;
        self.numbers -= (out.len() - before).min(self.numbers);
        Ok(())
    }
}

/// `ModelProto`.
#[derive(Debug, Default)]
pub(super) struct Model<'a> {
    pub graph: Option<Graph<'a>>,
    /// Version of the default operator set.
    pub opset: Option<i64>,
    /// Functions that the file defines.
    pub functions: usize,
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
    pub int64s: Vec<i64>,
    /// Floats of 16 bits, truth values, and other small numbers.
    pub int32s: Vec<i64>,
    /// Numbers without a sign of 32 and 64 bits, the latter bit by bit.
    pub uint64s: Vec<i64>,
    pub doubles: Vec<f64>,
    pub raw: Option<&'a [u8]>,
    pub name: &'a str,
    pub external: bool,
    /// The location of external data: file, first byte, number of bytes.
    pub location: Option<&'a str>,
    pub offset: u64,
    pub length: Option<u64>,
}

/// `ValueInfoProto` of a tensor.
#[derive(Debug, Default)]
pub(super) struct ValueInfo<'a> {
    pub name: &'a str,
    pub elem_type: i64,
    /// Dimensions, none below zero, `None` where symbolic or unknown; no list at all when there is
    /// no shape.
    pub dims: Option<Vec<Option<i64>>>,
}

fn push<T>(
    list: &mut Vec<T>,
    item: T,
    what: &'static str,
    field: &Field<'_>,
) -> Result<(), OnnxError> {
    if list.len() >= MAX_REPEATED {
        return Err(OnnxError::TooMany { what, at: field.at, max: MAX_REPEATED });
    }
    list.push(item);
    Ok(())
}

pub(super) fn model(bytes: &[u8]) -> Result<Model<'_>, OnnxError> {
    let mut out = Model::default();
    let mut budget = Budget { parts: MAX_PARTS, numbers: MAX_NUMBERS };
    for field in Message::new(bytes).fields() {
        let field = field?;
        match field.number {
            7 => out.graph = Some(graph(field.message("graph")?, &mut budget)?),
            25 => out.functions += 1,
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

fn graph<'a>(message: Message<'a>, budget: &mut Budget) -> Result<Graph<'a>, OnnxError> {
    let mut out = Graph::default();
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => {
                let node = node(field.message("node")?, budget)?;
                budget.part(&mut out.nodes, node, "nodes", &field)?;
            }
            2 => out.name = field.text("graph.name")?,
            5 => {
                let tensor = tensor(field.message("initializer")?, budget)?;
                budget.part(&mut out.initializers, tensor, "initializers", &field)?;
            }
            11 => budget.part(
                &mut out.inputs,
                value_info(field.message("input")?)?,
                "inputs",
                &field,
            )?,
            12 => budget.part(
                &mut out.outputs,
                value_info(field.message("output")?)?,
                "outputs",
                &field,
            )?,
            15 => out.sparse_initializers += 1,
            _ => {}
        }
    }
    Ok(out)
}

fn node<'a>(message: Message<'a>, budget: &mut Budget) -> Result<Node<'a>, OnnxError> {
    let mut out = Node::default();
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => budget.part(
                &mut out.inputs,
                field.text("node.input")?,
                "inputs of a node",
                &field,
            )?,
            2 => budget.part(
                &mut out.outputs,
                field.text("node.output")?,
                "outputs of a node",
                &field,
            )?,
            3 => out.name = field.text("node.name")?,
            4 => out.op_type = field.text("node.op_type")?,
            5 => {
                let attribute = attribute(field.message("node.attribute")?, budget)?;
                budget.part(&mut out.attributes, attribute, "attributes", &field)?;
            }
            7 => out.domain = field.text("node.domain")?,
            _ => {}
        }
    }
    Ok(out)
}

fn attribute<'a>(message: Message<'a>, budget: &mut Budget) -> Result<Attribute<'a>, OnnxError> {
    let mut out = Attribute::default();
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => out.name = field.text("attribute.name")?,
            2 => out.f = field.float("attribute.f")?,
            3 => out.i = field.int("attribute.i")?,
            4 => out.s = field.bytes("attribute.s")?,
            5 => out.t = Some(tensor(field.message("attribute.t")?, budget)?),
            7 => field.floats("attribute.floats", &mut out.floats)?,
            8 => budget.ints("attribute.ints", &mut out.ints, &field)?,
            _ => {}
        }
    }
    Ok(out)
}

fn tensor<'a>(message: Message<'a>, budget: &mut Budget) -> Result<Tensor<'a>, OnnxError> {
    let mut out = Tensor::default();
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => budget.ints("tensor.dims", &mut out.dims, &field)?,
            2 => out.data_type = field.int("tensor.data_type")?,
            4 => field.floats("tensor.float_data", &mut out.floats)?,
            5 => budget.ints("tensor.int32_data", &mut out.int32s, &field)?,
            7 => budget.ints("tensor.int64_data", &mut out.int64s, &field)?,
            10 => field.doubles("tensor.double_data", &mut out.doubles)?,
            11 => budget.ints("tensor.uint64_data", &mut out.uint64s, &field)?,
            8 => out.name = field.text("tensor.name")?,
            9 => out.raw = Some(field.bytes("tensor.raw_data")?),
            13 => {
                out.external = true;
                external(field.message("tensor.external_data")?, &mut out)?;
            }
            14 => out.external |= field.int("tensor.data_location")? == 1,
            _ => {}
        }
    }
    Ok(out)
}

/// One `StringStringEntryProto` of a tensor's external data.
fn external<'a>(message: Message<'a>, out: &mut Tensor<'a>) -> Result<(), OnnxError> {
    let (mut key, mut value) = ("", "");
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => key = field.text("external_data.key")?,
            2 => value = field.text("external_data.value")?,
            _ => {}
        }
    }
    match key {
        "location" => out.location = Some(value),
        // A number that is none is beyond every file.
        "offset" => out.offset = value.parse().unwrap_or(u64::MAX),
        "length" => out.length = Some(value.parse().unwrap_or(u64::MAX)),
        _ => {}
    }
    Ok(())
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
            // Exporters write a number below zero where a dimension is left open.
            1 => out = Some(field.int("dim.dim_value")?).filter(|n| *n >= 0),
            2 => out = None,
            _ => {}
        }
    }
    Ok(out)
}
