//! `zkinfer keys audit`: an open model's keys against its circuit, by anybody.

#[cfg(feature = "chain")]
mod on_chain;

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use zkinfer_primitives::{ModelHash, ProofSystem, VerifyingKey, VkHash, proof::GROTH16_VK_LEN};
use zkml_prove::groth16;

use crate::options::MemoryOpts;
use crate::{
    error::Error,
    output::{Output, Page, Report, Table},
};
use zkinfer::{
    artefacts::{
        hexadecimal, keys,
        model::{self, Model},
    },
    memory::Work,
    proving, system,
};

const AFTER_HELP: &str = "\
Halo2: makes the verifying key from the open model, which needs nothing but public constants, and compares. What passes is the \
key of exactly this model. Keys belong to the release of this program that made them: its cost model chooses the circuit.

Groth16: recomputes the circuit from the open model and checks the keys against it with the setup's transcript; a wrong point passes with \
probability 2^-128. With --pk every point of both keys is checked. Without it only the public part of the verifying key is: \
that carries a digest of the whole circuit, but whoever ran the setup wrote it there, and could have written it into the key of another \
model. So the verdict is then that the public part holds, and the exit code 3; --public-part-only says that this is all that is asked. \
No audit can show that the setup's secrets were forgotten: who ran the setup could still forge.

With --chain the verifying key is the one that the chain has for a model version, and the model file must have the hash that \
the chain names.

Exit code 0 if every check holds, 1 if one does not, 3 if only the public part of a Groth16 key was checked, and holds.

Examples:
  zkinfer keys audit --model mnist.zkm --vk mnist.vk
  zkinfer keys audit --model mnist.zkm --chain --model-id 0 --version 1
  zkinfer keys audit --model mnist.zkm --vk mnist.vk --transcript mnist.transcript \\
      --pk mnist.pk
  zkinfer keys audit --model mnist.zkm --vk mnist.vk --transcript mnist.transcript \\
      --public-part-only";

/// Options of `zkinfer keys audit`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP, disable_version_flag = true)]
pub struct Opts {
    /// The model file (*.zkm).
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    #[command(flatten)]
    memory: MemoryOpts,
    /// The verifying key.
    #[cfg_attr(
        feature = "chain",
        arg(
            long,
            value_name = "FILE",
            required_unless_present = "chain",
            conflicts_with = "chain"
        )
    )]
    #[cfg_attr(not(feature = "chain"), arg(long, value_name = "FILE", required = true))]
    vk: Option<PathBuf>,
    /// Groth16: the setup's transcript.
    #[arg(long, value_name = "FILE")]
    transcript: Option<PathBuf>,
    /// Groth16: the proving key, to check every point of it.
    #[arg(long, value_name = "FILE", requires = "transcript")]
    pk: Option<PathBuf>,
    /// Groth16: ask for no more than that the public part of the verifying key holds. Then that is
    /// exit code 0.
    #[arg(long, requires = "transcript", conflicts_with = "pk")]
    public_part_only: bool,
    #[cfg(feature = "chain")]
    #[command(flatten)]
    on_chain: on_chain::KeyOpts,
}

#[derive(Serialize)]
struct Summary {
    /// `true` if every check holds, and all that was asked for was checked: exit code 0.
    passed: bool,
    verdict: Verdict,
    proof_system: &'static str,
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

/// The verdict of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    /// Every point of the keys is the model's.
    Passed,
    /// The public part of the verifying key is the model's, and nothing else was checked.
    PublicPartHolds,
    /// A check does not hold.
    Failed,
}

/// The findings of an audit.
struct Findings {
    checks: Vec<Check>,
    /// `true` if all points of the keys were checked.
    complete: bool,
    /// The limits of the audit.
    limits: &'static str,
}

impl Opts {
    /// Audits.
    ///
    /// # Errors
    /// A file cannot be read, the chain does not answer; [`Error::Negative`] if a check does not
    /// hold, [`Error::Partial`] if only the public part was checked and more was asked for.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let model = model::load(&self.model)?;
        let (vk, mut checks) = self.verifying_key(&model)?;
        let found = match &vk {
            VerifyingKey::Groth16(points) => self.groth16(&model, points, out)?,
            VerifyingKey::Halo2(_) => self.halo2(&model, &vk, out)?,
        };
        checks.extend(found.checks);
        let verdict = match (checks.iter().all(|check| check.passed), found.complete) {
            (false, _) => Verdict::Failed,
            (true, false) => Verdict::PublicPartHolds,
            (true, true) => Verdict::Passed,
        };
        let passed = match verdict {
            Verdict::Passed => true,
            Verdict::PublicPartHolds => self.public_part_only,
            Verdict::Failed => false,
        };
        out.report(&Summary {
            passed,
            verdict,
            proof_system: system::name(vk.system()),
            model_hash: model.hash,
            vk_hash: vk.hash(),
            checks,
            limits: found.limits,
        })?;
        match verdict {
            _ if passed => Ok(()),
            Verdict::PublicPartHolds => Err(Error::Partial),
            _ => Err(Error::Negative),
        }
    }

    /// Returns the audited key, and the check of what its source says about the model.
    fn verifying_key(&self, model: &Model) -> Result<(VerifyingKey, Vec<Check>), Error> {
        match &self.vk {
            Some(path) => Ok((keys::load_verifying_key(path)?, Vec::new())),
            None => self.verifying_key_of_chain(model),
        }
    }

    #[cfg(feature = "chain")]
    fn verifying_key_of_chain(&self, model: &Model) -> Result<(VerifyingKey, Vec<Check>), Error> {
        self.on_chain.load(model)
    }

    #[cfg(not(feature = "chain"))]
    fn verifying_key_of_chain(&self, _: &Model) -> Result<(VerifyingKey, Vec<Check>), Error> {
        Err(Error::usage("no verifying key is given", "give its file with --vk"))
    }

    fn halo2(&self, model: &Model, vk: &VerifyingKey, out: &Output) -> Result<Findings, Error> {
        if let Some(path) = self.transcript.as_ref().or(self.pk.as_ref()) {
            return Err(Error::usage(
                format!(
                    "{} is given, and a key of Halo2 is audited with the model alone",
                    path.display()
                ),
                "leave --transcript, --pk and --public-part-only out",
            ));
        }
        let progress = out.progress("audit");
        let circuit = model.halo2_circuit(&self.model, Work::Audit, self.memory.limit())?;
        let own =
            proving::keys::recompute(&circuit, &progress).map_err(Error::in_file(&self.model))?;
        progress.finish();
        let check = "the verifying key is the one that this model has";
        Ok(Findings {
            checks: vec![Check { check, passed: own == *vk }],
            complete: true,
            limits: "no secret is behind such a key: nothing else has to be shown",
        })
    }

    fn groth16(
        &self,
        model: &Model,
        points: &[u8; GROTH16_VK_LEN],
        out: &Output,
    ) -> Result<Findings, Error> {
        let Some(transcript) = &self.transcript else {
            return Err(Error::usage(
                format!(
                    "a key of {} is audited with its setup's transcript",
                    system::name(ProofSystem::Groth16)
                ),
                "get it from the model's owner and give it with --transcript FILE",
            ));
        };
        let points = groth16::VerifyingKey::from_bytes(points).map_err(|error| match &self.vk {
            Some(path) => Error::in_file(path)(error),
            None => Error::failed(error),
        })?;
        let transcript = keys::load_transcript(transcript)?;
        let progress = out.progress("audit");
        let key =
            self.pk.as_deref().map(|path| keys::load_proving_key(path, &progress)).transpose()?;
        let circuit = model.circuit(&self.model, Work::Audit, self.memory.limit())?;
        let on = progress.of_circuit();
        let report = groth16::audit(&circuit, &points, key.as_ref(), &transcript, &on)
            .map_err(Error::failed)?;
        progress.finish();

        let mut checks: Vec<Check> = report
            .checks
            .iter()
            .map(|check| Check { check: check.name, passed: check.passed })
            .collect();
        if let Some(key) = &key {
            let passed = key.header().model_hash == model.hash.0;
            checks.push(Check { check: "the proving key names this model file", passed });
        }
        let complete = key.is_some();
        Ok(Findings {
            checks,
            complete,
            limits: if complete { LIMITS } else { LIMITS_WITHOUT_KEY },
        })
    }
}

/// The limits of an audit of Groth16's keys.
const LIMITS: &str = "not shown: that the setup's secrets were forgotten";
const LIMITS_WITHOUT_KEY: &str = "not shown: that the keys are this model's, since only their public part was checked, and the digest in it is the word of whoever ran the setup (give --pk); that the setup's secrets were forgotten";

impl Report for Summary {
    fn page(&self, page: &mut Page) {
        page.title(match self.verdict {
            Verdict::Passed => "The audit passed",
            Verdict::PublicPartHolds => {
                "The public part of the key holds; the rest was not checked"
            }
            Verdict::Failed => "The audit failed",
        });
        page.field("proof system", self.proof_system);
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
