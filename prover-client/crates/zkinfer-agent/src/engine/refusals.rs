//! Transactions that are settled, and submissions among them that the chain refused: why, and what
//! follows.

use zkinfer_primitives::JobId;

use super::{
    super::{
        market::{Fate, Market, Snapshot},
        outbox::Entry,
        pool::Prover,
    },
    Engine, EngineError,
};

/// Final blocks that are searched for a submission, at most: as long as one lives.
const SEARCHED: u32 = 128;
/// Errors of a chain that is not ready, or blocks that came too late: not the proof's fault, and
/// they may pass.
const PASSING: [&str; 3] = ["GeneratorsMissing", "TooLateToSubmit", "Exhaust"];
/// The chain's own fault. It may pass, but whoever has lost a claim to it does not claim again.
const FAULTS: [&str; 1] = ["VerifierFault"];

/// The meaning of the chain's answer to a submission for its proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blame {
    /// Nothing.
    Nobody,
    /// The chain cannot check it.
    Chain,
    /// It will be refused again.
    Proof,
}

fn blame(reason: &str) -> Blame {
    let any = |names: &[&str]| names.iter().any(|name| reason.contains(name));
    if any(&PASSING) {
        Blame::Nobody
    } else if any(&FAULTS) {
        Blame::Chain
    } else {
        Blame::Proof
    }
}

impl<M: Market, P: Prover> Engine<M, P> {
    /// Forgets transactions that are settled.
    pub(super) async fn settle(&mut self, snapshot: &Snapshot) -> Result<(), EngineError> {
        let settled = self.parts.store.outbox().settled(snapshot);
        for nonce in &settled {
            let entry = self.parts.store.outbox().get(*nonce).cloned();
            // Not used up, it died without being included.
            if let Some(entry) = entry.filter(|_| *nonce < snapshot.finalized.nonce) {
                self.look_into(&entry, snapshot).await?;
            }
        }
        Ok(self.parts.store.settle(&settled)?)
    }

    /// Looks into a submission that a final block has, and whose claims are as they were.
    async fn look_into(&mut self, entry: &Entry, snapshot: &Snapshot) -> Result<(), EngineError> {
        let jobs = entry.purpose.answered();
        let waiting: Vec<_> =
            jobs.iter().filter_map(|id| Some((*id, self.claimed_until(*id, snapshot)?))).collect();
        if waiting.is_empty() {
            return Ok(());
        }
        let last = snapshot.finalized.number;
        let first = entry.bid.first.max(last.saturating_sub(SEARCHED));
        // Worth knowing, and not worth a round: a node that has forgotten the blocks, or takes too
        // long for them, must hold nothing up.
        let found = self.parts.market.failure(&entry.hashes(), first..=last).await;
        let reason = match found {
            Ok(Some(reason)) => Some(reason),
            Ok(None) => {
                tracing::warn!(
                    ?jobs,
                    "another transaction has taken a submission's nonce; it is sent again"
                );
                return Ok(());
            }
            Err(error) => {
                tracing::warn!(%error, "why a submission failed cannot be read");
                None
            }
        };
        self.parts.metrics.submission_refused();
        tracing::error!(
            ?jobs,
            reason,
            "the chain refused a submission; nothing is slashed for it while the claim lasts"
        );
        for (job, until) in waiting {
            self.pace.entry(job).or_default().failed(snapshot.best.number, until);
            // Of a batch it is not known whose fault it was. They are submitted alone from now on.
            if let (Some(reason), [_]) = (&reason, jobs) {
                self.blame(job, reason)?;
            }
        }
        Ok(())
    }

    fn blame(&mut self, job: JobId, reason: &str) -> Result<(), EngineError> {
        let blame = blame(reason);
        let Some(mut record) = self.parts.store.records().get(&job).cloned() else { return Ok(()) };
        if blame == Blame::Nobody {
            return Ok(());
        }
        let key = record.job.vk_hash;
        record.failed_proofs = record.failed_proofs.saturating_add(1);
        self.parts.store.put(record)?;
        if blame == Blame::Proof {
            self.distrust(
                &key,
                format!("the chain refused the submission of job {job}: {reason}"),
            )?;
        }
        Ok(())
    }

    /// Until when a job's claim is good, if both blocks have it.
    fn claimed_until(&self, id: JobId, snapshot: &Snapshot) -> Option<u32> {
        let record = self.parts.store.records().get(&id)?;
        let until = |fate: &Fate| match fate {
            Fate::Running(job) => job.claimed_by(&self.me, &record.job.terms_hash),
            _ => None,
        };
        until(snapshot.finalized.fate(id)).and(until(snapshot.best.fate(id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_not_put_down_to_the_proof() {
        assert_eq!(blame("Inference::GeneratorsMissing"), Blame::Nobody);
        assert_eq!(blame("Inference::TooLateToSubmit"), Blame::Nobody);
        assert_eq!(blame("Inference::VerifierFault"), Blame::Chain);
        assert_eq!(blame("Inference::CircuitSizeMismatch"), Blame::Proof);
    }
}
