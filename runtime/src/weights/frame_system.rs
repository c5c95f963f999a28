//! Weights of `frame_system`, measured by its benchmarks. Written by `scripts/weights`; do not
//! edit.
//!
//! Processor: AMD EPYC. Steps: 20, repeats: 10. Runtime in wasm, on the `dev` genesis.
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Measured weights of `frame_system`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> frame_system::WeightInfo for WeightInfo<T> {
    /// The range of component `b` is `[0, 3932160]`.
    fn remark(b: u32, ) -> Weight {
        // Shortest of all runs: 9_744_000 picoseconds.
        Weight::from_parts(90_709_981, 0)
            // Standard error: 9
            .saturating_add(Weight::from_parts(692, 0).saturating_mul(b.into()))
    }
    /// The range of component `b` is `[0, 3932160]`.
    fn remark_with_event(b: u32, ) -> Weight {
        // Shortest of all runs: 18_167_000 picoseconds.
        Weight::from_parts(19_325_171, 0)
            // Standard error: 14
            .saturating_add(Weight::from_parts(1_862, 0).saturating_mul(b.into()))
    }
    /// Storage: UNKNOWN KEY `0x3a686561707061676573` (r:0 w:1)
    /// Proof: UNKNOWN KEY `0x3a686561707061676573` (r:0 w:1)
    fn set_heap_pages() -> Weight {
        // Shortest of all runs: 9_394_000 picoseconds.
        Weight::from_parts(18_678_000, 0)
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Migrations::Cursor` (r:1 w:0) Proof: `Migrations::Cursor` (`max_values`: Some(1),
    /// `max_size`: Some(65550), added: 66045, mode: `MaxEncodedLen`) Storage: UNKNOWN KEY
    /// `0x3a636f6465` (r:0 w:1) Proof: UNKNOWN KEY `0x3a636f6465` (r:0 w:1)
    fn set_code() -> Weight {
        // Shortest of all runs: 168_230_864_000 picoseconds.
        Weight::from_parts(178_931_440_000, 67035)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Skipped::Metadata` (r:0 w:0)
    /// Proof: `Skipped::Metadata` (`max_values`: None, `max_size`: None, mode: `Measured`)
    /// The range of component `i` is `[0, 1000]`.
    fn set_storage(i: u32, ) -> Weight {
        // Shortest of all runs: 11_327_000 picoseconds.
        Weight::from_parts(12_579_000, 0)
            // Standard error: 10_890
            .saturating_add(Weight::from_parts(2_293_932, 0).saturating_mul(i.into()))
            .saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(i.into())))
    }
    /// Storage: `Skipped::Metadata` (r:0 w:0)
    /// Proof: `Skipped::Metadata` (`max_values`: None, `max_size`: None, mode: `Measured`)
    /// The range of component `i` is `[0, 1000]`.
    fn kill_storage(i: u32, ) -> Weight {
        // Shortest of all runs: 8_783_000 picoseconds.
        Weight::from_parts(9_143_000, 0)
            // Standard error: 19_818
            .saturating_add(Weight::from_parts(1_582_779, 0).saturating_mul(i.into()))
            .saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(i.into())))
    }
    /// Storage: `Skipped::Metadata` (r:0 w:0)
    /// Proof: `Skipped::Metadata` (`max_values`: None, `max_size`: None, mode: `Measured`)
    /// The range of component `p` is `[0, 1000]`.
    fn kill_prefix(p: u32, ) -> Weight {
        // Shortest of all runs: 15_774_000 picoseconds.
        Weight::from_parts(16_525_000, 49)
            // Standard error: 36_459
            .saturating_add(Weight::from_parts(3_111_683, 0).saturating_mul(p.into()))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
            .saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(p.into())))
            .saturating_add(Weight::from_parts(0, 70).saturating_mul(p.into()))
    }
    /// Storage: `System::AuthorizedUpgrade` (r:0 w:1) Proof: `System::AuthorizedUpgrade`
    /// (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
    fn authorize_upgrade() -> Weight {
        // Shortest of all runs: 52_708_000 picoseconds.
        Weight::from_parts(62_633_000, 0)
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `System::AuthorizedUpgrade` (r:1 w:1) Proof: `System::AuthorizedUpgrade`
    /// (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`) Storage:
    /// `Migrations::Cursor` (r:1 w:0) Proof: `Migrations::Cursor` (`max_values`: Some(1),
    /// `max_size`: Some(65550), added: 66045, mode: `MaxEncodedLen`) Storage: UNKNOWN KEY
    /// `0x3a636f6465` (r:0 w:1) Proof: UNKNOWN KEY `0x3a636f6465` (r:0 w:1)
    fn apply_authorized_upgrade() -> Weight {
        // Shortest of all runs: 168_927_903_000 picoseconds.
        Weight::from_parts(181_229_913_000, 67035)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
}
