//! One round: read the chain, compare it with the store, and do what is next.
//!
//! The engine keeps nothing in memory that a restart would miss. Its order of writes is what saves
//! bonds:
//!
//! | before | on disk |
//! |---|---|
//! | a claim is sent | the opening, the record, and the signed claim |
//! | a submission is sent, again with a higher tip too | the proof, and the signed submission |
//! | a claim of a stranger's key's job is signed | beside these, the proof: see `engine/drafts.rs` |
//! | an opening is removed | that the job is over in a final block, and no claim of it on its way |

mod claims;
mod dispatch;
mod drafts;
mod interest;
mod pace;
mod proofs;
mod refusals;
mod stake;
mod trials;
mod view;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use subxt::utils::AccountId32;
use zkinfer_primitives::{InputCommitment, JobId, ModelVersionId, TermsHash, VkHash};

use super::{
    inputs::{Inputs, Unopened},
    market::{Fate, JobState, JobView, Market, MarketError, Snapshot, VersionView},
    metrics::Metrics,
    models::Held,
    planner::Policy,
    pool::Prover,
    reconcile::{self, Step, Waiting},
    record::{Outcome, Record},
    store::{Ended, Store, StoreError},
    trust::{Distrust, Origin},
    vault::Vault,
};
use zkinfer::{artefacts::opening::Opening, files::FileError};

use drafts::Drafts;
use interest::{Copies, Wanted};
use pace::Pace;
use trials::Trials;

pub use view::{ModelView, View};

/// The reason why a round was not finished.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The chain.
    #[error(transparent)]
    Market(#[from] MarketError),
    /// The store: nothing may be done that it cannot note.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The vault: the same.
    #[error(transparent)]
    Vault(#[from] FileError),
}

/// All that a prover works with.
pub struct Parts<M, P> {
    /// The chain.
    pub market: M,
    /// Makes proofs.
    pub prover: P,
    /// The store, which survives a restart.
    pub store: Store,
    /// Openings.
    pub vault: Vault,
    /// The sources of openings.
    pub inputs: Inputs,
    /// Models whose keys are held.
    pub models: Vec<Held>,
    /// The operator's wishes.
    pub policy: Policy,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Seconds since 1970.
    pub clock: fn() -> u64,
}

/// A prover that serves.
pub struct Engine<M, P> {
    parts: Parts<M, P>,
    me: AccountId32,
    models: BTreeMap<VkHash, Arc<Held>>,
    versions: BTreeMap<ModelVersionId, VersionView>,
    /// Jobs whose proofs are with the prover.
    proving: BTreeSet<JobId>,
    /// Proofs that are made before their jobs are claimed.
    drafts: Drafts,
    /// When jobs may be proved or submitted again that could not be.
    pace: BTreeMap<JobId, Pace>,
    /// Keys that are being tried.
    trials: Trials,
    /// The models for which each key answers.
    copies: Copies,
    /// The versions of transactions that this process has sent, by nonce.
    sent: BTreeMap<u64, [u8; 32]>,
    /// The last message about each job, so that it is logged once.
    said: BTreeMap<(JobId, TermsHash), String>,
    /// Openings that failed for reasons that stay.
    unopenable: BTreeSet<(JobId, TermsHash)>,
    /// The reason why the node last refused a transaction, by its nonce, so that it is said once.
    refusals: BTreeMap<u64, String>,
    /// Claims that were signed for a job since this process started.
    claims_made: BTreeMap<JobId, u32>,
    /// The state of each record, for the status.
    steps: BTreeMap<JobId, String>,
    accepting: bool,
    snapshot: Option<Snapshot>,
}

impl<M: Market, P: Prover> Engine<M, P> {
    /// An engine; nothing is done yet.
    pub fn new(parts: Parts<M, P>) -> Self {
        let me = parts.market.account();
        let models =
            parts.models.iter().map(|held| (held.key.vk_hash, Arc::new(held.clone()))).collect();
        Self {
            parts,
            me,
            models,
            versions: BTreeMap::new(),
            proving: BTreeSet::new(),
            drafts: Drafts::default(),
            pace: BTreeMap::new(),
            trials: Trials::default(),
            copies: Copies::default(),
            sent: BTreeMap::new(),
            said: BTreeMap::new(),
            unopenable: BTreeSet::new(),
            refusals: BTreeMap::new(),
            claims_made: BTreeMap::new(),
            steps: BTreeMap::new(),
            accepting: true,
            snapshot: None,
        }
    }

    /// From now on nothing new is claimed.
    pub fn stop_claiming(&mut self) {
        self.accepting = false;
    }

    /// Returns `true` if jobs are under way that need this process.
    pub fn is_busy(&self) -> bool {
        !self.parts.store.records().is_empty()
    }

    /// The chain, to connect again.
    pub fn market(&mut self) -> &mut M {
        &mut self.parts.market
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.parts.store
    }

    /// The counters.
    pub fn metrics(&self) -> &Metrics {
        &self.parts.metrics
    }

    /// One round.
    ///
    /// # Errors
    /// [`EngineError`]. Whatever was done is noted; the next round goes on from there.
    pub async fn round(&mut self) -> Result<(), EngineError> {
        self.collect_proofs()?;
        let snapshot = self.read().await?;
        self.warn_of_stake(&snapshot);
        self.settle(&snapshot).await?;
        self.settle_drafts(&snapshot);
        self.adopt(&snapshot).await?;
        let unclaimed = self.advance(&snapshot).await?;
        self.try_models(&snapshot);
        self.claim(&snapshot, unclaimed).await?;
        self.dispatch(&snapshot).await?;
        self.purge()?;
        self.measure(&snapshot);
        self.snapshot = Some(snapshot);
        Ok(())
    }

    async fn read(&mut self) -> Result<Snapshot, EngineError> {
        let jobs: Vec<_> =
            self.parts.store.records().keys().copied().chain(self.drafts.jobs()).collect();
        let wanted = Wanted {
            models: &self.models,
            distrusted: self.parts.store.distrusted(),
            policy: &self.parts.policy,
            me: &self.me,
            metrics: &self.parts.metrics,
            copies: &self.copies,
        };
        Ok(self.parts.market.snapshot(&jobs, &wanted).await?)
    }

    /// Takes on claims that the chain says are ours and that the store does not know: from another
    /// machine, a lost store, or the command line.
    async fn adopt(&mut self, snapshot: &Snapshot) -> Result<(), EngineError> {
        let sides = [&snapshot.best, &snapshot.finalized];
        let mut claims = BTreeMap::new();
        for (id, fate) in sides.into_iter().flat_map(|side| &side.fates) {
            if let Fate::Running(job) = fate
                && job.claimed_by(&self.me, &job.terms_hash).is_some()
                && !self.parts.store.records().contains_key(id)
            {
                claims.entry(*id).or_insert_with(|| job.clone());
            }
        }
        for job in claims.into_values() {
            let Some(held) = self.held_for(&job).await? else {
                self.say(&job, tracing::Level::ERROR, "a claim of this account is for a model whose key is not held: without its proof the bond is lost");
                continue;
            };
            match self.open(&job, &held).await? {
                Ok(opening) => {
                    tracing::info!(job = job.id, "took on a claim that the store did not know");
                    self.parts.vault.put(&job.input_commitment, &opening.encode())?;
                    self.parts.store.put(Record::new(*job, (self.parts.clock)()))?;
                }
                Err(unopened) => {
                    let text = format!(
                        "a claim of this account cannot be opened, and its bond is at stake: {unopened}"
                    );
                    self.say(&job, tracing::Level::ERROR, &text);
                }
            }
        }
        Ok(())
    }

    /// Does for each record what is next. Returns the jobs that are open with no claim on its way.
    async fn advance(&mut self, snapshot: &Snapshot) -> Result<BTreeSet<JobId>, EngineError> {
        let mut unclaimed = BTreeSet::new();
        let mut ready = Vec::new();
        let ids: Vec<_> = self.parts.store.records().keys().copied().collect();
        self.steps.clear();
        for id in ids {
            self.note_finality(id, snapshot)?;
            let Some(record) = self.parts.store.records().get(&id).cloned() else { continue };
            let sent = self.parts.store.outbox().of(id);
            let step = reconcile::step(&record, &self.me, snapshot, sent);
            let doing = match &step {
                Step::Wait(waiting) => waiting.describe(),
                Step::Prove { .. } => "proving",
                Step::Submit { .. } => "proved",
                Step::Unclaimed => "not claimed",
                Step::Finish(outcome) => outcome.name(),
            };
            self.steps.insert(id, doing.to_owned());
            match step {
                Step::Wait(Waiting::Expiry) => self.say(
                    &record.job,
                    tracing::Level::ERROR,
                    "the claim's time is over: its lock is lost, unless the chain prolongs claims after blocks without transactions",
                ),
                Step::Wait(_) => {}
                Step::Prove { last } => self.prove(&record, last, snapshot.best.number).await?,
                Step::Submit { last } => ready.push((record, last)),
                Step::Unclaimed => drop(unclaimed.insert(id)),
                Step::Finish(outcome) => self.finish(&record, outcome)?,
            }
        }
        self.submit_all(ready, snapshot).await?;
        Ok(unclaimed)
    }

    fn note_finality(&mut self, id: JobId, snapshot: &Snapshot) -> Result<(), EngineError> {
        let Some(record) = self.parts.store.records().get(&id) else { return Ok(()) };
        let Fate::Running(job) = snapshot.finalized.fate(id) else { return Ok(()) };
        if !record.claim_is_final && job.claimed_by(&self.me, &record.job.terms_hash).is_some() {
            let mut record = record.clone();
            record.claim_is_final = true;
            // With until when, and how much is at stake.
            record.job.state = job.state.clone();
            self.parts.store.put(record)?;
        }
        Ok(())
    }

    fn finish(&mut self, record: &Record, outcome: Outcome) -> Result<(), EngineError> {
        let (job, version) = (record.job.id, record.job.version);
        match &outcome {
            Outcome::Paid { pay } => tracing::info!(job, pay = %pay, "paid"),
            Outcome::Lost => {
                self.distrust_after_loss(record)?;
                tracing::error!(job, "the claim ended without a proof: its lock is lost");
            }
            Outcome::NotOurs => {
                tracing::info!(job, "the job went to somebody else, or was taken back")
            }
            Outcome::NotClaimed => tracing::info!(job, "the claim was not included in time"),
        }
        self.parts.metrics.ended(outcome.name(), &outcome);
        let at = (self.parts.clock)();
        self.parts.store.finish(Ended { job, version, outcome, at })?;
        if self.proving.remove(&job) {
            self.parts.prover.forget(job);
        }
        self.steps.remove(&job);
        self.pace.remove(&job);
        Ok(())
    }

    /// A claim was lost: one that ended before its time after we had submitted, since the chain
    /// rejected the proof; or one whose proofs failed or were refused. What was lost to an outage
    /// or to full blocks is no fault of the key.
    fn distrust_after_loss(&mut self, record: &Record) -> Result<(), EngineError> {
        let now = self.snapshot.as_ref().map_or(u32::MAX, |snapshot| snapshot.finalized.number);
        let in_time = match record.job.state {
            JobState::Claimed { last, .. } => now < last,
            // No final block has shown the claim: it did not last.
            JobState::Open => true,
        };
        let job = record.job.id;
        if record.submissions > 0 && in_time {
            self.distrust(
                &record.job.vk_hash,
                format!("the chain seems to have rejected its proof of job {job}"),
            )
        } else if record.failed_proofs > 0 {
            self.distrust(
                &record.job.vk_hash,
                format!("the claim of job {job} was lost after its proofs had failed"),
            )
        } else {
            Ok(())
        }
    }

    /// Claims nothing for a key any more, until the operator says otherwise.
    fn distrust(&mut self, vk_hash: &VkHash, reason: String) -> Result<(), EngineError> {
        let Some(held) = self.models.get(vk_hash).cloned() else { return Ok(()) };
        if self.parts.store.distrusted().contains_key(&held.key) {
            return Ok(());
        }
        tracing::error!(
            model = held.name,
            vk_hash = %vk_hash,
            reason,
            "nothing is claimed for this key any more; when its fault is found, allow it again with `zkinfer serve trust`"
        );
        let at = (self.parts.clock)();
        Ok(self.parts.store.distrust(held.key, Distrust { reason, at })?)
    }

    /// The reason why nothing is claimed for a key, if that is so.
    fn fault_of(&self, held: &Held) -> Option<String> {
        if held.origin == Origin::Refuted {
            return Some("its audit failed".into());
        }
        self.parts.store.distrusted().get(&held.key).map(|distrust| distrust.reason.clone())
    }

    /// Numbers of the best and the final block of the last round.
    fn best_and_final(&self) -> (u32, u32) {
        let of = |snapshot: &Snapshot| (snapshot.best.number, snapshot.finalized.number);
        self.snapshot.as_ref().map_or((0, 0), of)
    }

    /// The held model that answers a job, if its version is served.
    async fn held_for(&mut self, job: &JobView) -> Result<Option<Arc<Held>>, EngineError> {
        let Some(held) = self.models.get(&job.vk_hash).cloned() else { return Ok(None) };
        let version = self.version(job.version).await?;
        Ok(version.filter(|version| held.serves(version)).map(|_| held))
    }

    async fn version(&mut self, id: ModelVersionId) -> Result<Option<VersionView>, EngineError> {
        if let Some(known) = self.versions.get(&id) {
            return Ok(Some(known.clone()));
        }
        let version = self.parts.market.version(id).await?;
        if let Some(version) = &version {
            self.versions.insert(id, version.clone());
        }
        Ok(version)
    }

    /// The opening of a job, from its payload or the folder.
    async fn open(
        &mut self,
        job: &JobView,
        held: &Held,
    ) -> Result<Result<Opening, Unopened>, EngineError> {
        let payload = self.parts.market.payload(job.id).await?;
        Ok(self.parts.inputs.open(job, &payload, held))
    }

    /// Says something about a job, once.
    fn say(&mut self, job: &JobView, level: tracing::Level, text: &str) {
        let key = (job.id, job.terms_hash);
        if self.said.get(&key).is_some_and(|said| said == text) {
            return;
        }
        match level {
            tracing::Level::ERROR => tracing::error!(job = job.id, "{text}"),
            tracing::Level::WARN => tracing::warn!(job = job.id, "{text}"),
            tracing::Level::INFO => tracing::info!(job = job.id, "{text}"),
            _ => tracing::debug!(job = job.id, "{text}"),
        }
        self.said.insert(key, text.to_owned());
    }

    /// Removes openings of jobs that are over.
    fn purge(&mut self) -> Result<(), EngineError> {
        let wanted: BTreeSet<InputCommitment> =
            self.parts.store.records().values().map(|record| record.job.input_commitment).collect();
        let removed = self.parts.vault.keep_only(&wanted)?;
        if removed > 0 {
            tracing::debug!(removed, "removed openings of jobs that are over");
        }
        Ok(())
    }
}
