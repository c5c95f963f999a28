//! Options of the commands that send transactions.

use std::path::PathBuf;

use clap::Args;
use zkinfer_client::{
    signer::{Signer, SignerError, SignerSource},
    submit::Wait,
};

/// Options of the signer.
#[derive(Clone, Debug, Default, Args)]
pub struct SignerOpts {
    /// Account that signs and pays: a development name such as //Alice, or - to be asked for the
    /// secret. Any other secret goes into the environment variable ZKINFER_SIGNER or a key file.
    #[arg(long, value_name = "NAME", conflicts_with = "key_file")]
    pub signer: Option<String>,
    /// File with the signer's secret phrase or 0x seed, readable by its owner alone (chmod 600).
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

impl SignerOpts {
    /// Loads the signer.
    ///
    /// # Errors
    /// As [`SignerSource::load`].
    pub fn load(&self) -> Result<Signer, SignerError> {
        SignerSource { signer: self.signer.clone(), key_file: self.key_file.clone() }.load()
    }
}

/// Options of waiting.
#[derive(Clone, Copy, Debug, Args)]
pub struct WaitOpts {
    /// Wait until the block is finalised, not only the best.
    #[arg(long)]
    pub finalized: bool,
    /// Give up after waiting so many seconds for the node in all: to connect, to read, to send, and
    /// for the block. A transaction that was sent may still be included later.
    #[arg(long, value_name = "SECONDS", default_value_t = 180, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub timeout: u64,
}

impl From<WaitOpts> for Wait {
    fn from(opts: WaitOpts) -> Self {
        Self { finalized: opts.finalized, timeout: opts.timeout }
    }
}
