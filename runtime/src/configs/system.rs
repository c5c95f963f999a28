//! FRAME's own pallets.

use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstBool, ConstU8, ConstU32, ConstU64, ConstU128, Contains, VariantCountOf},
    weights::{
        IdentityFee, Weight,
        constants::{RocksDbWeight, WEIGHT_REF_TIME_PER_SECOND},
    },
};
use frame_system::limits::{BlockLength, BlockWeights};
use pallet_transaction_payment::{FungibleAdapter, Multiplier};
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_runtime::{FixedPointNumber, Perbill, Perquintill, traits::One};
use sp_version::RuntimeVersion;

use crate::*;

/// Share of a block's weight and length that ordinary extrinsics may fill.
const NORMAL_DISPATCH_RATIO: Perbill = Perbill::from_percent(75);

parameter_types! {
    pub const BlockHashCount: BlockNumber = 2400;
    pub const Version: RuntimeVersion = VERSION;
    /// Two seconds of computation in a block of six.
    pub RuntimeBlockWeights: BlockWeights = BlockWeights::with_sensible_defaults(
        Weight::from_parts(2u64 * WEIGHT_REF_TIME_PER_SECOND, u64::MAX),
        NORMAL_DISPATCH_RATIO,
    );
    pub RuntimeBlockLength: BlockLength = BlockLength::builder()
        .max_length(5 * 1024 * 1024)
        .modify_max_length_for_class(frame_support::dispatch::DispatchClass::Normal, |length| {
            *length = NORMAL_DISPATCH_RATIO * *length
        })
        .build();
    pub const SS58Prefix: u8 = 42;
    /// The fee for a byte of a transaction beside its weight, before the multiplier: filling a
    /// block with bytes costs some 40 tokens.
    pub const ByteFee: Balance = 10 * MICRO_UNIT;
    /// Fees rise while blocks are fuller than this, and fall back while they are emptier, as fast:
    /// see [`crate::fees`].
    pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(50);
    /// Speed of the adjustment: 20 full blocks, two minutes, double the fees, and 20 empty ones
    /// halve them.
    pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(7, 100);
    /// Fees never fall below the weight's own.
    pub MinimumMultiplier: Multiplier = Multiplier::one();
    /// A flood makes nothing dearer than this, so that it prices nobody out, and least of all
    /// proofs that are due.
    pub MaximumMultiplier: Multiplier = Multiplier::saturating_from_integer(10);
    /// The part of each block that a migration may take: half, so that a slow machine makes its
    /// blocks in time.
    pub MigrationWeight: Weight = Perbill::from_percent(50) * RuntimeBlockWeights::get().max_block;
}

/// Lets through only those wrappers of pallet-utility that cannot roll a rejected submission back,
/// and its slash with it. `batch` and `force_batch` keep what was done before a failure,
/// `as_derivative` holds one call. Refused are `batch_all`, which fails whole when one call fails,
/// `if_else`, which rolls its first call back, and what later versions of the pallet may bring.
/// Root is not filtered: `sudo` can roll back, as it can do anything.
pub struct NoRollback;

impl Contains<RuntimeCall> for NoRollback {
    fn contains(call: &RuntimeCall) -> bool {
        use pallet_utility::Call::{as_derivative, batch, force_batch};
        match call {
            RuntimeCall::Utility(call) => {
                matches!(call, batch { .. } | force_batch { .. } | as_derivative { .. })
            }
            _ => true,
        }
    }
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
    type BaseCallFilter = NoRollback;
    type Block = Block;
    type BlockWeights = RuntimeBlockWeights;
    type BlockLength = RuntimeBlockLength;
    type AccountId = AccountId;
    type Nonce = Nonce;
    type Hash = Hash;
    type BlockHashCount = BlockHashCount;
    // ParityDB is faster; RocksDB's published weights are the safe side of it.
    type DbWeight = RocksDbWeight;
    type Version = Version;
    type AccountData = pallet_balances::AccountData<Balance>;
    type SS58Prefix = SS58Prefix;
    type SystemWeightInfo = weights::frame_system::WeightInfo<Runtime>;
    type MaxConsumers = ConstU32<16>;
    // While it has something to do, blocks include nothing but inherents.
    type MultiBlockMigrator = Migrations;
}

impl pallet_aura::Config for Runtime {
    type AuthorityId = AuraId;
    type DisabledValidators = ();
    type MaxAuthorities = ConstU32<32>;
    type AllowMultipleBlocksPerSlot = ConstBool<false>;
    type SlotDuration = pallet_aura::MinimumPeriodTimesTwo<Runtime>;
}

impl pallet_grandpa::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
    type MaxAuthorities = ConstU32<32>;
    type MaxNominators = ConstU32<0>;
    type MaxSetIdSessionEntries = ConstU64<0>;
    type KeyOwnerProof = sp_core::Void;
    type EquivocationReportSystem = ();
}

impl pallet_timestamp::Config for Runtime {
    type Moment = u64;
    type OnTimestampSet = Aura;
    type MinimumPeriod = ConstU64<{ MILLI_SECS_PER_BLOCK / 2 }>;
    type WeightInfo = ();
}

impl pallet_balances::Config for Runtime {
    type MaxLocks = ConstU32<50>;
    type MaxReserves = ();
    type ReserveIdentifier = [u8; 8];
    type Balance = Balance;
    type RuntimeEvent = RuntimeEvent;
    type DustRemoval = ();
    type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
    type AccountStore = System;
    type WeightInfo = weights::pallet_balances::WeightInfo<Runtime>;
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type DoneSlashHandler = ();
}

impl pallet_transaction_payment::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type OnChargeTransaction = FungibleAdapter<Balances, ()>;
    type OperationalFeeMultiplier = ConstU8<5>;
    type WeightToFee = IdentityFee<Balance>;
    type LengthToFee = fees::LengthToFee;
    type FeeMultiplierUpdate = fees::FullnessFeeAdjustment;
    type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}

impl pallet_sudo::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type WeightInfo = weights::pallet_sudo::WeightInfo<Runtime>;
}

impl pallet_utility::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PalletsOrigin = OriginCaller;
    type WeightInfo = weights::pallet_utility::WeightInfo<Runtime>;
}

impl pallet_migrations::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    /// From what older runtimes stored. One that is done is skipped, so that it may stay until its
    /// types are in the way.
    #[cfg(not(feature = "runtime-benchmarks"))]
    type Migrations = (pallet_inference::migrations::v2::MigrateV1ToV2<Runtime>,);
    #[cfg(feature = "runtime-benchmarks")]
    type Migrations = pallet_migrations::mock_helpers::MockedMigrations;
    type CursorMaxLen = ConstU32<65_536>;
    type IdentifierMaxLen = ConstU32<256>;
    type MigrationStatusHandler = ();
    // Half-migrated records of money are nothing to act on: the chain makes empty blocks until its
    // operators repair it.
    type FailedMigrationHandler = frame_support::migrations::FreezeChainOnFailedMigration;
    type MaxServiceWeight = MigrationWeight;
    type WeightInfo = pallet_migrations::weights::SubstrateWeight<Runtime>;
}
