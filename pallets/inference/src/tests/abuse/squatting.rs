use frame_support::{assert_noop, assert_ok};
use zkinfer_primitives::{ModelVersionId, Proof};

use crate::{Error, HoldReason, Jobs, Provers, Receipts, mock::*, types::JobState};

fn expire(job: u64) {
    assert_ok!(Inference::expire(signed(stranger()), job));
}

#[test]
fn who_claims_without_a_key_pays_its_lock_to_the_requester_each_time_and_the_job_is_answered() {
    run(|| {
        register();
        bond(prover());
        assert_ok!(Inference::bond(signed(rival()), MIN_BOND + 10 * LOCK));
        let job = Ask { deadline: 1 + MAX_JOB, ..Ask::default() }.job();
        let mut squats = 0;
        // As long as it is first, and the deadline leaves time.
        while System::block_number() + 2 * (CLAIM_PERIOD + GRACE + 1) < MAX_JOB {
            claim(rival(), job);
            let JobState::Claimed { last, .. } = Jobs::<Test>::get(job).unwrap().state else {
                panic!("claimed")
            };
            assert_eq!(last, System::block_number() + CLAIM_PERIOD + GRACE, "no claim is longer");
            go_to(last + 1);
            expire(job);
            squats += 1;
        }
        assert_eq!(squats, 2);
        assert_eq!(total(&rival()), START - squats * LOCK);
        assert_eq!(total(&requester()), START + squats * LOCK);
        claim(prover(), job);
        assert_ok!(submit(prover(), job, proof(job, prover())));
        assert!(Receipts::<Test>::contains_key(job));
    });
}

#[test]
fn a_bond_covers_so_many_claims_and_no_more() {
    run(|| {
        register();
        bond(prover());
        let jobs: Vec<_> = (0..=MIN_BOND / LOCK).map(|_| Ask::default().job()).collect();
        let (last, within) = jobs.split_last().unwrap();
        within.iter().for_each(|job| claim(prover(), *job));
        assert_noop!(
            Inference::claim(signed(prover()), *last, terms(*last)),
            Error::<Test>::BondLocked
        );
        // Nor can anything leave under them, or be staked a second time.
        assert_noop!(Inference::unbond(signed(prover()), 1), Error::<Test>::BondLocked);
        let version = ModelVersionId { model: 0, version: 0 };
        let proof = Proof::Groth16([0; 192]);
        let attest = Inference::attest(
            signed(prover()),
            version,
            SETUP.key().hash(),
            0,
            commitment(7),
            ANSWER,
            proof,
        );
        assert_noop!(attest.map_err(|error| error.error), Error::<Test>::BondLocked);

        // All of them time out in one block, and each is paid in full.
        let had = total(&requester());
        go_to(1 + CLAIM_PERIOD + GRACE + 1);
        within.iter().rev().for_each(|job| expire(*job));
        assert_eq!(total(&requester()), had + MIN_BOND);
        assert_eq!(total(&prover()), START - MIN_BOND);
        assert!(Provers::<Test>::get(prover()).is_none());
    });
}

#[test]
fn parts_on_their_way_out_are_not_touched_by_time_outs_that_the_bond_covers() {
    run(|| {
        register();
        assert_ok!(Inference::bond(signed(prover()), 2 * MIN_BOND));
        assert_ok!(Inference::unbond(signed(prover()), MIN_BOND));
        let jobs: Vec<_> = (0..5).map(|_| Ask::default().job()).collect();
        jobs.iter().for_each(|job| claim(prover(), *job));
        go_to(1 + CLAIM_PERIOD + GRACE + 1);
        jobs.iter().for_each(|job| expire(*job));
        assert_eq!(held(&prover(), HoldReason::ProverBond), MIN_BOND);
        go_to(1 + UNBONDING);
        assert_ok!(Inference::withdraw_unbonded(signed(prover())));
        assert_eq!(free(&prover()), START - MIN_BOND);
    });
}

#[test]
fn false_proofs_false_attestations_and_time_outs_together_never_cost_more_than_the_bond() {
    run(|| {
        let version = register();
        assert_ok!(Inference::bond(signed(prover()), MIN_BOND + 2 * MIN_CLAIM_BOND));
        let jobs: Vec<_> = (0..5).map(|_| Ask::default().job()).collect();
        jobs.iter().for_each(|job| claim(prover(), *job));
        let lie = |nonce| {
            let proof = Proof::Groth16([0; 192]);
            Inference::attest(
                signed(prover()),
                version,
                SETUP.key().hash(),
                nonce,
                commitment(7),
                ANSWER,
                proof,
            )
            .map_err(|e| e.error)
        };
        assert_ok!(lie(0));
        assert_ok!(lie(1));
        // What is left is locked.
        assert_noop!(lie(2), Error::<Test>::BondLocked);
        assert_ok!(submit(prover(), jobs[0], Proof::Groth16([0; 192])));
        check();
        // A claim keeps its lock although the bond is below the least by now.
        assert_ok!(submit(prover(), jobs[1], proof(jobs[1], prover())));
        go_to(1 + CLAIM_PERIOD + GRACE + 1);
        jobs[2..].iter().for_each(|job| expire(*job));
        let slashed = 2 * MIN_CLAIM_BOND + 4 * LOCK;
        assert_eq!(total(&prover()), START - slashed + REWARD - PRICE);
        assert_eq!(Provers::<Test>::get(prover()).unwrap().bond, LOCK);
    });
}

#[test]
fn a_ratio_that_rises_locks_more_for_later_claims_alone() {
    run(|| {
        register();
        bond(prover());
        let jobs: Vec<_> = (0..3).map(|_| Ask::default().job()).collect();
        claim(prover(), jobs[0]);
        let parameters = Box::new(crate::types::MarketParameters {
            claim_ratio: sp_runtime::Perbill::one(),
            ..PARAMETERS
        });
        assert_ok!(Inference::force_set_parameters(RuntimeOrigin::root(), parameters));
        claim(prover(), jobs[1]);
        let locked = LOCK + REWARD - PRICE;
        assert_eq!(Provers::<Test>::get(prover()).unwrap().locked, locked);
        assert_noop!(
            Inference::claim(signed(prover()), jobs[2], terms(jobs[2])),
            Error::<Test>::BondLocked
        );
        go_to(1 + CLAIM_PERIOD + GRACE + 1);
        expire(jobs[1]);
        expire(jobs[0]);
        assert_eq!(total(&prover()), START - locked);
    });
}
