//! `chain result`: the answer to a job, with what makes it believable.

use std::path::PathBuf;

use serde::Serialize;
use zkinfer_primitives::{JobId, Output as Answered};
use zkml_model::manifest::Manifest;

use super::{
    follow,
    session::{NodeOpts, block_on},
    trust::who_could_forge,
};
use crate::{
    artefacts::{self, hexadecimal},
    chain::{
        amount::Token,
        connection::Chain,
        error::ChainError,
        records::{self, Fate, JobState, ModelVersion, Receipt},
    },
    error::Error,
    output::{Output, Page, Report},
};

const HELP: &str = "\
The chain checked the proof when it took the answer. With the model's manifest the class gets its name. Exit code 1 says
that there is no answer (yet).

Example:
  zkinfer chain result 7 --manifest mnist.manifest.json";

/// Options of `chain result`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct Opts {
    /// The job.
    #[arg(value_name = "JOB")]
    pub job: JobId,
    /// The model's manifest, for the names of the classes.
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
    /// Wait until the job is over.
    #[arg(long)]
    pub wait: bool,
    /// The node.
    #[command(flatten)]
    pub node: NodeOpts,
}

/// What became of a job.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The job.
    pub job: JobId,
    /// `open`, `claimed`, `completed`, or `ended` (cancelled or expired).
    pub state: &'static str,
    /// The answer, if there is one.
    #[serde(flatten)]
    pub proved: Option<Proved>,
}

/// A proved answer.
#[derive(Clone, Debug, Serialize)]
pub struct Proved {
    /// The class.
    pub class: u32,
    /// The class's name, from the manifest.
    pub label: Option<String>,
    /// Who could have forged the answer.
    pub could_forge: &'static str,
    /// What the chain keeps.
    pub receipt: Receipt,
}

impl Answer {
    /// What became of a job, with its class's name if the manifest is the version's.
    ///
    /// # Errors
    /// When the node does not answer, or the manifest is another's.
    pub async fn of(
        chain: &Chain,
        job: JobId,
        fate: &Fate,
        manifest: Option<&Manifest>,
    ) -> Result<Self, ChainError> {
        let without = |state| Ok(Self { job, state, proved: None });
        match fate {
            Fate::Running(running) if running.state == JobState::Open => without("open"),
            Fate::Running(_) => without("claimed"),
            Fate::Ended => without("ended"),
            Fate::Completed(receipt) => {
                let version = records::model_version(&chain.best().await?, receipt.version).await?;
                let proved = Proved::new(receipt, &version, manifest)?;
                Ok(Self { job, state: "completed", proved: Some(proved) })
            }
        }
    }

    /// Lays it out.
    pub fn page(&self, page: &mut Page, token: &Token) {
        match &self.proved {
            None => page.title(format!("Job {}: no answer, it is {}", self.job, self.state)),
            Some(proved) => proved.page(page, token),
        }
    }
}

impl Proved {
    fn new(
        receipt: &Receipt,
        version: &ModelVersion,
        manifest: Option<&Manifest>,
    ) -> Result<Self, ChainError> {
        if let Some(manifest) = manifest.filter(|manifest| manifest.hash() != version.manifest_hash.0) {
            return Err(ChainError::refusal(
                format!(
                    "the manifest has the hash {}, but the chain names {}",
                    hexadecimal::text(manifest.hash()),
                    version.manifest_hash
                ),
                "give the manifest of the model version that the job asked for",
            ));
        }
        let Answered::Class(class) = receipt.output;
        Ok(Self {
            class,
            label: manifest.and_then(|manifest| manifest.class(class)).map(str::to_owned),
            could_forge: who_could_forge(version.trust, version.visibility),
            receipt: receipt.clone(),
        })
    }

    fn page(&self, page: &mut Page, token: &Token) {
        let receipt = &self.receipt;
        let label = self.label.as_ref().map(|label| format!(": {label}")).unwrap_or_default();
        page.title(format!("Job {}: class {}{label}", receipt.job, self.class));
        page.field("model", format!("{} version {}", receipt.version.model, receipt.version.version));
        page.field("input commitment", receipt.input_commitment);
        page.field("terms", receipt.terms_hash);
        page.field("prover", receipt.prover);
        page.field("verified in block", receipt.block);
        let (reward, price) = (token.format(receipt.reward), token.format(receipt.price));
        page.field("reward", format!("{reward} ({price} of it to the model's owner)"));
        page.note(format!("Trust: {}.", self.could_forge));
    }
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
            let fate = match self.wait {
                true => follow::until_over(&chain, self.job).await?,
                false => records::fate(&chain.best().await?, self.job).await?,
            };
            let answer = Answer::of(&chain, self.job, &fate, manifest.as_ref()).await?;
            let answered = answer.proved.is_some();
            out.report(&Printed { answer, token: chain.token().clone() })?;
            if answered { Ok(()) } else { Err(Error::Negative) }
        })
    }
}
