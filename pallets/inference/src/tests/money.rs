use frame_support::{
    assert_noop, assert_ok,
    traits::fungible::{Mutate, MutateHold},
};
use sp_runtime::TokenError;
use zkinfer_primitives::Proof;

use crate::{Event, HoldReason, ModelVersions, Models, Receipts, mock::*};

/// Makes the model's owner an account that does not exist.
fn ghost_owner() -> Account {
    let ghost = account(50);
    let (deposit, key_deposit) = ModelVersions::<Test>::mutate(0, 0, |version| {
        let version = version.as_mut().unwrap();
        (core::mem::take(&mut version.deposit), core::mem::take(&mut version.key_deposit))
    });
    let exact = frame_support::traits::tokens::Precision::Exact;
    Balances::release(&HoldReason::ModelDeposit.into(), &owner(), deposit, exact).unwrap();
    Balances::release(&HoldReason::KeyDeposit.into(), &owner(), key_deposit, exact).unwrap();
    Models::<Test>::mutate(0, |model| model.as_mut().unwrap().owner = ghost.clone());
    ghost
}

fn complete_for_ghost(price: Balance) -> (Account, u64) {
    register_for(owner(), &SETUP, price, None);
    let ghost = ghost_owner();
    bond(prover());
    let job = Ask::default().job();
    claim(prover(), job);
    assert_ok!(submit(prover(), job, proof(job, prover())));
    assert!(Receipts::<Test>::contains_key(job));
    assert_eq!(total(&prover()), START + REWARD - price);
    (ghost, job)
}

#[test]
fn a_price_creates_an_owners_account_that_was_gone() {
    run(|| {
        let (ghost, _) = complete_for_ghost(ED);
        assert_eq!(free(&ghost), ED);
    });
}

#[test]
fn a_price_below_the_existential_deposit_for_nobody_goes_to_the_treasury() {
    run(|| {
        let (ghost, _) = complete_for_ghost(ED - 1);
        assert_eq!(total(&ghost), 0);
        assert_eq!(total(&treasury()), ED + ED - 1);
        let diverted =
            Event::PaymentDiverted { payee: ghost, reason: HoldReason::Escrow, amount: ED - 1 };
        assert!(events().contains(&diverted));
    });
}

#[test]
fn a_reward_that_is_all_price_pays_the_prover_nothing() {
    run(|| {
        register();
        bond(prover());
        let job = Ask { reward: PRICE, ..Ask::default() }.job();
        claim(prover(), job);
        assert_ok!(submit(prover(), job, proof(job, prover())));
        assert_eq!(total(&prover()), START);
    });
}

#[test]
fn one_account_can_own_ask_and_prove() {
    run(|| {
        register_for(requester(), &SETUP, PRICE, None);
        bond(requester());
        let job = Ask::default().job();
        claim(requester(), job);
        assert_ok!(submit(requester(), job, proof(job, requester())));
        assert_eq!(total(&requester()), START);
        let job = Ask::default().job();
        claim(requester(), job);
        go_to(100);
        assert_ok!(Inference::expire(signed(stranger()), job));
        assert_eq!(total(&requester()), START, "its own slash returns to it");
    });
}

#[test]
fn a_prover_with_nothing_but_its_bond_is_paid() {
    run(|| {
        register();
        assert_ok!(Inference::bond(signed(prover()), START - ED));
        let job = Ask::default().job();
        claim(prover(), job);
        assert_ok!(submit(prover(), job, proof(job, prover())));
        assert_eq!(free(&prover()), ED + REWARD - PRICE);
    });
}

#[test]
fn pay_that_an_empty_account_cannot_take_goes_to_the_treasury() {
    run(|| {
        register();
        // Something else keeps the account alive, so that its balance can be nothing but the bond.
        System::inc_providers(&prover());
        assert_ok!(Inference::bond(signed(prover()), START));
        let job = Ask { reward: PRICE + ED - 1, ..Ask::default() }.job();
        claim(prover(), job);
        assert_ok!(submit(prover(), job, proof(job, prover())));
        assert_eq!((free(&prover()), total(&treasury())), (0, ED + ED - 1));
    });
}

#[test]
fn a_part_that_an_empty_account_cannot_take_waits() {
    run(|| {
        System::inc_providers(&prover());
        assert_ok!(Inference::bond(signed(prover()), START));
        assert_ok!(Inference::unbond(signed(prover()), ED - 1));
        go_to(1 + UNBONDING);
        assert_noop!(Inference::withdraw_unbonded(signed(prover())), TokenError::CannotCreate);
        let keep = frame_support::traits::tokens::Preservation::Expendable;
        assert_ok!(<Balances as Mutate<_>>::transfer(&stranger(), &prover(), ED, keep));
        assert_ok!(Inference::withdraw_unbonded(signed(prover())));
        assert_eq!(free(&prover()), ED + ED - 1);
    });
}

#[test]
fn a_requester_that_spends_everything_else_is_still_refunded() {
    run(|| {
        register();
        let job = Ask::default().job();
        let rest = free(&requester()) - ED;
        let keep = frame_support::traits::tokens::Preservation::Preserve;
        assert_ok!(<Balances as Mutate<_>>::transfer(&requester(), &stranger(), rest, keep));
        let all = frame_support::traits::tokens::Preservation::Expendable;
        assert!(<Balances as Mutate<_>>::transfer(&requester(), &stranger(), ED, all).is_err());
        go_to(60);
        assert_ok!(Inference::expire(signed(stranger()), job));
        assert_eq!(total(&requester()), START - rest);
    });
}

#[test]
fn a_freeze_does_not_hinder_a_payment_or_a_slash() {
    run(|| {
        let job = claimed();
        use frame_support::traits::{LockableCurrency, WithdrawReasons};
        for who in [requester(), prover()] {
            Balances::set_lock(*b"freeze!!", &who, START, WithdrawReasons::all());
        }
        let good = proof(job, prover());
        assert_ok!(submit(prover(), job, good));
        assert_eq!(total(&prover()), START + REWARD - PRICE);
        assert_eq!(held(&requester(), HoldReason::Escrow), 0);
        let job = Ask::default().job();
        claim(prover(), job);
        assert_ok!(submit(prover(), job, Proof::Groth16([1; 192])));
        assert_eq!(total(&prover()), START + REWARD - PRICE - LOCK);
    });
}
