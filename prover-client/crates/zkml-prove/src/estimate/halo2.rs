//! Keys and proofs with Halo2, from the layout's plan.

use super::{FIXED, on_all_threads};
use crate::halo2::plan::Plan;

/// Bytes of a field element, and of a point.
const ELEMENT: u64 = 32;
const POINT: u64 = 64;
/// Elements for each row of a polynomial that is held as values, as coefficients and over the
/// extended domain.
const FORMS: u64 = 1 + 1 + 4;
/// Generators, their Lagrange basis, and a copy of both in the keys.
const GENERATORS: u64 = 4;

// Seconds of one thread: fitted to the measured times.
/// A unit of the plan's work, about an addition of points.
const WORK: f64 = 0.85e-6;
/// A row of a fixed column: its share of a sum over all generators, and its transforms.
const FIXED_ROW: f64 = 7.5e-6;

/// Bytes of polynomials, each in all forms.
fn polynomials(plan: &Plan, count: usize) -> u64 {
    (count as u64).saturating_mul(FORMS * ELEMENT).saturating_mul(1 << plan.k.min(31))
}

/// Columns of a plan that the permutation argument has at most.
fn permuted(plan: &Plan) -> usize {
    plan.shape.slots + plan.shape.extras + 2
}

/// Weights and the machine's other fixed columns, the table, the permutation, and three of
/// `halo2_proofs`.
fn fixed(plan: &Plan) -> usize {
    plan.shape.width() + plan.shape.slots + 16 + permuted(plan)
}

/// Bytes that one proof needs while it is made, beside its keys.
pub fn proof_memory(plan: &Plan) -> u64 {
    // Advice; for each lookup three polynomials and their scratch space; products of the
    // permutation; the quotient.
    let count = 2 * plan.shape.advice() + 5 * plan.shape.slots + permuted(plan) + 8;
    FIXED.saturating_add(polynomials(plan, count))
}

/// Bytes that keys need, with circuit and generators.
pub fn keys_memory(plan: &Plan) -> u64 {
    let generators = (GENERATORS * POINT) << plan.k.min(31);
    FIXED.saturating_add(polynomials(plan, fixed(plan))).saturating_add(generators)
}

/// Seconds for the keys, generators apart.
pub fn keys_seconds(plan: &Plan) -> f64 {
    on_all_threads(FIXED_ROW * fixed(plan) as f64 * f64::from(1u32 << plan.k.min(31)))
}

/// Seconds for a proof.
pub fn proof_seconds(plan: &Plan) -> f64 {
    on_all_threads(WORK * plan.work)
}
