//! From version 1 to version 2, in steps: there is no bound on the number of records.
//!
//! While it runs, the runtime includes no transactions, so that nobody acts on what is half
//! migrated.
//!
//! | version 1 | version 2 |
//! |---|---|
//! | a key's deposit stands with the key, under its first depositor | it stands with the depositor's first version that has the key, and is free again when that is retired; nobody pays more than before |
//! | a job holds its payload | `Payloads` does, and the job its hash |
//! | a claim has `until` | it has `last` as well: `until` and the grace, and at least a `claim_period` from here if it was not over when the upgrade came |
//! | terms hash neither number nor key nor price of the job | they do. An open job gets the new terms, with the event `JobRedirected`; a claimed one keeps those that its prover has accepted |
//! | `JobByTerms` finds jobs | `OpenJobs` and `Claims` do |
//! | a receipt names terms | it names a purpose, `Job` with these terms. Its event hashed the encoding without the purpose's index, byte 40 |
//!
//! Provers and models are encoded as before. Every deposit of a record stays what it was.
// The codec's derive casts variant indices to bytes; it refuses indices that do not fit when it
// runs.
#![allow(clippy::cast_possible_truncation)]

#[cfg(any(feature = "try-runtime", test))]
pub(crate) mod checks;
pub(crate) mod old;

use core::marker::PhantomData;

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
    migrations::{MigrationId, SteppedMigration, SteppedMigrationError},
    traits::{Get, GetStorageVersion, StorageVersion},
    weights::{Weight, WeightMeter},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{Saturating, Zero};
use zkinfer_primitives::{JobId, ModelId, Purpose, TermsHash, Version, VkHash};

use crate::{
    Config, Event, HoldReason, ModelVersions, Models, Pallet, Receipts, VerifyingKeys,
    jobs::terms_of,
    types::{
        AccountIdOf, BalanceOf, Job, JobState, JobStateOf, ModelVersion, Payload, PayloadOf,
        Receipt, StoredKey,
    },
};

/// The version that this leaves.
const FROM: u16 = 1;
/// The version that this reaches.
const TO: u16 = 2;

/// Reads of one record's migration at most: itself and the next key, a version's model and key, a
/// job's version and parameters, or an account and its holds.
const READS: u64 = 8;
/// Writes of one record's migration at most: a job with its payload and its entry in an index, its
/// event, and the like.
const WRITES: u64 = 8;
/// Picoseconds to decode, hash and encode the largest record, a job with its payload of some
/// kilobytes: generous.
const COMPUTE: u64 = 200_000_000;
/// Bytes of the largest record with its keys, for those that prove a block's state.
const PROOF_SIZE: u64 = 32 * 1024;

/// The migration from version 1 to version 2.
pub struct MigrateV1ToV2<T>(PhantomData<T>);

/// Progress of the migration.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub struct Cursor<BlockNumber> {
    /// The block of its first step.
    started: BlockNumber,
    /// The next step.
    stage: Stage,
}

/// The next step: the records of one kind after the one that was done last.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
enum Stage {
    /// Before the keys, which still hold the deposits that go to the versions.
    #[codec(index = 0)]
    Versions(Option<(ModelId, Version)>),
    #[codec(index = 1)]
    Keys(Option<VkHash>),
    #[codec(index = 2)]
    Jobs(Option<JobId>),
    #[codec(index = 3)]
    Receipts(Option<JobId>),
    #[codec(index = 4)]
    Terms(Option<TermsHash>),
}

impl<T: Config> SteppedMigration for MigrateV1ToV2<T> {
    type Cursor = Cursor<BlockNumberFor<T>>;
    type Identifier = MigrationId<16>;

    fn id() -> Self::Identifier {
        MigrationId { pallet_id: *b"pallet-inference", version_from: 1, version_to: 2 }
    }

    /// Migrates as many records as fit into what is left of `meter`.
    fn step(
        cursor: Option<Self::Cursor>,
        meter: &mut WeightMeter,
    ) -> Result<Option<Self::Cursor>, SteppedMigrationError> {
        let required = record_weight::<T>();
        if !meter.can_consume(required) {
            return Err(SteppedMigrationError::InsufficientWeight { required });
        }
        let mut cursor = match cursor {
            Some(cursor) => cursor,
            // A chain that began with version 2 or later.
            None if Pallet::<T>::on_chain_storage_version() != StorageVersion::new(FROM) => {
                return Ok(None);
            }
            None => Cursor { started: Pallet::<T>::now(), stage: Stage::Versions(None) },
        };
        while meter.try_consume(required).is_ok() {
            let Some(stage) = Self::advance(cursor.stage, cursor.started)? else {
                StorageVersion::new(TO).put::<Pallet<T>>();
                return Ok(None);
            };
            cursor.stage = stage;
        }
        Ok(Some(cursor))
    }

    #[cfg(feature = "try-runtime")]
    fn pre_upgrade() -> Result<alloc::vec::Vec<u8>, sp_runtime::TryRuntimeError> {
        checks::before::<T>()
    }

    #[cfg(feature = "try-runtime")]
    fn post_upgrade(state: alloc::vec::Vec<u8>) -> Result<(), sp_runtime::TryRuntimeError> {
        checks::after::<T>(&state)
    }
}

/// The maximum weight of one record's migration.
fn record_weight<T: Config>() -> Weight {
    T::DbWeight::get()
        .reads_writes(READS, WRITES)
        .saturating_add(Weight::from_parts(COMPUTE, PROOF_SIZE))
}

impl<T: Config> MigrateV1ToV2<T> {
    /// Migrates one record, or goes to the next kind. `None` when all is done.
    fn advance(
        stage: Stage,
        started: BlockNumberFor<T>,
    ) -> Result<Option<Stage>, SteppedMigrationError> {
        Ok(Some(match stage {
            Stage::Versions(done) => match old::version_after::<T>(done) {
                Some((model, number, version)) => {
                    Self::version(model, number, version);
                    Stage::Versions(Some((model, number)))
                }
                None => Stage::Keys(None),
            },
            Stage::Keys(done) => match old::key_after::<T>(done) {
                Some((hash, key)) => {
                    Self::key(hash, key)?;
                    Stage::Keys(Some(hash))
                }
                None => Stage::Jobs(None),
            },
            Stage::Jobs(done) => match old::job_after::<T>(done) {
                Some((id, job)) => {
                    Self::job(id, job, started);
                    Stage::Jobs(Some(id))
                }
                None => Stage::Receipts(None),
            },
            Stage::Receipts(done) => match old::receipt_after::<T>(done) {
                Some((id, receipt)) => {
                    Self::receipt(id, receipt);
                    Stage::Receipts(Some(id))
                }
                None => Stage::Terms(None),
            },
            Stage::Terms(done) => match old::terms_after::<T>(done) {
                Some(terms) => {
                    old::JobByTerms::<T>::remove(terms);
                    Stage::Terms(Some(terms))
                }
                None => return Ok(None),
            },
        }))
    }

    fn version(model: ModelId, number: Version, old: old::ModelVersion<T>) {
        let owner = Models::<T>::get(model).map(|model| model.owner);
        let key_deposit =
            owner.map(|owner| take_key_deposit::<T>(&old.vk_hash, &owner)).unwrap_or_default();
        ModelVersions::<T>::insert(
            model,
            number,
            ModelVersion::<T> {
                model_hash: old.model_hash,
                manifest_hash: old.manifest_hash,
                model_commitment: old.model_commitment,
                statement: old.statement,
                proof_system: old.proof_system,
                vk_hash: old.vk_hash,
                trust: old.trust,
                visibility: old.visibility,
                price: old.price,
                allowed_provers: old.allowed_provers,
                status: old.status,
                deposit: old.deposit,
                key_deposit,
            },
        );
    }

    fn key(hash: VkHash, old: old::StoredKeyOf<T>) -> Result<(), SteppedMigrationError> {
        // Version 1 removes no version, so that the depositor's own has taken the deposit over. If
        // none has, nobody could ever free it again.
        Pallet::<T>::release(HoldReason::KeyDeposit, &old.depositor, old.deposit)
            .map_err(|_| SteppedMigrationError::Failed)?;
        let old::StoredKey { key, prepared, references, .. } = old;
        VerifyingKeys::<T>::insert(hash, StoredKey { key, prepared, references });
        Ok(())
    }

    fn job(id: JobId, old: old::Job<T>, started: BlockNumberFor<T>) {
        let payload: PayloadOf<T> = match old.payload {
            old::Payload::None => Payload::None,
            old::Payload::Public(bytes) => Payload::Public(bytes),
        };
        let mut job = Job::<T> {
            requester: old.requester,
            nonce: old.nonce,
            version: old.version,
            vk_hash: old.vk_hash,
            terms_hash: old.terms_hash,
            input_commitment: old.input_commitment,
            payload_hash: payload.hash(),
            reward: old.reward,
            price: old.price,
            deadline: old.deadline,
            provers: old.provers,
            deposit: old.deposit,
            state: state::<T>(old.state, started),
        };
        if job.state == JobState::Open {
            // Nobody has accepted the old terms.
            job.terms_hash = terms_of(id, &job).hash();
            Pallet::<T>::deposit_event(Event::JobRedirected {
                job: id,
                requester: job.requester.clone(),
                terms_hash: job.terms_hash,
                nonce: job.nonce,
                deadline: job.deadline,
            });
        }
        Pallet::<T>::store_payload(id, payload);
        Pallet::<T>::store_job(id, job);
    }

    fn receipt(id: JobId, old: old::Receipt<T>) {
        Receipts::<T>::insert(
            id,
            Receipt::<T> {
                requester: old.requester,
                version: old.version,
                purpose: Purpose::Job(old.terms_hash),
                input_commitment: old.input_commitment,
                output: old.output,
                prover: old.prover,
                block: old.block,
                reward: old.reward,
                price: old.price,
                deposit: old.deposit,
            },
        );
    }
}

/// Takes a key's deposit off the key, if it is this owner's and still there.
fn take_key_deposit<T: Config>(hash: &VkHash, owner: &AccountIdOf<T>) -> BalanceOf<T> {
    old::VerifyingKeys::<T>::mutate(hash, |stored| match stored {
        Some(key) if key.depositor == *owner => core::mem::replace(&mut key.deposit, Zero::zero()),
        _ => Zero::zero(),
    })
}

/// A claim gets its last block.
fn state<T: Config>(old: old::JobStateOf<T>, started: BlockNumberFor<T>) -> JobStateOf<T> {
    match old {
        old::JobState::Open => JobState::Open,
        old::JobState::Claimed { prover, until, lock } => {
            let parameters = Pallet::<T>::parameters();
            let mut last = until.saturating_add(parameters.grace);
            if last >= started {
                // It could have been answered in this very block: an upgrade makes nobody late.
                last = last.max(Pallet::<T>::now().saturating_add(parameters.claim_period));
            }
            JobState::Claimed { prover, until, last, lock }
        }
    }
}
