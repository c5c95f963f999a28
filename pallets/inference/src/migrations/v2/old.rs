//! The storage of version 1: what of it version 2 has otherwise. Frozen.
//!
//! `Models` and `Provers` are encoded as they were; so are the hashes and enums of the primitives,
//! whose indices are frozen.

use codec::{Decode, Encode};
use frame_support::{
    BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, Identity, PartialEqNoBound, Twox64Concat,
    storage_alias, traits::Get,
};
use frame_system::pallet_prelude::BlockNumberFor;
use zkinfer_primitives::{
    InputCommitment, JobId, ManifestHash, ModelCommitment, ModelHash, ModelId, ModelVersionId,
    Output, ProofSystem, StatementVersion, TermsHash, Trust, VerifyingKey, Version, Visibility,
    VkHash,
};
#[cfg(any(feature = "try-runtime", test))]
use zkinfer_primitives::{PayloadHash, blake2b_256, job::TERMS_DOMAIN};

use crate::{
    Config, Pallet,
    types::{AccountIdOf, BalanceOf, PreparedKey, ProverList, VersionStatus},
};

#[derive(CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode)]
pub struct ModelVersion<T: Config> {
    pub model_hash: ModelHash,
    pub manifest_hash: ManifestHash,
    pub model_commitment: Option<ModelCommitment>,
    pub statement: StatementVersion,
    pub proof_system: ProofSystem,
    pub vk_hash: VkHash,
    pub trust: Trust,
    pub visibility: Visibility,
    pub price: BalanceOf<T>,
    pub allowed_provers: Option<ProverList<T>>,
    pub status: VersionStatus,
    pub deposit: BalanceOf<T>,
}

#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct StoredKey<AccountId, Balance> {
    pub key: VerifyingKey,
    pub prepared: PreparedKey,
    pub references: u32,
    pub depositor: AccountId,
    pub deposit: Balance,
}

#[derive(CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode)]
pub enum Payload<MaxLen: Get<u32>> {
    #[codec(index = 0)]
    None,
    #[codec(index = 1)]
    Public(BoundedVec<u8, MaxLen>),
}

#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum JobState<AccountId, Balance, BlockNumber> {
    #[codec(index = 0)]
    Open,
    #[codec(index = 1)]
    Claimed { prover: AccountId, until: BlockNumber, lock: Balance },
}

#[derive(CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode)]
pub struct Job<T: Config> {
    pub requester: AccountIdOf<T>,
    pub nonce: u64,
    pub version: ModelVersionId,
    pub vk_hash: VkHash,
    pub terms_hash: TermsHash,
    pub input_commitment: InputCommitment,
    pub payload: Payload<T::MaxPayload>,
    pub reward: BalanceOf<T>,
    pub price: BalanceOf<T>,
    pub deadline: BlockNumberFor<T>,
    pub provers: Option<ProverList<T>>,
    pub deposit: BalanceOf<T>,
    pub state: JobStateOf<T>,
}

#[derive(CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode)]
pub struct Receipt<T: Config> {
    pub requester: AccountIdOf<T>,
    pub version: ModelVersionId,
    pub terms_hash: TermsHash,
    pub input_commitment: InputCommitment,
    pub output: Output,
    pub prover: AccountIdOf<T>,
    pub block: BlockNumberFor<T>,
    pub reward: BalanceOf<T>,
    pub price: BalanceOf<T>,
    pub deposit: BalanceOf<T>,
}

pub type StoredKeyOf<T> = StoredKey<AccountIdOf<T>, BalanceOf<T>>;
pub type JobStateOf<T> = JobState<AccountIdOf<T>, BalanceOf<T>, BlockNumberFor<T>>;

#[storage_alias]
pub type ModelVersions<T: Config> =
    StorageDoubleMap<Pallet<T>, Twox64Concat, ModelId, Twox64Concat, Version, ModelVersion<T>>;
#[storage_alias]
pub type VerifyingKeys<T: Config> = StorageMap<Pallet<T>, Identity, VkHash, StoredKeyOf<T>>;
#[storage_alias]
pub type Jobs<T: Config> = StorageMap<Pallet<T>, Twox64Concat, JobId, Job<T>>;
#[storage_alias]
pub type JobByTerms<T: Config> = StorageMap<Pallet<T>, Identity, TermsHash, JobId>;
#[storage_alias]
pub type Receipts<T: Config> = StorageMap<Pallet<T>, Twox64Concat, JobId, Receipt<T>>;

/// The first version after this one, in the order of storage.
pub fn version_after<T: Config>(
    done: Option<(ModelId, Version)>,
) -> Option<(ModelId, Version, ModelVersion<T>)> {
    let mut rest = match done {
        Some((model, version)) => {
            ModelVersions::<T>::iter_from(ModelVersions::<T>::hashed_key_for(model, version))
        }
        None => ModelVersions::<T>::iter(),
    };
    rest.next()
}

/// The first key after this one.
pub fn key_after<T: Config>(done: Option<VkHash>) -> Option<(VkHash, StoredKeyOf<T>)> {
    let mut rest = match done {
        Some(hash) => VerifyingKeys::<T>::iter_from(VerifyingKeys::<T>::hashed_key_for(hash)),
        None => VerifyingKeys::<T>::iter(),
    };
    rest.next()
}

/// The first job after this one.
pub fn job_after<T: Config>(done: Option<JobId>) -> Option<(JobId, Job<T>)> {
    let mut rest = match done {
        Some(job) => Jobs::<T>::iter_from(Jobs::<T>::hashed_key_for(job)),
        None => Jobs::<T>::iter(),
    };
    rest.next()
}

/// The first receipt after this one.
pub fn receipt_after<T: Config>(done: Option<JobId>) -> Option<(JobId, Receipt<T>)> {
    let mut rest = match done {
        Some(job) => Receipts::<T>::iter_from(Receipts::<T>::hashed_key_for(job)),
        None => Receipts::<T>::iter(),
    };
    rest.next()
}

/// The first terms after these.
pub fn terms_after<T: Config>(done: Option<TermsHash>) -> Option<TermsHash> {
    let mut rest = match done {
        Some(terms) => JobByTerms::<T>::iter_keys_from(JobByTerms::<T>::hashed_key_for(terms)),
        None => JobByTerms::<T>::iter_keys(),
    };
    rest.next()
}

/// The hash that version 1 gave to a job's terms.
#[cfg(any(feature = "try-runtime", test))]
pub fn terms_hash<T: Config>(job: &crate::types::Job<T>) -> TermsHash {
    #[derive(Encode)]
    struct JobTerms<AccountId, Balance, BlockNumber> {
        requester: AccountId,
        nonce: u64,
        version: ModelVersionId,
        input_commitment: InputCommitment,
        payload_hash: PayloadHash,
        reward: Balance,
        deadline: BlockNumber,
    }
    let terms = JobTerms {
        requester: job.requester.clone(),
        nonce: job.nonce,
        version: job.version,
        input_commitment: job.input_commitment,
        payload_hash: job.payload_hash,
        reward: job.reward,
        deadline: job.deadline,
    };
    TermsHash(blake2b_256(&(TERMS_DOMAIN, terms).encode()))
}
