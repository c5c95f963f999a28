//! Waiting for a job.

use std::time::{Duration, Instant};

use zkinfer_primitives::{JobId, TermsHash};

use crate::output::Output;
use zkinfer_client::{
    connection::{AtBlock, Chain},
    error::ChainError,
    records::{self, Fate, Job, JobState},
};

/// Interval of looks at the chain.
const POLL: Duration = Duration::from_millis(500);

/// Time to wait for an answer, and whether it must be final.
#[derive(Clone, Copy, Debug, Default)]
pub struct Patience {
    /// Give up after this long; `None` to wait as long as the job can be answered.
    pub longest: Option<Duration>,
    /// Look at finalised blocks alone.
    pub finalized: bool,
}

/// The end of waiting.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The job is over.
    Over(Fate),
    /// Its time is over, and somebody has to say so to the chain.
    Overdue(Box<Job>),
    /// It runs, and we have waited long enough.
    GaveUp(Box<Job>),
}

/// Waits until a job does not run any more, its time is over, or patience ends. Says on stderr what
/// happens to it meanwhile.
///
/// # Errors
/// When the node does not answer, or the chain never had such a job.
pub async fn until_over(
    chain: &Chain,
    out: &Output,
    job: JobId,
    patience: Patience,
) -> Result<Outcome, ChainError> {
    let begun = Instant::now();
    let mut seen = None;
    loop {
        let at = if patience.finalized { chain.finalized().await? } else { chain.best().await? };
        let job = match running(&at, job, patience).await? {
            Look::Over(fate) => return Ok(Outcome::Over(fate)),
            Look::NotYet => None,
            Look::Running(job) => Some(job),
        };
        if let Some(job) = job {
            say_what_changed(out, seen.as_ref(), &job);
            if at.block_number() > u64::from(job.last_block()) {
                return Ok(Outcome::Overdue(job));
            }
            if patience.longest.is_some_and(|longest| begun.elapsed() >= longest) {
                return Ok(Outcome::GaveUp(job));
            }
            seen = Some((job.terms_hash, job.state));
        }
        tokio::time::sleep(POLL).await;
    }
}

enum Look {
    Running(Box<Job>),
    Over(Fate),
    NotYet,
}

async fn running(at: &AtBlock, job: JobId, patience: Patience) -> Result<Look, ChainError> {
    // A request that is in the best block may not be in the finalised one yet.
    if patience.finalized && !records::was_requested(at, job).await? {
        return Ok(Look::NotYet);
    }
    Ok(match records::fate(at, job).await? {
        Fate::Running(job) => Look::Running(job),
        over => Look::Over(over),
    })
}

fn say_what_changed(out: &Output, before: Option<&(TermsHash, JobState)>, job: &Job) {
    let Some((terms, state)) = before else {
        return out.info(&format!(
            "job {} is {}; its last block is {}",
            job.id,
            job.state,
            job.last_block()
        ));
    };
    if *terms != job.terms_hash {
        out.info(&format!("job {} was redirected: its terms are {} now", job.id, job.terms_hash));
    }
    if *state != job.state {
        out.info(&format!("job {} is {}", job.id, job.state));
    }
}
