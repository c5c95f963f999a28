//! Waiting for a job.

use std::time::Duration;

use zkinfer_primitives::JobId;

use crate::chain::{connection::Chain, error::ChainError, records};

/// How often the best block is looked at.
const POLL: Duration = Duration::from_millis(500);

/// Waits until a job does not run any more.
///
/// # Errors
/// When the node does not answer.
pub async fn until_over(chain: &Chain, job: JobId) -> Result<records::Fate, ChainError> {
    loop {
        let best = chain.best().await?;
        match records::fate(&best, job).await? {
            records::Fate::Running(_) => {}
            over => return Ok(over),
        }
        tokio::time::sleep(POLL).await;
    }
}
