//! `chain submit-batch`: proofs for several claimed jobs, checked together, here first and then by
//! the chain.

use std::path::{Path, PathBuf};

use serde::Serialize;
use subxt::utils::AccountId32;
use zkinfer_primitives::{
    JobId, Output as Answer, Proof, Purpose, VerifyingKey, VkHash, statement,
};

use super::session::{SendOpts, Sent, SentReport, block_on};
use crate::{
    error::Error,
    output::{Output, Page, Table},
};
use zkinfer::{
    answers::AnswerView,
    artefacts::{
        hexadecimal,
        proof::{ProofFile, bytes},
    },
    proving::check::{self, Inputs},
    system,
};
use zkinfer_client::session::Session;
use zkinfer_client::{
    amount::Token,
    calls::{self, BatchItem},
    connection::{AtBlock, Chain, PALLET},
    events, generators, records,
    statement::{check_chain, job_context},
    submit::Succeeded,
};

const HELP: &str = "\
Give the proof files of jobs that you have claimed; each names its job by the hash of the job's terms. All must be under one \
verifying key: for jobs of several models, send a batch for each. They are checked together, so that each \
further proof costs a fraction of the first, most of all with Halo2.

A batch holds as a whole or not at all: one false proof costs you what every claim in it has locked. So it is checked here \
first, as the chain checks it, against the jobs as the chain has them now. A batch that would be rejected is not sent, and the \
files that are to blame are named.

Example:
  zkinfer chain submit-batch job-7.proof job-8.proof job-9.proof --signer //Bob";

/// Options of `chain submit-batch`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct Opts {
    /// Proofs, as `zkinfer prove --terms` wrote them.
    #[arg(value_name = "PROOF", required = true)]
    pub proofs: Vec<PathBuf>,
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

/// Jobs that are done.
#[derive(Serialize)]
struct Submitted {
    prover: AccountId32,
    #[serde(with = "hexadecimal")]
    vk_hash: VkHash,
    proof_system: &'static str,
    jobs: Vec<Done>,
    #[serde(with = "zkinfer_client::text")]
    paid: u128,
}

#[derive(Serialize)]
struct Done {
    job: JobId,
    #[serde(flatten)]
    answer: AnswerView,
    #[serde(with = "zkinfer_client::text")]
    paid: u128,
    proof_bytes: usize,
}

impl SentReport for Submitted {
    fn page(&self, page: &mut Page, token: &Token) {
        page.title(format!("{} jobs are done", self.jobs.len()));
        let mut table = Table::new(["job", "answer", "paid", "proof"]);
        for done in &self.jobs {
            table.row([
                done.job.to_string(),
                done.answer.headline(),
                token.format(done.paid),
                format!("{} bytes", done.proof_bytes),
            ]);
        }
        page.table(table);
        page.field("prover", self.prover);
        page.field("proof system", self.proof_system);
        page.field("paid in all", token.format(self.paid));
    }
}

/// A proof with the job that it is for, as the chain has it.
struct Answered {
    path: PathBuf,
    job: records::Job,
    output: Answer,
    proof: Proof,
}

impl Answered {
    /// The public inputs: from the chain's records and the signer, never from the file.
    fn inputs(&self, chain: &Chain, prover: &AccountId32) -> Result<Inputs, Error> {
        let context = job_context(chain, &self.job, prover);
        statement::public_inputs(&self.job.input_commitment, &self.output, &context)
            .map_err(Error::in_file(&self.path))
    }
}

impl Opts {
    /// Checks the batch and sends it.
    ///
    /// # Errors
    /// When a file is no proof for a job that the signer has claimed, when the keys are mixed, when
    /// a proof does not verify, and when the chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let files =
            self.proofs.iter().map(|path| ProofFile::load(path).map(|file| (path.clone(), file)));
        let files = files.collect::<Result<Vec<_>, _>>()?;
        block_on(async {
            let session = self.send.open().await?;
            let best = session.chain.best().await?;
            let batch = answered(&session, &best, files).await?;
            let vk_hash = one_key(&batch)?;
            check_length(&best, batch.len())?;
            let key = records::verifying_key(&best, &vk_hash).await?;
            check_proofs(&session, &key, &batch)?;
            generators::require_for(&best, &key).await?;
            self.send(out, &session, vk_hash, batch).await
        })
    }

    async fn send(
        &self,
        out: &Output,
        session: &Session,
        vk_hash: VkHash,
        batch: Vec<Answered>,
    ) -> Result<(), Error> {
        let items = batch.iter().map(|answered| BatchItem {
            job: answered.job.id,
            terms_hash: answered.job.terms_hash,
            output: answered.output.clone(),
            proof: &answered.proof,
        });
        let sent = session.send(&calls::submit_batch(items), &|text| out.info(text)).await?;
        report(out, session, &sent, vk_hash, &batch).map_err(Error::after(&sent))
    }
}

/// Says what the batch came to.
fn report(
    out: &Output,
    session: &Session,
    sent: &Succeeded,
    vk_hash: VkHash,
    batch: &[Answered],
) -> Result<(), Error> {
    if let Some(rejected) = sent.find::<events::ProofRejected>(PALLET, "ProofRejected")? {
        return Err(rejected.into_error(session.token()).into());
    }
    let completed: Vec<events::JobCompleted> = sent.all(PALLET, "JobCompleted")?;
    let paid = |job| completed.iter().find(|event| event.job == job).map_or(0, |event| event.paid);
    let jobs = batch.iter().map(|answered| {
        let (job, answer) = (answered.job.id, AnswerView::of(&answered.output, None));
        Done { job, answer, paid: paid(job), proof_bytes: bytes(&answered.proof).len() }
    });
    let submitted = Submitted {
        prover: session.account(),
        vk_hash,
        proof_system: batch.first().map_or("", |first| system::name(first.proof.system())),
        jobs: jobs.collect(),
        paid: completed.iter().map(|event| event.paid).sum(),
    };
    out.report(&Sent::new(submitted, sent.included.clone(), session))
}

/// Finds each proof's job among those that the signer has claimed.
async fn answered(
    session: &Session,
    at: &AtBlock,
    files: Vec<(PathBuf, ProofFile)>,
) -> Result<Vec<Answered>, Error> {
    let (signer, mut claimed) = (session.account(), Vec::new());
    for id in records::claims(at, &signer).await? {
        claimed.extend(records::running(at, id).await?);
    }
    let mut batch: Vec<Answered> = Vec::with_capacity(files.len());
    for (path, ProofFile { statement, proof }) in files {
        let Purpose::Job(terms) = statement.context.purpose else {
            let message = format!("{}: holds an attestation, which is for no job", path.display());
            return Err(Error::failed(message).with_hint("send it with `zkinfer chain attest`"));
        };
        check_chain(&session.chain, &path, &statement.context)?;
        let Some(job) = claimed.iter().find(|job| job.terms_hash == terms) else {
            let message = format!(
                "{}: no job that {signer} has claimed has the terms {terms}",
                path.display()
            );
            return Err(Error::failed(message).with_hint(
                "claim the job first, prove with the terms of its claim, and sign with the account that claimed it",
            ));
        };
        if let Some(twin) = batch.iter().find(|other| other.job.id == job.id) {
            let (path, twin) = (path.display(), twin.path.display());
            let message = format!("{path}: is for job {}, as {twin} is", job.id);
            return Err(Error::failed(message).with_hint("give one proof for each job"));
        }
        batch.push(Answered { path, job: job.clone(), output: statement.output, proof });
    }
    Ok(batch)
}

/// The one verifying key of a batch.
fn one_key(batch: &[Answered]) -> Result<VkHash, Error> {
    let mut groups: Vec<(VkHash, Vec<String>)> = Vec::new();
    for answered in batch {
        let name = answered.path.display().to_string();
        match groups.iter_mut().find(|(key, _)| *key == answered.job.vk_hash) {
            Some((_, names)) => names.push(name),
            None => groups.push((answered.job.vk_hash, vec![name])),
        }
    }
    match groups.as_slice() {
        [(key, _)] => Ok(*key),
        several => {
            let groups =
                several.iter().map(|(key, names)| format!("{} under {key}", names.join(" ")));
            let groups: Vec<_> = groups.collect();
            let message =
                format!("the proofs are under different verifying keys: {}", groups.join("; "));
            Err(Error::failed(message).with_hint("send a batch for each key"))
        }
    }
}

fn check_length(at: &AtBlock, len: usize) -> Result<(), Error> {
    let most = Chain::max_batch(at)?;
    if len <= most as usize {
        return Ok(());
    }
    let message = format!("{len} proofs are given, and a batch on this chain has at most {most}");
    Err(Error::failed(message).with_hint("send several batches"))
}

/// Checks the batch as the chain will, and says which files are to blame when it does not hold.
fn check_proofs(session: &Session, key: &VerifyingKey, batch: &[Answered]) -> Result<(), Error> {
    let prover = session.account();
    let inputs = |answered: &Answered| answered.inputs(&session.chain, &prover);
    let proofs = batch.iter().map(|answered| Ok((inputs(answered)?, &answered.proof)));
    let proofs: Vec<(Inputs, &Proof)> = proofs.collect::<Result<_, Error>>()?;
    let Err(whole) = check::batch(key, &proofs) else { return Ok(()) };
    let false_ones = batch.iter().zip(&proofs).filter_map(|(answered, (inputs, proof))| {
        let reason = check::proof(key, inputs, proof).err()?;
        Some(blame(&answered.path, &answered.job, &reason.to_string()))
    });
    let blamed: Vec<_> = false_ones.collect();
    let reason = if blamed.is_empty() { whole.to_string() } else { blamed.join("; ") };
    let message = format!(
        "the batch is not sent: the chain would reject it and slash {prover} once for each of its {} proofs ({reason})",
        batch.len()
    );
    Err(Error::failed(message).with_hint("prove those jobs again, or leave them out of the batch"))
}

fn blame(path: &Path, job: &records::Job, reason: &str) -> String {
    format!("{} for job {}: {reason}", path.display(), job.id)
}
