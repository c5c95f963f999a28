//! A model's answer, and the one public input that it is.
//!
//! Every output is 31 bytes, little-endian, and so below every supported field's modulus. Thirty of
//! them hold lanes, the last is a header, which makes the outputs of all kinds different numbers:
//! no statement can be read in two ways.
//!
//! | output | bytes 0 … 29 | byte 30 |
//! |---|---|---|
//! | [`Output::Class`] | the class, 4 bytes | `0x00` |
//! | [`Output::TopClasses`] of `k` | lane `i`: the class in place `i`, 4 bytes | `0x40 + k` |
//! | [`Output::Values`], `n` of `w` bytes | lane `i`: `value i + 2^(8w-1)`, `w` bytes | `0x80 + 32·(w-1) + n` |
//!
//! Numbers are little-endian; bytes that no lane needs are zero. [`Output::to_public_input`] alone
//! says which outputs there are: what decodes and has none there is no output, and no chain may
//! take it for one.

use core::fmt;

use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Most classes of a [`Output::TopClasses`].
pub const MAX_TOP_CLASSES: u32 = 7;
/// Most values of a [`Output::Values`], if each has one byte.
pub const MAX_VALUES: u32 = 30;
/// Bytes of an output's public input that hold lanes. The byte after them is the header.
pub const LANE_BYTES: usize = 30;

/// Header of [`Output::TopClasses`], to which the number of classes is added.
const TOP_CLASSES: u8 = 0x40;
/// Header of [`Output::Values`], to which the width less one, times 32, and the number of values
/// are added.
const VALUES: u8 = 0x80;
/// Bytes of a class.
const CLASS_BYTES: usize = 4;

/// A model's answer: typed, and with one encoding for each value.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[scale_info(capture_docs = "always")]
pub enum Output {
    /// Index of the class with the highest score; of equal scores, the lowest index.
    #[codec(index = 0)]
    Class(u32),
    /// Indices of the classes with the highest scores, from the best to the last; of equal scores,
    /// the lowest index first. At least one, none twice.
    #[codec(index = 1)]
    TopClasses(BoundedVec<u32, ConstU32<MAX_TOP_CLASSES>>),
    /// Numbers, in the model's order: scores, or the results of a regression. At least one, each of
    /// the width, which times their number is at most 30 bytes. The model's manifest says what they
    /// mean.
    #[codec(index = 2)]
    Values {
        /// Width of each number.
        width: Width,
        /// The numbers.
        values: BoundedVec<i32, ConstU32<MAX_VALUES>>,
    },
}

/// Width of the numbers of an [`Output::Values`]: of `b` bits, they go from `-2^(b-1)` to `2^(b-1)
/// - 1`.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[scale_info(capture_docs = "always")]
pub enum Width {
    /// One byte.
    #[codec(index = 0)]
    Bits8,
    /// Two bytes.
    #[codec(index = 1)]
    Bits16,
    /// Three bytes.
    #[codec(index = 2)]
    Bits24,
    /// Four bytes.
    #[codec(index = 3)]
    Bits32,
}

/// The reason why something of the type [`Output`] is no output.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutputError {
    /// There is no class or number at all.
    Empty,
    /// A class is named twice.
    RepeatedClass {
        /// The class.
        class: u32,
    },
    /// There are more numbers than fit.
    TooManyValues {
        /// The number.
        count: usize,
        /// Their width.
        width: Width,
    },
    /// A number is beyond the width.
    BeyondWidth {
        /// Its index.
        index: usize,
        /// The number.
        value: i32,
        /// The width.
        width: Width,
    },
}

impl Width {
    /// All widths, the narrowest first.
    pub const ALL: [Self; 4] = [Self::Bits8, Self::Bits16, Self::Bits24, Self::Bits32];

    /// Bytes of a number.
    pub const fn bytes(self) -> usize {
        match self {
            Self::Bits8 => 1,
            Self::Bits16 => 2,
            Self::Bits24 => 3,
            Self::Bits32 => 4,
        }
    }

    /// Bits of a number.
    pub const fn bits(self) -> u8 {
        match self {
            Self::Bits8 => 8,
            Self::Bits16 => 16,
            Self::Bits24 => 24,
            Self::Bits32 => 32,
        }
    }

    /// The width of this number of bytes, if there is one.
    pub fn of_bytes(bytes: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|width| width.bytes() == bytes)
    }

    /// Numbers of this width that fit into an output.
    pub const fn most(self) -> usize {
        match self {
            Self::Bits8 => LANE_BYTES,
            Self::Bits16 => LANE_BYTES / 2,
            Self::Bits24 => LANE_BYTES / 3,
            Self::Bits32 => LANE_BYTES / 4,
        }
    }

    /// `2^(b-1)` for `b` bits: what is added to a number for its lane.
    pub const fn offset(self) -> i64 {
        match self {
            Self::Bits8 => 1 << 7,
            Self::Bits16 => 1 << 15,
            Self::Bits24 => 1 << 23,
            Self::Bits32 => 1 << 31,
        }
    }

    /// The header of numbers of this width, to which their number is added.
    const fn header(self) -> u8 {
        match self {
            Self::Bits8 => VALUES,
            Self::Bits16 => VALUES | 1 << 5,
            Self::Bits24 => VALUES | 2 << 5,
            Self::Bits32 => VALUES | 3 << 5,
        }
    }

    /// The lane of a number, in the lowest bytes; `None` for one beyond the width.
    fn lane(self, value: i32) -> Option<[u8; 4]> {
        let lane = i64::from(value).checked_add(self.offset())?;
        let lane = u32::try_from(lane).ok()?;
        (i64::from(lane) < self.offset().checked_mul(2)?).then(|| lane.to_le_bytes())
    }
}

impl Output {
    /// The output as a public input: 32 little-endian bytes, below every supported field's modulus.
    /// Different outputs have different ones.
    ///
    /// # Errors
    /// [`OutputError`] for what is no output.
    pub fn to_public_input(&self) -> Result<[u8; 32], OutputError> {
        match self {
            Self::Class(class) => Ok(packed([class.to_le_bytes()], CLASS_BYTES, 0, 0)),
            Self::TopClasses(classes) => {
                check_classes(classes)?;
                let lanes = classes.iter().map(|class| class.to_le_bytes());
                Ok(packed(lanes, CLASS_BYTES, TOP_CLASSES, classes.len()))
            }
            Self::Values { width, values } => {
                let lanes = lanes(*width, values)?;
                Ok(packed(lanes, width.bytes(), width.header(), values.len()))
            }
        }
    }
}

/// Checks that there is a class and none twice.
fn check_classes(classes: &[u32]) -> Result<(), OutputError> {
    if classes.is_empty() {
        return Err(OutputError::Empty);
    }
    for (place, class) in classes.iter().enumerate() {
        if classes.iter().take(place).any(|before| before == class) {
            return Err(OutputError::RepeatedClass { class: *class });
        }
    }
    Ok(())
}

/// The lanes of numbers.
fn lanes(width: Width, values: &[i32]) -> Result<impl Iterator<Item = [u8; 4]>, OutputError> {
    if values.is_empty() {
        return Err(OutputError::Empty);
    }
    if values.len() > width.most() {
        return Err(OutputError::TooManyValues { count: values.len(), width });
    }
    if let Some((index, value)) =
        values.iter().enumerate().find(|(_, value)| width.lane(**value).is_none())
    {
        return Err(OutputError::BeyondWidth { index, value: *value, width });
    }
    Ok(values.iter().filter_map(move |value| width.lane(*value)))
}

/// Lanes of `bytes` bytes one after the other, and the header with what is added to it. The caller
/// has checked that they fit.
fn packed(
    lanes: impl IntoIterator<Item = [u8; 4]>,
    bytes: usize,
    header: u8,
    count: usize,
) -> [u8; 32] {
    let mut out = [0u8; 32];
    let (places, rest) = out.split_at_mut(LANE_BYTES);
    for (place, lane) in places.chunks_exact_mut(bytes).zip(lanes) {
        place.iter_mut().zip(lane).for_each(|(to, from)| *to = from);
    }
    if let (Some(to), Ok(count)) = (rest.first_mut(), u8::try_from(count)) {
        *to = header | count;
    }
    out
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => {
                f.write_str("the output has neither a class nor a number; give at least one")
            }
            Self::RepeatedClass { class } => {
                write!(
                    f,
                    "the output names class {class} twice; name each of the best classes once"
                )
            }
            Self::TooManyValues { count, width } => write!(
                f,
                "the output has {count} numbers of {} bits, of which {} fit; take a smaller width or fewer numbers",
                width.bits(),
                width.most()
            ),
            Self::BeyondWidth { index, value, width } => write!(
                f,
                "number {index} of the output is {value}, beyond {} bits; take a greater width",
                width.bits()
            ),
        }
    }
}

impl core::error::Error for OutputError {}

#[cfg(test)]
mod tests;
