//! `zkinfer model manifest`: check and show a public manifest.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use zkinfer_primitives::ManifestHash;
use zkml_model::{
    Manifest,
    manifest::{Channels, Decimal, Normalise, Preprocessing, Ranges, Rounding},
    output::OutputKind,
};

use super::describe::dimensions;
use crate::{
    error::Error,
    output::{Output, Page, Report},
};
use zkinfer::{
    artefacts::{hexadecimal, manifest, model},
    system,
};

const AFTER_HELP: &str = "\
The manifest is public and holds no weights. It tells how to prepare an input, for which proof system, and what the classes are called. Its hash is on \
chain beside the model's, so check a manifest that somebody gave you against `zkinfer chain status`.

Examples:
  zkinfer model manifest work/mnist.manifest.json
  zkinfer model manifest work/mnist.zkm   the manifest beside it, and that they belong together
  zkinfer model manifest other.manifest.json --model work/mnist.zkm";

/// Options of `zkinfer model manifest`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Opts {
    /// The manifest, or a model file (*.zkm) that it lies beside.
    file: PathBuf,
    /// Model file that the manifest must fit.
    #[arg(long, value_name = "ZKM")]
    model: Option<PathBuf>,
}

#[derive(Serialize)]
struct Summary {
    #[serde(serialize_with = "crate::output::path")]
    file: PathBuf,
    #[serde(with = "hexadecimal")]
    manifest_hash: ManifestHash,
    manifest: Manifest,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<Fit>,
}

#[derive(Serialize)]
struct Fit {
    #[serde(serialize_with = "crate::output::path")]
    file: PathBuf,
    #[serde(with = "hexadecimal")]
    hash: zkinfer_primitives::ModelHash,
}

impl Opts {
    /// Checks and shows.
    ///
    /// # Errors
    /// The file is no manifest, or does not fit the model.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let is_model = self.file.extension().is_some_and(|extension| extension == "zkm");
        let (file, model) =
            if is_model { (beside(&self.file), Some(self.file)) } else { (self.file, self.model) };
        let manifest = manifest::load(&file)?;
        let fit = model.map(|path| fit(&manifest, &file, path)).transpose()?;
        let manifest_hash = ManifestHash(manifest.hash());
        out.report(&Summary { file, manifest_hash, manifest, model: fit })
    }
}

fn fit(manifest: &Manifest, file: &Path, path: PathBuf) -> Result<Fit, Error> {
    let model = model::load(&path)?;
    check_fit(manifest, &model, file, &path)?;
    Ok(Fit { file: path, hash: model.hash })
}

/// The manifest that lies beside a model file: `a.zkm` and `a.manifest.json`.
pub fn beside(model: &Path) -> PathBuf {
    model.with_extension("manifest.json")
}

/// Checks that a manifest says of a model what is so: its input and what it answers. Paths are for
/// errors.
///
/// # Errors
/// It says something else.
pub fn check_fit(
    manifest: &Manifest,
    model: &model::Model,
    file: &Path,
    path: &Path,
) -> Result<(), Error> {
    let other = |what: &str| {
        let message = format!("{}: its {what} is not that of {}", file.display(), path.display());
        Error::failed(message)
            .with_hint("give the manifest that `zkinfer model import` wrote beside the model")
    };
    if manifest.input_spec() != model.graph.input {
        return Err(other("input"));
    }
    let kind = model.graph.output_kind().map_err(Error::in_file(path))?;
    match (manifest.output_kind(), kind) {
        (said, is) if said == is => Ok(()),
        (OutputKind::Class { .. }, OutputKind::Class { .. }) => Err(other("number of classes")),
        (said, is) => Err(other(&format!("answer ({said}, where the model gives {is})"))),
    }
}

/// The word that the manifest's file has for a choice.
fn word(choice: &impl Serialize) -> String {
    let value = serde_json::to_value(choice).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// The formula by which an input is normalised.
fn normalised(what: &str, normalise: &Normalise) -> String {
    let list = |numbers: &[Decimal]| {
        let numbers: Vec<String> = numbers.iter().map(|number| number.0.to_string()).collect();
        if numbers.len() == 1 { numbers.concat() } else { format!("[{}]", numbers.join(", ")) }
    };
    format!("({what} × {} − {}) / {}", normalise.scale, list(&normalise.mean), list(&normalise.std))
}

impl Report for Summary {
    fn page(&self, page: &mut Page) {
        let Manifest { classes, input, name, preprocessing, proof_system, .. } = &self.manifest;
        page.title(name);
        page.field("manifest", self.file.display());
        page.field("manifest hash", self.manifest_hash);
        if let Some(fit) = &self.model {
            page.field("fits", format!("{} ({})", fit.file.display(), fit.hash));
        }
        page.field("proof system", system::name(system::of_manifest(*proof_system)));
        let greatest = self.manifest.input_spec().max();
        page.field(
            "input",
            format!("{}, integers {} to {greatest}", dimensions(&input.shape), input.min),
        );
        page.field("stands for", format!("real numbers {} to {}", input.low, input.high));
        if let Some(Ranges { low, high }) = &input.ranges {
            let each = low.iter().zip(high).map(|(low, high)| format!("{} to {}", low.0, high.0));
            page.field("by feature", each.collect::<Vec<_>>().join(", "));
        }
        if let Rounding::QuantizeLinear { scale } = input.rounding {
            page.field(
                "rounded",
                format!("as QuantizeLinear with the scale {scale}: halves to even, saturating"),
            );
        }
        match preprocessing {
            Preprocessing::Image(image) => {
                let size = format!("{} × {} pixels", image.width, image.height);
                let channels = word(&image.channels);
                page.field("prepared from", format!("a PNG or JPEG, {channels}, {size}"));
                if image.channels == Channels::Rgb {
                    page.field("layout", word(&image.layout));
                }
                if let Some(normalise) = &image.normalise {
                    page.field("normalised", normalised("pixel / 255", normalise));
                }
                page.field("ink", word(&image.ink));
                page.field("other polarity", word(&image.polarity));
                page.field("other size", word(&image.resize));
            }
            Preprocessing::Values {} => page.field("prepared from", "real numbers"),
            Preprocessing::NormalisedValues(normalise) => {
                page.field("prepared from", "real numbers");
                page.field("normalised", normalised("number", normalise));
            }
        }
        page.field("answer", self.manifest.output_kind());
        if let Some(scale) = self.manifest.output_scale() {
            page.field("1 stands for", scale);
        }
        let what = if self.manifest.output_scale().is_some() { "values" } else { "classes" };
        page.field(what, format!("{}: {}", classes.len(), classes.join(", ")));
    }
}
