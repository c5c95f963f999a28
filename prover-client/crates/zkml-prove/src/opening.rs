//! An input with its blinder: what a requester keeps, and what a prover needs.
//!
//! The same bytes are the opening's file and a job's public payload:
//!
//! | bytes | content |
//! |---|---|
//! | 1 | version: [`ProofSystem::OPENING_VERSION`] |
//! | 32 | blinder: canonical little-endian element of the proof system's field |
//! | 1 | form of the values: 0 dense, 1 sparse |
//! | sparse: 2 | little-endian offset `b` of the background, the most frequent value (ties go to the lowest) |
//! | sparse: ⌈n/8⌉ | one bit for each value, lowest bit first: whether it differs from the background |
//! | ⌈m·bits/8⌉ | offsets `value - min` of all `n` values (dense) or of the `m` that differ (sparse), `bits` each, lowest bit first, zero bits at the end |
//!
//! The shorter form is the only valid one, dense where both are equally long: one opening has one
//! encoding.

use core::fmt;

use ff::{Field, PrimeField};
use zeroize::{Zeroize, Zeroizing};
use zkml_model::graph::InputSpec;

use crate::{
    commitment::{CommitmentField, check_values, commit},
    error::CircuitError,
    proof_system::ProofSystem,
    random::{Entropy, Hedge, system},
};

/// An input and the blinder of its commitment, for proofs in the system `S`. Secret: it is zeroised
/// when dropped and not printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening<S: ProofSystem> {
    input: InputSpec,
    blinder: S::Field,
    values: Vec<i32>,
}

impl<S: ProofSystem> fmt::Debug for Opening<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").field("input", &self.input).finish_non_exhaustive()
    }
}

impl<S: ProofSystem> Drop for Opening<S> {
    fn drop(&mut self) {
        self.blinder.zeroize();
        self.values.zeroize();
    }
}

/// The reason why bytes are not an opening.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum OpeningError {
    /// The first byte is not a known version.
    #[error(
        "the opening has version {got}, the model's proof system takes {expected}; write it again with `zkinfer commit`"
    )]
    Version {
        /// Version of openings for the model's proof system.
        expected: u8,
        /// Version found.
        got: u8,
    },
    /// The bytes end early.
    #[error("the opening ends at byte {len}, within its {field}; fetch or write it again")]
    Truncated {
        /// Bytes given.
        len: usize,
        /// The field that is cut off.
        field: &'static str,
    },
    /// Bytes are left over.
    #[error("the opening has {0} bytes after its end; fetch or write it again")]
    Trailing(usize),
    /// The blinder is not below the modulus.
    #[error(
        "the opening's blinder (bytes 1 to 32) is not a canonical field element; write it again with `zkinfer commit`"
    )]
    Blinder,
    /// The form byte is unknown.
    #[error(
        "the opening's form (byte 33) is {0}, known are 0 and 1; write it again with `zkinfer commit`"
    )]
    Form(u8),
    /// A value is out of range.
    #[error(
        "value {index} of the opening is outside the model's input range; prepare it with the model's manifest"
    )]
    Range {
        /// Index of the value.
        index: usize,
    },
    /// There is another encoding of the same opening, which is the valid one.
    #[error("the opening is not in its canonical form; write it again with `zkinfer commit`")]
    NotCanonical,
    /// The model's input specification is out of bounds.
    #[error("the manifest's input is out of bounds: {0}")]
    Input(String),
}

impl<S: ProofSystem> Opening<S> {
    /// Returns an opening of `values` with a fresh blinder, from the operating system's generator
    /// and a hash of the values (see [`crate::random`]).
    ///
    /// # Errors
    /// The values are not an input of this kind, or the generator failed.
    pub fn random(input: &InputSpec, values: Vec<i32>) -> Result<Self, CircuitError> {
        Self::random_from(input, values, &mut system)
    }

    /// As [`Opening::random`], with other fresh bytes. The values are hashed into the blinder, so
    /// that inputs that are committed to under repeated bytes have unrelated blinders all the same.
    pub(crate) fn random_from(
        input: &InputSpec,
        values: Vec<i32>,
        entropy: Entropy,
    ) -> Result<Self, CircuitError> {
        let hedge = Hedge::new(S::BLINDER_PURPOSE).with_input(input, &values);
        let wide = hedge.seed(entropy).map_err(CircuitError::Random)?.draw();
        Self::with_blinder(input, values, S::Field::from_wide_bytes(&wide))
    }

    /// Returns an opening of `values` under a given blinder. Hiding is lost unless the blinder is
    /// uniformly random and secret.
    ///
    /// # Errors
    /// The values are not an input of this kind.
    pub fn with_blinder(
        input: &InputSpec,
        values: Vec<i32>,
        blinder: S::Field,
    ) -> Result<Self, CircuitError> {
        check_values(input, &values)?;
        Ok(Self { input: input.clone(), blinder, values })
    }

    /// The values.
    pub fn values(&self) -> &[i32] {
        &self.values
    }

    /// The blinder.
    pub fn blinder(&self) -> &S::Field {
        &self.blinder
    }

    /// The kind of input.
    pub fn input(&self) -> &InputSpec {
        &self.input
    }

    /// Returns the commitment: canonical little-endian bytes of a field element, the statement's
    /// first public input.
    pub fn commitment(&self) -> [u8; 32] {
        // The constructors have checked the values, so there is a commitment.
        commit(&self.input, &self.values, &self.blinder).unwrap_or(S::Field::ZERO).to_repr()
    }

    /// Encodes the opening as this module's head defines.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        body::encode(S::OPENING_VERSION, &self.blinder.to_repr(), &self.input, &self.values)
    }

    /// Reads an opening of an input of this kind.
    ///
    /// # Errors
    /// [`OpeningError`] for everything but the one encoding of an opening. Memory is bounded by the
    /// input's shape.
    pub fn decode(bytes: &[u8], input: &InputSpec) -> Result<Self, OpeningError> {
        let canonical = |bytes: &[u8; 32]| Option::from(S::Field::from_repr(*bytes));
        let (blinder, values) = body::decode(S::OPENING_VERSION, bytes, input, canonical)?;
        Ok(Self { input: input.clone(), blinder, values })
    }
}

mod bit_stream;
mod body;

#[cfg(test)]
mod tests;
