//! The proof of a claimed job.

use subxt::utils::AccountId32;
use zkinfer_primitives::{Output, Proof};

use crate::{
    calls,
    connection::{AtBlock, PALLET},
    error::ChainError,
    events, generators,
    records::{self, Job, JobState},
    session::{Log, Session},
    statement,
    submit::Succeeded,
};

/// A job that is done.
pub struct Submitted {
    /// The payment to the prover, in planck.
    pub paid: u128,
    /// The transaction.
    pub sent: Succeeded,
}

/// Submits an answer with its proof, which is checked here first as the chain checks it: a proof
/// that does not verify would cost the lock and is not sent.
///
/// # Errors
/// The signer has not claimed the job, the proof is not valid, the chain lacks generators, refuses
/// or rejects the proof, or the node does not answer.
pub async fn submit(
    session: &Session,
    at: &AtBlock,
    job: &Job,
    (output, proof): (&Output, &Proof),
    log: Log<'_>,
) -> Result<Submitted, ChainError> {
    let signer = session.account();
    check_claimant(job, &signer)?;
    let key = records::verifying_key(at, &job.vk_hash).await?;
    statement::check_proof(&session.chain, job, &key, &signer, output, proof)?;
    generators::require_for(at, &key).await?;
    let sent = session.send(&calls::submit(job.id, &job.terms_hash, output, proof), log).await?;
    if let Some(rejected) = sent.find::<events::ProofRejected>(PALLET, "ProofRejected")? {
        return Err(rejected.into_error(session.token()));
    }
    let completed: events::JobCompleted = sent.expect(PALLET, "JobCompleted")?;
    Ok(Submitted { paid: completed.paid, sent })
}

/// Checks that an account has claimed a job.
///
/// # Errors
/// The job is open, or somebody else has claimed it.
pub fn check_claimant(job: &Job, signer: &AccountId32) -> Result<(), ChainError> {
    match &job.state {
        JobState::Claimed { prover, .. } if prover == signer => Ok(()),
        JobState::Claimed { prover, .. } => Err(ChainError::refusal(
            format!("job {} is claimed by {prover}, not by {signer}", job.id),
            "sign with the account that claimed it; a proof is worth something to that account only",
        )),
        JobState::Open => Err(ChainError::refusal(
            format!("job {} is not claimed", job.id),
            format!("claim it first: zkinfer chain claim {} …", job.id),
        )),
    }
}
