//! The field that a program computes in: what the layout needs to know of it.
//!
//! Programs, gates and lookups are the same over every field; a curve, a commitment scheme and a
//! prover come with [`super::columns`] and [`super::synthesis`] only.

use ff::FromUniformBytes;
use halo2_poseidon::{P128Pow5T3, Spec};
use halo2_proofs::pasta::Fp;

use super::poseidon::{Parameters, RATE, WIDTH};
use crate::commitment::CommitmentField;

/// A prime field of more than 254 bits with Poseidon's constants. `2^254` must be below its
/// modulus: lanes and packed values rely on it.
pub trait CircuitField: CommitmentField + FromUniformBytes<64> {
    /// Constants of the permutation with three lanes, `x^5`, 8 full and 56 partial rounds.
    fn poseidon() -> Parameters<Self>;
}

impl CircuitField for Fp {
    fn poseidon() -> Parameters<Self> {
        let (rounds, mds, inverse) = <P128Pow5T3 as Spec<Fp, WIDTH, RATE>>::constants();
        Parameters { rounds, mds, inverse }
    }
}
