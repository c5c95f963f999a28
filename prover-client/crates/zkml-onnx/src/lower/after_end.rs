//! Operators that may follow a `Softmax`, an `ArgMax` or a `TopK`: nodes that change neither the
//! order of scores nor a class. They are left out.

use super::{Builder, Call, Computed, Tensor, output_head::class_axis};
use crate::{
    Fault, OutputHead,
    tensor::{integer_range, is_float},
};
use zkml_model::graph::Operand;

/// Bounds of a factor after a `Softmax`: what it multiplies stays apart in floats of 16 bits with
/// some room.
const FACTORS: std::ops::RangeInclusive<f32> = 1e-3..=1e4;

/// The known range of the numbers after a softmax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spread {
    /// From 0 to 1.
    Probabilities,
    /// Below 0.
    Logarithms,
}

impl<'a> Builder<'a> {
    /// The result of a node that reads what ended the model; `None` for all other nodes.
    ///
    /// # Errors
    /// [`Fault::AfterEnd`]: the node changes what the answer is.
    pub(super) fn after_end(&mut self, call: &Call<'_, 'a>) -> Result<Option<Tensor>, Fault> {
        let ended = |name: &&str| match self.tensors.get(name) {
            Some(Tensor::Computed(computed)) if computed.end != OutputHead::Scores => {
                Some(computed.clone())
            }
            _ => None,
        };
        let Some(x) = call.node.inputs.first().and_then(ended) else {
            let Some(second) = call.node.inputs.iter().skip(1).find(|name| ended(name).is_some())
            else {
                return Ok(None);
            };
            let probabilities = self.softmaxes.get(second) == Some(&Spread::Probabilities);
            return match ended(second) {
                Some(x) if call.node.op_type == "Mul" && probabilities => {
                    self.scaled(call, x, 0).map(Some)
                }
                _ => Err(Fault::AfterEnd),
            };
        };
        let softmax = x.end == OutputHead::Softmax;
        let spread = call.node.inputs.first().and_then(|name| self.softmaxes.get(name)).copied();
        let mut kept = spread;
        let result = match call.node.op_type {
            "Identity" | "Dropout" => self.alias(call)?,
            "Reshape" => self.reshape(call)?,
            "Flatten" => self.flatten(call)?,
            "Squeeze" | "Unsqueeze" => self.squeeze(call)?,
            "Transpose" => turned(call, x)?,
            "Cast" if self.keeps(call.attributes.int("to", 0), &x) => self.alias(call)?,
            "CastLike" if softmax && self.is_to_float(call)? => self.alias(call)?,
            "QuantizeLinear" | "DequantizeLinear" if spread.is_some() => self.alias(call)?,
            // Each grows with the number that it is of. What has been scaled may be beyond floats
            // after them.
            "Log" if spread == Some(Spread::Probabilities) => {
                kept = Some(Spread::Logarithms);
                self.alias(call)?
            }
            "Exp" if spread == Some(Spread::Logarithms) => {
                kept = Some(Spread::Probabilities);
                self.alias(call)?
            }
            "Softmax" | "LogSoftmax" if softmax => return self.softmax(call).map(Some),
            "ArgMax" | "ArgMin" if softmax => self.arg_max(call)?,
            "Mul" | "Div" if spread == Some(Spread::Probabilities) => {
                kept = None;
                self.scaled(call, x, 1)?
            }
            _ => return Err(Fault::AfterEnd),
        };
        self.note_softmax(call, kept);
        Ok(Some(result))
    }

    /// Notes what the result of a node is after a softmax.
    pub(super) fn note_softmax(&mut self, call: &Call<'_, 'a>, spread: Option<Spread>) {
        if let (Some(output), Some(spread)) = (call.node.outputs.first(), spread) {
            self.softmaxes.insert(output, spread);
        }
    }

    /// A product of a softmax by a number above zero, or its quotient.
    fn scaled(&mut self, call: &Call<'_, 'a>, x: Computed, factor: usize) -> Result<Tensor, Fault> {
        let Tensor::Constant(constant) = self.operand(call, factor)? else {
            return Err(Fault::AfterEnd);
        };
        let constant = constant.clone();
        // Nothing is appended, so the work of looking through it is counted here.
        self.charge(&constant)?;
        let factors = constant.floats().unwrap_or_default();
        let one =
            |number: &f32| factors.iter().all(|other| other == number) && FACTORS.contains(number);
        if factors.first().is_some_and(one) {
            Ok(Tensor::Computed(x))
        } else {
            Err(Fault::AfterEnd)
        }
    }

    /// Returns `true` if a type holds each class as it is, or the order of a softmax.
    fn keeps(&self, to: i64, x: &Computed) -> bool {
        let last = match x.at {
            Operand::Node(index) => {
                self.nodes.get(index).map_or(0, |node| node.shape.iter().product())
            }
            Operand::Input => x.dims.iter().product::<usize>(),
        };
        match (x.end, integer_range(to)) {
            (OutputHead::Softmax, _) => is_float(to),
            (_, Some([_, max])) => last as i64 - 1 <= max,
            // Whole numbers up to 2^24, 2^11 and 2^8 are exact in them.
            (_, None) => {
                matches!(to, 1 | 11) || to == 10 && last <= 2048 || to == 16 && last <= 256
            }
        }
    }
}

/// Another order of axes of which one alone is longer than 1.
fn turned(call: &Call<'_, '_>, x: Computed) -> Result<Tensor, Fault> {
    let rank = x.dims.len();
    let reversed: Vec<i64> = (0..rank as i64).rev().collect();
    let axes = call.attributes.ints("perm").unwrap_or(&reversed);
    let dims: Option<Vec<usize>> =
        axes.iter().map(|axis| x.dims.get(usize::try_from(*axis).ok()?).copied()).collect();
    let mut sorted = axes.to_vec();
    sorted.sort_unstable();
    let long = x.dims.iter().filter(|n| **n > 1).count();
    match dims {
        Some(dims) if long <= 1 && sorted.into_iter().eq(0..rank as i64) => {
            Ok(Tensor::Computed(Computed { dims, ..x }))
        }
        _ => Err(Fault::AfterEnd),
    }
}

impl Computed {
    /// The class that an `ArgMax` or `ArgMin` over an axis gives.
    pub(super) fn to_class(&self, call: &Call<'_, '_>, default: i64) -> Result<Self, Fault> {
        let axis = class_axis(call, &self.dims, default)?;
        let mut dims = self.dims.clone();
        if call.attributes.int("keepdims", 1) == 0 {
            dims.remove(axis);
        } else if let Some(length) = dims.get_mut(axis) {
            *length = 1;
        }
        Ok(Self { dims, end: OutputHead::ArgMax, ..self.clone() })
    }
}
