//! `zkinfer prove`: from an opening to a proof file.

use std::{path::PathBuf, time::Instant};

use clap::Args;
use serde::Serialize;
use zkinfer_primitives::{
    InputCommitment, ModelVersionId, ProofSystem, Purpose, TermsHash, VkHash,
};

use super::model::manifest::check_fit;
use crate::options::{Force, MemoryOpts};
use crate::{
    error::Error,
    output::{self, Output, Page, Report},
};
use zkinfer::{
    account::Account,
    answers::AnswerView,
    artefacts::{
        hexadecimal, manifest, model,
        opening::{self, OtherSystem},
        proof::{Context, ProofFile, Statement, bytes},
        terms::TermsFile,
    },
    files::{self, Existing},
    proving::once::Once,
    system,
};

const AFTER_HELP: &str = "\
A proof is bound to a chain, a model version, a purpose and a prover: anybody may see it, nobody else can use it. For a job, take the \
binding from the file that `zkinfer chain claim JOB --out FILE` writes. Without a chain, attest: --attest with a number of \
your own, and the prover's account.

The opening says which proof system it is for. Groth16 takes the proving key's file; Halo2 has none: its keys are made from the \
model, with generators that are kept in the cache directory (ZKINFER_CACHE, or zkinfer in $XDG_CACHE_HOME).

The finished proof is checked with the chain's verifier before it is written.

Examples:
  zkinfer prove --model mnist.zkm --pk mnist.pk --opening digit.opening \\
      --terms job-7.terms.json --out digit.proof
  zkinfer prove --model mnist.zkm --pk mnist.pk --opening digit.opening \\
      --attest 0 --prover //Bob --out digit.proof
  zkinfer prove --model open.zkm --opening halo2.opening --terms job-8.terms.json --out digit.proof";

/// Options of `zkinfer prove`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Opts {
    /// The model file (*.zkm).
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The proving key; Halo2 has none.
    #[arg(long, value_name = "FILE")]
    pk: Option<PathBuf>,
    /// The opening of the input.
    #[arg(long, value_name = "FILE")]
    opening: PathBuf,
    /// File for the proof.
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    /// Manifest, to show names of classes and real numbers.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    #[command(flatten)]
    force: Force,
    #[command(flatten)]
    memory: MemoryOpts,
    #[command(flatten)]
    context: ContextOpts,
}

/// The context of the proof.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Binding")]
pub struct ContextOpts {
    /// The job's terms file; it holds all but the prover, if nobody has claimed the job yet.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["terms_hash", "attest", "genesis_hash", "model_id", "model_version"])]
    pub terms: Option<PathBuf>,
    /// The job's terms hash.
    #[arg(long, value_name = "HEX", value_parser = hash, conflicts_with = "attest")]
    pub terms_hash: Option<Hash>,
    /// Prove without a job, under this number of your own.
    #[arg(long, value_name = "NONCE")]
    pub attest: Option<u64>,
    /// Hash of the chain's block 0 [default: zeros, which is no chain].
    #[arg(long, value_name = "HEX", value_parser = hash)]
    pub genesis_hash: Option<Hash>,
    /// Number of the model on the chain.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub model_id: u32,
    /// Version of the model on the chain.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub model_version: u32,
    /// Account that may use the proof: an address, 0x and 64 hex digits, or a development name such
    /// as //Bob.
    #[arg(long, value_name = "ACCOUNT")]
    pub prover: Option<Account>,
}

/// 32 bytes on the command line.
type Hash = [u8; 32];

/// Reads 32 bytes of hex from the command line.
///
/// # Errors
/// Says what is wrong.
pub fn hash(text: &str) -> Result<Hash, String> {
    hexadecimal::parse(&text.to_ascii_lowercase())
}

impl ContextOpts {
    /// The context, and the commitment that it demands. A job's terms name both; else there is
    /// none, and the context is under no key yet.
    fn context(&self) -> Result<(Context, Option<InputCommitment>), Error> {
        if let Some(path) = &self.terms {
            let terms = TermsFile::load(path)?;
            let prover = match (&self.prover, terms.prover) {
                (Some(Account(named)), Some(claimed)) if *named != claimed => {
                    let message =
                        format!("{}: {claimed} has claimed the job, not {named}", path.display());
                    return Err(
                        Error::failed(message).with_hint("leave --prover out, or claim the job")
                    );
                }
                (Some(Account(named)), _) => *named,
                (None, Some(claimed)) => claimed,
                (None, None) => return Err(missing_prover()),
            };
            return Ok((terms.context(prover), Some(terms.terms.input_commitment)));
        }
        let Some(Account(prover)) = self.prover else { return Err(missing_prover()) };
        let purpose = match (self.terms_hash, self.attest) {
            (Some(hash), _) => Purpose::Job(TermsHash(hash)),
            (None, Some(nonce)) => Purpose::Attest(nonce),
            (None, None) => {
                return Err(Error::usage(
                    "nothing says what the proof is for",
                    "give the job's --terms or --terms-hash, or --attest NONCE for a proof without a job",
                ));
            }
        };
        let version = ModelVersionId { model: self.model_id, version: self.model_version };
        let (genesis_hash, vk_hash) = (self.genesis_hash.unwrap_or_default(), VkHash::default());
        Ok((Context { genesis_hash, vk_hash, version, purpose, prover }, None))
    }
}

fn missing_prover() -> Error {
    Error::usage("no prover is named, and a proof belongs to one account", "give --prover ACCOUNT")
}

#[derive(Serialize)]
struct Summary {
    #[serde(serialize_with = "crate::output::path")]
    file: PathBuf,
    #[serde(flatten)]
    answer: AnswerView,
    statement: Statement,
    proof_system: &'static str,
    proof_bytes: usize,
    seconds: f64,
}

impl Opts {
    /// Proves.
    ///
    /// # Errors
    /// A file cannot be read, the files do not belong together, or the proof cannot be written.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let existing = Existing::from(self.force);
        files::check_target(&self.out, existing)?;
        let model = model::load(&self.model)?;
        let opening = opening::load(&self.opening, &model.graph.input)?;
        out.warn_if_exposed(&self.opening);
        let manifest = self.manifest.as_deref().map(manifest::load).transpose()?;
        // What contradicts itself is refused before the keys take their time.
        let (mut context, demanded) = self.context.context()?;
        if let Some(demanded) = demanded.filter(|demanded| demanded.0 != opening.commitment()) {
            let (path, own) = (self.opening.display(), hexadecimal::text(opening.commitment()));
            let message = format!("{path}: its commitment is {own}, the job's is {demanded}");
            return Err(Error::failed(message).with_hint("give the opening of this job's input"));
        }

        if let Some((path, manifest)) = self.manifest.as_deref().zip(manifest.as_ref()) {
            check_fit(manifest, &model, path, &self.model)?;
        }
        let progress = out.progress("proving");
        let pk = self.pk.as_deref();
        if pk.is_some() {
            // Only Groth16 has a proving key.
            OtherSystem::check(&opening, ProofSystem::Groth16)
                .map_err(Error::in_file(&self.opening))?;
        }
        let keys =
            Once::open(opening.system(), &model, &self.model, pk, self.memory.limit(), &progress)?;
        if demanded.is_none() {
            context.vk_hash = keys.verifying_key().hash();
        }
        let begun = Instant::now();
        let proof = keys.prove(&opening, context, &progress);
        let proof = proof.map_err(Error::in_file(pk.unwrap_or(&self.model)))?;
        let seconds = begun.elapsed().as_secs_f64();
        progress.finish();
        proof.save(&self.out, existing)?;
        let answer = AnswerView::of(&proof.statement.output, manifest.as_ref());
        let ProofFile { statement, proof } = proof;
        out.report(&Summary {
            file: self.out,
            answer,
            statement,
            proof_system: system::name(proof.system()),
            proof_bytes: bytes(&proof).len(),
            seconds,
        })
    }
}

impl Report for Summary {
    fn page(&self, page: &mut Page) {
        output::answer(&self.answer, page);
        page.field(
            "proof",
            format!("{}  ({} bytes, {})", self.file.display(), self.proof_bytes, self.proof_system),
        );
        page.field("time", format!("{:.2} s", self.seconds));
        statement(&self.statement, page);
    }
}

/// Lays a statement out.
pub fn statement(statement: &Statement, page: &mut Page) {
    let Context { genesis_hash, vk_hash, version, purpose, prover } = &statement.context;
    page.field("input commitment", statement.input_commitment);
    page.field("verifying key hash", vk_hash);
    let chain =
        if *genesis_hash == [0; 32] { "none".into() } else { hexadecimal::text(genesis_hash) };
    page.field("chain", chain);
    page.field("model", format!("{} version {}", version.model, version.version));
    match purpose {
        Purpose::Job(terms) => page.field("job", format!("terms {terms}")),
        Purpose::Attest(nonce) => page.field("attestation", nonce),
    }
    page.field("prover", prover);
}
