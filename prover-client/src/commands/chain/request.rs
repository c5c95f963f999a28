//! `chain request`: buys an answer.

use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;
use subxt::utils::AccountId32;
use zkinfer_primitives::{InputCommitment, JobId, ModelVersionId, TermsHash};
use zkml_circuit::Opening;
use zkml_model::manifest::Manifest;

use super::{
    deadline::Deadline,
    follow,
    result::Answer,
    session::{SendOpts, Sent, SentReport, Session, block_on},
    trust::{is_forgeable, who_could_forge},
};
use crate::{
    artefacts::{self, hexadecimal, terms::TermsFile},
    chain::{
        account::Account,
        amount::{Amount, Token},
        calls,
        connection::{Chain, PALLET},
        error::ChainError,
        events, records, statement,
    },
    error::Error,
    files::{self, Force},
    output::{Output, Page},
};

const HELP: &str = "\
The reward is held until somebody has proved the answer, or until it comes back to you: you cancelled while nobody had
claimed the job, or nobody answered in time. The version's price goes to the model's owner, the rest to the prover.

  --payload public   the input and its blinder go on chain, where everybody can read them
  --payload none     only the commitment goes on chain; give the opening file to the prover yourself

Example:
  zkinfer commit --manifest mnist.manifest.json --image digit.png --out digit.opening
  zkinfer chain request --model-id 0 --opening digit.opening --manifest mnist.manifest.json \\
      --payload none --reward \"5 UNIT\" --deadline +50 --wait --signer //Charlie";

/// Options of `chain request`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP, disable_version_flag = true)]
pub struct Opts {
    /// The model.
    #[arg(long, value_name = "NUMBER")]
    pub model_id: u32,
    /// Its version.
    #[arg(id = "model_version", long = "version", value_name = "NUMBER", default_value_t = 0)]
    pub model_version: u32,
    /// The input with its blinder, as `zkinfer commit` wrote it.
    #[arg(long, value_name = "FILE")]
    pub opening: PathBuf,
    /// The model's manifest; it must be the one that the chain names.
    #[arg(long, value_name = "FILE")]
    pub manifest: PathBuf,
    /// How the prover gets the input.
    #[arg(long)]
    pub payload: PayloadArg,
    /// What you pay in all: 5, "2.5 UNIT", "100 mUNIT".
    #[arg(long, value_name = "AMOUNT")]
    pub reward: Amount,
    /// Last block of the job: +50 (from now) or a block number.
    #[arg(long, value_name = "BLOCK")]
    pub deadline: Deadline,
    /// Let only this account claim; may be given several times. Without it, all that the version allows may.
    #[arg(long, value_name = "ACCOUNT")]
    pub prover: Vec<Account>,
    /// The most of the reward that may go to the model's owner; without it, the version's price as it is now.
    #[arg(long, value_name = "AMOUNT")]
    pub max_price: Option<Amount>,
    /// Write the job's terms here, for `zkinfer prove --terms`.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace --out if it exists.
    #[command(flatten)]
    pub force: Force,
    /// Wait for the answer.
    #[arg(long)]
    pub wait: bool,
    /// How to send it.
    #[command(flatten)]
    pub send: SendOpts,
}

/// How the prover gets the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PayloadArg {
    /// On chain, in the clear.
    Public,
    /// From the requester, as a file.
    None,
}

/// What was asked for.
#[derive(Serialize)]
struct Requested {
    job: JobId,
    model: u32,
    version: u32,
    #[serde(with = "hexadecimal")]
    input_commitment: InputCommitment,
    #[serde(with = "hexadecimal")]
    terms_hash: TermsHash,
    #[serde(with = "crate::chain::text")]
    reward: u128,
    #[serde(with = "crate::chain::text")]
    price: u128,
    deadline: u32,
    could_forge: &'static str,
    terms: TermsFile,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Answer>,
}

impl SentReport for Requested {
    fn page(&self, page: &mut Page, token: &Token) {
        page.title(format!("Job {}", self.job));
        page.field("model", format!("{} version {}", self.model, self.version));
        page.field(
            "reward",
            format!(
                "{} ({} of it to the model's owner)",
                token.format(self.reward),
                token.format(self.price)
            ),
        );
        page.field("last block", self.deadline);
        page.field("terms", self.terms_hash);
        if let Some(answer) = &self.answer {
            answer.page(page, token);
        }
    }
}

impl Opts {
    /// Says who could forge, and asks the chain.
    ///
    /// # Errors
    /// When a file is not what it should be, when the version is another than the manifest's, and when the
    /// chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let manifest = artefacts::manifest::load(&self.manifest)?;
        let opening = artefacts::opening::load(&self.opening, &manifest.input_spec())?;
        if let Some(path) = &self.out {
            files::check_target(path, self.force.into())?;
        }
        block_on(self.request(out, &manifest, &opening))
    }

    async fn request(&self, out: &Output, manifest: &Manifest, opening: &Opening) -> Result<(), Error> {
        let session = self.send.open().await?;
        let best = session.chain.best().await?;
        let id = ModelVersionId { model: self.model_id, version: self.model_version };
        let version = records::model_version(&best, id).await?;
        self.check_manifest(manifest, &version)?;
        warn_of_forgers(out, &version);
        let request = self.build(&session, &version, best.block_number(), opening)?;
        check_payload(request.payload.as_deref(), Chain::max_payload(&best)?)?;
        let sent = session.send(out, &calls::request(&request)).await?;
        let id: events::JobRequested = sent.expect(PALLET, "JobRequested")?;
        let at = session.chain.at(&sent.included).await?;
        let job = records::job(&at, id.job).await?;
        let terms = statement::terms_file(&session.chain, &job);
        if let Some(path) = &self.out {
            terms.save(path, self.force.into())?;
        }
        let answer =
            if self.wait { Some(self.wait_for_answer(out, &session, job.id, manifest).await?) } else { None };
        let result = Requested {
            job: job.id,
            model: job.version.model,
            version: job.version.version,
            input_commitment: job.input_commitment,
            terms_hash: job.terms_hash,
            reward: job.reward,
            price: job.price,
            deadline: job.deadline,
            could_forge: who_could_forge(version.trust, version.visibility),
            terms,
            answer,
        };
        out.report(&Sent::new(result, sent.included, &session))?;
        self.say_what_is_next(out, job.id);
        Ok(())
    }

    fn check_manifest(&self, manifest: &Manifest, version: &records::ModelVersion) -> Result<(), ChainError> {
        if manifest.hash() == version.manifest_hash.0 {
            return Ok(());
        }
        Err(ChainError::refusal(
            format!(
                "{} has the hash 0x{}, but the chain names {} for model {} version {}",
                self.manifest.display(),
                hex::encode(manifest.hash()),
                version.manifest_hash,
                version.id.model,
                version.id.version
            ),
            "get this version's manifest from the model's owner and commit to the input again",
        ))
    }

    fn build(
        &self,
        session: &Session,
        version: &records::ModelVersion,
        best: u64,
        opening: &Opening,
    ) -> Result<calls::Request, ChainError> {
        let deadline = self.deadline.block(best).ok_or_else(|| {
            ChainError::refusal("the deadline is beyond the last possible block", "give an earlier one")
        })?;
        let max_price = self.max_price.as_ref().map(|amount| session.planck(amount)).transpose()?;
        let provers: Vec<AccountId32> = self.prover.iter().map(|prover| prover.0).collect();
        Ok(calls::Request {
            version: version.id,
            input_commitment: InputCommitment(opening.commitment()),
            payload: (self.payload == PayloadArg::Public).then(|| opening.encode().to_vec()),
            reward: session.planck(&self.reward)?,
            max_price: max_price.unwrap_or(version.price),
            deadline,
            provers: (!provers.is_empty()).then_some(provers),
        })
    }

    async fn wait_for_answer(
        &self,
        out: &Output,
        session: &Session,
        job: JobId,
        manifest: &Manifest,
    ) -> Result<Answer, Error> {
        out.info(&format!("job {job} is on chain; waiting for its answer"));
        let fate = follow::until_over(&session.chain, job).await?;
        Ok(Answer::of(&session.chain, job, &fate, Some(manifest)).await?)
    }

    fn say_what_is_next(&self, out: &Output, job: JobId) {
        if self.wait {
            return;
        }
        if self.payload == PayloadArg::None {
            out.hint(&format!("give {} to the prover; keep a copy to yourself", self.opening.display()));
        }
        out.hint(&format!("zkinfer chain result {job} shows the answer when it is there"));
    }
}

/// Refuses what the chain could not even decode.
fn check_payload(payload: Option<&[u8]>, limit: u32) -> Result<(), ChainError> {
    match payload {
        Some(bytes) if bytes.len() > limit as usize => Err(ChainError::refusal(
            format!("the opening has {} bytes, and a payload on this chain at most {limit}", bytes.len()),
            "request with --payload none, and give the opening file to the prover yourself",
        )),
        _ => Ok(()),
    }
}

/// Says who could forge, before anything is paid.
fn warn_of_forgers(out: &Output, version: &records::ModelVersion) {
    let sentence = who_could_forge(version.trust, version.visibility);
    let text = format!(
        "model {} version {} has trust {:?} and visibility {:?}: {sentence}",
        version.id.model, version.id.version, version.trust, version.visibility
    );
    if is_forgeable(version.trust) { out.warn(&text) } else { out.info(&text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_that_is_too_long_is_refused_with_the_other_way() {
        assert!(check_payload(None, 0).is_ok());
        assert!(check_payload(Some(&[0; 10]), 10).is_ok());
        let error = check_payload(Some(&[0; 11]), 10).expect_err("too long");
        assert!(error.to_string().contains("11 bytes"), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("--payload none")));
    }
}
