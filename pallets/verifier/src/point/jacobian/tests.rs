//! Against `bls12_381`; sizes of all coordinates, from the greatest that there may be.

use super::{
    super::{fq::Fq, fq2::Fq2},
    *,
};

/// An element whose size can be made and measured.
pub trait Measured: Field {
    fn greatest(m: u64, k: u64) -> Self;
    fn has_size(&self, m: u64, k: u64) -> bool;
}

impl Measured for Fq {
    fn greatest(m: u64, k: u64) -> Self {
        Self::extreme(m, k)
    }
    fn has_size(&self, m: u64, k: u64) -> bool {
        self.has_size(m, k)
    }
}

impl Measured for Fq2 {
    fn greatest(m: u64, k: u64) -> Self {
        Self::extreme(m, k)
    }
    fn has_size(&self, m: u64, k: u64) -> bool {
        self.has_size(m, k)
    }
}

impl<F: Measured> Jacobian<F> {
    fn greatest() -> Self {
        Self { x: F::greatest(1, 19), y: F::greatest(1, 19), z: F::greatest(2, 4) }
    }

    fn has_its_sizes(&self) -> bool {
        self.x.has_size(1, 19) && self.y.has_size(1, 19) && self.z.has_size(2, 4)
    }
}

fn check_sizes<F: Measured>() {
    let greatest = Jacobian::<F>::greatest();
    assert!(greatest.has_its_sizes());
    let fresh = Jacobian::new(F::greatest(1, 3), F::greatest(1, 3));
    // They are no points: for sizes, that does not matter.
    for p in [greatest, fresh] {
        assert!(p.double().has_its_sizes());
        for q in [greatest, fresh] {
            assert!(p.add(&q).has_its_sizes());
        }
        p.is(&fresh.x, &fresh.y);
        assert!(p.times_parameter().has_its_sizes());
    }
}

#[test]
fn coordinates_keep_their_sizes_in_both_fields() {
    check_sizes::<Fq>();
    check_sizes::<Fq2>();
}

#[test]
fn the_runs_are_the_parameter() {
    let [additions @ .., last] = RUNS;
    let sum = additions.iter().fold(1u64, |sum, doublings| (sum << doublings) + 1);
    assert_eq!(sum << last, 0xd201_0000_0001_0000);
}

#[test]
fn what_has_z_zero_keeps_it_and_is_no_point() {
    let one = Fq::ONE;
    let point = Jacobian::new(Fq::ZERO, one.double().carry());
    // (0, 2) has order 3: 2·P = −P, which does not add to P.
    let nothing = point.double().add(&point);
    assert!(nothing.z.is_zero());
    for result in [nothing.double(), nothing.add(&point), point.add(&nothing), point.add(&point)] {
        assert!(result.z.is_zero());
        assert!(!result.is(&result.x.mul(&one), &result.y.mul(&one)));
    }
    assert!(point.times_parameter().z.is_zero());
}
