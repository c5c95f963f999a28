//! `zkinfer model calibrate`: the cheapest quantisation within an accuracy budget, on data.

use std::path::{Path, PathBuf};

use clap::Args;
use zkinfer_primitives::{ManifestHash, ModelHash, ProofSystem};
use zkml_data::{
    dataset,
    samples::{self, Samples},
};
use zkml_model::{Manifest, file, manifest::Image};
use zkml_onnx::OnnxModel;
use zkml_quantize::{Imported, InputKind, Options, calibrate::Reference, quantize};

use super::{
    import::load_onnx,
    quantize::PublicOpts,
    ranges::{RangeOpts, Ranges},
};
use crate::{
    calibrate::{
        candidates::{Choice, GridOpts},
        cost::Cost,
        report::{Calibration, Chosen, Failure, Measure, Quality, Row, layers},
        search::{Found, Setting},
    },
    error::Error,
    output::Output,
};
use crate::{
    options::{Force, MemoryOpts, SystemArg},
    stem::Stem,
};
use zkinfer::Progress;
use zkinfer::{
    files::{self, Access, Existing, Unpublished},
    system,
};

const AFTER_HELP: &str = "\
Fewer bits make smaller circuits, and too few cost accuracy. Every combination of the lists below is quantised and its circuit's size \
counted; then they are measured on the data, cheapest first, until one loses no more than the budget. Time and memory are \
estimates, for this number of threads. The table says of every candidate what it costs and loses, or why it cannot be.

Data is an idx file of pictures (plain or gzip) as MNIST has them, or a NumPy array (.npy, .npz) of shape [N, ...] with the numbers that the \
model takes; with --mean, --std or --scale the numbers before that. Labels are class numbers, an idx file or an array of N integers. \
Without labels the float model's answers count as right.

With --out the chosen model is written as `zkinfer model import` writes it, and its options are shown, so that a later import \
gives the same files.

Exit code 0 if a candidate was chosen, 1 if none stays within the budget or can be proved here.

Examples:
  zkinfer model calibrate mnist.onnx --data t10k-images-idx3-ubyte.gz \\
      --labels t10k-labels-idx1-ubyte.gz --budget 0.2 --out work
  zkinfer model calibrate iris.onnx --data iris-x.npy --labels iris-y.npy --budget 1
  zkinfer model calibrate iris.onnx --data iris.npz --data-array x \\
      --labels iris.npz --labels-array y
  zkinfer model calibrate mnist.onnx --data train.npy --proof-system halo2 --input-bits 2,4 \\
      --relu-bits 24,8,6 --report calibration.md";

/// Options of `zkinfer model calibrate`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Opts {
    /// The ONNX file.
    onnx: PathBuf,
    /// Samples: an idx file of pictures, or a NumPy array (.npy, .npz).
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// Name of the samples in a .npz file of several arrays.
    #[arg(long, value_name = "NAME")]
    data_array: Option<String>,
    /// Their labels: an idx file, or a NumPy array of integers; the same .npz file may hold both.
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// Name of the labels in a .npz file of several arrays.
    #[arg(long, value_name = "NAME", requires = "labels")]
    labels_array: Option<String>,
    /// Percentage points of accuracy that may be lost to the float model; without labels, of
    /// answers that differ from its.
    #[arg(long, value_name = "POINTS", default_value = "0.5", value_parser = points)]
    budget: f64,
    /// The proof system whose cost counts.
    #[arg(long, value_name = "SYSTEM", default_value = "groth16")]
    proof_system: SystemArg,
    /// Use so many samples, spread over the file [default: all].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    samples: Option<u32>,
    /// Measure dearer candidates too.
    #[arg(long)]
    all: bool,
    /// Most steps with fewer bits for single layers, from the chosen candidate on; 0 for none.
    #[arg(long, value_name = "N", default_value_t = 16)]
    refine: usize,
    /// Directory for the model file and its manifest; it is made if it is missing [default: nothing
    /// is written].
    #[arg(long, short, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Name of the files without extension [default: the ONNX file's].
    #[arg(long, value_name = "STEM", requires = "out", value_parser = Stem::parser())]
    stem: Option<Stem>,
    /// File for the report: JSON if it ends with .json, else Markdown.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    force: Force,
    #[command(flatten)]
    memory: MemoryOpts,
    #[command(flatten)]
    input_range: RangeOpts,
    #[command(flatten)]
    grid: GridOpts,
    #[command(flatten)]
    public: PublicOpts,
}

/// Percentage points on the command line.
fn points(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|error| format!("{error}"))?;
    if (0.0..=100.0).contains(&number) { Ok(number) } else { Err("it may be 0 to 100".into()) }
}

/// The data of the calibration.
struct Data {
    samples: Samples,
    labels: Option<Vec<u32>>,
}

impl Opts {
    /// Calibrates.
    ///
    /// # Errors
    /// A file cannot be read, or does not fit the model; no candidate is within the budget; the
    /// results cannot be written.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let existing = Existing::from(self.force);
        let _made = self.out.as_deref().map(files::directory).transpose()?;
        let targets = self.targets();
        targets
            .iter()
            .flatten()
            .chain(&self.report)
            .try_for_each(|path| files::check_target(path, existing))?;
        let onnx = load_onnx(&self.onnx)?;
        let data = self.data(&onnx)?;
        let base = self.base(&onnx, &data.samples)?;
        self.waste(&base, &data.samples).iter().for_each(|warning| out.warn(warning));
        let progress = out.progress("calibrating");
        let manifest = self.manifest(&onnx, &base)?;
        let reference = self.reference(&onnx, &manifest, &data, &progress)?;
        let choices = self.grid.choices(&onnx, &data.samples, reference.arguments())?;
        let setting = Setting {
            onnx: &onnx,
            base: &base,
            samples: &data.samples,
            reference: &reference,
            system: ProofSystem::from(self.proof_system),
            budget: self.budget,
            limit: self.memory.limit(),
            all: self.all,
            refine: if onnx.is_quantized() { 0 } else { self.refine },
        };
        let found = setting.search(choices, &progress).map_err(Error::in_file(&self.data))?;
        let mut calibration =
            self.calibration(&setting, &found, &manifest, data.labels.is_some())?;
        progress.finish();
        let mut written = Vec::new();
        if let (Some(imported), Some([model, manifest]), Some(chosen)) =
            (&found.chosen, &targets, &mut calibration.chosen)
        {
            written = write_model(imported, [model, manifest], existing)?;
            (chosen.model_file, chosen.manifest_file) =
                (Some(model.clone()), Some(manifest.clone()));
        }
        if let Some(path) = &self.report {
            written.push(write_report(&calibration, path, existing)?);
        }
        written.into_iter().try_for_each(Unpublished::publish)?;
        out.report(&calibration)?;
        self.end(&calibration, out)
    }

    /// Options of the output files.
    fn targets(&self) -> Option<[PathBuf; 2]> {
        let stem = self.stem.clone().unwrap_or_else(|| Stem::of(&self.onnx));
        let out = self.out.as_ref()?;
        Some(["zkm", "manifest.json"].map(|extension| stem.named(out, extension)))
    }

    fn data(&self, onnx: &OnnxModel) -> Result<Data, Error> {
        let mut samples = load_samples(&self.data, &onnx.shape, self.data_array.as_deref())?;
        let array = self.labels_array.as_deref();
        let labels = self
            .labels
            .as_deref()
            .map(|path| load_labels(path, onnx.classes(), array))
            .transpose()?;
        if let (Some(labels), Some(path)) = (&labels, &self.labels)
            && labels.len() != samples.len()
        {
            let (count, data, samples) = (labels.len(), self.data.display(), samples.len());
            let message = format!(
                "{}: has {count} labels for the {samples} samples of {data}",
                path.display()
            );
            return Err(Error::failed(message).with_hint("give the two files of one data set"));
        }
        let Some(count) = self.samples else { return Ok(Data { samples, labels }) };
        let order: Vec<usize> = zkml_quantize::calibrate::spread(samples.len())
            .into_iter()
            .take(count as usize)
            .collect();
        samples = samples.choose(&order);
        let labels = labels.map(|all| order.iter().filter_map(|i| all.get(*i)).copied().collect());
        Ok(Data { samples, labels })
    }

    /// The options that all candidates share.
    fn base(&self, onnx: &OnnxModel, samples: &Samples) -> Result<Options, Error> {
        let public = self.public.options(onnx, &self.onnx)?;
        let data = match &public.preprocessing {
            // Pixels have a range whatever the data is.
            InputKind::Image(Image { normalise: Some(_), .. }) => None,
            InputKind::Normalised(normalise) => samples.ranges(Some(normalise)),
            _ => samples.ranges(None),
        };
        let options = match self.input_range.read()? {
            Some(Ranges::All(range)) => Options { input_range: Some(range), ..public },
            Some(Ranges::Each(input_ranges)) => Options { input_ranges, ..public },
            // It has its own.
            None if onnx.is_quantized() => public,
            None => match data {
                Some(ranges) if matches!(onnx.shape.as_slice(), [_]) && differ(&ranges) => {
                    Options {
                        input_ranges: ranges.into_iter().map(rounded_out).collect(),
                        ..public
                    }
                }
                Some(ranges) => Options { input_range: Some(rounded_out(hull(&ranges))), ..public },
                None => public,
            },
        };
        Ok(options)
    }

    /// A warning where the data uses a small part of the range that was given.
    fn waste(&self, base: &Options, samples: &Samples) -> Option<String> {
        let Some(Ranges::All((low, high))) = self.input_range.read().ok()? else { return None };
        let normalise = match &base.preprocessing {
            InputKind::Normalised(normalise) => Some(normalise),
            InputKind::Image(_) => return None,
            _ => None,
        };
        let ranges = samples.ranges(normalise)?;
        let narrow = |(low_of, high_of): &(f64, f64)| {
            high_of > low_of && high_of - low_of < (high - low) / WASTED
        };
        let (first, of) = ranges.iter().enumerate().find(|(_, range)| narrow(range))?;
        let count = ranges.iter().filter(|range| narrow(range)).count();
        Some(format!(
            "{count} of {} features use less than a {WASTED}th of --input-range {low}:{high}, feature {first} only {} to {}: leave it out, or give each feature its own",
            ranges.len(),
            of.0,
            of.1
        ))
    }

    /// A manifest, which says what pixels and numbers stand for; all candidates' say the same.
    fn manifest(&self, onnx: &OnnxModel, base: &Options) -> Result<Manifest, Error> {
        let any = Choice::of_import().options(base);
        // The widest accumulators: what does not fit even so is the model's or an option's fault.
        let any = if onnx.is_quantized() {
            any
        } else {
            Options { relu_bits: vec![48], tolerance: 0.0, ..any }
        };
        Ok(quantize(onnx, &any).map_err(Error::in_file(&self.onnx))?.manifest)
    }

    /// Returns the results of the float model on the data.
    fn reference(
        &self,
        onnx: &OnnxModel,
        manifest: &Manifest,
        data: &Data,
        progress: &Progress,
    ) -> Result<Reference, Error> {
        let total = data.samples.len() as u64;
        let tell = |done: usize| progress.report("float model", done as u64, total);
        Reference::of(onnx, manifest, &data.samples, data.labels.clone(), &tell)
            .map_err(Error::in_file(&self.data))
    }

    fn calibration(
        &self,
        setting: &Setting<'_>,
        found: &Found,
        manifest: &Manifest,
        labelled: bool,
    ) -> Result<Calibration, Error> {
        // Of pictures that are normalised it depends a little on the bits.
        let input = &found.chosen.as_ref().map_or(manifest, |imported| &imported.manifest).input;
        let measured = found.candidates.iter().find_map(|candidate| {
            candidate.measured.as_ref().filter(|measured| measured.samples == setting.samples.len())
        });
        let float =
            measured.map(zkml_quantize::calibrate::Measured::float_accuracy).filter(|_| labelled);
        let chosen = self.chosen(setting, found)?;
        Ok(Calibration {
            onnx: self.onnx.clone(),
            data: self.data.clone(),
            labels: self.labels.clone(),
            quantised_already: setting.onnx.is_quantized(),
            samples: setting.samples.len(),
            measure: match (found.best().and_then(|best| best.measured.as_ref()), labelled) {
                (Some(measured), _) if measured.values => Measure::Values,
                (_, true) => Measure::Accuracy,
                (_, false) => Measure::Agreement,
            },
            budget_points: self.budget,
            float_percent: float,
            input_range: [input.low, input.high],
            proof_system: system::name(setting.system),
            memory_limit_bytes: setting.limit.bytes(),
            candidates: found.candidates.iter().map(Row::from).collect(),
            failure: chosen.is_none().then(|| self.failure(found)),
            chosen,
        })
    }

    fn chosen(&self, setting: &Setting<'_>, found: &Found) -> Result<Option<Chosen>, Error> {
        let (Some(candidate), Some(imported)) = (found.candidate(), &found.chosen) else {
            return Ok(None);
        };
        let Some(measured) = &candidate.measured else { return Ok(None) };
        let systems = [setting.system, other(setting.system)];
        let costs = systems
            .into_iter()
            .filter_map(|system| Cost::of(system, &imported.model, setting.limit).ok());
        // Without one it is from zero to one, but numbers that are normalised have to have one.
        let normalised = matches!(setting.base.preprocessing, InputKind::Normalised(_));
        let already = setting.onnx.is_quantized();
        let each = &setting.base.input_ranges;
        let each =
            each.iter().map(|(low, high)| format!("{low}:{high}")).collect::<Vec<_>>().join(",");
        let range = match setting.base.input_range {
            _ if !each.is_empty() => format!(" --input-range={each}"),
            Some(range) if range != (0.0, 1.0) || normalised => {
                format!(" --input-range {}:{}", range.0, range.1)
            }
            _ => String::new(),
        };
        Ok(Some(Chosen {
            number: candidate.number,
            // The import takes other bits where it thinks better of it; these are chosen on data.
            arguments: format!(
                "{}{range}{}",
                candidate.choice,
                if already { "" } else { " --no-widen" }
            ),
            model_hash: ModelHash(file::hash(&file::encode(&imported.model))),
            manifest_hash: ManifestHash(imported.manifest.hash()),
            measured: Quality::from(measured),
            costs: costs.map(|(cost, _)| cost).collect(),
            layers: layers(setting, imported, measured).map_err(Error::in_file(&self.data))?,
            model_file: None,
            manifest_file: None,
        }))
    }

    /// The reason why nothing was chosen, and what to do.
    fn failure(&self, found: &Found) -> Failure {
        if let Some(best) = found.best() {
            let loss = best.measured.as_ref().map_or(0.0, |measured| measured.loss());
            return Failure {
                message: format!(
                    "no candidate loses at most {} points: candidate {} ({}) loses least, {loss:.2}",
                    self.budget, best.number, best.choice
                ),
                hint: format!(
                    "allow it with --budget {:.2}, list more --input-bits, a --tolerance of 0 or --weight-bits of 15, or train the network with rounded weights",
                    (loss * 100.0).ceil() / 100.0
                ),
            };
        }
        let refused = found.candidates.iter().find_map(|candidate| match &candidate.verdict {
            crate::calibrate::search::Verdict::Memory(error) => Some(error),
            _ => None,
        });
        if let Some(error) = refused {
            return Failure {
                message: format!("no candidate fits into memory: the cheapest does not, {error}"),
                hint: "allow more with --max-memory, or give lists with fewer bits".into(),
            };
        }
        let reason = found.candidates.iter().find_map(|candidate| match &candidate.verdict {
            crate::calibrate::search::Verdict::Impossible(reason) => Some(reason.as_str()),
            _ => None,
        });
        Failure {
            message: format!("no candidate is possible: {}", reason.unwrap_or("there is none")),
            hint: "give lists with more bits, or see the reasons above".into(),
        }
    }

    fn end(&self, calibration: &Calibration, out: &Output) -> Result<(), Error> {
        if let Some(Failure { message, hint }) = &calibration.failure {
            // The JSON document has said it.
            if out.is_json() {
                return Err(Error::Negative);
            }
            let message = format!("{}: {message}", self.onnx.display());
            return Err(Error::failed(message).with_hint(hint.clone()));
        }
        if let Some(float) = calibration.float_percent.filter(|percent| *percent < 50.0) {
            out.warn(&format!(
                "the float model itself has only {float:.1} % right: are these numbers scaled as in training, and these its labels?"
            ));
        }
        let model = calibration.chosen.as_ref().and_then(|chosen| chosen.model_file.as_ref());
        match model {
            Some(model) => out.hint(&format!(
                "make its keys with `zkinfer keys setup {} --proof-system {}`",
                model.display(),
                match ProofSystem::from(self.proof_system) {
                    ProofSystem::Groth16 => "groth16",
                    ProofSystem::Halo2 => "halo2",
                }
            )),
            None => out.hint("nothing was written; with --out DIR the chosen model is"),
        }
        Ok(())
    }
}

fn other(system: ProofSystem) -> ProofSystem {
    match system {
        ProofSystem::Groth16 => ProofSystem::Halo2,
        ProofSystem::Halo2 => ProofSystem::Groth16,
    }
}

/// Reads samples for a model with an input of this shape. `array` is the name of the array in an
/// archive of several.
///
/// # Errors
/// The file cannot be read, or holds none.
pub fn load_samples(path: &Path, shape: &[usize], array: Option<&str>) -> Result<Samples, Error> {
    let bytes = files::read(path, "file of samples", dataset::MAX_BYTES)?;
    Samples::read(&bytes, shape, array).map_err(Error::in_file(path))
}

/// Reads labels of a model with so many classes. `array` is the name of the array in an archive of
/// several.
///
/// # Errors
/// The file cannot be read, or holds none.
pub fn load_labels(path: &Path, classes: usize, array: Option<&str>) -> Result<Vec<u32>, Error> {
    let bytes = files::read(path, "file of labels", dataset::MAX_BYTES)?;
    samples::labels(&bytes, classes, array).map_err(Error::in_file(path))
}

/// The factor by which a range may be wider than its values before most of its bits are waste.
const WASTED: f64 = 16.0;

/// The range around all.
fn hull(ranges: &[(f64, f64)]) -> (f64, f64) {
    let ends = |(low, high): (f64, f64), of: &(f64, f64)| (low.min(of.0), high.max(of.1));
    ranges.iter().fold((f64::INFINITY, f64::NEG_INFINITY), ends)
}

/// Returns `true` if one range for all features would waste most of the bits of one of them. A
/// feature that is always the same needs none.
fn differ(ranges: &[(f64, f64)]) -> bool {
    let (low, high) = hull(ranges);
    ranges
        .iter()
        .any(|(of_low, of_high)| of_high > of_low && (of_high - of_low) * WASTED < high - low)
}

/// A range of few digits around this one; from zero to one if it fits in there.
fn rounded_out((low, high): (f64, f64)) -> (f64, f64) {
    if low >= 0.0 && high <= 1.0 {
        return (0.0, 1.0);
    }
    // Two digits of the width; a single value gets some.
    let unit = 10f64.powf(((high - low).max(high.abs() * 1e-3).max(1e-9)).log10().floor() - 1.0);
    let digits = |number: f64| format!("{number:.12}").parse().unwrap_or(number);
    let (low, high) = (digits((low / unit).floor() * unit), digits((high / unit).ceil() * unit));
    if low < high { (low, high) } else { (low, low + unit) }
}

fn write_model(
    imported: &Imported,
    [model, manifest]: [&Path; 2],
    existing: Existing,
) -> Result<Vec<Unpublished>, Error> {
    let bytes = file::encode(&imported.model);
    let model = files::prepare(model, Access::Owner, existing, |out| out.write_all(&bytes))?;
    let json = imported.manifest.to_json();
    let manifest = files::prepare(manifest, Access::Public, existing, |out| out.write_all(&json))?;
    Ok(vec![model, manifest])
}

/// The report tells about the weights, as the model file does.
fn write_report(
    calibration: &Calibration,
    path: &Path,
    existing: Existing,
) -> Result<Unpublished, Error> {
    let text = if path.extension().is_some_and(|extension| extension == "json") {
        serde_json::to_string_pretty(calibration).map_err(Error::failed)? + "\n"
    } else {
        calibration.markdown()
    };
    Ok(files::prepare(path, Access::Owner, existing, |out| out.write_all(text.as_bytes()))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_of_numbers_is_rounded_outwards() {
        assert_eq!(rounded_out((0.0, 1.0)), (0.0, 1.0));
        assert_eq!(rounded_out((0.2, 0.7)), (0.0, 1.0));
        assert_eq!(rounded_out((0.0, 255.0)), (0.0, 260.0));
        assert_eq!(rounded_out((-0.4242, 2.8215)), (-0.5, 2.9));
        assert_eq!(rounded_out((4.31, 7.92)), (4.3, 8.0));
        for single in [3.0, -3.0, 1e6] {
            let (low, high) = rounded_out((single, single));
            assert!(low <= single && single <= high && low < high, "{single}: {low} {high}");
        }
    }
}
