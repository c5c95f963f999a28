//! A transaction in its block: whether it succeeded, its events and its fee.

use std::ops::RangeInclusive;

use serde::Serialize;
use subxt::{SubstrateConfig, error::DispatchError, extrinsics::ExtrinsicEvents};
use zkinfer_primitives::blake2b_256;

use super::{
    super::{
        connection::{AtBlock, Chain},
        error::ChainError,
        events::TransactionFeePaid,
    },
    Included, Succeeded, fields,
    pursue::InBlock,
};

/// A transaction that was found by its hash.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// The call, `Pallet.call`.
    pub call: String,
    /// The block and the fee.
    #[serde(flatten)]
    pub included: Included,
    /// Its error, `Pallet::Error`.
    pub error: Option<String>,
}

/// Looks for a transaction in blocks of the best chain, the newest first.
///
/// # Errors
/// When the node does not answer.
pub async fn find(
    chain: &Chain,
    transaction: [u8; 32],
    blocks: RangeInclusive<u64>,
) -> Result<Option<Found>, ChainError> {
    let Some((number, hash)) = search(chain, transaction, blocks).await? else { return Ok(None) };
    let finalized = chain.finalized().await?.block_number() >= number;
    let (at, events) = read(chain, InBlock { hash, finalized }, transaction).await?;
    let included = included(&at, &events, InBlock { hash, finalized }, transaction)?;
    let error = failure(&at, &events)?.map(|error| describe(&error).0);
    let extrinsics = at.extrinsics().fetch().await.map_err(reading())?;
    let call = match extrinsics.iter().nth(events.extrinsic_index()) {
        Some(Ok(extrinsic)) => format!("{}.{}", extrinsic.pallet_name(), extrinsic.call_name()),
        _ => "unknown".into(),
    };
    Ok(Some(Found { call, included, error }))
}

/// Number and hash of the block of the best chain that has a transaction; the newest first.
pub(super) async fn search(
    chain: &Chain,
    transaction: [u8; 32],
    blocks: RangeInclusive<u64>,
) -> Result<Option<(u64, [u8; 32])>, ChainError> {
    for number in blocks.rev() {
        let Some((hash, transactions)) = chain.transactions(number).await? else { continue };
        if transactions.iter().any(|bytes| blake2b_256(bytes) == transaction) {
            return Ok(Some((number, hash)));
        }
    }
    Ok(None)
}

/// The result of a transaction in its block.
pub(super) async fn of(
    chain: &Chain,
    block: InBlock,
    transaction: [u8; 32],
    call: &str,
) -> Result<Succeeded, ChainError> {
    let (at, events) = read(chain, block, transaction).await?;
    let included = included(&at, &events, block, transaction)?;
    match failure(&at, &events)? {
        None => Ok(Succeeded { included, call: call.into(), events }),
        Some(error) => {
            let (error, documentation) = describe(&error);
            Err(ChainError::Dispatch {
                call: call.into(),
                error,
                documentation,
                receipt: Box::new(included),
            })
        }
    }
}

fn reading<E: Into<subxt::Error>>() -> impl FnOnce(E) -> ChainError {
    ChainError::node("reading the transaction's events")
}

async fn read(
    chain: &Chain,
    block: InBlock,
    transaction: [u8; 32],
) -> Result<(AtBlock, ExtrinsicEvents<SubstrateConfig>), ChainError> {
    let at = chain.at_hash(block.hash).await?;
    let events = events_of(&at, transaction).await?;
    Ok((at, events))
}

async fn events_of(
    at: &AtBlock,
    transaction: [u8; 32],
) -> Result<ExtrinsicEvents<SubstrateConfig>, ChainError> {
    let extrinsics = at.extrinsics().fetch().await.map_err(reading())?;
    for extrinsic in extrinsics.iter() {
        let extrinsic = extrinsic.map_err(reading())?;
        if blake2b_256(extrinsic.bytes()) == transaction {
            return extrinsic.events().await.map_err(reading());
        }
    }
    Err(ChainError::Shape {
        what: "the block of the transaction".into(),
        reason: "it is not in it".into(),
    })
}

fn included(
    at: &AtBlock,
    events: &ExtrinsicEvents<SubstrateConfig>,
    block: InBlock,
    transaction: [u8; 32],
) -> Result<Included, ChainError> {
    Ok(Included {
        tx_hash: zkinfer::artefacts::hexadecimal::text(transaction),
        block: at.block_number(),
        block_hash: block.hash,
        finalized: block.finalized,
        fee: fee(events)?,
    })
}

/// Returns the error of a call, if it failed.
fn failure(
    at: &AtBlock,
    events: &ExtrinsicEvents<SubstrateConfig>,
) -> Result<Option<DispatchError>, ChainError> {
    for event in events.iter() {
        let event = event.map_err(reading())?;
        if event.pallet_name() == "System" && event.event_name() == "ExtrinsicFailed" {
            let error = DispatchError::decode_from(event.field_bytes(), at.metadata());
            return error.map(Some).map_err(reading());
        }
    }
    Ok(None)
}

/// Returns the fee that the signer paid, from the event after unused weight was given back.
fn fee(events: &ExtrinsicEvents<SubstrateConfig>) -> Result<u128, ChainError> {
    for event in events.iter() {
        let event = event.map_err(reading())?;
        if event.pallet_name() == "TransactionPayment" && event.event_name() == "TransactionFeePaid"
        {
            return fields::<TransactionFeePaid>(&event).map(|paid| paid.actual_fee);
        }
    }
    Ok(0)
}

/// A dispatch error's name, `Pallet::Error` for a pallet's, and the runtime's documentation of it.
fn describe(error: &DispatchError) -> (String, String) {
    let DispatchError::Module(module) = error else { return (error.to_string(), String::new()) };
    match module.details() {
        Ok(details) => {
            let name = format!("{}::{}", details.pallet.name(), details.variant.name);
            (name, details.variant.docs.join(" ").trim().to_owned())
        }
        Err(_unknown_to_the_metadata) => (module.details_string(), String::new()),
    }
}
