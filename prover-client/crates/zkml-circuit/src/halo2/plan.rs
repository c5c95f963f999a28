//! The cost model: which columns, lookup width and tile make the cheapest circuit of a model.
//!
//! Every candidate is compiled without rows, only to be counted. From rows and table comes `k`, from `k` and the shape
//! the proof's size and an estimate of the work. The choice is, in this order: a proof within [`PROOF_LIMIT`], the smallest `k`
//! (a verifier's work is one multiplication of `2^k` points), the least estimated work of the prover.

use rayon::prelude::*;

use super::{
    columns::{DEGREE, UNUSABLE_ROWS},
    compile::{Analysed, Knobs, compile},
    machine::Shape,
};

/// Largest circuit: `2^15` rows.
pub const MAX_K: u32 = 15;
/// Smallest circuit that is made.
pub const MIN_K: u32 = 6;
/// Bytes of a proof that a smaller `k` must not exceed.
pub const PROOF_LIMIT: usize = 6144;

/// A candidate's cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// What was chosen.
    pub knobs: Knobs,
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

/// An estimate of the prover's work: sums over all points, Fourier transforms, and the inner product's folding.
fn work(shape: &Shape, k: u32) -> f64 {
    let n = f64::from(1u32 << k.min(31));
    let full = 3 * shape.slots + products(permuted(shape)) + DEGREE + 2;
    let small = shape.advice();
    let transforms = (shape.advice() + full) as f64 * f64::from(k + 2) * 4.0 * 0.08;
    let gates = (shape.width() * 4) as f64 * 0.1;
    n * (24.0 * full as f64 + 4.0 * small as f64 + transforms + gates + 200.0)
}

impl Plan {
    /// The cheapest plan of a model; `None` if none has at most `2^MAX_K` rows.
    pub fn cheapest(model: &Analysed) -> Option<Self> {
        let plans: Vec<Plan> =
            candidates().into_par_iter().filter_map(|knobs| Self::of(model, knobs)).collect();
        plans.into_iter().min_by(|a, b| {
            let key = |plan: &Plan| (plan.proof_bytes > PROOF_LIMIT, plan.k);
            key(a).cmp(&key(b)).then(a.work.total_cmp(&b.work)).then(a.proof_bytes.cmp(&b.proof_bytes))
        })
    }

    /// The plan with these knobs, if it fits.
    pub fn of(model: &Analysed, knobs: Knobs) -> Option<Self> {
        let program = compile(model, knobs, (1 << MAX_K) - UNUSABLE_ROWS, true, None).ok()?;
        let table = program.table_rows();
        let needed = program.count.max(table) + UNUSABLE_ROWS;
        let k = needed.next_power_of_two().trailing_zeros().max(MIN_K);
        if k > MAX_K {
            return None;
        }
        let shape = program.shape;
        let (proof_bytes, work) = (proof_bytes(&shape, k), work(&shape, k));
        Some(Self { knobs, shape, rows: program.count, table, k, proof_bytes, work })
    }
}

fn candidates() -> Vec<Knobs> {
    let mut out = Vec::new();
    for slots in [1, 2, 3, 4, 5, 6, 8] {
        for extras in [2, 3, 4, 6] {
            for bits in [8, 10, 13] {
                for tile in [1, 2, 3] {
                    out.push(Knobs { slots, extras, bits, tile });
                }
            }
        }
    }
    out.retain(|knobs| Shape { slots: knobs.slots, extras: knobs.extras, gather: false }.is_possible());
    out
}
