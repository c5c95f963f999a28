//! What a proof must say on this chain, and the check of one before its fee is paid.
//!
//! The check is the runtime's own: the same crate, the same order, inputs built from the chain's storage and the
//! signer, never from the proof's file.

use subxt::utils::AccountId32;
use zkinfer_primitives::{
    JobTerms, Output, Proof, Purpose, VerifyingKey,
    statement::{self, Context},
};
use zkinfer_verifier::groth16;

use super::{connection::Chain, error::ChainError, records};
use crate::artefacts::terms::{Terms, TermsFile};

/// The terms of a job as a file, with its claimant.
pub fn terms_file(chain: &Chain, job: &records::Job) -> TermsFile {
    let terms = Terms {
        requester: job.requester,
        nonce: job.nonce,
        job: job.id,
        model: job.version.model,
        model_version: job.version.version,
        vk_hash: job.vk_hash,
        input_commitment: job.input_commitment,
        payload_hash: job.payload_hash(),
        reward: job.reward,
        price: job.price,
        deadline: job.deadline,
    };
    TermsFile::new(chain.genesis_hash(), terms, job.claimant())
}

/// Checks that the chain's own hash of a job's terms is what its terms hash to.
///
/// # Errors
/// When it is not: the client then knows the chain's terms not well enough to accept them.
pub fn check_terms(job: &records::Job) -> Result<(), ChainError> {
    let terms = JobTerms {
        requester: job.requester.0,
        nonce: job.nonce,
        job: job.id,
        version: job.version,
        vk_hash: job.vk_hash,
        input_commitment: job.input_commitment,
        payload_hash: job.payload_hash(),
        reward: job.reward,
        price: job.price,
        deadline: job.deadline,
    };
    let computed = terms.hash();
    if computed == job.terms_hash {
        return Ok(());
    }
    Err(ChainError::refusal(
        format!("the terms of job {} hash to {computed}, the chain says {}", job.id, job.terms_hash),
        "do not accept it; use the client that belongs to this chain's version",
    ))
}

/// Checks a proof as the runtime will.
///
/// # Errors
/// When the runtime would reject it, and slash for it.
pub fn check_proof(
    chain: &Chain,
    job: &records::Job,
    key: &VerifyingKey,
    prover: &AccountId32,
    output: &Output,
    proof: &Proof,
) -> Result<(), ChainError> {
    let context = Context {
        genesis_hash: chain.genesis_hash(),
        vk_hash: key.hash(),
        version: job.version,
        purpose: Purpose::Job(job.terms_hash),
        prover: prover.0,
    };
    let inputs = statement::public_inputs(&job.input_commitment, output, &context);
    let (VerifyingKey::Groth16(key), Proof::Groth16(proof)) = (key, proof);
    let refused = |reason: String| {
        ChainError::refusal(
            format!("the proof is not sent: the chain would reject it and slash {prover} ({reason})"),
            format!(
                "prove job {} again with `zkinfer chain submit {} --model … --pk … --opening …`",
                job.id, job.id
            ),
        )
    };
    let key = groth16::VerifyingKey::decode(key).map_err(|error| refused(error.to_string()))?;
    let key = groth16::PreparedVerifyingKey::prepare(&key);
    let proof = groth16::Proof::decode(proof).map_err(|error| refused(error.to_string()))?;
    groth16::verify::<zkinfer_verifier::backend::Native>(&key, &proof, &inputs)
        .map_err(|error| refused(error.to_string()))
}
