//! The inference pallet: what bonds, deposits and delays are on this chain.

use frame_support::{parameter_types, traits::ConstU32};
use sp_runtime::Perbill;

use crate::*;

parameter_types! {
    pub const MinBond: Balance = 10 * UNIT;
    pub const MinClaimBond: Balance = UNIT;
    /// A claim puts half the reward at stake, and never less than `MinClaimBond`.
    pub const ClaimRatio: Perbill = Perbill::from_percent(50);
    /// Ten times the existential deposit, so that what a prover is paid can also reach a new account.
    pub const MinReward: Balance = 10 * EXISTENTIAL_DEPOSIT;
    pub const DepositBase: Balance = 10 * MILLI_UNIT;
    pub const DepositPerByte: Balance = 10 * MICRO_UNIT;
    /// A job runs for at most two hours.
    pub const MaxJobBlocks: BlockNumber = 2 * HOURS;
    /// A claim has five minutes, if the deadline leaves them.
    pub const ClaimPeriod: BlockNumber = 5 * MINUTES;
    /// Half a minute after a claim's time, in which its proof is still good.
    pub const Grace: BlockNumber = 5;
    /// Half a minute is the least that a claim must have before the deadline.
    pub const MinProvingBlocks: BlockNumber = 5;
    /// Longer than the longest job with its grace, so that no bond leaves before its last claim is judged.
    pub const UnbondingPeriod: BlockNumber = 4 * HOURS;
}

impl pallet_inference::Config for Runtime {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type WeightInfo = pallet_inference::weights::SubstrateWeight<Runtime>;
    type Verifier = zkinfer_verifier::backend::Host;
    // Burnt: nobody should gain by a prover's mistake but the requester, who has its time-outs.
    type OnSlash = ();
    type MinBond = MinBond;
    type MinClaimBond = MinClaimBond;
    type ClaimRatio = ClaimRatio;
    type MinReward = MinReward;
    type UnbondingPeriod = UnbondingPeriod;
    type Grace = Grace;
    type ClaimPeriod = ClaimPeriod;
    type MinProvingBlocks = MinProvingBlocks;
    type MaxJobBlocks = MaxJobBlocks;
    // Ten times the MNIST input: a picture of three channels, 32 by 32, of eight bits fits.
    type MaxPayload = ConstU32<4096>;
    type MaxProvers = ConstU32<16>;
    type MaxUnbonding = ConstU32<8>;
    type DepositBase = DepositBase;
    type DepositPerByte = DepositPerByte;
}
