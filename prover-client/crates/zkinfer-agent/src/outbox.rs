//! Signed transactions on their way, by nonce.
//!
//! A transaction is written here before it is sent, and it is sent again, as the same bytes, until
//! its nonce is used in a final block or until it is too old to be included. So there is never a
//! second one for the same purpose that could be included beside it, and a full pool, a dropped
//! transaction or a reorganisation is only a reason to send it again. A submission that blocks
//! leave out is signed again with a higher tip *under the same nonce*: the pool keeps the dearer
//! version, and whichever is included settles the nonce.
//!
//! A submission never waits behind a claim or a filler that blocks leave out: it takes the lowest
//! such nonce ([`Outbox::front`]). Whichever of both the chain includes there, nothing is lost and
//! nothing is paid twice:
//!
//! - The submission: the claim cost nothing. Its record waits until the nonce is final, then the
//!   job is judged again.
//! - The claim: [`Purpose::Instead`] has kept its record, and so its opening, and it is proved as
//!   any. The submission is signed again when the nonce is final, since its answer is not there.
//! - The submission under the nonce that it had before: the chain takes one answer of a job, and no
//!   block takes another.

use std::collections::BTreeMap;

use codec::{Decode, Encode};
use zkinfer_primitives::JobId;

use super::{
    market::{Signed, Snapshot},
    reconcile::OnTheWay,
    tips::Bid,
};

/// The purpose of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Purpose {
    /// To take this job.
    #[codec(index = 0)]
    Claim(JobId),
    /// To answer it.
    #[codec(index = 1)]
    Submit(JobId),
    /// To use up a nonce.
    #[codec(index = 2)]
    Fill,
    /// To answer several jobs of one key together.
    #[codec(index = 3)]
    SubmitBatch(Vec<JobId>),
    /// To do something else under a nonce for which a claim was signed before. That claim may still
    /// be the one that is included.
    #[codec(index = 4)]
    Instead {
        /// The job of the claim.
        claim: JobId,
        /// The jobs that are answered; none if the nonce is only to be used up.
        jobs: Vec<JobId>,
    },
}

impl Purpose {
    /// To answer these jobs.
    pub fn submission(jobs: &[JobId]) -> Self {
        match jobs {
            [job] => Self::Submit(*job),
            several => Self::SubmitBatch(several.to_vec()),
        }
    }

    /// To answer these jobs, or none, under the nonce of a transaction for this purpose.
    pub fn taken_by(&self, jobs: &[JobId]) -> Self {
        match (self.claimed(), jobs) {
            (Some(claim), jobs) => Self::Instead { claim, jobs: jobs.to_vec() },
            (None, []) => Self::Fill,
            (None, jobs) => Self::submission(jobs),
        }
    }

    /// The jobs that it answers.
    pub fn answered(&self) -> &[JobId] {
        match self {
            Self::Submit(job) => std::slice::from_ref(job),
            Self::SubmitBatch(jobs) | Self::Instead { jobs, .. } => jobs,
            Self::Claim(_) | Self::Fill => &[],
        }
    }

    /// The job that a version of it claims.
    pub fn claimed(&self) -> Option<JobId> {
        match self {
            Self::Claim(job) | Self::Instead { claim: job, .. } => Some(*job),
            Self::Submit(_) | Self::SubmitBatch(_) | Self::Fill => None,
        }
    }
}

/// A signed transaction on its way.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    /// Its purpose.
    pub purpose: Purpose,
    /// Its bytes, of the latest version.
    pub bytes: Vec<u8>,
    /// Blake2b-256 of them.
    pub hash: [u8; 32],
    /// First block in which no version of it is good any more.
    pub death: u32,
    /// Its tips. In a table of their own, since stores had none before.
    #[codec(skip)]
    pub bid: Bid,
}

impl Entry {
    /// A transaction that was signed when the best block had this number, with this tip.
    pub fn new(purpose: Purpose, signed: Signed, best: u32, tip: u128) -> Self {
        let bid = Bid { first: best, latest: best, tip, replaced: Vec::new() };
        Self { purpose, bytes: signed.bytes, hash: signed.hash, death: signed.death, bid }
    }

    /// The same with another version in the first place. The earlier ones can still be the one that
    /// is included.
    pub fn replaced(&self, signed: Signed, best: u32, tip: u128) -> Self {
        let mut bid = self.bid.clone();
        bid.replaced.push(self.hash);
        (bid.latest, bid.tip) = (best, tip);
        let death = signed.death.max(self.death);
        Self { purpose: self.purpose.clone(), bytes: signed.bytes, hash: signed.hash, death, bid }
    }

    /// This submission under the nonce of `displaced`, whose versions may still be the one that is
    /// included. Its own under the nonce that it had are among its hashes.
    pub fn moved(&self, displaced: &Self, signed: Signed, best: u32, tip: u128) -> Self {
        let moved =
            Self { purpose: displaced.purpose.taken_by(self.purpose.answered()), ..self.clone() };
        let mut moved = moved.replaced(signed, best, tip);
        moved.death = moved.death.max(displaced.death);
        moved
    }

    /// Hashes of all versions that do what it is for, latest first.
    pub fn hashes(&self) -> Vec<[u8; 32]> {
        std::iter::once(self.hash).chain(self.bid.replaced.iter().rev().copied()).collect()
    }
}

/// Transactions on their way, by nonce.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outbox(BTreeMap<u64, Entry>);

impl Outbox {
    /// The outbox with these entries.
    pub fn new(entries: impl IntoIterator<Item = (u64, Entry)>) -> Self {
        Self(entries.into_iter().collect())
    }

    /// Puts a transaction in.
    pub fn insert(&mut self, nonce: u64, entry: Entry) {
        self.0.insert(nonce, entry);
    }

    /// Takes one out.
    pub fn remove(&mut self, nonce: u64) {
        self.0.remove(&nonce);
    }

    /// All, by nonce.
    pub fn entries(&self) -> impl Iterator<Item = (u64, &Entry)> {
        self.0.iter().map(|(nonce, entry)| (*nonce, entry))
    }

    /// The number of them.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns `true` if there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Transactions on their way for a job.
    pub fn of(&self, job: JobId) -> OnTheWay {
        let any =
            |test: &dyn Fn(&Purpose) -> bool| self.0.values().any(|entry| test(&entry.purpose));
        OnTheWay {
            claim: any(&|purpose| purpose.claimed() == Some(job)),
            submission: any(&|purpose| purpose.answered().contains(&job)),
        }
    }

    /// Nonces of what is settled: used in a final block, or too old for every block after it.
    pub fn settled(&self, snapshot: &Snapshot) -> Vec<u64> {
        let finalized = &snapshot.finalized;
        let settled = |(nonce, entry): &(u64, &Entry)| {
            *nonce < finalized.nonce || finalized.number.saturating_add(1) >= entry.death
        };
        self.entries().filter(settled).map(|(nonce, _)| nonce).collect()
    }

    /// Nonces and entries that the best chain has not included.
    pub fn pending(&self, snapshot: &Snapshot) -> impl Iterator<Item = (u64, &Entry)> {
        self.0.range(snapshot.best.nonce..).map(|(nonce, entry)| (*nonce, entry))
    }

    /// The nonce that a submission should take rather than one from `behind` on: the lowest pending
    /// one whose transaction gives way, if blocks have left one of those out for `patience` blocks.
    pub fn front(
        &self,
        snapshot: &Snapshot,
        behind: u64,
        patience: u32,
        gives_way: impl Fn(&Purpose) -> bool,
    ) -> Option<u64> {
        let pending = self.pending(snapshot).take_while(|(nonce, _)| *nonce < behind);
        let movable: Vec<_> = pending.filter(|(_, entry)| gives_way(&entry.purpose)).collect();
        let stuck =
            |entry: &Entry| snapshot.best.number.saturating_sub(entry.bid.first) >= patience;
        let any = movable.iter().any(|(_, entry)| stuck(entry));
        movable.first().filter(|_| any).map(|(nonce, _)| *nonce)
    }

    /// A transaction by its nonce.
    pub fn get(&self, nonce: u64) -> Option<&Entry> {
        self.0.get(&nonce)
    }

    /// Nonces of what is neither in the best chain nor ready in the node's pool: to be sent, in
    /// this order.
    pub fn missing(&self, snapshot: &Snapshot) -> Vec<u64> {
        let known = snapshot.next_nonce.max(snapshot.best.nonce);
        self.0.range(known..).map(|(nonce, _)| *nonce).collect()
    }

    /// The nonce for a new transaction: the least that nothing has taken.
    pub fn free_nonce(&self, snapshot: &Snapshot) -> u64 {
        let mut nonce = snapshot.next_nonce.max(snapshot.best.nonce);
        while self.0.contains_key(&nonce) {
            nonce = nonce.saturating_add(1);
        }
        nonce
    }

    /// A nonce that nothing has, and behind which something waits: it can be included only when the
    /// nonce is used.
    pub fn gap(&self, snapshot: &Snapshot) -> Option<u64> {
        let free = self.free_nonce(snapshot);
        self.0.range(free..).next().map(|_waiting| free)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::snapshot;

    fn entry(death: u32) -> Entry {
        Entry::new(Purpose::Claim(1), Signed { bytes: vec![], hash: [0; 32], death }, 1, 0)
    }

    #[test]
    fn all_versions_of_a_transaction_are_known_and_the_last_to_die_counts() {
        let first = entry(70);
        let second = first.replaced(Signed { bytes: vec![1], hash: [1; 32], death: 60 }, 5, 10);
        let third = second.replaced(Signed { bytes: vec![2], hash: [2; 32], death: 80 }, 7, 20);
        assert_eq!(third.hashes(), [[2; 32], [1; 32], [0; 32]]);
        assert_eq!((second.death, third.death), (70, 80));
        assert_eq!((third.bid.first, third.bid.latest, third.bid.tip), (1, 7, 20));
    }

    #[test]
    fn a_submission_takes_the_lowest_nonce_of_what_gives_way_and_is_left_out() {
        let of = |purpose, first| {
            Entry::new(purpose, Signed { bytes: vec![], hash: [9; 32], death: 90 }, first, 0)
        };
        let mut outbox = Outbox::default();
        outbox.insert(2, of(Purpose::Claim(9), 1));
        outbox.insert(3, of(Purpose::Submit(8), 1));
        outbox.insert(4, of(Purpose::Claim(7), 9));
        outbox.insert(5, of(Purpose::Fill, 8));
        let mut chain = snapshot(8, 10);
        (chain.best.nonce, chain.next_nonce) = (3, 6);
        let front = |outbox: &Outbox, behind| {
            outbox.front(&chain, behind, 2, |purpose| purpose.answered().is_empty())
        };
        assert_eq!(front(&outbox, u64::MAX), Some(4), "with one that is left out, the lowest");
        assert_eq!(front(&outbox, 5), None, "a claim of the last block is not left out yet");
        assert_eq!(front(&outbox, 4), None);

        let submission = of(Purpose::Submit(6), 9);
        let signed = Signed { bytes: vec![1], hash: [1; 32], death: 70 };
        let moved = submission.moved(outbox.get(4).expect("a claim"), signed, 10, 30);
        assert_eq!(moved.purpose, Purpose::Instead { claim: 7, jobs: vec![6] });
        assert_eq!((moved.hashes(), moved.death), (vec![[1; 32], [9; 32]], 90));
        outbox.insert(4, moved);
        assert_eq!(
            outbox.of(7),
            OnTheWay { claim: true, submission: false },
            "it may still be included"
        );
        assert_eq!(outbox.of(6), OnTheWay { claim: false, submission: true });
        assert_eq!(Purpose::Fill.taken_by(&[6]), Purpose::Submit(6));
        assert_eq!(Purpose::Submit(6).taken_by(&[]), Purpose::Fill);
    }

    #[test]
    fn nonces_are_given_out_once_and_gaps_are_seen() {
        let mut outbox = Outbox::default();
        let mut chain = snapshot(10, 10);
        chain.next_nonce = 3;
        assert_eq!(outbox.free_nonce(&chain), 3);
        outbox.insert(3, entry(20));
        outbox.insert(4, entry(20));
        assert_eq!((outbox.free_nonce(&chain), outbox.gap(&chain)), (5, None));
        outbox.remove(3);
        assert_eq!((outbox.free_nonce(&chain), outbox.gap(&chain)), (3, Some(3)));
        chain.next_nonce = 4;
        assert_eq!(outbox.gap(&chain), None);
    }

    #[test]
    fn a_transaction_is_settled_by_a_final_nonce_or_a_final_block_too_late_for_it() {
        let mut outbox = Outbox::default();
        outbox.insert(3, entry(20));
        let mut chain = snapshot(10, 18);
        chain.best.nonce = 4;
        assert!(outbox.settled(&chain).is_empty(), "a best block can be reorganised away");
        chain.finalized.nonce = 4;
        assert_eq!(outbox.settled(&chain), [3]);
        assert!(outbox.settled(&snapshot(18, 30)).is_empty(), "block 19 can still include it");
        assert_eq!(outbox.settled(&snapshot(19, 30)), [3]);
    }

    #[test]
    fn what_the_pool_and_the_best_chain_lack_is_missing() {
        let mut outbox = Outbox::default();
        (3..6).for_each(|nonce| outbox.insert(nonce, entry(20)));
        let mut chain = snapshot(10, 12);
        (chain.next_nonce, chain.best.nonce) = (4, 4);
        assert_eq!(outbox.missing(&chain), [4, 5]);
    }
}
