//! The cost of a model before anything is built: constraints, time and memory.
//!
//! | | from |
//! |---|---|
//! | constraints, variables, terms | [`Count`]: shapes and ranges, followed through the gadgets |
//! | rows and columns of Halo2 | [`Plan`](crate::halo2::plan::Plan), the layout's own cost model |
//! | memory | the sizes of matrices, keys, vectors and polynomials, added up |
//! | time | the number of steps of each kind times what one took on the machine of the table |
//!
//! Times and memory of models of all kinds, estimated and measured, by the example `estimates` on
//! two threads of an AMD EPYC (figures in `prover-client/docs/decisions/0016-calibration.md`):
//!
//! ```sh
//! cargo run -p zkml-prove --example estimates
//! ```
//!
//! Times are for that machine, divided among as many threads as there are; they compare candidates,
//! and are right up to the machine's own speed.

mod count;
mod groth16;
mod halo2;

pub use self::{
    count::Count,
    groth16::R1cs,
    halo2::{keys_memory, keys_seconds, proof_memory, proof_seconds},
};

/// Bytes that any work takes: the program, stacks, tables, what the allocator keeps.
const FIXED: u64 = 16 << 20;

/// The cost of some work.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// Seconds on the clock, with all threads of this process.
    pub seconds: f64,
    /// Bytes at its peak, with all that it works on.
    pub memory: u64,
}

/// Seconds on the clock for so many seconds of one thread, on the threads that this process uses.
fn on_all_threads(seconds: f64) -> f64 {
    seconds / rayon::current_num_threads().max(1) as f64
}
