//! From ONNX nodes to a list of operations.

mod attributes;
mod constants;
mod ends;
mod fold;
mod functions;
mod hints;
mod join;
mod layers;
mod points;
mod pools;
mod products;
mod prune;
mod qdq;
mod reduce;
mod rows;

use std::collections::{HashMap, HashSet};

pub(super) use self::hints::SUPPORTED;
use self::{attributes::Attributes, points::Point};
use super::{
    End, Fault, FloatNode, FloatOp, OnnxError, OnnxModel, Place, proto,
    tensor::{Constant, Kind},
};
use crate::{
    graph::Operand,
    validate::{self, MAX_NAME, MAX_NODES},
};

/// What a tensor's name stands for.
#[derive(Clone, Debug)]
enum Tensor {
    Constant(Constant),
    Computed(Computed),
    /// Computed value by value, once it is known for what: an index into the builder's points.
    Deferred(usize),
}

/// A tensor that depends on the input.
#[derive(Clone, Debug)]
struct Computed {
    at: Operand,
    /// Dimensions, batch included.
    dims: Vec<usize>,
    /// What has ended the model here: nothing computes from it any more.
    end: End,
    /// Whether this name, if it is read once, is the only way to the result.
    sole: bool,
}

/// The operations so far.
struct Builder<'a> {
    tensors: HashMap<&'a str, Tensor>,
    nodes: Vec<FloatNode>,
    /// How often each name is read, by needed nodes and as the output.
    uses: HashMap<&'a str, usize>,
    /// Values and weights of all nodes: what a small file can ask for is bounded.
    total: usize,
    opset: i64,
    /// The type of an input that is quantised already.
    integer_input: Option<Kind>,
    /// Names of the values, as opposed to the indices, that a `TopK` gives.
    top_k_values: HashSet<&'a str>,
    /// The input's name.
    input_name: &'a str,
    /// The graph's output.
    output: &'a str,
    /// Tensors that are computed value by value, operands before results.
    points: Vec<Point>,
    /// Points of built tensors, by their place.
    built: HashMap<usize, usize>,
    /// Values of all constants, given and computed from others.
    folded: usize,
    /// Names of tensors whose first axis is the batch and another one together: see [`rows`].
    rows: HashSet<&'a str>,
    /// How often the result of each operation is read by others so far.
    reads: Vec<u32>,
    /// Places, by [`points::key`], that more than one reader may know by name.
    shared: HashSet<usize>,
    /// Weights that products and sums were folded into.
    folded_weights: usize,
}

/// One node with what it needs of the graph.
struct Call<'b, 'a> {
    node: &'b proto::Node<'a>,
    attributes: Attributes<'b, 'a>,
    /// Its name, or operator and index.
    name: String,
}

/// Operator sets of the default domain that are known.
const OPSETS: std::ops::RangeInclusive<i64> = 7..=25;

pub(super) fn lower(model: &proto::Model<'_>) -> Result<OnnxModel, OnnxError> {
    let graph = model.graph.as_ref().ok_or(OnnxError::NoGraph)?;
    let whole = |fault| OnnxError::Graph { fault };
    let [output] = graph.outputs.as_slice() else {
        return Err(whole(Fault::Outputs { got: graph.outputs.len() }));
    };
    let needed = needed(graph, output.name);
    let uses = uses(graph, &needed, output.name);
    let opset = model.opset.unwrap_or(13);
    if !OPSETS.contains(&opset) {
        return Err(whole(Fault::Opset { got: opset }));
    }
    let mut builder = Builder {
        tensors: HashMap::new(),
        nodes: Vec::new(),
        uses,
        total: 0,
        opset,
        integer_input: None,
        top_k_values: HashSet::new(),
        input_name: "",
        output: output.name,
        points: Vec::new(),
        built: HashMap::new(),
        folded: 0,
        rows: HashSet::new(),
        reads: Vec::new(),
        shared: HashSet::new(),
        folded_weights: 0,
    };
    builder.constants(graph).map_err(whole)?;
    let input = builder.input(graph).map_err(whole)?;
    let shape = builder.input_shape(input).map_err(whole)?;
    for (index, node) in graph.nodes.iter().enumerate().filter(|(index, _)| needed.contains(index)) {
        let name = match node.name {
            "" => format!("{}_{index}", node.op_type),
            name => cut(name),
        };
        let call = Call { node, attributes: Attributes::new(node), name: name.clone() };
        builder.node(&call).map_err(|fault| match fault {
            Fault::InputType { .. } => whole(fault),
            fault => OnnxError::Node {
                node: index,
                at: Box::new(Place {
                    nodes: graph.nodes.len(),
                    name,
                    op: cut(node.op_type),
                    place: place(node),
                }),
                fault: localised(fault, model.functions),
            },
        })?;
    }
    let (last, end) = builder.finish().map_err(whole)?;
    let nodes = prune::prune(builder.nodes, last);
    let model = OnnxModel { name: cut(graph.name), input: cut(input.name), shape, nodes, end };
    // Integers stand for reals only by the grid that they are read on.
    if builder.integer_input.is_some() && !model.is_quantized() {
        return Err(whole(Fault::InputType { input: model.input, got: input.elem_type }));
    }
    Ok(model)
}

/// The names of what a node reads and gives.
fn place(node: &proto::Node<'_>) -> String {
    let list = |names: &[&str]| {
        let mut shown: Vec<String> = names.iter().take(4).map(|name| format!("`{}`", short(name))).collect();
        if names.len() > 4 {
            shown.push("…".into());
        }
        if shown.is_empty() { "nothing".into() } else { shown.join(", ") }
    };
    format!("{} → {}", list(&node.inputs), list(&node.outputs))
}

/// A name that fits into a message.
fn short(name: &str) -> String {
    if name.chars().count() <= 48 { name.into() } else { name.chars().take(47).chain(['…']).collect() }
}

/// Says of an operator of another domain whether the file itself defines it.
fn localised(fault: Fault, functions: usize) -> Fault {
    match fault {
        Fault::Domain { domain } if functions > 0 => Fault::Function { domain },
        fault => fault,
    }
}

/// At most [`MAX_NAME`] bytes of a name.
pub(super) fn cut(name: &str) -> String {
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

/// How often each name is read by needed nodes and as the output.
fn uses<'a>(graph: &proto::Graph<'a>, needed: &HashSet<usize>, output: &'a str) -> HashMap<&'a str, usize> {
    let nodes = graph.nodes.iter().enumerate().filter(|(index, _)| needed.contains(index));
    let names = nodes.flat_map(|(_, node)| node.inputs.iter().copied());
    let mut uses = HashMap::new();
    names.chain([output]).for_each(|name| *uses.entry(name).or_insert(0) += 1);
    uses
}

impl<'a> Builder<'a> {
    fn constants(&mut self, graph: &proto::Graph<'a>) -> Result<(), Fault> {
        if graph.sparse_initializers > 0 {
            return Err(Fault::Sparse { got: graph.sparse_initializers });
        }
        for tensor in &graph.initializers {
            let constant = Constant::read(tensor)?;
            self.folded += constant.len();
            if self.folded > validate::MAX_TOTAL_VALUES {
                return Err(validate::Fault::Total.into());
            }
            self.tensors.insert(tensor.name, Tensor::Constant(constant));
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
        self.input_name = input.name;
        self.integer_input = Kind::of(input.elem_type).filter(|kind| kind.min().is_some());
        if input.elem_type != 1 && self.integer_input.is_none() {
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
        let computed = Computed { at: Operand::Input, dims, end: End::Scores, sole: true };
        self.tensors.insert(input.name, Tensor::Computed(computed));
        Ok(shape)
    }

    fn node(&mut self, call: &Call<'_, 'a>) -> Result<(), Fault> {
        if !matches!(call.node.domain, "" | "ai.onnx") && !qdq::is_known(call.node) {
            return Err(Fault::Domain { domain: cut(call.node.domain) });
        }
        if call.node.op_type == "TopK" {
            self.note_rows(call)?;
            self.settle(call)?;
            return self.top_k(call);
        }
        let mut result = self.result(call)?;
        if let Some(output) = call.node.outputs.first() {
            if let (Tensor::Deferred(point), true) = (&result, *output == self.output) {
                result = Tensor::Computed(self.build(call, *point)?);
            }
            if let Tensor::Computed(computed) = &result
                && (!computed.sole || self.uses.get(output).is_some_and(|uses| *uses > 1))
            {
                self.shared.insert(points::key(computed.at));
            }
            self.tensors.insert(output, result);
        }
        Ok(())
    }

    fn result(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        if let Some(constant) = self.folded(call)? {
            return Ok(Tensor::Constant(constant));
        }
        self.reads_reals(call)?;
        self.note_rows(call)?;
        let form = self.form(call)?;
        if let Some(form) = &form
            && let Some(deferred) = self.put_off(call, form)?
        {
            return Ok(deferred);
        }
        if !matches!(call.node.op_type, "Identity" | "Dropout") {
            self.settle(call)?;
        }
        let result = self.lowered(call)?;
        self.note(call, form.as_ref(), &result)?;
        Ok(result)
    }

    fn lowered(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        match call.node.op_type {
            "Constant" => call.attributes.constant().map(Tensor::Constant),
            "Conv" => self.convolution(call),
            "Gemm" => self.gemm(call),
            "MatMul" => self.product(call),
            "BatchNormalization" => self.batch_normalization(call),
            "Add" | "Sub" | "Mul" | "Div" => self.arithmetic(call),
            "Sum" => self.sum(call),
            "Max" | "Min" => self.extremum(call),
            "Concat" => self.concat(call),
            "Transpose" => self.transpose(call),
            "Pad" => self.pad(call),
            "MaxPool" | "AveragePool" => self.pool(call),
            "GlobalMaxPool" | "GlobalAveragePool" => self.global_pool(call),
            "ReduceMean" | "ReduceSum" | "ReduceMax" => self.reduce(call),
            "PRelu" => self.p_relu(call),
            "Relu" | "LeakyRelu" | "Clip" | "Abs" | "Neg" | "Sigmoid" | "Tanh" | "Erf" | "HardSigmoid"
            | "HardSwish" | "Gelu" | "Elu" | "Softplus" | "Mish" | "Swish" => self.activation(call),
            "Selu" | "Celu" => self.scaled_elu(call),
            "Flatten" => self.flatten(call),
            "Reshape" => self.reshape(call),
            "Squeeze" | "Unsqueeze" => self.squeeze(call),
            "Identity" | "Dropout" => self.alias(call),
            "Cast" => self.cast(call),
            "Softmax" | "LogSoftmax" => self.softmax(call),
            "ArgMax" => self.arg_max(call),
            _ if qdq::is_known(call.node) => self.quantized(call),
            other => Err(Fault::Operator { hint: hints::of(other) }),
        }
    }

    fn operand(&self, call: &Call<'_, 'a>, index: usize) -> Result<&Tensor, Fault> {
        let name = call.node.inputs.get(index).copied().unwrap_or_default();
        match self.tensors.get(name) {
            Some(tensor) => Ok(tensor),
            None if name.is_empty() => Err(Fault::NotComputed { index }),
            None if self.top_k_values.contains(name) => Err(Fault::TopKValues),
            None => Err(Fault::Missing { tensor: cut(name) }),
        }
    }

    fn constant(&self, call: &Call<'_, 'a>, index: usize) -> Result<&Constant, Fault> {
        match self.operand(call, index)? {
            Tensor::Constant(constant) => Ok(constant),
            Tensor::Computed(_) | Tensor::Deferred(_) => {
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

    /// A computed operand.
    fn operand_at(&self, call: &Call<'_, 'a>, index: usize) -> Result<&Computed, Fault> {
        match self.operand(call, index)? {
            // What was put off has been built before a node asks for it.
            Tensor::Constant(_) | Tensor::Deferred(_) => Err(Fault::NotComputed { index }),
            Tensor::Computed(computed) if computed.end != End::Scores => Err(Fault::AfterEnd),
            Tensor::Computed(computed) => Ok(computed),
        }
    }

    /// Dimensions, batch included, of a computed operand.
    fn computed(&self, call: &Call<'_, 'a>, index: usize) -> Result<Vec<usize>, Fault> {
        self.operand_at(call, index).map(|computed| computed.dims.clone())
    }

    /// The same tensor under another name.
    fn alias(&self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let mut tensor = self.operand(call, 0)?.clone();
        if let Tensor::Computed(computed) = &mut tensor {
            computed.sole &= self.is_read_once(call, 0);
        }
        Ok(tensor)
    }

    /// Whether a node is the only one that reads an operand's name.
    fn is_read_once(&self, call: &Call<'_, 'a>, index: usize) -> bool {
        call.node.inputs.get(index).is_some_and(|name| self.uses.get(name) == Some(&1))
    }

    /// Appends an operation on the first operand, whose result has `dims`, batch included.
    fn append(&mut self, call: &Call<'_, 'a>, op: FloatOp, dims: Vec<usize>) -> Result<Tensor, Fault> {
        let at = self.operand_at(call, 0)?.at;
        self.append_to(call, op, vec![at], dims).map(Tensor::Computed)
    }

    /// Appends an operation whose result has `dims`, batch included.
    fn append_to(
        &mut self,
        call: &Call<'_, 'a>,
        op: FloatOp,
        inputs: Vec<Operand>,
        dims: Vec<usize>,
    ) -> Result<Computed, Fault> {
        let shape: Vec<usize> = dims.get(1..).unwrap_or_default().to_vec();
        let weights = match &op {
            FloatOp::Conv(conv) => conv.weights.len(),
            FloatOp::Gemm(gemm) => gemm.weights.len(),
            FloatOp::Integer(integer) => integer.layer.weights().len(),
            _ => 0,
        };
        // Both are at most 2^24, and the total is checked each time: no overflow.
        self.total += validate::values(&shape)? + weights;
        if self.total > validate::MAX_TOTAL_VALUES {
            return Err(validate::Fault::Total.into());
        }
        // The importer may add some operations for each.
        if self.nodes.len() >= MAX_NODES / 8 {
            return Err(Fault::Unsupported { hint: "the model is too deep; export a smaller one" });
        }
        for input in &inputs {
            if let Operand::Node(from) = input
                && let Some(reads) = self.reads.get_mut(*from)
            {
                *reads += 1;
            }
        }
        self.nodes.push(FloatNode { name: call.name.clone(), op, inputs, shape });
        self.reads.push(0);
        let at = Operand::Node(self.nodes.len() - 1);
        Ok(Computed { at, dims, end: End::Scores, sole: true })
    }

    /// Index of the operation that gives the scores, and what ends the model.
    fn finish(&self) -> Result<(usize, End), Fault> {
        match self.tensors.get(self.output) {
            Some(Tensor::Computed(Computed { at: Operand::Node(last), end, .. })) => Ok((*last, *end)),
            Some(_) => Err(Fault::Empty),
            None if self.top_k_values.contains(self.output) => Err(Fault::TopKValues),
            None => Err(Fault::Missing { tensor: cut(self.output) }),
        }
    }
}
