//! The input as the circuit takes it: from real numbers to integers.

use serde::{Deserialize, Serialize};

use super::{Decimal, LATEST_VERSION, VERSION, decimal};

/// The input: integers `q` in `min ..= min + 2^bits - 1`, for real numbers
/// `low + (q - min) · (high - low) / (2^bits - 1)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Width of the range in bits.
    pub bits: u8,
    /// Real number that the greatest integer stands for; with [`Input::ranges`], the greatest of
    /// all.
    #[serde(with = "decimal")]
    pub high: f64,
    /// Real number that the smallest integer stands for; with [`Input::ranges`], the smallest of
    /// all.
    #[serde(with = "decimal")]
    pub low: f64,
    /// Smallest integer.
    pub min: i32,
    /// Ranges of the features; if there are none, all have the range from `low` to `high`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ranges: Option<Ranges>,
    /// The rounding of real numbers.
    #[serde(default, skip_serializing_if = "Rounding::is_default")]
    pub rounding: Rounding,
    /// Shape without the batch dimension, row-major.
    pub shape: Vec<usize>,
}

/// A range for each index on the input's first axis, or for each of its values: features in units
/// of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranges {
    /// Real numbers that the greatest integer stands for.
    pub high: Vec<Decimal>,
    /// Real numbers that the smallest integer stands for.
    pub low: Vec<Decimal>,
}

/// Ways of rounding real numbers to integers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Rounding {
    /// To the nearest integer, halves away from zero; what is beyond the range is refused. Never
    /// written: it is what an input without the field means.
    #[default]
    Nearest,
    /// As ONNX `QuantizeLinear`: `saturate(round(x / scale))` in 32-bit floats, halves to the even
    /// number. The model itself starts with that operator, so that a number beyond the range has an
    /// answer: that of the nearer end.
    QuantizeLinear {
        /// The operator's scale, a 32-bit float.
        #[serde(with = "decimal")]
        scale: f64,
    },
}

impl Rounding {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Ranges {
    /// Ranges in order.
    pub fn of(ranges: &[(f64, f64)]) -> Self {
        Self {
            high: ranges.iter().map(|(_, high)| Decimal(*high)).collect(),
            low: ranges.iter().map(|(low, _)| Decimal(*low)).collect(),
        }
    }

    fn of_value(&self, index: usize, values: usize) -> Option<(f64, f64)> {
        let per_range = values.checked_div(self.low.len())?.max(1);
        let at = index / per_range;
        Some((self.low.get(at)?.0, self.high.get(at)?.0))
    }
}

impl Input {
    /// The version of a manifest with this input.
    pub fn version(&self) -> u32 {
        if self.ranges.is_none() && self.rounding.is_default() { VERSION } else { LATEST_VERSION }
    }

    /// The range of the value with this index.
    pub fn range(&self, index: usize) -> (f64, f64) {
        let own = self
            .ranges
            .as_ref()
            .and_then(|ranges| ranges.of_value(index, self.shape.iter().product()));
        own.unwrap_or((self.low, self.high))
    }

    /// The number of levels less one.
    pub fn levels(&self) -> f64 {
        f64::from((1u32 << self.bits.min(16)) - 1)
    }

    /// The real number that an integer at this index stands for.
    pub fn real(&self, index: usize, integer: i32) -> f64 {
        let (low, high) = self.range(index);
        low + (f64::from(integer) - f64::from(self.min)) * ((high - low) / self.levels())
    }

    /// The number itself if it may stand at this index, else `None`.
    ///
    /// Ends are compared as 32-bit floats, which is what data mostly is: an array that holds 0.1 as
    /// such a float holds 0.100000001490116…, and this is the end of the range from 0 to 0.1. It is
    /// then taken for the end, if it is nearer to that than half a step.
    pub fn admit(&self, index: usize, real: f64) -> Option<f64> {
        if let Rounding::QuantizeLinear { .. } = self.rounding {
            return real.is_finite().then_some(real);
        }
        let (low, high) = self.range(index);
        let clamped = real.clamp(low, high);
        let half = (high - low) / self.levels() / 2.0;
        let near = (real as f32 == clamped as f32) && (real - clamped).abs() <= half;
        near.then_some(clamped)
    }

    /// The integer for a real number at an index, as [`Input::rounding`] says: to the nearest it is
    /// `min + round((real - low) / (high - low) · (2^bits - 1))`, halves away from zero. `None` if
    /// it is outside the range, or no number.
    pub fn level(&self, index: usize, real: f64) -> Option<i32> {
        match self.rounding {
            Rounding::Nearest => {
                let (low, high) = self.range(index);
                let steps = ((real - low) / (high - low) * self.levels()).round();
                (0.0..=self.levels()).contains(&steps).then(|| self.min + steps as i32)
            }
            Rounding::QuantizeLinear { scale } => {
                let steps = f64::from((real as f32 / scale as f32).round_ties_even());
                let min = f64::from(self.min);
                (!steps.is_nan()).then(|| steps.clamp(min, min + self.levels()) as i32)
            }
        }
    }

    /// Returns the fault of ranges and rounding, if any. `shape`, `min` and `bits` are valid.
    pub(super) fn fault(&self, is_picture: bool) -> Option<String> {
        let is_range = |low: f64, high: f64| low.is_finite() && high.is_finite() && low < high;
        if !is_range(self.low, self.high) {
            return Some(format!("goes from {} to {}, which is no range", self.low, self.high));
        }
        match self.rounding {
            Rounding::QuantizeLinear { scale } if !(scale > 0.0 && (scale as f32).is_normal()) => {
                return Some(format!(
                    "has the scale {scale}, which must be a 32-bit float above zero"
                ));
            }
            Rounding::QuantizeLinear { .. } if self.ranges.is_some() => {
                return Some("has `ranges` beside the one scale of `quantize-linear`".into());
            }
            _ => {}
        }
        let ranges = self.ranges.as_ref()?;
        let (features, values) =
            (self.shape.first().copied().unwrap_or(1), self.shape.iter().product::<usize>());
        let count = ranges.low.len();
        if is_picture {
            return Some("has `ranges` for a picture, whose pixels have one range".into());
        }
        if count != ranges.high.len() || ![features, values].contains(&count) {
            let ends = ranges.high.len();
            return Some(format!(
                "has {count} lows and {ends} highs, there may be {features} or {values} of each"
            ));
        }
        let mut pairs = ranges.low.iter().zip(&ranges.high);
        if let Some(at) = pairs.position(|(low, high)| !is_range(low.0, high.0)) {
            return Some(format!(
                "has at {at} the range {:?} to {:?}, which is none",
                ranges.low.get(at),
                ranges.high.get(at)
            ));
        }
        let low = ranges.low.iter().fold(f64::INFINITY, |all, low| all.min(low.0));
        let high = ranges.high.iter().fold(f64::NEG_INFINITY, |all, high| all.max(high.0));
        ((low, high) != (self.low, self.high)).then(|| {
            format!("goes from {} to {}, its `ranges` from {low} to {high}", self.low, self.high)
        })
    }
}
