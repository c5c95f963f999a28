//! `zkinfer keys encryption`: a prover's key for encrypted inputs.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use zkinfer_primitives::EncryptionKey;

use crate::options::Force;
use crate::{
    error::Error,
    output::{Output, Page, Report},
};
use zkinfer::{
    artefacts::hexadecimal,
    files::{self, Existing},
    privacy::EncryptionSecret,
};

const AFTER_HELP: &str = "\
Makes an X25519 key pair. Its public half goes on chain with your bond, and requesters encrypt their inputs to it; the \
file holds the secret half, which opens them. It is readable by you alone: whoever has it reads every input that was \
ever encrypted to it. It signs nothing and moves no money.

Replace the key when you like. Keep the old file until no job that was requested before runs any more: only the old \
key opens those. Back the file up; nobody can restore it for you, and a claimed job whose input you cannot read costs \
a part of your bond.

`zkinfer keys inspect FILE` shows the public half again.

Example:
  zkinfer keys encryption --out bob.key
  zkinfer chain bond \"100 UNIT\" --encryption-key bob.key --signer //Bob
  zkinfer chain claim 7 --model work/mnist.zkm --encryption-key bob.key --signer //Bob";

/// Options of `zkinfer keys encryption`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Opts {
    /// File for the key pair; secret.
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    force: Force,
}

#[derive(Serialize)]
struct Summary {
    #[serde(serialize_with = "crate::output::path")]
    file: PathBuf,
    #[serde(with = "hexadecimal")]
    encryption_key: EncryptionKey,
}

impl Opts {
    /// Makes the key pair.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let existing = Existing::from(self.force);
        files::check_target(&self.out, existing)?;
        let secret = EncryptionSecret::generate();
        secret.save(&self.out, existing)?;
        out.report(&Summary { encryption_key: secret.public(), file: self.out.clone() })?;
        out.hint(&format!(
            "put its public half on chain: zkinfer chain encryption-key {}",
            self.out.display()
        ));
        Ok(())
    }
}

impl Report for Summary {
    fn page(&self, page: &mut Page) {
        page.field("encryption key", format!("{}  public, goes on chain", self.encryption_key));
        page.field("file", format!("{}  secret, keep a copy", self.file.display()));
    }
}
