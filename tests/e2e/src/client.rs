//! The client `zkinfer`, run as a person runs it.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::binaries;

/// A directory to work in, and the client with the URL of a node.
pub struct Client {
    directory: TempDir,
    url: String,
}

/// A run of the client that failed.
#[derive(Debug)]
pub struct Failure {
    /// Exit code.
    pub code: Option<i32>,
    /// The output for a person.
    pub stderr: String,
    /// The output for machines.
    pub stdout: String,
}

impl Failure {
    /// The JSON document that it printed.
    ///
    /// # Panics
    /// When it printed none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }
}

impl Client {
    /// A client of the node at `url`, with an empty directory.
    ///
    /// # Panics
    /// Without a temporary directory.
    pub fn new(url: &str) -> Self {
        Self { directory: TempDir::new().expect("a temporary directory"), url: url.into() }
    }

    /// A path in the working directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Runs an offline command with `--json` in the working directory and returns what it prints.
    ///
    /// # Panics
    /// When it fails, with what it printed.
    pub fn run<S: AsRef<str>>(&self, arguments: &[S]) -> Value {
        let arguments: Vec<_> = arguments.iter().map(AsRef::as_ref).collect();
        self.try_run(&arguments)
            .unwrap_or_else(|failure| panic!("zkinfer {arguments:?} failed: {}", failure.stderr))
    }

    /// Runs a command that must fail, and returns how it did.
    ///
    /// # Panics
    /// When it succeeds.
    pub fn fail<S: AsRef<str>>(&self, arguments: &[S]) -> Failure {
        let arguments: Vec<_> = arguments.iter().map(AsRef::as_ref).collect();
        match self.try_run(&arguments) {
            Ok(output) => panic!("zkinfer {arguments:?} should fail, but printed {output}"),
            Err(failure) => failure,
        }
    }

    /// Runs a `chain` command for a signer.
    ///
    /// # Panics
    /// When it fails.
    pub fn chain(&self, signer: &str, arguments: &[&str]) -> Value {
        self.run(&on_chain(signer, arguments))
    }

    /// Runs a `chain` command that must fail.
    ///
    /// # Panics
    /// When it succeeds.
    pub fn chain_fails(&self, signer: &str, arguments: &[&str]) -> Failure {
        self.fail(&on_chain(signer, arguments))
    }

    /// Runs a command with `--json`.
    ///
    /// # Errors
    /// When the exit code is not zero.
    ///
    /// # Panics
    /// When it succeeds and prints no JSON.
    pub fn try_run(&self, arguments: &[&str]) -> Result<Value, Failure> {
        let arguments = arguments.iter().map(OsString::from).chain(["--json".into()]);
        let Output { status, stdout, stderr } = Command::new(binaries::client())
            .args(arguments)
            .current_dir(self.directory.path())
            .env("ZKINFER_URL", &self.url)
            .env_remove("ZKINFER_SIGNER")
            .output()
            .expect("the client runs");
        let stderr = String::from_utf8_lossy(&stderr).into_owned();
        if !status.success() {
            let stdout = String::from_utf8_lossy(&stdout).into_owned();
            return Err(Failure { code: status.code(), stderr, stdout });
        }
        Ok(serde_json::from_slice(&stdout).unwrap_or_else(|error| {
            panic!("no JSON ({error}): {}\n{stderr}", String::from_utf8_lossy(&stdout))
        }))
    }

    /// The address of the node.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The working directory.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }
}

fn on_chain(signer: &str, arguments: &[&str]) -> Vec<String> {
    let start = ["chain"].iter().chain(arguments).map(|text| (*text).to_owned());
    start.chain(["--signer".to_owned(), signer.to_owned()]).collect()
}
