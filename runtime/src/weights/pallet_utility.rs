//! Weights of `pallet_utility`, measured by its benchmarks. Written by `scripts/weights`; do not
//! edit.
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
        // Shortest of all runs: 19_088_000 picoseconds.
        Weight::from_parts(83_666_117, 0)
            // Standard error: 203_593
            .saturating_add(Weight::from_parts(8_019_435, 0).saturating_mul(c.into()))
    }
    fn as_derivative() -> Weight {
        // Shortest of all runs: 10_275_000 picoseconds.
        Weight::from_parts(12_238_000, 0)
    }
    /// The range of component `c` is `[0, 1000]`.
    fn batch_all(c: u32, ) -> Weight {
        // Shortest of all runs: 10_706_000 picoseconds.
        Weight::from_parts(294_775_884, 0)
            // Standard error: 176_838
            .saturating_add(Weight::from_parts(7_543_605, 0).saturating_mul(c.into()))
    }
    fn dispatch_as() -> Weight {
        // Shortest of all runs: 14_492_000 picoseconds.
        Weight::from_parts(17_706_000, 0)
    }
    /// The range of component `c` is `[0, 1000]`.
    fn force_batch(c: u32, ) -> Weight {
        // Shortest of all runs: 24_646_000 picoseconds.
        Weight::from_parts(532_556_182, 0)
            // Standard error: 242_925
            .saturating_add(Weight::from_parts(9_215_537, 0).saturating_mul(c.into()))
    }
    fn dispatch_as_fallible() -> Weight {
        // Shortest of all runs: 14_562_000 picoseconds.
        Weight::from_parts(22_955_000, 0)
    }
    fn if_else() -> Weight {
        // Shortest of all runs: 18_488_000 picoseconds.
        Weight::from_parts(27_902_000, 0)
    }
}
