//! A fork is a second run from the same start: its transactions are those of the first, in another
//! order.

use frame_support::{assert_noop, assert_ok};
use zkinfer_primitives::{Proof, TermsHash};

use crate::{Error, HoldReason, Jobs, Receipts, mock::*};

/// The transaction that a prover signed and sent on one fork.
#[derive(Clone)]
struct Signed {
    job: u64,
    terms: TermsHash,
    proof: Proof,
}

/// A fork: what happens before the prover's transactions, and its result.
fn fork<R>(before: impl FnOnce(), then: impl FnOnce() -> R) -> R {
    let mut result = None;
    run(|| {
        before();
        result = Some(then());
    });
    result.unwrap()
}

/// The prover claims job 0 and proves it.
fn answer() -> Signed {
    let job = 0;
    let signed = Signed { job, terms: terms(job), proof: proof(job, prover()) };
    assert_ok!(claim_of(&signed));
    assert_ok!(submit_of(&signed));
    assert!(Receipts::<Test>::contains_key(job));
    signed
}

fn claim_of(made: &Signed) -> sp_runtime::DispatchResult {
    Inference::claim(signed(prover()), made.job, made.terms)
}

fn submit_of(made: &Signed) -> sp_runtime::DispatchResult {
    let result =
        Inference::submit(signed(prover()), made.job, made.terms, ANSWER, made.proof.clone());
    result.map(drop).map_err(|error| error.error)
}

/// On the other fork nothing that was signed has an effect, and nothing is lost by it.
fn nothing_comes_of(made: &Signed) {
    assert_noop!(claim_of(made), Error::<Test>::TermsMismatch);
    assert_noop!(submit_of(made), Error::<Test>::TermsMismatch);
    // Had the prover claimed what stands there now, its old proof would still cost nothing under
    // its old terms.
    claim(prover(), made.job);
    assert_noop!(submit_of(made), Error::<Test>::TermsMismatch);
    assert_eq!(held(&prover(), HoldReason::ProverBond), MIN_BOND);
}

fn request_by(who: Account) {
    assert_ok!(Ask { deadline: 51, ..Ask::default() }.by(who));
}

#[test]
fn what_is_replayed_on_a_fork_with_the_same_history_is_worth_the_same() {
    let before = || {
        register();
        bond(prover());
        request_by(requester());
    };
    let made = fork(before, answer);
    fork(before, || {
        assert_ok!(claim_of(&made));
        assert_ok!(submit_of(&made));
        // And only once.
        assert_noop!(claim_of(&made), Error::<Test>::JobNotFound);
        assert_noop!(submit_of(&made), Error::<Test>::JobNotFound);
        assert_eq!(total(&prover()), START + REWARD - PRICE);
    });
}

#[test]
fn requests_in_another_order_have_other_terms() {
    let start = || {
        register();
        bond(prover());
    };
    let made = fork(
        || {
            start();
            request_by(requester());
            request_by(stranger());
        },
        answer,
    );
    fork(
        || {
            start();
            request_by(stranger());
            request_by(requester());
        },
        || {
            nothing_comes_of(&made);
            // The very request is there, under another number: its terms are others too.
            assert_eq!(Jobs::<Test>::get(1).unwrap().requester, requester());
            assert_ne!(terms(1), made.terms);
        },
    );
}

#[test]
fn a_requesters_own_requests_in_another_order_have_other_terms() {
    let ask = |number| {
        let request = Ask { deadline: 51, commitment: commitment(number), ..Ask::default() };
        assert_ok!(request.by(requester()));
    };
    let start = || {
        register();
        bond(prover());
    };
    let made = fork(
        || {
            start();
            ask(7);
            ask(8);
        },
        answer,
    );
    fork(
        || {
            start();
            ask(8);
            ask(7);
        },
        || nothing_comes_of(&made),
    );
}

#[test]
fn registrations_in_another_order_put_no_other_key_or_price_under_a_claim() {
    let start = || bond(prover());
    let made = fork(
        || {
            start();
            register_for(owner(), &SETUP, PRICE, None);
            register_for(stranger(), &OTHER, PRICE, None);
            request_by(requester());
        },
        answer,
    );
    fork(
        || {
            start();
            register_for(stranger(), &OTHER, PRICE, None);
            register_for(owner(), &SETUP, PRICE, None);
            request_by(requester());
        },
        || nothing_comes_of(&made),
    );
    fork(
        || {
            start();
            register_for(owner(), &SETUP, PRICE - 1, None);
            request_by(requester());
        },
        || nothing_comes_of(&made),
    );
}

#[test]
fn a_redirection_that_overtakes_a_claim_makes_it_void() {
    let before = || {
        register();
        bond(prover());
        request_by(requester());
    };
    let made = fork(before, answer);
    fork(
        || {
            before();
            let payload = crate::types::Payload::Public(vec![1].try_into().unwrap());
            assert_ok!(Inference::redirect(signed(requester()), 0, payload, 60, None));
        },
        || nothing_comes_of(&made),
    );
}

#[test]
fn a_proof_of_a_chain_with_another_genesis_is_false_here() {
    let before = || {
        register();
        bond(prover());
        request_by(requester());
    };
    // The same history from another genesis: all that tells the chains apart is the hash of block
    // 0.
    let made = fork(
        || {
            frame_system::BlockHash::<Test>::insert(0, sp_core::H256([5; 32]));
            before();
        },
        answer,
    );
    fork(before, || {
        // Terms name no chain, so that the claim is one like any other here: transactions do name
        // it, and the node refuses that of another chain. The proof's context names it as well.
        assert_ok!(claim_of(&made));
        assert_ok!(submit_of(&made));
        assert!(!Receipts::<Test>::contains_key(0));
        assert_eq!(total(&prover()), START - LOCK);
    });
}
