//! A node of its own for each test, on a chain of its own.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    process::{Child, Command, Stdio},
    sync::{Condvar, Mutex},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::binaries;

/// Nodes that run at the same time in one test binary: more only wait for each other on two cores.
const PARALLEL: usize = 2;
/// How long a node may take to answer. A loaded machine with a cold disk needs half a minute.
const START: Duration = Duration::from_secs(150);

static RUNNING: Mutex<usize> = Mutex::new(0);
static STOPPED: Condvar = Condvar::new();

/// A running development node. Dropping it kills the process and removes its files.
pub struct Node {
    process: Child,
    url: String,
    directory: TempDir,
}

impl Node {
    /// Starts a node that makes a block as soon as there is a transaction, or when told to.
    ///
    /// # Panics
    /// When the binary is missing, stops, or does not answer in time: with the end of its log.
    pub fn start() -> Self {
        wait_for_turn();
        let directory = TempDir::new().expect("a temporary directory");
        let log = File::create(directory.path().join("log")).expect("the log can be written");
        let process = Command::new(binaries::node())
            .args(["--dev", "--sealing", "instant", "--rpc-port", "0", "--no-prometheus"])
            .args(["--listen-addr", "/ip4/127.0.0.1/tcp/0", "--no-telemetry", "--no-mdns", "--base-path"])
            .arg(directory.path().join("base"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("one log for both streams"))
            .stderr(log)
            .spawn()
            .expect("the node starts");
        let mut node = Self { process, url: String::new(), directory };
        node.url = node.wait_for_rpc();
        node
    }

    /// Where the node's RPC listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn wait_for_rpc(&mut self) -> String {
        let start = Instant::now();
        loop {
            let log = self.log();
            if let Some(port) = rpc_port(&log) {
                return format!("ws://127.0.0.1:{port}");
            }
            let stopped = self.process.try_wait().expect("the node's state can be read");
            assert!(stopped.is_none(), "the node stopped with {stopped:?}:\n{log}");
            assert!(start.elapsed() < START, "the node does not answer:\n{log}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The node's log so far.
    pub fn log(&self) -> String {
        let mut log = String::new();
        let mut file = File::open(self.directory.path().join("log")).expect("the log can be read");
        file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_string(&mut log)).expect("the log is text");
        log
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have stopped by itself; there is nothing to do about it here.
        let _ = self.process.kill();
        let _ = self.process.wait();
        *RUNNING.lock().unwrap_or_else(std::sync::PoisonError::into_inner) -= 1;
        STOPPED.notify_one();
    }
}

fn wait_for_turn() {
    let running = RUNNING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut running = STOPPED
        .wait_while(running, |running| *running >= PARALLEL)
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    *running += 1;
}

/// The port in `Running JSON-RPC server: addr=127.0.0.1:40123,[::1]:40123`.
fn rpc_port(log: &str) -> Option<u16> {
    let (_, addresses) = log.split_once("Running JSON-RPC server: addr=")?;
    let (line, _) = addresses.split_once('\n')?;
    let (_, port) = line.split([',', ' ']).find(|a| a.starts_with("127.0.0.1:"))?.rsplit_once(':')?;
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
