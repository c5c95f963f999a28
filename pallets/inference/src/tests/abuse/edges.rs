use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchResult, traits::Dispatchable};
use zkinfer_primitives::Proof;

use crate::{
    Call, Error, Event, HoldReason, Jobs, Provers,
    mock::*,
    types::{Payload, PayloadOf},
};

/// A number that no other test account has.
const NEW: u8 = 20;

/// Gives a new account exactly this much.
fn endow(amount: Balance) -> Account {
    let who = account(NEW);
    pay(stranger(), &who, amount).unwrap();
    who
}

fn pay(from: Account, to: &Account, value: Balance) -> DispatchResult {
    Balances::transfer_allow_death(signed(from), to.clone(), value)
}

/// A call by `who`, as a transaction makes it: whole or not at all.
fn dispatch(who: &Account, call: Call<Test>) -> DispatchResult {
    let result = RuntimeCall::Inference(call).dispatch(signed(who.clone()));
    result.map(drop).map_err(|error| error.error)
}

fn request(payload: PayloadOf<Test>) -> Call<Test> {
    let Ask { version, commitment: input_commitment, reward, max_price, deadline, provers, .. } =
        Ask::default();
    Call::request { version, input_commitment, payload, reward, max_price, deadline, provers }
}

/// Makes `call` with just enough for what it holds and the existential deposit, and with one less.
fn at_the_edge(call: impl Fn() -> Call<Test>) {
    let mut needs = 0;
    run(|| {
        register();
        let who = endow(START / 2);
        assert_ok!(dispatch(&who, call()));
        needs = Balances::reserved_balance(&who) + ED;
    });
    run(|| {
        register();
        let who = endow(needs);
        assert_ok!(dispatch(&who, call()));
        assert_eq!(free(&who), ED, "the existential deposit stays free");
        // What is held keeps the account alive: the rest of it cannot leave.
        assert!(pay(who.clone(), &owner(), 1).is_err());
    });
    run(|| {
        register();
        let who = endow(needs - 1);
        assert!(dispatch(&who, call()).is_err());
        assert_eq!((free(&who), Balances::reserved_balance(&who)), (needs - 1, 0));
        assert!(Jobs::<Test>::iter().next().is_none() && Provers::<Test>::iter().next().is_none());
    });
}

#[test]
fn whatever_is_held_the_existential_deposit_stays() {
    at_the_edge(|| Call::bond { amount: MIN_BOND });
    at_the_edge(|| request(Payload::None));
    at_the_edge(|| request(Payload::Public(vec![1; 100].try_into().unwrap())));
    at_the_edge(|| Call::register_model {
        model_hash: Default::default(),
        manifest_hash: Default::default(),
        verifying_key: Box::new(OTHER.key()),
        trust: zkinfer_primitives::Trust::SingleSetup,
        visibility: zkinfer_primitives::Visibility::Open,
        price: 0,
        allowed_provers: None,
    });
}

#[test]
fn a_larger_payload_that_cannot_be_paid_leaves_the_job_as_it_was() {
    run(|| {
        register();
        let who = endow(START / 2);
        assert_ok!(dispatch(&who, request(Payload::None)));
        pay(who.clone(), &stranger(), free(&who) - ED).unwrap();
        let before = Jobs::<Test>::get(0);
        let payload = Payload::Public(vec![1; 100].try_into().unwrap());
        let call = Call::redirect { job: 0, payload, deadline: 60, provers: None };
        assert!(dispatch(&who, call).is_err());
        assert_eq!(Jobs::<Test>::get(0), before);
    });
}

#[test]
fn a_reaped_requester_that_comes_back_repeats_its_nonce_and_not_its_terms() {
    run(|| {
        register();
        bond(prover());
        let who = endow(START / 2);
        let ask = || Ask { deadline: 51, ..Ask::default() };
        assert_ok!(ask().by(who.clone()));
        let first = Jobs::<Test>::get(0).unwrap();
        claim(prover(), 0);
        let seen = proof(0, prover());
        assert_ok!(submit(prover(), 0, seen.clone()));
        go_to(1 + RECEIPT_PERIOD + 1);
        assert_ok!(Inference::prune_receipt(signed(who.clone()), 0));
        assert_ok!(Balances::transfer_all(signed(who.clone()), stranger(), false));
        assert!(!System::account_exists(&who));

        // The same account, nonce, input, reward and deadline.
        go_to(1 + RECEIPT_PERIOD + 2);
        pay(stranger(), &who, START / 2).unwrap();
        let deadline = System::block_number() + 50;
        assert_ok!(Ask { deadline, ..Ask::default() }.by(who.clone()));
        let second = Jobs::<Test>::get(1).unwrap();
        assert_eq!((second.nonce, second.requester), (first.nonce, first.requester));
        assert_ne!(second.terms_hash, first.terms_hash);
        claim(prover(), 1);
        assert_ok!(submit(prover(), 1, seen));
        assert!(events().iter().any(|event| matches!(event, Event::ProofRejected { job: 1, .. })));
    });
}

#[test]
fn a_job_for_a_prover_that_is_gone_waits_for_it_or_is_taken_back() {
    run(|| {
        register();
        let who = endow(MIN_BOND + ED);
        let job = Ask { provers: list(std::slice::from_ref(&who)), ..Ask::default() }.job();
        assert_ok!(Balances::transfer_all(signed(who.clone()), stranger(), false));
        assert!(!System::account_exists(&who));
        assert_noop!(
            Inference::claim(signed(who.clone()), job, terms(job)),
            Error::<Test>::NotBonded
        );
        assert_noop!(
            Inference::claim(signed(rival()), job, terms(job)),
            Error::<Test>::ProverNotAllowed
        );
        // Back under the same key, it can do what it was named for.
        pay(stranger(), &who, MIN_BOND + ED).unwrap();
        bond(who.clone());
        claim(who.clone(), job);
        assert_ok!(submit(who.clone(), job, proof(job, who.clone())));
        assert_eq!(total(&who), MIN_BOND + ED + REWARD - PRICE);
    });
}

#[test]
fn a_prover_that_lost_everything_can_leave_and_come_back() {
    run(|| {
        register();
        // All of the bond is one claim's lock.
        let who = endow(MIN_BOND + ED);
        bond(who.clone());
        let job = Ask { reward: MIN_BOND * 7 / 2 + PRICE, ..Ask::default() }.job();
        claim(who.clone(), job);
        assert_ok!(submit(who.clone(), job, Proof::Groth16([0; 192])));
        assert!(Provers::<Test>::get(&who).is_none());
        assert_eq!(total(&who), ED);
        assert_ok!(Balances::transfer_all(signed(who.clone()), stranger(), false));
        assert!(!System::account_exists(&who));
        pay(stranger(), &who, 2 * MIN_BOND).unwrap();
        bond(who.clone());
        claim(who.clone(), job);
        assert_ok!(submit(who.clone(), job, proof(job, who)));
    });
}

#[test]
fn a_refund_below_the_existential_deposit_that_an_empty_account_cannot_take_goes_to_the_treasury() {
    run(|| {
        register_for(owner(), &SETUP, 0, None);
        // Something else keeps the account alive, so that it can have nothing but what is held.
        let who = account(NEW);
        System::inc_providers(&who);
        pay(stranger(), &who, START / 2).unwrap();
        assert_ok!(Ask { reward: ED - 1, ..Ask::default() }.by(who.clone()));
        let deposit = held(&who, HoldReason::JobDeposit);
        pay(who.clone(), &stranger(), free(&who)).unwrap();
        assert_eq!(free(&who), 0);
        assert_ok!(Inference::cancel(signed(who.clone()), 0));
        let diverted = Event::PaymentDiverted {
            payee: who.clone(),
            reason: HoldReason::Escrow,
            amount: ED - 1,
        };
        assert!(events().contains(&diverted));
        assert_eq!(total(&treasury()), ED + ED - 1);
        assert_eq!(free(&who), deposit, "what can be taken is");
    });
}

#[test]
fn an_owner_with_deposits_cannot_be_reaped_and_is_paid() {
    run(|| {
        let who = endow(START / 2);
        register_for(who.clone(), &SETUP, 1, None);
        pay(who.clone(), &stranger(), free(&who) - ED).unwrap();
        assert!(pay(who.clone(), &stranger(), ED).is_err());
        bond(prover());
        let job = Ask::default().job();
        claim(prover(), job);
        assert_ok!(submit(prover(), job, proof(job, prover())));
        assert_eq!(free(&who), ED + 1, "one unit is paid to an account that lives");
    });
}
