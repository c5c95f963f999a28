//! The pallet's storage, as far as a serving prover reads it, by the names of fields.
// The derive imports more than it uses.
#![allow(unused_imports)]

use subxt::{
    dynamic::{self, Value},
    ext::{
        frame_decode::helpers::{IntoDecodableValues, IntoEncodableValues},
        scale_decode::DecodeAsType,
    },
    storage::StorageKey,
    utils::{AccountId32, Static},
};
use zkinfer_primitives::{
    InputCommitment, JobId, ModelHash, ModelId, ModelVersionId, PayloadHash, Purpose, TermsHash,
    VkHash,
};

use super::super::{JobState as State, JobView, Limits, LockBase, Payload, Stake, VersionView};
use zkinfer_client::{
    connection::{AtBlock, PALLET},
    error::ChainError,
};

macro_rules! mirror {
    (struct $name:ident { $($field:ident: $type:ty),* $(,)? }) => {
        #[derive(DecodeAsType)]
        #[decode_as_type(crate_path = "subxt::ext::scale_decode")]
        pub struct $name { $(pub $field: $type),* }
    };
}

mirror! { struct VersionId { model: u32, version: u32 } }
mirror! {
    struct Job {
        requester: AccountId32,
        nonce: u64,
        version: VersionId,
        vk_hash: [u8; 32],
        terms_hash: [u8; 32],
        input_commitment: [u8; 32],
        payload_hash: [u8; 32],
        reward: u128,
        price: u128,
        deadline: u32,
        provers: Option<Vec<AccountId32>>,
        state: JobState,
    }
}
mirror! {
    struct Version {
        model_hash: [u8; 32],
        vk_hash: [u8; 32],
        allowed_provers: Option<Vec<AccountId32>>,
    }
}
mirror! { struct Receipt { purpose: Static<Purpose>, prover: AccountId32 } }
mirror! { struct Prover { bond: u128, locked: u128, encryption_key: Option<[u8; 32]> } }
mirror! {
    struct Parameters {
        min_bond: u128,
        min_claim_bond: u128,
        claim_ratio: u32,
        claim_period: u32,
        min_proving_blocks: u32,
        grace: u32,
    }
}
mirror! { struct Pause { from: u32, until: u32 } }
mirror! { struct AccountInfo { nonce: u32, data: AccountData } }
mirror! { struct AccountData { free: u128, reserved: u128, frozen: u128 } }

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub enum JobState {
    Open,
    Claimed { prover: AccountId32, last: u32, lock: u128 },
}

impl Job {
    pub fn with(self, id: JobId) -> JobView {
        JobView {
            id,
            requester: self.requester,
            nonce: self.nonce,
            version: ModelVersionId { model: self.version.model, version: self.version.version },
            vk_hash: VkHash(self.vk_hash),
            terms_hash: TermsHash(self.terms_hash),
            input_commitment: InputCommitment(self.input_commitment),
            payload_hash: PayloadHash(self.payload_hash),
            reward: self.reward,
            price: self.price,
            deadline: self.deadline,
            provers: self.provers,
            state: match self.state {
                JobState::Open => State::Open,
                JobState::Claimed { prover, last, lock } => State::Claimed { prover, last, lock },
            },
        }
    }
}

impl Pause {
    /// Prolongs a claim that ended while blocks took no transactions, or after it, as the chain
    /// does.
    pub fn prolong(&self, job: &mut JobView) {
        if let State::Claimed { last, .. } = &mut job.state
            && *last >= self.from
        {
            *last = self.until.max(*last);
        }
    }
}

impl AccountData {
    /// Returns the balance for fees: a fee neither touches what is frozen beyond what is held
    /// anyway, nor reaps the account.
    pub fn spendable(&self, existential_deposit: u128) -> u128 {
        self.free.saturating_sub(self.frozen.saturating_sub(self.reserved).max(existential_deposit))
    }
}

impl From<Version> for VersionView {
    fn from(version: Version) -> Self {
        Self {
            model_hash: ModelHash(version.model_hash),
            vk_hash: VkHash(version.vk_hash),
            allowed_provers: version.allowed_provers,
        }
    }
}

impl From<Prover> for Stake {
    fn from(prover: Prover) -> Self {
        Self { bond: prover.bond, locked: prover.locked, encryption_key: prover.encryption_key }
    }
}

impl Parameters {
    pub fn limits(self, lock_base: LockBase, max_batch: u32) -> Limits {
        Limits {
            min_bond: self.min_bond,
            min_claim_bond: self.min_claim_bond,
            claim_ratio: self.claim_ratio,
            lock_base,
            claim_period: self.claim_period,
            min_proving_blocks: self.min_proving_blocks,
            grace: self.grace,
            max_batch,
        }
    }
}

/// A job's payload: the bytes of a public one, the encoding of all others. One that this client
/// cannot read is a fault of its own job alone.
pub async fn payload(at: &AtBlock, job: JobId) -> Result<Payload, ChainError> {
    #[derive(DecodeAsType)]
    #[decode_as_type(crate_path = "subxt::ext::scale_decode")]
    enum Kind {
        None,
        Public(Vec<u8>),
        Encrypted {},
    }
    let address = dynamic::storage::<(u64,), Kind>(PALLET, "Payloads");
    let value = at.storage().try_fetch(address, (job,)).await.map_err(reading())?;
    let Some(value) = value else { return Ok(Payload::None) };
    Ok(match value.decode() {
        Ok(Kind::None) => Payload::None,
        Ok(Kind::Public(bytes)) => Payload::Public(bytes),
        Ok(Kind::Encrypted {}) => Payload::Encrypted(value.into_bytes()),
        Err(_) => Payload::Unknown(value.into_bytes()),
    })
}

/// The latest stretch of blocks without transactions, on a chain that notes them.
pub async fn pause(at: &AtBlock) -> Result<Option<Pause>, ChainError> {
    let entry = "LatestPause";
    if has_entry(at, entry) { fetch(at, PALLET, entry, ()).await } else { Ok(None) }
}

/// Returns `true` if the pallet's storage has an entry of this name.
pub fn has_entry(at: &AtBlock, entry: &str) -> bool {
    let storage = at.metadata_ref().pallet_by_name(PALLET).and_then(|pallet| pallet.storage());
    storage.is_some_and(|all| all.entry_by_name(entry).is_some())
}

/// A value of any pallet's storage.
pub async fn fetch<K, V>(
    at: &AtBlock,
    pallet: &'static str,
    entry: &'static str,
    key: K,
) -> Result<Option<V>, ChainError>
where
    K: IntoEncodableValues + IntoDecodableValues,
    V: DecodeAsType,
{
    let address = dynamic::storage::<K, V>(pallet, entry);
    let value = at.storage().try_fetch(address, key).await.map_err(reading())?;
    value.map(|value| value.decode().map_err(shape(entry))).transpose()
}

/// A value that has a default.
pub async fn fetch_default<V: DecodeAsType>(
    at: &AtBlock,
    entry: &'static str,
) -> Result<V, ChainError> {
    let address = dynamic::storage::<(), V>(PALLET, entry);
    at.storage().fetch(address, ()).await.map_err(reading())?.decode().map_err(shape(entry))
}

/// The multiplier of fees, in parts of 10^18. `None` where it cannot be read: then the worst is
/// planned for.
pub async fn fee_multiplier(at: &AtBlock) -> Option<u128> {
    fetch(at, "TransactionPayment", "NextFeeMultiplier", ()).await.ok().flatten()
}

/// Jobs that an account has claimed.
pub async fn claims(at: &AtBlock, account: &AccountId32) -> Result<Vec<JobId>, ChainError> {
    let address = dynamic::storage::<([u8; 32], u64), ()>(PALLET, "Claims");
    let mut entries = at.storage().iter(address, (account.0,)).await.map_err(reading())?;
    let mut jobs = Vec::new();
    while let Some(entry) = entries.next().await {
        let entry = entry.map_err(reading())?;
        jobs.push(part(&entry.key().map_err(reading())?, 1, "Claims")?);
    }
    Ok(jobs)
}

/// The key of a running job.
pub fn job_key(at: &AtBlock, id: JobId) -> Result<Vec<u8>, ChainError> {
    let address = dynamic::storage::<(u64,), Value>(PALLET, "Jobs");
    at.storage().entry(address).map_err(reading())?.fetch_key((id,)).map_err(reading())
}

/// Returns the prefix of the keys of a version's open jobs. Their numbers follow behind a hash of
/// eight bytes.
pub fn open_jobs(at: &AtBlock, version: ModelVersionId) -> Result<Vec<u8>, ChainError> {
    let fields = [("model", version.model), ("version", version.version)];
    let version =
        Value::named_composite(fields.map(|(name, value)| (name, Value::u128(value.into()))));
    let address = dynamic::storage::<(Value, u64), Value>(PALLET, "OpenJobs");
    at.storage().entry(address).map_err(reading())?.iter_key((version,)).map_err(reading())
}

/// The number at the end of a key that begins with this prefix, behind a hash of eight bytes.
pub fn job_of(prefix: &[u8], key: &[u8]) -> Result<JobId, ChainError> {
    let end = key.strip_prefix(prefix).and_then(|rest| rest.split_at_checked(8));
    let number = end.and_then(|(_, number)| number.try_into().ok());
    number.map(u64::from_le_bytes).ok_or_else(|| unknown_key("OpenJobs"))
}

/// Returns the prefix of the keys of model versions: of one model, or of all.
pub fn versions(at: &AtBlock, model: Option<ModelId>) -> Result<Vec<u8>, ChainError> {
    let address = dynamic::storage::<(u32, u32), Value>(PALLET, "ModelVersions");
    let entry = at.storage().entry(address).map_err(reading())?;
    match model {
        Some(model) => entry.iter_key((model,)).map_err(reading()),
        None => Ok(entry.key_prefix().to_vec()),
    }
}

/// The numbers in a version's key: each behind a hash of eight bytes.
pub fn version_of(key: &[u8]) -> Result<ModelVersionId, ChainError> {
    let number = |at: usize| {
        let bytes = key.get(at..at.saturating_add(4))?;
        bytes.try_into().ok().map(u32::from_le_bytes)
    };
    match (key.len(), number(40), number(52)) {
        (56, Some(model), Some(version)) => Ok(ModelVersionId { model, version }),
        _ => Err(unknown_key("ModelVersions")),
    }
}

fn unknown_key(entry: &str) -> ChainError {
    let reason = "its keys have another layout than this client knows".into();
    ChainError::Shape { what: format!("{PALLET}.{entry}"), reason }
}

/// A value from its bytes.
pub fn decode<T: DecodeAsType>(
    at: &AtBlock,
    entry: &'static str,
    bytes: &[u8],
) -> Result<T, ChainError> {
    let wrong = |reason: String| ChainError::Shape { what: format!("{PALLET}.{entry}"), reason };
    let metadata = at.metadata_ref();
    let of = metadata.pallet_by_name(PALLET).and_then(|pallet| pallet.storage());
    let of = of.and_then(|entries| entries.entry_by_name(entry));
    let of = of.ok_or_else(|| wrong("the chain has no such entry".into()))?;
    let mut rest = bytes;
    let value = T::decode_as_type(&mut rest, of.value_ty(), metadata.types());
    let value = value.map_err(|error| wrong(error.to_string()))?;
    if rest.is_empty() {
        Ok(value)
    } else {
        Err(wrong(format!("{} bytes are left over", rest.len())))
    }
}

/// A part of a key.
fn part<K, T: DecodeAsType>(
    key: &StorageKey<'_, K>,
    index: usize,
    entry: &'static str,
) -> Result<T, ChainError>
where
    K: IntoDecodableValues,
{
    let missing = || ChainError::Shape {
        what: format!("{PALLET}.{entry}"),
        reason: format!("its keys have no part {index}"),
    };
    let decoded = key.part(index).ok_or_else(missing)?.decode_as().map_err(reading())?;
    decoded.ok_or_else(missing)
}

/// Says what was being done.
pub fn reading<E: Into<subxt::Error>>() -> impl FnOnce(E) -> ChainError {
    ChainError::node("reading the chain's storage")
}

/// Says which value has another shape than this client knows.
pub fn shape(entry: &'static str) -> impl FnOnce(subxt::error::StorageValueError) -> ChainError {
    move |reason| ChainError::Shape {
        what: format!("{PALLET}.{entry}"),
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_without_transactions_make_no_claim_late() {
        let world = crate::tests::world::World::new(0);
        let id = world.request(&crate::tests::opening_of(1), 50);
        let job = world.chain().best().jobs[&id].clone();
        let prolonged = |last| {
            let state = State::Claimed { prover: crate::tests::world::account(1), last, lock: 1 };
            let mut job = JobView { state, ..job.clone() };
            Pause { from: 20, until: 90 }.prolong(&mut job);
            match job.state {
                State::Claimed { last, .. } => last,
                State::Open => 0,
            }
        };
        assert_eq!([19, 20, 55, 95].map(prolonged), [19, 90, 90, 95]);
    }

    #[test]
    fn numbers_are_read_from_keys_and_keys_of_another_layout_are_refused() {
        let key = |model: u32, version: u32| {
            [&[1; 40][..], &model.to_le_bytes(), &[2; 8], &version.to_le_bytes()].concat()
        };
        let read = version_of(&key(7, 9)).expect("a key");
        assert_eq!((read.model, read.version), (7, 9));
        version_of(&[1; 55]).expect_err("short");
        let job = [&[3; 20][..], &[0; 8], &77u64.to_le_bytes()].concat();
        assert_eq!(job_of(&[3; 20], &job).expect("a key"), 77);
        job_of(&[3; 20], &job[..35]).expect_err("short");
        job_of(&[4; 20], &job).expect_err("another version's");
    }

    #[test]
    fn the_existential_deposit_pays_no_fee() {
        let spendable =
            |free, reserved, frozen| AccountData { free, reserved, frozen }.spendable(10);
        assert_eq!(spendable(100, 0, 0), 90);
        assert_eq!(spendable(10, 1_000, 0), 0);
        assert_eq!(spendable(9, 1_000, 0), 0);
        assert_eq!(spendable(100, 0, 40), 60);
        assert_eq!(spendable(100, 50, 40), 90, "what is held counts towards what is frozen");
    }
}
