//! Operators that cannot be proved whatever they read: looked for before anything is built, so that
//! the first fault that a user reads is the one that no change around it mends.

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
};

use super::{hints, qdq};
use crate::{Fault, proto};

/// The domain of classical models, as scikit-learn's converter writes them.
pub(super) const CLASSICAL: &str = "ai.onnx.ml";
/// Outputs of a graph that is looked through: it may have one.
const MOST_OUTPUTS: usize = 32;
/// Operators that are named in one message, beside the first.
const MOST_NAMED: usize = 6;

/// Further operators of a graph that cannot be proved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Others(Vec<Other>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Other {
    op: String,
    /// The first of its nodes.
    node: String,
    /// The number of them.
    count: usize,
}

impl fmt::Display for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Other { op, node, count }) in self.0.iter().take(MOST_NAMED).enumerate() {
            f.write_str(if index == 0 { ". Nor can be " } else { ", " })?;
            match count {
                1 => write!(f, "{op} (`{node}`)")?,
                count => write!(f, "{count} × {op} (first `{node}`)")?,
            }
            if op == "ZipMap" {
                f.write_str(", which is left out with zipmap=False")?;
            }
        }
        match self.0.len().saturating_sub(MOST_NAMED) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// Refuses a graph with operators that cannot be proved, the first of which every output needs.
/// Names its index, and the others.
pub(super) fn survey(
    graph: &proto::Graph<'_>,
    inputs: &[&proto::ValueInfo<'_>],
) -> Result<(), (usize, Fault)> {
    if graph.outputs.len() > MOST_OUTPUTS {
        return Ok(());
    }
    let by_output: Vec<HashSet<usize>> =
        graph.outputs.iter().map(|output| super::needed(graph, output.name)).collect();
    let mut from_input: HashSet<&str> = inputs.iter().map(|input| input.name).collect();
    let mut refused = Vec::new();
    for (index, node) in graph.nodes.iter().enumerate() {
        let depends = node.inputs.iter().any(|name| from_input.contains(name));
        // Dimensions are known.
        if depends && !matches!(node.op_type, "Shape" | "Size") {
            from_input.extend(node.outputs.iter().filter(|name| !name.is_empty()));
        }
        if !is_known(node, depends) && by_output.iter().any(|needed| needed.contains(&index)) {
            refused.push((index, node));
        }
    }
    // What one of several outputs needs alone may be left out with it.
    let all = |(index, _): &&(usize, _)| by_output.iter().all(|needed| needed.contains(index));
    let Some(&(index, node)) = refused.iter().find(all) else { return Ok(()) };
    let others = others(refused.iter().filter(|(other, _)| *other != index));
    let hint = hints::of(node.op_type);
    Err((
        index,
        match node.domain {
            "" | "ai.onnx" => Fault::Operator { hint, others },
            CLASSICAL => Fault::Classical { hint: hints::of_classical(node.op_type), others },
            domain => Fault::Domain { domain: super::cut(domain), others },
        },
    ))
}

fn others<'n, 'a: 'n>(nodes: impl Iterator<Item = &'n (usize, &'n proto::Node<'a>)>) -> Others {
    let mut by_op: BTreeMap<&str, Other> = BTreeMap::new();
    for (index, node) in nodes {
        let new = || Other {
            op: super::cut(node.op_type),
            node: super::node_name(*index, node),
            count: 0,
        };
        by_op.entry(node.op_type).or_insert_with(new).count += 1;
    }
    Others(by_op.into_values().collect())
}

/// Returns `true` if some use of a node's operator can be proved; `depends` says whether it reads
/// what depends on the input.
fn is_known(node: &proto::Node<'_>, depends: bool) -> bool {
    let own = matches!(node.domain, "" | "ai.onnx");
    qdq::is_known(node)
        || own
            && (COMPUTED.contains(&node.op_type)
                || !depends && OF_CONSTANTS.contains(&node.op_type))
}

/// Operators of computed tensors, alone or as parts of functions.
const COMPUTED: [&str; 65] = [
    "Abs",
    "Add",
    "ArgMax",
    "ArgMin",
    "AveragePool",
    "BatchNormalization",
    "Cast",
    "CastLike",
    "Celu",
    "Clip",
    "Concat",
    "Constant",
    "Conv",
    "Div",
    "Dropout",
    "Elu",
    "Erf",
    "Exp",
    "Flatten",
    "Gelu",
    "Gemm",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "Greater",
    "GreaterOrEqual",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "LeakyRelu",
    "Less",
    "LessOrEqual",
    "Log",
    "LogSoftmax",
    "MatMul",
    "Max",
    "MaxPool",
    "Min",
    "Mish",
    "Mul",
    "Neg",
    "PRelu",
    "Pad",
    "Pow",
    "Reciprocal",
    "ReduceMax",
    "ReduceMean",
    "ReduceSum",
    "Relu",
    "Reshape",
    "Selu",
    "Shape",
    "Sigmoid",
    "Size",
    "Softmax",
    "Softplus",
    "Sqrt",
    "Squeeze",
    "Sub",
    "Sum",
    "Swish",
    "Tanh",
    "TopK",
    "Transpose",
    "Unsqueeze",
    "Where",
];
/// Operators of constants and shapes alone.
const OF_CONSTANTS: [&str; 14] = [
    "And",
    "Ceil",
    "ConstantOfShape",
    "Equal",
    "Expand",
    "Floor",
    "Gather",
    "Mod",
    "Not",
    "Or",
    "Range",
    "ReduceMin",
    "ReduceProd",
    "Slice",
];
