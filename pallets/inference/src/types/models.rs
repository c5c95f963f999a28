//! Models as their owners register them.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
    BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound, traits::ConstU32,
};
use scale_info::TypeInfo;
use zkinfer_primitives::{
    ManifestHash, ModelCommitment, ModelHash, ProofSystem, StatementVersion, Trust, VerifyingKey,
    Version, Visibility, VkHash, proof::HALO2_MAX_VK_LEN,
};
use zkinfer_verifier::groth16::PREPARED_LEN;

use super::{BalanceOf, ProverList};
use crate::Config;

/// Most bytes of a Halo2 key's prepared form: the digest, and the key with points of 64 bytes
/// instead of 32.
const HALO2_PREPARED_LEN: u32 = 32 + 2 * HALO2_MAX_VK_LEN;
const _: () =
    assert!(PREPARED_LEN <= HALO2_PREPARED_LEN as usize, "the longest prepared key is Halo2's");

/// A verifying key in the form that verification reads: the verifier crate's encoding.
pub type PreparedKey = BoundedVec<u8, ConstU32<HALO2_PREPARED_LEN>>;

/// A model: its owner, and how many versions there are.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
#[scale_info(capture_docs = "always")]
pub struct Model<AccountId> {
    /// The account that registered it and is paid its price.
    pub owner: AccountId,
    /// The number of its versions, which are numbered from 0.
    pub versions: Version,
}

/// `true` if a version takes new jobs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
#[scale_info(capture_docs = "always")]
pub enum VersionStatus {
    /// It does.
    #[codec(index = 0)]
    Active,
    /// It does not; jobs that run are finished. `retire_version` makes it so, and nothing undoes
    /// it.
    #[codec(index = 1)]
    Retired,
}

/// One version of a model. Never edited, only added or retired.
#[derive(
    CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[codec(mel_bound())]
#[scale_info(skip_type_params(T), capture_docs = "always")]
pub struct ModelVersion<T: Config> {
    /// Hash of the model file, weights included, which stays off chain.
    pub model_hash: ModelHash,
    /// Hash of the public manifest, which holds no weights.
    pub manifest_hash: ManifestHash,
    /// Commitment to the weights inside the proof; none in version 1 of the statement.
    pub model_commitment: Option<ModelCommitment>,
    /// The model that the circuit proves.
    pub statement: StatementVersion,
    /// The verifying key of the circuit.
    pub proof_system: ProofSystem,
    /// The verifying key.
    pub vk_hash: VkHash,
    /// The parties that could forge.
    pub trust: Trust,
    /// `true` if the weights are published.
    pub visibility: Visibility,
    /// The payment to the owner for each completed job.
    pub price: BalanceOf<T>,
    /// The account that may prove; anybody with a bond when none.
    pub allowed_provers: Option<ProverList<T>>,
    /// `true` if it takes new jobs.
    pub status: VersionStatus,
    /// The deposit for the version's bytes, held on the owner's account. The bytes stay: receipts
    /// name the version.
    pub deposit: BalanceOf<T>,
    /// The deposit for the key's bytes, held on the owner's account until the version is retired;
    /// each job of it holds as much, since it keeps the key stored. Each pays, shared key or not,
    /// so that nobody's money depends on what others do.
    pub key_deposit: BalanceOf<T>,
}

/// A verifying key, validated when it was registered, with what verification reads.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
#[scale_info(capture_docs = "always")]
pub struct StoredKey {
    /// The key as it was registered.
    pub key: VerifyingKey,
    /// The key prepared for verification. Made by this pallet, never taken from a caller.
    pub prepared: PreparedKey,
    /// The number of active model versions and live jobs that use it. It is removed when none does.
    pub references: u32,
}
