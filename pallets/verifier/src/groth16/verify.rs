//! The pairing equation.

use super::{INPUTS, PROOF_LEN, PreparedVerifyingKey, Proof};
use crate::{
    backend::{Backend, BackendError},
    error::VerifyError,
    scalar,
};

/// Checks `proof` for the public inputs `x₁, x₂, x₃`, each 32 little-endian bytes.
///
/// # Errors
/// [`VerifyError::Rejected`] when the proof does not hold; [`VerifyError::Input`] for an input that
/// is not canonical; [`VerifyError::Backend`] when the arithmetic itself fails.
///
/// # Complexity
/// Three multiplications in G1, four Miller loops, one final exponentiation.
pub fn verify<B: Backend>(
    key: &PreparedVerifyingKey,
    proof: &Proof,
    inputs: &[[u8; 32]; INPUTS],
) -> Result<(), VerifyError> {
    if let Some(index) = inputs.iter().position(|input| !scalar::is_canonical(input)) {
        return Err(VerifyError::Input(index));
    }
    let failed = |BackendError| VerifyError::Backend;
    let l = B::input_point(&key.ic, inputs).map_err(failed)?;
    let (a, b, c) =
        (proof.a.to_uncompressed(), proof.b.to_uncompressed(), proof.c.to_uncompressed());
    let holds = B::pairings_cancel(
        &[&a, &key.minus_alpha, &l, &c],
        &[&b, &key.beta, &key.minus_gamma, &key.minus_delta],
    )
    .map_err(failed)?;
    if holds { Ok(()) } else { Err(VerifyError::Rejected) }
}

/// [`verify`] on a stored [prepared key](PreparedVerifyingKey::to_bytes) and a proof's bytes.
///
/// # Errors
/// As [`verify`]; [`VerifyError::Proof`] when the proof does not decode; [`VerifyError::Key`] when
/// the stored key has a wrong length.
pub fn verify_bytes<B: Backend>(
    prepared_key: &[u8],
    proof: &[u8; PROOF_LEN],
    inputs: &[[u8; 32]; INPUTS],
) -> Result<(), VerifyError> {
    let key = PreparedVerifyingKey::from_trusted_bytes(prepared_key)?;
    let proof = Proof::decode(proof)?;
    verify::<B>(&key, &proof, inputs)
}
