//! Proofs that are made before their jobs are claimed, under keys that somebody else made.
//!
//! A job's terms and the prover are known before the claim, so that a proof made then is the one
//! that is submitted after it. A key whose proof fails for this input costs the work and no bond.
//! What remains is that work: whoever posts jobs and takes them back makes a prover work for
//! nothing, at the price of fees and of a reward that is locked meanwhile. It is bounded:
//!
//! - no draft begins while a claimed job waits for its proof, and drafts under way count in the
//!   plan of every claim;
//! - the best paid job comes first, its input must open, and its terms must be worth a claim;
//! - a version whose drafts are in vain waits, each time twice as long, until one of them is
//!   claimed.

use std::collections::BTreeMap;

use zkinfer_primitives::{JobId, ModelVersionId, Output, Proof, VkHash};

use super::{
    super::{
        market::{Fate, JobView, Market, Snapshot},
        models::Held,
        pool::{Fault, Finished, Prover, Purpose, Task},
    },
    Engine, EngineError,
};

/// Drafts in vain that a version has free: jobs go to rivals too.
const FREE: u32 = 3;
/// Blocks that a version waits at most, as a power of two.
const LONGEST: u32 = 7;

/// Proofs before claims.
#[derive(Debug, Default)]
pub struct Drafts {
    jobs: BTreeMap<JobId, Draft>,
    waste: BTreeMap<ModelVersionId, Waste>,
}

/// A proof of a job that is not ours.
#[derive(Debug)]
struct Draft {
    job: JobView,
    /// The proof, when it is made.
    proof: Option<(Output, Proof)>,
}

/// Drafts of a version that came to nothing, one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Waste {
    count: u32,
    /// Number of the block before which no draft begins.
    not_before: u32,
}

impl Waste {
    fn add(&mut self, best: u32) {
        self.count = self.count.saturating_add(1);
        let doublings = self.count.saturating_sub(FREE).min(LONGEST);
        let pause = if self.count <= FREE { 0 } else { 1u32 << doublings };
        self.not_before = best.saturating_add(pause);
    }
}

impl Drafts {
    /// The jobs that are being proved, or are.
    pub fn jobs(&self) -> impl Iterator<Item = JobId> {
        self.jobs.keys().copied()
    }

    /// The keys of proofs under way.
    pub fn proving(&self) -> impl Iterator<Item = VkHash> {
        self.jobs.values().filter(|draft| draft.proof.is_none()).map(|draft| draft.job.vk_hash)
    }

    /// The proof of a job on these terms.
    pub fn proof(&self, job: &JobView) -> Option<(Output, Proof)> {
        let draft = self.jobs.get(&job.id).filter(|draft| draft.job.terms_hash == job.terms_hash);
        draft.and_then(|draft| draft.proof.clone())
    }

    /// Takes a proof that came to nothing off the list.
    fn waste(&mut self, id: JobId, best: u32) {
        if let Some(draft) = self.jobs.remove(&id) {
            self.waste.entry(draft.job.version).or_default().add(best);
        }
    }
}

impl<M: Market, P: Prover> Engine<M, P> {
    /// Begins the proof of an open job, if there is room for it. Returns `true` if the job's input
    /// was read.
    pub(super) async fn draft(
        &mut self,
        job: &JobView,
        held: &Held,
        snapshot: &Snapshot,
    ) -> Result<bool, EngineError> {
        let waits = |record: &super::Record| record.proof.is_none();
        let busy = self.parts.store.records().values().any(waits);
        let full = self.drafts.jobs.len() >= self.parts.policy.max_claims
            || self.drafts.proving().count() >= self.parts.policy.at_once;
        let early = self
            .drafts
            .waste
            .get(&job.version)
            .is_some_and(|w| snapshot.best.number < w.not_before);
        if busy || full || early || self.drafts.jobs.contains_key(&job.id) {
            return Ok(false);
        }
        let Some(opening) = self.opened(job, held).await? else { return Ok(true) };
        tracing::info!(
            job = job.id,
            model = held.name,
            "proving before the claim: the key is neither own nor audited"
        );
        self.parts.metrics.drafted();
        let task = Task { purpose: Purpose::Draft(job.id), opening, context: self.context(job) };
        self.parts.prover.start(task);
        self.drafts.jobs.insert(job.id, Draft { job: job.clone(), proof: None });
        Ok(true)
    }

    /// Notes a proof that was made before its claim.
    pub(super) fn drafted(&mut self, job: JobId, finished: Finished) -> Result<(), EngineError> {
        let (best, _) = self.best_and_final();
        let Some(draft) = self.drafts.jobs.get_mut(&job) else { return Ok(()) };
        match finished.result {
            Ok(proof) => {
                tracing::info!(job, milliseconds = finished.millis, "proved before the claim");
                draft.proof = Some(proof);
                self.parts.metrics.proved(finished.millis);
                let Some(held) = self.models.get(&finished.vk_hash) else { return Ok(()) };
                Ok(self.parts.store.measured(held.key, finished.millis)?)
            }
            Err(failure) => {
                tracing::error!(
                    job,
                    reason = failure.reason,
                    "a proof before a claim failed: nothing is lost but its work"
                );
                self.parts.metrics.proof_failed();
                let terms = (job, draft.job.terms_hash);
                self.drafts.waste(job, best);
                match failure.fault {
                    Fault::Key => {
                        let reason = format!(
                            "the proof of job {job}, not claimed, failed: {}",
                            failure.reason
                        );
                        self.distrust(&finished.vk_hash, reason)
                    }
                    Fault::Input => {
                        self.unopenable.insert(terms);
                        Ok(())
                    }
                    Fault::Passing => Ok(()),
                }
            }
        }
    }

    /// Lets go of drafts whose jobs are not open any more.
    pub(super) fn settle_drafts(&mut self, snapshot: &Snapshot) {
        let best = snapshot.best.number;
        for id in self.drafts.jobs().collect::<Vec<_>>() {
            let Some(draft) = self.drafts.jobs.get(&id) else { continue };
            match snapshot.best.fate(id) {
                Fate::Running(job) if job.terms_hash == draft.job.terms_hash && job.is_open() => {}
                Fate::Running(job) if job.claimed_by(&self.me, &draft.job.terms_hash).is_some() => {
                    self.drafts.waste.remove(&draft.job.version);
                    self.drafts.jobs.remove(&id);
                }
                _ => {
                    tracing::debug!(job = id, "a job was proved in vain: it is not open any more");
                    self.parts.metrics.draft_wasted();
                    self.parts.prover.forget(id);
                    self.drafts.waste(id, best);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_whose_drafts_are_in_vain_waits_twice_as_long_each_time_within_bounds() {
        let mut waste = Waste::default();
        let pauses: Vec<_> = (0..13)
            .map(|_| {
                waste.add(100);
                waste.not_before - 100
            })
            .collect();
        assert_eq!(pauses, [0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 128, 128, 128]);
    }
}
