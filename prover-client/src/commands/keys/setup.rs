//! `zkinfer keys setup`: the keys of a model.

use std::{
    io,
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use serde::Serialize;
use zkinfer_primitives::{ModelHash, VkHash};
use zkml_circuit::groth16::{self, Setup};

use crate::{
    artefacts::{hexadecimal, keys, model, named, stem},
    commands::model::describe::Circuit,
    error::Error,
    files::{self, Access, Existing, Force, Unpublished},
    output::{Output, Page, Report, thousands},
};

const AFTER_HELP: &str = "\
Writes three files:
  STEM.pk          proving key. It encodes the weights: of a private model it stays with
                   the owner and those whom the owner trusts with the weights.
  STEM.vk          verifying key, public. It is registered on chain; its hash names the key.
  STEM.transcript  what others need to audit the keys. Publish it with an open model,
                   keep it with a private one.
Proving key and transcript are readable by you alone.

Trust: Groth16 needs a setup for each circuit. Its secrets are forgotten when this program ends, but nobody else can know that: \
whoever runs the setup could keep them and forge proofs. Register such a key with --trust single-setup. A proof under it binds \
everybody but you.

Example:
  zkinfer keys setup work/mnist.zkm --out work";

/// What everybody who relies on these keys should know.
const TRUST: &str =
    "single setup: whoever ran it could forge proofs under this key; proofs bind everybody else";

/// Options of `zkinfer keys setup`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Opts {
    /// The model file (*.zkm).
    model: PathBuf,
    /// Directory for the files [default: the model file's].
    #[arg(long, short, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Name of the files without extension [default: the model file's].
    #[arg(long, value_name = "STEM")]
    stem: Option<String>,
    #[command(flatten)]
    force: Force,
}

#[derive(Serialize)]
struct Summary {
    proof_system: &'static str,
    #[serde(with = "hexadecimal")]
    model_hash: ModelHash,
    #[serde(with = "hexadecimal")]
    vk_hash: VkHash,
    proving_key: Written,
    verifying_key: Written,
    transcript: Written,
    trust: &'static str,
    seconds: f64,
    circuit: Circuit,
}

#[derive(Serialize)]
struct Written {
    file: PathBuf,
    bytes: u64,
}

impl Opts {
    /// Makes the keys.
    ///
    /// # Errors
    /// The model cannot be read or proved; the files cannot be written.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let existing = Existing::from(self.force);
        let paths = self.paths();
        paths.iter().try_for_each(|path| files::check_target(path, existing))?;
        let [pk_path, vk_path, transcript_path] = paths;

        let model = model::load(&self.model)?;
        let circuit = model.circuit(&self.model)?;
        let constraints = thousands(circuit.report().constraints as u64);
        out.info(&format!("making keys for {constraints} constraints"));
        let progress = out.progress("setup");
        let begun = Instant::now();
        let on = progress.of_circuit();
        let Setup { key, transcript } = groth16::setup(&circuit, &on).map_err(Error::in_file(&self.model))?;
        let seconds = begun.elapsed().as_secs_f64();

        let vk = keys::verifying_key_of(key.header());
        let pk_file = files::prepare(&pk_path, Access::Owner, existing, |out| key.write_to(out, &on))?;
        let vk_bytes = keys::encode_verifying_key(&vk);
        let vk_file = files::prepare(&vk_path, Access::Public, existing, |out| out.write_all(&vk_bytes))?;
        let transcript_file =
            files::prepare(&transcript_path, Access::Owner, existing, |out| transcript.write_to(out))?;
        progress.finish();
        out.report(&Summary {
            proof_system: keys::system_name(vk.system()),
            model_hash: model.hash,
            vk_hash: vk.hash(),
            proving_key: publish(pk_file, pk_path)?,
            verifying_key: publish(vk_file, vk_path)?,
            transcript: publish(transcript_file, transcript_path)?,
            trust: TRUST,
            seconds,
            circuit: Circuit::of(&circuit),
        })
    }

    /// Proving key, verifying key, transcript.
    fn paths(&self) -> [PathBuf; 3] {
        let beside = || match self.model.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => Path::new(".").to_owned(),
        };
        let directory = self.out.clone().unwrap_or_else(beside);
        let stem = self.stem.clone().unwrap_or_else(|| stem(&self.model));
        ["pk", "vk", "transcript"].map(|extension| named(&directory, &stem, extension))
    }
}

fn publish(unpublished: Unpublished, file: PathBuf) -> Result<Written, Error> {
    unpublished.publish()?;
    let failed = |source: io::Error| files::FileError::Write { path: file.clone(), source };
    let bytes = std::fs::metadata(&file).map_err(failed)?.len();
    Ok(Written { file, bytes })
}

impl Report for Summary {
    fn page(&self, page: &mut Page) {
        let file =
            |written: &Written| format!("{}  ({} bytes)", written.file.display(), thousands(written.bytes));
        page.field("proof system", self.proof_system);
        page.field("model hash", self.model_hash);
        page.field("verifying key hash", self.vk_hash);
        page.field("proving key", format!("{}  secret if the model is private", file(&self.proving_key)));
        page.field("verifying key", format!("{}  public", file(&self.verifying_key)));
        page.field("transcript", format!("{}  publish it if the model is open", file(&self.transcript)));
        page.field("trust", self.trust);
        page.field("time", format!("{:.1} s", self.seconds));
        self.circuit.page(page);
    }
}
