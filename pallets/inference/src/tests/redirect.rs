use frame_support::{assert_noop, assert_ok};
use zkinfer_primitives::ModelVersionId;

use crate::{
    Error, Event, HoldReason, Jobs, Payloads, Provers,
    mock::*,
    types::{JobState, Payload},
};

fn redirect(
    who: Account,
    job: u64,
    deadline: u32,
    provers: &[Account],
) -> sp_runtime::DispatchResult {
    let provers = if provers.is_empty() { None } else { list(provers) };
    Inference::redirect(signed(who), job, Payload::None, deadline, provers)
}

#[test]
fn an_open_job_gets_new_terms() {
    run(|| {
        register();
        bond(prover());
        let payload = Payload::Public(vec![1; 500].try_into().unwrap());
        let job = Ask { payload, provers: list(&[rival()]), ..Ask::default() }.job();
        let before = Jobs::<Test>::get(job).unwrap();
        assert_ok!(redirect(requester(), job, 70, &[prover()]));
        let after = Jobs::<Test>::get(job).unwrap();
        assert_ne!(after.terms_hash, before.terms_hash);
        assert_eq!((after.deadline, after.provers.clone()), (70, list(&[prover()])));
        assert_eq!(
            (after.reward, after.price, after.version),
            (before.reward, before.price, before.version)
        );
        assert!(after.deposit < before.deposit && !Payloads::<Test>::contains_key(job));
        assert_eq!(held(&requester(), HoldReason::JobDeposit), after.deposit);
        assert_noop!(
            Inference::claim(signed(prover()), job, before.terms_hash),
            Error::<Test>::TermsMismatch
        );
        claim(prover(), job);
        assert_ok!(submit(prover(), job, proof(job, prover())));
    });
}

#[test]
fn its_terms_are_new_even_when_nothing_but_the_provers_changes() {
    run(|| {
        register();
        let job = Ask::default().job();
        let before = Jobs::<Test>::get(job).unwrap();
        // As from a derived account, whose nonce stands still.
        assert_ok!(redirect(requester(), job, before.deadline, &[prover()]));
        let after = Jobs::<Test>::get(job).unwrap();
        assert_eq!(after.payload_hash, before.payload_hash);
        assert_ne!(after.terms_hash, before.terms_hash);
    });
}

#[test]
fn only_the_requester_and_only_without_a_live_claim() {
    run(|| {
        let job = claimed();
        assert_noop!(redirect(stranger(), job, 60, &[]), Error::<Test>::NotRequester);
        assert_noop!(redirect(requester(), job, 60, &[]), Error::<Test>::JobNotOpen);
        assert_noop!(redirect(requester(), job + 1, 60, &[]), Error::<Test>::JobNotFound);
        go_to(1 + CLAIM_PERIOD + GRACE);
        assert_noop!(redirect(requester(), job, 60, &[]), Error::<Test>::JobNotOpen);
    });
}

#[test]
fn a_claim_whose_time_is_over_loses_its_lock_to_the_requester() {
    run(|| {
        let job = claimed();
        let had = total(&requester());
        go_to(1 + CLAIM_PERIOD + GRACE + 1);
        assert_ok!(redirect(requester(), job, 60, &[rival()]));
        assert!(events().contains(&Event::ClaimExpired { job, prover: prover(), slashed: LOCK }));
        assert_eq!(total(&requester()), had + LOCK);
        assert_eq!(Provers::<Test>::get(prover()).unwrap().bond, MIN_BOND - LOCK);
        assert_eq!(Jobs::<Test>::get(job).unwrap().state, JobState::Open);
    });
}

#[test]
fn its_new_deadline_and_provers_are_checked_as_a_requests() {
    run(|| {
        register_for(owner(), &SETUP, PRICE, list(&[prover()]));
        let job = Ask::default().job();
        assert_noop!(redirect(requester(), job, 2, &[]), Error::<Test>::DeadlineTooSoon);
        assert_noop!(redirect(requester(), job, 2 + MAX_JOB, &[]), Error::<Test>::DeadlineTooFar);
        assert_noop!(redirect(requester(), job, 60, &[rival()]), Error::<Test>::ProverNotAllowed);
        let empty = Inference::redirect(signed(requester()), job, Payload::None, 60, list(&[]));
        assert_noop!(empty, Error::<Test>::NoProvers);
    });
}

#[test]
fn a_retired_versions_job_is_not_prolonged() {
    run(|| {
        let version = register();
        let job = Ask::default().job();
        assert_ok!(Inference::retire_version(signed(owner()), version));
        let deadline = Jobs::<Test>::get(job).unwrap().deadline;
        assert_noop!(redirect(requester(), job, deadline + 1, &[]), Error::<Test>::VersionRetired);
        assert_ok!(redirect(requester(), job, deadline, &[prover()]));
        assert_eq!(version, ModelVersionId { model: 0, version: 0 });
    });
}
