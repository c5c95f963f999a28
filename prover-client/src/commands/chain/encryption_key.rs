//! `chain encryption-key`: the key that requesters encrypt inputs to.

use std::path::PathBuf;

use super::{
    bond,
    session::{SendOpts, block_on},
};
use crate::{error::Error, output::Output};
use zkinfer::privacy::EncryptionSecret;
use zkinfer_client::calls;

const HELP: &str = "\
The public half of the key goes on chain, beside your bond. Requesters encrypt inputs to it; a request that was encrypted \
to an older key is refused by the chain.

Keep the old file when you replace a key: jobs that were requested before are encrypted to it, and only it opens them. \
Without a key, nobody can encrypt to you any more; open inputs and files off chain still reach you.

Examples:
  zkinfer keys encryption --out bob-2.key
  zkinfer chain encryption-key bob-2.key --signer //Bob
  zkinfer chain encryption-key --remove --signer //Bob";

/// Options of `chain encryption-key`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct Opts {
    /// The key's file, as `zkinfer keys encryption` wrote it.
    #[arg(value_name = "FILE", required_unless_present = "remove", conflicts_with = "remove")]
    pub file: Option<PathBuf>,
    /// Remove the key that is on chain.
    #[arg(long)]
    pub remove: bool,
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

impl Opts {
    /// Sets, replaces or removes the key.
    ///
    /// # Errors
    /// When the file is no key, the signer has no bond, or the chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let secret = self.file.as_deref().map(EncryptionSecret::load).transpose()?;
        block_on(async {
            let session = self.send.open().await?;
            let key = secret.as_ref().map(EncryptionSecret::public);
            bond::send(&session, out, &calls::set_encryption_key(key.as_ref())).await?;
            if secret.is_some() {
                out.hint(
                    "keep the files of your older keys: jobs that run may be encrypted to them",
                );
            }
            Ok(())
        })
    }
}
