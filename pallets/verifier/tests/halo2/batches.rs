//! Batches: accepted when every proof is, and only then.

use halo2_proofs::pasta::Fp;
use pasta_curves::group::ff::PrimeField;
use zkinfer_verifier::halo2::{
    bounds::MAX_BATCH,
    error::{InstanceError, ProofError, ProofFault, VerifyError},
    verify::Statement,
};

use crate::{
    cases,
    circuits::Toy,
    oracle::{Case, Instances, Table, ours, prove},
};

type Circuit = Toy<2, 1, 1, 0>;

/// `count` statements of one key.
fn statements(case: &Case, count: u64) -> Vec<(Instances, Vec<u8>)> {
    (0..count)
        .map(|seed| {
            let instances = Circuit::instances(seed);
            let proof = prove(&case.params, &case.pk, &Circuit::new(seed), &instances);
            (Instances::new(&instances), proof)
        })
        .collect()
}

fn answer(case: &Case, statements: &[(Instances, Vec<u8>)]) -> Result<(), VerifyError> {
    let columns: Vec<_> = statements.iter().map(|(instances, _)| instances.columns()).collect();
    let batch: Vec<_> = statements
        .iter()
        .zip(&columns)
        .map(|((_, proof), instances)| Statement { key: &case.key, instances, proof })
        .collect();
    ours(&batch, &case.table)
}

/// Adds to one of the last two scalars of a proof, after which nothing is drawn from the
/// transcript.
fn shift(proof: &mut [u8], word_from_end: usize, by: Fp) {
    let at = proof.len() - 32 * word_from_end;
    let word = &mut proof[at..at + 32];
    let value = Fp::from_repr(word.try_into().unwrap()).unwrap();
    word.copy_from_slice(&(value + by).to_repr());
}

#[test]
fn honest_batches_are_accepted() {
    let case = cases::with_lookup();
    let all = statements(&case, 5);
    for count in 1..=all.len() {
        assert_eq!(answer(&case, &all[..count]), Ok(()));
    }
}

#[test]
fn a_batch_with_one_false_proof_is_rejected_wherever_it_stands() {
    let case = cases::with_lookup();
    for at in 0..4 {
        let mut all = statements(&case, 4);
        shift(&mut all[at].1, 1, Fp::one());
        assert_eq!(answer(&case, &all), Err(VerifyError::Rejected));
    }
}

#[test]
fn a_batch_with_public_inputs_that_changed_places_is_rejected() {
    let case = cases::with_lookup();
    let mut all = statements(&case, 2);
    let (first, second) = all.split_at_mut(1);
    std::mem::swap(&mut first[0].1, &mut second[0].1);
    assert_eq!(answer(&case, &all), Err(VerifyError::Rejected));
}

#[test]
fn faults_that_cancel_each_other_are_rejected() {
    let case = cases::with_lookup();
    // The same statement twice: the checks are linear in the last scalar, so +1 and −1 cancel in an
    // unweighted sum.
    for _ in 0..2 {
        let mut all = statements(&case, 1);
        all.extend(statements(&case, 1));
        shift(&mut all[0].1, 1, Fp::one());
        shift(&mut all[1].1, 1, -Fp::one());
        assert_eq!(answer(&case, &all), Err(VerifyError::Rejected));
    }
}

#[test]
fn one_proof_twice_is_two_proofs() {
    let case = cases::with_lookup();
    let mut all = statements(&case, 1);
    all.extend(statements(&case, 1));
    assert_eq!(answer(&case, &all), Ok(()));
}

#[test]
fn proofs_of_several_keys_and_sizes_share_a_batch() {
    let all = cases::all();
    let mut table = Table::default();
    all.iter().for_each(|case| table.add(&case.params));
    let instances: Vec<_> = all.iter().map(|case| Instances::new(&case.instances)).collect();
    let columns: Vec<_> = instances.iter().map(Instances::columns).collect();
    let batch = |proofs: &[Vec<u8>]| {
        let statements: Vec<_> = all
            .iter()
            .zip(&columns)
            .zip(proofs)
            .map(|((case, instances), proof)| Statement { key: &case.key, instances, proof })
            .collect();
        ours(&statements, &table)
    };
    let proofs: Vec<_> = all.iter().map(|case| case.proof.clone()).collect();
    assert_eq!(batch(&proofs), Ok(()));
    for at in 0..proofs.len() {
        let mut proofs = proofs.clone();
        shift(&mut proofs[at], 2, Fp::one());
        assert_eq!(batch(&proofs), Err(VerifyError::Rejected));
    }
}

#[test]
fn a_batch_says_which_proof_does_not_decode_and_which_inputs_do_not_fit() {
    let case = cases::with_lookup();
    let mut all = statements(&case, 3);
    all[2].1.pop();
    let offset = all[2].1.len() - 31;
    let error = ProofError { offset, fault: ProofFault::Truncated };
    assert_eq!(answer(&case, &all), Err(VerifyError::Proof { index: 2, error }));
    // What is not a proof's fault comes first.
    all[1].0 = Instances::new(&[]);
    let error = InstanceError::Columns { found: 0, expected: 1 };
    assert_eq!(answer(&case, &all), Err(VerifyError::Instance { index: 1, error }));
}

#[test]
fn batches_of_none_and_of_too_many_are_refused() {
    let case = cases::plain();
    assert_eq!(ours(&[], &case.table), Err(VerifyError::Batch { found: 0 }));
    let instances = Instances::new(&case.instances);
    let columns = instances.columns();
    let statement = Statement { key: &case.key, instances: &columns, proof: &case.proof };
    let error = VerifyError::Batch { found: MAX_BATCH + 1 };
    assert_eq!(ours(&[statement; MAX_BATCH + 1], &case.table), Err(error));
    assert!(!error.blames_proof());
    assert_eq!(ours(&[statement; MAX_BATCH], &case.table), Ok(()));
}
