//! Parameters that the governing origin can change.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use sp_runtime::{Perbill, traits::AtLeast32BitUnsigned};

use super::BalanceOf;

/// The market's parameters on one chain.
pub type ParametersOf<T> = MarketParameters<BalanceOf<T>, BlockNumberFor<T>>;

/// The market's parameters. Amounts are in the token's smallest unit, times in blocks.
///
/// A change touches nothing that has been agreed on: prices, locks, deposits, deadlines and the
/// last block of a claim are fixed in the records.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[scale_info(capture_docs = "always")]
pub struct MarketParameters<Balance, BlockNumber> {
    /// The least that a prover bonds, and keeps bonded while it keeps anything.
    pub min_bond: Balance,
    /// The least that a claim locks, and what an attestation puts at stake.
    pub min_claim_bond: Balance,
    /// The share of the prover's pay (the reward less the price) that a claim locks, rounded up, if
    /// that is more than `min_claim_bond`.
    pub claim_ratio: Perbill,
    /// The least reward.
    pub min_reward: Balance,
    /// Deposit for each stored item.
    pub deposit_base: Balance,
    /// Deposit for each stored byte.
    pub deposit_per_byte: Balance,
    /// Blocks from `unbond` to `withdraw_unbonded`. More than `max_job_blocks + grace`.
    pub unbonding_period: BlockNumber,
    /// Blocks after a claim's `until` in which its proof is still good.
    pub grace: BlockNumber,
    /// Blocks that a claim has for its proof, if the deadline leaves them. At least
    /// `min_proving_blocks`.
    pub claim_period: BlockNumber,
    /// The fewest blocks between a claim and the deadline.
    pub min_proving_blocks: BlockNumber,
    /// The most blocks between a request and its deadline.
    pub max_job_blocks: BlockNumber,
    /// Blocks for which a receipt stays before it can be pruned.
    pub receipt_period: BlockNumber,
}

impl<Balance, BlockNumber> MarketParameters<Balance, BlockNumber>
where
    Balance: AtLeast32BitUnsigned + Copy,
    BlockNumber: AtLeast32BitUnsigned + Copy,
{
    /// Returns the fault of these parameters by themselves, if any: the relations that the rules
    /// rest on.
    pub fn fault(&self) -> Option<&'static str> {
        let faults = [
            (
                self.min_proving_blocks.is_zero(),
                "min_proving_blocks is zero: a claim would have no time",
            ),
            (
                self.claim_period < self.min_proving_blocks,
                "claim_period is below min_proving_blocks",
            ),
            (
                self.max_job_blocks < self.min_proving_blocks,
                "max_job_blocks is below min_proving_blocks",
            ),
            (
                self.unbonding_period <= self.max_job_blocks.saturating_add(self.grace),
                "unbonding_period is not longer than the longest job and its grace",
            ),
            (
                self.min_claim_bond.is_zero(),
                "min_claim_bond is zero: proofs would be checked for nothing",
            ),
            (self.min_bond < self.min_claim_bond, "min_bond is below min_claim_bond"),
            (self.min_reward.is_zero(), "min_reward is zero"),
        ];
        faults.into_iter().find_map(|(wrong, fault)| wrong.then_some(fault))
    }

    /// The first parameter that is not between `least` and `most`, both included.
    pub fn outside(&self, least: &Self, most: &Self) -> Option<&'static str> {
        let (l, m) = (least, most);
        let within = |value, least, most| least <= value && value <= most;
        let amounts = [
            (self.min_bond, l.min_bond, m.min_bond, "min_bond"),
            (self.min_claim_bond, l.min_claim_bond, m.min_claim_bond, "min_claim_bond"),
            (self.min_reward, l.min_reward, m.min_reward, "min_reward"),
            (self.deposit_base, l.deposit_base, m.deposit_base, "deposit_base"),
            (self.deposit_per_byte, l.deposit_per_byte, m.deposit_per_byte, "deposit_per_byte"),
        ];
        let times = [
            (self.unbonding_period, l.unbonding_period, m.unbonding_period, "unbonding_period"),
            (self.grace, l.grace, m.grace, "grace"),
            (self.claim_period, l.claim_period, m.claim_period, "claim_period"),
            (
                self.min_proving_blocks,
                l.min_proving_blocks,
                m.min_proving_blocks,
                "min_proving_blocks",
            ),
            (self.max_job_blocks, l.max_job_blocks, m.max_job_blocks, "max_job_blocks"),
            (self.receipt_period, l.receipt_period, m.receipt_period, "receipt_period"),
        ];
        let amount =
            amounts.into_iter().find(|(value, least, most, _)| !within(*value, *least, *most));
        let ratio = (self.claim_ratio < l.claim_ratio || self.claim_ratio > m.claim_ratio)
            .then_some("claim_ratio");
        let time = times.into_iter().find(|(value, least, most, _)| value < least || value > most);
        amount.map(|found| found.3).or(ratio).or(time.map(|found| found.3))
    }

    /// Returns what a claim locks whose prover is paid `pay`: `max(min_claim_bond, claim_ratio ×
    /// pay)`.
    pub fn lock(&self, pay: Balance) -> Balance {
        self.min_claim_bond.max(self.claim_ratio.mul_ceil(pay))
    }
}
