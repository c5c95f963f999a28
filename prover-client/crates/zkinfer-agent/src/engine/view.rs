//! The present state of the engine, for the status and the metrics.

use std::sync::Arc;

use zkinfer_primitives::JobId;

use super::{
    super::{
        market::{JobState, Market, Snapshot},
        models::Held,
        pool::Prover,
        record::Record,
        store::Totals,
        trust::{KeyId, Origin},
    },
    Engine,
};

/// The present state of a prover.
#[derive(Clone, Debug)]
pub struct View {
    /// The chain, if it was read.
    pub snapshot: Option<Snapshot>,
    /// Jobs with what each waits for.
    pub jobs: Vec<(Record, String)>,
    /// Transactions on their way.
    pub on_the_way: usize,
    /// Proofs under way, and waiting.
    pub proofs: (usize, usize),
    /// Counts.
    pub totals: Totals,
    /// `true` if new jobs are claimed.
    pub accepting: bool,
    /// Models that are served.
    pub models: Vec<ModelView>,
}

/// A model that is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelView {
    /// Its file's name.
    pub name: String,
    /// Its key.
    pub key: KeyId,
    /// The origin of the key.
    pub origin: Origin,
    /// Milliseconds of a proof, if it was timed.
    pub millis: Option<u64>,
    /// The reason why it is not claimed for, if that is so.
    pub fault: Option<String>,
}

impl<M: Market, P: Prover> Engine<M, P> {
    /// Returns the present state of the engine.
    pub fn view(&self) -> View {
        let store = &self.parts.store;
        let step =
            |id: &JobId| self.steps.get(id).cloned().unwrap_or_else(|| "not looked at yet".into());
        let model = |held: &Arc<Held>| ModelView {
            name: held.name.clone(),
            key: held.key,
            origin: held.origin,
            millis: store.timings().get(&held.key).copied(),
            fault: self.fault_of(held),
        };
        View {
            snapshot: self.snapshot.clone(),
            jobs: store.records().iter().map(|(id, record)| (record.clone(), step(id))).collect(),
            on_the_way: store.outbox().len(),
            proofs: self.parts.prover.load(),
            totals: store.totals(),
            accepting: self.accepting,
            models: self.models.values().map(model).collect(),
        }
    }

    /// Sets the gauges.
    pub(super) fn measure(&self, snapshot: &Snapshot) {
        let records = self.parts.store.records().values();
        let at_stake = records.filter_map(|record| match record.job.state {
            JobState::Claimed { lock, .. } => Some(lock),
            JobState::Open => None,
        });
        let metrics = &self.parts.metrics;
        metrics.heads(snapshot.best.number, snapshot.finalized.number);
        metrics.jobs(
            self.parts.store.records().len(),
            snapshot.open_jobs,
            self.parts.store.outbox().len(),
        );
        metrics
            .distrusted(self.models.values().filter(|held| self.fault_of(held).is_some()).count());
        metrics.money(snapshot.balance, snapshot.stake.unwrap_or_default().free(), at_stake.sum());
        metrics.proofs(self.parts.prover.load());
    }
}
