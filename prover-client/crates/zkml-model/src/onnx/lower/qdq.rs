//! Operators of quantised graphs: those of ONNX, and onnxruntime's (domain `com.microsoft`) that `quantize_static` writes.
//!
//! A `QLinear…` operator is what it is in floats between two grids: its operands' grids are checked to be those that they are on, and
//! its result is put on the last.

use super::{Builder, Call, Computed, Tensor, layers::matrix};
use crate::{
    graph::{Conv, Gemm, Operand},
    onnx::{
        Fault, FloatNode, FloatOp, proto,
        quantized::{Bias, Grid, IntegerLayer, Layer},
        tensor::{Constant, Data, Dequantized, Kind},
    },
};

/// Whether a node is an operator of quantised graphs.
pub(super) fn is_known(node: &proto::Node<'_>) -> bool {
    let microsoft = node.domain == "com.microsoft";
    match node.op_type {
        "QuantizeLinear" | "DequantizeLinear" => microsoft || matches!(node.domain, "" | "ai.onnx"),
        "QLinearConv" | "QLinearMatMul" => matches!(node.domain, "" | "ai.onnx"),
        "QGemm" | "QLinearAdd" | "QLinearConcat" | "QLinearSigmoid" | "QLinearLeakyRelu" => microsoft,
        "QLinearAveragePool" | "QLinearGlobalAveragePool" => microsoft,
        _ => false,
    }
}

impl<'a> Builder<'a> {
    pub(super) fn quantized(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        match call.node.op_type {
            "QuantizeLinear" => return self.quantize_linear(call),
            "DequantizeLinear" => return self.dequantize_linear(call),
            _ => {}
        }
        let (result, grid) = match call.node.op_type {
            "QLinearConv" => (self.qlinear_conv(call)?, 6),
            "QLinearMatMul" => (self.qlinear_product(call, None)?, 6),
            "QGemm" => (self.qlinear_product(call, Some(6))?, 7),
            "QLinearAdd" => (self.qlinear_add(call)?, 6),
            "QLinearConcat" => return self.qlinear_concat(call).map(Tensor::Computed),
            _ => (self.qlinear_unary(call)?, 3),
        };
        // A `QGemm` may give reals.
        if call.node.op_type == "QGemm" && call.node.inputs.get(grid).is_none_or(|name| name.is_empty()) {
            return Ok(Tensor::Computed(result));
        }
        self.on_grid(call, result, grid).map(Tensor::Computed)
    }

    /// The result of a node on the grid of its operands `at` and `at + 1`.
    fn on_grid(&mut self, call: &Call<'_, 'a>, x: Computed, at: usize) -> Result<Computed, Fault> {
        let grid = self.grid(call, at)?;
        self.append_to(call, FloatOp::Quantize(grid), vec![x.at], x.dims)
    }

    /// Says that operand `index` is on the grid of the two operands after it.
    fn is_on_grid(&mut self, call: &Call<'_, 'a>, index: usize) -> Result<(f32, Computed), Fault> {
        let x = self.operand_at(call, index)?.clone();
        let scale = self.scale(call, index + 1)?;
        let (zero_point, kind) = self.zero_point(call, index + 2)?;
        let op = self.on(x.at, scale, zero_point, kind);
        let on_grid = self.append_to(call, op, vec![x.at], x.dims)?;
        // Who reads the name reads what is on the grid: an input of integers has none before.
        let name = call.node.inputs.get(index).copied().unwrap_or_default();
        self.tensors.insert(name, Tensor::Computed(on_grid.clone()));
        Ok((scale, on_grid))
    }

    /// Whether a tensor is of the integers themselves; then with the one that stands for zero, if it is known.
    pub(super) fn levels(&self, at: Operand) -> Option<Option<i32>> {
        let Operand::Node(index) = self.moved_from(at) else { return self.integer_input.map(|_| None) };
        match self.nodes.get(index) {
            Some(FloatNode { op: FloatOp::Quantize(grid), inputs, .. }) => {
                let from = inputs.first().map(|from| self.moved_from(*from));
                // There it says on which grid the input's integers are read.
                let reads = self.integer_input.is_some() && from == Some(Operand::Input);
                (!reads).then_some(Some(grid.zero_point))
            }
            _ => None,
        }
    }

    /// Where a tensor's values come from, when all that was done since is to move them or to take the greatest.
    fn moved_from(&self, mut at: Operand) -> Operand {
        while let Operand::Node(index) = at
            && let Some(node) = self.nodes.get(index)
            && matches!(node.op, FloatOp::Reshape | FloatOp::Move(_) | FloatOp::MaxPool(_))
            && let Some(from) = node.inputs.first()
        {
            at = *from;
        }
        at
    }

    /// Refuses a node that computes with the integers of a quantised tensor as if they were what they stand for.
    pub(super) fn reads_reals(&self, call: &Call<'_, 'a>) -> Result<(), Fault> {
        let moves = matches!(
            call.node.op_type,
            "Reshape"
                | "Flatten"
                | "Squeeze"
                | "Unsqueeze"
                | "Transpose"
                | "Concat"
                | "Pad"
                | "MaxPool"
                | "GlobalMaxPool"
                | "Identity"
                | "Dropout"
                | "ArgMax"
                | "Shape"
                | "Size"
                | "DequantizeLinear"
        );
        if moves || call.node.op_type.starts_with('Q') && call.node.op_type != "QuantizeLinear" {
            return Ok(());
        }
        let levels = |name: &&str| match self.tensors.get(name) {
            Some(Tensor::Computed(computed)) => self.levels(computed.at),
            _ => None,
        };
        match (call.node.inputs.iter().find_map(levels), self.integer_input) {
            (None, _) => Ok(()),
            // Of the input: integers are for quantised graphs.
            (Some(None), Some(kind)) => {
                Err(Fault::InputType { input: super::cut(self.input_name), got: kind.data_type() })
            }
            (Some(_), _) => Err(Fault::Unsupported {
                hint: "it computes with the integers of a quantised tensor and not with what they stand for; put a DequantizeLinear before it",
            }),
        }
    }

    /// `DequantizeLinear`. An input that is quantised already has only now a grid.
    fn on(&self, at: Operand, scale: f32, zero_point: i32, kind: Option<Kind>) -> FloatOp {
        match (at, self.integer_input) {
            (Operand::Input, Some(input)) => {
                let min = kind.unwrap_or(input).min().unwrap_or_default();
                FloatOp::Quantize(Grid { scale, zero_point, min })
            }
            _ => FloatOp::Dequantize { scale, zero_point },
        }
    }

    fn quantize_linear(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        if let Tensor::Constant(constant) = self.operand(call, 0)? {
            let constant = constant.clone();
            let quantised = self.quantized_constant(call, &constant)?;
            self.charge(&quantised)?;
            return Ok(Tensor::Constant(quantised));
        }
        let grid = self.grid(call, 1)?;
        let dims = self.computed(call, 0)?;
        self.append(call, FloatOp::Quantize(grid), dims)
    }

    fn dequantize_linear(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        if let Tensor::Constant(constant) = self.operand(call, 0)? {
            let constant = constant.clone();
            let scales = self.scales(call, 1)?;
            let zero_points = self.optional(call, 2)?.cloned();
            let axis = call.attributes.int("axis", 1);
            self.no_blocks(call)?;
            let reals = dequantized(&constant, &scales, zero_points.as_ref(), axis)?;
            self.charge(&reals)?;
            return Ok(Tensor::Constant(reals));
        }
        self.no_blocks(call)?;
        let dims = self.computed(call, 0)?;
        let at = self.operand_at(call, 0)?.at;
        let scale = self.scale(call, 1)?;
        let (zero_point, kind) = self.zero_point(call, 2)?;
        let op = self.on(at, scale, zero_point, kind);
        self.append(call, op, dims)
    }

    fn no_blocks(&self, call: &Call<'_, 'a>) -> Result<(), Fault> {
        match call.attributes.int("block_size", 0) {
            0 => Ok(()),
            got => {
                let (got, expected) = (got.to_string(), "0: scales are of tensors or of channels");
                Err(Fault::Attribute { attribute: "block_size", got, expected })
            }
        }
    }

    /// The grid in operands `at`, a scale, and `at + 1`, a zero point.
    fn grid(&self, call: &Call<'_, 'a>, at: usize) -> Result<Grid, Fault> {
        self.no_blocks(call)?;
        let scale = self.scale(call, at)?;
        let (zero_point, kind) = self.zero_point(call, at + 1)?;
        let named = match call.attributes.int("output_dtype", 0) {
            0 => None,
            got => {
                Some(Kind::of(got).filter(|kind| kind.min().is_some()).ok_or_else(|| Fault::Attribute {
                    attribute: "output_dtype",
                    got: got.to_string(),
                    expected: "uint8 (2) or int8 (3)",
                })?)
            }
        };
        let min = kind.or(named).unwrap_or(Kind::U8).min().unwrap_or_default();
        Ok(Grid { scale, zero_point, min })
    }

    fn scales(&self, call: &Call<'_, 'a>, index: usize) -> Result<Constant, Fault> {
        let scales = self.constant(call, index)?;
        let Data::Float(values) = &scales.data else {
            return Err(super::layers::shape("scales", "floats", &scales.dims));
        };
        match values.iter().find(|scale| !(scale.is_normal() && **scale > 0.0)) {
            Some(got) => Err(Fault::Scale { what: "the scale", got: *got }),
            None => Ok(scales.clone()),
        }
    }

    /// The one scale of a tensor.
    fn scale(&self, call: &Call<'_, 'a>, index: usize) -> Result<f32, Fault> {
        let scales = self.scales(call, index)?;
        match scales.floats() {
            Some([scale]) => Ok(*scale),
            other => Err(Fault::Scales {
                expected: "one scale for a tensor that is computed",
                got: other.map_or(0, <[f32]>::len),
                axis: call.attributes.int("axis", 1),
                dims: Vec::new(),
            }),
        }
    }

    /// The one zero point of a tensor and its type; 0 and none where it is left out.
    fn zero_point(&self, call: &Call<'_, 'a>, index: usize) -> Result<(i32, Option<Kind>), Fault> {
        let Some(constant) = self.optional(call, index)? else { return Ok((0, None)) };
        match &constant.data {
            Data::Quantized(values, kind @ (Kind::U8 | Kind::I8)) if values.len() == 1 => {
                Ok((values.first().copied().unwrap_or_default(), Some(*kind)))
            }
            Data::Quantized(values, kind) => Err(Fault::ZeroPoint {
                expected: "one number of type uint8 or int8",
                got: format!("{} of type {kind:?}", values.len()),
            }),
            _ => Err(Fault::ZeroPoint {
                expected: "one number of type uint8 or int8",
                got: "of another type".into(),
            }),
        }
    }

    /// `QuantizeLinear` of a constant.
    fn quantized_constant(&self, call: &Call<'_, 'a>, constant: &Constant) -> Result<Constant, Fault> {
        let values = super::layers::floats(constant, "a constant")?;
        let scales = self.scales(call, 1)?;
        let scales = scales.floats().unwrap_or_default();
        let (zero_points, kind) = match self.optional(call, 2)?.map(|constant| &constant.data) {
            None => (vec![0], Kind::U8),
            Some(Data::Quantized(values, kind @ (Kind::U8 | Kind::I8))) => (values.clone(), *kind),
            Some(_) => {
                let expected = "of type uint8 or int8";
                return Err(Fault::ZeroPoint { expected, got: "of another type".into() });
            }
        };
        let channel = channels(&constant.dims, scales.len(), call.attributes.int("axis", 1))?;
        if ![1, scales.len()].contains(&zero_points.len()) {
            return Err(zero_point_count(zero_points.len()));
        }
        let min = kind.min().unwrap_or_default();
        let each = values.iter().enumerate().map(|(i, value)| {
            let zero = one_of(&zero_points, channel.of(i));
            let steps = (value / one_of(scales, channel.of(i))).round_ties_even();
            (steps + zero as f32).clamp(min as f32, (min + 255) as f32) as i32
        });
        Ok(Constant { dims: constant.dims.clone(), data: Data::Quantized(each.collect(), kind) })
    }

    fn qlinear_conv(&mut self, call: &Call<'_, 'a>) -> Result<Computed, Fault> {
        let (scale, _) = self.is_on_grid(call, 0)?;
        let weights = self.weights(call, 3, 0)?;
        let bias = self.optional(call, 8)?.cloned();
        let bias = bias.map(|bias| in_products(&bias, scale, &weights)).transpose()?;
        self.convolution_of(call, &weights, bias.as_ref())
    }

    /// `QLinearMatMul`, or `QGemm` with its bias at operand `bias`.
    fn qlinear_product(&mut self, call: &Call<'_, 'a>, bias: Option<usize>) -> Result<Computed, Fault> {
        let (scale, _) = self.is_on_grid(call, 0)?;
        let transposed = bias.is_some() && call.attributes.int("transB", 0) != 0;
        let weights = self.weights(call, 3, if transposed { 0 } else { 1 })?;
        let bias = match bias {
            Some(index) => self.optional(call, index)?.cloned(),
            None => None,
        };
        let bias = bias.map(|bias| in_products(&bias, scale, &weights)).transpose()?;
        self.product_of(call, &weights, bias.as_ref())
    }

    /// Weights in operand `index`, with scales and zero points in the two after it.
    fn weights(&self, call: &Call<'_, 'a>, index: usize, axis: i64) -> Result<Constant, Fault> {
        let weights = self.constant(call, index)?;
        let scales = self.scales(call, index + 1)?;
        dequantized(weights, &scales, self.optional(call, index + 2)?, axis)
    }

    fn qlinear_add(&mut self, call: &Call<'_, 'a>) -> Result<Computed, Fault> {
        let ((_, a), (_, b)) = (self.is_on_grid(call, 0)?, self.is_on_grid(call, 3)?);
        if a.dims != b.dims {
            let expected = "tensors of the same dimensions";
            return Err(Fault::Join { expected, got: vec![a.dims, b.dims] });
        }
        self.append_to(call, FloatOp::Add, vec![a.at, b.at], a.dims)
    }

    fn qlinear_concat(&mut self, call: &Call<'_, 'a>) -> Result<Computed, Fault> {
        let count = call.node.inputs.len().saturating_sub(2) / 3;
        if count > crate::validate::MAX_OPERANDS {
            return Err(Fault::Unsupported { hint: "it joins more than 64 tensors; join them in steps" });
        }
        let mut parts = Vec::with_capacity(count);
        for index in 0..count {
            let (_, x) = self.is_on_grid(call, 2 + 3 * index)?;
            parts.push(self.on_grid(call, x, 0)?);
        }
        self.concat_of(call, &parts)
    }

    fn qlinear_unary(&mut self, call: &Call<'_, 'a>) -> Result<Computed, Fault> {
        let (_, x) = self.is_on_grid(call, 0)?;
        let result = match call.node.op_type {
            "QLinearSigmoid" => {
                self.append(call, FloatOp::Function(crate::onnx::Function::Sigmoid), x.dims)?
            }
            "QLinearLeakyRelu" => {
                let slope = call.attributes.float("alpha", 0.01)?;
                self.append(call, super::functions::leaky_relu(slope)?, x.dims)?
            }
            _ if call.attributes.int("channels_last", 0) != 0 => {
                let (got, expected) = ("1".into(), "0: channels first");
                return Err(Fault::Attribute { attribute: "channels_last", got, expected });
            }
            "QLinearAveragePool" => self.average_pool(call)?,
            _ => self.global_pool(call)?,
        };
        match result {
            Tensor::Computed(computed) => Ok(computed),
            Tensor::Constant(_) | Tensor::Deferred(_) => Err(Fault::NotComputed { index: 0 }),
        }
    }
}

/// Which of some scales a value of a tensor has.
struct Channels {
    count: usize,
    /// Values behind an index on the axis.
    inner: usize,
    axis: usize,
}

impl Channels {
    fn of(&self, index: usize) -> usize {
        index / self.inner.max(1) % self.count.max(1)
    }
}

fn channels(dims: &[usize], scales: usize, axis: i64) -> Result<Channels, Fault> {
    if scales == 1 {
        return Ok(Channels { count: 1, inner: 1, axis: 0 });
    }
    let at = if axis < 0 { axis.saturating_add(dims.len() as i64) } else { axis };
    let at = usize::try_from(at).ok().filter(|at| dims.get(*at) == Some(&scales));
    let Some(axis) = at else {
        let expected = "one scale, or one for each index on the axis of its output channels";
        return Err(Fault::Scales {
            expected,
            got: scales,
            axis,
            dims: dims.iter().copied().take(9).collect(),
        });
    };
    let inner = dims.iter().skip(axis + 1).product();
    Ok(Channels { count: scales, inner, axis })
}

fn one_of<T: Copy + Default>(list: &[T], index: usize) -> T {
    list.get(index).or(list.first()).copied().unwrap_or_default()
}

fn zero_point_count(got: usize) -> Fault {
    let expected = "one number, or one for each scale";
    Fault::ZeroPoint { expected, got: format!("{got} numbers") }
}

/// `DequantizeLinear` of a constant.
fn dequantized(
    constant: &Constant,
    scales: &Constant,
    zero_points: Option<&Constant>,
    axis: i64,
) -> Result<Constant, Fault> {
    let Data::Quantized(values, kind) = &constant.data else {
        return Err(super::layers::shape(
            "a constant",
            "numbers of type uint8, int8 or int32",
            &constant.dims,
        ));
    };
    let scales = scales.floats().unwrap_or_default();
    let channel = channels(&constant.dims, scales.len(), axis)?;
    let zeros = match zero_points.map(|constant| &constant.data) {
        None => vec![0],
        Some(Data::Quantized(zeros, of)) if of == kind => zeros.clone(),
        Some(_) => {
            let expected = "of the type of what it belongs to";
            return Err(Fault::ZeroPoint { expected, got: "of another type".into() });
        }
    };
    if ![1, scales.len()].contains(&zeros.len()) {
        return Err(zero_point_count(zeros.len()));
    }
    if let (Kind::I32, Some(got)) = (kind, zeros.iter().find(|zero| **zero != 0)) {
        return Err(Fault::ZeroPoint { expected: "0 for int32", got: got.to_string() });
    }
    // Numbers of eight bits, or of 32 less zero: no overflow.
    let integers: Vec<i32> =
        values.iter().enumerate().map(|(i, q)| q - one_of(&zeros, channel.of(i))).collect();
    let data = Dequantized::new(integers, scales.to_vec(), channel.axis, &constant.dims);
    Ok(Constant { dims: constant.dims.clone(), data: Data::Dequantized(data) })
}

/// A bias of a `QLinear…` operator, in products of steps of its input and of its weights.
fn in_products(bias: &Constant, input: f32, weights: &Constant) -> Result<Constant, Fault> {
    let (Data::Quantized(values, Kind::I32), Data::Dequantized(weights)) = (&bias.data, &weights.data) else {
        return Err(super::layers::shape("a bias", "numbers of type int32", &bias.dims));
    };
    let scales: Vec<f32> = weights.scales.iter().map(|scale| input * scale).collect();
    let floats = values.iter().enumerate().map(|(i, b)| *b as f32 * one_of(&scales, i)).collect();
    let data = Dequantized { integers: values.clone(), scales, axis: 0, floats };
    Ok(Constant { dims: bias.dims.clone(), data: Data::Dequantized(data) })
}

/// A bias, with what it stands for, for `count` channels.
fn biases(bias: Option<&Constant>, count: usize, factor: f32) -> Result<(Vec<i32>, Bias), Fault> {
    let Some(constant) = bias else { return Ok((vec![0; count], Bias::Real(vec![0.0]))) };
    let fits = [1, count].contains(&constant.dims.iter().product())
        && constant.dims.iter().rev().skip(1).all(|n| *n == 1);
    if !fits {
        return Err(super::layers::shape("a bias", format!("[{count}]"), &constant.dims));
    }
    match &constant.data {
        Data::Dequantized(bias) if factor == 1.0 => {
            let integers = (0..count).map(|i| one_of(&bias.integers, i)).collect();
            Ok((integers, Bias::Scaled(bias.scales.clone())))
        }
        _ => {
            let reals = super::layers::floats(constant, "a bias")?;
            let reals: Vec<f32> = (0..count).map(|i| one_of(reals, i) * factor).collect();
            super::layers::finite(&reals, &[])?;
            Ok((vec![0; count], Bias::Real(reals)))
        }
    }
}

fn narrow(integers: &[i32], tensor: &[usize]) -> Result<Vec<i16>, Fault> {
    let narrow: Option<Vec<i16>> = integers.iter().map(|w| i16::try_from(*w).ok()).collect();
    narrow
        .filter(|weights| weights.iter().all(|w| w.abs() <= 255))
        .ok_or_else(|| super::layers::shape("weights", "numbers of type uint8 or int8", tensor))
}

/// A convolution with integer weights.
pub(super) fn integer_conv(
    sizes: &Conv<f32, f32>,
    weights: &Dequantized,
    bias: Option<&Constant>,
    dims: &[usize],
) -> Result<FloatOp, Fault> {
    if weights.scales.len() > 1 && weights.axis != 0 {
        return Err(wrong_axis(weights, dims));
    }
    let (biases, bias) = biases(bias, sizes.out_channels, 1.0)?;
    let conv = Conv {
        out_channels: sizes.out_channels,
        in_channels: sizes.in_channels,
        group: sizes.group,
        kernel: sizes.kernel,
        strides: sizes.strides,
        pads: sizes.pads,
        dilations: sizes.dilations,
        weights: narrow(&weights.integers, dims)?,
        bias: biases,
    };
    Ok(FloatOp::Integer(Box::new(IntegerLayer {
        layer: Layer::Conv(conv),
        scales: weights.scales.clone(),
        bias,
    })))
}

/// A product with integer weights.
pub(super) fn integer_gemm(
    constant: &Constant,
    weights: &Dequantized,
    bias: Option<&Constant>,
    [inputs, outputs]: [usize; 2],
    [alpha, beta]: [f32; 2],
    transposed: bool,
) -> Result<FloatOp, Fault> {
    let axis = usize::from(!transposed);
    if weights.scales.len() > 1 && weights.axis != axis {
        return Err(wrong_axis(weights, &constant.dims));
    }
    let scales: Vec<f32> = weights.scales.iter().map(|scale| scale * alpha).collect();
    if let Some(got) = scales.iter().find(|scale| !(scale.is_normal() && **scale > 0.0)) {
        return Err(Fault::Scale { what: "a product of alpha and a scale", got: *got });
    }
    // Numbers of eight bits are floats exactly.
    let narrow = narrow(&weights.integers, &constant.dims)?;
    let floats = Data::Float(narrow.iter().map(|w| f32::from(*w)).collect());
    let (_, rows) = matrix(&Constant { dims: constant.dims.clone(), data: floats }, inputs, transposed)?;
    let (biases, bias) = biases(bias, outputs, beta)?;
    let gemm = Gemm { outputs, inputs, weights: rows.iter().map(|w| *w as i16).collect(), bias: biases };
    Ok(FloatOp::Integer(Box::new(IntegerLayer { layer: Layer::Gemm(gemm), scales, bias })))
}

fn wrong_axis(weights: &Dequantized, dims: &[usize]) -> Fault {
    Fault::Scales {
        expected: "scales on the axis of its output channels",
        got: weights.scales.len(),
        axis: weights.axis as i64,
        dims: dims.iter().copied().take(9).collect(),
    }
}
