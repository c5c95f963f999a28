//! The evaluation domain: the n = 2^k roots of unity 1, ω, …, ω^(n−1), one for each row.
//!
//! ```text
//! lᵢ(x) = ωⁱ (xⁿ − 1) / (n (x − ωⁱ))      lᵢ(ωⁱ) = 1, lᵢ(ωʲ) = 0
//! ```
//!
//! With b blinding rows at the end, row n − b − 1 is the *last*: l_last = l₍ₙ₋ᵦ₋₁₎, l_blind = Σ
//! l₍ₙ₋ᵦ₎ … l₍ₙ₋₁₎. The halo2 book, "Permutation argument", section "Zero-knowledge adjustment".

use alloc::vec::Vec;

use ff::PrimeField;

/// The n-th roots of unity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Domain<F> {
    k: u8,
    n: u64,
    omega: F,
    n_inverse: F,
}

/// The Lagrange polynomials that the arguments need, at x.
#[derive(Clone, Copy, Debug)]
pub struct Selectors<F> {
    /// l₀(x).
    pub first: F,
    /// l_last(x).
    pub last: F,
    /// 1 − l_last(x) − l_blind(x).
    pub active: F,
}

impl<F: PrimeField> Domain<F> {
    /// The domain of 2^k rows; none when the field has no such root of unity.
    pub fn new(k: u8) -> Option<Self> {
        let halvings = F::S.checked_sub(u32::from(k))?;
        let n = 1u64.checked_shl(u32::from(k))?;
        let omega = (0..halvings).fold(F::ROOT_OF_UNITY, |root, _| root.square());
        Some(Self { k, n, omega, n_inverse: F::TWO_INV.pow_vartime([u64::from(k)]) })
    }

    /// The number of rows.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// k.
    pub fn k(&self) -> u8 {
        self.k
    }

    /// ω.
    pub fn omega(&self) -> F {
        self.omega
    }

    /// A rotation as a number of rows forwards, below n.
    pub fn rows(&self, rotation: i32) -> u64 {
        i64::from(rotation)
            .checked_rem_euclid(i64::try_from(self.n).unwrap_or(i64::MAX))
            .and_then(|rows| u64::try_from(rows).ok())
            .unwrap_or(0)
    }

    /// x·ω^rows.
    pub fn rotate(&self, x: F, rows: u64) -> F {
        x * self.omega.pow_vartime([rows])
    }

    /// xⁿ.
    pub fn pow_n(&self, x: F) -> F {
        (0..self.k).fold(x, |power, _| power.square())
    }

    /// l₀, l_last and the rows that are neither last nor blinding, at x; none when x is in the
    /// domain, where a verifier cannot divide by xⁿ − 1.
    pub fn selectors(&self, x: F, blinding: usize) -> Option<Selectors<F>> {
        // Rows −(b + 1), …, −1, 0.
        let backwards = u64::try_from(blinding).ok()?.checked_add(1)?;
        let roots: Vec<F> = (0..=backwards)
            .rev()
            .map(|back| self.omega.pow_vartime([self.n.saturating_sub(back)]))
            .collect();
        let mut inverses: Vec<F> = roots.iter().map(|root| x - root).collect();
        batch_invert(&mut inverses)?;
        let common = (self.pow_n(x) - F::ONE) * self.n_inverse;
        let mut values =
            roots.iter().zip(&inverses).map(|(root, inverse)| *root * inverse * common);
        let last = values.next()?;
        let first = values.next_back()?;
        let blind = values.fold(F::ZERO, |sum, value| sum + value);
        Some(Selectors { first, last, active: F::ONE - (last + blind) })
    }
}

/// Inverts every value with one inversion; none, and the values are spoilt, when one of them is
/// zero.
pub fn batch_invert<F: PrimeField>(values: &mut [F]) -> Option<()> {
    let mut products = Vec::with_capacity(values.len());
    let mut product = F::ONE;
    for value in values.iter() {
        products.push(product);
        product *= value;
    }
    let mut inverse = Option::<F>::from(product.invert())?;
    for (value, before) in values.iter_mut().zip(products).rev() {
        let next = inverse * *value;
        *value = inverse * before;
        inverse = next;
    }
    Some(())
}
