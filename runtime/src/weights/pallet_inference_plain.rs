//! Weights of `pallet_inference`, measured by its benchmarks. Written by `scripts/weights`; do not
//! edit.
//!
//! Processor: AMD EPYC. Steps: 5, repeats: 2. Runtime in wasm, on the `dev` genesis.
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
        // Shortest of all runs: 2_778_728_000 picoseconds.
        Weight::from_parts(3_499_922_000, 52694)
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
        // Shortest of all runs: 2_444_440_000 picoseconds.
        Weight::from_parts(3_347_184_000, 52694)
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
        // Shortest of all runs: 15_852_447_000 picoseconds.
        Weight::from_parts(35_484_562_000, 52694)
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
        // Shortest of all runs: 16_075_379_000 picoseconds.
        Weight::from_parts(46_673_624_000, 52694)
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
        // Shortest of all runs: 179_587_000 picoseconds.
        Weight::from_parts(204_835_000, 52694)
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
        // Shortest of all runs: 112_047_000 picoseconds.
        Weight::from_parts(131_766_000, 3739)
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
        // Shortest of all runs: 117_255_000 picoseconds.
        Weight::from_parts(130_644_000, 3739)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Inference::Provers` (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None,
    /// `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`) Storage: `Inference::Parameters`
    /// (r:1 w:0) Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108),
    /// added: 603, mode: `MaxEncodedLen`)
    fn unbond() -> Weight {
        // Shortest of all runs: 29_244_000 picoseconds.
        Weight::from_parts(50_285_000, 3739)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    /// Storage: `Inference::Provers` (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None,
    /// `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`) Storage: `System::Account` (r:1
    /// w:1) Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode:
    /// `MaxEncodedLen`) Storage: `Balances::Holds` (r:1 w:1) Proof: `Balances::Holds`
    /// (`max_values`: None, `max_size`: Some(139), added: 2614, mode: `MaxEncodedLen`)
    fn withdraw_unbonded() -> Weight {
        // Shortest of all runs: 97_876_000 picoseconds.
        Weight::from_parts(103_074_000, 3739)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Inference::Provers` (r:1 w:1) Proof: `Inference::Provers` (`max_values`: None,
    /// `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    fn set_encryption_key() -> Weight {
        // Shortest of all runs: 26_309_000 picoseconds.
        Weight::from_parts(29_614_000, 3739)
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
        // Shortest of all runs: 330_091_000 picoseconds.
        Weight::from_parts(373_215_223, 52694)
            // Standard error: 5_552
            .saturating_add(Weight::from_parts(13_021, 0).saturating_mul(p.into()))
            // Standard error: 1_421_482
            .saturating_add(Weight::from_parts(3_879_060, 0).saturating_mul(n.into()))
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
        // Shortest of all runs: 248_671_000 picoseconds.
        Weight::from_parts(319_590_623, 6196)
            // Standard error: 12_649
            .saturating_add(Weight::from_parts(18_357, 0).saturating_mul(p.into()))
            // Standard error: 3_238_172
            .saturating_add(Weight::from_parts(13_982_606, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(8_u64))
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
        // Shortest of all runs: 236_882_000 picoseconds.
        Weight::from_parts(365_975_000, 52694)
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
        // Shortest of all runs: 71_556_000 picoseconds.
        Weight::from_parts(330_332_000, 4280)
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
        // Shortest of all runs: 28_656_104_000 picoseconds.
        Weight::from_parts(42_860_657_000, 52694)
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
        // Shortest of all runs: 28_875_871_000 picoseconds.
        Weight::from_parts(35_429_150_000, 52694)
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
        // Shortest of all runs: 109_803_516_000 picoseconds.
        Weight::from_parts(111_801_817_858, 70041)
            // Standard error: 1_335_257
            .saturating_add(Weight::from_parts(2_494_392, 0).saturating_mul(b.into()))
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
    fn submit_halo2_rejected(_b: u32, ) -> Weight {
        // Shortest of all runs: 96_767_584_000 picoseconds.
        Weight::from_parts(121_633_524_071, 70041)
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
        // Shortest of all runs: 69_563_000 picoseconds.
        Weight::from_parts(112_267_000, 52694)
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
        // Shortest of all runs: 339_696_000 picoseconds.
        Weight::from_parts(380_317_000, 52694)
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
        // Shortest of all runs: 28_159_485_000 picoseconds.
        Weight::from_parts(29_202_657_000, 52694)
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
        // Shortest of all runs: 28_354_965_000 picoseconds.
        Weight::from_parts(29_531_357_000, 52694)
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
        // Shortest of all runs: 71_039_009_000 picoseconds.
        Weight::from_parts(76_152_325_896, 70041)
            // Standard error: 313_144
            .saturating_add(Weight::from_parts(739_994, 0).saturating_mul(b.into()))
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
        // Shortest of all runs: 68_978_961_000 picoseconds.
        Weight::from_parts(75_611_015_598, 70041)
            // Standard error: 605_966
            .saturating_add(Weight::from_parts(1_347_497, 0).saturating_mul(b.into()))
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
        // Shortest of all runs: 78_677_000 picoseconds.
        Weight::from_parts(88_612_000, 52694)
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
        // Shortest of all runs: 32_231_779_000 picoseconds.
        Weight::from_parts(36_444_406_596, 52694)
            // Standard error: 808_018_319
            .saturating_add(Weight::from_parts(11_445_977_987, 0).saturating_mul(n.into()))
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
        // Shortest of all runs: 37_158_676_000 picoseconds.
        Weight::from_parts(14_047_964_515, 52694)
            // Standard error: 1_153_126_318
            .saturating_add(Weight::from_parts(12_852_212_974, 0).saturating_mul(n.into()))
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
        // Shortest of all runs: 117_868_736_000 picoseconds.
        Weight::from_parts(80_302_796_755, 70041)
            // Standard error: 1_076_007_378
            .saturating_add(Weight::from_parts(14_599_383_305, 0).saturating_mul(n.into()))
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
        // Shortest of all runs: 80_921_636_000 picoseconds.
        Weight::from_parts(66_676_686_461, 70041)
            // Standard error: 152_351_282
            .saturating_add(Weight::from_parts(14_041_943_977, 0).saturating_mul(n.into()))
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
        // Shortest of all runs: 12_559_000 picoseconds.
        Weight::from_parts(50_071_933, 52694)
            // Standard error: 477_259
            .saturating_add(Weight::from_parts(12_503_970, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 3290).saturating_mul(n.into()))
    }
    /// Storage: `Inference::GeneratorChunks` (r:32 w:0) Proof: `Inference::GeneratorChunks`
    /// (`max_values`: None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`) The range
    /// of component `c` is `[0, 31]`.
    fn halo2_chunks(c: u32, ) -> Weight {
        // Shortest of all runs: 1_452_000 picoseconds.
        Weight::from_parts(27_554_710_986, 70041)
            // Standard error: 1_362_282_852
            .saturating_add(Weight::from_parts(57_766_509_092, 0).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(c.into())))
            .saturating_add(Weight::from_parts(0, 69051).saturating_mul(c.into()))
    }
    /// The range of component `c` is `[0, 992]`.
    fn halo2_coefficients(c: u32, ) -> Weight {
        // Shortest of all runs: 470_000 picoseconds.
        Weight::from_parts(491_000, 0)
            // Standard error: 3_079_828
            .saturating_add(Weight::from_parts(199_587_059, 0).saturating_mul(c.into()))
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
        // Shortest of all runs: 514_657_000 picoseconds.
        Weight::from_parts(612_522_000, 70041)
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
        // Shortest of all runs: 130_595_000 picoseconds.
        Weight::from_parts(140_449_000, 3793)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `Inference::Parameters` (r:0 w:1) Proof: `Inference::Parameters` (`max_values`:
    /// Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    fn force_set_parameters() -> Weight {
        // Shortest of all runs: 12_518_000 picoseconds.
        Weight::from_parts(23_435_000, 0)
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
}
