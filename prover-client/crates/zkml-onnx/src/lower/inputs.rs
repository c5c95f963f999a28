//! The model's input: its type, its shape, and what makes floats of integers.

use std::collections::HashSet;

use super::{Builder, Call, Computed, Tensor, cut};
use crate::{
    Fault, FloatOp, InputType, OutputHead, proto,
    tensor::{Constant, Data, Kind, integer_range, is_float},
};
use zkml_model::{graph::Operand, validate};

/// Integers of the input.
pub(super) struct Integers {
    /// ONNX's number for their type.
    pub data_type: i64,
    /// Their type, if a grid can be of it.
    pub kind: Option<Kind>,
    /// Operations whose results a `Cast` has made floats.
    pub floats: HashSet<usize>,
    /// `true` if a grid says what they stand for.
    pub on_grid: bool,
}

impl<'a> Builder<'a> {
    /// Names the input. Returns its shape without the batch.
    pub(super) fn input_shape(
        &mut self,
        input: &proto::ValueInfo<'a>,
    ) -> Result<Vec<usize>, Fault> {
        if !is_float(input.elem_type) {
            if integer_range(input.elem_type).is_none() {
                return Err(Fault::InputType { input: cut(input.name), got: input.elem_type });
            }
            self.integers = Some(Integers {
                data_type: input.elem_type,
                kind: Kind::of(input.elem_type).filter(|kind| kind.min().is_some()),
                floats: HashSet::new(),
                on_grid: false,
            });
        }
        let dims = input.dims.as_deref().unwrap_or_default();
        let sizes: Option<Vec<usize>> =
            dims.iter().skip(1).map(|n| n.and_then(|n| usize::try_from(n).ok())).collect();
        let (Some(None | Some(1)), Some(shape)) = (dims.first(), sizes.filter(|s| !s.is_empty()))
        else {
            let dims = dims.iter().map(|n| n.map_or("?".into(), |n| n.to_string()));
            let shape = format!("[{}]", dims.collect::<Vec<_>>().join(", "));
            return Err(Fault::InputShape { input: cut(input.name), shape });
        };
        validate::values(&shape)?;
        let dims = [&[1], shape.as_slice()].concat();
        let computed = Computed { at: Operand::Input, dims, end: OutputHead::Scores, sole: true };
        self.tensors.insert(input.name, Tensor::Computed(computed));
        Ok(shape)
    }

    /// Returns the numbers that the input's type allows, once all nodes are read.
    pub(super) fn input_type(&self) -> Result<InputType, Fault> {
        let Some(integers) = self.integers.as_ref().filter(|integers| !integers.floats.is_empty())
        else {
            return Ok(InputType::Float);
        };
        match integer_range(integers.data_type) {
            // A number cannot stand for itself and for another one on a grid.
            Some([min, max]) if !integers.on_grid => Ok(InputType::Integers { min, max }),
            _ => Err(Fault::InputType { input: cut(self.input_name), got: integers.data_type }),
        }
    }

    /// The same tensor as floats, which it is, or of the input's integers becomes here.
    pub(super) fn cast(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        if !self.is_to_float(call)? {
            return Err(Fault::Attribute {
                attribute: "to",
                got: call.attributes.int("to", 0).to_string(),
                expected: "a type of floats, float (1) for instance: what becomes of fractions cannot be proved",
            });
        }
        let x = match self.operand(call, 0)? {
            Tensor::Constant(constant) => {
                let data = Data::Float(constant.data.reals());
                let floats = Constant { dims: constant.dims.clone(), data };
                self.charge(&floats)?;
                return Ok(Tensor::Constant(floats));
            }
            Tensor::Computed(x) if self.levels(x.at) == Some(None) => x.clone(),
            _ => return self.alias(call),
        };
        let floats = self.append_to(call, FloatOp::Reshape, vec![x.at], x.dims)?;
        if let (Operand::Node(index), Some(integers)) = (floats.at, &mut self.integers) {
            integers.floats.insert(index);
        }
        Ok(Tensor::Computed(floats))
    }

    /// Returns `true` if a `Cast` or `CastLike` gives floats.
    pub(super) fn is_to_float(&self, call: &Call<'_, 'a>) -> Result<bool, Fault> {
        if call.node.op_type == "Cast" {
            return Ok(is_float(call.attributes.int("to", 0)));
        }
        Ok(match self.operand(call, 1)? {
            Tensor::Constant(constant) => constant.floats().is_some(),
            Tensor::Computed(like) => {
                like.end == OutputHead::Scores && self.levels(like.at).is_none()
            }
            Tensor::Deferred(_) | Tensor::Padded(_) => true,
        })
    }
}
