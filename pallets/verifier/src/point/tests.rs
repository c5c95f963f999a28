//! Against `bls12_381`: every point, and every fault.

use bls12_381::{G1Affine, G1Projective, G2Affine, G2Projective, Scalar};
use group::Group;
use proptest::prelude::*;

use super::{field::Field, jacobian::Jacobian, *};

/// Decoding by `bls12_381` alone.
macro_rules! oracle {
    ($name:ident, $affine:ty, $compressed:expr, $uncompressed:expr) => {
        fn $name(bytes: &[u8; $compressed]) -> Result<[u8; $uncompressed], PointFault> {
            let point = Option::<$affine>::from(<$affine>::from_compressed_unchecked(bytes));
            let point = point.ok_or(PointFault::Encoding)?;
            if bool::from(point.is_identity()) {
                return Err(PointFault::Identity);
            }
            if !bool::from(point.is_torsion_free()) {
                return Err(PointFault::Subgroup);
            }
            Ok(point.to_uncompressed())
        }
    };
}
oracle!(oracle_g1, G1Affine, 48, 96);
oracle!(oracle_g2, G2Affine, 96, 192);

fn check_g1(bytes: &[u8; 48]) -> Result<[u8; 96], PointFault> {
    let ours = G1::decode(bytes).map(G1::to_uncompressed);
    assert_eq!(ours, oracle_g1(bytes), "{bytes:02x?}");
    ours
}

fn check_g2(bytes: &[u8; 96]) -> Result<[u8; 192], PointFault> {
    let ours = G2::decode(bytes).map(G2::to_uncompressed);
    assert_eq!(ours, oracle_g2(bytes), "{bytes:02x?}");
    ours
}

/// A point of the curve: the first x from `seed` on, most likely outside the subgroup.
fn g1_curve(seed: u64) -> G1Projective {
    let candidate = |i: u64| {
        let mut bytes = [0; 48];
        bytes[0] = 0x80;
        bytes[24..32].copy_from_slice(&seed.to_be_bytes());
        bytes[40..].copy_from_slice(&i.to_be_bytes());
        Option::<G1Affine>::from(G1Affine::from_compressed_unchecked(&bytes))
    };
    (1..).find_map(candidate).unwrap().into()
}

fn g2_curve(seed: u64) -> G2Projective {
    let candidate = |i: u64| {
        let mut bytes = [0; 96];
        bytes[0] = 0x80;
        bytes[24..32].copy_from_slice(&seed.to_be_bytes());
        bytes[88..].copy_from_slice(&i.to_be_bytes());
        Option::<G2Affine>::from(G2Affine::from_compressed_unchecked(&bytes))
    };
    (1..).find_map(candidate).unwrap().into()
}

/// number·P for a big-endian number that need not be below the group's order.
fn times<G: Group>(point: G, number: &[u8]) -> G {
    number.iter().flat_map(|byte| (0..8).rev().map(move |i| byte >> i & 1 == 1)).fold(
        G::identity(),
        |sum, bit| {
            if bit { sum.double() + point } else { sum.double() }
        },
    )
}

/// The prime factors of G1's cofactor, and those of G2's with the great one's bytes.
const G1_FACTORS: [u64; 9] = [3, 11, 11, 10177, 10177, 859267, 859267, 52437899, 52437899];
const G2_FACTORS: [u64; 7] = [13, 13, 23, 23, 2713, 11953, 262069];
const G2_GREAT_FACTOR: [u8; 56] = [
    0x8d, 0x9f, 0x50, 0x3d, 0xee, 0xeb, 0x5d, 0x5c, 0x42, 0x35, 0x72, 0x78, 0x8b, 0xea, 0x4d, 0x6a,
    0xe0, 0x49, 0x0c, 0x5a, 0xfc, 0xa1, 0xee, 0xb2, 0xa9, 0xd7, 0x5b, 0xb9, 0x8b, 0x95, 0x87, 0x8a,
    0xfa, 0xb9, 0xc0, 0xda, 0x5c, 0xf2, 0x22, 0xc3, 0x77, 0xd8, 0x73, 0x84, 0xd0, 0x26, 0xcd, 0x73,
    0x82, 0x6d, 0x17, 0x72, 0x00, 0xc0, 0xd3, 0xb1,
];

/// The part of a point whose order divides the power of `prime` in `factors`, then multiplied until
/// it has order `prime`; the identity when the point has no such part. `rest` is the order's other
/// factor.
fn of_order<G: Group>(point: G, prime: u64, factors: &[u64], rest: impl Fn(G) -> G) -> G {
    let others = factors.iter().filter(|factor| **factor != prime);
    let mut part = others.fold(rest(point), |point, factor| times(point, &factor.to_be_bytes()));
    loop {
        let next = times(part, &prime.to_be_bytes());
        if bool::from(next.is_identity()) {
            return part;
        }
        part = next;
    }
}

/// r·P, without what lies in the subgroup.
fn times_order<G: Group<Scalar = Scalar>>(point: G) -> G {
    let mut below = (-Scalar::one()).to_bytes();
    below.reverse();
    times(point, &below) + point
}

#[test]
fn points_of_each_small_order_in_g1_are_refused_alone_and_on_top_of_a_valid_point() {
    for prime in [3, 11, 10177, 859267, 52437899] {
        let order = |seed| of_order(g1_curve(seed), prime, &G1_FACTORS, times_order);
        let torsion = (0..).map(order).find(|point| !bool::from(point.is_identity())).unwrap();
        assert!(bool::from(times(torsion, &prime.to_be_bytes()).is_identity()));
        for point in
            [torsion, -torsion, torsion + G1Projective::generator(), torsion * Scalar::from(2)]
        {
            assert_eq!(check_g1(&G1Affine::from(point).to_compressed()), Err(PointFault::Subgroup));
        }
    }
}

#[test]
fn points_of_each_small_order_in_g2_are_refused_alone_and_on_top_of_a_valid_point() {
    let rest = |point| times(times_order(point), &G2_GREAT_FACTOR);
    for prime in [13, 23, 2713, 11953, 262069] {
        let order = |seed| of_order(g2_curve(seed), prime, &G2_FACTORS, rest);
        let torsion = (0..).map(order).find(|point| !bool::from(point.is_identity())).unwrap();
        assert!(bool::from(times(torsion, &prime.to_be_bytes()).is_identity()));
        for point in
            [torsion, -torsion, torsion + G2Projective::generator(), torsion * Scalar::from(2)]
        {
            assert_eq!(check_g2(&G2Affine::from(point).to_compressed()), Err(PointFault::Subgroup));
        }
    }
}

#[test]
fn points_with_all_of_the_cofactor_s_torsion_are_refused() {
    for seed in 0..8 {
        let (p, q) = (times_order(g1_curve(seed)), times_order(g2_curve(seed)));
        assert_eq!(check_g1(&G1Affine::from(p).to_compressed()), Err(PointFault::Subgroup));
        assert_eq!(check_g2(&G2Affine::from(q).to_compressed()), Err(PointFault::Subgroup));
        let (p, q) = (p + G1Projective::generator(), q + G2Projective::generator());
        assert_eq!(check_g1(&G1Affine::from(p).to_compressed()), Err(PointFault::Subgroup));
        assert_eq!(check_g2(&G2Affine::from(q).to_compressed()), Err(PointFault::Subgroup));
    }
}

#[test]
fn small_multiples_of_the_generators_and_of_their_opposites_decode() {
    for k in 1..=20 {
        for scalar in [Scalar::from(k), -Scalar::from(k)] {
            let (p, q) = (G1Affine::generator() * scalar, G2Affine::generator() * scalar);
            assert!(check_g1(&G1Affine::from(p).to_compressed()).is_ok());
            assert!(check_g2(&G2Affine::from(q).to_compressed()).is_ok());
        }
    }
}

#[test]
fn each_value_of_the_flags_is_answered_as_before() {
    let (p, q) = (G1Affine::generator().to_compressed(), G2Affine::generator().to_compressed());
    let (zero_p, zero_q) = ([0; 48], [0; 96]);
    for flags in 0..8u8 {
        for mut bytes in [p, zero_p] {
            bytes[0] = bytes[0] & 0x1f | flags << 5;
            let _ = check_g1(&bytes);
        }
        for mut bytes in [q, zero_q] {
            bytes[0] = bytes[0] & 0x1f | flags << 5;
            let _ = check_g2(&bytes);
        }
        // In the second half there are none.
        let mut bytes = q;
        bytes[48] |= flags << 5;
        assert_eq!(check_g2(&bytes).is_ok(), flags == 0);
    }
    for i in 0..96 {
        let mut dirty = zero_q;
        dirty[0] = 0xc0;
        assert_eq!(check_g2(&dirty), Err(PointFault::Identity));
        dirty[i] |= 1;
        assert_eq!(check_g2(&dirty), Err(PointFault::Encoding));
    }
}

#[test]
fn coordinates_about_the_modulus_are_answered_as_before() {
    for offset in -20..20i32 {
        let mut x = MODULUS;
        let mut carry = offset;
        for byte in x.iter_mut().rev() {
            carry += i32::from(*byte);
            *byte = carry.to_le_bytes()[0];
            carry >>= 8;
        }
        let mut flagged = x;
        flagged[0] |= 0x80;
        for sign in [0, 0x20] {
            flagged[0] ^= sign;
            let _ = check_g1(&flagged);
            for other in [[0; 48], x] {
                let _ = check_g2(&concat([flagged, other]));
            }
            let mut zero = [0; 48];
            zero[0] = flagged[0] & FLAGS;
            let _ = check_g2(&concat([zero, x]));
        }
    }
}

#[test]
fn the_first_thousand_x_are_answered_as_before() {
    for x in 0..1000u16 {
        let mut bytes = [0; 48];
        bytes[46..].copy_from_slice(&x.to_be_bytes());
        bytes[0] = 0x80;
        let _ = check_g1(&bytes);
        // x₁ = 0, x₀ = 0, and both.
        let mut plain = bytes;
        plain[0] = 0;
        let zero = concat::<1, 48>([[0; 48]]);
        let mut flagged_zero = zero;
        flagged_zero[0] = 0xa0;
        for pair in [[bytes, zero], [flagged_zero, plain], [bytes, plain]] {
            if x % 8 == 0 || x < 16 {
                let _ = check_g2(&concat(pair));
            }
        }
    }
}

#[test]
fn the_half_of_the_modulus_is_that() {
    // HALF + HALF + 1 = p.
    let mut carry = 1u16;
    for (half, digit) in HALF.iter().zip(MODULUS).rev() {
        carry += 2 * u16::from(*half);
        assert_eq!(carry.to_le_bytes()[0], digit);
        carry >>= 8;
    }
    assert_eq!(opposite(&ZERO), ZERO);
    let mut above = HALF;
    above[47] += 1;
    assert_eq!(opposite(&HALF), above);
    assert_eq!(opposite(&above), HALF);
}

/// The y that an x has by `bls12_381`, and ours.
fn coordinates_g1(point: &G1Projective) -> (Fq, Fq) {
    let bytes = G1Affine::from(point).to_uncompressed();
    let at = |i: usize| Fq::from_bytes(bytes[i..i + 48].try_into().unwrap()).unwrap();
    (at(0), at(48))
}

fn coordinates_g2(point: &G2Projective) -> (Fq2, Fq2) {
    let bytes = G2Affine::from(point).to_uncompressed();
    let at = |i: usize| Fq::from_bytes(bytes[i..i + 48].try_into().unwrap()).unwrap();
    (Fq2 { c0: at(48), c1: at(0) }, Fq2 { c0: at(144), c1: at(96) })
}

const PARAMETER: [u8; 8] = 0xd201_0000_0001_0000u64.to_be_bytes();

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_coordinates_are_answered_as_before(bytes in any::<[[u8; 32]; 3]>(), high in 0u8..=0x1a, sign: bool) {
        let mut bytes: [u8; 96] = bytes.concat().try_into().unwrap();
        bytes[0] = high | if sign { 0xa0 } else { 0x80 };
        bytes[48] &= 0x1f;
        let _ = check_g1(bytes.first_chunk().unwrap());
        let _ = check_g2(&bytes);
    }

    #[test]
    fn any_bytes_are_answered_as_before(bytes in any::<[[u8; 32]; 3]>()) {
        let bytes: [u8; 96] = bytes.concat().try_into().unwrap();
        let _ = check_g1(bytes.first_chunk().unwrap());
        let _ = check_g2(&bytes);
    }

    #[test]
    fn valid_points_and_their_opposites_decode_as_before(wide in any::<[[u8; 32]; 2]>()) {
        let scalar = Scalar::from_bytes_wide(&wide.concat().try_into().unwrap());
        let p = G1Affine::from(G1Affine::generator() * scalar);
        let q = G2Affine::from(G2Affine::generator() * scalar);
        for p in [p, -p] {
            prop_assert_eq!(check_g1(&p.to_compressed()), Ok(p.to_uncompressed()));
            prop_assert_eq!(G1::decode(&p.to_compressed()).unwrap().opposite().to_uncompressed(), (-p).to_uncompressed());
        }
        for q in [q, -q] {
            prop_assert_eq!(check_g2(&q.to_compressed()), Ok(q.to_uncompressed()));
            prop_assert_eq!(G2::decode(&q.to_compressed()).unwrap().opposite().to_uncompressed(), (-q).to_uncompressed());
        }
    }

    #[test]
    fn the_multiple_by_the_parameter_is_that_of_bls12_381(seed: u64) {
        let (p, q) = (g1_curve(seed), g2_curve(seed));
        let ((x, y), expected) = (coordinates_g1(&p), coordinates_g1(&times(p, &PARAMETER)));
        let product = Jacobian::new(x, y).times_parameter();
        prop_assert!(product.is(&expected.0, &expected.1));
        prop_assert!(!product.is(&expected.0, &Fq::ZERO.sub::<3>(&expected.1)));
        prop_assert!(!product.is(&x, &expected.1));
        // From a point that is not affine.
        let expected = coordinates_g1(&times(times(p, &PARAMETER), &PARAMETER));
        prop_assert!(product.times_parameter().is(&expected.0, &expected.1));

        let ((x, y), expected) = (coordinates_g2(&q), coordinates_g2(&times(q, &PARAMETER)));
        let product = Jacobian::new(x, y).times_parameter();
        prop_assert!(product.is(&expected.0, &expected.1));
        prop_assert!(!product.is(&expected.0, &y));
    }
}
