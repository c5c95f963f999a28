//! Nodes: processes that end with the test. Of development nodes a test leases one for itself; when
//! it is done, the next test gets it.
//!
//! A node compiles its runtime for seconds when it starts, so that a node for each test would take
//! longer than all that the tests do. Tests bring their own accounts and models, and are alone on
//! their node while they run.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::binaries;

/// Nodes of one test binary: more would only wait for each other on two cores.
const NODES: usize = 2;
/// The time limit for a node's answer. A loaded machine with a cold disk needs half a minute.
const START: Duration = Duration::from_secs(150);
/// Runs a node for as long as standard input is open, and removes its files unless it is told to
/// `keep` them: both go with the test process, however that ends.
const GUARD: &str = r#""$0" "$@" </dev/null & read -r word; kill -9 $!; wait; [ "$word" = keep ] || rm -rf "$NODE_DIRECTORY""#;

static POOL: Mutex<Pool> = Mutex::new(Pool { idle: Vec::new(), leased: 0 });
static RETURNED: Condvar = Condvar::new();

struct Pool {
    idle: Vec<Node>,
    leased: usize,
}

/// A node, for one test at a time. Dropping it lets the next test have it; a test that panics takes
/// its node along.
pub struct Lease(Option<Node>);

impl Lease {
    /// A node that nobody else uses now: an idle one, or a new one if there may be more.
    ///
    /// # Panics
    /// When a node cannot be started.
    pub fn take() -> Self {
        let pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |pool: &mut Pool| pool.leased >= NODES;
        let mut pool = RETURNED.wait_while(pool, full).unwrap_or_else(PoisonError::into_inner);
        pool.leased += 1;
        let idle = pool.idle.pop();
        drop(pool);
        let mut lease = Self(idle);
        if lease.0.is_none() {
            lease.0 = Some(Node::development());
        }
        lease
    }

    /// The address of the node's RPC.
    ///
    /// # Panics
    /// Never: a lease has its node until it is dropped.
    pub fn url(&self) -> &str {
        self.0.as_ref().expect("a lease has its node").url()
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let node = self.0.take().filter(|_| !std::thread::panicking());
        let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        pool.idle.extend(node);
        pool.leased -= 1;
        RETURNED.notify_one();
    }
}

/// A running node. Dropping it kills the process, as a power cut would, and removes its files.
pub struct Node {
    guard: Child,
    url: String,
    log: PathBuf,
}

impl Node {
    /// Starts a node that makes a block as soon as there is a transaction, or when told to.
    fn development() -> Self {
        Self::of_chain("dev".as_ref())
    }

    /// As all nodes here, of a chain of its own: `dev`, or a specification's file.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn of_chain(chain: &Path) -> Self {
        let directory = TempDir::new().expect("a temporary directory").keep();
        let chain = chain.to_str().expect("a path in UTF-8");
        Self::start(&directory, &["--dev", "--chain", chain, "--sealing", "instant", "--port", "0"])
    }

    /// Starts a node with its files in `directory`, and waits until it answers.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(directory: &Path, options: &[&str]) -> Self {
        let path = directory.join("log");
        let log =
            File::options().create(true).append(true).open(&path).expect("the log can be written");
        let from = log.metadata().expect("the log can be read").len();
        let guard = Command::new("sh")
            .args(["-c", GUARD])
            .arg(binaries::node())
            .args(options)
            .args([
                "--rpc-port",
                "0",
                "--no-prometheus",
                "--no-telemetry",
                "--no-mdns",
                "--base-path",
            ])
            .arg(directory.join("base"))
            .env("NODE_DIRECTORY", directory)
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("one log for both streams"))
            .stderr(log)
            .spawn()
            .expect("a shell starts");
        let mut node = Self { guard, url: String::new(), log: path };
        node.url = node.wait_for_rpc(from);
        node
    }

    /// The address of its RPC.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Kills it, as a power cut would, and leaves its files for the next start.
    ///
    /// # Panics
    /// When it cannot be stopped.
    pub fn stop(mut self) {
        let stdin = self.guard.stdin.as_mut().expect("a pipe");
        stdin.write_all(b"keep\n").expect("the guard listens");
        self.guard.wait().expect("the guard ends");
    }

    fn wait_for_rpc(&self, from: u64) -> String {
        let start = Instant::now();
        loop {
            let log = self.log_from(from);
            if let Some(port) = rpc_port(&log) {
                return format!("ws://127.0.0.1:{port}");
            }
            let stopped = log.lines().find(|line| line.starts_with("Error:"));
            assert!(stopped.is_none(), "the node stopped:\n{log}");
            assert!(start.elapsed() < START, "the node does not answer:\n{log}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The node's log so far.
    ///
    /// # Panics
    /// When it cannot be read.
    pub fn log(&self) -> String {
        self.log_from(0)
    }

    fn log_from(&self, from: u64) -> String {
        let mut log = Vec::new();
        let mut file = File::open(&self.log).expect("the log can be read");
        file.seek(SeekFrom::Start(from)).expect("the log can be read");
        file.read_to_end(&mut log).expect("the log can be read");
        String::from_utf8_lossy(&log).into_owned()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // The guard kills the node when its input ends.
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// The port in `Running JSON-RPC server: addr=127.0.0.1:40123,[::1]:40123`.
fn rpc_port(log: &str) -> Option<u16> {
    let (_, addresses) = log.split_once("Running JSON-RPC server: addr=")?;
    let (line, _) = addresses.split_once('\n')?;
    let (_, port) =
        line.split([',', ' ']).find(|a| a.starts_with("127.0.0.1:"))?.rsplit_once(':')?;
    port.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_a_whole_line_only() {
        let line = "2026 INFO Running JSON-RPC server: addr=127.0.0.1:40123,[::1]:40124\n";
        assert_eq!(rpc_port(line), Some(40123));
        assert_eq!(rpc_port(line.trim_end()), None);
        assert_eq!(rpc_port("nothing yet\n"), None);
    }
}
