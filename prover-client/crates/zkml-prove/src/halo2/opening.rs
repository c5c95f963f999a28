//! An input with its blinder, for a commitment over the base field of Pallas.
//!
//! The bytes are those of [`crate::opening`] with version 2 and a blinder of this field.

use ff::{Field, FromUniformBytes, PrimeField};
use halo2_proofs::pasta::Fp;
use zeroize::{Zeroize, Zeroizing};
use zkml_model::graph::InputSpec;

use super::commitment::commit;
use crate::{
    commitment::check_values,
    error::CircuitError,
    opening::{OpeningError, body},
    random::{Entropy, Hedge, system},
};

/// Version of the encoding.
pub const VERSION: u8 = 2;

/// An input and the blinder of its commitment. Secret: it is zeroised when dropped and not printed
/// by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    input: InputSpec,
    blinder: Fp,
    values: Vec<i32>,
}

impl core::fmt::Debug for Opening {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Opening").field("input", &self.input).finish_non_exhaustive()
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.blinder.zeroize();
        self.values.zeroize();
    }
}

impl Opening {
    /// An opening of `values` with a fresh blinder, from the operating system's generator and a
    /// hash of the values (see [`crate::random`]).
    ///
    /// # Errors
    /// The values are not an input of this kind, or the generator failed.
    pub fn random(input: &InputSpec, values: Vec<i32>) -> Result<Self, CircuitError> {
        Self::random_from(input, values, &mut system)
    }

    /// As [`Opening::random`], with other fresh bytes.
    pub(crate) fn random_from(
        input: &InputSpec,
        values: Vec<i32>,
        entropy: Entropy,
    ) -> Result<Self, CircuitError> {
        let hedge = Hedge::new("blinder of an input, Pallas").with_input(input, &values);
        let wide = hedge.seed(entropy).map_err(CircuitError::Random)?.draw();
        Self::with_blinder(input, values, Fp::from_uniform_bytes(&wide))
    }

    /// An opening of `values` under a given blinder. Hiding is lost unless the blinder is uniformly
    /// random and secret.
    ///
    /// # Errors
    /// The values are not an input of this kind.
    pub fn with_blinder(
        input: &InputSpec,
        values: Vec<i32>,
        blinder: Fp,
    ) -> Result<Self, CircuitError> {
        check_values(input, &values)?;
        Ok(Self { input: input.clone(), blinder, values })
    }

    /// The values.
    pub fn values(&self) -> &[i32] {
        &self.values
    }

    /// The blinder.
    pub fn blinder(&self) -> &Fp {
        &self.blinder
    }

    /// What kind of input it is.
    pub fn input(&self) -> &InputSpec {
        &self.input
    }

    /// The commitment: canonical little-endian bytes of a field element, the statement's first
    /// public input.
    pub fn commitment(&self) -> [u8; 32] {
        // The constructors have checked the values, so there is a commitment.
        commit(&self.input, &self.values, &self.blinder).unwrap_or(Fp::ZERO).to_repr()
    }

    /// The opening's bytes.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        body::encode(VERSION, &self.blinder.to_repr(), &self.input, &self.values)
    }

    /// Reads an opening of an input of this kind.
    ///
    /// # Errors
    /// [`OpeningError`] for everything but the one encoding of an opening. Memory is bounded by the
    /// input's shape.
    pub fn decode(bytes: &[u8], input: &InputSpec) -> Result<Self, OpeningError> {
        let canonical = |bytes: &[u8; 32]| Option::from(Fp::from_repr(*bytes));
        let (blinder, values) = body::decode(VERSION, bytes, input, canonical)?;
        Ok(Self { input: input.clone(), blinder, values })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening(values: Vec<i32>) -> Opening {
        let input = InputSpec { shape: vec![values.len()], min: -3, bits: 5 };
        Opening::with_blinder(&input, values, -Fp::from(9)).unwrap()
    }

    #[test]
    fn openings_come_back_from_their_bytes_and_from_no_others() {
        for values in [(0..25).collect::<Vec<_>>(), vec![4; 25]] {
            let opening = opening(values);
            let bytes = opening.encode();
            assert!(Opening::decode(&bytes, opening.input()).unwrap() == opening);
            for len in 0..bytes.len() {
                let error = Opening::decode(&bytes[..len], opening.input()).unwrap_err();
                assert!(matches!(error, OpeningError::Truncated { .. }), "{len}: {error}");
            }
            let longer = [bytes.as_slice(), &[0]].concat();
            assert_eq!(Opening::decode(&longer, opening.input()), Err(OpeningError::Trailing(1)));
        }
    }

    #[test]
    fn an_opening_for_the_other_field_is_refused_and_named() {
        let bytes = opening(vec![1, 2, 3]).encode();
        let input = InputSpec { shape: vec![3], min: -3, bits: 5 };
        let error = crate::Opening::decode(&bytes, &input).unwrap_err();
        assert_eq!(error, OpeningError::Version { expected: 1, got: 2 });
    }

    #[test]
    fn a_blinder_of_the_modulus_is_refused() {
        let opening = opening(vec![1, 2, 3]);
        let mut bytes = opening.encode().to_vec();
        let mut modulus = (-Fp::ONE).to_repr();
        modulus[0] += 1;
        bytes[1..33].copy_from_slice(&modulus);
        assert_eq!(Opening::decode(&bytes, opening.input()), Err(OpeningError::Blinder));
    }

    #[test]
    fn two_openings_of_one_input_have_unrelated_commitments() {
        let input = InputSpec { shape: vec![2], min: 0, bits: 4 };
        let [a, b] = [0; 2].map(|_| Opening::random(&input, vec![1, 2]).unwrap());
        assert_ne!(a.commitment(), b.commitment());
    }
}
