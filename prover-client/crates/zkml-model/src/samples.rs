//! Data to calibrate a model with: pictures, or rows of real numbers, and their labels.

use crate::{
    Manifest,
    dataset::{self, IdxError, Images},
    npy::{self, Array, NpyError},
    preprocess::{self, PreprocessError},
};

/// Inputs of a model before they are quantised.
#[derive(Clone, Debug, PartialEq)]
pub enum Samples {
    /// Grayscale pictures. A model that takes colours gets the same plane for each.
    Pictures(Images),
    /// Real numbers as the model takes them.
    Numbers(Numbers),
}

/// Rows of real numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    width: usize,
    values: Vec<f64>,
}

/// An input as integers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The integers.
    pub values: Vec<i32>,
    /// How many of them stand for numbers beyond the model's input range, and so for its nearer end. Who asks for an answer gets none for
    /// such an input.
    pub outside: usize,
}

/// Why some bytes are no samples, or no labels.
#[derive(Debug, thiserror::Error)]
pub enum SamplesError {
    /// The idx file is none.
    #[error(transparent)]
    Idx(#[from] IdxError),
    /// The NumPy file is none.
    #[error(transparent)]
    Npy(#[from] NpyError),
    /// Neither of the two.
    #[error(
        "neither an idx file nor a .npy file: it starts with {start:02x?}; write samples with numpy.save, labels too"
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
    /// A label that is no class.
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
    /// Reads an idx file of pictures, plain or gzip, or a NumPy array, for a model with an input of this shape.
    ///
    /// # Errors
    /// [`SamplesError`].
    pub fn read(file: &[u8], shape: &[usize]) -> Result<Self, SamplesError> {
        let samples = match format(file)? {
            Format::Idx => Self::Pictures(Images::read(file)?),
            Format::Npy => Self::Numbers(Numbers::of(Array::read(file)?, shape)?),
        };
        if samples.is_empty() { Err(SamplesError::Empty) } else { Ok(samples) }
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        match self {
            Self::Pictures(images) => images.len(),
            Self::Numbers(Numbers { width, values }) => values.len() / (*width).max(1),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The samples with these indices, in this order.
    pub fn choose(&self, indices: &[usize]) -> Self {
        match self {
            Self::Pictures(images) => Self::Pictures(images.choose(indices)),
            Self::Numbers(numbers) => {
                let values = indices.iter().flat_map(|index| numbers.row(*index)).copied().collect();
                Self::Numbers(Numbers { width: numbers.width, values })
            }
        }
    }

    /// The least and the greatest number; `None` for pictures.
    pub fn range(&self) -> Option<(f64, f64)> {
        let Self::Numbers(Numbers { values, .. }) = self else { return None };
        let ends = |(lo, hi): (f64, f64), v: &f64| (lo.min(*v), hi.max(*v));
        Some(values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), ends))
    }

    /// Sample `index` for the float model. Pixels are scaled to the manifest's range and not rounded. Empty if there is no such sample.
    pub fn reals(&self, manifest: &Manifest, index: usize) -> Vec<f32> {
        match self {
            Self::Pictures(images) => {
                let plane = preprocess::pixels_as_reals(manifest, images.get(index).unwrap_or_default());
                let planes = manifest.input_spec().len() / plane.len().max(1);
                plane.repeat(planes.max(1))
            }
            Self::Numbers(numbers) => numbers.row(index).iter().map(|v| *v as f32).collect(),
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
                let (low, high) = (manifest.input.low, manifest.input.high);
                let row = numbers.row(index);
                let outside = row.iter().filter(|v| !(low..=high).contains(*v)).count();
                let row: Vec<f64> = row.iter().map(|v| v.clamp(low, high)).collect();
                Ok(Taken { values: preprocess::values(manifest, &row)?, outside })
            }
        }
    }
}

impl Numbers {
    /// An array `[N, …]` whose rest is the shape of a model's input, or as long as it; dimensions of 1 do not count. An array of the input's own shape is
    /// one sample.
    fn of(array: Array, expected: &[usize]) -> Result<Self, SamplesError> {
        let width: usize = expected.iter().product();
        let fits = |rest: &[usize]| {
            let real = |shape: &[usize]| shape.iter().copied().filter(|n| *n != 1).collect::<Vec<_>>();
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
        Ok(Self { width, values: array.values })
    }

    fn row(&self, index: usize) -> &[f64] {
        let start = index.saturating_mul(self.width);
        self.values.get(start..start.saturating_add(self.width)).unwrap_or_default()
    }
}

/// Reads class numbers below `classes` from an idx file or a NumPy array.
///
/// # Errors
/// [`SamplesError`].
pub fn labels(file: &[u8], classes: usize) -> Result<Vec<u32>, SamplesError> {
    let numbers: Vec<f64> = match format(file)? {
        Format::Idx => dataset::labels(file)?.into_iter().map(f64::from).collect(),
        Format::Npy => {
            let array = Array::read(file)?;
            match array.shape.as_slice() {
                [_] | [_, 1] => array.values,
                _ => return Err(SamplesError::LabelShape { got: array.shape }),
            }
        }
    };
    let label = |(index, got): (usize, f64)| {
        let whole = got >= 0.0 && got < classes as f64 && got.fract() == 0.0;
        if whole { Ok(got as u32) } else { Err(SamplesError::Label { index, got, classes }) }
    };
    numbers.into_iter().enumerate().map(label).collect()
}

enum Format {
    Idx,
    Npy,
}

fn format(file: &[u8]) -> Result<Format, SamplesError> {
    match file {
        [0x1f, 0x8b, ..] | [0, 0, 8, ..] => Ok(Format::Idx),
        _ if file.starts_with(&npy::MAGIC) => Ok(Format::Npy),
        _ => Err(SamplesError::Unknown { start: file.iter().take(4).copied().collect() }),
    }
}

#[cfg(test)]
#[path = "samples/tests.rs"]
mod tests;
