//! The answers of a quantised model: a class, the best classes, or values that fit into an answer.

use super::{QuantizeError, plan::Plan};
use zkml_model::{
    Model,
    graph::{Operand, Operation},
    infer::requantize,
    intervals::Interval,
    manifest::{self, Encoding},
    output::{self, MAX_TOP_CLASSES, OutputError, OutputKind},
};
use zkml_onnx::OutputHead;

/// Greatest shift of one requantisation.
const MAX_SHIFT: u8 = zkml_model::validate::MAX_SHIFT;

/// The owner's choice of answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputChoice {
    /// The file's own choice: the best classes if it ends with a `TopK`, the value if it gives a
    /// single one, else the class.
    #[default]
    Auto,
    /// The class with the highest score.
    Class,
    /// The `k` classes with the highest scores.
    TopClasses(usize),
    /// The scores, or whatever the model gives.
    Values {
        /// Most bits of a value, 8, 16, 24 or 32; as many as fit if `None`.
        bits: Option<u8>,
    },
}

/// The wanted answer.
pub(super) enum Wanted {
    Class,
    TopClasses(usize),
    Values(Option<u8>),
}

/// Returns the wanted answer of a model with this number of scores.
///
/// # Errors
/// More classes than an answer holds or the model has.
pub(super) fn wanted(
    choice: OutputChoice,
    end: OutputHead,
    count: usize,
) -> Result<Wanted, QuantizeError> {
    let wanted = match (choice, end) {
        (OutputChoice::Class, _) => Wanted::Class,
        (OutputChoice::TopClasses(k), _) => Wanted::TopClasses(k),
        (OutputChoice::Values { bits }, _) => Wanted::Values(bits),
        (OutputChoice::Auto, OutputHead::TopK { k }) => Wanted::TopClasses(k),
        (OutputChoice::Auto, OutputHead::Scores) if count == 1 => Wanted::Values(None),
        (OutputChoice::Auto, _) => Wanted::Class,
    };
    let most = MAX_TOP_CLASSES.min(count);
    match wanted {
        Wanted::TopClasses(k) if !(1..=most).contains(&k) => {
            Err(QuantizeError::TopK { k, classes: count, most })
        }
        wanted => Ok(wanted),
    }
}

/// Bytes of each of so many values with at most so many bits, or as many as fit.
///
/// # Errors
/// Too many values, or bits.
pub(super) fn width(count: usize, bits: Option<u8>) -> Result<u8, QuantizeError> {
    let most = output::widest(count).ok_or(OutputError::TooMany { count })?;
    match bits {
        None => Ok(most),
        Some(bits @ (8 | 16 | 24 | 32)) if bits / 8 <= most => Ok(bits / 8),
        Some(bits @ (8 | 16 | 24 | 32)) => {
            Err(QuantizeError::ValueBits { count, bits, most: 8 * most })
        }
        Some(other) => {
            Err(super::bad("--output values", other.to_string(), "8, 16, 24 or 32 bits"))
        }
    }
}

impl Plan<'_> {
    /// Ends the model with what it is to answer. Returns the scale of its values, and the exponent
    /// of the power of two that they were divided by to fit.
    pub(super) fn end(&mut self, scores: Operand) -> Result<(f64, u8), QuantizeError> {
        let scores = self.row(scores)?;
        let classes = self.tensor(scores).scales.len();
        match wanted(self.options.output, self.onnx.end, classes)? {
            Wanted::Class => {
                self.push("class", Operation::ArgMax, vec![scores], vec![1], vec![1.0])?;
                Ok((1.0, 0))
            }
            Wanted::TopClasses(k) => {
                let op = Operation::TopK { k: k as u8 };
                self.push("classes", op, vec![scores], vec![k], vec![1.0; k])?;
                Ok((1.0, 0))
            }
            Wanted::Values(bits) => self.values(scores, bits),
        }
    }

    /// Scores of one scale, in a row.
    fn row(&mut self, scores: Operand) -> Result<Operand, QuantizeError> {
        let scores = self.uniform("scores", scores)?;
        if self.tensor(scores).shape.len() == 1 {
            return Ok(scores);
        }
        let scales = self.tensor(scores).scales.clone();
        self.push("scores", Operation::Reshape, vec![scores], vec![scales.len()], scales)
    }

    /// Divides the values by the least power of two with which they fit into an answer, each of at
    /// most so many bits.
    fn values(&mut self, scores: Operand, bits: Option<u8>) -> Result<(f64, u8), QuantizeError> {
        let count = self.tensor(scores).ranges.len();
        let width = width(count, bits)?;
        let (mut at, mut total) = (scores, 0u8);
        loop {
            let range = output::hull(&self.tensor(at).ranges);
            let shift = least_shift(range, width);
            if shift == 0 {
                break;
            }
            at = self.requantize("scores", at, shift)?;
            total += shift;
        }
        if total == 0 && !self.is_last(at) {
            at = self.again(at)?;
        }
        let scale = self.tensor(at).scales.first().copied().unwrap_or(1.0);
        Ok((scale, total))
    }

    /// The same values as the last node, which alone gives the answer.
    fn again(&mut self, x: Operand) -> Result<Operand, QuantizeError> {
        let scales = self.tensor(x).scales.clone();
        let shape = self.tensor(x).shape.clone();
        self.push("scores", Operation::Reshape, vec![x], shape, scales)
    }
}

/// The least shift with which numbers of a range have at most this number of bytes; [`MAX_SHIFT`]
/// if that is not enough.
pub(super) fn least_shift(range: Interval, width: u8) -> u8 {
    let fits = |shift: &u8| {
        let end = |v| if *shift == 0 { Some(v) } else { requantize(v, *shift) };
        let ends = end(range.lo).zip(end(range.hi));
        ends.is_some_and(|(lo, hi)| output::width_of(Interval { lo, hi }) <= width)
    };
    (0..=MAX_SHIFT).find(fits).unwrap_or(MAX_SHIFT)
}

/// Returns the output of a model for its manifest; `scale` is that of its values.
pub(super) fn describe(model: &Model, scale: f64) -> manifest::Output {
    match model.output() {
        OutputKind::Class { .. } => manifest::Output::class(),
        OutputKind::TopClasses { k, .. } => manifest::Output::top_classes(k as u8),
        OutputKind::Values { width, .. } => {
            manifest::Output { encoding: Encoding::Values { bits: 8 * width, scale }, ties: None }
        }
    }
}
