//! `chain request`: buys an answer.

use std::{path::PathBuf, time::Duration};

use serde::Serialize;
use zkinfer_primitives::{InputCommitment, JobId, ModelVersionId, TermsHash};
use zkml_model::manifest::Manifest;

use super::{
    answer::Answer,
    deadline::Deadline,
    delivery::{DeliveryOpts, PayloadArg},
    follow::{self, Patience},
    session::{SendOpts, Sent, SentReport, block_on},
    trust::{is_forgeable, who_could_forge},
};
use crate::options::Force;
use crate::{
    error::Error,
    output::{Output, Page},
};
use zkinfer::{
    artefacts::{
        self, hexadecimal,
        opening::{Opening, OtherSystem},
        terms::TermsFile,
    },
    files,
    privacy::Binding,
    system,
};
use zkinfer_client::session::Session;
use zkinfer_client::{
    amount::{Amount, Token},
    calls,
    error::ChainError,
    operations,
    records::{self, Payload},
    statement,
};

const HELP: &str = "\
The reward is held until somebody has proved the answer, or until it comes back to you: you cancelled while nobody had \
claimed the job, or nobody answered in time. The version's price goes to the model's owner, the rest to the prover.

  --encrypt          the input goes on chain, encrypted to the provers that you name
  --payload none     only the commitment goes on chain; give the opening file to the prover
  --payload public   the input and its blinder go on chain, where everybody can read them

The version's price binds this version alone: anybody can register the same model as another version of their own, under \
another price. It is the model's hash that says what answers; `zkinfer chain status model` shows it.

Encryption needs provers with an encryption key: `zkinfer chain status prover ACCOUNT` shows it. Each named prover can \
read the input, whether it claims the job or not; nobody else can, and a copy of the payload opens in no other job. The keys come from the node: a dishonest one could \
give you a key of its own and read the input. Pin a prover's key with --prover ACCOUNT=KEY, KEY being the 0x text or the \
file that `zkinfer keys encryption` gave the prover and that the prover gave you; or prove the keys by the state of a \
block whose hash you know from elsewhere, with --proved-at HASH.

--wait stays until the job is over and prints the verified answer. If its time passes without one, it says what to do \
to get the reward back. The exit code is 1 then.

Examples:
  zkinfer commit --manifest mnist.manifest.json --image digit.png --out digit.opening
  zkinfer chain request --model-id 0 --opening digit.opening --manifest mnist.manifest.json \\
      --encrypt --prover //Bob --prover //Dave --reward \"5 UNIT\" --deadline +50 --wait \\
      --signer //Charlie";

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
    /// Delivery of the input, and the provers.
    #[command(flatten)]
    pub delivery: DeliveryOpts,
    /// Your payment in all: 5, "2.5 UNIT", "100 mUNIT".
    #[arg(long, value_name = "AMOUNT")]
    pub reward: Amount,
    /// Last block of the job: +50 (from now) or a block number.
    #[arg(long, value_name = "BLOCK")]
    pub deadline: Deadline,
    /// The most of the reward that may go to the model's owner; without it, the version's price as
    /// it is now.
    #[arg(long, value_name = "AMOUNT")]
    pub max_price: Option<Amount>,
    /// Write the job's terms here, for `zkinfer prove --terms`.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace --out if it exists.
    #[command(flatten)]
    pub force: Force,
    /// Wait for the answer. With --finalized, until it is in a finalised block.
    #[arg(long)]
    pub wait: bool,
    /// With --wait, give up after this many seconds; the job goes on.
    #[arg(long, value_name = "SECONDS", requires = "wait")]
    pub wait_timeout: Option<u64>,
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

/// The requested job.
#[derive(Serialize)]
struct Requested {
    job: JobId,
    model: u32,
    version: u32,
    #[serde(with = "hexadecimal")]
    input_commitment: InputCommitment,
    #[serde(with = "hexadecimal")]
    terms_hash: TermsHash,
    #[serde(with = "zkinfer_client::text")]
    reward: u128,
    #[serde(with = "zkinfer_client::text")]
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
    /// When a file is not what it should be, when the version is another than the manifest's, and
    /// when the chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        self.delivery.check()?;
        let manifest = artefacts::manifest::load(&self.manifest)?;
        let system = system::of_manifest(manifest.proof_system);
        let opening = artefacts::opening::load_for(system, &self.opening, &manifest.input_spec())?;
        if let Some(path) = &self.out {
            files::check_target(path, self.force.into())?;
        }
        block_on(self.request(out, &manifest, &opening))
    }

    async fn request(
        &self,
        out: &Output,
        manifest: &Manifest,
        opening: &Opening,
    ) -> Result<(), Error> {
        let session = self.send.open().await?;
        let id = ModelVersionId { model: self.model_id, version: self.model_version };
        let version = session.final_version(id, &|text| out.warn(text)).await?;
        let best = session.chain.best().await?;
        self.check_manifest(manifest, &version)?;
        OtherSystem::check(opening, version.proof_system).map_err(Error::in_file(&self.opening))?;
        warn_of_forgers(out, &version);
        let binding = Binding {
            genesis_hash: session.chain.genesis_hash(),
            requester: session.account(),
            version: version.id,
            input_commitment: InputCommitment(opening.commitment()),
        };
        let payload = self.delivery.build(out, &session, &best, &binding, opening).await?;
        let request = self.build(&session, &version, best.block_number(), opening, payload)?;
        let log = |text: &str| out.info(text);
        let requested = operations::request(&session, &request, &log).await?;
        self.finish(out, &session, &requested, manifest, &version)
            .await
            .map_err(Error::after(&requested.sent))
    }

    async fn finish(
        &self,
        out: &Output,
        session: &Session,
        requested: &operations::Requested,
        manifest: &Manifest,
        version: &records::ModelVersion,
    ) -> Result<(), Error> {
        let job = &requested.job;
        let terms = statement::terms_file(&session.chain, job);
        if let Some(path) = &self.out {
            terms.save(path, self.force.into())?;
        }
        let answer = if self.wait {
            Some(self.wait_for_answer(out, session, job.id, manifest).await?)
        } else {
            None
        };
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
        let waited =
            result.answer.as_ref().map(|answer| (answer.is_answered(), answer.next.clone()));
        out.report(&Sent::new(result, requested.sent.included.clone(), session))?;
        let Some((is_answered, next)) = waited else {
            self.say_what_is_next(out, job.id);
            return Ok(());
        };
        if let Some(next) = next {
            out.hint(&next);
        }
        if is_answered { Ok(()) } else { Err(Error::Negative) }
    }

    fn check_manifest(
        &self,
        manifest: &Manifest,
        version: &records::ModelVersion,
    ) -> Result<(), ChainError> {
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
        payload: Payload,
    ) -> Result<calls::Request, ChainError> {
        let deadline = self.deadline.block(best).ok_or_else(|| {
            ChainError::refusal(
                "the deadline is beyond the last possible block",
                "give an earlier one",
            )
        })?;
        let max_price = self.max_price.as_ref().map(|amount| session.planck(amount)).transpose()?;
        Ok(calls::Request {
            version: version.id,
            input_commitment: InputCommitment(opening.commitment()),
            payload,
            reward: session.planck(&self.reward)?,
            max_price: max_price.unwrap_or(version.price),
            deadline,
            provers: self.delivery.provers(),
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
        let longest = self.wait_timeout.map(Duration::from_secs);
        let patience = Patience { longest, finalized: self.send.wait.finalized };
        let outcome = follow::until_over(&session.chain, out, job, patience).await?;
        Ok(Answer::of(&session.chain, job, &outcome, Some(manifest)).await?)
    }

    fn say_what_is_next(&self, out: &Output, job: JobId) {
        if self.delivery.kind() == PayloadArg::None {
            out.hint(&format!(
                "give {} to the prover; keep a copy to yourself",
                self.opening.display()
            ));
        }
        out.hint(&format!("zkinfer chain result {job} shows the answer when it is there"));
    }
}

/// Says who could forge, before anything is paid.
fn warn_of_forgers(out: &Output, version: &records::ModelVersion) {
    let sentence = who_could_forge(version.trust, version.visibility);
    let text = format!(
        "model {} version {} has the proof system {}, trust {:?} and visibility {:?}: {sentence}",
        version.id.model,
        version.id.version,
        system::name(version.proof_system),
        version.trust,
        version.visibility
    );
    if is_forgeable(version.trust) { out.warn(&text) } else { out.info(&text) }
}
