//! A serving prover: `zkinfer serve` as a process of its own.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{binaries, client::Client};

/// The time limit for something that takes a second on an idle machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A prover that runs. Dropping it kills it, as a power cut would.
pub struct Serving {
    child: Child,
    log: PathBuf,
    state: PathBuf,
}

/// The end of a prover.
#[derive(Debug)]
pub struct Ended {
    /// Exit code.
    pub code: Option<i32>,
    /// Its log.
    pub log: String,
}

impl Serving {
    /// Starts a prover for `signer` with its state in `state` of the client's directory, with more
    /// options.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(client: &Client, signer: &str, state: &str, more: &[&str]) -> Self {
        let log = client.path(&format!("{state}.log"));
        let file =
            File::options().create(true).append(true).open(&log).expect("the log can be written");
        let state = client.path(state);
        let child = Command::new(binaries::client())
            .args(["serve", "--log-format", "json", "--signer", signer, "--state"])
            .arg(&state)
            .args(more)
            .current_dir(client.directory())
            .env("ZKINFER_URL", client.url())
            .env("ZKINFER_LOG", "zkinfer=debug")
            .env_remove("ZKINFER_SIGNER")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()
            .expect("the client runs");
        Self { child, log, state }
    }

    /// Directory of its state.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// Its log so far.
    ///
    /// # Panics
    /// When it cannot be read.
    pub fn log(&self) -> String {
        let mut log = Vec::new();
        let mut file = File::open(&self.log).expect("the log can be read");
        file.read_to_end(&mut log).expect("the log can be read");
        String::from_utf8_lossy(&log).into_owned()
    }

    /// The status that it shows, once `condition` holds of it. What another process left there
    /// before it does not count.
    ///
    /// # Panics
    /// When it ends or takes too long, with its log.
    pub fn until(&self, client: &Client, condition: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let state = self.state.to_str().expect("UTF-8");
            let status = client.try_run(&["serve", "status", "--state", state]);
            let own = |status: &&Value| status["process"] == self.child.id() && condition(status);
            if let Some(status) = status.as_ref().ok().filter(own) {
                return status.clone();
            }
            assert!(begun.elapsed() < PATIENCE, "{status:#?}\n{}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Ends it as `kill -9` does: it can do nothing about it.
    ///
    /// # Panics
    /// When it has ended by itself.
    pub fn kill(mut self) -> String {
        self.child.kill().expect("it ran");
        self.child.wait().expect("it ends");
        self.log()
    }

    /// Asks it to end, as a service manager does, and waits until it has.
    ///
    /// # Panics
    /// When it cannot be asked, or takes too long.
    pub fn terminate(mut self) -> Ended {
        let id = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        assert!(asked.success());
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return Ended { code: status.code(), log: self.log() };
            }
            assert!(begun.elapsed() < PATIENCE, "{}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
