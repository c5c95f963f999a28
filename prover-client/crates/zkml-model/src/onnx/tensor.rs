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
    /// Numbers of 8 or 32 bits.
    Quantized(Vec<i32>, Kind),
    /// What `DequantizeLinear` makes of them.
    Dequantized(Dequantized),
}

/// Types of quantised numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    U8,
    I8,
    I32,
}

/// Integers with what one step of each stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dequantized {
    /// The numbers less their zero points.
    pub integers: Vec<i32>,
    /// One scale for all, or one for each index on the axis.
    pub scales: Vec<f32>,
    pub axis: usize,
    /// The reals.
    pub floats: Vec<f32>,
}

impl Kind {
    /// Of ONNX's numbers for types.
    pub fn of(data_type: i64) -> Option<Self> {
        match data_type {
            2 => Some(Kind::U8),
            3 => Some(Kind::I8),
            6 => Some(Kind::I32),
            _ => None,
        }
    }

    /// The lowest number of eight bits; `None` for 32.
    pub fn min(self) -> Option<i32> {
        match self {
            Kind::U8 => Some(0),
            Kind::I8 => Some(-128),
            Kind::I32 => None,
        }
    }

    fn holds(self, value: i64) -> bool {
        match self.min() {
            Some(min) => (i64::from(min)..=i64::from(min) + 255).contains(&value),
            None => i32::try_from(value).is_ok(),
        }
    }
}

impl Constant {
    /// Reads a `TensorProto` of floats, doubles, 64-bit integers or quantised numbers.
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
        let damaged = || Fault::ConstantCount { tensor: name(), expected: count, got: 0 };
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
            got => match Kind::of(got) {
                Some(kind) => Data::Quantized(quantized(tensor, kind).ok_or_else(damaged)?, kind),
                None => return Err(Fault::DataType { tensor: name(), got }),
            },
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
            Data::Dequantized(of) => Some(&of.floats),
            Data::Int(_) | Data::Quantized(..) => None,
        }
    }

    /// The values as integers.
    pub fn ints(&self) -> Option<&[i64]> {
        match &self.data {
            Data::Int(values) => Some(values),
            _ => None,
        }
    }
}

impl Data {
    fn len(&self) -> usize {
        match self {
            Data::Float(values) => values.len(),
            Data::Int(values) => values.len(),
            Data::Quantized(values, _) => values.len(),
            Data::Dequantized(of) => of.integers.len(),
        }
    }

    fn width(&self, data_type: i64) -> usize {
        match data_type {
            2 | 3 => 1,
            1 | 6 => 4,
            _ => 8,
        }
    }
}

/// Numbers of 8 or 32 bits; `None` if one is out of range.
fn quantized(tensor: &proto::Tensor<'_>, kind: Kind) -> Option<Vec<i32>> {
    match (tensor.raw, kind) {
        (Some(raw), Kind::U8) => Some(raw.iter().map(|n| i32::from(*n)).collect()),
        (Some(raw), Kind::I8) => Some(words(raw, |[n]| i32::from(i8::from_le_bytes([n])))),
        (Some(raw), Kind::I32) => Some(words(raw, i32::from_le_bytes)),
        (None, _) => tensor.int32s.iter().map(|n| kind.holds(*n).then_some(*n as i32)).collect(),
    }
}

fn words<const N: usize, T>(raw: &[u8], read: impl Fn([u8; N]) -> T) -> Vec<T> {
    raw.as_chunks::<N>().0.iter().map(|word| read(*word)).collect()
}
