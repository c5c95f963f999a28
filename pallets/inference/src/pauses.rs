//! Time that nobody could use: blocks that include no transactions make nobody late.
//!
//! While a migration of several blocks runs, and while the chain is frozen after one that failed,
//! blocks include inherents alone, and the executive does not call `on_poll`. So
//! [`Pallet::note_usable_block`], which runs there, sees each such stretch as a gap in the blocks
//! that it has noted. The claims that would have ended in the stretch or after it get a claim's
//! whole period from its end:
//!
//! ```text
//! pause = (from: first block without transactions, until: first block with transactions again + claim_period)
//! a claim's block, `until` or `last`, that is `from` or later counts as the later of itself and pause.until
//! ```
//!
//! One pause is stored: a later one that begins before the earlier one's `until` prolongs it, and
//! any other takes its place, when no claim is good any more that the earlier one had prolonged.

use frame_support::weights::WeightMeter;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{One, Saturating};

use crate::{
    Config, Event, LastUsableBlock, LatestPause, Pallet, WeightInfo,
    types::{Job, JobState, Pause, PauseOf},
};

impl<T: Config> Pallet<T> {
    /// Notes that this block includes transactions, and the pause that it ends.
    pub(crate) fn note_usable_block(now: BlockNumberFor<T>, meter: &mut WeightMeter) {
        if meter.try_consume(T::WeightInfo::poll()).is_err() {
            return;
        }
        if let Some(pause) = Self::pause_that_ends(now) {
            LatestPause::<T>::put(pause);
            Self::deposit_event(Event::ClaimsProlonged { from: pause.from, until: pause.until });
        }
        LastUsableBlock::<T>::put(now);
    }

    /// Starts noting on a chain that has not: the block before a runtime's first was a usable one,
    /// since it brought the runtime.
    pub(crate) fn start_noting_usable_blocks() {
        if !LastUsableBlock::<T>::exists() {
            LastUsableBlock::<T>::put(Self::now());
        }
    }

    /// Returns the last block that counts for `block` of a claim: a later one if transactions
    /// paused in between.
    pub(crate) fn prolonged(block: BlockNumberFor<T>) -> BlockNumberFor<T> {
        // A pause that ends here is not stored before this block's `on_poll`; the pool asks before
        // that.
        let pause = Self::pause_that_ends(Self::now()).or_else(LatestPause::<T>::get);
        match pause {
            Some(Pause { from, until }) if block >= from => block.max(until),
            _ => block,
        }
    }

    /// Returns a job as its claimant has to see it: with the blocks that count.
    pub(crate) fn with_prolonged_claim(mut job: Job<T>) -> Job<T> {
        if let JobState::Claimed { until, last, .. } = &mut job.state {
            (*until, *last) = (Self::prolonged(*until), Self::prolonged(*last));
        }
        job
    }

    /// Returns the pause that ends with block `now`, joined with the one before if they touch.
    fn pause_that_ends(now: BlockNumberFor<T>) -> Option<PauseOf<T>> {
        let from = LastUsableBlock::<T>::get()?.saturating_add(One::one());
        if from >= now {
            return None;
        }
        let until = now.saturating_add(Self::parameters().claim_period);
        Some(match LatestPause::<T>::get() {
            Some(before) if before.until >= from => {
                Pause { from: before.from, until: until.max(before.until) }
            }
            _ => Pause { from, until },
        })
    }
}
