//! `chain result`: the answer to a job, with what makes it believable.

use std::{path::PathBuf, time::Duration};

use serde::Serialize;
use zkinfer_primitives::JobId;

use super::{
    answer::Answer,
    follow::{self, Outcome, Patience},
    session::{NodeOpts, block_on},
};
use crate::{
    error::Error,
    output::{Output, Page, Report},
};
use zkinfer::artefacts;
use zkinfer_client::{amount::Token, records};

const HELP: &str = "\
The chain checked the proof when it took the answer. This command reads the receipt that the chain keeps, hashes it, \
compares the hash with the one in the event of the block that verified the proof, and says whether that block is final: \
only a final block can never be undone. With the model's manifest the class gets its name.

A job without an answer is open, claimed, overdue (its time is over, and `zkinfer chain expire` ends it), cancelled or \
expired. What the chain itself has forgotten is looked up in the events of old blocks, as far back as the node has them.

Exit code 1 says that there is no answer (yet).

Examples:
  zkinfer chain result 7 --manifest mnist.manifest.json
  zkinfer chain result 7 --wait --finalized --wait-timeout 600";

/// Options of `chain result`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct Opts {
    /// The job, or the number of an attestation.
    #[arg(value_name = "JOB")]
    pub job: JobId,
    /// The model's manifest, for the names of the classes.
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
    /// Wait until the job is over, or can only end without an answer.
    #[arg(long)]
    pub wait: bool,
    /// With --wait, give up after this many seconds; the job goes on.
    #[arg(long, value_name = "SECONDS", requires = "wait")]
    pub wait_timeout: Option<u64>,
    /// With --wait, wait until the answer is in a finalised block.
    #[arg(long, requires = "wait")]
    pub finalized: bool,
    /// The node.
    #[command(flatten)]
    pub node: NodeOpts,
}

/// An answer with the token that its amounts are in.
#[derive(Serialize)]
struct Printed {
    #[serde(flatten)]
    answer: Answer,
    #[serde(skip)]
    token: Token,
}

impl Report for Printed {
    fn page(&self, page: &mut Page) {
        self.answer.page(page, &self.token);
    }
}

impl Opts {
    /// Prints the answer.
    ///
    /// # Errors
    /// When there is none, with exit code 1 and nothing more to say.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let manifest = self.manifest.as_deref().map(artefacts::manifest::load).transpose()?;
        block_on(async {
            let chain = self.node.connect().await?;
            let outcome = if self.wait {
                let longest = self.wait_timeout.map(Duration::from_secs);
                let patience = Patience { longest, finalized: self.finalized };
                follow::until_over(&chain, out, self.job, patience).await?
            } else {
                let best = chain.best().await?;
                match records::fate(&best, self.job).await? {
                    records::Fate::Running(job)
                        if best.block_number() > u64::from(job.last_block()) =>
                    {
                        Outcome::Overdue(job)
                    }
                    fate => Outcome::Over(fate),
                }
            };
            let answer = Answer::of(&chain, self.job, &outcome, manifest.as_ref()).await?;
            let (is_answered, next) = (answer.is_answered(), answer.next.clone());
            out.report(&Printed { answer, token: chain.token().clone() })?;
            if let Some(next) = next {
                out.hint(&next);
            }
            if is_answered { Ok(()) } else { Err(Error::Negative) }
        })
    }
}
