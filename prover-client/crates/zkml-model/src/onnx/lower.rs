//! From ONNX nodes to a chain of operations.

mod attributes;
mod layers;

use std::collections::{HashMap, HashSet};

use self::attributes::Attributes;
use super::{Fault, FloatNode, FloatOp, OnnxError, OnnxModel, proto, tensor::Constant};
use crate::validate::{self, MAX_NAME, MAX_NODES};

/// What a tensor's name stands for.
#[derive(Clone, Debug)]
enum Tensor {
    Constant(Constant),
    /// The result of the chain's first so many nodes, and whether only its order counts.
    Computed {
        nodes: usize,
        dims: Vec<usize>,
        scores_only: bool,
    },
}

/// The chain so far.
struct Builder<'a> {
    tensors: HashMap<&'a str, Tensor>,
    chain: Vec<FloatNode>,
    opset: i64,
}

/// One node with what it needs of the graph.
struct Call<'b, 'a> {
    node: &'b proto::Node<'a>,
    attributes: Attributes<'b, 'a>,
    /// Its name, or operator and index.
    name: String,
}

pub(super) fn lower(model: &proto::Model<'_>) -> Result<OnnxModel, OnnxError> {
    let graph = model.graph.as_ref().ok_or(OnnxError::NoGraph)?;
    let whole = |fault| OnnxError::Graph { fault };
    let mut builder =
        Builder { tensors: HashMap::new(), chain: Vec::new(), opset: model.opset.unwrap_or(13) };
    let [output] = graph.outputs.as_slice() else {
        return Err(whole(Fault::Outputs { got: graph.outputs.len() }));
    };
    let needed = needed(graph, output.name);
    builder.constants(graph).map_err(whole)?;
    let input = builder.input(graph).map_err(whole)?;
    let shape = builder.input_shape(input).map_err(whole)?;
    for (index, node) in graph.nodes.iter().enumerate().filter(|(index, _)| needed.contains(index)) {
        let name = match node.name {
            "" => format!("{}_{index}", node.op_type),
            name => cut(name),
        };
        let call = Call { node, attributes: Attributes::new(node), name: name.clone() };
        builder.node(&call).map_err(|fault| OnnxError::Node {
            node: index,
            name,
            op: cut(node.op_type),
            fault,
        })?;
    }
    builder.finish(output.name).map_err(whole)?;
    Ok(OnnxModel { name: cut(graph.name), input: cut(input.name), shape, nodes: builder.chain })
}

/// At most [`MAX_NAME`] bytes of a name.
fn cut(name: &str) -> String {
    let mut end = name.len().min(MAX_NAME);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.get(..end).unwrap_or_default().into()
}

/// Indices of the nodes that the output needs.
fn needed(graph: &proto::Graph<'_>, output: &str) -> HashSet<usize> {
    let outputs =
        graph.nodes.iter().enumerate().flat_map(|(i, node)| node.outputs.iter().map(move |o| (*o, i)));
    let by_output: HashMap<&str, usize> = outputs.filter(|(name, _)| !name.is_empty()).collect();
    let mut needed = HashSet::new();
    let mut wanted = vec![output];
    while let Some(name) = wanted.pop() {
        if let Some(index) = by_output.get(name)
            && needed.insert(*index)
        {
            wanted.extend(graph.nodes.get(*index).into_iter().flat_map(|node| node.inputs.iter().copied()));
        }
    }
    needed
}

impl<'a> Builder<'a> {
    fn constants(&mut self, graph: &proto::Graph<'a>) -> Result<(), Fault> {
        if graph.sparse_initializers > 0 {
            return Err(Fault::Sparse { got: graph.sparse_initializers });
        }
        for tensor in &graph.initializers {
            self.tensors.insert(tensor.name, Tensor::Constant(Constant::read(tensor)?));
        }
        Ok(())
    }

    /// The one input that is not an initialiser (IR versions before 4 list those as inputs too).
    fn input<'g>(&mut self, graph: &'g proto::Graph<'a>) -> Result<&'g proto::ValueInfo<'a>, Fault> {
        let inputs: Vec<_> = graph.inputs.iter().filter(|i| !self.tensors.contains_key(i.name)).collect();
        match inputs.as_slice() {
            [input] => Ok(input),
            other => Err(Fault::Inputs { got: other.len() }),
        }
    }

    fn input_shape(&mut self, input: &proto::ValueInfo<'a>) -> Result<Vec<usize>, Fault> {
        if input.elem_type != 1 {
            return Err(Fault::InputType { input: cut(input.name), got: input.elem_type });
        }
        let dims = input.dims.as_deref().unwrap_or_default();
        let sizes: Option<Vec<usize>> =
            dims.iter().skip(1).map(|n| n.and_then(|n| usize::try_from(n).ok())).collect();
        let (Some(None | Some(1)), Some(shape)) = (dims.first(), sizes.filter(|s| !s.is_empty())) else {
            let dims = dims.iter().map(|n| n.map_or("?".into(), |n| n.to_string()));
            let shape = format!("[{}]", dims.collect::<Vec<_>>().join(", "));
            return Err(Fault::InputShape { input: cut(input.name), shape });
        };
        validate::values(&shape)?;
        let dims = [&[1], shape.as_slice()].concat();
        self.tensors.insert(input.name, Tensor::Computed { nodes: 0, dims, scores_only: false });
        Ok(shape)
    }

    fn node(&mut self, call: &Call<'_, 'a>) -> Result<(), Fault> {
        if !matches!(call.node.domain, "" | "ai.onnx") {
            return Err(Fault::Domain { domain: cut(call.node.domain) });
        }
        let result = match call.node.op_type {
            "Constant" => Tensor::Constant(call.attributes.constant()?),
            "Conv" => self.conv(call)?,
            "Gemm" => self.gemm(call)?,
            "MatMul" => self.mat_mul(call)?,
            "Add" => self.add(call)?,
            "Relu" => {
                let dims = self.computed(call, 0)?;
                self.append(call, FloatOp::Relu, dims)?
            }
            "Flatten" => self.flatten(call)?,
            "Reshape" => self.reshape(call)?,
            "Squeeze" | "Unsqueeze" => self.squeeze(call)?,
            "Identity" | "Dropout" => self.operand(call, 0)?.clone(),
            "Softmax" | "LogSoftmax" => self.softmax(call)?,
            "ArgMax" => self.arg_max(call)?,
            other => return Err(Fault::Unsupported { hint: hint(other) }),
        };
        if let Some(output) = call.node.outputs.first() {
            self.tensors.insert(output, result);
        }
        Ok(())
    }

    fn operand(&self, call: &Call<'_, 'a>, index: usize) -> Result<&Tensor, Fault> {
        let name = call.node.inputs.get(index).copied().unwrap_or_default();
        match self.tensors.get(name) {
            Some(tensor) => Ok(tensor),
            None if name.is_empty() => Err(Fault::NotComputed { index }),
            None => Err(Fault::Missing { tensor: cut(name) }),
        }
    }

    fn constant(&self, call: &Call<'_, 'a>, index: usize) -> Result<&Constant, Fault> {
        match self.operand(call, index)? {
            Tensor::Constant(constant) => Ok(constant),
            Tensor::Computed { .. } => {
                let name = call.node.inputs.get(index).copied().unwrap_or_default();
                Err(Fault::NotConstant { index, tensor: cut(name) })
            }
        }
    }

    /// A constant operand that may be left out.
    fn optional(&self, call: &Call<'_, 'a>, index: usize) -> Result<Option<&Constant>, Fault> {
        match call.node.inputs.get(index) {
            None | Some(&"") => Ok(None),
            Some(_) => self.constant(call, index).map(Some),
        }
    }

    /// Dimensions, batch included, of a computed operand; it is the end of the chain.
    fn computed(&self, call: &Call<'_, 'a>, index: usize) -> Result<Vec<usize>, Fault> {
        match self.operand(call, index)? {
            Tensor::Constant(_) => Err(Fault::NotComputed { index }),
            Tensor::Computed { scores_only: true, .. } => Err(Fault::AfterEnd),
            Tensor::Computed { nodes, dims, .. } if *nodes == self.chain.len() => Ok(dims.clone()),
            Tensor::Computed { .. } => {
                let name = call.node.inputs.get(index).copied().unwrap_or_default();
                Err(Fault::Branch { tensor: cut(name) })
            }
        }
    }

    /// Appends an operation whose result has `dims`, batch included.
    fn append(&mut self, call: &Call<'_, 'a>, op: FloatOp, dims: Vec<usize>) -> Result<Tensor, Fault> {
        let shape: Vec<usize> = dims.get(1..).unwrap_or_default().to_vec();
        validate::values(&shape)?;
        // Two less: the importer may add a reshape and the arg-max, and a requantisation before each layer.
        if self.chain.len() >= MAX_NODES / 2 - 2 {
            return Err(Fault::Unsupported { hint: "the model is too deep; export a smaller one" });
        }
        self.chain.push(FloatNode { name: call.name.clone(), op, shape });
        Ok(Tensor::Computed { nodes: self.chain.len(), dims, scores_only: false })
    }

    fn finish(&mut self, output: &str) -> Result<(), Fault> {
        match self.tensors.get(output) {
            Some(Tensor::Computed { nodes, .. }) if *nodes > 0 && *nodes == self.chain.len() => Ok(()),
            Some(Tensor::Computed { nodes, .. }) if *nodes > 0 => Err(Fault::Branch { tensor: cut(output) }),
            Some(_) => Err(Fault::Empty),
            None => Err(Fault::Missing { tensor: cut(output) }),
        }
    }
}

fn hint(op: &str) -> &'static str {
    match op {
        "MaxPool" | "AveragePool" | "GlobalAveragePool" | "GlobalMaxPool" => {
            "replace the pooling by a convolution with strides and train again"
        }
        "BatchNormalization" => "fold it into the layer before it (export in evaluation mode)",
        "Sigmoid" | "Tanh" | "LeakyRelu" | "PRelu" | "Elu" | "Selu" | "Gelu" | "HardSwish" | "Clip" => {
            "replace the activation by Relu and train again"
        }
        "Sub" | "Mul" | "Div" => {
            "fold scaling of the input into --input-range, and any other into the layer before it"
        }
        "Shape" | "Gather" | "Slice" | "Concat" | "Cast" => {
            "export with fixed dimensions and without branches, or simplify the model first (onnxsim)"
        }
        "Transpose" => "export with channels first (NCHW)",
        "QuantizeLinear" | "DequantizeLinear" | "QLinearConv" | "ConvInteger" => {
            "give the float model; the import quantises it"
        }
        _ => "change the model and export it again",
    }
}
