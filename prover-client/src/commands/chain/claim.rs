//! `chain claim`: a prover takes a job.

use std::path::PathBuf;

use serde::Serialize;
use subxt::utils::AccountId32;
use zkinfer_primitives::{JobId, ProofSystem, TermsHash};
use zkml_model::graph::InputSpec;

use super::session::{SendOpts, Sent, SentReport, block_on};
use crate::options::Force;
use crate::{
    error::Error,
    output::{Output, Page},
};
use zkinfer::{
    artefacts::{
        self, hexadecimal,
        opening::{self, Opening},
        terms::TermsFile,
    },
    files,
    privacy::EncryptionSecret,
};
use zkinfer_client::session::Session;
use zkinfer_client::{
    amount::Token, connection::AtBlock, error::ChainError, input, operations, records, statement,
};

const HELP: &str = "\
A claim accepts the job: afterwards no excuse helps, and a missed deadline costs what the claim locks of your bond. \
So the input is opened and checked against the job's commitment first, and the job's terms are hashed again; nothing \
is claimed that does not fit. The manifest or the model says what kind of input it is; it must be the chain's.

With Halo2 the chain must have the generators that it checks the proof with; nothing is claimed before. With Groth16 the proofs \
depend on the proving key: one that a stranger made may fail for inputs that its maker chooses, and each failed job costs its \
lock. Audit it first: `zkinfer keys audit --pk`.

A job's model version may be a copy under another price: a price binds no copy. It is the model's hash that says what is asked.

A public payload brings its input along. One that is encrypted to you opens with your encryption key: give every key \
file that you have, since an older job may be encrypted to a key that you have replaced. For a job without a payload, \
give the requester's opening file.

Example:
  zkinfer chain claim 7 --model work/mnist.zkm --encryption-key bob.key \\
      --opening-out job-7.opening --out job-7.terms.json --signer //Bob
  zkinfer prove --model work/mnist.zkm --pk work/mnist.pk --opening job-7.opening \\
      --terms job-7.terms.json --out job-7.proof
  zkinfer chain submit 7 --proof job-7.proof --signer //Bob";

/// Options of `chain claim`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct Opts {
    /// The job.
    #[arg(value_name = "JOB")]
    pub job: JobId,
    /// The way to read its input.
    #[command(flatten)]
    pub input: InputOpts,
    /// Write the job's terms here, for `zkinfer prove --terms`.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write the input of a payload here, for `zkinfer prove --opening`. Secret if the payload was
    /// encrypted.
    #[arg(long, value_name = "FILE", conflicts_with = "opening")]
    pub opening_out: Option<PathBuf>,
    /// Replace the files that are written.
    #[command(flatten)]
    pub force: Force,
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

/// The source of a job's input, and its kind.
#[derive(Debug, clap::Args)]
pub struct InputOpts {
    /// The opening that the requester gave you; not needed when there is a payload that you can
    /// read.
    #[arg(long, value_name = "FILE")]
    pub opening: Option<PathBuf>,
    /// Your encryption key's file, for an encrypted payload; may be given several times, for older
    /// keys too.
    #[arg(long, value_name = "FILE")]
    pub encryption_key: Vec<PathBuf>,
    /// The model's manifest; it must be the one that the chain names.
    #[arg(long, value_name = "FILE", required_unless_present = "model")]
    pub manifest: Option<PathBuf>,
    /// The model file; it must be the one that the chain names.
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
}

/// A claimed job.
#[derive(Serialize)]
struct Claimed {
    job: JobId,
    prover: AccountId32,
    #[serde(with = "hexadecimal")]
    terms_hash: TermsHash,
    #[serde(with = "zkinfer_client::text")]
    reward: u128,
    #[serde(with = "zkinfer_client::text")]
    price: u128,
    until: u32,
    #[serde(with = "zkinfer_client::text")]
    locked: u128,
    terms: TermsFile,
}

impl SentReport for Claimed {
    fn page(&self, page: &mut Page, token: &Token) {
        page.title(format!("Job {} is claimed by {}", self.job, self.prover));
        page.field("terms", self.terms_hash);
        page.field(
            "reward",
            format!(
                "{} ({} of it to the model's owner)",
                token.format(self.reward),
                token.format(self.price)
            ),
        );
        page.field("prove until", format!("block {}", self.until));
        page.field("at stake", format!("{} of the bond", token.format(self.locked)));
    }
}

impl Opts {
    /// Opens the input, checks it, and claims the job.
    ///
    /// # Errors
    /// When the input does not open the job's commitment, when the job is not claimable, and when
    /// the chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        for path in [&self.out, &self.opening_out].into_iter().flatten() {
            files::check_target(path, self.force.into())?;
        }
        block_on(self.claim(out))
    }

    async fn claim(&self, out: &Output) -> Result<(), Error> {
        self.input.encryption_key.iter().for_each(|path| out.warn_if_exposed(path));
        let session = self.send.open().await?;
        let best = session.chain.best().await?;
        let job = records::job(&best, self.job).await?;
        operations::check_open(&job)?;
        let version = records::model_version(&best, job.version).await?;
        let opening = self.input.open(&session, &best, &job, &version).await?;
        warn_of_key(out, &session, &version);
        let log = |text: &str| out.info(text);
        let claimed = operations::claim(&session, &best, &job, &log).await?;
        self.finish(out, &session, &claimed, &opening, &version)
            .map_err(Error::after(&claimed.sent))
    }

    /// Writes and says what belongs to the claim that was made.
    fn finish(
        &self,
        out: &Output,
        session: &Session,
        claim: &operations::Claimed,
        opening: &Opening,
        version: &records::ModelVersion,
    ) -> Result<(), Error> {
        let job = &claim.job;
        let terms = statement::terms_file(&session.chain, job);
        if let Some(path) = &self.out {
            terms.save(path, self.force.into())?;
        }
        if let Some(path) = &self.opening_out {
            opening::save(path, opening, self.force.into())?;
        }
        let claimed = Claimed {
            job: job.id,
            prover: session.account(),
            terms_hash: job.terms_hash,
            reward: job.reward,
            price: job.price,
            until: claim.until,
            locked: claim.lock,
            terms,
        };
        out.report(&Sent::new(claimed, claim.sent.included.clone(), session))?;
        let pk = if version.proof_system == ProofSystem::Groth16 { " --pk …" } else { "" };
        out.hint(&format!("zkinfer chain submit {} --model …{pk} proves and submits it", job.id));
        Ok(())
    }
}

impl InputOpts {
    /// The job's input, opened and checked against its commitment.
    ///
    /// # Errors
    /// When there is no input, when it is of another kind, and when it opens another commitment.
    pub async fn open(
        &self,
        session: &Session,
        at: &AtBlock,
        job: &records::Job,
        version: &records::ModelVersion,
    ) -> Result<Opening, Error> {
        let spec = self.input_spec(version)?;
        if let Some(path) = &self.opening {
            let opening = opening::load_for(version.proof_system, path, &spec)?;
            input::check(job, &opening).map_err(ChainError::from)?;
            return Ok(opening);
        }
        let secrets = self.encryption_key.iter().map(|path| EncryptionSecret::load(path));
        let secrets = secrets.collect::<Result<Vec<_>, _>>()?;
        let payload = records::payload(at, job).await?;
        let genesis = session.chain.genesis_hash();
        let kind = (version.proof_system, &spec);
        let opening = input::open(genesis, job, &payload, &session.account(), &secrets, kind);
        Ok(opening.map_err(ChainError::from)?)
    }

    /// The kind of input, from a file that the chain names.
    ///
    /// # Errors
    /// When neither file is given, or one is another model's.
    pub fn input_spec(&self, version: &records::ModelVersion) -> Result<InputSpec, Error> {
        let other = |what: &str, has: String, named: String| {
            ChainError::refusal(
                format!(
                    "{what} has the hash {has}, but the chain names {named} for this model version"
                ),
                "give the files of the model version that the job asks for",
            )
        };
        let mut spec = None;
        if let Some(path) = &self.model {
            let model = artefacts::model::load(path)?;
            if model.hash != version.model_hash {
                let (has, named) = (model.hash.to_string(), version.model_hash.to_string());
                return Err(other(&path.display().to_string(), has, named).into());
            }
            spec = Some(model.graph.input.clone());
        }
        if let Some(path) = &self.manifest {
            let manifest = artefacts::manifest::load(path)?;
            if manifest.hash() != version.manifest_hash.0 {
                let (has, named) =
                    (hexadecimal::text(manifest.hash()), version.manifest_hash.to_string());
                return Err(other(&path.display().to_string(), has, named).into());
            }
            spec = Some(manifest.input_spec());
        }
        spec.ok_or_else(|| {
            Error::usage(
                "neither --manifest nor --model is given",
                "give the model's manifest with --manifest",
            )
        })
    }
}

/// Says whom a prover trusts with its lock, where the proving key may be another's.
fn warn_of_key(out: &Output, session: &Session, version: &records::ModelVersion) {
    if version.proof_system == ProofSystem::Groth16 && version.owner != session.account() {
        out.warn(&format!(
            "the proving key of this model comes from whoever made its keys, normally its owner {}: if you have not audited it, \
             that account could have made it so that proofs fail for inputs of its choice, which costs you the lock; \
             `zkinfer keys audit --pk` checks it for an open model",
            version.owner
        ));
    }
}
