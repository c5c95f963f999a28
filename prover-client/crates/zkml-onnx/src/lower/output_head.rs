//! Output heads: operators of which only the order of their scores counts.

use super::{
    Builder, Call, Computed, Tensor, after_end::Spread, elementwise::UnaryOp, layers::ints,
};
use crate::{Fault, OutputHead};
use zkml_model::output::MAX_TOP_CLASSES;

impl<'a> Builder<'a> {
    pub(super) fn softmax(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let scores = self.scores(call)?;
        let default = if self.opset >= 13 { -1 } else { 1 };
        class_axis(call, &scores.dims, default)?;
        let logarithms = call.node.op_type == "LogSoftmax";
        let spread = if logarithms { Spread::Logarithms } else { Spread::Probabilities };
        self.note_softmax(call, Some(spread));
        Ok(Tensor::Computed(Computed { end: OutputHead::Softmax, ..scores }))
    }

    /// `ArgMax`, and `ArgMin`, which is the `ArgMax` of the negated scores.
    pub(super) fn arg_max(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let scores = self.scores(call)?;
        let class = scores.to_class(call, 0)?;
        let last = call.attributes.int("select_last_index", 0);
        if last != 0 {
            let (got, expected) = (last.to_string(), "0: of equal scores the first wins");
            return Err(Fault::Attribute { attribute: "select_last_index", got, expected });
        }
        if call.node.op_type == "ArgMax" {
            return Ok(Tensor::Computed(class));
        }
        let negated = self.step(call, &scores, UnaryOp::Affine { factor: -1.0, summand: 0.0 })?;
        Ok(Tensor::Computed(Computed { at: negated.at, sole: false, ..class }))
    }

    /// `TopK`: its second output, the indices, is the answer.
    pub(super) fn top_k(&mut self, call: &Call<'_, 'a>) -> Result<(), Fault> {
        let scores = self.scores(call)?;
        let axis = class_axis(call, &scores.dims, -1)?;
        for (attribute, expected) in [
            ("largest", "1: the classes with the highest scores"),
            ("sorted", "1: the best class first, of equal scores the lowest"),
        ] {
            let got = call.attributes.int(attribute, 1);
            if got != 1 {
                return Err(Fault::Attribute { attribute, got: got.to_string(), expected });
            }
        }
        // Before operator set 10 their number was an attribute.
        let k = match call.attributes.int("k", 0) {
            0 => ints(self.constant(call, 1)?)?.first().copied().unwrap_or_default(),
            k => k,
        };
        let classes: usize = scores.dims.iter().product();
        let k = match usize::try_from(k) {
            Ok(k) if (1..=MAX_TOP_CLASSES.min(classes)).contains(&k) => k,
            _ => {
                let expected = "1 to 7, and at most the number of scores";
                return Err(Fault::Attribute { attribute: "k", got: k.to_string(), expected });
            }
        };
        self.top_k_values.extend(call.node.outputs.first().copied());
        if let [_, indices, ..] = call.node.outputs.as_slice() {
            let mut dims = scores.dims.clone();
            if let Some(length) = dims.get_mut(axis) {
                *length = k;
            }
            let best = Computed { dims, end: OutputHead::TopK { k }, ..scores };
            self.tensors.insert(indices, Tensor::Computed(best));
        }
        Ok(())
    }

    /// A first operand that is scores, or their softmax.
    fn scores(&self, call: &Call<'_, 'a>) -> Result<Computed, Fault> {
        match self.operand(call, 0)? {
            Tensor::Constant(_) | Tensor::Deferred(_) => Err(Fault::NotComputed { index: 0 }),
            Tensor::Padded(padded) => Err(padded.refused()),
            Tensor::Computed(Computed {
                end: OutputHead::ArgMax | OutputHead::TopK { .. },
                ..
            }) => Err(Fault::AfterEnd),
            Tensor::Computed(scores) => Ok(scores.clone()),
        }
    }
}

/// The axis that a node names, if no other has more than one score.
pub(super) fn class_axis(
    call: &Call<'_, '_>,
    dims: &[usize],
    default: i64,
) -> Result<usize, Fault> {
    let axis = call.attributes.int("axis", default);
    let at = if axis < 0 { axis.checked_add(dims.len() as i64) } else { Some(axis) };
    let total: usize = dims.iter().product();
    match at.and_then(|at| usize::try_from(at).ok()) {
        Some(at) if dims.get(at) == Some(&total) => Ok(at),
        _ => Err(Fault::Attribute {
            attribute: "axis",
            got: axis.to_string(),
            expected: "the dimension of the scores, all others being 1",
        }),
    }
}
