//! The cost model: which columns, lookup width and tile make the cheapest circuit of a model.
//!
//! The choice is, in this order: a proof within [`PROOF_LIMIT`], the smallest `k` (a verifier's
//! work is one multiplication of `2^k` points), the least estimated work of the prover. From `k`
//! and the shape follow the proof's size, exactly, and the estimate; so candidates are tried in the
//! order in which they would be chosen, each compiled without rows, only to be counted, until one
//! fits.
//!
//! Each of some thousand candidates may look at everything that the model computes. So a model of
//! more than [`MAX_OPERATIONS`], and one whose lower bound of slots is beyond the largest circuit,
//! are refused before any is tried.

use rayon::prelude::*;

use halo2_proofs::pasta::Fp;

use super::{
    columns::{DEGREE, UNUSABLE_ROWS},
    compile::{AnalyzedModel, CircuitParams, compile, shape_of},
    layout::Shape,
};
use crate::error::CircuitError;

pub use super::layout::MAX_K;
/// Smallest circuit that is made.
pub const MIN_K: u32 = 6;
/// Bytes of a proof that a smaller `k` must not exceed.
pub const PROOF_LIMIT: usize = 6144;

/// Most slots in a row.
const MOST_SLOTS: usize = 8;
/// Most [operations](zkml_model::QuantizedModel::operations) of a model for which a plan is looked
/// for (2^25). One multiplication of a weight that is not zero takes a cell for fifteen outputs at
/// best, so that circuits of fewer rows have some 2^23.
pub const MAX_OPERATIONS: u64 = 1 << 25;

/// A candidate's cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// The chosen parameters.
    pub params: CircuitParams,
    /// The columns.
    pub shape: Shape,
    /// Rows of the program.
    pub rows: usize,
    /// Rows of the lookup table.
    pub table: usize,
    /// `2^k` rows in all.
    pub k: u32,
    /// Bytes of a proof, exactly.
    pub proof_bytes: usize,
    /// The prover's work, in additions of points or so.
    pub work: f64,
}

/// Number of permutation products, for a number of permuted columns.
fn products(permuted: usize) -> usize {
    permuted.div_ceil(DEGREE - 2)
}

/// Columns in the permutation argument: the shared ones, the instance, and `gather`.
fn permuted(shape: &Shape) -> usize {
    shape.slots + shape.extras + 1 + usize::from(shape.gather)
}

/// Bytes of a proof, 32 for each point and scalar.
///
/// | | points | scalars |
/// |---|---|---|
/// | advice | a column | a query: current row; next row of the state and of the sums |
/// | instance | | 1 |
/// | fixed | | a column |
/// | lookup | 3 | 5 |
/// | permutation | a product | a column; 3 for a product, less 1 |
/// | vanishing | 1, and a piece of the quotient for each degree above 1 | 1 |
/// | opening | 1 | a set of points: here 5, or 4 for one product |
/// | inner product | 1 and 2k | 2 |
pub fn proof_bytes(shape: &Shape, k: u32) -> usize {
    let gather = usize::from(shape.gather);
    let products = products(permuted(shape));
    let advice = shape.advice() + shape.advice() + 3 + 1 + gather;
    let fixed = shape.width() + 7 + 2 + gather * (1 + shape.slots);
    let permutation = products + permuted(shape) + 3 * products - 1;
    let vanishing = 1 + (DEGREE - 1) + 1;
    // Current; current and next; current, next and last; previous and current.
    let sets = if products > 1 { 4 } else { 3 };
    let opening = 1 + sets + 1 + 2 * k as usize + 2;
    32 * (advice + 1 + fixed + 8 * shape.slots + permutation + vanishing + opening)
}

/// An estimate of the prover's work: sums over all points, Fourier transforms, and the inner
/// product's folding.
fn work(shape: &Shape, k: u32) -> f64 {
    let n = f64::from(1u32 << k.min(31));
    let full = 3 * shape.slots + products(permuted(shape)) + DEGREE + 2;
    let small = shape.advice();
    let transforms = (shape.advice() + full) as f64 * f64::from(k + 2) * 4.0 * 0.08;
    let gates = (shape.width() * 4) as f64 * 0.1;
    n * (24.0 * full as f64 + 4.0 * small as f64 + transforms + gates + 200.0)
}

impl Plan {
    /// The cheapest plan of a model.
    ///
    /// # Errors
    /// [`CircuitError::TooManyRows`] with the number of rows that the model needs at least, if none
    /// of the plans has at most `2^MAX_K`; [`CircuitError::TooMuchWork`] for a model for which none
    /// is looked for.
    pub fn cheapest(model: &AnalyzedModel) -> Result<Self, CircuitError> {
        let operations = model.model.operations();
        if operations > MAX_OPERATIONS {
            return Err(CircuitError::TooMuchWork { operations, most: MAX_OPERATIONS });
        }
        let slots = slots_needed(model);
        let fewest = slots.div_ceil(MOST_SLOTS);
        let too_many = || CircuitError::TooManyRows {
            needed: fewest.max(usable(MAX_K) + 1),
            most: (1usize << MAX_K) - UNUSABLE_ROWS,
        };
        if fewest >= usable(MAX_K) {
            return Err(too_many());
        }
        let candidates: Vec<(CircuitParams, Shape)> =
            candidates().map(|params| (params, shape_of(model, params))).collect();
        for within in [true, false] {
            for k in MIN_K..=MAX_K {
                let mut plausible = candidates.clone();
                // Those within the limit have failed before those beyond it are tried.
                plausible.retain(|(params, shape)| {
                    (proof_bytes(shape, k) <= PROOF_LIMIT) == within
                        && slots.div_ceil(params.slots) < usable(k)
                });
                plausible.sort_by(|(_, a), (_, b)| work(a, k).total_cmp(&work(b, k)));
                let first =
                    plausible.par_iter().find_map_first(|(params, _)| Self::of(model, *params, k));
                if let Some(plan) = first {
                    return Ok(plan);
                }
            }
        }
        Err(too_many())
    }

    /// The plan with these params, if it fits into `2^k` rows.
    pub fn of(model: &AnalyzedModel, params: CircuitParams, k: u32) -> Option<Self> {
        let program = compile::<Fp>(model, params, usable(k), true, None).ok()?;
        let (shape, table) = (program.shape, program.table_rows());
        // As with the program's own rows, `halo2_proofs` wants one row after the table, which it
        // fills the rest of the column from.
        if table >= usable(k) {
            return None;
        }
        let (proof_bytes, work) = (proof_bytes(&shape, k), work(&shape, k));
        Some(Self { params, shape, rows: program.count, table, k, proof_bytes, work })
    }
}

/// Rows of a circuit that a program can have.
fn usable(k: u32) -> usize {
    (1usize << k) - UNUSABLE_ROWS
}

/// A lower bound: each value of the input, each ReLU that is fused with a sum, and each comparison
/// under a pooling's window has a slot of its own. Counting ends where no circuit has so many.
fn slots_needed(model: &AnalyzedModel) -> usize {
    let sums = (0..model.nodes.len()).filter(|index| model.is_fused(*index));
    let relus = sums.filter_map(|index| model.nodes.get(index)).map(Vec::len).sum::<usize>();
    model.input.len() + relus + model.pooling_comparisons(MOST_SLOTS << MAX_K)
}

/// Combinations of params; of equally good ones, the first is taken.
fn candidates() -> impl Iterator<Item = CircuitParams> {
    let tiles = [3, 2, 1].into_iter();
    let bits = move |tile| [8, 10, 13].into_iter().map(move |bits| (tile, bits));
    let extras =
        move |(tile, bits)| [2, 3, 4, 6].into_iter().map(move |extras| (tile, bits, extras));
    let all = tiles.flat_map(bits).flat_map(extras).flat_map(|(tile, bits, extras)| {
        (1..=MOST_SLOTS).map(move |slots| CircuitParams { slots, extras, bits, tile })
    });
    all.filter(|params| {
        Shape { slots: params.slots, extras: params.extras, gather: false }.is_possible()
    })
}
