//! Every kind of output, by every call that takes one; and what is of the type and is no output.

use codec::{Encode, MaxEncodedLen};
use frame_support::{assert_ok, dispatch::Pays};
use sp_runtime::DispatchError;
use zkinfer_primitives::{
    JobId, ModelVersionId, Output, Proof, Purpose, output::Width, statement::Context,
};

use crate::{
    Error, Event, HoldReason, Jobs, Receipts, WeightInfo,
    mock::{
        prover::{Setup, groth16_bytes, halo2_bytes, halo2_proof},
        *,
    },
    types::{BatchItem, BatchOf, JobState, Rejection},
};

const VERSION: ModelVersionId = ModelVersionId { model: 0, version: 0 };

pub(super) fn top(classes: &[u32]) -> Output {
    Output::TopClasses(classes.to_vec().try_into().unwrap())
}

pub(super) fn values(width: Width, values: &[i32]) -> Output {
    Output::Values { width, values: values.to_vec().try_into().unwrap() }
}

/// One of each kind and width, and the longest.
fn outputs() -> Vec<Output> {
    vec![
        Output::Class(4),
        top(&[4]),
        top(&[4, 9, 0, 1, 2, 3, u32::MAX]),
        values(Width::Bits8, &[-128; 30]),
        values(Width::Bits16, &[-300, 300]),
        values(Width::Bits24, &[1 << 22]),
        values(Width::Bits32, &[i32::MIN, i32::MAX]),
    ]
}

/// One for each way to be none.
fn no_outputs() -> Vec<Output> {
    vec![
        top(&[]),
        top(&[4, 4]),
        values(Width::Bits8, &[]),
        values(Width::Bits8, &[128]),
        values(Width::Bits16, &[0; 16]),
        values(Width::Bits24, &[-(1 << 23) - 1]),
        values(Width::Bits32, &[0; 8]),
    ]
}

fn prove(setup: &Setup, job: JobId, output: &Output) -> Proof {
    setup.prove(&commitment(7), output, &context(job, prover()))
}

/// A well-formed proof that no output has: its bytes are of another statement.
fn any_proof(setup: &Setup, job: JobId) -> Proof {
    prove(setup, job, &ANSWER)
}

fn with_each(test: fn(&Setup)) {
    for setup in [&SETUP, &HALO2] {
        run(|| test(setup));
    }
}

#[test]
fn each_kind_of_output_completes_a_job_and_stays_in_its_receipt() {
    for setup in [&SETUP, &HALO2] {
        for output in outputs() {
            run(|| {
                let job = claimed_of(setup);
                let proof = prove(setup, job, &output);
                assert_ok!(Inference::submit(
                    signed(prover()),
                    job,
                    terms(job),
                    output.clone(),
                    proof
                ));
                let receipt = Receipts::<Test>::get(job).unwrap();
                assert_eq!(receipt.output, output);
                assert!(receipt.deposit >= receipt.encoded_size() as u128 + 16);
                assert_eq!(held(&requester(), HoldReason::JobDeposit), receipt.deposit);
                let Event::JobCompleted { output: told, paid, .. } = last_event() else {
                    panic!("completed")
                };
                assert_eq!((told, paid), (output, REWARD - PRICE));
            });
        }
    }
}

#[test]
fn a_longer_output_holds_a_greater_deposit_which_the_jobs_covers() {
    let deposit = |output: Output| {
        let mut found = 0;
        run(|| {
            let job = claimed();
            let whole = Jobs::<Test>::get(job).unwrap().deposit;
            let proof = prove(&SETUP, job, &output);
            assert_ok!(Inference::submit(signed(prover()), job, terms(job), output, proof));
            found = Receipts::<Test>::get(job).unwrap().deposit;
            assert!(found <= whole, "{found} of {whole}");
        });
        found
    };
    let (short, long) = (Output::Class(4), values(Width::Bits8, &[1; 30]));
    let more = (long.encoded_size() - short.encoded_size()) as u128;
    assert_eq!(long.encoded_size(), Output::max_encoded_len());
    assert_eq!(deposit(long), deposit(short) + more);
}

#[test]
fn each_kind_of_output_is_attested() {
    for (nonce, output) in (0u64..).zip(outputs()) {
        run(|| {
            register();
            bond(prover());
            let vk_hash = SETUP.key().hash();
            let context = Context {
                genesis_hash: System::block_hash(0).0,
                vk_hash,
                version: VERSION,
                purpose: Purpose::Attest(nonce),
                prover: prover(),
            };
            let proof = SETUP.prove(&commitment(7), &output, &context);
            let who = signed(prover());
            assert_ok!(Inference::attest(
                who,
                VERSION,
                vk_hash,
                nonce,
                commitment(7),
                output.clone(),
                proof
            ));
            assert_eq!(Receipts::<Test>::get(0).unwrap().output, output);
            assert!(matches!(last_event(), Event::Attested { output: told, .. } if told == output));
        });
    }
}

#[test]
fn a_batch_may_have_outputs_of_several_kinds() {
    with_each(|setup| {
        register_for(owner(), setup, PRICE, None);
        bond(prover());
        let items: Vec<BatchItem> = outputs()
            .into_iter()
            .take(4)
            .map(|output| {
                let job = Ask::default().job();
                claim(prover(), job);
                let proof = prove(setup, job, &output);
                BatchItem { job, terms_hash: terms(job), output, proof }
            })
            .collect();
        let expected: Vec<(JobId, Output)> =
            items.iter().map(|item| (item.job, item.output.clone())).collect();
        assert_ok!(Inference::submit_batch(
            signed(prover()),
            BatchOf::<Test>::try_from(items).unwrap()
        ));
        for (job, output) in expected {
            assert_eq!(Receipts::<Test>::get(job).unwrap().output, output);
        }
    });
}

#[test]
fn another_output_of_the_same_or_another_kind_costs_the_lock() {
    let proved = top(&[4, 1]);
    let lies = [
        Output::Class(4),
        top(&[4]),
        top(&[1, 4]),
        top(&[4, 1, 0]),
        values(Width::Bits32, &[4, 1]),
        values(Width::Bits8, &[4, 1]),
    ];
    for lie in lies {
        run(|| {
            let job = claimed();
            let proof = prove(&SETUP, job, &proved);
            assert_ok!(Inference::submit(signed(prover()), job, terms(job), lie, proof));
            let [.., rejected, _] = &events()[..] else { panic!("two events") };
            let reason = Rejection::DoesNotVerify;
            assert_eq!(
                *rejected,
                Event::ProofRejected { job, prover: prover(), slashed: LOCK, reason }
            );
            assert_eq!(total(&prover()), START - LOCK);
        });
    }
}

#[test]
fn what_is_no_output_is_an_error_before_any_cryptography_and_costs_no_bond() {
    for setup in [&SETUP, &HALO2] {
        for output in no_outputs() {
            run(|| {
                let job = claimed_of(setup);
                let (money, state) = (total(&prover()), Jobs::<Test>::get(job).unwrap().state);
                // Neither the one that decodes nor the one that does not is looked at.
                let bad = match &**setup {
                    Setup::Groth16(_) => Proof::Groth16([0; 192]),
                    Setup::Halo2(_) => halo2_proof(K, &[0; 9]),
                };
                for proof in [any_proof(setup, job), bad] {
                    let who = signed(prover());
                    let post =
                        Inference::submit(who, job, terms(job), output.clone(), proof).unwrap_err();
                    assert_eq!(post.error, DispatchError::from(Error::<Test>::InvalidOutput));
                    let weight = post.post_info.actual_weight;
                    assert_eq!(weight, Some(<() as WeightInfo>::submit_refused()));
                    assert_eq!(post.post_info.pays_fee, Pays::Yes);
                }
                assert_eq!((total(&prover()), total(&treasury())), (money, ED));
                assert_eq!(held(&prover(), HoldReason::ProverBond), MIN_BOND);
                assert_eq!(held(&requester(), HoldReason::Escrow), REWARD);
                assert_eq!(Jobs::<Test>::get(job).unwrap().state, state);
                // The claim is still good for the true one.
                let proof = any_proof(setup, job);
                assert_ok!(submit(prover(), job, proof));
            });
        }
    }
}

#[test]
fn what_is_no_output_is_not_attested_and_costs_no_bond() {
    for output in no_outputs() {
        run(|| {
            register();
            bond(prover());
            let (vk_hash, proof) = (SETUP.key().hash(), Proof::Groth16([0; 192]));
            let result = Inference::attest(
                signed(prover()),
                VERSION,
                vk_hash,
                3,
                commitment(7),
                output,
                proof,
            );
            let post = result.unwrap_err();
            assert_eq!(post.error, DispatchError::from(Error::<Test>::InvalidOutput));
            assert_eq!(post.post_info.actual_weight, Some(<() as WeightInfo>::attest_refused()));
            assert_eq!((total(&prover()), total(&treasury())), (START, ED));
            assert_eq!(held(&prover(), HoldReason::ProverBond), MIN_BOND);
            assert!(Receipts::<Test>::iter().next().is_none());
        });
    }
}

#[test]
fn one_item_that_is_no_output_refuses_the_batch_and_costs_no_bond() {
    for output in no_outputs() {
        run(|| {
            register();
            bond(prover());
            let mut items: Vec<BatchItem> = (0..3)
                .map(|_| {
                    let job = Ask::default().job();
                    claim(prover(), job);
                    let proof = any_proof(&SETUP, job);
                    BatchItem { job, terms_hash: terms(job), output: ANSWER, proof }
                })
                .collect();
            let good = items.clone();
            items[1].output = output;
            let batch = BatchOf::<Test>::try_from(items).unwrap();
            let post = Inference::submit_batch(signed(prover()), batch).unwrap_err();
            assert_eq!(post.error, DispatchError::from(Error::<Test>::InvalidOutput));
            assert_eq!(
                post.post_info.actual_weight,
                Some(<() as WeightInfo>::submit_batch_refused(3))
            );
            assert_eq!((total(&prover()), total(&treasury())), (START, ED));
            let claimed = |item: &BatchItem| {
                matches!(Jobs::<Test>::get(item.job).unwrap().state, JobState::Claimed { .. })
            };
            assert!(good.iter().all(claimed));
            assert_ok!(Inference::submit_batch(
                signed(prover()),
                BatchOf::<Test>::try_from(good).unwrap()
            ));
        });
    }
}

#[test]
fn a_flipped_bit_of_a_proof_of_values_is_rejected() {
    with_each(|setup| {
        let job = claimed_of(setup);
        let output = values(Width::Bits24, &[-5, 70_000]);
        let proof = match prove(setup, job, &output) {
            proof @ Proof::Groth16(_) => {
                let mut bytes = groth16_bytes(&proof);
                bytes[0] ^= 0x20;
                Proof::Groth16(bytes)
            }
            proof => {
                let mut bytes = halo2_bytes(&proof);
                let last = bytes.len() - 1;
                bytes[last - 40] ^= 1;
                halo2_proof(K, &bytes)
            }
        };
        assert_ok!(Inference::submit(signed(prover()), job, terms(job), output, proof));
        assert_eq!(total(&prover()), START - LOCK);
    });
}
