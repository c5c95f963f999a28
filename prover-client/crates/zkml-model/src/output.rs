//! Answers of models, and the one number that the statement has for each.
//!
//! A model that ends with an [`ArgMax`](Operation::ArgMax) answers with a class, one that ends with
//! a [`TopK`](Operation::TopK) with the best classes, and any other with the values of its last
//! node. An answer is 31 bytes, little-endian: thirty bytes of lanes and a header, so that no two
//! answers are one number. The chain's `zkinfer-primitives` defines the same;
//! `tests/vectors/statement/v1.json` holds both to it.
//!
//! | answer | lanes | header |
//! |---|---|---|
//! | class | the class, 4 bytes | 0 |
//! | `k` best classes | lane `i`: the class in place `i`, 4 bytes | `0x40 + k` |
//! | `n` values of `w` bytes | lane `i`: `value i + 2^(8w-1)`, `w` bytes | `0x80 + 32·(w-1) + n` |

use crate::{
    graph::{Operation, QuantizedModel},
    infer::Trace,
    intervals::{Interval, IntervalError, of_valid},
};

pub use crate::validate::MAX_TOP_CLASSES;
/// Bytes of an answer that hold lanes.
pub const LANE_BYTES: usize = 30;
/// Most values of an answer, if each has one byte.
pub const MAX_VALUES: usize = 30;
/// Greatest width of a value in bytes.
pub const MAX_WIDTH: u8 = 4;
/// Bytes of a class.
const CLASS_BYTES: u8 = 4;

/// Kinds of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputKind {
    /// The class with the highest score.
    Class {
        /// Number of classes.
        classes: usize,
    },
    /// The classes with the highest scores.
    TopClasses {
        /// The number.
        k: usize,
        /// Number of classes.
        classes: usize,
    },
    /// Values.
    Values {
        /// The number.
        count: usize,
        /// Bytes of each: the fewest that hold what every one of them can be.
        width: u8,
    },
}

/// A model's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The class with the highest score; ties go to the lowest.
    Class(u32),
    /// The classes with the highest scores, the best first; ties go to the lowest first.
    TopClasses(Vec<u32>),
    /// Values.
    Values {
        /// Bytes of each.
        width: u8,
        /// The values.
        values: Vec<i32>,
    },
}

/// The reason why a model's values are no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutputError {
    /// The model is not valid, or a value has no bounds.
    #[error(transparent)]
    Intervals(#[from] IntervalError),
    /// There are too many values.
    #[error(
        "the model ends with {count} values, and an answer has room for {MAX_VALUES}; import it with --output top-k:K for the K best classes, or --output class"
    )]
    TooMany {
        /// The number of them.
        count: usize,
    },
    /// The values are too wide.
    #[error(
        "the model ends with {count} values that go from {lo} to {hi}: {need} bytes, and an answer has {LANE_BYTES} and no value more than {MAX_WIDTH}; import it again, which divides the values by a power of two"
    )]
    TooWide {
        /// The number of them.
        count: usize,
        /// The smallest that there can be.
        lo: i64,
        /// The greatest that there can be.
        hi: i64,
        /// Bytes that they need.
        need: usize,
    },
}

/// Fewest bytes of two's complement that hold the numbers of an interval.
pub fn width_of(interval: Interval) -> u8 {
    // A number of b bits, sign apart, in two's complement: -2^b is one of them.
    let bits = |n: i64| 64 - (if n < 0 { !n } else { n }).leading_zeros();
    let bits = bits(interval.lo).max(bits(interval.hi)) + 1;
    bits.div_ceil(8) as u8
}

/// The smallest interval that holds all of these; zero alone where there is none.
pub fn hull(intervals: &[Interval]) -> Interval {
    let both = |a: Interval, b: &Interval| Interval { lo: a.lo.min(b.lo), hi: a.hi.max(b.hi) };
    let first = intervals.first().copied().unwrap_or(Interval { lo: 0, hi: 0 });
    intervals.iter().fold(first, both)
}

/// Greatest width of `count` values in bytes; `None` if they do not fit at all.
pub fn widest(count: usize) -> Option<u8> {
    let width = LANE_BYTES.checked_div(count)?.min(usize::from(MAX_WIDTH));
    (width > 0).then_some(width as u8)
}

/// `2^(8w-1)`: what is added to a value of `width` bytes for its lane.
pub fn offset(width: u8) -> i64 {
    1 << (8 * u32::from(width.clamp(1, MAX_WIDTH)) - 1)
}

impl QuantizedModel {
    /// The model's answer.
    ///
    /// # Errors
    /// [`OutputError`]: the model is not valid, or what it ends with does not fit into an answer.
    ///
    /// # Complexity
    /// Two inferences if it answers with values.
    pub fn output_kind(&self) -> Result<OutputKind, OutputError> {
        self.validate().map_err(IntervalError::from)?;
        let ends_in_values = !matches!(
            self.nodes.last().map(|node| &node.op),
            Some(Operation::ArgMax | Operation::TopK { .. })
        );
        let last =
            if ends_in_values { of_valid(self)?.pop().unwrap_or_default() } else { Vec::new() };
        OutputKind::of(self, &last)
    }
}

impl OutputKind {
    /// Returns the kind of answers of a valid model whose last node has results of these intervals.
    ///
    /// # Errors
    /// [`OutputError`]: values do not fit into an answer.
    pub fn of(model: &QuantizedModel, last: &[Interval]) -> Result<Self, OutputError> {
        let scores = || {
            let operand = model.nodes.last().and_then(|node| node.inputs.first().copied());
            operand
                .and_then(|scores| model.shape_of(scores))
                .map_or(0, |shape| shape.iter().product())
        };
        match model.nodes.last().map(|node| &node.op) {
            Some(Operation::ArgMax) => Ok(Self::Class { classes: scores() }),
            Some(Operation::TopK { k }) => {
                Ok(Self::TopClasses { k: usize::from(*k), classes: scores() })
            }
            _ => Self::of_values(last),
        }
    }

    /// Values of these intervals.
    ///
    /// # Errors
    /// [`OutputError`]: they do not fit into an answer.
    pub fn of_values(intervals: &[Interval]) -> Result<Self, OutputError> {
        let count = intervals.len();
        if count == 0 || count > MAX_VALUES {
            return Err(OutputError::TooMany { count });
        }
        let Interval { lo, hi } = hull(intervals);
        let width = width_of(Interval { lo, hi });
        if widest(count).is_none_or(|most| width > most) {
            return Err(OutputError::TooWide { count, lo, hi, need: count * usize::from(width) });
        }
        Ok(Self::Values { count, width })
    }

    /// The answer of an inference by a model of this kind; `None` for that of another one.
    pub fn answer(&self, trace: &Trace) -> Option<Answer> {
        let last = trace.tensors.last()?;
        match self {
            Self::Class { .. } => trace.class.map(Answer::Class),
            Self::TopClasses { .. } => last
                .iter()
                .map(|class| u32::try_from(*class).ok())
                .collect::<Option<_>>()
                .map(Answer::TopClasses),
            Self::Values { width, .. } => {
                let fits = |value: &i64| {
                    let offset = offset(*width);
                    (-offset..offset).contains(value).then(|| i32::try_from(*value).ok()).flatten()
                };
                let values = last.iter().map(fits).collect::<Option<_>>()?;
                Some(Answer::Values { width: *width, values })
            }
        }
    }

    /// The header of all answers of this kind.
    pub fn header(&self) -> u8 {
        match self {
            Self::Class { .. } => 0,
            Self::TopClasses { k, .. } => top_header(*k),
            Self::Values { count, width } => values_header(*width, *count),
        }
    }

    /// Bytes of a lane.
    pub fn lane_bytes(&self) -> u8 {
        if let Self::Values { width, .. } = self { *width } else { CLASS_BYTES }
    }

    /// Returns the summand of a value for its lane.
    pub fn lane_offset(&self) -> i64 {
        if let Self::Values { width, .. } = self { offset(*width) } else { 0 }
    }

    /// Returns `true` if a model of this kind can give an answer.
    pub fn gives(&self, answer: &Answer) -> bool {
        match (self, answer) {
            (Self::Class { classes }, Answer::Class(class)) => (*class as usize) < *classes,
            (Self::TopClasses { k, classes }, Answer::TopClasses(list)) => {
                list.len() == *k && list.iter().all(|class| (*class as usize) < *classes)
            }
            (Self::Values { count, width }, Answer::Values { width: other, values }) => {
                width == other && values.len() == *count
            }
            _ => false,
        }
    }
}

/// For people: `one of 10 classes`, `the 3 best of 10 classes, in order`, `5 values of 24 bits`.
impl std::fmt::Display for OutputKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Class { classes } => write!(f, "one of {classes} classes"),
            Self::TopClasses { k, classes } => {
                write!(f, "the {k} best of {classes} classes, in order")
            }
            Self::Values { count, width } => {
                let s = if *count == 1 { "" } else { "s" };
                write!(f, "{count} value{s} of {} bits", 8 * u32::from(*width))
            }
        }
    }
}

/// The header of so many best classes.
fn top_header(k: usize) -> u8 {
    0x40 | k.min(MAX_TOP_CLASSES) as u8
}

/// The header of so many values of a width.
fn values_header(width: u8, count: usize) -> u8 {
    0x80 | (width.clamp(1, MAX_WIDTH) - 1) << 5 | count.min(MAX_VALUES) as u8
}

impl Answer {
    /// The statement's number for the answer: 32 bytes, little-endian.
    pub fn element(&self) -> [u8; 32] {
        let mut out = [0; 32];
        let (bytes, lanes, header): (u8, Vec<u32>, u8) = match self {
            Self::Class(class) => (CLASS_BYTES, vec![*class], 0),
            Self::TopClasses(classes) => (CLASS_BYTES, classes.clone(), top_header(classes.len())),
            Self::Values { width, values } => {
                let lane = |value: &i32| (i64::from(*value) + offset(*width)) as u32;
                (*width, values.iter().map(lane).collect(), values_header(*width, values.len()))
            }
        };
        out[LANE_BYTES] = header;
        let places = out[..LANE_BYTES].chunks_exact_mut(usize::from(bytes.clamp(1, MAX_WIDTH)));
        for (place, lane) in places.zip(lanes) {
            place.iter_mut().zip(lane.to_le_bytes()).for_each(|(to, from)| *to = from);
        }
        out
    }

    /// The answer of a statement's number; `None` if there is none.
    pub fn read(element: &[u8; 32]) -> Option<Self> {
        let number =
            |bytes: &[u8]| bytes.iter().rev().fold(0i64, |all, byte| all << 8 | i64::from(*byte));
        let lanes = |count: u8, width: u8| {
            let lane = element[..LANE_BYTES].chunks_exact(usize::from(width)).map(number);
            lane.take(usize::from(count)).collect::<Vec<i64>>()
        };
        let class = |lane: i64| lane as u32;
        let answer = match element[LANE_BYTES] {
            0 => Self::Class(class(number(&element[..usize::from(CLASS_BYTES)]))),
            header @ 0x41..=0x47 => {
                Self::TopClasses(lanes(header & 0x3f, CLASS_BYTES).into_iter().map(class).collect())
            }
            header @ 0x80.. => {
                let (width, count) = ((header >> 5 & 3) + 1, header & 0x1f);
                let value = |lane: i64| (lane - offset(width)) as i32;
                Self::Values { width, values: lanes(count, width).into_iter().map(value).collect() }
            }
            _ => return None,
        };
        (answer.element() == *element && answer.is_one()).then_some(answer)
    }

    /// Returns `true` if there is something in it, and no class twice.
    fn is_one(&self) -> bool {
        match self {
            Self::Class(_) => true,
            Self::TopClasses(classes) => {
                let again = |(i, class): (usize, &u32)| classes[..i].contains(class);
                !classes.is_empty() && !classes.iter().enumerate().any(again)
            }
            Self::Values { values, .. } => !values.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests;
