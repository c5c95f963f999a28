//! Round after round, until told to stop: reconnecting with growing pauses, and leaving nothing
//! half done.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

use super::{
    engine::{Engine, EngineError, View},
    market::{Market, MarketError},
    metrics::Metrics,
    pool::Prover,
    status::{Setting, Status},
};

/// First pause after a lost connection; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Pauses that double, with a little chance in them, so that many provers of one node do not come
/// back at once.
#[derive(Debug)]
pub struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(FIRST_PAUSE)
    }
}

impl Backoff {
    /// The next pause.
    pub fn pause(&mut self) -> Duration {
        let pause = self.0;
        self.0 = pause.saturating_mul(2).min(LONGEST_PAUSE);
        pause.mul_f64(0.75 + 0.5 * chance())
    }
}

/// Something between 0 and 1 that differs between processes: no secret hangs on it.
fn chance() -> f64 {
    let nanos = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let nanos = nanos.map_or(0, |since| since.subsec_nanos()) ^ std::process::id().rotate_left(16);
    f64::from(nanos % 1000) / 1000.0
}

/// The parts of a runner beside its engine.
pub struct Runner {
    /// Directory of the state, for the status.
    pub state: PathBuf,
    /// Parts of the status beside the state of the engine.
    pub setting: Setting,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Rings when a proof is finished.
    pub bell: Arc<Notify>,
    /// Becomes true when it is time to stop.
    pub stop: watch::Receiver<bool>,
    /// Time to finish what is claimed, after that.
    pub drain: Duration,
}

impl Runner {
    /// Serves until told to stop and, after that, until everything claimed is done or the time for
    /// it is over. Returns what is left.
    ///
    /// # Errors
    /// What no new connection mends: see [`EngineError`].
    pub async fn run<M: Market, P: Prover>(
        mut self,
        engine: &mut Engine<M, P>,
    ) -> Result<View, EngineError> {
        let mut backoff = Backoff::default();
        let mut stopped: Option<Instant> = None;
        loop {
            if stopped.is_none() && *self.stop.borrow_and_update() {
                tracing::info!(
                    seconds = self.drain.as_secs(),
                    "stopping: nothing more is claimed, what is claimed is finished"
                );
                engine.stop_claiming();
                stopped = Some(Instant::now());
            }
            match engine.round().await {
                Ok(()) => {
                    backoff = Backoff::default();
                    self.connected(true);
                    self.metrics.readable(true);
                    self.publish(
                        engine,
                        if stopped.is_some() { "draining" } else { "serving" },
                        None,
                    );
                }
                // In the middle of an upgrade, for example. Whoever ended here would lose what is
                // claimed.
                Err(EngineError::Market(MarketError::Unreadable(reason))) => {
                    self.connected(true);
                    self.metrics.readable(false);
                    self.publish(engine, "unreadable", Some(reason.clone()));
                    let pause = backoff.pause();
                    tracing::warn!(
                        reason,
                        milliseconds = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
                        "the chain says something that this program cannot read; waiting"
                    );
                    self.wait(tokio::time::sleep(pause), stopped).await;
                }
                Err(EngineError::Market(MarketError::Lost(reason))) => {
                    self.connected(false);
                    self.publish(engine, "disconnected", Some(reason.clone()));
                    let pause = backoff.pause();
                    tracing::warn!(
                        reason,
                        milliseconds = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
                        "the connection is lost; trying again"
                    );
                    self.wait(tokio::time::sleep(pause), stopped).await;
                }
                Err(error) => return Err(error),
            }
            if stopped.is_some_and(|since| !engine.is_busy() || since.elapsed() >= self.drain) {
                self.publish(engine, "stopped", None);
                return Ok(engine.view());
            }
            let bell = self.bell.clone();
            let changed = async {
                tokio::select! {
                    () = bell.notified() => {}
                    // A lost connection is found again by the next round, which says so.
                    _ = engine.market().changed() => {}
                }
            };
            self.wait(changed, stopped).await;
        }
    }

    /// Waits for something, for the word to stop, or for the end of the time after it.
    async fn wait(&mut self, something: impl Future<Output = ()>, stopped: Option<Instant>) {
        let end = async {
            match stopped {
                Some(since) => tokio::time::sleep_until(since + self.drain).await,
                None => std::future::pending().await,
            }
        };
        let told = async {
            if stopped.is_some() || self.stop.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = something => {}
            () = end => {}
            () = told => {}
        }
    }

    fn connected(&self, connected: bool) {
        self.metrics.connected(connected);
    }

    fn publish<M: Market, P: Prover>(
        &self,
        engine: &Engine<M, P>,
        state: &str,
        reason: Option<String>,
    ) {
        let status = Status { reason, ..Status::of(&engine.view(), &self.setting, state) };
        // A disk that is full stops the store; the status alone is worth no stop.
        if let Err(error) = status.publish(&self.state) {
            tracing::warn!(%error, "cannot write the status");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute() {
        let mut backoff = Backoff::default();
        let pauses: Vec<_> = (0..12).map(|_| backoff.pause()).collect();
        assert!(pauses[0] < Duration::from_secs(1) && pauses[0] >= Duration::from_millis(375));
        assert!(pauses[11] >= Duration::from_secs(45) && pauses[11] <= Duration::from_secs(75));
    }
}
