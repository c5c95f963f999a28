//! Weights of `pallet_timestamp`, measured by its benchmarks. Written by `scripts/weights`; do not
//! edit.
//!
//! Processor: AMD EPYC. Steps: 20, repeats: 10. Runtime in wasm, on the `dev` genesis.
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Measured weights of `pallet_timestamp`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_timestamp::WeightInfo for WeightInfo<T> {
    /// Storage: `Timestamp::Now` (r:1 w:1) Proof: `Timestamp::Now` (`max_values`: Some(1),
    /// `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`) Storage: `Aura::CurrentSlot` (r:1
    /// w:0) Proof: `Aura::CurrentSlot` (`max_values`: Some(1), `max_size`: Some(8), added: 503,
    /// mode: `MaxEncodedLen`)
    fn set() -> Weight {
        // Shortest of all runs: 13_711_000 picoseconds.
        Weight::from_parts(24_416_000, 1493)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn on_finalize() -> Weight {
        // Shortest of all runs: 2_254_000 picoseconds.
        Weight::from_parts(4_897_000, 0)
    }
}
