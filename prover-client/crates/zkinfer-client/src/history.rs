//! The end of a job, from the events of old blocks: the chain's state keeps nothing of a job that
//! was cancelled or expired.

use serde::Serialize;
use subxt::ext::scale_decode::DecodeAsFields;
use zkinfer_primitives::JobId;

use super::{
    connection::{AtBlock, Chain, PALLET},
    error::ChainError,
    events, records,
};

/// Distances that the search looks back, in blocks, nearest first: most nodes have the newest 256,
/// archive nodes have all.
const REACH: [u64; 4] = [15, 60, 250, u64::MAX];

/// The end of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// The kind of its end.
    pub how: How,
    /// In which block.
    pub block: u64,
    /// The amount returned to the requester, in planck.
    #[serde(with = "super::text")]
    pub refund: u128,
}

/// The ways in which a job ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Its requester took it back.
    Cancelled,
    /// Nobody answered it in time.
    Expired,
    /// It was answered; its receipt has been pruned since.
    Completed,
}

/// The events of a block about a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Announced {
    /// Its hash.
    Hash(#[serde(serialize_with = "zkinfer::artefacts::hexadecimal::serialize")] [u8; 32]),
    /// Nothing.
    Nothing,
    /// The node has forgotten the block's state, and the events with it.
    Forgotten,
}

/// Returns the end of a job that no longer runs, or `None` if the node has forgotten it.
///
/// # Errors
/// When the node does not answer.
pub async fn ending(chain: &Chain, job: JobId) -> Result<Option<Ending>, ChainError> {
    let Some(block) = first_without(chain, job).await? else { return Ok(None) };
    let Some(at) = chain.at_number(block).await? else { return Ok(None) };
    ending_in(&at, job).await
}

/// Returns the end of a job in one block, if it ended there.
///
/// # Errors
/// When the block's events cannot be read.
pub async fn ending_in(at: &AtBlock, job: JobId) -> Result<Option<Ending>, ChainError> {
    let block = at.block_number();
    let refunds = [("JobCancelled", How::Cancelled), ("JobExpired", How::Expired)];
    for (name, how) in refunds {
        let found = find::<events::Refunded>(at, name, |event| event.job == job).await?;
        if let Some(event) = found {
            return Ok(Some(Ending { how, block, refund: event.refund }));
        }
    }
    let completed =
        find::<events::JobCompleted>(at, "JobCompleted", |event| event.job == job).await?;
    Ok(completed.map(|_| Ending { how: How::Completed, block, refund: 0 }))
}

/// The hash of a receipt as the event in its block says it.
///
/// # Errors
/// When the node does not answer.
pub async fn announced(chain: &Chain, receipt: &records::Receipt) -> Result<Announced, ChainError> {
    let Some(at) = chain.at_number(receipt.block.into()).await? else {
        return Ok(Announced::Nothing);
    };
    let job = receipt.job;
    // A node that has forgotten the state answers with an error; what other error there is, the
    // next question meets.
    let completed =
        find::<events::JobCompleted>(&at, "JobCompleted", |event| event.job == job).await;
    let attested = find::<events::Attested>(&at, "Attested", |event| event.receipt == job).await;
    match (completed, attested) {
        (Ok(Some(event)), _) => Ok(Announced::Hash(event.receipt_hash)),
        (_, Ok(Some(event))) => Ok(Announced::Hash(event.receipt_hash)),
        (Ok(None), Ok(None)) => Ok(Announced::Nothing),
        (Err(ChainError::Node { .. }), _) | (_, Err(ChainError::Node { .. })) => {
            Ok(Announced::Forgotten)
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// The first block whose state has the job no longer, by halving; blocks before the request count
/// as those in which it runs.
async fn first_without(chain: &Chain, job: JobId) -> Result<Option<u64>, ChainError> {
    let mut over = chain.best().await?.block_number();
    let mut running = None;
    for reach in REACH {
        let block = over.saturating_sub(reach);
        match is_over(chain, block, job).await {
            Ok(false) => {
                running = Some(block);
                break;
            }
            Ok(true) => over = block,
            // Nothing that is older is known.
            Err(ChainError::Node { .. }) => return Ok(None),
            Err(other) => return Err(other),
        }
    }
    let Some(mut running) = running else { return Ok(None) };
    while over.saturating_sub(running) > 1 {
        let middle = running.midpoint(over);
        match is_over(chain, middle, job).await {
            Ok(true) => over = middle,
            Ok(false) => running = middle,
            Err(ChainError::Node { .. }) => return Ok(None),
            Err(other) => return Err(other),
        }
    }
    Ok(Some(over))
}

async fn is_over(chain: &Chain, block: u64, job: JobId) -> Result<bool, ChainError> {
    let Some(at) = chain.at_number(block).await? else { return Ok(false) };
    Ok(records::was_requested(&at, job).await? && records::running(&at, job).await?.is_none())
}

/// The first event of that name in a block that is the wanted one.
async fn find<E: DecodeAsFields>(
    at: &AtBlock,
    name: &str,
    wanted: impl Fn(&E) -> bool,
) -> Result<Option<E>, ChainError> {
    let reading = || ChainError::node("reading a block's events");
    let events = at.events().fetch().await.map_err(reading())?;
    for event in events.iter() {
        let event = event.map_err(reading())?;
        if event.pallet_name() == PALLET && event.event_name() == name {
            let fields: E =
                event.decode_fields_unchecked_as().map_err(|reason| ChainError::Shape {
                    what: format!("event {PALLET}.{name}"),
                    reason: reason.to_string(),
                })?;
            if wanted(&fields) {
                return Ok(Some(fields));
            }
        }
    }
    Ok(None)
}
