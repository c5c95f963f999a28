//! Float and quantised model, layer by layer.

use rayon::prelude::*;

use super::{CalibrateError, distance, integers, relative};
use crate::Imported;
use zkml_data::samples::Samples;
use zkml_model::{graph::Operand, infer};
use zkml_onnx::{OnnxModel, float};

/// The fit of a node's results to those of the float model.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerFit {
    /// The ONNX node's name.
    pub name: String,
    /// The node of the quantised model that has them.
    pub node: usize,
    /// The least real number.
    pub lo: f32,
    /// The greatest.
    pub hi: f32,
    /// Root-mean-square error relative to them: of this node and of all before it.
    pub error: f64,
}

#[derive(Clone, Copy)]
struct Sums {
    lo: f32,
    hi: f32,
    difference: f64,
    energy: f64,
}

impl Sums {
    const NOTHING: Self =
        Self { lo: f32::INFINITY, hi: f32::NEG_INFINITY, difference: 0.0, energy: 0.0 };

    fn merge(self, other: Self) -> Self {
        Self {
            lo: self.lo.min(other.lo),
            hi: self.hi.max(other.hi),
            difference: self.difference + other.difference,
            energy: self.energy + other.energy,
        }
    }
}

/// Compares the results of each node of the float model with those of the quantised one, on the
/// samples with these indices.
///
/// # Errors
/// [`CalibrateError`].
pub fn by_layer(
    onnx: &OnnxModel,
    imported: &Imported,
    samples: &Samples,
    indices: &[usize],
) -> Result<Vec<LayerFit>, CalibrateError> {
    let nothing = || vec![Sums::NOTHING; onnx.nodes.len()];
    let merge =
        |a: Vec<Sums>, b: Vec<Sums>| Ok(a.into_iter().zip(b).map(|(a, b)| a.merge(b)).collect());
    let sums = indices
        .par_iter()
        .map(|index| sample(onnx, imported, samples, *index))
        .try_reduce(nothing, merge)?;
    let fit = |((node, place), sums): ((&zkml_onnx::FloatNode, &Operand), Sums)| {
        let Operand::Node(at) = place else { return None };
        let error = relative(sums.difference, sums.energy);
        Some(LayerFit { name: node.name.clone(), node: *at, lo: sums.lo, hi: sums.hi, error })
    };
    Ok(onnx.nodes.iter().zip(&imported.report.places).zip(sums).filter_map(fit).collect())
}

fn sample(
    onnx: &OnnxModel,
    imported: &Imported,
    samples: &Samples,
    index: usize,
) -> Result<Vec<Sums>, CalibrateError> {
    let reals = float::trace(onnx, &samples.reals(&imported.manifest, index))
        .map_err(|source| CalibrateError::Float { index, source })?;
    let taken = integers(imported, samples, index)?;
    let trace = infer::run(&imported.model, &taken.values)
        .map_err(|source| CalibrateError::Infer { index, source })?;
    let one = |(reals, place): (&Vec<f32>, &Operand)| {
        let Operand::Node(at) = place else { return Sums::NOTHING };
        let integers = trace.tensors.get(*at).map(Vec::as_slice).unwrap_or_default();
        let scales = imported.report.scales.get(*at).map(Vec::as_slice).unwrap_or_default();
        let [difference, energy] = distance(integers, scales, reals);
        let ends = reals
            .iter()
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(lo, hi), v| (lo.min(*v), hi.max(*v)));
        Sums { lo: ends.0, hi: ends.1, difference, energy }
    };
    Ok(reals.iter().zip(&imported.report.places).map(one).collect())
}
