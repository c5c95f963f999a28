use frame_support::{assert_noop, assert_ok};
use zkinfer_primitives::{ManifestHash, ModelHash, ModelVersionId, Trust, Visibility};

use crate::{
    Error, Event, HoldReason, Jobs, ModelVersions, Models, VerifyingKeys,
    mock::{prover::Setup, *},
    types::{Payload, VersionStatus},
};

fn add(who: Account, model: u32, setup: &Setup) -> sp_runtime::DispatchResult {
    Inference::add_version(
        signed(who),
        model,
        ModelHash([3; 32]),
        ManifestHash([4; 32]),
        Box::new(setup.key()),
        Trust::Ceremony,
        Visibility::Open,
        5,
        None,
    )
}

const fn id(version: u32) -> ModelVersionId {
    ModelVersionId { model: 0, version }
}

#[test]
fn a_version_is_added_by_the_owner_alone() {
    run(|| {
        assert_noop!(add(owner(), 0, &OTHER), Error::<Test>::ModelNotFound);
        register();
        assert_noop!(add(stranger(), 0, &OTHER), Error::<Test>::NotOwner);
        assert_ok!(add(owner(), 0, &OTHER));
        assert_eq!(Models::<Test>::get(0).unwrap().versions, 2);
        let version = ModelVersions::<Test>::get(0, 1).unwrap();
        assert_eq!((version.vk_hash, version.price), (OTHER.key().hash(), 5));
        let first = ModelVersions::<Test>::get(0, 0).unwrap();
        assert_eq!(held(&owner(), HoldReason::ModelDeposit), first.deposit + version.deposit);
        assert!(matches!(last_event(), Event::VersionAdded { version, .. } if version == id(1)));
    });
}

#[test]
fn versions_of_one_key_share_it() {
    run(|| {
        register();
        assert_ok!(add(owner(), 0, &SETUP));
        assert_eq!(VerifyingKeys::<Test>::get(SETUP.key().hash()).unwrap().references, 2);
        assert_ok!(Inference::retire_version(signed(owner()), id(0)));
        assert_eq!(VerifyingKeys::<Test>::get(SETUP.key().hash()).unwrap().references, 1);
        assert_ok!(Inference::retire_version(signed(owner()), id(1)));
        assert!(VerifyingKeys::<Test>::get(SETUP.key().hash()).is_none());
        assert_eq!(held(&owner(), HoldReason::KeyDeposit), 0);
    });
}

#[test]
fn retiring_is_the_owners_and_final() {
    run(|| {
        assert_noop!(
            Inference::retire_version(signed(owner()), id(0)),
            Error::<Test>::ModelNotFound
        );
        register();
        assert_noop!(Inference::retire_version(signed(stranger()), id(0)), Error::<Test>::NotOwner);
        assert_noop!(
            Inference::retire_version(signed(owner()), id(1)),
            Error::<Test>::VersionNotFound
        );
        assert_ok!(Inference::retire_version(signed(owner()), id(0)));
        assert_eq!(last_event(), Event::VersionRetired { version: id(0) });
        assert_eq!(ModelVersions::<Test>::get(0, 0).unwrap().status, VersionStatus::Retired);
        assert_noop!(
            Inference::retire_version(signed(owner()), id(0)),
            Error::<Test>::VersionRetired
        );
    });
}

#[test]
fn a_retired_versions_key_stays_for_its_jobs() {
    run(|| {
        let job = claimed();
        assert_ok!(Inference::retire_version(signed(owner()), id(0)));
        assert_eq!(VerifyingKeys::<Test>::get(SETUP.key().hash()).unwrap().references, 1);
        assert_ok!(submit(prover(), job, proof(job, prover())));
        assert!(VerifyingKeys::<Test>::get(SETUP.key().hash()).is_none());
    });
}

#[test]
fn whoever_keeps_a_retired_versions_key_stored_pays_for_it() {
    run(|| {
        register();
        let key_deposit = ModelVersions::<Test>::get(0, 0).unwrap().key_deposit;
        let job = Ask::default().job();
        assert_ok!(Inference::retire_version(signed(owner()), id(0)));
        assert_eq!(held(&owner(), HoldReason::KeyDeposit), 0);
        assert!(VerifyingKeys::<Test>::contains_key(SETUP.key().hash()), "the open job keeps it");
        let deposit = held(&requester(), HoldReason::JobDeposit);
        assert!(deposit > key_deposit);
        // Also after a redirect, when the version has been retired.
        let deadline = Jobs::<Test>::get(job).unwrap().deadline;
        assert_ok!(Inference::redirect(signed(requester()), job, Payload::None, deadline, None));
        assert_eq!(held(&requester(), HoldReason::JobDeposit), deposit);
        assert_ok!(Inference::cancel(signed(requester()), job));
        assert_eq!(held(&requester(), HoldReason::JobDeposit), 0);
        assert!(!VerifyingKeys::<Test>::contains_key(SETUP.key().hash()));
    });
}

#[test]
fn version_numbers_do_not_wrap() {
    externalities().execute_with(|| {
        register();
        Models::<Test>::mutate(0, |model| model.as_mut().unwrap().versions = u32::MAX);
        assert_noop!(add(owner(), 0, &SETUP), Error::<Test>::NumbersExhausted);
    });
}
