//! Keys that do not decode, and those under which anybody could forge.

use bls12_381::{Bls12, G1Affine, G1Projective, G2Affine, G2Projective, Scalar};
use ff::Field;
use zkinfer_verifier::{
    error::{KeyElement, KeyError, PointFault},
    groth16::{PREPARED_LEN, PreparedVerifyingKey, VerifyingKey},
};

use super::{
    points::*,
    toy::{case, key_bytes},
};

const KEY_POINTS: [(KeyElement, usize, bool); 8] = [
    (KeyElement::Alpha, 0, false),
    (KeyElement::Beta, 48, true),
    (KeyElement::Gamma, 144, true),
    (KeyElement::Delta, 240, true),
    (KeyElement::Ic(0), 336, false),
    (KeyElement::Ic(1), 384, false),
    (KeyElement::Ic(2), 432, false),
    (KeyElement::Ic(3), 480, false),
];

#[test]
fn each_point_of_a_key_is_checked_and_named() {
    let key = case(1, 3, 5).key;
    assert!(VerifyingKey::decode(&key).is_ok());
    for (element, at, in_g2) in KEY_POINTS {
        let bad = |part: Vec<u8>| VerifyingKey::decode(&with(&key, at, &part));
        let error = |fault| Err(KeyError::Point { element, fault });
        let (outside, identity, garbage) = if in_g2 {
            (
                g2_outside_subgroup().to_vec(),
                G2Affine::identity().to_compressed().to_vec(),
                vec![0xff; 96],
            )
        } else {
            (
                g1_outside_subgroup().to_vec(),
                G1Affine::identity().to_compressed().to_vec(),
                vec![0xff; 48],
            )
        };
        assert_eq!(bad(outside), error(PointFault::Subgroup));
        assert_eq!(bad(identity), error(PointFault::Identity));
        assert_eq!(bad(garbage), error(PointFault::Encoding));
    }
}

/// `L` of a key for given inputs.
fn input_point(key: &groth16::VerifyingKey<Bls12>, x: [Scalar; 3]) -> G1Projective {
    key.ic[1..].iter().zip(x).fold(G1Projective::from(key.ic[0]), |sum, (point, x)| sum + point * x)
}

/// Returns `true` if the bare equation of Groth16 holds, by the independent implementation.
fn equation_holds(
    key: &groth16::VerifyingKey<Bls12>,
    (a, b, c): (G1Projective, G2Projective, G1Projective),
    x: [Scalar; 3],
) -> bool {
    let proof = groth16::Proof { a: a.into(), b: b.into(), c: c.into() };
    groth16::verify_proof(&groth16::prepare_verifying_key(key), &proof, &x).is_ok()
}

#[test]
fn keys_under_which_anybody_can_forge_are_refused_with_the_forgery_at_hand() {
    let honest = case(1, 3, 5).parameters.vk;
    let nonsense = [Scalar::from(7), Scalar::from(8), Scalar::from(9)];
    let t = Scalar::from(42);
    for sign in [Scalar::ONE, -Scalar::ONE] {
        // γ = ±δ: A = α, B = β, C = ∓L.
        let mut key = honest.clone();
        key.gamma_g2 = (key.delta_g2 * sign).into();
        let l = input_point(&key, nonsense);
        let forged = (key.alpha_g1.into(), key.beta_g2.into(), l * -sign);
        assert!(equation_holds(&key, forged, nonsense));
        let refused = KeyError::Degenerate { first: KeyElement::Gamma, second: KeyElement::Delta };
        assert_eq!(VerifyingKey::decode(&key_bytes(&key)), Err(refused));

        // β = ±γ, so that e(α, β) + e(L, γ) = e(α ± L, β): B = β + t·δ, C = t·A.
        let mut key = honest.clone();
        key.gamma_g2 = (key.beta_g2 * sign).into();
        let a = G1Projective::from(key.alpha_g1) + input_point(&key, nonsense) * sign;
        let forged = (a, key.beta_g2 + key.delta_g2 * t, a * t);
        assert!(equation_holds(&key, forged, nonsense));
        let refused = KeyError::Degenerate { first: KeyElement::Beta, second: KeyElement::Gamma };
        assert_eq!(VerifyingKey::decode(&key_bytes(&key)), Err(refused));

        // β = ±δ: A = L, B = γ, C = ∓α.
        let mut key = honest.clone();
        key.delta_g2 = (key.beta_g2 * sign).into();
        let forged = (input_point(&key, nonsense), key.gamma_g2.into(), key.alpha_g1 * -sign);
        assert!(equation_holds(&key, forged, nonsense));
        let refused = KeyError::Degenerate { first: KeyElement::Beta, second: KeyElement::Delta };
        assert_eq!(VerifyingKey::decode(&key_bytes(&key)), Err(refused));
    }
}

#[test]
fn keys_whose_public_inputs_can_be_traded_are_refused_with_the_forgery_at_hand() {
    let honest = case(1, 3, 5).parameters.vk;
    let t = Scalar::from(42);
    for (first, second) in [(1u8, 2u8), (1, 3), (2, 3)] {
        for sign in [Scalar::ONE, -Scalar::ONE] {
            let mut key = honest.clone();
            let (i, j) = (usize::from(first), usize::from(second));
            key.ic[j] = (key.ic[i] * sign).into();
            // What the second input loses, the first one gains.
            let x = [Scalar::from(7), Scalar::from(8), Scalar::from(9)];
            let mut traded = x;
            traded[i - 1] += t;
            traded[j - 1] -= t * sign;
            assert_eq!(input_point(&key, x), input_point(&key, traded));
            let refused = KeyError::Degenerate {
                first: KeyElement::Ic(first),
                second: KeyElement::Ic(second),
            };
            assert_eq!(VerifyingKey::decode(&key_bytes(&key)), Err(refused));
        }
    }
    // The point of the constant has no input that could be traded.
    let mut key = honest;
    key.ic[0] = key.ic[1];
    assert!(VerifyingKey::decode(&key_bytes(&key)).is_ok());
}

#[test]
fn a_prepared_key_survives_storage() {
    let key = PreparedVerifyingKey::prepare(&VerifyingKey::decode(&case(1, 3, 5).key).unwrap());
    assert_eq!(PreparedVerifyingKey::from_trusted_bytes(&key.to_bytes()), Ok(key));
}

#[test]
fn a_prepared_key_of_another_length_is_refused() {
    let key = VerifyingKey::decode(&case(1, 3, 5).key).unwrap();
    let bytes = PreparedVerifyingKey::prepare(&key).to_bytes();
    for found in (0..PREPARED_LEN).step_by(31) {
        let refused = Err(KeyError::PreparedLength { found });
        assert_eq!(PreparedVerifyingKey::from_trusted_bytes(&bytes[..found]), refused);
    }
    let longer = [&bytes[..], &[0]].concat();
    let refused = Err(KeyError::PreparedLength { found: PREPARED_LEN + 1 });
    assert_eq!(PreparedVerifyingKey::from_trusted_bytes(&longer), refused);
}

#[test]
fn a_change_of_any_byte_of_a_key_gives_another_key_or_none() {
    let key = case(1, 3, 5).key;
    let honest = VerifyingKey::decode(&key).unwrap();
    for position in 0..key.len() {
        let mut changed = key;
        changed[position] ^= 1 << (position % 8);
        assert_ne!(VerifyingKey::decode(&changed), Ok(honest), "byte {position}");
    }
}
