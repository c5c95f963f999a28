//! The on-chain half of the client.
//!
//! - [`account`]: accounts as people name them
//! - [`amount`]: amounts of the chain's token as people write them
//! - [`calls`]: the pallet's calls
//! - [`connection`]: the node, its chain and its state at the best block
//! - [`error`]: what can go wrong, and [`hints`]: what to do about it
//! - [`signer`]: who signs
//! - [`submit`]: signing, sending, waiting; fees and events
//! - [`terms`]: a job's terms as a file, for proving without a connection
//! - [`hex_bytes`], [`text`]: how hashes and balances are written in JSON

pub mod account;
pub mod amount;
pub mod calls;
pub mod connection;
pub mod error;
pub mod hex_bytes;
pub mod hints;
pub mod signer;
pub mod submit;
pub mod terms;
pub mod text;
