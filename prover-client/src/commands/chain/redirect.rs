//! `chain redirect`: a job that nobody answers goes to others.

use std::path::PathBuf;

use serde::Serialize;
use zkinfer_primitives::{JobId, TermsHash};

use super::{
    claim::InputOpts,
    deadline::Deadline,
    delivery::DeliveryOpts,
    session::{SendOpts, Sent, SentReport, block_on},
};
use crate::options::Force;
use crate::{
    error::Error,
    output::{Output, Page},
};
use zkinfer::{
    artefacts::{hexadecimal, opening, terms::TermsFile},
    files,
};
use zkinfer_client::session::Session;
use zkinfer_client::{
    amount::Token, calls, connection::PALLET, error::ChainError, events, input, records, statement,
    submit::Succeeded,
};

const HELP: &str = "\
The requester gives a job other provers, another payload and another deadline. It may while nobody has claimed the job, \
and after a claimant has missed its time: then what the claim had locked comes to the requester first. Model version, \
input, reward and price stay; the terms get a new hash, so that nobody can claim the old ones by mistake.

An encrypted input is encrypted again, to the provers named now; their keys come from the node unless they are pinned with \
--prover ACCOUNT=KEY or proved with --proved-at HASH (see `zkinfer chain request --help`). A payload that was public once stays readable in old \
blocks.

Example:
  zkinfer chain redirect 7 --encrypt --prover //Dave --opening digit.opening \\
      --manifest mnist.manifest.json --deadline +50 --signer //Charlie";

/// Options of `chain redirect`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct Opts {
    /// The job.
    #[arg(value_name = "JOB")]
    pub job: JobId,
    /// The job's input with its blinder, as `zkinfer commit` wrote it.
    #[arg(long, value_name = "FILE")]
    pub opening: PathBuf,
    /// The model's manifest; it must be the one that the chain names.
    #[arg(long, value_name = "FILE")]
    pub manifest: PathBuf,
    /// Delivery of the input.
    #[command(flatten)]
    pub delivery: DeliveryOpts,
    /// Last block of the job: +50 (from now) or a block number.
    #[arg(long, value_name = "BLOCK")]
    pub deadline: Deadline,
    /// Write the job's new terms here, for `zkinfer prove --terms`.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace --out if it exists.
    #[command(flatten)]
    pub force: Force,
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

/// A redirected job.
#[derive(Serialize)]
struct Redirected {
    job: JobId,
    #[serde(with = "hexadecimal")]
    terms_hash: TermsHash,
    deadline: u32,
    /// The lock of the late prover's claim.
    #[serde(with = "zkinfer_client::text")]
    slashed: u128,
    terms: TermsFile,
}

impl SentReport for Redirected {
    fn page(&self, page: &mut Page, token: &Token) {
        page.title(format!("Job {} is open again, with new terms", self.job));
        page.field("terms", self.terms_hash);
        page.field("last block", self.deadline);
        if self.slashed > 0 {
            page.field("from the late prover", token.format(self.slashed));
        }
    }
}

impl Opts {
    /// Redirects the job.
    ///
    /// # Errors
    /// When the opening is not the job's, a prover has no key, or the chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        self.delivery.check()?;
        if let Some(path) = &self.out {
            files::check_target(path, self.force.into())?;
        }
        block_on(self.redirect(out))
    }

    async fn redirect(&self, out: &Output) -> Result<(), Error> {
        let session = self.send.open().await?;
        let best = session.chain.best().await?;
        let job = records::job(&best, self.job).await?;
        let version = records::model_version(&best, job.version).await?;
        let input = InputOpts {
            opening: None,
            encryption_key: Vec::new(),
            manifest: Some(self.manifest.clone()),
            model: None,
        };
        let opening =
            opening::load_for(version.proof_system, &self.opening, &input.input_spec(&version)?)?;
        input::check(&job, &opening).map_err(ChainError::from)?;
        let deadline = self.deadline.block(best.block_number()).ok_or_else(|| {
            ChainError::refusal(
                "the deadline is beyond the last possible block",
                "give an earlier one",
            )
        })?;
        // Who asks is in the binding: the chain takes a redirection from the requester alone.
        let binding = job.binding(session.chain.genesis_hash());
        let payload = self.delivery.build(out, &session, &best, &binding, &opening).await?;
        let provers = self.delivery.provers();
        let call = calls::redirect(&calls::Redirection { job: job.id, payload, deadline, provers });
        let sent = session.send(&call, &|text| out.info(text)).await?;
        self.finish(out, &session, &sent).await.map_err(Error::after(&sent))
    }

    /// Writes and says what belongs to the new terms.
    async fn finish(&self, out: &Output, session: &Session, sent: &Succeeded) -> Result<(), Error> {
        let event: events::JobRedirected = sent.expect(PALLET, "JobRedirected")?;
        let late: Option<events::ClaimExpired> = sent.find(PALLET, "ClaimExpired")?;
        let job = records::job(&session.chain.at(&sent.included).await?, self.job).await?;
        let terms = statement::terms_file(&session.chain, &job);
        if let Some(path) = &self.out {
            terms.save(path, self.force.into())?;
        }
        let redirected = Redirected {
            job: job.id,
            terms_hash: job.terms_hash,
            deadline: event.deadline,
            slashed: late.map_or(0, |event| event.slashed),
            terms,
        };
        out.report(&Sent::new(redirected, sent.included.clone(), session))?;
        out.hint(&format!("`zkinfer chain result {} --wait` waits for the answer", self.job));
        Ok(())
    }
}
