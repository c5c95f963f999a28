//! `Pad` with a value that is never the greatest, as converters write it before a `MaxPool`: it
//! becomes the pool's own padding.

use super::{Builder, Call, Computed, Tensor};
use crate::{Fault, FloatOp, Function};
use zkml_model::graph::{Move, Operand, Window};

/// The lowest number of bfloat16: nothing that networks compute is below it.
const LOWEST: f32 = -3.389_531_4e38;

/// A tensor with a border that a maximum never takes.
#[derive(Clone, Debug)]
pub(super) struct Padded {
    /// The operand inside the border.
    pub x: Computed,
    /// Dimensions with the border, batch included.
    pub dims: Vec<usize>,
    /// Border before and after the last axes: of pictures two, of lines one.
    before: Vec<usize>,
    after: Vec<usize>,
    value: f32,
    /// The `Pad`'s name.
    node: String,
}

impl Padded {
    /// The reason why nothing but a `MaxPool` may read it.
    pub fn refused(&self) -> Fault {
        Fault::Padded { node: self.node.clone(), value: self.value.to_string() }
    }

    /// The window of a `MaxPool` over the bordered tensor as one over the tensor itself.
    pub fn widened(&self, mut window: Window) -> Window {
        // Of a line the axis is the second of its picture's.
        let first = 2 - self.before.len().min(2);
        for (axis, (before, after)) in self.before.iter().zip(&self.after).enumerate() {
            window.pads[first + axis] = window.pads[first + axis].saturating_add(*before);
            window.pads[first + axis + 2] = window.pads[first + axis + 2].saturating_add(*after);
        }
        window
    }
}

impl<'a> Builder<'a> {
    /// The border of this value around a tensor, if it can be a pool's padding; `before` and
    /// `after` are without the batch.
    pub(super) fn padded(
        &self,
        call: &Call<'_, 'a>,
        x: &Computed,
        value: f32,
        [before, after]: [&[usize]; 2],
    ) -> Option<Padded> {
        let never = value <= LOWEST || self.least(x.at).is_some_and(|least| value <= least);
        let spatial = matches!(x.dims.len(), 3 | 4);
        let (Some((0, before)), Some((0, after))) = (before.split_first(), after.split_first())
        else {
            return None;
        };
        let mut dims = x.dims.clone();
        for (n, (before, after)) in dims.iter_mut().skip(2).zip(before.iter().zip(after)) {
            *n = n.checked_add(*before)?.checked_add(*after)?;
        }
        let (before, after, node) = (before.to_vec(), after.to_vec(), call.name.clone());
        (never && spatial && self.levels(x.at).is_none()).then(|| Padded {
            x: x.clone(),
            dims,
            before,
            after,
            value,
            node,
        })
    }

    /// Returns the border of a node's first operand, if it has one.
    pub(super) fn border(&self, call: &Call<'_, 'a>) -> Result<Option<Padded>, Fault> {
        Ok(match self.operand(call, 0)? {
            Tensor::Padded(padded) => Some(padded.as_ref().clone()),
            _ => None,
        })
    }

    /// A number below which no value of a tensor is, if one is known whatever the input.
    fn least(&self, mut at: Operand) -> Option<f32> {
        loop {
            let Operand::Node(index) = at else { return None };
            let node = self.nodes.get(index)?;
            at = match &node.op {
                FloatOp::Relu | FloatOp::Function(Function::Sigmoid) => return Some(0.0),
                FloatOp::Function(Function::Tanh | Function::Erf) => return Some(-1.0),
                FloatOp::Clip { min, .. } => return Some(*min),
                FloatOp::Reshape | FloatOp::MaxPool(_) | FloatOp::Move(Move::Transpose { .. }) => {
                    *node.inputs.first()?
                }
                _ => return None,
            };
        }
    }
}
