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
use zkml_data::{
    dataset::{self, Images},
    preprocess,
};
use zkml_model::{Manifest, file, infer, output::OutputKind};
use zkml_onnx::{OnnxModel, float};

use super::{
    import::load_onnx,
    manifest::{beside, check_fit},
    quantize::QuantizeOpts,
};
use crate::{
    error::Error,
    output::{Output, Page, Report, thousands},
};
use zkinfer::Progress;
use zkinfer::{
    artefacts::{
        manifest,
        model::{self, Model},
    },
    files,
};

const AFTER_HELP: &str = "\
Pictures and labels are idx files, plain or gzip, as MNIST has them; `scripts/fetch-mnist` fetches the full test set. The \
quantised model gets what a requester would commit to; the float model gets the pictures as they are. Of a model that answers with \
its best classes, how often the right one is among them is measured too; of one that answers with a single value, how far it is from \
the label.

Examples:
  zkinfer model eval work/mnist.zkm --float mnist.onnx \\
      --images t10k-images-idx3-ubyte.gz --labels t10k-labels-idx1-ubyte.gz
  zkinfer model eval mnist.onnx --input-bits 2 --images … --labels …   try it, write nothing";

/// Options of `zkinfer model eval`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Opts {
    /// The model file (*.zkm), or an ONNX file, which is quantised by the options below and
    /// compared with itself.
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

/// The measured quantity.
struct Subject {
    model: Model,
    manifest: Manifest,
    float: Option<OnnxModel>,
}

#[derive(Serialize)]
struct Summary {
    pictures: usize,
    #[serde(flatten)]
    classes: Option<Classes>,
    #[serde(flatten)]
    values: Option<Errors>,
}

/// The number of right classes.
#[derive(Serialize)]
struct Classes {
    quantised_right: usize,
    quantised_percent: f64,
    /// The number of right classes among the best ones, of a model that answers with several.
    #[serde(skip_serializing_if = "Option::is_none")]
    top_right: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_percent: Option<f64>,
    #[serde(flatten)]
    float: Option<Comparison>,
}

/// The error of a single value against the label, taken as a number.
#[derive(Serialize)]
struct Errors {
    quantised_mean_absolute_error: f64,
    quantised_root_mean_square_error: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    float_mean_absolute_error: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    float_root_mean_square_error: Option<f64>,
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

/// Counts of right answers, and sums of errors and of their squares.
#[derive(Clone, Copy, Default)]
struct Counts {
    quantised: usize,
    top: usize,
    float: usize,
    agree: usize,
    quantised_error: [f64; 2],
    float_error: [f64; 2],
}

impl Counts {
    fn plus(self, other: Self) -> Self {
        let both = |a: [f64; 2], b: [f64; 2]| [a[0] + b[0], a[1] + b[1]];
        Self {
            quantised: self.quantised + other.quantised,
            top: self.top + other.top,
            float: self.float + other.float,
            agree: self.agree + other.agree,
            quantised_error: both(self.quantised_error, other.quantised_error),
            float_error: both(self.float_error, other.float_error),
        }
    }
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
        let counts = subject
            .measure(&images, &labels, total, &progress)
            .map_err(Error::in_file(&self.images))?;
        progress.finish();
        out.report(&Summary::new(total, counts, &subject))
    }

    fn subject(&self) -> Result<Subject, Error> {
        let is_model = starts_with(&self.model, &file::MAGIC)?;
        if !is_model && self.model.extension().is_some_and(|extension| extension == "onnx") {
            let onnx = load_onnx(&self.model)?;
            let imported = self.quantize.quantize(&onnx, &self.model)?.imported;
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

/// The reason why a picture has no answer.
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
            let counts = self
                .one(images, pixels, *label)
                .map_err(|source| PictureError { index, source })?;
            progress.report("pictures", done.fetch_add(1, Ordering::Relaxed) + 1, total as u64);
            Ok(counts)
        };
        pictures.into_par_iter().map(one).try_reduce(Counts::default, |a, b| Ok(a.plus(b)))
    }

    fn one(
        &self,
        images: &Images,
        pixels: &[u8],
        label: u8,
    ) -> Result<Counts, Box<dyn std::error::Error + Send + Sync>> {
        let input = preprocess::gray(&self.manifest, images.height, images.width, pixels)?;
        let trace = infer::run(&self.model.graph, &input)?;
        let float = match &self.float {
            Some(float) => {
                Some(float::run(float, &preprocess::pixels_as_reals(&self.manifest, pixels))?)
            }
            None => None,
        };
        let last = trace.tensors.last().map(Vec::as_slice).unwrap_or_default();
        if let (Some(scale), [value]) = (self.manifest.output_scale(), last) {
            let error = |value: f64| {
                let error = (value - f64::from(label)).abs();
                [error, error * error]
            };
            let float = float.as_ref().and_then(|values| values.first());
            return Ok(Counts {
                quantised_error: error(scale * *value as f64),
                float_error: float.map(|value| error(f64::from(*value))).unwrap_or_default(),
                ..Counts::default()
            });
        }
        // Of values, the greatest is the class.
        let quantised = trace.class.unwrap_or_else(|| infer::arg_max(last) as u32);
        let float = float.map(|scores| infer::arg_max(&scores) as u32);
        let label = u32::from(label);
        Ok(Counts {
            quantised: usize::from(quantised == label),
            top: usize::from(last.contains(&i64::from(label))),
            float: usize::from(float == Some(label)),
            agree: usize::from(float == Some(quantised)),
            ..Counts::default()
        })
    }
}

impl Summary {
    fn new(pictures: usize, counts: Counts, subject: &Subject) -> Self {
        let compared = subject.float.is_some();
        let kind = subject.manifest.output_kind();
        if let OutputKind::Values { count: 1, .. } = kind {
            let mean = |[absolute, _]: [f64; 2]| absolute / pictures as f64;
            let root = |[_, square]: [f64; 2]| (square / pictures as f64).sqrt();
            let values = Errors {
                quantised_mean_absolute_error: mean(counts.quantised_error),
                quantised_root_mean_square_error: root(counts.quantised_error),
                float_mean_absolute_error: compared.then(|| mean(counts.float_error)),
                float_root_mean_square_error: compared.then(|| root(counts.float_error)),
            };
            return Self { pictures, classes: None, values: Some(values) };
        }
        let percent = |right: usize| 100.0 * right as f64 / pictures as f64;
        let float = compared.then(|| Comparison {
            float_right: counts.float,
            float_percent: percent(counts.float),
            agree: counts.agree,
            agree_percent: percent(counts.agree),
            points_lost: percent(counts.float) - percent(counts.quantised),
        });
        let top = matches!(kind, OutputKind::TopClasses { .. }).then_some(counts.top);
        let classes = Classes {
            quantised_right: counts.quantised,
            quantised_percent: percent(counts.quantised),
            top_right: top,
            top_percent: top.map(percent),
            float,
        };
        Self { pictures, classes: Some(classes), values: None }
    }
}

impl Report for Summary {
    fn page(&self, page: &mut Page) {
        page.field("pictures", thousands(self.pictures as u64));
        if let Some(classes) = &self.classes {
            classes.page(page);
        }
        if let Some(values) = &self.values {
            let both = |absolute: f64, square: f64| {
                format!("mean {absolute:.4}, root mean square {square:.4}")
            };
            let (absolute, square) =
                (values.quantised_mean_absolute_error, values.quantised_root_mean_square_error);
            page.field("error, quantised", both(absolute, square));
            let float = values.float_mean_absolute_error.zip(values.float_root_mean_square_error);
            if let Some((absolute, square)) = float {
                page.field("error, float", both(absolute, square));
            }
        }
    }
}

impl Classes {
    fn page(&self, page: &mut Page) {
        let of = |right: usize, percent: f64| {
            format!("{percent:.2} %  ({} right)", thousands(right as u64))
        };
        page.field("quantised", of(self.quantised_right, self.quantised_percent));
        if let Some((right, percent)) = self.top_right.zip(self.top_percent) {
            page.field("among the best", of(right, percent));
        }
        if let Some(float) = &self.float {
            page.field("float", of(float.float_right, float.float_percent));
            page.field("lost", format!("{:.2} points", float.points_lost));
            page.field("same answer", format!("{:.2} %", float.agree_percent));
        }
    }
}
