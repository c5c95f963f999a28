//! The field operations that curve formulae need.

/// An element of Fq or Fq², **lazily reduced**: limbs may be wider than 28 bits and the number
/// greater than the modulus p.
///
/// The *size* `(m, k)` of an element: each limb is below m·2²⁸, and each coordinate at most k·p.
/// Every operation names the sizes it takes and gives; comments on the formulae follow them.
/// Nothing is checked at run time, but for the unit tests, where every sum is.
pub trait Field: Copy {
    /// Size `(1, 1)`.
    const ONE: Self;

    /// Takes sizes with `m₁·m₂ ≤ 7` and `k₁, k₂ ≤ 30`, gives `(1, 2)`.
    fn mul(&self, other: &Self) -> Self;

    /// Takes `m ≤ 2`, `k ≤ 20`, gives `(1, 2)`.
    fn square(&self) -> Self;

    /// Takes `(m₁, k₁)` and `(m₂, k₂)`, gives `(m₁ + m₂, k₁ + k₂)`.
    fn add(&self, other: &Self) -> Self;

    /// `self − other`. Takes `(m₁, k₁)` and `(m₂, k₂)` with `m₁, m₂ ≤ 8` and `k₂ < K ≤ 32`, gives
    /// `(1, k₁ + K)`.
    fn sub<const K: u64>(&self, other: &Self) -> Self;

    /// The same number with narrow limbs: takes `(m, k)` with `m ≤ 8`, gives `(1, k)`.
    fn carry(&self) -> Self;

    /// Returns `true` if it is zero, or a multiple of the modulus. Takes `m ≤ 8`, `k ≤ 64`.
    fn is_zero(&self) -> bool;

    /// 2·self: `(m, k)` to `(2m, 2k)`.
    fn double(&self) -> Self {
        self.add(self)
    }

    /// Returns `true` if both are the same element. Takes `k₁ ≤ 32`, `k₂ ≤ 2`.
    fn equals(&self, other: &Self) -> bool {
        self.sub::<3>(other).is_zero()
    }
}
