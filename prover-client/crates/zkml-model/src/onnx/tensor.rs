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

impl Dequantized {
    /// Integers of a tensor of these dimensions; as many scales as there are indices on the axis, or one.
    pub fn new(integers: Vec<i32>, scales: Vec<f32>, axis: usize, dims: &[usize]) -> Self {
        let inner = dims.iter().skip(axis + 1).product::<usize>().max(1);
        let count = scales.len().max(1);
        let scale = |index: usize| scales.get(index / inner % count).copied().unwrap_or_default();
        let floats = integers.iter().enumerate().map(|(index, q)| *q as f32 * scale(index)).collect();
        Self { integers, scales, axis, floats }
    }
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

    /// ONNX's number for the type.
    pub fn data_type(self) -> i64 {
        match self {
            Kind::U8 => 2,
            Kind::I8 => 3,
            Kind::I32 => 6,
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
    /// Number of values.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Reads a `TensorProto` of floats of 16, 32 or 64 bits, 64-bit integers, truth values or quantised numbers.
    pub fn read(tensor: &proto::Tensor<'_>) -> Result<Self, Fault> {
        let name = || tensor.name.to_string();
        if tensor.external {
            return Err(Fault::External { tensor: name() });
        }
        let dims: Option<Vec<usize>> = tensor.dims.iter().map(|n| usize::try_from(*n).ok()).collect();
        // Dimensions of an empty constant are bounded as well.
        let bound = dims
            .as_ref()
            .and_then(|d| d.iter().try_fold(1usize, |product, n| product.checked_mul((*n).max(1))));
        let count = bound.filter(|n| *n <= MAX_VALUES).zip(dims.as_ref()).map(|(_, d)| d.iter().product());
        let (Some(dims), Some(count)) = (dims, count) else {
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
            11 => Data::Float(match tensor.raw {
                Some(raw) => words(raw, |word| f64::from_le_bytes(word) as f32),
                None => tensor.doubles.iter().map(|v| *v as f32).collect(),
            }),
            10 => Data::Float(halves(tensor, half)),
            16 => Data::Float(halves(tensor, |bits| f32::from_bits(u32::from(bits) << 16))),
            9 => Data::Int(match tensor.raw {
                Some(raw) => raw.iter().map(|byte| i64::from(*byte != 0)).collect(),
                None => tensor.int32s.clone(),
            }),
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

    /// The same values under other dimensions, of as many values. Scales by channel are kept if their axis is.
    pub fn with_dims(&self, dims: Vec<usize>) -> Self {
        let data = match &self.data {
            Data::Dequantized(of) if of.scales.len() > 1 => match same_axis(&self.dims, of.axis, &dims) {
                Some(axis) => Data::Dequantized(Dequantized { axis, ..of.clone() }),
                None => Data::Float(of.floats.clone()),
            },
            data => data.clone(),
        };
        Self { dims, data }
    }

    /// As the type that nodes compute with: floats for what was dequantised, 64 bits for integers of 32.
    pub fn plain(&self) -> Option<Self> {
        let data = match &self.data {
            Data::Dequantized(of) => Data::Float(of.floats.clone()),
            Data::Quantized(values, Kind::I32) => Data::Int(values.iter().map(|q| i64::from(*q)).collect()),
            _ => return None,
        };
        Some(Self { dims: self.dims.clone(), data })
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
            2 | 3 | 9 => 1,
            10 | 16 => 2,
            1 | 6 => 4,
            _ => 8,
        }
    }
}

/// Where an axis is under other dimensions.
fn same_axis(from: &[usize], axis: usize, to: &[usize]) -> Option<usize> {
    let before: usize = from.iter().take(axis).product();
    let same = |at: &usize| to.get(*at) == from.get(axis) && to.iter().take(*at).product::<usize>() == before;
    (0..to.len()).find(same)
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

/// Numbers of 16 bits, which are in `int32_data` where they are not raw.
fn halves(tensor: &proto::Tensor<'_>, read: impl Fn(u16) -> f32) -> Vec<f32> {
    match tensor.raw {
        Some(raw) => words(raw, |word| read(u16::from_le_bytes(word))),
        None => tensor.int32s.iter().map(|bits| read(*bits as u16)).collect(),
    }
}

/// IEEE 754 binary16, exactly.
fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 0x3ff));
    sign * match exponent {
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1024.0 + fraction) * 2f32.powi(exponent - 25),
    }
}

#[cfg(test)]
mod tests {
    use super::half;

    #[test]
    fn halves_are_read_exactly() {
        let cases = [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0001, 5.960_464_5e-8),
            (0x3555, 0.333_251_95),
        ];
        for (bits, value) in cases {
            assert_eq!(half(bits), value, "{bits:04x}");
        }
        assert!(half(0x7c00).is_infinite() && half(0x7e00).is_nan());
    }
}
