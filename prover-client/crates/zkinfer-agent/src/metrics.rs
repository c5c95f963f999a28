//! Counters and gauges in Prometheus' text format.

pub mod http;

use std::sync::atomic::{AtomicI64, AtomicU64};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};

use super::record::Outcome;

type Level = Gauge<i64, AtomicI64>;
type Amount = Gauge<f64, AtomicU64>;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct How {
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Why {
    reason: &'static str,
}

/// All metrics of a serving prover.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    ended: Family<How, Counter>,
    refused: Family<Why, Counter>,
    earned: Counter<f64, AtomicU64>,
    claims: Counter,
    sent: Counter,
    pool_refused: Counter,
    proof_failed: Counter,
    drafts: Counter,
    drafts_wasted: Counter,
    tips_raised: Counter,
    submissions_refused: Counter,
    distrusted: Level,
    readable: Level,
    lost: Counter,
    proof_time: Histogram,
    best: Level,
    finalized: Level,
    connected: Level,
    jobs: Level,
    open: Level,
    on_the_way: Level,
    running: Level,
    waiting: Level,
    balance: Amount,
    free_bond: Amount,
    at_stake: Amount,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("zkinfer");
        let all = Self {
            ended: added(&mut registry, "jobs_ended", "Jobs that ended, by how"),
            refused: added(
                &mut registry,
                "jobs_refused",
                "Looks at open jobs that were left to others, by reason",
            ),
            earned: added(
                &mut registry,
                "earned_planck",
                "What jobs paid after the models' prices",
            ),
            claims: added(&mut registry, "claims", "Claims signed"),
            sent: added(
                &mut registry,
                "transactions_sent",
                "Transactions taken by the node, sent again included",
            ),
            pool_refused: added(
                &mut registry,
                "transactions_refused",
                "Transactions refused by the node's pool",
            ),
            proof_failed: added(&mut registry, "proofs_failed", "Proofs that could not be made"),
            drafts: added(
                &mut registry,
                "proofs_before_claims",
                "Proofs begun before their jobs' claims",
            ),
            drafts_wasted: added(
                &mut registry,
                "proofs_in_vain",
                "Proofs begun before their jobs' claims, of jobs that were gone then",
            ),
            tips_raised: added(
                &mut registry,
                "tips_raised",
                "Submissions signed again with a higher tip",
            ),
            submissions_refused: added(
                &mut registry,
                "submissions_refused",
                "Submissions that a final block has and whose proofs were not taken",
            ),
            distrusted: added(
                &mut registry,
                "models_distrusted",
                "Models that are not claimed for",
            ),
            readable: added(
                &mut registry,
                "chain_readable",
                "Whether what the chain says can be read",
            ),
            lost: added(&mut registry, "connections_lost", "Times that the connection was lost"),
            best: added(&mut registry, "best_block", "Number of the best block"),
            finalized: added(&mut registry, "finalized_block", "Number of the finalised block"),
            connected: added(&mut registry, "connected", "Whether the node answers"),
            jobs: added(&mut registry, "jobs", "Jobs taken on"),
            open: added(&mut registry, "open_jobs", "Open jobs of the models served"),
            on_the_way: added(
                &mut registry,
                "transactions_on_the_way",
                "Transactions not yet final",
            ),
            running: added(&mut registry, "proofs_running", "Proofs under way"),
            waiting: added(&mut registry, "proofs_waiting", "Proofs that wait for a place"),
            balance: added(&mut registry, "balance_planck", "What the account can spend"),
            free_bond: added(&mut registry, "bond_free_planck", "What new claims can lock"),
            at_stake: added(&mut registry, "bond_at_stake_planck", "What final claims have locked"),
            proof_time: Histogram::new(exponential_buckets(0.1, 2.0, 14)),
            registry: Registry::default(),
        };
        registry.register_with_unit(
            "proof_time",
            "Time for a proof",
            Unit::Seconds,
            all.proof_time.clone(),
        );
        Self { registry, ..all }
    }
}

fn added<M>(registry: &mut Registry, name: &str, help: &str) -> M
where
    M: prometheus_client::registry::Metric + Clone + Default,
{
    let metric = M::default();
    registry.register(name, help, metric.clone());
    metric
}

impl Metrics {
    /// The metrics as text.
    ///
    /// # Errors
    /// Never in practice: writing to a string does not fail.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// A job ended.
    pub fn ended(&self, name: &'static str, outcome: &Outcome) {
        self.ended.get_or_create(&How { outcome: name }).inc();
        if let Outcome::Paid { pay } = outcome {
            self.earned.inc_by(*pay as f64);
        }
    }

    /// An open job was left to others.
    pub fn refused(&self, reason: &'static str) {
        self.refused.get_or_create(&Why { reason }).inc();
    }

    /// A claim was signed.
    pub fn claimed(&self) {
        self.claims.inc();
    }

    /// A transaction was sent.
    pub fn sent(&self) {
        self.sent.inc();
    }

    /// The node's pool refused one.
    pub fn pool_refused(&self) {
        self.pool_refused.inc();
    }

    /// A proof was made.
    pub fn proved(&self, millis: u64) {
        self.proof_time.observe(millis as f64 / 1000.0);
    }

    /// A proof could not be made.
    pub fn proof_failed(&self) {
        self.proof_failed.inc();
    }

    /// A proof was begun before its job's claim.
    pub fn drafted(&self) {
        self.drafts.inc();
    }

    /// The job of one was gone.
    pub fn draft_wasted(&self) {
        self.drafts_wasted.inc();
    }

    /// A submission was signed again with a higher tip.
    pub fn tip_raised(&self) {
        self.tips_raised.inc();
    }

    /// The chain refused a submission.
    pub fn submission_refused(&self) {
        self.submissions_refused.inc();
    }

    /// Models that are not claimed for.
    pub fn distrusted(&self, models: usize) {
        self.distrusted.set(level(models));
    }

    /// Returns `true` if what the chain says can be read.
    pub fn readable(&self, readable: bool) {
        self.readable.set(i64::from(readable));
    }

    /// Returns `true` if the node answers.
    pub fn connected(&self, connected: bool) {
        let before = self.connected.set(i64::from(connected));
        if before == 1 && !connected {
            self.lost.inc();
        }
    }

    /// Numbers of the best and the finalised block.
    pub fn heads(&self, best: u32, finalized: u32) {
        self.best.set(best.into());
        self.finalized.set(finalized.into());
    }

    /// Jobs taken on, open jobs, transactions on their way.
    pub fn jobs(&self, taken: usize, open: usize, on_the_way: usize) {
        self.jobs.set(level(taken));
        self.open.set(level(open));
        self.on_the_way.set(level(on_the_way));
    }

    /// Balance, free bond, and what claims have locked, in planck.
    pub fn money(&self, balance: u128, free_bond: u128, at_stake: u128) {
        self.balance.set(balance as f64);
        self.free_bond.set(free_bond as f64);
        self.at_stake.set(at_stake as f64);
    }

    /// Proofs under way, and waiting.
    pub fn proofs(&self, (running, waiting): (usize, usize)) {
        self.running.set(level(running));
        self.waiting.set(level(waiting));
    }
}

fn level(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_names_what_happened() {
        let metrics = Metrics::default();
        metrics.ended("paid", &Outcome::Paid { pay: 5 });
        metrics.refused("too-near");
        metrics.proved(1500);
        metrics.heads(12, 10);
        let text = metrics.text().expect("text");
        for line in [
            "zkinfer_jobs_ended_total{outcome=\"paid\"} 1",
            "zkinfer_earned_planck_total 5.0",
            "zkinfer_jobs_refused_total{reason=\"too-near\"} 1",
            "zkinfer_proof_time_seconds_sum 1.5",
            "zkinfer_finalized_block 10",
            "# EOF",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
