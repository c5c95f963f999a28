//! `chain status`: what the chain knows of a job, a model, a prover, or in all.

use clap::Subcommand;
use serde::Serialize;
use subxt::utils::AccountId32;
use zkinfer_primitives::{JobId, ModelId, ModelVersionId, Version};

use super::{
    answer::Answer,
    follow::Outcome,
    session::{NodeOpts, block_on, receipt},
    trust::who_could_forge,
};
use crate::{
    error::Error,
    output::{self, Output, Page, Report, Table},
};
use zkinfer::{account::Account, artefacts::hexadecimal, system};
use zkinfer_client::{
    amount::Token,
    connection::Chain,
    error::ChainError,
    records,
    submit::{self, Found},
};

const HELP: &str = "\
Examples:
  zkinfer chain status                      the chain, its parameters, its jobs that run
  zkinfer chain status job 7
  zkinfer chain status model 0 --version 1  with the open jobs that its provers can claim
  zkinfer chain status prover //Bob         bond, what of it is free, claims, encryption key
  zkinfer chain status transaction 0x12…    whether it is in a block, and whether it succeeded";

/// Options of `chain status`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct Opts {
    /// The record to show.
    #[command(subcommand)]
    pub what: Option<What>,
    /// The node.
    #[command(flatten)]
    pub node: NodeOpts,
}

/// The record to show.
#[derive(Debug, Subcommand)]
pub enum What {
    /// A job.
    Job {
        /// Its number.
        #[arg(value_name = "JOB")]
        job: JobId,
    },
    /// A model version.
    #[command(disable_version_flag = true)]
    Model {
        /// The model's number.
        #[arg(value_name = "MODEL")]
        model: ModelId,
        /// The version's number.
        #[arg(id = "model_version", long = "version", value_name = "NUMBER", default_value_t = 0)]
        version: Version,
    },
    /// A prover: its bond, what of it is free, its claims and its encryption key.
    Prover {
        /// Its account.
        #[arg(value_name = "ACCOUNT")]
        account: Account,
    },
    /// A transaction that was sent: whether it is in a block. Exit code 1 says that it is in none
    /// of those looked at.
    Transaction {
        /// Its hash.
        #[arg(value_name = "HASH", value_parser = crate::commands::prove::hash)]
        hash: [u8; 32],
        /// Look at so many of the newest blocks.
        #[arg(long, value_name = "NUMBER", default_value_t = 250, value_parser = clap::value_parser!(u64).range(1..))]
        blocks: u64,
    },
}

impl Opts {
    /// Prints it.
    ///
    /// # Errors
    /// When the chain does not know it.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        block_on(async {
            let chain = self.node.connect().await?;
            let best = chain.best().await?;
            let token = chain.token().clone();
            match self.what {
                None => out.report(&Overview::read(&chain).await?),
                Some(What::Job { job }) => {
                    let fate = records::fate(&best, job).await?;
                    let records::Fate::Running(record) = fate else {
                        let record = Answer::of(&chain, job, &Outcome::Over(fate), None).await?;
                        return out.report(&Shown { record, token });
                    };
                    let payload = records::payload(&best, &record).await?;
                    let record = JobWithPayload { job: *record, payload };
                    out.report(&Shown { record, token })
                }
                Some(What::Model { model, version }) => {
                    let id = ModelVersionId { model, version };
                    let version = records::model_version(&best, id).await?;
                    let open_jobs = records::open_jobs(&best, id).await?;
                    out.report(&Shown { record: Sold { version, open_jobs }, token })
                }
                Some(What::Transaction { hash, blocks }) => {
                    let newest = best.block_number();
                    let oldest = newest.saturating_sub(blocks - 1);
                    let found = submit::find(&chain, hash, oldest..=newest).await?;
                    let is_found = found.is_some();
                    out.report(&Searched { transaction: hash, oldest, newest, found, token })?;
                    if is_found { Ok(()) } else { Err(Error::Negative) }
                }
                Some(What::Prover { account }) => {
                    let prover = records::prover(&best, &account.0).await?;
                    let prover = prover.ok_or_else(|| ChainError::NotFound {
                        what: format!("prover {}", account.0),
                        hint: Some("it becomes one with `zkinfer chain bond`".into()),
                    })?;
                    let claims = records::claims(&best, &account.0).await?;
                    let free = prover.free();
                    let record = Owing { account: account.0, prover, free, claims };
                    out.report(&Shown { record, token })
                }
            }
        })
    }
}

/// A transaction, looked for in some blocks.
#[derive(Serialize)]
struct Searched {
    #[serde(with = "hexadecimal")]
    transaction: [u8; 32],
    /// The oldest block that was looked at.
    oldest: u64,
    /// The newest one.
    newest: u64,
    found: Option<Found>,
    #[serde(skip)]
    token: Token,
}

impl Report for Searched {
    fn page(&self, page: &mut Page) {
        let Some(found) = &self.found else {
            page.title("The transaction is in none of these blocks");
            page.field("blocks", format!("{} to {}", self.oldest, self.newest));
            page.note("it may still wait in a pool; after the last block that it was signed for it never will be in one");
            return;
        };
        page.title(match &found.error {
            None => format!("{} succeeded", found.call),
            Some(error) => format!("{} failed with {error}", found.call),
        });
        receipt(page, &found.included, &self.token);
    }
}

/// A job with how its prover gets the input.
#[derive(Serialize)]
struct JobWithPayload {
    #[serde(flatten)]
    job: records::Job,
    payload: records::Payload,
}

/// A model version with its jobs that can be claimed.
#[derive(Serialize)]
struct Sold {
    #[serde(flatten)]
    version: records::ModelVersion,
    open_jobs: Vec<JobId>,
}

/// A prover with what it owes.
#[derive(Serialize)]
struct Owing {
    account: AccountId32,
    #[serde(flatten)]
    prover: records::Prover,
    #[serde(with = "zkinfer_client::text")]
    free: u128,
    claims: Vec<JobId>,
}

/// A record with the token that its amounts are in.
#[derive(Serialize)]
struct Shown<T> {
    #[serde(flatten)]
    record: T,
    #[serde(skip)]
    token: Token,
}

impl Report for Shown<JobWithPayload> {
    fn page(&self, page: &mut Page) {
        let JobWithPayload { job, payload } = &self.record;
        page.title(format!("Job {}: {}", job.id, job.state));
        page.field("model", format!("{} version {}", job.version.model, job.version.version));
        page.field("requester", job.requester);
        page.field("input commitment", job.input_commitment);
        page.field("payload", payload);
        page.field(
            "reward",
            format!(
                "{} ({} of it to the model's owner)",
                self.token.format(job.reward),
                self.token.format(job.price)
            ),
        );
        page.field("last block", job.deadline);
        if let Some(provers) = &job.provers {
            page.field(
                "provers",
                provers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            );
        }
        page.field("terms", job.terms_hash);
    }
}

impl Report for Shown<Answer> {
    fn page(&self, page: &mut Page) {
        self.record.page(page, &self.token);
    }
}

impl Report for Shown<Sold> {
    fn page(&self, page: &mut Page) {
        let Sold { version, open_jobs } = &self.record;
        page.title(format!(
            "Model {} version {}: {}",
            version.id.model, version.id.version, version.status
        ));
        page.field("owner", version.owner);
        page.field("model hash", version.model_hash);
        page.field("manifest hash", version.manifest_hash);
        page.field("verifying key", version.vk_hash);
        page.field("proof system", system::name(version.proof_system));
        page.field("price", self.token.format(version.price));
        match &version.allowed_provers {
            None => page.field("provers", "any with a bond"),
            Some(list) => page.field(
                "provers",
                list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            ),
        }
        page.field(
            "trust",
            format!("{:?}, {:?}, as its owner says", version.trust, version.visibility),
        );
        page.field("open jobs", numbers(open_jobs));
        page.note(who_could_forge(version.trust, version.visibility));
    }
}

impl Report for Shown<Owing> {
    fn page(&self, page: &mut Page) {
        page.title(format!("Prover {}", self.record.account));
        output::records::prover(&self.record.prover, page, &self.token);
        page.field("claims", numbers(&self.record.claims));
    }
}

/// Job numbers in a line.
fn numbers(jobs: &[JobId]) -> String {
    if jobs.is_empty() {
        return "none".into();
    }
    jobs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The chain, and what goes on.
#[derive(Serialize)]
struct Overview {
    url: String,
    block: u64,
    finalized_block: u64,
    #[serde(with = "hexadecimal")]
    finalized_hash: [u8; 32],
    spec_version: u32,
    #[serde(with = "hexadecimal")]
    genesis_hash: [u8; 32],
    models: u32,
    parameters: records::Parameters,
    jobs: Vec<records::Job>,
    #[serde(skip)]
    token: Token,
}

impl Overview {
    async fn read(chain: &Chain) -> Result<Self, ChainError> {
        let best = chain.best().await?;
        let finalized = chain.finalized().await?;
        let jobs = records::jobs(&best).await?;
        Ok(Self {
            finalized_block: finalized.block_number(),
            finalized_hash: finalized.block_hash().0,
            url: chain.url().into(),
            block: best.block_number(),
            spec_version: best.spec_version(),
            genesis_hash: chain.genesis_hash(),
            models: records::model_count(&best).await?,
            parameters: records::parameters(&best).await?,
            jobs,
            token: chain.token().clone(),
        })
    }
}

impl Report for Overview {
    fn page(&self, page: &mut Page) {
        page.title(format!("Chain at {}", self.url));
        page.field("best block", self.block);
        page.field(
            "finalised block",
            format!("{}  {}", self.finalized_block, hexadecimal::text(self.finalized_hash)),
        );
        page.field("genesis", hexadecimal::text(self.genesis_hash));
        page.field("spec version", self.spec_version);
        page.field("models", self.models);
        output::records::parameters(&self.parameters, page, &self.token);
        page.field("jobs that run", self.jobs.len());
        if self.jobs.is_empty() {
            return;
        }
        let mut table = Table::new(["job", "model", "reward", "last block", "input", "state"]);
        let off_chain = records::Payload::None.hash();
        for job in &self.jobs {
            table.row([
                job.id.to_string(),
                format!("{}.{}", job.version.model, job.version.version),
                self.token.format(job.reward),
                job.deadline.to_string(),
                if job.payload_hash == off_chain { "off chain" } else { "on chain" }.to_owned(),
                job.state.to_string(),
            ]);
        }
        page.table(table);
    }
}
