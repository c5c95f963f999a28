//! What the pallet stores.
//!
//! - [`Model`], [`ModelVersion`], [`StoredKey`]: what a model owner registers
//! - [`Prover`], [`Unbonding`]: a prover's stake
//! - [`Job`], [`Payload`], [`JobState`]: what a requester asks for
//! - [`Receipt`]: what remains of a completed job
//! - [`Rejection`]: why a proof was rejected
//!
//! Enums that later work extends carry explicit codec indices.
// The codec's derive casts variant indices to bytes; it refuses indices that do not fit when it runs.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
    BoundedVec, CloneNoBound, DebugNoBound, DefaultNoBound, EqNoBound, PartialEqNoBound,
    traits::{ConstU32, Get, fungible},
};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use zkinfer_primitives::{
    InputCommitment, ManifestHash, ModelCommitment, ModelHash, ModelVersionId, Output, PayloadHash,
    ProofSystem, StatementVersion, TermsHash, Trust, VerifyingKey, Version, Visibility, VkHash, blake2b_256,
};
use zkinfer_verifier::{
    error::{PointFault, ProofElement, VerifyError},
    groth16::PREPARED_LEN,
};

use crate::Config;

/// An account.
pub type AccountIdOf<T> = <T as frame_system::Config>::AccountId;
/// An amount of the chain's token, in its smallest unit.
pub type BalanceOf<T> = <<T as Config>::Currency as fungible::Inspect<AccountIdOf<T>>>::Balance;
/// Money that has left an account and has no owner yet.
pub type CreditOf<T> = fungible::Credit<AccountIdOf<T>, <T as Config>::Currency>;
/// A short list of provers.
pub type ProverList<T> = BoundedVec<AccountIdOf<T>, <T as Config>::MaxProvers>;
/// A verifying key in the form that verification reads.
pub type PreparedKey = BoundedVec<u8, ConstU32<{ PREPARED_LEN as u32 }>>;
/// [`Payload`] with the pallet's bound.
pub type PayloadOf<T> = Payload<<T as Config>::MaxPayload>;

/// A model: its owner, and how many versions there are.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Model<AccountId> {
    /// Who registered it and is paid its price.
    pub owner: AccountId,
    /// How many versions it has: they are numbered from 0.
    pub versions: Version,
}

/// Whether a version takes new jobs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum VersionStatus {
    /// It does.
    #[codec(index = 0)]
    Active,
    /// It does not; jobs that run are finished.
    #[codec(index = 1)]
    Retired,
}

/// One version of a model. Never edited, only added or retired.
#[derive(
    CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[codec(mel_bound())]
#[scale_info(skip_type_params(T))]
pub struct ModelVersion<T: Config> {
    /// Hash of the model file, weights included, which stays off chain.
    pub model_hash: ModelHash,
    /// Hash of the public manifest, which holds no weights.
    pub manifest_hash: ManifestHash,
    /// Commitment to the weights inside the proof; none in version 1 of the statement.
    pub model_commitment: Option<ModelCommitment>,
    /// What the circuit proves.
    pub statement: StatementVersion,
    /// How it proves it.
    pub proof_system: ProofSystem,
    /// The verifying key.
    pub vk_hash: VkHash,
    /// Who could forge.
    pub trust: Trust,
    /// Whether the weights are published.
    pub visibility: Visibility,
    /// What the owner is paid for each completed job.
    pub price: BalanceOf<T>,
    /// Who may prove; anybody with a bond when none.
    pub allowed_provers: Option<ProverList<T>>,
    /// Whether it takes new jobs.
    pub status: VersionStatus,
    /// What the owner's account holds for it.
    pub deposit: BalanceOf<T>,
}

/// A verifying key, validated when it was registered, with what verification reads.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct StoredKey<AccountId, Balance> {
    /// The key as it was registered.
    pub key: VerifyingKey,
    /// The key prepared for verification. Made by this pallet, never taken from a caller.
    pub prepared: PreparedKey,
    /// How many model versions and live jobs use it. It goes when none does.
    pub references: u32,
    /// Who registered it first, and holds its deposit.
    pub depositor: AccountId,
    /// What the depositor's account holds for it.
    pub deposit: Balance,
}

/// A part of a bond on its way out. It stays slashable until it is withdrawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Unbonding<Balance, BlockNumber> {
    /// How much.
    pub amount: Balance,
    /// First block in which it can be withdrawn.
    pub at: BlockNumber,
}

/// A prover's stake. The account holds `bond` and every unbonding part as `ProverBond`.
#[derive(
    CloneNoBound,
    PartialEqNoBound,
    EqNoBound,
    DebugNoBound,
    DefaultNoBound,
    Encode,
    Decode,
    MaxEncodedLen,
    TypeInfo,
)]
#[codec(mel_bound())]
#[scale_info(skip_type_params(T))]
pub struct Prover<T: Config> {
    /// What is bonded, locked or not.
    pub bond: BalanceOf<T>,
    /// How much of the bond claims have locked. Never more than the bond.
    pub locked: BalanceOf<T>,
    /// What is on its way out.
    pub unbonding: BoundedVec<Unbonding<BalanceOf<T>, BlockNumberFor<T>>, T::MaxUnbonding>,
    /// Key to which requesters encrypt inputs. Reserved.
    pub encryption_key: Option<[u8; 32]>,
}

/// How a job's prover gets the input.
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
#[scale_info(skip_type_params(MaxLen))]
pub enum Payload<MaxLen: Get<u32>> {
    /// Off chain, from the requester.
    #[codec(index = 0)]
    None,
    /// From the chain, in the clear: the bytes of the commitment's opening.
    #[codec(index = 1)]
    Public(BoundedVec<u8, MaxLen>),
    // Index 2 is reserved: encrypted to the named provers.
}

impl<MaxLen: Get<u32>> Payload<MaxLen> {
    /// Blake2b-256 of the SCALE encoding, as the job's terms name it.
    pub fn hash(&self) -> PayloadHash {
        PayloadHash(blake2b_256(&self.encode()))
    }

    /// Bytes that the payload carries.
    pub fn carried(&self) -> u32 {
        match self {
            Payload::None => 0,
            Payload::Public(bytes) => u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        }
    }
}

/// Where a live job stands. A job that has ended is no longer stored; see the pallet's state machine.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum JobState<AccountId, Balance, BlockNumber> {
    /// Nobody has claimed it. Left by `claim`, by `cancel` and, past the deadline, by `expire`.
    #[codec(index = 0)]
    Open,
    /// A prover owes the proof. Left by `submit` and, after the grace, by `expire`.
    #[codec(index = 1)]
    Claimed {
        /// Who claimed it.
        prover: AccountId,
        /// Last block for the proof, before the grace.
        until: BlockNumber,
        /// How much of the prover's bond the claim locks.
        lock: Balance,
    },
    // Indices 2 to 4 are reserved: ended jobs, should they ever be kept.
}

/// The state of one of this pallet's jobs.
pub type JobStateOf<T> = JobState<AccountIdOf<T>, BalanceOf<T>, BlockNumberFor<T>>;

/// A live job.
#[derive(
    CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[codec(mel_bound())]
#[scale_info(skip_type_params(T))]
pub struct Job<T: Config> {
    /// Who asks and pays.
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
    /// How the prover gets the input.
    pub payload: PayloadOf<T>,
    /// What is in escrow: the price and the prover's pay.
    pub reward: BalanceOf<T>,
    /// How much of the reward goes to the model's owner; fixed when the job was requested.
    pub price: BalanceOf<T>,
    /// Last block of the job.
    pub deadline: BlockNumberFor<T>,
    /// Who may claim; all that the version allows when none.
    pub provers: Option<ProverList<T>>,
    /// What the requester's account holds for the job's bytes.
    pub deposit: BalanceOf<T>,
    /// Where it stands.
    pub state: JobStateOf<T>,
}

impl<T: Config> Job<T> {
    /// Whether the job names its provers. Such a job ends when a claim fails; others open again.
    pub fn is_directed(&self) -> bool {
        self.provers.is_some()
    }
}

/// What remains of a completed job.
#[derive(
    CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[codec(mel_bound())]
#[scale_info(skip_type_params(T))]
pub struct Receipt<T: Config> {
    /// Who asked and paid, and whose account holds the receipt's deposit.
    pub requester: AccountIdOf<T>,
    /// The model version that answered.
    pub version: ModelVersionId,
    /// Hash of the job's terms.
    pub terms_hash: TermsHash,
    /// Commitment to the input.
    pub input_commitment: InputCommitment,
    /// The answer.
    pub output: Output,
    /// Who proved it.
    pub prover: AccountIdOf<T>,
    /// The block in which the chain verified the proof.
    pub block: BlockNumberFor<T>,
    /// What the requester paid in all.
    pub reward: BalanceOf<T>,
    /// How much of it went to the model's owner.
    pub price: BalanceOf<T>,
    /// What the requester's account holds for the receipt's bytes.
    pub deposit: BalanceOf<T>,
}

/// Why a proof was rejected, and its prover slashed.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Rejection {
    /// The bytes are a proof, and it does not hold for this job, output, account and chain.
    #[codec(index = 0)]
    DoesNotVerify,
    /// A point is not the canonical compressed encoding of a point on the curve.
    #[codec(index = 1)]
    NotOnCurve(ProofPoint),
    /// A point is outside the subgroup of prime order.
    #[codec(index = 2)]
    WrongSubgroup(ProofPoint),
    /// A point is the identity.
    #[codec(index = 3)]
    Identity(ProofPoint),
}

/// A point of a Groth16 proof.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum ProofPoint {
    /// Bytes 0 to 48.
    #[codec(index = 0)]
    A,
    /// Bytes 48 to 144.
    #[codec(index = 1)]
    B,
    /// Bytes 144 to 192.
    #[codec(index = 2)]
    C,
}

impl Rejection {
    /// The proof's fault, or `None` when the verifier's own storage, inputs or host are to blame: nobody is slashed
    /// for those.
    pub fn blaming_proof(error: VerifyError) -> Option<Self> {
        let VerifyError::Proof(error) = error else {
            return matches!(error, VerifyError::Rejected).then_some(Self::DoesNotVerify);
        };
        let point = match error.element {
            ProofElement::A => ProofPoint::A,
            ProofElement::B => ProofPoint::B,
            ProofElement::C => ProofPoint::C,
        };
        Some(match error.fault {
            PointFault::Encoding => Self::NotOnCurve(point),
            PointFault::Subgroup => Self::WrongSubgroup(point),
            PointFault::Identity => Self::Identity(point),
        })
    }
}

/// A prover as a reader wants it.
#[derive(
    CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[codec(mel_bound())]
#[scale_info(skip_type_params(T))]
pub struct ProverInfo<T: Config> {
    /// The record.
    pub prover: Prover<T>,
    /// What new claims can lock: bond less locked.
    pub free: BalanceOf<T>,
}
