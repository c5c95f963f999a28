//! Every shape, length and operand of a quantised model checked.
//!
//! A model that passes can be walked without an index out of bounds or an overflow in a size, and
//! in bounded time: see [`MAX_OPERATIONS`]. Value ranges are checked separately, in
//! [`crate::intervals`].

mod moves;
mod rescale;
mod windows;
mod work;

pub(crate) use self::moves::add_shape;
pub use self::{
    moves::move_shape,
    windows::{axis_length, window_shape},
    work::MAX_OPERATIONS,
};
use crate::graph::{
    Conv, Gemm, InputSpec, Move, Node, Operand, Operation, QuantizedModel, Shape, Table,
};

/// No value of a model may reach this magnitude: sums of two still fit into `i64`, and it is far
/// below any field.
pub const MAX_MAGNITUDE: i64 = 1 << 61;
/// Most classes of an answer.
pub const MAX_TOP_CLASSES: usize = 7;
/// Most values in one tensor (2^24).
pub const MAX_VALUES: usize = 1 << 24;
/// Most values in all tensors of a model together (2^26).
pub const MAX_TOTAL_VALUES: usize = 1 << 26;
/// Most nodes in a model.
pub const MAX_NODES: usize = 4096;
/// Most dimensions of a tensor.
pub const MAX_RANK: usize = 8;
/// Most bytes of a node's name.
pub const MAX_NAME: usize = 256;
/// Greatest kernel size, stride, dilation and padding on one axis.
pub const MAX_WINDOW: usize = 1 << 16;
/// Widest input in bits.
pub const MAX_INPUT_BITS: u8 = 16;
/// Greatest shift of a `Requantize`.
pub const MAX_SHIFT: u8 = 31;
/// Most operands of a node.
pub const MAX_OPERANDS: usize = 64;
/// Most values of a `Table`: its argument has eight bits.
pub const MAX_TABLE: usize = 256;
/// Greatest magnitude of a `Rescale`'s multiplier (2^40).
pub const MAX_MULTIPLIER: u64 = 1 << 40;
/// Greatest shift of a `Rescale`.
pub const MAX_RESCALE_SHIFT: u8 = 48;
/// Greatest magnitude of a table's first argument and values (2^30).
pub const MAX_TABLE_MAGNITUDE: i32 = 1 << 30;

/// The reason why a quantised model is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The specification of the input.
    #[error("the model's input {fault}; import the model again")]
    Input {
        /// The fault.
        fault: Fault,
    },
    /// Too few or too many nodes.
    #[error("the model has {got} nodes, it may have 1 to {MAX_NODES}; import the model again")]
    NodeCount {
        /// Nodes it has.
        got: usize,
    },
    /// A node.
    #[error("node {node} (`{name}`, {op}) {fault}; import the model again")]
    Node {
        /// Index of the node.
        node: usize,
        /// Its ONNX name.
        name: String,
        /// Its operation.
        op: &'static str,
        /// The fault.
        fault: Fault,
    },
}

/// Faults of an input or a node.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A shape is empty, has a zero, too many dimensions or too many values.
    #[error(
        "has shape {shape:?}, which must have 1 to {MAX_RANK} dimensions of at least 1 and at most {MAX_VALUES} values"
    )]
    Shape {
        /// The shape.
        shape: Shape,
    },
    /// The result's shape is not the one the operation gives.
    #[error("has shape {got:?}, its operation gives {expected:?}")]
    ResultShape {
        /// Shape by the operation.
        expected: Shape,
        /// Shape in the model.
        got: Shape,
    },
    /// A reshape does not keep the number of values.
    #[error("turns {from:?} into {to:?}, which is another number of values")]
    Reshape {
        /// Shape of the operand.
        from: Shape,
        /// Shape of the result.
        to: Shape,
    },
    /// An operand's shape does not fit the operation.
    #[error("reads a tensor of shape {got:?}, it takes {expected}")]
    OperandShape {
        /// The shape that the operation takes.
        expected: String,
        /// The shape given.
        got: Shape,
    },
    /// The input's width.
    #[error("is {got} bits wide, it may have 1 to {MAX_INPUT_BITS}")]
    Bits {
        /// The width.
        got: u8,
    },
    /// The input's range leaves 32 bits.
    #[error("has values from {min} to {max}, beyond a signed 32-bit number")]
    Range {
        /// Smallest value.
        min: i32,
        /// Greatest value.
        max: i64,
    },
    /// A name is too long.
    #[error("has a name of {got} bytes, it may have {MAX_NAME}")]
    Name {
        /// Its length.
        got: usize,
    },
    /// The number of operands.
    #[error("has {got} operands, it takes {expected}")]
    Operands {
        /// Operands it takes.
        expected: usize,
        /// Operands it has.
        got: usize,
    },
    /// An operand that is not computed before the node.
    #[error("reads node {operand}, a node may only read nodes before it")]
    Order {
        /// The node that it reads.
        operand: usize,
    },
    /// A number of weights or biases.
    #[error("has {got} {what}, its sizes ask for {expected}")]
    Count {
        /// Weights or biases.
        what: &'static str,
        /// As many as its sizes ask for.
        expected: usize,
        /// As many as there are.
        got: usize,
    },
    /// A size out of bounds.
    #[error("has {what} {got}, which must be {min} to {max}")]
    Size {
        /// The name of the size.
        what: &'static str,
        /// The size.
        got: usize,
        /// Smallest allowed.
        min: usize,
        /// Greatest allowed.
        max: usize,
    },
    /// Channels that do not divide into the groups.
    #[error("has {channels} {what}, not a multiple of its {group} groups")]
    Groups {
        /// The name of the channels.
        what: &'static str,
        /// The number.
        channels: usize,
        /// Groups.
        group: usize,
    },
    /// A kernel that is larger than the padded input.
    #[error("has a kernel that spans {span} {axis}, the padded input has {padded}")]
    Kernel {
        /// Rows or columns.
        axis: &'static str,
        /// The span of the dilated kernel.
        span: usize,
        /// The length of the padded input.
        padded: usize,
    },
    /// Too much work.
    #[error(
        "brings one inference of the model above {MAX_OPERATIONS} multiplications, values under windows and entries of tables; use smaller kernels or fewer layers"
    )]
    Work,
    /// Too many values.
    #[error("brings the model above {MAX_TOTAL_VALUES} values in all tensors together")]
    Total,
    /// Operands that cannot be joined.
    #[error("joins tensors of shapes {got:?}, it takes {expected}")]
    Join {
        /// The shape that the operation takes.
        expected: &'static str,
        /// The first two that do not fit.
        got: Vec<Shape>,
    },
    /// An axis that the operand does not have.
    #[error("names the axis {axis} of a tensor with {rank} dimensions")]
    Axis {
        /// The axis.
        axis: usize,
        /// The operand's dimensions.
        rank: usize,
    },
    /// Axes that are not each named once.
    #[error("has the permutation {got:?}, which must name each of {rank} axes once")]
    Permutation {
        /// The permutation.
        got: Vec<usize>,
        /// The operand's dimensions.
        rank: usize,
    },
    /// A window over padding alone.
    #[error(
        "has a window over padding alone at {axis} {at} of its result, where no value is the greatest"
    )]
    Padding {
        /// Row or column.
        axis: &'static str,
        /// The name of the list.
        at: usize,
    },
    /// Bounds in the wrong order or too far out.
    #[error("has bounds {min} and {max}, which must be in this order and below 2^61 in magnitude")]
    Bounds {
        /// The lower one.
        min: i64,
        /// The upper one.
        max: i64,
    },
    /// A number in a table that is too large.
    #[error("has the number {got} in its table, beyond 2^30")]
    TableValue {
        /// The number.
        got: i32,
    },
    /// A multiplier or an offset out of bounds.
    #[error("has {what} {got} for channel {channel}, which must be {expected}")]
    Scaling {
        /// The name of the list.
        what: &'static str,
        /// Its value.
        got: i64,
        /// The channel.
        channel: usize,
        /// Values that it can have.
        expected: &'static str,
    },
    /// An arg-max or a top-k that is not the last node.
    #[error("is not the last node; an ArgMax or a TopK ends a model")]
    EndInside,
}

/// Sums over the nodes that have been checked.
struct Total {
    values: usize,
    operations: u64,
}

impl QuantizedModel {
    /// Checks every shape, length and operand.
    ///
    /// # Errors
    /// The first fault, with the node's index and name.
    pub fn validate(&self) -> Result<(), ModelError> {
        check_input(&self.input).map_err(|fault| ModelError::Input { fault })?;
        if self.nodes.is_empty() || self.nodes.len() > MAX_NODES {
            return Err(ModelError::NodeCount { got: self.nodes.len() });
        }
        let mut total = Total { values: self.input.len(), operations: self.input.len() as u64 };
        for (index, node) in self.nodes.iter().enumerate() {
            self.check_node(index, node, &mut total).map_err(|fault| ModelError::Node {
                node: index,
                name: node.name.chars().take(MAX_NAME).collect(),
                op: node.op.name(),
                fault,
            })?;
        }
        Ok(())
    }

    /// Shape of an operand; `None` for a node that does not exist.
    pub fn shape_of(&self, operand: Operand) -> Option<&Shape> {
        match operand {
            Operand::Input => Some(&self.input.shape),
            Operand::Node(index) => self.nodes.get(index).map(|node| &node.shape),
        }
    }

    /// Returns `true` if the model ends with an [`Operation::ArgMax`].
    pub fn is_classifier(&self) -> bool {
        self.nodes.last().is_some_and(|node| node.op == Operation::ArgMax)
    }

    fn check_node(&self, index: usize, node: &Node, total: &mut Total) -> Result<(), Fault> {
        if node.name.len() > MAX_NAME {
            return Err(Fault::Name { got: node.name.len() });
        }
        let operands = self.operands(index, node)?;
        // At most 4,096 nodes of 2^24 values: no overflow.
        total.values += values(&node.shape)?;
        if total.values > MAX_TOTAL_VALUES {
            return Err(Fault::Total);
        }
        let expected = match (&node.op, operands.as_slice()) {
            (Operation::ArgMax | Operation::TopK { .. }, _) if index + 1 < self.nodes.len() => {
                return Err(Fault::EndInside);
            }
            (op, operands) => result_shape(op, operands, &node.shape)?,
        };
        if node.shape != expected {
            return Err(Fault::ResultShape { expected, got: node.shape.clone() });
        }
        total.operations = total.operations.saturating_add(work::operations(&node.op, &node.shape));
        if total.operations > MAX_OPERATIONS { Err(Fault::Work) } else { Ok(()) }
    }

    /// Shapes of a node's operands.
    fn operands(&self, index: usize, node: &Node) -> Result<Vec<&Shape>, Fault> {
        let got = node.inputs.len();
        let expected = match &node.op {
            Operation::Add => 2,
            Operation::Move(Move::Concat { .. }) if got > MAX_OPERANDS => MAX_OPERANDS,
            Operation::Move(Move::Concat { .. }) => got.max(1),
            _ => 1,
        };
        if got != expected {
            return Err(Fault::Operands { expected, got });
        }
        let shape = |operand: &Operand| match operand {
            Operand::Node(operand) if *operand >= index => Err(Fault::Order { operand: *operand }),
            _ => self.shape_of(*operand).ok_or(Fault::Operands { expected, got: 0 }),
        };
        node.inputs.iter().map(shape).collect()
    }
}

/// The shape that an operation gives; of a reshape, `to` if it holds as many values.
fn result_shape(op: &Operation, operands: &[&Shape], to: &Shape) -> Result<Shape, Fault> {
    let &[from, ..] = operands else { return Err(Fault::Operands { expected: 1, got: 0 }) };
    match op {
        Operation::Conv(conv) => conv_shape(conv, from),
        Operation::Gemm(gemm) => gemm_shape(gemm, from),
        Operation::Requantize { shift } => {
            size("a shift of", usize::from(*shift), 1, usize::from(MAX_SHIFT))
                .map(|()| from.clone())
        }
        Operation::Reshape if values(from)? == values(to)? => Ok(to.clone()),
        Operation::Reshape => Err(Fault::Reshape { from: from.clone(), to: to.clone() }),
        Operation::ArgMax => Ok(vec![1]),
        Operation::TopK { k } => {
            let k = usize::from(*k);
            size("a number of best values of", k, 1, MAX_TOP_CLASSES.min(values(from)?))
                .map(|()| vec![k])
        }
        Operation::Add => add_shape(operands),
        Operation::Move(moved) => move_shape(moved, operands),
        Operation::MaxPool(window) => window_shape(window, from),
        Operation::Clip { min, max } => {
            let limit = MAX_MAGNITUDE.unsigned_abs();
            let fine = min <= max && min.unsigned_abs() < limit && max.unsigned_abs() < limit;
            if fine { Ok(from.clone()) } else { Err(Fault::Bounds { min: *min, max: *max }) }
        }
        Operation::Table(table) => table_values(table).map(|()| from.clone()),
        Operation::Rescale(rescale) => rescale::shape(rescale, from),
        Operation::Relu | Operation::LeakyRelu { .. } => Ok(from.clone()),
    }
}

fn table_values(table: &Table) -> Result<(), Fault> {
    size("a number of table values of", table.values.len(), 1, MAX_TABLE)?;
    let large = |n: &&i32| n.unsigned_abs() > MAX_TABLE_MAGNITUDE.unsigned_abs();
    match [table.first].iter().chain(&table.values).find(large) {
        Some(got) => Err(Fault::TableValue { got: *got }),
        None => Ok(()),
    }
}

pub(crate) fn check_input(input: &InputSpec) -> Result<(), Fault> {
    values(&input.shape)?;
    if input.bits == 0 || input.bits > MAX_INPUT_BITS {
        return Err(Fault::Bits { got: input.bits });
    }
    if input.max() > i64::from(i32::MAX) {
        return Err(Fault::Range { min: input.min, max: input.max() });
    }
    Ok(())
}

/// Number of values of a shape within bounds.
pub fn values(shape: &[usize]) -> Result<usize, Fault> {
    let product = shape.iter().try_fold(1usize, |product, n| product.checked_mul(*n));
    match product {
        Some(n) if n > 0 && n <= MAX_VALUES && !shape.is_empty() && shape.len() <= MAX_RANK => {
            Ok(n)
        }
        _ => Err(Fault::Shape { shape: shape.iter().copied().take(MAX_RANK + 1).collect() }),
    }
}

fn size(what: &'static str, got: usize, min: usize, max: usize) -> Result<(), Fault> {
    if got < min || got > max { Err(Fault::Size { what, got, min, max }) } else { Ok(()) }
}

fn count(what: &'static str, expected: Option<usize>, got: usize) -> Result<(), Fault> {
    let expected = expected.unwrap_or(usize::MAX);
    if got == expected { Ok(()) } else { Err(Fault::Count { what, expected, got }) }
}

/// Refuses a node that is too much work by itself, before anything of its size is walked.
fn work(factors: &[usize]) -> Result<(), Fault> {
    let product = factors.iter().try_fold(1u64, |product, n| product.checked_mul(*n as u64));
    if product.is_some_and(|n| n <= MAX_OPERATIONS) { Ok(()) } else { Err(Fault::Work) }
}

pub(crate) fn gemm_shape<W, B>(gemm: &Gemm<W, B>, from: &Shape) -> Result<Shape, Fault> {
    size("a number of outputs of", gemm.outputs, 1, MAX_VALUES)?;
    if from != &[gemm.inputs] {
        return Err(Fault::OperandShape {
            expected: format!("[{}]", gemm.inputs),
            got: from.clone(),
        });
    }
    count("weights", gemm.outputs.checked_mul(gemm.inputs), gemm.weights.len())?;
    count("biases", Some(gemm.outputs), gemm.bias.len())?;
    Ok(vec![gemm.outputs])
}

/// Shape of a convolution's result.
pub fn conv_shape<W, B>(conv: &Conv<W, B>, from: &Shape) -> Result<Shape, Fault> {
    let &[channels, height, width] = from.as_slice() else {
        return Err(conv_operand(conv, from));
    };
    if channels != conv.in_channels {
        return Err(conv_operand(conv, from));
    }
    size("a number of output channels of", conv.out_channels, 1, MAX_VALUES)?;
    size("a number of groups of", conv.group, 1, channels)?;
    for (what, channels) in [("input channels", channels), ("output channels", conv.out_channels)] {
        if channels % conv.group != 0 {
            return Err(Fault::Groups { what, channels, group: conv.group });
        }
    }
    let window = conv.window();
    let (rows, columns) = (axis_length(&window, 0, height)?, axis_length(&window, 1, width)?);
    let taps = conv.kernel.iter().try_fold(channels / conv.group, |n, k| n.checked_mul(*k));
    count("weights", taps.and_then(|n| n.checked_mul(conv.out_channels)), conv.weights.len())?;
    count("biases", Some(conv.out_channels), conv.bias.len())?;
    let shape = vec![conv.out_channels, rows, columns];
    values(&shape)?;
    work(&[conv.weights.len(), rows, columns])?;
    Ok(shape)
}

fn conv_operand<W, B>(conv: &Conv<W, B>, from: &Shape) -> Fault {
    Fault::OperandShape {
        expected: format!("[{}, height, width]", conv.in_channels),
        got: from.clone(),
    }
}

#[cfg(test)]
#[path = "validate/tests.rs"]
mod tests;
