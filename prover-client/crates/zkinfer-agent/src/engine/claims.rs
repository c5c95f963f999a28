//! The choice of open jobs, and their claims.

use std::{cmp::Reverse, collections::BTreeSet};

use zkinfer_primitives::{JobId, VkHash};

use super::{
    super::{
        inputs::Unopened,
        market::{Action, Fate, JobView, Life, Market, Snapshot},
        models::Held,
        outbox::{Entry, Purpose},
        planner::{self, Candidate, Load, Refusal},
        pool::Prover,
        record::{Outcome, Record},
    },
    Engine, EngineError,
};
use zkinfer::artefacts::opening::Opening;

/// Claims of one job that this process signs at most: a claim that fails costs its fee.
const MAX_CLAIMS: u32 = 3;
/// Jobs that one round tries to open: their payloads are read one by one, and proofs of claimed
/// jobs wait meanwhile.
const MAX_OPENED: u32 = 16;

impl<M: Market, P: Prover> Engine<M, P> {
    /// Takes open jobs, the best paid first; `unclaimed` are records whose claim was lost, to be
    /// taken again or ended.
    pub(super) async fn claim(
        &mut self,
        snapshot: &Snapshot,
        mut unclaimed: BTreeSet<JobId>,
    ) -> Result<(), EngineError> {
        let kinds: Vec<_> = self.models.values().cloned().collect();
        let kinds: Vec<_> = kinds.iter().map(|held| &held.input).collect();
        let fresh = self.parts.inputs.folder.scan(&kinds);
        if !fresh.is_empty() {
            self.unopenable.clear();
        }
        if self.accepting {
            let mut open = self.candidates(&unclaimed, snapshot);
            open.sort_by_key(|job| (Reverse(job.pay()), job.id));
            let mut opened = 0;
            for job in open {
                if self.consider(job, &unclaimed, &mut opened, snapshot).await? {
                    unclaimed.remove(&job.id);
                }
            }
        }
        for id in unclaimed {
            if let Some(record) = self.parts.store.records().get(&id).cloned() {
                self.finish(&record, Outcome::NotClaimed)?;
            }
        }
        self.forget_what_is_over(snapshot);
        Ok(())
    }

    /// Open jobs that were found, and those that are known already: a round does not always find
    /// all.
    fn candidates<'a>(
        &self,
        unclaimed: &BTreeSet<JobId>,
        snapshot: &'a Snapshot,
    ) -> Vec<&'a JobView> {
        let found: BTreeSet<JobId> = snapshot.open.iter().map(|job| job.id).collect();
        let known = self.drafts.jobs().chain(unclaimed.iter().copied()).collect::<BTreeSet<_>>();
        let known = known.into_iter().filter(|id| !found.contains(id));
        let known = known.filter_map(|id| {
            match (snapshot.best.fates.get(&id), snapshot.finalized.fates.get(&id)) {
                (Some(Fate::Running(job)), Some(Fate::Running(before))) => {
                    (job.is_open() && before.is_open()).then_some(&**job)
                }
                _ => None,
            }
        });
        snapshot.open.iter().chain(known).collect()
    }

    /// Claims a job, if it is worth it. Says whether it did.
    async fn consider(
        &mut self,
        job: &JobView,
        unclaimed: &BTreeSet<JobId>,
        opened: &mut u32,
        snapshot: &Snapshot,
    ) -> Result<bool, EngineError> {
        let known = self.parts.store.records().get(&job.id).cloned();
        if known.is_some() && !unclaimed.contains(&job.id) {
            return Ok(false);
        }
        let draft = self.drafts.proof(job);
        let proved = known.as_ref().is_some_and(|record| record.proof.is_some()) || draft.is_some();
        let life = match self.judge(job, proved, snapshot).await? {
            Ok(life) => life,
            Err(reason) => {
                self.say(job, tracing::Level::DEBUG, &format!("left to others: {reason}"));
                return Ok(false);
            }
        };
        let made = self.claims_made.get(&job.id).copied().unwrap_or_default();
        if made >= MAX_CLAIMS || self.unopenable.contains(&(job.id, job.terms_hash)) {
            return Ok(false);
        }
        if !proved
            && let Some(held) =
                self.models.get(&job.vk_hash).cloned().filter(|h| h.origin.proves_first())
        {
            if *opened < MAX_OPENED && self.draft(job, &held, snapshot).await? {
                *opened = opened.saturating_add(1);
            }
            return Ok(false);
        }
        if known.is_none() {
            if *opened >= MAX_OPENED {
                return Ok(false);
            }
            *opened = opened.saturating_add(1);
            if !self.secure_opening(job).await? {
                return Ok(false);
            }
        }
        let mut record = known.unwrap_or_else(|| Record::new(job.clone(), (self.parts.clock)()));
        record.proof = record.proof.or(draft);
        self.sign_claim(record, life, snapshot).await?;
        self.claims_made.insert(job.id, made.saturating_add(1));
        Ok(true)
    }

    async fn judge(
        &mut self,
        job: &JobView,
        proved: bool,
        snapshot: &Snapshot,
    ) -> Result<Result<Life, String>, EngineError> {
        let Some(held) = self.held_for(job).await? else {
            return Ok(Err("its key is not held".into()));
        };
        let Some(version) = self.version(job.version).await? else {
            return Ok(Err("it has no version".into()));
        };
        if let Some(fault) = self.fault_of(&held) {
            self.parts.metrics.refused("distrusted");
            return Ok(Err(format!("its key is not trusted: {fault}")));
        }
        let timed = self.parts.store.timings().get(&held.key).copied();
        let millis = if proved { Some(0) } else { timed };
        let candidate = Candidate { job, held: &held, version: &version, millis };
        let load = self.load(snapshot, job.id);
        let judged = planner::judge(&candidate, &self.me, snapshot, &load, &self.parts.policy);
        Ok(judged.map_err(|refusal| self.count(refusal)))
    }

    fn count(&self, refusal: Refusal) -> String {
        self.parts.metrics.refused(refusal.name());
        refusal.to_string()
    }

    /// Returns the promises to all records but `except`.
    pub(super) fn load(&self, snapshot: &Snapshot, except: JobId) -> Load {
        let mut load = Load::default();
        for record in self.parts.store.records().values().filter(|record| record.job.id != except) {
            load.jobs = load.jobs.saturating_add(1);
            load.fees = load.fees.saturating_add(snapshot.fees.submit_at_most(&record.job.vk_hash));
            if record.proof.is_none() {
                load.millis = load.millis.saturating_add(self.millis_of(&record.job.vk_hash));
            }
            let locked = matches!(snapshot.best.fate(record.job.id), Fate::Running(job) if job.claimed_by(&self.me, &record.job.terms_hash).is_some());
            if !locked && self.parts.store.outbox().of(record.job.id).claim {
                load.locks = load.locks.saturating_add(snapshot.limits.lock(&record.job));
                load.fees = load.fees.saturating_add(snapshot.fees.claim);
            }
        }
        for key in self.drafts.proving() {
            load.millis = load.millis.saturating_add(self.millis_of(&key));
        }
        load
    }

    /// Milliseconds of a proof under a key, as far as it is known.
    fn millis_of(&self, key: &VkHash) -> u64 {
        let held = self.models.get(key);
        held.and_then(|held| self.parts.store.timings().get(&held.key)).copied().unwrap_or_default()
    }

    /// Opens a job's input and keeps the opening on disk. Says whether there is one.
    async fn secure_opening(&mut self, job: &JobView) -> Result<bool, EngineError> {
        let Some(held) = self.held_for(job).await? else { return Ok(false) };
        let Some(opening) = self.opened(job, &held).await? else { return Ok(false) };
        self.parts.vault.put(&job.input_commitment, &opening.encode())?;
        Ok(true)
    }

    /// The opening of an open job. Where there is none, it is not asked for again.
    pub(super) async fn opened(
        &mut self,
        job: &JobView,
        held: &Held,
    ) -> Result<Option<Opening>, EngineError> {
        match self.open(job, held).await? {
            Ok(opening) => Ok(Some(opening)),
            Err(unopened) => {
                let level = match unopened {
                    Unopened::Missing => tracing::Level::DEBUG,
                    _ => tracing::Level::WARN,
                };
                self.say(job, level, &format!("not claimed: {unopened}"));
                self.parts.metrics.refused("not-opened");
                self.unopenable.insert((job.id, job.terms_hash));
                Ok(None)
            }
        }
    }

    async fn sign_claim(
        &mut self,
        record: Record,
        life: Life,
        snapshot: &Snapshot,
    ) -> Result<(), EngineError> {
        let (job, terms_hash) = (record.job.id, record.job.terms_hash);
        let nonce = self.parts.store.outbox().free_nonce(snapshot);
        let signed =
            self.parts.market.sign(&Action::Claim { job, terms_hash }, nonce, life, 0).await?;
        let entry = Entry::new(Purpose::Claim(job), signed, snapshot.best.number, 0);
        tracing::info!(job, reward = %record.job.reward, deadline = record.job.deadline, until = entry.death, "claiming");
        self.parts.store.put_with(record, nonce, entry)?;
        self.steps.insert(job, "claiming".into());
        self.parts.metrics.claimed();
        Ok(())
    }

    /// Keeps memory bounded: what was said about jobs that are neither open nor ours.
    fn forget_what_is_over(&mut self, snapshot: &Snapshot) {
        let mut live: BTreeSet<JobId> = snapshot.open.iter().map(|job| job.id).collect();
        live.extend(snapshot.best.fates.keys().chain(snapshot.finalized.fates.keys()));
        self.said.retain(|(id, _), _| live.contains(id));
        self.unopenable.retain(|(id, _)| live.contains(id));
        self.claims_made.retain(|id, _| live.contains(id));
    }
}
