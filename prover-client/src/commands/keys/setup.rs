//! `zkinfer keys setup`: the keys of a model.

use std::{
    io,
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use serde::Serialize;
use zkinfer_primitives::{ModelHash, ProofSystem, VerifyingKey, VkHash};
use zkml_model::Manifest;
use zkml_prove::groth16;

use crate::{
    commands::model::{
        describe::{Circuit, Rows},
        manifest::beside,
    },
    error::Error,
    output::{Output, Page, Report, thousands},
};
use crate::{
    options::{Force, MemoryOpts, SystemArg},
    stem::Stem,
};
use zkinfer::Progress;
use zkinfer::{
    artefacts::{
        hexadecimal, keys, manifest,
        model::{self, Model},
    },
    files::{self, Access, Existing, Unpublished},
    memory::Work,
    proving, system,
};

const AFTER_HELP: &str = "\
The proof system is chosen here, for the model version that gets these keys; files and chain know it afterwards.

  groth16   The cheapest check. Needs a setup for each model. Its secrets are forgotten when
            this program ends, but nobody else can know that: whoever runs the setup could keep
            them and forge proofs. Register such a key with --trust single-setup. A proof under
            it binds everybody but you. Weights may stay private.
  halo2     No setup and no secret: nobody can forge, and anybody makes the same key from the
            model. Register it with --trust transparent. Some thousand proofs give the weights
            away, so it is for open models only. The check on chain is dearer, and cheap again
            in batches.

Files:
  STEM.vk             verifying key, public. It is registered on chain; its hash names the key.
  STEM.manifest.json  the manifest beside the model, if that one names another proof system:
                      requesters commit to their inputs with it.
  STEM.pk             groth16: proving key. It encodes the weights: of a private model it stays with
                      the owner and those whom the owner trusts with the weights.
  STEM.transcript     groth16: what others need to audit the keys. Publish it with an open model,
                      keep it with a private one.
Proving key and transcript are readable by you alone. Halo2 has neither: its proving key is made from the model whenever it is needed.

Examples:
  zkinfer keys setup work/mnist.zkm --out work
  zkinfer keys setup work/mnist.zkm --out open --proof-system halo2";

/// Options of `zkinfer keys setup`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Opts {
    /// The model file (*.zkm).
    model: PathBuf,
    /// The proof system of the model version that gets these keys.
    #[arg(long, value_name = "SYSTEM", default_value = "groth16")]
    proof_system: SystemArg,
    /// Directory for the files; it is made if it is missing [default: the model file's].
    #[arg(long, short, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Name of the files without extension [default: the model file's].
    #[arg(long, value_name = "STEM", value_parser = Stem::parser())]
    stem: Option<Stem>,
    #[command(flatten)]
    force: Force,
    #[command(flatten)]
    memory: MemoryOpts,
}

#[derive(Serialize)]
struct Summary {
    proof_system: &'static str,
    #[serde(with = "hexadecimal")]
    model_hash: ModelHash,
    #[serde(with = "hexadecimal")]
    vk_hash: VkHash,
    #[serde(skip_serializing_if = "Option::is_none")]
    proving_key: Option<Written>,
    verifying_key: Written,
    #[serde(skip_serializing_if = "Option::is_none")]
    transcript: Option<Written>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest: Option<Written>,
    trust: &'static str,
    seconds: f64,
    circuit: Costs,
}

#[derive(Serialize)]
struct Written {
    #[serde(serialize_with = "crate::output::path")]
    file: PathBuf,
    bytes: u64,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Costs {
    Groth16(Circuit),
    Halo2(Rows),
}

/// Keys that are made, and those of their files that are written beside their places.
struct Made {
    verifying_key: VerifyingKey,
    proving_key: Option<(Unpublished, PathBuf)>,
    transcript: Option<(Unpublished, PathBuf)>,
    circuit: Costs,
    seconds: f64,
}

impl Opts {
    /// Makes the keys.
    ///
    /// # Errors
    /// The model cannot be read or proved; the files cannot be written.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let existing = Existing::from(self.force);
        let system = ProofSystem::from(self.proof_system);
        let written: &[&str] = match system {
            ProofSystem::Groth16 => &["pk", "vk", "transcript"],
            ProofSystem::Halo2 => &["vk"],
        };
        let _made = self.out.as_deref().map(files::directory).transpose()?;
        written
            .iter()
            .try_for_each(|extension| files::check_target(&self.place(extension), existing))?;
        let model = model::load(&self.model)?;
        let manifest = self.manifest(system, out)?;
        let vk_path = self.place("vk");

        let progress = out.progress("setup");
        let made = match system {
            ProofSystem::Groth16 => self.groth16(&model, out, &progress)?,
            ProofSystem::Halo2 => self.halo2(&model, out, &progress)?,
        };
        let vk_bytes = keys::encode_verifying_key(&made.verifying_key);
        let vk_file =
            files::prepare(&vk_path, Access::Public, existing, |out| out.write_all(&vk_bytes))?;
        let manifest = manifest.map(|(json, path)| {
            // The verifying key decides whether files of these names may be written: the manifest
            // goes with it.
            let write = |out: &mut dyn io::Write| out.write_all(&json);
            files::prepare(&path, Access::Public, Existing::Replace, write).map(|file| (file, path))
        });
        let manifest = manifest.transpose()?;
        progress.finish();
        out.report(&Summary {
            proof_system: system::name(system),
            model_hash: model.hash,
            vk_hash: made.verifying_key.hash(),
            proving_key: made.proving_key.map(publish).transpose()?,
            verifying_key: publish((vk_file, vk_path))?,
            transcript: made.transcript.map(publish).transpose()?,
            manifest: manifest.map(publish).transpose()?,
            trust: system::trust_after_setup(system),
            seconds: made.seconds,
            circuit: made.circuit,
        })
    }

    fn groth16(&self, model: &Model, out: &Output, progress: &Progress) -> Result<Made, Error> {
        let existing = Existing::from(self.force);
        let [pk_path, transcript_path] =
            ["pk", "transcript"].map(|extension| self.place(extension));
        let circuit = model.circuit(&self.model, Work::Setup, self.memory.limit())?;
        let constraints = thousands(circuit.report().constraints as u64);
        out.info(&format!("making keys for {constraints} constraints"));
        let (begun, on) = (Instant::now(), progress.of_circuit());
        let setup =
            groth16::SetupSession::begin(&circuit, &on).map_err(Error::in_file(&self.model))?;
        let pk_file =
            files::prepare(&pk_path, Access::Owner, existing, |out| setup.write_key(out, &on))?;
        let transcript_file = files::prepare(&transcript_path, Access::Owner, existing, |out| {
            setup.write_transcript(out, &on)
        })?;
        let seconds = begun.elapsed().as_secs_f64();
        Ok(Made {
            verifying_key: keys::verifying_key_of(setup.header()),
            proving_key: Some((pk_file, pk_path)),
            transcript: Some((transcript_file, transcript_path)),
            circuit: Costs::Groth16(Circuit::of(&circuit)),
            seconds,
        })
    }

    fn halo2(&self, model: &Model, out: &Output, progress: &Progress) -> Result<Made, Error> {
        let circuit = model.halo2_circuit(&self.model, Work::Setup, self.memory.limit())?;
        out.info(&format!("making the key for {} rows", thousands(1 << circuit.plan().k)));
        let begun = Instant::now();
        let made =
            proving::keys::recompute(&circuit, progress).map_err(Error::in_file(&self.model))?;
        Ok(Made {
            verifying_key: made,
            proving_key: None,
            transcript: None,
            circuit: Costs::Halo2(Rows::of(&circuit)),
            seconds: begun.elapsed().as_secs_f64(),
        })
    }

    /// The manifest with the proof system in it, and where it goes; `None` where the one beside the
    /// model names it already.
    fn manifest(
        &self,
        system: ProofSystem,
        out: &Output,
    ) -> Result<Option<(Vec<u8>, PathBuf)>, Error> {
        let from = beside(&self.model);
        let named = system::in_manifest(system);
        if !from.is_file() {
            // Without a word a manifest means Groth16, so that one is as good as any that comes
            // from elsewhere.
            if system != ProofSystem::Groth16 {
                let (from, name) = (from.display(), system::name(system));
                out.warn(&format!(
                    "there is no manifest {from}: requesters need one that names {name}"
                ));
            }
            return Ok(None);
        }
        let manifest = manifest::load(&from)?;
        if manifest.proof_system == named {
            return Ok(None);
        }
        let json = Manifest { proof_system: named, ..manifest }.to_json();
        Ok(Some((json, self.place("manifest.json"))))
    }

    /// Returns the path of the file with this extension.
    fn place(&self, extension: &str) -> PathBuf {
        let beside = || match self.model.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => Path::new(".").to_owned(),
        };
        let directory = self.out.clone().unwrap_or_else(beside);
        let stem = self.stem.clone().unwrap_or_else(|| Stem::of(&self.model));
        stem.named(&directory, extension)
    }
}

fn publish((unpublished, file): (Unpublished, PathBuf)) -> Result<Written, Error> {
    unpublished.publish()?;
    let failed = |source: io::Error| files::FileError::Write { path: file.clone(), source };
    let bytes = std::fs::metadata(&file).map_err(failed)?.len();
    Ok(Written { file, bytes })
}

impl Report for Summary {
    fn page(&self, page: &mut Page) {
        let mut file = |name, written: Option<&Written>, note| {
            if let Some(Written { file, bytes }) = written {
                page.field(
                    name,
                    format!("{}  ({} bytes){note}", file.display(), thousands(*bytes)),
                );
            }
        };
        file("proving key", self.proving_key.as_ref(), "  secret if the model is private");
        file("verifying key", Some(&self.verifying_key), "  public");
        file("transcript", self.transcript.as_ref(), "  publish it if the model is open");
        file("manifest", self.manifest.as_ref(), "  public; it names the proof system");
        page.field("proof system", self.proof_system);
        page.field("model hash", self.model_hash);
        page.field("verifying key hash", self.vk_hash);
        page.field("trust", self.trust);
        page.field("time", format!("{:.1} s", self.seconds));
        match &self.circuit {
            Costs::Groth16(circuit) => circuit.page(page),
            Costs::Halo2(rows) => rows.page(page),
        }
    }
}
