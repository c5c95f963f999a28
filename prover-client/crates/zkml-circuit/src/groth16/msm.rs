//! Sums of many multiples. Most of a witness is bits: points whose scalar is one are just added up, zeros are left
//! out, and only the rest goes to Pippenger's method, small numbers apart from large ones.

use bls12_381::Scalar;
use ff::{Field, PrimeField};

use zeroize::Zeroizing;

use super::curve::Curve;

/// Points with the little-endian bytes of their scalars.
struct Group<C: Curve> {
    points: Vec<C::Affine>,
    scalars: Zeroizing<Vec<u8>>,
    bits: usize,
}

impl<C: Curve> Group<C> {
    fn new(bits: usize) -> Self {
        Self { points: Vec::new(), scalars: Zeroizing::default(), bits }
    }

    fn push(&mut self, point: &C::Affine, scalar: &[u8; 32]) {
        self.points.push(*point);
        self.scalars.extend(scalar.iter().take(self.bits.div_ceil(8)));
    }

    fn sum(&self) -> C {
        C::multi_scalar(&self.points, &self.scalars, self.bits)
    }
}

/// `Σ scalar · point` over pairs; works on all cores. What one side has more than the other is ignored.
pub fn multi_scalar<'a, C: Curve>(points: &[C::Affine], scalars: impl Iterator<Item = &'a Scalar>) -> C {
    let mut ones = Vec::new();
    let mut groups = [64, 128, Scalar::NUM_BITS as usize].map(Group::<C>::new);
    for (point, scalar) in points.iter().zip(scalars) {
        if *scalar == Scalar::ZERO || C::is_identity(point) {
            continue;
        }
        if *scalar == Scalar::ONE {
            ones.push(*point);
            continue;
        }
        let bytes = scalar.to_bytes();
        let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        if let Some(group) = groups.iter_mut().find(|group| used <= group.bits.div_ceil(8)) {
            group.push(point, &bytes);
        }
    }
    groups.iter().fold(C::sum(&ones), |sum, group| sum.add(&group.sum()))
}
