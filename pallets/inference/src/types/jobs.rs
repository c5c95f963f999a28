//! A request for an answer.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
    BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound, traits::Get,
};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use sp_runtime::traits::Saturating;
use zkinfer_primitives::{
    EncryptionKey, InputCommitment, JobId, ModelVersionId, Output, PayloadHash, Proof, TermsHash,
    VkHash, blake2b_256,
};

use super::{AccountIdOf, BalanceOf, ProverList};
use crate::Config;

/// [`Payload`] with the pallet's bounds.
pub type PayloadOf<T> = Payload<<T as Config>::MaxPayload, <T as Config>::MaxProvers>;

/// The delivery of a job's input to its prover.
#[derive(
    CloneNoBound,
    PartialEqNoBound,
    EqNoBound,
    DebugNoBound,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[codec(mel_bound())]
#[scale_info(skip_type_params(MaxLen, MaxRecipients), capture_docs = "always")]
pub enum Payload<MaxLen: Get<u32>, MaxRecipients: Get<u32>> {
    /// Off chain, from the requester.
    #[codec(index = 0)]
    None,
    /// From the chain, in the clear: the bytes of the commitment's opening.
    #[codec(index = 1)]
    Public(BoundedVec<u8, MaxLen>),
    /// From the chain, encrypted to the job's provers: one recipient for each, in the order of the
    /// job's list.
    #[codec(index = 2)]
    Encrypted {
        /// The provers that can open it.
        recipients: BoundedVec<Recipient, MaxRecipients>,
        /// The opening's bytes under a content key that each recipient can unwrap.
        ciphertext: BoundedVec<u8, MaxLen>,
    },
}

/// The content key of an encrypted payload, for one prover: HPKE (RFC 9180), base mode,
/// DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305. The associated data bind chain,
/// requester, version, commitment and prover.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[scale_info(capture_docs = "always")]
pub struct Recipient {
    /// The prover's key to which it is encrypted: the one that stood in `Provers` when the job was
    /// requested.
    pub encryption_key: EncryptionKey,
    /// The KEM's encapsulated key.
    pub encapsulated: [u8; 32],
    /// The content key, encrypted: 32 bytes and a tag of 16.
    pub wrapped_key: [u8; 48],
}

impl<MaxLen: Get<u32>, MaxRecipients: Get<u32>> Payload<MaxLen, MaxRecipients> {
    /// Blake2b-256 of the SCALE encoding, as the job's terms name it.
    pub fn hash(&self) -> PayloadHash {
        PayloadHash(blake2b_256(&self.encode()))
    }

    /// Bytes that the payload carries.
    pub fn carried(&self) -> u32 {
        match self {
            Payload::None => 0,
            Payload::Public(bytes) | Payload::Encrypted { ciphertext: bytes, .. } => {
                count(bytes.len())
            }
        }
    }

    /// Recipients that the payload names.
    pub fn recipients(&self) -> u32 {
        match self {
            Payload::None | Payload::Public(_) => 0,
            Payload::Encrypted { recipients, .. } => count(recipients.len()),
        }
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The state of a live job. A job that has ended is no longer stored; see the pallet's state
/// machine.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
#[scale_info(capture_docs = "always")]
pub enum JobState<AccountId, Balance, BlockNumber> {
    /// Nobody has claimed it. Left by `claim`, by `cancel` and, past the deadline, by `expire`;
    /// `redirect` keeps it.
    #[codec(index = 0)]
    Open,
    /// A prover owes the proof. Left by `submit` and, after the grace, by `expire` and `redirect`.
    #[codec(index = 1)]
    Claimed {
        /// The account that claimed it.
        prover: AccountId,
        /// Last block for the proof, before the grace.
        until: BlockNumber,
        /// Last block of the grace, in which a proof is still good. Fixed by the claim;
        /// `LatestPause` can prolong both.
        last: BlockNumber,
        /// The part of the prover's bond that the claim locks.
        lock: Balance,
    },
    // Indices 2 to 4 are reserved: ended jobs, should they ever be kept.
}

/// The state of one of this pallet's jobs.
pub type JobStateOf<T> = JobState<AccountIdOf<T>, BalanceOf<T>, BlockNumberFor<T>>;

/// A stretch of blocks that included no transactions, with what it does to claims.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
#[scale_info(capture_docs = "always")]
pub struct Pause<BlockNumber> {
    /// First block without transactions. Claims that end here or later are prolonged.
    pub from: BlockNumber,
    /// Last block of those claims, if their own is not later: a claim's period after the first
    /// block with transactions.
    pub until: BlockNumber,
}

/// A pause of this pallet's chain.
pub type PauseOf<T> = Pause<BlockNumberFor<T>>;

/// A live job.
#[derive(
    CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[codec(mel_bound())]
#[scale_info(skip_type_params(T), capture_docs = "always")]
pub struct Job<T: Config> {
    /// The account that asks and pays.
    pub requester: AccountIdOf<T>,
    /// The requester's account nonce when it asked; one of the terms.
    pub nonce: u64,
    /// The model version that answers.
    pub version: ModelVersionId,
    /// Its verifying key.
    pub vk_hash: VkHash,
    /// Hash of the terms, which a claim and a submission name.
    pub terms_hash: TermsHash,
    /// Commitment to the input.
    pub input_commitment: InputCommitment,
    /// Hash of the payload, which stands in `Payloads`.
    pub payload_hash: PayloadHash,
    /// The amount in escrow: the price and the prover's pay.
    pub reward: BalanceOf<T>,
    /// The part of the reward that goes to the model's owner; fixed when the job was requested.
    pub price: BalanceOf<T>,
    /// Last block of the job.
    pub deadline: BlockNumberFor<T>,
    /// The account that may claim; all that the version allows when none.
    pub provers: Option<ProverList<T>>,
    /// The deposit for the job's bytes, held on the requester's account.
    pub deposit: BalanceOf<T>,
    /// Its place.
    pub state: JobStateOf<T>,
}

impl<T: Config> Job<T> {
    /// Returns what the prover is paid: the reward less the price.
    pub fn pay(&self) -> BalanceOf<T> {
        self.reward.saturating_sub(self.price)
    }

    /// Returns `true` if the job names its provers. Such a job ends when a claim fails; others open
    /// again.
    pub fn is_directed(&self) -> bool {
        self.provers.is_some()
    }
}

/// A batch with the pallet's bound.
pub type BatchOf<T> = BoundedVec<BatchItem, <T as Config>::MaxBatch>;

/// The answer to one job of a batch.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[scale_info(capture_docs = "always")]
pub struct BatchItem {
    /// The job.
    pub job: JobId,
    /// Hash of its terms.
    pub terms_hash: TermsHash,
    /// The answer.
    pub output: Output,
    /// The proof.
    pub proof: Proof,
}
