use frame_support::{assert_noop, assert_ok};

use crate::{Error, Event, HoldReason, Jobs, OpenJobs, VerifyingKeys, mock::*};

#[test]
fn an_open_job_can_be_taken_back_whole() {
    run(|| {
        register();
        let job = Ask::default().job();
        assert_ok!(Inference::cancel(signed(requester()), job));
        assert_eq!(
            last_event(),
            Event::JobCancelled { job, requester: requester(), refund: REWARD }
        );
        assert_eq!(free(&requester()), START);
        assert_eq!(held(&requester(), HoldReason::Escrow), 0);
        assert!(!Jobs::<Test>::contains_key(job));
        assert_eq!(OpenJobs::<Test>::iter().count(), 0);
        assert_eq!(VerifyingKeys::<Test>::get(SETUP.key().hash()).unwrap().references, 1);
        assert_noop!(Inference::cancel(signed(requester()), job), Error::<Test>::JobNotFound);
    });
}

#[test]
fn only_the_requester_cancels_and_only_while_open() {
    run(|| {
        let job = claimed();
        assert_noop!(Inference::cancel(signed(stranger()), job), Error::<Test>::NotRequester);
        assert_noop!(Inference::cancel(signed(requester()), job), Error::<Test>::JobNotOpen);
    });
}

#[test]
fn an_open_job_past_its_deadline_can_still_be_taken_back() {
    run(|| {
        register();
        let job = Ask::default().job();
        go_to(1_000);
        assert_ok!(Inference::cancel(signed(requester()), job));
        assert_eq!(free(&requester()), START);
    });
}
