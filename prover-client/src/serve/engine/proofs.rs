//! Proofs of claimed jobs: made, kept, submitted.

use std::{collections::BTreeMap, sync::Arc};

use zkinfer_primitives::{ModelVersionId, Purpose as ProofPurpose, VkHash, statement::Context};

use super::{
    super::{
        market::{Action, Answer, JobView, Market, Snapshot},
        models::Held,
        outbox::{Entry, Purpose},
        planner,
        pool::{Finished, Prover, Purpose as TaskPurpose, Task},
        record::Record,
    },
    Engine, EngineError, MAX_ATTEMPTS,
};
use crate::artefacts::{
    opening::{self, Opening},
    proof::Statement,
};

/// Blocks that a claim must have left for its proof to go into a batch.
const BATCH_SPARE: u32 = 16;

impl<M: Market, P: Prover> Engine<M, P> {
    /// Notes what the prover has finished.
    pub(super) fn collect_proofs(&mut self) -> Result<(), EngineError> {
        for finished in self.parts.prover.finished() {
            match finished.purpose {
                TaskPurpose::Timing => self.timed(finished)?,
                TaskPurpose::Job { job, .. } => self.proved(job, finished)?,
            }
        }
        Ok(())
    }

    fn timed(&mut self, finished: Finished) -> Result<(), EngineError> {
        self.timing.remove(&finished.vk_hash);
        let model = self.models.get(&finished.vk_hash).map(|held| held.name.clone()).unwrap_or_default();
        match finished.result {
            Ok(_) => {
                tracing::info!(model, milliseconds = finished.millis, "timed a proof");
                self.parts.store.measured(finished.vk_hash, finished.millis)?;
            }
            Err(reason) => {
                tracing::error!(model, reason, "a trial proof failed: this model is not claimed for");
                self.distrusted.insert(finished.vk_hash);
            }
        }
        Ok(())
    }

    fn proved(&mut self, job: u64, finished: Finished) -> Result<(), EngineError> {
        self.proving.remove(&job);
        let Some(mut record) = self.parts.store.records().get(&job).cloned() else { return Ok(()) };
        match finished.result {
            Ok(proof) => {
                tracing::info!(job, milliseconds = finished.millis, "proved");
                self.parts.metrics.proved(finished.millis);
                record.proof = Some(proof);
                self.parts.store.measured(finished.vk_hash, finished.millis)?;
            }
            Err(reason) => {
                tracing::error!(job, reason, "a proof failed");
                self.parts.metrics.proof_failed();
                record.failed_proofs = record.failed_proofs.saturating_add(1);
            }
        }
        Ok(self.parts.store.put(record)?)
    }

    /// Times one proof under each key that was never timed: of an input of the least values, for no chain.
    pub(super) fn time_models(&mut self) {
        let untimed: Vec<Arc<Held>> = self.models.values().cloned().collect();
        for held in untimed {
            let known = self.parts.store.timings().contains_key(&held.vk_hash);
            if known || self.distrusted.contains(&held.vk_hash) || !self.timing.insert(held.vk_hash) {
                continue;
            }
            match Opening::random(held.system, &held.input, vec![held.input.min; held.input.len()]) {
                Ok(opening) => {
                    let context = Context {
                        genesis_hash: [0; 32],
                        vk_hash: held.vk_hash,
                        version: ModelVersionId { model: 0, version: 0 },
                        purpose: ProofPurpose::Attest(0),
                        prover: self.me,
                    };
                    self.parts.prover.start(Task { purpose: TaskPurpose::Timing, opening, context });
                }
                Err(error) => tracing::error!(model = held.name, %error, "no trial input can be made"),
            }
        }
    }

    /// Gives a claimed job to the prover, once.
    pub(super) async fn prove(&mut self, record: &Record, last: u32) -> Result<(), EngineError> {
        let job = &record.job;
        if self.proving.contains(&job.id) {
            return Ok(());
        }
        if record.failed_proofs >= MAX_ATTEMPTS {
            self.say(
                job,
                tracing::Level::ERROR,
                "every attempt at a proof failed: the claim's bond will be lost",
            );
            return Ok(());
        }
        let Some(held) = self.models.get(&job.vk_hash).cloned() else {
            self.say(
                job,
                tracing::Level::ERROR,
                "the key of a claimed job is not held: give its --model and --key again",
            );
            return Ok(());
        };
        let Some(opening) = self.kept_opening(job, &held).await? else { return Ok(()) };
        tracing::info!(job = job.id, model = held.name, last, "proving");
        self.proving.insert(job.id);
        let task =
            Task { purpose: TaskPurpose::Job { last, job: job.id }, opening, context: self.context(job) };
        self.parts.prover.start(task);
        Ok(())
    }

    /// The opening of a job that was taken on: from the vault, or where it came from.
    async fn kept_opening(&mut self, job: &JobView, held: &Held) -> Result<Option<Opening>, EngineError> {
        let kept = self.parts.vault.get(&job.input_commitment, opening::max_bytes(&held.input))?;
        let kept = kept.and_then(|bytes| Opening::decode_for(held.system, &bytes, &held.input).ok());
        if let Some(opening) = kept.filter(|opening| opening.commitment() == job.input_commitment.0) {
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

    /// Submits what is proved: together where nothing is risked, since that is cheaper, else one by one.
    pub(super) async fn submit_all(
        &mut self,
        ready: Vec<(Record, u32)>,
        snapshot: &Snapshot,
    ) -> Result<(), EngineError> {
        let mut batches: BTreeMap<VkHash, Vec<Record>> = BTreeMap::new();
        let mut single = Vec::new();
        for (record, last) in ready {
            let Some(record) = self.checked(record)? else { continue };
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

    /// Whether a proof may go into a batch. If the chain refuses a batch, all its proofs wait until that is final: so nothing goes
    /// into one whose claim a reorganisation could take away, whose time is short, or that was refused before.
    fn can_share(record: &Record, last: u32, snapshot: &Snapshot) -> bool {
        let spare = last.saturating_sub(snapshot.best.number);
        snapshot.limits.max_batch > 1
            && record.claim_is_final
            && record.submissions == 0
            && spare >= BATCH_SPARE
    }

    /// A record whose proof holds against what the chain will check it against; otherwise notes what is wrong with it.
    fn checked(&mut self, mut record: Record) -> Result<Option<Record>, EngineError> {
        let Some((output, proof)) = record.proof.clone() else { return Ok(None) };
        let job = record.job.clone();
        if record.submissions >= MAX_ATTEMPTS {
            self.say(
                &job,
                tracing::Level::ERROR,
                "the chain has refused every submission: look at the account's transactions",
            );
            return Ok(None);
        }
        if !self.models.contains_key(&job.vk_hash) {
            self.say(
                &job,
                tracing::Level::ERROR,
                "a proof cannot be checked and is not sent: give the job's --model and --key again",
            );
            return Ok(None);
        }
        let statement =
            Statement { input_commitment: job.input_commitment, output, context: self.context(&job) };
        if let Err(reason) = self.parts.prover.verify(&statement, &proof) {
            tracing::error!(job = job.id, reason, "a proof does not hold and is not sent; proving again");
            record.proof = None;
            record.failed_proofs = record.failed_proofs.saturating_add(1);
            self.parts.store.put(record)?;
            return Ok(None);
        }
        Ok(Some(record))
    }

    /// Signs the submission of proofs that hold, and notes records and transaction together.
    async fn submit(&mut self, mut records: Vec<Record>, snapshot: &Snapshot) -> Result<(), EngineError> {
        let action = Action::Submit(records.iter().filter_map(answer_of).collect());
        let nonce = self.parts.store.outbox().free_nonce(snapshot);
        let signed = self.parts.market.sign(&action, nonce, planner::life_of_submission(snapshot)).await?;
        for record in &mut records {
            record.submissions = record.submissions.saturating_add(1);
            self.steps.insert(record.job.id, "submitting".into());
        }
        let jobs: Vec<_> = records.iter().map(|record| record.job.id).collect();
        if jobs.len() > 1 {
            tracing::info!(?jobs, "submitting together");
        }
        let purpose = Purpose::submission(&jobs);
        let entry = Entry { purpose, bytes: signed.bytes, hash: signed.hash, death: signed.death };
        Ok(self.parts.store.put_all_with(records, nonce, entry)?)
    }

    /// What a proof of a job must be bound to. The same on every fork that has the job.
    fn context(&self, job: &JobView) -> Context<subxt::utils::AccountId32> {
        Context {
            genesis_hash: self.parts.market.genesis_hash(),
            vk_hash: job.vk_hash,
            version: job.version,
            purpose: ProofPurpose::Job(job.terms_hash),
            prover: self.me,
        }
    }
}

/// The answer that a record's proof gives.
pub(super) fn answer_of(record: &Record) -> Option<Answer> {
    let (output, proof) = record.proof.clone()?;
    Some(Answer { job: record.job.id, terms_hash: record.job.terms_hash, output, proof })
}
