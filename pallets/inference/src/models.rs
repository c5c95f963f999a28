//! Models, their versions and their keys.
//!
//! A version's record stays permanently, under its deposit, because receipts name it. Its key stays
//! while the version is active or a job runs that was bought on it.

use codec::Encode;
use frame_support::ensure;
use sp_runtime::{DispatchError, DispatchResult, traits::Zero};
use zkinfer_primitives::{
    ManifestHash, ModelHash, ModelId, ModelVersionId, ProofSystem, StatementVersion, Trust,
    VerifyingKey, Visibility, VkHash,
};

use crate::{
    Config, Error, Event, HoldReason, ModelVersions, Models, NextModelId, Pallet, VerifyingKeys,
    generators::has_generators_of,
    types::{AccountIdOf, BalanceOf, Model, ModelVersion, ProverList, StoredKey, VersionStatus},
    verify::prepare,
};

/// Bytes of the key under which a model is stored.
const MODEL_KEYS: usize = 8 + 4;
/// Bytes of the key under which a model's version is stored.
const VERSION_KEYS: usize = 2 * (8 + 4);
/// Bytes of the key under which a verifying key is stored.
const KEY_KEYS: usize = 32;

/// An owner's statements about a version of a model.
pub(crate) struct NewVersion<T: Config> {
    pub(crate) model_hash: ModelHash,
    pub(crate) manifest_hash: ManifestHash,
    pub(crate) verifying_key: VerifyingKey,
    pub(crate) trust: Trust,
    pub(crate) visibility: Visibility,
    pub(crate) price: BalanceOf<T>,
    pub(crate) allowed_provers: Option<ProverList<T>>,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register(owner: AccountIdOf<T>, new: NewVersion<T>) -> DispatchResult {
        let number = NextModelId::<T>::get();
        NextModelId::<T>::put(number.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?);
        let id = ModelVersionId { model: number, version: 0 };
        let model = Model { owner: owner.clone(), versions: 1 };
        // The first version pays for the model's record.
        let bytes = model.encoded_size().saturating_add(MODEL_KEYS);
        let version = Self::store_version(&owner, id, new, 1, bytes)?;
        Models::<T>::insert(number, model);
        Self::deposit_event(Event::ModelRegistered {
            version: id,
            owner,
            model_hash: version.model_hash,
            manifest_hash: version.manifest_hash,
            vk_hash: version.vk_hash,
            price: version.price,
        });
        Ok(())
    }

    pub(crate) fn do_add_version(
        owner: AccountIdOf<T>,
        number: ModelId,
        new: NewVersion<T>,
    ) -> DispatchResult {
        let mut model = Self::model_of(&owner, number)?;
        let id = ModelVersionId { model: number, version: model.versions };
        model.versions = model.versions.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?;
        let version = Self::store_version(&owner, id, new, 0, 0)?;
        Models::<T>::insert(number, model);
        Self::deposit_event(Event::VersionAdded {
            version: id,
            owner,
            model_hash: version.model_hash,
            manifest_hash: version.manifest_hash,
            vk_hash: version.vk_hash,
            price: version.price,
        });
        Ok(())
    }

    pub(crate) fn do_retire_version(owner: AccountIdOf<T>, id: ModelVersionId) -> DispatchResult {
        Self::model_of(&owner, id.model)?;
        let mut version = Self::active_version(id)?;
        version.status = VersionStatus::Retired;
        Self::drop_key(&version.vk_hash)?;
        Self::release(HoldReason::KeyDeposit, &owner, version.key_deposit)?;
        ModelVersions::<T>::insert(id.model, id.version, version);
        Self::deposit_event(Event::VersionRetired { version: id });
        Ok(())
    }

    /// Validates a new version, holds its deposits and stores it with its key. `items` and `bytes`
    /// are what else its deposit covers.
    fn store_version(
        owner: &AccountIdOf<T>,
        id: ModelVersionId,
        new: NewVersion<T>,
        items: u32,
        bytes: usize,
    ) -> Result<ModelVersion<T>, DispatchError> {
        let proof_system = new.verifying_key.system();
        ensure!(trust_is_possible(proof_system, new.trust), Error::<T>::TrustNotPossible);
        ensure!(
            visibility_is_possible(proof_system, new.visibility),
            Error::<T>::VisibilityNotPossible
        );
        check_list::<T>(&new.allowed_provers)?;
        let parameters = Self::parameters();
        let (vk_hash, key_bytes) = Self::store_key(new.verifying_key)?;
        let mut version = ModelVersion::<T> {
            model_hash: new.model_hash,
            manifest_hash: new.manifest_hash,
            model_commitment: None,
            statement: StatementVersion::V1,
            proof_system,
            vk_hash,
            trust: new.trust,
            visibility: new.visibility,
            price: new.price,
            allowed_provers: new.allowed_provers,
            status: VersionStatus::Active,
            deposit: Zero::zero(),
            key_deposit: Self::deposit_for(&parameters, 1, key_bytes.saturating_add(KEY_KEYS)),
        };
        let bytes = bytes.saturating_add(version.encoded_size()).saturating_add(VERSION_KEYS);
        version.deposit = Self::deposit_for(&parameters, items.saturating_add(1), bytes);
        Self::hold(HoldReason::ModelDeposit, owner, version.deposit)?;
        Self::hold(HoldReason::KeyDeposit, owner, version.key_deposit)?;
        ModelVersions::<T>::insert(id.model, id.version, version.clone());
        Ok(version)
    }

    /// Stores a key, or adds a reference to one that is stored. Returns its hash and its stored
    /// bytes.
    ///
    /// A Halo2 key's generators must be on chain, where they stay: else no proof under it could be
    /// checked.
    fn store_key(key: VerifyingKey) -> Result<(VkHash, usize), DispatchError> {
        let hash = key.hash();
        if let Some(mut stored) = VerifyingKeys::<T>::get(hash) {
            ensure!(has_generators_of::<T>(&stored.key)?, Error::<T>::GeneratorsMissing);
            stored.references =
                stored.references.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?;
            let bytes = stored.encoded_size();
            VerifyingKeys::<T>::insert(hash, stored);
            return Ok((hash, bytes));
        }
        let prepared = prepare::<T>(&key)?;
        ensure!(has_generators_of::<T>(&key)?, Error::<T>::GeneratorsMissing);
        let stored = StoredKey { key, prepared, references: 1 };
        let bytes = stored.encoded_size();
        VerifyingKeys::<T>::insert(hash, stored);
        Ok((hash, bytes))
    }

    /// Adds a reference to a stored key.
    pub(crate) fn use_key(hash: &VkHash) -> DispatchResult {
        VerifyingKeys::<T>::try_mutate(hash, |stored| {
            let stored = stored.as_mut().ok_or(Error::<T>::BrokenRecord)?;
            stored.references =
                stored.references.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?;
            Ok(())
        })
    }

    /// Takes a reference off a stored key. The key goes with its last one.
    pub(crate) fn drop_key(hash: &VkHash) -> DispatchResult {
        VerifyingKeys::<T>::try_mutate_exists(hash, |stored| {
            let key = stored.as_mut().ok_or(Error::<T>::BrokenRecord)?;
            key.references = key.references.checked_sub(1).ok_or(Error::<T>::BrokenRecord)?;
            if key.references == 0 {
                *stored = None;
            }
            Ok(())
        })
    }

    /// A model of this owner's.
    fn model_of(
        owner: &AccountIdOf<T>,
        number: ModelId,
    ) -> Result<Model<AccountIdOf<T>>, Error<T>> {
        let model = Models::<T>::get(number).ok_or(Error::<T>::ModelNotFound)?;
        ensure!(model.owner == *owner, Error::<T>::NotOwner);
        Ok(model)
    }

    pub(crate) fn version_of(id: ModelVersionId) -> Result<ModelVersion<T>, Error<T>> {
        ModelVersions::<T>::get(id.model, id.version).ok_or(Error::<T>::VersionNotFound)
    }

    pub(crate) fn active_version(id: ModelVersionId) -> Result<ModelVersion<T>, Error<T>> {
        let version = Self::version_of(id)?;
        ensure!(version.status == VersionStatus::Active, Error::<T>::VersionRetired);
        Ok(version)
    }
}

/// Refuses a list that nobody is on.
pub(crate) fn check_list<T: Config>(list: &Option<ProverList<T>>) -> Result<(), Error<T>> {
    match list {
        Some(provers) if provers.is_empty() => Err(Error::<T>::NoProvers),
        _ => Ok(()),
    }
}

/// Groth16 needs a setup, whose secret somebody had: never `Transparent`. Halo2 has none: never
/// anything else.
fn trust_is_possible(system: ProofSystem, trust: Trust) -> bool {
    match system {
        ProofSystem::Groth16 => trust != Trust::Transparent,
        ProofSystem::Halo2 => trust == Trust::Transparent,
    }
}

/// Halo2's proofs open the fixed columns, which hold the weights: they do not stay with the owner.
fn visibility_is_possible(system: ProofSystem, visibility: Visibility) -> bool {
    match system {
        ProofSystem::Groth16 => true,
        ProofSystem::Halo2 => visibility == Visibility::Open,
    }
}
