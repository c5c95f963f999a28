//! Data to calibrate a model with: pictures, or rows of real numbers, and their labels.

use crate::{
    dataset::{self, IdxError, Images},
    npy::{self, Array, NpyError},
    npz::{self, NpzError},
    preprocess::{self, PreprocessError},
};
use zkml_model::{Manifest, manifest::Normalise};

/// Inputs of a model before they are quantised.
#[derive(Clone, Debug, PartialEq)]
pub enum Samples {
    /// Grayscale pictures. A model that takes colours gets the same plane for each.
    Pictures(Images),
    /// Real numbers as a requester has them: where the manifest normalises numbers, those before
    /// that.
    Numbers(Numbers),
}

/// Rows of real numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    width: usize,
    /// Values of one channel, the first dimension of the model's input.
    per_channel: usize,
    values: Vec<f64>,
}

/// An input as integers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The integers.
    pub values: Vec<i32>,
    /// The number of values that stand for numbers beyond the model's input range, and so for its
    /// nearer end. Who asks for an answer gets none for such an input.
    pub outside: usize,
}

/// The reason why some bytes are no samples, or no labels.
#[derive(Debug, thiserror::Error)]
pub enum SamplesError {
    /// The idx file is none.
    #[error(transparent)]
    Idx(#[from] IdxError),
    /// The NumPy file is none.
    #[error(transparent)]
    Npy(#[from] NpyError),
    /// The NumPy archive is none, or has no such array.
    #[error(transparent)]
    Npz(#[from] NpzError),
    /// An array is named where there are no names.
    #[error("the array `{name}` is named, and this is no .npz file; leave the name out")]
    Named {
        /// The name.
        name: String,
    },
    /// None of these.
    #[error(
        "neither an idx file nor a .npy or .npz file: it starts with {start:02x?}; write samples with numpy.save, labels too"
    )]
    Unknown {
        /// The first bytes.
        start: Vec<u8>,
    },
    /// Another shape.
    #[error(
        "the array has shape {got:?}; the model takes {expected:?}, so that samples have shape [N, {}]: transpose or reshape it",
        list(expected)
    )]
    Shape {
        /// The model's input.
        expected: Vec<usize>,
        /// The file's.
        got: Vec<usize>,
    },
    /// No samples at all.
    #[error("there are no samples in it; give a file with some")]
    Empty,
    /// Not a number, or an infinite one.
    #[error("sample {sample}, value {index} is {got}; give finite numbers only")]
    NotFinite {
        /// Index of the sample.
        sample: usize,
        /// Index of the value.
        index: usize,
        /// The value.
        got: f64,
    },
    /// Labels in another form.
    #[error("the labels have shape {got:?}; give one class number for each sample, shape [N]")]
    LabelShape {
        /// The file's.
        got: Vec<usize>,
    },
    /// A label that is not a class.
    #[error("label {index} is {got}; the model has classes 0 to {}: give class numbers", classes.saturating_sub(1))]
    Label {
        /// Index of the label.
        index: usize,
        /// The label.
        got: f64,
        /// Number of classes.
        classes: usize,
    },
}

fn list(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
}

impl Samples {
    /// Reads an idx file of pictures, plain or gzip, or a NumPy array, for a model with an input of
    /// this shape. `array` is the name of the array in an archive of several.
    ///
    /// # Errors
    /// [`SamplesError`].
    pub fn read(file: &[u8], shape: &[usize], array: Option<&str>) -> Result<Self, SamplesError> {
        let samples = match contents(file, array)? {
            Contents::Idx => Self::Pictures(Images::read(file)?),
            Contents::Array(array) => Self::Numbers(Numbers::of(array, shape)?),
        };
        if samples.is_empty() { Err(SamplesError::Empty) } else { Ok(samples) }
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        match self {
            Self::Pictures(images) => images.len(),
            Self::Numbers(Numbers { width, values, .. }) => values.len() / (*width).max(1),
        }
    }

    /// Returns `true` if there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The samples with these indices, in this order.
    pub fn choose(&self, indices: &[usize]) -> Self {
        match self {
            Self::Pictures(images) => Self::Pictures(images.choose(indices)),
            Self::Numbers(numbers) => {
                let values =
                    indices.iter().flat_map(|index| numbers.row(*index)).copied().collect();
                Self::Numbers(Numbers { values, ..*numbers })
            }
        }
    }

    /// The least and the greatest number, normalised; `None` for pictures.
    pub fn range(&self, normalise: Option<&Normalise>) -> Option<(f64, f64)> {
        let Self::Numbers(Numbers { values, width, per_channel }) = self else { return None };
        let real = |(index, v): (usize, &f64)| {
            let channel = index % (*width).max(1) / (*per_channel).max(1);
            normalise.map_or(*v, |normalise| normalise.real(channel, *v))
        };
        let ends = |(lo, hi): (f64, f64), v: f64| (lo.min(v), hi.max(v));
        Some(values.iter().enumerate().map(real).fold((f64::INFINITY, f64::NEG_INFINITY), ends))
    }

    /// The least and the greatest number of each feature, an index on the input's first axis,
    /// normalised; `None` for pictures.
    pub fn ranges(&self, normalise: Option<&Normalise>) -> Option<Vec<(f64, f64)>> {
        let Self::Numbers(Numbers { values, width, per_channel }) = self else { return None };
        let (width, per_channel) = ((*width).max(1), (*per_channel).max(1));
        let mut ranges = vec![(f64::INFINITY, f64::NEG_INFINITY); width / per_channel];
        for (index, value) in values.iter().enumerate() {
            let channel = index % width / per_channel;
            let real = normalise.map_or(*value, |normalise| normalise.real(channel, *value));
            if let Some((low, high)) = ranges.get_mut(channel) {
                (*low, *high) = (low.min(real), high.max(real));
            }
        }
        Some(ranges)
    }

    /// Sample `index` for the float model: normalised as the manifest says, not rounded. Empty if
    /// there is no such sample.
    pub fn reals(&self, manifest: &Manifest, index: usize) -> Vec<f32> {
        match self {
            Self::Pictures(images) => {
                let plane =
                    preprocess::pixels_as_reals(manifest, images.get(index).unwrap_or_default());
                let planes = manifest.input_spec().len() / plane.len().max(1);
                plane.repeat(planes.max(1))
            }
            Self::Numbers(numbers) => preprocess::numbers_as_reals(manifest, numbers.row(index))
                .map(|real| real as f32)
                .collect(),
        }
    }

    /// Sample `index` as a requester would commit to it.
    ///
    /// # Errors
    /// [`PreprocessError`]: the sample is no input of the model.
    pub fn integers(&self, manifest: &Manifest, index: usize) -> Result<Taken, PreprocessError> {
        match self {
            Self::Pictures(images) => {
                let pixels = images.get(index).unwrap_or_default();
                let values = preprocess::gray(manifest, images.height, images.width, pixels)?;
                Ok(Taken { values, outside: 0 })
            }
            Self::Numbers(numbers) => {
                let input = &manifest.input;
                let mut reals: Vec<f64> =
                    preprocess::numbers_as_reals(manifest, numbers.row(index)).collect();
                let mut outside = 0;
                for (at, real) in reals.iter_mut().enumerate() {
                    let (low, high) = input.range(at);
                    let admitted = input.admit(at, *real);
                    outside += usize::from(admitted.is_none());
                    *real = admitted.unwrap_or_else(|| real.clamp(low, high));
                }
                Ok(Taken { values: preprocess::reals(manifest, &reals)?, outside })
            }
        }
    }
}

impl Numbers {
    /// An array `[N, …]` whose rest is the shape of a model's input, or as long as it; dimensions
    /// of 1 do not count. An array of the input's own shape is one sample.
    fn of(array: Array, expected: &[usize]) -> Result<Self, SamplesError> {
        let width: usize = expected.iter().product();
        let fits = |rest: &[usize]| {
            let real =
                |shape: &[usize]| shape.iter().copied().filter(|n| *n != 1).collect::<Vec<_>>();
            real(rest) == real(expected) || rest == [width]
        };
        let batched = array.shape.split_first().is_some_and(|(_, rest)| fits(rest));
        if !batched && array.shape != expected {
            return Err(SamplesError::Shape { expected: expected.to_vec(), got: array.shape });
        }
        if let Some(at) = array.values.iter().position(|v| !v.is_finite()) {
            let (sample, index) = (at / width.max(1), at % width.max(1));
            return Err(SamplesError::NotFinite { sample, index, got: array.values[at] });
        }
        let per_channel = width / expected.first().copied().unwrap_or(1).max(1);
        Ok(Self { width, per_channel, values: array.values })
    }

    fn row(&self, index: usize) -> &[f64] {
        let start = index.saturating_mul(self.width);
        self.values.get(start..start.saturating_add(self.width)).unwrap_or_default()
    }
}

/// Reads class numbers below `classes` from an idx file or a NumPy array. `array` is the name of
/// the array in an archive of several.
///
/// # Errors
/// [`SamplesError`].
pub fn labels(file: &[u8], classes: usize, array: Option<&str>) -> Result<Vec<u32>, SamplesError> {
    let numbers: Vec<f64> = match contents(file, array)? {
        Contents::Idx => dataset::labels(file)?.into_iter().map(f64::from).collect(),
        Contents::Array(array) => match array.shape.as_slice() {
            [_] | [_, 1] => array.values,
            _ => return Err(SamplesError::LabelShape { got: array.shape }),
        },
    };
    let label = |(index, got): (usize, f64)| {
        let whole = got >= 0.0 && got < classes as f64 && got.fract() == 0.0;
        if whole { Ok(got as u32) } else { Err(SamplesError::Label { index, got, classes }) }
    };
    numbers.into_iter().enumerate().map(label).collect()
}

enum Contents {
    Idx,
    Array(Array),
}

fn contents(file: &[u8], array: Option<&str>) -> Result<Contents, SamplesError> {
    if file.starts_with(&npz::MAGIC) {
        return Ok(Contents::Array(npz::read(file, array, dataset::MAX_BYTES)?));
    }
    if let Some(name) = array {
        return Err(SamplesError::Named { name: name.into() });
    }
    match file {
        [0x1f, 0x8b, ..] | [0, 0, 8, ..] => Ok(Contents::Idx),
        _ if file.starts_with(&npy::MAGIC) => Ok(Contents::Array(Array::read(file)?)),
        _ => Err(SamplesError::Unknown { start: file.iter().take(4).copied().collect() }),
    }
}

#[cfg(test)]
#[path = "samples/tests.rs"]
mod tests;
