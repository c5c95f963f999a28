//! Blocks on demand, for development chains.
//!
//! Blocks carry Aura's slot digest, one slot after the other, so that the runtime is the same as on
//! a network; the chain's clock then runs ahead of the wall's when blocks come faster than every
//! slot.

use std::{str::FromStr, sync::Arc, time::Duration};

use futures::{StreamExt, channel::mpsc, stream};
use sc_consensus_manual_seal::{
    EngineCommand, ManualSealParams,
    consensus::{aura::AuraConsensusDataProvider, timestamp::SlotTimestampProvider},
    run_manual_seal,
};
use sc_service::{TaskManager, error::Error as ServiceError};
use sc_transaction_pool_api::TransactionPool;
use substrate_prometheus_endpoint::Registry;
use zkinfer_runtime::Hash;

use crate::service::{FullClient, FullPool, FullSelectChain};

/// Interval at which instant sealing looks for transactions that became ready without a
/// notification.
const INSTANT_POLL: Duration = Duration::from_millis(50);
/// Time that transactions may wait for an earlier nonce before instant sealing makes the pool look
/// at them again.
const STUCK_POLL: Duration = Duration::from_secs(1);

/// When a development chain makes blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealing {
    /// As soon as a transaction is ready; each block is final at once.
    Instant,
    /// When `engine_createBlock` is called.
    Manual,
    /// Every so many milliseconds, empty or not; each block is final at once.
    Interval(Duration),
}

impl FromStr for Sealing {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "instant" => Ok(Self::Instant),
            "manual" => Ok(Self::Manual),
            _ => match text.parse::<u64>() {
                Ok(millis) if millis > 0 => Ok(Self::Interval(Duration::from_millis(millis))),
                _ => Err(format!(
                    "`{text}` is not a way to seal; give `instant`, `manual` or milliseconds between blocks, 1 or more"
                )),
            },
        }
    }
}

/// The parts of the service that block production needs.
pub struct Parts<'a> {
    pub client: Arc<FullClient>,
    pub pool: Arc<FullPool>,
    pub select_chain: FullSelectChain,
    pub task_manager: &'a TaskManager,
    pub registry: Option<&'a Registry>,
    pub commands: mpsc::Receiver<EngineCommand<Hash>>,
}

/// Starts making blocks.
///
/// # Errors
/// When the chain's slots cannot be read.
pub fn start(sealing: Sealing, parts: Parts) -> Result<(), ServiceError> {
    let Parts { client, pool, select_chain, task_manager, registry, commands } = parts;
    let env = sc_basic_authorship::ProposerFactory::new(
        task_manager.spawn_handle(),
        client.clone(),
        pool.clone(),
        registry,
        None,
    );
    let slots = client.clone();
    let digests = AuraConsensusDataProvider::new(client.clone());
    let params = ManualSealParams {
        block_import: client.clone(),
        env,
        client,
        commands_stream: stream::select(commands, triggers(sealing, pool.clone())),
        pool,
        select_chain,
        consensus_data_provider: Some(Box::new(digests)),
        // Each block's time is one slot after the best block's, so that the clock needs no state of
        // its own.
        create_inherent_data_providers: move |_, ()| {
            let clock = SlotTimestampProvider::new_aura(slots.clone()).map_err(Into::into);
            async move { clock }
        },
    };
    task_manager.spawn_essential_handle().spawn_blocking(
        "manual-seal",
        Some("block-authoring"),
        run_manual_seal(params),
    );
    Ok(())
}

/// The commands that come by themselves, beside those from RPC.
fn triggers(
    sealing: Sealing,
    pool: Arc<FullPool>,
) -> stream::BoxStream<'static, EngineCommand<Hash>> {
    let seal = |create_empty| EngineCommand::SealNewBlock {
        create_empty,
        finalize: true,
        parent_hash: None,
        sender: None,
    };
    match sealing {
        Sealing::Manual => stream::pending().boxed(),
        Sealing::Interval(period) => ticks(period).map(move |()| seal(true)).boxed(),
        // A notification can come before its transaction is ready, so that readiness is also
        // polled.
        Sealing::Instant => {
            let stuck = stuck(pool.clone()).map(move |()| seal(true));
            let ready =
                stream::select(pool.import_notification_stream().map(drop), ticks(INSTANT_POLL))
                    .filter(move |()| std::future::ready(pool.status().ready > 0))
                    .map(move |()| seal(false));
            stream::select(ready, stuck).boxed()
        }
    }
}

/// When transactions wait though the chain may be ready for them: the pool judged them by the block
/// before the one that it had just seen, and looks again only when there is another. One block is
/// made for as many as wait, and no more: what really lacks an earlier nonce waits on.
fn stuck(pool: Arc<FullPool>) -> impl futures::Stream<Item = ()> + Send {
    stream::unfold(Waiting::default(), move |mut waiting| {
        let pool = pool.clone();
        async move {
            loop {
                futures_timer::Delay::new(STUCK_POLL).await;
                let status = pool.status();
                if waiting.is_stuck(if status.ready == 0 { status.future } else { 0 }) {
                    return Some(((), waiting));
                }
            }
        }
    })
}

/// The number of transactions that waited at the last look, and the time of the last block for
/// them.
#[derive(Default)]
struct Waiting {
    seen: usize,
    answered: usize,
}

impl Waiting {
    /// Returns `true` if these wait since the last look, and no block was made for them yet.
    fn is_stuck(&mut self, future: usize) -> bool {
        let stuck = future > 0 && future == self.seen && future != self.answered;
        self.seen = future;
        if stuck || future == 0 {
            self.answered = future;
        }
        stuck
    }
}

fn ticks(period: Duration) -> impl futures::Stream<Item = ()> + Send {
    stream::unfold((), move |()| async move {
        futures_timer::Delay::new(period).await;
        Some(((), ()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_block_is_made_for_those_that_wait() {
        let mut waiting = Waiting::default();
        let answers = [0, 3, 3, 3, 4, 4, 4, 0, 4, 4].map(|future| waiting.is_stuck(future));
        assert_eq!(answers, [false, false, true, false, false, true, false, false, false, true]);
    }

    #[test]
    fn the_ways_to_seal_are_instant_manual_and_positive_milliseconds() {
        assert_eq!("instant".parse(), Ok(Sealing::Instant));
        assert_eq!("manual".parse(), Ok(Sealing::Manual));
        assert_eq!("250".parse(), Ok(Sealing::Interval(Duration::from_millis(250))));
        for bad in ["", "0", "-5", "instantly", "1.5"] {
            assert!(bad.parse::<Sealing>().unwrap_err().contains("is not a way to seal"), "{bad}");
        }
    }
}
