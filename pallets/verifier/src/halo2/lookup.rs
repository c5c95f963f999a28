//! The lookup argument: in each active row the tuple of inputs is a row of the table.
//!
//! A and S are the inputs and the table, each compressed by powers of θ; A' is A sorted, S' is S in
//! the same order with A' wherever it changes; z is a running product:
//!
//! ```text
//! l₀ (1 − z) = 0
//! l_last (z² − z) = 0
//! active (z(ωX) (A' + β) (S' + γ) − z(X) (A + β) (S + γ)) = 0
//! l₀ (A' − S') = 0
//! active (A' − S') (A' − A'(ω⁻¹X)) = 0
//! ```
//!
//! The halo2 book, "Lookup argument".

use ff::PrimeField;

use super::{
    domain::Selectors,
    error::ProofError,
    expression::{Evaluations, Expression},
    layout::Lookup,
    transcript::TranscriptRead,
    vanishing::Constraints,
};

/// The commitments of one lookup.
#[derive(Clone, Copy, Debug)]
pub struct Commitments<C> {
    /// To A'.
    pub input: C,
    /// To S'.
    pub table: C,
    /// To z.
    pub product: C,
}

/// The evaluations of one lookup.
#[derive(Clone, Copy, Debug)]
pub struct Opened<F> {
    /// z(x).
    pub product: F,
    /// z(ωx).
    pub product_next: F,
    /// A'(x).
    pub input: F,
    /// A'(ω⁻¹x).
    pub input_before: F,
    /// S'(x).
    pub table: F,
}

/// The challenges that the argument uses.
#[derive(Clone, Copy, Debug)]
pub struct Challenges<F> {
    /// θ.
    pub theta: F,
    /// β.
    pub beta: F,
    /// γ.
    pub gamma: F,
}

/// Reads one lookup's evaluations.
///
/// # Errors
/// As the transcript's.
pub fn read_opened<T: TranscriptRead>(transcript: &mut T) -> Result<Opened<T::Scalar>, ProofError> {
    Ok(Opened {
        product: transcript.read_scalar()?,
        product_next: transcript.read_scalar()?,
        input: transcript.read_scalar()?,
        input_before: transcript.read_scalar()?,
        table: transcript.read_scalar()?,
    })
}

/// Adds one lookup's constraints in the order of halo2; none when an evaluation is missing, which a
/// validated layout rules out.
pub fn constrain<F: PrimeField>(
    lookup: &Lookup<F>,
    opened: &Opened<F>,
    cells: &Evaluations<'_, F>,
    selectors: &Selectors<F>,
    challenges: &Challenges<F>,
    constraints: &mut Constraints<F>,
) -> Option<()> {
    let Challenges { theta, beta, gamma } = *challenges;
    let z = opened.product;
    constraints.push(selectors.first * (F::ONE - z));
    constraints.push(selectors.last * (z.square() - z));
    let left = opened.product_next * (opened.input + beta) * (opened.table + gamma);
    let input = compress(&lookup.inputs, cells, theta)? + beta;
    let table = compress(&lookup.tables, cells, theta)? + gamma;
    let right = z * input * table;
    constraints.push((left - right) * selectors.active);
    let difference = opened.input - opened.table;
    constraints.push(selectors.first * difference);
    constraints.push(difference * (opened.input - opened.input_before) * selectors.active);
    Some(())
}

fn compress<F: PrimeField>(
    expressions: &[Expression<F>],
    cells: &Evaluations<'_, F>,
    theta: F,
) -> Option<F> {
    expressions
        .iter()
        .try_fold(F::ZERO, |sum, expression| Some(sum * theta + expression.evaluate(cells)?))
}
