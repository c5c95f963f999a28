//! Fees that react within minutes.
//!
//! A transaction pays `weight fee × m + length fee × m + base fee + tip`. After each block the
//! multiplier m moves with the block's fullness f, the larger of its shares of weight and of
//! length, around the target t:
//!
//! ```text
//! d = v · (f − t)          m' = m · (1 + d + d² / 2), within 1 and 10
//! v = 0.07, t = 1/2:       a full block: m · 1.0356, double in 20 blocks; an empty one: m · 0.9656, half in 20 blocks
//! ```
//!
//! It is pallet-transaction-payment's `TargetedFeeAdjustment`, which looks at the ordinary
//! transactions' weight alone, with the length beside it, since bytes fill a block as well, and
//! with the operational transactions' weight, since anybody's failing ones do, too. Filling blocks
//! with weight costs 1.7 tokens a block at m = 1; for the 55 blocks of a claim it now costs some
//! 280 instead of 95, and 17 a block after some 66 blocks. The maximum keeps the fee of an honest
//! proof within ten times the ordinary one, and the fees are back at the minimum after 66 empty
//! blocks, some seven minutes.

use core::marker::PhantomData;

use frame_support::{
    dispatch::DispatchClass,
    weights::{Weight, WeightToFee},
};
use pallet_transaction_payment::{Multiplier, MultiplierUpdate};
use sp_runtime::{
    FixedPointNumber, Perquintill,
    traits::{Convert, Saturating},
};

use crate::{
    Balance, Runtime, System, TransactionPayment,
    configs::system::{
        AdjustmentVariable, ByteFee, MaximumMultiplier, MinimumMultiplier, RuntimeBlockLength,
        RuntimeBlockWeights, TargetBlockFullness,
    },
};

/// Returns the fee for bytes: `ByteFee` each, times the multiplier.
pub struct LengthToFee;

impl WeightToFee for LengthToFee {
    type Balance = Balance;

    /// `length` is the number of bytes in the place of the weight's time.
    fn weight_to_fee(length: &Weight) -> Balance {
        let fee = ByteFee::get().saturating_mul(length.ref_time().into());
        TransactionPayment::next_fee_multiplier().saturating_mul_int(fee)
    }
}

/// Moves the multiplier with what a block is fuller of, weight or bytes.
pub struct FullnessFeeAdjustment(PhantomData<Runtime>);

impl Convert<Multiplier, Multiplier> for FullnessFeeAdjustment {
    fn convert(previous: Multiplier) -> Multiplier {
        next(previous, fullness_by_weight().max(fullness_by_length()))
    }
}

impl MultiplierUpdate for FullnessFeeAdjustment {
    fn min() -> Multiplier {
        MinimumMultiplier::get()
    }
    fn max() -> Multiplier {
        MaximumMultiplier::get()
    }
    fn target() -> Perquintill {
        TargetBlockFullness::get()
    }
    fn variability() -> Multiplier {
        AdjustmentVariable::get()
    }
}

/// Returns the multiplier after a block of this fullness.
fn next(previous: Multiplier, fullness: Perquintill) -> Multiplier {
    let (least, most) = (MinimumMultiplier::get(), MaximumMultiplier::get());
    let previous = previous.max(least);
    let (fullness, target) =
        (Multiplier::from(fullness), Multiplier::from(TargetBlockFullness::get()));
    let distance = fullness.max(target).saturating_sub(fullness.min(target));
    let first = AdjustmentVariable::get().saturating_mul(distance);
    let second =
        first.saturating_mul(first).saturating_mul(Multiplier::saturating_from_rational(1, 2));
    let next = if fullness >= target {
        previous.saturating_add(previous.saturating_mul(first.saturating_add(second)))
    } else {
        previous.saturating_sub(previous.saturating_mul(first.saturating_sub(second)))
    };
    next.clamp(least, most)
}

/// The share of its weight that transactions have used of this block: ordinary ones of theirs, or
/// all of the whole block.
///
/// Anybody can send a call of the operational class that fails, and such calls may take up the
/// ordinary ones' share as well.
fn fullness_by_weight() -> Perquintill {
    let (weights, used) = (RuntimeBlockWeights::get(), System::block_weight());
    let share = |used: Weight, most: Weight| {
        let time = Perquintill::from_rational(used.ref_time(), most.ref_time().max(1));
        time.max(Perquintill::from_rational(used.proof_size(), most.proof_size().max(1)))
    };
    let (normal, operational) =
        (*used.get(DispatchClass::Normal), *used.get(DispatchClass::Operational));
    let most = weights.get(DispatchClass::Normal).max_total.unwrap_or(weights.max_block);
    share(normal, most).max(share(normal.saturating_add(operational), weights.max_block))
}

/// The same of their length. The header and inherents count as well: a few hundred bytes.
fn fullness_by_length() -> Perquintill {
    let most = *RuntimeBlockLength::get().max.get(DispatchClass::Normal);
    Perquintill::from_rational(u64::from(System::block_size()), u64::from(most.max(1)))
}

#[cfg(test)]
mod tests {
    use sp_runtime::{BuildStorage, traits::One};

    use super::*;
    use crate::RuntimeGenesisConfig;

    const FULL: Perquintill = Perquintill::one();
    const EMPTY: Perquintill = Perquintill::zero();

    fn after(start: Multiplier, blocks: u32, fullness: Perquintill) -> Multiplier {
        (0..blocks).fold(start, |multiplier, _| next(multiplier, fullness))
    }

    fn blocks_until(
        reached: impl Fn(Multiplier) -> bool,
        start: Multiplier,
        fullness: Perquintill,
    ) -> u32 {
        (0..10_000).find(|blocks| reached(after(start, *blocks, fullness))).expect("it is reached")
    }

    #[test]
    fn full_blocks_double_the_fee_in_two_minutes_and_empty_ones_halve_it() {
        let (one, two) = (Multiplier::one(), Multiplier::from_u32(2));
        assert_eq!(blocks_until(|m| m >= two, one, FULL), 20);
        assert_eq!(blocks_until(|m| m <= one, two, EMPTY), 20);
        // At the target nothing moves.
        assert_eq!(after(two, 100, TargetBlockFullness::get()), two);
    }

    #[test]
    fn the_fee_is_at_most_ten_times_and_back_within_seven_minutes() {
        let most = MaximumMultiplier::get();
        assert_eq!(after(Multiplier::one(), 1_000, FULL), most);
        assert_eq!(most, Multiplier::from_u32(10));
        assert_eq!(blocks_until(|m| m >= most, Multiplier::one(), FULL), 66);
        assert_eq!(blocks_until(|m| m <= Multiplier::one(), most, EMPTY), 66);
        assert_eq!(after(Multiplier::one(), 1, EMPTY), Multiplier::one());
    }

    fn run(test: impl FnOnce()) {
        let storage = RuntimeGenesisConfig::default().build_storage().expect("a genesis");
        sp_io::TestExternalities::new(storage).execute_with(test);
    }

    /// Ends blocks of this weight and length, as the executive does.
    fn end_blocks(blocks: u32, weight: Weight, length: u32) {
        use frame_support::traits::Hooks;
        for number in 1..=blocks {
            System::set_block_number(number);
            System::set_block_consumed_resources(weight, length as usize);
            TransactionPayment::on_finalize(number);
        }
    }

    #[test]
    fn blocks_full_of_failing_operational_calls_raise_the_fees() {
        use frame_support::traits::Hooks;
        run(|| {
            let fee = || TransactionPayment::convert(Weight::from_parts(1_000_000, 0));
            let before = fee();
            for number in 1..=20 {
                System::set_block_number(number);
                System::set_block_consumed_resources(Weight::zero(), 0);
                // All of the block: ordinary transactions find no room beside it.
                let room = RuntimeBlockWeights::get().max_block - System::block_weight().total();
                System::register_extra_weight_unchecked(room, DispatchClass::Operational);
                TransactionPayment::on_finalize(number);
            }
            assert!(fee() >= 2 * before, "{before} {}", fee());
        });
    }

    #[test]
    fn blocks_full_of_weight_or_of_bytes_raise_both_fees() {
        let normal =
            RuntimeBlockWeights::get().get(DispatchClass::Normal).max_total.expect("a limit");
        let longest = *RuntimeBlockLength::get().max.get(DispatchClass::Normal);
        for (weight, length) in [(normal, 0), (Weight::zero(), longest)] {
            run(|| {
                let weight_fee = || TransactionPayment::convert(normal);
                let length_fee = || TransactionPayment::length_to_fee(1_000);
                let before = (weight_fee(), length_fee());
                end_blocks(20, weight, length);
                let after = (weight_fee(), length_fee());
                assert!(after.0 >= 2 * before.0 && after.1 >= 2 * before.1, "{before:?} {after:?}");
                end_blocks(21, Weight::zero(), 0);
                assert_eq!((weight_fee(), length_fee()), before);
            });
        }
    }
}
