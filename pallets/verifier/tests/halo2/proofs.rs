//! Whole proofs: accepted as halo2_proofs does, and what we refuse beside it.

use halo2_proofs::pasta::Fp;
use pasta_curves::group::ff::PrimeField;
use zkinfer_verifier::{
    backend::Native,
    halo2::{
        error::{GeneratorsError, InstanceError, ProofError, ProofFault, VerifyError},
        verify::verify,
    },
};

use crate::{
    cases,
    circuits::Toy,
    oracle::{Case, Instances, Table, prove},
};

fn fault(error: VerifyError) -> ProofFault {
    assert!(error.blames_proof());
    match error {
        VerifyError::Proof { error, .. } => error.fault,
        other => panic!("{other}"),
    }
}

#[test]
fn honest_proofs_are_accepted() {
    for case in cases::all() {
        assert_eq!(case.both(&case.instances, &case.proof), Ok(()));
        assert_eq!(case.key.key().proof_len(), case.proof.len());
    }
}

#[test]
fn many_statements_of_one_key_are_accepted_each_with_its_own_proof() {
    let case = cases::with_lookup();
    let (mut proofs, mut instances) = (vec![], vec![]);
    for seed in 0..4 {
        instances.push(Toy::<2, 1, 1, 0>::instances(seed));
        proofs.push(prove(
            &case.params,
            &case.pk,
            &Toy::<2, 1, 1, 0>::new(seed),
            &instances[seed as usize],
        ));
    }
    for (i, proof) in proofs.iter().enumerate() {
        for (j, instances) in instances.iter().enumerate() {
            let expected = if i == j { Ok(()) } else { Err(VerifyError::Rejected) };
            assert_eq!(case.both(instances, proof), expected, "proof {i}, instances {j}");
        }
    }
}

#[test]
fn a_changed_public_input_is_rejected_in_every_place() {
    for case in cases::all() {
        for column in 0..case.instances.len() {
            for row in 0..case.instances[column].len() {
                let mut instances = case.instances.clone();
                instances[column][row] += Fp::one();
                assert_eq!(case.both(&instances, &case.proof), Err(VerifyError::Rejected));
            }
        }
    }
}

#[test]
fn a_proof_does_not_hold_under_another_key() {
    let all = cases::all();
    for (i, case) in all.iter().enumerate() {
        for (j, other) in all.iter().enumerate().filter(|(j, _)| *j != i) {
            let answer = case.ours(&case.instances, &other.proof);
            assert!(answer.is_err_and(|error| error.blames_proof()), "key {i}, proof {j}");
        }
    }
}

#[test]
fn a_proof_does_not_hold_under_a_key_that_differs_in_its_fixed_columns_or_its_rows_alone() {
    let case = Case::new(Toy::<2, 0, 1, 0>::new(3), 5, 3);
    let narrow = cases::plain();
    assert_eq!(
        narrow.key.key().layout().description().gates,
        case.key.key().layout().description().gates
    );
    assert!(narrow.ours(&case.instances, &case.proof).is_err());
    // One weight more or less in the same layout.
    let text = case.text.clone();
    let points: Vec<&str> =
        text.split("fixed_commitments: [").nth(1).unwrap().split("), ").take(2).collect();
    assert_ne!(points[0], points[1]);
    let swapped = text.replacen(
        &format!("{}), {})", points[0], points[1]),
        &format!("{}), {})", points[1], points[0]),
        1,
    );
    assert_ne!(text, swapped);
    let other = case.with_text(&swapped);
    assert_ne!(other.key().encode(), case.key.key().encode());
    assert_ne!(other.digest(), case.key.digest());
    let instances = Instances::new(&case.instances);
    let answer = verify::<Native, _>(&other, &instances.columns(), &case.proof, &case.table);
    assert_eq!(answer, Err(VerifyError::Rejected));
}

#[test]
fn bytes_after_a_proof_are_refused_though_halo2_ignores_them() {
    for case in cases::all() {
        let proof = [&case.proof[..], &[0]].concat();
        assert!(case.theirs(&case.instances, &proof));
        let error = ProofError { offset: case.proof.len(), fault: ProofFault::Trailing };
        assert_eq!(case.ours(&case.instances, &proof), Err(VerifyError::Proof { index: 0, error }));
    }
}

#[test]
fn a_proof_that_ends_anywhere_too_early_is_refused() {
    let case = cases::with_lookup();
    for len in 0..case.proof.len() {
        let error = case.both(&case.instances, &case.proof[..len]).unwrap_err();
        assert_eq!(fault(error), ProofFault::Truncated, "{len}");
    }
}

#[test]
fn instance_columns_of_another_shape_are_refused_though_halo2_pads_them() {
    let case = cases::with_everything();
    let error = |instances: &[Vec<Fp>]| match case.ours(instances, &case.proof) {
        Err(VerifyError::Instance { index: 0, error }) => error,
        other => panic!("{other:?}"),
    };
    let mut longer = case.instances.clone();
    longer[0].push(Fp::zero());
    assert!(case.theirs(&longer, &case.proof), "a zero is what halo2 pads with");
    assert_eq!(error(&longer), InstanceError::Rows { column: 0, found: 2, expected: 1 });
    let mut shorter = case.instances.clone();
    shorter[2].pop();
    assert_eq!(error(&shorter), InstanceError::Rows { column: 2, found: 2, expected: 3 });
    assert_eq!(error(&[]), InstanceError::Columns { found: 0, expected: 3 });
    assert_eq!(error(&case.instances[..2]), InstanceError::Columns { found: 2, expected: 3 });
    let more = [&case.instances[..], &[vec![]]].concat();
    assert_eq!(error(&more), InstanceError::Columns { found: 4, expected: 3 });
}

#[test]
fn a_public_input_that_is_not_below_the_modulus_is_refused_and_blames_nobody() {
    let case = cases::plain();
    let mut modulus = (-Fp::one()).to_repr();
    modulus[0] += 1;
    for value in [modulus, [255; 32]] {
        let column = [value];
        let answer =
            verify::<Native, _>(&case.key, &[&column], &case.proof, &case.table).unwrap_err();
        let error = InstanceError::Value { column: 0, row: 0 };
        assert_eq!(answer, VerifyError::Instance { index: 0, error });
        assert!(!answer.blames_proof());
    }
}

#[test]
fn missing_generators_blame_nobody_even_if_the_proof_is_false() {
    let case = cases::plain();
    let instances = Instances::new(&case.instances);
    let mut false_proof = case.proof.clone();
    *false_proof.last_mut().unwrap() ^= 1;
    let no_proof = vec![255; 64];
    for proof in [&case.proof, &false_proof, &no_proof] {
        let ask = |table: &Table| {
            let answer = verify::<Native, _>(&case.key, &instances.columns(), proof, table);
            let error = answer.unwrap_err();
            assert!(!error.blames_proof());
            error
        };
        let generators = |error| VerifyError::Generators(error);
        assert_eq!(ask(&Table::default()), generators(GeneratorsError::MissingLagrange { k: 4 }));
        let mut table = Table::new(&case.params);
        table.g.clear();
        assert_eq!(ask(&table), generators(GeneratorsError::Missing { chunk: 0 }));
        table.g = vec![0; 15 * 65];
        let error = GeneratorsError::Length { chunk: Some(0), found: 15 * 65, expected: 16 * 65 };
        assert_eq!(ask(&table), generators(error));
        table.lagrange.get_mut(&4).unwrap().pop();
        let error = GeneratorsError::Length { chunk: None, found: 16 * 65 - 1, expected: 16 * 65 };
        assert_eq!(ask(&table), generators(error));
    }
}
