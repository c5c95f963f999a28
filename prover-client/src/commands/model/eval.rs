//! `zkinfer model eval`: accuracy on labelled pictures.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use clap::Args;
use rayon::prelude::*;
use serde::Serialize;
use zkinfer_primitives::ModelHash;
use zkml_model::{
    Manifest, OnnxModel,
    dataset::{self, Images},
    file, float, infer, preprocess,
};

use super::{
    import::load_onnx,
    manifest::{beside, check_fit},
    quantize::QuantizeOpts,
};
use crate::{
    artefacts::{
        manifest,
        model::{self, Model},
    },
    error::Error,
    files,
    output::{Output, Page, Report, thousands},
    progress::Progress,
};

const AFTER_HELP: &str = "\
Pictures and labels are idx files, plain or gzip, as MNIST has them; `scripts/fetch-mnist` fetches the full test set. The \
quantised model gets what a requester would commit to; the float model gets the pictures as they are.

Examples:
  zkinfer model eval work/mnist.zkm --float mnist.onnx \\
      --images t10k-images-idx3-ubyte.gz --labels t10k-labels-idx1-ubyte.gz
  zkinfer model eval mnist.onnx --input-bits 2 --images … --labels …   try it, write nothing";

/// Options of `zkinfer model eval`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Opts {
    /// The model file (*.zkm), or an ONNX file, which is quantised by the options below and compared with itself.
    model: PathBuf,
    /// The manifest of a model file [default: the one beside it].
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Pictures, an idx file.
    #[arg(long, value_name = "FILE")]
    images: PathBuf,
    /// Labels, an idx file.
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,
    /// The ONNX file that the model was imported from, to compare with.
    #[arg(long, value_name = "ONNX")]
    float: Option<PathBuf>,
    /// Use the first so many pictures only.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    quantize: QuantizeOpts,
}

/// What is measured.
struct Subject {
    model: Model,
    manifest: Manifest,
    float: Option<OnnxModel>,
}

#[derive(Serialize)]
struct Summary {
    pictures: usize,
    quantised_right: usize,
    quantised_percent: f64,
    #[serde(flatten)]
    float: Option<Comparison>,
}

#[derive(Serialize)]
struct Comparison {
    float_right: usize,
    float_percent: f64,
    agree: usize,
    agree_percent: f64,
    /// Percentage points of accuracy that quantisation costs.
    points_lost: f64,
}

/// How often what was right.
#[derive(Clone, Copy, Default)]
struct Counts {
    quantised: usize,
    float: usize,
    agree: usize,
}

impl Opts {
    /// Measures.
    ///
    /// # Errors
    /// A file cannot be read, or model and pictures do not fit.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let subject = self.subject()?;
        let images = files::read(&self.images, "idx file of pictures", dataset::MAX_BYTES)?;
        let images = Images::read(&images).map_err(Error::in_file(&self.images))?;
        let labels = files::read(&self.labels, "idx file of labels", dataset::MAX_BYTES)?;
        let labels = dataset::labels(&labels).map_err(Error::in_file(&self.labels))?;
        dataset::check_pair(&images, &labels).map_err(Error::in_file(&self.labels))?;
        let total = labels.len().min(self.limit.unwrap_or(usize::MAX));
        if total == 0 {
            return Err(Error::failed(format!(
                "{}: there is no picture to measure with",
                self.images.display()
            ))
            .with_hint("give files with pictures, and a --limit above 0"));
        }
        let progress = out.progress("measuring");
        let counts =
            subject.measure(&images, &labels, total, &progress).map_err(Error::in_file(&self.images))?;
        progress.finish();
        out.report(&Summary::new(total, counts, subject.float.is_some()))
    }

    fn subject(&self) -> Result<Subject, Error> {
        let is_model = starts_with(&self.model, &file::MAGIC)?;
        if !is_model && self.model.extension().is_some_and(|extension| extension == "onnx") {
            let onnx = load_onnx(&self.model)?;
            let imported = self.quantize.quantize(&onnx, &self.model)?;
            let hash = ModelHash(file::hash(&file::encode(&imported.model)));
            let model = Model { graph: Arc::new(imported.model), hash };
            return Ok(Subject { model, manifest: imported.manifest, float: Some(onnx) });
        }
        let model = model::load(&self.model)?;
        let path = self.manifest.clone().unwrap_or_else(|| beside(&self.model));
        let manifest = manifest::load(&path)?;
        check_fit(&manifest, &model, &path, &self.model)?;
        let float = self.float.as_deref().map(load_onnx).transpose()?;
        Ok(Subject { model, manifest, float })
    }
}

fn starts_with(path: &Path, magic: &[u8]) -> Result<bool, Error> {
    use std::io::Read;
    let (file, _) = files::open(path, model::WHAT)?;
    let mut start = Vec::new();
    let failed = |source| files::FileError::Read { path: path.into(), what: model::WHAT, source };
    file.take(magic.len() as u64).read_to_end(&mut start).map_err(failed)?;
    Ok(start == magic)
}

/// Why a picture has no answer.
#[derive(Debug, thiserror::Error)]
#[error("picture {index}: {source}")]
struct PictureError {
    index: usize,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl Subject {
    fn measure(
        &self,
        images: &Images,
        labels: &[u8],
        total: usize,
        progress: &Progress,
    ) -> Result<Counts, PictureError> {
        let done = AtomicU64::new(0);
        let pictures: Vec<_> = images.iter().zip(labels).take(total).enumerate().collect();
        let one = |(index, (pixels, label)): (usize, (&[u8], &u8))| {
            let counts = self.one(images, pixels, *label).map_err(|source| PictureError { index, source })?;
            progress.tell("pictures", done.fetch_add(1, Ordering::Relaxed) + 1, total as u64);
            Ok(counts)
        };
        pictures.into_par_iter().map(one).try_reduce(Counts::default, |a, b| {
            Ok(Counts {
                quantised: a.quantised + b.quantised,
                float: a.float + b.float,
                agree: a.agree + b.agree,
            })
        })
    }

    fn one(
        &self,
        images: &Images,
        pixels: &[u8],
        label: u8,
    ) -> Result<Counts, Box<dyn std::error::Error + Send + Sync>> {
        let input = preprocess::gray(&self.manifest, images.height, images.width, pixels)?;
        let quantised = infer::run(&self.model.graph, &input)?.class;
        let label = Some(u32::from(label));
        let float = match &self.float {
            Some(float) => {
                Some(float::classify(float, &preprocess::pixels_as_reals(&self.manifest, pixels))?)
            }
            None => None,
        };
        Ok(Counts {
            quantised: usize::from(quantised == label),
            float: usize::from(float.is_some() && float == label),
            agree: usize::from(float.is_some() && float == quantised),
        })
    }
}

impl Summary {
    fn new(pictures: usize, counts: Counts, compared: bool) -> Self {
        let percent = |right: usize| 100.0 * right as f64 / pictures as f64;
        let float = compared.then(|| Comparison {
            float_right: counts.float,
            float_percent: percent(counts.float),
            agree: counts.agree,
            agree_percent: percent(counts.agree),
            points_lost: percent(counts.float) - percent(counts.quantised),
        });
        Self {
            pictures,
            quantised_right: counts.quantised,
            quantised_percent: percent(counts.quantised),
            float,
        }
    }
}

impl Report for Summary {
    fn page(&self, page: &mut Page) {
        let of = |right: usize, percent: f64| format!("{percent:.2} %  ({} right)", thousands(right as u64));
        page.field("pictures", thousands(self.pictures as u64));
        page.field("quantised", of(self.quantised_right, self.quantised_percent));
        if let Some(float) = &self.float {
            page.field("float", of(float.float_right, float.float_percent));
            page.field("lost", format!("{:.2} points", float.points_lost));
            page.field("same answer", format!("{:.2} %", float.agree_percent));
        }
    }
}
