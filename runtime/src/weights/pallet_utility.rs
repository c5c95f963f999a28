//! Weights of `pallet_utility`, measured by its benchmarks. Written by `scripts/weights`; do not edit.
//!
//! Processor: AMD EPYC. Steps: 20, repeats: 10. Runtime in wasm, on the `dev` genesis.
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Measured weights of `pallet_utility`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_utility::WeightInfo for WeightInfo<T> {
    /// The range of component `c` is `[0, 1000]`.
    fn batch(c: u32, ) -> Weight {
        // Shortest of all runs: 10_115_000 picoseconds.
        Weight::from_parts(3_979_135, 0)
            // Standard error: 12_323
            .saturating_add(Weight::from_parts(6_451_349, 0).saturating_mul(c.into()))
    }
    fn as_derivative() -> Weight {
        // Shortest of all runs: 10_095_000 picoseconds.
        Weight::from_parts(11_077_000, 0)
    }
    /// The range of component `c` is `[0, 1000]`.
    fn batch_all(c: u32, ) -> Weight {
        // Shortest of all runs: 10_315_000 picoseconds.
        Weight::from_parts(6_696_644, 0)
            // Standard error: 11_889
            .saturating_add(Weight::from_parts(6_982_733, 0).saturating_mul(c.into()))
    }
    fn dispatch_as() -> Weight {
        // Shortest of all runs: 14_201_000 picoseconds.
        Weight::from_parts(15_463_000, 0)
    }
    /// The range of component `c` is `[0, 1000]`.
    fn force_batch(c: u32, ) -> Weight {
        // Shortest of all runs: 10_245_000 picoseconds.
        Weight::from_parts(16_336_454, 0)
            // Standard error: 9_808
            .saturating_add(Weight::from_parts(6_265_849, 0).saturating_mul(c.into()))
    }
    fn dispatch_as_fallible() -> Weight {
        // Shortest of all runs: 13_911_000 picoseconds.
        Weight::from_parts(15_603_000, 0)
    }
    fn if_else() -> Weight {
        // Shortest of all runs: 17_987_000 picoseconds.
        Weight::from_parts(19_459_000, 0)
    }
}
