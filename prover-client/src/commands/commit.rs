//! `zkinfer commit`: an input, its blinder, and their commitment.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use zeroize::Zeroizing;
use zkinfer_primitives::{InputCommitment, ManifestHash};
use zkml_data::preprocess::{self, Given, Note, Prepared};
use zkml_model::{Manifest, manifest::Preprocessing};
use zkml_prove::commitment::check_values;

use crate::options::Force;
use crate::{
    error::Error,
    output::{Output, Page, Report, thousands},
};
use zkinfer::{
    artefacts::{
        hexadecimal, manifest, numbers,
        opening::{self, Opening},
    },
    files::{self, Existing},
    system,
};

const AFTER_HELP: &str = "\
The commitment is public and tells nothing about the input: it is blinded by a fresh random number. The opening holds the input and \
that number. Keep it secret; give it only to the prover, who needs it to prove. Two commitments to one input differ.

The manifest names the model version's proof system, and commitment and opening are for that one alone: take the manifest of the \
version that you will ask.

What a file is, its first bytes say, not its name. --image takes PNG and JPEG. --values takes real numbers as the model was trained on: a \
JSON list, flat or nested as the shape is, alone or as {\"input_data\": [[…]]} or {\"inputs\": [[…]]}, or a NumPy array (.npy, or .npz with --array NAME if it holds \
several). --bytes takes a file of one byte for each value in the order of the shape, and nothing else in it: pixels for a model of \
pictures, else numbers from 0 to 255. --integers takes the integers that the circuit sees, as a JSON list. Scale, mean and standard \
deviation are the manifest's: pictures, and numbers where it says so, are given as they are.

A picture is turned as its EXIF orientation says. It is inverted only by --invert, or where the manifest's polarity says so; the command says when it was, \
and when a picture looks as if it should be.

Examples:
  zkinfer commit --manifest mnist.manifest.json --image digit.png --preview \\
      --out digit.opening
  zkinfer commit --manifest iris.manifest.json --values flower.json --out flower.opening
  zkinfer commit --manifest cifar.manifest.json --image cat.jpg --out cat.opening
  zkinfer commit --manifest mnist.manifest.json --image black-on-white.png --invert \\
      --out digit.opening
  zkinfer commit --manifest iris.manifest.json --values test.npz --array x0 --out flower.opening";

/// Options of `zkinfer commit`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Opts {
    /// The model's manifest, which tells how to prepare the input.
    #[arg(long, value_name = "FILE")]
    manifest: PathBuf,
    #[command(flatten)]
    source: Source,
    /// Name of the array in an .npz file of several.
    #[arg(long, value_name = "NAME", requires = "values")]
    array: Option<String>,
    /// Invert the picture first: dark strokes on a light ground become light strokes on a dark one.
    #[arg(long, requires = "image")]
    invert: bool,
    /// Show on stderr what the model sees of a picture.
    #[arg(long, requires = "image")]
    preview: bool,
    /// File for the opening; secret.
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    force: Force,
}

/// The source of the input.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Source {
    /// A PNG or JPEG picture.
    #[arg(long, value_name = "FILE")]
    image: Option<PathBuf>,
    /// A JSON list or a NumPy array (.npy, .npz) of real numbers.
    #[arg(long, value_name = "FILE")]
    values: Option<PathBuf>,
    /// Raw bytes, one for each value in the order of the shape.
    #[arg(long, value_name = "FILE")]
    bytes: Option<PathBuf>,
    /// A JSON list of the circuit's integers.
    #[arg(long, value_name = "JSON")]
    integers: Option<PathBuf>,
}

#[derive(Serialize)]
struct Summary {
    proof_system: &'static str,
    #[serde(with = "hexadecimal")]
    commitment: InputCommitment,
    #[serde(serialize_with = "crate::output::path")]
    opening: PathBuf,
    opening_bytes: usize,
    #[serde(with = "hexadecimal")]
    manifest_hash: ManifestHash,
    /// Remarks on the input.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
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
        let given = Given { invert: self.invert };
        let Input { values, notes } = self.source.read(&manifest, self.array.as_deref(), given)?;
        if self.preview {
            out.show(&preview(&manifest, &values));
        }
        let system = system::of_manifest(manifest.proof_system);
        let opening = Opening::random(system, &manifest.input_spec(), values.to_vec())
            .map_err(Error::failed)?;
        opening::save(&self.out, &opening, existing)?;
        let warnings: Vec<String> = notes.iter().map(Note::to_string).collect();
        warnings.iter().for_each(|warning| out.warn(warning));
        out.report(&Summary {
            proof_system: system::name(system),
            commitment: InputCommitment(opening.commitment()),
            opening_bytes: opening.encode().len(),
            opening: self.out,
            manifest_hash: ManifestHash(manifest.hash()),
            warnings,
        })
    }
}

/// An input, and what there is to say of it.
struct Input {
    values: Zeroizing<Vec<i32>>,
    notes: Vec<Note>,
}

impl Source {
    fn read(&self, manifest: &Manifest, array: Option<&str>, given: Given) -> Result<Input, Error> {
        let (values, notes) = match (&self.image, &self.values, &self.bytes, &self.integers) {
            (Some(path), ..) => {
                let file = files::read_secret(path, "picture", preprocess::MAX_BYTES as u64)?;
                let prepared = preprocess::picture_as_given(manifest, &file, given);
                let Prepared { values, notes } = prepared.map_err(Error::in_file(path))?;
                (Zeroizing::new(values), notes)
            }
            (_, Some(path), ..) => {
                let numbers = numbers::load_reals(path, &manifest.input.shape, array)?;
                let values = preprocess::values(manifest, &numbers)
                    .map(Zeroizing::new)
                    .map_err(Error::in_file(path))?;
                let reals = preprocess::numbers_as_reals(manifest, &numbers);
                let notes = preprocess::notes_on_numbers(manifest, reals, &values);
                (values, notes)
            }
            (_, _, Some(path), _) => {
                let bytes =
                    files::read_secret(path, "file of raw bytes", preprocess::MAX_BYTES as u64)?;
                let values = preprocess::bytes(manifest, &bytes).map_err(Error::in_file(path))?;
                (Zeroizing::new(values), Vec::new())
            }
            (_, _, _, Some(path)) => {
                let spec = manifest.input_spec();
                let integers = numbers::load::<i32>(path, &spec.shape)?;
                check_values(&spec, &integers).map_err(Error::in_file(path))?;
                (integers, Vec::new())
            }
            (None, None, None, None) => {
                let remedy = "give --image, --values, --bytes or --integers";
                return Err(Error::usage("no input is given", remedy));
            }
        };
        Ok(Input { values, notes })
    }
}

/// The first plane of a picture in characters, to see what the model sees.
fn preview(manifest: &Manifest, values: &[i32]) -> String {
    const SHADES: [char; 5] = [' ', '.', 'o', 'O', '@'];
    let spec = manifest.input_spec();
    let Preprocessing::Image(image) = &manifest.preprocessing else { return String::new() };
    let planes = image.layout.planes(values, image.channels);
    let Some(plane) = planes.first() else { return String::new() };
    let levels = (spec.max() - i64::from(spec.min)).max(1);
    let shade = |value: &i32| {
        let step = (i64::from(*value) - i64::from(spec.min)) * (SHADES.len() as i64 - 1) / levels;
        usize::try_from(step).ok().and_then(|step| SHADES.get(step)).copied().unwrap_or(' ')
    };
    let rows =
        plane.chunks(image.width.max(1)).map(|row| row.iter().map(shade).collect::<String>());
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
