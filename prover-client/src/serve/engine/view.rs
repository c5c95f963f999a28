//! What the engine does now, for the status and the metrics.

use zkinfer_primitives::JobId;

use super::{
    super::{
        market::{JobState, Market, Snapshot},
        pool::Prover,
        record::Record,
        store::Totals,
    },
    Engine,
};

/// What a prover does now.
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
    /// Whether new jobs are claimed.
    pub accepting: bool,
    /// Models with the milliseconds of a proof, if timed, and whether they are trusted.
    pub models: Vec<(String, Option<u64>, bool)>,
}

impl<M: Market, P: Prover> Engine<M, P> {
    /// What the engine does now.
    pub fn view(&self) -> View {
        let store = &self.parts.store;
        let step = |id: &JobId| self.steps.get(id).cloned().unwrap_or_else(|| "not looked at yet".into());
        let timing = |key| store.timings().get(key).copied();
        let models = self.models.values();
        let models = models
            .map(|held| (held.name.clone(), timing(&held.vk_hash), !self.distrusted.contains(&held.vk_hash)));
        View {
            snapshot: self.snapshot.clone(),
            jobs: store.records().iter().map(|(id, record)| (record.clone(), step(id))).collect(),
            on_the_way: store.outbox().len(),
            proofs: self.parts.prover.load(),
            totals: store.totals(),
            accepting: self.accepting,
            models: models.collect(),
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
        metrics.jobs(self.parts.store.records().len(), snapshot.open.len(), self.parts.store.outbox().len());
        metrics.money(snapshot.balance, snapshot.stake.unwrap_or_default().free(), at_stake.sum());
        metrics.proofs(self.parts.prover.load());
    }
}
