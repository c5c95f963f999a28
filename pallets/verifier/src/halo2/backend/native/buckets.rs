//! The points of some digits, by the digit's value.

use alloc::{vec, vec::Vec};
use core::mem;

use ff::Field;
use group::Group;
use pasta_curves::{Fq, arithmetic::CurveAffine, vesta};

use crate::halo2::{domain::batch_invert, point::Point};

/// A point that is not the identity.
#[derive(Clone, Copy)]
pub struct Affine {
    x: Fq,
    y: Fq,
}

impl Affine {
    /// None when the point is the identity, or not on the curve after all.
    pub fn new(point: &Point) -> Option<Self> {
        let coordinates = Option::<pasta_curves::arithmetic::Coordinates<_>>::from(
            point.to_affine()?.coordinates(),
        )?;
        Some(Self { x: *coordinates.x(), y: *coordinates.y() })
    }

    pub fn negated(&self) -> Self {
        Self { x: self.x, y: -self.y }
    }

    fn to_curve(self) -> Option<vesta::Affine> {
        vesta::Affine::from_xy(self.x, self.y).into()
    }

    /// The denominator of the slope of the line through both; 1 when they are opposite, and the
    /// line has none.
    fn denominator(&self, other: &Self) -> Fq {
        if self.x != other.x {
            other.x - self.x
        } else if self.y == other.y {
            self.y.double()
        } else {
            Fq::ONE
        }
    }

    /// The sum, from the inverse of the denominator; none when it is the identity.
    fn add(&self, other: &Self, inverse: Fq) -> Option<Self> {
        let slope = if self.x != other.x {
            (other.y - self.y) * inverse
        } else if self.y == other.y {
            let square = self.x.square();
            (square.double() + square) * inverse
        } else {
            return None;
        };
        let x = slope.square() - self.x - other.x;
        Some(Self { x, y: slope * (self.x - x) - self.y })
    }
}

/// For each of some digits, and each value but 0, the points whose scalars have it there.
pub struct Buckets {
    buckets: Vec<Vec<Affine>>,
    /// Buckets of one digit.
    values: usize,
    spare: Vec<Affine>,
    inverses: Vec<Fq>,
}

impl Buckets {
    /// Buckets for so many digits at once, with the values 1 to 2^(window − 1).
    pub fn new(window: usize, digits: usize) -> Self {
        let window = u32::try_from(window).unwrap_or(0);
        let values = 1usize.checked_shl(window.saturating_sub(1)).unwrap_or(1);
        let buckets = vec![Vec::new(); values.saturating_mul(digits.min(257))];
        Self { buckets, values, spare: Vec::new(), inverses: Vec::new() }
    }

    /// Adds a point whose scalar has this value in this digit.
    pub fn put(&mut self, digit: usize, value: usize, point: Affine) {
        let Some(value) = value.checked_sub(1) else { return };
        if let Some(bucket) =
            self.buckets.get_mut(digit.saturating_mul(self.values).saturating_add(value))
        {
            bucket.push(point);
        }
    }

    /// Adds up every bucket.
    pub fn add_up(&mut self) -> Option<()> {
        while self.buckets.iter().any(|bucket| bucket.len() > 1) {
            self.add_pairs()?;
        }
        Some(())
    }

    /// `Σ value · point` of one digit when the buckets are added up, and empties them; none when a
    /// point was not on the curve.
    pub fn take(&mut self, digit: usize) -> Option<vesta::Point> {
        // Every bucket once for each step down to it.
        let (mut running, mut sum) = (vesta::Point::identity(), vesta::Point::identity());
        for bucket in self.buckets.chunks_mut(self.values).nth(digit)?.iter_mut().rev() {
            if let Some(point) = bucket.pop() {
                running += point.to_curve()?;
            }
            sum += running;
        }
        Some(sum)
    }

    /// Halves every bucket. Denominators are never zero: no point of a group of odd order is its
    /// own opposite.
    fn add_pairs(&mut self) -> Option<()> {
        self.inverses.clear();
        for bucket in &self.buckets {
            self.inverses.extend(bucket.as_chunks().0.iter().map(|[a, b]| a.denominator(b)));
        }
        batch_invert(&mut self.inverses)?;
        let mut inverses = self.inverses.iter();
        for bucket in self.buckets.iter_mut().filter(|bucket| bucket.len() > 1) {
            let (pairs, single) = bucket.as_chunks();
            self.spare.clear();
            for [a, b] in pairs {
                self.spare.extend(a.add(b, *inverses.next()?));
            }
            self.spare.extend_from_slice(single);
            mem::swap(bucket, &mut self.spare);
        }
        Some(())
    }
}
