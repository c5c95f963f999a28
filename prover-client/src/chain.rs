//! The on-chain half of the client.
//!
//! - [`account`]: accounts as people name them
//! - [`amount`]: amounts of the chain's token as people write them
//! - [`calls`]: the pallet's calls
//! - [`connection`]: the node, its chain and its state at the best block
//! - [`error`]: what can go wrong, and [`hints`]: what to do about it
//! - [`signer`]: who signs
//! - [`submit`]: signing, sending, waiting; fees and events

pub mod account;
pub mod amount;
pub mod calls;
pub mod connection;
pub mod error;
pub mod hints;
pub mod signer;
pub mod submit;

/// Serialises balances as text: JSON numbers lose digits beyond 2^53 in many readers.
pub fn as_text<S: serde::Serializer>(value: &u128, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
