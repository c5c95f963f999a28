//! Receipts of completed jobs and attestations.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use zkinfer_primitives::{InputCommitment, ModelVersionId, Output, Purpose};

use super::{AccountIdOf, BalanceOf};
use crate::Config;

/// The receipt of a completed job, or of an attestation: a proof that its prover brought for
/// itself.
#[derive(
    CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[codec(mel_bound())]
#[scale_info(skip_type_params(T), capture_docs = "always")]
pub struct Receipt<T: Config> {
    /// The account that asked and paid, and whose account holds the receipt's deposit; of an
    /// attestation, its prover.
    pub requester: AccountIdOf<T>,
    /// The model version that answered.
    pub version: ModelVersionId,
    /// The purpose of the proof: the job with these terms, or an attestation under the prover's
    /// nonce.
    pub purpose: Purpose,
    /// Commitment to the input.
    pub input_commitment: InputCommitment,
    /// The answer.
    pub output: Output,
    /// The account that proved it.
    pub prover: AccountIdOf<T>,
    /// The block in which the chain verified the proof.
    pub block: BlockNumberFor<T>,
    /// The payment of the requester in all; zero for an attestation.
    pub reward: BalanceOf<T>,
    /// The part of it that went to the model's owner.
    pub price: BalanceOf<T>,
    /// The deposit for the receipt's bytes, held on the requester's account.
    pub deposit: BalanceOf<T>,
}
