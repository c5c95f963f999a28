//! Three validators on this machine: the chain `local`, made and finalised by Alice, Bob and
//! Charlie together.
//!
//! GRANDPA with three voters waits for all three: while one is away, two make blocks, and none
//! becomes final.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use subxt::rpcs::client::rpc_params;
use tempfile::TempDir;

use crate::{chain::Chain, node::Node};

/// The time limit for anything that takes a few blocks. A loaded machine misses slots.
const PATIENCE: Duration = Duration::from_secs(180);

/// A validator with its files, and a connection to it while it runs.
struct Validator {
    /// The option that makes it an authority, and its name.
    flag: &'static str,
    directory: PathBuf,
    running: Option<(Node, Chain)>,
}

/// The validators, by number: Alice, Bob, Charlie.
pub struct Network(Vec<Validator>);

impl Network {
    /// Starts all three and waits until they have finalised a block together.
    ///
    /// # Panics
    /// When they do not.
    pub async fn start() -> Self {
        let directory = || TempDir::new().expect("a temporary directory").keep();
        let validator = |flag| Validator { flag, directory: directory(), running: None };
        let mut network = Self(["--alice", "--bob", "--charlie"].map(validator).into());
        for number in 0..network.0.len() {
            network.restart(number).await;
        }
        network
            .until("all validators finalise block 1", async |network| {
                network.finalised().await >= 1
            })
            .await;
        network
    }

    /// Starts a validator that does not run, with the files that it has, and leads it to the
    /// others.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn restart(&mut self, number: usize) {
        let mut options = vec!["--chain", "local", "--listen-addr", "/ip4/127.0.0.1/tcp/0"];
        // Else a node answers to its own address alone, and not to a proxy's.
        options.extend(["--rpc-cors", "all"]);
        // A validator wants a network key that lasts; this one makes its own when it starts for the
        // first time.
        options.extend(["--unsafe-force-node-key-generation", self.0[number].flag]);
        let others = self.addresses().await;
        options.extend(others.iter().flat_map(|address| ["--bootnodes", address]));
        let directory = self.0[number].directory.clone();
        let node = tokio::task::block_in_place(|| Node::start(&directory, &options));
        let chain = Chain::connect(node.url()).await;
        self.0[number].running = Some((node, chain));
    }

    /// Stops a validator as a power cut would.
    ///
    /// # Panics
    /// When it does not run.
    pub fn stop(&mut self, number: usize) {
        let (node, _) = self.0[number].running.take().expect("it runs");
        node.stop();
    }

    /// The chain as a validator has it.
    ///
    /// # Panics
    /// When it does not run.
    pub fn chain(&self, number: usize) -> &Chain {
        &self.0[number].running.as_ref().expect("it runs").1
    }

    /// The address of a validator's RPC.
    ///
    /// # Panics
    /// When it does not run.
    pub fn url(&self, number: usize) -> &str {
        self.0[number].running.as_ref().expect("it runs").0.url()
    }

    /// Those that run.
    pub fn chains(&self) -> impl Iterator<Item = &Chain> {
        self.0.iter().filter_map(|validator| validator.running.as_ref()).map(|(_, chain)| chain)
    }

    /// The last block that all running validators know to be final.
    pub async fn finalised(&self) -> u64 {
        let mut least = u64::MAX;
        for chain in self.chains() {
            least = least.min(chain.finalised().await);
        }
        least
    }

    /// The addresses at which others reach the running validators.
    async fn addresses(&self) -> Vec<String> {
        let mut addresses = Vec::new();
        for chain in self.chains() {
            let own = chain.rpc("system_localListenAddresses", rpc_params![]).await;
            let own = own.as_array().into_iter().flatten().filter_map(|address| address.as_str());
            addresses.extend(
                own.filter(|address| address.starts_with("/ip4/127.0.0.1/")).map(str::to_owned),
            );
        }
        addresses
    }

    /// Waits until something is so.
    ///
    /// # Panics
    /// When it takes too long, with the validators' last words.
    pub async fn until(&self, what: &str, condition: impl AsyncFn(&Self) -> bool) {
        let begun = Instant::now();
        while !condition(self).await {
            assert!(
                begun.elapsed() < PATIENCE,
                "not within {PATIENCE:?}: {what}\n{}",
                self.last_words()
            );
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    fn last_words(&self) -> String {
        let running =
            self.0.iter().filter_map(|v| v.running.as_ref().map(|(node, _)| (v.flag, node.log())));
        running.map(|(flag, log)| format!("{flag}:\n{}\n", tail(&log))).collect()
    }
}

/// The last lines of a log.
fn tail(log: &str) -> &str {
    let start = log.rmatch_indices('\n').nth(25).map_or(0, |(at, _)| at);
    &log[start..]
}
