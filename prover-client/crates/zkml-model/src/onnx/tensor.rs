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
    /// Number of values.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Reads a `TensorProto` of floats of 16, 32 or 64 bits, 64-bit integers or truth values.
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
        match data_type {
            9 => 1,
            10 | 16 => 2,
            1 => 4,
            _ => 8,
        }
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
