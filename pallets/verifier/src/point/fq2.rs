//! The quadratic extension Fq² = Fq[u]/(u² + 1), over which G2 lies.

use super::{field::Field, fq::Fq};

/// `c0 + c1·u`.
#[derive(Clone, Copy, Debug)]
pub struct Fq2 {
    /// The part without u.
    pub c0: Fq,
    /// The part with u.
    pub c1: Fq,
}

impl Fq2 {
    /// `c0 − c1·u`, which is the p-th power. Takes `k ≤ 3`, gives `(1, 4)`.
    pub fn conjugate(&self) -> Self {
        Self { c0: self.c0.carry(), c1: Fq::ZERO.sub::<4>(&self.c1) }
    }

    /// A square root, when there is one. Takes `(2, 3)`, gives `(1, 3)`.
    ///
    /// For a root r₀ + r₁·u of a₀ + a₁·u: (r₀² + r₁²)² = a₀² + a₁², r₀² − r₁² = a₀, 2·r₀·r₁ = a₁.
    /// With a root n of the norm, δ = (a₀ + n)/2 is r₀², or −r₁² for the other sign of n; as −1 is
    /// no square, the same power of δ gives either. G. Adj and F. Rodríguez-Henríquez, *Square Root
    /// Computation over Even Extension Fields*, IEEE Trans. Comp. 63 (2014), section 4, "complex
    /// method".
    ///
    /// # Complexity
    /// Two exponentiations in Fq.
    pub fn root(&self) -> Option<Self> {
        let norm = Fq::sum_of_products(&self.c0, &self.c0, &self.c1, &self.c1);
        let n = norm.root();
        let sum = self.c0.add(&n).mul(&Fq::HALF);
        // n = −a₀: the other sign of n gives a₀. It stays 0 for the root of 0.
        let delta = if sum.is_zero() { self.c0.carry() } else { sum };
        let inverse = delta.inverse_root();
        let first = delta.mul(&inverse);
        let other = self.c1.mul(&Fq::HALF).mul(&inverse);
        let candidate = if first.square().equals(&delta) {
            Self { c0: first, c1: other }
        } else {
            // δ = −r₁², first = r₁, first·inverse = −1.
            Self { c0: Fq::ZERO.sub::<3>(&other), c1: first }
        };
        // The one check that counts: that it is a root.
        candidate.square().sub::<4>(self).is_zero().then_some(candidate)
    }
}

impl Field for Fq2 {
    const ONE: Self = Self { c0: Fq::ONE, c1: Fq::ZERO };

    // Sums of products have m ≤ 2·7 and k ≤ 30·30 + 30·32.
    fn mul(&self, other: &Self) -> Self {
        let minus_c1 = Fq::ZERO.sub::<32>(&other.c1);
        Self {
            c0: Fq::sum_of_products(&self.c0, &other.c0, &self.c1, &minus_c1),
            c1: Fq::sum_of_products(&self.c0, &other.c1, &self.c1, &other.c0),
        }
    }

    // The first product has sizes (4, 40)·(1, 41), the second (4, 40)·(2, 20).
    fn square(&self) -> Self {
        let (sum, difference) = (self.c0.add(&self.c1), self.c0.sub::<21>(&self.c1));
        Self { c0: sum.mul(&difference), c1: self.c0.double().mul(&self.c1) }
    }

    #[inline]
    fn add(&self, other: &Self) -> Self {
        Self { c0: self.c0.add(&other.c0), c1: self.c1.add(&other.c1) }
    }

    #[inline]
    fn sub<const K: u64>(&self, other: &Self) -> Self {
        Self { c0: self.c0.sub::<K>(&other.c0), c1: self.c1.sub::<K>(&other.c1) }
    }

    #[inline]
    fn carry(&self) -> Self {
        Self { c0: self.c0.carry(), c1: self.c1.carry() }
    }

    fn is_zero(&self) -> bool {
        self.c0.is_zero() && self.c1.is_zero()
    }
}

#[cfg(test)]
mod tests;
