//! `zkinfer model import`: from an ONNX file to a model file and its public manifest.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use serde::Serialize;
use zkinfer_primitives::{ManifestHash, ModelHash};
use zkml_model::file;
use zkml_onnx::{self as onnx, OnnxModel};
use zkml_quantize::{Fidelity, Imported};

use super::{
    describe::{Circuit, Description},
    quantize::{QuantizeOpts, Quantized},
};
use crate::{
    error::Error,
    output::{Output, Page, Report, Table, thousands},
};
use crate::{
    options::{Force, MemoryOpts},
    stem::Stem,
};
use zkinfer::{
    artefacts::{hexadecimal, model::Model},
    files::{self, Access, Existing},
};

const AFTER_HELP: &str = "\
Writes DIR/STEM.zkm, the quantised model with its weights (keep it if the model is private), and DIR/STEM.manifest.json, which \
holds no weights and tells everybody how to prepare an input. The model file's hash names the model on chain.

Import is exact from here on: the same ONNX file and options give the same bytes, and every later step computes with the \
integers of the model file. An accumulator that could overflow is refused here, never later.

A model that is quantised already (QuantizeLinear, DequantizeLinear, QLinearConv and the like) is taken as it is, with its own scales; the \
options for bits, ranges and tolerance are not for it.

Examples:
  zkinfer model import mnist.onnx --out work
  zkinfer model import mnist.onnx --out work --resize centre-ink
  zkinfer model import iris.onnx --out work --input values --input-range 0:8 \\
      --input-bits 8 --classes iris.txt
  zkinfer model import imagenet.onnx --out work --output top-k:5
  zkinfer model import prices.onnx --out work --output values:24
  zkinfer model import cifar.onnx --out work --input-bits 6 --mean 0.49,0.48,0.45 \\
      --std 0.25,0.24,0.26

Without data the import compares the quantised model with the float one on random inputs. Where the default bits lose its answers, or the effect of a \
feature in small units, it takes more bits and says so; what is still lost is a warning. `zkinfer model calibrate` chooses bits and ranges on data.

Pictures are taken as they are. --polarity auto-by-border lets a requester's client invert drawings of the other polarity, and say that it did.

With --mean, --std and --scale the manifest tells how an input is normalised, so that requesters give pictures as they are. Weights that \
PyTorch has put into a file beside the model (model.onnx.data) are read from there.";

/// Options of `zkinfer model import`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Opts {
    /// The ONNX file.
    onnx: PathBuf,
    /// Directory for the files; it is made if it is missing.
    #[arg(long, short, value_name = "DIR")]
    out: PathBuf,
    /// Name of the files without extension [default: the ONNX file's].
    #[arg(long, value_name = "STEM", value_parser = Stem::parser())]
    stem: Option<Stem>,
    #[command(flatten)]
    force: Force,
    #[command(flatten)]
    memory: MemoryOpts,
    #[command(flatten)]
    quantize: QuantizeOpts,
}

#[derive(Serialize)]
struct Summary {
    #[serde(serialize_with = "crate::output::path")]
    model_file: PathBuf,
    #[serde(serialize_with = "crate::output::path")]
    manifest_file: PathBuf,
    #[serde(with = "hexadecimal")]
    manifest_hash: ManifestHash,
    classes: usize,
    /// The model's answer, in words.
    answer: String,
    /// The power of two, by its exponent, that the values of the answer are divided by.
    #[serde(skip_serializing_if = "is_zero")]
    output_shift: u8,
    layers: Vec<Layer>,
    /// Of a model that was quantised already.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rescales: Vec<Rescale>,
    /// Returns the effect of the model on random inputs.
    fidelity: FidelityRow,
    /// Returns the warnings before keys are made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    #[serde(flatten)]
    description: Description,
}

#[derive(Serialize)]
struct Layer {
    node: usize,
    operation: &'static str,
    name: String,
    weights: usize,
    weight_bits: u32,
    weight_error: f64,
    accumulator_bits: u32,
    shift: u8,
}

/// [`Fidelity`] for machines.
#[derive(Serialize)]
struct FidelityRow {
    /// Random inputs, and those of them with a clear answer by the float model.
    samples: usize,
    clear: usize,
    /// Clear answers that the quantised model does not give.
    differing: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_error: Option<f64>,
    /// Inputs whose effect on the answer is lost.
    lost_features: Vec<usize>,
    is_constant: bool,
}

impl From<Fidelity> for FidelityRow {
    fn from(fidelity: Fidelity) -> Self {
        let Fidelity { samples, clear, differing, value_error, lost_features, is_constant, .. } =
            fidelity;
        let lost_features = lost_features.into_iter().map(|(index, _)| index).collect();
        Self { samples, clear, differing, value_error, lost_features, is_constant }
    }
}

#[derive(Serialize)]
struct Rescale {
    node: usize,
    name: String,
    shift: u8,
    /// Integers whose result is one step off from that of floats.
    differing: u64,
    reached: u64,
}

impl Opts {
    /// Imports.
    ///
    /// # Errors
    /// The ONNX file cannot be read, quantised or proved; the results cannot be written.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let stem = self.stem.clone().unwrap_or_else(|| Stem::of(&self.onnx));
        let model_file = stem.named(&self.out, "zkm");
        let manifest_file = stem.named(&self.out, "manifest.json");
        let existing = Existing::from(self.force);
        let _made = files::directory(&self.out)?;
        files::check_target(&model_file, existing)?;
        files::check_target(&manifest_file, existing)?;

        let onnx = load_onnx(&self.onnx)?;
        let quantized = self.quantize.quantize(&onnx, &self.onnx)?;
        let warnings = quantized.warnings();
        let Quantized { imported: Imported { model, manifest, report }, fidelity, .. } = quantized;
        let bytes = file::encode(&model);
        let model = Model { graph: Arc::new(model), hash: ModelHash(file::hash(&bytes)) };
        let limit = self.memory.limit();
        let (circuit, refused) = Circuit::of_model(&model, &self.onnx, limit)?;
        let result = Summary {
            manifest_hash: ManifestHash(manifest.hash()),
            classes: manifest.classes.len(),
            answer: manifest.output_kind().to_string(),
            output_shift: report.output_shift,
            layers: report.layers.into_iter().map(Layer::from).collect(),
            rescales: report.rescales.into_iter().map(Rescale::from).collect(),
            description: Description::of(&model, circuit, &self.onnx, limit)?,
            fidelity: FidelityRow::from(fidelity),
            warnings,
            model_file,
            manifest_file,
        };

        let model = files::prepare(&result.model_file, Access::Owner, existing, |out| {
            out.write_all(&bytes)
        })?;
        let json = manifest.to_json();
        let manifest = files::prepare(&result.manifest_file, Access::Public, existing, |out| {
            out.write_all(&json)
        })?;
        model.publish()?;
        manifest.publish()?;
        out.report(&result)?;
        result.warnings.iter().for_each(|warning| out.warn(warning));
        let model = result.model_file.display();
        if let Some(refused) = refused {
            out.warn(&format!("{model}: no keys can be made here: {refused}"));
        }
        out.hint(&format!(
            "make its keys with `zkinfer keys setup {model} --out {}`",
            self.out.display()
        ));
        Ok(())
    }
}

fn is_zero(shift: &u8) -> bool {
    *shift == 0
}

/// Reads an ONNX file.
///
/// # Errors
/// It cannot be read, or is no model that can be proved.
pub fn load_onnx(path: &Path) -> Result<OnnxModel, Error> {
    let bytes = files::read(path, "ONNX file", onnx::MAX_BYTES as u64)?;
    let names = OnnxModel::external_files(&bytes).map_err(Error::in_file(path))?;
    let files = beside(path, names)?;
    OnnxModel::decode_with(&bytes, &files).map_err(Error::in_file(path))
}

/// The files that a model keeps weights in. Their names are relative paths that stay inside its
/// folder; what a link in it points to is the user's affair. All together have at most as many
/// bytes as an ONNX file may have.
fn beside(path: &Path, names: Vec<String>) -> Result<onnx::Files, Error> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut left = onnx::MAX_BYTES as u64;
    let mut files = onnx::Files::new();
    for name in names {
        let bytes = files::read(&folder.join(&name), "file of an ONNX model's weights", left)?;
        left -= bytes.len() as u64;
        files.insert(name, bytes);
    }
    Ok(files)
}

impl From<zkml_quantize::LayerReport> for Layer {
    fn from(layer: zkml_quantize::LayerReport) -> Self {
        Self {
            node: layer.node,
            operation: layer.op,
            name: layer.name,
            weights: layer.weights,
            weight_bits: layer.weight_bits,
            weight_error: layer.weight_error,
            accumulator_bits: layer.accumulator_bits,
            shift: layer.shift,
        }
    }
}

impl From<zkml_quantize::RescaleReport> for Rescale {
    fn from(rescale: zkml_quantize::RescaleReport) -> Self {
        Self {
            node: rescale.node,
            name: rescale.name,
            shift: rescale.shift,
            differing: rescale.differing,
            reached: rescale.reached,
        }
    }
}

impl Summary {
    fn rescales(&self, page: &mut Page) {
        if self.rescales.is_empty() {
            return;
        }
        page.title("Taken as it is quantised");
        let mut table =
            Table::new(["node", "name", "shift", "integers that can come", "one step off"]);
        for rescale in &self.rescales {
            table.row([
                rescale.node.to_string(),
                rescale.name.clone(),
                rescale.shift.to_string(),
                thousands(rescale.reached),
                thousands(rescale.differing),
            ]);
        }
        page.table(table);
    }
}

impl Report for Summary {
    fn page(&self, page: &mut Page) {
        page.field("model file", self.model_file.display());
        page.field("manifest", self.manifest_file.display());
        page.field("manifest hash", self.manifest_hash);
        page.field("answer", &self.answer);
        if self.output_shift > 0 {
            let shift = self.output_shift;
            page.field(
                "answer's values",
                format!("divided by 2^{shift} and rounded, to fit into an answer"),
            );
        }
        page.title("Quantisation");
        let mut table = Table::new([
            "node",
            "operation",
            "name",
            "weights",
            "bits",
            "error",
            "accumulator bits",
            "shift before",
        ]);
        for layer in &self.layers {
            table.row([
                layer.node.to_string(),
                layer.operation.into(),
                layer.name.clone(),
                thousands(layer.weights as u64),
                layer.weight_bits.to_string(),
                format!("{:.2} %", 100.0 * layer.weight_error),
                layer.accumulator_bits.to_string(),
                layer.shift.to_string(),
            ]);
        }
        page.table(table);
        self.rescales(page);
        self.description.page(page);
    }
}
