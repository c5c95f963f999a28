//! Models, their versions and their keys.

use codec::Encode;
use frame_support::ensure;
use sp_runtime::DispatchResult;
use zkinfer_primitives::{
    ManifestHash, ModelHash, ModelVersionId, ProofSystem, StatementVersion, Trust, VerifyingKey, Visibility,
    VkHash,
};
use zkinfer_verifier::groth16;

use crate::{
    Config, Error, Event, HoldReason, ModelVersions, Models, NextModelId, Pallet, VerifyingKeys,
    types::{AccountIdOf, BalanceOf, Model, ModelVersion, PreparedKey, ProverList, StoredKey, VersionStatus},
};

/// Bytes of the keys under which a model and its version are stored.
const MODEL_KEYS: usize = 3 * (8 + 4);
/// Bytes of the key under which a verifying key is stored.
const KEY_KEYS: usize = 32;

impl<T: Config> Pallet<T> {
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn do_register(
        owner: AccountIdOf<T>,
        model_hash: ModelHash,
        manifest_hash: ManifestHash,
        verifying_key: VerifyingKey,
        trust: Trust,
        visibility: Visibility,
        price: BalanceOf<T>,
        allowed_provers: Option<ProverList<T>>,
    ) -> DispatchResult {
        let proof_system = verifying_key.system();
        ensure!(trust_is_possible(proof_system, trust), Error::<T>::TrustNotPossible);
        check_list::<T>(&allowed_provers)?;
        let vk_hash = Self::store_key(&owner, verifying_key)?;
        let id = Self::next_model()?;
        let model = Model { owner: owner.clone(), versions: 1 };
        let mut version = ModelVersion::<T> {
            model_hash,
            manifest_hash,
            model_commitment: None,
            statement: StatementVersion::V1,
            proof_system,
            vk_hash,
            trust,
            visibility,
            price,
            allowed_provers,
            status: VersionStatus::Active,
            deposit: Default::default(),
        };
        let bytes = model.encoded_size().saturating_add(version.encoded_size()).saturating_add(MODEL_KEYS);
        version.deposit = Self::deposit_for(2, bytes);
        Self::hold(HoldReason::ModelDeposit, &owner, version.deposit)?;
        Models::<T>::insert(id.model, model);
        ModelVersions::<T>::insert(id.model, id.version, version);
        Self::deposit_event(Event::ModelRegistered {
            version: id,
            owner,
            model_hash,
            manifest_hash,
            vk_hash,
            price,
        });
        Ok(())
    }

    fn next_model() -> Result<ModelVersionId, Error<T>> {
        let model = NextModelId::<T>::get();
        NextModelId::<T>::put(model.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?);
        Ok(ModelVersionId { model, version: 0 })
    }

    /// Stores a key, or adds a reference to one that is stored.
    fn store_key(owner: &AccountIdOf<T>, key: VerifyingKey) -> Result<VkHash, sp_runtime::DispatchError> {
        let hash = key.hash();
        if VerifyingKeys::<T>::contains_key(hash) {
            Self::use_key(&hash)?;
            return Ok(hash);
        }
        let prepared = prepare(&key).ok_or(Error::<T>::InvalidVerifyingKey)?;
        let mut stored =
            StoredKey { key, prepared, references: 1, depositor: owner.clone(), deposit: Default::default() };
        stored.deposit = Self::deposit_for(1, stored.encoded_size().saturating_add(KEY_KEYS));
        Self::hold(HoldReason::KeyDeposit, owner, stored.deposit)?;
        VerifyingKeys::<T>::insert(hash, stored);
        Ok(hash)
    }

    /// Adds a reference to a stored key.
    pub(crate) fn use_key(hash: &VkHash) -> DispatchResult {
        VerifyingKeys::<T>::try_mutate(hash, |stored| {
            let stored = stored.as_mut().ok_or(Error::<T>::BrokenRecord)?;
            stored.references = stored.references.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?;
            Ok(())
        })
    }

    /// Takes a reference off a stored key. The key goes with its last one, and its deposit is free again.
    pub(crate) fn drop_key(hash: &VkHash) -> DispatchResult {
        let mut stored = VerifyingKeys::<T>::get(hash).ok_or(Error::<T>::BrokenRecord)?;
        stored.references = stored.references.checked_sub(1).ok_or(Error::<T>::BrokenRecord)?;
        if stored.references > 0 {
            VerifyingKeys::<T>::insert(hash, stored);
            return Ok(());
        }
        VerifyingKeys::<T>::remove(hash);
        Self::release(HoldReason::KeyDeposit, &stored.depositor, stored.deposit)
    }
}

/// Refuses a list that nobody is on.
pub(crate) fn check_list<T: Config>(list: &Option<ProverList<T>>) -> Result<(), Error<T>> {
    match list {
        Some(provers) if provers.is_empty() => Err(Error::<T>::NoProvers),
        _ => Ok(()),
    }
}

/// Groth16 needs a setup, whose secret somebody had: never `Transparent`.
fn trust_is_possible(system: ProofSystem, trust: Trust) -> bool {
    match system {
        ProofSystem::Groth16 => trust != Trust::Transparent,
    }
}

/// Validates a key and prepares it for verification.
fn prepare(key: &VerifyingKey) -> Option<PreparedKey> {
    let VerifyingKey::Groth16(bytes) = key;
    let key = groth16::VerifyingKey::decode(bytes).ok()?;
    let prepared = groth16::PreparedVerifyingKey::prepare(&key).to_bytes();
    PreparedKey::try_from(prepared.to_vec()).ok()
}
