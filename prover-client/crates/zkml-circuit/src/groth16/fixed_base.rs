//! Many multiples of one point, by a table of its multiples.

use bls12_381::Scalar;
use rayon::prelude::*;

use super::{
    curve::Curve,
    progress::{OnProgress, Phase, tell},
};

/// Multiples brought to affine form together.
const BATCH: usize = 512;

/// `table[255·i + d - 1] = d · 2^(8·i) · point` for digits `d` from 1 to 255.
pub struct FixedBase<C: Curve> {
    table: Vec<C::Affine>,
}

impl<C: Curve> FixedBase<C> {
    /// The table of `point`.
    pub fn new(point: &C) -> Self {
        let (mut multiples, mut base) = (Vec::with_capacity(32 * 255), *point);
        for _ in 0..32 {
            let mut multiple = base;
            for _ in 1..=255 {
                multiples.push(multiple);
                multiple = multiple.add(&base);
            }
            base = multiple;
        }
        Self { table: C::to_affine_batch(&multiples) }
    }

    /// `scalar · point`.
    ///
    /// # Complexity
    /// At most 32 additions.
    pub fn times(&self, scalar: &Scalar) -> C {
        let mut sum = C::default();
        for (digit, row) in scalar.to_bytes().iter().zip(self.table.chunks(255)) {
            let entry = usize::from(*digit).checked_sub(1).and_then(|i| row.get(i));
            if let Some(entry) = entry {
                sum = sum.add_affine(entry);
            }
        }
        sum
    }

    /// `scalar · point` for each scalar; tells of each batch.
    pub fn times_all(&self, scalars: &[Scalar], told: &Told) -> Vec<C::Affine> {
        let batch = |batch: &[Scalar]| {
            let points: Vec<C> = batch.iter().map(|scalar| self.times(scalar)).collect();
            told.add(batch.len());
            C::to_affine_batch(&points)
        };
        scalars.par_chunks(BATCH).flat_map_iter(batch).collect()
    }
}

/// Counts work of several calls and threads towards one phase.
pub struct Told<'a> {
    on: OnProgress<'a>,
    phase: Phase,
    done: core::sync::atomic::AtomicUsize,
    total: usize,
}

impl<'a> Told<'a> {
    /// A phase of `total` units.
    pub fn new(on: OnProgress<'a>, phase: Phase, total: usize) -> Self {
        tell(on, phase, 0, total);
        Self { on, phase, done: Default::default(), total }
    }

    /// `count` units are done.
    pub fn add(&self, count: usize) {
        let before = self.done.fetch_add(count, core::sync::atomic::Ordering::Relaxed);
        tell(self.on, self.phase, before + count, self.total);
    }
}
