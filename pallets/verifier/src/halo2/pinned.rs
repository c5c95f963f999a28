//! The text that halo2_proofs 0.4 shows of a key (`VerifyingKey::pinned`, printed with `{:?}`), and
//! its digest.
//!
//! halo2_proofs hashes this text into every transcript, so a verifier must know it to the letter:
//!
//! ```text
//! digest = Blake2b-512(personal "Halo2-Verify-Key", length of the text in 8 little-endian bytes ‖ text) mod p
//! ```
//!
//! We print it from a decoded key, so that nobody can bring a digest of his own. In the other
//! direction [`VerifyingKey::from_pinned`] reads the text, which is all of a key that halo2_proofs
//! gives away. Source: halo2_proofs 0.4.1, `plonk.rs` (`from_parts`) and `plonk/circuit.rs`
//! (`PinnedConstraintSystem`).
//!
//! [`VerifyingKey::from_pinned`]: super::key::VerifyingKey::from_pinned

mod parse;
mod print;

use alloc::string::String;
use core::fmt;

use blake2b_simd::Params;
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
///
/// # Complexity
/// The text is printed once, into a buffer, since its length is hashed before it. A key of at most
/// [`MAX_EXPRESSION_NODES`](super::bounds::MAX_EXPRESSION_NODES) nodes has a text below
/// [`MAX_TEXT_LEN`](super::bounds::MAX_TEXT_LEN) bytes.
pub fn digest(key: &VerifyingKey) -> Fp {
    let mut text = String::with_capacity(expected_len(key));
    // A buffer in memory takes everything.
    let _ = write(key, &mut text);
    let mut state = Params::new().hash_length(64).personal(b"Halo2-Verify-Key").to_state();
    state.update(&(text.len() as u64).to_le_bytes());
    state.update(text.as_bytes());
    Fp::from_uniform_bytes(state.finalize().as_array())
}

/// An estimate of the text's length, so that the buffer is seldom moved: 76 letters for a node, 136
/// for a point.
fn expected_len(key: &VerifyingKey) -> usize {
    let layout = key.layout().description();
    let of_lookups =
        layout.lookups.iter().flat_map(|lookup| lookup.inputs.iter().chain(&lookup.tables));
    let nodes: usize =
        layout.gates.iter().chain(of_lookups).map(|expression| expression.nodes().len()).sum();
    let points = key.fixed().len().saturating_add(key.permutation().len());
    nodes.saturating_mul(76).saturating_add(points.saturating_mul(136)).saturating_add(4_096)
}
