//! From a pixel, or a number as a requester has it, to the real number that the float model takes.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Channels, Image, Input, ManifestError, decimal};

/// `real = (x · scale - mean) / std` for each channel, where `x` is a pixel's `p / 255`, or a
/// number as it is given.
///
/// What PyTorch writes as `Normalize(mean, std)` after `ToTensor()` has the scale 1; a model that
/// takes pixels of 0 to 255 has the scale 255, mean 0 and std 1; Keras' `x / 127.5 - 1` has the
/// scale 1, mean 0.5 and std 0.5.
///
/// Computed in IEEE 754 binary64, in the order `((p · scale) / 255 - mean) / std`, so that all
/// machines agree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normalise {
    /// The mean that is subtracted, by channel; one for all, or one for each.
    pub mean: Vec<Decimal>,
    /// The value of white, or of the number 1, before that; above 0.
    #[serde(with = "decimal")]
    pub scale: f64,
    /// The standard deviation that the rest is divided by, by channel; above 0; as many as `mean`.
    pub std: Vec<Decimal>,
}

/// A real number that is a string in JSON.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decimal(pub f64);

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        decimal::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decimal::deserialize(deserializer).map(Self)
    }
}

impl Normalise {
    /// The real number for `x` of a channel.
    pub fn real(&self, channel: usize, x: f64) -> f64 {
        let [mean, std] = self.of(channel);
        (x * self.scale - mean) / std
    }

    /// The real number for a pixel of a channel.
    pub fn pixel(&self, channel: usize, pixel: u8) -> f64 {
        let [mean, std] = self.of(channel);
        (f64::from(pixel) * self.scale / 255.0 - mean) / std
    }

    /// `x` for the real number of a channel; for messages.
    pub fn inverse(&self, channel: usize, real: f64) -> f64 {
        let [mean, std] = self.of(channel);
        (real * std + mean) / self.scale
    }

    /// The range of all pixels, widened so that the real zero, if it is inside, is one of the
    /// `2^bits` levels: padding with zeros is then exact.
    pub fn range(&self, bits: u8) -> (f64, f64) {
        let ends = |pixel| (0..self.mean.len()).map(move |channel| self.pixel(channel, pixel));
        let low = ends(0).fold(f64::INFINITY, f64::min);
        let high = ends(255).fold(f64::NEG_INFINITY, f64::max);
        let levels = f64::from((1u32 << bits.clamp(1, 16)) - 1);
        let below = (-low / (high - low) * levels).round();
        if !(1.0..=levels - 1.0).contains(&below) {
            return (low, high);
        }
        let step = (-low / below).max(high / (levels - below));
        (-below * step, (levels - below) * step)
    }

    fn of(&self, channel: usize) -> [f64; 2] {
        let of =
            |list: &[Decimal]| list.get(channel).or(list.first()).map_or(0.0, |number| number.0);
        [of(&self.mean), of(&self.std)]
    }

    /// Checks bounds, for `channels` channels.
    pub(super) fn validate(&self, channels: usize) -> Result<(), ManifestError> {
        let fail = |fault: String| Err(ManifestError::Field { field: "preprocessing", fault });
        if self.mean.len() != self.std.len() || ![1, channels].contains(&self.mean.len()) {
            return fail(format!(
                "has {} means and {} standard deviations, there may be 1 or {channels} of each",
                self.mean.len(),
                self.std.len()
            ));
        }
        let positive = |number: &f64| number.is_finite() && *number > 0.0;
        let good = positive(&self.scale)
            && self.std.iter().all(|number| positive(&number.0))
            && self.mean.iter().all(|number| number.0.is_finite());
        if good {
            Ok(())
        } else {
            fail("has a mean that is no number, or a std or scale that is not above 0".into())
        }
    }
}

impl Image {
    /// Checks that every pixel has an integer in the input's range.
    pub(super) fn check_range(&self, input: &Input) -> Result<(), ManifestError> {
        let Some(normalise) = &self.normalise else { return Ok(()) };
        normalise.validate(self.channels.count())?;
        for channel in 0..self.channels.count() {
            for pixel in [0, 255] {
                let real = normalise.pixel(channel, pixel);
                if input.level(0, real).is_none() {
                    let fault = format!(
                        "makes {real} of the pixel {pixel} of channel {channel}, outside the input's range from {} to {}",
                        input.low, input.high
                    );
                    return Err(ManifestError::Field { field: "preprocessing", fault });
                }
            }
        }
        Ok(())
    }
}

/// In which order a picture's values are in the input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Planes, `[channels, height, width]`, as PyTorch has them. Never written: it is what a
    /// manifest without the field means.
    #[default]
    Nchw,
    /// Pixels, `[height, width, channels]`, as Keras has them. For colours only.
    Nhwc,
}

impl Layout {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Planes as the input has them.
    pub fn arrange<T: Copy>(self, planes: &[Vec<T>]) -> Vec<T> {
        match self {
            Layout::Nchw => planes.iter().flatten().copied().collect(),
            Layout::Nhwc => {
                let pixels = planes.first().map_or(0, Vec::len);
                (0..pixels)
                    .flat_map(|at| planes.iter().filter_map(move |plane| plane.get(at).copied()))
                    .collect()
            }
        }
    }

    /// The planes of what is arranged in this order.
    pub fn planes<T: Copy>(self, values: &[T], channels: Channels) -> Vec<Vec<T>> {
        let count = channels.count();
        match self {
            Layout::Nchw => {
                values.chunks(values.len().div_ceil(count).max(1)).map(<[T]>::to_vec).collect()
            }
            Layout::Nhwc => (0..count)
                .map(|channel| values.iter().skip(channel).step_by(count).copied().collect())
                .collect(),
        }
    }
}
