//! Setups and proofs whose secrets a test knows. Never for keys that matter.

use bls12_381::Scalar;

use super::{
    Opening, ProofWithStatement,
    error::{ProveError, SetupError},
    keys::ProvingKey,
    prove::{blinding, prove_with},
    setup::{Secrets, Setup, setup_with},
};
use crate::groth16::circuit::ModelCircuit;
use crate::progress::ProgressFn;
use crate::random::Entropy;

/// Keys of the secrets `τ, α, β, γ, δ`.
///
/// # Errors
/// As [`super::setup()`].
pub fn setup_of(
    circuit: &ModelCircuit,
    [tau, alpha, beta, gamma, delta]: [Scalar; 5],
    on: ProgressFn,
) -> Result<Setup, SetupError> {
    setup_with(circuit, Secrets { tau, alpha, beta, gamma, delta }, on)
}

/// A proof under these bytes of the system.
///
/// # Errors
/// As [`super::prove()`].
pub fn prove_from(
    circuit: &ModelCircuit,
    key: &ProvingKey,
    opening: &Opening,
    context: &[u8; 32],
    on: ProgressFn,
    entropy: Entropy,
) -> Result<ProofWithStatement, ProveError> {
    prove_with(circuit, key, opening, context, on, entropy)
}

/// Values that such a proof must not leave behind: `r`, `s` and those of the private variables.
///
/// # Errors
/// As [`super::prove()`].
pub fn secrets_of_proof(
    circuit: &ModelCircuit,
    key: &ProvingKey,
    opening: &Opening,
    context: &[u8; 32],
    entropy: Entropy,
) -> Result<Vec<Scalar>, ProveError> {
    let assignment = circuit.assign(opening, context)?;
    let blinding = blinding(key.verifying_key(), circuit.digest(), &assignment, entropy);
    let [r, s] = blinding.map_err(ProveError::Random)?;
    Ok([*r, *s].into_iter().chain(assignment.private.iter().copied()).collect())
}
