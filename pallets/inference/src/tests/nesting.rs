//! Calls nested up to the limit of storage layers, which a block accepts: no payment depends on a
//! layer of its own.

use codec::{DecodeLimit, Encode};
use frame_support::assert_ok;
use sp_runtime::traits::Dispatchable;
use zkinfer_primitives::Proof;

use crate::{Event, Jobs, mock::*};

/// `call` inside so many batches.
fn nested(depth: u32, call: RuntimeCall) -> RuntimeCall {
    (0..depth).fold(call, |inner, _| {
        RuntimeCall::Utility(pallet_utility::Call::batch { calls: vec![inner] })
    })
}

/// A call that a block accepts: it decodes within the executive's limit.
fn dispatch(
    who: Account,
    call: RuntimeCall,
) -> frame_support::dispatch::DispatchResultWithPostInfo {
    let bytes = call.encode();
    let call = RuntimeCall::decode_all_with_depth_limit(
        frame_support::MAX_EXTRINSIC_DEPTH,
        &mut &bytes[..],
    )
    .expect("within the depth that a block accepts");
    call.dispatch(signed(who))
}

fn submission(job: u64, proof: Proof) -> RuntimeCall {
    RuntimeCall::Inference(crate::Call::submit {
        job,
        terms_hash: terms(job),
        output: ANSWER,
        proof,
    })
}

fn diverted() -> bool {
    events().iter().any(|event| matches!(event, Event::PaymentDiverted { .. }))
}

#[test]
fn nesting_expire_does_not_burn_a_refund() {
    for depth in [0, 253, 254] {
        run(|| {
            register();
            let job = Ask::default().job();
            go_to(200);
            let call = RuntimeCall::Inference(crate::Call::expire { job });
            assert_ok!(dispatch(stranger(), nested(depth, call)));
            assert!(!diverted(), "depth {depth}");
            assert_eq!(free(&requester()), START, "depth {depth}");
        });
    }
}

#[test]
fn nesting_expire_does_not_burn_what_a_missed_deadline_pays() {
    for depth in [0, 253, 254] {
        run(|| {
            let job = claimed();
            go_to(200);
            let call = RuntimeCall::Inference(crate::Call::expire { job });
            assert_ok!(dispatch(stranger(), nested(depth, call)));
            assert!(!diverted(), "depth {depth}");
            assert_eq!(free(&requester()), START + LOCK, "depth {depth}");
        });
    }
}

#[test]
fn nesting_a_rejected_proof_burns_its_provers_money_alone() {
    for depth in [0, 253, 254] {
        run(|| {
            register();
            bond(prover());
            let job = Ask { provers: list(&[prover()]), ..Ask::default() }.job();
            claim(prover(), job);
            let call = submission(job, Proof::Groth16([0; 192]));
            assert_ok!(dispatch(prover(), nested(depth, call)));
            assert!(!diverted(), "depth {depth}");
            assert_eq!(free(&requester()), START, "depth {depth}");
            assert_eq!(total(&prover()), START - LOCK, "depth {depth}");
        });
    }
}

#[test]
fn nesting_a_proof_that_holds_does_not_burn_the_price() {
    for depth in [0, 253, 254] {
        run(|| {
            let job = claimed();
            let owner_had = free(&owner());
            let call = submission(job, proof(job, prover()));
            assert_ok!(dispatch(prover(), nested(depth, call)));
            assert!(!diverted(), "depth {depth}");
            assert_eq!(free(&owner()), owner_had + PRICE, "depth {depth}");
            assert_eq!(total(&prover()), START + REWARD - PRICE, "depth {depth}");
        });
    }
}

#[test]
fn nesting_too_deep_checks_no_proof_and_changes_nothing() {
    run(|| {
        let job = claimed();
        assert_ok!(
            nested(255, submission(job, Proof::Groth16([0; 192]))).dispatch(signed(prover()))
        );
        assert_eq!(total(&prover()), START);
        assert!(Jobs::<Test>::contains_key(job));
    });
}
