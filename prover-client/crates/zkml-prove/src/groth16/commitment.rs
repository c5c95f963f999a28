//! The sponge of input commitments over the scalar field of BLS12-381.
//!
//! ```text
//! state = (tag, 0, 0, 0, 0)
//! absorb four elements at a time into lanes 1 to 4, zeros after the last, and permute
//! commitment = lane 1
//! ```

use bls12_381::Scalar;
use ff::Field;
use zeroize::Zeroizing;

use super::poseidon::{Parameters, RATE, WIDTH};
use crate::commitment::CommitmentField;

impl CommitmentField for Scalar {
    fn from_wide_bytes(bytes: &[u8; 64]) -> Self {
        Self::from_bytes_wide(bytes)
    }

    fn sponge(tag: Self, elements: &[Self]) -> Self {
        let mut state = Zeroizing::new([Self::ZERO; WIDTH]);
        if let Some(capacity) = state.first_mut() {
            *capacity = tag;
        }
        for block in elements.chunks(RATE) {
            state.iter_mut().skip(1).zip(block).for_each(|(lane, element)| *lane += element);
            Parameters::standard().permute(state.as_mut_slice());
        }
        state.get(1).copied().unwrap_or_default()
    }
}
