//! Weights of `pallet_inference`, measured by its benchmarks. Written by `scripts/weights`; do not
//! edit.
//!
//! Processor: AMD EPYC. Steps: 20, repeats: 5. Runtime in wasm, on the `dev` genesis.
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Measured weights of `pallet_inference`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_inference::WeightInfo for WeightInfo<T> {
    /// Storage: `Inference::NextModelId` (r:1 w:1) Proof: `Inference::NextModelId` (`max_values`:
    /// Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Parameters` (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1),
    /// `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`) Storage:
    /// `Inference::VerifyingKeys` (r:1 w:1) Proof: `Inference::VerifyingKeys` (`max_values`: None,
    /// `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`) Storage: `System::Account`
    /// (r:1 w:1) Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603,
    /// mode: `MaxEncodedLen`) Storage: `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds`
    /// (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Models` (r:0 w:1) Proof: `Inference::Models` (`max_values`: None, `max_size`:
    /// Some(48), added: 2523, mode: `MaxEncodedLen`) Storage: `Inference::ModelVersions` (r:0 w:1)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195,
    /// mode: `MaxEncodedLen`)
    fn register_model_groth16() -> Weight {
        // Shortest of all runs: 2_215_700_000 picoseconds.
        Weight::from_parts(2_385_272_000, 52694)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    /// Storage: `Inference::Models` (r:1 w:1) Proof: `Inference::Models` (`max_values`: None,
    /// `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`) Storage: `Inference::Parameters`
    /// (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108),
    /// added: 603, mode: `MaxEncodedLen`) Storage: `Inference::VerifyingKeys` (r:1 w:1) Proof:
    /// `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode:
    /// `MaxEncodedLen`) Storage: `System::Account` (r:1 w:1) Proof: `System::Account`
    /// (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`) Storage:
    /// `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds` (`max_values`: None, `max_size`:
    /// Some(139), added: 2614, mode: `MaxEncodedLen`) Storage: `Inference::ModelVersions` (r:0 w:1)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195,
    /// mode: `MaxEncodedLen`)
    fn add_version_groth16() -> Weight {
        // Shortest of all runs: 2_243_531_000 picoseconds.
        Weight::from_parts(2_402_267_000, 52694)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `Inference::NextModelId` (r:1 w:1) Proof: `Inference::NextModelId` (`max_values`:
    /// Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Parameters` (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1),
    /// `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`) Storage:
    /// `Inference::VerifyingKeys` (r:1 w:1) Proof: `Inference::VerifyingKeys` (`max_values`: None,
    /// `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`) Storage: `System::Account`
    /// (r:1 w:1) Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603,
    /// mode: `MaxEncodedLen`) Storage: `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds`
    /// (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Models` (r:0 w:1) Proof: `Inference::Models` (`max_values`: None, `max_size`:
    /// Some(48), added: 2523, mode: `MaxEncodedLen`) Storage: `Inference::ModelVersions` (r:0 w:1)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195,
    /// mode: `MaxEncodedLen`)
    fn register_model_halo2() -> Weight {
        // Shortest of all runs: 16_255_477_000 picoseconds.
        Weight::from_parts(35_656_578_000, 52694)
            .saturating_add(T::DbWeight::get().reads(7_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    /// Storage: `Inference::Models` (r:1 w:1) Proof: `Inference::Models` (`max_values`: None,
    /// `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`) Storage: `Inference::Parameters`
    /// (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108),
    /// added: 603, mode: `MaxEncodedLen`) Storage: `Inference::VerifyingKeys` (r:1 w:1) Proof:
    /// `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode:
    /// `MaxEncodedLen`) Storage: `System::Account` (r:1 w:1) Proof: `System::Account`
    /// (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`) Storage:
    /// `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds` (`max_values`: None, `max_size`:
    /// Some(139), added: 2614, mode: `MaxEncodedLen`) Storage: `Inference::ModelVersions` (r:0 w:1)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195,
    /// mode: `MaxEncodedLen`)
    fn add_version_halo2() -> Weight {
        // Shortest of all runs: 15_905_086_000 picoseconds.
        Weight::from_parts(34_384_244_000, 52694)
            .saturating_add(T::DbWeight::get().reads(7_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `Inference::Models` (r:1 w:0) Proof: `Inference::Models` (`max_values`: None,
    /// `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`) Storage:
    /// `Inference::ModelVersions` (r:1 w:1) Proof: `Inference::ModelVersions` (`max_values`: None,
    /// `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`) Storage:
    /// `Inference::VerifyingKeys` (r:1 w:1) Proof: `Inference::VerifyingKeys` (`max_values`: None,
    /// `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`) Storage: `System::Account`
    /// (r:1 w:1) Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603,
    /// mode: `MaxEncodedLen`) Storage: `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds`
    /// (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    fn retire_version() -> Weight {
        // Shortest of all runs: 161_281_000 picoseconds.
        Weight::from_parts(204_245_000, 52694)
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `Inference::Provers` (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None,
    /// `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`) Storage: `Inference::Parameters`
    /// (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108),
    /// added: 603, mode: `MaxEncodedLen`) Storage: `System::Account` (r:1 w:1) Proof:
    /// `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode:
    /// `MaxEncodedLen`) Storage: `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds`
    /// (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    fn bond() -> Weight {
        // Shortest of all runs: 108_652_000 picoseconds.
        Weight::from_parts(123_304_000, 3739)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Inference::Provers` (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None,
    /// `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`) Storage: `Inference::Parameters`
    /// (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108),
    /// added: 603, mode: `MaxEncodedLen`) Storage: `System::Account` (r:1 w:1) Proof:
    /// `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode:
    /// `MaxEncodedLen`) Storage: `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds`
    /// (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    fn bond_extra() -> Weight {
        // Shortest of all runs: 118_035_000 picoseconds.
        Weight::from_parts(192_156_000, 3739)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Inference::Provers` (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None,
    /// `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`) Storage: `Inference::Parameters`
    /// (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108),
    /// added: 603, mode: `MaxEncodedLen`)
    fn unbond() -> Weight {
        // Shortest of all runs: 28_443_000 picoseconds.
        Weight::from_parts(53_690_000, 3739)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Inference::Provers` (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None,
    /// `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`) Storage: `System::Account` (r:1
    /// w:1) Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode:
    /// `MaxEncodedLen`) Storage: `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds`
    /// (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    fn withdraw_unbonded() -> Weight {
        // Shortest of all runs: 98_096_000 picoseconds.
        Weight::from_parts(152_567_000, 3739)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Inference::Provers` (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None,
    /// `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    fn set_encryption_key() -> Weight {
        // Shortest of all runs: 26_540_000 picoseconds.
        Weight::from_parts(37_976_000, 3739)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Inference::Parameters` (r:1 w:0) Proof: `Inference::Parameters` (`max_values`:
    /// Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`) Storage:
    /// `Inference::ModelVersions` (r:1 w:0) Proof: `Inference::ModelVersions` (`max_values`: None,
    /// `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`) Storage: `Inference::Provers`
    /// (r:16 w:0) Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added:
    /// 2749, mode: `MaxEncodedLen`) Storage: `System::Account` (r:1 w:1) Proof: `System::Account`
    /// (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`) Storage:
    /// `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds` (`max_values`: None, `max_size`:
    /// Some(139), added: 2614, mode: `MaxEncodedLen`) Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added:
    /// 51704, mode: `MaxEncodedLen`) Storage: `Inference::NextJobId` (r:1 w:1) Proof:
    /// `Inference::NextJobId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode:
    /// `MaxEncodedLen`) Storage: `Inference::OpenJobs` (r:0 w:1) Proof: `Inference::OpenJobs`
    /// (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Jobs` (r:0 w:1) Proof: `Inference::Jobs` (`max_values`: None, `max_size`:
    /// Some(815), added: 3290, mode: `MaxEncodedLen`) Storage: `Inference::Payloads` (r:0 w:1)
    /// Proof: `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode:
    /// `MaxEncodedLen`) The range of component `p` is `[0, 4096]`. The range of component `n` is
    /// `[0, 16]`.
    fn request(p: u32, n: u32, ) -> Weight {
        // Shortest of all runs: 433_886_000 picoseconds.
        Weight::from_parts(468_737_901, 52694)
            // Standard error: 8_418
            .saturating_add(Weight::from_parts(24_003, 0).saturating_mul(p.into()))
            // Standard error: 2_078_868
            .saturating_add(Weight::from_parts(8_930_380, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(6_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(7_u64))
            .saturating_add(Weight::from_parts(0, 2749).saturating_mul(n.into()))
    }
    /// Storage: `Inference::Parameters` (r:1 w:0) Proof: `Inference::Parameters` (`max_values`:
    /// Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Jobs` (r:1 w:1) Proof: `Inference::Jobs` (`max_values`: None, `max_size`:
    /// Some(815), added: 3290, mode: `MaxEncodedLen`) Storage: `Inference::Provers` (r:17 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode:
    /// `MaxEncodedLen`) Storage: `System::Account` (r:2 w:2) Proof: `System::Account`
    /// (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`) Storage:
    /// `Balances::Holds` (r:2 w:2) Proof: `Balances::Holds` (`max_values`: None, `max_size`:
    /// Some(139), added: 2614, mode: `MaxEncodedLen`) Storage: `Inference::ModelVersions` (r:1 w:0)
    /// Proof: `Inference::ModelVersions` (`max_values`: None, `max_size`: Some(720), added: 3195,
    /// mode: `MaxEncodedLen`) Storage: `Inference::OpenJobs` (r:0 w:1) Proof: `Inference::OpenJobs`
    /// (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Payloads` (r:0 w:1) Proof: `Inference::Payloads` (`max_values`: None,
    /// `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`) Storage: `Inference::Claims`
    /// (r:0 w:1) Proof: `Inference::Claims` (`max_values`: None, `max_size`: Some(64), added: 2539,
    /// mode: `MaxEncodedLen`) The range of component `p` is `[0, 4096]`. The range of component `n`
    /// is `[0, 16]`.
    fn redirect(p: u32, n: u32, ) -> Weight {
        // Shortest of all runs: 257_944_000 picoseconds.
        Weight::from_parts(418_803_942, 6196)
            // Standard error: 8_461
            .saturating_add(Weight::from_parts(9_943, 0).saturating_mul(p.into()))
            // Standard error: 2_089_458
            .saturating_add(Weight::from_parts(14_988_890, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(10_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(9_u64))
            .saturating_add(Weight::from_parts(0, 2749).saturating_mul(n.into()))
    }
    /// Storage: `Inference::Jobs` (r:1 w:1) Proof: `Inference::Jobs` (`max_values`: None,
    /// `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`) Storage:
    /// `Inference::VerifyingKeys` (r:1 w:1) Proof: `Inference::VerifyingKeys` (`max_values`: None,
    /// `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`) Storage: `System::Account`
    /// (r:1 w:1) Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603,
    /// mode: `MaxEncodedLen`) Storage: `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds`
    /// (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`) Storage:
    /// `Inference::OpenJobs` (r:0 w:1) Proof: `Inference::OpenJobs` (`max_values`: None,
    /// `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`) Storage: `Inference::Payloads`
    /// (r:0 w:1) Proof: `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added:
    /// 8383, mode: `MaxEncodedLen`)
    fn cancel() -> Weight {
        // Shortest of all runs: 365_784_000 picoseconds.
        Weight::from_parts(403_330_000, 52694)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    /// Storage: `Inference::Jobs` (r:1 w:1) Proof: `Inference::Jobs` (`max_values`: None,
    /// `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`) Storage:
    /// `Inference::ModelVersions` (r:1 w:0) Proof: `Inference::ModelVersions` (`max_values`: None,
    /// `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`) Storage: `Inference::Parameters`
    /// (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108),
    /// added: 603, mode: `MaxEncodedLen`) Storage: `Inference::Provers` (r:1 w:1) Proof:
    /// `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode:
    /// `MaxEncodedLen`) Storage: `Inference::OpenJobs` (r:0 w:1) Proof: `Inference::OpenJobs`
    /// (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Claims` (r:0 w:1) Proof: `Inference::Claims` (`max_values`: None, `max_size`:
    /// Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn claim() -> Weight {
        // Shortest of all runs: 107_811_000 picoseconds.
        Weight::from_parts(515_448_000, 4280)
            .saturating_add(T::DbWeight::get().reads(7_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `Inference::Jobs` (r:1 w:1) Proof: `Inference::Jobs` (`max_values`: None,
    /// `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`) Storage: `Inference::Provers`
    /// (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added:
    /// 2749, mode: `MaxEncodedLen`) Storage: `Inference::VerifyingKeys` (r:1 w:1) Proof:
    /// `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode:
    /// `MaxEncodedLen`) Storage: `System::BlockHash` (r:1 w:0) Proof: `System::BlockHash`
    /// (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Models` (r:1 w:0) Proof: `Inference::Models` (`max_values`: None, `max_size`:
    /// Some(48), added: 2523, mode: `MaxEncodedLen`) Storage: `System::Account` (r:3 w:3) Proof:
    /// `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode:
    /// `MaxEncodedLen`) Storage: `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds`
    /// (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Parameters` (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1),
    /// `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`) Storage: `Inference::Receipts`
    /// (r:0 w:1) Proof: `Inference::Receipts` (`max_values`: None, `max_size`: Some(328), added:
    /// 2803, mode: `MaxEncodedLen`) Storage: `Inference::Payloads` (r:0 w:1) Proof:
    /// `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode:
    /// `MaxEncodedLen`) Storage: `Inference::Claims` (r:0 w:1) Proof: `Inference::Claims`
    /// (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn submit_groth16() -> Weight {
        // Shortest of all runs: 5_766_948_000 picoseconds.
        Weight::from_parts(7_706_887_000, 52694)
            .saturating_add(T::DbWeight::get().reads(12_u64))
            .saturating_add(T::DbWeight::get().writes(10_u64))
    }
    /// Storage: `Inference::Jobs` (r:1 w:1) Proof: `Inference::Jobs` (`max_values`: None,
    /// `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`) Storage: `Inference::Provers`
    /// (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added:
    /// 2749, mode: `MaxEncodedLen`) Storage: `Inference::VerifyingKeys` (r:1 w:1) Proof:
    /// `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode:
    /// `MaxEncodedLen`) Storage: `System::BlockHash` (r:1 w:0) Proof: `System::BlockHash`
    /// (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`) Storage:
    /// `Balances::Holds` (r:2 w:2) Proof: `Balances::Holds` (`max_values`: None, `max_size`:
    /// Some(139), added: 2614, mode: `MaxEncodedLen`) Storage: `System::Account` (r:2 w:2) Proof:
    /// `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode:
    /// `MaxEncodedLen`) Storage: `Inference::Payloads` (r:0 w:1) Proof: `Inference::Payloads`
    /// (`max_values`: None, `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Claims` (r:0 w:1) Proof: `Inference::Claims` (`max_values`: None, `max_size`:
    /// Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn submit_groth16_rejected() -> Weight {
        // Shortest of all runs: 5_580_019_000 picoseconds.
        Weight::from_parts(7_951_531_000, 52694)
            .saturating_add(T::DbWeight::get().reads(10_u64))
            .saturating_add(T::DbWeight::get().writes(9_u64))
    }
    /// Storage: `Inference::Jobs` (r:1 w:1) Proof: `Inference::Jobs` (`max_values`: None,
    /// `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`) Storage: `Inference::Provers`
    /// (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added:
    /// 2749, mode: `MaxEncodedLen`) Storage: `Inference::VerifyingKeys` (r:1 w:1) Proof:
    /// `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode:
    /// `MaxEncodedLen`) Storage: `System::BlockHash` (r:1 w:0) Proof: `System::BlockHash`
    /// (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`) Storage:
    /// `Inference::LagrangeGenerators` (r:1 w:0) Proof: `Inference::LagrangeGenerators`
    /// (`max_values`: None, `max_size`: Some(2091), added: 4566, mode: `MaxEncodedLen`) Storage:
    /// `Inference::GeneratorChunks` (r:1 w:0) Proof: `Inference::GeneratorChunks` (`max_values`:
    /// None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Models` (r:1 w:0) Proof: `Inference::Models` (`max_values`: None, `max_size`:
    /// Some(48), added: 2523, mode: `MaxEncodedLen`) Storage: `System::Account` (r:3 w:3) Proof:
    /// `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode:
    /// `MaxEncodedLen`) Storage: `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds`
    /// (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Parameters` (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1),
    /// `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`) Storage: `Inference::Receipts`
    /// (r:0 w:1) Proof: `Inference::Receipts` (`max_values`: None, `max_size`: Some(328), added:
    /// 2803, mode: `MaxEncodedLen`) Storage: `Inference::Payloads` (r:0 w:1) Proof:
    /// `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode:
    /// `MaxEncodedLen`) Storage: `Inference::Claims` (r:0 w:1) Proof: `Inference::Claims`
    /// (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`) The range of
    /// component `b` is `[1472, 8032]`.
    fn submit_halo2(b: u32, ) -> Weight {
        // Shortest of all runs: 12_704_860_000 picoseconds.
        Weight::from_parts(24_555_116_323, 70041)
            // Standard error: 314_134
            .saturating_add(Weight::from_parts(1_208_294, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(14_u64))
            .saturating_add(T::DbWeight::get().writes(10_u64))
    }
    /// Storage: `Inference::Jobs` (r:1 w:1) Proof: `Inference::Jobs` (`max_values`: None,
    /// `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`) Storage: `Inference::Provers`
    /// (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added:
    /// 2749, mode: `MaxEncodedLen`) Storage: `Inference::VerifyingKeys` (r:1 w:1) Proof:
    /// `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode:
    /// `MaxEncodedLen`) Storage: `System::BlockHash` (r:1 w:0) Proof: `System::BlockHash`
    /// (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`) Storage:
    /// `Inference::LagrangeGenerators` (r:1 w:0) Proof: `Inference::LagrangeGenerators`
    /// (`max_values`: None, `max_size`: Some(2091), added: 4566, mode: `MaxEncodedLen`) Storage:
    /// `Inference::GeneratorChunks` (r:1 w:0) Proof: `Inference::GeneratorChunks` (`max_values`:
    /// None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`) Storage:
    /// `Balances::Holds` (r:2 w:2) Proof: `Balances::Holds` (`max_values`: None, `max_size`:
    /// Some(139), added: 2614, mode: `MaxEncodedLen`) Storage: `System::Account` (r:2 w:2) Proof:
    /// `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode:
    /// `MaxEncodedLen`) Storage: `Inference::Payloads` (r:0 w:1) Proof: `Inference::Payloads`
    /// (`max_values`: None, `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Claims` (r:0 w:1) Proof: `Inference::Claims` (`max_values`: None, `max_size`:
    /// Some(64), added: 2539, mode: `MaxEncodedLen`) The range of component `b` is `[1472, 8032]`.
    fn submit_halo2_rejected(b: u32, ) -> Weight {
        // Shortest of all runs: 11_546_314_000 picoseconds.
        Weight::from_parts(26_847_782_568, 70041)
            // Standard error: 320_721
            .saturating_add(Weight::from_parts(678_281, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(12_u64))
            .saturating_add(T::DbWeight::get().writes(9_u64))
    }
    /// Storage: `Inference::Jobs` (r:1 w:0) Proof: `Inference::Jobs` (`max_values`: None,
    /// `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`) Storage: `Inference::Provers`
    /// (r:1 w:0) Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added:
    /// 2749, mode: `MaxEncodedLen`) Storage: `Inference::VerifyingKeys` (r:1 w:0) Proof:
    /// `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode:
    /// `MaxEncodedLen`)
    fn submit_refused() -> Weight {
        // Shortest of all runs: 62_623_000 picoseconds.
        Weight::from_parts(86_058_000, 52694)
            .saturating_add(T::DbWeight::get().reads(7_u64))
    }
    /// Storage: `Inference::Jobs` (r:1 w:1) Proof: `Inference::Jobs` (`max_values`: None,
    /// `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`) Storage: `Inference::Provers`
    /// (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added:
    /// 2749, mode: `MaxEncodedLen`) Storage: `System::Account` (r:2 w:2) Proof: `System::Account`
    /// (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`) Storage:
    /// `Balances::Holds` (r:2 w:2) Proof: `Balances::Holds` (`max_values`: None, `max_size`:
    /// Some(139), added: 2614, mode: `MaxEncodedLen`) Storage: `Inference::VerifyingKeys` (r:1 w:1)
    /// Proof: `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added:
    /// 51704, mode: `MaxEncodedLen`) Storage: `Inference::Payloads` (r:0 w:1) Proof:
    /// `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode:
    /// `MaxEncodedLen`) Storage: `Inference::Claims` (r:0 w:1) Proof: `Inference::Claims`
    /// (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn expire() -> Weight {
        // Shortest of all runs: 332_035_000 picoseconds.
        Weight::from_parts(343_722_000, 52694)
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().writes(9_u64))
    }
    /// Storage: `Inference::ModelVersions` (r:1 w:0) Proof: `Inference::ModelVersions`
    /// (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`) Storage:
    /// `Inference::VerifyingKeys` (r:1 w:0) Proof: `Inference::VerifyingKeys` (`max_values`: None,
    /// `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Attestations` (r:1 w:1) Proof: `Inference::Attestations` (`max_values`: None,
    /// `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`) Storage: `Inference::Parameters`
    /// (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108),
    /// added: 603, mode: `MaxEncodedLen`) Storage: `Inference::Provers` (r:1 w:0) Proof:
    /// `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode:
    /// `MaxEncodedLen`) Storage: `System::BlockHash` (r:1 w:0) Proof: `System::BlockHash`
    /// (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`) Storage:
    /// `System::Account` (r:1 w:1) Proof: `System::Account` (`max_values`: None, `max_size`:
    /// Some(128), added: 2603, mode: `MaxEncodedLen`) Storage: `Balances::Holds` (r:1 w:1) Proof:
    /// `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode:
    /// `MaxEncodedLen`) Storage: `Inference::NextJobId` (r:1 w:1) Proof: `Inference::NextJobId`
    /// (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Receipts` (r:0 w:1) Proof: `Inference::Receipts` (`max_values`: None,
    /// `max_size`: Some(328), added: 2803, mode: `MaxEncodedLen`)
    fn attest_groth16() -> Weight {
        // Shortest of all runs: 5_519_019_000 picoseconds.
        Weight::from_parts(7_766_546_000, 52694)
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `Inference::ModelVersions` (r:1 w:0) Proof: `Inference::ModelVersions`
    /// (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`) Storage:
    /// `Inference::VerifyingKeys` (r:1 w:0) Proof: `Inference::VerifyingKeys` (`max_values`: None,
    /// `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Attestations` (r:1 w:0) Proof: `Inference::Attestations` (`max_values`: None,
    /// `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`) Storage: `Inference::Parameters`
    /// (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108),
    /// added: 603, mode: `MaxEncodedLen`) Storage: `Inference::Provers` (r:1 w:1) Proof:
    /// `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode:
    /// `MaxEncodedLen`) Storage: `System::BlockHash` (r:1 w:0) Proof: `System::BlockHash`
    /// (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`) Storage:
    /// `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds` (`max_values`: None, `max_size`:
    /// Some(139), added: 2614, mode: `MaxEncodedLen`) Storage: `System::Account` (r:1 w:1) Proof:
    /// `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode:
    /// `MaxEncodedLen`)
    fn attest_groth16_rejected() -> Weight {
        // Shortest of all runs: 5_948_037_000 picoseconds.
        Weight::from_parts(7_884_582_000, 52694)
            .saturating_add(T::DbWeight::get().reads(8_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Inference::ModelVersions` (r:1 w:0) Proof: `Inference::ModelVersions`
    /// (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`) Storage:
    /// `Inference::VerifyingKeys` (r:1 w:0) Proof: `Inference::VerifyingKeys` (`max_values`: None,
    /// `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Attestations` (r:1 w:1) Proof: `Inference::Attestations` (`max_values`: None,
    /// `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`) Storage: `Inference::Parameters`
    /// (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108),
    /// added: 603, mode: `MaxEncodedLen`) Storage: `Inference::Provers` (r:1 w:0) Proof:
    /// `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode:
    /// `MaxEncodedLen`) Storage: `System::BlockHash` (r:1 w:0) Proof: `System::BlockHash`
    /// (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`) Storage:
    /// `Inference::LagrangeGenerators` (r:1 w:0) Proof: `Inference::LagrangeGenerators`
    /// (`max_values`: None, `max_size`: Some(2091), added: 4566, mode: `MaxEncodedLen`) Storage:
    /// `Inference::GeneratorChunks` (r:1 w:0) Proof: `Inference::GeneratorChunks` (`max_values`:
    /// None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`) Storage:
    /// `System::Account` (r:1 w:1) Proof: `System::Account` (`max_values`: None, `max_size`:
    /// Some(128), added: 2603, mode: `MaxEncodedLen`) Storage: `Balances::Holds` (r:1 w:1) Proof:
    /// `Balances::Holds` (`max_values`: None, `max_size`: Some(139), added: 2614, mode:
    /// `MaxEncodedLen`) Storage: `Inference::NextJobId` (r:1 w:1) Proof: `Inference::NextJobId`
    /// (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Receipts` (r:0 w:1) Proof: `Inference::Receipts` (`max_values`: None,
    /// `max_size`: Some(328), added: 2803, mode: `MaxEncodedLen`) The range of component `b` is
    /// `[1472, 8032]`.
    fn attest_halo2(b: u32, ) -> Weight {
        // Shortest of all runs: 11_935_349_000 picoseconds.
        Weight::from_parts(27_033_050_492, 70041)
            // Standard error: 278_213
            .saturating_add(Weight::from_parts(1_049_885, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(11_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    /// Storage: `Inference::ModelVersions` (r:1 w:0) Proof: `Inference::ModelVersions`
    /// (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`) Storage:
    /// `Inference::VerifyingKeys` (r:1 w:0) Proof: `Inference::VerifyingKeys` (`max_values`: None,
    /// `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Attestations` (r:1 w:0) Proof: `Inference::Attestations` (`max_values`: None,
    /// `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`) Storage: `Inference::Parameters`
    /// (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108),
    /// added: 603, mode: `MaxEncodedLen`) Storage: `Inference::Provers` (r:1 w:1) Proof:
    /// `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode:
    /// `MaxEncodedLen`) Storage: `System::BlockHash` (r:1 w:0) Proof: `System::BlockHash`
    /// (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`) Storage:
    /// `Inference::LagrangeGenerators` (r:1 w:0) Proof: `Inference::LagrangeGenerators`
    /// (`max_values`: None, `max_size`: Some(2091), added: 4566, mode: `MaxEncodedLen`) Storage:
    /// `Inference::GeneratorChunks` (r:1 w:0) Proof: `Inference::GeneratorChunks` (`max_values`:
    /// None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`) Storage:
    /// `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds` (`max_values`: None, `max_size`:
    /// Some(139), added: 2614, mode: `MaxEncodedLen`) Storage: `System::Account` (r:1 w:1) Proof:
    /// `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode:
    /// `MaxEncodedLen`) The range of component `b` is `[1472, 8032]`.
    fn attest_halo2_rejected(b: u32, ) -> Weight {
        // Shortest of all runs: 12_563_018_000 picoseconds.
        Weight::from_parts(27_029_147_753, 70041)
            // Standard error: 368_316
            .saturating_add(Weight::from_parts(425_785, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(10_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Inference::ModelVersions` (r:1 w:0) Proof: `Inference::ModelVersions`
    /// (`max_values`: None, `max_size`: Some(720), added: 3195, mode: `MaxEncodedLen`) Storage:
    /// `Inference::VerifyingKeys` (r:1 w:0) Proof: `Inference::VerifyingKeys` (`max_values`: None,
    /// `max_size`: Some(49229), added: 51704, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Attestations` (r:1 w:0) Proof: `Inference::Attestations` (`max_values`: None,
    /// `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`) Storage: `Inference::Parameters`
    /// (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108),
    /// added: 603, mode: `MaxEncodedLen`) Storage: `Inference::Provers` (r:1 w:0) Proof:
    /// `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode:
    /// `MaxEncodedLen`)
    fn attest_refused() -> Weight {
        // Shortest of all runs: 81_852_000 picoseconds.
        Weight::from_parts(112_047_000, 52694)
            .saturating_add(T::DbWeight::get().reads(5_u64))
    }
    /// Storage: `Inference::Jobs` (r:32 w:32) Proof: `Inference::Jobs` (`max_values`: None,
    /// `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`) Storage: `Inference::Provers`
    /// (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added:
    /// 2749, mode: `MaxEncodedLen`) Storage: `Inference::VerifyingKeys` (r:1 w:1) Proof:
    /// `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode:
    /// `MaxEncodedLen`) Storage: `System::BlockHash` (r:1 w:0) Proof: `System::BlockHash`
    /// (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Models` (r:1 w:0) Proof: `Inference::Models` (`max_values`: None, `max_size`:
    /// Some(48), added: 2523, mode: `MaxEncodedLen`) Storage: `System::Account` (r:3 w:3) Proof:
    /// `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode:
    /// `MaxEncodedLen`) Storage: `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds`
    /// (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Parameters` (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1),
    /// `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`) Storage: `Inference::Receipts`
    /// (r:0 w:32) Proof: `Inference::Receipts` (`max_values`: None, `max_size`: Some(328), added:
    /// 2803, mode: `MaxEncodedLen`) Storage: `Inference::Payloads` (r:0 w:32) Proof:
    /// `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode:
    /// `MaxEncodedLen`) Storage: `Inference::Claims` (r:0 w:32) Proof: `Inference::Claims`
    /// (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`) The range of
    /// component `n` is `[1, 32]`.
    fn submit_batch_groth16(n: u32, ) -> Weight {
        // Shortest of all runs: 6_243_478_000 picoseconds.
        Weight::from_parts(3_810_269_862, 52694)
            // Standard error: 45_032_310
            .saturating_add(Weight::from_parts(2_764_174_583, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(11_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(6_u64))
            .saturating_add(T::DbWeight::get().writes((4_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 3290).saturating_mul(n.into()))
    }
    /// Storage: `Inference::Jobs` (r:32 w:32) Proof: `Inference::Jobs` (`max_values`: None,
    /// `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`) Storage: `Inference::Provers`
    /// (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added:
    /// 2749, mode: `MaxEncodedLen`) Storage: `Inference::VerifyingKeys` (r:1 w:1) Proof:
    /// `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode:
    /// `MaxEncodedLen`) Storage: `System::BlockHash` (r:1 w:0) Proof: `System::BlockHash`
    /// (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`) Storage:
    /// `Balances::Holds` (r:2 w:2) Proof: `Balances::Holds` (`max_values`: None, `max_size`:
    /// Some(139), added: 2614, mode: `MaxEncodedLen`) Storage: `System::Account` (r:2 w:2) Proof:
    /// `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode:
    /// `MaxEncodedLen`) Storage: `Inference::Payloads` (r:0 w:32) Proof: `Inference::Payloads`
    /// (`max_values`: None, `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Claims` (r:0 w:32) Proof: `Inference::Claims` (`max_values`: None, `max_size`:
    /// Some(64), added: 2539, mode: `MaxEncodedLen`) The range of component `n` is `[1, 32]`.
    fn submit_batch_groth16_rejected(n: u32, ) -> Weight {
        // Shortest of all runs: 6_844_282_000 picoseconds.
        Weight::from_parts(8_738_806_462, 52694)
            // Standard error: 52_198_685
            .saturating_add(Weight::from_parts(2_369_989_124, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(6_u64))
            .saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 3290).saturating_mul(n.into()))
    }
    /// Storage: `Inference::Jobs` (r:32 w:32) Proof: `Inference::Jobs` (`max_values`: None,
    /// `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`) Storage: `Inference::Provers`
    /// (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added:
    /// 2749, mode: `MaxEncodedLen`) Storage: `Inference::VerifyingKeys` (r:1 w:1) Proof:
    /// `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode:
    /// `MaxEncodedLen`) Storage: `System::BlockHash` (r:1 w:0) Proof: `System::BlockHash`
    /// (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`) Storage:
    /// `Inference::LagrangeGenerators` (r:1 w:0) Proof: `Inference::LagrangeGenerators`
    /// (`max_values`: None, `max_size`: Some(2091), added: 4566, mode: `MaxEncodedLen`) Storage:
    /// `Inference::GeneratorChunks` (r:1 w:0) Proof: `Inference::GeneratorChunks` (`max_values`:
    /// None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Models` (r:1 w:0) Proof: `Inference::Models` (`max_values`: None, `max_size`:
    /// Some(48), added: 2523, mode: `MaxEncodedLen`) Storage: `System::Account` (r:3 w:3) Proof:
    /// `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode:
    /// `MaxEncodedLen`) Storage: `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds`
    /// (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Parameters` (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1),
    /// `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`) Storage: `Inference::Receipts`
    /// (r:0 w:32) Proof: `Inference::Receipts` (`max_values`: None, `max_size`: Some(328), added:
    /// 2803, mode: `MaxEncodedLen`) Storage: `Inference::Payloads` (r:0 w:32) Proof:
    /// `Inference::Payloads` (`max_values`: None, `max_size`: Some(5908), added: 8383, mode:
    /// `MaxEncodedLen`) Storage: `Inference::Claims` (r:0 w:32) Proof: `Inference::Claims`
    /// (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`) The range of
    /// component `n` is `[1, 32]`.
    fn submit_batch_halo2(n: u32, ) -> Weight {
        // Shortest of all runs: 24_324_313_000 picoseconds.
        Weight::from_parts(11_150_352_339, 70041)
            // Standard error: 545_817_372
            .saturating_add(Weight::from_parts(15_176_508_738, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(13_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(6_u64))
            .saturating_add(T::DbWeight::get().writes((4_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 3290).saturating_mul(n.into()))
    }
    /// Storage: `Inference::Jobs` (r:32 w:32) Proof: `Inference::Jobs` (`max_values`: None,
    /// `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`) Storage: `Inference::Provers`
    /// (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added:
    /// 2749, mode: `MaxEncodedLen`) Storage: `Inference::VerifyingKeys` (r:1 w:1) Proof:
    /// `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode:
    /// `MaxEncodedLen`) Storage: `System::BlockHash` (r:1 w:0) Proof: `System::BlockHash`
    /// (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`) Storage:
    /// `Inference::LagrangeGenerators` (r:1 w:0) Proof: `Inference::LagrangeGenerators`
    /// (`max_values`: None, `max_size`: Some(2091), added: 4566, mode: `MaxEncodedLen`) Storage:
    /// `Inference::GeneratorChunks` (r:1 w:0) Proof: `Inference::GeneratorChunks` (`max_values`:
    /// None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`) Storage:
    /// `Balances::Holds` (r:2 w:2) Proof: `Balances::Holds` (`max_values`: None, `max_size`:
    /// Some(139), added: 2614, mode: `MaxEncodedLen`) Storage: `System::Account` (r:2 w:2) Proof:
    /// `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode:
    /// `MaxEncodedLen`) Storage: `Inference::Payloads` (r:0 w:32) Proof: `Inference::Payloads`
    /// (`max_values`: None, `max_size`: Some(5908), added: 8383, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Claims` (r:0 w:32) Proof: `Inference::Claims` (`max_values`: None, `max_size`:
    /// Some(64), added: 2539, mode: `MaxEncodedLen`) The range of component `n` is `[1, 32]`.
    fn submit_batch_halo2_rejected(n: u32, ) -> Weight {
        // Shortest of all runs: 30_863_221_000 picoseconds.
        Weight::from_parts(49_256_259_016, 70041)
            // Standard error: 594_242_623
            .saturating_add(Weight::from_parts(12_181_306_732, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(11_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(6_u64))
            .saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 3290).saturating_mul(n.into()))
    }
    /// Storage: `Inference::Jobs` (r:32 w:0) Proof: `Inference::Jobs` (`max_values`: None,
    /// `max_size`: Some(815), added: 3290, mode: `MaxEncodedLen`) Storage: `Inference::Provers`
    /// (r:1 w:0) Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added:
    /// 2749, mode: `MaxEncodedLen`) Storage: `Inference::VerifyingKeys` (r:1 w:0) Proof:
    /// `Inference::VerifyingKeys` (`max_values`: None, `max_size`: Some(49229), added: 51704, mode:
    /// `MaxEncodedLen`) The range of component `n` is `[0, 32]`.
    fn submit_batch_refused(n: u32, ) -> Weight {
        // Shortest of all runs: 17_837_000 picoseconds.
        Weight::from_parts(75_779_493, 52694)
            // Standard error: 335_667
            .saturating_add(Weight::from_parts(11_479_060, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(6_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 3290).saturating_mul(n.into()))
    }
    /// Storage: `Inference::GeneratorChunks` (r:32 w:0) Proof: `Inference::GeneratorChunks`
    /// (`max_values`: None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`) The range
    /// of component `c` is `[0, 31]`.
    fn halo2_chunks(c: u32, ) -> Weight {
        // Shortest of all runs: 1_242_000 picoseconds.
        Weight::from_parts(3_526_531_028, 70041)
            // Standard error: 184_609_610
            .saturating_add(Weight::from_parts(8_310_727_854, 0).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(c.into())))
            .saturating_add(Weight::from_parts(0, 69051).saturating_mul(c.into()))
    }
    /// The range of component `c` is `[0, 992]`.
    fn halo2_coefficients(c: u32, ) -> Weight {
        // Shortest of all runs: 470_000 picoseconds.
        Weight::from_parts(64_919_824, 0)
            // Standard error: 6_486_063
            .saturating_add(Weight::from_parts(201_181_036, 0).saturating_mul(c.into()))
    }
    /// Storage: `Inference::GeneratorChunks` (r:31 w:0) Proof: `Inference::GeneratorChunks`
    /// (`max_values`: None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`) The range
    /// of component `c` is `[0, 31]`.
    fn find_generators(c: u32, ) -> Weight {
        Weight::from_parts(2_000_000, 990)
            .saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(c.into())))
            .saturating_add(Weight::from_parts(0, 69051).saturating_mul(c.into()))
    }
    /// Storage: `Inference::LastUsableBlock` (r:1 w:1) Proof: `Inference::LastUsableBlock`
    /// (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`) Storage:
    /// `Inference::LatestPause` (r:1 w:1) Proof: `Inference::LatestPause` (`max_values`: Some(1),
    /// `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`) Storage: `Inference::Parameters`
    /// (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108),
    /// added: 603, mode: `MaxEncodedLen`)
    fn poll() -> Weight {
        Weight::from_parts(50_000_000, 1593)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(2_u64))
    }
    /// Storage: `Inference::GeneratorChunks` (r:1 w:1) Proof: `Inference::GeneratorChunks`
    /// (`max_values`: None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`)
    fn upload_generators() -> Weight {
        // Shortest of all runs: 512_704_000 picoseconds.
        Weight::from_parts(535_487_000, 70041)
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Inference::Receipts` (r:1 w:1) Proof: `Inference::Receipts` (`max_values`: None,
    /// `max_size`: Some(328), added: 2803, mode: `MaxEncodedLen`) Storage: `Inference::Parameters`
    /// (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108),
    /// added: 603, mode: `MaxEncodedLen`) Storage: `System::Account` (r:1 w:1) Proof:
    /// `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode:
    /// `MaxEncodedLen`) Storage: `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds`
    /// (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`) Storage:
    /// `Inference::Attestations` (r:0 w:1) Proof: `Inference::Attestations` (`max_values`: None,
    /// `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
    fn prune_receipt() -> Weight {
        // Shortest of all runs: 129_683_000 picoseconds.
        Weight::from_parts(201_800_000, 3793)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `Inference::Parameters` (r:0 w:1) Proof: `Inference::Parameters` (`max_values`:
    /// Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    fn force_set_parameters() -> Weight {
        // Shortest of all runs: 11_567_000 picoseconds.
        Weight::from_parts(13_651_000, 0)
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
}
