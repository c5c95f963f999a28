//! `zkinfer keys audit`: an open model's keys against its circuit, by anybody.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use zkinfer_primitives::{ModelHash, VkHash};
use zkml_circuit::groth16;

use crate::{
    artefacts::{hexadecimal, keys, model},
    error::Error,
    output::{Output, Page, Report, Table},
};

const AFTER_HELP: &str = "\
Recomputes the circuit from the open model and checks the keys against it with the setup's transcript; a wrong point passes with \
probability 2^-128. Without --pk the public part of the verifying key is checked, which carries a digest of the whole \
circuit, written there by whoever ran the setup; with --pk every point of both keys is checked.

No audit can show that the setup's secrets were forgotten: who ran the setup could still forge.

Exit code 0 if every check holds, 1 if one does not.

Example:
  zkinfer keys audit --model mnist.zkm --vk mnist.vk --transcript mnist.transcript \\
      --pk mnist.pk";

/// What an audit does not show.
const LIMITS: &str = "not shown: that the setup's secrets were forgotten";
const LIMITS_WITHOUT_KEY: &str = "not shown: that the setup's secrets were forgotten; that the key's private columns are those of its digest (give --pk)";

/// Options of `zkinfer keys audit`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Opts {
    /// The model file (*.zkm).
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The verifying key.
    #[arg(long, value_name = "FILE")]
    vk: PathBuf,
    /// The setup's transcript.
    #[arg(long, value_name = "FILE")]
    transcript: PathBuf,
    /// The proving key, to check every point of it.
    #[arg(long, value_name = "FILE")]
    pk: Option<PathBuf>,
}

#[derive(Serialize)]
struct Summary {
    passed: bool,
    #[serde(with = "hexadecimal")]
    model_hash: ModelHash,
    #[serde(with = "hexadecimal")]
    vk_hash: VkHash,
    checks: Vec<Check>,
    limits: &'static str,
}

#[derive(Serialize)]
struct Check {
    check: &'static str,
    passed: bool,
}

impl Opts {
    /// Audits.
    ///
    /// # Errors
    /// A file cannot be read; [`Error::Negative`] if a check does not hold.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let model = model::load(&self.model)?;
        let vk = keys::load_verifying_key(&self.vk)?;
        let points = keys::points(&vk).map_err(Error::in_file(&self.vk))?;
        let transcript = keys::load_transcript(&self.transcript)?;
        let progress = out.progress("audit");
        let key = self.pk.as_deref().map(|path| keys::load_proving_key(path, &progress)).transpose()?;
        let circuit = model.circuit(&self.model)?;
        let on = progress.of_circuit();
        let report =
            groth16::audit(&circuit, &points, key.as_ref(), &transcript, &on).map_err(Error::failed)?;
        progress.finish();

        let mut checks: Vec<Check> =
            report.checks.iter().map(|check| Check { check: check.name, passed: check.passed }).collect();
        if let Some(key) = &key {
            let passed = key.header().model_hash == model.hash.0;
            checks.push(Check { check: "the proving key names this model file", passed });
        }
        let passed = report.passed() && checks.iter().all(|check| check.passed);
        let limits = if key.is_some() { LIMITS } else { LIMITS_WITHOUT_KEY };
        out.report(&Summary { passed, model_hash: model.hash, vk_hash: vk.hash(), checks, limits })?;
        if passed { Ok(()) } else { Err(Error::Negative) }
    }
}

impl Report for Summary {
    fn page(&self, page: &mut Page) {
        page.title(if self.passed { "The audit passed" } else { "The audit failed" });
        page.field("model hash", self.model_hash);
        page.field("verifying key hash", self.vk_hash);
        let mut table = Table::new(["result", "check"]);
        for check in &self.checks {
            let result = if check.passed { "holds" } else { "FAILS" };
            table.row([result.into(), check.check.into()]);
        }
        page.table(table);
        page.note(self.limits);
    }
}
