use frame_support::{assert_noop, assert_ok};
use zkinfer_primitives::TermsHash;

use crate::{Error, Event, Jobs, Pallet, Provers, mock::*, types::JobState};

fn try_claim(who: Account, job: u64) -> sp_runtime::DispatchResult {
    Inference::claim(signed(who), job, terms(job))
}

#[test]
fn a_claim_locks_a_share_of_the_pay() {
    run(|| {
        register();
        bond(prover());
        let job = Ask::default().job();
        assert_ok!(try_claim(prover(), job));
        let until = 1 + CLAIM_PERIOD;
        assert_eq!(last_event(), Event::JobClaimed { job, prover: prover(), until, lock: LOCK });
        let state = JobState::Claimed { prover: prover(), until, last: until + GRACE, lock: LOCK };
        assert_eq!(Jobs::<Test>::get(job).unwrap().state, state);
        assert_eq!(Provers::<Test>::get(prover()).unwrap().locked, LOCK);
        assert_eq!(Pallet::<Test>::prover(prover()).unwrap().free, MIN_BOND - LOCK);
    });
}

#[test]
fn a_lock_is_rounded_up_and_has_a_least() {
    run(|| {
        register();
        bond(prover());
        let lock = |reward| {
            let job = Ask { reward, ..Ask::default() }.job();
            claim(prover(), job);
            match Jobs::<Test>::get(job).unwrap().state {
                JobState::Claimed { lock, .. } => lock,
                JobState::Open => 0,
            }
        };
        assert_eq!(lock(PRICE), 100);
        assert_eq!(lock(PRICE + 350), 100);
        assert_eq!(lock(PRICE + 351), 101);
    });
}

/// A version's owner gets the price that it pays back: a job of its own with a price near the
/// reward must not lock up the bonds of others.
#[test]
fn a_price_that_the_requester_gets_back_locks_nobodys_bond() {
    run(|| {
        register_for(owner(), &SETUP, PRICE, None);
        let copy = register_for(requester(), &SETUP, 4_998, None);
        bond(prover());
        let before = total(&requester());
        let job = Ask { version: copy, max_price: 4_998, reward: 5_000, ..Ask::default() }.job();
        claim(prover(), job);
        let stake = Provers::<Test>::get(prover()).unwrap();
        assert_eq!((stake.locked, stake.free()), (MIN_CLAIM_BOND, MIN_BOND - MIN_CLAIM_BOND));
        assert_ok!(submit(prover(), job, proof(job, prover())));
        assert_eq!(total(&requester()), before - 2);
        assert_eq!(total(&prover()), START + 2);
    });
}

#[test]
fn a_claim_ends_with_the_deadline_if_that_is_sooner() {
    run(|| {
        register();
        bond(prover());
        let job = Ask { deadline: 1 + MIN_PROVING, ..Ask::default() }.job();
        assert_ok!(try_claim(prover(), job));
        let JobState::Claimed { until, .. } = Jobs::<Test>::get(job).unwrap().state else {
            panic!()
        };
        assert_eq!(until, 1 + MIN_PROVING);
    });
}

#[test]
fn a_claim_names_the_jobs_terms() {
    run(|| {
        register();
        bond(prover());
        let job = Ask::default().job();
        let other = TermsHash([9; 32]);
        assert_noop!(Inference::claim(signed(prover()), job, other), Error::<Test>::TermsMismatch);
        assert_noop!(Inference::claim(signed(prover()), 9, terms(job)), Error::<Test>::JobNotFound);
    });
}

#[test]
fn a_job_is_claimed_once() {
    run(|| {
        let job = claimed();
        bond(rival());
        assert_noop!(try_claim(rival(), job), Error::<Test>::JobNotOpen);
        assert_noop!(try_claim(prover(), job), Error::<Test>::JobNotOpen);
    });
}

#[test]
fn only_those_on_both_lists_claim() {
    run(|| {
        register_for(owner(), &SETUP, PRICE, list(&[prover(), rival()]));
        for who in [prover(), rival(), stranger()] {
            bond(who);
        }
        let open = Ask::default().job();
        assert_noop!(try_claim(stranger(), open), Error::<Test>::ProverNotAllowed);
        let directed = Ask { provers: list(&[rival()]), ..Ask::default() }.job();
        assert_noop!(try_claim(prover(), directed), Error::<Test>::ProverNotAllowed);
        assert_ok!(try_claim(rival(), directed));
        assert_ok!(try_claim(prover(), open));
    });
}

#[test]
fn the_last_block_for_a_claim_leaves_the_time_to_prove() {
    run(|| {
        register();
        bond(prover());
        let job = Ask { deadline: 50, ..Ask::default() }.job();
        for block in [50 - MIN_PROVING + 1, 50, 51] {
            go_to(block);
            assert_noop!(try_claim(prover(), job), Error::<Test>::TooLateToClaim);
        }
        let job = Ask { deadline: 60, ..Ask::default() }.job();
        go_to(60 - MIN_PROVING);
        assert_ok!(try_claim(prover(), job));
    });
}

#[test]
fn a_claim_needs_a_free_bond() {
    run(|| {
        register();
        let jobs: Vec<_> = (0..6).map(|_| Ask::default().job()).collect();
        assert_noop!(try_claim(prover(), jobs[0]), Error::<Test>::NotBonded);
        bond(prover());
        for job in &jobs[..5] {
            assert_ok!(try_claim(prover(), *job));
        }
        assert_noop!(try_claim(prover(), jobs[5]), Error::<Test>::BondLocked);
    });
}

#[test]
fn what_is_on_its_way_out_is_no_bond() {
    run(|| {
        register();
        bond(prover());
        let job = Ask::default().job();
        assert_ok!(Inference::unbond(signed(prover()), MIN_BOND));
        assert_noop!(try_claim(prover(), job), Error::<Test>::BondTooLow);
    });
}

#[test]
fn a_slashed_prover_bonds_again_before_it_claims() {
    run(|| {
        let job = claimed();
        let proof = OTHER.prove(&commitment(7), &ANSWER, &context(job, prover()));
        assert_ok!(submit(prover(), job, proof));
        assert_noop!(try_claim(prover(), job), Error::<Test>::BondTooLow);
        assert_noop!(Inference::bond_extra(signed(prover()), LOCK - 1), Error::<Test>::BondTooLow);
        assert_ok!(Inference::bond_extra(signed(prover()), LOCK));
        assert_ok!(try_claim(prover(), job));
    });
}
