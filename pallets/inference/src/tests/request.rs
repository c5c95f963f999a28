use frame_support::{assert_noop, assert_ok};
use sp_runtime::TokenError;
use zkinfer_primitives::{InputCommitment, JobTerms, ModelVersionId};

use crate::{
    Error, Event, HoldReason, Jobs, VerifyingKeys,
    mock::*,
    types::{JobState, Payload, PayloadOf},
};

fn public(bytes: usize) -> PayloadOf<Test> {
    Payload::Public(vec![7; bytes].try_into().unwrap())
}

#[test]
fn a_request_holds_reward_and_deposit_and_has_its_terms() {
    run(|| {
        let version = register();
        System::inc_account_nonce(requester());
        let id = Ask::default().job();
        let job = Jobs::<Test>::get(id).unwrap();
        let terms = JobTerms {
            requester: requester(),
            nonce: 2,
            job: id,
            version,
            vk_hash: SETUP.key().hash(),
            input_commitment: commitment(7),
            payload_hash: PayloadOf::<Test>::None.hash(),
            reward: REWARD,
            price: PRICE,
            deadline: 51u32,
        };
        assert_eq!(job.nonce, 2, "the nonce after the transaction's own");
        assert_eq!(job.terms_hash, terms.hash());
        assert_eq!((job.state, job.price), (JobState::Open, PRICE));
        assert_eq!(held(&requester(), HoldReason::Escrow), REWARD);
        assert_eq!(held(&requester(), HoldReason::JobDeposit), job.deposit);
        assert_eq!(free(&requester()), START - REWARD - job.deposit);
        assert_eq!(VerifyingKeys::<Test>::get(job.vk_hash).unwrap().references, 2);
        assert_eq!(
            last_event(),
            Event::JobRequested {
                job: id,
                requester: requester(),
                version,
                terms_hash: terms.hash(),
                nonce: 2,
                input_commitment: commitment(7),
                reward: REWARD,
                price: PRICE,
                deadline: 51,
            }
        );
    });
}

#[test]
fn a_payload_costs_a_deposit_for_each_byte() {
    run(|| {
        register();
        let small = Ask { payload: public(1), ..Ask::default() }.job();
        let large = Ask { payload: public(2001), ..Ask::default() }.job();
        let deposit = |id| Jobs::<Test>::get(id).unwrap().deposit;
        // The longer length takes one byte more.
        assert_eq!(deposit(large) - deposit(small), 2001);
        assert!(Vec::<u8>::from([7; 2049]).len() > 2048 && public(2048).carried() == 2048);
    });
}

#[test]
fn the_version_exists_and_is_active() {
    run(|| {
        assert_noop!(direct(Ask::default()), Error::<Test>::VersionNotFound);
        register();
        let version = ModelVersionId { model: 0, version: 1 };
        assert_noop!(direct(Ask { version, ..Ask::default() }), Error::<Test>::VersionNotFound);
        let version = ModelVersionId { model: 0, version: 0 };
        assert_ok!(Inference::retire_version(signed(owner()), version));
        assert_noop!(direct(Ask::default()), Error::<Test>::VersionRetired);
    });
}

#[test]
fn a_commitment_at_or_above_the_modulus_is_refused() {
    run(|| {
        register();
        // The order of BLS12-381's scalar field, little-endian.
        let mut modulus = [0u8; 32];
        modulus.copy_from_slice(&[
            0x01, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0x02, 0xa4,
            0xbd, 0x53, 0x05, 0xd8, 0xa1, 0x09, 0x08, 0xd8, 0x39, 0x33, 0x48, 0x7d, 0x9d, 0x29,
            0x53, 0xa7, 0xed, 0x73,
        ]);
        for bytes in [modulus, [0xff; 32]] {
            let commitment = InputCommitment(bytes);
            assert_noop!(
                direct(Ask { commitment, ..Ask::default() }),
                Error::<Test>::InvalidCommitment
            );
        }
        modulus[0] = 0;
        assert_ok!(direct(Ask { commitment: InputCommitment(modulus), ..Ask::default() }));
    });
}

#[test]
fn price_and_reward_are_checked() {
    run(|| {
        register();
        let ask = |reward, max_price| Ask { reward, max_price, ..Ask::default() };
        assert_noop!(direct(ask(REWARD, PRICE - 1)), Error::<Test>::PriceAboveMaximum);
        assert_noop!(direct(ask(PRICE - 1, PRICE)), Error::<Test>::RewardBelowPrice);
        assert_ok!(direct(ask(PRICE, PRICE)));
        register_for(owner(), &SETUP, 0, None);
        let version = ModelVersionId { model: 1, version: 0 };
        assert_noop!(direct(Ask { version, ..ask(1, 0) }), Error::<Test>::RewardTooLow);
        assert_noop!(direct(ask(u128::MAX, PRICE)), TokenError::FundsUnavailable);
    });
}

#[test]
fn the_deadline_is_neither_too_soon_nor_too_far() {
    run(|| {
        register();
        go_to(10);
        let ask = |deadline| Ask { deadline, ..Ask::default() };
        for deadline in [0, 9, 10, 10 + MIN_PROVING - 1] {
            assert_noop!(direct(ask(deadline)), Error::<Test>::DeadlineTooSoon);
        }
        for deadline in [10 + MAX_JOB + 1, u32::MAX] {
            assert_noop!(direct(ask(deadline)), Error::<Test>::DeadlineTooFar);
        }
        assert_ok!(direct(ask(10 + MIN_PROVING)));
        assert_ok!(direct(ask(10 + MAX_JOB)));
    });
}

#[test]
fn named_provers_are_among_those_that_the_version_allows() {
    run(|| {
        register_for(owner(), &SETUP, PRICE, list(&[prover()]));
        let ask = |provers: &[Account]| Ask { provers: list(provers), ..Ask::default() };
        assert_noop!(direct(ask(&[])), Error::<Test>::NoProvers);
        assert_noop!(direct(ask(&[prover(), rival()])), Error::<Test>::ProverNotAllowed);
        assert_ok!(direct(ask(&[prover()])));
    });
}

#[test]
fn terms_are_unique() {
    run(|| {
        register();
        // Twice in one transaction: the nonce is the same.
        assert_ok!(direct(Ask::default()));
        assert_ok!(direct(Ask::default()));
        assert_eq!(Jobs::<Test>::get(0).unwrap().nonce, Jobs::<Test>::get(1).unwrap().nonce);
        assert_ne!(terms(0), terms(1), "no proof is good for two jobs");
    });
}

#[test]
fn job_numbers_do_not_wrap() {
    run(|| {
        register();
        crate::NextJobId::<Test>::put(u64::MAX);
        frame_support::assert_err!(
            frame_support::storage::with_storage_layer(|| direct(Ask::default())),
            Error::<Test>::NumbersExhausted
        );
    });
}

/// Without a new nonce.
fn direct(ask: Ask) -> sp_runtime::DispatchResult {
    Inference::request(
        signed(requester()),
        ask.version,
        ask.commitment,
        ask.payload,
        ask.reward,
        ask.max_price,
        ask.deadline,
        ask.provers,
    )
}
