//! The permutation argument: cells that are copied hold equal values.
//!
//! The m columns are taken in sets of degree − 2. With pᵢ a column, sᵢ its permutation polynomial
//! and δ the generator that tells columns apart, each set has a running product z:
//!
//! ```text
//! l₀ (1 − z) = 0                                                    first set
//! l_last (z² − z) = 0                                               last set
//! l₀ (z − z'(ω^last X)) = 0                                         every set but the first; z' of the set before
//! active (z(ωX) Π (pᵢ + β sᵢ + γ) − z(X) Π (pᵢ + δⁱ β X + γ)) = 0     every set
//! ```
//!
//! The halo2 book, "Permutation argument", section "Spanning a large number of columns".

use alloc::vec::Vec;

use ff::PrimeField;

use super::{
    domain::Selectors,
    error::ProofError,
    expression::Evaluations,
    layout::{ColumnKind, Layout},
    transcript::TranscriptRead,
    vanishing::Constraints,
};

/// The evaluations of one set's product.
#[derive(Clone, Copy, Debug)]
pub struct Product<F> {
    /// z(x).
    pub current: F,
    /// z(ωx).
    pub next: F,
    /// z(ω^last x), of every set but the last.
    pub last: Option<F>,
}

/// The challenges that the argument uses.
#[derive(Clone, Copy, Debug)]
pub struct Challenges<F> {
    /// β.
    pub beta: F,
    /// γ.
    pub gamma: F,
    /// x.
    pub x: F,
}

/// Reads the products' evaluations.
///
/// # Errors
/// As the transcript's.
pub fn read_products<T: TranscriptRead>(
    sets: usize,
    transcript: &mut T,
) -> Result<Vec<Product<T::Scalar>>, ProofError> {
    (1..=sets)
        .map(|set| {
            let current = transcript.read_scalar()?;
            let next = transcript.read_scalar()?;
            let last = if set < sets { Some(transcript.read_scalar()?) } else { None };
            Ok(Product { current, next, last })
        })
        .collect()
}

/// Adds the argument's constraints in the order of halo2; none when an evaluation is missing, which
/// a validated layout rules out.
pub fn constrain<F: PrimeField>(
    layout: &Layout<F>,
    products: &[Product<F>],
    permutation_evals: &[F],
    cells: &Evaluations<'_, F>,
    selectors: &Selectors<F>,
    challenges: &Challenges<F>,
    constraints: &mut Constraints<F>,
) -> Option<()> {
    if let Some(first) = products.first() {
        constraints.push(selectors.first * (F::ONE - first.current));
    }
    if let Some(last) = products.last() {
        constraints.push((last.current.square() - last.current) * selectors.last);
    }
    for (product, before) in products.iter().skip(1).zip(products) {
        constraints.push((product.current - before.last?) * selectors.first);
    }
    let values: Vec<F> = layout
        .permuted()
        .map(|(column, query)| {
            let evals = match column.kind {
                ColumnKind::Fixed => cells.fixed,
                ColumnKind::Advice => cells.advice,
                ColumnKind::Instance => cells.instance,
            };
            evals.get(query).copied()
        })
        .collect::<Option<_>>()?;
    let chunk = layout.permutation_chunk();
    let mut shift = challenges.beta * challenges.x;
    for ((product, values), sigmas) in
        products.iter().zip(values.chunks(chunk)).zip(permutation_evals.chunks(chunk))
    {
        let (mut left, mut right) = (product.next, product.current);
        for (value, sigma) in values.iter().zip(sigmas) {
            left *= *value + challenges.beta * sigma + challenges.gamma;
            right *= *value + shift + challenges.gamma;
            shift *= F::DELTA;
        }
        constraints.push((left - right) * selectors.active);
    }
    Some(())
}
