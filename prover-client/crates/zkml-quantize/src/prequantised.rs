//! Graphs that are quantised already: their grids and integer weights are taken as they are.
//!
//! A tensor's integers are `q - zero_point`, so that zero is zero and padding needs no offsets.
//! Sums of products of those are what ONNX's integer operators compute. Where the graph quantises
//! again, floats round a product to the nearest step, halves to even; the import searches a
//! `Rescale` that gives the same step for every integer that can come (see [`search`]), and a
//! `Clip` saturates. Functions between two grids become tables, which are exact too.
//!
//! | ONNX | becomes | equal to onnxruntime |
//! |---|---|---|
//! | `QLinearConv`, `QLinearMatMul`, `QGemm`, and their `DequantizeLinear … QuantizeLinear` forms | `Conv`, `Gemm`, `Rescale`, `Clip` | where the report shows no differing integers |
//! | `QLinearGlobalAveragePool` and its form | `Conv` with ones, `Rescale`, `Clip` | likewise |
//! | activations between two grids | `Rescale` and `Clip`, or `Table` | as ONNX defines the operators; a library's own approximation of a function can differ at ties |
//! | `AveragePool` between two grids | `Conv` with ones, `Rescale`, `Clip` | not at ties: the sum is exact here, and rounded on the way there |
//! | `Add`, `QLinearAdd` | two `Rescale`, `Add`, `Rescale`, `Clip` | where the report shows no differing pairs |
//! | `MaxPool`, `Relu`, `Reshape`, `Transpose`, `Concat`, `Pad` | themselves | yes |

mod expression;
mod fault;
mod layers;
mod regrid;
mod search;

use std::rc::Rc;

pub use self::fault::Fault;
use self::{
    expression::Expression,
    fault::{Stop, fault, op_name},
};
use super::{
    LayerReport, Options, OutputChoice, QuantizeError, Report, RescaleReport, bad,
    output::{self, Wanted, wanted},
    plan::Planned,
};
use zkml_model::{
    Model,
    graph::{InputSpec, Move, Node, Operand, Operation, QuantizedModel, Shape},
    intervals::{self, Interval, IntervalError},
    output::hull,
    validate::{MAX_NAME, MAX_NODES, MAX_TOTAL_VALUES, ModelError},
};
use zkml_onnx::{FloatNode, FloatOp, OnnxModel, quantized::Grid};

/// Most scalings that are searched for one node.
const MAX_GROUPS: usize = 1 << 16;

/// A tensor of reals.
#[derive(Clone, Debug)]
struct Real {
    kind: Kind,
    shape: Shape,
}

#[derive(Clone, Debug)]
enum Kind {
    /// A function of integers times a scale.
    One(One),
    /// The sum of two tensors on grids, and a function of it.
    Sum { operands: [Operand; 2], scales: [f32; 2], function: Rc<Expression> },
    /// Tensors one after the other.
    Concat { axis: usize, parts: Vec<Real> },
}

#[derive(Clone, Debug)]
struct One {
    at: Operand,
    /// The scale: of all values, or of each.
    scales: Vec<f32>,
    origin: Origin,
    function: Rc<Expression>,
}

/// The source of integers, which decides how floats scale them.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Origin {
    /// They are on this grid.
    Grid(Grid),
    /// Sums of products.
    Product,
    /// Sums of so many values, for their mean.
    Mean(usize),
}

struct Plan<'a> {
    onnx: &'a OnnxModel,
    output: OutputChoice,
    model: QuantizedModel,
    /// Ranges of the input, and of each node's result.
    input: Vec<Interval>,
    ranges: Vec<Vec<Interval>>,
    /// The results of the graph's nodes.
    reals: Vec<Real>,
    raw: Real,
    values: usize,
    report: Report,
}

/// Options for graphs whose quantisation is done.
pub(super) fn check(options: &Options) -> Result<(), QuantizeError> {
    let default = Options::default();
    let given = |option: &'static str, same: bool, got: String| {
        let expected =
            "left out: the model is quantised already, and its own scales and bits are kept";
        if same { Ok(()) } else { Err(bad(option, got, expected)) }
    };
    given(
        "--input-bits",
        options.input_bits == default.input_bits,
        options.input_bits.to_string(),
    )?;
    let range = options.input_range.map_or(String::new(), |(low, high)| format!("{low}:{high}"));
    let none = options.input_range.is_none() && options.input_ranges.is_empty();
    given("--input-range", none, range)?;
    given(
        "--weight-bits",
        options.weight_bits == default.weight_bits,
        format!("{:?}", options.weight_bits),
    )?;
    given(
        "--relu-bits",
        options.relu_bits == default.relu_bits,
        format!("{:?}", options.relu_bits),
    )?;
    given("--tolerance", options.tolerance == default.tolerance, options.tolerance.to_string())
}

/// The grid of the input: the first that it is put on.
pub(super) fn input_grid(onnx: &OnnxModel) -> Result<Grid, QuantizeError> {
    let mut raw = vec![false; onnx.nodes.len()];
    let mut found: Option<Grid> = None;
    for (index, node) in onnx.nodes.iter().enumerate() {
        let is_raw = |x: &Operand| match x {
            Operand::Input => true,
            Operand::Node(from) => raw.get(*from).copied().unwrap_or(false),
        };
        if !node.inputs.iter().any(is_raw) {
            continue;
        }
        match &node.op {
            FloatOp::Reshape | FloatOp::Move(Move::Transpose { .. } | Move::Pad { .. }) => {
                if let Some(raw) = raw.get_mut(index) {
                    *raw = true;
                }
            }
            FloatOp::Quantize(grid) => match found {
                Some(first) if first != *grid => {
                    let (scale, zero_point) = (first.scale, first.zero_point);
                    let (got, got_zero) = (grid.scale, grid.zero_point);
                    let other = Fault::OtherGrid { scale, zero_point, got, got_zero };
                    return Err(fault(index, node, op_name(&node.op), other));
                }
                _ => found = Some(*grid),
            },
            op => return Err(fault(index, node, op_name(op), Fault::OffGrid)),
        }
    }
    match (found, onnx.nodes.first()) {
        (Some(grid), _) => Ok(grid),
        (None, Some(node)) => Err(fault(0, node, op_name(&node.op), Fault::OffGrid)),
        (None, None) => Err(QuantizeError::NoLayer),
    }
}

/// The integer model of a quantised graph.
pub(super) fn plan(
    onnx: &OnnxModel,
    output: OutputChoice,
    input: InputSpec,
    grid: Grid,
) -> Result<Planned, QuantizeError> {
    let count = input.len();
    let range = Interval { lo: i64::from(input.min), hi: input.max() };
    let one = One {
        at: Operand::Input,
        scales: vec![grid.scale],
        origin: Origin::Grid(grid),
        function: Rc::new(Expression::X),
    };
    let raw = Real { kind: Kind::One(one), shape: input.shape.clone() };
    let mut plan = Plan {
        onnx,
        output,
        model: QuantizedModel { input, nodes: Vec::new() },
        input: vec![range; count],
        ranges: Vec::new(),
        reals: Vec::new(),
        raw,
        values: count,
        report: Report::default(),
    };
    for (index, node) in onnx.nodes.iter().enumerate() {
        let real = plan.node(node).map_err(|stop| stop.at(index, node))?;
        plan.reals.push(real);
    }
    plan.finish()
}

impl Plan<'_> {
    fn real(&self, operand: Option<&Operand>) -> &Real {
        match operand {
            Some(Operand::Node(index)) => self.reals.get(*index).unwrap_or(&self.raw),
            _ => &self.raw,
        }
    }

    fn node(&mut self, node: &FloatNode) -> Result<Real, Stop> {
        let x = self.real(node.inputs.first()).clone();
        let name = node.name.as_str();
        match &node.op {
            FloatOp::Relu => Ok(x.then(&Expression::Relu)),
            FloatOp::Clip { min, max } => Ok(x.then(&|x| Expression::Clip(x, *min, *max))),
            FloatOp::LeakyRelu { slope } => Ok(x.then(&|x| Expression::LeakyRelu(x, *slope))),
            FloatOp::Function(function) => Ok(x.then(&|x| Expression::Function(x, *function))),
            FloatOp::Reshape => self.reshape(name, x, &node.shape),
            FloatOp::Move(Move::Concat { axis }) => {
                let parts = node.inputs.iter().map(|part| self.real(Some(part)).clone()).collect();
                Ok(Real { kind: Kind::Concat { axis: *axis, parts }, shape: node.shape.clone() })
            }
            FloatOp::Move(moved) => self.moved(name, x, moved, &node.shape),
            FloatOp::MaxPool(window) => {
                let mut one = self.one(name, x.clone(), |one| one.function.is_monotone())?;
                let plane = |shape: &[usize]| shape.iter().skip(1).product::<usize>();
                if one.scales.len() > 1 {
                    let channels = one.scales.iter().step_by(plane(&x.shape).max(1));
                    let count = plane(&node.shape);
                    one.scales =
                        channels.flat_map(|scale| std::iter::repeat_n(*scale, count)).collect();
                }
                one.at = self.push(name, Operation::MaxPool(*window), vec![one.at], &node.shape)?;
                Ok(Real { kind: Kind::One(one), shape: node.shape.clone() })
            }
            FloatOp::Add => {
                let b = self.real(node.inputs.get(1)).clone();
                self.add(name, x, b)
            }
            FloatOp::Conv(conv) => self.float_conv(name, x, conv, &node.shape),
            FloatOp::Gemm(_) => Err(Fault::FloatWeights.into()),
            FloatOp::Integer(layer) => self.layer(name, x, layer, &node.shape),
            FloatOp::Quantize(grid) => self.quantize(name, &x, *grid),
            FloatOp::Dequantize { scale, zero_point } => match &x.kind {
                Kind::One(One { origin: Origin::Grid(grid), .. })
                    if (grid.scale, grid.zero_point) == (*scale, *zero_point) =>
                {
                    Ok(x)
                }
                Kind::One(One { origin: Origin::Grid(grid), .. }) => Err(Fault::OtherGrid {
                    scale: grid.scale,
                    zero_point: grid.zero_point,
                    got: *scale,
                    got_zero: *zero_point,
                }
                .into()),
                // Grids of several tensors one after the other.
                Kind::Concat { axis, parts } => {
                    let grid = Grid { scale: *scale, zero_point: *zero_point, min: 0 };
                    self.joined(name, *axis, parts, grid, &x.shape)
                }
                _ => Err(Fault::OffGrid.into()),
            },
        }
    }

    /// A tensor of one function of integers whose scales do not differ within a channel, if it
    /// suits.
    fn one(&mut self, name: &str, real: Real, suits: impl Fn(&One) -> bool) -> Result<One, Stop> {
        let shape = real.shape.clone();
        let one = match real.kind {
            Kind::One(one) => one,
            Kind::Concat { axis, parts } => {
                let Kind::One(one) = self.joined_if_alike(name, axis, &parts, &shape)?.kind else {
                    return Err(Fault::OffGrid.into());
                };
                one
            }
            Kind::Sum { .. } => return Err(Fault::OffGrid.into()),
        };
        let plane = shape.iter().skip(1).product::<usize>().max(1);
        let by_channel =
            one.scales.chunks(plane).all(|of| of.iter().all(|scale| Some(scale) == of.first()));
        if !one.function.is_uniform() || (one.scales.len() > 1 && !by_channel) {
            return Err(Fault::ByValue.into());
        }
        if suits(&one) { Ok(one) } else { Err(Fault::OffGrid.into()) }
    }

    fn reshape(&mut self, name: &str, x: Real, to: &Shape) -> Result<Real, Stop> {
        let kind = match x.kind {
            Kind::One(mut one) => {
                one.at = self.push(name, Operation::Reshape, vec![one.at], to)?;
                Kind::One(one)
            }
            Kind::Sum { operands: [a, b], scales, function } => {
                let a = self.push(name, Operation::Reshape, vec![a], to)?;
                let b = self.push(name, Operation::Reshape, vec![b], to)?;
                Kind::Sum { operands: [a, b], scales, function }
            }
            Kind::Concat { axis, parts } => {
                let joined = self.joined_if_alike(name, axis, &parts, &x.shape)?;
                return self.reshape(name, joined, to);
            }
        };
        Ok(Real { kind, shape: to.clone() })
    }

    fn moved(&mut self, name: &str, x: Real, moved: &Move, to: &Shape) -> Result<Real, Stop> {
        if let (Kind::One(one), Move::Transpose { .. }) = (&x.kind, moved)
            && one.scales.len() > 1
            && one.function.is_uniform()
        {
            let at = self.push(name, Operation::Move(moved.clone()), vec![one.at], to)?;
            let scales = moved.apply(&[&x.shape], &[&one.scales], to, &0.0);
            return Ok(Real {
                kind: Kind::One(One { at, scales, ..one.clone() }),
                shape: to.clone(),
            });
        }
        let pads = matches!(moved, Move::Pad { .. });
        let suits = |one: &One| !pads || one.function.at(0.0, 0) == 0.0;
        let mut one = self.one(name, x, suits)?;
        if one.scales.len() > 1 {
            return Err(Fault::ByValue.into());
        }
        one.at = self.push(name, Operation::Move(moved.clone()), vec![one.at], to)?;
        Ok(Real { kind: Kind::One(one), shape: to.clone() })
    }

    fn add(&mut self, name: &str, a: Real, b: Real) -> Result<Real, Stop> {
        if let (Kind::One(a_one), Kind::One(b_one)) = (&a.kind, &b.kind)
            && a_one.at == b_one.at
            && a_one.scales == b_one.scales
        {
            let function = Rc::new(Expression::Add(a_one.function.clone(), b_one.function.clone()));
            return Ok(Real { kind: Kind::One(One { function, ..a_one.clone() }), shape: a.shape });
        }
        let shape = a.shape.clone();
        let ((a, a_scale, _), (b, b_scale, _)) = (self.settled(name, a)?, self.settled(name, b)?);
        let function = Rc::new(Expression::X);
        Ok(Real {
            kind: Kind::Sum { operands: [a, b], scales: [a_scale, b_scale], function },
            shape,
        })
    }

    /// Integers on a grid for a tensor: where they are, what one step stands for, and the grid.
    fn settled(&mut self, name: &str, real: Real) -> Result<(Operand, f32, Grid), Stop> {
        let shape = real.shape.clone();
        let one = self.one(name, real, |_| true)?;
        let (Origin::Grid(grid), [scale]) = (one.origin, one.scales.as_slice()) else {
            return Err(Fault::OffGrid.into());
        };
        match &*one.function {
            Expression::X => Ok((one.at, *scale, grid)),
            Expression::Relu(x) if matches!(**x, Expression::X) => {
                Ok((self.push(name, Operation::Relu, vec![one.at], &shape)?, *scale, grid))
            }
            _ => Err(Fault::OffGrid.into()),
        }
    }

    /// Appends an operation with the exact intervals of its result.
    fn push(
        &mut self,
        name: &str,
        op: Operation,
        inputs: Vec<Operand>,
        shape: &Shape,
    ) -> Result<Operand, Stop> {
        let index = self.model.nodes.len();
        if index + 1 >= MAX_NODES {
            return Err(Fault::Nodes.into());
        }
        self.values += shape.iter().product::<usize>();
        if self.values > MAX_TOTAL_VALUES {
            let (name, op) = (name.into(), op.name());
            let error = ModelError::Node {
                node: index,
                name,
                op,
                fault: zkml_model::validate::Fault::Total,
            };
            return Err(IntervalError::from(error).into());
        }
        let full = format!("{name}_{}", op.name().to_lowercase());
        let same = self.model.nodes.iter().any(|node| node.name == name);
        let name = if same && full.len() <= MAX_NAME { full } else { name.to_owned() };
        let node = Node { name, op, inputs, shape: shape.clone() };
        let ranges: Vec<&[Interval]> = node.inputs.iter().map(|x| self.ranges_of(*x)).collect();
        let shapes: Vec<&Shape> =
            node.inputs.iter().filter_map(|x| self.model.shape_of(*x)).collect();
        let ranges = intervals::step(index, &node, &ranges, &shapes)?;
        self.ranges.push(ranges);
        self.model.nodes.push(node);
        Ok(Operand::Node(index))
    }

    fn ranges_of(&self, operand: Operand) -> &[Interval] {
        match operand {
            Operand::Input => &self.input,
            Operand::Node(index) => self.ranges.get(index).map(Vec::as_slice).unwrap_or_default(),
        }
    }

    /// The scores and the answer.
    fn finish(mut self) -> Result<Planned, QuantizeError> {
        let Some((index, node)) = self.onnx.nodes.iter().enumerate().next_back() else {
            return Err(QuantizeError::NoLayer);
        };
        let scores = self.reals.last().cloned().unwrap_or_else(|| self.raw.clone());
        let scale = self.end(&node.name, scores).map_err(|stop| stop.at(index, node))?;
        self.report_places();
        Ok(Planned { model: Model::new(self.model)?, report: self.report, scale })
    }

    /// The places of the reals of the graph's nodes, and their scales.
    fn report_places(&mut self) {
        let mut scales = vec![Vec::new(); self.model.nodes.len()];
        for real in &self.reals {
            let place = real.place();
            if let (Operand::Node(at), Kind::One(one)) = (place, &real.kind) {
                let count = real.shape.iter().product();
                let each =
                    (0..count).map(|index| f64::from(zkml_onnx::quantized::of(&one.scales, index)));
                if let Some(scales) = scales.get_mut(at) {
                    *scales = each.collect();
                }
            }
            self.report.places.push(place);
        }
        self.report.scales = scales;
    }

    /// Chooses the model's answer, and returns the scale of its values.
    fn end(&mut self, name: &str, scores: Real) -> Result<f64, Stop> {
        let count = scores.shape.iter().product();
        let wanted = wanted(self.output, self.onnx.end, count).map_err(Stop::from)?;
        let values = matches!(wanted, Wanted::Values(_));
        let (at, scale) = self.scores(name, scores, values)?;
        match wanted {
            Wanted::Class => self.push("class", Operation::ArgMax, vec![at], &vec![1])?,
            Wanted::TopClasses(k) => {
                let op = Operation::TopK { k: u8::try_from(k).unwrap_or(u8::MAX) };
                self.push("classes", op, vec![at], &vec![k])?
            }
            Wanted::Values(bits) => return self.answer_values(at, scale, count, bits),
        };
        Ok(1.0)
    }

    /// Divides the values by the least power of two with which they fit into an answer; returns
    /// their scale.
    fn answer_values(
        &mut self,
        at: Operand,
        scale: f64,
        count: usize,
        bits: Option<u8>,
    ) -> Result<f64, Stop> {
        let width = output::width(count, bits).map_err(Stop::from)?;
        let shift = output::least_shift(hull(self.ranges_of(at)), width);
        let last = self.model.nodes.len().checked_sub(1).map(Operand::Node);
        self.report.output_shift = shift;
        if shift > 0 {
            self.push("scores", Operation::Requantize { shift }, vec![at], &vec![count])?;
        } else if last != Some(at) {
            self.push("scores", Operation::Reshape, vec![at], &vec![count])?;
        }
        Ok(scale * f64::from(shift).exp2())
    }

    /// The scores in a row, on one scale, and that scale. Where they are to be answered themselves,
    /// they must be the integers.
    fn scores(&mut self, name: &str, scores: Real, values: bool) -> Result<(Operand, f64), Stop> {
        let (shape, count) = (scores.shape.clone(), scores.shape.iter().product());
        let one = match scores.kind {
            Kind::One(one) => one,
            Kind::Concat { axis, parts } => {
                match self.joined_if_alike(name, axis, &parts, &shape)?.kind {
                    Kind::One(one) => one,
                    _ => return Err(Fault::OffGrid.into()),
                }
            }
            Kind::Sum { .. } => return Err(Fault::OffGrid.into()),
        };
        let mut at = if shape.len() == 1 {
            one.at
        } else {
            self.push("scores", Operation::Reshape, vec![one.at], &vec![count])?
        };
        match &*one.function {
            Expression::Relu(x) if matches!(**x, Expression::X) => {
                at = self.push(name, Operation::Relu, vec![at], &vec![count])?;
            }
            Expression::X => {}
            function if function.keeps_order() && !values => {}
            _ => return Err(Fault::OffGrid.into()),
        }
        if one.scales.iter().any(|scale| Some(scale) != one.scales.first()) {
            return self.comparable(at, &one.scales);
        }
        Ok((at, one.scales.first().map_or(1.0, |scale| f64::from(*scale))))
    }
}

impl Real {
    /// The node with its integers; the input if they are of no node, or under a function yet.
    fn place(&self) -> Operand {
        match &self.kind {
            Kind::One(One { at, function, .. }) if matches!(**function, Expression::X) => *at,
            _ => Operand::Input,
        }
    }

    /// A function of it.
    fn then(self, function: &dyn Fn(Rc<Expression>) -> Expression) -> Self {
        let Real { kind, shape } = self;
        let kind = match kind {
            Kind::One(one) => {
                Kind::One(One { function: Rc::new(function(one.function.clone())), ..one })
            }
            Kind::Sum { operands, scales, function: before } => {
                Kind::Sum { operands, scales, function: Rc::new(function(before)) }
            }
            Kind::Concat { axis, parts } => Kind::Concat {
                axis,
                parts: parts.into_iter().map(|part| part.then(function)).collect(),
            },
        };
        Real { kind, shape }
    }
}

#[cfg(test)]
mod tests;
