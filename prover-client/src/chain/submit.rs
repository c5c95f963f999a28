//! Signing, sending, and waiting: from a call to the block that includes it, its fee and its events.

use std::time::Duration;

use serde::Serialize;
use subxt::{
    SubstrateConfig,
    client::OnlineClientAtBlockImpl,
    config::substrate::SubstrateExtrinsicParamsBuilder,
    error::{DispatchError, TransactionEventsError},
    events::Event,
    ext::scale_decode::DecodeAsFields,
    extrinsics::ExtrinsicEvents,
    transactions::{
        DynamicPayload, SubmittableTransaction, TransactionInBlock, TransactionInvalid, TransactionProgress,
        TransactionStatus, ValidationResult,
    },
};

use zkinfer_primitives::SubmissionFault;

use super::{
    connection::{AtBlock, Chain},
    error::ChainError,
    events::TransactionFeePaid,
    signer::Signer,
};

/// Arguments of a call, encoded by the chain's own metadata.
pub type CallData = subxt::ext::scale_value::Composite<()>;
/// A call with its arguments.
pub type Call = DynamicPayload<CallData>;
type Online = OnlineClientAtBlockImpl<SubstrateConfig>;

/// Blocks that a signed transaction stays valid.
const MORTALITY: u64 = 64;
/// A finalised block at most this far behind the best one starts a transaction's life; where finality lags
/// more (a chain sealed by hand may never finalise), the best block does.
const MAX_FINALITY_LAG: u64 = 32;

/// How long to wait, and for what.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct WaitOpts {
    /// Wait until the block is finalised, not only the best.
    #[arg(long)]
    pub finalized: bool,
    /// Give up waiting after this many seconds. The transaction may still be included later.
    #[arg(long, value_name = "SECONDS", default_value_t = 180)]
    pub timeout: u64,
}

/// Where a transaction was included, and what it cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Included {
    /// Hash of the transaction, `0x` and hex.
    pub tx_hash: String,
    /// Number of the block.
    pub block: u64,
    /// Hash of the block, `0x` and hex.
    #[serde(with = "crate::artefacts::hexadecimal")]
    pub block_hash: [u8; 32],
    /// Whether the block is known to be final.
    pub finalized: bool,
    /// The fee paid, in planck.
    #[serde(with = "super::text")]
    pub fee: u128,
}

/// A call that succeeded: its receipt and its events.
pub struct Succeeded {
    /// Where, and at what cost.
    pub included: Included,
    call: String,
    events: ExtrinsicEvents<SubstrateConfig>,
}

impl Succeeded {
    /// The fields of this call's first event of that name, or `None`.
    ///
    /// # Errors
    /// When the event has another shape than this client knows.
    pub fn find<E: DecodeAsFields>(&self, pallet: &str, name: &str) -> Result<Option<E>, ChainError> {
        Ok(self.all(pallet, name)?.into_iter().next())
    }

    /// The fields of all of this call's events of that name.
    ///
    /// # Errors
    /// When one has another shape than this client knows.
    pub fn all<E: DecodeAsFields>(&self, pallet: &str, name: &str) -> Result<Vec<E>, ChainError> {
        let mut found = Vec::new();
        for event in self.events.iter() {
            let event = event.map_err(ChainError::node("reading the transaction's events"))?;
            if event.pallet_name() == pallet && event.event_name() == name {
                found.push(fields(&event)?);
            }
        }
        Ok(found)
    }

    /// The fields of an event that this call always causes.
    ///
    /// # Errors
    /// When it is missing or has another shape than this client knows.
    pub fn expect<E: DecodeAsFields>(&self, pallet: &str, name: &'static str) -> Result<E, ChainError> {
        let missing = || ChainError::MissingEvent { call: self.call.clone(), event: name };
        self.find(pallet, name)?.ok_or_else(missing)
    }
}

/// Signs a call, sends it, and waits until it is included and has succeeded.
///
/// # Errors
/// When the node refuses the transaction, when its call fails (the fee is paid then), and when it is not
/// included in time.
pub async fn submit(
    chain: &Chain,
    signer: &Signer,
    call: &Call,
    wait: WaitOpts,
) -> Result<Succeeded, ChainError> {
    let name = format!("{}.{}", call.pallet_name(), call.call_name());
    let transaction = sign(chain, signer, call).await?;
    check(&transaction, &name).await?;
    let refused = |source: subxt::error::ExtrinsicError| ChainError::Refused {
        call: name.clone(),
        reason: source.to_string(),
        hint: None,
    };
    let progress = transaction.submit_and_watch().await.map_err(refused)?;
    let tx_hash = format!("{:?}", progress.extrinsic_hash());
    let awaited = if wait.finalized { "finalised" } else { "included" };
    let waiting = inclusion(progress, &name, wait.finalized);
    let block =
        tokio::time::timeout(Duration::from_secs(wait.timeout), waiting).await.map_err(|_elapsed| {
            ChainError::TimedOut {
                call: name.clone(),
                tx_hash: tx_hash.clone(),
                awaited,
                seconds: wait.timeout,
            }
        })??;
    outcome(block, name, wait.finalized).await
}

/// The fee that a call would cost now, before the part that comes back for unused weight.
///
/// # Errors
/// When the node does not answer.
pub async fn estimate_fee(chain: &Chain, signer: &Signer, call: &Call) -> Result<u128, ChainError> {
    let transaction = sign(chain, signer, call).await?;
    transaction.partial_fee_estimate().await.map_err(ChainError::node("asking for the fee"))
}

async fn sign(
    chain: &Chain,
    signer: &Signer,
    call: &Call,
) -> Result<SubmittableTransaction<SubstrateConfig, Online>, ChainError> {
    let best = chain.best().await?;
    let birth = birth_block(chain, &best).await?;
    let params = SubstrateExtrinsicParamsBuilder::<SubstrateConfig>::new()
        .nonce(chain.next_nonce(&signer.account()).await?)
        .mortal_from_unchecked(MORTALITY, birth.block_number(), birth.block_hash())
        .build();
    let signed = |source| ChainError::node("building the transaction")(source);
    let transactions = best.transactions();
    transactions
        .create_signable_offline(call, params)
        .and_then(|mut tx| tx.sign(signer.pair()))
        .map_err(signed)
}

/// The block from which a transaction lives: one that no reorganisation takes away, if there is a recent one.
async fn birth_block(chain: &Chain, best: &AtBlock) -> Result<AtBlock, ChainError> {
    let finalized = chain.finalized().await?;
    let lag = best.block_number().saturating_sub(finalized.block_number());
    if lag <= MAX_FINALITY_LAG { Ok(finalized) } else { chain.best().await }
}

/// Asks the runtime whether it takes the transaction, since the pool's own words are terse.
async fn check(
    transaction: &SubmittableTransaction<SubstrateConfig, Online>,
    call: &str,
) -> Result<(), ChainError> {
    let result = transaction.validate().await.map_err(ChainError::node("checking the transaction"))?;
    let (reason, hint) = match result {
        ValidationResult::Valid(_) => return Ok(()),
        ValidationResult::Invalid(TransactionInvalid::Payment) => (
            "the signer cannot pay the fee".to_owned(),
            Some("send the signer some of the chain's token, or sign with another account".to_owned()),
        ),
        ValidationResult::Invalid(TransactionInvalid::ExhaustsResources) => {
            ("the block is full".to_owned(), Some("try again in the next block".to_owned()))
        }
        ValidationResult::Invalid(TransactionInvalid::Call) => {
            ("the runtime filters this call out".to_owned(), None)
        }
        ValidationResult::Invalid(TransactionInvalid::Custom(code)) => {
            let fault = SubmissionFault::from_code(code);
            (
                fault
                    .map_or_else(|| format!("the runtime's reason number {code}"), |fault| fault.to_string()),
                None,
            )
        }
        ValidationResult::Invalid(reason) => (format!("{reason:?}"), None),
        ValidationResult::Unknown(reason) => (format!("{reason:?}"), None),
    };
    Err(ChainError::Refused { call: call.into(), reason, hint })
}

async fn inclusion(
    mut progress: TransactionProgress<SubstrateConfig, Online>,
    call: &str,
    finalized: bool,
) -> Result<TransactionInBlock<SubstrateConfig, Online>, ChainError> {
    let refused = |reason: String| ChainError::Refused { call: call.into(), reason, hint: None };
    while let Some(status) = progress.next().await {
        match status.map_err(ChainError::node("waiting for the transaction"))? {
            TransactionStatus::InFinalizedBlock(block) => return Ok(block),
            TransactionStatus::InBestBlock(block) if !finalized => return Ok(block),
            TransactionStatus::Error { message }
            | TransactionStatus::Invalid { message }
            | TransactionStatus::Dropped { message } => return Err(refused(message)),
            _ => {}
        }
    }
    Err(refused("the node stopped reporting on it".into()))
}

async fn outcome(
    block: TransactionInBlock<SubstrateConfig, Online>,
    call: String,
    finalized: bool,
) -> Result<Succeeded, ChainError> {
    let at = block.at().await.map_err(ChainError::node("reading the transaction's block"))?;
    let reading = || ChainError::node("reading the transaction's events");
    let events = block.fetch_events().await.map_err(reading())?;
    let included = Included {
        tx_hash: format!("{:?}", block.extrinsic_hash()),
        block: at.block_number(),
        block_hash: block.block_hash().0,
        finalized,
        fee: fee(&events)?,
    };
    match block.wait_for_success().await {
        Ok(_) => Ok(Succeeded { included, call, events }),
        Err(TransactionEventsError::ExtrinsicFailed(error)) => {
            let (error, documentation) = describe(&error);
            Err(ChainError::Dispatch { call, error, documentation, receipt: Box::new(included) })
        }
        Err(other) => Err(ChainError::node("reading the transaction's events")(other)),
    }
}

/// What the signer paid: the event says it after unused weight was given back.
fn fee(events: &ExtrinsicEvents<SubstrateConfig>) -> Result<u128, ChainError> {
    for event in events.iter() {
        let event = event.map_err(ChainError::node("reading the transaction's events"))?;
        if event.pallet_name() == "TransactionPayment" && event.event_name() == "TransactionFeePaid" {
            return fields::<TransactionFeePaid>(&event).map(|paid| paid.actual_fee);
        }
    }
    Ok(0)
}

fn fields<E: DecodeAsFields>(event: &Event<'_, SubstrateConfig>) -> Result<E, ChainError> {
    event.decode_fields_unchecked_as().map_err(|reason| ChainError::Shape {
        what: format!("event {}.{}", event.pallet_name(), event.event_name()),
        reason: reason.to_string(),
    })
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
