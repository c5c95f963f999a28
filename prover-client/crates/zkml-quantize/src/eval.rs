//! Accuracy of the float and of the quantised model on labelled pictures, on all cores.
//!
//! The quantised model gets what a requester would commit to: the picture through
//! [`zkml_data::preprocess`]. The float model gets the picture's own pixels, scaled to the
//! manifest's range and not rounded.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use zkml_data::{
    dataset::{self, IdxError, Images},
    preprocess::{self, PreprocessError},
};
use zkml_model::{
    Manifest, QuantizedModel,
    infer::{self, InferError},
};
use zkml_onnx::{
    OnnxModel,
    float::{self, InputCount},
};

/// The number of right pictures, and of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accuracy {
    /// Right answers.
    pub right: usize,
    /// Pictures.
    pub total: usize,
}

impl Accuracy {
    /// Right answers in percent; 0 of nothing.
    pub fn percent(&self) -> f64 {
        if self.total == 0 { 0.0 } else { 100.0 * self.right as f64 / self.total as f64 }
    }
}

/// The reason why no accuracy can be measured.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// Pictures and labels do not belong together.
    #[error(transparent)]
    Data(#[from] IdxError),
    /// A picture cannot be prepared.
    #[error("picture {index}: {source}")]
    Preprocess {
        /// Index of the picture.
        index: usize,
        /// The reason.
        source: PreprocessError,
    },
    /// A picture has no answer.
    #[error("picture {index}: {source}")]
    Infer {
        /// Index of the picture.
        index: usize,
        /// The reason.
        source: InferError,
    },
    /// A picture does not fit the float model.
    #[error("picture {index}: {source}")]
    Float {
        /// Index of the picture.
        index: usize,
        /// The reason.
        source: InputCount,
    },
}

/// Called with the number of pictures done, from any thread and in any order.
pub type Progress<'a> = &'a (dyn Fn(usize) + Sync);

/// Accuracy of the quantised model.
///
/// # Errors
/// [`EvalError`] of the first picture that has no answer.
pub fn quantized(
    model: &QuantizedModel,
    manifest: &Manifest,
    images: &Images,
    labels: &[u8],
    progress: Progress<'_>,
) -> Result<Accuracy, EvalError> {
    measure(images, labels, progress, |index, pixels| {
        let input = preprocess::gray(manifest, images.height, images.width, pixels)
            .map_err(|source| EvalError::Preprocess { index, source })?;
        let trace =
            infer::run(model, &input).map_err(|source| EvalError::Infer { index, source })?;
        Ok(trace.class)
    })
}

/// Accuracy of the float model on pixels scaled to the manifest's range.
///
/// # Errors
/// [`EvalError`] of the first picture that does not fit the model.
pub fn float(
    model: &OnnxModel,
    manifest: &Manifest,
    images: &Images,
    labels: &[u8],
    progress: Progress<'_>,
) -> Result<Accuracy, EvalError> {
    measure(images, labels, progress, |index, pixels| {
        let input = preprocess::pixels_as_reals(manifest, pixels);
        float::classify(model, &input)
            .map(Some)
            .map_err(|source| EvalError::Float { index, source })
    })
}

fn measure(
    images: &Images,
    labels: &[u8],
    progress: Progress<'_>,
    classify: impl Fn(usize, &[u8]) -> Result<Option<u32>, EvalError> + Sync,
) -> Result<Accuracy, EvalError> {
    dataset::check_pair(images, labels)?;
    let done = AtomicUsize::new(0);
    let pictures: Vec<_> = images.iter().zip(labels).enumerate().collect();
    let right = pictures
        .into_par_iter()
        .map(|(index, (pixels, label))| {
            let right = classify(index, pixels)? == Some(u32::from(*label));
            progress(done.fetch_add(1, Ordering::Relaxed) + 1);
            Ok(usize::from(right))
        })
        .try_reduce(|| 0, |a, b| Ok::<_, EvalError>(a + b))?;
    Ok(Accuracy { right, total: labels.len() })
}
