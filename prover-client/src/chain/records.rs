//! What the chain stores, as this client reads it: by field names, through the chain's own metadata.
//!
//! - [`ModelVersion`], [`verifying_key`]: what owners register
//! - [`Prover`]: a stake
//! - [`Job`], [`JobState`], [`Payload`]: jobs that run; [`Receipt`]: completed jobs; [`Fate`]: what became of a job
//! - `raw`: the shapes that the chain's metadata is matched against

mod raw;

use std::fmt;

use codec::Encode;
use serde::{Serialize, Serializer};
use subxt::{
    dynamic,
    ext::{
        frame_decode::helpers::{IntoDecodableValues, IntoEncodableValues},
        scale_decode::DecodeAsType,
    },
    utils::AccountId32,
};
use zkinfer_primitives::{
    InputCommitment, JobId, ManifestHash, ModelHash, ModelVersionId, Output, PayloadHash, ProofSystem,
    TermsHash, Trust, VerifyingKey, Visibility, VkHash, blake2b_256,
};

use super::{
    amount::Token,
    connection::{AtBlock, PALLET},
    error::ChainError,
};
use crate::{artefacts::hexadecimal, output::Page};

/// A version of a model.
#[derive(Clone, Debug, Serialize)]
pub struct ModelVersion {
    /// Its number.
    #[serde(serialize_with = "serialize_version")]
    pub id: ModelVersionId,
    /// Who registered the model and gets its price.
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
    /// Who could forge.
    #[serde(serialize_with = "serialize_debug")]
    pub trust: Trust,
    /// Whether the weights are published.
    #[serde(serialize_with = "serialize_debug")]
    pub visibility: Visibility,
    /// What the owner gets for each answer, in planck.
    #[serde(with = "super::text")]
    pub price: u128,
    /// Who may prove; `None` for anybody with a bond.
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
    /// What claims have locked, in planck.
    #[serde(with = "super::text")]
    pub locked: u128,
    /// What is on its way out.
    pub unbonding: Vec<Unbonding>,
}

/// A part of a bond on its way out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unbonding {
    /// How much, in planck.
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
    /// Who asks and pays.
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
    /// How the prover gets the input.
    pub payload: Payload,
    /// Escrow, in planck.
    #[serde(with = "super::text")]
    pub reward: u128,
    /// How much of it goes to the model's owner, in planck.
    #[serde(with = "super::text")]
    pub price: u128,
    /// Last block.
    pub deadline: u32,
    /// Who may claim; `None` for all that the version allows.
    pub provers: Option<Vec<AccountId32>>,
    /// Hash of the terms.
    #[serde(with = "hexadecimal")]
    pub terms_hash: TermsHash,
    /// Where it stands.
    pub state: JobState,
}

/// How a job's prover gets the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payload {
    /// From the requester, off chain.
    None,
    /// From the chain: the opening's bytes.
    Public(#[serde(serialize_with = "hexadecimal::serialize")] Vec<u8>),
}

/// Where a job that runs stands.
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
        /// How much of the prover's bond is locked, in planck.
        #[serde(with = "super::text")]
        lock: u128,
    },
}

/// What remains of a completed job.
#[derive(Clone, Debug, Serialize)]
pub struct Receipt {
    /// The job.
    pub job: JobId,
    /// Who asked and paid.
    pub requester: AccountId32,
    /// The model version that answered.
    #[serde(serialize_with = "serialize_version")]
    pub version: ModelVersionId,
    /// Hash of the terms.
    #[serde(with = "hexadecimal")]
    pub terms_hash: TermsHash,
    /// Commitment to the input.
    #[serde(with = "hexadecimal")]
    pub input_commitment: InputCommitment,
    /// The answer.
    #[serde(serialize_with = "serialize_debug")]
    pub output: Output,
    /// Who proved it.
    pub prover: AccountId32,
    /// The block in which the chain verified the proof.
    pub block: u32,
    /// What the requester paid, in planck.
    #[serde(with = "super::text")]
    pub reward: u128,
    /// How much of it went to the model's owner, in planck.
    #[serde(with = "super::text")]
    pub price: u128,
}

/// What became of a job.
#[derive(Clone, Debug)]
pub enum Fate {
    /// It runs.
    Running(Box<Job>),
    /// It is completed.
    Completed(Box<Receipt>),
    /// It was cancelled or expired: the chain keeps an event of it, and nothing else.
    Ended,
}

impl Job {
    /// Hash of the payload, as the terms name it: Blake2b-256 of its SCALE encoding.
    pub fn payload_hash(&self) -> PayloadHash {
        PayloadHash(blake2b_256(&match &self.payload {
            Payload::None => 0u8.encode(),
            Payload::Public(bytes) => (1u8, bytes).encode(),
        }))
    }

    /// Who has claimed it, if somebody has.
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
            Self::Claimed { prover, until, .. } => write!(f, "claimed by {prover} until block {until}"),
        }
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("off chain"),
            Self::Public(bytes) => write!(f, "public, {} bytes", bytes.len()),
        }
    }
}

impl Prover {
    /// Lays the stake out.
    pub fn page(&self, page: &mut Page, token: &Token) {
        page.field("bond", token.format(self.bond));
        page.field("locked by claims", token.format(self.locked));
        for part in &self.unbonding {
            page.field("on its way out", format!("{} from block {}", token.format(part.amount), part.at));
        }
    }
}

/// A version of a model.
///
/// # Errors
/// When the chain has none of this number, or the node does not answer.
pub async fn model_version(at: &AtBlock, id: ModelVersionId) -> Result<ModelVersion, ChainError> {
    let not_found = || ChainError::NotFound {
        what: format!("model {} version {}", id.model, id.version),
        hint: Some("ask the model's owner for its number, which `zkinfer chain register` printed".into()),
    };
    let model: raw::Model = fetch(at, "Models", (id.model,)).await?.ok_or_else(not_found)?;
    let version: Option<raw::ModelVersion> = fetch(at, "ModelVersions", (id.model, id.version)).await?;
    Ok(version.ok_or_else(not_found)?.with(id, model.owner))
}

/// How many models are registered.
///
/// # Errors
/// When the node does not answer.
pub async fn model_count(at: &AtBlock) -> Result<u32, ChainError> {
    Ok(fetch(at, "NextModelId", ()).await?.unwrap_or_default())
}

/// A verifying key by its hash, checked to have it.
///
/// # Errors
/// When the chain has none of this hash, or the node does not answer.
pub async fn verifying_key(at: &AtBlock, hash: &VkHash) -> Result<VerifyingKey, ChainError> {
    let not_found = || ChainError::NotFound { what: format!("verifying key {hash}"), hint: None };
    let stored: raw::StoredKey = fetch(at, "VerifyingKeys", (hash.0,)).await?.ok_or_else(not_found)?;
    let key = stored.key.0;
    if key.hash() == *hash { Ok(key) } else { Err(not_found()) }
}

/// A prover's stake, if it has one.
///
/// # Errors
/// When the node does not answer.
pub async fn prover(at: &AtBlock, account: &AccountId32) -> Result<Option<Prover>, ChainError> {
    let prover: Option<raw::Prover> = fetch(at, "Provers", (account.0,)).await?;
    Ok(prover.map(Into::into))
}

/// What became of a job.
///
/// # Errors
/// When the chain never had a job of this number, or the node does not answer.
pub async fn fate(at: &AtBlock, id: JobId) -> Result<Fate, ChainError> {
    if let Some(job) = fetch::<_, raw::Job>(at, "Jobs", (id,)).await? {
        return Ok(Fate::Running(Box::new(job.with(id))));
    }
    if let Some(receipt) = fetch::<_, raw::Receipt>(at, "Receipts", (id,)).await? {
        return Ok(Fate::Completed(Box::new(receipt.with(id))));
    }
    let next: u64 = fetch(at, "NextJobId", ()).await?.unwrap_or_default();
    if id < next {
        return Ok(Fate::Ended);
    }
    Err(ChainError::NotFound {
        what: format!("job {id}"),
        hint: Some("list the jobs that run with `zkinfer chain status`".into()),
    })
}

/// A job that runs.
///
/// # Errors
/// When it does not, or not any more, or the node does not answer.
pub async fn job(at: &AtBlock, id: JobId) -> Result<Job, ChainError> {
    let over = |how: &str| {
        ChainError::refusal(
            format!("job {id} is over: it is {how}"),
            "list the jobs that run with `zkinfer chain status`",
        )
    };
    match fate(at, id).await? {
        Fate::Running(job) => Ok(*job),
        Fate::Completed(_) => Err(over("completed")),
        Fate::Ended => Err(over("cancelled or expired")),
    }
}

/// All jobs that run, by number.
///
/// # Errors
/// When the node does not answer.
pub async fn jobs(at: &AtBlock) -> Result<Vec<Job>, ChainError> {
    let reading = || "reading the jobs";
    let address = dynamic::storage::<(u64,), raw::Job>(PALLET, "Jobs");
    let mut entries = at.storage().iter(address, ()).await.map_err(ChainError::node(reading()))?;
    let mut jobs = Vec::new();
    while let Some(entry) = entries.next().await {
        let entry = entry.map_err(ChainError::node(reading()))?;
        let key = entry.key().map_err(ChainError::node(reading()))?;
        let (id,) = key.decode().map_err(ChainError::node(reading()))?;
        jobs.push(entry.value().decode().map_err(ChainError::node(reading()))?.with(id));
    }
    jobs.sort_by_key(|job| job.id);
    Ok(jobs)
}

/// A value of the pallet's storage.
async fn fetch<K, V>(at: &AtBlock, entry: &'static str, key: K) -> Result<Option<V>, ChainError>
where
    K: IntoEncodableValues + IntoDecodableValues,
    V: DecodeAsType,
{
    let address = dynamic::storage::<K, V>(PALLET, entry);
    let value = at.storage().try_fetch(address, key).await;
    let value = value.map_err(ChainError::node("reading the chain's storage"))?;
    let shape = |reason: subxt::error::StorageValueError| ChainError::Shape {
        what: format!("{PALLET}.{entry}"),
        reason: reason.to_string(),
    };
    value.map(|value| value.decode().map_err(shape)).transpose()
}

fn serialize_version<S: Serializer>(id: &ModelVersionId, serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeStruct;
    let mut fields = serializer.serialize_struct("ModelVersionId", 2)?;
    fields.serialize_field("model", &id.model)?;
    fields.serialize_field("version", &id.version)?;
    fields.end()
}

fn serialize_debug<S: Serializer>(value: &impl fmt::Debug, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{value:?}"))
}
