//! Invariants, checked over the whole state by `try_state` and after every step of the
//! tests.
//!
//! - an account holds for a reason anything but the sum over this pallet's records
//! - a prover's lock is anything but the sum of its claims, or is more than its bond
//! - a job's terms or payload are not those it was hashed from, or an index does not find it
//! - an attestation is found that has no receipt, or the other way round
//! - a receipt names a model version, a payer, an output or a block that it cannot be of
//! - a pause of the chain is noted that ends before it begins
//! - the parameters contradict each other
//! - a generator is not what the code knows by its hash
//! - a key is counted wrongly, named wrongly, or not what verification reads
//! - an empty record stays

use alloc::collections::BTreeMap;
#[cfg(not(feature = "std"))]
use alloc::vec::Vec;

use codec::Encode;
use frame_support::{
    ensure,
    traits::fungible::{Inspect, InspectHold},
};
use sp_runtime::{
    TryRuntimeError,
    traits::{Saturating, Zero},
};
use zkinfer_primitives::{JobId, Purpose, VkHash};

use crate::{
    Attestations, Claims, Config, GeneratorChunks, HoldReason, Jobs, LagrangeGenerators,
    LastUsableBlock, LatestPause, ModelVersions, Models, NextJobId, NextModelId, OpenJobs, Pallet,
    Payloads, Provers, Receipts, VerifyingKeys,
    jobs::terms_of,
    migrations::v2::old,
    types::{AccountIdOf, BalanceOf, Generators, Job, JobState, VersionStatus},
    verify::{is_canonical, is_prepared},
};

const REASONS: [HoldReason; 5] = [
    HoldReason::ModelDeposit,
    HoldReason::KeyDeposit,
    HoldReason::ProverBond,
    HoldReason::Escrow,
    HoldReason::JobDeposit,
];

/// The holds that each account should have, by account and reason, both encoded.
struct Ledger<T: Config>(BTreeMap<(AccountIdOf<T>, Vec<u8>), BalanceOf<T>>);

impl<T: Config> Ledger<T> {
    fn add(&mut self, who: &AccountIdOf<T>, reason: HoldReason, amount: BalanceOf<T>) {
        let sum = self.0.entry((who.clone(), reason.encode())).or_insert_with(Zero::zero);
        *sum = sum.saturating_add(amount);
    }

    fn take(&mut self, who: &AccountIdOf<T>, reason: HoldReason) -> BalanceOf<T> {
        self.0.remove(&(who.clone(), reason.encode())).unwrap_or_else(Zero::zero)
    }

    /// Sums up the pallet's own records.
    fn of_records() -> Result<Self, TryRuntimeError> {
        let mut ledger = Self(BTreeMap::new());
        for (model, _, version) in ModelVersions::<T>::iter() {
            let owner = Models::<T>::get(model).ok_or("a version has no model")?.owner;
            ledger.add(&owner, HoldReason::ModelDeposit, version.deposit);
            if version.status == VersionStatus::Active {
                ledger.add(&owner, HoldReason::KeyDeposit, version.key_deposit);
            }
        }
        for (account, prover) in Provers::<T>::iter() {
            ledger.add(&account, HoldReason::ProverBond, prover.held());
        }
        for job in Jobs::<T>::iter_values() {
            ledger.add(&job.requester, HoldReason::Escrow, job.reward);
            ledger.add(&job.requester, HoldReason::JobDeposit, job.deposit);
        }
        for receipt in Receipts::<T>::iter_values() {
            ledger.add(&receipt.requester, HoldReason::JobDeposit, receipt.deposit);
        }
        Ok(ledger)
    }
}

impl<T: Config> Pallet<T> {
    /// Checks everything.
    ///
    /// # Errors
    /// What is broken.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::check_holds()?;
        Self::check_models()?;
        Self::check_keys()?;
        Self::check_provers()?;
        Self::check_jobs()?;
        Self::check_receipts()?;
        Self::check_generators()?;
        Self::check_pauses()?;
        ensure!(Self::parameters().fault().is_none(), "the parameters contradict each other");
        Ok(())
    }

    fn check_holds() -> Result<(), TryRuntimeError> {
        let mut ledger = Ledger::<T>::of_records()?;
        for (account, _) in frame_system::Account::<T>::iter() {
            for reason in REASONS {
                let held = T::Currency::balance_on_hold(&reason.into(), &account);
                ensure!(held == ledger.take(&account, reason), "held is not what the records say");
            }
            ensure!(
                T::Currency::total_balance_on_hold(&account)
                    <= T::Currency::total_balance(&account),
                "more is held than there is"
            );
        }
        ensure!(
            ledger.0.values().all(Zero::is_zero),
            "a record names an account that does not exist"
        );
        Ok(())
    }

    fn check_models() -> Result<(), TryRuntimeError> {
        for (id, model) in Models::<T>::iter() {
            ensure!(id < NextModelId::<T>::get(), "a model's number was not given yet");
            let versions = ModelVersions::<T>::iter_prefix(id).count();
            ensure!(
                u32::try_from(versions) == Ok(model.versions),
                "a model counts its versions wrongly"
            );
        }
        for (model, number, version) in ModelVersions::<T>::iter() {
            let model = Models::<T>::get(model).ok_or("a version has no model")?;
            ensure!(number < model.versions, "a version's number was not given yet");
            let named = version.allowed_provers.as_ref().is_none_or(|list| !list.is_empty());
            ensure!(named, "a version allows nobody");
        }
        Ok(())
    }

    fn check_keys() -> Result<(), TryRuntimeError> {
        let mut references = BTreeMap::<VkHash, u32>::new();
        let of_versions = ModelVersions::<T>::iter_values()
            .filter(|version| version.status == VersionStatus::Active)
            .map(|version| version.vk_hash);
        for hash in of_versions.chain(Jobs::<T>::iter_values().map(|job| job.vk_hash)) {
            let count = references.entry(hash).or_default();
            *count = count.saturating_add(1);
        }
        for (hash, stored) in VerifyingKeys::<T>::iter() {
            ensure!(stored.key.hash() == hash, "a key is stored under another's hash");
            ensure!(is_prepared(&stored), "a prepared key is another's");
            ensure!(
                references.remove(&hash) == Some(stored.references),
                "a key is counted wrongly"
            );
        }
        ensure!(references.is_empty(), "a key that is used is not stored");
        Ok(())
    }

    fn check_provers() -> Result<(), TryRuntimeError> {
        let mut locks = BTreeMap::<AccountIdOf<T>, BalanceOf<T>>::new();
        for job in Jobs::<T>::iter_values() {
            if let JobState::Claimed { prover, lock, .. } = job.state {
                let sum = locks.entry(prover).or_insert_with(Zero::zero);
                *sum = sum.saturating_add(lock);
            }
        }
        for (account, prover) in Provers::<T>::iter() {
            let locked = locks.remove(&account).unwrap_or_else(Zero::zero);
            ensure!(prover.locked == locked, "a prover's lock is not the sum of its claims");
            ensure!(prover.locked <= prover.bond, "more is locked than bonded");
            ensure!(!prover.is_empty(), "an empty prover is stored");
            ensure!(
                prover.unbonding.iter().all(|part| !part.amount.is_zero()),
                "an empty part is stored"
            );
        }
        ensure!(locks.is_empty(), "a claimant is no prover");
        Ok(())
    }

    fn check_jobs() -> Result<(), TryRuntimeError> {
        let (mut open, mut claimed, mut payloads) = (0usize, 0usize, 0usize);
        for (id, job) in Jobs::<T>::iter() {
            ensure!(id < NextJobId::<T>::get(), "a job's number was not given yet");
            ensure!(!Receipts::<T>::contains_key(id), "a job is both running and completed");
            payloads = payloads.saturating_add(Payloads::<T>::contains_key(id).into());
            Self::check_terms(id, &job)?;
            let found = match &job.state {
                JobState::Open => {
                    open = open.saturating_add(1);
                    OpenJobs::<T>::contains_key(job.version, id)
                }
                JobState::Claimed { prover, until, last, lock } => {
                    claimed = claimed.saturating_add(1);
                    ensure!(*until <= job.deadline && until <= last, "a claim outlasts its job");
                    ensure!(!lock.is_zero(), "a claim locks nothing");
                    Claims::<T>::contains_key(prover, id)
                }
            };
            ensure!(found, "a job is not in the index of its state");
        }
        ensure!(OpenJobs::<T>::iter().count() == open, "the index of open jobs is wrong");
        ensure!(Claims::<T>::iter().count() == claimed, "the index of claims is wrong");
        ensure!(Payloads::<T>::iter().count() == payloads, "a payload stays without its job");
        Ok(())
    }

    fn check_pauses() -> Result<(), TryRuntimeError> {
        let noted = LastUsableBlock::<T>::get();
        ensure!(noted.is_none_or(|block| block <= Self::now()), "a block to come is noted");
        let ordered = LatestPause::<T>::get().is_none_or(|pause| pause.from <= pause.until);
        ensure!(ordered, "a pause ends before it begins");
        Ok(())
    }

    fn check_generators() -> Result<(), TryRuntimeError> {
        let table =
            GeneratorChunks::<T>::iter().map(|(index, points)| Generators::Chunk { index, points });
        let lagrange =
            LagrangeGenerators::<T>::iter().map(|(k, points)| Generators::Lagrange { k, points });
        ensure!(
            table.chain(lagrange).all(|part| part.are_right()),
            "a generator is not what the code knows"
        );
        Ok(())
    }

    fn check_terms(id: JobId, job: &Job<T>) -> Result<(), TryRuntimeError> {
        // A job that was claimed before version 2 keeps the terms of version 1.
        let hashes = [terms_of(id, job).hash(), old::terms_hash(job)];
        ensure!(hashes.contains(&job.terms_hash), "a job's terms are not those of its hash");
        ensure!(
            Self::payload(id).hash() == job.payload_hash,
            "a job's payload is not that of its hash"
        );
        ensure!(job.price <= job.reward, "a job's price is above its reward");
        let version = ModelVersions::<T>::get(job.version.model, job.version.version);
        ensure!(
            version.is_some_and(|v| v.vk_hash == job.vk_hash),
            "a job's key is not its version's"
        );
        Ok(())
    }

    fn check_receipts() -> Result<(), TryRuntimeError> {
        let mut attestations = 0usize;
        for (id, receipt) in Receipts::<T>::iter() {
            ensure!(id < NextJobId::<T>::get(), "a receipt's number was not given yet");
            ensure!(receipt.block <= Self::now(), "a receipt is of a block to come");
            ensure!(receipt.price <= receipt.reward, "a receipt's price is above its reward");
            ensure!(
                receipt.output.to_public_input().is_ok(),
                "a receipt's output is not a valid output"
            );
            let version = ModelVersions::<T>::get(receipt.version.model, receipt.version.version);
            let version = version.ok_or("a receipt's model version does not exist")?;
            let canonical = is_canonical(version.proof_system, &receipt.input_commitment);
            ensure!(canonical, "a receipt's commitment is not an element of its version's field");
            if let Purpose::Attest(nonce) = receipt.purpose {
                attestations = attestations.saturating_add(1);
                ensure!(
                    receipt.requester == receipt.prover,
                    "another than its prover pays for an attestation"
                );
                ensure!(receipt.reward.is_zero(), "an attestation was paid for");
                let found = Attestations::<T>::get(&receipt.prover, nonce);
                ensure!(found == Some(id), "an attestation is not found by its nonce");
            }
        }
        ensure!(
            Attestations::<T>::iter().count() == attestations,
            "a nonce stays without its attestation"
        );
        Ok(())
    }
}
