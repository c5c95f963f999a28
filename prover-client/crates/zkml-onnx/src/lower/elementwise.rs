//! Functions of one number that exporters write as several nodes: SiLU as `x · Sigmoid(x)`, Gelu by
//! `Erf` or `Tanh`, HardSwish, Mish.
//!
//! A node that computes value by value is a *point*. Products of two computed tensors, `Erf`, `Exp`
//! and the like cannot be proved by themselves, so they are put off until something reads them that
//! is no point. Then the whole expression is looked at as a function of the nearest tensor through
//! which all of it goes, and recognised **by its values**: whatever way an exporter writes Gelu, it
//! has Gelu's values. What is not recognised is built from its parts, if each of them can be.

use crate::OutputHead;
use std::collections::{BTreeMap, BTreeSet};

use super::{Attributes, Builder, Call, Computed, Tensor, constants::Affine, layers::floats};
use crate::{Fault, FloatOp, Function};
use zkml_model::graph::Operand;

/// Most points that an expression is looked through for.
const REACH: usize = 64;
/// Distance from a known function, relative where values are above 1. The two forms of Gelu differ
/// by ten times as much.
const NEAR: f64 = 5e-5;

/// A function of one number.
#[derive(Clone, Copy, Debug)]
pub(super) enum UnaryOp {
    Affine {
        factor: f32,
        summand: f32,
    },
    Relu,
    LeakyRelu(f32),
    Clip(f32, f32),
    HardSigmoid(f32, f32),
    Sigmoid,
    Tanh,
    Erf,
    Softplus,
    Abs,
    /// The rest cannot be proved alone.
    Exp,
    Log,
    Sqrt,
    Power(f32),
    /// A constant by the number.
    Quotient(f32),
    /// 1 where the number is above the bound, or below it, else 0.
    Above(f32),
    Below(f32),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// A tensor that is not computed value by value.
    Leaf,
    Unary(UnaryOp, usize),
    Binary(BinaryOp, usize, usize),
    /// The second where the first is not 0, else the third.
    Choice([usize; 3]),
}

/// A tensor as a function of others, value by value.
pub(super) struct Elementwise {
    kind: Kind,
    pub dims: Vec<usize>,
    /// Its place, if it has been built.
    at: Option<Operand>,
    /// The node that computes it, with its operator.
    node: (String, String),
}

/// The element-wise operation of a node.
pub(super) enum ElementwiseOp {
    /// Of the operand with this index.
    Unary(UnaryOp, usize),
    Binary(BinaryOp),
    Choice,
}

impl UnaryOp {
    fn at(self, x: f64) -> f64 {
        match self {
            UnaryOp::Affine { factor, summand } => f64::from(factor) * x + f64::from(summand),
            UnaryOp::Relu => x.max(0.0),
            UnaryOp::LeakyRelu(slope) => x.max(0.0) + f64::from(slope) * x.min(0.0),
            UnaryOp::Clip(min, max) => x.max(min.into()).min(max.into()),
            UnaryOp::HardSigmoid(alpha, beta) => {
                (f64::from(alpha) * x + f64::from(beta)).clamp(0.0, 1.0)
            }
            UnaryOp::Sigmoid => Function::Sigmoid.at(x),
            UnaryOp::Tanh => x.tanh(),
            UnaryOp::Erf => Function::Erf.at(x),
            UnaryOp::Softplus => x.max(0.0) + Function::Softplus.at(x),
            UnaryOp::Abs => x.abs(),
            UnaryOp::Exp => x.exp(),
            UnaryOp::Log => x.ln(),
            UnaryOp::Sqrt => x.sqrt(),
            UnaryOp::Power(exponent) => x.powf(exponent.into()),
            UnaryOp::Quotient(constant) => f64::from(constant) / x,
            UnaryOp::Above(bound) => f64::from(u8::from(x > f64::from(bound))),
            UnaryOp::Below(bound) => f64::from(u8::from(x < f64::from(bound))),
        }
    }

    /// Returns `true` if it can be proved alone.
    fn is_proved(self) -> bool {
        !matches!(
            self,
            UnaryOp::Exp
                | UnaryOp::Log
                | UnaryOp::Sqrt
                | UnaryOp::Power(_)
                | UnaryOp::Quotient(_)
                | UnaryOp::Above(_)
                | UnaryOp::Below(_)
        )
    }
}

impl BinaryOp {
    fn at(self, a: f64, b: f64) -> f64 {
        match self {
            BinaryOp::Add => a + b,
            BinaryOp::Sub => a - b,
            BinaryOp::Mul => a * b,
            BinaryOp::Div => a / b,
        }
    }
}

impl<'a> Builder<'a> {
    /// Returns the element-wise operation of a node; `None` for all other nodes.
    pub(super) fn form(&self, call: &Call<'_, 'a>) -> Result<Option<ElementwiseOp>, Fault> {
        let attribute = |name, default| call.attributes.float(name, default);
        let is_constant = |index| matches!(self.operand(call, index), Ok(Tensor::Constant(_)));
        if is_constant(0) && !matches!(call.node.op_type, "Add" | "Sub" | "Mul" | "Div") {
            return Ok(None);
        }
        let step = match call.node.op_type {
            "Relu" => UnaryOp::Relu,
            "LeakyRelu" => UnaryOp::LeakyRelu(attribute("alpha", 0.01)?),
            "HardSigmoid" => {
                UnaryOp::HardSigmoid(attribute("alpha", 0.2)?, attribute("beta", 0.5)?)
            }
            "Clip" => match self.clip(call)? {
                FloatOp::Clip { min, max } => UnaryOp::Clip(min, max),
                _ => return Ok(None),
            },
            "Sigmoid" => UnaryOp::Sigmoid,
            "Tanh" => UnaryOp::Tanh,
            "Erf" => UnaryOp::Erf,
            "Softplus" => UnaryOp::Softplus,
            "Abs" => UnaryOp::Abs,
            "Neg" => UnaryOp::Affine { factor: -1.0, summand: 0.0 },
            "Exp" => UnaryOp::Exp,
            "Log" => UnaryOp::Log,
            "Sqrt" => UnaryOp::Sqrt,
            "Reciprocal" => UnaryOp::Quotient(1.0),
            "Pow" => match self.number(call, 1) {
                Some(exponent) => UnaryOp::Power(exponent),
                None => return Ok(None),
            },
            // Whether the bound itself is in makes no difference to a continuous function, and
            // others are not recognised.
            "Greater" | "GreaterOrEqual" | "Less" | "LessOrEqual" => match self.number(call, 1) {
                Some(bound) if call.node.op_type.starts_with('G') => UnaryOp::Above(bound),
                Some(bound) => UnaryOp::Below(bound),
                None => return Ok(None),
            },
            "Where" if matches!(self.operand(call, 0)?, Tensor::Deferred(_)) => {
                let tensors = !is_constant(1) && !is_constant(2);
                return Ok(tensors.then_some(ElementwiseOp::Choice));
            }
            "Add" | "Sub" | "Mul" | "Div" => return self.arithmetic_form(call),
            _ => return Ok(None),
        };
        Ok(Some(ElementwiseOp::Unary(step, 0)))
    }

    fn arithmetic_form(&self, call: &Call<'_, 'a>) -> Result<Option<ElementwiseOp>, Fault> {
        let affine =
            |factor, summand, x| Some(ElementwiseOp::Unary(UnaryOp::Affine { factor, summand }, x));
        let is_constant = |index| -> Result<bool, Fault> {
            Ok(matches!(self.operand(call, index)?, Tensor::Constant(_)))
        };
        let constants = [is_constant(0)?, is_constant(1)?];
        let (left, right) = (self.number(call, 0), self.number(call, 1));
        Ok(match (call.node.op_type, left, right) {
            ("Add", Some(c), None) if !constants[1] => affine(1.0, c, 1),
            ("Add", None, Some(c)) if !constants[0] => affine(1.0, c, 0),
            ("Sub", Some(c), None) if !constants[1] => affine(-1.0, c, 1),
            ("Sub", None, Some(c)) if !constants[0] => affine(1.0, -c, 0),
            ("Mul", Some(c), None) if !constants[1] => affine(c, 0.0, 1),
            ("Mul", None, Some(c)) if !constants[0] => affine(c, 0.0, 0),
            ("Div", Some(c), None) if !constants[1] => {
                Some(ElementwiseOp::Unary(UnaryOp::Quotient(c), 1))
            }
            ("Div", None, Some(c)) if !constants[0] && c != 0.0 => affine(1.0 / c, 0.0, 0),
            (op, None, None) if constants == [false, false] => {
                Some(ElementwiseOp::Binary(match op {
                    "Add" => BinaryOp::Add,
                    "Sub" => BinaryOp::Sub,
                    "Mul" => BinaryOp::Mul,
                    _ => BinaryOp::Div,
                }))
            }
            _ => None,
        })
    }

    /// A constant operand, of two, of one number that does not change the shape of the other.
    fn number(&self, call: &Call<'_, 'a>, index: usize) -> Option<f32> {
        let Ok(Tensor::Constant(constant)) = self.operand(call, index) else { return None };
        let rank = self.dims_in_file(call, 1 - index).map_or(0, |dims| dims.len());
        match floats(constant, "a constant") {
            Ok([number]) if constant.dims.len() <= rank.max(1) => Some(*number),
            _ => None,
        }
    }

    /// Puts a node off that can be proved only together with others. `None` if it is to be built
    /// now.
    pub(super) fn defer(
        &mut self,
        call: &Call<'_, 'a>,
        form: &ElementwiseOp,
    ) -> Result<Option<Tensor>, Fault> {
        let deferred = |index| matches!(self.operand(call, index), Ok(Tensor::Deferred(_)));
        match *form {
            ElementwiseOp::Unary(step, x) if !step.is_proved() || deferred(x) => {
                let x = self.point(call, x)?;
                let dims = self.points[x].dims.clone();
                Ok(Some(Tensor::Deferred(self.add_point(call, Kind::Unary(step, x), dims))))
            }
            ElementwiseOp::Binary(pair)
                if matches!(pair, BinaryOp::Mul | BinaryOp::Div) || deferred(0) || deferred(1) =>
            {
                let (a, b) = (self.point(call, 0)?, self.point(call, 1)?);
                let (left, right) = (&self.points[a].dims, &self.points[b].dims);
                let one = left == right;
                let dims = left.clone();
                let point = one.then(|| self.add_point(call, Kind::Binary(pair, a, b), dims));
                match point.filter(|point| !self.cuts(*point).is_empty()) {
                    Some(point) => Ok(Some(Tensor::Deferred(point))),
                    None if matches!(pair, BinaryOp::Add | BinaryOp::Sub) => Ok(None),
                    None if pair == BinaryOp::Div => {
                        Err(Fault::Unsupported { hint: "it divides by a computed tensor" })
                    }
                    None => Err(Fault::Unsupported {
                        hint: "it multiplies two computed tensors, which can be proved only in functions of one of them (x · Sigmoid(x)); attention and squeeze-and-excitation cannot be: change the model",
                    }),
                }
            }
            ElementwiseOp::Choice => {
                let points = [self.point(call, 0)?, self.point(call, 1)?, self.point(call, 2)?];
                let dims = self.points[points[0]].dims.clone();
                let one = points.iter().all(|point| self.points[*point].dims == dims);
                let point = one.then(|| self.add_point(call, Kind::Choice(points), dims));
                match point.filter(|point| !self.cuts(*point).is_empty()) {
                    Some(point) => Ok(Some(Tensor::Deferred(point))),
                    None => Err(Fault::Unsupported { hint: super::hints::of("Where") }),
                }
            }
            _ => Ok(None),
        }
    }

    /// Notes what a node that was built computes.
    pub(super) fn note(
        &mut self,
        call: &Call<'_, 'a>,
        form: Option<&ElementwiseOp>,
        result: &Tensor,
    ) -> Result<(), Fault> {
        let Tensor::Computed(result) = result else { return Ok(()) };
        let outdated = self
            .built
            .get(&key(result.at))
            .copied()
            .filter(|point| self.points[*point].at.is_none());
        let Some(ElementwiseOp::Unary(step, x)) = form else {
            if outdated.is_some() {
                self.built.remove(&key(result.at));
            }
            return Ok(());
        };
        let x = match outdated {
            Some(point) => point,
            None if self.operand_at(call, *x)?.at != result.at => self.point(call, *x)?,
            // What was folded into the layer before is the same tensor.
            None => return Ok(()),
        };
        let point = self.add_point(call, Kind::Unary(*step, x), result.dims.clone());
        self.points[point].at = Some(result.at);
        self.built.insert(key(result.at), point);
        Ok(())
    }

    /// Returns `true` if a point is a function of another, and so was noted when it was built.
    pub(super) fn is_function(&self, point: usize) -> bool {
        matches!(self.points[point].kind, Kind::Unary(..))
    }

    /// The place of a point has other values now, until the node that changed them is noted.
    pub(super) fn invalidate(&mut self, point: Option<usize>) {
        if let Some(point) = point {
            self.points[point].at = None;
        }
    }

    /// Builds every operand of a node that was put off.
    pub(super) fn materialize(&mut self, call: &Call<'_, 'a>) -> Result<(), Fault> {
        for name in &call.node.inputs {
            if let Some(Tensor::Deferred(point)) = self.tensors.get(name) {
                let computed = self.build(call, *point)?;
                self.tensors.insert(name, Tensor::Computed(computed));
            }
        }
        Ok(())
    }

    /// The point of an operand.
    fn point(&mut self, call: &Call<'_, 'a>, index: usize) -> Result<usize, Fault> {
        if let Tensor::Deferred(point) = self.operand(call, index)? {
            return Ok(*point);
        }
        let x = self.operand_at(call, index)?.clone();
        if let Some(point) =
            self.built.get(&key(x.at)).filter(|point| self.points[**point].dims == x.dims)
        {
            return Ok(*point);
        }
        let point = self.add_point(call, Kind::Leaf, x.dims);
        self.points[point].at = Some(x.at);
        self.built.insert(key(x.at), point);
        Ok(point)
    }

    fn add_point(&mut self, call: &Call<'_, 'a>, kind: Kind, dims: Vec<usize>) -> usize {
        let node = (call.name.clone(), super::cut(call.node.op_type));
        self.points.push(Elementwise { kind, dims, at: None, node });
        self.points.len() - 1
    }

    /// Built points through which all of an expression goes, the nearest first.
    fn cuts(&self, point: usize) -> Vec<usize> {
        let mut open = BTreeSet::from([point]);
        let mut cuts = Vec::new();
        // Operands have lower indices than what reads them, so the greatest that is open is read by
        // no other that is.
        for _ in 0..REACH {
            let Some(next) = open.pop_last() else { break };
            let alone = open.is_empty();
            if alone && next != point && self.points[next].at.is_some() {
                cuts.push(next);
            }
            match self.points[next].kind {
                Kind::Leaf if alone => break,
                Kind::Leaf => return cuts,
                Kind::Unary(_, x) => open.extend([x]),
                Kind::Binary(_, a, b) => open.extend([a, b]),
                Kind::Choice(points) => open.extend(points),
            }
        }
        cuts
    }

    /// The expression at `point` as a function of `cut`; `None` if it is not defined everywhere.
    fn samples(&self, point: usize, cut: usize) -> Option<Vec<[f64; 2]>> {
        let mut region = BTreeSet::new();
        let mut open = BTreeSet::from([point]);
        while let Some(next) = open.pop_last().filter(|next| *next != cut) {
            region.insert(next);
            match self.points[next].kind {
                Kind::Leaf => return None,
                Kind::Unary(_, x) => open.extend([x]),
                Kind::Binary(_, a, b) => open.extend([a, b]),
                Kind::Choice(points) => open.extend(points),
            }
        }
        let sample = |x: f64| {
            let mut values = BTreeMap::from([(cut, x)]);
            for at in &region {
                let of = |point: usize| values.get(&point).copied().unwrap_or(f64::NAN);
                let value = match self.points[*at].kind {
                    Kind::Leaf => f64::NAN,
                    Kind::Unary(step, x) => step.at(of(x)),
                    Kind::Binary(pair, a, b) => pair.at(of(a), of(b)),
                    Kind::Choice([c, a, b]) => {
                        if of(c) != 0.0 {
                            of(a)
                        } else {
                            of(b)
                        }
                    }
                };
                values.insert(*at, value);
            }
            let y = values.get(&point).copied().filter(|y| y.is_finite());
            y.map(|y| [x, y])
        };
        let near = (-32..=32).map(|i| f64::from(i) * 0.375 + 0.0625);
        let far = [18.0, 24.0, 48.0, 96.0, 192.0, 300.0];
        far.iter().rev().map(|x| -x).chain(near).chain(far).map(sample).collect()
    }

    /// The tensor of a point.
    pub(super) fn build(&mut self, call: &Call<'_, 'a>, point: usize) -> Result<Computed, Fault> {
        self.build_within(call, point, REACH)
    }

    fn build_within(
        &mut self,
        call: &Call<'_, 'a>,
        point: usize,
        depth: usize,
    ) -> Result<Computed, Fault> {
        let dims = self.points[point].dims.clone();
        if let Some(at) = self.points[point].at {
            return Ok(Computed { at, dims, end: OutputHead::Scores, sole: false });
        }
        // The operations have the name of the node that they come from, not of the one that reads
        // them.
        let name = self.points[point].node.0.clone();
        let call = &Call { node: call.node, attributes: Attributes::new(call.node), name };
        for cut in self.cuts(point) {
            let known = self.samples(point, cut).and_then(|samples| recognise(&samples));
            let (Some(known), Some(at)) = (known, self.points[cut].at) else { continue };
            let x = Computed { at, dims: dims.clone(), end: OutputHead::Scores, sole: false };
            let built = self.known(call, &x, known)?;
            return Ok(self.built(point, built));
        }
        let built = match (self.points[point].kind, depth.checked_sub(1)) {
            (Kind::Unary(step, x), Some(depth)) if step.is_proved() => {
                let x = self.build_within(call, x, depth)?;
                self.step(call, &x, step)?
            }
            (Kind::Binary(pair @ (BinaryOp::Add | BinaryOp::Sub), a, b), Some(depth)) => {
                let a = self.build_within(call, a, depth)?;
                let b = self.build_within(call, b, depth)?;
                self.sum_or_difference(call, pair, &a, &b)?
            }
            _ => {
                let (node, op) = self.points[point].node.clone();
                return Err(Fault::Expression { node, op });
            }
        };
        Ok(self.built(point, built))
    }

    fn built(&mut self, point: usize, built: Computed) -> Computed {
        self.points[point].at = Some(built.at);
        // Other names may stand for the same point.
        self.shared.insert(key(built.at));
        Computed { sole: false, ..built }
    }

    pub(super) fn sum_or_difference(
        &mut self,
        call: &Call<'_, 'a>,
        pair: BinaryOp,
        a: &Computed,
        b: &Computed,
    ) -> Result<Computed, Fault> {
        let minus = UnaryOp::Affine { factor: -1.0, summand: 0.0 };
        let b = if pair == BinaryOp::Sub { self.step(call, b, minus)? } else { b.clone() };
        if a.dims != b.dims {
            let expected = "tensors of the same dimensions";
            return Err(Fault::Join { expected, got: vec![a.dims.clone(), b.dims] });
        }
        self.append_to(call, FloatOp::Add, vec![a.at, b.at], b.dims)
    }

    /// Builds one function of a tensor.
    pub(super) fn step(
        &mut self,
        call: &Call<'_, 'a>,
        x: &Computed,
        step: UnaryOp,
    ) -> Result<Computed, Fault> {
        let op = match step {
            UnaryOp::Affine { factor, summand } => {
                return self.spread(
                    call,
                    x,
                    Affine { factors: vec![factor], summands: vec![summand] },
                );
            }
            UnaryOp::HardSigmoid(factor, summand) => {
                let line = self.step(call, x, UnaryOp::Affine { factor, summand })?;
                return self.step(call, &line, UnaryOp::Clip(0.0, 1.0));
            }
            UnaryOp::Softplus => return self.beside_relu(call, x, Function::Softplus),
            UnaryOp::Relu => FloatOp::Relu,
            UnaryOp::LeakyRelu(slope) => super::functions::leaky_relu(slope)?,
            UnaryOp::Abs => FloatOp::LeakyRelu { slope: -1.0 },
            UnaryOp::Clip(min, max) => FloatOp::Clip { min, max },
            UnaryOp::Sigmoid => FloatOp::Function(Function::Sigmoid),
            UnaryOp::Tanh => FloatOp::Function(Function::Tanh),
            UnaryOp::Erf => FloatOp::Function(Function::Erf),
            UnaryOp::Exp
            | UnaryOp::Log
            | UnaryOp::Sqrt
            | UnaryOp::Power(_)
            | UnaryOp::Quotient(_)
            | UnaryOp::Above(_)
            | UnaryOp::Below(_) => {
                return Err(Fault::Unsupported { hint: super::hints::of(call.node.op_type) });
            }
        };
        self.append_to(call, op, vec![x.at], x.dims.clone())
    }

    fn known(
        &mut self,
        call: &Call<'_, 'a>,
        x: &Computed,
        known: Known,
    ) -> Result<Computed, Fault> {
        match known {
            Known::Line { factor, summand } => {
                self.step(call, x, UnaryOp::Affine { factor, summand })
            }
            Known::UnaryOp(step) => self.step(call, x, step),
            Known::BesideRelu(function, factor) => {
                let result = self.beside_relu(call, x, function)?;
                if factor == 1.0 {
                    return Ok(result);
                }
                self.step(call, &result, UnaryOp::Affine { factor, summand: 0.0 })
            }
        }
    }
}

/// A function that can be proved.
#[derive(Clone, Copy, Debug)]
enum Known {
    Line {
        factor: f32,
        summand: f32,
    },
    UnaryOp(UnaryOp),
    /// A function added to a ReLU, times a factor.
    BesideRelu(Function, f32),
}

/// The function that has these values.
fn recognise(samples: &[[f64; 2]]) -> Option<Known> {
    let near = |f: &dyn Fn(f64) -> f64| {
        samples.iter().all(|[x, y]| (f(*x) - y).abs() <= NEAR * y.abs().max(1.0))
    };
    let (&[x0, y0], &[x1, y1]) = (samples.first()?, samples.last()?);
    let factor = (y1 - y0) / (x1 - x0);
    let summand = y0 - factor * x0;
    if near(&|x| factor * x + summand) {
        return Some(Known::Line { factor: factor as f32, summand: summand as f32 });
    }
    let steps = [
        UnaryOp::Relu,
        UnaryOp::Sigmoid,
        UnaryOp::Tanh,
        UnaryOp::Erf,
        UnaryOp::Abs,
        UnaryOp::HardSigmoid(1.0 / 6.0, 0.5),
    ];
    if let Some(step) = steps.into_iter().find(|step| near(&|x| step.at(x))) {
        return Some(Known::UnaryOp(step));
    }
    let functions = [
        Function::Silu { alpha: 1.0 },
        Function::Silu { alpha: 1.702 },
        Function::Gelu { tanh: false },
        Function::Gelu { tanh: true },
        Function::HardSwish,
        Function::Mish,
        Function::Softplus,
        Function::Elu { alpha: 1.0 },
    ];
    functions.into_iter().find_map(|function| {
        let full = |x: f64| x.max(0.0) + function.at(x);
        let factor = y1 / full(x1);
        let factor = if (factor - 1.0).abs() < 1e-5 { 1.0 } else { factor };
        let fits = factor != 0.0 && near(&|x| factor * full(x));
        fits.then_some(Known::BesideRelu(function, factor as f32))
    })
}

pub(super) fn key(at: Operand) -> usize {
    match at {
        Operand::Input => 0,
        Operand::Node(index) => index + 1,
    }
}
