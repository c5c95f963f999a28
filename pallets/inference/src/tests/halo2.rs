//! Features of Halo2 alone: keys, classes, generators, and malformed proofs.

use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use zkinfer_primitives::{
    InputCommitment, ManifestHash, ModelHash, Output, Proof, ProofSystem, Purpose, TermsHash,
    Trust, VerifyingKey, Visibility, statement::Context,
};
use zkinfer_verifier::halo2;

use crate::{
    Error, Event, GeneratorChunks, HoldReason, Jobs, LagrangeGenerators, Pallet, Provers, Receipts,
    VerifyingKeys, WeightInfo,
    mock::{
        prover::{self, Setup, halo2_bytes, halo2_proof},
        *,
    },
    tests::generators::upload,
    types::{GeneratorsPart, JobState, PreparedKey, Rejection, StoredKey},
    verify::cost::Cost,
};

fn register_with(
    key: VerifyingKey,
    trust: Trust,
    visibility: Visibility,
) -> sp_runtime::DispatchResult {
    Inference::register_model(
        signed(owner()),
        ModelHash([1; 32]),
        ManifestHash([2; 32]),
        Box::new(key),
        trust,
        visibility,
        PRICE,
        None,
    )
}

fn register_key(key: &halo2::key::VerifyingKey) -> sp_runtime::DispatchResult {
    let key = VerifyingKey::Halo2(key.encode().try_into().unwrap());
    register_with(key, Trust::Transparent, Visibility::Open)
}

fn halo2_setup(setup: &Setup) -> &prover::halo2::Setup {
    let Setup::Halo2(setup) = setup else { panic!("a Halo2 setup") };
    setup
}

/// The error of a submission, with nothing changed by it.
fn refused(job: u64, proof: Proof) -> DispatchError {
    frame_support::storage::with_storage_layer(|| submit(prover(), job, proof).map_err(|e| e.error))
        .unwrap_err()
}

/// Asserts that the proof is rejected: the call succeeds, the lock goes to the treasury, the job
/// opens again.
fn assert_rejected(job: u64, proof: Proof, reason: Rejection) {
    let (treasury_had, prover_had) = (total(&treasury()), total(&prover()));
    assert_ok!(submit(prover(), job, proof));
    let [.., rejected, reopened] = &events()[..] else { panic!("two events") };
    assert_eq!(*rejected, Event::ProofRejected { job, prover: prover(), slashed: LOCK, reason });
    assert_eq!(*reopened, Event::JobReopened { job, deadline: 51 });
    assert_eq!(total(&treasury()), treasury_had + LOCK);
    assert_eq!(total(&prover()), prover_had - LOCK);
    assert_eq!(Jobs::<Test>::get(job).unwrap().state, JobState::Open);
    assert_eq!(Provers::<Test>::get(prover()).unwrap().locked, 0);
    assert!(!Receipts::<Test>::contains_key(job));
}

#[test]
fn a_model_is_stored_with_its_key_and_the_digest_computed_here() {
    run(|| {
        let version = register_for(owner(), &HALO2, PRICE, None);
        let version = Pallet::<Test>::model_version(version).unwrap();
        assert_eq!((version.proof_system, version.trust), (ProofSystem::Halo2, Trust::Transparent));
        let stored = VerifyingKeys::<Test>::get(version.vk_hash).unwrap();
        assert_eq!((stored.references, &stored.key), (1, &HALO2.key()));
        let key = halo2_setup(&HALO2).key_with_rows(&[3]);
        let prepared = halo2::key::PreparedVerifyingKey::prepare(key).to_bytes();
        assert_eq!(stored.prepared.to_vec(), prepared);
        // The deposit is for all of it.
        let bytes = (stored.encoded_size() + 32) as u128;
        assert_eq!(
            version.key_deposit,
            PARAMETERS.deposit_base + bytes * PARAMETERS.deposit_per_byte
        );
        assert_eq!(held(&owner(), HoldReason::KeyDeposit), version.key_deposit);
    });
}

#[test]
fn trust_and_visibility_must_be_true_of_the_system() {
    run(|| {
        for trust in [Trust::SingleSetup, Trust::Ceremony] {
            let call = register_with(HALO2.key(), trust, Visibility::Open);
            assert_noop!(call, Error::<Test>::TrustNotPossible);
        }
        let call = register_with(HALO2.key(), Trust::Transparent, Visibility::Private);
        assert_noop!(call, Error::<Test>::VisibilityNotPossible);
        let call = register_with(SETUP.key(), Trust::Transparent, Visibility::Open);
        assert_noop!(call, Error::<Test>::TrustNotPossible);
        assert_ok!(register_with(HALO2.key(), Trust::Transparent, Visibility::Open));
    });
}

#[test]
fn a_key_that_is_no_key_is_refused() {
    run(|| {
        let VerifyingKey::Halo2(good) = HALO2.key() else { panic!("a Halo2 key") };
        let longer = [&good[..], &[0]].concat();
        let mut version = good.to_vec();
        version[0] = 2;
        let mut off_curve = good.to_vec();
        off_curve[good.len() - 32..].fill(0xff);
        let mut identity = good.to_vec();
        identity[good.len() - 32..].fill(0);
        let bad = [
            vec![],
            good[..1].to_vec(),
            good[..good.len() - 1].to_vec(),
            longer,
            version,
            off_curve,
            identity,
        ];
        for bytes in bad {
            let key = VerifyingKey::Halo2(bytes.try_into().unwrap());
            let call = register_with(key, Trust::Transparent, Visibility::Open);
            assert_noop!(call, Error::<Test>::InvalidVerifyingKey);
        }
    });
}

#[test]
fn a_key_without_the_statements_public_inputs_is_refused() {
    run(|| {
        for rows in [0, 2, 4] {
            let key = halo2_setup(&HALO2).key_with_rows(&[rows]);
            assert_noop!(register_key(&key), Error::<Test>::WrongPublicInputs);
        }
    });
}

#[test]
fn a_key_that_costs_too_much_is_refused() {
    run(|| {
        // The largest circuit that the test chain allows has 2^10 rows.
        let deep = prover::halo2::Setup::new::<0, 0, 0>(1, 11);
        assert_noop!(register_key(&deep.key_with_rows(&[3])), Error::<Test>::VerifyingKeyTooLarge);
        let complex = prover::halo2::Setup::new::<0, 0, { halo2::statement::MAX_NODES }>(1, K);
        assert_noop!(
            register_key(&complex.key_with_rows(&[3])),
            Error::<Test>::VerifyingKeyTooLarge
        );
        let wide = prover::halo2::Setup::new::<250, 0, 0>(1, K);
        assert_noop!(register_key(&wide.key_with_rows(&[3])), Error::<Test>::VerifyingKeyTooLarge);
    });
}

#[test]
fn a_commitment_is_below_its_own_systems_modulus() {
    run(|| {
        register_for(owner(), &HALO2, PRICE, None);
        // The modulus of Vesta's scalars is below that of BLS12-381's.
        let mut modulus =
            *b"\x01\0\0\0\xed\x30\x2d\x99\x1b\xf9\x4c\x09\xfc\x98\x46\x22\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x40";
        let request =
            |bytes| Ask { commitment: InputCommitment(bytes), ..Ask::default() }.by(requester());
        assert_eq!(request(modulus), Err(Error::<Test>::InvalidCommitment.into()));
        register();
        let version = zkinfer_primitives::ModelVersionId { model: 1, version: 0 };
        let ask = Ask { commitment: InputCommitment(modulus), version, ..Ask::default() };
        assert_ok!(ask.by(requester()));
        modulus[0] = 0;
        assert_ok!(request(modulus));
    });
}

#[test]
fn a_proof_that_holds_pays_everybody() {
    for setup in [&HALO2, &HALO2_LARGER] {
        run(|| {
            upload(GeneratorsPart::Lagrange { k: K + 1 });
            let job = claimed_of(setup);
            let owner_had = free(&owner());
            assert_ok!(submit(prover(), job, proof(job, prover())));
            assert_eq!(free(&owner()), owner_had + PRICE);
            assert_eq!(total(&prover()), START + REWARD - PRICE);
            assert_eq!(held(&requester(), HoldReason::Escrow), 0);
            assert!(Receipts::<Test>::contains_key(job) && !Jobs::<Test>::contains_key(job));
        });
    }
}

#[test]
fn a_proof_of_another_job_account_input_answer_chain_or_key_is_rejected() {
    let changes: [fn(&mut Context<Account>); 5] = [
        |context| context.purpose = Purpose::Job(TermsHash([1; 32])),
        |context| context.purpose = Purpose::Attest(0),
        |context| context.prover = rival(),
        |context| context.genesis_hash = [1; 32],
        |context| context.vk_hash.0[0] ^= 1,
    ];
    for change in changes {
        run(|| {
            let job = claimed_of(&HALO2);
            let mut context = context(job, prover());
            change(&mut context);
            assert_rejected(
                job,
                HALO2.prove(&commitment(7), &ANSWER, &context),
                Rejection::DoesNotVerify,
            );
        });
    }
    let proofs: [fn(&Context<Account>) -> Proof; 3] = [
        |context| HALO2.prove(&commitment(8), &ANSWER, context),
        |context| HALO2.prove(&commitment(7), &Output::Class(5), context),
        |context| HALO2_OTHER.prove(&commitment(7), &ANSWER, context),
    ];
    for proof in proofs {
        run(|| {
            let job = claimed_of(&HALO2);
            assert_rejected(job, proof(&context(job, prover())), Rejection::DoesNotVerify);
        });
    }
}

#[test]
fn bytes_that_are_no_proof_are_rejected_with_what_is_wrong_and_where() {
    type Change = fn(&mut Vec<u8>);
    type Reason = fn(u32) -> Rejection;
    let cases: [(Change, Reason); 8] = [
        (|bytes| bytes.clear(), |_| Rejection::Truncated { offset: 0 }),
        (|bytes| bytes.truncate(bytes.len() - 1), |len| Rejection::Truncated { offset: len - 32 }),
        (|bytes| bytes.push(0), |len| Rejection::TrailingBytes { offset: len }),
        (|bytes| bytes[..32].fill(0), |_| Rejection::IdentityPoint { offset: 0 }),
        (|bytes| bytes[32..64].fill(0xff), |_| Rejection::InvalidPoint { offset: 32 }),
        (|bytes| bytes.fill(0xff), |_| Rejection::InvalidPoint { offset: 0 }),
        // The last two words are scalars.
        (
            |bytes| bytes.iter_mut().rev().take(32).for_each(|b| *b = 0xff),
            |len| Rejection::InvalidScalar { offset: len - 32 },
        ),
        (
            |bytes| {
                let at = bytes.len() - 32;
                bytes[at] ^= 1
            },
            |_| Rejection::DoesNotVerify,
        ),
    ];
    for (change, reason) in cases {
        run(|| {
            let job = claimed_of(&HALO2);
            let mut bytes = halo2_bytes(&proof(job, prover()));
            let length = bytes.len() as u32;
            change(&mut bytes);
            assert_rejected(job, halo2_proof(K, &bytes), reason(length));
        });
    }
}

#[test]
fn a_proof_of_another_class_is_an_error_before_any_cryptography() {
    run(|| {
        let job = claimed_of(&HALO2);
        let bytes = halo2_bytes(&proof(job, prover()));
        let garbage = Proof::Groth16([0; 192]);
        let cases = [
            (garbage, Error::<Test>::ProofSystemMismatch),
            (halo2_proof(K + 1, &bytes), Error::<Test>::CircuitSizeMismatch),
            (halo2_proof(0, &[]), Error::<Test>::CircuitSizeMismatch),
            (halo2_proof(u8::MAX, &[0; 8192]), Error::<Test>::CircuitSizeMismatch),
        ];
        for (proof, error) in cases {
            let post = submit(prover(), job, proof).unwrap_err();
            assert_eq!(post.error, DispatchError::from(error));
            assert_eq!(post.post_info.actual_weight, Some(<() as WeightInfo>::submit_refused()));
        }
        assert_eq!(held(&prover(), HoldReason::ProverBond), MIN_BOND);
        assert_ok!(submit(prover(), job, halo2_proof(K, &bytes)));
    });
    run(|| {
        let job = claimed();
        assert_eq!(
            refused(job, halo2_proof(K, &[0; 64])),
            Error::<Test>::ProofSystemMismatch.into()
        );
    });
}

#[test]
fn a_missing_generator_is_nobodys_fault_even_for_a_false_proof() {
    let missing: [fn(); 2] =
        [|| GeneratorChunks::<Test>::remove(0), || LagrangeGenerators::<Test>::remove(K)];
    for remove in missing {
        run(|| {
            let job = claimed_of(&HALO2);
            let good = proof(job, prover());
            remove();
            let mut truncated = halo2_bytes(&good);
            truncated.pop();
            let mut false_one = halo2_bytes(&good);
            *false_one.last_mut().unwrap() ^= 1;
            for bytes in [&halo2_bytes(&good), &truncated, &false_one, &vec![0xff; 64]] {
                assert_eq!(
                    refused(job, halo2_proof(K, bytes)),
                    Error::<Test>::GeneratorsMissing.into()
                );
            }
            assert_eq!(held(&prover(), HoldReason::ProverBond), MIN_BOND);
            // Anybody uploads what is missing, and the same proof is good.
            Pallet::<Test>::missing_generators(K).into_iter().for_each(upload);
            assert_ok!(submit(prover(), job, good));
        });
    }
}

#[test]
fn a_damaged_key_or_generator_is_nobodys_fault() {
    run(|| {
        let job = claimed_of(&HALO2);
        let good = proof(job, prover());
        let hash = HALO2.key().hash();
        let stored = VerifyingKeys::<Test>::get(hash).unwrap();
        VerifyingKeys::<Test>::mutate(hash, |key| {
            key.as_mut().unwrap().prepared.pop();
        });
        assert_eq!(refused(job, good.clone()), Error::<Test>::VerifierFault.into());
        VerifyingKeys::<Test>::insert(hash, stored);
        let chunk = GeneratorChunks::<Test>::get(0).unwrap();
        GeneratorChunks::<Test>::mutate(0, |points| points.as_mut().unwrap().truncate(65));
        assert_eq!(refused(job, good.clone()), Error::<Test>::VerifierFault.into());
        GeneratorChunks::<Test>::insert(0, chunk);
        assert_ok!(submit(prover(), job, good));
    });
}

#[test]
fn an_attestation_holds_or_costs() {
    let version = zkinfer_primitives::ModelVersionId { model: 0, version: 0 };
    let made = |nonce| {
        let context = Context {
            genesis_hash: System::block_hash(0).0,
            vk_hash: HALO2.key().hash(),
            version,
            purpose: Purpose::Attest(nonce),
            prover: prover(),
        };
        HALO2.prove(&commitment(7), &ANSWER, &context)
    };
    run(|| {
        register_for(owner(), &HALO2, PRICE, None);
        bond(prover());
        let vk_hash = HALO2.key().hash();
        let attest = |nonce, proof| {
            Inference::attest(
                signed(prover()),
                version,
                vk_hash,
                nonce,
                commitment(7),
                ANSWER,
                proof,
            )
        };
        let wrong = halo2_proof(K + 1, &halo2_bytes(&made(1)));
        assert_eq!(attest(1, wrong).unwrap_err().error, Error::<Test>::CircuitSizeMismatch.into());
        assert_ok!(attest(1, made(1)));
        assert!(Receipts::<Test>::contains_key(0));
        assert_ok!(attest(3, made(2)));
        let lost = Event::AttestationRejected {
            version,
            prover: prover(),
            nonce: 3,
            slashed: MIN_CLAIM_BOND,
            reason: Rejection::DoesNotVerify,
        };
        assert_eq!(last_event(), lost);
        assert_eq!(total(&treasury()), ED + MIN_CLAIM_BOND);
    });
}

#[test]
fn each_class_has_its_own_weight() {
    type W = ();
    let bytes = |len: usize| halo2_proof(10, &vec![0; len]);
    let groth16 = Cost::of_submit::<Test>(&Proof::Groth16([0; 192]));
    assert_eq!(groth16.holds, W::submit_groth16());
    assert_eq!(groth16.rejected, W::submit_groth16_rejected());
    let groth16 = Cost::of_attest::<Test>(&Proof::Groth16([0; 192]));
    assert_eq!(
        (groth16.holds, groth16.rejected),
        (W::attest_groth16(), W::attest_groth16_rejected())
    );
    for len in [0, 1_000, 8_192] {
        let cost = Cost::of_submit::<Test>(&bytes(len));
        assert_eq!(cost.holds, W::submit_halo2(len as u32));
        assert_eq!(cost.rejected, W::submit_halo2_rejected(len as u32));
        let cost = Cost::of_attest::<Test>(&bytes(len));
        assert_eq!(cost.holds, W::attest_halo2(len as u32));
        assert_eq!(cost.rejected, W::attest_halo2_rejected(len as u32));
    }
    // A k above the chain's largest weighs as that: it is refused before it costs anything.
    assert_eq!(
        Cost::of_submit::<Test>(&halo2_proof(u8::MAX, &[0; 64])),
        Cost::of_submit::<Test>(&halo2_proof(10, &[0; 64])),
    );
    // The call's own annotation is the worst of both.
    use frame_support::dispatch::GetDispatchInfo;
    for proof in [Proof::Groth16([0; 192]), bytes(640)] {
        let worst = Cost::of_submit::<Test>(&proof).worst();
        let call = crate::Call::<Test>::submit {
            job: 0,
            terms_hash: TermsHash([0; 32]),
            output: ANSWER,
            proof,
        };
        assert_eq!(call.get_dispatch_info().call_weight, worst);
    }
}

#[test]
fn what_was_not_needed_of_the_weight_is_returned() {
    run(|| {
        let job = claimed_of(&HALO2);
        let good = proof(job, prover());
        let cost = Cost::of_submit::<Test>(&good);
        let post = submit(prover(), job, good).unwrap();
        assert_eq!(post.actual_weight, Some(cost.holds));
        let job = Ask::default().job();
        claim(prover(), job);
        let post = submit(prover(), job, halo2_proof(K, &[])).unwrap();
        let rejected = Cost::of_submit::<Test>(&halo2_proof(K, &[])).rejected;
        assert_eq!(post.actual_weight, Some(rejected));
    });
}

#[test]
fn a_groth16_key_that_was_stored_before_halo2_came_decodes() {
    #[derive(Encode)]
    struct Before {
        key: (u8, [u8; 528]),
        prepared: Vec<u8>,
        references: u32,
    }
    let VerifyingKey::Groth16(key) = SETUP.key() else { panic!("a Groth16 key") };
    let prepared = crate::verify::prepare::<Test>(&SETUP.key()).unwrap();
    let before = Before { key: (0, key), prepared: prepared.to_vec(), references: 3 };
    let now = StoredKey { key: SETUP.key(), prepared, references: 3 };
    assert_eq!(StoredKey::decode(&mut &before.encode()[..]), Ok(now));
}

#[test]
fn the_largest_prepared_key_fits() {
    use codec::MaxEncodedLen;
    let longest = 32 + 2 * zkinfer_primitives::proof::HALO2_MAX_VK_LEN as usize;
    assert_eq!(PreparedKey::max_encoded_len(), longest + 4);
    // The types' bounds are the verifier's.
    assert_eq!(
        zkinfer_primitives::proof::HALO2_MAX_PROOF_LEN as usize,
        halo2::statement::MAX_PROOF_LEN
    );
}
