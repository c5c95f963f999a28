//! What can go wrong between client and chain, and what to do about it.

use super::{amount::AmountError, hints, input::InputError, signer::SignerError};

/// An error of the on-chain half. [`ChainError::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// No node answers.
    #[error("no node answers at {url}: {source}")]
    Unreachable {
        /// Where it should be.
        url: String,
        /// What the connection says.
        source: Box<subxt::Error>,
    },
    /// Plain text over a network.
    #[error("{url} would carry everything unencrypted over a network")]
    InsecureUrl {
        /// The URL.
        url: String,
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
        /// What it lacks.
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
    #[error("{doing}: {source}")]
    Node {
        /// What we did.
        doing: &'static str,
        /// What subxt says.
        source: Box<subxt::Error>,
    },
    /// The node does not take the transaction.
    #[error("the node refuses {call}: {reason}")]
    Refused {
        /// The call.
        call: String,
        /// Why.
        reason: String,
        /// What to do.
        hint: Option<String>,
    },
    /// The transaction was included and its call failed. The fee is paid.
    #[error("{call} failed on chain with {error}{}", docs(.documentation))]
    Dispatch {
        /// The call.
        call: String,
        /// `Pallet::Error`.
        error: String,
        /// The runtime's own words on the error.
        documentation: String,
        /// Where it was included and what it cost.
        receipt: Box<super::submit::Included>,
    },
    /// The transaction was not included in time. It may still be.
    #[error("{call} (transaction {tx_hash}) was not {awaited} within {seconds} s")]
    TimedOut {
        /// The call.
        call: String,
        /// The transaction.
        tx_hash: String,
        /// `included` or `finalised`.
        awaited: &'static str,
        /// How long we waited.
        seconds: u64,
    },
    /// An event that the call always causes is missing.
    #[error("{call} succeeded without its event {event}: the client does not know this runtime well enough")]
    MissingEvent {
        /// The call.
        call: String,
        /// The event.
        event: &'static str,
    },
    /// Something is not on chain.
    #[error("the chain has no {what}")]
    NotFound {
        /// What was looked for.
        what: String,
        /// Where else to look.
        hint: Option<String>,
    },
    /// A stored value has another shape than this client knows.
    #[error("cannot read {what} of the chain: {reason}")]
    Shape {
        /// The storage item or event.
        what: String,
        /// Why.
        reason: String,
    },
    /// The client itself refuses, before anything is sent.
    #[error("{message}")]
    Refusal {
        /// Why.
        message: String,
        /// What to do.
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
}

impl ChainError {
    /// Wraps an error of subxt with what was being done.
    pub(crate) fn node<E: Into<subxt::Error>>(doing: &'static str) -> impl FnOnce(E) -> Self {
        move |source| Self::Node { doing, source: Box::new(source.into()) }
    }

    /// A refusal of the client's own, before anything is sent.
    pub fn refusal(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Refusal { message: message.into(), hint: hint.into() }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unreachable { .. } => Some(
                "start a node (zkinfer-node --dev --tmp), or name another with --url or ZKINFER_URL".into(),
            ),
            Self::InsecureUrl { .. } => Some("use wss://, or ws:// through a tunnel to 127.0.0.1".into()),
            Self::NotOurs { .. } => Some(
                "name a zkinfer chain with --url; a chain with an older or newer runtime needs the client that belongs to it".into(),
            ),
            Self::Refused { hint, .. } | Self::NotFound { hint, .. } => hint.clone(),
            Self::Dispatch { error, .. } => hints::for_dispatch_error(error).map(str::to_owned),
            Self::TimedOut { .. } => Some(
                "it may still be included: look with `zkinfer chain status` before you send it again; a chain without new blocks never includes it".into(),
            ),
            Self::Refusal { hint, .. } => Some(hint.clone()),
            Self::Layout { .. } => {
                Some("wait for the chain's upgrade, or use the client that belongs to its version".into())
            }
            Self::Input(error) => Some(error.hint()),
            Self::Signer(error) => error.hint(),
            Self::MissingEvent { .. } | Self::Shape { .. } => {
                Some("use the client that belongs to this chain's version".into())
            }
            Self::NoBlocks { .. } | Self::Node { .. } | Self::Amount(_) => None,
        }
    }
}

/// The runtime's documentation of an error as part of a message.
fn docs(documentation: &str) -> String {
    if documentation.is_empty() {
        String::new()
    } else {
        format!(": {}", documentation.trim_end_matches('.'))
    }
}
