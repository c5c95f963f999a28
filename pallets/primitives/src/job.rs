//! A request for an answer.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{InputCommitment, ModelVersionId, PayloadHash, TermsHash, VkHash, blake2b_256};

/// Number of a job, given in the order of requests.
pub type JobId = u64;

/// Domain of [`JobTerms::hash`].
pub const TERMS_DOMAIN: [u8; 16] = *b"zkinfer/terms/v1";

/// The terms that requester and prover agree on. A claim accepts them by their hash.
///
/// They hold what others than the requester decide, too (the job's number, the key and the price of
/// the version), so that no reorganisation can put another model or another split of the reward
/// under a claim; and the job's number makes them unique, so that no proof is ever good for two
/// jobs.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct JobTerms<AccountId, Balance, BlockNumber> {
    /// The account that asks and pays.
    pub requester: AccountId,
    /// The requester's account nonce when it asked.
    pub nonce: u64,
    /// The job's number.
    pub job: JobId,
    /// The model version that answers.
    pub version: ModelVersionId,
    /// Its verifying key.
    pub vk_hash: VkHash,
    /// Commitment to the input.
    pub input_commitment: InputCommitment,
    /// Hash of the payload that carries the input, or of the empty payload.
    pub payload_hash: PayloadHash,
    /// The amount that the requester put in escrow: the model's price and the prover's pay.
    pub reward: Balance,
    /// The part of it that goes to the model's owner.
    pub price: Balance,
    /// Last block of the job.
    pub deadline: BlockNumber,
}

impl<AccountId: Encode, Balance: Encode, BlockNumber: Encode>
    JobTerms<AccountId, Balance, BlockNumber>
{
    /// Blake2b-256 of SCALE([`TERMS_DOMAIN`], terms).
    pub fn hash(&self) -> TermsHash {
        TermsHash(blake2b_256(&(TERMS_DOMAIN, self).encode()))
    }
}
