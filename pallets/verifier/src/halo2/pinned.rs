//! The text that halo2_proofs 0.4 shows of a key (`VerifyingKey::pinned`, printed with `{:?}`), and its digest.
//!
//! halo2_proofs hashes this text into every transcript, so a verifier must know it to the letter:
//!
//! ```text
//! digest = Blake2b-512(personal "Halo2-Verify-Key", length of the text in 8 little-endian bytes ‖ text) mod p
//! ```
//!
//! We print it from a decoded key, so that nobody can bring a digest of his own. In the other direction
//! [`VerifyingKey::from_pinned`] reads the text, which is all of a key that halo2_proofs gives away.
//! Source: halo2_proofs 0.4.1, `plonk.rs` (`from_parts`) and `plonk/circuit.rs` (`PinnedConstraintSystem`).
//!
//! [`VerifyingKey::from_pinned`]: super::key::VerifyingKey::from_pinned

mod parse;
mod print;

use core::fmt;

use blake2b_simd::{Params, State};
use ff::FromUniformBytes;
use pasta_curves::Fp;

use super::key::VerifyingKey;

/// Writes the pinned text.
///
/// # Errors
/// Only those of `out`.
pub fn write(key: &VerifyingKey, out: &mut impl fmt::Write) -> fmt::Result {
    print::key(key, out)
}

/// The key's representative in transcripts.
pub fn digest(key: &VerifyingKey) -> Fp {
    let mut length = Length(0);
    // Neither of the two sinks fails.
    let _ = write(key, &mut length);
    let mut state = Params::new().hash_length(64).personal(b"Halo2-Verify-Key").to_state();
    state.update(&length.0.to_le_bytes());
    let mut hasher = Hasher(state);
    let _ = write(key, &mut hasher);
    Fp::from_uniform_bytes(hasher.0.finalize().as_array())
}

struct Length(u64);

impl fmt::Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.saturating_add(text.len() as u64);
        Ok(())
    }
}

struct Hasher(State);

impl fmt::Write for Hasher {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}
