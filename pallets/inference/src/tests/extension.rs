//! The transaction extension that puts proofs first, in the pool and in blocks.

use codec::Encode;
use frame_support::{assert_ok, dispatch::GetDispatchInfo, traits::StorageVersion};
use sp_runtime::{
    traits::{DispatchTransaction, Dispatchable, TransactionExtension},
    transaction_validity::{
        InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction,
    },
};
use zkinfer_primitives::{JobId, Output, Proof, SubmissionFault, TermsHash};

use crate::{
    Call, GeneratorChunks, Jobs, LagrangeGenerators, Pallet, PrioritizeProofs, VerifyingKeys,
    WeightInfo,
    extension::PROOF_PRIORITY,
    mock::{
        prover::{halo2_bytes, halo2_proof},
        *,
    },
    tests::generators::upload,
    types::{BatchItem, GeneratorsPart},
};

const POOL: TransactionSource = TransactionSource::External;
const BLOCK: TransactionSource = TransactionSource::InBlock;

fn validate(
    who: Account,
    call: &RuntimeCall,
    source: TransactionSource,
) -> Result<ValidTransaction, u8> {
    let (info, length) = (call.get_dispatch_info(), call.encoded_size());
    let extension = PrioritizeProofs::<Test>::new();
    match extension.validate_only(signed(who), call, &info, length, source, 0) {
        Ok((validity, ..)) => Ok(validity),
        Err(TransactionValidityError::Invalid(InvalidTransaction::Custom(code))) => Err(code),
        Err(other) => panic!("{other:?}"),
    }
}

fn submission(job: JobId, terms_hash: TermsHash, proof: Proof) -> RuntimeCall {
    RuntimeCall::Inference(Call::submit { job, terms_hash, output: ANSWER, proof })
}

fn item(job: JobId) -> BatchItem {
    BatchItem { job, terms_hash: terms(job), output: ANSWER, proof: Proof::Groth16([0; 192]) }
}

fn batch(items: Vec<BatchItem>) -> RuntimeCall {
    RuntimeCall::Inference(Call::submit_batch { batch: items.try_into().unwrap() })
}

/// A Groth16 proof of the job on its present terms, false for all that the pool can tell.
fn any_proof(job: JobId) -> RuntimeCall {
    submission(job, terms(job), Proof::Groth16([0; 192]))
}

fn assert_first(who: Account, call: &RuntimeCall, jobs: usize) {
    for source in [POOL, TransactionSource::Local, BLOCK] {
        let validity = validate(who.clone(), call, source).unwrap();
        assert_eq!((validity.priority, validity.provides.len()), (PROOF_PRIORITY, jobs));
        assert!(validity.requires.is_empty() && validity.propagate);
    }
}

/// Like any transaction, in the pool and in a block, where it fails.
fn assert_ordinary(who: Account, call: &RuntimeCall, fault: SubmissionFault) {
    for source in [POOL, BLOCK] {
        assert_eq!(validate(who.clone(), call, source), Ok(ValidTransaction::default()));
    }
    let failed = call.clone().dispatch(signed(who)).unwrap_err();
    let sp_runtime::DispatchError::Module(error) = failed.error else { panic!("{failed:?}") };
    assert_eq!(error.message, Some(fault.name()));
}

fn assert_invalid(who: Account, call: &RuntimeCall, fault: SubmissionFault) {
    for source in [POOL, BLOCK] {
        assert_eq!(validate(who.clone(), call, source), Err(fault.code()), "{fault}");
    }
}

#[test]
fn a_claimants_proof_is_first_and_has_a_tag_for_its_job() {
    run(|| {
        let job = claimed();
        assert_first(prover(), &any_proof(job), 1);
        let other = Ask::default().job();
        claim(prover(), other);
        assert_first(prover(), &batch(vec![item(job), item(other)]), 2);
        let provides = |call: &RuntimeCall| validate(prover(), call, POOL).unwrap().provides;
        // The tag of a job is the same alone and in a batch, and another for each job.
        let both = provides(&batch(vec![item(job), item(other)]));
        assert_eq!(both, [provides(&any_proof(job)), provides(&any_proof(other))].concat());
        assert_ne!(both[0], both[1]);
    });
}

#[test]
fn it_is_first_for_as_long_as_it_is_good() {
    run(|| {
        let job = claimed();
        go_to(1 + CLAIM_PERIOD + GRACE);
        assert_first(prover(), &any_proof(job), 1);
        go_to(1 + CLAIM_PERIOD + GRACE + 1);
        assert_invalid(prover(), &any_proof(job), SubmissionFault::TooLateToSubmit);
        // A pause prolongs it.
        crate::LastUsableBlock::<Test>::put(20);
        assert_first(prover(), &any_proof(job), 1);
    });
}

#[test]
fn what_the_call_would_refuse_is_in_no_pool_and_no_block() {
    run(|| {
        let job = claimed();
        bond(rival());
        let call = any_proof(job);
        assert_invalid(rival(), &call, SubmissionFault::NotClaimant);
        assert_invalid(stranger(), &call, SubmissionFault::NotClaimant);
        let wrong = submission(job, TermsHash([9; 32]), Proof::Groth16([0; 192]));
        assert_invalid(prover(), &wrong, SubmissionFault::TermsMismatch);
        let system = submission(job, terms(job), halo2_proof(K, &[0; 64]));
        assert_invalid(prover(), &system, SubmissionFault::ProofSystemMismatch);
        let output = Output::TopClasses(Default::default());
        let proof = Proof::Groth16([0; 192]);
        let empty =
            RuntimeCall::Inference(Call::submit { job, terms_hash: terms(job), output, proof });
        assert_invalid(prover(), &empty, SubmissionFault::InvalidOutput);
        // A job that is gone does not come back.
        assert_ok!(submit(prover(), job, proof_of(job)));
        assert_invalid(prover(), &call, SubmissionFault::JobNotFound);
    });
    run(|| {
        let job = claimed_of(&HALO2);
        let size = submission(job, terms(job), halo2_proof(K + 1, &[0; 64]));
        assert_invalid(prover(), &size, SubmissionFault::CircuitSizeMismatch);
    });
}

fn proof_of(job: JobId) -> Proof {
    proof(job, prover())
}

#[test]
fn a_batch_is_refused_as_a_whole() {
    run(|| {
        let job = claimed();
        let other = Ask::default().job();
        bond(rival());
        claim(rival(), other);
        assert_invalid(prover(), &batch(vec![]), SubmissionFault::EmptyBatch);
        assert_invalid(prover(), &batch(vec![item(job), item(job)]), SubmissionFault::DuplicateJob);
        assert_invalid(
            prover(),
            &batch(vec![item(job), item(other)]),
            SubmissionFault::NotClaimant,
        );
        register_for(owner(), &OTHER, PRICE, None);
        let version = zkinfer_primitives::ModelVersionId { model: 1, version: 0 };
        let mixed = Ask { version, ..Ask::default() }.job();
        claim(prover(), mixed);
        assert_invalid(prover(), &batch(vec![item(job), item(mixed)]), SubmissionFault::MixedBatch);
    });
}

/// A prover sends its claim and its proof one after the other: the pool sees the proof before the
/// claim is on chain.
#[test]
fn a_proof_behind_its_pending_claim_has_no_priority() {
    run(|| {
        register();
        bond(prover());
        let job = Ask::default().job();
        let call = any_proof(job);
        assert_ordinary(prover(), &call, SubmissionFault::JobNotClaimed);
        claim(prover(), job);
        assert_first(prover(), &call, 1);
        // And behind the request itself.
        let next = submission(job + 1, TermsHash([1; 32]), Proof::Groth16([0; 192]));
        assert_ordinary(prover(), &next, SubmissionFault::JobNotFound);
    });
}

#[test]
fn a_proof_whose_generators_are_missing_has_no_priority() {
    let missing: [fn(); 2] =
        [|| GeneratorChunks::<Test>::remove(0), || LagrangeGenerators::<Test>::remove(K)];
    for remove in missing {
        run(|| {
            let job = claimed_of(&HALO2);
            let call = submission(job, terms(job), proof_of(job));
            assert_first(prover(), &call, 1);
            remove();
            assert_ordinary(prover(), &call, SubmissionFault::GeneratorsMissing);
            Pallet::<Test>::missing_generators(K).into_iter().for_each(upload);
            assert_first(prover(), &call, 1);
        });
    }
    // Those of other sizes do not matter.
    run(|| {
        let job = claimed_of(&HALO2);
        upload(GeneratorsPart::Chunk { index: 1 });
        GeneratorChunks::<Test>::remove(1);
        assert_first(
            prover(),
            &submission(job, terms(job), halo2_proof(K, &halo2_bytes(&proof_of(job)))),
            1,
        );
    });
}

/// A transaction keeps the priority with which the pool took it. In a block it is checked again:
/// one claim puts one transaction first.
#[test]
fn a_second_proof_of_a_claim_fails_after_the_first() {
    run(|| {
        let job = claimed();
        let (first, second) =
            (any_proof(job), submission(job, terms(job), Proof::Groth16([1; 192])));
        assert_first(prover(), &first, 1);
        assert_first(prover(), &second, 1);
        assert_ok!(submit(prover(), job, Proof::Groth16([0; 192])));
        assert_eq!(total(&prover()), START - LOCK);
        // The job is open again.
        assert_ordinary(prover(), &second, SubmissionFault::JobNotClaimed);
    });
}

#[test]
fn other_calls_and_wrapped_submissions_are_left_alone() {
    run(|| {
        let job = claimed();
        let inner = any_proof(job);
        let calls = [
            RuntimeCall::Utility(pallet_utility::Call::batch { calls: vec![inner.clone()] }),
            RuntimeCall::Utility(pallet_utility::Call::force_batch { calls: vec![inner] }),
            RuntimeCall::Inference(Call::expire { job }),
            RuntimeCall::Inference(Call::claim { job: 99, terms_hash: TermsHash([0; 32]) }),
        ];
        for call in calls {
            for source in [POOL, BLOCK] {
                assert_eq!(validate(stranger(), &call, source), Ok(ValidTransaction::default()));
            }
            assert_eq!(PrioritizeProofs::<Test>::new().weight(&call), Default::default());
        }
        // Nobody signs.
        let call = any_proof(job);
        let info = call.get_dispatch_info();
        let extension = PrioritizeProofs::<Test>::new();
        let (validity, ..) =
            extension.validate_only(RuntimeOrigin::root(), &call, &info, 0, POOL, 0).unwrap();
        assert_eq!(validity, ValidTransaction::default());
        let nobody =
            extension.validate_only(RuntimeOrigin::none(), &call, &info, 0, POOL, 0).map(drop);
        assert_eq!(
            nobody,
            Err(InvalidTransaction::UnknownOrigin.into()),
            "by what comes after the extensions"
        );
    });
}

#[test]
fn while_records_are_migrated_nothing_is_said_about_submissions() {
    run(|| {
        let job = claimed();
        let call = any_proof(job);
        let record = Jobs::<Test>::take(job).unwrap();
        Migrator::set(true);
        assert_eq!(validate(prover(), &call, POOL), Ok(ValidTransaction::default()));
        Migrator::set(false);
        assert_invalid(prover(), &call, SubmissionFault::JobNotFound);
        // The block with the new code, before the one in which the migration begins.
        StorageVersion::new(1).put::<Inference>();
        assert_eq!(validate(prover(), &call, POOL), Ok(ValidTransaction::default()));
        crate::pallet::STORAGE_VERSION.put::<Inference>();
        Jobs::<Test>::insert(job, record);
    });
}

/// A pool takes nothing for long that no block takes: a promised tip would push others out of it,
/// and nobody would ever pay it.
#[test]
fn whoever_names_a_job_that_is_not_there_yet_pays_for_it_in_the_next_block() {
    run(|| {
        let call = submission(u64::MAX, TermsHash([1; 32]), Proof::Groth16([0; 192]));
        assert_ordinary(stranger(), &call, SubmissionFault::JobNotFound);
    });
}

#[test]
fn records_that_contradict_each_other_are_nobodys_fault() {
    run(|| {
        let job = claimed();
        let hash = Jobs::<Test>::get(job).unwrap().vk_hash;
        let key = VerifyingKeys::<Test>::take(hash).unwrap();
        assert_invalid(prover(), &any_proof(job), SubmissionFault::BrokenRecord);
        VerifyingKeys::<Test>::insert(hash, key);
        assert_first(prover(), &any_proof(job), 1);
    });
}

#[test]
fn the_checks_weigh_what_the_refused_call_weighs_and_each_chunk_a_look() {
    type W = ();
    let weight = |call: &RuntimeCall| PrioritizeProofs::<Test>::new().weight(call);
    let single = |proof| submission(0, TermsHash([0; 32]), proof);
    assert_eq!(weight(&single(Proof::Groth16([0; 192]))), W::submit_refused());
    for k in [K, 10, u8::MAX] {
        // The test chain's largest circuits need one chunk.
        assert_eq!(
            weight(&single(halo2_proof(k, &[0; 64]))),
            W::submit_refused() + W::find_generators(2)
        );
    }
    run(|| {
        let job = claimed();
        let items = vec![item(job); 3];
        assert_eq!(weight(&batch(items)), W::submit_batch_refused(3) + W::find_generators(0));
    });
}

#[test]
fn it_encodes_to_nothing() {
    assert!(PrioritizeProofs::<Test>::new().encode().is_empty());
    let metadata = <PrioritizeProofs<Test> as TransactionExtension<RuntimeCall>>::metadata();
    assert_eq!(metadata[0].identifier, "PrioritizeProofs");
    assert_ok!(TransactionExtension::<RuntimeCall>::implicit(&PrioritizeProofs::<Test>::new()));
}
