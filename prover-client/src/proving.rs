//! From an opening and a context to a proof that verifies, and the check of a proof.

use zkinfer_primitives::{InputCommitment, Output, Proof, VerifyingKey, VkHash};
use zkinfer_verifier::{
    backend::Native,
    error::{KeyError, ProofError, VerifyError},
    groth16::{self as groth16_verifier, PreparedVerifyingKey},
};
use zkml_circuit::{
    ModelCircuit, Opening,
    groth16::{self, ProveError, ProvingKey},
};

use crate::{
    artefacts::{
        keys,
        proof::{Context, ProofFile, Statement},
    },
    progress::Progress,
};

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProvingError {
    /// The job or statement is for another key.
    #[error(
        "the proof is wanted under the verifying key {wanted}, the proving key belongs to {given}; use the proving key of the model version that was asked for"
    )]
    OtherKey {
        /// Hash of the verifying key that the context names.
        wanted: VkHash,
        /// Hash of the proving key's verifying key.
        given: VkHash,
    },
    /// The circuit crate's reasons.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// The finished proof is refused by the chain's verifier.
    #[error(
        "the finished proof is not valid ({0}); the proving key may be damaged: audit it with `zkinfer keys audit`, or copy it again"
    )]
    NotValid(#[from] Invalid),
}

/// Proves that the model answers the opening's input with its class, for this context. The finished proof is checked with the chain's verifier.
///
/// # Errors
/// [`ProvingError`]: a key of another model or statement, an input that is not the model's, a damaged key.
pub fn prove(
    circuit: &ModelCircuit,
    key: &ProvingKey,
    opening: &Opening,
    context: Context,
    progress: &Progress,
) -> Result<ProofFile, ProvingError> {
    let vk = keys::verifying_key_of(key.header());
    let given = vk.hash();
    if context.vk_hash != given {
        return Err(ProvingError::OtherKey { wanted: context.vk_hash, given });
    }
    let proven = groth16::prove(circuit, key, opening, &context.to_public_input(), &progress.of_circuit())?;
    let statement = Statement {
        input_commitment: InputCommitment(opening.commitment()),
        output: Output::Class(proven.class),
        context,
    };
    let file = ProofFile { statement, proof: Proof::Groth16(proven.proof) };
    verify(&vk, &file)?;
    Ok(file)
}

/// Why a proof does not hold.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// The statement names another key.
    #[error("the statement is under the verifying key {stated}, this one is {given}")]
    OtherKey {
        /// Hash that the statement names.
        stated: VkHash,
        /// Hash of the key given.
        given: VkHash,
    },
    /// The key is not one.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The proof does not decode.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The statement is no statement, or the equation does not hold.
    #[error(transparent)]
    Verify(#[from] VerifyError),
}

/// Checks a proof under a key as the chain does, with public inputs computed from the statement.
///
/// # Errors
/// [`Invalid`] says why it does not hold.
pub fn verify(key: &VerifyingKey, file: &ProofFile) -> Result<(), Invalid> {
    let (stated, given) = (file.statement.context.vk_hash, key.hash());
    if stated != given {
        return Err(Invalid::OtherKey { stated, given });
    }
    let (VerifyingKey::Groth16(key), Proof::Groth16(proof)) = (key, &file.proof);
    let key = PreparedVerifyingKey::prepare(&groth16_verifier::VerifyingKey::decode(key)?);
    let proof = groth16_verifier::Proof::decode(proof)?;
    groth16_verifier::verify::<Native>(&key, &proof, &file.statement.public_inputs())?;
    Ok(())
}
