//! Constant tensors.

use super::{Fault, proto};
use zkml_model::validate::MAX_VALUES;

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
    /// Returns the reals that `DequantizeLinear` makes of them.
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
    /// Integers of a tensor of these dimensions; as many scales as there are indices on the axis,
    /// or one.
    pub fn new(integers: Vec<i32>, scales: Vec<f32>, axis: usize, dims: &[usize]) -> Self {
        let inner = dims.iter().skip(axis + 1).product::<usize>().max(1);
        let count = scales.len().max(1);
        let scale = |index: usize| scales.get(index / inner % count).copied().unwrap_or_default();
        let floats =
            integers.iter().enumerate().map(|(index, q)| *q as f32 * scale(index)).collect();
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
}

impl Constant {
    /// Number of values.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Reads a `TensorProto` of floats, integers or truth values. Its floats may be infinite or no
    /// numbers.
    pub fn read(tensor: &proto::Tensor<'_>) -> Result<Self, Fault> {
        let name = || tensor.name.to_string();
        if tensor.external {
            return Err(Fault::External { tensor: name() });
        }
        let dims: Option<Vec<usize>> =
            tensor.dims.iter().map(|n| usize::try_from(*n).ok()).collect();
        // Dimensions of an empty constant are bounded as well.
        let bound = dims
            .as_ref()
            .and_then(|d| d.iter().try_fold(1usize, |product, n| product.checked_mul((*n).max(1))));
        let count =
            bound.filter(|n| *n <= MAX_VALUES).zip(dims.as_ref()).map(|(_, d)| d.iter().product());
        let (Some(dims), Some(count)) = (dims, count) else {
            return Err(Fault::ConstantShape {
                tensor: name(),
                dims: tensor.dims.iter().copied().take(9).collect(),
            });
        };
        let damaged = |got| Fault::ConstantCount { tensor: name(), expected: count, got };
        let width = width(tensor.data_type)
            .ok_or_else(|| Fault::DataType { tensor: name(), got: tensor.data_type })?;
        if tensor.raw.is_some_and(|raw| raw.len() != count * width) {
            return Err(damaged(tensor.raw.map_or(0, <[u8]>::len) / width));
        }
        let data = decode(tensor).ok_or_else(|| damaged(0))?;
        if data.len() == count { Ok(Self { dims, data }) } else { Err(damaged(data.len())) }
    }

    /// The first of its floats that is infinite or no number.
    pub fn not_finite(&self) -> Option<f32> {
        let floats = self.floats().unwrap_or_default();
        if floats.iter().all(|value| value.is_finite()) {
            return None;
        }
        // Of a NaN there is no way out, so it goes first.
        let first = |bad: fn(f32) -> bool| floats.iter().copied().find(|value| bad(*value));
        first(f32::is_nan).or_else(|| first(f32::is_infinite))
    }

    /// The same values under other dimensions, of as many values. Scales by channel are kept if
    /// their axis is.
    pub fn with_dims(&self, dims: Vec<usize>) -> Self {
        let data = match &self.data {
            Data::Dequantized(of) if of.scales.len() > 1 => {
                match same_axis(&self.dims, of.axis, &dims) {
                    Some(axis) => Data::Dequantized(Dequantized { axis, ..of.clone() }),
                    None => Data::Float(of.floats.clone()),
                }
            }
            data => data.clone(),
        };
        Self { dims, data }
    }

    /// As the type that nodes compute with: floats for what was dequantised, 64 bits for integers
    /// of 32.
    pub fn plain(&self) -> Option<Self> {
        let data = match &self.data {
            Data::Dequantized(of) => Data::Float(of.floats.clone()),
            Data::Quantized(values, Kind::I32) => {
                Data::Int(values.iter().map(|q| i64::from(*q)).collect())
            }
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

    /// The values as floats.
    pub fn reals(&self) -> Vec<f32> {
        match self {
            Data::Float(values) => values.clone(),
            Data::Int(values) => values.iter().map(|v| *v as f32).collect(),
            Data::Quantized(values, _) => values.iter().map(|v| *v as f32).collect(),
            Data::Dequantized(of) => of.floats.clone(),
        }
    }

    /// The values as integers, floats without their fractions; `None` if one is beyond 64 bits.
    pub fn whole(&self) -> Option<Vec<i64>> {
        let cut = |value: &f32| (value.abs() < i64::MAX as f32).then_some(*value as i64);
        match self {
            Data::Float(values) => values.iter().map(cut).collect(),
            Data::Int(values) => Some(values.clone()),
            Data::Quantized(values, _) => Some(values.iter().map(|v| i64::from(*v)).collect()),
            Data::Dequantized(of) => of.floats.iter().map(cut).collect(),
        }
    }
}

/// Returns `true` if a type of ONNX's is one of floats.
pub(super) fn is_float(data_type: i64) -> bool {
    matches!(data_type, 1 | 10 | 11 | 16)
}

/// Lowest and highest number of a type of integers or truth values.
pub(super) fn integer_range(data_type: i64) -> Option<[i64; 2]> {
    Some(match data_type {
        2 => [0, u8::MAX.into()],
        3 => [i8::MIN.into(), i8::MAX.into()],
        4 => [0, u16::MAX.into()],
        5 => [i16::MIN.into(), i16::MAX.into()],
        6 => [i32::MIN.into(), i32::MAX.into()],
        // Of 64 bits without a sign, those that 64 bits with a sign hold.
        7 => [i64::MIN, i64::MAX],
        9 => [0, 1],
        12 => [0, u32::MAX.into()],
        13 => [0, i64::MAX],
        _ => return None,
    })
}

/// Bytes of a number in raw data; `None` for a type that is not read.
fn width(data_type: i64) -> Option<usize> {
    match data_type {
        2 | 3 | 9 => Some(1),
        4 | 5 | 10 | 16 => Some(2),
        1 | 6 | 12 => Some(4),
        7 | 11 | 13 => Some(8),
        _ => None,
    }
}

/// The values of a tensor of a type that has a [`width`]; `None` if one is out of the type's range.
fn decode(tensor: &proto::Tensor<'_>) -> Option<Data> {
    let raw = tensor.raw;
    Some(match tensor.data_type {
        1 => Data::Float(
            raw.map_or_else(|| tensor.floats.clone(), |raw| words(raw, f32::from_le_bytes)),
        ),
        11 => Data::Float(match raw {
            Some(raw) => words(raw, |word| f64::from_le_bytes(word) as f32),
            None => tensor.doubles.iter().map(|v| *v as f32).collect(),
        }),
        10 => Data::Float(halves(tensor, half)),
        16 => Data::Float(halves(tensor, |bits| f32::from_bits(u32::from(bits) << 16))),
        other => {
            let integers = integers(tensor, other)?;
            match Kind::of(other) {
                Some(kind) => Data::Quantized(integers.iter().map(|n| *n as i32).collect(), kind),
                None if other == 9 => {
                    Data::Int(integers.iter().map(|n| i64::from(*n != 0)).collect())
                }
                None => Data::Int(integers),
            }
        }
    })
}

/// Integers and truth values, which are in lists of three types where they are not raw.
fn integers(tensor: &proto::Tensor<'_>, data_type: i64) -> Option<Vec<i64>> {
    let Some(raw) = tensor.raw else {
        let given = match data_type {
            7 => &tensor.int64s,
            12 | 13 => &tensor.uint64s,
            _ => &tensor.int32s,
        };
        // Any number but 0 stands for true.
        let [min, max] =
            if data_type == 9 { [i64::MIN, i64::MAX] } else { integer_range(data_type)? };
        return given.iter().all(|n| (min..=max).contains(n)).then(|| given.clone());
    };
    Some(match data_type {
        2 | 9 => raw.iter().map(|n| i64::from(*n)).collect(),
        3 => words(raw, |word| i64::from(i8::from_le_bytes(word))),
        4 => words(raw, |word| i64::from(u16::from_le_bytes(word))),
        5 => words(raw, |word| i64::from(i16::from_le_bytes(word))),
        6 => words(raw, |word| i64::from(i32::from_le_bytes(word))),
        7 => words(raw, i64::from_le_bytes),
        12 => words(raw, |word| i64::from(u32::from_le_bytes(word))),
        13 => {
            let numbers = words(raw, u64::from_le_bytes).into_iter();
            return numbers.map(|n| i64::try_from(n).ok()).collect();
        }
        _ => return None,
    })
}

/// Returns the index of an axis under other dimensions.
fn same_axis(from: &[usize], axis: usize, to: &[usize]) -> Option<usize> {
    let before: usize = from.iter().take(axis).product();
    let same = |at: &usize| {
        to.get(*at) == from.get(axis) && to.iter().take(*at).product::<usize>() == before
    };
    (0..to.len()).find(same)
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
