//! The operators that compute or change a shape.

use super::{Builder, Call, Computed, Tensor, qdq};
use crate::{
    Fault, FloatOp, OutputHead,
    tensor::{Constant, Data},
};
use zkml_model::{
    graph::{Conv, Gemm},
    validate,
};

impl<'a> Builder<'a> {
    /// A two-dimensional convolution of the first operand by these weights.
    pub(super) fn conv_of(
        &mut self,
        call: &Call<'_, 'a>,
        constant: &Constant,
        bias: Option<&Constant>,
    ) -> Result<Computed, Fault> {
        let dims = self.computed(call, 0)?;
        let weights = floats(constant, "weights")?;
        let &[out_channels, per_group, kernel_h, kernel_w] = constant.dims.as_slice() else {
            return Err(shape(
                "weights",
                "[outputs, inputs / group, height, width] (2-D Conv)",
                &constant.dims,
            ));
        };
        let kernel = [kernel_h, kernel_w];
        if call.attributes.sizes("kernel_shape", kernel, "two sizes")? != kernel {
            return Err(shape("weights", "as `kernel_shape` says", &constant.dims));
        }
        let &[1, in_channels, height, width] = dims.as_slice() else {
            return Err(shape("an input", "[1, channels, height, width]", &dims));
        };
        let [group] = match call.attributes.int("group", 1) {
            group @ 1..
                if usize::try_from(group)
                    .is_ok_and(|g| per_group.checked_mul(g) == Some(in_channels)) =>
            {
                [group as usize]
            }
            group => {
                let expected = "a divisor of both channel counts that fits the weights";
                return Err(Fault::Attribute {
                    attribute: "group",
                    got: group.to_string(),
                    expected,
                });
            }
        };
        let strides = call.attributes.sizes("strides", [1, 1], "two sizes")?;
        let dilations = call.attributes.sizes("dilations", [1, 1], "two sizes")?;
        let windows = [
            (height, kernel_h, strides[0], dilations[0]),
            (width, kernel_w, strides[1], dilations[1]),
        ];
        let pads = self.pads(call, windows)?;
        let biases = match bias {
            None => vec![0.0; out_channels],
            Some(bias) if bias.dims == [out_channels] => floats(bias, "a bias")?.to_vec(),
            Some(bias) => return Err(shape("a bias", format!("[{out_channels}]"), &bias.dims)),
        };
        let weights = weights.to_vec();
        let sizes = Conv {
            out_channels,
            in_channels,
            group,
            kernel,
            strides,
            pads,
            dilations,
            weights,
            bias: biases,
        };
        let result = validate::conv_shape(&sizes, &dims.get(1..).unwrap_or_default().to_vec())?;
        let op = conv_op(sizes, constant, bias)?;
        let at = self.operand_at(call, 0)?.at;
        self.append_to(call, op, vec![at], [&[1], result.as_slice()].concat())
    }

    /// Top, left, bottom, right; `windows` are length, kernel, stride and dilation of each axis.
    pub(super) fn pads(
        &self,
        call: &Call<'_, 'a>,
        windows: [(usize, usize, usize, usize); 2],
    ) -> Result<[usize; 4], Fault> {
        let lower = match call.attributes.text("auto_pad") {
            b"" | b"NOTSET" => {
                return call.attributes.sizes("pads", [0; 4], "four sizes, none negative");
            }
            b"VALID" => return Ok([0; 4]),
            b"SAME_UPPER" => false,
            b"SAME_LOWER" => true,
            other => {
                let got =
                    String::from_utf8_lossy(other.get(..other.len().min(32)).unwrap_or_default());
                let expected = "NOTSET, VALID, SAME_UPPER or SAME_LOWER";
                return Err(Fault::Attribute {
                    attribute: "auto_pad",
                    got: got.into_owned(),
                    expected,
                });
            }
        };
        let mut pads = [0; 4];
        for (axis, (length, kernel, stride, dilation)) in windows.into_iter().enumerate() {
            let total =
                same_padding(length, kernel, stride, dilation).ok_or_else(|| Fault::Attribute {
                    attribute: "auto_pad",
                    got: format!("with kernel {kernel}, stride {stride} and dilation {dilation}"),
                    expected: "sizes of at least 1",
                })?;
            let (less, more) = (total / 2, total - total / 2);
            let (before, after) = if lower { (more, less) } else { (less, more) };
            pads[axis] = before;
            pads[axis + 2] = after;
        }
        Ok(pads)
    }

    pub(super) fn gemm(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let weights = self.constant(call, 1)?.clone();
        let bias = self.optional(call, 2)?.cloned();
        if let Some(row) = self.column(call)? {
            return self.gemm_by(call, &row, &weights, bias.as_ref()).map(Tensor::Computed);
        }
        if self.reads_rows(call) {
            return self.gemm_of_rows(call, &weights, bias.as_ref()).map(Tensor::Computed);
        }
        self.gemm_of(call, &weights, bias.as_ref()).map(Tensor::Computed)
    }

    /// A product of the first operand by these weights, as `Gemm`'s attributes say.
    pub(super) fn gemm_of(
        &mut self,
        call: &Call<'_, 'a>,
        constant: &Constant,
        bias: Option<&Constant>,
    ) -> Result<Computed, Fault> {
        let x = self.operand_at(call, 0)?.clone();
        let inputs = row(&x)?;
        // A row of one value is a column as well.
        if call.attributes.int("transA", 0) != 0 && inputs != 1 {
            let got = call.attributes.int("transA", 0).to_string();
            return Err(Fault::Attribute {
                attribute: "transA",
                got,
                expected: "0, or 1 for a column",
            });
        }
        self.gemm_by(call, &x, constant, bias)
    }

    /// A product of a row by these weights.
    fn gemm_by(
        &mut self,
        call: &Call<'_, 'a>,
        x: &Computed,
        constant: &Constant,
        bias: Option<&Constant>,
    ) -> Result<Computed, Fault> {
        let (inputs, at) = (row(x)?, x.at);
        let alpha = call.attributes.float("alpha", 1.0)?;
        let beta = call.attributes.float("beta", 1.0)?;
        let transposed = call.attributes.int("transB", 0) != 0;
        let (outputs, mut weights) = matrix(constant, inputs, transposed)?;
        if let Data::Dequantized(weights) = &constant.data {
            let op = qdq::integer_gemm(
                constant,
                weights,
                bias,
                [inputs, outputs],
                [alpha, beta],
                transposed,
            )?;
            return self.append_to(call, op, vec![at], vec![1, outputs]);
        }
        weights.iter_mut().for_each(|w| *w *= alpha);
        let bias = match bias {
            None => vec![0.0; outputs],
            Some(bias) => broadcast(bias, outputs)?.into_iter().map(|b| b * beta).collect(),
        };
        finite(&weights, &bias)?;
        let op = FloatOp::Gemm(Gemm { outputs, inputs, weights, bias });
        self.append_to(call, op, vec![at], vec![1, outputs])
    }

    pub(super) fn flatten(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let dims = self.dims_in_file(call, 0)?;
        let axis = call.attributes.int("axis", 1);
        let at = if axis < 0 { axis.checked_add(dims.len() as i64) } else { Some(axis) };
        let at = at.and_then(|at| usize::try_from(at).ok()).filter(|at| *at <= dims.len());
        let Some((before, after)) = at.map(|at| dims.split_at(at)) else {
            let expected = "a dimension of the input";
            return Err(Fault::Attribute { attribute: "axis", got: axis.to_string(), expected });
        };
        let to =
            vec![before.iter().product::<usize>() as i64, after.iter().product::<usize>() as i64];
        self.reshape_to(call, dims, to)
    }

    pub(super) fn reshape(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let dims = self.dims_in_file(call, 0)?;
        // Before operator set 5 the shape was an attribute.
        let mut to = match call.attributes.ints("shape") {
            Some(shape) => shape.to_vec(),
            None => ints(self.constant(call, 1)?)?.to_vec(),
        };
        let fault = Fault::Reshape { from: dims.clone(), to: to.iter().copied().take(9).collect() };
        if to.len() > validate::MAX_RANK + 1 {
            return Err(fault);
        }
        if call.attributes.int("allowzero", 0) == 0 {
            for (to, from) in to.iter_mut().zip(&dims).filter(|(to, _)| **to == 0) {
                *to = *from as i64;
            }
        }
        let known =
            to.iter().filter(|n| **n != -1).try_fold(1i64, |product, n| product.checked_mul(*n));
        let total = dims.iter().product::<usize>() as i64;
        let rest = known.filter(|n| *n > 0 && total % n == 0).map(|n| total / n);
        let (Some(rest), true) = (rest, to.iter().filter(|n| **n == -1).count() <= 1) else {
            return Err(fault);
        };
        to.iter_mut().filter(|n| **n == -1).for_each(|n| *n = rest);
        self.reshape_to(call, dims, to)
    }

    pub(super) fn squeeze(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let dims = self.dims_in_file(call, 0)?;
        // Before operator set 13 the axes were an attribute.
        let axes = match (call.attributes.ints("axes"), self.optional(call, 1)?) {
            (Some(axes), _) => Some(axes.to_vec()),
            (None, Some(axes)) => Some(ints(axes)?.to_vec()),
            (None, None) => None,
        };
        let remove = call.node.op_type == "Squeeze";
        let rank = dims.len() + if remove { 0 } else { axes.as_ref().map_or(0, Vec::len) };
        if rank > validate::MAX_RANK + 1 {
            return Err(Fault::Reshape {
                from: dims,
                to: axes.unwrap_or_default().into_iter().take(9).collect(),
            });
        }
        let named = |axis: usize| {
            let negative = axis as i64 - rank as i64;
            axes.as_ref()
                .is_some_and(|axes| axes.contains(&(axis as i64)) || axes.contains(&negative))
        };
        let mut from = dims.iter();
        let to: Vec<i64> = if remove {
            // Without axes all dimensions of 1 go, but the batch is kept apart.
            let kept = dims
                .iter()
                .enumerate()
                .filter(|(axis, n)| !(named(*axis) || axes.is_none() && **n == 1 && *axis > 0));
            kept.map(|(_, n)| *n as i64).collect()
        } else {
            (0..rank)
                .map(|axis| if named(axis) { 1 } else { from.next().map_or(0, |n| *n as i64) })
                .collect()
        };
        self.reshape_to(call, dims, to)
    }

    /// The same values under another shape: one with a batch of 1, or rows that the batch is part
    /// of. Of a single value, of a result, and of what ends the model any shape will do.
    pub(super) fn reshape_to(
        &mut self,
        call: &Call<'_, 'a>,
        from: Vec<usize>,
        to: Vec<i64>,
    ) -> Result<Tensor, Fault> {
        let sizes: Option<Vec<usize>> = to.iter().map(|n| usize::try_from(*n).ok()).collect();
        let product = |sizes: &Vec<usize>| {
            sizes.iter().try_fold(1usize, |product, n| product.checked_mul(*n))
        };
        let total: usize = from.iter().product();
        let ends = call.node.outputs.first() == Some(&self.output);
        match sizes {
            Some(sizes) if product(&sizes) == Some(total) => match *sizes {
                _ if let Tensor::Computed(x) = self.operand(call, 0)?
                    && x.end != OutputHead::Scores =>
                {
                    let sole = x.sole && self.is_read_once(call, 0);
                    Ok(Tensor::Computed(Computed { dims: sizes, sole, ..x.clone() }))
                }
                [1, _, ..] => self.append(call, FloatOp::Reshape, sizes),
                [] | [1] => self.append(call, FloatOp::Reshape, vec![1, 1]),
                // A result without its batch.
                [count] if ends => self.append(call, FloatOp::Reshape, vec![1, count]),
                [rows, features] if !ends => {
                    self.rows.extend(call.node.outputs.first());
                    self.append(call, FloatOp::Reshape, vec![1, rows, features])
                }
                _ => Err(Fault::Reshape { from, to }),
            },
            _ => Err(Fault::Reshape { from, to }),
        }
    }
}

/// Width of a tensor `[1, width]`.
fn row(x: &Computed) -> Result<usize, Fault> {
    match x.dims.as_slice() {
        [1, width] => Ok(*width),
        dims => Err(shape("an input", "[1, features]; put a Flatten before it", dims)),
    }
}

/// The convolution of these sizes, with integer weights if those that were given are such.
pub(super) fn conv_op(
    sizes: Conv<f32, f32>,
    weights: &Constant,
    bias: Option<&Constant>,
) -> Result<FloatOp, Fault> {
    match &weights.data {
        Data::Dequantized(of) => qdq::integer_conv(&sizes, of, bias, &weights.dims),
        _ => Ok(FloatOp::Conv(sizes)),
    }
}

/// Rows of zeros that keep a length divided by its stride, rounded up.
fn same_padding(length: usize, kernel: usize, stride: usize, dilation: usize) -> Option<usize> {
    let span = kernel.checked_sub(1)?.checked_mul(dilation)?.checked_add(1)?;
    let steps = length.checked_add(stride.checked_sub(1)?)?.checked_div(stride)?.checked_sub(1)?;
    Some(steps.checked_mul(stride)?.checked_add(span)?.saturating_sub(length))
}

/// A matrix `[inputs, outputs]`, or `[outputs, inputs]` if `transposed`, as rows of outputs.
pub(super) fn matrix(
    constant: &Constant,
    inputs: usize,
    transposed: bool,
) -> Result<(usize, Vec<f32>), Fault> {
    let values = floats(constant, "weights")?;
    match (constant.dims.as_slice(), transposed) {
        (&[outputs, n], true) if n == inputs && outputs > 0 => Ok((outputs, values.to_vec())),
        (&[n, outputs], false) if n == inputs && outputs > 0 => {
            let column = |o| values.iter().skip(o).step_by(outputs).copied();
            Ok((outputs, (0..outputs).flat_map(column).collect()))
        }
        (dims, true) => Err(shape("weights", format!("[outputs, {inputs}]"), dims)),
        (dims, false) => Err(shape("weights", format!("[{inputs}, outputs]"), dims)),
    }
}

/// A bias for each of `count` outputs, from one value or one for each.
pub(super) fn broadcast(constant: &Constant, count: usize) -> Result<Vec<f32>, Fault> {
    let values = floats(constant, "a bias")?;
    match constant.dims.as_slice() {
        dims if values.len() == 1 && dims.len() <= 2 => Ok(vec![values[0]; count]),
        [n] | [1, n] if *n == count => Ok(values.to_vec()),
        _ => Err(shape("a bias", format!("[{count}]"), &constant.dims)),
    }
}

pub(super) fn finite(weights: &[f32], bias: &[f32]) -> Result<(), Fault> {
    if weights.iter().chain(bias).all(|v| v.is_finite()) {
        Ok(())
    } else {
        Err(Fault::NotFinite { tensor: "alpha, beta or bias times weights".into() })
    }
}

pub(super) fn floats<'c>(constant: &'c Constant, what: &'static str) -> Result<&'c [f32], Fault> {
    constant.floats().ok_or_else(|| shape(what, "floats", &constant.dims))
}

pub(super) fn ints(constant: &Constant) -> Result<&[i64], Fault> {
    constant.ints().ok_or_else(|| shape("a shape", "64-bit integers", &constant.dims))
}

pub(super) fn shape(what: &'static str, expected: impl Into<String>, got: &[usize]) -> Fault {
    Fault::OperandShape {
        what,
        expected: expected.into(),
        got: got.iter().copied().take(9).collect(),
    }
}
