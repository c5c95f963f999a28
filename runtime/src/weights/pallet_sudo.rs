//! Weights of `pallet_sudo`, measured by its benchmarks. Written by `scripts/weights`; do not edit.
//!
//! Processor: AMD EPYC. Steps: 20, repeats: 10. Runtime in wasm, on the `dev` genesis.
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Measured weights of `pallet_sudo`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_sudo::WeightInfo for WeightInfo<T> {
    /// Storage: `Sudo::Key` (r:1 w:1) Proof: `Sudo::Key` (`max_values`: Some(1), `max_size`:
    /// Some(32), added: 527, mode: `MaxEncodedLen`)
    fn set_key() -> Weight {
        // Shortest of all runs: 17_856_000 picoseconds.
        Weight::from_parts(28_403_000, 1517)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Sudo::Key` (r:1 w:0) Proof: `Sudo::Key` (`max_values`: Some(1), `max_size`:
    /// Some(32), added: 527, mode: `MaxEncodedLen`)
    fn sudo() -> Weight {
        // Shortest of all runs: 19_930_000 picoseconds.
        Weight::from_parts(32_158_000, 1517)
            .saturating_add(T::DbWeight::get().reads(1_u64))
    }
    /// Storage: `Sudo::Key` (r:1 w:0) Proof: `Sudo::Key` (`max_values`: Some(1), `max_size`:
    /// Some(32), added: 527, mode: `MaxEncodedLen`)
    fn sudo_as() -> Weight {
        // Shortest of all runs: 20_260_000 picoseconds.
        Weight::from_parts(25_478_000, 1517)
            .saturating_add(T::DbWeight::get().reads(1_u64))
    }
    /// Storage: `Sudo::Key` (r:1 w:1) Proof: `Sudo::Key` (`max_values`: Some(1), `max_size`:
    /// Some(32), added: 527, mode: `MaxEncodedLen`)
    fn remove_key() -> Weight {
        // Shortest of all runs: 16_925_000 picoseconds.
        Weight::from_parts(35_433_000, 1517)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Sudo::Key` (r:1 w:0) Proof: `Sudo::Key` (`max_values`: Some(1), `max_size`:
    /// Some(32), added: 527, mode: `MaxEncodedLen`)
    fn check_only_sudo_account() -> Weight {
        // Shortest of all runs: 9_604_000 picoseconds.
        Weight::from_parts(11_077_000, 1517)
            .saturating_add(T::DbWeight::get().reads(1_u64))
    }
}
