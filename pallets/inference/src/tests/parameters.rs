use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

use crate::{
    Error, Event, Jobs, Pallet,
    mock::*,
    types::{JobState, ParametersOf},
};

fn set(parameters: ParametersOf<Test>) -> sp_runtime::DispatchResult {
    Inference::force_set_parameters(RuntimeOrigin::root(), Box::new(parameters))
}

#[test]
fn the_governing_origin_alone_sets_them() {
    run(|| {
        let parameters = ParametersOf::<Test> { min_bond: 2_000, ..PARAMETERS };
        let by_stranger =
            Inference::force_set_parameters(signed(stranger()), Box::new(parameters.clone()));
        assert_noop!(by_stranger, DispatchError::BadOrigin);
        assert_ok!(set(parameters.clone()));
        assert_eq!(last_event(), Event::ParametersSet { parameters: parameters.clone() });
        assert_eq!(Pallet::<Test>::parameters(), parameters);
        assert_noop!(Inference::bond(signed(prover()), MIN_BOND), Error::<Test>::BondTooLow);
    });
}

#[test]
fn each_has_its_bounds() {
    type Change = fn(&mut ParametersOf<Test>);
    let outside: [Change; 8] = [
        |p| p.min_bond = 100_001,
        |p| p.min_claim_bond = 9,
        |p| p.claim_ratio = sp_runtime::Perbill::zero(),
        |p| p.min_reward = 1_001,
        |p| p.deposit_base = 0,
        |p| p.deposit_per_byte = 11,
        |p| p.grace = 51,
        |p| p.receipt_period = 4,
    ];
    for change in outside {
        run(|| {
            let mut parameters = PARAMETERS;
            change(&mut parameters);
            assert_noop!(set(parameters), Error::<Test>::ParameterOutOfBounds);
        });
    }
}

#[test]
fn they_must_not_contradict_each_other() {
    type Change = fn(&mut ParametersOf<Test>);
    let wrong: [Change; 6] = [
        |p| p.min_proving_blocks = 0,
        |p| p.claim_period = MIN_PROVING - 1,
        |p| p.unbonding_period = MAX_JOB + GRACE,
        |p| p.min_claim_bond = 0,
        |p| p.min_bond = MIN_CLAIM_BOND - 1,
        |p| p.min_reward = 0,
    ];
    for change in wrong {
        run(|| {
            let mut parameters = PARAMETERS;
            change(&mut parameters);
            assert_noop!(set(parameters), Error::<Test>::InconsistentParameters);
        });
    }
}

#[test]
fn what_was_agreed_on_stays() {
    run(|| {
        let job = claimed();
        let last = 1 + CLAIM_PERIOD + GRACE;
        assert_ok!(set(ParametersOf::<Test> {
            grace: 1,
            claim_ratio: sp_runtime::Perbill::one(),
            ..PARAMETERS
        }));
        let state = Jobs::<Test>::get(job).unwrap().state;
        assert!(matches!(state, JobState::Claimed { last: l, lock: LOCK, .. } if l == last));
        go_to(last);
        assert_ok!(submit(prover(), job, proof(job, prover())));
    });
}
