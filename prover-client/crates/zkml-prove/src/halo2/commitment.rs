//! The sponge of input commitments over the base field of Pallas.
//!
//! ```text
//! state = (0, 0, tag);  absorb two elements at a time into lanes 0 and 1, and permute
//! commitment = lane 0
//! ```
//!
//! Binding and hiding are those of the sponge over a field of 254 bits with one lane of capacity.

use ff::{Field, FromUniformBytes};
use halo2_proofs::pasta::Fp;

use super::{
    field::CircuitField,
    poseidon::{RATE, permute},
};
use crate::commitment::CommitmentField;

impl CommitmentField for Fp {
    fn from_wide_bytes(bytes: &[u8; 64]) -> Self {
        Self::from_uniform_bytes(bytes)
    }

    fn sponge(tag: Self, elements: &[Self]) -> Self {
        let mut state = [Self::ZERO, Self::ZERO, tag];
        let parameters = Self::poseidon();
        for block in elements.chunks(RATE) {
            state.iter_mut().zip(block).for_each(|(lane, element)| *lane += element);
            state = permute(&parameters, state);
        }
        let [commitment, ..] = state;
        commitment
    }
}
