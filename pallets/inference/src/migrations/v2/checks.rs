//! Checks of what the migration must preserve: everybody's money, the counts, and what every record
//! says.

#[cfg(not(feature = "std"))]
use alloc::vec::Vec;

use codec::{Decode, Encode};
use frame_support::{
    ensure,
    traits::{
        GetStorageVersion, StorageVersion,
        fungible::{Inspect, InspectHold},
    },
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
    TryRuntimeError,
    traits::{Saturating, Zero},
};
use zkinfer_primitives::{JobId, ModelId, Purpose, Version, VkHash};

use super::{FROM, TO, old};
use crate::{
    Config, HoldReason, Jobs, ModelVersions, Models, Pallet, Provers, Receipts, VerifyingKeys,
    jobs::terms_of,
    types::{AccountIdOf, BalanceOf, JobState, Payload, Prover},
};

/// An account's money: all of it, and what is held for each reason.
type Money<T> = (AccountIdOf<T>, BalanceOf<T>, [BalanceOf<T>; 5]);

/// The state before the migration.
#[derive(Encode, Decode)]
struct Before<T: Config> {
    issuance: BalanceOf<T>,
    money: Vec<Money<T>>,
    models: u64,
    versions: Vec<(ModelId, Version, old::ModelVersion<T>)>,
    keys: Vec<(VkHash, old::StoredKeyOf<T>)>,
    provers: Vec<(AccountIdOf<T>, Prover<T>)>,
    jobs: Vec<(JobId, old::Job<T>)>,
    receipts: Vec<(JobId, old::Receipt<T>)>,
}

/// The facts about the state before that [`after`] needs; empty when there is nothing to migrate.
pub fn before<T: Config>() -> Result<Vec<u8>, TryRuntimeError> {
    if Pallet::<T>::on_chain_storage_version() != StorageVersion::new(FROM) {
        return Ok(Vec::new());
    }
    let before = Before::<T> {
        issuance: T::Currency::total_issuance(),
        money: money::<T>(),
        models: count(Models::<T>::iter().count()),
        versions: old::ModelVersions::<T>::iter().collect(),
        keys: old::VerifyingKeys::<T>::iter().collect(),
        provers: Provers::<T>::iter().collect(),
        jobs: old::Jobs::<T>::iter().collect(),
        receipts: old::Receipts::<T>::iter().collect(),
    };
    // An iterator passes over what it cannot decode.
    ensure!(
        old::Jobs::<T>::iter_keys().count() == before.jobs.len(),
        "a job of version 1 does not decode"
    );
    ensure!(
        old::ModelVersions::<T>::iter_keys().count() == before.versions.len(),
        "a model version of version 1 does not decode"
    );
    ensure!(
        old::VerifyingKeys::<T>::iter_keys().count() == before.keys.len(),
        "a key of version 1 does not decode"
    );
    ensure!(
        old::Receipts::<T>::iter_keys().count() == before.receipts.len(),
        "a receipt of version 1 does not decode"
    );
    Ok(before.encode())
}

/// Compares the state with the one that [`before`] saw.
///
/// # Errors
/// What is not as it should be.
pub fn after<T: Config>(state: &[u8]) -> Result<(), TryRuntimeError> {
    if state.is_empty() {
        return Ok(());
    }
    let before =
        Before::<T>::decode(&mut &*state).map_err(|_| "the state before does not decode")?;
    ensure!(
        Pallet::<T>::on_chain_storage_version() == StorageVersion::new(TO),
        "the version is not the new one"
    );
    ensure!(old::JobByTerms::<T>::iter_keys().next().is_none(), "an entry by terms stays");
    ensure!(T::Currency::total_issuance() == before.issuance, "money was made or lost");
    ensure!(money::<T>() == before.money, "an account's money or what is held of it has changed");
    ensure!(count(Models::<T>::iter().count()) == before.models, "a model came or went");
    ensure!(
        Provers::<T>::iter().collect::<Vec<_>>() == before.provers,
        "a prover's stake has changed"
    );
    versions::<T>(&before)?;
    keys::<T>(&before)?;
    jobs::<T>(&before.jobs)?;
    receipts::<T>(&before.receipts)?;
    Pallet::<T>::do_try_state()
}

fn money<T: Config>() -> Vec<Money<T>> {
    let of = |who: AccountIdOf<T>| {
        let held = [
            HoldReason::ModelDeposit,
            HoldReason::KeyDeposit,
            HoldReason::ProverBond,
            HoldReason::Escrow,
            HoldReason::JobDeposit,
        ]
        .map(|reason| T::Currency::balance_on_hold(&reason.into(), &who));
        (who.clone(), T::Currency::total_balance(&who), held)
    };
    frame_system::Account::<T>::iter_keys().map(of).collect()
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn versions<T: Config>(before: &Before<T>) -> Result<(), TryRuntimeError> {
    ensure!(
        ModelVersions::<T>::iter().count() == before.versions.len(),
        "a model version came or went"
    );
    for (model, number, was) in &before.versions {
        let is = ModelVersions::<T>::get(model, number).ok_or("a model version is gone")?;
        let same =
            (is.model_hash, is.manifest_hash, is.model_commitment, is.statement, is.proof_system)
                == (
                    was.model_hash,
                    was.manifest_hash,
                    was.model_commitment,
                    was.statement,
                    was.proof_system,
                )
                && (is.vk_hash, is.trust, is.visibility, is.price, is.status, is.deposit)
                    == (was.vk_hash, was.trust, was.visibility, was.price, was.status, was.deposit)
                && is.allowed_provers == was.allowed_provers;
        ensure!(same, "a model version has changed");
    }
    Ok(())
}

fn keys<T: Config>(before: &Before<T>) -> Result<(), TryRuntimeError> {
    ensure!(VerifyingKeys::<T>::iter().count() == before.keys.len(), "a key came or went");
    for (hash, was) in &before.keys {
        let is = VerifyingKeys::<T>::get(hash).ok_or("a key is gone")?;
        let same =
            is.key == was.key && is.prepared == was.prepared && is.references == was.references;
        ensure!(same, "a key has changed");
        // Its depositor pays what it has paid, and nobody else anything.
        let mut paid: BalanceOf<T> = Zero::zero();
        for (model, _, version) in ModelVersions::<T>::iter().filter(|(_, _, v)| v.vk_hash == *hash)
        {
            let owner = Models::<T>::get(model).ok_or("a version has no model")?.owner;
            ensure!(
                version.key_deposit.is_zero() || owner == was.depositor,
                "another pays for a key"
            );
            paid = paid.saturating_add(version.key_deposit);
        }
        ensure!(paid == was.deposit, "a key's deposit is not where it should be");
    }
    Ok(())
}

fn jobs<T: Config>(before: &[(JobId, old::Job<T>)]) -> Result<(), TryRuntimeError> {
    ensure!(Jobs::<T>::iter().count() == before.len(), "a job came or went");
    for (id, was) in before {
        let is = Jobs::<T>::get(id).ok_or("a job is gone")?;
        let same = (&is.requester, is.nonce, is.version, is.vk_hash, is.input_commitment)
            == (&was.requester, was.nonce, was.version, was.vk_hash, was.input_commitment)
            && (is.reward, is.price, is.deadline, &is.provers, is.deposit)
                == (was.reward, was.price, was.deadline, &was.provers, was.deposit);
        ensure!(same, "a job has changed");
        let payload = match (Pallet::<T>::payload(*id), &was.payload) {
            (Payload::None, old::Payload::None) => true,
            (Payload::Public(is), old::Payload::Public(was)) => is == *was,
            _ => false,
        };
        ensure!(payload, "a job's payload has changed");
        let claim = match (&is.state, &was.state) {
            (JobState::Open, old::JobState::Open) => is.terms_hash == terms_of(*id, &is).hash(),
            (
                JobState::Claimed { prover, until, last, lock },
                old::JobState::Claimed { prover: claimant, until: was_until, lock: was_lock },
            ) => {
                is.terms_hash == was.terms_hash
                    && (prover, until, lock) == (claimant, was_until, was_lock)
                    && *last >= last_before::<T>(*was_until)
            }
            _ => false,
        };
        ensure!(claim, "a job's state or terms have changed");
    }
    Ok(())
}

/// Last block of a claim's grace, as version 1 had it.
fn last_before<T: Config>(until: BlockNumberFor<T>) -> BlockNumberFor<T> {
    until.saturating_add(Pallet::<T>::parameters().grace)
}

fn receipts<T: Config>(before: &[(JobId, old::Receipt<T>)]) -> Result<(), TryRuntimeError> {
    ensure!(Receipts::<T>::iter().count() == before.len(), "a receipt came or went");
    for (id, was) in before {
        let is = Receipts::<T>::get(id).ok_or("a receipt is gone")?;
        let same = (&is.requester, is.version, is.input_commitment, &is.output, &is.prover)
            == (&was.requester, was.version, was.input_commitment, &was.output, &was.prover)
            && (is.block, is.reward, is.price, is.deposit)
                == (was.block, was.reward, was.price, was.deposit);
        ensure!(same && is.purpose == Purpose::Job(was.terms_hash), "a receipt has changed");
    }
    Ok(())
}
