//! Operators of quantised graphs: those of ONNX, and onnxruntime's (domain `com.microsoft`) that
//! `quantize_static` writes.
//!
//! A `QLinear…` operator is what it is in floats between two grids: its operands' grids are checked
//! to be those that they are on, and its result is put on the last.

mod weights;

use self::weights::{channels, dequantized, in_products, one_of, zero_point_count};
pub(super) use self::weights::{integer_conv, integer_gemm};
use super::{Builder, Call, Computed, Tensor, after_end::Spread, output_head::class_axis};
use crate::{
    Fault, FloatNode, FloatOp, OutputHead, proto,
    quantized::Grid,
    tensor::{Constant, Data, Kind},
};
use zkml_model::graph::Operand;

/// Returns `true` if a node is an operator of quantised graphs.
pub(super) fn is_known(node: &proto::Node<'_>) -> bool {
    let microsoft = node.domain == "com.microsoft";
    match node.op_type {
        "QuantizeLinear" | "DequantizeLinear" => microsoft || matches!(node.domain, "" | "ai.onnx"),
        "QLinearConv" | "QLinearMatMul" => matches!(node.domain, "" | "ai.onnx"),
        "QGemm" | "QLinearAdd" | "QLinearConcat" | "QLinearSigmoid" | "QLinearLeakyRelu" => {
            microsoft
        }
        "QLinearAveragePool" | "QLinearGlobalAveragePool" | "QLinearSoftmax" => microsoft,
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
            "QLinearSoftmax" => {
                let (_, scores) = self.is_on_grid(call, 0)?;
                class_axis(call, &scores.dims, -1)?;
                self.note_softmax(call, Some(Spread::Probabilities));
                return Ok(Tensor::Computed(Computed { end: OutputHead::Softmax, ..scores }));
            }
            "QLinearConcat" => return self.qlinear_concat(call).map(Tensor::Computed),
            _ => (self.qlinear_unary(call)?, 3),
        };
        // A `QGemm` may give reals.
        if call.node.op_type == "QGemm"
            && call.node.inputs.get(grid).is_none_or(|name| name.is_empty())
        {
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

    /// Returns `true` if a tensor is of the integers themselves; then with the one that stands for
    /// zero, if it is known.
    pub(super) fn levels(&self, at: Operand) -> Option<Option<i32>> {
        let Operand::Node(index) = self.moved_from(at) else {
            return self.integers.as_ref().map(|_| None);
        };
        match self.nodes.get(index) {
            Some(FloatNode { op: FloatOp::Quantize(grid), inputs, .. }) => {
                let from = inputs.first().map(|from| self.moved_from(*from));
                // There it says on which grid the input's integers are read.
                let reads = self.integers.is_some() && from == Some(Operand::Input);
                (!reads).then_some(Some(grid.zero_point))
            }
            _ => None,
        }
    }

    /// The source of a tensor's values, if later operations only move them or take
    /// the greatest.
    fn moved_from(&self, mut at: Operand) -> Operand {
        while let Operand::Node(index) = at
            && let Some(node) = self.nodes.get(index)
            && matches!(node.op, FloatOp::Reshape | FloatOp::Move(_) | FloatOp::MaxPool(_))
            && !self.integers.as_ref().is_some_and(|integers| integers.floats.contains(&index))
            && let Some(from) = node.inputs.first()
        {
            at = *from;
        }
        at
    }

    /// Refuses a node that computes with the integers of a quantised tensor as if they were what
    /// they stand for.
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
        );
        let grids = call.node.op_type != "QuantizeLinear" && is_known(call.node);
        if moves {
            return Ok(());
        }
        let levels = |name: &&str| match self.tensors.get(name) {
            Some(Tensor::Computed(computed)) => self.levels(computed.at),
            _ => None,
        };
        match (call.node.inputs.iter().find_map(levels), &self.integers) {
            (None, _) => Ok(()),
            // The input's integers stand for reals on a grid of their type, or for themselves once
            // they are floats.
            (Some(None), Some(integers)) => {
                let cast = matches!(call.node.op_type, "Cast" | "CastLike");
                if cast || grids && integers.kind.is_some() {
                    return Ok(());
                }
                let got = integers.data_type;
                Err(Fault::InputType { input: super::cut(self.input_name), got })
            }
            (Some(_), _) if grids => Ok(()),
            (Some(_), _) => Err(Fault::Unsupported {
                hint: "it computes with the integers of a quantised tensor and not with what they stand for; put a DequantizeLinear before it",
            }),
        }
    }

    /// `DequantizeLinear`. An input that is quantised already has only now a grid.
    fn on(&mut self, at: Operand, scale: f32, zero_point: i32, kind: Option<Kind>) -> FloatOp {
        let reads_input = self.levels(at) == Some(None);
        match (at, &mut self.integers) {
            (_, Some(integers)) if reads_input => {
                integers.on_grid = true;
                if at != Operand::Input {
                    return FloatOp::Dequantize { scale, zero_point };
                }
                let min = kind.or(integers.kind).and_then(Kind::min).unwrap_or_default();
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
            got => Some(Kind::of(got).filter(|kind| kind.min().is_some()).ok_or_else(|| {
                Fault::Attribute {
                    attribute: "output_dtype",
                    got: got.to_string(),
                    expected: "uint8 (2) or int8 (3)",
                }
            })?),
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
    fn quantized_constant(
        &self,
        call: &Call<'_, 'a>,
        constant: &Constant,
    ) -> Result<Constant, Fault> {
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
    fn qlinear_product(
        &mut self,
        call: &Call<'_, 'a>,
        bias: Option<usize>,
    ) -> Result<Computed, Fault> {
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
        if count > zkml_model::validate::MAX_OPERANDS {
            return Err(Fault::Unsupported {
                hint: "it joins more than 64 tensors; join them in steps",
            });
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
                self.append(call, FloatOp::Function(crate::Function::Sigmoid), x.dims)?
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
            _ => Err(Fault::NotComputed { index: 0 }),
        }
    }
}
