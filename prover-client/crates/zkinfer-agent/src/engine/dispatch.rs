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

    /// Nonces of what the pool lacks, and of what it may have in an older version: a process can
    /// end between signing and sending.
    fn unsent(&self, snapshot: &Snapshot) -> Vec<u64> {
        let outbox = self.parts.store.outbox();
        let missing = outbox.missing(snapshot);
        let first = missing.first().copied().unwrap_or(u64::MAX);
        let older = outbox
            .pending(snapshot)
            .filter(|(nonce, entry)| *nonce < first && self.sent.get(nonce) != Some(&entry.hash));
        older.map(|(nonce, _)| nonce).chain(missing.iter().copied()).collect()
    }

    /// Signs submissions again that blocks leave out: under the nonce of what is stuck in front of
    /// them, else under the same nonce, and with a higher tip.
    async fn raise_tips(&mut self, snapshot: &Snapshot) -> Result<(), EngineError> {
        let pending: Vec<_> = self
            .parts
            .store
            .outbox()
            .pending(snapshot)
            .map(|(nonce, entry)| (nonce, entry.clone()))
            .collect();
        for (nonce, entry) in pending {
            let Some((last, most)) = self.stakes(entry.purpose.answered(), snapshot) else {
                continue;
            };
            let best = snapshot.best.number;
            if best < last && self.move_to_front(nonce, &entry, (last, most), snapshot).await? {
                continue;
            }
            let Some(tip) = tips::raised(&entry.bid, best, last, window(snapshot), most) else {
                continue;
            };
            let Some(action) = self.action_of(&entry.purpose) else { continue };
            let life = planner::life_of_submission(snapshot);
            let signed = self.parts.market.sign(&action, nonce, life, tip).await?;
            tracing::warn!(nonce, purpose = ?entry.purpose, %tip, last, "no block includes a submission: offering a tip");
            self.parts.metrics.tip_raised();
            self.parts.store.put_entry(nonce, entry.replaced(signed, best, tip))?;
        }
        Ok(())
    }

    /// Signs a submission under the nonce of what is stuck in front of it, if there is something.
    /// Returns `true` if it did.
    ///
    /// The nonce that it had is free then: the pool drops the version there, since one proof of a
    /// claim can be in it. Were another node to include that version after all, the job is
    /// answered, and whatever has got its nonce is signed again or is not needed, as with any nonce
    /// that something else has used. Only what remembers a claim leaves a filler, which remembers
    /// it instead.
    async fn move_to_front(
        &mut self,
        nonce: u64,
        entry: &Entry,
        (last, most): (u32, u128),
        snapshot: &Snapshot,
    ) -> Result<bool, EngineError> {
        let best = snapshot.best.number;
        let Some(front) = self.front(nonce, last, snapshot) else { return Ok(false) };
        let Some(displaced) = self.parts.store.outbox().get(front).cloned() else {
            return Ok(false);
        };
        // Its own claim is not in the best chain: without it nothing is answered.
        if displaced.purpose.claimed().is_some_and(|job| entry.purpose.answered().contains(&job)) {
            return Ok(false);
        }
        let Some(action) = self.action_of(&entry.purpose) else { return Ok(false) };
        let Some(tip) = tips::moved(&entry.bid, best, last, window(snapshot), most) else {
            self.warn_of_stuck(entry, most);
            return Ok(false);
        };
        let life = planner::life_of_submission(snapshot);
        let signed = self.parts.market.sign(&action, front, life, tip).await?;
        let rest = match entry.purpose.claimed() {
            None => None,
            Some(_) => {
                let filler = self.parts.market.sign(&Action::Nothing, nonce, life, 0).await?;
                let mut filler = Entry::new(entry.purpose.taken_by(&[]), filler, best, 0);
                filler.death = filler.death.max(entry.death);
                Some(filler)
            }
        };
        tracing::warn!(from = nonce, to = front, purpose = ?entry.purpose, displaced = ?displaced.purpose, %tip, last, "a submission waits behind what no block includes: it takes that one's nonce");
        self.parts.metrics.tip_raised();
        let moved = entry.moved(&displaced, signed, best, tip);
        self.parts.store.move_entry(nonce, front, moved, rest)?;
        Ok(true)
    }

    /// Says, once, that a submission stays behind what blocks leave out.
    fn warn_of_stuck(&mut self, entry: &Entry, most: u128) {
        let job =
            entry.purpose.answered().first().and_then(|job| self.parts.store.records().get(job));
        let Some(job) = job.map(|record| record.job.clone()) else { return };
        let text = format!(
            "its submission waits behind a claim that no block includes, and its largest tip, {most} planck, is too small for the claim's place; a larger one is allowed by option `max_tip` and option `max_tip_share`"
        );
        self.say(&job, tracing::Level::WARN, &text);
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
    async fn sign_anew(
        &mut self,
        nonce: u64,
        entry: &Entry,
        snapshot: &Snapshot,
    ) -> Result<(), EngineError> {
        let Some(action) = self.action_of(&entry.purpose) else { return Ok(()) };
        let life = match &entry.purpose {
            // The claim was planned to be dead by then.
            Purpose::Claim(_) => planner::life_until(entry.death, snapshot),
            Purpose::Submit(_)
            | Purpose::SubmitBatch(_)
            | Purpose::Instead { .. }
            | Purpose::Fill => Some(planner::life_of_submission(snapshot)),
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
            Purpose::Claim(job) => record(job)
                .map(|record| Action::Claim { job: *job, terms_hash: record.job.terms_hash }),
            _ if purpose.answered().is_empty() => Some(Action::Nothing),
            Purpose::Submit(_)
            | Purpose::SubmitBatch(_)
            | Purpose::Instead { .. }
            | Purpose::Fill => {
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

/// Returns `true` if it is the claim of a job that somebody else has, or that is over.
fn is_futile(entry: &Entry, snapshot: &Snapshot) -> bool {
    let Purpose::Claim(job) = &entry.purpose else { return false };
    // A job that was claimed for in this very round was open when the round began.
    let fate = snapshot.best.fates.get(job);
    fate.is_some_and(|fate| !matches!(fate, Fate::Running(job) if job.state == JobState::Open))
}
