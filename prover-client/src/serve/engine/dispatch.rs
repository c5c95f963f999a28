//! Sending what is signed: again and again, the same bytes, until the chain has them.

use super::{
    super::{
        market::{Action, Fate, JobState, Market, Reception, Snapshot},
        outbox::{Entry, Purpose},
        planner,
        pool::Prover,
        tips,
    },
    Engine, EngineError,
    proofs::{answer_of, window},
};

impl<M: Market, P: Prover> Engine<M, P> {
    /// Sends what neither the best chain nor the pool has, in the order of nonces.
    pub(super) async fn dispatch(&mut self, snapshot: &Snapshot) -> Result<(), EngineError> {
        self.fill_gap(snapshot).await?;
        self.refusals.retain(|nonce, _| *nonce >= snapshot.finalized.nonce);
        self.sent.retain(|nonce, _| *nonce >= snapshot.finalized.nonce);
        self.raise_tips(snapshot).await?;
        let missing = self.unsent(snapshot);
        let last = missing.last().copied();
        for nonce in missing {
            let entry = self.parts.store.outbox().entries().find(|(n, _)| *n == nonce);
            let Some(entry) = entry.map(|(_, entry)| entry.clone()) else { continue };
            // Sent late it would only cost its fee. What waits behind it needs its nonce, though.
            if Some(nonce) == last && is_futile(&entry, snapshot) {
                continue;
            }
            match self.parts.market.send(&entry.bytes).await? {
                Reception::Taken => {
                    tracing::debug!(nonce, purpose = ?entry.purpose, tx = hex::encode(entry.hash), "sent");
                    self.sent.insert(nonce, entry.hash);
                    self.parts.metrics.sent();
                }
                Reception::Stale => {
                    tracing::debug!(nonce, purpose = ?entry.purpose, "its nonce is used already");
                }
                Reception::NotNow(reason) => {
                    self.refused(
                        nonce,
                        &entry,
                        &reason,
                        "the node's pool does not take a transaction now; trying again",
                    );
                    // What comes after it could not be included either.
                    return Ok(());
                }
                Reception::Spoilt => {
                    tracing::info!(nonce, purpose = ?entry.purpose, "the node does not take these bytes any more; signing anew under the same nonce");
                    self.sign_anew(nonce, &entry, snapshot).await?;
                }
                Reception::Invalid(reason) => {
                    self.refused(
                        nonce,
                        &entry,
                        &reason,
                        "the node refuses a transaction; trying again until it is too old",
                    );
                }
            }
        }
        Ok(())
    }

    /// Nonces of what the pool lacks, and of what it may have in an older version: a process can end between signing and sending.
    fn unsent(&self, snapshot: &Snapshot) -> Vec<u64> {
        let outbox = self.parts.store.outbox();
        let missing = outbox.missing(snapshot);
        let first = missing.first().copied().unwrap_or(u64::MAX);
        let older = outbox.pending(snapshot).filter(|(nonce, entry)| {
            *nonce < first && !entry.bid.replaced.is_empty() && self.sent.get(nonce) != Some(&entry.hash)
        });
        older.map(|(nonce, _)| nonce).chain(missing.iter().copied()).collect()
    }

    /// Signs submissions again, under the same nonce and with a higher tip, that blocks leave out.
    async fn raise_tips(&mut self, snapshot: &Snapshot) -> Result<(), EngineError> {
        let pending: Vec<_> = self
            .parts
            .store
            .outbox()
            .pending(snapshot)
            .map(|(nonce, entry)| (nonce, entry.clone()))
            .collect();
        for (nonce, entry) in pending {
            let Some((last, most)) = self.stakes(entry.purpose.answered(), snapshot) else { continue };
            let best = snapshot.best.number;
            let Some(tip) = tips::raised(&entry.bid, best, last, window(snapshot), most) else { continue };
            let Some(action) = self.action_of(&entry.purpose) else { continue };
            let life = planner::life_of_submission(snapshot);
            let signed = self.parts.market.sign(&action, nonce, life, tip).await?;
            tracing::warn!(nonce, purpose = ?entry.purpose, %tip, last, "no block includes a submission: offering a tip");
            self.parts.metrics.tip_raised();
            self.parts.store.put_entry(nonce, entry.replaced(signed, best, tip))?;
        }
        Ok(())
    }

    /// Counts a refusal, and says it when it is new.
    fn refused(&mut self, nonce: u64, entry: &Entry, reason: &str, text: &str) {
        self.parts.metrics.pool_refused();
        if self.refusals.get(&nonce).is_none_or(|last| last != reason) {
            tracing::warn!(nonce, purpose = ?entry.purpose, reason, "{text}");
            self.refusals.insert(nonce, reason.to_owned());
        }
    }

    /// Signs the same again under the same nonce, so that only one of both can ever be included.
    async fn sign_anew(&mut self, nonce: u64, entry: &Entry, snapshot: &Snapshot) -> Result<(), EngineError> {
        let Some(action) = self.action_of(&entry.purpose) else { return Ok(()) };
        let life = match &entry.purpose {
            // The claim was planned to be dead by then.
            Purpose::Claim(_) => planner::life_until(entry.death, snapshot),
            Purpose::Submit(_) | Purpose::SubmitBatch(_) | Purpose::Fill => {
                Some(planner::life_of_submission(snapshot))
            }
        };
        let Some(life) = life else { return Ok(()) };
        let tip = entry.bid.tip;
        let signed = self.parts.market.sign(&action, nonce, life, tip).await?;
        let entry = entry.replaced(signed, snapshot.best.number, tip);
        self.parts.store.put_entry(nonce, entry.clone())?;
        if self.parts.market.send(&entry.bytes).await? == Reception::Taken {
            self.sent.insert(nonce, entry.hash);
            self.parts.metrics.sent();
        }
        Ok(())
    }

    fn action_of(&self, purpose: &Purpose) -> Option<Action> {
        let record = |job| self.parts.store.records().get(job);
        match purpose {
            Purpose::Fill => Some(Action::Nothing),
            Purpose::Claim(job) => {
                record(job).map(|record| Action::Claim { job: *job, terms_hash: record.job.terms_hash })
            }
            Purpose::Submit(_) | Purpose::SubmitBatch(_) => {
                // Of a batch, those whose records are still there.
                let records = purpose.answered().iter().filter_map(record);
                let answers: Vec<_> = records.filter_map(answer_of).collect();
                (!answers.is_empty()).then_some(Action::Submit(answers))
            }
        }
    }

    /// Uses up a nonce that died with its transaction, so that those behind it can be included.
    async fn fill_gap(&mut self, snapshot: &Snapshot) -> Result<(), EngineError> {
        let Some(nonce) = self.parts.store.outbox().gap(snapshot) else { return Ok(()) };
        tracing::info!(nonce, "filling a gap between transactions");
        let life = planner::life_of_submission(snapshot);
        let signed = self.parts.market.sign(&Action::Nothing, nonce, life, 0).await?;
        let entry = Entry::new(Purpose::Fill, signed, snapshot.best.number, 0);
        Ok(self.parts.store.put_entry(nonce, entry)?)
    }
}

/// Whether it is the claim of a job that somebody else has, or that is over.
fn is_futile(entry: &Entry, snapshot: &Snapshot) -> bool {
    let Purpose::Claim(job) = &entry.purpose else { return false };
    // A job that was claimed for in this very round was open when the round began.
    let fate = snapshot.best.fates.get(job);
    fate.is_some_and(|fate| !matches!(fate, Fate::Running(job) if job.state == JobState::Open))
}
