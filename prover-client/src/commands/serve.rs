//! `zkinfer serve`: a prover that runs by itself.

pub mod log;
pub mod settings;
mod start;
mod status;
mod trust;

use clap::Subcommand;

use crate::commands::serve::settings::Options;
use crate::{error::Error, output::Output};

const HELP: &str = "\
It watches the chain, claims open jobs for the models whose keys it holds, proves them and is paid. A job is claimed \
only when its input is there and opens the job's commitment, when what it leaves after the model's price and all fees \
is at least --min-reward, when the free bond covers the claim, and when the proof, behind all others in the queue, is \
expected to be done in time. How long a proof takes is measured at the first start, and at each proof.

A claim locks a part of the bond, which goes to the requester if the proof comes too late. So a job is left to others if its claim would lock more \
than --max-lock, more than --max-lock-share of the bond, or more than --max-lock-ratio times what the job pays. Somebody who fills the blocks keeps \
proofs out of them: a submission that is not included is sent again with a tip that rises as its last block comes near, up to \
--max-tip-share of what it saves, and up to --max-tip. While blocks have room nothing is tipped.

A Groth16 proving key that somebody else made can cost the bond: its maker can choose inputs for which no proof holds. Put the \
setup's transcript beside it (mnist.pk, mnist.transcript): it is audited once. A key that is not audited, nor declared your own with --own-keys, is \
used with care: jobs are proved before they are claimed, so that a bad key costs work and no bond. A key whose proof fails is not claimed for any more, after a restart \
either; `zkinfer serve status` says so. When the fault is found, `zkinfer serve trust KEY` allows it again.

Anybody can register a copy of a model under a price of their own. Every model on chain that has a served model's hashes is served, unless \
--model-id names those that you want: name them if a price is to be paid.

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
  zkinfer serve --config prover.toml --model-id 0 --max-lock \"50 UNIT\" --max-tip \"0.5 UNIT\"
  zkinfer serve status
  zkinfer serve trust mnist.pk

A configuration has the same names: url, signer, key-file, encryption-keys (a list), openings, state, min-reward, \
max-claims, max-lock, max-lock-share, max-lock-ratio, max-tip, max-tip-share, model-ids (a list), own-keys, jobs, max-memory, margin, drain, metrics, \
log-format, models, and a table [[model]] with model, pk and own for each model. Its paths are relative to it. ZKINFER_LOG=zkinfer=debug says why jobs are left to others.";

/// Options of `zkinfer serve`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP, args_conflicts_with_subcommands = true)]
pub struct Opts {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    options: Options,
}

/// Other commands of `serve`.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Show what the prover does now, or what it has left.
    Status(status::Opts),
    /// Claim for a key again whose proofs have failed.
    Trust(trust::Opts),
}

impl Opts {
    /// Serves, or shows what is served.
    ///
    /// # Errors
    /// A model, the store or the chain cannot be used.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        match self.what {
            Some(What::Status(opts)) => opts.run(out),
            Some(What::Trust(opts)) => opts.run(out),
            None => start::run(self.options, out),
        }
    }
}
