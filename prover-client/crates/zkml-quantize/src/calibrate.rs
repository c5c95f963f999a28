//! The effect of quantisation on real data: answers, scores, ranges and saturation, against the
//! float model.
//!
//! ```text
//! loss            = (float right - quantised right) / samples        without labels the float model's class is the right one
//! standard error  = sqrt((n₊ + n₋ - (n₊ - n₋)² / n) / n²)             n₊ samples that only the float model has right, n₋ only the other
//! score error     = sqrt(Σ (scale · integer - float)² / Σ float²)     over all scores of all samples
//! ```
//!
//! Of a model that answers with values the loss is the score error.
//!
//! The loss is paired: both models see the same samples, so that its error is that of their
//! differences alone. A subset of samples settles what is far off, at little cost; [`spread`] says
//! in which order samples are taken.

mod layers;

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

pub use self::layers::{LayerFit, by_layer};
use crate::Imported;
use zkml_data::{preprocess::PreprocessError, samples::Samples};
use zkml_model::{
    Manifest,
    graph::{Operand, Operation},
    infer::{self, InferError, arg_max},
};
use zkml_onnx::{
    FloatNode, FloatOp, OnnxModel,
    float::{self, InputCount},
};

/// The reason why samples cannot be measured.
#[derive(Debug, thiserror::Error)]
pub enum CalibrateError {
    /// Labels and samples do not belong together.
    #[error("{samples} samples but {labels} labels; give the two files of one data set")]
    Pair {
        /// Samples.
        samples: usize,
        /// Labels.
        labels: usize,
    },
    /// A sample does not fit the float model.
    #[error("sample {index}: {source}")]
    Float {
        /// Index of the sample.
        index: usize,
        /// The reason.
        source: InputCount,
    },
    /// A sample is no input.
    #[error("sample {index}: {source}")]
    Preprocess {
        /// Index of the sample.
        index: usize,
        /// The reason.
        source: PreprocessError,
    },
    /// A sample has no answer.
    #[error("sample {index}: {source}")]
    Infer {
        /// Index of the sample.
        index: usize,
        /// The reason.
        source: InferError,
    },
}

/// Called with the number of samples done, from any thread and in any order.
pub type Progress<'a> = &'a (dyn Fn(usize) + Sync);

/// Results of the float model on the samples, computed once for all candidates.
#[derive(Clone, Debug)]
pub struct Reference {
    scores: Vec<Vec<f32>>,
    labels: Option<Vec<u32>>,
    arguments: Vec<f64>,
}

impl Reference {
    /// Runs the float model on all samples. The manifest says what pixels stand for.
    ///
    /// # Errors
    /// [`CalibrateError`].
    pub fn of(
        model: &OnnxModel,
        manifest: &Manifest,
        samples: &Samples,
        labels: Option<Vec<u32>>,
        progress: Progress<'_>,
    ) -> Result<Self, CalibrateError> {
        if let Some(labels) = labels.as_ref().filter(|labels| labels.len() != samples.len()) {
            return Err(CalibrateError::Pair { samples: samples.len(), labels: labels.len() });
        }
        let done = AtomicUsize::new(0);
        let one = |index| {
            let input = samples.reals(manifest, index);
            let trace = float::trace(model, &input)
                .map_err(|source| CalibrateError::Float { index, source })?;
            progress(done.fetch_add(1, Ordering::Relaxed) + 1);
            let arguments = arguments(model, &input, &trace);
            Ok((trace.into_iter().next_back().unwrap_or(input), arguments))
        };
        let all = (0..samples.len()).into_par_iter().map(one).collect::<Result<Vec<_>, _>>()?;
        let (scores, each): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        let widest = |a: Vec<f64>, b: Vec<f64>| a.iter().zip(&b).map(|(a, b)| a.max(*b)).collect();
        Ok(Self { scores, labels, arguments: each.into_iter().reduce(widest).unwrap_or_default() })
    }

    /// The greatest magnitude of an argument of each function, in order.
    pub fn arguments(&self) -> &[f64] {
        &self.arguments
    }

    /// The class that counts as right: the label, or the float model's own.
    fn right(&self, index: usize) -> Option<u32> {
        match &self.labels {
            Some(labels) => labels.get(index).copied(),
            None => self.class(index),
        }
    }

    fn class(&self, index: usize) -> Option<u32> {
        self.scores.get(index).map(|scores| arg_max(scores) as u32)
    }
}

/// The greatest magnitude of the operand of each function.
fn arguments(model: &OnnxModel, input: &[f32], trace: &[Vec<f32>]) -> Vec<f64> {
    let functions = model.nodes.iter().filter(|node| matches!(node.op, FloatOp::Function(_)));
    let operand = |node: &FloatNode| match node.inputs.first() {
        Some(Operand::Node(from)) => trace.get(*from).map(Vec::as_slice).unwrap_or_default(),
        _ => input,
    };
    functions
        .map(|node| operand(node).iter().fold(0.0, |top, v| f64::from(v.abs()).max(top)))
        .collect()
}

/// The values that a tensor took, and how many of them saturated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The least.
    pub lo: i64,
    /// The greatest.
    pub hi: i64,
    /// Operands of a `Clip` or a table that lay beyond its bounds; of the input, numbers beyond its
    /// range.
    pub saturated: u64,
    /// All of them.
    pub values: u64,
}

impl Default for Reached {
    fn default() -> Self {
        Self { lo: i64::MAX, hi: i64::MIN, saturated: 0, values: 0 }
    }
}

impl Reached {
    fn add(&mut self, values: &[i64], saturated: u64) {
        self.lo = values.iter().copied().fold(self.lo, i64::min);
        self.hi = values.iter().copied().fold(self.hi, i64::max);
        self.saturated += saturated;
        self.values += values.len() as u64;
    }

    fn merge(&mut self, other: &Self) {
        self.lo = self.lo.min(other.lo);
        self.hi = self.hi.max(other.hi);
        self.saturated += other.saturated;
        self.values += other.values;
    }

    /// Share of the values that saturated, 0 to 1.
    pub fn saturation(&self) -> f64 {
        self.saturated as f64 / self.values.max(1) as f64
    }
}

/// Measurements of a quantised model on some samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured {
    /// Samples.
    pub samples: usize,
    /// Those that the quantised model has right.
    pub right: usize,
    /// Those that the float model has right.
    pub float_right: usize,
    /// Those on which the two agree.
    pub agree: usize,
    /// Those that only the float model has right.
    pub lost: usize,
    /// Those that only the quantised model has right.
    pub gained: usize,
    /// Samples with a number beyond the input's range, for which a requester would get no answer.
    pub outside: usize,
    /// `true` if the model answers with values and not with classes: what is lost is then the error
    /// of the scores, in percent of them, and no sample counts as right.
    pub values: bool,
    /// The input.
    pub input: Reached,
    /// The results of the nodes.
    pub nodes: Vec<Reached>,
    /// Squared difference of the scores, and their square.
    difference: f64,
    energy: f64,
}

impl Measured {
    /// Accuracy of the quantised model in percent.
    pub fn accuracy(&self) -> f64 {
        if self.values { 100.0 - self.loss() } else { percent(self.right, self.samples) }
    }

    /// Accuracy of the float model in percent.
    pub fn float_accuracy(&self) -> f64 {
        if self.values { 100.0 } else { percent(self.float_right, self.samples) }
    }

    /// Answers that are the float model's, in percent.
    pub fn agreement(&self) -> f64 {
        if self.values { self.accuracy() } else { percent(self.agree, self.samples) }
    }

    /// Percentage points of accuracy lost to the float model; negative if the quantised one is
    /// better.
    pub fn loss(&self) -> f64 {
        if self.values {
            return 100.0 * self.score_error();
        }
        self.float_accuracy() - self.accuracy()
    }

    /// Standard error of the loss as an estimate for all data that samples like these come from, in
    /// percentage points.
    pub fn standard_error(&self) -> f64 {
        let n = self.samples.max(1) as f64;
        if self.values {
            return self.loss() / n.sqrt();
        }
        let (lost, gained) = (self.lost as f64, self.gained as f64);
        100.0 * ((lost + gained - (lost - gained).powi(2) / n) / (n * n)).max(0.0).sqrt()
    }

    /// Returns `true` if these samples leave no doubt that more than `budget` points are lost: by
    /// three standard errors.
    pub fn rules_out(&self, budget: f64) -> bool {
        self.loss() - 3.0 * self.standard_error() > budget
    }

    /// Root-mean-square error of the scores relative to the float model's.
    pub fn score_error(&self) -> f64 {
        relative(self.difference, self.energy)
    }

    /// Measurements on both sets of samples.
    pub fn merge(mut self, other: &Self) -> Self {
        self.samples += other.samples;
        self.right += other.right;
        self.float_right += other.float_right;
        self.agree += other.agree;
        self.lost += other.lost;
        self.gained += other.gained;
        self.outside += other.outside;
        self.values |= other.values;
        self.difference += other.difference;
        self.energy += other.energy;
        self.input.merge(&other.input);
        self.nodes.resize(self.nodes.len().max(other.nodes.len()), Reached::default());
        self.nodes.iter_mut().zip(&other.nodes).for_each(|(node, other)| node.merge(other));
        self
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

fn relative(difference: f64, energy: f64) -> f64 {
    if difference == 0.0 { 0.0 } else { (difference / energy).sqrt() }
}

/// Runs the quantised model on the samples with these indices, on all cores.
///
/// # Errors
/// [`CalibrateError`] of a sample that is not an input of the model.
pub fn measure(
    imported: &Imported,
    samples: &Samples,
    reference: &Reference,
    indices: &[usize],
    progress: Progress<'_>,
) -> Result<Measured, CalibrateError> {
    let done = AtomicUsize::new(0);
    let one = |index: &usize| {
        let measured = sample(imported, samples, reference, *index);
        progress(done.fetch_add(1, Ordering::Relaxed) + 1);
        measured
    };
    indices.par_iter().map(one).try_reduce(Measured::default, |a, b| Ok(a.merge(&b)))
}

fn sample(
    imported: &Imported,
    samples: &Samples,
    reference: &Reference,
    index: usize,
) -> Result<Measured, CalibrateError> {
    let (model, taken) = (&imported.model, integers(imported, samples, index)?);
    let trace = infer::run(model, &taken.values)
        .map_err(|source| CalibrateError::Infer { index, source })?;
    let input: Vec<i64> = taken.values.iter().map(|v| i64::from(*v)).collect();
    let mut measured = Measured { samples: 1, ..Measured::default() };
    measured.outside = usize::from(taken.outside > 0);
    measured.input.add(&input, taken.outside as u64);
    for (node, result) in model.nodes.iter().zip(&trace.tensors) {
        let operand = match node.inputs.first() {
            Some(Operand::Node(from)) => trace.tensors.get(*from).map_or(&[][..], Vec::as_slice),
            _ => &input,
        };
        let mut reached = Reached::default();
        reached.add(result, saturated(&node.op, operand));
        measured.nodes.push(reached);
    }
    // A `TopK` is judged by its first class.
    let (right, class) = (reference.right(index), trace.class);
    measured.values = class.is_none();
    let float = reference.class(index);
    measured.right = usize::from(class == right);
    measured.float_right = usize::from(float == right);
    measured.agree = usize::from(class == float);
    measured.lost = usize::from(float == right && class != right);
    measured.gained = usize::from(float != right && class == right);
    let float = reference.scores.get(index).map(Vec::as_slice).unwrap_or_default();
    if let Some(Operand::Node(scores)) = imported.report.places.last() {
        let integers = trace.tensors.get(*scores).map(Vec::as_slice).unwrap_or_default();
        let scales = imported.report.scales.get(*scores).map(Vec::as_slice).unwrap_or_default();
        [measured.difference, measured.energy] = distance(integers, scales, float);
    }
    Ok(measured)
}

fn integers(
    imported: &Imported,
    samples: &Samples,
    index: usize,
) -> Result<zkml_data::samples::Taken, CalibrateError> {
    samples
        .integers(&imported.manifest, index)
        .map_err(|source| CalibrateError::Preprocess { index, source })
}

/// Squared difference between integers times their scales and floats, and the floats' square.
fn distance(integers: &[i64], scales: &[f64], floats: &[f32]) -> [f64; 2] {
    let pairs = integers.iter().zip(scales).zip(floats);
    pairs.fold([0.0, 0.0], |[difference, energy], ((integer, scale), float)| {
        let float = f64::from(*float);
        [difference + (*integer as f64 * scale - float).powi(2), energy + float * float]
    })
}

/// Operands beyond the bounds of an operation that has some.
fn saturated(op: &Operation, x: &[i64]) -> u64 {
    let beyond = |lo: i64, hi: i64| x.iter().filter(|v| **v < lo || **v > hi).count() as u64;
    match op {
        Operation::Clip { min, max } => beyond(*min, *max),
        Operation::Table(table) => beyond(table.first.into(), table.last()),
        _ => 0,
    }
}

/// All indices below `count`, so that any first part of them is spread over all samples: data sets
/// are often sorted by class.
pub fn spread(count: usize) -> Vec<usize> {
    // Steps of the golden ratio, or near, that have no common divisor with the count.
    let gcd = |mut a: usize, mut b: usize| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let near = (count as f64 * 0.618_034) as usize;
    let step = (near.max(1)..).find(|step| gcd(*step, count) <= 1).unwrap_or(1);
    (0..count)
        .scan(0usize, |at, _| Some(std::mem::replace(at, (*at + step) % count.max(1))))
        .collect()
}

#[cfg(test)]
mod tests;
