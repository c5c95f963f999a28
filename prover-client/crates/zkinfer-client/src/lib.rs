//! A client of a zkinfer chain.
//!
//! - [`amount`]: amounts of the chain's token as people write them
//! - [`operations`]: register, request, claim, submit, attest: checked, sent and read
//! - [`session`]: a connection on behalf of one account
//! - [`calls`]: the pallet's calls
//! - [`connection`]: the node, its chain and its state at the best block
//! - [`link`]: the connection itself, and how long the node may take; [`url`]: where it is
//! - [`error`]: what can go wrong, and [`hints`]: what to do about it
//! - [`generators`]: what a chain has of Halo2's generators
//! - [`history`]: how a job ended, from the events of old blocks
//! - [`input`]: a job's input, opened and checked before anybody claims it
//! - [`signer`]: who signs
//! - [`submit`]: signing, sending, waiting; fees and events
//! - [`records`]: what the chain stores, [`events`]: what it says happened
//! - [`state_proof`]: what the state says, proved by a block's hash
//! - [`statement`]: what a proof must say on this chain, and the check of one before its fee is
//!   paid
//! - [`text`]: how balances are written in JSON
//! - [`view`]: the pallet's view functions
#![doc = include_str!("../README.md")]

pub mod amount;
pub mod calls;
pub mod connection;
pub mod error;
pub mod events;
pub mod generators;
pub mod hints;
pub mod history;
pub mod input;
pub mod link;
pub mod operations;
pub mod records;
pub mod session;
pub mod signer;
pub mod state_proof;
pub mod statement;
pub mod submit;
pub mod text;
pub mod url;
pub mod view;
