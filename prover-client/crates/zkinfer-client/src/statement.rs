//! The statement that a proof must have on this chain, and the check of one before its fee is paid.
//!
//! The check is the runtime's own: the same crate, the same order, inputs built from the chain's
//! storage and the signer, never from the proof's file.

use std::path::Path;

use subxt::utils::AccountId32;
use zkinfer_primitives::{
    InputCommitment, JobTerms, Output, Proof, Purpose, VerifyingKey,
    statement::{self, Context},
};

use super::{connection::Chain, error::ChainError, records};
use zkinfer::{
    artefacts::{
        hexadecimal,
        terms::{Terms, TermsFile},
    },
    proving::check,
};

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
        payload_hash: job.payload_hash,
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
        payload_hash: job.payload_hash,
        reward: job.reward,
        price: job.price,
        deadline: job.deadline,
    };
    let computed = terms.hash();
    if computed == job.terms_hash {
        return Ok(());
    }
    Err(ChainError::refusal(
        format!(
            "the terms of job {} hash to {computed}, the chain says {}",
            job.id, job.terms_hash
        ),
        "do not accept it; use the client that belongs to this chain's version",
    ))
}

/// The context of a proof by `prover` for a job, from the chain's own records.
pub fn job_context(
    chain: &Chain,
    job: &records::Job,
    prover: &AccountId32,
) -> Context<AccountId32> {
    Context {
        genesis_hash: chain.genesis_hash(),
        vk_hash: job.vk_hash,
        version: job.version,
        purpose: Purpose::Job(job.terms_hash),
        prover: *prover,
    }
}

/// The context of a proof without a job, under a number of the prover's own.
pub fn attestation_context(
    chain: &Chain,
    version: &records::ModelVersion,
    nonce: u64,
    prover: &AccountId32,
) -> Context<AccountId32> {
    Context {
        genesis_hash: chain.genesis_hash(),
        vk_hash: version.vk_hash,
        version: version.id,
        purpose: Purpose::Attest(nonce),
        prover: *prover,
    }
}

/// Refuses a proof that says of itself that it is for another chain: nothing else about it needs a
/// look.
///
/// # Errors
/// When its genesis hash is not this chain's.
pub fn check_chain(
    chain: &Chain,
    path: &Path,
    context: &Context<AccountId32>,
) -> Result<(), ChainError> {
    if context.genesis_hash == chain.genesis_hash() {
        return Ok(());
    }
    let (its, ours) =
        (hexadecimal::text(context.genesis_hash), hexadecimal::text(chain.genesis_hash()));
    let its = if context.genesis_hash == [0; 32] {
        "no chain at all".into()
    } else {
        format!("the chain with genesis hash {its}")
    };
    Err(ChainError::refusal(
        format!(
            "{} is a proof for {its}, and the node at {} is of the chain with genesis hash {ours}",
            path.display(),
            chain.url()
        ),
        "it is not sent, and would cost the bond: name a node of its chain with option `url`, or prove with this chain's terms",
    ))
}

/// Checks a proof for a job as the runtime will.
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
    let context = job_context(chain, job, prover);
    holds(&context, key, &job.input_commitment, output, proof).map_err(|reason| {
        refused(
            prover,
            &reason,
            format!("prove job {} again with `zkinfer chain submit {}`", job.id, job.id),
        )
    })
}

/// Checks a proof without a job as the runtime will.
///
/// # Errors
/// When the runtime would reject it, and slash for it.
pub fn check_attestation(
    context: &Context<AccountId32>,
    key: &VerifyingKey,
    input_commitment: &InputCommitment,
    output: &Output,
    proof: &Proof,
) -> Result<(), ChainError> {
    holds(context, key, input_commitment, output, proof).map_err(|reason| {
        let remedy = "prove it again with `zkinfer chain attest`";
        refused(&context.prover, &reason, remedy.into())
    })
}

fn refused(prover: &AccountId32, reason: &str, remedy: String) -> ChainError {
    let message =
        format!("the proof is not sent: the chain would reject it and slash {prover} ({reason})");
    ChainError::refusal(message, remedy)
}

fn holds(
    context: &Context<AccountId32>,
    key: &VerifyingKey,
    input_commitment: &InputCommitment,
    output: &Output,
    proof: &Proof,
) -> Result<(), String> {
    if key.hash() != context.vk_hash {
        return Err(format!(
            "it is under the verifying key {}, not {}",
            key.hash(),
            context.vk_hash
        ));
    }
    let inputs = statement::public_inputs(input_commitment, output, context)
        .map_err(|error| error.to_string())?;
    check::proof(key, &inputs, proof).map_err(|error| error.to_string())
}
