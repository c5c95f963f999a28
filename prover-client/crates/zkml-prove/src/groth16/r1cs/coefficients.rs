//! The distinct coefficients of a circuit, each kept once.
//!
//! A circuit has millions of terms, but its coefficients are signs, powers of two, weights and
//! Poseidon's constants: some thousands of different ones. A term names its coefficient by number.

use std::collections::HashMap;

use bls12_381::Scalar;
use ff::{Field, PrimeField};

/// Number of a coefficient.
pub(super) type Number = u32;
/// The number of 1.
pub(super) const ONE: Number = 0;
/// The number of -1.
pub(super) const MINUS_ONE: Number = 1;

/// Gives numbers to coefficients, in the order in which they come.
pub(super) struct Interner {
    values: Vec<Scalar>,
    numbers: HashMap<[u8; 32], Number>,
}

impl Default for Interner {
    fn default() -> Self {
        let mut interner = Self { values: Vec::new(), numbers: HashMap::new() };
        interner.number(&Scalar::ONE);
        interner.number(&-Scalar::ONE);
        interner
    }
}

impl Interner {
    /// The number of `value`. A matrix has less than 2^32 terms, and so a circuit less than 2^32
    /// numbers are asked for.
    pub fn number(&mut self, value: &Scalar) -> Number {
        if self.values.first() == Some(value) {
            return ONE;
        }
        let values = &mut self.values;
        *self.numbers.entry(value.to_repr()).or_insert_with(|| {
            values.push(*value);
            (values.len() - 1) as Number
        })
    }

    /// The coefficients by number.
    pub fn finish(self) -> Vec<Scalar> {
        let mut values = self.values;
        values.shrink_to_fit();
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_coefficients_have_one_number() {
        let mut interner = Interner::default();
        let values = [1, 7, 1 << 40].map(Scalar::from);
        let all: Vec<Scalar> = values.into_iter().chain(values.map(|v| -v)).collect();
        let numbers: Vec<Number> = all.iter().map(|value| interner.number(value)).collect();
        assert_eq!(numbers, [ONE, 2, 3, MINUS_ONE, 4, 5]);
        let again: Vec<Number> = all.iter().map(|value| interner.number(value)).collect();
        assert_eq!(again, numbers);
        let values = interner.finish();
        assert!(numbers.iter().zip(&all).all(|(number, value)| values[*number as usize] == *value));
        assert_eq!(values.len(), 6);
    }
}
