//! Against arkworks' field, and at the greatest sizes that each operation takes.

use ark_bls12_381::{Fq as ArkBase, Fq2 as Ark};
use ark_ff::{AdditiveGroup, Field as _};
use proptest::prelude::*;

use super::{super::fq::tests as base, *};

impl Fq2 {
    pub fn extreme(m: u64, k: u64) -> Self {
        Self { c0: Fq::extreme(m, k), c1: Fq::extreme(m, k) }
    }

    pub fn has_size(&self, m: u64, k: u64) -> bool {
        self.c0.has_size(m, k) && self.c1.has_size(m, k)
    }

    pub fn to_ark(self) -> Ark {
        Ark::new(self.c0.to_ark(), self.c1.to_ark())
    }

    pub fn from_ark(element: &Ark) -> Self {
        Self { c0: Fq::from_ark(&element.c0), c1: Fq::from_ark(&element.c1) }
    }
}

/// Any element, often with special coordinates.
fn element() -> impl Strategy<Value = Ark> {
    (base::element(), base::element()).prop_map(|(c0, c1)| Ark::new(c0, c1))
}

/// A root as arkworks finds one, or none.
fn check_root(a: Ark) {
    let ours = Fq2::from_ark(&a).root();
    assert_eq!(ours.map(|root| root.to_ark().square()), a.sqrt().map(|_| a), "{a}");
    assert!(ours.is_none_or(|root| root.has_size(1, 3)));
}

#[test]
fn products_of_the_greatest_sizes_do_not_overflow_and_are_right() {
    for (m, n) in [(7, 1), (1, 7), (2, 3), (3, 2), (1, 1)] {
        for (j, k) in [(30, 30), (1, 30), (30, 1), (2, 2)] {
            // The greatest, and with each coordinate 0.
            let zero = Fq::ZERO;
            let (a, b) = (Fq2::extreme(m, j), Fq2::extreme(n, k));
            for (a, b) in [
                (a, b),
                (Fq2 { c0: zero, ..a }, b),
                (Fq2 { c1: zero, ..a }, b),
                (a, Fq2 { c0: zero, ..b }),
                (a, Fq2 { c1: zero, ..b }),
            ] {
                let product = a.mul(&b);
                assert!(product.has_size(1, 2));
                assert_eq!(product.to_ark(), a.to_ark() * b.to_ark());
            }
        }
    }
}

#[test]
fn squares_of_the_greatest_sizes_do_not_overflow_and_are_right() {
    for (m, k) in [(2, 20), (1, 20), (1, 1)] {
        let a = Fq2::extreme(m, k);
        for a in [a, Fq2 { c0: Fq::ZERO, ..a }, Fq2 { c1: Fq::ZERO, ..a }] {
            assert!(a.square().has_size(1, 2));
            assert_eq!(a.square().to_ark(), a.to_ark().square());
        }
    }
}

#[test]
fn elements_with_special_coordinates_have_a_root_when_arkworks_finds_one() {
    for c0 in base::special().into_iter().take(20) {
        for c1 in base::special().into_iter().take(20) {
            check_root(Ark::new(c0, c1));
        }
    }
}

#[test]
fn each_element_of_the_base_field_has_a_root() {
    for c0 in base::special() {
        let a = Ark::new(c0, ArkBase::ZERO);
        assert_eq!(Fq2::from_ark(&a).root().unwrap().to_ark().square(), a);
    }
    assert!(Fq2::from_ark(&Ark::ZERO).root().unwrap().is_zero());
}

proptest! {
    #[test]
    fn operations_are_those_of_arkworks(a in element(), b in element()) {
        let (x, y) = (Fq2::from_ark(&a), Fq2::from_ark(&b));
        prop_assert_eq!(x.mul(&y).to_ark(), a * b);
        prop_assert_eq!(x.square().to_ark(), a.square());
        prop_assert_eq!(x.add(&y).to_ark(), a + b);
        prop_assert_eq!(x.sub::<3>(&y).to_ark(), a - b);
        prop_assert_eq!(x.conjugate().to_ark(), Ark::new(a.c0, -a.c1));
        prop_assert!(x.conjugate().has_size(1, 4));
        prop_assert_eq!(x.equals(&y), a == b);
    }

    #[test]
    fn an_element_has_a_root_when_arkworks_finds_one(a in element()) {
        check_root(a);
        check_root(a.square());
    }

    #[test]
    fn squares_of_what_has_one_coordinate_have_a_root(c in base::element()) {
        check_root(Ark::new(c, ArkBase::ZERO));
        check_root(Ark::new(ArkBase::ZERO, c));
    }
}
