//! Signing, sending, and waiting: from a call to the block that includes it, its fee and its
//! events.
//!
//! - `sign`: a call becomes a signed transaction that the runtime takes
//! - `refusal`: what the node's pool says of one
//! - `pursue`: sending it, and finding out what became of it, whatever happens to the connection
//! - `outcome`: its events in its block
//!
//! One signature is never a reason for two payments: what was sent is sent again byte for byte
//! only, and signed again only where the node has said for certain that it did not take the first.

use std::time::Duration;

use serde::Serialize;
use subxt::{
    SubstrateConfig, events::Event, ext::scale_decode::DecodeAsFields, extrinsics::ExtrinsicEvents,
    transactions::DynamicPayload,
};

use self::pursue::Sending;
use super::{connection::Chain, error::ChainError, signer::Signer};

mod outcome;
mod pursue;
mod refusal;
mod sign;

pub use outcome::{Found, find};
pub use sign::estimate_fee;

/// Arguments of a call, encoded by the chain's own metadata.
pub type CallData = subxt::ext::scale_value::Composite<()>;
/// A call with its arguments.
pub type Call = DynamicPayload<CallData>;

/// Attempts to sign a call again after another transaction of the account took its nonce.
const ATTEMPTS: u32 = 8;
/// The pause before the second attempt; each further one is longer by as much.
const PAUSE: Duration = Duration::from_millis(250);

/// The event to wait for after a call, and the time to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Waits until the block is finalised, not only the best.
    pub finalized: bool,
    /// Seconds to wait for the node in all: to connect, to read, to send, and for the block. A
    /// transaction that was sent may still be included later.
    pub timeout: u64,
}

/// Options of sending a transaction.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// The event to wait for, and the time to wait.
    pub wait: Wait,
    /// Paid to the block's author beside the fee, in planck.
    pub tip: u128,
}

/// The block that includes a transaction, and its fee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Included {
    /// Hash of the transaction, `0x` and hex.
    pub tx_hash: String,
    /// Number of the block.
    pub block: u64,
    /// Hash of the block, `0x` and hex.
    #[serde(with = "zkinfer::artefacts::hexadecimal")]
    pub block_hash: [u8; 32],
    /// `true` if the block is known to be final.
    pub finalized: bool,
    /// The fee paid, in planck.
    #[serde(with = "super::text")]
    pub fee: u128,
}

/// A call that succeeded: its receipt and its events.
pub struct Succeeded {
    /// The block and the fee.
    pub included: Included,
    call: String,
    events: ExtrinsicEvents<SubstrateConfig>,
}

impl Succeeded {
    /// The fields of this call's first event of that name, or `None`.
    ///
    /// # Errors
    /// When the event has another shape than this client knows.
    pub fn find<E: DecodeAsFields>(
        &self,
        pallet: &str,
        name: &str,
    ) -> Result<Option<E>, ChainError> {
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
    pub fn expect<E: DecodeAsFields>(
        &self,
        pallet: &str,
        name: &'static str,
    ) -> Result<E, ChainError> {
        let missing = || ChainError::MissingEvent { call: self.call.clone(), event: name };
        self.find(pallet, name)?.ok_or_else(missing)
    }

    /// Name of the call, `Pallet.call`.
    pub fn call(&self) -> &str {
        &self.call
    }
}

/// Signs a call, sends it, and waits until it is included and has succeeded. `say` is told of what
/// takes longer.
///
/// # Errors
/// When the node refuses the transaction, when its call fails (the fee is paid then), and when it
/// is not included in time. Each error says what may have happened to the transaction.
pub async fn submit(
    chain: &Chain,
    signer: &Signer,
    call: &Call,
    manner: Manner,
    say: impl Fn(&str),
) -> Result<Succeeded, ChainError> {
    let name = format!("{}.{}", call.pallet_name(), call.call_name());
    let mut attempt = 1;
    loop {
        let begun = Sending::begin(chain, signer, call, &name, manner).await;
        let mut sending = begun.map_err(|error| not_sent(&name, error))?;
        match sending.run(&say).await? {
            Some(block) => return sending.outcome(block).await,
            None if attempt < ATTEMPTS => {
                let nonce = sending.nonce();
                say(&format!(
                    "another transaction of {} has taken the nonce {nonce}; {name} was not taken and is signed again",
                    signer.account()
                ));
                chain.budget().pause(PAUSE * attempt).await;
                attempt += 1;
            }
            None => return Err(refusal::raced(&name, &signer.account())),
        }
    }
}

/// Nothing was sent when an error came that does not say so itself.
fn not_sent(call: &str, error: ChainError) -> ChainError {
    match error {
        ChainError::Node { .. } | ChainError::Unreachable { .. } | ChainError::NoBlocks { .. } => {
            ChainError::NotSent { call: call.into(), source: Box::new(error) }
        }
        other => other,
    }
}

fn fields<E: DecodeAsFields>(event: &Event<'_, SubstrateConfig>) -> Result<E, ChainError> {
    event.decode_fields_unchecked_as().map_err(|reason| ChainError::Shape {
        what: format!("event {}.{}", event.pallet_name(), event.event_name()),
        reason: reason.to_string(),
    })
}
