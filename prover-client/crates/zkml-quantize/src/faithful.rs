//! `true` if a quantised model computes what its float model does, without any data: on random
//! inputs of its range.
//!
//! 1. **Answers.** Inputs are random, some of them in runs of equal values, which sums do not
//!    average out. An answer is *clear* if the best score is ahead of the second by a tenth of the
//!    distance between best and worst. A sound quantisation gives nearly all clear answers; of a
//!    model that answers with values, values that are near.
//! 2. **Features.** Of a model of few inputs each one is moved by a part of its range, from random
//!    inputs, and the change of the scores compared. A feature in small units has small weights,
//!    which vanish beside the others' on a common grid; random inputs do not show that, because the
//!    other features decide, while on real data those hardly move.
//!
//! [`faithful`] widens weights and accumulators until both are well, or as far as that helps; what
//! is still lost is the importer's to tell.

mod inputs;

use std::fmt;

use self::inputs::Inputs;
use super::{Imported, Options, QuantizeError, quantize};
use zkml_data::preprocess;
use zkml_model::{
    graph::Operand,
    infer::{self, arg_max},
    intervals,
};
use zkml_onnx::{FloatOp, OnnxModel, float};

/// Multiplications that a measurement may take, about.
const WORK: usize = 40_000_000;
/// Fewest and most random inputs.
const SAMPLES: (usize, usize) = (8, 96);
/// Most inputs of a model whose features are looked at one by one.
const FEW_FEATURES: usize = 64;
/// Inputs from which a feature is moved.
const MOVES: usize = 6;
/// Share of the distance between the best and the worst score that makes an answer clear.
const CLEAR: f64 = 0.1;
/// Share of clear answers that may differ, and relative error of values that may be, without a
/// word.
const LOST: f64 = 0.05;
/// Relative error of a feature's effect that widening is tried for, and the one that is told.
const FEATURE_DULL: f64 = 0.1;
const FEATURE_LOST: f64 = 0.25;
/// A feature whose effect is this small beside that of another has none.
const NO_EFFECT: f64 = 1.0 / 512.0;

/// The fidelity of a quantised model to its float model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fidelity {
    /// Random inputs.
    pub samples: usize,
    /// Those with a clear answer by the float model; none for a model that answers with values.
    pub clear: usize,
    /// Those with a clear answer and another one by the quantised model.
    pub differing: usize,
    /// Of a model that answers with values: root-mean-square error of its values relative to the
    /// float model's.
    pub value_error: Option<f64>,
    /// Inputs whose effect is lost, with the relative error of their effect.
    pub lost_features: Vec<(usize, f64)>,
    /// The greatest relative error of a feature's effect.
    pub feature_error: f64,
    /// `true` if the answer is one and the same for all inputs.
    pub is_constant: bool,
}

/// The widening that keeps a model's answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Widening {
    /// Options with which the model was quantised.
    pub options: Options,
    /// The fidelity without it.
    pub before: Fidelity,
}

impl Fidelity {
    /// Measures on random inputs, the same ones on each machine. A model whose values have no place
    /// in the report is not measured.
    pub fn of(onnx: &OnnxModel, imported: &Imported) -> Self {
        let is_constant = is_constant(imported);
        let Some(pair) = Pair::of(onnx, imported) else {
            return Self { is_constant, ..Self::default() };
        };
        let (least, most) = SAMPLES;
        let work = multiplications(onnx).max(1);
        let samples = (WORK / work).clamp(least, most);
        let mut inputs = Inputs::new(&imported.model.input);
        let mut fidelity = Self { samples, is_constant, ..Self::default() };
        let (mut difference, mut energy) = (0.0, 0.0);
        for _ in 0..samples {
            let Some([float, quantised]) = pair.scores(&inputs.next()) else { continue };
            if pair.answers_values() {
                difference += squares(float.iter().zip(&quantised).map(|(a, b)| a - b));
                energy += squares(float.iter().copied());
            } else if is_clear(&float) {
                fidelity.clear += 1;
                fidelity.differing += usize::from(arg_max(&float) != arg_max(&quantised));
            }
        }
        if pair.answers_values() {
            fidelity.value_error = Some(relative(difference, energy));
        }
        let count = imported.model.input.len();
        if count <= FEW_FEATURES && work.saturating_mul(2 * MOVES * count) <= WORK {
            let errors = pair.features(&mut inputs, count);
            fidelity.feature_error = errors.iter().copied().fold(0.0, f64::max);
            let lost = errors.into_iter().enumerate().filter(|(_, error)| *error > FEATURE_LOST);
            fidelity.lost_features = lost.collect();
        }
        fidelity
    }

    /// Returns `true` if answers are lost.
    pub fn is_lossy(&self) -> bool {
        self.answers_lost() > LOST || !self.lost_features.is_empty()
    }

    /// Returns `true` if nothing is left to wish for.
    fn is_good(&self) -> bool {
        self.answers_lost() <= LOST && self.feature_error <= FEATURE_DULL
    }

    /// The share of clear answers that differ, or the error of values. A single answer tells
    /// nothing.
    fn answers_lost(&self) -> f64 {
        match self.value_error {
            Some(error) => error,
            None if self.differing < 2 => 0.0,
            None => self.differing as f64 / self.clear as f64,
        }
    }

    fn badness(&self) -> f64 {
        self.answers_lost() / LOST + self.feature_error / FEATURE_DULL
    }
}

impl fmt::Display for Fidelity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.answers_lost() > LOST {
            parts.push(match self.value_error {
                Some(error) => {
                    format!("its values are off by {:.0} % on random inputs", 100.0 * error)
                }
                None => {
                    format!(
                        "it gives another class for {} of {} random inputs",
                        self.differing, self.clear
                    )
                }
            });
        }
        if let Some((worst, error)) =
            self.lost_features.iter().copied().reduce(|a, b| if a.1 < b.1 { b } else { a })
        {
            let (count, error) = (self.lost_features.len(), 100.0 * error);
            let which = if count == 1 {
                format!("input {worst}")
            } else {
                format!("{count} inputs, input {worst} most,")
            };
            parts.push(format!("the effect of {which} is off by {error:.0} %"));
        }
        f.write_str(&parts.join(", and "))
    }
}

/// A float model and a quantised one.
struct Pair<'a> {
    onnx: &'a OnnxModel,
    imported: &'a Imported,
    /// The node that has the scores, and their scales.
    at: usize,
    scales: &'a [f64],
}

impl<'a> Pair<'a> {
    fn of(onnx: &'a OnnxModel, imported: &'a Imported) -> Option<Self> {
        let Some(Operand::Node(at)) = imported.report.places.last().copied() else { return None };
        let scales = imported.report.scales.get(at)?;
        (!scales.is_empty()).then_some(Self { onnx, imported, at, scales })
    }

    fn answers_values(&self) -> bool {
        self.imported.manifest.output_scale().is_some()
    }

    /// The scores of both models.
    fn scores(&self, input: &[i32]) -> Option<[Vec<f64>; 2]> {
        let reals = preprocess::dequantize(&self.imported.manifest, input);
        let float = float::run(self.onnx, &reals).ok()?;
        let trace = infer::run(&self.imported.model, input).ok()?;
        let integers = trace.tensors.get(self.at)?;
        let quantised =
            integers.iter().zip(self.scales).map(|(integer, scale)| *integer as f64 * scale);
        Some([float.into_iter().map(f64::from).collect(), quantised.collect()])
    }

    /// The relative error of each input's effect; 0 of one that has none.
    fn features(&self, inputs: &mut Inputs, count: usize) -> Vec<f64> {
        let (mut difference, mut energy) = (vec![0.0; count], vec![0.0; count]);
        for _ in 0..MOVES {
            let base = inputs.next();
            let Some(from) = self.scores(&base) else { continue };
            for (index, (difference, energy)) in difference.iter_mut().zip(&mut energy).enumerate()
            {
                let Some(to) = self.scores(&inputs.moved(&base, index)) else { continue };
                let effect = |of: usize| -> Vec<f64> {
                    let (from, to) = (from.get(of), to.get(of));
                    from.into_iter()
                        .flatten()
                        .zip(to.into_iter().flatten())
                        .map(|(a, b)| b - a)
                        .collect()
                };
                let (float, quantised) = (effect(0), effect(1));
                *difference += squares(float.iter().zip(&quantised).map(|(a, b)| a - b));
                *energy += squares(float.into_iter());
            }
        }
        let greatest = energy.iter().copied().fold(0.0, f64::max);
        let has_effect = |energy: f64| energy > greatest * NO_EFFECT * NO_EFFECT;
        let each = difference.into_iter().zip(energy);
        each.map(
            |(difference, energy)| {
                if has_effect(energy) { relative(difference, energy) } else { 0.0 }
            },
        )
        .collect()
    }
}

/// Returns `true` if the result of the model is the same whatever its input is.
fn is_constant(imported: &Imported) -> bool {
    let ranges = intervals::analyse(&imported.model);
    let scores = match imported.report.places.last() {
        Some(Operand::Node(at)) => *at,
        _ => return false,
    };
    ranges.is_ok_and(|ranges| {
        ranges.get(scores).is_some_and(|of| of.iter().all(|range| range.lo == range.hi))
    })
}

fn is_clear(scores: &[f64]) -> bool {
    let best = arg_max(scores);
    let top = scores.get(best).copied().unwrap_or(0.0);
    let others =
        || scores.iter().enumerate().filter(|(index, _)| *index != best).map(|(_, score)| *score);
    let second = others().fold(f64::NEG_INFINITY, f64::max);
    let worst = others().fold(f64::INFINITY, f64::min);
    top - second > CLEAR * (top - worst)
}

fn squares(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum()
}

fn relative(difference: f64, energy: f64) -> f64 {
    if difference == 0.0 { 0.0 } else { (difference / energy).sqrt() }
}

/// Multiplications of one run of the float model.
fn multiplications(onnx: &OnnxModel) -> usize {
    let of = |node: &zkml_onnx::FloatNode| {
        let results = node.shape.iter().product::<usize>();
        match &node.op {
            FloatOp::Conv(conv) => {
                results * (conv.in_channels / conv.group) * conv.kernel[0] * conv.kernel[1]
            }
            FloatOp::Gemm(gemm) => results * gemm.inputs,
            _ => results,
        }
    };
    onnx.nodes.iter().map(of).fold(0, usize::saturating_add)
}

/// Quantises a float model and measures the result. Where answers are lost and the options are the
/// default ones for weights and accumulators, these are widened until no more is lost, or as far as
/// it helps.
///
/// # Errors
/// [`QuantizeError`], with the options as they are.
pub fn faithful(
    onnx: &OnnxModel,
    options: &Options,
) -> Result<(Imported, Fidelity, Option<Widening>), QuantizeError> {
    let imported = quantize(onnx, options)?;
    if onnx.is_quantized() {
        let fidelity = Fidelity { is_constant: is_constant(&imported), ..Fidelity::default() };
        return Ok((imported, fidelity, None));
    }
    let before = Fidelity::of(onnx, &imported);
    if before.is_good() {
        return Ok((imported, before, None));
    }
    let mut best: Option<(Imported, Fidelity, Options)> = None;
    for options in wider(options) {
        let Ok(imported) = quantize(onnx, &options) else { continue };
        let fidelity = Fidelity::of(onnx, &imported);
        let is_good = fidelity.is_good();
        if best.as_ref().is_none_or(|(_, best, _)| fidelity.badness() < best.badness()) {
            best = Some((imported, fidelity, options));
        }
        if is_good {
            break;
        }
    }
    Ok(match best {
        // Bits are paid for in each proof: a little better is not worth them.
        Some((imported, fidelity, options)) if fidelity.badness() < before.badness() / 2.0 => {
            (imported, fidelity, Some(Widening { options, before }))
        }
        _ => (imported, before, None),
    })
}

/// Options with more bits, the cheapest first; none where bits were chosen by hand.
fn wider(options: &Options) -> Vec<Options> {
    let default = Options::default();
    if options.weight_bits != default.weight_bits || options.relu_bits != default.relu_bits {
        return Vec::new();
    }
    let with = |weight_bits: u8, relu_bits: u8| Options {
        weight_bits: vec![weight_bits],
        relu_bits: vec![relu_bits],
        tolerance: 0.0,
        ..options.clone()
    };
    let mut wider = vec![with(15, 24), with(15, 32), with(15, 40)];
    if options.tolerance > 0.0 {
        wider.insert(0, with(8, 24));
    }
    wider
}
