//! Products by constants of more than one row, and one-dimensional convolutions and pools.

use super::{
    Builder, Call, Computed, Tensor,
    elementwise::{BinaryOp, UnaryOp},
    fold::transposed,
    layers::{conv_op, finite, floats, shape},
    reduce::by_channel,
};
use crate::{Fault, FloatOp, tensor::Constant};
use zkml_model::{
    graph::{Conv, Window},
    validate,
};

impl<'a> Builder<'a> {
    /// `MatMul` by a constant of every row of a tensor `[1, …, k]`, or of a constant by every
    /// column of `[1, k, m]`.
    pub(super) fn product(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        if matches!(self.operand(call, 0)?, Tensor::Constant(_)) {
            return self.product_from_left(call);
        }
        if !matches!(self.operand(call, 1)?, Tensor::Constant(_)) {
            let hint = super::hints::of("Attention");
            return Err(Fault::Unsupported { hint });
        }
        let weights = self.constant(call, 1)?.clone();
        self.product_of(call, &weights, None).map(Tensor::Computed)
    }

    /// A product of every row of the first operand by these weights, `[inputs, outputs]`. A bias is
    /// for one row alone.
    pub(super) fn product_of(
        &mut self,
        call: &Call<'_, 'a>,
        weights: &Constant,
        bias: Option<&Constant>,
    ) -> Result<Computed, Fault> {
        let x = self.operand_at(call, 0)?.clone();
        if x.dims.len() == 2 || bias.is_some() {
            return self.gemm_of(call, weights, bias);
        }
        let &[inputs, outputs] = weights.dims.as_slice() else {
            return Err(shape("weights", "[inputs, outputs]", &weights.dims));
        };
        if x.dims.last() != Some(&inputs) {
            return Err(shape(
                "weights",
                format!("[{}, outputs]", x.dims.last().unwrap_or(&0)),
                &weights.dims,
            ));
        }
        self.product_of_rows(call, &x, &transposed(weights, &[1, 0])?, vec![0.0; outputs])
    }

    /// A product of every row of a tensor by weights `[outputs, inputs]`, with a bias for each
    /// output.
    pub(super) fn product_of_rows(
        &mut self,
        call: &Call<'_, 'a>,
        x: &Computed,
        weights: &Constant,
        bias: Vec<f32>,
    ) -> Result<Computed, Fault> {
        let &[outputs, inputs] = weights.dims.as_slice() else {
            return Err(shape("weights", "[outputs, inputs]", &weights.dims));
        };
        let count = x.dims.iter().product::<usize>() / inputs.max(1);
        let to = [x.dims.get(..x.dims.len() - 1).unwrap_or_default(), &[outputs]].concat();
        // Rows become the places of a picture whose channels are the features.
        let rows = self.append_to(call, FloatOp::Reshape, vec![x.at], vec![1, count, inputs])?;
        let turned = self.permuted(call, &rows, vec![1, 0])?;
        let result = self.by_places(call, &turned, count, weights, bias)?;
        let turned = self.permuted(call, &result, vec![1, 0])?;
        self.append_to(call, FloatOp::Reshape, vec![turned.at], to)
    }

    fn product_from_left(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let x = self.operand_at(call, 1)?.clone();
        let weights = self.constant(call, 0)?;
        let own = weights
            .dims
            .iter()
            .position(|n| *n != 1)
            .unwrap_or(0)
            .min(weights.dims.len().saturating_sub(2));
        let (&[outputs, inputs], &[1, rows, columns]) =
            (weights.dims.get(own..).unwrap_or_default(), x.dims.as_slice())
        else {
            return Err(shape(
                "weights",
                "[outputs, inputs], for a tensor [1, inputs, columns]",
                &weights.dims,
            ));
        };
        if rows != inputs {
            return Err(shape("weights", format!("[outputs, {rows}]"), &weights.dims));
        }
        let weights = weights.with_dims(vec![outputs, inputs]);
        self.by_places(call, &x, columns, &weights, vec![0.0; outputs]).map(Tensor::Computed)
    }

    /// `[1, inputs, count]` to `[1, outputs, count]`, by the same weights `[outputs, inputs]` at
    /// each place.
    fn by_places(
        &mut self,
        call: &Call<'_, 'a>,
        x: &Computed,
        count: usize,
        weights: &Constant,
        bias: Vec<f32>,
    ) -> Result<Computed, Fault> {
        let &[outputs, inputs] = weights.dims.as_slice() else {
            return Err(shape("weights", "[outputs, inputs]", &weights.dims));
        };
        let sizes = Conv {
            out_channels: outputs,
            in_channels: inputs,
            group: 1,
            kernel: [1, 1],
            strides: [1, 1],
            pads: [0; 4],
            dilations: [1, 1],
            weights: floats(weights, "weights")?.to_vec(),
            bias,
        };
        finite(&sizes.weights, &sizes.bias)?;
        validate::conv_shape(&sizes, &vec![inputs, count, 1])?;
        let conv = conv_op(sizes, weights, None)?;
        let picture =
            self.append_to(call, FloatOp::Reshape, vec![x.at], vec![1, inputs, count, 1])?;
        let result = self.append_to(call, conv, vec![picture.at], vec![1, outputs, count, 1])?;
        self.append_to(call, FloatOp::Reshape, vec![result.at], vec![1, outputs, count])
    }

    /// `Conv` in one or two dimensions.
    pub(super) fn convolution(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let weights = self.constant(call, 1)?.clone();
        let bias = self.optional(call, 2)?.cloned();
        self.convolution_of(call, &weights, bias.as_ref()).map(Tensor::Computed)
    }

    /// A convolution of the first operand by these weights.
    pub(super) fn convolution_of(
        &mut self,
        call: &Call<'_, 'a>,
        constant: &Constant,
        bias: Option<&Constant>,
    ) -> Result<Computed, Fault> {
        let x = self.operand_at(call, 0)?.clone();
        let &[1, in_channels, length] = x.dims.as_slice() else {
            return self.conv_of(call, constant, bias);
        };
        let &[out_channels, per_group, kernel] = constant.dims.as_slice() else {
            return Err(shape(
                "weights",
                "[outputs, inputs / group, length] (1-D Conv)",
                &constant.dims,
            ));
        };
        let weights = floats(constant, "weights")?.to_vec();
        let group = call.attributes.int("group", 1);
        let fits = |group: &usize| per_group.checked_mul(*group) == Some(in_channels);
        let group =
            usize::try_from(group).ok().filter(|group| *group > 0).filter(fits).ok_or_else(
                || {
                    let expected = "a divisor of both channel counts that fits the weights";
                    Fault::Attribute { attribute: "group", got: group.to_string(), expected }
                },
            )?;
        let biases = match bias {
            None => vec![0.0; out_channels],
            Some(bias) if bias.dims == [out_channels] => floats(bias, "a bias")?.to_vec(),
            Some(bias) => return Err(shape("a bias", format!("[{out_channels}]"), &bias.dims)),
        };
        let Window { strides, pads, dilations, .. } = self.line(call, Some(kernel), length)?;
        let kernel = [1, kernel];
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
        let to = validate::conv_shape(&sizes, &vec![in_channels, 1, length])?;
        let op = conv_op(sizes, constant, bias)?;
        self.as_line(call, &x, op, &to)
    }

    /// `MaxPool` and `AveragePool` in one or two dimensions.
    pub(super) fn pool(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let greatest = call.node.op_type == "MaxPool";
        let border = if greatest { self.border(call)? } else { None };
        let x = match &border {
            Some(border) => border.x.clone(),
            None => self.operand_at(call, 0)?.clone(),
        };
        let &[1, channels, length] = x.dims.as_slice() else {
            return if greatest { self.max_pool(call) } else { self.average_pool(call) };
        };
        if call.attributes.int("ceil_mode", 0) != 0 {
            let (got, expected) = ("1".into(), "0 for one-dimensional pooling");
            return Err(Fault::Attribute { attribute: "ceil_mode", got, expected });
        }
        let outer =
            border.as_ref().and_then(|border| border.dims.last().copied()).unwrap_or(length);
        let mut window = self.line(call, None, outer)?;
        if let Some(border) = border {
            window = border.widened(window);
        }
        let to = validate::window_shape(&window, &vec![channels, 1, length])?;
        if greatest {
            return self.as_line(call, &x, FloatOp::MaxPool(window), &to).map(Tensor::Computed);
        }
        let padded = window.pads != [0; 4];
        if padded && call.attributes.int("count_include_pad", 0) == 0 {
            let (got, expected) = ("0".into(), "1 for one-dimensional pooling with padding");
            return Err(Fault::Attribute { attribute: "count_include_pad", got, expected });
        }
        let taps = window.kernel[1];
        validate::values(&[channels, taps])?;
        let conv = by_channel(
            channels,
            window,
            vec![1.0 / taps as f32; channels * taps],
            vec![0.0; channels],
        );
        self.as_line(call, &x, FloatOp::Conv(conv), &to).map(Tensor::Computed)
    }

    pub(super) fn global_pool_of_line(
        &mut self,
        call: &Call<'_, 'a>,
        channels: usize,
        length: usize,
    ) -> Result<Tensor, Fault> {
        let x = self.operand_at(call, 0)?.clone();
        let window =
            Window { kernel: [1, length], strides: [1, 1], pads: [0; 4], dilations: [1, 1] };
        let to = validate::window_shape(&window, &vec![channels, 1, length])?;
        let op = if call.node.op_type == "GlobalMaxPool" {
            FloatOp::MaxPool(window)
        } else {
            let weights = vec![1.0 / length as f32; channels * length];
            FloatOp::Conv(by_channel(channels, window, weights, vec![0.0; channels]))
        };
        self.as_line(call, &x, op, &to).map(Tensor::Computed)
    }

    /// The window of a one-dimensional operator, as one row.
    fn line(
        &self,
        call: &Call<'_, 'a>,
        kernel: Option<usize>,
        length: usize,
    ) -> Result<Window, Fault> {
        let [own] = call.attributes.sizes("kernel_shape", [kernel.unwrap_or(0)], "one size")?;
        if kernel.is_some_and(|kernel| kernel != own) {
            return Err(shape("weights", "as `kernel_shape` says", &[own]));
        }
        let [stride] = call.attributes.sizes("strides", [1], "one size")?;
        let [dilation] = call.attributes.sizes("dilations", [1], "one size")?;
        let pads = match call.attributes.text("auto_pad") {
            b"" | b"NOTSET" => {
                let [before, after] =
                    call.attributes.sizes("pads", [0; 2], "two sizes, none negative")?;
                [0, before, 0, after]
            }
            // Of one row nothing is padded above or below.
            _ => self.pads(call, [(1, 1, 1, 1), (length, own, stride, dilation)])?,
        };
        Ok(Window { kernel: [1, own], strides: [1, stride], pads, dilations: [1, dilation] })
    }

    /// Appends a two-dimensional operation on a line as a picture of one row.
    fn as_line(
        &mut self,
        call: &Call<'_, 'a>,
        x: &Computed,
        op: FloatOp,
        to: &[usize],
    ) -> Result<Computed, Fault> {
        let &[channels, _, length] = to else { return Err(shape("a result", "a picture", to)) };
        let picture =
            [&[1], x.dims.get(1..2).unwrap_or_default(), &[1], x.dims.get(2..).unwrap_or_default()]
                .concat();
        let picture = self.append_to(call, FloatOp::Reshape, vec![x.at], picture)?;
        let result = self.append_to(call, op, vec![picture.at], [&[1], to].concat())?;
        self.append_to(call, FloatOp::Reshape, vec![result.at], vec![1, channels, length])
    }

    /// `Sub` of two computed tensors.
    pub(super) fn difference(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let (a, b) = (self.operand_at(call, 0)?.clone(), self.operand_at(call, 1)?.clone());
        self.sum_or_difference(call, BinaryOp::Sub, &a, &b).map(Tensor::Computed)
    }

    /// `Selu` and `Celu`: `gamma · (Relu(x) + alpha · (e^min(x, 0) - 1))`, and `alpha · Elu(x /
    /// alpha)`.
    pub(super) fn scaled_elu(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        use crate::Function::Elu;
        let x = self.operand_at(call, 0)?.clone();
        let line = |factor| UnaryOp::Affine { factor, summand: 0.0 };
        if call.node.op_type == "Selu" {
            let alpha = call.attributes.float("alpha", 1.673_263_2)?;
            let gamma = call.attributes.float("gamma", 1.050_701)?;
            let elu = self.beside_relu(call, &x, Elu { alpha })?;
            return self.step(call, &elu, line(gamma)).map(Tensor::Computed);
        }
        let alpha = call.attributes.float("alpha", 1.0)?;
        if alpha <= 0.0 {
            let (got, expected) = (alpha.to_string(), "a number above 0");
            return Err(Fault::Attribute { attribute: "alpha", got, expected });
        }
        let x = self.step(call, &x, line(1.0 / alpha))?;
        let elu = self.beside_relu(call, &x, Elu { alpha: 1.0 })?;
        self.step(call, &elu, line(alpha)).map(Tensor::Computed)
    }

    /// Divides the values of an average pooling, whose padding was counted, by what is left when it
    /// is not.
    ///
    /// `extent` is the part of each axis that counts: from minus the first to the length plus the
    /// second.
    pub(super) fn uncounted(
        &mut self,
        call: &Call<'_, 'a>,
        pooled: Computed,
        window: &Window,
        size: [usize; 2],
        extent: [[usize; 2]; 2],
    ) -> Result<Tensor, Fault> {
        let &[1, channels, rows, columns] = pooled.dims.as_slice() else {
            return Ok(Tensor::Computed(pooled));
        };
        // In places of the padded axis: what counts goes from `first` to `end`.
        let counted = |axis: usize, at: usize| {
            let first = window.pads[axis] - extent[axis][0].min(window.pads[axis]);
            let end = window.pads[axis] + size[axis] + extent[axis][1];
            let place = |k: usize| at * window.strides[axis] + k * window.dilations[axis];
            (0..window.kernel[axis]).filter(|k| (first..end).contains(&place(*k))).count()
        };
        let vertical: Vec<usize> = (0..rows).map(|at| counted(0, at)).collect();
        let horizontal: Vec<usize> = (0..columns).map(|at| counted(1, at)).collect();
        let taps = window.kernel[0] * window.kernel[1];
        if vertical.iter().all(|n| *n == window.kernel[0])
            && horizontal.iter().all(|n| *n == window.kernel[1])
        {
            return Ok(Tensor::Computed(pooled));
        }
        let plane = vertical
            .iter()
            .flat_map(|v| horizontal.iter().map(move |h| taps as f32 / (v * h) as f32));
        let plane: Vec<f32> = plane.collect();
        let factors: Vec<f32> = (0..channels).flat_map(|_| plane.iter().copied()).collect();
        let summands = vec![0.0; factors.len()];
        finite(&factors, &summands)?;
        self.spread(call, &pooled, super::constants::Affine { factors, summands })
            .map(Tensor::Computed)
    }
}
