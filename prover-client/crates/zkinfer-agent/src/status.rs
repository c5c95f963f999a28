//! The state of a serving prover, as a file that others read: it is replaced after each round.
//!
//! It holds no secret. While no prover runs, the same is read from the store.

use std::{
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use super::{
    engine::{ModelView, View},
    lock,
    market::JobState,
    record::Record,
    store::{Content, Ended, Store, Totals},
    trust::Origin,
};
use zkinfer::Error;
use zkinfer::files::{self, Access, Existing};
use zkinfer_client::{amount::Token, connection::shown};

/// Name of the file in the state directory.
const FILE: &str = "status.json";
/// Name of the store in the state directory.
pub const STORE: &str = "state.redb";
/// Longest status that is read.
const MAX_BYTES: u64 = 16 << 20;
/// Ended jobs that are shown.
const SHOWN: usize = 10;

/// The present state of a prover, or its last one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// `serving`, `draining` (told to stop), `disconnected`, `unreadable` (the chain, in the middle
    /// of an upgrade for example), or `stopped`.
    pub state: String,
    /// The reason why it waits, when it is `disconnected` or the chain `unreadable`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Seconds since 1970 when this was written.
    pub at: u64,
    /// The process, while it runs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub process: Option<u32>,
    /// The account.
    pub account: String,
    /// The node.
    #[serde(default)]
    pub url: String,
    /// Number of the best block.
    #[serde(default)]
    pub best_block: u32,
    /// Number of the finalised block.
    #[serde(default)]
    pub finalized_block: u32,
    /// The spendable balance.
    #[serde(default)]
    pub balance: String,
    /// Returns the amount that new claims can lock.
    #[serde(default)]
    pub free_bond: String,
    /// Open jobs of the models served.
    #[serde(default)]
    pub open_jobs: usize,
    /// Proofs under way.
    #[serde(default)]
    pub proofs_running: usize,
    /// Proofs that wait for a place.
    #[serde(default)]
    pub proofs_waiting: usize,
    /// Transactions that are not final yet.
    pub transactions: usize,
    /// The address of its metrics.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub metrics: Option<String>,
    /// Models served.
    #[serde(default)]
    pub models: Vec<Model>,
    /// Jobs taken on.
    pub jobs: Vec<Job>,
    /// Jobs paid, all in all.
    pub paid: u64,
    /// Claims whose lock was lost, all in all.
    pub lost: u64,
    /// Jobs that never became ours, all in all.
    pub missed: u64,
    /// The earnings after the models' prices.
    pub earned: String,
    /// The latest jobs that ended, latest first.
    #[serde(default)]
    pub ended: Vec<Over>,
}

/// A model that is served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// Its file's name.
    pub name: String,
    /// Milliseconds of a proof, if one was timed.
    pub milliseconds: Option<u64>,
    /// `true` if it is claimed for.
    pub claimed_for: bool,
    /// The origin of its key.
    #[serde(default)]
    pub key: String,
    /// Hash of its verifying key.
    #[serde(default)]
    pub vk_hash: String,
    /// The reason why it is not claimed for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fault: Option<String>,
}

/// A job taken on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its number.
    pub job: u64,
    /// Its model.
    pub model: u32,
    /// The model's version.
    pub version: u32,
    /// The present step for it.
    pub doing: String,
    /// Its reward.
    pub reward: String,
    /// Last block in which its proof is good, once the claim is final.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_block: Option<u32>,
    /// Last block of the job.
    pub deadline: u32,
    /// Seconds since 1970 when it was taken on.
    pub since: u64,
}

/// A job that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Over {
    /// Its number.
    pub job: u64,
    /// `paid`, `lost`, `not-ours` or `not-claimed`.
    pub outcome: String,
    /// Seconds since 1970.
    pub at: u64,
}

/// Settings that a view does not know.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The account.
    pub account: String,
    /// The node.
    pub url: String,
    /// The chain's token.
    pub token: Token,
    /// The address of the metrics.
    pub metrics: Option<String>,
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

impl Status {
    /// The status of a prover that runs.
    pub fn of(view: &View, setting: &Setting, state: &str) -> Self {
        let amount = |planck| setting.token.format(planck);
        let mut status = Self {
            state: state.into(),
            at: now(),
            process: Some(std::process::id()),
            account: setting.account.clone(),
            url: setting.url.clone(),
            proofs_running: view.proofs.0,
            proofs_waiting: view.proofs.1,
            transactions: view.on_the_way,
            metrics: setting.metrics.clone(),
            jobs: view.jobs.iter().map(|(record, doing)| job(record, doing, &amount)).collect(),
            models: view.models.iter().cloned().map(Model::from).collect(),
            ..Self::default()
        };
        status.count(view.totals, &amount);
        if let Some(snapshot) = &view.snapshot {
            (status.best_block, status.finalized_block) =
                (snapshot.best.number, snapshot.finalized.number);
            status.balance = amount(snapshot.balance);
            status.free_bond = amount(snapshot.stake.unwrap_or_default().free());
            status.open_jobs = snapshot.open_jobs;
        }
        status
    }

    /// The status of a prover that does not run, from its store.
    fn of_store(content: Content, last: Option<Self>) -> Self {
        // Without a connection the token is unknown.
        let amount = |planck| format!("{planck} planck");
        let mut status = Self {
            state: "stopped".into(),
            at: last.as_ref().map_or(0, |last| last.at),
            account: content
                .identity
                .map(|identity| identity.account.to_string())
                .unwrap_or_default(),
            transactions: content.outbox.len(),
            jobs: content.records.values().map(|record| job(record, "left", &amount)).collect(),
            ended: content.ended.iter().take(SHOWN).map(Over::from).collect(),
            ..Self::default()
        };
        if let Some(mut last) = last {
            // What the operator has allowed since is claimed for again.
            let is_distrusted = |model: &Model| {
                content.distrusted.keys().any(|key| key.vk_hash.to_string() == model.vk_hash)
            };
            let is_refuted = |model: &Model| model.key == Origin::Refuted.name();
            for model in
                last.models.iter_mut().filter(|model| !is_distrusted(model) && !is_refuted(model))
            {
                (model.claimed_for, model.fault) = (true, None);
            }
            (status.url, status.models) = (shown(&last.url), last.models);
            (status.best_block, status.finalized_block) = (last.best_block, last.finalized_block);
        }
        status.count(content.totals, &amount);
        status
    }

    fn count(&mut self, totals: Totals, amount: &dyn Fn(u128) -> String) {
        (self.paid, self.lost, self.missed) = (totals.paid, totals.lost, totals.missed);
        self.earned = amount(totals.earned);
    }

    /// Writes the status into the state directory.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn publish(&self, state: &Path) -> Result<(), Error> {
        let json = serde_json::to_vec_pretty(self).map_err(Error::failed)?;
        Ok(files::write_bytes(&state.join(FILE), Access::Owner, Existing::Replace, &json)?)
    }

    /// The status of the prover that works with a state directory, or did.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn read(state: &Path) -> Result<Self, Error> {
        let path = state.join(FILE);
        let last = || -> Result<Self, Error> {
            let bytes = files::read(&path, "status", MAX_BYTES)?;
            serde_json::from_slice(&bytes).map_err(Error::in_file(&path))
        };
        let store = state.join(STORE);
        if !store.exists() {
            return Err(Error::failed(format!("no prover has worked with {}", state.display()))
                .with_hint("name its directory with option `state`, or its configuration with option `config`"));
        }
        // Held while the store is open, so that a prover that starts meanwhile waits.
        let Some(_lock) = lock::borrow(state)? else { return last() };
        let content = Store::inspect(&store).map_err(Error::failed)?;
        Ok(Self::of_store(content, last().ok()))
    }
}

fn job(record: &Record, doing: &str, amount: &dyn Fn(u128) -> String) -> Job {
    let job = &record.job;
    Job {
        job: job.id,
        model: job.version.model,
        version: job.version.version,
        doing: doing.into(),
        reward: amount(job.reward),
        last_block: match job.state {
            JobState::Claimed { last, .. } => Some(last),
            JobState::Open => None,
        },
        deadline: job.deadline,
        since: record.since,
    }
}

impl From<ModelView> for Model {
    fn from(model: ModelView) -> Self {
        Self {
            name: model.name,
            milliseconds: model.millis,
            claimed_for: model.fault.is_none(),
            key: model.origin.name().into(),
            vk_hash: model.key.vk_hash.to_string(),
            fault: model.fault,
        }
    }
}

impl From<&Ended> for Over {
    fn from(ended: &Ended) -> Self {
        Self { job: ended.job, outcome: ended.outcome.name().into(), at: ended.at }
    }
}
