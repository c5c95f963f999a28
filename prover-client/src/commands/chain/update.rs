//! `chain update` and `chain retire`: a model's further versions, and the end of one.

use serde::Serialize;
use zkinfer_primitives::{ModelId, ModelVersionId, Version};

use super::{
    register::{Registered, VersionOpts},
    session::{SendOpts, Sent, SentReport, block_on},
};
use crate::{
    error::Error,
    output::{Output, Page},
};
use zkinfer_client::{amount::Token, calls, connection::PALLET, events, operations};

const UPDATE_HELP: &str = "\
A version is never edited. An update adds one, with files, price and provers of its own; the versions before it stay on \
sale until you retire them. Jobs that run finish on the version that they were bought for, whatever you add or retire.

Example:
  zkinfer chain update --model-id 0 --manifest new/mnist.manifest.json \\
      --model new/mnist.zkm --vk new/mnist.vk --trust single-setup --visibility open \\
      --price \"1 UNIT\" --signer //Alice
  zkinfer chain retire 0 --version 0 --signer //Alice";

const RETIRE_HELP: &str = "\
A retired version takes no new jobs. Nothing undoes it. Jobs that run are finished and paid, and receipts stay. The \
deposit for the version's key comes back; the key itself goes when the last of its jobs is over.

Example:
  zkinfer chain retire 0 --version 0 --signer //Alice";

/// Options of `chain update`.
#[derive(Debug, clap::Args)]
#[command(after_help = UPDATE_HELP)]
pub struct UpdateOpts {
    /// The model that gets another version.
    #[arg(long, value_name = "NUMBER")]
    pub model_id: ModelId,
    /// The version to register.
    #[command(flatten)]
    pub version: VersionOpts,
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

/// Options of `chain retire`.
#[derive(Debug, clap::Args)]
#[command(after_help = RETIRE_HELP, disable_version_flag = true)]
pub struct RetireOpts {
    /// The model.
    #[arg(value_name = "MODEL")]
    pub model: ModelId,
    /// The version that takes no more jobs.
    #[arg(id = "model_version", long = "version", value_name = "NUMBER")]
    pub version: Version,
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

/// The retired version.
#[derive(Serialize)]
struct Retired {
    model: ModelId,
    version: Version,
}

impl SentReport for Retired {
    fn page(&self, page: &mut Page, _: &Token) {
        page.title(format!("Model {} version {} is retired", self.model, self.version));
    }
}

impl UpdateOpts {
    /// Checks the files against each other and adds the version.
    ///
    /// # Errors
    /// When a file is not what it should be, and when the chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let files = self.version.load()?;
        block_on(async {
            let session = self.send.open().await?;
            let registration = self.version.registration(&session, files)?;
            let log = |text: &str| out.info(text);
            let done = operations::update(&session, self.model_id, &registration, &log).await?;
            let number = done.version.version;
            let result = Registered::new(done.version, &registration);
            out.report(&Sent::new(result, done.sent.included, &session))?;
            self.version.say_what_is_next(out);
            out.hint(&format!(
                "requesters ask for it with --model-id {} --version {number}; older versions stay until `zkinfer chain retire`",
                self.model_id
            ));
            Ok(())
        })
    }
}

impl RetireOpts {
    /// Retires the version.
    ///
    /// # Errors
    /// When the chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        block_on(async {
            let session = self.send.open().await?;
            let id = ModelVersionId { model: self.model, version: self.version };
            let sent = session.send(&calls::retire_version(id), &|text| out.info(text)).await?;
            let event: events::VersionRetired = sent.expect(PALLET, "VersionRetired")?;
            let retired = Retired { model: event.version.model, version: event.version.version };
            out.report(&Sent::new(retired, sent.included, &session))
        })
    }
}
