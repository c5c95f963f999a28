//! The base field of BLS12-381, for machines without a 64 × 64 → 128 bit multiplication, such as
//! wasm.
//!
//! A number is fourteen limbs of 28 bits, each in a `u64`: a product of two limbs has 56 bits, so
//! that 256 of them fit an accumulator, and a multiplication carries once, at its end. Montgomery
//! form with R = 2³⁹²: P. Montgomery, *Modular Multiplication Without Trial Division*, Math. Comp.
//! 44 (1985). As R is 2520 times the modulus p, results need no final subtraction while the factors
//! of their inputs stay small; [`Field`] says how small.
// Indices are those of loops with constant bounds over arrays of that length.
#![allow(clippy::indexing_slicing)]

use super::field::Field;

mod root;

/// Limbs of a number.
const N: usize = 14;
/// Bits of a limb.
const BITS: u32 = 28;
const MASK: u64 = (1 << BITS) - 1;

/// p, the modulus.
const P: [u64; N] = [
    0xfffaaab, 0xfefffff, 0x3ffffb9, 0xfffeb15, 0x6241eab, 0xa0f6b0f, 0xf6730d2, //
    0xf38512b, 0x4774b84, 0x4bacd76, 0xba7b643, 0xe69a4b1, 0x1ea397f, 0x001a011,
];
/// −p⁻¹ modulo 2²⁸.
const INV: u64 = 0xffcfffd;
/// R² modulo p.
const R2: Fq = Fq([
    0x10370ed, 0x6d1c345, 0xe243d62, 0xec45c53, 0x3b1d65a, 0x093317d, 0xb4f36a0, //
    0x5d74088, 0xc10ea72, 0x865d118, 0x7320a75, 0xfd5cd50, 0xcc8a759, 0x000c8d4,
]);
/// The number 1, which is R⁻¹ in Montgomery form.
const UNIT: Fq = Fq([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

/// p, big-endian.
pub const MODULUS: [u8; 48] = [
    0x1a, 0x01, 0x11, 0xea, 0x39, 0x7f, 0xe6, 0x9a, 0x4b, 0x1b, 0xa7, 0xb6, 0x43, 0x4b, 0xac, 0xd7,
    0x64, 0x77, 0x4b, 0x84, 0xf3, 0x85, 0x12, 0xbf, 0x67, 0x30, 0xd2, 0xa0, 0xf6, 0xb0, 0xf6, 0x24,
    0x1e, 0xab, 0xff, 0xfe, 0xb1, 0x53, 0xff, 0xff, 0xb9, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xaa, 0xab,
];

/// An element of the base field.
#[derive(Clone, Copy, Debug)]
pub struct Fq([u64; N]);

impl Fq {
    /// Zero.
    pub const ZERO: Self = Self([0; N]);
    /// One half.
    pub const HALF: Self = Self([
        0x1a3fe5c, 0xec00000, 0x001588c, 0x066f369, 0x6390970, 0xc1d1048, 0x01bb34f, //
        0x6d07b9f, 0x4d84da1, 0x894bdd8, 0x28aecc7, 0x009653e, 0x32cfe7d, 0x0002bbd,
    ]);
    /// Four.
    pub const FOUR: Self = Self([
        0xd1ff2e0, 0x6000000, 0x00ac467, 0x3379b48, 0x1c84b80, 0x0e88243, 0x0dd9a7e, //
        0x683dcf8, 0x6c26d0b, 0x4a5eec2, 0x457663c, 0x04b29f1, 0x967f3e8, 0x0015de9,
    ]);

    /// An element whose Montgomery form has these limbs, each below 2²⁸, below p together.
    pub const fn from_montgomery(limbs: [u64; N]) -> Self {
        Self(limbs)
    }

    /// A number below p from its big-endian bytes. Gives size `(1, 2)`.
    pub fn from_bytes(bytes: &[u8; 48]) -> Option<Self> {
        if *bytes >= MODULUS {
            return None;
        }
        // Two limbs are seven bytes.
        let mut little = [0u8; 7 * N / 2];
        little.iter_mut().zip(bytes.iter().rev()).for_each(|(to, from)| *to = *from);
        let mut limbs = [0u64; N];
        for ([low, high], &[a, b, c, d, e, f, g]) in
            limbs.as_chunks_mut().0.iter_mut().zip(little.as_chunks().0)
        {
            let pair = u64::from_le_bytes([a, b, c, d, e, f, g, 0]);
            (*low, *high) = (pair & MASK, pair >> BITS);
        }
        Some(Self(limbs).mul(&R2))
    }

    /// The number below p, big-endian. Takes `m ≤ 8`, `k ≤ 64`.
    pub fn to_bytes(self) -> [u8; 48] {
        let limbs = self.reduced().0;
        let mut little = [0u8; 7 * N / 2];
        for (&[low, high], to) in limbs.as_chunks().0.iter().zip(little.as_chunks_mut().0) {
            let [a, b, c, d, e, f, g, _] = (low | high << BITS).to_le_bytes();
            *to = [a, b, c, d, e, f, g];
        }
        let mut bytes = [0u8; 48];
        bytes.iter_mut().rev().zip(little).for_each(|(to, from)| *to = from);
        bytes
    }

    /// Out of Montgomery form, below p. Takes `m ≤ 8`, `k ≤ 64`.
    fn reduced(&self) -> Self {
        // (a + m·p)/R with a < R and m < R is at most p, and is p for a multiple of p that is not
        // 0.
        let number = self.mul(&UNIT);
        if number.0 == P { Self::ZERO } else { number }
    }

    /// `a·b + c·d`. Takes sizes whose `m_a·m_b + m_c·m_d` is at most 15 and whose `k_a·k_b +
    /// k_c·k_d` is at most 2500, gives `(1, 2)`.
    ///
    /// # Soundness
    /// A column sums at most 14 products of either pair, each below m·m·2⁵⁶, 14 products of p's
    /// limbs, each below 2⁵⁶, and carries of less than 2³⁷: less than (14·15 + 14)·2⁵⁶ + 14·2³⁷ <
    /// 2⁶⁴. The result is below (2500·p² + R·p)/R < 2·p.
    #[inline(never)]
    pub fn sum_of_products(a: &Self, b: &Self, c: &Self, d: &Self) -> Self {
        let mut t = [0; N];
        for i in 0..N {
            let (x, y) = (a.0[i], c.0[i]);
            step(&mut t, |t, j| mac(mac(t, x, b.0[j]), y, d.0[j]));
        }
        Self(narrow(t))
    }
}

impl Field for Fq {
    const ONE: Self = Self([
        0x347fcb8, 0xd800000, 0x002b119, 0x0cde6d2, 0xc7212e0, 0x83a2090, 0x037669f, //
        0xda0f73e, 0x9b09b42, 0x1297bb0, 0x515d98f, 0x012ca7c, 0x659fcfa, 0x000577a,
    ]);

    // The bounds are those of `sum_of_products` with c = 0: m·m ≤ 15, k·k ≤ 2500.
    #[inline(never)]
    fn mul(&self, other: &Self) -> Self {
        let mut t = [0; N];
        for x in self.0 {
            step(&mut t, |t, j| mac(t, x, other.0[j]));
        }
        Self(narrow(t))
    }

    // As `mul`; a product of two different limbs is computed once and counted twice.
    #[inline(never)]
    fn square(&self) -> Self {
        let mut t = [0; N];
        square_row::<0>(&mut t, &self.0);
        square_row::<1>(&mut t, &self.0);
        square_row::<2>(&mut t, &self.0);
        square_row::<3>(&mut t, &self.0);
        square_row::<4>(&mut t, &self.0);
        square_row::<5>(&mut t, &self.0);
        square_row::<6>(&mut t, &self.0);
        square_row::<7>(&mut t, &self.0);
        square_row::<8>(&mut t, &self.0);
        square_row::<9>(&mut t, &self.0);
        square_row::<10>(&mut t, &self.0);
        square_row::<11>(&mut t, &self.0);
        square_row::<12>(&mut t, &self.0);
        square_row::<13>(&mut t, &self.0);
        Self(narrow(t))
    }

    #[inline]
    fn add(&self, other: &Self) -> Self {
        let mut out = self.0;
        for (a, b) in out.iter_mut().zip(other.0) {
            *a = plus(*a, b);
        }
        Self(out)
    }

    #[inline]
    fn sub<const K: u64>(&self, other: &Self) -> Self {
        let multiple = const { wide_multiple(K) };
        let mut out = self.0;
        for ((a, m), b) in out.iter_mut().zip(multiple).zip(other.0) {
            *a = plus(*a, minus(m, b));
        }
        Self(narrow(out))
    }

    #[inline]
    fn carry(&self) -> Self {
        Self(narrow(self.0))
    }

    fn is_zero(&self) -> bool {
        self.reduced().0 == [0; N]
    }
}

/// A row of Montgomery's multiplication: adds `row` to the columns, adds the multiple of p that
/// clears the lowest, and drops that.
// The arithmetic is that of indices from 1 to 13.
#[allow(clippy::arithmetic_side_effects)]
#[inline(always)]
fn step(t: &mut [u64; N], row: impl Fn(u64, usize) -> u64) {
    let lowest = row(t[0], 0);
    let m = lowest.wrapping_mul(INV) & MASK;
    let carry = mac(lowest, m, P[0]) >> BITS;
    t[0] = mac(plus(row(t[1], 1), carry), m, P[1]);
    for j in 2..N {
        t[j - 1] = mac(row(t[j], j), m, P[j]);
    }
    t[N - 1] = 0;
}

/// Row `I` of a square: in the columns that begin at 2⁽²⁸ᴵ⁾, xᵢ² and 2·xᵢ·xⱼ for j > i.
#[inline(always)]
fn square_row<const I: usize>(t: &mut [u64; N], x: &[u64; N]) {
    let double = plus(x[I], x[I]);
    step(t, |t, j| match j {
        _ if j < I => t,
        _ if j == I => mac(t, x[I], x[I]),
        _ => mac(t, double, x[j]),
    });
}

/// Carries, so that each limb but the highest is below 2²⁸. The number must be below 2³⁹².
#[inline(always)]
fn narrow(mut t: [u64; N]) -> [u64; N] {
    let mut carry = 0;
    for limb in &mut t[..N - 1] {
        let sum = plus(*limb, carry);
        *limb = sum & MASK;
        carry = sum >> BITS;
    }
    t[N - 1] = plus(t[N - 1], carry);
    t
}

/// k·p for 1 ≤ k ≤ 32, with limbs so wide that a number up to (k − 1)·p with limbs below 2³¹ can be
/// subtracted limb by limb: each takes 2³² from the next, where that is 2⁴. The highest has enough:
/// p's own highest limb is above 2¹⁶.
// Evaluated at compile time, where an overflow is an error.
#[allow(clippy::arithmetic_side_effects)]
const fn wide_multiple(k: u64) -> [u64; N] {
    let mut out = [0; N];
    let (mut i, mut carry) = (0, 0);
    while i < N {
        let sum = k * P[i] + carry;
        out[i] = if i < N - 1 { (sum & MASK) + (1 << 32) } else { sum };
        if i > 0 {
            out[i] -= 1 << 4;
        }
        carry = sum >> BITS;
        i += 1;
    }
    out
}

// The bounds above keep these from wrapping; unit tests check every one of them.

/// `sum + a·b`.
#[inline(always)]
fn mac(sum: u64, a: u64, b: u64) -> u64 {
    #[cfg(test)]
    assert!(
        a.checked_mul(b).and_then(|product| sum.checked_add(product)).is_some(),
        "{sum} + {a}·{b}"
    );
    sum.wrapping_add(a.wrapping_mul(b))
}

#[inline(always)]
fn plus(a: u64, b: u64) -> u64 {
    #[cfg(test)]
    assert!(a.checked_add(b).is_some(), "{a} + {b}");
    a.wrapping_add(b)
}

#[inline(always)]
fn minus(a: u64, b: u64) -> u64 {
    #[cfg(test)]
    assert!(a >= b, "{a} - {b}");
    a.wrapping_sub(b)
}

#[cfg(test)]
pub(super) mod tests;
