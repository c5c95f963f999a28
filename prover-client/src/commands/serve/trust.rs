//! `serve trust`: claims for a key again whose proofs have failed.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::commands::serve::settings;
use crate::{
    error::Error,
    output::{Output, Page, Report},
};
use zkinfer::artefacts::keys::{self, Kind};
use zkinfer_agent::{lock, status::STORE, store::Store, trust::KeyId};

/// Options of `serve trust`.
#[derive(Debug, clap::Args)]
pub struct Opts {
    /// The key: a proving key (*.pk), or a verifying key of Halo2 (*.vk). Only this very file is
    /// trusted again.
    #[arg(value_name = "KEY")]
    pub key: PathBuf,
    /// Directory of the prover's state [default: ~/.local/state/zkinfer/serve].
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Configuration file that names it.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// The change.
#[derive(Serialize)]
struct Trusted {
    vk_hash: String,
    /// The reason why nothing was claimed for it.
    fault: String,
    /// Seconds since 1970 when that was.
    since: u64,
}

impl Opts {
    /// Trusts the key again.
    ///
    /// # Errors
    /// The prover runs; there is no such key; nothing was held against it.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let state = settings::state_directory(self.state, self.config.as_deref())?;
        let store = state.join(STORE);
        if !store.exists() {
            return Err(Error::failed(format!("no prover has worked with {}", state.display()))
                .with_hint("name its directory with --state, or its configuration with --config"));
        }
        let key = key_of(&self.key)?;
        let _lock = lock::take(&state)?;
        let removed = Store::trust(&store, |known| *known == key).map_err(Error::failed)?;
        let Some((key, distrust)) = removed.into_iter().next() else {
            let message = format!("{}: nothing is held against this key", self.key.display());
            return Err(Error::failed(message)
                .with_hint("`zkinfer serve status` says which models are not claimed for"));
        };
        out.report(&Trusted {
            vk_hash: key.vk_hash.to_string(),
            fault: distrust.reason,
            since: distrust.at,
        })
    }
}

fn key_of(path: &Path) -> Result<KeyId, Error> {
    if keys::kind(path)? == Kind::ProvingKey {
        let vk_hash = keys::verifying_key_of(&keys::load_header(path)?).hash();
        return Ok(KeyId { vk_hash, checksum: keys::checksum(path)? });
    }
    Ok(KeyId::made(keys::load_verifying_key(path)?.hash()))
}

impl Report for Trusted {
    fn page(&self, page: &mut Page) {
        page.title("The key is claimed for again");
        page.field("verifying key hash", &self.vk_hash);
        page.field("was not, because", &self.fault);
    }
}
