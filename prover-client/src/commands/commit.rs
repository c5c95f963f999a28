//! `zkinfer commit`: an input, its blinder, and their commitment.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use zeroize::Zeroizing;
use zkinfer_primitives::{InputCommitment, ManifestHash};
use zkml_circuit::commitment::check_values;
use zkml_model::{Manifest, preprocess};

use crate::{
    artefacts::{
        hexadecimal, manifest, numbers,
        opening::{self, Opening},
    },
    error::Error,
    files::{self, Existing, Force},
    output::{Output, Page, Report, thousands},
    system,
};

const AFTER_HELP: &str = "\
The commitment is public and tells nothing about the input: it is blinded by a fresh random number. The opening holds the input and \
that number. Keep it secret; give it only to the prover, who needs it to prove. Two commitments to one input differ.

The manifest names the model version's proof system, and commitment and opening are for that one alone: take the manifest of the \
version that you will ask.

--values takes real numbers as the model was trained on: a JSON list, nested as you like, or a NumPy array (.npy); --integers takes the integers that \
the circuit sees.

Examples:
  zkinfer commit --manifest mnist.manifest.json --image digit.png --preview \\
      --out digit.opening
  zkinfer commit --manifest iris.manifest.json --values flower.json --out flower.opening";

/// Options of `zkinfer commit`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Opts {
    /// The model's manifest, which tells how to prepare the input.
    #[arg(long, value_name = "FILE")]
    manifest: PathBuf,
    #[command(flatten)]
    source: Source,
    /// Show on stderr what the model sees of a picture.
    #[arg(long, requires = "image")]
    preview: bool,
    /// File for the opening; secret.
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    force: Force,
}

/// What the input is made from.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Source {
    /// A PNG picture.
    #[arg(long, value_name = "PNG")]
    image: Option<PathBuf>,
    /// A JSON list or a NumPy array (.npy) of real numbers.
    #[arg(long, value_name = "FILE")]
    values: Option<PathBuf>,
    /// A JSON list of the circuit's integers.
    #[arg(long, value_name = "JSON")]
    integers: Option<PathBuf>,
}

#[derive(Serialize)]
struct Summary {
    proof_system: &'static str,
    #[serde(with = "hexadecimal")]
    commitment: InputCommitment,
    opening: PathBuf,
    opening_bytes: usize,
    #[serde(with = "hexadecimal")]
    manifest_hash: ManifestHash,
}

impl Opts {
    /// Commits.
    ///
    /// # Errors
    /// The input cannot be read or does not fit the manifest; the opening cannot be written.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let existing = Existing::from(self.force);
        files::check_target(&self.out, existing)?;
        let manifest = manifest::load(&self.manifest)?;
        let values = self.source.read(&manifest)?;
        if self.preview {
            out.show(&preview(&manifest, &values));
        }
        let system = system::of_manifest(manifest.proof_system);
        let opening =
            Opening::random(system, &manifest.input_spec(), values.to_vec()).map_err(Error::failed)?;
        opening::save(&self.out, &opening, existing)?;
        out.report(&Summary {
            proof_system: system::name(system),
            commitment: InputCommitment(opening.commitment()),
            opening_bytes: opening.encode().len(),
            opening: self.out,
            manifest_hash: ManifestHash(manifest.hash()),
        })
    }
}

impl Source {
    fn read(&self, manifest: &Manifest) -> Result<Zeroizing<Vec<i32>>, Error> {
        let values = match (&self.image, &self.values, &self.integers) {
            (Some(path), ..) => {
                let png = files::read_secret(path, "picture", preprocess::MAX_BYTES as u64)?;
                preprocess::png(manifest, &png).map_err(Error::in_file(path))?
            }
            (_, Some(path), _) => {
                let numbers = numbers::load_reals(path, &manifest.input.shape)?;
                preprocess::values(manifest, &numbers).map_err(Error::in_file(path))?
            }
            (_, _, Some(path)) => {
                let spec = manifest.input_spec();
                let integers = numbers::load::<i32>(path, spec.len())?;
                check_values(&spec, &integers).map_err(Error::in_file(path))?;
                return Ok(integers);
            }
            (None, None, None) => {
                return Err(Error::usage("no input is given", "give --image, --values or --integers"));
            }
        };
        Ok(Zeroizing::new(values))
    }
}

/// The first plane of a picture in characters, to see what the model sees.
fn preview(manifest: &Manifest, values: &[i32]) -> String {
    const SHADES: [char; 5] = [' ', '.', 'o', 'O', '@'];
    let spec = manifest.input_spec();
    let width = match &manifest.preprocessing {
        zkml_model::manifest::Preprocessing::Image(image) => image.width.max(1),
        zkml_model::manifest::Preprocessing::Values {} => return String::new(),
    };
    let levels = (spec.max() - i64::from(spec.min)).max(1);
    let shade = |value: &i32| {
        let step = (i64::from(*value) - i64::from(spec.min)) * (SHADES.len() as i64 - 1) / levels;
        usize::try_from(step).ok().and_then(|step| SHADES.get(step)).copied().unwrap_or(' ')
    };
    let rows = values.chunks(width).map(|row| row.iter().map(shade).collect::<String>());
    rows.collect::<Vec<_>>().join("\n")
}

impl Report for Summary {
    fn page(&self, page: &mut Page) {
        page.field("commitment", self.commitment);
        page.field("for", self.proof_system);
        let bytes = thousands(self.opening_bytes as u64);
        page.field("opening", format!("{}  ({bytes} bytes, secret)", self.opening.display()));
        page.field("manifest hash", self.manifest_hash);
    }
}
