//! Scaling by a quotient of integers, for each channel.

use super::Shape;

/// `floor((multiplier · x + offset) / 2^shift)`, exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaling {
    /// The multiplier; not zero, at most 2^40 in magnitude.
    pub multiplier: i64,
    /// The summand before the division; below 2^61 in magnitude. Half of `2^shift` rounds to the
    /// nearest.
    pub offset: i64,
    /// Power of two to divide by, 0 to 48.
    pub shift: u8,
}

impl Scaling {
    /// `multiplier · x + offset`
    pub fn numerator(&self, x: i64) -> i128 {
        // 63 and 63 bits, and one more.
        i128::from(self.multiplier) * i128::from(x) + i128::from(self.offset)
    }

    /// The result for `x`; `None` if it leaves 64 bits.
    pub fn at(&self, x: i64) -> Option<i64> {
        i64::try_from(self.numerator(x).checked_shr(self.shift.into())?).ok()
    }

    /// Lowest and highest numerator for a value from `lo` to `hi`.
    pub fn numerators(&self, lo: i64, hi: i64) -> [i128; 2] {
        let (a, b) = (self.numerator(lo), self.numerator(hi));
        [a.min(b), a.max(b)]
    }
}

/// Scalings of a tensor's channels, which are the indices on its first axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rescale {
    /// One for all channels, or one for each.
    pub channels: Vec<Scaling>,
}

impl Rescale {
    /// The scaling of each value of a tensor of this shape, in row-major order. The model must be
    /// [valid](crate::validate).
    pub fn of_values(&self, shape: &Shape) -> impl Iterator<Item = Scaling> + '_ {
        let count: usize = shape.iter().product();
        let each = count / self.channels.len().max(1);
        self.channels.iter().flat_map(move |scaling| core::iter::repeat_n(*scaling, each))
    }
}
