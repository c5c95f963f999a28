//! Constant tensors.

use super::{Fault, proto};
use crate::validate::MAX_VALUES;

/// A constant of the graph.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Constant {
    pub dims: Vec<usize>,
    pub data: Data,
}

/// A constant's values.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Data {
    Float(Vec<f32>),
    Int(Vec<i64>),
}

impl Constant {
    /// Reads a `TensorProto` of floats, doubles or 64-bit integers.
    pub fn read(tensor: &proto::Tensor<'_>) -> Result<Self, Fault> {
        let name = || tensor.name.to_string();
        if tensor.external {
            return Err(Fault::External { tensor: name() });
        }
        let dims: Option<Vec<usize>> = tensor.dims.iter().map(|n| usize::try_from(*n).ok()).collect();
        let count =
            dims.as_ref().and_then(|d| d.iter().try_fold(1usize, |product, n| product.checked_mul(*n)));
        let (Some(dims), Some(count)) = (dims, count.filter(|n| *n <= MAX_VALUES)) else {
            return Err(Fault::ConstantShape {
                tensor: name(),
                dims: tensor.dims.iter().copied().take(9).collect(),
            });
        };
        let data = match tensor.data_type {
            1 => Data::Float(match tensor.raw {
                Some(raw) => words(raw, f32::from_le_bytes),
                None => tensor.floats.clone(),
            }),
            11 => Data::Float(words(tensor.raw.unwrap_or_default(), |word| f64::from_le_bytes(word) as f32)),
            7 => Data::Int(match tensor.raw {
                Some(raw) => words(raw, i64::from_le_bytes),
                None => tensor.int64s.clone(),
            }),
            got => return Err(Fault::DataType { tensor: name(), got }),
        };
        let got = data.len();
        if got != count || tensor.raw.is_some_and(|raw| raw.len() != count * data.width(tensor.data_type)) {
            return Err(Fault::ConstantCount { tensor: name(), expected: count, got });
        }
        match &data {
            Data::Float(values) if values.iter().any(|v| !v.is_finite()) => {
                Err(Fault::NotFinite { tensor: name() })
            }
            _ => Ok(Self { dims, data }),
        }
    }

    /// The values as floats.
    pub fn floats(&self) -> Option<&[f32]> {
        match &self.data {
            Data::Float(values) => Some(values),
            Data::Int(_) => None,
        }
    }

    /// The values as integers.
    pub fn ints(&self) -> Option<&[i64]> {
        match &self.data {
            Data::Int(values) => Some(values),
            Data::Float(_) => None,
        }
    }
}

impl Data {
    fn len(&self) -> usize {
        match self {
            Data::Float(values) => values.len(),
            Data::Int(values) => values.len(),
        }
    }

    fn width(&self, data_type: i64) -> usize {
        if data_type == 1 { 4 } else { 8 }
    }
}

fn words<const N: usize, T>(raw: &[u8], read: impl Fn([u8; N]) -> T) -> Vec<T> {
    raw.as_chunks::<N>().0.iter().map(|word| read(*word)).collect()
}
