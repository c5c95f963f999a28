use proptest::prelude::*;

use bls12_381::Scalar;
use halo2_proofs::pasta::Fp;

use super::{
    body::{DENSE, SPARSE, Writer},
    *,
};

type Opening = crate::groth16::Opening;

const VERSION: u8 = 1;

fn spec(count: usize, min: i32, bits: u8) -> InputSpec {
    InputSpec { shape: vec![count], min, bits }
}

fn opening(values: &[i32], min: i32, bits: u8) -> Opening {
    Opening::with_blinder(&spec(values.len(), min, bits), values.to_vec(), Scalar::from(99))
        .unwrap()
}

fn writer<'a>(opening: &'a Opening, blinder: &'a [u8; 32]) -> Writer<'a> {
    Writer { version: VERSION, blinder, input: opening.input(), values: opening.values() }
}

#[test]
fn openings_come_back_from_their_bytes() {
    let sparse: Vec<i32> = (0..200).map(|i| if i % 17 == 0 { 100 } else { -3 }).collect();
    let dense: Vec<i32> = (0..200).map(|i| i - 128).collect();
    for (values, form) in [(sparse, SPARSE), (dense, DENSE)] {
        let opening = opening(&values, -128, 8);
        let bytes = opening.encode();
        assert_eq!(bytes[33], form);
        let back = Opening::decode(&bytes, opening.input()).unwrap();
        assert!(back == opening);
        assert_eq!(back.commitment(), opening.commitment());
    }
}

#[test]
fn every_width_comes_back() {
    for bits in 1..=16u8 {
        let greatest = ((1i64 << bits) - 1) as i32;
        let opening = opening(&[0, greatest, greatest / 2, 0, 1], 0, bits);
        assert!(Opening::decode(&opening.encode(), opening.input()).unwrap() == opening);
    }
}

#[test]
fn a_digit_of_eight_bits_takes_less_than_512_bytes() {
    let values: Vec<i32> = (0..784).map(|i| if i % 4 == 0 { i % 256 } else { 0 }).collect();
    assert!(opening(&values, 0, 8).encode().len() < 512);
}

#[test]
fn truncated_bytes_are_refused_at_every_length() {
    for values in [vec![5; 30], (0..30).collect::<Vec<_>>()] {
        let opening = opening(&values, 0, 8);
        let bytes = opening.encode();
        for len in 0..bytes.len() {
            let error = Opening::decode(&bytes[..len], opening.input()).unwrap_err();
            assert!(
                matches!(error, OpeningError::Truncated { len: l, .. } if l == len),
                "{len}: {error}"
            );
        }
    }
}

#[test]
fn trailing_bytes_are_refused() {
    let opening = opening(&(0..30).collect::<Vec<_>>(), 0, 8);
    let mut bytes = opening.encode().to_vec();
    bytes.push(0);
    assert_eq!(Opening::decode(&bytes, opening.input()).unwrap_err(), OpeningError::Trailing(1));
}

#[test]
fn a_blinder_of_the_modulus_is_refused() {
    let opening = opening(&[1, 2, 3], 0, 8);
    let mut bytes = opening.encode().to_vec();
    let mut modulus = (-Scalar::from(1)).to_bytes();
    modulus[0] += 1;
    bytes[1..33].copy_from_slice(&modulus);
    assert_eq!(Opening::decode(&bytes, opening.input()).unwrap_err(), OpeningError::Blinder);
}

#[test]
fn unknown_versions_and_forms_are_refused() {
    let opening = opening(&[1, 2, 3], 0, 8);
    let mut bytes = opening.encode().to_vec();
    bytes[0] = 2;
    assert_eq!(
        Opening::decode(&bytes, opening.input()).unwrap_err(),
        OpeningError::Version { expected: 1, got: 2 }
    );
    bytes[0] = VERSION;
    bytes[33] = 7;
    assert_eq!(Opening::decode(&bytes, opening.input()).unwrap_err(), OpeningError::Form(7));
}

#[test]
fn the_longer_form_is_refused() {
    let sparse_is_best = opening(&[7; 100], 0, 8);
    let blinder = Scalar::from(99).to_bytes();
    let bytes = writer(&sparse_is_best, &blinder).dense();
    let error = Opening::decode(&bytes, sparse_is_best.input()).unwrap_err();
    assert_eq!(error, OpeningError::NotCanonical);
    let dense_is_best = opening(&(0..100).collect::<Vec<_>>(), 0, 8);
    let bytes = writer(&dense_is_best, &blinder).sparse();
    assert_eq!(
        Opening::decode(&bytes, dense_is_best.input()).unwrap_err(),
        OpeningError::NotCanonical
    );
}

#[test]
fn bits_set_in_the_padding_are_refused() {
    let opening = opening(&[1, 2, 3], 0, 3);
    let mut bytes = opening.encode().to_vec();
    *bytes.last_mut().unwrap() |= 0x80;
    assert_eq!(Opening::decode(&bytes, opening.input()).unwrap_err(), OpeningError::NotCanonical);
}

#[test]
fn debug_output_shows_no_secret() {
    let shown = format!("{:?}", opening(&[41, 42, 43], 0, 8));
    assert!(!shown.contains("42") && !shown.contains("63"), "{shown}");
}

#[test]
fn blinders_are_fresh() {
    let spec = spec(1, 0, 8);
    let a = Opening::random(&spec, vec![1]).unwrap();
    let b = Opening::random(&spec, vec![1]).unwrap();
    assert_ne!(a.commitment(), b.commitment());
}

proptest! {
    #[test]
    fn every_opening_comes_back(
        bits in 1u8..=16,
        min in -40_000i32..40_000,
        offsets in proptest::collection::vec(prop_oneof![Just(0u32), any::<u32>()], 1..80),
        blinder: [u8; 32],
    ) {
        let values: Vec<i32> = offsets.iter().map(|o| min + (o % (1 << bits)) as i32).collect();
        let mut wide = [0; 64];
        wide[..32].copy_from_slice(&blinder);
        let input = spec(values.len(), min, bits);
        let opening = Opening::with_blinder(&input, values, Scalar::from_bytes_wide(&wide)).unwrap();
        prop_assert!(Opening::decode(&opening.encode(), &input).unwrap() == opening);
    }

    #[test]
    fn hostile_bytes_are_an_error_or_the_one_encoding(
        bits in 1u8..=16,
        count in 1usize..60,
        form in 0u8..3,
        body in proptest::collection::vec(any::<u8>(), 0..150),
    ) {
        let input = spec(count, -5, bits);
        let mut bytes = vec![VERSION];
        bytes.extend([1; 32]);
        bytes.push(form);
        bytes.extend(body);
        if let Ok(opening) = Opening::decode(&bytes, &input) {
            let again = opening.encode();
            prop_assert_eq!(again.as_slice(), bytes.as_slice());
        }
    }
}

/// A machine that is cloned gets the same random bytes again. The blinders of different inputs are
/// unrelated all the same; those of one input are one, which tells that it is the same input, and
/// nothing of it.
#[test]
fn under_repeated_random_bytes_different_inputs_have_different_blinders() {
    use crate::random::testing::stuck;

    let spec = InputSpec { shape: vec![3], min: 0, bits: 4 };
    let blinder = |values: [i32; 3], bits: u8| {
        let spec = InputSpec { bits, ..spec.clone() };
        *Opening::random_from(&spec, values.to_vec(), &mut stuck).unwrap().blinder()
    };
    let all = [blinder([1, 2, 3], 4), blinder([1, 2, 4], 4), blinder([1, 2, 3], 5)];
    assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2]);
    assert_eq!(all[0], blinder([1, 2, 3], 4));
    let pallas = crate::halo2::Opening::random_from(&spec, vec![1, 2, 3], &mut stuck).unwrap();
    let other = crate::halo2::Opening::random_from(&spec, vec![1, 2, 4], &mut stuck).unwrap();
    assert_ne!(pallas.blinder(), other.blinder());
    // One purpose's secret is not another's.
    assert_ne!(pallas.blinder().to_repr(), all[0].to_bytes());
}

/// Openings of the other proof system have the same encoding, under a version of their own.
mod of_halo2 {
    use super::{Fp, InputSpec, OpeningError};
    use crate::halo2::Opening;
    use ff::{Field, PrimeField};

    fn opening(values: Vec<i32>) -> Opening {
        let input = InputSpec { shape: vec![values.len()], min: -3, bits: 5 };
        Opening::with_blinder(&input, values, -Fp::from(9)).unwrap()
    }

    #[test]
    fn openings_come_back_from_their_bytes_and_from_no_others() {
        for values in [(0..25).collect::<Vec<_>>(), vec![4; 25]] {
            let opening = opening(values);
            let bytes = opening.encode();
            assert!(Opening::decode(&bytes, opening.input()).unwrap() == opening);
            for len in 0..bytes.len() {
                let error = Opening::decode(&bytes[..len], opening.input()).unwrap_err();
                assert!(matches!(error, OpeningError::Truncated { .. }), "{len}: {error}");
            }
            let longer = [bytes.as_slice(), &[0]].concat();
            assert_eq!(Opening::decode(&longer, opening.input()), Err(OpeningError::Trailing(1)));
        }
    }

    #[test]
    fn an_opening_for_the_other_field_is_refused_and_named() {
        let bytes = opening(vec![1, 2, 3]).encode();
        let input = InputSpec { shape: vec![3], min: -3, bits: 5 };
        let error = crate::groth16::Opening::decode(&bytes, &input).unwrap_err();
        assert_eq!(error, OpeningError::Version { expected: 1, got: 2 });
    }

    #[test]
    fn a_blinder_of_the_modulus_is_refused() {
        let opening = opening(vec![1, 2, 3]);
        let mut bytes = opening.encode().to_vec();
        let mut modulus = (-Fp::ONE).to_repr();
        modulus[0] += 1;
        bytes[1..33].copy_from_slice(&modulus);
        assert_eq!(Opening::decode(&bytes, opening.input()), Err(OpeningError::Blinder));
    }

    #[test]
    fn two_openings_of_one_input_have_unrelated_commitments() {
        let input = InputSpec { shape: vec![2], min: 0, bits: 4 };
        let [a, b] = [0; 2].map(|_| Opening::random(&input, vec![1, 2]).unwrap());
        assert_ne!(a.commitment(), b.commitment());
    }
}
