//! Batches: accepted when every proof is, and only then.

use bls12_381::{G1Affine, G1Projective, G2Affine, G2Prepared, Gt, Scalar, multi_miller_loop};
use ff::Field;
use zkinfer_verifier::{
    backend::{Backend, Native},
    error::{PointFault, ProofElement, ProofError},
    groth16::{
        PreparedVerifyingKey, VerifyingKey,
        batch::{BatchError, Statement, verify},
        verify_bytes,
    },
};

use super::{
    oracles,
    points::with,
    toy::{Case, Inputs, PROOF, case, proof_bytes},
};

/// The proofs of some statements under the key of `case(1, …)`.
fn cases(count: u64) -> Vec<Case> {
    (0..count).map(|i| case(1, 3 + i, 5 * i + 1)).collect()
}

type Items = Vec<(Inputs, [u8; PROOF])>;

fn items(cases: &[Case]) -> Items {
    cases.iter().map(|case| (case.inputs, case.proof)).collect()
}

fn prepare(case: &Case) -> PreparedVerifyingKey {
    PreparedVerifyingKey::prepare(&VerifyingKey::decode(&case.key).unwrap())
}

/// The answer, which the single verifications share unless faults cancel.
fn check<B: Backend>(case: &Case, items: &Items) -> Result<(), BatchError> {
    let key = prepare(case);
    let statements: Vec<_> =
        items.iter().map(|(inputs, proof)| Statement { inputs, proof }).collect();
    let answer = verify::<B>(&key, &statements);
    let all = items
        .iter()
        .all(|(inputs, proof)| verify_bytes::<B>(&key.to_bytes(), proof, inputs).is_ok());
    assert_eq!(answer.is_ok(), all && !items.is_empty());
    answer
}

fn points(proof: &[u8; PROOF]) -> (G1Affine, G2Affine, G1Affine) {
    let g1 = |range: std::ops::Range<usize>| {
        G1Affine::from_compressed(proof[range].try_into().unwrap()).unwrap()
    };
    (
        g1(0..48),
        G2Affine::from_compressed(proof[48..144].try_into().unwrap()).unwrap(),
        g1(144..192),
    )
}

/// Returns `true` if the equations of all proofs hold when they are added up without weights.
fn holds_without_weights(case: &Case, items: &Items) -> bool {
    let vk = &case.parameters.vk;
    let pairs: Vec<(G1Affine, G2Prepared)> = items
        .iter()
        .flat_map(|(inputs, proof)| {
            let (a, b, c) = points(proof);
            let x = inputs.map(|x| Scalar::from_bytes(&x).unwrap());
            let l = vk.ic[1..]
                .iter()
                .zip(x)
                .fold(G1Projective::from(vk.ic[0]), |sum, (ic, x)| sum + ic * x);
            [
                (a, b),
                (-vk.alpha_g1, vk.beta_g2),
                (-G1Affine::from(l), vk.gamma_g2),
                (-c, vk.delta_g2),
            ]
        })
        .map(|(p, q)| (p, q.into()))
        .collect();
    let pairs: Vec<_> = pairs.iter().map(|(p, q)| (p, q)).collect();
    multi_miller_loop(&pairs).final_exponentiation() == Gt::identity()
}

macro_rules! batch_suite {
    ($name:ident, $backend:ty) => {
        mod $name {
            use super::*;
            type B = $backend;

            #[test]
            fn honest_batches_are_accepted() {
                let cases = cases(4);
                for count in 1..=cases.len() {
                    assert_eq!(check::<B>(&cases[0], &items(&cases[..count])), Ok(()));
                }
            }

            #[test]
            fn a_proof_that_comes_twice_is_no_special_case() {
                let cases = cases(2);
                let mut items = items(&cases);
                items.extend(items.clone());
                assert_eq!(check::<B>(&cases[0], &items), Ok(()));
            }

            #[test]
            fn an_empty_batch_is_refused() {
                assert_eq!(check::<B>(&case(1, 3, 5), &vec![]), Err(BatchError::Empty));
                assert!(!BatchError::Empty.blames_proof());
            }

            #[test]
            fn a_batch_with_one_false_proof_is_rejected_wherever_it_stands() {
                let cases = cases(3);
                let other = case(1, 99, 7);
                for at in 0..3 {
                    let mut items = items(&cases);
                    items[at].1 = other.proof;
                    assert_eq!(check::<B>(&cases[0], &items), Err(BatchError::Rejected), "{at}");
                }
            }

            #[test]
            fn exchanged_proofs_are_rejected() {
                let cases = cases(3);
                let mut items = items(&cases);
                let first = items[0].1;
                items[0].1 = items[2].1;
                items[2].1 = first;
                assert_eq!(check::<B>(&cases[0], &items), Err(BatchError::Rejected));
            }

            #[test]
            fn faults_of_c_that_cancel_without_weights_are_rejected() {
                let cases = cases(2);
                let mut items = items(&cases);
                let shift = G1Projective::generator() * Scalar::from(77);
                for (item, shift) in items.iter_mut().zip([shift, -shift]) {
                    let (a, b, c) = points(&item.1);
                    item.1 = proof_bytes(a, b, (shift + c).into());
                }
                assert!(holds_without_weights(&cases[0], &items));
                assert_eq!(check::<B>(&cases[0], &items), Err(BatchError::Rejected));
            }

            #[test]
            fn faults_of_inputs_that_cancel_without_weights_are_rejected() {
                for input in 0..3 {
                    let cases = cases(3);
                    let mut items = items(&cases);
                    let shift = Scalar::from(123_456);
                    for (at, shift) in [(0, shift), (2, -shift)] {
                        let x = Scalar::from_bytes(&items[at].0[input]).unwrap() + shift;
                        items[at].0[input] = x.to_bytes();
                    }
                    assert!(holds_without_weights(&cases[0], &items));
                    assert_eq!(check::<B>(&cases[0], &items), Err(BatchError::Rejected));
                }
            }

            #[test]
            fn faults_of_a_that_cancel_without_weights_are_rejected() {
                // Two proofs of one statement with the same B: A + D and A − D.
                let case = case(1, 3, 5);
                let shift = G1Projective::generator() * Scalar::from(5);
                let (a, b, c) = points(&case.proof);
                let items = [shift, -shift]
                    .map(|shift| (case.inputs, proof_bytes((shift + a).into(), b, c)))
                    .to_vec();
                assert!(holds_without_weights(&case, &items));
                assert_eq!(check::<B>(&case, &items), Err(BatchError::Rejected));
            }

            #[test]
            fn a_change_of_any_byte_of_a_batch_is_refused() {
                let cases = cases(2);
                let key = prepare(&cases[0]);
                for position in (0..2 * PROOF).step_by(5) {
                    let mut items = items(&cases);
                    items[position / PROOF].1[position % PROOF] ^= 1 << (position % 8);
                    let statements: Vec<_> =
                        items.iter().map(|(inputs, proof)| Statement { inputs, proof }).collect();
                    let result = verify::<B>(&key, &statements);
                    assert!(result.is_err_and(|error| error.blames_proof()), "byte {position}");
                }
            }

            #[test]
            fn bytes_that_are_no_proof_are_named_by_their_index() {
                let cases = cases(3);
                let mut items = items(&cases);
                items[1].1 = with(&items[1].1, 144, &G1Affine::identity().to_compressed());
                let error = ProofError { element: ProofElement::C, fault: PointFault::Identity };
                let refused = BatchError::Proof { index: 1, error };
                assert_eq!(check::<B>(&cases[0], &items), Err(refused));
                assert_eq!(
                    refused.to_string(),
                    "proof 1: the proof's point C (bytes 144..192) is the identity"
                );
            }

            #[test]
            fn an_input_of_the_modulus_or_more_is_nobodys_fault_even_beside_a_false_proof() {
                let cases = cases(2);
                let mut items = items(&cases);
                items[0].1 = [0; PROOF];
                items[1].0[2] = (-Scalar::ONE).to_bytes();
                items[1].0[2][0] += 1;
                let refused = BatchError::Input { index: 1, input: 2 };
                assert_eq!(check::<B>(&cases[0], &items), Err(refused));
                assert!(!refused.blames_proof());
            }

            #[test]
            fn proofs_under_another_key_are_rejected() {
                let (ours, theirs) = (cases(2), case(2, 3, 5));
                let mut items = items(&ours);
                assert_eq!(check::<B>(&theirs, &items), Err(BatchError::Rejected));
                items[1] = (theirs.inputs, theirs.proof);
                assert_eq!(check::<B>(&ours[0], &items), Err(BatchError::Rejected));
            }
        }
    };
}

batch_suite!(native, Native);
#[cfg(feature = "host-functions")]
batch_suite!(host, zkinfer_verifier::backend::Host);

#[test]
fn both_back_ends_add_the_same() {
    let points: Vec<_> = (1..=3u64)
        .map(|i| G1Affine::from(G1Projective::generator() * Scalar::from(i)).to_uncompressed())
        .collect();
    let scalars = [5u64, 0, 7].map(|x| Scalar::from(x).to_bytes());
    let sum = G1Affine::from(G1Projective::generator() * Scalar::from(5 + 21)).to_uncompressed();
    assert_eq!(Native::combination(&points, &scalars), Ok(sum));
    assert!(Native::combination(&points, &scalars[..2]).is_err());
    assert!(Native::pairings_cancel(&[&points[0]], &[]).is_err());
    #[cfg(feature = "host-functions")]
    {
        use zkinfer_verifier::backend::Host;
        assert_eq!(Host::combination(&points, &scalars), Ok(sum));
        assert!(Host::combination(&points, &scalars[..2]).is_err());
        assert!(Host::pairings_cancel(&[&points[0]], &[]).is_err());
    }
}

#[test]
fn each_case_of_a_batch_holds_for_the_independent_verifiers() {
    for case in cases(4) {
        assert!(oracles::accept(&case.key, &case.proof, &case.inputs));
    }
}
