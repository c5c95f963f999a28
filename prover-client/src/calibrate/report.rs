//! The result of a calibration, for machines. [`super::page`] lays it out for people.

use std::path::PathBuf;

use serde::Serialize;
use zkinfer_primitives::{ManifestHash, ModelHash};
use zkml_model::{
    graph::QuantizedModel,
    intervals::{self, Interval},
};
use zkml_quantize::{
    Imported,
    calibrate::{CalibrateError, LayerFit, Measured, by_layer, spread},
};

use super::{
    candidates::Choice,
    cost::Cost,
    search::{Candidate, Setting, Verdict},
};
use zkinfer::{artefacts::hexadecimal, memory};

/// Samples by which layers are compared with the float model.
const LAYER_SAMPLES: usize = 256;

/// All that a calibration found.
#[derive(Debug, Serialize)]
pub struct Calibration {
    /// The ONNX file.
    #[serde(serialize_with = "crate::output::path")]
    pub onnx: PathBuf,
    /// The data.
    #[serde(serialize_with = "crate::output::path")]
    pub data: PathBuf,
    /// Its labels.
    #[serde(serialize_with = "crate::output::optional_path")]
    pub labels: Option<PathBuf>,
    /// `true` if the graph is quantised already, so that there is one candidate.
    pub quantised_already: bool,
    /// Number of samples.
    pub samples: usize,
    /// The meaning of `right`: by labels, or as the float model says.
    pub measure: Measure,
    /// Percentage points that may be lost.
    pub budget_points: f64,
    /// Accuracy of the float model, if there are labels.
    pub float_percent: Option<f64>,
    /// Real numbers that the lowest and the highest input value stand for.
    pub input_range: [f64; 2],
    /// The proof system whose cost counts.
    pub proof_system: &'static str,
    /// Memory that keys and proofs may take.
    pub memory_limit_bytes: u64,
    /// The candidates, cheapest first.
    pub candidates: Vec<Row>,
    /// The chosen one.
    pub chosen: Option<Chosen>,
    /// The reason why there is none.
    #[serde(rename = "error")]
    pub failure: Option<Failure>,
}

/// The measure of right answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// The label.
    Accuracy,
    /// The float model's answer.
    Agreement,
    /// Values near the float model's: lost is their root-mean-square error, in percent.
    Values,
}

/// The reason why no candidate was chosen, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The reason.
    pub message: String,
    /// The remedy.
    pub hint: String,
}

/// A candidate.
#[derive(Debug, Serialize)]
pub struct Row {
    /// Its number.
    pub number: usize,
    /// Its options.
    #[serde(flatten)]
    pub choice: Choice,
    /// Its result.
    pub verdict: &'static str,
    /// The reason, in words.
    pub reason: String,
    /// Hash of its model.
    #[serde(with = "optional_hash")]
    pub model_hash: Option<ModelHash>,
    /// Bits of the widest weight of each layer.
    pub layer_weight_bits: Vec<u32>,
    /// Bits of the widest accumulator of each layer.
    pub layer_accumulator_bits: Vec<u32>,
    /// Its cost.
    pub cost: Option<Cost>,
    /// The measurement.
    pub measured: Option<Quality>,
}

/// The effect of a candidate on samples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quality {
    /// Samples that it was measured on.
    pub samples: usize,
    /// Those that it has right, in percent.
    pub percent: f64,
    /// Percentage points lost to the float model.
    pub points_lost: f64,
    /// Standard error of that.
    pub points_lost_error: f64,
    /// Answers that are the float model's, in percent.
    pub agree_percent: f64,
    /// Root-mean-square error of the scores, relative to them.
    pub score_error: f64,
    /// Share of the values that saturated in a `Clip` or a table, greatest of all of them.
    pub saturation: f64,
    /// Samples with a number beyond the input range.
    pub outside: usize,
}

impl From<&Measured> for Quality {
    fn from(measured: &Measured) -> Self {
        Self {
            samples: measured.samples,
            percent: measured.accuracy(),
            points_lost: measured.loss(),
            points_lost_error: measured.standard_error(),
            agree_percent: measured.agreement(),
            score_error: measured.score_error(),
            saturation: measured.nodes.iter().map(|node| node.saturation()).fold(0.0, f64::max),
            outside: measured.outside,
        }
    }
}

/// The chosen candidate.
#[derive(Debug, Serialize)]
pub struct Chosen {
    /// Its number.
    pub number: usize,
    /// The options of `zkinfer model import` that give the same files.
    pub arguments: String,
    /// Hash of the model's file.
    #[serde(with = "hexadecimal")]
    pub model_hash: ModelHash,
    /// Hash of the manifest.
    #[serde(with = "hexadecimal")]
    pub manifest_hash: ManifestHash,
    /// The measurement.
    pub measured: Quality,
    /// Its cost, in each proof system that can prove it.
    pub costs: Vec<Cost>,
    /// Its operations.
    pub layers: Vec<LayerRow>,
    /// The model file, if it was written.
    #[serde(serialize_with = "crate::output::optional_path")]
    pub model_file: Option<PathBuf>,
    /// The manifest, if it was written.
    #[serde(serialize_with = "crate::output::optional_path")]
    pub manifest_file: Option<PathBuf>,
}

/// An operation of the chosen candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerRow {
    /// The node; none for the input.
    pub node: Option<usize>,
    /// Its operation.
    pub operation: &'static str,
    /// Its name.
    pub name: String,
    /// The least and the greatest value that it can have, whatever the input: what the circuit pays
    /// for.
    pub possible: [i64; 2],
    /// The least and the greatest value that it had.
    pub seen: [i64; 2],
    /// Bits that the samples left unused.
    pub spare_bits: u32,
    /// Share of the values that saturated.
    pub saturation: f64,
    /// The float model's least and greatest value here.
    pub float: Option<[f32; 2]>,
    /// Root-mean-square error of the values relative to the float model's, of this operation and
    /// all before it.
    pub error: Option<f64>,
}

impl From<&Candidate> for Row {
    fn from(candidate: &Candidate) -> Self {
        let (verdict, reason) = words(candidate);
        Self {
            number: candidate.number,
            choice: candidate.choice.clone(),
            verdict,
            reason,
            model_hash: candidate.hash,
            layer_weight_bits: candidate.layers.iter().map(|layer| layer.weight_bits).collect(),
            layer_accumulator_bits: candidate
                .layers
                .iter()
                .map(|layer| layer.accumulator_bits)
                .collect(),
            cost: candidate.cost,
            measured: candidate.measured.as_ref().map(Quality::from),
        }
    }
}

/// A candidate's verdict, as a word and as a reason.
fn words(candidate: &Candidate) -> (&'static str, String) {
    match &candidate.verdict {
        Verdict::Chosen => ("chosen", "the cheapest within the budget".into()),
        Verdict::Within => ("within", "within the budget, and dearer".into()),
        Verdict::Dearer => ("dearer", "dearer than the chosen one: not measured".into()),
        Verdict::Loses => {
            let lost = candidate.measured.as_ref().map(|measured| {
                let (loss, error) = (measured.loss(), measured.standard_error());
                format!("loses {loss:.2} ± {error:.2} points on {} samples", measured.samples)
            });
            ("loses", lost.unwrap_or_default())
        }
        Verdict::Same(first) => ("same", format!("the same model as candidate {first}")),
        Verdict::Memory(error) => {
            let needed = memory::format(error.needed);
            (
                "memory",
                format!("does not fit into memory: {} would take about {needed}", error.work),
            )
        }
        Verdict::Impossible(reason) => ("impossible", reason.clone()),
    }
}

/// The input and the operations of a model, with what was seen of them.
///
/// # Errors
/// A sample is no input of the model.
pub fn layers(
    setting: &Setting<'_>,
    imported: &Imported,
    measured: &Measured,
) -> Result<Vec<LayerRow>, CalibrateError> {
    let model = &imported.model;
    let some: Vec<usize> = spread(setting.samples.len()).into_iter().take(LAYER_SAMPLES).collect();
    let fits = by_layer(setting.onnx, imported, setting.samples, &some)?;
    // The import has made sure that they are bounded.
    let ranges = intervals::analyse(model).unwrap_or_default();
    let hull = |ranges: &[Interval]| {
        let lo = ranges.iter().map(|range| range.lo).min().unwrap_or_default();
        let hi = ranges.iter().map(|range| range.hi).max().unwrap_or_default();
        Interval { lo, hi }
    };
    let input = Interval { lo: model.input.min.into(), hi: model.input.max() };
    let mut out = vec![row(None, input, &measured.input, None, model)];
    for (node, (ranges, reached)) in ranges.iter().zip(&measured.nodes).enumerate() {
        let fit = fits.iter().find(|fit| fit.node == node);
        out.push(row(Some(node), hull(ranges), reached, fit, model));
    }
    Ok(out)
}

fn row(
    node: Option<usize>,
    possible: Interval,
    reached: &zkml_quantize::calibrate::Reached,
    fit: Option<&LayerFit>,
    model: &QuantizedModel,
) -> LayerRow {
    let own = node.and_then(|node| model.nodes.get(node));
    let seen = Interval { lo: reached.lo, hi: reached.hi };
    LayerRow {
        node,
        operation: own.map_or("Input", |node| node.op.name()),
        name: own.map_or_else(String::new, |node| node.name.clone()),
        possible: [possible.lo, possible.hi],
        seen: [seen.lo, seen.hi],
        spare_bits: possible.bits().saturating_sub(seen.bits()),
        saturation: reached.saturation(),
        float: fit.map(|fit| [fit.lo, fit.hi]),
        error: fit.map(|fit| fit.error),
    }
}

mod optional_hash {
    use serde::Serializer;
    use zkinfer_primitives::ModelHash;

    pub fn serialize<S: Serializer>(hash: &Option<ModelHash>, to: S) -> Result<S::Ok, S::Error> {
        match hash {
            Some(hash) => to.serialize_some(&zkinfer::artefacts::hexadecimal::text(hash.0)),
            None => to.serialize_none(),
        }
    }
}
