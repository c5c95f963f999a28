//! Nodes that depend on constants and on shapes alone, which exporters leave for dimensions that
//! they thought might change: `Shape → Gather → Concat → Reshape` and the like. The batch is 1, so
//! every shape is known.

use super::{Builder, Call, Tensor};
use crate::{
    Fault,
    tensor::{Constant, Data, Dequantized, Kind, integer_range, is_float},
};
use zkml_model::validate::{MAX_RANK, MAX_TOTAL_VALUES, MAX_VALUES};

/// Most dimensions of a constant.
const RANK: usize = MAX_RANK + 1;

impl<'a> Builder<'a> {
    /// The node's result, if it is a constant; `None` if it has to be computed, or is of an
    /// operator that is not known here.
    pub(super) fn folded(&mut self, call: &Call<'_, 'a>) -> Result<Option<Constant>, Fault> {
        let result = match call.node.op_type {
            "Shape" => Some(self.shape_of(call)?),
            "Size" => {
                let count = self.dims_in_file(call, 0)?.iter().product::<usize>();
                Some(Constant { dims: Vec::new(), data: Data::Int(vec![count as i64]) })
            }
            _ => {
                let mut operands = Vec::new();
                for (index, name) in call.node.inputs.iter().enumerate() {
                    match self.tensors.get(name) {
                        Some(Tensor::Constant(constant)) => operands.push(Some(constant)),
                        None if name.is_empty() && index > 0 => operands.push(None),
                        _ => return Ok(None),
                    }
                }
                if operands.is_empty() {
                    return Ok(None);
                }
                let plain: Vec<Option<Constant>> = operands
                    .iter()
                    .enumerate()
                    .map(|(index, operand)| match operand {
                        Some(operand) if !keeps_type(call.node.op_type, index) => operand.plain(),
                        _ => None,
                    })
                    .collect();
                let operands =
                    operands.into_iter().zip(&plain).map(|(own, plain)| plain.as_ref().or(own));
                Folder { call, operands: operands.collect(), opset: self.opset }.fold()?
            }
        };
        if let Some(constant) = &result {
            self.charge(constant)?;
        }
        Ok(result)
    }

    /// Counts a constant that was computed from others: what a small file can ask for is bounded.
    pub(super) fn charge(&mut self, constant: &Constant) -> Result<(), Fault> {
        // Each is at most 2^24, and the total is checked each time: no overflow.
        self.folded += constant.len();
        if self.folded > MAX_TOTAL_VALUES {
            return Err(zkml_model::validate::Fault::Total.into());
        }
        Ok(())
    }

    fn shape_of(&self, call: &Call<'_, 'a>) -> Result<Constant, Fault> {
        let dims = self.dims_in_file(call, 0)?;
        let rank = dims.len() as i64;
        let end = |name, default| {
            let at: i64 = call.attributes.int(name, default);
            (if at < 0 { at.saturating_add(rank) } else { at }).clamp(0, rank) as usize
        };
        let (start, end) = (end("start", 0), end("end", rank));
        let part: Vec<i64> = dims.iter().take(end).skip(start).map(|n| *n as i64).collect();
        Ok(Constant { dims: vec![part.len()], data: Data::Int(part) })
    }
}

/// Returns `true` if a node only moves the values of this operand, so that they may be of any type.
fn keeps_type(op: &str, index: usize) -> bool {
    match op {
        "Concat" => true,
        "Identity" | "Dropout" | "Gather" | "Slice" | "Transpose" | "Squeeze" | "Unsqueeze"
        | "Reshape" | "Flatten" | "Expand" => index == 0,
        _ => false,
    }
}

/// Returns `true` if a node only moves the values of its first operand, or brings them to another
/// type.
pub(super) fn moves(op: &str) -> bool {
    keeps_type(op, 0) || matches!(op, "Cast" | "CastLike")
}

/// One node of constants.
struct Folder<'c, 'b, 'a> {
    call: &'c Call<'b, 'a>,
    operands: Vec<Option<&'c Constant>>,
    opset: i64,
}

/// A fault of this node's operands.
fn bad(what: &'static str, got: &[usize]) -> Fault {
    super::layers::shape("constant operands", what, got)
}

impl<'c> Folder<'c, '_, '_> {
    fn fold(&self) -> Result<Option<Constant>, Fault> {
        Ok(Some(match self.call.node.op_type {
            "Cast" | "CastLike" => return self.cast(),
            "Identity" | "Dropout" => self.operand(0)?.clone(),
            "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Max" | "Min" | "Mod" => {
                return self.arithmetic();
            }
            "Equal" | "Less" | "Greater" | "LessOrEqual" | "GreaterOrEqual" | "And" | "Or" => {
                return self.comparison();
            }
            "Where" => self.choice()?,
            "Neg" | "Abs" | "Sqrt" | "Exp" | "Log" | "Reciprocal" | "Floor" | "Ceil" | "Not"
            | "Relu" | "Tanh" | "Sigmoid" => return self.unary(),
            "ConstantOfShape" => self.constant_of_shape()?,
            "Concat" => self.concat()?,
            "Gather" => self.gather()?,
            "Slice" => self.slice()?,
            "Transpose" => self.transpose()?,
            "Squeeze" | "Unsqueeze" => self.squeeze()?,
            "Reshape" | "Flatten" => self.reshape()?,
            "Expand" => self.expand()?,
            "Range" => self.range()?,
            "ReduceProd" | "ReduceSum" | "ReduceMax" | "ReduceMin" => return self.reduce(),
            _ => return Ok(None),
        }))
    }

    fn operand(&self, index: usize) -> Result<&'c Constant, Fault> {
        self.operands.get(index).copied().flatten().ok_or_else(|| bad("one more operand", &[index]))
    }

    /// Integers of an operand; `None` if it is not given.
    fn ints(&self, index: usize) -> Result<Option<&'c [i64]>, Fault> {
        match self.operands.get(index).copied().flatten() {
            None => Ok(None),
            Some(constant) => super::layers::ints(constant).map(Some),
        }
    }

    fn axis(&self, axis: i64, rank: usize) -> Result<usize, Fault> {
        let at = if axis < 0 { axis.saturating_add(rank as i64) } else { axis };
        usize::try_from(at).ok().filter(|at| *at < rank).ok_or_else(|| Fault::Attribute {
            attribute: "axis",
            got: axis.to_string(),
            expected: "a dimension of the operand",
        })
    }

    fn cast(&self) -> Result<Option<Constant>, Fault> {
        let x = self.operand(0)?;
        let to = match self.call.node.op_type {
            "CastLike" => match &self.operand(1)?.data {
                Data::Float(_) | Data::Dequantized(_) => 1,
                Data::Int(_) => 7,
                Data::Quantized(_, kind) => kind.data_type(),
            },
            _ => self.call.attributes.int("to", 0),
        };
        Ok(converted(&x.data, to).map(|data| Constant { dims: x.dims.clone(), data }))
    }

    /// Two operands brought to one shape.
    fn pair(&self, a: usize, b: usize) -> Result<(Vec<usize>, Constant, Constant), Fault> {
        let (a, b) = (self.operand(a)?, self.operand(b)?);
        let dims = broadcast(&a.dims, &b.dims)?;
        Ok((dims.clone(), spread(a, &dims)?, spread(b, &dims)?))
    }

    fn arithmetic(&self) -> Result<Option<Constant>, Fault> {
        if self.operands.len() != 2 {
            return Ok(None);
        }
        let (dims, a, b) = self.pair(0, 1)?;
        let op = self.call.node.op_type;
        let data = match (&a.data, &b.data) {
            (Data::Int(a), Data::Int(b)) => {
                let whole = |(a, b): (&i64, &i64)| match op {
                    "Add" => a.checked_add(*b),
                    "Sub" => a.checked_sub(*b),
                    "Mul" => a.checked_mul(*b),
                    "Div" => a.checked_div(*b),
                    "Mod" => a.checked_rem_euclid(*b),
                    "Pow" => u32::try_from(*b).ok().and_then(|b| a.checked_pow(b)),
                    "Max" => Some(*a.max(b)),
                    _ => Some(*a.min(b)),
                };
                let values: Option<Vec<i64>> = a.iter().zip(b).map(whole).collect();
                Data::Int(values.ok_or_else(|| {
                    bad("whole numbers of 64 bits, and no division by zero", &dims)
                })?)
            }
            (Data::Float(a), Data::Float(b)) => {
                let real = |(a, b): (&f32, &f32)| match op {
                    "Add" => a + b,
                    "Sub" => a - b,
                    "Mul" => a * b,
                    "Div" => a / b,
                    "Mod" => a % b,
                    "Pow" => a.powf(*b),
                    "Max" => a.max(*b),
                    _ => a.min(*b),
                };
                finite(a.iter().zip(b).map(real).collect())?
            }
            _ => return Ok(None),
        };
        Ok(Some(Constant { dims, data }))
    }

    fn comparison(&self) -> Result<Option<Constant>, Fault> {
        let (dims, a, b) = self.pair(0, 1)?;
        let op = self.call.node.op_type;
        let compare = |order: Option<std::cmp::Ordering>| {
            let Some(order) = order else { return 0 };
            i64::from(match op {
                "Equal" => order.is_eq(),
                "Less" => order.is_lt(),
                "LessOrEqual" => order.is_le(),
                "Greater" => order.is_gt(),
                _ => order.is_ge(),
            })
        };
        let values: Vec<i64> = match (&a.data, &b.data, op) {
            (Data::Int(a), Data::Int(b), "And") => {
                a.iter().zip(b).map(|(a, b)| i64::from(*a != 0 && *b != 0)).collect()
            }
            (Data::Int(a), Data::Int(b), "Or") => {
                a.iter().zip(b).map(|(a, b)| i64::from(*a != 0 || *b != 0)).collect()
            }
            (_, _, "And" | "Or") => return Ok(None),
            (Data::Int(a), Data::Int(b), _) => {
                a.iter().zip(b).map(|(a, b)| compare(a.partial_cmp(b))).collect()
            }
            (Data::Float(a), Data::Float(b), _) => {
                a.iter().zip(b).map(|(a, b)| compare(a.partial_cmp(b))).collect()
            }
            _ => return Ok(None),
        };
        Ok(Some(Constant { dims, data: Data::Int(values) }))
    }

    fn choice(&self) -> Result<Constant, Fault> {
        let (condition, a, b) = (self.operand(0)?, self.operand(1)?, self.operand(2)?);
        let dims = broadcast(&broadcast(&condition.dims, &a.dims)?, &b.dims)?;
        let (condition, a, b) = (spread(condition, &dims)?, spread(a, &dims)?, spread(b, &dims)?);
        let condition = super::layers::ints(&condition)?.iter();
        let data = match (&a.data, &b.data) {
            (Data::Int(a), Data::Int(b)) => Data::Int(
                condition
                    .zip(a.iter().zip(b))
                    .map(|(c, (a, b))| if *c != 0 { *a } else { *b })
                    .collect(),
            ),
            (Data::Float(a), Data::Float(b)) => Data::Float(
                condition
                    .zip(a.iter().zip(b))
                    .map(|(c, (a, b))| if *c != 0 { *a } else { *b })
                    .collect(),
            ),
            _ => return Err(bad("both of one type", &dims)),
        };
        Ok(Constant { dims, data })
    }

    fn unary(&self) -> Result<Option<Constant>, Fault> {
        let x = self.operand(0)?;
        let op = self.call.node.op_type;
        let data = match &x.data {
            Data::Int(values) => match op {
                "Neg" => Data::Int(values.iter().map(|v| v.saturating_neg()).collect()),
                "Abs" => Data::Int(values.iter().map(|v| v.saturating_abs()).collect()),
                "Not" => Data::Int(values.iter().map(|v| i64::from(*v == 0)).collect()),
                _ => return Ok(None),
            },
            Data::Float(values) => {
                let real = |v: &f32| match op {
                    "Neg" => -v,
                    "Abs" => v.abs(),
                    "Sqrt" => v.sqrt(),
                    "Exp" => v.exp(),
                    "Log" => v.ln(),
                    "Reciprocal" => 1.0 / v,
                    "Floor" => v.floor(),
                    "Ceil" => v.ceil(),
                    "Relu" => v.max(0.0),
                    "Tanh" => v.tanh(),
                    "Sigmoid" => 1.0 / (1.0 + (-v).exp()),
                    _ => f32::NAN,
                };
                finite(values.iter().map(real).collect())?
            }
            _ => return Ok(None),
        };
        Ok(Some(Constant { dims: x.dims.clone(), data }))
    }

    fn constant_of_shape(&self) -> Result<Constant, Fault> {
        let dims = sizes(self.ints(0)?.unwrap_or_default())?;
        let count = count(&dims)?;
        let value = match self.call.attributes.tensor("value")? {
            Some(value) => value,
            None => Constant { dims: vec![1], data: Data::Float(vec![0.0]) },
        };
        let data = match &value.data {
            Data::Int(values) => Data::Int(vec![values.first().copied().unwrap_or(0); count]),
            Data::Float(values) => Data::Float(vec![values.first().copied().unwrap_or(0.0); count]),
            Data::Quantized(values, kind) => {
                Data::Quantized(vec![values.first().copied().unwrap_or(0); count], *kind)
            }
            Data::Dequantized(_) => {
                return Err(bad("a value that is a float or an integer", &dims));
            }
        };
        Ok(Constant { dims, data })
    }

    fn concat(&self) -> Result<Constant, Fault> {
        let first = self.operand(0)?;
        let axis = self.axis(self.call.attributes.int("axis", 0), first.dims.len())?;
        let mut dims = first.dims.clone();
        let mut length = 0usize;
        for index in 0..self.operands.len() {
            let own = &self.operand(index)?.dims;
            let fits = own.len() == dims.len()
                && own.iter().zip(&dims).enumerate().all(|(i, (a, b))| i == axis || a == b);
            if !fits {
                return Err(bad("constants that differ along the axis alone", own));
            }
            length = length.saturating_add(own.get(axis).copied().unwrap_or(0));
        }
        if let Some(n) = dims.get_mut(axis) {
            *n = length;
        }
        count(&dims)?;
        let outer: usize = dims.iter().take(axis).product();
        let parts = (0..self.operands.len())
            .map(|index| self.operand(index))
            .collect::<Result<Vec<_>, _>>()?;
        let order = (0..outer).flat_map(|row| {
            parts.iter().enumerate().flat_map(move |(part, constant)| {
                let width: usize = constant.dims.iter().skip(axis).product();
                (row * width..(row + 1) * width).map(move |at| (part, at))
            })
        });
        collect(&parts, dims, order)
    }

    fn gather(&self) -> Result<Constant, Fault> {
        let (x, indices) = (self.operand(0)?, self.operand(1)?);
        let axis = self.axis(self.call.attributes.int("axis", 0), x.dims.len())?;
        let length = x.dims.get(axis).copied().unwrap_or(0);
        let at: Vec<usize> = super::layers::ints(indices)?
            .iter()
            .map(|index| self.axis(*index, length))
            .collect::<Result<_, _>>()?;
        let (outer, inner) = (x.dims.iter().take(axis), x.dims.iter().skip(axis + 1));
        let dims: Vec<usize> =
            outer.clone().chain(&indices.dims).chain(inner.clone()).copied().collect();
        count(&dims)?;
        let (outer, inner) = (outer.product::<usize>(), inner.product::<usize>());
        let order = (0..outer).flat_map(|row| {
            at.iter().flat_map(move |index| {
                (0..inner).map(move |i| (0, (row * length + index) * inner + i))
            })
        });
        collect(&[x], dims, order)
    }

    fn slice(&self) -> Result<Constant, Fault> {
        let x = self.operand(0)?;
        let rank = x.dims.len();
        // Before operator set 10 these were attributes.
        let list = |index: usize, name: &str| -> Result<Option<Vec<i64>>, Fault> {
            Ok(match self.ints(index)? {
                Some(list) => Some(list.to_vec()),
                None => self.call.attributes.ints(name).map(<[i64]>::to_vec),
            })
        };
        let (starts, ends) =
            (list(1, "starts")?.unwrap_or_default(), list(2, "ends")?.unwrap_or_default());
        let axes = list(3, "axes")?.unwrap_or_else(|| (0..starts.len() as i64).collect());
        let steps = list(4, "steps")?.unwrap_or_else(|| vec![1; starts.len()]);
        if [ends.len(), axes.len(), steps.len()] != [starts.len(); 3] || starts.len() > RANK {
            return Err(bad("as many starts as ends, axes and steps", &[starts.len(), ends.len()]));
        }
        let mut along: Vec<Vec<usize>> = x.dims.iter().map(|n| (0..*n).collect()).collect();
        for (((start, end), axis), step) in starts.iter().zip(&ends).zip(&axes).zip(&steps) {
            let axis = self.axis(*axis, rank)?;
            let n = x.dims.get(axis).copied().unwrap_or(0) as i64;
            if *step == 0 || n == 0 {
                return Err(bad("steps that are not 0", &x.dims));
            }
            let (least, most) = if *step > 0 { (0, n) } else { (-1, n - 1) };
            let clamp =
                |at: i64| (if at < 0 { at.saturating_add(n) } else { at }).clamp(least, most);
            let (mut at, end) = (clamp(*start), clamp(*end));
            let mut picked = Vec::new();
            while (*step > 0 && at < end) || (*step < 0 && at > end) {
                picked.push(at as usize);
                at = at.saturating_add(*step);
            }
            if let Some(axis) = along.get_mut(axis) {
                *axis = picked;
            }
        }
        let dims: Vec<usize> = along.iter().map(Vec::len).collect();
        let total = count(&dims)?;
        let order = (0..total).map(|index| {
            let (mut rest, mut step, mut at) = (index, 1, 0);
            for (picked, n) in along.iter().zip(&x.dims).rev() {
                at += picked[rest % picked.len()] * step;
                rest /= picked.len();
                step *= n;
            }
            (0, at)
        });
        collect(&[x], dims, order)
    }

    fn transpose(&self) -> Result<Constant, Fault> {
        let x = self.operand(0)?;
        let rank = x.dims.len();
        let reversed: Vec<i64> = (0..rank as i64).rev().collect();
        let permutation = self.call.attributes.ints("perm").unwrap_or(&reversed);
        let axes =
            permutation.iter().map(|axis| self.axis(*axis, rank)).collect::<Result<Vec<_>, _>>()?;
        transposed(x, &axes)
    }

    fn squeeze(&self) -> Result<Constant, Fault> {
        let x = self.operand(0)?;
        let axes = match self.call.attributes.ints("axes") {
            Some(axes) => Some(axes),
            None => self.ints(1)?,
        };
        let remove = self.call.node.op_type == "Squeeze";
        let rank = x.dims.len() + if remove { 0 } else { axes.map_or(0, <[i64]>::len) };
        if rank > RANK {
            return Err(bad("fewer dimensions", &x.dims));
        }
        let named = match axes {
            None if remove => (0..rank).filter(|axis| x.dims[*axis] == 1).collect(),
            axes => {
                let axes = axes.unwrap_or_default().iter();
                axes.map(|axis| self.axis(*axis, rank)).collect::<Result<Vec<_>, _>>()?
            }
        };
        let dims = if remove {
            let kept = x.dims.iter().enumerate().filter(|(axis, _)| !named.contains(axis));
            kept.map(|(_, n)| *n).collect()
        } else {
            let mut own = x.dims.iter();
            (0..rank)
                .map(
                    |axis| if named.contains(&axis) { 1 } else { own.next().copied().unwrap_or(1) },
                )
                .collect()
        };
        reshaped(x, dims)
    }

    fn reshape(&self) -> Result<Constant, Fault> {
        let x = self.operand(0)?;
        if self.call.node.op_type == "Flatten" {
            let axis = self.call.attributes.int("axis", 1);
            let axis = if axis == x.dims.len() as i64 {
                x.dims.len()
            } else {
                self.axis(axis, x.dims.len())?
            };
            let (before, after) = x.dims.split_at(axis);
            return reshaped(x, vec![before.iter().product(), after.iter().product()]);
        }
        let to = match self.call.attributes.ints("shape") {
            Some(to) => to,
            None => self.ints(1)?.unwrap_or_default(),
        };
        if to.len() > RANK {
            return Err(bad("fewer dimensions", &x.dims));
        }
        let copies = self.call.attributes.int("allowzero", 0) == 0;
        let sizes: Vec<Option<usize>> = to
            .iter()
            .enumerate()
            .map(|(axis, n)| match n {
                0 if copies => x.dims.get(axis).copied(),
                n => usize::try_from(*n).ok(),
            })
            .collect();
        let known = sizes
            .iter()
            .flatten()
            .try_fold(1usize, |product, n| product.checked_mul(*n))
            .unwrap_or(0);
        let rest = x.len().checked_div(known).unwrap_or(0);
        if to.iter().filter(|n| **n < 0).count() > 1 {
            return Err(bad("at most one dimension of -1", &x.dims));
        }
        reshaped(x, sizes.into_iter().map(|n| n.unwrap_or(rest)).collect())
    }

    fn expand(&self) -> Result<Constant, Fault> {
        let x = self.operand(0)?;
        let to = sizes(self.ints(1)?.unwrap_or_default())?;
        spread(x, &broadcast(&x.dims, &to)?)
    }

    fn range(&self) -> Result<Constant, Fault> {
        let number = |index| -> Result<i64, Fault> {
            self.ints(index)?
                .and_then(|list| list.first())
                .copied()
                .ok_or_else(|| bad("three whole numbers", &[]))
        };
        let (start, limit, step) = (number(0)?, number(1)?, number(2)?);
        let span = i128::from(limit) - i128::from(start);
        let count = if step == 0 {
            0
        } else {
            (span / i128::from(step)) + i128::from(span % i128::from(step) != 0)
        };
        let count = usize::try_from(count.max(0)).unwrap_or(usize::MAX);
        if count > MAX_VALUES {
            return Err(bad("a shorter range", &[count]));
        }
        let values: Vec<i64> =
            (0..count as i64).map(|i| start.wrapping_add(i.wrapping_mul(step))).collect();
        Ok(Constant { dims: vec![count], data: Data::Int(values) })
    }

    /// Of a list of whole numbers.
    fn reduce(&self) -> Result<Option<Constant>, Fault> {
        let x = self.operand(0)?;
        let ([count], Data::Int(values)) = (x.dims.as_slice(), &x.data) else { return Ok(None) };
        let mut values = values.iter().copied();
        let value = match self.call.node.op_type {
            "ReduceProd" => values.try_fold(1i64, i64::checked_mul),
            "ReduceSum" => values.try_fold(0i64, i64::checked_add),
            "ReduceMax" => values.max(),
            _ => values.min(),
        };
        let value =
            value.ok_or_else(|| bad("whole numbers whose result has 64 bits", &[*count]))?;
        // The default was to keep the dimension in every operator set.
        let keep = self.call.attributes.int("keepdims", 1) != 0 && self.opset > 0;
        Ok(Some(Constant {
            dims: if keep { vec![1] } else { Vec::new() },
            data: Data::Int(vec![value]),
        }))
    }
}

/// Values in another type; `None` if one has no place in it, which ONNX leaves open.
fn converted(data: &Data, to: i64) -> Option<Data> {
    if is_float(to) {
        return Some(Data::Float(data.reals()));
    }
    if to == 9 {
        let truths = data.reals().iter().map(|value| i64::from(*value != 0.0)).collect();
        return Some(Data::Int(truths));
    }
    let [min, max] = integer_range(to)?;
    let whole = data.whole().filter(|values| values.iter().all(|v| (min..=max).contains(v)))?;
    // Nodes compute with integers of 32 bits as with those of 64.
    Some(match Kind::of(to).filter(|kind| *kind != Kind::I32) {
        Some(kind) => Data::Quantized(whole.iter().map(|v| *v as i32).collect(), kind),
        None => Data::Int(whole),
    })
}

fn sizes(list: &[i64]) -> Result<Vec<usize>, Fault> {
    let sizes: Option<Vec<usize>> =
        list.iter().take(RANK + 1).map(|n| usize::try_from(*n).ok()).collect();
    sizes.ok_or_else(|| bad("dimensions that are not negative", &[]))
}

/// Number of values of a constant within bounds. An empty one must not have large other dimensions:
/// they are walked.
fn count(dims: &[usize]) -> Result<usize, Fault> {
    let product = dims.iter().try_fold(1usize, |product, n| product.checked_mul((*n).max(1)));
    let bounded = product.is_some_and(|n| n <= MAX_VALUES) && dims.len() <= RANK;
    if bounded { Ok(dims.iter().product()) } else { Err(bad("fewer values", dims)) }
}

fn reshaped(x: &Constant, dims: Vec<usize>) -> Result<Constant, Fault> {
    if count(&dims)? != x.len() {
        return Err(bad("as many values as before", &dims));
    }
    Ok(x.with_dims(dims))
}

/// A constant with its axes in another order.
pub(super) fn transposed(x: &Constant, axes: &[usize]) -> Result<Constant, Fault> {
    let mut sorted = axes.to_vec();
    sorted.sort_unstable();
    if !sorted.into_iter().eq(0..x.dims.len()) {
        return Err(bad("a permutation that names each axis once", axes));
    }
    let dims: Vec<usize> = axes.iter().map(|axis| x.dims[*axis]).collect();
    let step = |axis: usize| x.dims.iter().skip(axis + 1).product::<usize>();
    let steps: Vec<usize> = axes.iter().map(|axis| step(*axis)).collect();
    let order = (0..count(&dims)?).map(|index| {
        let (mut rest, mut at) = (index, 0);
        for (n, step) in dims.iter().zip(&steps).rev() {
            at += rest % n * step;
            rest /= n;
        }
        (0, at)
    });
    let scales = match &x.data {
        Data::Dequantized(of) => axes.iter().position(|axis| *axis == of.axis),
        _ => None,
    };
    collect_along(&[x], dims.clone(), order, scales)
}

fn broadcast(a: &[usize], b: &[usize]) -> Result<Vec<usize>, Fault> {
    let rank = a.len().max(b.len());
    let of = |dims: &[usize], axis: usize| {
        (axis + dims.len()).checked_sub(rank).map_or(1, |at| dims[at])
    };
    let dims: Option<Vec<usize>> = (0..rank)
        .map(|axis| match (of(a, axis), of(b, axis)) {
            (a, b) if a == b || b == 1 => Some(a),
            (1, b) => Some(b),
            _ => None,
        })
        .collect();
    let dims = dims.ok_or_else(|| bad("shapes that broadcast", b))?;
    count(&dims).map(|_| dims)
}

/// A constant brought to a shape that it broadcasts to.
fn spread(x: &Constant, dims: &[usize]) -> Result<Constant, Fault> {
    if x.dims == dims {
        return Ok(x.clone());
    }
    let missing = dims.len() - x.dims.len().min(dims.len());
    let order = (0..count(dims)?).map(|index| {
        let (mut rest, mut step, mut at) = (index, 1, 0);
        for (axis, n) in dims.iter().enumerate().rev() {
            if let Some(own) = axis.checked_sub(missing).and_then(|axis| x.dims.get(axis)) {
                at += if *own == 1 { 0 } else { rest % n * step };
                step *= own;
            }
            rest /= n;
        }
        (0, at)
    });
    collect(&[x], dims.to_vec(), order)
}

/// Values of some constants of one type in an order: operand and index of each.
fn collect(
    parts: &[&Constant],
    dims: Vec<usize>,
    order: impl Iterator<Item = (usize, usize)>,
) -> Result<Constant, Fault> {
    collect_along(parts, dims, order, None)
}

/// The same; the result has the scales of a dequantised operand on the axis `scales`. One scale for
/// all is kept without an axis, and what has others, or is of several operands, becomes floats.
fn collect_along(
    parts: &[&Constant],
    dims: Vec<usize>,
    order: impl Iterator<Item = (usize, usize)>,
    scales: Option<usize>,
) -> Result<Constant, Fault> {
    let fault = || bad("values of one type, floats or integers", &dims);
    let first = parts.first().map(|part| &part.data);
    let alike = |kind: Kind| {
        parts.iter().all(|part| matches!(&part.data, Data::Quantized(_, own) if *own == kind))
    };
    let data = match first {
        Some(Data::Dequantized(of))
            if parts.len() == 1 && (of.scales.len() == 1 || scales.is_some()) =>
        {
            let value = |(_, at): (usize, usize)| of.integers.get(at).copied();
            let integers = order.map(value).collect::<Option<_>>().ok_or_else(fault)?;
            Data::Dequantized(Dequantized::new(
                integers,
                of.scales.clone(),
                scales.unwrap_or(0),
                &dims,
            ))
        }
        Some(Data::Float(_) | Data::Dequantized(_)) => {
            let value = |(part, at): (usize, usize)| parts.get(part)?.floats()?.get(at).copied();
            Data::Float(order.map(value).collect::<Option<_>>().ok_or_else(fault)?)
        }
        Some(Data::Quantized(_, kind)) if alike(*kind) => {
            let value = |(part, at): (usize, usize)| match &parts.get(part)?.data {
                Data::Quantized(values, _) => values.get(at).copied(),
                _ => None,
            };
            Data::Quantized(order.map(value).collect::<Option<_>>().ok_or_else(fault)?, *kind)
        }
        _ => {
            let value = |(part, at): (usize, usize)| match &parts.get(part)?.data {
                Data::Int(values) => values.get(at).copied(),
                Data::Quantized(values, Kind::I32) => values.get(at).map(|q| i64::from(*q)),
                _ => None,
            };
            Data::Int(order.map(value).collect::<Option<_>>().ok_or_else(fault)?)
        }
    };
    Ok(Constant { dims, data })
}

fn finite(values: Vec<f32>) -> Result<Data, Fault> {
    if values.iter().all(|v| v.is_finite()) {
        Ok(Data::Float(values))
    } else {
        Err(Fault::NotFinite { tensor: "of constants alone".into() })
    }
}
