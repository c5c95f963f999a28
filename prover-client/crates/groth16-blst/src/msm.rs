//! Sums of many multiples. Most of a witness is bits: points whose scalar is one are just added up,
//! zeros are left out, and only the rest goes to Pippenger's method, small numbers apart from large
//! ones.

use bls12_381::Scalar;
use ff::{Field, PrimeField};

use zeroize::{Zeroize, Zeroizing};

use crate::{curve::Curve, secret};

/// Points that a sum keeps before it adds them up. More would be faster by a few per cent, and take
/// more memory.
const KEPT: usize = 1 << 19;

/// Points with the little-endian bytes of their scalars. Which points of a key there are tells a
/// witness's bits, so they are overwritten like the scalars.
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
        secret::push(&mut self.points, *point);
        let bytes = scalar.get(..self.bits.div_ceil(8)).unwrap_or_default();
        secret::reserve(&mut self.scalars, bytes.len());
        self.scalars.extend_from_slice(bytes);
    }

    /// The sum of what is there, which is then forgotten.
    fn take(&mut self) -> C {
        let sum = C::multi_scalar(&self.points, &self.scalars, self.bits);
        secret::forget(&mut self.points);
        // All bytes, and then none.
        self.scalars.zeroize();
        sum
    }
}

/// A sum `Σ scalar · point` whose points come one after the other. It keeps a bounded number of
/// them.
pub struct Sum<C: Curve> {
    kept: usize,
    total: C,
    ones: Vec<C::Affine>,
    groups: [Group<C>; 3],
}

impl<C: Curve> Drop for Sum<C> {
    fn drop(&mut self) {
        secret::forget(&mut self.ones);
        self.groups.iter_mut().for_each(|group| secret::forget(&mut group.points));
    }
}

impl<C: Curve> Default for Sum<C> {
    fn default() -> Self {
        let groups = [64, 128, Scalar::NUM_BITS as usize].map(Group::new);
        Self { kept: KEPT, total: C::default(), ones: Vec::new(), groups }
    }
}

impl<C: Curve> Sum<C> {
    /// Adds `scalar · point`.
    pub fn add(&mut self, point: &C::Affine, scalar: &Scalar) {
        if *scalar == Scalar::ZERO || C::is_identity(point) {
            return;
        }
        if *scalar == Scalar::ONE {
            secret::push(&mut self.ones, *point);
            if self.ones.len() >= self.kept {
                self.total = self.total.add(&C::sum(&self.ones));
                secret::forget(&mut self.ones);
            }
            return;
        }
        let bytes = Zeroizing::new(scalar.to_bytes());
        let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        if let Some(group) = self.groups.iter_mut().find(|group| used <= group.bits.div_ceil(8)) {
            group.push(point, &bytes);
            if group.points.len() >= self.kept {
                self.total = self.total.add(&group.take());
            }
        }
    }

    /// The sum.
    pub fn finish(mut self) -> C {
        let total = self.total.add(&C::sum(&self.ones));
        self.groups.iter_mut().fold(total, |sum, group| sum.add(&group.take()))
    }
}

/// `Σ scalar · point` over pairs; works on all cores. What one side has more than the other is
/// ignored.
pub fn multi_scalar<'a, C: Curve>(
    points: &[C::Affine],
    scalars: impl Iterator<Item = &'a Scalar>,
) -> C {
    let mut sum = Sum::default();
    points.iter().zip(scalars).for_each(|(point, scalar)| sum.add(point, scalar));
    sum.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::G1;

    #[test]
    fn a_sum_that_keeps_few_points_is_the_same() {
        let scalars: Vec<Scalar> = (0..40u64)
            .map(|i| [Scalar::from(i % 3), Scalar::from(i + 9).invert().unwrap()][i as usize % 2])
            .collect();
        let points: Vec<_> =
            (1..41u64).map(|i| G1::generator().times(&Scalar::from(i)).to_affine()).collect();
        let whole: G1 = multi_scalar(&points, scalars.iter());
        let mut sum = Sum::<G1>::default();
        sum.kept = 3;
        points.iter().zip(&scalars).for_each(|(point, scalar)| sum.add(point, scalar));
        assert!(sum.finish().equals(&whole));
        let exact = scalars.iter().zip(1..).map(|(scalar, i)| scalar * Scalar::from(i)).sum();
        assert!(whole.equals(&G1::generator().times(&exact)));
    }
}
