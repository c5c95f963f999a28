//! Tips for submissions that blocks leave out.
//!
//! Somebody who fills the blocks keeps a proof out of them until its claim is over, and gets its
//! lock. Such a flood must outbid the proof in each block with all its transactions, so that a
//! small tip costs it far more than the proof. A submission is therefore sent without a tip, and
//! while it is not included it is signed again under the same nonce with a tip that grows as the
//! claim's last block comes near: only one of the versions can be included, and no version's tip is
//! above the bound.
//!
//! | blocks left of the claim's time | tip |
//! |---|---|
//! | more than 7/8 | 1/128 of the bound |
//! | each eighth less | twice as much |
//! | less than 1/8 | the bound |

/// Blocks after which a submission that is not included is outbid by something, or waits behind
/// something that is.
const PATIENCE: u32 = 2;
/// The extra tip of a submission that moves to another nonce, in planck. A pool keeps it
/// only if its priority is above the *sum* of what it takes the place of: its own version before,
/// and the claim under that nonce. A priority grows with the tip by as many such transactions as
/// fit into a block: by two for the largest proofs, and a claim's is less than twenty thousand.
const MOVE: u128 = 10_000;
/// With this many blocks left every block counts.
const HURRY: u32 = 6;
/// Parts of a claim's time.
const PARTS: u32 = 8;

/// Bounds of tips.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The largest tip, in planck.
    pub most: u128,
    /// The largest share of what a proof saves, which is its pay and the claim's lock, in percent.
    pub share: u32,
}

/// A submission's tips so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, codec::Encode, codec::Decode)]
pub struct Bid {
    /// Number of the best block when the first version was signed.
    pub first: u32,
    /// Number of the best block when the latest version was signed.
    pub latest: u32,
    /// The latest version's tip, in planck.
    pub tip: u128,
    /// Hashes of the versions that it replaces. Any of them may still be the one that is included.
    pub replaced: Vec<[u8; 32]>,
}

impl Bounds {
    /// The largest tip for a submission that saves `stake`, by an account that can spend `spare`.
    pub fn most(&self, stake: u128, spare: u128) -> u128 {
        let share = (stake / 100).saturating_mul(u128::from(self.share.min(100)));
        share.min(self.most).min(spare)
    }
}

/// The tip of a submission's next version, if it is time for one: `last` is the last block in which
/// it is good, `window` the blocks of a whole claim, `most` the largest tip.
pub fn raised(bid: &Bid, best: u32, last: u32, window: u32, most: u128) -> Option<u128> {
    let left = last.saturating_sub(best);
    // A block may hold a version that was signed since the one before it.
    if left == 0 || best.saturating_sub(bid.latest) < patience(best, last) {
        return None;
    }
    let tip = scheduled(left, window, most);
    (tip > bid.tip).then_some(tip)
}

/// Blocks that a transaction is waited for: fewer when each counts.
pub fn patience(best: u32, last: u32) -> u32 {
    if last.saturating_sub(best) <= HURRY { 1 } else { PATIENCE }
}

/// The tip of a submission that moves to another nonce; `None` where the largest tip is too small
/// for that.
pub fn moved(bid: &Bid, best: u32, last: u32, window: u32, most: u128) -> Option<u128> {
    let least = bid.tip.saturating_add(MOVE);
    let tip = scheduled(last.saturating_sub(best), window, most).max(least);
    (tip <= most).then_some(tip)
}

/// The tip with which a submission starts: none, unless there is no time to see whether it needs
/// one.
pub fn first(best: u32, last: u32, window: u32, most: u128) -> u128 {
    let left = last.saturating_sub(best);
    if left <= PATIENCE { scheduled(left, window, most) } else { 0 }
}

fn scheduled(left: u32, window: u32, most: u128) -> u128 {
    let part = u64::from(left).saturating_mul(PARTS.into()) / u64::from(window.max(1));
    let halvings = u32::try_from(part).unwrap_or(PARTS).min(PARTS - 1);
    // At least one planck more than nothing: the pool takes the higher of two.
    (most >> halvings).max(1).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All tips of a submission that no block includes, by the block in which they are signed.
    fn all(last: u32, most: u128) -> Vec<(u32, u128)> {
        let mut bid = Bid { first: 1, latest: 1, ..Bid::default() };
        let mut tips = Vec::new();
        for best in 1..=last {
            if let Some(tip) = raised(&bid, best, last, 55, most) {
                bid = Bid { latest: best, tip, ..bid };
                tips.push((best, tip));
            }
        }
        tips
    }

    #[test]
    fn a_tip_doubles_as_the_last_block_comes_near_and_stays_within_its_bound() {
        let tips = all(56, 1_024);
        assert_eq!(tips.first(), Some(&(3, 8)), "two blocks are waited for");
        assert_eq!(
            tips.iter().map(|(_, tip)| *tip).collect::<Vec<_>>(),
            [8, 16, 32, 64, 128, 256, 512, 1_024]
        );
        let (at, most) = tips.last().expect("tips");
        assert!(
            *most == 1_024 && 56 - at >= 5,
            "the bound is offered while blocks are left: {tips:?}"
        );
        assert!(all(56, 0).is_empty(), "no tips at all");
    }

    #[test]
    fn a_late_submission_hurries() {
        assert_eq!(first(10, 40, 55, 1_024), 0);
        assert_eq!(first(10, 12, 55, 1_024), 1_024);
        let tips = all(6, 1_024);
        assert_eq!(tips.first(), Some(&(2, 1_024)), "{tips:?}");
    }

    #[test]
    fn a_submission_that_moves_outbids_what_it_replaces_or_stays() {
        let bid = Bid { first: 1, latest: 1, tip: 50, replaced: Vec::new() };
        assert_eq!(moved(&bid, 3, 58, 55, 1_000_000), Some(10_050), "more than the schedule says");
        assert_eq!(moved(&bid, 55, 58, 55, 1_000_000), Some(1_000_000));
        assert_eq!(moved(&bid, 3, 58, 55, 10_050), Some(10_050));
        assert_eq!(moved(&bid, 3, 58, 55, 10_049), None);
    }

    #[test]
    fn the_bound_is_a_share_of_what_is_saved() {
        let bounds = Bounds { most: u128::MAX, share: 10 };
        assert_eq!(bounds.most(1_000, 5_000), 100);
        assert_eq!(bounds.most(1_000, 7), 7, "what the account has");
        assert_eq!(Bounds { most: 20, ..bounds }.most(1_000, 5_000), 20);
        assert_eq!(Bounds { share: 0, ..bounds }.most(1_000, 5_000), 0);
    }
}
