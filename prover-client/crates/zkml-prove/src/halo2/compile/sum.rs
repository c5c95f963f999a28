//! Sums of wires, and what gives a value a variable of its own.

use super::{Compiler, Wire, fp};
use crate::halo2::field::CircuitField;
use crate::halo2::layout::{TooManyRows, Var};

/// Greatest magnitude of a wire's factor.
const MAX_FACTOR: i128 = 1 << 16;
/// No wire's offset reaches this magnitude.
const MAX_OFFSET: i128 = 1 << 61;

/// `Σ factor · variable + offset`, with its value. Wires are below 2^61 and factors at most 2^40,
/// so nothing leaves 128 bits.
#[derive(Clone, Default)]
pub(super) struct Sum {
    terms: Vec<(Var, i128)>,
    offset: i128,
    pub value: i64,
}

impl Sum {
    /// The constant `offset`.
    pub fn constant(offset: i64) -> Self {
        Self { terms: Vec::new(), offset: i128::from(offset), value: offset }
    }

    /// `self + factor · wire`. The value is the caller's to keep in range: without a witness it may
    /// be any.
    pub fn plus(mut self, factor: i64, wire: &Wire) -> Self {
        let times = |n: i64| i128::from(factor) * i128::from(n);
        self.terms.extend(wire.var.map(|var| (var, times(wire.factor))));
        self.offset += times(wire.offset);
        self.value = self.value.wrapping_add(factor.wrapping_mul(wire.value));
        self
    }

    /// The number of variables in the sum.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// `-self`
    pub fn negated(&self) -> Self {
        let terms = self.terms.iter().map(|(var, factor)| (*var, -factor)).collect();
        Self { terms, offset: -self.offset, value: self.value.wrapping_neg() }
    }

    /// Adds `weight · self` to an equation; returns what it adds to the constant.
    pub fn weigh<F: CircuitField>(&self, weight: F, terms: &mut Vec<(Var, F)>) -> F {
        terms.extend(self.terms.iter().map(|(var, factor)| (*var, weight * wide::<F>(*factor))));
        weight * wide::<F>(self.offset)
    }
}

/// `integer` as an element of the field.
fn wide<F: CircuitField>(integer: i128) -> F {
    let magnitude = integer.unsigned_abs();
    let (low, high) = (F::from(magnitude as u64), F::from((magnitude >> 64) as u64));
    let whole = low + high * fp::<F>(1 << 32).square();
    if integer < 0 { -whole } else { whole }
}

impl<F: CircuitField> Compiler<'_, '_, F> {
    /// A wire for a sum that is below 2^61 in magnitude: a new variable, unless one is enough
    /// already.
    pub(super) fn settle(&mut self, sum: Sum) -> Result<Wire, TooManyRows> {
        let narrow = sum.offset.abs() < MAX_OFFSET;
        match sum.terms.as_slice() {
            [] => return Ok(Wire::constant(sum.value)),
            [(var, factor)] if narrow && factor.abs() <= MAX_FACTOR => {
                let (factor, offset) = (*factor as i64, sum.offset as i64);
                return Ok(Wire { var: Some(*var), factor, offset, value: sum.value });
            }
            _ => {}
        }
        let var = self.machine.variable(fp::<F>(sum.value));
        let mut terms = vec![(var, -F::ONE)];
        let constant = sum.weigh(F::ONE, &mut terms);
        self.machine.equation(&terms, &[], constant)?;
        Ok(Wire::variable(var, 0, sum.value))
    }
}
