//! Several proofs in one call: all jobs are completed, or all claims fail.

use frame_support::{assert_noop, assert_ok, dispatch::Pays};
use sp_runtime::DispatchError;
use zkinfer_primitives::{JobId, Output, Proof, TermsHash};

use crate::{
    Claims, Error, Event, GeneratorChunks, HoldReason, Jobs, Pallet, Provers, Receipts,
    VerifyingKeys, WeightInfo,
    mock::{
        prover::{Setup, groth16_bytes, halo2_bytes, halo2_proof},
        *,
    },
    types::{BatchItem, BatchOf, JobState, ProofPoint, Rejection},
    verify::cost::Cost,
};

/// The model of a setup, a bonded prover, and jobs that it has claimed.
fn claims_of(setup: &Setup, count: u32) -> Vec<JobId> {
    register_for(owner(), setup, PRICE, None);
    bond(prover());
    (0..count).map(|_| another()).collect()
}

fn another() -> JobId {
    let job = Ask::default().job();
    claim(prover(), job);
    job
}

fn item(job: JobId) -> BatchItem {
    BatchItem { job, terms_hash: terms(job), output: ANSWER, proof: proof(job, prover()) }
}

fn items(jobs: &[JobId]) -> Vec<BatchItem> {
    jobs.iter().map(|job| item(*job)).collect()
}

fn submit_batch(
    who: Account,
    items: Vec<BatchItem>,
) -> frame_support::dispatch::DispatchResultWithPostInfo {
    Inference::submit_batch(signed(who), BatchOf::<Test>::try_from(items).unwrap())
}

/// Asserts that a batch is refused before any cryptography, and changes nothing.
fn assert_refused(who: Account, items: Vec<BatchItem>, error: Error<Test>) {
    let count = items.len() as u32;
    let bond = held(&prover(), HoldReason::ProverBond);
    let claims = Claims::<Test>::iter().count();
    let post = submit_batch(who, items).unwrap_err();
    assert_eq!(post.error, DispatchError::from(error));
    assert_eq!(post.post_info.actual_weight, Some(<() as WeightInfo>::submit_batch_refused(count)));
    assert_eq!(post.post_info.pays_fee, Pays::Yes);
    assert_eq!(held(&prover(), HoldReason::ProverBond), bond);
    assert_eq!(Claims::<Test>::iter().count(), claims);
}

/// Asserts that the batch is rejected: each claim's lock goes to the treasury, each job opens
/// again.
fn assert_rejected(items: Vec<BatchItem>, reason: impl Fn(usize) -> Rejection) {
    let jobs: Vec<JobId> = items.iter().map(|item| item.job).collect();
    let lost = LOCK * jobs.len() as u128;
    let (treasury_had, prover_had) = (total(&treasury()), total(&prover()));
    let escrow = held(&requester(), HoldReason::Escrow);
    let before = events().len();
    let rejected = Cost::of_batch::<Test>(&items).rejected;
    let post = submit_batch(prover(), items).unwrap();
    assert_eq!(post.actual_weight, Some(rejected));
    let mut expected = vec![];
    for (index, job) in jobs.iter().enumerate() {
        let (job, reason) = (*job, reason(index));
        expected.push(Event::ProofRejected { job, prover: prover(), slashed: LOCK, reason });
        expected
            .push(Event::JobReopened { job, deadline: Jobs::<Test>::get(job).unwrap().deadline });
        assert_eq!(Jobs::<Test>::get(job).unwrap().state, JobState::Open);
        assert!(!Receipts::<Test>::contains_key(job));
    }
    let proofs = jobs.len() as u32;
    expected.push(Event::BatchChecked { prover: prover(), proofs, holds: false });
    assert_eq!(events()[before..], expected);
    assert_eq!(total(&treasury()), treasury_had + lost);
    assert_eq!(total(&prover()), prover_had - lost);
    assert_eq!(held(&requester(), HoldReason::Escrow), escrow);
    assert_eq!(Provers::<Test>::get(prover()).unwrap().locked, 0);
}

/// Runs a test with each system.
fn with_each(test: fn(&Setup)) {
    for setup in [&SETUP, &HALO2] {
        run(|| test(setup));
    }
}

/// Another proof of the same system, well formed and of another statement.
fn false_proof(setup: &Setup, job: JobId) -> Proof {
    setup.prove(&commitment(8), &ANSWER, &context(job, prover()))
}

#[test]
fn a_batch_that_holds_pays_everybody_for_each_job() {
    with_each(|setup| {
        let jobs = claims_of(setup, 3);
        let (owner_had, before) = (free(&owner()), events().len());
        let batch = items(&jobs);
        let cost = Cost::of_batch::<Test>(&batch);
        let post = submit_batch(prover(), batch).unwrap();
        assert_eq!(post.actual_weight, Some(cost.holds));
        assert_eq!(free(&owner()), owner_had + 3 * PRICE);
        assert_eq!(free(&prover()), START - MIN_BOND + 3 * (REWARD - PRICE));
        assert_eq!(Pallet::<Test>::prover(prover()).unwrap().free, MIN_BOND);
        assert_eq!(held(&requester(), HoldReason::Escrow), 0);
        let deposits: u128 =
            jobs.iter().map(|job| Receipts::<Test>::get(job).unwrap().deposit).sum();
        assert_eq!(held(&requester(), HoldReason::JobDeposit), deposits);
        assert_eq!(free(&requester()), START - 3 * REWARD - deposits);
        assert_eq!(Claims::<Test>::iter().count(), 0);
        assert_eq!(VerifyingKeys::<Test>::get(setup.key().hash()).unwrap().references, 1);
        let new = &events()[before..];
        let completed = |event: &Event<Test>| {
            matches!(event, Event::JobCompleted { paid: 700, price: PRICE, .. })
        };
        assert_eq!(new.iter().filter(|event| completed(event)).count(), 3);
        assert_eq!(
            new.last(),
            Some(&Event::BatchChecked { prover: prover(), proofs: 3, holds: true })
        );
        assert_eq!(new.len(), 4);
    });
}

#[test]
fn a_batch_of_one_is_a_submission() {
    with_each(|setup| {
        let job = claims_of(setup, 1)[0];
        assert_ok!(submit_batch(prover(), items(&[job])));
        assert!(Receipts::<Test>::contains_key(job));
    });
    with_each(|setup| {
        let job = claims_of(setup, 1)[0];
        let bad = BatchItem { proof: false_proof(setup, job), ..item(job) };
        assert_rejected(vec![bad], |_| Rejection::DoesNotVerify);
    });
}

#[test]
fn one_false_proof_costs_every_lock_wherever_it_stands() {
    for at in 0..3 {
        for setup in [&SETUP, &HALO2] {
            run(|| {
                let mut batch = items(&claims_of(setup, 3));
                batch[at].proof = false_proof(setup, batch[at].job);
                assert_rejected(batch, |_| Rejection::BatchDoesNotHold);
            });
        }
    }
}

#[test]
fn exchanged_proofs_and_other_answers_do_not_hold() {
    with_each(|setup| {
        let mut batch = items(&claims_of(setup, 2));
        let first = batch[0].proof.clone();
        batch[0].proof = batch[1].proof.clone();
        batch[1].proof = first;
        assert_rejected(batch, |_| Rejection::BatchDoesNotHold);
    });
    with_each(|setup| {
        let mut batch = items(&claims_of(setup, 2));
        batch[1].output = Output::Class(5);
        assert_rejected(batch, |_| Rejection::BatchDoesNotHold);
    });
}

#[test]
fn bytes_that_are_no_proof_are_named_and_the_others_fail_with_them() {
    run(|| {
        let mut batch = items(&claims_of(&SETUP, 3));
        let mut bytes = groth16_bytes(&batch[1].proof);
        bytes[144..].fill(0);
        bytes[144] = 0xc0;
        batch[1].proof = Proof::Groth16(bytes);
        assert_rejected(batch, |index| match index {
            1 => Rejection::Identity(ProofPoint::C),
            _ => Rejection::BatchDoesNotHold,
        });
    });
    run(|| {
        let mut batch = items(&claims_of(&HALO2, 3));
        let mut bytes = halo2_bytes(&batch[2].proof);
        bytes.push(1);
        batch[2].proof = halo2_proof(K, &bytes);
        let offset = bytes.len() as u32 - 1;
        assert_rejected(batch, |index| match index {
            2 => Rejection::TrailingBytes { offset },
            _ => Rejection::BatchDoesNotHold,
        });
    });
}

#[test]
fn what_else_is_wrong_is_an_error_for_the_whole_batch_and_costs_no_bond() {
    with_each(|setup| {
        let jobs = claims_of(setup, 2);
        let batch = items(&jobs);
        let open = Ask::default().job();
        assert_refused(prover(), vec![], Error::<Test>::EmptyBatch);
        assert_refused(rival(), batch.clone(), Error::<Test>::NotClaimant);
        let with = |change: fn(&mut BatchItem)| {
            let mut batch = batch.clone();
            change(&mut batch[1]);
            batch
        };
        assert_refused(prover(), with(|item| item.job = 77), Error::<Test>::JobNotFound);
        assert_refused(
            prover(),
            with(|item| item.terms_hash = TermsHash([3; 32])),
            Error::<Test>::TermsMismatch,
        );
        let twice = vec![batch[0].clone(), batch[1].clone(), batch[0].clone()];
        assert_refused(prover(), twice, Error::<Test>::DuplicateJob);
        let mut unclaimed = batch.clone();
        unclaimed.push(BatchItem { job: open, terms_hash: terms(open), ..batch[0].clone() });
        assert_refused(prover(), unclaimed, Error::<Test>::JobNotClaimed);
        // A false proof is not looked at before everything else is right.
        let mut late = batch.clone();
        late[0].proof = false_proof(setup, jobs[0]);
        go_to(1 + CLAIM_PERIOD + GRACE + 1);
        assert_refused(prover(), late, Error::<Test>::TooLateToSubmit);
    });
}

#[test]
fn a_batch_has_one_key_and_one_class() {
    run(|| {
        // Both of the system, but of two keys.
        let mut jobs = claims_of(&HALO2, 1);
        register_for(owner(), &HALO2_OTHER, PRICE, None);
        let other = Ask {
            version: zkinfer_primitives::ModelVersionId { model: 1, version: 0 },
            ..Ask::default()
        };
        jobs.push(other.job());
        claim(prover(), jobs[1]);
        assert_refused(prover(), items(&jobs), Error::<Test>::MixedBatch);
        // Two versions with one key are no two keys.
        register_for(owner(), &HALO2, PRICE, None);
        let same = Ask {
            version: zkinfer_primitives::ModelVersionId { model: 2, version: 0 },
            ..Ask::default()
        };
        let same = same.job();
        claim(prover(), same);
        assert_ok!(submit_batch(prover(), items(&[jobs[0], same])));
    });
    run(|| {
        let mut batch = items(&claims_of(&HALO2, 2));
        let bytes = halo2_bytes(&batch[1].proof);
        batch[1].proof = halo2_proof(K + 1, &bytes);
        assert_refused(prover(), batch.clone(), Error::<Test>::CircuitSizeMismatch);
        batch[1].proof = Proof::Groth16([0; 192]);
        assert_refused(prover(), batch, Error::<Test>::ProofSystemMismatch);
    });
}

#[test]
fn a_missing_generator_or_a_damaged_key_is_nobodys_fault() {
    run(|| {
        let jobs = claims_of(&HALO2, 2);
        let mut batch = items(&jobs);
        batch[1].proof = false_proof(&HALO2, jobs[1]);
        GeneratorChunks::<Test>::remove(0);
        assert_noop!(
            submit_batch(prover(), batch).map_err(|post| post.error),
            Error::<Test>::GeneratorsMissing
        );
    });
    with_each(|setup| {
        let batch = items(&claims_of(setup, 2));
        let hash = setup.key().hash();
        let stored = VerifyingKeys::<Test>::get(hash).unwrap();
        VerifyingKeys::<Test>::mutate(hash, |key| {
            key.as_mut().unwrap().prepared.pop();
        });
        let result = submit_batch(prover(), batch.clone()).map_err(|post| post.error);
        assert_noop!(result, Error::<Test>::VerifierFault);
        VerifyingKeys::<Test>::insert(hash, stored);
        assert_ok!(submit_batch(prover(), batch));
    });
}

#[test]
fn no_batch_is_checked_without_a_lock_for_each_proof() {
    with_each(|setup| {
        let batch = items(&claims_of(setup, 2));
        let record = Provers::<Test>::get(prover()).unwrap();
        Provers::<Test>::mutate(prover(), |prover| prover.as_mut().unwrap().locked = 2 * LOCK - 1);
        assert_refused(prover(), batch, Error::<Test>::BrokenRecord);
        Provers::<Test>::insert(prover(), record);
    });
}

#[test]
fn a_rejected_batch_pays_whom_each_claims_time_and_job_say() {
    with_each(|setup| {
        register_for(owner(), setup, PRICE, None);
        bond(prover());
        // In its grace: its lock is the requester's. Directed: it ends.
        let grace = another();
        go_to(1 + CLAIM_PERIOD + 1);
        let timely = another();
        let directed = Ask { provers: list(&[prover()]), ..Ask::default() }.job();
        claim(prover(), directed);
        let mut batch = items(&[grace, timely, directed]);
        batch[1].proof = false_proof(setup, timely);
        assert_ok!(submit_batch(prover(), batch));
        assert_eq!(total(&requester()), START + LOCK);
        assert_eq!(total(&treasury()), ED + 2 * LOCK);
        assert_eq!(total(&prover()), START - 3 * LOCK);
        assert!(Jobs::<Test>::contains_key(grace) && Jobs::<Test>::contains_key(timely));
        assert!(!Jobs::<Test>::contains_key(directed));
        assert_eq!(held(&requester(), HoldReason::Escrow), 2 * REWARD);
    });
}

#[test]
fn a_batch_within_the_grace_is_good() {
    with_each(|setup| {
        let jobs = claims_of(setup, 2);
        go_to(1 + CLAIM_PERIOD + GRACE);
        assert_ok!(submit_batch(prover(), items(&jobs)));
        assert!(jobs.iter().all(Receipts::<Test>::contains_key));
    });
}

#[test]
fn a_batch_that_takes_the_whole_bond_leaves_nothing() {
    with_each(|setup| {
        // Five claims lock the whole bond.
        let mut batch = items(&claims_of(setup, 5));
        batch[4].proof = false_proof(setup, batch[4].job);
        assert_ok!(submit_batch(prover(), batch));
        assert!(!Provers::<Test>::contains_key(prover()));
        assert_eq!((total(&prover()), total(&treasury())), (START - MIN_BOND, ED + MIN_BOND));
        assert_eq!(held(&prover(), HoldReason::ProverBond), 0);
    });
}

#[test]
fn a_wrapper_that_goes_on_after_a_failure_keeps_the_slashes() {
    with_each(|setup| {
        let mut batch = items(&claims_of(setup, 2));
        batch[0].proof = false_proof(setup, batch[0].job);
        let batch = BatchOf::<Test>::try_from(batch).unwrap();
        let calls = vec![
            RuntimeCall::Inference(crate::Call::submit_batch { batch }),
            RuntimeCall::Inference(crate::Call::cancel { job: 99 }),
        ];
        assert_ok!(Utility::batch(signed(prover()), calls));
        assert_eq!(total(&prover()), START - 2 * LOCK);
    });
}

#[test]
fn each_class_has_its_own_weight() {
    type W = ();
    let batch = |proof: Proof, count: usize| {
        vec![BatchItem { job: 0, terms_hash: TermsHash([0; 32]), output: ANSWER, proof }; count]
    };
    let (groth16, halo2) = (Proof::Groth16([0; 192]), halo2_proof(10, &[0; 64]));
    for count in [2, 8] {
        let n = count as u32;
        let cost = Cost::of_batch::<Test>(&batch(groth16.clone(), count));
        assert_eq!(
            (cost.holds, cost.rejected),
            (W::submit_batch_groth16(n), W::submit_batch_groth16_rejected(n))
        );
        let cost = Cost::of_batch::<Test>(&batch(halo2.clone(), count));
        assert_eq!(
            (cost.holds, cost.rejected),
            (W::submit_batch_halo2(n), W::submit_batch_halo2_rejected(n))
        );
    }
    // A batch of one is what it brings.
    for proof in [groth16.clone(), halo2.clone(), halo2_proof(10, &[0; 8_192])] {
        assert_eq!(
            Cost::of_batch::<Test>(&batch(proof.clone(), 1)),
            Cost::of_submit::<Test>(&proof)
        );
    }
    // No batch is cheaper than one of its proofs alone, whatever the lines of the benchmarks begin
    // with.
    let longest = halo2_proof(10, &[0; 8_192]);
    let (several, single) =
        (Cost::of_batch::<Test>(&batch(longest.clone(), 2)), Cost::of_submit::<Test>(&longest));
    assert!(several.holds.all_gte(single.holds) && several.rejected.all_gte(single.rejected));
    // A mixed batch is refused, and weighs as its most expensive class until then.
    let mixed = [batch(groth16, 1), batch(halo2.clone(), 1)].concat();
    assert_eq!(Cost::of_batch::<Test>(&mixed), Cost::of_batch::<Test>(&batch(halo2, 2)));
    assert_eq!(Cost::of_batch::<Test>(&[]).worst(), W::submit_batch_refused(0));
    use frame_support::dispatch::GetDispatchInfo;
    let worst = Cost::of_batch::<Test>(&mixed).worst();
    let call = crate::Call::<Test>::submit_batch { batch: mixed.try_into().unwrap() };
    assert_eq!(call.get_dispatch_info().call_weight, worst);
}
