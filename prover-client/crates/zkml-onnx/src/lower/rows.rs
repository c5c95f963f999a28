//! Tensors `[rows, features]` whose first axis is the batch and another axis in one.
//!
//! Keras and `view(-1, features)` bring a layer over each step of a sequence, or over each place of
//! a picture, into this form: the batch goes into the rows, a product by constants follows, and a
//! reshape takes the batch out again. With a batch of 1 the values are those of `[1, rows,
//! features]`, and this is how they are kept; the names of such tensors are noted, and only what
//! treats each row or each value alone may read them.

use super::{
    Builder, Call, Computed, Tensor,
    layers::{broadcast, matrix},
};
use crate::{
    Fault, FloatOp,
    tensor::{Constant, Data},
};

/// Operators that treat each row or each value alone, and those that only change the shape.
const BY_ROWS: [&str; 39] = [
    "Abs",
    "Add",
    "Cast",
    "CastLike",
    "Celu",
    "Clip",
    "Div",
    "Dropout",
    "Elu",
    "Erf",
    "Exp",
    "Flatten",
    "Gelu",
    "Gemm",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "LeakyRelu",
    "Log",
    "MatMul",
    "Mish",
    "Mul",
    "Neg",
    "Pow",
    "Reciprocal",
    "Relu",
    "Reshape",
    "Selu",
    "Shape",
    "Sigmoid",
    "Size",
    "Softplus",
    "Sqrt",
    "Squeeze",
    "Sub",
    "Swish",
    "Tanh",
    "Transpose",
    "Unsqueeze",
];
/// Of those the ones whose result may be of another form.
const SHAPES: [&str; 7] =
    ["Flatten", "Reshape", "Shape", "Size", "Squeeze", "Transpose", "Unsqueeze"];

impl<'a> Builder<'a> {
    /// Returns `true` if a node reads a tensor of rows.
    pub(super) fn reads_rows(&self, call: &Call<'_, 'a>) -> bool {
        call.node.inputs.iter().any(|name| self.rows.contains(name))
    }

    /// Notes the form of a node's result before the node is built.
    ///
    /// # Errors
    /// It reads rows and is not known to treat them alone, or reads another computed tensor beside
    /// them, or ends the model.
    pub(super) fn note_rows(&mut self, call: &Call<'_, 'a>) -> Result<(), Fault> {
        if !self.reads_rows(call) {
            return Ok(());
        }
        let computed =
            |name: &&&str| !matches!(self.tensors.get(**name), None | Some(Tensor::Constant(_)));
        let alone = call.node.inputs.iter().filter(computed).all(|name| self.rows.contains(name));
        let op = call.node.op_type;
        // A constant of more axes would take the batch out again.
        let wide = |name: &&str| matches!(self.tensors.get(*name), Some(Tensor::Constant(c)) if c.dims.len() > 2);
        let wide = call.node.inputs.iter().any(wide);
        // A `Gemm` with `transA` makes one row of a column, which has the batch.
        let row = op == "Gemm" && call.attributes.int("transA", 0) != 0;
        let ends = !SHAPES.contains(&op) && !row && call.node.outputs.first() == Some(&self.output);
        if !alone || wide || ends || !BY_ROWS.contains(&op) {
            return Err(Fault::Unsupported {
                hint: "it reads a tensor whose first axis is the batch and another one together, which only products by constants and functions of single values may: reshape it back before",
            });
        }
        if !SHAPES.contains(&op) {
            self.rows.extend(call.node.outputs.first());
        }
        Ok(())
    }

    /// Dimensions of a computed operand as the file means them.
    pub(super) fn dims_in_file(
        &self,
        call: &Call<'_, 'a>,
        index: usize,
    ) -> Result<Vec<usize>, Fault> {
        let mut dims = match self.operand(call, index)? {
            Tensor::Constant(constant) => return Ok(constant.dims.clone()),
            Tensor::Deferred(point) => {
                self.points.get(*point).map(|p| p.dims.clone()).unwrap_or_default()
            }
            Tensor::Computed(computed) => computed.dims.clone(),
            Tensor::Padded(padded) => padded.dims.clone(),
        };
        if call.node.inputs.get(index).is_some_and(|name| self.rows.contains(name))
            && !dims.is_empty()
        {
            dims.remove(0);
        }
        Ok(dims)
    }

    /// The row that a `Gemm` with `transA` makes of a column, whose rows are of one value each.
    pub(super) fn column(&mut self, call: &Call<'_, 'a>) -> Result<Option<Computed>, Fault> {
        if !self.reads_rows(call) || call.attributes.int("transA", 0) == 0 {
            return Ok(None);
        }
        let x = self.operand_at(call, 0)?.clone();
        let &[1, rows, 1] = x.dims.as_slice() else { return Ok(None) };
        // The product is no longer of rows that hold the batch.
        if let Some(output) = call.node.outputs.first() {
            self.rows.remove(output);
        }
        self.append_to(call, FloatOp::Reshape, vec![x.at], vec![1, rows]).map(Some)
    }

    /// `Gemm` of every row.
    pub(super) fn gemm_of_rows(
        &mut self,
        call: &Call<'_, 'a>,
        weights: &Constant,
        bias: Option<&Constant>,
    ) -> Result<Computed, Fault> {
        let x = self.operand_at(call, 0)?.clone();
        let inputs = x.dims.last().copied().unwrap_or(0);
        if call.attributes.int("transA", 0) != 0 || matches!(weights.data, Data::Dequantized(_)) {
            return Err(Fault::Unsupported {
                hint: "of rows that go with the batch it is supported with transA = 0 and float weights alone",
            });
        }
        let alpha = call.attributes.float("alpha", 1.0)?;
        let beta = call.attributes.float("beta", 1.0)?;
        let transposed = call.attributes.int("transB", 0) != 0;
        let (outputs, values) = matrix(weights, inputs, transposed)?;
        let values = values.into_iter().map(|weight| weight * alpha).collect();
        let weights = Constant { dims: vec![outputs, inputs], data: Data::Float(values) };
        let bias = match bias {
            Some(bias) => broadcast(bias, outputs)?.into_iter().map(|b| b * beta).collect(),
            None => vec![0.0; outputs],
        };
        self.product_of_rows(call, &x, &weights, bias)
    }
}
