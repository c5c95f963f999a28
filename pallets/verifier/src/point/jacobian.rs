//! Multiplication by the curve's parameter, in Jacobian coordinates.
//!
//! A point (x, y) of y² = x³ + b is any (X, Y, Z) with x = X/Z², y = Y/Z³, Z ≠ 0. The addition is
//! **incomplete**: of two points with one x it makes Z = 0, as a doubling does of a point of order
//! 2, and Z = 0 stays in all that is computed from it. So a result with Z ≠ 0 is right, whatever
//! the point; and a point of large prime order never gets there.

use super::field::Field;

/// The curve's parameter x = −0xd201000000010000 without its sign, by its bits below the highest:
/// so many doublings before each addition of the point, and a last run without one.
const RUNS: [u8; 6] = [1, 2, 3, 9, 32, 16];

/// A point. Sizes at most: X and Y `(1, 19)`, Z `(2, 4)`.
#[derive(Clone, Copy, Debug)]
pub struct Jacobian<F> {
    x: F,
    y: F,
    z: F,
}

impl<F: Field> Jacobian<F> {
    /// From affine coordinates of size `(1, 3)`.
    pub fn new(x: F, y: F) -> Self {
        Self { x, y, z: F::ONE }
    }

    /// |x|·P, or Z = 0.
    ///
    /// For P of the prime order r it is never Z = 0: P is added to 2k·P with 1 ≤ k < |x|/2 < r/2,
    /// which is neither P nor −P, and |x| is no multiple of r.
    ///
    /// # Complexity
    /// 63 doublings, 5 additions.
    pub fn times_parameter(&self) -> Self {
        let mut sum = *self;
        let [additions @ .., last] = RUNS;
        for doublings in additions {
            sum = sum.double_times(doublings).add(self);
        }
        sum.double_times(last)
    }

    fn double_times(mut self, times: u8) -> Self {
        for _ in 0..times {
            self = self.double();
        }
        self
    }

    /// 2·P. Bernstein and Lange, *Explicit-Formulas Database*, short Weierstrass curves with a = 0,
    /// Jacobian coordinates, "dbl-2009-l", with the product X·B for their difference of squares.
    #[inline]
    fn double(&self) -> Self {
        let a = self.x.square();
        let b = self.y.square();
        let c = b.square();
        let d = self.x.mul(&b); // a quarter of theirs
        let e = a.double().add(&a).carry(); // (1, 6)
        let c8 = c.double().double().double(); // (8, 16)
        let d4 = d.double().double(); // (4, 8)
        let x = e.square().sub::<17>(&d4.double()); // (1, 19)
        let y = d4.sub::<20>(&x).mul(&e).sub::<17>(&c8); // (1, 28)·(1, 6), then (1, 19)
        let z = self.y.mul(&self.z).double(); // (2, 4)
        Self { x, y, z }
    }

    /// P + Q for different points that are not opposite. Ibid., "add-1998-cmo-2".
    fn add(&self, other: &Self) -> Self {
        let (zz1, zz2) = (self.z.square(), other.z.square());
        let u1 = self.x.mul(&zz2);
        let s1 = self.y.mul(&zz2.mul(&other.z));
        let h = other.x.mul(&zz1).sub::<3>(&u1); // (1, 5)
        let r = other.y.mul(&zz1.mul(&self.z)).sub::<3>(&s1); // (1, 5)
        let hh = h.square();
        let hhh = h.mul(&hh);
        let v = u1.mul(&hh);
        let x = r.square().sub::<7>(&hhh.add(&v.double())); // (1, 9)
        let y = r.mul(&v.sub::<10>(&x)).sub::<3>(&s1.mul(&hhh)); // (1, 5)·(1, 12), then (1, 5)
        let z = h.mul(&self.z.mul(&other.z)); // (1, 2)
        Self { x, y, z }
    }

    /// Returns `true` if it is the point (x, y), of sizes `(1, 3)`, and Z ≠ 0.
    pub fn is(&self, x: &F, y: &F) -> bool {
        let zz = self.z.square();
        !self.z.is_zero() && self.x.equals(&x.mul(&zz)) && self.y.equals(&y.mul(&zz.mul(&self.z)))
    }
}

#[cfg(test)]
mod tests;
