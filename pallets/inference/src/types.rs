//! Stored types of the pallet.
//!
//! - [`Model`], [`ModelVersion`], [`StoredKey`]: what a model owner registers
//! - [`Prover`], [`Unbonding`]: a prover's stake
//! - [`Job`], [`Payload`], [`JobState`]: what a requester asks for
//! - [`BatchItem`]: one proof of several that are checked together
//! - [`Receipt`]: what remains of a completed job or an attestation; [`Rejection`]: why a proof was
//!   rejected
//! - [`Generators`]: public constants that Halo2's verification reads
//! - [`MarketParameters`]: what the governing origin can change
//!
//! Enums that later work extends carry explicit codec indices.
// The codec's derive casts variant indices to bytes; it refuses indices that do not fit when it
// runs.
#![allow(clippy::cast_possible_truncation)]

mod generators;
mod jobs;
mod models;
mod parameters;
mod receipts;
mod rejection;
mod stake;

pub use generators::{Generators, GeneratorsPart, LagrangePoints, TableChunk};
pub use jobs::{
    BatchItem, BatchOf, Job, JobState, JobStateOf, Pause, PauseOf, Payload, PayloadOf, Recipient,
};
pub use models::{Model, ModelVersion, PreparedKey, StoredKey, VersionStatus};
pub use parameters::{MarketParameters, ParametersOf};
pub use receipts::Receipt;
pub use rejection::{ProofPoint, Rejection};
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
