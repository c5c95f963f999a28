use frame_support::{assert_noop, assert_ok, dispatch::Pays};
use sp_runtime::DispatchError;
use zkinfer_primitives::{
    ModelVersionId, Output, Proof, Purpose, TermsHash, blake2b_256, statement::Context,
};

use codec::Encode;

use crate::{
    Error, Event, HoldReason, Jobs, Pallet, Provers, Receipts, VerifyingKeys, WeightInfo,
    mock::{
        prover::{groth16_bytes, rerandomised},
        *,
    },
    types::{JobState, ProofPoint, Rejection},
};

/// Asserts that the proof is rejected: the call succeeds, the lock goes to the treasury, the job
/// opens again.
fn assert_rejected(job: u64, proof: Proof, reason: Rejection) {
    let escrow = held(&requester(), HoldReason::Escrow);
    let (treasury_had, prover_had) = (total(&treasury()), total(&prover()));
    assert_ok!(submit(prover(), job, proof));
    let [.., rejected, reopened] = &events()[..] else { panic!("two events") };
    assert_eq!(*rejected, Event::ProofRejected { job, prover: prover(), slashed: LOCK, reason });
    assert_eq!(*reopened, Event::JobReopened { job, deadline: 51 });
    assert_eq!(Jobs::<Test>::get(job).unwrap().state, JobState::Open);
    assert_eq!(total(&treasury()), treasury_had + LOCK);
    assert_eq!(total(&prover()), prover_had - LOCK);
    assert_eq!(held(&requester(), HoldReason::Escrow), escrow);
    assert!(!Receipts::<Test>::contains_key(job));
    assert_eq!(Provers::<Test>::get(prover()).unwrap().locked, 0);
}

#[test]
fn a_proof_that_holds_pays_everybody() {
    run(|| {
        let job = claimed();
        let record = Jobs::<Test>::get(job).unwrap();
        let owner_had = free(&owner());
        go_to(9);
        assert_ok!(submit(prover(), job, proof(job, prover())));
        let receipt = Pallet::<Test>::receipt(job).unwrap();
        assert_eq!(free(&owner()), owner_had + PRICE);
        assert_eq!(free(&prover()), START - MIN_BOND + REWARD - PRICE);
        assert_eq!(Pallet::<Test>::prover(prover()).unwrap().free, MIN_BOND);
        assert_eq!(free(&requester()), START - REWARD - receipt.deposit);
        assert_eq!(held(&requester(), HoldReason::JobDeposit), receipt.deposit);
        assert_eq!(held(&requester(), HoldReason::Escrow), 0);
        assert!(receipt.deposit > 0 && receipt.deposit < record.deposit);
        assert_eq!(
            (receipt.output.clone(), receipt.prover.clone(), receipt.block),
            (ANSWER, prover(), 9)
        );
        assert_eq!((receipt.reward, receipt.price), (REWARD, PRICE));
        assert_eq!(receipt.purpose, Purpose::Job(record.terms_hash));
        assert!(!Jobs::<Test>::contains_key(job));
        assert_eq!(VerifyingKeys::<Test>::get(record.vk_hash).unwrap().references, 1);
        assert_eq!(
            last_event(),
            Event::JobCompleted {
                job,
                version: record.version,
                requester: requester(),
                prover: prover(),
                output: ANSWER,
                paid: REWARD - PRICE,
                price: PRICE,
                terms_hash: record.terms_hash,
                receipt_hash: blake2b_256(&receipt.encode()),
            }
        );
    });
}

#[test]
fn a_proof_of_another_job_account_model_or_chain_is_rejected() {
    let changes: [fn(&mut Context<Account>); 6] = [
        |context| context.purpose = Purpose::Job(TermsHash([1; 32])),
        |context| context.purpose = Purpose::Attest(0),
        |context| context.prover = rival(),
        |context| context.version = ModelVersionId { model: 1, version: 0 },
        |context| context.genesis_hash = [1; 32],
        |context| context.vk_hash.0[0] ^= 1,
    ];
    for change in changes {
        run(|| {
            let job = claimed();
            let mut context = context(job, prover());
            change(&mut context);
            let proof = SETUP.prove(&commitment(7), &ANSWER, &context);
            assert_rejected(job, proof, Rejection::DoesNotVerify);
        });
    }
}

#[test]
fn a_proof_of_another_input_or_answer_or_setup_is_rejected() {
    run(|| {
        let job = claimed();
        let proof = SETUP.prove(&commitment(8), &ANSWER, &context(job, prover()));
        assert_rejected(job, proof, Rejection::DoesNotVerify);
    });
    run(|| {
        let job = claimed();
        let proof = SETUP.prove(&commitment(7), &Output::Class(5), &context(job, prover()));
        assert_rejected(job, proof, Rejection::DoesNotVerify);
    });
    run(|| {
        let job = claimed();
        let proof = OTHER.prove(&commitment(7), &ANSWER, &context(job, prover()));
        assert_rejected(job, proof, Rejection::DoesNotVerify);
    });
}

#[test]
fn bytes_that_are_no_proof_are_rejected_with_the_point_that_is_wrong() {
    run(|| {
        let job = claimed();
        assert_rejected(job, Proof::Groth16([0; 192]), Rejection::NotOnCurve(ProofPoint::A));
    });
    run(|| {
        let job = claimed();
        let mut bytes = groth16_bytes(&proof(job, prover()));
        // The identity of G1 as C.
        bytes[144..].fill(0);
        bytes[144] = 0xc0;
        assert_rejected(job, Proof::Groth16(bytes), Rejection::Identity(ProofPoint::C));
    });
    for bit in [0, 48 * 8 + 3, 191 * 8] {
        run(|| {
            let job = claimed();
            let mut bytes = groth16_bytes(&proof(job, prover()));
            bytes[bit / 8] ^= 1 << (bit % 8);
            let slashed = total(&prover());
            assert_ok!(submit(prover(), job, Proof::Groth16(bytes)));
            assert!(matches!(events().iter().rev().nth(1), Some(Event::ProofRejected { .. })));
            assert_eq!(total(&prover()), slashed - LOCK);
        });
    }
}

#[test]
fn a_rerandomised_proof_works_once_and_for_its_claimant_only() {
    run(|| {
        let job = claimed();
        bond(rival());
        let first = proof(job, prover());
        let again = rerandomised(&first, 12345);
        assert_ne!(first, again);
        let terms = terms(job);
        assert_noop!(
            Inference::submit(signed(rival()), job, terms, ANSWER, again.clone())
                .map_err(|e| e.error),
            Error::<Test>::NotClaimant
        );
        assert_ok!(submit(prover(), job, again));
        assert_noop!(
            Inference::submit(signed(prover()), job, terms, ANSWER, first).map_err(|e| e.error),
            Error::<Test>::JobNotFound
        );
    });
}

#[test]
fn a_seen_proof_is_worth_nothing_to_the_next_claimant() {
    run(|| {
        let job = claimed();
        let seen = proof(job, prover());
        go_to(1 + CLAIM_PERIOD + GRACE + 1);
        assert_ok!(Inference::expire(signed(stranger()), job));
        bond(rival());
        claim(rival(), job);
        assert_ok!(submit(rival(), job, rerandomised(&seen, 7)));
        assert_eq!(total(&rival()), START - LOCK);
    });
}

#[test]
fn what_else_is_wrong_is_an_error_and_costs_no_bond() {
    run(|| {
        let job = claimed();
        let open = Ask { commitment: commitment(8), ..Ask::default() }.job();
        let (good, job_terms) = (proof(job, prover()), terms(job));
        let cases = [
            (prover(), 77, job_terms, Error::<Test>::JobNotFound),
            (prover(), job, TermsHash([3; 32]), Error::<Test>::TermsMismatch),
            (prover(), open, job_terms, Error::<Test>::TermsMismatch),
            (prover(), open, terms(open), Error::<Test>::JobNotClaimed),
            (stranger(), job, job_terms, Error::<Test>::NotClaimant),
        ];
        for (who, job, terms, error) in cases {
            let result = Inference::submit(signed(who), job, terms, ANSWER, good.clone());
            let post = result.unwrap_err();
            assert_eq!(post.error, DispatchError::from(error));
            // Checked before cryptography: the signer pays for what was done.
            assert_eq!(post.post_info.actual_weight, Some(<() as WeightInfo>::submit_refused()));
            assert_eq!(post.post_info.pays_fee, Pays::Yes);
        }
        assert_eq!(held(&prover(), HoldReason::ProverBond), MIN_BOND);
    });
}

#[test]
fn a_proof_is_good_within_the_grace_and_not_after_it() {
    run(|| {
        let job = claimed();
        go_to(1 + CLAIM_PERIOD + GRACE + 1);
        let late = submit(prover(), job, proof(job, prover())).map_err(|e| e.error);
        assert_noop!(late, Error::<Test>::TooLateToSubmit);
    });
    run(|| {
        let job = claimed();
        go_to(1 + CLAIM_PERIOD + GRACE);
        assert_ok!(submit(prover(), job, proof(job, prover())));
        assert!(Receipts::<Test>::contains_key(job));
    });
}

#[test]
fn the_grace_reaches_past_the_deadline() {
    run(|| {
        register();
        bond(prover());
        let job = Ask { deadline: 1 + MIN_PROVING, ..Ask::default() }.job();
        claim(prover(), job);
        go_to(1 + MIN_PROVING + GRACE);
        assert_ok!(submit(prover(), job, proof(job, prover())));
        assert!(Receipts::<Test>::contains_key(job));
    });
}

#[test]
fn a_directed_job_ends_with_a_rejected_proof() {
    run(|| {
        register();
        bond(prover());
        let job = Ask { provers: list(&[prover()]), ..Ask::default() }.job();
        claim(prover(), job);
        assert_ok!(submit(prover(), job, Proof::Groth16([1; 192])));
        assert_eq!(last_event(), Event::JobExpired { job, requester: requester(), refund: REWARD });
        assert_eq!(free(&requester()), START);
        assert_eq!(total(&treasury()), ED + LOCK);
    });
}

#[test]
fn a_job_too_close_to_its_deadline_ends_with_a_rejected_proof() {
    run(|| {
        register();
        bond(prover());
        let job = Ask { deadline: 1 + MIN_PROVING, ..Ask::default() }.job();
        claim(prover(), job);
        go_to(2);
        assert_ok!(submit(prover(), job, Proof::Groth16([1; 192])));
        assert_eq!(last_event(), Event::JobExpired { job, requester: requester(), refund: REWARD });
        assert_eq!(free(&requester()), START);
    });
}

#[test]
fn a_damaged_key_is_nobodys_fault() {
    run(|| {
        let job = claimed();
        let good = proof(job, prover());
        let hash = SETUP.key().hash();
        let prepared = VerifyingKeys::<Test>::get(hash).unwrap().prepared;
        VerifyingKeys::<Test>::mutate(hash, |key| {
            key.as_mut().unwrap().prepared.pop();
        });
        let result = submit(prover(), job, good.clone()).map_err(|e| e.error);
        assert_noop!(result, Error::<Test>::VerifierFault);
        VerifyingKeys::<Test>::mutate(hash, |key| key.as_mut().unwrap().prepared = prepared);
        assert_ok!(submit(prover(), job, good));
    });
}

#[test]
fn a_running_job_is_finished_on_a_retired_version() {
    run(|| {
        let job = claimed();
        let version = ModelVersionId { model: 0, version: 0 };
        assert_ok!(Inference::retire_version(signed(owner()), version));
        assert_ok!(submit(prover(), job, proof(job, prover())));
        assert!(Receipts::<Test>::contains_key(job));
    });
}

#[test]
fn batch_and_force_batch_keep_a_slash_when_a_later_call_fails() {
    for force in [false, true] {
        run(|| {
            let job = claimed();
            let bad = RuntimeCall::Inference(crate::Call::submit {
                job,
                terms_hash: terms(job),
                output: ANSWER,
                proof: Proof::Groth16([1; 192]),
            });
            let fails = RuntimeCall::Inference(crate::Call::cancel { job: 99 });
            let calls = vec![bad, fails];
            if force {
                assert_ok!(Utility::force_batch(signed(prover()), calls));
            } else {
                assert_ok!(Utility::batch(signed(prover()), calls));
            }
            assert_eq!(total(&prover()), START - LOCK);
            assert_eq!(total(&treasury()), ED + LOCK);
        });
    }
}
