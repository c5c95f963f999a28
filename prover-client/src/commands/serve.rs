//! `zkinfer serve`: a prover that runs by itself.

mod start;
mod status;

use clap::Subcommand;

use crate::{error::Error, output::Output, serve::settings::Options};

const HELP: &str = "\
It watches the chain, claims open jobs for the models whose keys it holds, proves them and is paid. A job is claimed \
only when its input is there and opens the job's commitment, when what it leaves after the model's price and all fees \
is at least --min-reward, when the free bond covers the claim, and when the proof, behind all others in the queue, is \
expected to be done in time. How long a proof takes is measured at the first start, and at each proof.

Nothing is lost when it is killed, when the node goes away, or when the chain reorganises: what it does is on disk \
before it is done. Start it again with the same --state and it goes on. SIGINT or SIGTERM ends it: nothing more is \
claimed, what is claimed is finished within --drain seconds, and it says what it leaves. A second signal ends it at once.

A Groth16 model is served with its proving key. A Halo2 model has none: its keys are made from the model at the start and must be those of \
its verifying key's file, which stands in the proving key's place (--pk mnist.vk).

Inputs come from the chain in the clear, from the chain encrypted to --encryption-key, or as files dropped into \
--openings. They are kept, for this user alone, until their job is over.

Before the first start, stake a bond:
  zkinfer chain bond \"100 UNIT\" --key-file prover.key

Examples:
  zkinfer serve --model mnist.zkm --pk mnist.pk --key-file prover.key --min-reward \"0.5 UNIT\"
  zkinfer serve --model open.zkm --pk open.vk --key-file prover.key
  zkinfer serve --models keys/ --openings inbox/ --jobs 4 --max-memory 4G --signer //Bob
  zkinfer serve --config prover.toml --metrics 127.0.0.1:9615 --log-format json 2>> prover.log
  zkinfer serve status

A configuration has the same names: url, signer, key-file, encryption-keys (a list), openings, state, min-reward, \
max-claims, jobs, max-memory, margin, drain, metrics, log-format, models, and a table [[model]] with model and pk for \
each model. Its paths are relative to it. ZKINFER_LOG=zkinfer=debug says why jobs are left to others.";

/// Options of `zkinfer serve`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP, args_conflicts_with_subcommands = true)]
pub struct Opts {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    options: Options,
}

/// What else can be done.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Show what the prover does now, or what it has left.
    Status(status::Opts),
}

impl Opts {
    /// Serves, or shows what is served.
    ///
    /// # Errors
    /// A model, the store or the chain cannot be used.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        match self.what {
            Some(What::Status(opts)) => opts.run(out),
            None => start::run(self.options, out),
        }
    }
}
