//! Questions to the chain at one block.

use subxt::{
    dynamic::{self, Value},
    ext::{
        frame_decode::helpers::{IntoDecodableValues, IntoEncodableValues},
        scale_decode::DecodeAsType,
    },
    utils::AccountId32,
};
use zkinfer_primitives::{JobId, ModelVersionId, VerifyingKey, VkHash, blake2b_256};

use super::{Fate, Job, ModelVersion, Payload, Prover, Receipt, raw};
use crate::{
    calls,
    connection::{AtBlock, PALLET},
    error::ChainError,
    view,
};

/// The page size of view functions.
const PAGE: u32 = 100;

/// A version of a model.
///
/// # Errors
/// When the chain has none of this number, or the node does not answer.
pub async fn model_version(at: &AtBlock, id: ModelVersionId) -> Result<ModelVersion, ChainError> {
    let not_found = || ChainError::NotFound {
        what: format!("model {} version {}", id.model, id.version),
        hint: Some(
            "ask the model's owner for its number, which `zkinfer chain register` printed".into(),
        ),
    };
    let model: raw::Model = fetch(at, "Models", (id.model,)).await?.ok_or_else(not_found)?;
    let version: Option<raw::ModelVersion> =
        fetch(at, "ModelVersions", (id.model, id.version)).await?;
    Ok(version.ok_or_else(not_found)?.with(id, model.owner))
}

/// Returns the number of registered models.
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
    let not_found = || ChainError::NotFound {
        what: format!("verifying key {hash}"),
        hint: Some("a key goes when its versions are retired and their jobs are over".into()),
    };
    let stored: raw::StoredKey =
        fetch(at, "VerifyingKeys", (hash.0,)).await?.ok_or_else(not_found)?;
    let key = stored.key.0;
    if key.hash() == *hash { Ok(key) } else { Err(not_found()) }
}

/// Returns `true` if the chain has generators under this key of a storage map.
///
/// # Errors
/// When the node does not answer.
pub async fn has_generators<K>(
    at: &AtBlock,
    entry: &'static str,
    key: K,
) -> Result<bool, ChainError>
where
    K: IntoEncodableValues + IntoDecodableValues,
{
    Ok(fetch::<K, Vec<u8>>(at, entry, key).await?.is_some())
}

/// A prover's stake, if it has one.
///
/// # Errors
/// When the node does not answer.
pub async fn prover(at: &AtBlock, account: &AccountId32) -> Result<Option<Prover>, ChainError> {
    let prover: Option<raw::Prover> = fetch(at, "Provers", (account.0,)).await?;
    Ok(prover.map(Into::into))
}

/// The end of a job.
///
/// # Errors
/// When the chain never had a job of this number, or the node does not answer.
pub async fn fate(at: &AtBlock, id: JobId) -> Result<Fate, ChainError> {
    if let Some(job) = running(at, id).await? {
        return Ok(Fate::Running(Box::new(job)));
    }
    if let Some(receipt) = receipt(at, id).await? {
        return Ok(Fate::Completed(Box::new(receipt)));
    }
    if was_requested(at, id).await? {
        return Ok(Fate::Ended);
    }
    Err(ChainError::NotFound {
        what: format!("job {id}"),
        hint: Some("list the jobs that run with `zkinfer chain status`".into()),
    })
}

/// A job, if it runs.
///
/// # Errors
/// When the node does not answer.
pub async fn running(at: &AtBlock, id: JobId) -> Result<Option<Job>, ChainError> {
    Ok(fetch::<_, raw::Job>(at, "Jobs", (id,)).await?.map(|job| job.with(id)))
}

/// Returns `true` if the number of a job was given already.
///
/// # Errors
/// When the node does not answer.
pub async fn was_requested(at: &AtBlock, id: JobId) -> Result<bool, ChainError> {
    let next: u64 = fetch(at, "NextJobId", ()).await?.unwrap_or_default();
    Ok(id < next)
}

/// The receipt of a completed job or an attestation, if it is still there.
///
/// # Errors
/// When the node does not answer.
pub async fn receipt(at: &AtBlock, id: JobId) -> Result<Option<Receipt>, ChainError> {
    let found = fetch_with_bytes::<_, raw::Receipt>(at, "Receipts", (id,)).await?;
    Ok(found.map(|(receipt, bytes)| receipt.with(id, blake2b_256(&bytes))))
}

/// A job that runs.
///
/// # Errors
/// When it does not, or not any more, or the node does not answer.
pub async fn job(at: &AtBlock, id: JobId) -> Result<Job, ChainError> {
    let over = |how: &str| {
        ChainError::refusal(
            format!("job {id} is over: it is {how}"),
            format!(
                "`zkinfer chain result {id}` says more; `zkinfer chain status` lists the jobs that run"
            ),
        )
    };
    match fate(at, id).await? {
        Fate::Running(job) => Ok(*job),
        Fate::Completed(_) => Err(over("completed")),
        Fate::Ended => Err(over("cancelled or expired")),
    }
}

/// Returns the payload of a job, checked to be the one that its terms name.
///
/// # Errors
/// When it is not, or the node does not answer.
pub async fn payload(at: &AtBlock, job: &Job) -> Result<Payload, ChainError> {
    let payload: Option<raw::Payload> = fetch(at, "Payloads", (job.id,)).await?;
    let payload = payload.map_or(Payload::None, Into::into);
    if payload.hash() == job.payload_hash {
        return Ok(payload);
    }
    Err(ChainError::refusal(
        format!(
            "the payload of job {} hashes to {}, its terms name {}",
            job.id,
            payload.hash(),
            job.payload_hash
        ),
        "do not accept it; use the client that belongs to this chain's version",
    ))
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

/// The jobs that a model version's provers can claim, by number.
///
/// # Errors
/// When the node does not answer.
pub async fn open_jobs(at: &AtBlock, version: ModelVersionId) -> Result<Vec<JobId>, ChainError> {
    pages(at, "open_jobs", || calls::version(version)).await
}

/// The jobs that a prover has claimed and not answered, by number.
///
/// # Errors
/// When the node does not answer.
pub async fn claims(at: &AtBlock, account: &AccountId32) -> Result<Vec<JobId>, ChainError> {
    pages(at, "claims", || Value::from_bytes(account.0)).await
}

/// A number under which a prover has not attested yet: the first after one that is used, or 0.
///
/// # Errors
/// When the node does not answer, or all numbers of 64 bits that were tried are used.
pub async fn free_nonce(at: &AtBlock, prover: &AccountId32) -> Result<u64, ChainError> {
    // Doubling steps find a free number, halving ones walk back to a used one before it.
    let mut free = 0u64;
    let mut used = None;
    while attestation(at, prover, free).await?.is_some() {
        used = Some(free);
        if free == u64::MAX {
            return Err(ChainError::refusal(
                "no free number was found",
                "give one with option `nonce`",
            ));
        }
        free = free.saturating_mul(2).saturating_add(1);
    }
    while let Some(low) = used.filter(|low| free - low > 1) {
        let middle = low + (free - low) / 2;
        if attestation(at, prover, middle).await?.is_some() {
            used = Some(middle);
        } else {
            free = middle;
        }
    }
    Ok(free)
}

/// The receipt's number of an attestation under a prover's own number, if there is one.
///
/// # Errors
/// When the node does not answer.
pub async fn attestation(
    at: &AtBlock,
    prover: &AccountId32,
    nonce: u64,
) -> Result<Option<JobId>, ChainError> {
    fetch(at, "Attestations", (prover.0, nonce)).await
}

/// All answers of a view function that gives job numbers in pages, sorted.
async fn pages(
    at: &AtBlock,
    function: &'static str,
    of: impl Fn() -> Value,
) -> Result<Vec<JobId>, ChainError> {
    let mut all: Vec<JobId> = Vec::new();
    loop {
        let after = match all.last() {
            None => Value::unnamed_variant("None", []),
            Some(last) => Value::unnamed_variant("Some", [Value::u128((*last).into())]),
        };
        let arguments = (of(), after, Value::u128(PAGE.into()));
        let page: Vec<JobId> = view::call(at, function, arguments).await?;
        let is_last = page.len() < PAGE as usize;
        all.extend(page);
        if is_last {
            break;
        }
    }
    all.sort_unstable();
    Ok(all)
}

/// A value of the pallet's storage, or the runtime's default.
pub(super) async fn fetch_or_default<V: DecodeAsType>(
    at: &AtBlock,
    entry: &'static str,
) -> Result<V, ChainError> {
    let value = at.storage().fetch(dynamic::storage::<(), V>(PALLET, entry), ()).await;
    value.map_err(ChainError::node("reading the chain's storage"))?.decode().map_err(shape(entry))
}

/// A value of the pallet's storage.
async fn fetch<K, V>(at: &AtBlock, entry: &'static str, key: K) -> Result<Option<V>, ChainError>
where
    K: IntoEncodableValues + IntoDecodableValues,
    V: DecodeAsType,
{
    Ok(fetch_with_bytes(at, entry, key).await?.map(|(value, _)| value))
}

/// A value of the pallet's storage, and its bytes.
async fn fetch_with_bytes<K, V>(
    at: &AtBlock,
    entry: &'static str,
    key: K,
) -> Result<Option<(V, Vec<u8>)>, ChainError>
where
    K: IntoEncodableValues + IntoDecodableValues,
    V: DecodeAsType,
{
    let address = dynamic::storage::<K, V>(PALLET, entry);
    let value = at.storage().try_fetch(address, key).await;
    let Some(value) = value.map_err(ChainError::node("reading the chain's storage"))? else {
        return Ok(None);
    };
    let decoded = value.decode().map_err(shape(entry))?;
    Ok(Some((decoded, value.into_bytes())))
}

fn shape(entry: &'static str) -> impl Fn(subxt::error::StorageValueError) -> ChainError {
    move |reason| ChainError::Shape {
        what: format!("{PALLET}.{entry}"),
        reason: reason.to_string(),
    }
}
