use frame_support::{assert_noop, assert_ok};
use sp_runtime::TokenError;
use zkinfer_primitives::{
    ManifestHash, ModelHash, ProofSystem, StatementVersion, Trust, VerifyingKey, Visibility,
};

use crate::{
    Error, Event, HoldReason, ModelVersions, Models, Pallet, VerifyingKeys, mock::*,
    types::VersionStatus,
};

fn register_with(
    who: Account,
    key: VerifyingKey,
    trust: Trust,
    allowed: &[Account],
) -> sp_runtime::DispatchResult {
    let allowed = (!allowed.is_empty()).then(|| allowed.to_vec().try_into().unwrap());
    Inference::register_model(
        signed(who),
        ModelHash([1; 32]),
        ManifestHash([2; 32]),
        Box::new(key),
        trust,
        Visibility::Open,
        PRICE,
        allowed,
    )
}

#[test]
fn a_model_is_stored_with_its_first_version_and_its_key() {
    run(|| {
        let id = register();
        let version = Pallet::<Test>::model_version(id).unwrap();
        assert_eq!(Models::<Test>::get(0).unwrap().owner, owner());
        assert_eq!(Models::<Test>::get(0).unwrap().versions, 1);
        assert_eq!(version.vk_hash, SETUP.key().hash());
        assert_eq!(version.statement, StatementVersion::V1);
        assert_eq!(version.proof_system, ProofSystem::Groth16);
        assert_eq!(version.model_commitment, None);
        assert_eq!(version.status, VersionStatus::Active);
        let key = VerifyingKeys::<Test>::get(version.vk_hash).unwrap();
        assert_eq!((key.references, key.key), (1, SETUP.key()));
        assert_eq!(
            last_event(),
            Event::ModelRegistered {
                version: id,
                owner: owner(),
                model_hash: ModelHash([1; 32]),
                manifest_hash: ManifestHash([2; 32]),
                vk_hash: version.vk_hash,
                price: PRICE,
            }
        );
        assert_eq!(held(&owner(), HoldReason::ModelDeposit), version.deposit);
        assert_eq!(held(&owner(), HoldReason::KeyDeposit), version.key_deposit);
        assert_eq!(free(&owner()), START - version.deposit - version.key_deposit);
    });
}

#[test]
fn a_key_is_stored_once_and_paid_by_each_version() {
    run(|| {
        register();
        register_for(stranger(), &SETUP, 1, list(&[prover()]));
        let key = VerifyingKeys::<Test>::get(SETUP.key().hash()).unwrap();
        assert_eq!(key.references, 2);
        let paid = held(&owner(), HoldReason::KeyDeposit);
        assert!(paid > 0 && paid == held(&stranger(), HoldReason::KeyDeposit));
        // The longer version costs more: a list of one account.
        let deposit = |model| ModelVersions::<Test>::get(model, 0).unwrap().deposit;
        assert_eq!(deposit(1) - deposit(0), 33);
    });
}

#[test]
fn a_key_that_is_no_key_is_refused() {
    run(|| {
        let VerifyingKey::Groth16(good) = SETUP.key() else { panic!("a Groth16 key") };
        let mut flipped = good;
        flipped[100] ^= 1;
        // γ = δ lets anybody forge.
        let mut forgeable = good;
        forgeable.copy_within(144..240, 240);
        for bytes in [flipped, forgeable, [0; 528], [0xff; 528]] {
            let key = VerifyingKey::Groth16(bytes);
            assert_noop!(
                register_with(owner(), key, Trust::Ceremony, &[]),
                Error::<Test>::InvalidVerifyingKey
            );
        }
    });
}

#[test]
fn groth16_is_never_transparent() {
    run(|| {
        assert_noop!(
            register_with(owner(), SETUP.key(), Trust::Transparent, &[]),
            Error::<Test>::TrustNotPossible
        );
        assert_ok!(register_with(owner(), SETUP.key(), Trust::Ceremony, &[]));
    });
}

#[test]
fn an_empty_list_of_provers_is_refused() {
    run(|| {
        let call = Inference::register_model(
            signed(owner()),
            ModelHash([1; 32]),
            ManifestHash([2; 32]),
            Box::new(SETUP.key()),
            Trust::Ceremony,
            Visibility::Open,
            0,
            list(&[]),
        );
        assert_noop!(call, Error::<Test>::NoProvers);
    });
}

#[test]
fn who_cannot_pay_the_deposits_registers_nothing() {
    run(|| {
        Balances::force_set_balance(RuntimeOrigin::root(), account(40), 1_500).unwrap();
        // The deposit of the key alone is more.
        assert_noop!(
            register_with(account(40), SETUP.key(), Trust::Ceremony, &[]),
            TokenError::FundsUnavailable
        );
        Balances::force_set_balance(RuntimeOrigin::root(), account(40), 0).unwrap();
    });
}

#[test]
fn numbers_do_not_wrap() {
    run(|| {
        crate::NextModelId::<Test>::put(u32::MAX);
        assert_noop!(
            register_with(owner(), SETUP.key(), Trust::Ceremony, &[]),
            Error::<Test>::NumbersExhausted
        );
    });
}
