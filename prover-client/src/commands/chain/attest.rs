//! `chain attest`: a proof without a job.

use std::path::PathBuf;

use serde::Serialize;
use subxt::utils::AccountId32;
use zkinfer_primitives::{
    InputCommitment, JobId, ModelVersionId, Output as Answer, Proof, Purpose,
};

use super::{
    session::{SendOpts, Sent, SentReport, block_on},
    submit::prove,
};
use crate::{
    error::Error,
    output::{Output, Page},
};
use zkinfer::{
    answers::AnswerView,
    artefacts::{self, hexadecimal, opening, proof::ProofFile},
};
use zkinfer_client::session::Session;
use zkinfer_client::{
    amount::Token, calls, connection::Chain, error::ChainError, operations, records, statement,
};

const HELP: &str = "\
An attestation is a proof that nobody asked for: the prover says of its own accord that the model answers a committed \
input in this way, and the chain verifies it and keeps a receipt. It costs the fee and a deposit for the receipt, and \
pays nothing. The bond must be free: a proof that does not verify costs it what a claim would lock. So the proof is \
checked here first, and one that does not verify is not sent.

Each attestation has a number of the prover's own, which can be used once. Without --nonce a free one is taken; a proof \
that is ready already names its own.

Examples:
  zkinfer chain attest --model-id 0 --model work/mnist.zkm --pk work/mnist.pk \\
      --opening digit.opening --signer //Bob
  zkinfer prove --model work/mnist.zkm --pk work/mnist.pk --opening digit.opening \\
      --attest 5 --prover //Bob --genesis-hash 0x… --model-id 0 --out digit.proof
  zkinfer chain attest --model-id 0 --proof digit.proof --signer //Bob";

/// Options of `chain attest`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP, disable_version_flag = true)]
pub struct Opts {
    /// The model.
    #[arg(long, value_name = "NUMBER")]
    pub model_id: u32,
    /// Its version.
    #[arg(id = "model_version", long = "version", value_name = "NUMBER", default_value_t = 0)]
    pub model_version: u32,
    /// The proof, as `zkinfer prove --attest` wrote it.
    #[arg(long, value_name = "FILE", required_unless_present = "model", conflicts_with_all = ["pk", "model", "opening", "nonce"])]
    pub proof: Option<PathBuf>,
    /// The proving key, to prove now with Groth16; Halo2 has none.
    #[arg(long, value_name = "FILE", requires_all = ["model", "opening"])]
    pub pk: Option<PathBuf>,
    /// The model file, to prove now.
    #[arg(long, value_name = "FILE", requires = "opening")]
    pub model: Option<PathBuf>,
    /// The input with its blinder, to prove now.
    #[arg(long, value_name = "FILE", requires = "model")]
    pub opening: Option<PathBuf>,
    /// Your own number for the attestation, not used before [default: a free one].
    #[arg(long, value_name = "NUMBER")]
    pub nonce: Option<u64>,
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

/// The attested answer.
#[derive(Serialize)]
struct Attested {
    receipt: JobId,
    prover: AccountId32,
    nonce: u64,
    #[serde(flatten)]
    answer: AnswerView,
    #[serde(with = "hexadecimal")]
    input_commitment: InputCommitment,
    #[serde(with = "hexadecimal")]
    receipt_hash: [u8; 32],
}

impl SentReport for Attested {
    fn page(&self, page: &mut Page, _: &Token) {
        page.title(format!("Attestation {}: {}", self.receipt, self.answer.headline()));
        page.field("prover", self.prover);
        page.field("number", self.nonce);
        page.field("input commitment", self.input_commitment);
        page.field("receipt hash", hexadecimal::text(self.receipt_hash));
    }
}

/// A proof with what it says.
struct Ready {
    nonce: u64,
    input_commitment: InputCommitment,
    output: Answer,
    proof: Proof,
}

impl Opts {
    /// Checks or makes the proof, and sends it.
    ///
    /// # Errors
    /// When the number is used, the proof does not verify, or the chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        block_on(self.attest(out))
    }

    async fn attest(&self, out: &Output) -> Result<(), Error> {
        let session = self.send.open().await?;
        let id = ModelVersionId { model: self.model_id, version: self.model_version };
        let version = session.final_version(id, &|text| out.warn(text)).await?;
        let best = session.chain.best().await?;
        let prover = session.account();
        let Ready { nonce, input_commitment, output, proof } = match &self.proof {
            Some(path) => ready(&session.chain, path)?,
            None => {
                let nonce = match self.nonce {
                    Some(nonce) => nonce,
                    None => records::free_nonce(&best, &prover).await?,
                };
                operations::check_nonce(&session, nonce).await?;
                self.prove(out, &session, &version, nonce)?
            }
        };
        let answer = AnswerView::of(&output, None);
        let attestation = calls::Attestation {
            version: id,
            vk_hash: version.vk_hash,
            nonce,
            input_commitment,
            output,
            proof,
        };
        let log = |text: &str| out.info(text);
        let operations::Attested { event, sent } =
            operations::attest(&session, &best, &version, &attestation, &log).await?;
        let attested = Attested {
            receipt: event.receipt,
            prover,
            nonce,
            answer,
            input_commitment,
            receipt_hash: event.receipt_hash,
        };
        out.report(&Sent::new(attested, sent.included, &session))?;
        out.hint(&format!("anybody can read it: zkinfer chain result {}", event.receipt));
        Ok(())
    }

    fn prove(
        &self,
        out: &Output,
        session: &Session,
        version: &records::ModelVersion,
        nonce: u64,
    ) -> Result<Ready, Error> {
        let (Some(model), Some(path)) = (&self.model, &self.opening) else {
            return Err(Error::usage(
                "no proof is given",
                "give --proof, or --model and --opening to prove now",
            ));
        };
        let graph = artefacts::model::load(model)?;
        if graph.hash != version.model_hash {
            return Err(ChainError::refusal(
                format!(
                    "{} has the hash {}, but the chain names {} for this model version",
                    model.display(),
                    graph.hash,
                    version.model_hash
                ),
                "give the file of this model version, or name its version with --version",
            )
            .into());
        }
        let opening = opening::load_for(version.proof_system, path, &graph.graph.input)?;
        let context =
            statement::attestation_context(&session.chain, version, nonce, &session.account());
        let (output, proof) = prove(out, model, self.pk.as_deref(), &opening, context)?;
        Ok(Ready { nonce, input_commitment: InputCommitment(opening.commitment()), output, proof })
    }
}

/// A proof that is made already, under the number that it names.
fn ready(chain: &Chain, path: &std::path::Path) -> Result<Ready, Error> {
    let ProofFile { statement, proof } = ProofFile::load(path)?;
    statement::check_chain(chain, path, &statement.context)?;
    match statement.context.purpose {
        Purpose::Attest(nonce) => {
            let (input_commitment, output) = (statement.input_commitment, statement.output);
            Ok(Ready { nonce, input_commitment, output, proof })
        }
        Purpose::Job(terms) => Err(ChainError::refusal(
            format!("{} holds a proof for the job with terms {terms}", path.display()),
            "submit it with `zkinfer chain submit`; an attestation is proved with `zkinfer prove --attest`",
        )
        .into()),
    }
}
