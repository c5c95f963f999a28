//! Weights of `pallet_balances`, measured by its benchmarks. Written by `scripts/weights`; do not
//! edit.
//!
//! Processor: AMD EPYC. Steps: 20, repeats: 10. Runtime in wasm, on the `dev` genesis.
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Measured weights of `pallet_balances`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_balances::WeightInfo for WeightInfo<T> {
    /// Storage: `System::Account` (r:1 w:1) Proof: `System::Account` (`max_values`: None,
    /// `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn transfer_allow_death() -> Weight {
        // Shortest of all runs: 111_446_000 picoseconds.
        Weight::from_parts(185_376_000, 3593)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `System::Account` (r:1 w:1) Proof: `System::Account` (`max_values`: None,
    /// `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn transfer_keep_alive() -> Weight {
        // Shortest of all runs: 88_732_000 picoseconds.
        Weight::from_parts(146_448_000, 3593)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `System::Account` (r:1 w:1) Proof: `System::Account` (`max_values`: None,
    /// `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn force_set_balance_creating() -> Weight {
        // Shortest of all runs: 44_106_000 picoseconds.
        Weight::from_parts(67_180_000, 3593)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `System::Account` (r:1 w:1) Proof: `System::Account` (`max_values`: None,
    /// `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn force_set_balance_killing() -> Weight {
        // Shortest of all runs: 43_985_000 picoseconds.
        Weight::from_parts(60_160_000, 3593)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `System::Account` (r:2 w:2) Proof: `System::Account` (`max_values`: None,
    /// `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn force_transfer() -> Weight {
        // Shortest of all runs: 113_309_000 picoseconds.
        Weight::from_parts(192_948_000, 6196)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    /// Storage: `System::Account` (r:1 w:1) Proof: `System::Account` (`max_values`: None,
    /// `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn transfer_all() -> Weight {
        // Shortest of all runs: 109_644_000 picoseconds.
        Weight::from_parts(179_237_000, 3593)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `System::Account` (r:1 w:1) Proof: `System::Account` (`max_values`: None,
    /// `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn force_unreserve() -> Weight {
        // Shortest of all runs: 36_434_000 picoseconds.
        Weight::from_parts(40_370_000, 3593)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `System::Account` (r:1000 w:1000) Proof: `System::Account` (`max_values`: None,
    /// `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`) The range of component `u` is
    /// `[1, 1000]`.
    fn upgrade_accounts(u: u32, ) -> Weight {
        // Shortest of all runs: 56_674_000 picoseconds.
        Weight::from_parts(57_075_000, 990)
            // Standard error: 609_503
            .saturating_add(Weight::from_parts(42_177_314, 0).saturating_mul(u.into()))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(u.into())))
            .saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(u.into())))
            .saturating_add(Weight::from_parts(0, 2603).saturating_mul(u.into()))
    }
    fn force_adjust_total_issuance() -> Weight {
        // Shortest of all runs: 12_799_000 picoseconds.
        Weight::from_parts(24_236_000, 0)
    }
    fn burn_allow_death() -> Weight {
        // Shortest of all runs: 72_177_000 picoseconds.
        Weight::from_parts(120_088_000, 0)
    }
    fn burn_keep_alive() -> Weight {
        // Shortest of all runs: 46_870_000 picoseconds.
        Weight::from_parts(83_845_000, 0)
    }
}
