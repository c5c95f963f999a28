use frame_support::{assert_noop, assert_ok};
use sp_runtime::TokenError;

use crate::{
    Error, Event, HoldReason, Pallet, Provers,
    mock::*,
    types::{Prover, Unbonding},
};

fn stake(who: &Account) -> Prover<Test> {
    Provers::<Test>::get(who).unwrap()
}

#[test]
fn a_bond_is_held_and_can_grow() {
    run(|| {
        assert_ok!(Inference::bond(signed(prover()), MIN_BOND));
        assert_ok!(Inference::bond_extra(signed(prover()), 5));
        assert_eq!(last_event(), Event::Bonded { prover: prover(), amount: 5, bond: MIN_BOND + 5 });
        assert_eq!(held(&prover(), HoldReason::ProverBond), MIN_BOND + 5);
        assert_eq!(free(&prover()), START - MIN_BOND - 5);
        let info = Pallet::<Test>::prover(prover()).unwrap();
        assert_eq!((info.prover.bond, info.free), (MIN_BOND + 5, MIN_BOND + 5));
    });
}

#[test]
fn a_bond_below_the_least_and_a_second_bond_are_refused() {
    run(|| {
        assert_noop!(Inference::bond(signed(prover()), 0), Error::<Test>::ZeroAmount);
        assert_noop!(Inference::bond(signed(prover()), MIN_BOND - 1), Error::<Test>::BondTooLow);
        assert_noop!(Inference::bond_extra(signed(prover()), MIN_BOND), Error::<Test>::NotBonded);
        bond(prover());
        assert_noop!(Inference::bond(signed(prover()), MIN_BOND), Error::<Test>::AlreadyBonded);
        assert_noop!(Inference::bond_extra(signed(prover()), 0), Error::<Test>::ZeroAmount);
    });
}

#[test]
fn a_bond_leaves_the_existential_deposit() {
    run(|| {
        assert_noop!(Inference::bond(signed(prover()), START), TokenError::FundsUnavailable);
        assert_noop!(
            Inference::bond(signed(prover()), START - ED + 1),
            TokenError::FundsUnavailable
        );
        assert_ok!(Inference::bond(signed(prover()), START - ED));
        assert_eq!(free(&prover()), ED);
        assert_noop!(
            Inference::bond_extra(signed(prover()), u128::MAX),
            TokenError::FundsUnavailable
        );
    });
}

#[test]
fn an_unbonded_part_waits_and_then_returns() {
    run(|| {
        bond(prover());
        assert_ok!(Inference::unbond(signed(prover()), MIN_BOND));
        let at = 1 + UNBONDING;
        assert_eq!(last_event(), Event::Unbonded { prover: prover(), amount: MIN_BOND, at });
        assert_eq!(held(&prover(), HoldReason::ProverBond), MIN_BOND);
        check();
        go_to(at - 1);
        assert_noop!(
            Inference::withdraw_unbonded(signed(prover())),
            Error::<Test>::NothingToWithdraw
        );
        go_to(at);
        assert_ok!(Inference::withdraw_unbonded(signed(prover())));
        assert_eq!(last_event(), Event::Withdrawn { prover: prover(), amount: MIN_BOND });
        assert_eq!(free(&prover()), START);
        assert!(!Provers::<Test>::contains_key(prover()), "an empty record goes");
        assert_noop!(Inference::withdraw_unbonded(signed(prover())), Error::<Test>::NotBonded);
    });
}

#[test]
fn an_encryption_key_goes_with_the_last_unit_and_an_event_says_so() {
    let with_key = || {
        bond(prover());
        let key = Some(zkinfer_primitives::EncryptionKey([9; 32]));
        assert_ok!(Inference::set_encryption_key(signed(prover()), key));
    };
    let gone = Event::EncryptionKeySet { prover: prover(), key: None };
    run(|| {
        with_key();
        assert_ok!(Inference::unbond(signed(prover()), MIN_BOND));
        assert!(!events().contains(&gone), "the record stands while anything is held");
        go_to(1 + UNBONDING);
        assert_ok!(Inference::withdraw_unbonded(signed(prover())));
        assert!(events().contains(&gone) && !Provers::<Test>::contains_key(prover()));
    });
    // By a claim that runs out of time, which locks the whole bond.
    run(|| {
        register();
        with_key();
        let reward = PRICE + MIN_BOND * 7 / 2;
        let job = Ask { reward, ..Ask::default() }.job();
        claim(prover(), job);
        assert_eq!(stake(&prover()).free(), 0);
        go_to(1 + CLAIM_PERIOD + GRACE + 1);
        assert_ok!(Inference::expire(signed(stranger()), job));
        assert!(events().contains(&gone) && !Provers::<Test>::contains_key(prover()));
    });
    // Without a key there is nothing to say.
    run(|| {
        bond(prover());
        assert_ok!(Inference::unbond(signed(prover()), MIN_BOND));
        go_to(1 + UNBONDING);
        assert_ok!(Inference::withdraw_unbonded(signed(prover())));
        assert!(!events().contains(&gone));
    });
}

#[test]
fn what_stays_bonded_is_the_least_bond_or_nothing() {
    run(|| {
        assert_noop!(Inference::unbond(signed(prover()), 1), Error::<Test>::NotBonded);
        bond(prover());
        assert_noop!(Inference::unbond(signed(prover()), 0), Error::<Test>::ZeroAmount);
        assert_noop!(Inference::unbond(signed(prover()), 1), Error::<Test>::BondTooLow);
        assert_noop!(Inference::unbond(signed(prover()), MIN_BOND + 1), Error::<Test>::BondLocked);
        assert_ok!(Inference::bond_extra(signed(prover()), 7));
        assert_ok!(Inference::unbond(signed(prover()), 7));
    });
}

#[test]
fn who_has_unbonded_everything_can_bond_again() {
    run(|| {
        bond(prover());
        assert_ok!(Inference::unbond(signed(prover()), MIN_BOND));
        assert_noop!(
            Inference::bond_extra(signed(prover()), MIN_BOND - 1),
            Error::<Test>::BondTooLow
        );
        assert_ok!(Inference::bond_extra(signed(prover()), MIN_BOND));
        assert_ok!(Inference::unbond(signed(prover()), MIN_BOND));
        assert_ok!(Inference::bond(signed(prover()), MIN_BOND));
        assert_eq!(held(&prover(), HoldReason::ProverBond), 3 * MIN_BOND);
        assert_eq!(stake(&prover()).unbonding.len(), 1, "parts of one block are one");
    });
}

#[test]
fn the_parts_on_their_way_out_are_bounded() {
    run(|| {
        assert_ok!(Inference::bond(signed(prover()), MIN_BOND + 10));
        for block in 1..=3 {
            go_to(block);
            assert_ok!(Inference::unbond(signed(prover()), 1));
        }
        go_to(4);
        assert_noop!(Inference::unbond(signed(prover()), 1), Error::<Test>::TooManyUnbonding);
        go_to(2 + UNBONDING);
        assert_ok!(Inference::withdraw_unbonded(signed(prover())));
        assert_eq!(last_event(), Event::Withdrawn { prover: prover(), amount: 2 });
        assert_ok!(Inference::unbond(signed(prover()), 1));
    });
}

#[test]
fn what_a_claim_locks_cannot_be_unbonded() {
    run(|| {
        claimed();
        assert_noop!(Inference::unbond(signed(prover()), MIN_BOND), Error::<Test>::BondLocked);
        assert_ok!(Inference::bond_extra(signed(prover()), LOCK));
        assert_ok!(Inference::unbond(signed(prover()), LOCK));
        assert_eq!(Pallet::<Test>::prover(prover()).unwrap().free, MIN_BOND - LOCK);
    });
}

#[test]
fn a_stake_pays_with_its_bond_first_and_with_parts_on_their_way_out_then() {
    let part = |amount, at| Unbonding { amount, at };
    let mut stake = Prover::<Test> {
        bond: 10,
        unbonding: vec![part(5, 1), part(5, 2)].try_into().unwrap(),
        ..Default::default()
    };
    stake.take(12).unwrap();
    assert_eq!((stake.bond, stake.unbonding.to_vec()), (0, vec![part(5, 1), part(3, 2)]));
    stake.take(4).unwrap();
    assert_eq!(stake.unbonding.to_vec(), vec![part(4, 1)]);
    assert!(matches!(stake.take(5), Err(Error::BrokenRecord)));
}
