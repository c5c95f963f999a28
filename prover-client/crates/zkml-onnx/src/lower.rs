//! From ONNX nodes to a list of operations.

mod after_end;
mod attributes;
mod constants;
mod elementwise;
mod fold;
mod functions;
mod hints;
mod inputs;
mod join;
mod layers;
mod output_head;
mod padded;
mod pools;
mod products;
mod prune;
mod qdq;
mod reduce;
mod rows;
mod survey;

use std::collections::{HashMap, HashSet};

pub(super) use self::hints::SUPPORTED;
pub use self::survey::Others;
use self::{
    after_end::Spread, attributes::Attributes, elementwise::Elementwise, inputs::Integers,
    padded::Padded,
};
use super::{
    Fault, FloatNode, FloatOp, InputType, OnnxError, OnnxModel, OutputHead, Place, proto,
    tensor::Constant,
};
use zkml_model::{
    graph::Operand,
    validate::{self, MAX_NAME, MAX_NODES},
};

/// The meaning of a tensor's name.
#[derive(Clone, Debug)]
enum Tensor {
    Constant(Constant),
    Computed(Computed),
    /// Computed value by value, once it is known for what: an index into the builder's points.
    Deferred(usize),
    /// The result of a `Pad` with a value that is never the greatest.
    Padded(Box<Padded>),
}

/// A tensor that depends on the input.
#[derive(Clone, Debug)]
struct Computed {
    at: Operand,
    /// Dimensions, batch included.
    dims: Vec<usize>,
    /// The operator that ended the model here: nothing computes from it any more.
    end: OutputHead,
    /// `true` if this name, if it is read once, is the only way to the result.
    sole: bool,
}

/// The operations so far.
struct Builder<'a> {
    tensors: HashMap<&'a str, Tensor>,
    nodes: Vec<FloatNode>,
    /// The number of readers of each name, needed nodes and the output.
    uses: HashMap<&'a str, usize>,
    /// Values and weights of all nodes: what a small file can ask for is bounded.
    total: usize,
    opset: i64,
    /// Of an input of integers, their type and what is made of them.
    integers: Option<Integers>,
    /// Constants with a value that is infinite or no number, and that value.
    not_finite: HashMap<&'a str, f32>,
    /// Names of the values, as opposed to the indices, that a `TopK` gives.
    top_k_values: HashSet<&'a str>,
    /// The input's name.
    input_name: &'a str,
    /// The graph's output.
    output: &'a str,
    /// Tensors that are computed value by value, operands before results.
    points: Vec<Elementwise>,
    /// Points of built tensors, by their place.
    built: HashMap<usize, usize>,
    /// Values of all constants, given and computed from others.
    folded: usize,
    /// Names of tensors whose first axis is the batch and another one together: see [`rows`].
    rows: HashSet<&'a str>,
    /// The number of readers of each operation's result so far.
    reads: Vec<u32>,
    /// Places, by [`elementwise::key`], that more than one reader may know by name.
    shared: HashSet<usize>,
    /// Known ranges of results of a softmax.
    softmaxes: HashMap<&'a str, Spread>,
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
    let opset = model.opset.unwrap_or(13);
    if !OPSETS.contains(&opset) {
        return Err(whole(Fault::Opset { got: opset }));
    }
    if graph.sparse_initializers > 0 {
        return Err(whole(Fault::Sparse { got: graph.sparse_initializers }));
    }
    let at = |index: usize, fault| at_node(graph, index, localised(fault, model.functions));
    let initializers: HashMap<&str, &proto::Tensor<'_>> =
        graph.initializers.iter().map(|tensor| (tensor.name, tensor)).collect();
    let inputs: Vec<_> =
        graph.inputs.iter().filter(|i| !initializers.contains_key(i.name)).collect();
    survey::survey(graph, &inputs).map_err(|(index, fault)| at(index, fault))?;
    let [output] = graph.outputs.as_slice() else {
        return Err(whole(Fault::Outputs { got: graph.outputs.len() }));
    };
    let [input] = inputs.as_slice() else { return Err(whole(Fault::Inputs { got: inputs.len() })) };
    let needed = needed(graph, output.name);
    let uses = uses(graph, &needed, output.name);
    let mut builder = Builder::new(uses, opset, input.name, output.name);
    let shape = builder.input_shape(input).map_err(whole)?;
    for (index, node) in graph.nodes.iter().enumerate().filter(|(index, _)| needed.contains(index))
    {
        let call = Call { node, attributes: Attributes::new(node), name: node_name(index, node) };
        let built = builder.read(&call, &initializers).and_then(|()| builder.node(&call));
        built.map_err(|fault| match fault {
            Fault::InputType { .. } => whole(fault),
            fault => at(index, fault),
        })?;
    }
    let (last, end) = builder.finish().map_err(whole)?;
    let input_type = builder.input_type().map_err(whole)?;
    let nodes = prune::prune(builder.nodes, last);
    let model =
        OnnxModel { name: cut(graph.name), input: cut(input.name), input_type, shape, nodes, end };
    if builder.integers.is_some() && input_type == InputType::Float && !model.is_quantized() {
        // Integers stand for reals only by the grid that they are read on, or by a `Cast`.
        return Err(whole(Fault::InputType { input: model.input, got: input.elem_type }));
    }
    Ok(model)
}

/// A node's name, or its operator and index where it has none.
fn node_name(index: usize, node: &proto::Node<'_>) -> String {
    match node.name {
        "" => cut(&format!("{}_{index}", node.op_type)),
        name => cut(name),
    }
}

/// A fault with the node that it is found at.
fn at_node(graph: &proto::Graph<'_>, index: usize, fault: Fault) -> OnnxError {
    let Some(node) = graph.nodes.get(index) else { return OnnxError::Graph { fault } };
    let place = Place {
        nodes: graph.nodes.len(),
        name: node_name(index, node),
        op: cut(node.op_type),
        place: place(node),
    };
    OnnxError::Node { node: index, at: Box::new(place), fault }
}

/// The names of what a node reads and gives.
fn place(node: &proto::Node<'_>) -> String {
    let list = |names: &[&str]| {
        let mut shown: Vec<String> =
            names.iter().take(4).map(|name| format!("`{}`", short(name))).collect();
        if names.len() > 4 {
            shown.push("…".into());
        }
        if shown.is_empty() { "nothing".into() } else { shown.join(", ") }
    };
    format!("{} → {}", list(&node.inputs), list(&node.outputs))
}

/// A name that fits into a message.
fn short(name: &str) -> String {
    if name.chars().count() <= 48 {
        name.into()
    } else {
        name.chars().take(47).chain(['…']).collect()
    }
}

/// Says of an operator of another domain whether the file itself defines it.
fn localised(fault: Fault, functions: usize) -> Fault {
    match fault {
        Fault::Domain { domain, .. } if functions > 0 && domain != survey::CLASSICAL => {
            Fault::Function { domain }
        }
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
    let outputs = graph
        .nodes
        .iter()
        .enumerate()
        .flat_map(|(i, node)| node.outputs.iter().map(move |o| (*o, i)));
    let by_output: HashMap<&str, usize> = outputs.filter(|(name, _)| !name.is_empty()).collect();
    let mut needed = HashSet::new();
    let mut wanted = vec![output];
    while let Some(name) = wanted.pop() {
        if let Some(index) = by_output.get(name)
            && needed.insert(*index)
        {
            wanted.extend(
                graph.nodes.get(*index).into_iter().flat_map(|node| node.inputs.iter().copied()),
            );
        }
    }
    needed
}

/// Returns the number of readers of each name, needed nodes and the output.
fn uses<'a>(
    graph: &proto::Graph<'a>,
    needed: &HashSet<usize>,
    output: &'a str,
) -> HashMap<&'a str, usize> {
    let nodes = graph.nodes.iter().enumerate().filter(|(index, _)| needed.contains(index));
    let names = nodes.flat_map(|(_, node)| node.inputs.iter().copied());
    let mut uses = HashMap::new();
    names.chain([output]).for_each(|name| *uses.entry(name).or_insert(0) += 1);
    uses
}

impl<'a> Builder<'a> {
    fn new(
        uses: HashMap<&'a str, usize>,
        opset: i64,
        input_name: &'a str,
        output: &'a str,
    ) -> Self {
        Self {
            tensors: HashMap::new(),
            nodes: Vec::new(),
            uses,
            total: 0,
            opset,
            integers: None,
            not_finite: HashMap::new(),
            top_k_values: HashSet::new(),
            input_name,
            output,
            points: Vec::new(),
            built: HashMap::new(),
            folded: 0,
            rows: HashSet::new(),
            reads: Vec::new(),
            shared: HashSet::new(),
            softmaxes: HashMap::new(),
            folded_weights: 0,
        }
    }

    /// Reads the initialisers that a node is the first to need: what nothing needs may be anything.
    fn read(
        &mut self,
        call: &Call<'_, 'a>,
        initializers: &HashMap<&str, &proto::Tensor<'a>>,
    ) -> Result<(), Fault> {
        for name in &call.node.inputs {
            if let (false, Some(tensor)) = (self.tensors.contains_key(name), initializers.get(name))
            {
                let constant = Constant::read(tensor)?;
                self.charge(&constant)?;
                self.name(name, Tensor::Constant(constant));
            }
        }
        Ok(())
    }

    /// Gives a tensor its name.
    fn name(&mut self, name: &'a str, tensor: Tensor) {
        let bad = match &tensor {
            Tensor::Constant(constant) => constant.not_finite(),
            _ => None,
        };
        match bad {
            Some(value) => self.not_finite.insert(name, value),
            None => self.not_finite.remove(name),
        };
        self.tensors.insert(name, tensor);
    }

    /// Refuses constants that are infinite or no numbers, but where a node says what becomes of
    /// them.
    fn reads_numbers(&self, call: &Call<'_, 'a>) -> Result<(), Fault> {
        for (index, name) in call.node.inputs.iter().enumerate() {
            let Some(value) = self.not_finite.get(name) else { continue };
            let fine = match (call.node.op_type, index) {
                ("Concat", _) | ("Where", 1 | 2) => true,
                // Bounds, and what is never the greatest.
                ("Clip", 1 | 2) | ("Max" | "Min", _) | ("Pad", 2) => value.is_infinite(),
                // Scales have a message of their own.
                _ if qdq::is_known(call.node) => index > 0,
                (op, 0) => fold::moves(op),
                _ => false,
            };
            if !fine {
                return Err(Fault::NotFinite { tensor: cut(name) });
            }
        }
        Ok(())
    }

    fn node(&mut self, call: &Call<'_, 'a>) -> Result<(), Fault> {
        self.reads_numbers(call)?;
        if call.node.op_type == "TopK" {
            self.note_rows(call)?;
            self.materialize(call)?;
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
                self.shared.insert(elementwise::key(computed.at));
            }
            self.name(output, result);
        }
        Ok(())
    }

    fn result(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        if let Some(constant) = self.folded(call)? {
            return Ok(Tensor::Constant(constant));
        }
        if let Some(ended) = self.after_end(call)? {
            return Ok(ended);
        }
        self.reads_reals(call)?;
        self.note_rows(call)?;
        let form = self.form(call)?;
        if let Some(form) = &form
            && let Some(deferred) = self.defer(call, form)?
        {
            return Ok(deferred);
        }
        let alias = match call.node.op_type {
            "Identity" | "Dropout" => true,
            "Cast" | "CastLike" => self.is_to_float(call)?,
            _ => false,
        };
        if !alias {
            self.materialize(call)?;
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
            "Relu" | "LeakyRelu" | "Clip" | "Abs" | "Neg" | "Sigmoid" | "Tanh" | "Erf"
            | "HardSigmoid" | "HardSwish" | "Gelu" | "Elu" | "Softplus" | "Mish" | "Swish" => {
                self.activation(call)
            }
            "Selu" | "Celu" => self.scaled_elu(call),
            "Flatten" => self.flatten(call),
            "Reshape" => self.reshape(call),
            "Squeeze" | "Unsqueeze" => self.squeeze(call),
            "Identity" | "Dropout" => self.alias(call),
            "Cast" | "CastLike" => self.cast(call),
            "Softmax" | "LogSoftmax" => self.softmax(call),
            "ArgMax" | "ArgMin" => self.arg_max(call),
            _ if qdq::is_known(call.node) => self.quantized(call),
            other => Err(Fault::Operator { hint: hints::of(other), others: Others::default() }),
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
            Tensor::Computed(_) | Tensor::Deferred(_) | Tensor::Padded(_) => {
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
            Tensor::Padded(padded) => Err(padded.refused()),
            Tensor::Computed(computed) if computed.end != OutputHead::Scores => {
                Err(Fault::AfterEnd)
            }
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

    /// Returns `true` if a node is the only one that reads an operand's name.
    fn is_read_once(&self, call: &Call<'_, 'a>, index: usize) -> bool {
        call.node.inputs.get(index).is_some_and(|name| self.uses.get(name) == Some(&1))
    }

    /// Appends an operation on the first operand, whose result has `dims`, batch included.
    fn append(
        &mut self,
        call: &Call<'_, 'a>,
        op: FloatOp,
        dims: Vec<usize>,
    ) -> Result<Tensor, Fault> {
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
        Ok(Computed { at, dims, end: OutputHead::Scores, sole: true })
    }

    /// Index of the operation that gives the scores, and what ends the model.
    fn finish(&self) -> Result<(usize, OutputHead), Fault> {
        match self.tensors.get(self.output) {
            Some(Tensor::Computed(Computed { at: Operand::Node(last), end, .. })) => {
                Ok((*last, *end))
            }
            Some(Tensor::Padded(padded)) => Err(padded.refused()),
            Some(_) => Err(Fault::Empty),
            None if self.top_k_values.contains(self.output) => Err(Fault::TopKValues),
            None => Err(Fault::Missing { tensor: cut(self.output) }),
        }
    }
}
