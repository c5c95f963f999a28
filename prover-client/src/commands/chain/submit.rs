//! `chain submit`: a proof for a claimed job, checked before its fee is paid.

use std::path::{Path, PathBuf};

use serde::Serialize;
use subxt::utils::AccountId32;
use zkinfer_primitives::{JobId, Output as Answer, Proof};

use super::{
    claim::InputOpts,
    session::{SendOpts, Sent, SentReport, block_on},
};
use crate::{
    error::Error,
    output::{Output, Page},
};
use zkinfer::{
    answers::AnswerView,
    artefacts::{
        opening::Opening,
        proof::{self, ProofFile},
    },
    proving, system,
};
use zkinfer_client::session::Session;
use zkinfer_client::{amount::Token, connection::AtBlock, operations, records, statement};

const HELP: &str = "\
The proof is checked here first, as the chain checks it: a proof that does not verify would cost your bond and is \
not sent. With --model it is made now, for the account that signs; Groth16 needs --pk too, Halo2 has no proving key. \
Several proofs of one key are cheaper together: see `zkinfer chain submit-batch`.

Examples:
  zkinfer chain submit 7 --proof job-7.proof --signer //Bob
  zkinfer chain submit 7 --model work/mnist.zkm --pk work/mnist.pk --opening digit.opening \\
      --signer //Bob
  zkinfer chain submit 7 --model work/mnist.zkm --pk work/mnist.pk --encryption-key bob.key \\
      --signer //Bob";

/// Options of `chain submit`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct Opts {
    /// The job.
    #[arg(value_name = "JOB")]
    pub job: JobId,
    /// The proof, as `zkinfer prove` wrote it.
    #[arg(long, value_name = "FILE", required_unless_present = "model", conflicts_with_all = ["pk", "model", "opening", "encryption_key"])]
    pub proof: Option<PathBuf>,
    /// The proving key, to prove now with Groth16.
    #[arg(long, value_name = "FILE", requires = "model")]
    pub pk: Option<PathBuf>,
    /// The model file, to prove now.
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// The input, to prove now; not needed when the job has a payload that you can read.
    #[arg(long, value_name = "FILE", requires = "model")]
    pub opening: Option<PathBuf>,
    /// Your encryption key's file, for an encrypted payload; may be given several times, for older
    /// keys too.
    #[arg(long, value_name = "FILE", requires = "model")]
    pub encryption_key: Vec<PathBuf>,
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

/// A job that is done.
#[derive(Serialize)]
struct Submitted {
    job: JobId,
    prover: AccountId32,
    #[serde(flatten)]
    answer: AnswerView,
    #[serde(with = "zkinfer_client::text")]
    paid: u128,
    proof_system: &'static str,
    proof_bytes: usize,
}

impl SentReport for Submitted {
    fn page(&self, page: &mut Page, token: &Token) {
        page.title(format!("Job {} is done: {}", self.job, self.answer.headline()));
        page.field("prover", self.prover);
        page.field("paid", token.format(self.paid));
        page.field("proof", format!("{} bytes, {}", self.proof_bytes, self.proof_system));
    }
}

impl Opts {
    /// Checks or makes the proof, and sends it.
    ///
    /// # Errors
    /// When the signer has not claimed the job, when the proof does not verify, and when the chain
    /// refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        block_on(self.submit(out))
    }

    async fn submit(&self, out: &Output) -> Result<(), Error> {
        self.encryption_key.iter().for_each(|path| out.warn_if_exposed(path));
        let session = self.send.open().await?;
        let best = session.chain.best().await?;
        let job = records::job(&best, self.job).await?;
        operations::check_claimant(&job, &session.account())?;
        let version = records::model_version(&best, job.version).await?;
        let (answer, proof) = self.proof(out, &session, &best, &job, &version).await?;
        let log = |text: &str| out.info(text);
        let done = operations::submit(&session, &best, &job, (&answer, &proof), &log).await?;
        let submitted = Submitted {
            job: job.id,
            prover: session.account(),
            answer: AnswerView::of(&answer, None),
            paid: done.paid,
            proof_system: system::name(proof.system()),
            proof_bytes: proof::bytes(&proof).len(),
        };
        out.report(&Sent::new(submitted, done.sent.included, &session))
    }

    /// The proof and its answer: from the file, or made now.
    async fn proof(
        &self,
        out: &Output,
        session: &Session,
        at: &AtBlock,
        job: &records::Job,
        version: &records::ModelVersion,
    ) -> Result<(Answer, Proof), Error> {
        if let Some(path) = &self.proof {
            let file = ProofFile::load(path)?;
            statement::check_chain(&session.chain, path, &file.statement.context)?;
            return Ok((file.statement.output, file.proof));
        }
        match &self.model {
            Some(model) => {
                let input = InputOpts {
                    opening: self.opening.clone(),
                    encryption_key: self.encryption_key.clone(),
                    manifest: None,
                    model: Some(model.to_owned()),
                };
                let opening = input.open(session, at, job, version).await?;
                let context = statement::job_context(&session.chain, job, &session.account());
                prove(out, model, self.pk.as_deref(), &opening, context)
            }
            None => Err(Error::usage("no proof is given", "give --proof, or --model to prove now")),
        }
    }
}

/// Proves now, with the model and, for Groth16, its proving key.
///
/// # Errors
/// When a file cannot be read, or the files do not belong together.
pub fn prove(
    out: &Output,
    model: &Path,
    pk: Option<&Path>,
    opening: &Opening,
    context: proof::Context,
) -> Result<(Answer, Proof), Error> {
    let progress = out.progress("proving");
    let file = proving::prove_with_files(model, pk, opening, context, &progress)?;
    progress.finish();
    Ok((file.statement.output, file.proof))
}
