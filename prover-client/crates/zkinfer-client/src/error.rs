//! Errors between client and chain, with their remedies.

use super::{
    amount::AmountError, hints, input::InputError, signer::SignerError, submit::Succeeded,
    url::UrlError,
};
use zkinfer::artefacts::hexadecimal;

/// An error of the on-chain half. [`ChainError::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// No node answers.
    #[error("no node answers at {url}: {}", plain(.source))]
    Unreachable {
        /// The address of the node.
        url: String,
        /// The error of the connection.
        source: Box<subxt::Error>,
    },
    /// Something answers that is not a node of such a chain.
    #[error("what answers at {url} is not a node of a zkinfer chain: {what}")]
    NotANode {
        /// Its address.
        url: String,
        /// Its message.
        what: String,
    },
    /// The node's URL.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// The node has gone over to another chain.
    #[error(
        "the node at {url} is on another chain now: its genesis hash is {}, it was {}", hexadecimal::text(.is), hexadecimal::text(.was)
    )]
    OtherChain {
        /// The node.
        url: String,
        /// Its genesis hash before.
        was: [u8; 32],
        /// Its genesis hash now.
        is: [u8; 32],
    },
    /// The node has no block.
    #[error("the node at {url} knows no block")]
    NoBlocks {
        /// The node.
        url: String,
    },
    /// Another chain, or another version of ours.
    #[error("the chain at {url} (spec version {spec_version}) has no {missing}")]
    NotOurs {
        /// The node.
        url: String,
        /// Its runtime.
        spec_version: u32,
        /// The missing part.
        missing: String,
    },
    /// An older layout of the pallet's storage than this client reads.
    #[error(
        "the chain at {url} stores its records in layout {layout}, this client reads {known} and later ones"
    )]
    Layout {
        /// The node.
        url: String,
        /// The chain's.
        layout: u16,
        /// Ours.
        known: u16,
    },
    /// The node failed while we did something.
    #[error("{doing}: {}", plain(.source))]
    Node {
        /// The operation.
        doing: &'static str,
        /// The error of subxt.
        source: Box<subxt::Error>,
    },
    /// The node does not take the transaction.
    #[error("the node refuses {call}: {reason}")]
    Refused {
        /// The call.
        call: String,
        /// The reason.
        reason: String,
        /// The remedy.
        hint: Option<String>,
    },
    /// The node failed before a transaction was sent.
    #[error("{call} was not sent: {source}")]
    NotSent {
        /// The call.
        call: String,
        /// The reason.
        source: Box<ChainError>,
    },
    /// A transaction was sent, and its end is not known.
    #[error(
        "{call}: {reason}; the transaction {} may be in a block, or get into one until block {} (it has the nonce {} of {})",
        .transaction.hash, .transaction.last, .transaction.nonce, .transaction.account
    )]
    Uncertain {
        /// The call.
        call: String,
        /// The transaction.
        transaction: Transaction,
        /// The error that ended the connection.
        reason: String,
    },
    /// Another transaction of the account has taken the place of one that was sent.
    #[error(
        "{call} was not included, and cannot be any more: another transaction of {} has the nonce {} in the best chain",
        .transaction.account, .transaction.nonce
    )]
    Replaced {
        /// The call.
        call: String,
        /// The transaction.
        transaction: Transaction,
    },
    /// A transaction that was sent has outlived the blocks in which it could be included.
    #[error(
        "{call} was not included, and cannot be any more: its transaction {} was good until block {}",
        .transaction.hash, .transaction.last
    )]
    Outlived {
        /// The call.
        call: String,
        /// The transaction.
        transaction: Transaction,
    },
    /// The transaction was included and its call failed. The fee is paid.
    #[error("{call} failed on chain with {error}{}; its fee is paid", docs(.documentation))]
    Dispatch {
        /// The call.
        call: String,
        /// `Pallet::Error`.
        error: String,
        /// The runtime's own words on the error.
        documentation: String,
        /// The block that includes it, and its fee.
        receipt: Box<super::submit::Included>,
    },
    /// The transaction was not included in time. It may still be.
    #[error(
        "{call} was not {awaited} within {seconds} s; the transaction {} may still be until block {} (it has the nonce {} of {})",
        .transaction.hash, .transaction.last, .transaction.nonce, .transaction.account
    )]
    TimedOut {
        /// The call.
        call: String,
        /// The transaction.
        transaction: Transaction,
        /// `included` or `finalised`.
        awaited: &'static str,
        /// The time waited.
        seconds: u64,
    },
    /// An event that the call always causes is missing.
    #[error(
        "{call} succeeded without its event {event}: the client does not know this runtime well enough"
    )]
    MissingEvent {
        /// The call.
        call: String,
        /// The event.
        event: &'static str,
    },
    /// Something is not on chain.
    #[error("the chain has no {what}")]
    NotFound {
        /// The record looked for.
        what: String,
        /// Another place to look.
        hint: Option<String>,
    },
    /// A stored value has another shape than this client knows.
    #[error("cannot read {what} of the chain: {reason}")]
    Shape {
        /// The storage item or event.
        what: String,
        /// The reason.
        reason: String,
    },
    /// The client itself refuses, before anything is sent.
    #[error("{message}")]
    Refusal {
        /// The reason.
        message: String,
        /// The remedy.
        hint: String,
    },
    /// A job's input.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The signer.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// An amount.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// A call is done on chain, and reading its result failed.
    #[error("{call} is done (transaction {tx_hash} in block {block}), but then: {source}")]
    AfterCall {
        /// The call, `Pallet.call`.
        call: String,
        /// Its transaction.
        tx_hash: String,
        /// The number of its block.
        block: u64,
        /// The failure.
        source: Box<ChainError>,
    },
}

/// The facts about a transaction that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Its hash, `0x` and hex.
    pub hash: String,
    /// The account that signed it.
    pub account: String,
    /// Its nonce.
    pub nonce: u64,
    /// The last block that can include it.
    pub last: u64,
}

impl Transaction {
    /// The way to find out what became of it.
    fn search(&self) -> String {
        format!(
            "do not send it again before you know: `zkinfer chain status transaction {}` looks for it; what is in no block after block {} never will be",
            self.hash, self.last
        )
    }
}

impl ChainError {
    /// Wraps an error of subxt with what was being done.
    pub fn node<E: Into<subxt::Error>>(doing: &'static str) -> impl FnOnce(E) -> Self {
        move |source| Self::Node { doing, source: Box::new(source.into()) }
    }

    /// Adds to an error that a call before it is done on chain.
    pub fn after(self, sent: &Succeeded) -> Self {
        Self::AfterCall {
            call: sent.call().to_owned(),
            tx_hash: sent.included.tx_hash.clone(),
            block: sent.included.block,
            source: Box::new(self),
        }
    }

    /// A refusal of the client's own, before anything is sent.
    pub fn refusal(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Refusal { message: message.into(), hint: hint.into() }
    }

    /// The remedy.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unreachable { .. } => Some(
                "start a node (zkinfer-node --dev --tmp), or name another with option `url` or ZKINFER_URL".into(),
            ),
            Self::NotANode { .. } => Some(
                "name a node of a zkinfer chain with option `url` or ZKINFER_URL, by the port of its RPC server (ws://127.0.0.1:9944)".into(),
            ),
            Self::Url(error) => Some(error.hint()),
            Self::AfterCall { source, .. } => {
                let remedy = source.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
                Some(format!("do not send it again{remedy}"))
            }
            Self::OtherChain { .. } => Some(
                "what belongs to the chain that was there is good for that chain alone: name a node of it with option `url`".into(),
            ),
            Self::NotSent { source, .. } => source.hint().or_else(|| {
                Some("nothing is paid: run it again, or name another node with option `url`".into())
            }),
            Self::Uncertain { transaction, .. } => Some(transaction.search()),
            Self::Replaced { .. } => Some(
                "another program uses the same account: nothing is paid for this call; send it again".into(),
            ),
            Self::Outlived { .. } => Some("nothing is paid for it; send it again".into()),
            Self::NotOurs { .. } => Some(
                "name a zkinfer chain with option `url`; a chain with an older or newer runtime needs the client that belongs to it".into(),
            ),
            Self::Refused { hint, .. } | Self::NotFound { hint, .. } => hint.clone(),
            Self::Dispatch { error, .. } => hints::for_dispatch_error(error).map(str::to_owned),
            Self::TimedOut { transaction, .. } => {
                Some(format!("{}; a chain without new blocks never includes it", transaction.search()))
            }
            Self::Refusal { hint, .. } => Some(hint.clone()),
            Self::Layout { .. } => {
                Some("wait for the chain's upgrade, or use the client that belongs to its version".into())
            }
            Self::Input(error) => Some(error.hint()),
            Self::Signer(error) => error.hint(),
            Self::MissingEvent { .. } | Self::Shape { .. } => {
                Some("use the client that belongs to this chain's version".into())
            }
            Self::Node { .. } => Some("check the connection and the node, or name another node with option `url`".into()),
            Self::NoBlocks { .. } | Self::Amount(_) => None,
        }
    }
}

/// The words of an error of subxt, without what each of its layers puts before them.
pub(super) fn plain(error: &subxt::Error) -> String {
    let layers =
        ["Other RPC client error: ", "Backend error: ", "RPC error: client error: ", "RPC error: "];
    layers.iter().fold(error.to_string(), |words, layer| words.replace(layer, ""))
}

/// The runtime's documentation of an error as part of a message.
fn docs(documentation: &str) -> String {
    if documentation.is_empty() {
        String::new()
    } else {
        format!(": {}", documentation.trim_end_matches('.'))
    }
}
