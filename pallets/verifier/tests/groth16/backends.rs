//! One suite, each back end.

use bls12_381::{G1Affine, G1Projective, G2Affine, Scalar};
use ff::Field;
use zkinfer_verifier::{
    backend::{Backend, Native},
    error::{KeyError, PointFault, ProofElement, ProofError, VerifyError},
    groth16::{PREPARED_LEN, PreparedVerifyingKey, VerifyingKey, verify_bytes},
};

use super::{
    oracles,
    points::{g1_outside_subgroup, with},
    toy::{Case, Inputs, KEY, PROOF, case, key_bytes, proof_bytes},
};

fn prepare(key: &[u8; KEY]) -> PreparedVerifyingKey {
    PreparedVerifyingKey::prepare(&VerifyingKey::decode(key).unwrap())
}

/// The back end's answer, which the independent verifiers share.
fn check<B: Backend>(
    key: &[u8; KEY],
    proof: &[u8; PROOF],
    inputs: &Inputs,
) -> Result<(), VerifyError> {
    let result = verify_bytes::<B>(&prepare(key).to_bytes(), proof, inputs);
    assert_eq!(result.is_ok(), oracles::accept(key, proof, inputs));
    result
}

fn points(case: &Case) -> (G1Affine, G2Affine, G1Affine) {
    let g1 = |range: std::ops::Range<usize>| {
        G1Affine::from_compressed(case.proof[range].try_into().unwrap()).unwrap()
    };
    (
        g1(0..48),
        G2Affine::from_compressed(case.proof[48..144].try_into().unwrap()).unwrap(),
        g1(144..192),
    )
}

/// A key whose input points cancel for the inputs of `case`: IC₀ = −(x₁·IC₁ + x₂·IC₂ + x₃·IC₃).
fn key_with_vanishing_input_point(case: &Case) -> [u8; KEY] {
    let mut key = case.parameters.vk.clone();
    let x = case.inputs.map(|x| Scalar::from_bytes(&x).unwrap());
    let sum =
        key.ic[1..].iter().zip(x).fold(G1Projective::identity(), |sum, (point, x)| sum + point * x);
    key.ic[0] = (-sum).into();
    key_bytes(&key)
}

/// The tests that every back end passes.
macro_rules! backend_suite {
    ($name:ident, $backend:ty) => {
        mod $name {
            use super::*;
            type B = $backend;

            #[test]
            fn an_honest_proof_is_accepted() {
                for (seed, x1, x2) in [(1, 3, 5), (2, 1, 1), (3, u64::MAX, 12345)] {
                    let case = case(seed, x1, x2);
                    assert_eq!(check::<B>(&case.key, &case.proof, &case.inputs), Ok(()));
                }
            }

            #[test]
            fn an_honest_proof_of_zeros_is_accepted() {
                let case = case(4, 0, 0);
                assert_eq!(check::<B>(&case.key, &case.proof, &case.inputs), Ok(()));
            }

            #[test]
            fn another_value_of_any_input_is_rejected() {
                let case = case(1, 3, 5);
                for i in 0..3 {
                    let mut inputs = case.inputs;
                    inputs[i] = (Scalar::from_bytes(&inputs[i]).unwrap() + Scalar::ONE).to_bytes();
                    assert_eq!(
                        check::<B>(&case.key, &case.proof, &inputs),
                        Err(VerifyError::Rejected)
                    );
                }
            }

            #[test]
            fn exchanged_inputs_are_rejected() {
                let case = case(1, 3, 5);
                let mut inputs = case.inputs;
                inputs.swap(0, 2);
                assert_eq!(check::<B>(&case.key, &case.proof, &inputs), Err(VerifyError::Rejected));
            }

            #[test]
            fn an_input_of_the_modulus_or_more_is_refused_by_its_index() {
                let case = case(1, 3, 5);
                let mut modulus = (-Scalar::ONE).to_bytes();
                modulus[0] += 1;
                for i in 0..3 {
                    for bad in [modulus, [0xff; 32]] {
                        let mut inputs = case.inputs;
                        inputs[i] = bad;
                        assert_eq!(
                            check::<B>(&case.key, &case.proof, &inputs),
                            Err(VerifyError::Input(i))
                        );
                    }
                }
            }

            #[test]
            fn the_same_input_plus_the_modulus_is_refused() {
                let case = case(1, 3, 5);
                // 3 + r: another number, the same element.
                let mut inputs = case.inputs;
                inputs[0] = (-Scalar::ONE).to_bytes();
                inputs[0][0] += 4;
                assert_eq!(check::<B>(&case.key, &case.proof, &inputs), Err(VerifyError::Input(0)));
            }

            #[test]
            fn a_proof_under_another_key_is_rejected() {
                let (one, other) = (case(1, 3, 5), case(2, 3, 5));
                assert_eq!(
                    check::<B>(&other.key, &one.proof, &one.inputs),
                    Err(VerifyError::Rejected)
                );
            }

            #[test]
            fn a_proof_of_another_statement_is_rejected() {
                let (one, other) = (case(1, 3, 5), case(1, 4, 5));
                assert_eq!(
                    check::<B>(&one.key, &other.proof, &one.inputs),
                    Err(VerifyError::Rejected)
                );
            }

            #[test]
            fn a_rerandomised_proof_is_accepted_so_that_bytes_identify_nothing() {
                let case = case(1, 3, 5);
                let (a, b, c) = points(&case);
                let r = Scalar::from(1234567);
                let again = proof_bytes((a * r).into(), (b * r.invert().unwrap()).into(), c);
                assert_ne!(again, case.proof);
                assert_eq!(check::<B>(&case.key, &again, &case.inputs), Ok(()));
            }

            #[test]
            fn a_proof_blinded_by_delta_is_accepted_too() {
                let case = case(1, 3, 5);
                let (a, b, c) = points(&case);
                let t = Scalar::from(99);
                let delta = case.parameters.vk.delta_g2;
                let again = proof_bytes(a, (b + delta * t).into(), (c + a * t).into());
                assert_eq!(check::<B>(&case.key, &again, &case.inputs), Ok(()));
                let half = proof_bytes(a, (b + delta * t).into(), c);
                assert_eq!(check::<B>(&case.key, &half, &case.inputs), Err(VerifyError::Rejected));
            }

            #[test]
            fn a_point_plus_torsion_is_refused_though_a_pairing_would_not_see_it() {
                let case = case(1, 3, 5);
                let (a, ..) = points(&case);
                let torsion = G1Affine::from_compressed_unchecked(&g1_outside_subgroup()).unwrap();
                let order = -Scalar::ONE;
                // [r]T is what of T lies outside the subgroup.
                let torsion = G1Projective::from(torsion) * order + torsion;
                let shifted = G1Affine::from(a + torsion).to_compressed();
                let proof = with(&case.proof, 0, &shifted);
                let fault = ProofError { element: ProofElement::A, fault: PointFault::Subgroup };
                assert_eq!(
                    check::<B>(&case.key, &proof, &case.inputs),
                    Err(VerifyError::Proof(fault))
                );
            }

            #[test]
            fn an_input_point_that_cancels_to_the_identity_is_no_special_case() {
                let case = case(1, 3, 5);
                let key = key_with_vanishing_input_point(&case);
                assert_eq!(check::<B>(&key, &case.proof, &case.inputs), Err(VerifyError::Rejected));
                // With L = 0: A = α, B = β + t·δ, C = t·α.
                let vk = &case.parameters.vk;
                let t = Scalar::from(5);
                let b = (vk.beta_g2 + vk.delta_g2 * t).into();
                let proof = proof_bytes(vk.alpha_g1, b, (vk.alpha_g1 * t).into());
                assert_eq!(check::<B>(&key, &proof, &case.inputs), Ok(()));
            }

            #[test]
            fn negating_a_and_b_together_is_accepted_and_each_alone_is_not() {
                let case = case(1, 3, 5);
                let (a, b, c) = points(&case);
                assert_eq!(check::<B>(&case.key, &proof_bytes(-a, -b, c), &case.inputs), Ok(()));
                for proof in [proof_bytes(-a, b, c), proof_bytes(a, -b, c), proof_bytes(a, b, -c)] {
                    assert_eq!(
                        check::<B>(&case.key, &proof, &case.inputs),
                        Err(VerifyError::Rejected)
                    );
                }
            }

            #[test]
            fn a_and_c_exchanged_is_rejected() {
                let case = case(1, 3, 5);
                let (a, b, c) = points(&case);
                assert_eq!(
                    check::<B>(&case.key, &proof_bytes(c, b, a), &case.inputs),
                    Err(VerifyError::Rejected)
                );
            }

            #[test]
            fn a_change_of_any_byte_is_refused() {
                let case = case(1, 3, 5);
                let key = prepare(&case.key).to_bytes();
                for position in 0..PROOF {
                    let mut proof = case.proof;
                    proof[position] ^= 1 << (position % 8);
                    let result = verify_bytes::<B>(&key, &proof, &case.inputs);
                    assert!(result.is_err_and(|e| e.blames_proof()), "byte {position}");
                }
            }

            #[test]
            fn a_valid_point_that_does_not_belong_is_rejected() {
                let case = case(1, 3, 5);
                let (a, b, c) = points(&case);
                let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
                for proof in [proof_bytes(g1, b, c), proof_bytes(a, g2, c), proof_bytes(a, b, g1)] {
                    assert_eq!(
                        check::<B>(&case.key, &proof, &case.inputs),
                        Err(VerifyError::Rejected)
                    );
                }
            }

            #[test]
            fn a_stored_key_of_another_length_is_no_fault_of_the_proof() {
                let case = case(1, 3, 5);
                let key = prepare(&case.key).to_bytes();
                for found in [0, 1, PREPARED_LEN - 1] {
                    let result = verify_bytes::<B>(&key[..found], &case.proof, &case.inputs);
                    assert_eq!(result, Err(VerifyError::Key(KeyError::PreparedLength { found })));
                    assert!(!result.unwrap_err().blames_proof());
                }
                let longer = [&key[..], &[0]].concat();
                assert!(verify_bytes::<B>(&longer, &case.proof, &case.inputs).is_err());
            }

            #[test]
            fn a_damaged_stored_key_never_panics_and_never_blames_the_proof_for_bad_points() {
                let case = case(1, 3, 5);
                let key = [0xff; PREPARED_LEN];
                assert_eq!(
                    verify_bytes::<B>(&key, &case.proof, &case.inputs),
                    Err(VerifyError::Backend)
                );
            }
        }
    };
}

backend_suite!(native, Native);
#[cfg(feature = "host-functions")]
backend_suite!(host, zkinfer_verifier::backend::Host);
