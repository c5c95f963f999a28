//! Weights of `pallet_inference`, measured by its benchmarks. Written by `scripts/weights`; do not edit.
//!
//! Processor: AMD EPYC. Steps: 5, repeats: 2. Runtime in wasm, on the `dev` genesis.
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
        // Shortest of all runs: 2_187_348_000 picoseconds.
        Weight::from_parts(2_284_933_000, 52694)
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
        // Shortest of all runs: 2_192_845_000 picoseconds.
        Weight::from_parts(2_285_042_000, 52694)
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
        // Shortest of all runs: 15_294_837_000 picoseconds.
        Weight::from_parts(15_844_265_000, 52694)
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
        // Shortest of all runs: 15_543_908_000 picoseconds.
        Weight::from_parts(17_403_948_000, 52694)
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
        // Shortest of all runs: 162_522_000 picoseconds.
        Weight::from_parts(260_858_000, 52694)
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
        // Shortest of all runs: 110_585_000 picoseconds.
        Weight::from_parts(194_259_000, 3739)
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
        // Shortest of all runs: 114_210_000 picoseconds.
        Weight::from_parts(183_573_000, 3739)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    /// Storage: `Inference::Parameters` (r:1 w:0)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    fn unbond() -> Weight {
        // Shortest of all runs: 28_363_000 picoseconds.
        Weight::from_parts(33_359_000, 3739)
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
        // Shortest of all runs: 95_362_000 picoseconds.
        Weight::from_parts(101_161_000, 3739)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    /// Storage: `Inference::Provers` (r:1 w:1)
    /// Proof: `Inference::Provers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    fn set_encryption_key() -> Weight {
        // Shortest of all runs: 26_109_000 picoseconds.
        Weight::from_parts(30_976_000, 3739)
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
    fn request(_p: u32, n: u32, ) -> Weight {
        // Shortest of all runs: 323_302_000 picoseconds.
        Weight::from_parts(372_463_029, 52694)
            // Standard error: 1_485_491
            .saturating_add(Weight::from_parts(6_050_871, 0).saturating_mul(n.into()))
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
        // Shortest of all runs: 230_443_000 picoseconds.
        Weight::from_parts(192_191_700, 6196)
            // Standard error: 9_619
            .saturating_add(Weight::from_parts(15_636, 0).saturating_mul(p.into()))
            // Standard error: 2_462_615
            .saturating_add(Weight::from_parts(16_150_612, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(7_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(8_u64))
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
        // Shortest of all runs: 223_623_000 picoseconds.
        Weight::from_parts(238_224_000, 52694)
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
        // Shortest of all runs: 63_594_000 picoseconds.
        Weight::from_parts(72_368_000, 4280)
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
        // Shortest of all runs: 27_176_871_000 picoseconds.
        Weight::from_parts(27_798_196_000, 52694)
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
        // Shortest of all runs: 27_203_351_000 picoseconds.
        Weight::from_parts(28_818_145_000, 52694)
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
        // Shortest of all runs: 67_221_915_000 picoseconds.
        Weight::from_parts(70_348_723_954, 70041)
            // Standard error: 521_799
            .saturating_add(Weight::from_parts(1_379_348, 0).saturating_mul(b.into()))
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
        // Shortest of all runs: 67_290_156_000 picoseconds.
        Weight::from_parts(71_171_107_897, 70041)
            // Standard error: 352_434
            .saturating_add(Weight::from_parts(897_639, 0).saturating_mul(b.into()))
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
        // Shortest of all runs: 56_845_000 picoseconds.
        Weight::from_parts(63_144_000, 52694)
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
        // Shortest of all runs: 328_078_000 picoseconds.
        Weight::from_parts(338_944_000, 52694)
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
        // Shortest of all runs: 27_079_896_000 picoseconds.
        Weight::from_parts(27_305_352_000, 52694)
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
        // Shortest of all runs: 27_045_054_000 picoseconds.
        Weight::from_parts(27_218_754_000, 52694)
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
    fn attest_halo2(b: u32, ) -> Weight {
        // Shortest of all runs: 69_448_370_000 picoseconds.
        Weight::from_parts(71_658_792_689, 70041)
            // Standard error: 333_346
            .saturating_add(Weight::from_parts(772_939, 0).saturating_mul(b.into()))
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
        // Shortest of all runs: 66_574_030_000 picoseconds.
        Weight::from_parts(69_985_370_200, 70041)
            // Standard error: 498_697
            .saturating_add(Weight::from_parts(1_221_081, 0).saturating_mul(b.into()))
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
        // Shortest of all runs: 72_187_000 picoseconds.
        Weight::from_parts(84_215_000, 52694)
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
        // Shortest of all runs: 27_392_322_000 picoseconds.
        Weight::from_parts(22_624_842_569, 52694)
            // Standard error: 100_990_128
            .saturating_add(Weight::from_parts(9_267_608_816, 0).saturating_mul(n.into()))
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
        // Shortest of all runs: 27_251_572_000 picoseconds.
        Weight::from_parts(23_499_610_000, 52694)
            // Standard error: 149_783_190
            .saturating_add(Weight::from_parts(9_265_537_172, 0).saturating_mul(n.into()))
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
        // Shortest of all runs: 76_159_204_000 picoseconds.
        Weight::from_parts(59_475_617_792, 70041)
            // Standard error: 587_297_338
            .saturating_add(Weight::from_parts(14_481_902_852, 0).saturating_mul(n.into()))
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
        // Shortest of all runs: 91_251_198_000 picoseconds.
        Weight::from_parts(98_954_576_344, 70041)
            // Standard error: 1_250_874_852
            .saturating_add(Weight::from_parts(13_248_424_046, 0).saturating_mul(n.into()))
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
        // Shortest of all runs: 11_847_000 picoseconds.
        Weight::from_parts(33_438_333, 52694)
            // Standard error: 292_061
            .saturating_add(Weight::from_parts(12_245_297, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(1_u64))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 3290).saturating_mul(n.into()))
    }
    /// Storage: `Inference::GeneratorChunks` (r:32 w:0)
    /// Proof: `Inference::GeneratorChunks` (`max_values`: None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`)
    /// The range of component `c` is `[0, 31]`.
    fn halo2_chunks(c: u32, ) -> Weight {
        // Shortest of all runs: 1_022_000 picoseconds.
        Weight::from_parts(1_022_000, 70041)
            // Standard error: 332_828_938
            .saturating_add(Weight::from_parts(57_692_183_613, 0).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(c.into())))
            .saturating_add(Weight::from_parts(0, 69051).saturating_mul(c.into()))
    }
    /// The range of component `c` is `[0, 992]`.
    fn halo2_coefficients(c: u32, ) -> Weight {
        // Shortest of all runs: 451_000 picoseconds.
        Weight::from_parts(531_000, 0)
            // Standard error: 3_221_043
            .saturating_add(Weight::from_parts(195_573_275, 0).saturating_mul(c.into()))
    }
    /// Storage: `Inference::GeneratorChunks` (r:1 w:1)
    /// Proof: `Inference::GeneratorChunks` (`max_values`: None, `max_size`: Some(66576), added: 69051, mode: `MaxEncodedLen`)
    fn upload_generators() -> Weight {
        // Shortest of all runs: 495_268_000 picoseconds.
        Weight::from_parts(599_332_000, 70041)
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
        // Shortest of all runs: 135_252_000 picoseconds.
        Weight::from_parts(142_642_000, 3675)
            .saturating_add(T::DbWeight::get().reads(4_u64))
            .saturating_add(T::DbWeight::get().writes(4_u64))
    }
    /// Storage: `Inference::Parameters` (r:0 w:1)
    /// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(108), added: 603, mode: `MaxEncodedLen`)
    fn force_set_parameters() -> Weight {
        // Shortest of all runs: 11_958_000 picoseconds.
        Weight::from_parts(26_330_000, 0)
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
}
