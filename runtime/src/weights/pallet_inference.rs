//! Weights of `pallet_inference`, measured by its benchmarks. Written by `scripts/weights`; do not edit.
//!
//! Processor: AMD EPYC. Steps: 20, repeats: 5. Runtime in wasm, on the `dev` genesis.
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Measured weights of `pallet_inference`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_inference::WeightInfo for WeightInfo<T> {
    /// Storage: `Inference::NextModelId` (r:1 w:1)
    /// Proof: `Inference::NextModelId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:1 w:1)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Models` (r:0 w:1)
    /// Proof: `Inference::Models` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    /// Storage: `Inference::ModelVersions` (r:0 w:1)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`)
    fn register_model_groth16() -> Weight {
        // Shortest of all runs: 2_210_602_000 picoseconds.
        Weight::from_parts(2_326_285_000, 52694)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    /// Storage: `Inference::Models` (r:1 w:1)
    /// Proof: `Inference::Models` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:1 w:1)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `Inference::ModelVersions` (r:0 w:1)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`)
    fn add_version_groth16() -> Weight {
        // Shortest of all runs: 2_211_553_000 picoseconds.
        Weight::from_parts(2_308_959_000, 52694)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `Inference::NextModelId` (r:1 w:1)
    /// Proof: `Inference::NextModelId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:1 w:1)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Models` (r:0 w:1)
    /// Proof: `Inference::Models` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    /// Storage: `Inference::ModelVersions` (r:0 w:1)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`)
    fn register_model_halo2() -> Weight {
        // Shortest of all runs: 15_365_653_000 picoseconds.
        Weight::from_parts(15_821_991_000, 52694)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    /// Storage: `Inference::Models` (r:1 w:1)
    /// Proof: `Inference::Models` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:1 w:1)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `Inference::ModelVersions` (r:0 w:1)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`)
    fn add_version_halo2() -> Weight {
        // Shortest of all runs: 15_404_710_000 picoseconds.
        Weight::from_parts(15_702_884_000, 52694)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `Inference::Models` (r:1 w:0)
    /// Proof: `Inference::Models` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    /// Storage: `Inference::ModelVersions` (r:1 w:1)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:1 w:1)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    fn retire_version() -> Weight {
        // Shortest of all runs: 160_549_000 picoseconds.
        Weight::from_parts(178_075_000, 52694)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:1 w:1)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    fn bond() -> Weight {
        // Shortest of all runs: 109_483_000 picoseconds.
        Weight::from_parts(113_309_000, 3739)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:1 w:1)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    fn bond_extra() -> Weight {
        // Shortest of all runs: 114_470_000 picoseconds.
        Weight::from_parts(119_078_000, 3739)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    fn unbond() -> Weight {
        // Shortest of all runs: 28_673_000 picoseconds.
        Weight::from_parts(34_040_000, 3739)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:1 w:1)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    fn withdraw_unbonded() -> Weight {
        // Shortest of all runs: 96_794_000 picoseconds.
        Weight::from_parts(102_362_000, 3739)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    fn set_encryption_key() -> Weight {
        // Shortest of all runs: 25_768_000 picoseconds.
        Weight::from_parts(28_503_000, 3739)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::ModelVersions` (r:1 w:0)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:16 w:0)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:1 w:1)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `Inference::NextJobId` (r:1 w:1)
    /// Proof: `Inference::NextJobId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Inference::OpenJobs` (r:0 w:1)
    /// Proof: `Inference::OpenJobs` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Jobs` (r:0 w:1)
    /// Proof: `Inference::Jobs` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Payloads` (r:0 w:1)
    /// Proof: `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`)
    /// The range of component `p` is `[0, 4096]`.
    /// The range of component `n` is `[0, 16]`.
    fn request(p: u32, n: u32, ) -> Weight {
        // Shortest of all runs: 325_334_000 picoseconds.
        Weight::from_parts(253_866_987, 52694)
            // Standard error: 7_577
            .saturating_add(Weight::from_parts(33_994, 0).saturating_mul(p.into()))
            // Standard error: 1_871_234
            .saturating_add(Weight::from_parts(9_220_944, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(6_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(7_u64))
            .saturating_add(Weight::from_parts(0, 2749).saturating_mul(n.into()))
    }
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Jobs` (r:1 w:1)
    /// Proof: `Inference::Jobs` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:17 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:2 w:2)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `Inference::ModelVersions` (r:1 w:0)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`)
    /// Storage: `Inference::OpenJobs` (r:0 w:1)
    /// Proof: `Inference::OpenJobs` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Payloads` (r:0 w:1)
    /// Proof: `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Claims` (r:0 w:1)
    /// Proof: `Inference::Claims` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    /// The range of component `p` is `[0, 4096]`.
    /// The range of component `n` is `[0, 16]`.
    fn redirect(p: u32, n: u32, ) -> Weight {
        // Shortest of all runs: 221_510_000 picoseconds.
        Weight::from_parts(208_979_692, 6196)
            // Standard error: 5_579
            .saturating_add(Weight::from_parts(17_005, 0).saturating_mul(p.into()))
            // Standard error: 1_377_759
            .saturating_add(Weight::from_parts(13_104_985, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(8_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(9_u64))
            .saturating_add(Weight::from_parts(0, 2749).saturating_mul(n.into()))
    }
    /// Storage: `Inference::Jobs` (r:1 w:1)
    /// Proof: `Inference::Jobs` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:1 w:1)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `Inference::OpenJobs` (r:0 w:1)
    /// Proof: `Inference::OpenJobs` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Payloads` (r:0 w:1)
    /// Proof: `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`)
    fn cancel() -> Weight {
        // Shortest of all runs: 232_366_000 picoseconds.
        Weight::from_parts(245_135_000, 52694)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    /// Storage: `Inference::Jobs` (r:1 w:1)
    /// Proof: `Inference::Jobs` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Inference::ModelVersions` (r:1 w:0)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `Inference::OpenJobs` (r:0 w:1)
    /// Proof: `Inference::OpenJobs` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Claims` (r:0 w:1)
    /// Proof: `Inference::Claims` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn claim() -> Weight {
        // Shortest of all runs: 68_692_000 picoseconds.
        Weight::from_parts(76_464_000, 4280)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `Inference::Jobs` (r:1 w:1)
    /// Proof: `Inference::Jobs` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `System::BlockHash` (r:1 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Models` (r:1 w:0)
    /// Proof: `Inference::Models` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:3 w:3)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Receipts` (r:0 w:1)
    /// Proof: `Inference::Receipts` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Payloads` (r:0 w:1)
    /// Proof: `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Claims` (r:0 w:1)
    /// Proof: `Inference::Claims` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn submit_groth16() -> Weight {
        // Shortest of all runs: 5_528_262_000 picoseconds.
        Weight::from_parts(5_712_868_000, 52694)
            .saturating_add(T::DbWeight::get().reads(10_u64))
            .saturating_add(T::DbWeight::get().writes(10_u64))
    }
    /// Storage: `Inference::Jobs` (r:1 w:1)
    /// Proof: `Inference::Jobs` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `System::BlockHash` (r:1 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:2 w:2)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Payloads` (r:0 w:1)
    /// Proof: `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Claims` (r:0 w:1)
    /// Proof: `Inference::Claims` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn submit_groth16_rejected() -> Weight {
        // Shortest of all runs: 5_382_636_000 picoseconds.
        Weight::from_parts(5_763_063_000, 52694)
            .saturating_add(T::DbWeight::get().reads(8_u64))
            .saturating_add(T::DbWeight::get().writes(9_u64))
    }
    /// Storage: `Inference::Jobs` (r:1 w:1)
    /// Proof: `Inference::Jobs` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `System::BlockHash` (r:1 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    /// Storage: `Inference::LagrangeGenerators` (r:1 w:0)
    /// Proof: `Inference::LagrangeGenerators` (`max_values`: None, `max_size`: Some(2091), added: 4566, mode: `MaxEncodedLen`)
    /// Storage: `Inference::GeneratorChunks` (r:1 w:0)
    /// Proof: `Inference::GeneratorChunks` (`max_values`: None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Models` (r:1 w:0)
    /// Proof: `Inference::Models` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:3 w:3)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Receipts` (r:0 w:1)
    /// Proof: `Inference::Receipts` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Payloads` (r:0 w:1)
    /// Proof: `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Claims` (r:0 w:1)
    /// Proof: `Inference::Claims` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    /// The range of component `b` is `[1472, 8032]`.
    fn submit_halo2(b: u32, ) -> Weight {
        // Shortest of all runs: 10_265_477_000 picoseconds.
        Weight::from_parts(19_916_072_305, 70041)
            // Standard error: 248_555
            .saturating_add(Weight::from_parts(363_499, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(12_u64))
            .saturating_add(T::DbWeight::get().writes(10_u64))
    }
    /// Storage: `Inference::Jobs` (r:1 w:1)
    /// Proof: `Inference::Jobs` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `System::BlockHash` (r:1 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    /// Storage: `Inference::LagrangeGenerators` (r:1 w:0)
    /// Proof: `Inference::LagrangeGenerators` (`max_values`: None, `max_size`: Some(2091), added: 4566, mode: `MaxEncodedLen`)
    /// Storage: `Inference::GeneratorChunks` (r:1 w:0)
    /// Proof: `Inference::GeneratorChunks` (`max_values`: None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:2 w:2)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Payloads` (r:0 w:1)
    /// Proof: `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Claims` (r:0 w:1)
    /// Proof: `Inference::Claims` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    /// The range of component `b` is `[1472, 8032]`.
    fn submit_halo2_rejected(b: u32, ) -> Weight {
        // Shortest of all runs: 9_492_216_000 picoseconds.
        Weight::from_parts(19_018_389_960, 70041)
            // Standard error: 354_272
            .saturating_add(Weight::from_parts(1_053_330, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(10_u64))
            .saturating_add(T::DbWeight::get().writes(9_u64))
    }
    /// Storage: `Inference::Jobs` (r:1 w:0)
    /// Proof: `Inference::Jobs` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:0)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:0)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    fn submit_refused() -> Weight {
        // Shortest of all runs: 53_600_000 picoseconds.
        Weight::from_parts(59_959_000, 52694)
            .saturating_add(T::DbWeight::get().reads(3_u64))
    }
    /// Storage: `Inference::Jobs` (r:1 w:1)
    /// Proof: `Inference::Jobs` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:2 w:2)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Payloads` (r:0 w:1)
    /// Proof: `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Claims` (r:0 w:1)
    /// Proof: `Inference::Claims` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn expire() -> Weight {
        // Shortest of all runs: 323_682_000 picoseconds.
        Weight::from_parts(331_253_000, 52694)
            .saturating_add(T::DbWeight::get().reads(7_u64))
            .saturating_add(T::DbWeight::get().writes(9_u64))
    }
    /// Storage: `Inference::ModelVersions` (r:1 w:0)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:0)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Attestations` (r:1 w:1)
    /// Proof: `Inference::Attestations` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:0)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `System::BlockHash` (r:1 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:1 w:1)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `Inference::NextJobId` (r:1 w:1)
    /// Proof: `Inference::NextJobId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Receipts` (r:0 w:1)
    /// Proof: `Inference::Receipts` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
    fn attest_groth16() -> Weight {
        // Shortest of all runs: 5_240_964_000 picoseconds.
        Weight::from_parts(5_412_199_000, 52694)
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `Inference::ModelVersions` (r:1 w:0)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:0)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Attestations` (r:1 w:0)
    /// Proof: `Inference::Attestations` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `System::BlockHash` (r:1 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:1 w:1)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn attest_groth16_rejected() -> Weight {
        // Shortest of all runs: 5_175_648_000 picoseconds.
        Weight::from_parts(5_413_652_000, 52694)
            .saturating_add(T::DbWeight::get().reads(8_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Inference::ModelVersions` (r:1 w:0)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:0)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Attestations` (r:1 w:1)
    /// Proof: `Inference::Attestations` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:0)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `System::BlockHash` (r:1 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    /// Storage: `Inference::LagrangeGenerators` (r:1 w:0)
    /// Proof: `Inference::LagrangeGenerators` (`max_values`: None, `max_size`: Some(2091), added: 4566, mode: `MaxEncodedLen`)
    /// Storage: `Inference::GeneratorChunks` (r:1 w:0)
    /// Proof: `Inference::GeneratorChunks` (`max_values`: None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:1 w:1)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `Inference::NextJobId` (r:1 w:1)
    /// Proof: `Inference::NextJobId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Receipts` (r:0 w:1)
    /// Proof: `Inference::Receipts` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
    /// The range of component `b` is `[1472, 8032]`.
    fn attest_halo2(_b: u32, ) -> Weight {
        // Shortest of all runs: 11_187_190_000 picoseconds.
        Weight::from_parts(24_662_616_226, 70041)
            .saturating_add(T::DbWeight::get().reads(11_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `Inference::ModelVersions` (r:1 w:0)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:0)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Attestations` (r:1 w:0)
    /// Proof: `Inference::Attestations` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `System::BlockHash` (r:1 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    /// Storage: `Inference::LagrangeGenerators` (r:1 w:0)
    /// Proof: `Inference::LagrangeGenerators` (`max_values`: None, `max_size`: Some(2091), added: 4566, mode: `MaxEncodedLen`)
    /// Storage: `Inference::GeneratorChunks` (r:1 w:0)
    /// Proof: `Inference::GeneratorChunks` (`max_values`: None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:1 w:1)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// The range of component `b` is `[1472, 8032]`.
    fn attest_halo2_rejected(b: u32, ) -> Weight {
        // Shortest of all runs: 9_445_010_000 picoseconds.
        Weight::from_parts(17_318_641_651, 70041)
            // Standard error: 177_199
            .saturating_add(Weight::from_parts(384_378, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(10_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Inference::ModelVersions` (r:1 w:0)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:0)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Attestations` (r:1 w:0)
    /// Proof: `Inference::Attestations` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:0)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    fn attest_refused() -> Weight {
        // Shortest of all runs: 59_819_000 picoseconds.
        Weight::from_parts(65_418_000, 52694)
            .saturating_add(T::DbWeight::get().reads(5_u64))
    }
    /// Storage: `Inference::Jobs` (r:32 w:32)
    /// Proof: `Inference::Jobs` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `System::BlockHash` (r:1 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Models` (r:1 w:0)
    /// Proof: `Inference::Models` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:3 w:3)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Receipts` (r:0 w:32)
    /// Proof: `Inference::Receipts` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Payloads` (r:0 w:32)
    /// Proof: `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Claims` (r:0 w:32)
    /// Proof: `Inference::Claims` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    /// The range of component `n` is `[1, 32]`.
    fn submit_batch_groth16(n: u32, ) -> Weight {
        // Shortest of all runs: 5_497_817_000 picoseconds.
        Weight::from_parts(4_765_531_038, 52694)
            // Standard error: 33_671_323
            .saturating_add(Weight::from_parts(1_816_382_208, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(6_u64))
            .saturating_add(T::DbWeight::get().writes((4_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 3290).saturating_mul(n.into()))
    }
    /// Storage: `Inference::Jobs` (r:32 w:32)
    /// Proof: `Inference::Jobs` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `System::BlockHash` (r:1 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:2 w:2)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Payloads` (r:0 w:32)
    /// Proof: `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Claims` (r:0 w:32)
    /// Proof: `Inference::Claims` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    /// The range of component `n` is `[1, 32]`.
    fn submit_batch_groth16_rejected(n: u32, ) -> Weight {
        // Shortest of all runs: 5_319_111_000 picoseconds.
        Weight::from_parts(4_522_456_306, 52694)
            // Standard error: 26_183_774
            .saturating_add(Weight::from_parts(1_778_311_828, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(7_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(6_u64))
            .saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 3290).saturating_mul(n.into()))
    }
    /// Storage: `Inference::Jobs` (r:32 w:32)
    /// Proof: `Inference::Jobs` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `System::BlockHash` (r:1 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    /// Storage: `Inference::LagrangeGenerators` (r:1 w:0)
    /// Proof: `Inference::LagrangeGenerators` (`max_values`: None, `max_size`: Some(2091), added: 4566, mode: `MaxEncodedLen`)
    /// Storage: `Inference::GeneratorChunks` (r:1 w:0)
    /// Proof: `Inference::GeneratorChunks` (`max_values`: None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Models` (r:1 w:0)
    /// Proof: `Inference::Models` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:3 w:3)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Receipts` (r:0 w:32)
    /// Proof: `Inference::Receipts` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Payloads` (r:0 w:32)
    /// Proof: `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Claims` (r:0 w:32)
    /// Proof: `Inference::Claims` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    /// The range of component `n` is `[1, 32]`.
    fn submit_batch_halo2(n: u32, ) -> Weight {
        // Shortest of all runs: 17_925_028_000 picoseconds.
        Weight::from_parts(10_963_515_095, 70041)
            // Standard error: 51_908_093
            .saturating_add(Weight::from_parts(10_794_205_706, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(11_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(6_u64))
            .saturating_add(T::DbWeight::get().writes((4_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 3290).saturating_mul(n.into()))
    }
    /// Storage: `Inference::Jobs` (r:32 w:32)
    /// Proof: `Inference::Jobs` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// Storage: `System::BlockHash` (r:1 w:0)
    /// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    /// Storage: `Inference::LagrangeGenerators` (r:1 w:0)
    /// Proof: `Inference::LagrangeGenerators` (`max_values`: None, `max_size`: Some(2091), added: 4566, mode: `MaxEncodedLen`)
    /// Storage: `Inference::GeneratorChunks` (r:1 w:0)
    /// Proof: `Inference::GeneratorChunks` (`max_values`: None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:2 w:2)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:2 w:2)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Payloads` (r:0 w:32)
    /// Proof: `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Claims` (r:0 w:32)
    /// Proof: `Inference::Claims` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    /// The range of component `n` is `[1, 32]`.
    fn submit_batch_halo2_rejected(n: u32, ) -> Weight {
        // Shortest of all runs: 17_567_821_000 picoseconds.
        Weight::from_parts(11_204_933_609, 70041)
            // Standard error: 102_298_693
            .saturating_add(Weight::from_parts(10_731_767_349, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(6_u64))
            .saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 3290).saturating_mul(n.into()))
    }
    /// Storage: `Inference::Jobs` (r:32 w:0)
    /// Proof: `Inference::Jobs` (`max_values`: None, `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Provers` (r:1 w:0)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `Inference::VerifyingKeys` (r:1 w:0)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`)
    /// The range of component `n` is `[0, 32]`.
    fn submit_batch_refused(n: u32, ) -> Weight {
        // Shortest of all runs: 13_871_000 picoseconds.
        Weight::from_parts(55_895_378, 52694)
            // Standard error: 163_925
            .saturating_add(Weight::from_parts(11_307_574, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 3290).saturating_mul(n.into()))
    }
    /// Storage: `Inference::GeneratorChunks` (r:32 w:0)
    /// Proof: `Inference::GeneratorChunks` (`max_values`: None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`)
    /// The range of component `c` is `[0, 31]`.
    fn halo2_chunks(c: u32, ) -> Weight {
        // Shortest of all runs: 791_000 picoseconds.
        Weight::from_parts(821_000, 70041)
            // Standard error: 63_325_545
            .saturating_add(Weight::from_parts(8_273_434_115, 0).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(c.into())))
            .saturating_add(Weight::from_parts(0, 69051).saturating_mul(c.into()))
    }
    /// The range of component `c` is `[0, 992]`.
    fn halo2_coefficients(c: u32, ) -> Weight {
        // Shortest of all runs: 401_000 picoseconds.
        Weight::from_parts(420_000, 0)
            // Standard error: 109_494
            .saturating_add(Weight::from_parts(182_947_410, 0).saturating_mul(c.into()))
    }
    /// Storage: `Inference::GeneratorChunks` (r:1 w:1)
    /// Proof: `Inference::GeneratorChunks` (`max_values`: None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`)
    fn upload_generators() -> Weight {
        // Shortest of all runs: 508_107_000 picoseconds.
        Weight::from_parts(535_998_000, 70041)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Inference::Receipts` (r:1 w:1)
    /// Proof: `Inference::Receipts` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    /// Storage: `System::Account` (r:1 w:1)
    /// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    /// Storage: `Balances::Holds` (r:1 w:1)
    /// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Attestations` (r:0 w:1)
    /// Proof: `Inference::Attestations` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
    fn prune_receipt() -> Weight {
        // Shortest of all runs: 122_663_000 picoseconds.
        Weight::from_parts(128_952_000, 3675)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `Inference::Parameters` (r:0 w:1)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    fn force_set_parameters() -> Weight {
        // Shortest of all runs: 11_387_000 picoseconds.
        Weight::from_parts(12_939_000, 0)
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
}
