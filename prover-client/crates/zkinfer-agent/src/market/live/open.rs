//! The open jobs that a prover wants, whatever else is open.
//!
//! Jobs that nobody should want are cheap: their poster has the money back when they end. So each
//! served version is read by itself, the newest jobs first; a job is read once and judged before it
//! takes anybody's place; and where the time of a round is over, the next one goes on with the next
//! version.

mod catalogue;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use zkinfer_primitives::{JobId, ModelVersionId};

use super::{
    super::{Interest, JobState, JobView, Limits, Means, VersionView},
    raw,
};
use catalogue::Catalogue;
use zkinfer_client::{
    connection::{AtBlock, Chain},
    error::ChainError,
};

/// The share of a round for the search of open jobs: whoever floods a chain with them must not keep
/// a prover from answering those that it has claimed.
const TIME: Duration = Duration::from_secs(5);
/// Keys that one question asks for.
const PAGE: u32 = 1_000;
/// Pages of one version's keys that one round reads.
const PAGES: usize = 5;
/// Jobs of one version that one round reads for the first time, or again.
const QUOTA: usize = 250;
/// Blocks after which a job that was not wanted is looked at again: its requester may have
/// redirected it, fees may have fallen.
const UNWANTED: u32 = 50;

/// The findings of one round.
#[derive(Debug, Default)]
pub struct Found {
    /// Jobs that are open at both blocks, and wanted.
    pub wanted: Vec<JobView>,
    /// Open jobs of the versions that are served.
    pub counted: usize,
}

/// Known open jobs, on one connection.
#[derive(Debug, Default)]
pub struct OpenJobs {
    catalogue: Catalogue,
    versions: BTreeMap<ModelVersionId, Jobs>,
    /// The version with which the next round begins.
    turn: Option<ModelVersionId>,
    /// The criteria by which jobs were judged.
    judged_by: Option<Conditions>,
}

/// The change after which a job that was not wanted may be wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Conditions {
    bond: Option<u128>,
    limits: Limits,
    generators: BTreeSet<u8>,
}

/// The open jobs of one version.
#[derive(Debug, Default)]
struct Jobs {
    /// Those that the last whole look at the index found.
    complete: BTreeSet<JobId>,
    /// Those that the present look has found so far, and the key behind which it goes on.
    partial: BTreeSet<JobId>,
    after: Option<Vec<u8>>,
    seen: BTreeMap<JobId, Seen>,
}

/// Findings about a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// It is wanted, and pays this much.
    Wanted(u128),
    /// It was not wanted at this block.
    Unwanted(u32),
}

impl OpenJobs {
    /// The wanted jobs that are open at the finalised and at the best block, as many as are found
    /// in time.
    pub async fn read(
        &mut self,
        chain: &Chain,
        [finalized, best]: [&AtBlock; 2],
        interest: &dyn Interest,
        means: &Means<'_>,
    ) -> Result<Found, ChainError> {
        let begun = Instant::now();
        let served = self.catalogue.read(chain, finalized, interest).await?;
        self.versions.retain(|id, _| served.contains_key(id));
        self.judge_anew(means);
        let mut wanted = Vec::new();
        let order = in_turn(served.keys().copied(), self.turn.take());
        for (id, version) in order.into_iter().filter_map(|id| Some((id, served.get(&id)?))) {
            if begun.elapsed() >= TIME {
                tracing::debug!(
                    model = id.model,
                    "there are more open jobs than can be read in a round"
                );
                self.turn = Some(id);
                break;
            }
            let jobs = self.versions.entry(id).or_default();
            jobs.look(chain, finalized, id).await?;
            wanted.extend(jobs.read(chain, best, version, interest, means).await?);
        }
        let counted = self.versions.values().map(Jobs::len).sum();
        Ok(Found { wanted, counted })
    }

    /// Looks at unwanted jobs again when what they were judged by has changed.
    fn judge_anew(&mut self, means: &Means<'_>) {
        let conditions = Conditions {
            bond: means.stake.map(|stake| stake.bond),
            limits: *means.limits,
            generators: means.generators.clone(),
        };
        if self.judged_by.as_ref() != Some(&conditions) {
            let jobs = self.versions.values_mut();
            jobs.for_each(|jobs| jobs.seen.retain(|_, seen| matches!(seen, Seen::Wanted(_))));
            self.judged_by = Some(conditions);
        }
    }
}

/// All of them, beginning with the one whose turn it is.
fn in_turn(
    ids: impl Iterator<Item = ModelVersionId>,
    turn: Option<ModelVersionId>,
) -> Vec<ModelVersionId> {
    let (mut before, mut order): (Vec<_>, Vec<_>) =
        ids.partition(|id| turn.is_some_and(|turn| *id < turn));
    order.append(&mut before);
    order
}

impl Jobs {
    fn len(&self) -> usize {
        self.complete.len().max(self.partial.len())
    }

    /// Looks at the index of the version's open jobs: at all of it, or at a part, with which the
    /// next round goes on.
    async fn look(
        &mut self,
        chain: &Chain,
        at: &AtBlock,
        id: ModelVersionId,
    ) -> Result<(), ChainError> {
        let prefix = raw::open_jobs(at, id)?;
        for _ in 0..PAGES {
            let keys = chain.keys(at, &prefix, PAGE, self.after.as_deref()).await?;
            let ids =
                keys.iter().map(|key| raw::job_of(&prefix, key)).collect::<Result<Vec<_>, _>>()?;
            let is_last = u32::try_from(keys.len()).is_ok_and(|count| count < PAGE);
            self.indexed(ids, keys.into_iter().next_back().filter(|_| !is_last));
            if is_last {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Notes a page of the index, and the key behind which the next one begins, if there is one.
    fn indexed(&mut self, ids: Vec<JobId>, after: Option<Vec<u8>>) {
        self.partial.extend(ids);
        self.after = after;
        if self.after.is_none() {
            self.complete = std::mem::take(&mut self.partial);
            self.seen.retain(|id, _| self.complete.contains(id));
        }
    }

    /// The jobs that this round reads: the best paid of those that are wanted, then those that were
    /// never looked at, the newest first, then those that were not wanted long ago.
    fn chosen(&self, best: u32) -> Vec<JobId> {
        let mut wanted = Vec::new();
        let mut fresh = Vec::new();
        let mut stale = Vec::new();
        for id in self.complete.union(&self.partial).collect::<Vec<_>>().into_iter().rev() {
            match self.seen.get(id) {
                Some(Seen::Wanted(pay)) => wanted.push((Reverse(*pay), *id)),
                Some(Seen::Unwanted(at)) if best.saturating_sub(*at) >= UNWANTED => {
                    stale.push((*at, *id))
                }
                Some(Seen::Unwanted(_)) => {}
                None => fresh.push(*id),
            }
        }
        wanted.sort_unstable();
        stale.sort_unstable();
        let wanted = wanted.into_iter().map(|(_, id)| id).take(QUOTA);
        wanted
            .chain(fresh.into_iter().chain(stale.into_iter().map(|(_, id)| id)).take(QUOTA))
            .collect()
    }

    /// Reads what this round looks at, and returns what is open and wanted.
    async fn read(
        &mut self,
        chain: &Chain,
        best: &AtBlock,
        version: &VersionView,
        interest: &dyn Interest,
        means: &Means<'_>,
    ) -> Result<Vec<JobView>, ChainError> {
        let now = u32::try_from(best.block_number()).unwrap_or(u32::MAX);
        let ids = self.chosen(now);
        let keys = ids.iter().map(|id| raw::job_key(best, *id)).collect::<Result<Vec<_>, _>>()?;
        let values = chain.values(best, &keys).await?;
        let mut wanted = Vec::new();
        let mut unreadable = 0u32;
        for (id, key) in ids.into_iter().zip(keys) {
            // Gone since the finalised block, or to be looked at again when it is back.
            let Some(bytes) = values.get(&key) else { continue };
            match raw::decode::<raw::Job>(best, "Jobs", bytes) {
                Ok(job) => wanted.extend(self.judged(job.with(id), now, version, interest, means)),
                Err(error) => {
                    tracing::debug!(job = id, %error, "an open job cannot be read and is left to others");
                    unreadable = unreadable.saturating_add(1);
                    self.seen.insert(id, Seen::Unwanted(now));
                }
            }
        }
        if unreadable > 0 {
            tracing::warn!(unreadable, "open jobs cannot be read and are left to others");
        }
        Ok(wanted)
    }

    fn judged(
        &mut self,
        job: JobView,
        now: u32,
        version: &VersionView,
        interest: &dyn Interest,
        means: &Means<'_>,
    ) -> Option<JobView> {
        let wanted = interest.wants(&job, version, means);
        self.seen
            .insert(job.id, if wanted { Seen::Wanted(job.pay()) } else { Seen::Unwanted(now) });
        (wanted && job.state == JobState::Open).then_some(job)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(model: u32) -> ModelVersionId {
        ModelVersionId { model, version: 0 }
    }

    #[test]
    fn every_version_has_its_turn() {
        let ids = || (0..4).map(version);
        let order = |turn| in_turn(ids(), turn).into_iter().map(|id| id.model).collect::<Vec<_>>();
        assert_eq!(order(None), [0, 1, 2, 3]);
        assert_eq!(order(Some(version(2))), [2, 3, 0, 1]);
        assert_eq!(order(Some(version(9))), [0, 1, 2, 3]);
    }

    #[test]
    fn junk_is_read_once_and_new_jobs_come_first() {
        let mut jobs = Jobs::default();
        jobs.indexed((0..1_100).collect(), None);
        let mut read: BTreeSet<JobId> = BTreeSet::new();
        for round in 0..5 {
            let chosen = jobs.chosen(round);
            assert!(
                chosen.len() <= QUOTA && chosen.iter().all(|id| !read.contains(id)),
                "each once"
            );
            read.extend(&chosen);
            jobs.seen.extend(chosen.into_iter().map(|id| (id, Seen::Unwanted(round))));
        }
        assert_eq!(read.len(), 1_100, "all of them, in five rounds");
        // A job that comes in the middle of it is looked at in the next round.
        jobs.indexed((0..1_101).collect(), None);
        assert_eq!(jobs.chosen(5), [1_100]);
        assert_eq!(jobs.chosen(4 + UNWANTED).len(), QUOTA, "and the others again some time");
    }

    #[test]
    fn what_was_not_wanted_is_looked_at_again_when_the_chain_has_changed() {
        let mut open = OpenJobs::default();
        let mut chain = crate::tests::snapshot(10, 12);
        open.judge_anew(&chain.means());
        let jobs = open.versions.entry(version(0)).or_default();
        jobs.indexed(vec![1, 2], None);
        jobs.seen.extend([(1, Seen::Unwanted(12)), (2, Seen::Wanted(5))]);
        open.judge_anew(&chain.means());
        assert_eq!(open.versions[&version(0)].chosen(12), [2]);
        chain.generators.insert(14);
        open.judge_anew(&chain.means());
        assert_eq!(open.versions[&version(0)].chosen(12), [2, 1]);
    }

    #[test]
    fn wanted_jobs_are_read_in_every_round_the_best_paid_first() {
        let mut jobs = Jobs::default();
        jobs.indexed((0..600).collect(), None);
        jobs.seen.extend((0..600).map(|id| (id, Seen::Wanted(u128::from(id % 300)))));
        let chosen = jobs.chosen(1);
        assert_eq!(chosen.len(), QUOTA);
        assert_eq!(&chosen[..4], [299, 599, 298, 598]);
    }

    #[test]
    fn an_index_of_any_length_is_read_to_its_end_and_then_anew() {
        let mut jobs = Jobs::default();
        jobs.indexed((0..1_000).collect(), Some(vec![1]));
        assert_eq!((jobs.complete.len(), jobs.len()), (0, 1_000));
        assert_eq!(jobs.chosen(1).first(), Some(&999), "what was found is read at once");
        jobs.seen.insert(999, Seen::Unwanted(1));
        jobs.indexed((1_000..1_500).collect(), None);
        assert_eq!((jobs.complete.len(), jobs.after.is_none()), (1_500, true));
        jobs.indexed((0..999).collect(), None);
        assert!(!jobs.seen.contains_key(&999), "what is over is forgotten");
    }
}
