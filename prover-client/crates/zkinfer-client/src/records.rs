//! Records of the chain, as this client reads them: by field names, through the chain's own
//! metadata.
//!
//! - [`ModelVersion`], [`verifying_key`]: what owners register
//! - [`Prover`]: a stake; [`claims`]: what it owes
//! - [`Job`], [`JobState`], [`Payload`]: jobs that run; [`open_jobs`]: those to be had
//! - [`Receipt`]: completed jobs and attestations; [`Fate`]: what became of a job
//! - [`Parameters`]: what the governing origin can change
//! - `read`: the questions; `raw`: the shapes that the chain's metadata is matched against

mod parameters;
mod raw;
mod read;

pub use parameters::{Parameters, parameters};
pub use read::{
    attestation, claims, fate, free_nonce, has_generators, job, jobs, model_count, model_version,
    open_jobs, payload, prover, receipt, running, verifying_key, was_requested,
};

use std::fmt;

use codec::Encode;
use serde::{Serialize, Serializer};
use subxt::utils::AccountId32;
use zkinfer_primitives::{
    EncryptionKey, InputCommitment, JobId, ManifestHash, ModelHash, ModelVersionId, Output,
    PayloadHash, ProofSystem, Purpose, TermsHash, Trust, Visibility, VkHash, blake2b_256,
};

use zkinfer::{
    artefacts::hexadecimal,
    privacy::{Binding, Sealed},
};

/// A version of a model.
#[derive(Clone, Debug, Serialize)]
pub struct ModelVersion {
    /// Its number.
    #[serde(serialize_with = "serialize_version")]
    pub id: ModelVersionId,
    /// The account that registered the model and gets its price.
    pub owner: AccountId32,
    /// Hash of the model file.
    #[serde(with = "hexadecimal")]
    pub model_hash: ModelHash,
    /// Hash of the manifest.
    #[serde(with = "hexadecimal")]
    pub manifest_hash: ManifestHash,
    /// Hash of the verifying key.
    #[serde(with = "hexadecimal")]
    pub vk_hash: VkHash,
    /// The proof system.
    #[serde(serialize_with = "serialize_debug")]
    pub proof_system: ProofSystem,
    /// The parties that could forge.
    #[serde(serialize_with = "serialize_debug")]
    pub trust: Trust,
    /// `true` if the weights are published.
    #[serde(serialize_with = "serialize_debug")]
    pub visibility: Visibility,
    /// The owner's price for each answer, in planck.
    #[serde(with = "super::text")]
    pub price: u128,
    /// The account that may prove; `None` for anybody with a bond.
    pub allowed_provers: Option<Vec<AccountId32>>,
    /// `active` or `retired`.
    pub status: &'static str,
}

/// A prover's stake.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Prover {
    /// All of it, in planck.
    #[serde(with = "super::text")]
    pub bond: u128,
    /// The amount that claims have locked, in planck.
    #[serde(with = "super::text")]
    pub locked: u128,
    /// Amounts that are unbonding.
    pub unbonding: Vec<Unbonding>,
    /// Key to which requesters encrypt inputs, if the prover has set one.
    #[serde(serialize_with = "serialize_key")]
    pub encryption_key: Option<EncryptionKey>,
}

/// A part of a bond on its way out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unbonding {
    /// The amount, in planck.
    #[serde(with = "super::text")]
    pub amount: u128,
    /// First block in which it can be withdrawn.
    pub at: u32,
}

/// A job that runs.
#[derive(Clone, Debug, Serialize)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// The account that asks and pays.
    pub requester: AccountId32,
    /// The requester's account nonce when it asked.
    pub nonce: u64,
    /// The model version that answers.
    #[serde(serialize_with = "serialize_version")]
    pub version: ModelVersionId,
    /// Hash of its verifying key.
    #[serde(with = "hexadecimal")]
    pub vk_hash: VkHash,
    /// Commitment to the input.
    #[serde(with = "hexadecimal")]
    pub input_commitment: InputCommitment,
    /// Hash of the payload, which says how the prover gets the input: see [`payload`].
    #[serde(with = "hexadecimal")]
    pub payload_hash: PayloadHash,
    /// Escrow, in planck.
    #[serde(with = "super::text")]
    pub reward: u128,
    /// The part of it that goes to the model's owner, in planck.
    #[serde(with = "super::text")]
    pub price: u128,
    /// Last block.
    pub deadline: u32,
    /// The account that may claim; `None` for all that the version allows.
    pub provers: Option<Vec<AccountId32>>,
    /// Hash of the terms.
    #[serde(with = "hexadecimal")]
    pub terms_hash: TermsHash,
    /// Its place.
    pub state: JobState,
}

/// The delivery of a job's input to its prover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payload {
    /// From the requester, off chain.
    None,
    /// From the chain: the opening's bytes.
    Public(#[serde(serialize_with = "hexadecimal::serialize")] Vec<u8>),
    /// From the chain, for the job's provers alone.
    Encrypted(Sealed),
}

/// The state of a running job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "name")]
pub enum JobState {
    /// Nobody has claimed it.
    Open,
    /// A prover owes the proof.
    Claimed {
        /// The prover.
        prover: AccountId32,
        /// Last block for the proof, before the grace.
        until: u32,
        /// Last block of the grace, in which the proof is still good.
        last: u32,
        /// The locked part of the prover's bond, in planck.
        #[serde(with = "super::text")]
        lock: u128,
    },
}

/// The receipt of a completed job, or of a proof without one.
#[derive(Clone, Debug, Serialize)]
pub struct Receipt {
    /// The job, or the number that the attestation got.
    pub job: JobId,
    /// The account that asked and paid, and whose account holds the receipt's deposit; of an
    /// attestation, its prover.
    pub requester: AccountId32,
    /// The model version that answered.
    #[serde(serialize_with = "serialize_version")]
    pub version: ModelVersionId,
    /// The purpose of the proof.
    #[serde(serialize_with = "serialize_purpose")]
    pub purpose: Purpose,
    /// Commitment to the input.
    #[serde(with = "hexadecimal")]
    pub input_commitment: InputCommitment,
    /// The answer.
    #[serde(serialize_with = "serialize_debug")]
    pub output: Output,
    /// The account that proved it.
    pub prover: AccountId32,
    /// The block in which the chain verified the proof.
    pub block: u32,
    /// The requester's payment, in planck.
    #[serde(with = "super::text")]
    pub reward: u128,
    /// The part of it that went to the model's owner, in planck.
    #[serde(with = "super::text")]
    pub price: u128,
    /// The deposit for the receipt on the requester's account, in planck.
    #[serde(with = "super::text")]
    pub deposit: u128,
    /// Blake2b-256 of the receipt as the chain stores it; the event that announced it says the
    /// same.
    #[serde(with = "hexadecimal")]
    pub hash: [u8; 32],
}

/// The end of a job.
#[derive(Clone, Debug)]
pub enum Fate {
    /// It runs.
    Running(Box<Job>),
    /// It is completed.
    Completed(Box<Receipt>),
    /// Nothing is stored of it any more: it was cancelled, it expired, or its receipt was pruned.
    /// See [`super::history`].
    Ended,
}

impl Payload {
    /// Hash of the payload, as the terms name it: Blake2b-256 of its SCALE encoding.
    pub fn hash(&self) -> PayloadHash {
        PayloadHash(blake2b_256(&match self {
            Payload::None => 0u8.encode(),
            Payload::Public(bytes) => (1u8, bytes).encode(),
            Payload::Encrypted(sealed) => (2u8, sealed).encode(),
        }))
    }
}

impl Job {
    /// Returns the binding of an encrypted payload of this job.
    pub fn binding(&self, genesis_hash: [u8; 32]) -> Binding {
        Binding {
            genesis_hash,
            requester: self.requester,
            version: self.version,
            input_commitment: self.input_commitment,
        }
    }

    /// The last block in which anything can still become of the job; afterwards it waits for
    /// `expire`.
    pub fn last_block(&self) -> u32 {
        match self.state {
            JobState::Open => self.deadline,
            JobState::Claimed { last, .. } => last,
        }
    }

    /// The account that has claimed it, if somebody has.
    pub fn claimant(&self) -> Option<AccountId32> {
        match self.state {
            JobState::Claimed { prover, .. } => Some(prover),
            JobState::Open => None,
        }
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("open"),
            Self::Claimed { prover, until, .. } => {
                write!(f, "claimed by {prover} until block {until}")
            }
        }
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("off chain"),
            Self::Public(bytes) => write!(f, "public, {} bytes", bytes.len()),
            Self::Encrypted(sealed) => write!(
                f,
                "encrypted to {} prover(s), {} bytes",
                sealed.recipients.len(),
                sealed.ciphertext.len()
            ),
        }
    }
}

impl Prover {
    /// Returns the amount that new claims can lock: the bond less the locked part.
    pub fn free(&self) -> u128 {
        self.bond.saturating_sub(self.locked)
    }
}

fn serialize_version<S: Serializer>(id: &ModelVersionId, serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeStruct;
    let mut fields = serializer.serialize_struct("ModelVersionId", 2)?;
    fields.serialize_field("model", &id.model)?;
    fields.serialize_field("version", &id.version)?;
    fields.end()
}

fn serialize_debug<S: Serializer>(
    value: &impl fmt::Debug,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{value:?}"))
}

fn serialize_key<S: Serializer>(
    key: &Option<EncryptionKey>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match key {
        Some(key) => hexadecimal::serialize(key, serializer),
        None => serializer.serialize_none(),
    }
}

fn serialize_purpose<S: Serializer>(purpose: &Purpose, serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeMap;
    let mut map = serializer.serialize_map(Some(1))?;
    match purpose {
        Purpose::Job(terms) => map.serialize_entry("job", &hexadecimal::text(terms))?,
        Purpose::Attest(nonce) => map.serialize_entry("attest", nonce)?,
    }
    map.end()
}
