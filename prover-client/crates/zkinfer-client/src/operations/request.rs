//! A job for an answer.

use crate::{
    calls::{self, Request},
    connection::PALLET,
    error::ChainError,
    events,
    records::{self, Job},
    session::{Log, Session},
    submit::Succeeded,
};

/// A job that was requested.
pub struct Requested {
    /// The job in the block of its request.
    pub job: Job,
    /// The transaction.
    pub sent: Succeeded,
}

/// Requests an answer. The reward is held until the job ends.
///
/// # Errors
/// The chain refuses, or the node does not answer. After the call itself succeeded, the error names
/// its transaction: [`ChainError::AfterCall`].
pub async fn request(
    session: &Session,
    request: &Request,
    log: Log<'_>,
) -> Result<Requested, ChainError> {
    let sent = session.send(&calls::request(request), log).await?;
    match read(session, &sent).await {
        Ok(job) => Ok(Requested { job, sent }),
        Err(error) => Err(error.after(&sent)),
    }
}

async fn read(session: &Session, sent: &Succeeded) -> Result<Job, ChainError> {
    let event: events::JobRequested = sent.expect(PALLET, "JobRequested")?;
    records::job(&session.chain.at(&sent.included).await?, event.job).await
}
