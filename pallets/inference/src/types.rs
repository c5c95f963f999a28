//! What the pallet stores.
//!
//! - [`Model`], [`ModelVersion`], [`StoredKey`]: what a model owner registers
//! - [`Prover`], [`Unbonding`]: a prover's stake
//! - [`Job`], [`Payload`], [`JobState`]: what a requester asks for
//! - [`Receipt`]: what remains of a completed job or an attestation; [`Rejection`]: why a proof was rejected
//! - [`MarketParameters`]: what the governing origin can change
//!
//! Enums that later work extends carry explicit codec indices.
// The codec's derive casts variant indices to bytes; it refuses indices that do not fit when it runs.
#![allow(clippy::cast_possible_truncation)]

mod jobs;
mod models;
mod parameters;
mod receipts;
mod stake;

pub use jobs::{Job, JobState, JobStateOf, Payload, PayloadOf, Recipient};
pub use models::{Model, ModelVersion, PreparedKey, StoredKey, VersionStatus};
pub use parameters::{MarketParameters, ParametersOf};
pub use receipts::{ProofPoint, Receipt, Rejection};
pub use stake::{Prover, ProverInfo, Unbonding};

use frame_support::{BoundedVec, traits::fungible};

use crate::Config;

/// An account.
pub type AccountIdOf<T> = <T as frame_system::Config>::AccountId;
/// An amount of the chain's token, in its smallest unit.
pub type BalanceOf<T> = <<T as Config>::Currency as fungible::Inspect<AccountIdOf<T>>>::Balance;
/// Money that has left an account and has no owner yet.
pub type CreditOf<T> = fungible::Credit<AccountIdOf<T>, <T as Config>::Currency>;
/// A short list of provers.
pub type ProverList<T> = BoundedVec<AccountIdOf<T>, <T as Config>::MaxProvers>;
