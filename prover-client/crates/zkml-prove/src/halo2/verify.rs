//! The check of a proof by `halo2_proofs`, for a prover's check of its own work. The chain's
//! verifier is a crate of its own.

use halo2_proofs::{
    pasta::EqAffine,
    plonk::{SingleVerifier, verify_proof},
    transcript::{Blake2bRead, Challenge255},
};

use super::keys::Keys;
use crate::{commitment::canonical, error::VerifyError, proof_system::PUBLIC_INPUTS};

/// Verifies a proof of a statement. The proof must be as long as the circuit's
/// [plan](super::plan::Plan) says: `halo2_proofs` itself would not look at bytes after its end.
///
/// # Errors
/// [`VerifyError`]: a public input that is not below the modulus, another length, or a proof that
/// does not hold.
///
/// # Complexity
/// A sum over all generators.
pub fn verify(
    keys: &Keys,
    proof: &[u8],
    public_inputs: &[[u8; 32]; PUBLIC_INPUTS],
) -> Result<(), VerifyError> {
    let mut public = Vec::with_capacity(PUBLIC_INPUTS);
    for (index, input) in public_inputs.iter().enumerate() {
        let input = canonical("public input", input);
        public.push(input.map_err(|_| VerifyError::PublicInput { index })?);
    }
    if proof.len() != keys.circuit().plan().proof_bytes {
        return Err(VerifyError::Malformed);
    }
    let mut transcript = Blake2bRead::<_, EqAffine, Challenge255<_>>::init(proof);
    let strategy = SingleVerifier::new(&keys.generators.0);
    verify_proof(&keys.generators.0, keys.verifying_key(), strategy, &[&[&public]], &mut transcript)
        .map_err(|_| VerifyError::NotValid)
}
