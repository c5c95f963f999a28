//! The vanishing argument: all constraints vanish on every row.
//!
//! ```text
//! h(x) = Σ yⁱ · constraintᵢ(x) / (xⁿ − 1)        h = h₀ + xⁿ h₁ + x²ⁿ h₂ + …
//! ```
//!
//! The verifier computes the right side from the evaluations, and opens the commitment to the left
//! side at x to that value. A random polynomial, opened at x too, blinds the multi-opening. The
//! halo2 book, "Vanishing argument".

use alloc::vec::Vec;

use ff::PrimeField;

/// The constraints' values so far, combined by powers of y: the first one gets the highest.
#[derive(Clone, Copy, Debug)]
pub struct Constraints<F> {
    sum: F,
    y: F,
}

impl<F: PrimeField> Constraints<F> {
    /// No constraints yet.
    pub fn new(y: F) -> Self {
        Self { sum: F::ZERO, y }
    }

    /// Adds a constraint by its value at x.
    pub fn push(&mut self, value: F) {
        self.sum = self.sum * self.y + value;
    }

    /// The value that h must have at x; none when x is in the domain.
    pub fn quotient(&self, x_to_n: F) -> Option<F> {
        Option::<F>::from((x_to_n - F::ONE).invert()).map(|inverse| self.sum * inverse)
    }
}

/// The commitment to h as a combination of its pieces'.
pub fn combine<F: PrimeField, C: Copy>(pieces: &[C], x_to_n: F) -> Vec<(F, C)> {
    let mut power = F::ONE;
    pieces
        .iter()
        .map(|piece| {
            let term = (power, *piece);
            power *= x_to_n;
            term
        })
        .collect()
}
