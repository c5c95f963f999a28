//! Many multiples of one point, by a table of its multiples.

use bls12_381::Scalar;
use ff::PrimeField;
use rayon::prelude::*;
use zeroize::Zeroizing;

use crate::curve::Curve;

/// Multiples brought to affine form together.
const BATCH: usize = 512;

/// `table[(2^w - 1)·i + d - 1] = d · 2^(w·i) · point` for digits `d` of `w` bits that are not zero.
pub struct FixedBase<C: Curve> {
    window: usize,
    table: Vec<C::Affine>,
}

impl<C: Curve> FixedBase<C> {
    /// The table of `point`, of a size that suits about `count` multiples.
    pub fn new(point: &C, count: usize) -> Self {
        // A wider window saves additions for each multiple, until the table leaves the cache.
        let window = (count.max(1).ilog2() as usize).saturating_sub(4).clamp(4, 11);
        let digits = (1usize << window) - 1;
        let windows = (Scalar::NUM_BITS as usize).div_ceil(window);
        let (mut multiples, mut base) = (Vec::with_capacity(windows * digits), *point);
        for _ in 0..windows {
            let mut multiple = base;
            for _ in 0..digits {
                multiples.push(multiple);
                multiple = multiple.add(&base);
            }
            base = multiple;
        }
        Self { window, table: C::to_affine_batch(&multiples) }
    }

    /// `scalar · point`.
    ///
    /// # Complexity
    /// At most `255 / w` additions.
    pub fn times(&self, scalar: &Scalar) -> C {
        let bytes = Zeroizing::new(scalar.to_bytes());
        let digits = (1usize << self.window) - 1;
        let mut sum = C::default();
        for (i, row) in self.table.chunks(digits).enumerate() {
            let digit = bits_at(&bytes, i * self.window) & digits;
            let entry = digit.checked_sub(1).and_then(|d| row.get(d));
            if let Some(entry) = entry {
                sum = sum.add_affine(entry);
            }
        }
        sum
    }

    /// Returns `scalar · point` for each scalar. `done` gets the size of each finished batch, from
    /// several threads.
    pub fn times_all(&self, scalars: &[Scalar], done: &(dyn Fn(usize) + Sync)) -> Vec<C::Affine> {
        let batch = |batch: &[Scalar]| {
            let points: Vec<C> = batch.iter().map(|scalar| self.times(scalar)).collect();
            done(batch.len());
            C::to_affine_batch(&points)
        };
        scalars.par_chunks(BATCH).flat_map_iter(batch).collect()
    }
}

/// At least 17 bits of a little-endian number, from bit `start` on; zeros beyond its end.
fn bits_at(bytes: &[u8; 32], start: usize) -> usize {
    let three = bytes.iter().skip(start / 8).take(3).rev();
    three.fold(0, |sum, byte| sum << 8 | usize::from(*byte)) >> (start % 8)
}

#[cfg(test)]
mod tests {
    use ff::Field;

    use super::*;
    use crate::{
        curve::{G1, G2},
        msm::multi_scalar,
    };

    fn scalars() -> Vec<Scalar> {
        let mut out = vec![
            Scalar::ZERO,
            Scalar::ONE,
            -Scalar::ONE,
            Scalar::from(u64::MAX),
            Scalar::from(1 << 63),
        ];
        out.extend((0..60).map(|i| Scalar::from(i + 2).pow_vartime(&[3, i, 5 * i, i * i])));
        out.extend(vec![Scalar::ONE; 40]);
        out
    }

    fn agree<C: Curve>() {
        let scalars = scalars();
        for count in [1, 1 << 10, 1 << 14, 1 << 30] {
            let base = FixedBase::new(&C::generator(), count);
            let points = base.times_all(&scalars, &|_| {});
            let mut sum = C::default();
            for (scalar, point) in scalars.iter().zip(&points) {
                let expected = C::generator().times(scalar);
                assert!(C::from_affine(point).equals(&expected));
                sum = sum.add(&expected.times(scalar));
            }
            let together: C = multi_scalar(&points, scalars.iter());
            assert!(together.equals(&sum));
        }
    }

    #[test]
    fn tables_sums_and_single_multiples_agree() {
        agree::<G1>();
        agree::<G2>();
    }
}
