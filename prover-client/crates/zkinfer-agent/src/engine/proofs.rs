//! Proofs of claimed jobs: made, kept, submitted.

use std::collections::BTreeMap;

use zkinfer_primitives::{JobId, Purpose as ProofPurpose, VkHash, statement::Context};

use super::{
    super::{
        market::{Action, Answer, Fate, JobView, Market, Snapshot},
        models::Held,
        outbox::{Entry, Purpose},
        planner,
        pool::{Fault, Finished, Prover, Purpose as TaskPurpose, Task},
        record::Record,
        tips,
    },
    Engine, EngineError,
};
use zkinfer::artefacts::{
    opening::{self, Opening},
    proof::Statement,
};

/// Blocks that a claim must have left for its proof to go into a batch.
const BATCH_SPARE: u32 = 16;
/// The pause of a record whose attempt failed.
const LATER: &str = "failed, to be tried again";

impl<M: Market, P: Prover> Engine<M, P> {
    /// Notes what the prover has finished.
    pub(super) fn collect_proofs(&mut self) -> Result<(), EngineError> {
        for finished in self.parts.prover.finished() {
            match finished.purpose {
                TaskPurpose::Trial => self.tried(finished)?,
                TaskPurpose::Draft(job) => self.drafted(job, finished)?,
                TaskPurpose::Job { job, last } => self.proved(job, last, finished)?,
            }
        }
        Ok(())
    }

    fn proved(&mut self, job: JobId, last: u32, finished: Finished) -> Result<(), EngineError> {
        self.proving.remove(&job);
        let Some(mut record) = self.parts.store.records().get(&job).cloned() else { return Ok(()) };
        let failure = match finished.result {
            Ok(proof) => {
                tracing::info!(job, milliseconds = finished.millis, "proved");
                self.parts.metrics.proved(finished.millis);
                record.proof = Some(proof);
                self.pace.remove(&job);
                if let Some(held) = self.models.get(&finished.vk_hash) {
                    self.parts.store.measured(held.key, finished.millis)?;
                }
                return Ok(self.parts.store.put(record)?);
            }
            Err(failure) => failure,
        };
        tracing::error!(
            job,
            reason = failure.reason,
            "a proof failed; it is tried again while there is time"
        );
        self.parts.metrics.proof_failed();
        let (best, _) = self.best_and_final();
        self.pace.entry(job).or_default().failed(best, last);
        if failure.fault == Fault::Passing {
            return Ok(());
        }
        record.failed_proofs = record.failed_proofs.saturating_add(1);
        self.parts.store.put(record)?;
        // With the first one: what this key costs is one lock, and not the bond.
        self.distrust(
            &finished.vk_hash,
            format!("the proof of job {job} failed: {}", failure.reason),
        )
    }

    /// Gives a claimed job to the prover, once at a time.
    pub(super) async fn prove(
        &mut self,
        record: &Record,
        last: u32,
        best: u32,
    ) -> Result<(), EngineError> {
        let job = &record.job;
        if self.proving.contains(&job.id) {
            return Ok(());
        }
        if self.must_wait(job.id, best) {
            return Ok(());
        }
        let Some(held) = self.models.get(&job.vk_hash).cloned() else {
            self.say(
                job,
                tracing::Level::ERROR,
                "the key of a claimed job is not held: give its model and key again: option `model`, option `pk`",
            );
            return Ok(());
        };
        let Some(opening) = self.kept_opening(job, &held).await? else { return Ok(()) };
        tracing::info!(job = job.id, model = held.name, last, "proving");
        self.proving.insert(job.id);
        let task = Task {
            purpose: TaskPurpose::Job { last, job: job.id },
            opening,
            context: self.context(job),
        };
        self.parts.prover.start(task);
        Ok(())
    }

    /// Returns `true` if a job's last attempt failed so recently that the next one waits.
    fn must_wait(&mut self, job: JobId, best: u32) -> bool {
        let waits = self.pace.get(&job).is_some_and(|pace| !pace.allows(best));
        if waits {
            self.steps.insert(job, LATER.into());
        }
        waits
    }

    /// The opening of a job that was taken on: from the vault, or where it came from.
    async fn kept_opening(
        &mut self,
        job: &JobView,
        held: &Held,
    ) -> Result<Option<Opening>, EngineError> {
        let kept = self.parts.vault.get(&job.input_commitment, opening::max_bytes(&held.input))?;
        let kept =
            kept.and_then(|bytes| Opening::decode_for(held.system, &bytes, &held.input).ok());
        if let Some(opening) = kept.filter(|opening| opening.commitment() == job.input_commitment.0)
        {
            return Ok(Some(opening));
        }
        match self.open(job, held).await? {
            Ok(opening) => {
                self.parts.vault.put(&job.input_commitment, &opening.encode())?;
                Ok(Some(opening))
            }
            Err(unopened) => {
                let text = format!("the opening of a claimed job is gone: {unopened}");
                self.say(job, tracing::Level::ERROR, &text);
                Ok(None)
            }
        }
    }

    /// Submits what is proved: together where nothing is risked, since that is cheaper, else one by
    /// one.
    pub(super) async fn submit_all(
        &mut self,
        ready: Vec<(Record, u32)>,
        snapshot: &Snapshot,
    ) -> Result<(), EngineError> {
        let mut batches: BTreeMap<VkHash, Vec<Record>> = BTreeMap::new();
        let mut single = Vec::new();
        for (record, last) in ready {
            if self.must_wait(record.job.id, snapshot.best.number) {
                continue;
            }
            let Some(record) = self.checked(record, last, snapshot)? else { continue };
            if Self::can_share(&record, last, snapshot) {
                batches.entry(record.job.vk_hash).or_default().push(record);
            } else {
                single.push(record);
            }
        }
        let most = usize::try_from(snapshot.limits.max_batch).unwrap_or(usize::MAX).max(1);
        for records in batches.values().flat_map(|records| records.chunks(most)) {
            self.submit(records.to_vec(), snapshot).await?;
        }
        for record in single {
            self.submit(vec![record], snapshot).await?;
        }
        Ok(())
    }

    /// Returns `true` if a proof may go into a batch. If the chain refuses a batch, all its proofs
    /// wait until that is final: so nothing goes into one whose claim a reorganisation could take
    /// away, whose time is short, or that was refused before.
    fn can_share(record: &Record, last: u32, snapshot: &Snapshot) -> bool {
        let spare = last.saturating_sub(snapshot.best.number);
        snapshot.limits.max_batch > 1
            && record.claim_is_final
            && record.submissions == 0
            && spare >= BATCH_SPARE
    }

    /// A record whose proof holds against what the chain will check it against; otherwise notes
    /// what is wrong with it.
    fn checked(
        &mut self,
        mut record: Record,
        last: u32,
        snapshot: &Snapshot,
    ) -> Result<Option<Record>, EngineError> {
        let Some((output, proof)) = record.proof.clone() else { return Ok(None) };
        let job = record.job.clone();
        let Some(held) = self.models.get(&job.vk_hash).cloned() else {
            self.say(
                &job,
                tracing::Level::ERROR,
                "a proof cannot be checked and is not sent: give the job's model and key, option `model` and option `pk`, again",
            );
            return Ok(None);
        };
        if !self.is_worth_sending(&record, &held, snapshot) {
            return Ok(None);
        }
        let statement = Statement {
            input_commitment: job.input_commitment,
            output,
            context: self.context(&job),
        };
        if let Err(reason) = self.parts.prover.verify(&statement, &proof) {
            tracing::error!(
                job = job.id,
                reason,
                "a proof does not hold and is not sent; proving again"
            );
            record.proof = None;
            record.failed_proofs = record.failed_proofs.saturating_add(1);
            self.pace.entry(job.id).or_default().failed(snapshot.best.number, last);
            self.parts.store.put(record)?;
            self.distrust(
                &job.vk_hash,
                format!("the proof of job {} did not hold: {reason}", job.id),
            )?;
            return Ok(None);
        }
        Ok(Some(record))
    }

    /// Returns `false`, and says so, where a submission would only cost its fee.
    fn is_worth_sending(&mut self, record: &Record, held: &Held, snapshot: &Snapshot) -> bool {
        let job = &record.job;
        if let Some(k) = held.k.filter(|k| !snapshot.generators.contains(k)) {
            let text = format!(
                "the chain lacks the generators for proofs with k = {k}, so that a claimed job's proof is not sent; anybody may upload them: zkinfer chain upload-generators --k {k}"
            );
            self.say(job, tracing::Level::ERROR, &text);
            self.steps.insert(job.id, "proved, the chain lacks generators".into());
            return false;
        }
        let spent = snapshot.fees.submit(&job.vk_hash).saturating_mul(record.submissions.into());
        if spent > at_stake(job, snapshot) {
            self.say(
                job,
                tracing::Level::ERROR,
                "submissions have cost more than is at stake, and the chain has refused all: look at the account's transactions",
            );
            return false;
        }
        true
    }

    /// Signs the submission of proofs that hold, and notes records and transaction together.
    async fn submit(
        &mut self,
        mut records: Vec<Record>,
        snapshot: &Snapshot,
    ) -> Result<(), EngineError> {
        let action = Action::Submit(records.iter().filter_map(answer_of).collect());
        let jobs: Vec<_> = records.iter().map(|record| record.job.id).collect();
        let (best, window) = (snapshot.best.number, window(snapshot));
        let stakes = self.stakes(&jobs, snapshot);
        let tip = stakes.map_or(0, |(last, most)| tips::first(best, last, window, most));
        // Behind a claim that blocks leave out, the proof would wait as long as it does.
        let front = stakes.and_then(|(last, _)| self.front(u64::MAX, last, snapshot));
        let nonce = front.unwrap_or_else(|| self.parts.store.outbox().free_nonce(snapshot));
        let life = planner::life_of_submission(snapshot);
        let signed = self.parts.market.sign(&action, nonce, life, tip).await?;
        for record in &mut records {
            record.submissions = record.submissions.saturating_add(1);
            self.steps.insert(record.job.id, "submitting".into());
        }
        if jobs.len() > 1 {
            tracing::info!(?jobs, "submitting together");
        }
        let mut entry = Entry::new(Purpose::submission(&jobs), signed, best, tip);
        if let Some(displaced) = self.parts.store.outbox().get(nonce) {
            tracing::info!(nonce, ?jobs, displaced = ?displaced.purpose, "a submission goes before what blocks leave out");
            entry.purpose = displaced.purpose.taken_by(&jobs);
            entry.death = entry.death.max(displaced.death);
        }
        Ok(self.parts.store.put_all_with(records, nonce, entry)?)
    }

    /// The nonce in front of `behind` that a submission which is good until block `last` should
    /// take: what gives way is a claim, a filler, or a submission whose jobs are all over in a
    /// final block, so that it may be in no block any more.
    pub(super) fn front(&self, behind: u64, last: u32, snapshot: &Snapshot) -> Option<u64> {
        let records = self.parts.store.records();
        let gives_way =
            |purpose: &Purpose| purpose.answered().iter().all(|job| !records.contains_key(job));
        let patience = tips::patience(snapshot.best.number, last);
        self.parts.store.outbox().front(snapshot, behind, patience, gives_way)
    }

    /// For a submission of these jobs: the last block in which it is good for all that are still
    /// ours, and the largest tip that they are worth.
    pub(super) fn stakes(&self, jobs: &[JobId], snapshot: &Snapshot) -> Option<(u32, u128)> {
        let mut last: Option<u32> = None;
        let (mut stake, mut fee) = (0u128, 0u128);
        for id in jobs {
            let Fate::Running(job) = snapshot.best.fate(*id) else { continue };
            let Some(until) = job.claimed_by(&self.me, &job.terms_hash) else { continue };
            last = Some(last.map_or(until, |last| last.min(until)));
            stake = stake.saturating_add(job.at_stake());
            fee = fee.saturating_add(snapshot.fees.submit(&job.vk_hash));
        }
        let most = self.parts.policy.tips.most(stake, snapshot.balance.saturating_sub(fee));
        last.map(|last| (last, most))
    }

    /// Returns the context of a job's proof. It is the same on every fork that has the job.
    pub(super) fn context(&self, job: &JobView) -> Context<subxt::utils::AccountId32> {
        Context {
            genesis_hash: self.parts.market.genesis_hash(),
            vk_hash: job.vk_hash,
            version: job.version,
            purpose: ProofPurpose::Job(job.terms_hash),
            prover: self.me,
        }
    }
}

/// Returns the amount that a record's proof saves.
fn at_stake(job: &JobView, snapshot: &Snapshot) -> u128 {
    match snapshot.best.fate(job.id) {
        Fate::Running(job) => job.at_stake(),
        _ => job.at_stake(),
    }
}

/// Blocks of a whole claim.
pub(super) fn window(snapshot: &Snapshot) -> u32 {
    snapshot.limits.claim_period.saturating_add(snapshot.limits.grace)
}

/// The answer that a record's proof gives.
pub(super) fn answer_of(record: &Record) -> Option<Answer> {
    let (output, proof) = record.proof.clone()?;
    Some(Answer { job: record.job.id, terms_hash: record.job.terms_hash, output, proof })
}
