//! A prover's claim of a job.

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

/// A job that was claimed.
pub struct Claimed {
    /// The job in the block of its claim.
    pub job: Job,
    /// The last block without the grace.
    pub until: u32,
    /// The part of the bond that the claim locks, in planck.
    pub lock: u128,
    /// The transaction.
    pub sent: Succeeded,
}

/// Claims a job whose input the caller has opened and checked. A job whose proof the chain could
/// not check is not claimed: it would cost the lock.
///
/// # Errors
/// The job is not open, its terms are not those that its hash names, the chain lacks generators or
/// refuses, or the node does not answer.
pub async fn claim(
    session: &Session,
    at: &AtBlock,
    job: &Job,
    log: Log<'_>,
) -> Result<Claimed, ChainError> {
    check_open(job)?;
    statement::check_terms(job)?;
    generators::require_for(at, &records::verifying_key(at, &job.vk_hash).await?).await?;
    let sent = session.send(&calls::claim(job.id, &job.terms_hash), log).await?;
    match read(session, &sent, job).await {
        Ok((job, claim)) => Ok(Claimed { job, until: claim.until, lock: claim.lock, sent }),
        Err(error) => Err(error.after(&sent)),
    }
}

async fn read(
    session: &Session,
    sent: &Succeeded,
    job: &Job,
) -> Result<(Job, events::JobClaimed), ChainError> {
    let claim = sent.expect(PALLET, "JobClaimed")?;
    Ok((records::job(&session.chain.at(&sent.included).await?, job.id).await?, claim))
}

/// Checks that a job can be claimed.
///
/// # Errors
/// Somebody has claimed it.
pub fn check_open(job: &Job) -> Result<(), ChainError> {
    if job.state == JobState::Open {
        return Ok(());
    }
    Err(ChainError::refusal(
        format!("job {} is not open: it is {}", job.id, job.state),
        "list the open jobs with `zkinfer chain status`",
    ))
}
