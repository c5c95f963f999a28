//! `zkinfer verify`: check a proof without a chain.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use zkinfer_primitives::{Output as Answer, Purpose};

use super::prove::{hash, statement};
use crate::{
    error::Error,
    output::{self, Output, Page, Report, Table},
};
use zkinfer::{
    account::Account,
    answers::{AnswerView, check_kind},
    artefacts::{
        hexadecimal, keys, manifest, opening,
        proof::{ProofFile, Statement, bytes},
        terms::TermsFile,
    },
    proving, system,
};

const AFTER_HELP: &str = "\
Computes the public inputs from the statement in the proof file and checks the proof with the chain's verifier. A valid proof \
shows that this key's model gives the answer to the committed input; the options say which input, job and prover you \
expect, and each is checked too.

Trust: a Groth16 key from a single setup can be forged under by whoever ran the setup; a Halo2 key by nobody.

Exit code 0 if everything holds, 1 if not.

Examples:
  zkinfer verify --vk mnist.vk --proof digit.proof
  zkinfer verify --vk mnist.vk --proof digit.proof \\
      --manifest mnist.manifest.json --opening digit.opening
  zkinfer verify --vk mnist.vk --proof digit.proof --terms job-7.terms.json";

/// Options of `zkinfer verify`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Opts {
    /// The verifying key, from a source that you trust: its hash is on chain.
    #[arg(long, value_name = "FILE")]
    vk: PathBuf,
    /// The proof file.
    #[arg(long, value_name = "FILE")]
    proof: PathBuf,
    /// Manifest, to show names of classes and real numbers, and to check that the answer is of its
    /// kind.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    #[command(flatten)]
    expected: Expected,
}

/// The expected statement.
#[derive(Debug, Args)]
#[command(next_help_heading = "Expectations")]
struct Expected {
    /// Commitment that the proof must be about.
    #[arg(long, value_name = "HEX", value_parser = hash)]
    commitment: Option<[u8; 32]>,
    /// Opening that the proof must be about; needs --manifest.
    #[arg(long, value_name = "FILE", requires = "manifest")]
    opening: Option<PathBuf>,
    /// Terms file of the job that the proof must be for.
    #[arg(long, value_name = "FILE")]
    terms: Option<PathBuf>,
    /// Class that must be proved.
    #[arg(long, value_name = "N")]
    class: Option<u32>,
    /// Hash of the block 0 of the chain that the proof must be for.
    #[arg(long, value_name = "HEX", value_parser = hash)]
    genesis_hash: Option<[u8; 32]>,
    /// Account that the proof must belong to.
    #[arg(long, value_name = "ACCOUNT")]
    prover: Option<Account>,
}

#[derive(Serialize)]
struct Summary {
    valid: bool,
    proof_system: &'static str,
    proof_bytes: usize,
    checks: Vec<Check>,
    #[serde(flatten)]
    answer: AnswerView,
    statement: Statement,
}

#[derive(Serialize)]
struct Check {
    check: &'static str,
    passed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
}

impl Opts {
    /// Verifies.
    ///
    /// # Errors
    /// A file cannot be read; [`Error::Negative`] if something does not hold.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let key = keys::load_verifying_key(&self.vk)?;
        let file = ProofFile::load(&self.proof)?;
        let manifest = self.manifest.as_deref().map(manifest::load).transpose()?;
        let fault = proving::verify(&key, &file).err().map(|fault| fault.to_string());
        let mut checks =
            vec![Check { check: "the proof proves the statement", passed: fault.is_none(), fault }];
        self.expected.check(&file.statement, manifest.as_ref(), &mut checks)?;

        let answer = AnswerView::of(&file.statement.output, manifest.as_ref());
        let valid = checks.iter().all(|check| check.passed);
        let (proof_system, proof_bytes) =
            (system::name(file.proof.system()), bytes(&file.proof).len());
        let statement = file.statement;
        out.report(&Summary { valid, proof_system, proof_bytes, checks, answer, statement })?;
        if valid { Ok(()) } else { Err(Error::Negative) }
    }
}

impl Expected {
    fn check(
        &self,
        statement: &Statement,
        manifest: Option<&zkml_model::Manifest>,
        checks: &mut Vec<Check>,
    ) -> Result<(), Error> {
        let mut add = |check, passed: bool, expected: String| {
            let fault = (!passed).then(|| format!("expected {expected}"));
            checks.push(Check { check, passed, fault });
        };
        let (commitment, context) = (statement.input_commitment.0, &statement.context);
        if let Some(expected) = self.commitment {
            add(
                "the commitment is the one expected",
                commitment == expected,
                hexadecimal::text(expected),
            );
        }
        if let Some(manifest) = manifest {
            let passed = check_kind(&statement.output, manifest).is_ok();
            add("the answer is of the manifest's kind", passed, manifest.output_kind().to_string());
        }
        if let (Some(path), Some(manifest)) = (&self.opening, manifest) {
            let system = system::of_manifest(manifest.proof_system);
            let expected = opening::load_for(system, path, &manifest.input_spec())?.commitment();
            add(
                "the commitment is the opening's",
                commitment == expected,
                hexadecimal::text(expected),
            );
        }
        if let Some(path) = &self.terms {
            let terms = TermsFile::load(path)?;
            let expected = terms.terms_hash();
            add(
                "it is for this job",
                context.purpose == Purpose::Job(expected),
                expected.to_string(),
            );
            let same_input = statement.input_commitment == terms.terms.input_commitment;
            add(
                "it is about the job's input",
                same_input,
                terms.terms.input_commitment.to_string(),
            );
            let prover = terms.prover.unwrap_or(context.prover);
            let same = *context == terms.context(prover);
            add(
                "chain, key, model version and prover are the job's",
                same,
                "those of the terms file".into(),
            );
        }
        if let Some(expected) = self.class {
            let passed = statement.output == Answer::Class(expected);
            add("the class is the one expected", passed, expected.to_string());
        }
        if let Some(expected) = self.genesis_hash {
            add(
                "it is for this chain",
                context.genesis_hash == expected,
                hexadecimal::text(expected),
            );
        }
        if let Some(Account(expected)) = &self.prover {
            add("it belongs to this prover", context.prover == *expected, expected.to_string());
        }
        Ok(())
    }
}

impl Report for Summary {
    fn page(&self, page: &mut Page) {
        page.title(if self.valid { "Valid" } else { "NOT valid" });
        let mut table = Table::new(["result", "check", ""]);
        for check in &self.checks {
            let result = if check.passed { "holds" } else { "FAILS" };
            table.row([result.into(), check.check.into(), check.fault.clone().unwrap_or_default()]);
        }
        page.table(table);
        output::answer(&self.answer, page);
        page.field("proof", format!("{} bytes, {}", self.proof_bytes, self.proof_system));
        statement(&self.statement, page);
    }
}
