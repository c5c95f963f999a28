//! Blocks without transactions make nobody late: while a migration runs, and while the chain is
//! frozen after one that failed.

use frame_support::{
    assert_noop, assert_ok,
    traits::Hooks,
    weights::{Weight, WeightMeter},
};

use crate::{
    Error, Event, HoldReason, LastUsableBlock, LatestPause, Pallet,
    mock::*,
    types::{JobState, Pause, Payload},
};

/// The last block of a claim that is made in block 1, and of its grace.
const UNTIL: u32 = 1 + CLAIM_PERIOD;
const LAST: u32 = UNTIL + GRACE;

/// A block that includes transactions, after blocks that may have included none.
fn open_block(number: u32) {
    go_to(number);
    Inference::on_poll(number, &mut WeightMeter::new());
}

/// A job that is claimed in block 1, and usable blocks up to this one.
fn claimed_until(last_usable: u32) -> u64 {
    open_block(1);
    let job = claimed();
    for number in 2..=last_usable {
        open_block(number);
    }
    job
}

fn expire(job: u64) -> sp_runtime::DispatchResult {
    Inference::expire(signed(stranger()), job)
}

/// Returns `until` and `last` of a claim as the view shows them.
fn seen(job: u64) -> (u32, u32) {
    let JobState::Claimed { until, last, .. } = Pallet::<Test>::job(job).unwrap().state else {
        panic!("claimed")
    };
    (until, last)
}

#[test]
fn blocks_with_transactions_change_nothing() {
    run(|| {
        let job = claimed_until(LAST);
        assert_eq!((LatestPause::<Test>::get(), seen(job)), (None, (UNTIL, LAST)));
        open_block(LAST + 1);
        assert_eq!(
            submit(prover(), job, proof(job, prover())).unwrap_err().error,
            Error::<Test>::TooLateToSubmit.into()
        );
        assert_ok!(expire(job));
        assert!(!events().iter().any(|event| matches!(event, Event::ClaimsProlonged { .. })));
    });
}

#[test]
fn a_claim_whose_time_ends_in_a_pause_gets_a_whole_period_after_it() {
    run(|| {
        let job = claimed_until(10);
        // Blocks 11 to 59 take no transactions.
        open_block(60);
        let until = 60 + CLAIM_PERIOD;
        assert_eq!(LatestPause::<Test>::get(), Some(Pause { from: 11, until }));
        assert_eq!(last_event(), Event::ClaimsProlonged { from: 11, until });
        assert_eq!(seen(job), (until, until));
        assert_noop!(expire(job), Error::<Test>::NotExpired);
        let redirect = Inference::redirect(signed(requester()), job, Payload::None, 100, None);
        assert_noop!(redirect, Error::<Test>::JobNotOpen);
        open_block(until);
        assert_noop!(expire(job), Error::<Test>::NotExpired);
        assert_ok!(submit(prover(), job, proof(job, prover())));
        assert_eq!(total(&prover()), START + REWARD - PRICE);
    });
}

#[test]
fn after_that_period_it_is_late() {
    run(|| {
        let job = claimed_until(10);
        open_block(60);
        for number in 61..=60 + CLAIM_PERIOD + 1 {
            open_block(number);
        }
        let late = submit(prover(), job, proof(job, prover())).unwrap_err().error;
        assert_eq!(late, Error::<Test>::TooLateToSubmit.into());
        assert_ok!(expire(job));
        assert_eq!(total(&prover()), START - LOCK);
    });
}

#[test]
fn who_was_late_before_the_pause_stays_late() {
    run(|| {
        let job = claimed_until(LAST + 1);
        open_block(60);
        let late = submit(prover(), job, proof(job, prover())).unwrap_err().error;
        assert_eq!(late, Error::<Test>::TooLateToSubmit.into());
        assert_ok!(expire(job));
    });
}

#[test]
fn one_block_without_transactions_is_a_pause_and_the_last_block_counts() {
    run(|| {
        let job = claimed_until(LAST - 1);
        // Block LAST, the last in which the proof is good, takes none.
        open_block(LAST + 1);
        assert_eq!(seen(job), (UNTIL, LAST + 1 + CLAIM_PERIOD));
        assert_ok!(submit(prover(), job, proof(job, prover())));
    });
    run(|| {
        let job = claimed_until(LAST);
        open_block(LAST + 2);
        assert_eq!(seen(job), (UNTIL, LAST));
        assert_ok!(expire(job));
    });
}

#[test]
fn a_claim_that_ends_later_by_itself_keeps_its_own_block() {
    run(|| {
        claimed_until(2);
        let short = Ask { deadline: 2 + MIN_PROVING, ..Ask::default() }.job();
        claim(prover(), short);
        open_block(4);
        let long = Ask::default().job();
        claim(prover(), long);
        assert_eq!(seen(short), (4 + CLAIM_PERIOD, 4 + CLAIM_PERIOD));
        assert_eq!(seen(long), (4 + CLAIM_PERIOD, 4 + CLAIM_PERIOD + GRACE));
        open_block(6);
        assert_eq!(LatestPause::<Test>::get(), Some(Pause { from: 3, until: 6 + CLAIM_PERIOD }));
        assert_eq!(seen(long), (6 + CLAIM_PERIOD, 4 + CLAIM_PERIOD + GRACE));
    });
}

#[test]
fn a_pause_that_touches_the_one_before_prolongs_it_and_another_takes_its_place() {
    run(|| {
        let job = claimed_until(10);
        open_block(60);
        let first = 60 + CLAIM_PERIOD;
        for number in 61..=first - 1 {
            open_block(number);
        }
        // Block `first`, the last of the claim's new time, takes no transactions.
        open_block(first + 1);
        let second = first + 1 + CLAIM_PERIOD;
        assert_eq!(LatestPause::<Test>::get(), Some(Pause { from: 11, until: second }));
        assert_eq!(seen(job), (second, second));
        for number in first + 2..=second {
            open_block(number);
        }
        open_block(second + 2);
        let third = Pause { from: second + 1, until: second + 2 + CLAIM_PERIOD };
        assert_eq!(LatestPause::<Test>::get(), Some(third));
        assert_ok!(expire(job));
    });
}

#[test]
fn the_pool_and_the_views_see_a_pause_before_its_end_is_noted() {
    run(|| {
        let job = claimed_until(10);
        // As the pool validates: in the block after the last one without transactions, before that
        // block's hook.
        go_to(60);
        assert_eq!(LatestPause::<Test>::get(), None);
        assert_eq!(seen(job), (60 + CLAIM_PERIOD, 60 + CLAIM_PERIOD));
        assert_ok!(submit(prover(), job, proof(job, prover())));
    });
}

#[test]
fn a_false_proof_in_prolonged_time_goes_where_one_in_time_goes() {
    let paid = |last_usable: u32| {
        let mut slashed = (0, 0);
        run(|| {
            let job = claimed_until(last_usable);
            let (treasury_had, requester_had) = (total(&treasury()), total(&requester()));
            open_block(60);
            let false_proof = OTHER.prove(&commitment(7), &ANSWER, &context(job, prover()));
            assert_ok!(submit(prover(), job, false_proof));
            slashed = (total(&treasury()) - treasury_had, total(&requester()) - requester_had);
            assert_eq!(held(&prover(), HoldReason::ProverBond), MIN_BOND - LOCK);
        });
        slashed
    };
    assert_eq!(paid(10), (LOCK, 0), "before `until`: to the treasury");
    assert_eq!(paid(UNTIL), (0, LOCK), "in the grace: to the requester");
}

#[test]
fn an_upgrade_starts_the_notes_with_the_block_before_it() {
    run(|| {
        let job = claimed();
        go_to(10);
        assert_eq!(LastUsableBlock::<Test>::get(), None);
        Inference::on_runtime_upgrade();
        assert_eq!(LastUsableBlock::<Test>::get(), Some(10));
        // The migration that comes with the upgrade takes 49 blocks.
        open_block(60);
        assert_eq!(seen(job), (60 + CLAIM_PERIOD, 60 + CLAIM_PERIOD));
        // A later upgrade starts nothing again.
        go_to(70);
        Inference::on_runtime_upgrade();
        assert_eq!(LastUsableBlock::<Test>::get(), Some(60));
    });
}

#[test]
fn a_block_without_weight_for_the_note_notes_nothing() {
    run(|| {
        open_block(1);
        go_to(2);
        Inference::on_poll(2, &mut WeightMeter::with_limit(Weight::zero()));
        assert_eq!(LastUsableBlock::<Test>::get(), Some(1));
    });
}
