//! Linear combinations, and wires: combinations that stand for integers of a known range.

use bellman::{ConstraintSystem, Index, SynthesisError, Variable};
use bls12_381::Scalar;
use ff::Field;
use zeroize::Zeroize;

use crate::error::CircuitError;

/// No value of a model may reach this magnitude. It leaves room for sums in `i64` and is far below
/// the field.
pub const MAX_MAGNITUDE: i128 = 1 << 61;

/// `integer` as an element of the field; negative numbers are `p - |integer|`.
pub fn scalar(integer: i64) -> Scalar {
    let magnitude = Scalar::from(integer.unsigned_abs());
    if integer < 0 { -magnitude } else { magnitude }
}

/// A linear combination with a constant part and merged terms.
#[derive(Clone, Debug, Default)]
pub struct LinearCombination {
    terms: Vec<(Variable, Scalar)>,
    constant: Scalar,
}

impl LinearCombination {
    /// Bytes of a term.
    pub const TERM: usize = size_of::<(Variable, Scalar)>();

    /// The constant `value`.
    pub fn constant(value: Scalar) -> Self {
        Self { terms: Vec::new(), constant: value }
    }

    /// One variable.
    pub fn variable(variable: Variable) -> Self {
        Self { terms: vec![(variable, Scalar::ONE)], constant: Scalar::ZERO }
    }

    /// Number of variables in the combination.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Returns `true` if the combination is a constant.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The combination's value if it has no variables.
    pub fn as_constant(&self) -> Option<Scalar> {
        self.terms.is_empty().then_some(self.constant)
    }

    /// Adds `coefficient · other`. Call [`LinearCombination::merge`] after the last of many.
    pub fn add_scaled(&mut self, coefficient: Scalar, other: &LinearCombination) {
        self.constant += coefficient * other.constant;
        if coefficient == Scalar::ONE {
            self.terms.extend_from_slice(&other.terms);
        } else {
            self.terms.extend(other.terms.iter().map(|(variable, c)| (*variable, coefficient * c)));
        }
    }

    /// Adds a constant.
    pub fn add_constant(&mut self, value: Scalar) {
        self.constant += value;
    }

    /// The combination times `coefficient`.
    pub fn scaled(&self, coefficient: Scalar) -> Self {
        let mut out = Self::default();
        out.add_scaled(coefficient, self);
        out
    }

    /// `self + coefficient · other`, merged.
    pub fn plus(&self, coefficient: Scalar, other: &LinearCombination) -> Self {
        let mut out = self.clone();
        out.add_scaled(coefficient, other);
        out.merge();
        out
    }

    /// Sorts by variable, adds up equal variables and drops zeros.
    pub fn merge(&mut self) {
        self.terms.sort_by_key(|(variable, _)| key(variable));
        self.terms.dedup_by(|next, kept| {
            let same = key(&next.0) == key(&kept.0);
            if same {
                kept.1 += next.1;
            }
            same
        });
        self.terms.retain(|(_, c)| *c != Scalar::ZERO);
    }

    /// The combination in bellman's form; `one` is the constraint system's constant.
    pub fn to_bellman(&self, one: Variable) -> bellman::LinearCombination<Scalar> {
        let mut out = bellman::LinearCombination::zero();
        if self.constant != Scalar::ZERO {
            out = out + (self.constant, one);
        }
        self.terms.iter().fold(out, |lc, (variable, c)| lc + (*c, *variable))
    }
}

fn key(variable: &Variable) -> (bool, usize) {
    match variable.get_unchecked() {
        Index::Input(i) => (false, i),
        Index::Aux(i) => (true, i),
    }
}

/// `a · b = c` in the constraint system.
pub fn enforce<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    name: &'static str,
    a: &LinearCombination,
    b: &LinearCombination,
    c: &LinearCombination,
) {
    let one = CS::one();
    cs.enforce(|| name, |_| a.to_bellman(one), |_| b.to_bellman(one), |_| c.to_bellman(one));
}

/// Allocates a private variable.
///
/// # Errors
/// [`SynthesisError::AssignmentMissing`] when the constraint system wants a value and there is
/// none.
pub fn alloc<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    name: &'static str,
    value: Option<Scalar>,
) -> Result<LinearCombination, SynthesisError> {
    let variable = cs.alloc(|| name, || value.ok_or(SynthesisError::AssignmentMissing))?;
    Ok(LinearCombination::variable(variable))
}

/// A linear combination that stands for an integer in `lo ..= hi`.
///
/// # Soundness
/// In every satisfying assignment the combination equals the integer that the reference inference
/// computes from the committed input: inputs are range-checked, and each gadget keeps the property.
/// So the range holds for every prover, not only for honest ones, and no sum wraps around the
/// field.
#[derive(Clone)]
pub struct Wire {
    /// The combination.
    pub lin: LinearCombination,
    /// Smallest possible value.
    pub lo: i64,
    /// Greatest possible value.
    pub hi: i64,
    /// The value, when a witness is being made.
    pub value: Option<i64>,
}

impl core::fmt::Debug for Wire {
    /// Without the value, which is a witness's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut wire = f.debug_struct("Wire");
        wire.field("terms", &self.lin.len())
            .field("lo", &self.lo)
            .field("hi", &self.hi)
            .finish_non_exhaustive()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

impl Wire {
    /// A constant.
    pub fn constant(value: i64) -> Self {
        Self {
            lin: LinearCombination::constant(scalar(value)),
            lo: value,
            hi: value,
            value: Some(value),
        }
    }

    /// `self + factor · other` in `lo ..= hi`, which the caller answers for.
    pub fn plus(&self, factor: i64, other: &Wire, [lo, hi]: [i64; 2]) -> Self {
        let value = self.value.zip(other.value).map(|(a, b)| a + factor * b);
        Self { lin: self.lin.plus(scalar(factor), &other.lin), lo, hi, value }
    }

    /// The value as a field element.
    pub fn scalar_value(&self) -> Option<Scalar> {
        self.value.map(scalar)
    }
}

/// `bias + Σ weight · wire`, with the exact range of the sum over independent wires.
///
/// # Errors
/// [`CircuitError::TooWide`] when the sum can reach 2^61; `node` and `name` are for the message.
pub fn weighted_sum(
    node: usize,
    name: &str,
    bias: i64,
    terms: &[(i64, &Wire)],
) -> Result<Wire, CircuitError> {
    let mut out = outline(node, name, bias, terms)?;
    out.lin = linear(bias, terms);
    Ok(out)
}

/// The linear combination of a [`weighted_sum`].
pub fn linear(bias: i64, terms: &[(i64, &Wire)]) -> LinearCombination {
    let mut lin = LinearCombination::constant(scalar(bias));
    lin.terms.reserve(terms.iter().map(|(_, wire)| wire.lin.len()).sum());
    for (weight, wire) in terms.iter().filter(|(weight, _)| *weight != 0) {
        lin.add_scaled(scalar(*weight), &wire.lin);
    }
    lin.merge();
    lin
}

/// A [`weighted_sum`] without its linear combination.
///
/// # Errors
/// As [`weighted_sum`].
pub fn outline(
    node: usize,
    name: &str,
    bias: i64,
    terms: &[(i64, &Wire)],
) -> Result<Wire, CircuitError> {
    let (mut lo, mut hi) = (i128::from(bias), i128::from(bias));
    let mut value = Some(i128::from(bias));
    for (weight, wire) in terms {
        let w = i128::from(*weight);
        let (a, b) = (w * i128::from(wire.lo), w * i128::from(wire.hi));
        lo += a.min(b);
        hi += a.max(b);
        value = value.zip(wire.value).map(|(sum, v)| sum + w * i128::from(v));
    }
    // Partial sums may be wider: what counts is the whole, as in the analysis of ranges.
    let magnitude = lo.abs().max(hi.abs());
    if magnitude >= MAX_MAGNITUDE {
        return Err(CircuitError::TooWide { node, name: name.to_owned(), magnitude });
    }
    // Below 2^61 in magnitude, so that the conversions keep the value.
    Ok(Wire {
        lin: LinearCombination::default(),
        lo: lo as i64,
        hi: hi as i64,
        value: value.map(|v| v as i64),
    })
}
