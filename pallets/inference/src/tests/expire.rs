use frame_support::{assert_noop, assert_ok};

use crate::{Error, Event, HoldReason, Jobs, Provers, mock::*, types::JobState};

fn expire(job: u64) -> sp_runtime::DispatchResult {
    Inference::expire(signed(stranger()), job)
}

#[test]
fn a_claim_that_times_out_pays_the_requester_and_the_job_opens_again() {
    run(|| {
        let job = claimed();
        go_to(1 + CLAIM_PERIOD + GRACE);
        assert_noop!(expire(job), Error::<Test>::NotExpired);
        go_to(1 + CLAIM_PERIOD + GRACE + 1);
        let deposit = Jobs::<Test>::get(job).unwrap().deposit;
        assert_ok!(expire(job));
        let [.., slashed, reopened] = &events()[..] else { panic!() };
        assert_eq!(*slashed, Event::ClaimExpired { job, prover: prover(), slashed: LOCK });
        assert_eq!(*reopened, Event::JobReopened { job, deadline: 51 });
        assert_eq!(Jobs::<Test>::get(job).unwrap().state, JobState::Open);
        assert_eq!(held(&requester(), HoldReason::Escrow), REWARD);
        assert_eq!(free(&requester()), START - REWARD - deposit + LOCK);
        assert_eq!(total(&prover()), START - LOCK);
        assert_eq!(held(&prover(), HoldReason::ProverBond), MIN_BOND - LOCK);
        assert_eq!(Provers::<Test>::get(prover()).unwrap().locked, 0);
        assert_eq!(total(&treasury()), ED);
        assert_noop!(expire(job), Error::<Test>::NotExpired);
    });
}

#[test]
fn a_job_with_too_little_time_left_ends_with_its_claim() {
    run(|| {
        let job = claimed();
        // One block more, and somebody else could claim it.
        go_to(51 - MIN_PROVING + 1);
        assert_ok!(expire(job));
        assert_eq!(last_event(), Event::JobExpired { job, requester: requester(), refund: REWARD });
        assert!(!Jobs::<Test>::contains_key(job));
        assert_eq!(free(&requester()), START + LOCK);
        assert_noop!(expire(job), Error::<Test>::JobNotFound);
    });
}

#[test]
fn a_job_with_just_enough_time_left_opens_again() {
    run(|| {
        let job = claimed();
        go_to(51 - MIN_PROVING);
        assert_ok!(expire(job));
        assert_eq!(last_event(), Event::JobReopened { job, deadline: 51 });
    });
}

#[test]
fn a_directed_job_ends_with_its_claim() {
    run(|| {
        register();
        bond(prover());
        let job = Ask { provers: list(&[prover(), rival()]), ..Ask::default() }.job();
        claim(prover(), job);
        go_to(1 + CLAIM_PERIOD + GRACE + 1);
        assert_ok!(expire(job));
        assert_eq!(last_event(), Event::JobExpired { job, requester: requester(), refund: REWARD });
        assert_eq!(free(&requester()), START + LOCK);
        assert_eq!(total(&prover()), START - LOCK);
    });
}

#[test]
fn an_open_job_expires_after_its_deadline_and_not_before() {
    run(|| {
        register();
        let job = Ask::default().job();
        go_to(51);
        assert_noop!(expire(job), Error::<Test>::NotExpired);
        go_to(52);
        assert_ok!(expire(job));
        assert_eq!(last_event(), Event::JobExpired { job, requester: requester(), refund: REWARD });
        assert_eq!(free(&requester()), START);
    });
}

#[test]
fn the_claimant_itself_and_the_requester_may_call_it() {
    run(|| {
        let job = claimed();
        go_to(1 + CLAIM_PERIOD + GRACE + 1);
        assert_ok!(Inference::expire(signed(prover()), job));
        bond(rival());
        claim(rival(), job);
        go_to(100);
        assert_ok!(Inference::expire(signed(requester()), job));
        assert_eq!(free(&requester()), START + 2 * LOCK);
    });
}
