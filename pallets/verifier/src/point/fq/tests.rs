//! Against arkworks' field, and at the greatest sizes that each operation takes. In these tests
//! every sum of the arithmetic is checked for overflow.

use ark_bls12_381::Fq as Ark;
use ark_ff::{AdditiveGroup, BigInteger, Field as _, LegendreSymbol, PrimeField};
use proptest::prelude::*;

use super::*;

/// Facts about the limbs for the tests of other modules.
impl Fq {
    /// The element with the greatest limbs of size `(m, k)`.
    pub fn extreme(m: u64, k: u64) -> Self {
        let mut limbs = [(m << BITS) - 1; N];
        // The others reach into the highest by m.
        limbs[N - 1] = (k * P[N - 1]).checked_sub(m).unwrap();
        Self(limbs)
    }

    /// Returns `true` if it has size `(m, k)`.
    pub fn has_size(&self, m: u64, k: u64) -> bool {
        // k·p − self with narrow limbs: a borrow at the top says that self is greater.
        let mut borrow = 0i128;
        for (multiple, limb) in exact_multiple(k).into_iter().zip(self.0) {
            borrow = (i128::from(multiple) - i128::from(limb) + borrow) >> BITS;
        }
        borrow == 0 && self.0[..N - 1].iter().all(|limb| *limb < m << BITS)
    }

    /// The element as arkworks has it, whatever its size.
    pub fn to_ark(self) -> Ark {
        raw(&self.0) * Ark::from(2u64).pow([u64::from(BITS) * N as u64]).inverse().unwrap()
    }

    pub fn from_ark(element: &Ark) -> Self {
        let bytes = element.into_bigint().to_bytes_be();
        Self::from_bytes(&bytes.try_into().unwrap()).unwrap()
    }
}

/// k·p with the highest limb alone wider than 28 bits.
fn exact_multiple(k: u64) -> [u64; N] {
    narrow(P.map(|limb| k * limb))
}

/// The number that the limbs make, modulo p.
fn raw(limbs: &[u64; N]) -> Ark {
    limbs.iter().rev().fold(Ark::ZERO, |sum, limb| sum * Ark::from(1u64 << BITS) + Ark::from(*limb))
}

/// Zero, one, the modulus's neighbours, its halves, and limbs of zeros or ones alone.
pub fn special() -> Vec<Ark> {
    let [zero, one] = [Ark::ZERO, Ark::ONE];
    let half = one.double().inverse().unwrap();
    let mut all = vec![
        zero,
        one,
        -one,
        one.double(),
        -one.double(),
        half,
        half - one,
        -half,
        Ark::from(4u64),
    ];
    for i in 0..N as u64 {
        let power = Ark::from(2u64).pow([u64::from(BITS) * i]);
        all.extend([power, power - one, -power]);
    }
    // In Montgomery form as well: limbs of ones are limbs of ones there.
    let inverse = Ark::from(2u64).pow([u64::from(BITS) * N as u64]).inverse().unwrap();
    all.extend(all.clone().into_iter().map(|x| x * inverse));
    all
}

/// Any element, often a special one.
pub fn element() -> impl Strategy<Value = Ark> {
    let random = any::<[u8; 48]>().prop_map(|bytes| Ark::from_be_bytes_mod_order(&bytes));
    prop_oneof![3 => random, 1 => prop::sample::select(special())]
}

/// The greatest sizes, and some below them, with `m ≤ 2`.
fn sized() -> impl Strategy<Value = Fq> {
    (1u64..=2, 1u64..=20, any::<[u64; N]>(), any::<[bool; N]>()).prop_map(
        |(m, k, random, greatest)| {
            let mut element = Fq::extreme(m, k);
            for ((limb, random), greatest) in element.0.iter_mut().zip(random).zip(greatest) {
                if !greatest {
                    *limb = random % (*limb + 1);
                }
            }
            element
        },
    )
}

#[test]
fn the_constants_are_what_they_say() {
    assert_eq!(raw(&P), Ark::ZERO);
    assert_eq!((INV * P[0] + 1) & MASK, 0);
    assert_eq!(raw(&R2.0), Ark::from(2u64).pow([2 * u64::from(BITS) * N as u64]));
    assert_eq!(Fq::ONE.to_ark(), Ark::ONE);
    assert_eq!(Fq::HALF.to_ark().double(), Ark::ONE);
    assert_eq!(Fq::FOUR.to_ark(), Ark::from(4u64));
    assert_eq!(MODULUS.to_vec(), Ark::MODULUS.to_bytes_be());
    let mut limbs = [0; N];
    for (i, byte) in MODULUS.iter().rev().enumerate() {
        for bit in 0..8 {
            limbs[(8 * i + bit) / 28] |= u64::from(byte >> bit & 1) << ((8 * i + bit) % 28);
        }
    }
    assert_eq!(limbs, P);
}

#[test]
fn wide_multiples_are_multiples_with_wide_limbs() {
    for k in 1..=32 {
        let wide = wide_multiple(k);
        assert_eq!(narrow(wide), exact_multiple(k));
        assert!(wide[..N - 1].iter().all(|limb| (1 << 32) - (1 << 4) <= *limb && *limb < 1 << 33));
        if k > 1 {
            // The highest limb of a number below (k − 1)·p can be subtracted.
            assert!(wide[N - 1] >= exact_multiple(k - 1)[N - 1]);
        }
    }
}

#[test]
fn bytes_of_special_elements_come_back_and_of_the_modulus_and_above_are_refused() {
    for x in special() {
        let bytes: [u8; 48] = x.into_bigint().to_bytes_be().try_into().unwrap();
        let ours = Fq::from_bytes(&bytes).unwrap();
        assert_eq!((ours.to_bytes(), ours.to_ark()), (bytes, x));
    }
    assert!(Fq::from_bytes(&MODULUS).is_none());
    assert!(Fq::from_bytes(&[0xff; 48]).is_none());
    for i in 0..48 {
        let mut above = MODULUS;
        above[i] = above[i].saturating_add(1);
        assert!(Fq::from_bytes(&above).is_none());
    }
}

#[test]
fn every_multiple_of_the_modulus_is_zero_and_its_neighbours_are_not() {
    for k in 0..=64 {
        let multiple = Fq(exact_multiple(k));
        assert!(multiple.is_zero());
        assert_eq!(multiple.to_bytes(), [0; 48]);
        let mut above = multiple;
        above.0[0] += 1;
        assert!(!above.is_zero());
        if k > 0 {
            let mut below = multiple;
            below.0[0] -= 1;
            assert!(!below.is_zero());
        }
    }
}

#[test]
fn products_of_the_greatest_sizes_do_not_overflow_and_are_right() {
    for (m, n) in [(1, 1), (1, 7), (7, 1), (2, 3), (3, 2), (2, 2), (1, 15), (3, 5), (5, 3), (15, 1)]
    {
        for (j, k) in [(1, 2500), (2500, 1), (50, 50), (30, 32), (2, 2)] {
            let (a, b) = (Fq::extreme(m, j), Fq::extreme(n, k));
            let product = a.mul(&b);
            assert!(product.has_size(1, 2));
            assert_eq!(product.to_ark(), a.to_ark() * b.to_ark());
        }
    }
}

#[test]
fn squares_of_the_greatest_sizes_do_not_overflow_and_are_right() {
    for (m, k) in [(1, 50), (2, 20), (2, 50), (3, 50), (1, 1)] {
        let a = Fq::extreme(m, k);
        assert!(a.square().has_size(1, 2));
        assert_eq!(a.square().to_ark(), a.to_ark().square());
    }
}

#[test]
fn sums_of_products_of_the_greatest_sizes_do_not_overflow_and_are_right() {
    for (m, n) in [((7, 1), (7, 1)), ((1, 8), (7, 1)), ((2, 3), (3, 3)), ((1, 7), (2, 4))] {
        for (j, k) in [((30, 30), (30, 32)), ((25, 50), (50, 25)), ((1, 1250), (1250, 1))] {
            let (a, b) = (Fq::extreme(m.0, j.0), Fq::extreme(m.1, j.1));
            let (c, d) = (Fq::extreme(n.0, k.0), Fq::extreme(n.1, k.1));
            let sum = Fq::sum_of_products(&a, &b, &c, &d);
            assert!(sum.has_size(1, 2));
            assert_eq!(sum.to_ark(), a.to_ark() * b.to_ark() + c.to_ark() * d.to_ark());
        }
    }
}

fn check_difference<const K: u64>() {
    for (m, k) in [(1, 1), (8, 1), (8, 40), (1, 40)] {
        for n in [1, 8] {
            for (a, b) in [
                (Fq::extreme(m, k), Fq::extreme(n, K - 1)),
                (Fq::ZERO, Fq::extreme(n, K - 1)),
                (Fq::extreme(m, k), Fq::ZERO),
                (Fq::ZERO, Fq(exact_multiple(K - 1))),
            ] {
                let difference = a.sub::<K>(&b);
                assert!(difference.has_size(1, k + K));
                assert_eq!(difference.to_ark(), a.to_ark() - b.to_ark());
            }
        }
    }
}

#[test]
fn differences_of_the_greatest_sizes_do_not_overflow_and_are_right() {
    check_difference::<3>();
    check_difference::<4>();
    check_difference::<7>();
    check_difference::<10>();
    check_difference::<17>();
    check_difference::<20>();
    check_difference::<21>();
    check_difference::<32>();
}

#[test]
fn the_exponent_is_a_quarter_of_p_minus_three() {
    let x = Ark::from(5u64);
    let mut exponent = Ark::MODULUS;
    exponent.sub_with_borrow(&3u64.into());
    exponent.div2();
    exponent.div2();
    assert_eq!(Fq::from_ark(&x).inverse_root().to_ark(), x.pow(exponent));
}

#[test]
fn special_elements_multiply_as_in_arkworks() {
    let all = special();
    for a in &all {
        for b in &all {
            let (x, y) = (Fq::from_ark(a), Fq::from_ark(b));
            assert_eq!(x.mul(&y).to_ark(), *a * b);
            assert_eq!(x.sub::<3>(&y).is_zero(), a == b);
        }
    }
}

proptest! {
    #[test]
    fn operations_are_those_of_arkworks(a in element(), b in element()) {
        let (x, y) = (Fq::from_ark(&a), Fq::from_ark(&b));
        prop_assert_eq!(x.mul(&y).to_ark(), a * b);
        prop_assert_eq!(x.square().to_ark(), a.square());
        prop_assert_eq!(x.add(&y).to_ark(), a + b);
        prop_assert_eq!(x.sub::<3>(&y).to_ark(), a - b);
        prop_assert_eq!(x.double().carry().to_ark(), a.double());
        prop_assert_eq!(x.equals(&y), a == b);
        prop_assert_eq!(x.mul(&y).to_bytes().to_vec(), (a * b).into_bigint().to_bytes_be());
    }

    #[test]
    fn operations_on_any_sizes_are_those_of_arkworks(x in sized(), y in sized()) {
        let (a, b) = (x.to_ark(), y.to_ark());
        for (ours, theirs) in
            [(x.mul(&y), a * b), (x.square(), a.square()), (x.root(), a.pow(quarter())), (Fq::sum_of_products(&x, &y, &y, &y), a * b + b * b)]
        {
            prop_assert!(ours.has_size(1, 2));
            prop_assert_eq!(ours.to_ark(), theirs);
        }
        prop_assert_eq!(x.sub::<21>(&y).to_ark(), a - b);
        prop_assert!(x.sub::<21>(&y).has_size(1, 41));
        prop_assert_eq!(x.to_bytes().to_vec(), a.into_bigint().to_bytes_be());
    }

    #[test]
    fn squares_have_roots_and_others_the_roots_of_their_negatives(a in element()) {
        let x = Fq::from_ark(&a);
        let root = x.root().to_ark();
        match a.legendre() {
            LegendreSymbol::QuadraticNonResidue => prop_assert_eq!(root.square(), -a),
            _ => prop_assert_eq!(root.square(), a),
        }
    }
}

/// (p + 1)/4.
fn quarter() -> <Ark as PrimeField>::BigInt {
    let mut exponent = Ark::MODULUS;
    exponent.add_with_carry(&1u64.into());
    exponent.div2();
    exponent.div2();
    exponent
}
