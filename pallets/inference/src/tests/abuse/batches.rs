//! Everything in one extrinsic: nothing is checked less because it was just made.

use frame_support::assert_ok;
use sp_runtime::traits::Dispatchable;
use zkinfer_primitives::{
    JobTerms, ManifestHash, ModelHash, ModelVersionId, Proof, Purpose, Trust, Visibility,
    statement::Context,
};

use crate::{
    Call, Event, HoldReason, Jobs, Receipts, VerifyingKeys,
    mock::*,
    types::{Payload, PayloadOf},
};

const VERSION: ModelVersionId = ModelVersionId { model: 0, version: 0 };

fn register_call() -> Call<Test> {
    Call::register_model {
        model_hash: ModelHash([1; 32]),
        manifest_hash: ManifestHash([2; 32]),
        verifying_key: Box::new(SETUP.key()),
        trust: Trust::SingleSetup,
        visibility: Visibility::Private,
        price: PRICE,
        allowed_provers: None,
    }
}

fn request_call() -> Call<Test> {
    let Ask {
        version,
        commitment: input_commitment,
        payload,
        reward,
        max_price,
        deadline,
        provers,
    } = Ask::default();
    Call::request { version, input_commitment, payload, reward, max_price, deadline, provers }
}

/// The terms that [`request_call`] has as the chain's first job, known before there is any.
fn foreseen(who: Account, nonce: u64) -> JobTerms<Account, Balance, u32> {
    let nothing: PayloadOf<Test> = Payload::None;
    JobTerms {
        requester: who,
        nonce,
        job: 0,
        version: VERSION,
        vk_hash: SETUP.key().hash(),
        input_commitment: commitment(7),
        payload_hash: nothing.hash(),
        reward: REWARD,
        price: PRICE,
        deadline: 51,
    }
}

fn foreseen_proof(who: Account, purpose: Purpose) -> Proof {
    let context = Context {
        genesis_hash: System::block_hash(0).0,
        vk_hash: SETUP.key().hash(),
        version: VERSION,
        purpose,
        prover: who,
    };
    SETUP.prove(&commitment(7), &ANSWER, &context)
}

/// One transaction with all these calls; how many of them were made.
fn batch(who: Account, calls: Vec<Call<Test>>) -> u32 {
    System::inc_account_nonce(&who);
    let all = calls.len() as u32;
    let calls = calls.into_iter().map(RuntimeCall::Inference).collect();
    assert_ok!(RuntimeCall::Utility(pallet_utility::Call::batch { calls }).dispatch(signed(who)));
    let interrupted = System::events().into_iter().find_map(|record| match record.event {
        RuntimeEvent::Utility(pallet_utility::Event::BatchInterrupted { index, .. }) => Some(index),
        _ => None,
    });
    interrupted.unwrap_or(all)
}

#[test]
fn a_key_is_registered_and_a_job_on_it_requested_claimed_and_answered_in_one_batch() {
    run(|| {
        let terms_hash = foreseen(prover(), 1).hash();
        let proof = foreseen_proof(prover(), Purpose::Job(terms_hash));
        let calls = vec![
            register_call(),
            Call::bond { amount: MIN_BOND },
            request_call(),
            Call::claim { job: 0, terms_hash },
            Call::submit { job: 0, terms_hash, output: ANSWER, proof },
        ];
        assert_eq!(batch(prover(), calls), 5);
        let receipt = Receipts::<Test>::get(0).unwrap();
        assert_eq!((receipt.requester, receipt.prover), (prover(), prover()));
        // It paid itself, and gained nothing by it.
        assert_eq!(total(&prover()), START);
    });
}

#[test]
fn a_false_proof_in_the_batch_that_registers_its_key_is_slashed() {
    run(|| {
        let terms_hash = foreseen(prover(), 1).hash();
        let calls = vec![
            register_call(),
            Call::bond { amount: MIN_BOND },
            request_call(),
            Call::claim { job: 0, terms_hash },
            Call::submit { job: 0, terms_hash, output: ANSWER, proof: Proof::Groth16([0; 192]) },
            // Fails, and takes nothing of the above back.
            Call::cancel { job: 99 },
        ];
        assert_eq!(batch(prover(), calls), 5);
        assert_eq!(total(&prover()), START - LOCK);
        assert!(
            events()
                .iter()
                .any(|event| matches!(event, Event::ProofRejected { slashed: LOCK, .. }))
        );
    });
}

#[test]
fn a_key_is_registered_attested_and_retired_in_one_batch() {
    run(|| {
        let proof = foreseen_proof(prover(), Purpose::Attest(5));
        let attest = Call::attest {
            version: VERSION,
            vk_hash: SETUP.key().hash(),
            nonce: 5,
            input_commitment: commitment(7),
            output: ANSWER,
            proof,
        };
        let calls = vec![
            register_call(),
            Call::bond { amount: MIN_BOND },
            attest.clone(),
            Call::retire_version { version: VERSION },
            attest,
        ];
        assert_eq!(batch(prover(), calls), 4, "a retired version attests nothing");
        assert!(Receipts::<Test>::contains_key(0));
        assert_eq!(VerifyingKeys::<Test>::iter().count(), 0);
        assert_eq!(held(&prover(), HoldReason::KeyDeposit), 0);
    });
}

#[test]
fn a_version_that_is_retired_in_the_batch_that_registers_it_still_owes_its_job() {
    run(|| {
        bond(rival());
        let calls =
            vec![register_call(), request_call(), Call::retire_version { version: VERSION }];
        assert_eq!(batch(prover(), calls), 3);
        assert_eq!(VerifyingKeys::<Test>::iter().count(), 1, "the job keeps the key");
        claim(rival(), 0);
        assert_ok!(submit(rival(), 0, proof(0, rival())));
        assert_eq!(VerifyingKeys::<Test>::iter().count(), 0);
        assert!(Jobs::<Test>::iter().next().is_none());
    });
}

#[test]
fn requests_of_one_batch_share_a_nonce_and_no_terms() {
    run(|| {
        register();
        bond(prover());
        assert_eq!(batch(requester(), vec![request_call(), request_call()]), 2);
        let (first, second) = (Jobs::<Test>::get(0).unwrap(), Jobs::<Test>::get(1).unwrap());
        assert_eq!(first.nonce, second.nonce);
        assert_ne!(first.terms_hash, second.terms_hash);
        claim(prover(), 0);
        claim(prover(), 1);
        let made = proof(0, prover());
        assert_ok!(submit(prover(), 0, made.clone()));
        assert_ok!(submit(prover(), 1, made));
        assert!(Receipts::<Test>::contains_key(0) && !Receipts::<Test>::contains_key(1));
    });
}

#[test]
fn an_unbonding_in_the_batch_of_a_claim_frees_nothing_that_it_locks() {
    run(|| {
        register();
        bond(prover());
        // Its claim locks two sevenths of the pay: all of a bond.
        let job = Ask { reward: MIN_BOND * 7 / 2 + PRICE, ..Ask::default() }.job();
        let terms_hash = terms(job);
        let calls = vec![Call::unbond { amount: MIN_BOND }, Call::claim { job, terms_hash }];
        assert_eq!(batch(prover(), calls), 1, "what is on its way out is no bond");
        let calls = vec![
            Call::bond { amount: MIN_BOND },
            Call::claim { job, terms_hash },
            Call::unbond { amount: MIN_BOND },
        ];
        System::reset_events();
        assert_eq!(batch(prover(), calls), 2, "what is locked does not leave");
        assert_eq!(held(&prover(), HoldReason::ProverBond), 2 * MIN_BOND);
    });
}
