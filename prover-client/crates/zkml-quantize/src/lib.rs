//! From a float model to integers.
//!
//! Real numbers are integers times a scale: `real = scale · q`, no offsets behind the first layer.
//! For a layer `y = b + Σ w_i · x_i` with operands `x_i = s_i · q_i` and the result's scale `t` the
//! importer rounds
//!
//! ```text
//! W_i = round(w_i · s_i / t)        B = round(b / t)        Q = B + Σ W_i · q_i,   y ≈ t · Q
//! ```
//!
//! so a layer's scales fold into the next one's weights, ReLU and reshapes keep them, and
//! accumulators stay exact. Weights are symmetric with a scale for each output channel (Jacob et
//! al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
//! Inference", CVPR 2018, section 2; but powers of two are the only requantisation). The scores
//! share one scale, for they are compared.
//!
//! **Coarse where bits cost.** A ReLU costs a constraint for each bit of its accumulator. A layer
//! before a ReLU takes for each channel the coarsest grid that loses less than
//! [`Options::tolerance`] of the weights, and never lets the accumulator's static range beyond
//! [`Options::relu_bits`]. A network trained with rounded weights thus gets back its own few bits.
//!
//! **Requantisation** (division by a power of two) is put before a layer whose accumulators would
//! not fit otherwise, by the least shift that makes them fit, down to 8 bits; beyond that the
//! weights become coarser.
//!
//! **The input**: `q = min + round((real - low) / step)` with `step = (high - low) / (2^bits - 1)`,
//! and `min = round(low / step)`: zero then stands for the real zero, up to `low - min · step`,
//! which is zero where `low` is, and which is added to the first layer's bias. Features in units of
//! their own have a range each ([`Options::input_ranges`]): their steps fold into the columns of
//! the first layer, what zero leaves over into its bias.
//!
//! **Wide weights.** Where eight bits are too few, because one weight is ten thousand times the
//! others or because operands have very different scales, a layer may have weights of up to 15 bits
//! ([`WIDEST_WEIGHT`]): `W = 127 · H + L` with `H` and `L` of eight, so that the layer is `127 · (H
//! x) + (L x + B)`, exactly, in operations that there are. [`faithful`] finds out where that is
//! needed.
//!
//! **Graphs that are quantised already** are taken as they are, with their own scales
//! ([`zkml_model::operators`]).
#![doc = include_str!("../README.md")]

pub mod calibrate;
pub mod eval;
mod faithful;
mod grid;
mod output;
mod plan;
mod prequantised;
mod range;

pub use self::{
    faithful::{Fidelity, Widening, faithful},
    output::OutputChoice,
};
use zkml_model::{
    graph::{InputSpec, Operand, QuantizedModel},
    intervals::IntervalError,
    manifest::{self, Image, Manifest, ManifestError, Normalise, Preprocessing, Rounding},
    output::{LANE_BYTES, OutputError},
};
use zkml_onnx::OnnxModel;

pub use self::prequantised::Fault as PrequantisedFault;

/// Greatest magnitude of a weight of more than eight bits: `127 · 127 + 63`.
pub const WIDEST_WEIGHT: i32 = 127 * 127 + 63;

/// Options of quantisation.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The model's public name; the ONNX graph's if `None`.
    pub name: Option<String>,
    /// Bits of an input value, 1 to 16.
    pub input_bits: u8,
    /// Real numbers that the lowest and the highest input value stand for (of a picture: black and
    /// white). If `None`, 0 and 1; of a picture that is normalised, what black and white become; of
    /// a model that is quantised already, its own.
    pub input_range: Option<(f64, f64)>,
    /// Ranges of features in units of their own, instead of one for all: one for each index on the
    /// input's first axis, or for each value. Empty for none.
    pub input_ranges: Vec<(f64, f64)>,
    /// Most bits of a weight, sign included, 2 to 15: for each layer in order, the last for all
    /// that follow. A layer with more than 8 is computed in two parts.
    pub weight_bits: Vec<u8>,
    /// Most bits of a ReLU's accumulator, sign apart, 2 to 48: for each layer before a ReLU in
    /// order, the last for all that follow.
    pub relu_bits: Vec<u8>,
    /// Greatest root-mean-square error of a channel's weights, relative to theirs, for a grid
    /// coarser than `weight_bits` in a layer before a ReLU; 0 for none coarser.
    pub tolerance: f64,
    /// The values that share one scale in a layer.
    pub granularity: Granularity,
    /// Greatest magnitude of a function's argument, for each function in order, the last for all
    /// that follow: its table has finer steps up to there, and one value beyond. None for as far as
    /// the function changes.
    pub table_limits: Vec<f64>,
    /// The preparation of inputs.
    pub preprocessing: InputKind,
    /// Names of the classes or values; their numbers if `None`.
    pub classes: Option<Vec<String>>,
    /// The model's answer.
    pub output: OutputChoice,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            name: None,
            input_bits: 4,
            input_range: None,
            input_ranges: Vec::new(),
            weight_bits: vec![8],
            relu_bits: vec![24],
            tolerance: 0.02,
            granularity: Granularity::PerChannel,
            table_limits: Vec::new(),
            preprocessing: InputKind::Auto,
            classes: None,
            output: OutputChoice::Auto,
        }
    }
}

impl Options {
    /// The input's range of a float model.
    fn range(&self) -> (f64, f64) {
        if !self.input_ranges.is_empty() {
            let ends =
                |(low, high): (f64, f64), next: &(f64, f64)| (low.min(next.0), high.max(next.1));
            return self.input_ranges.iter().fold((f64::INFINITY, f64::NEG_INFINITY), ends);
        }
        match (self.input_range, &self.preprocessing) {
            (Some(range), _) => range,
            (None, InputKind::Image(Image { normalise: Some(normalise), .. })) => {
                normalise.range(self.input_bits)
            }
            (None, _) => (0.0, 1.0),
        }
    }
}

/// The values that share one scale in a layer with weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Granularity {
    /// An output channel, where what comes after the layer permits.
    #[default]
    PerChannel,
    /// All output channels.
    PerTensor,
}

/// The preparation of inputs.
#[derive(Clone, Debug, PartialEq)]
pub enum InputKind {
    /// A picture if the input's shape is one of [`Image::for_shape`], else real numbers.
    Auto,
    /// Real numbers.
    Values,
    /// Numbers that are normalised.
    Normalised(Normalise),
    /// A picture.
    Image(Image),
}

/// A quantised model with its public manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The model.
    pub model: QuantizedModel,
    /// Its public manifest.
    pub manifest: Manifest,
    /// Reports of the layers. For the owner: they tell about the weights.
    pub report: Report,
}

/// Reports of the layers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The layers with weights.
    pub layers: Vec<LayerReport>,
    /// Of a graph that was quantised already: its scalings.
    pub rescales: Vec<RescaleReport>,
    /// For each node of the float model, where its result is found in the quantised one; the input
    /// for one that has no place there.
    pub places: Vec<Operand>,
    /// For each node of the quantised model, the scale of each value of its result: `real = scale ·
    /// integer`. Empty where no node of the float model has its place.
    pub scales: Vec<Vec<f64>>,
    /// The power of two, by its exponent, that the values of the answer are divided by to fit into
    /// it: 0 for none.
    pub output_shift: u8,
}

/// The fidelity of a scaling to floats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RescaleReport {
    /// Index of the `Rescale` in the quantised model.
    pub node: usize,
    /// Its name.
    pub name: String,
    /// Its greatest shift.
    pub shift: u8,
    /// For how many of the integers that can come, channel by channel, or pairs of them, the result
    /// is another one than by floats.
    pub differing: u64,
    /// The number of possible integers.
    pub reached: u64,
}

/// The report of one layer.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerReport {
    /// Index of the node in the quantised model.
    pub node: usize,
    /// Its name.
    pub name: String,
    /// Its operation.
    pub op: &'static str,
    /// Number of weights.
    pub weights: usize,
    /// Bits that the widest weight needs, sign included.
    pub weight_bits: u32,
    /// Root-mean-square error of the weights relative to theirs.
    pub weight_error: f64,
    /// Bits of the widest accumulator, sign apart.
    pub accumulator_bits: u32,
    /// Shift of a requantisation before the layer, 0 for none.
    pub shift: u8,
    /// `true` if something pays for each bit of the accumulators, so that `relu_bits` bound them.
    pub costly: bool,
}

/// The reason why a float model cannot be quantised.
#[derive(Debug, thiserror::Error)]
pub enum QuantizeError {
    /// An option out of bounds.
    #[error("{option} is {got}, it may be {expected}; choose another")]
    Option {
        /// The option.
        option: &'static str,
        /// Its value.
        got: String,
        /// Values that it can have.
        expected: &'static str,
    },
    /// An accumulator cannot fit.
    #[error(
        "layer {layer} (`{name}`): its accumulators do not fit into {bits} bits even with the coarsest weights; raise --relu-bits or lower --input-bits"
    )]
    Fit {
        /// Index of the layer.
        layer: usize,
        /// Its name.
        name: String,
        /// Bits that it may have.
        bits: u8,
    },
    /// A bias beyond 32 bits.
    #[error(
        "layer {layer} (`{name}`): the bias of channel {channel} is {magnitude:e} steps of the weights, beyond 32 bits; normalise the input or the weights and train again"
    )]
    Bias {
        /// Index of the layer.
        layer: usize,
        /// Its name.
        name: String,
        /// The channel.
        channel: usize,
        /// The bias in steps.
        magnitude: f64,
    },
    /// A node of a graph that is quantised already.
    #[error("ONNX operation {node} (`{name}`, {op}) {fault}")]
    Prequantised {
        /// Index of the operation.
        node: usize,
        /// The ONNX node's name.
        name: String,
        /// Its kind.
        op: &'static str,
        /// The fault.
        fault: PrequantisedFault,
    },
    /// The model has no layer with weights.
    #[error("the model has no Conv, Gemm or MatMul; export the whole model")]
    NoLayer,
    /// The number of class names.
    #[error("{got} class names for a model with {expected} classes or values; name each once")]
    Classes {
        /// Classes of the model.
        expected: usize,
        /// Names given.
        got: usize,
    },
    /// More best classes than there are, or than an answer has room for.
    #[error(
        "the {k} best of {classes} classes are wanted; choose --output top-k:K with K from 1 to {most}"
    )]
    TopK {
        /// The number wanted.
        k: usize,
        /// Classes of the model.
        classes: usize,
        /// The most there can be.
        most: usize,
    },
    /// The values are no answer.
    #[error(transparent)]
    Output(OutputError),
    /// Values of this width do not fit.
    #[error(
        "{count} values of {bits} bits do not fit into the {LANE_BYTES} bytes of an answer; choose --output values:{most}, or leave the width out"
    )]
    ValueBits {
        /// The number of values.
        count: usize,
        /// Their width.
        bits: u8,
        /// The greatest width that fits.
        most: u8,
    },
    /// A value of the quantised model can become too large, or the model is not valid.
    #[error(transparent)]
    Intervals(Box<IntervalError>),
    /// The manifest has a bad field.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

impl From<IntervalError> for QuantizeError {
    fn from(error: IntervalError) -> Self {
        Self::Intervals(Box::new(error))
    }
}

impl From<OutputError> for QuantizeError {
    fn from(error: OutputError) -> Self {
        match error {
            OutputError::Intervals(error) => error.into(),
            error => Self::Output(error),
        }
    }
}

/// Most steps of the input's range from zero to its end.
const MOST_STEPS: f64 = (1 << 24) as f64;

/// Quantises a float model.
///
/// # Errors
/// [`QuantizeError`]; an accumulator that cannot fit is one here, and never later.
pub fn quantize(onnx: &OnnxModel, options: &Options) -> Result<Imported, QuantizeError> {
    let options = &range::of_type(onnx, options)?;
    check(options)?;
    if onnx.is_quantized() {
        return as_it_is(onnx, options);
    }
    let min = smallest(options)?;
    let input = InputSpec { shape: onnx.shape.clone(), min, bits: options.input_bits };
    let mut manifest = manifest(onnx, options, &input, options.range(), Rounding::Nearest)?;
    let planned = plan::plan(onnx, options, input, &manifest.input)?;
    manifest.output = output::describe(&planned.model, planned.scale);
    manifest.validate()?;
    Ok(Imported { model: planned.model.into_graph(), manifest, report: planned.report })
}

/// The smallest integer of the input, so that zero stands for the real zero as nearly as can be.
/// Ranges that do not agree on it have zero.
fn smallest(options: &Options) -> Result<i32, QuantizeError> {
    let levels = f64::from((1u32 << options.input_bits) - 1);
    let min = |(low, high): &(f64, f64)| (low / ((high - low) / levels)).round();
    if let Some(first) = options.input_ranges.first() {
        let common = min(first);
        let agreed = options.input_ranges.iter().all(|range| min(range) == common);
        return Ok(if agreed && common.abs() <= MOST_STEPS { common as i32 } else { 0 });
    }
    let (low, high) = options.range();
    let min = min(&(low, high));
    if min.abs() > MOST_STEPS {
        return Err(bad(
            "--input-range",
            format!("{low}:{high}"),
            "a range that is not so far from zero",
        ));
    }
    Ok(min as i32)
}

/// Takes a model that is quantised already.
fn as_it_is(onnx: &OnnxModel, options: &Options) -> Result<Imported, QuantizeError> {
    prequantised::check(options)?;
    let grid = prequantised::input_grid(onnx)?;
    let [min, max] = grid.bounds();
    let input = InputSpec { shape: onnx.shape.clone(), min: min as i32, bits: 8 };
    let range = [min, max].map(|q| q as f64 * f64::from(grid.scale));
    let rounding = Rounding::QuantizeLinear { scale: f64::from(grid.scale) };
    let mut manifest = manifest(onnx, options, &input, range.into(), rounding)?;
    let planned = prequantised::plan(onnx, options.output, input, grid)?;
    manifest.output = output::describe(&planned.model, planned.scale);
    manifest.validate()?;
    Ok(Imported { model: planned.model.into_graph(), manifest, report: planned.report })
}

fn bad(option: &'static str, got: String, expected: &'static str) -> QuantizeError {
    QuantizeError::Option { option, got, expected }
}

fn check(options: &Options) -> Result<(), QuantizeError> {
    let within =
        |list: &[u8], min, max| !list.is_empty() && list.iter().all(|n| (min..=max).contains(n));
    let (low, high) = options.range();
    if !within(&[options.input_bits], 1, 16) {
        return Err(bad("--input-bits", options.input_bits.to_string(), "1 to 16"));
    }
    if !within(&options.weight_bits, 2, 15) {
        return Err(bad(
            "--weight-bits",
            format!("{:?}", options.weight_bits),
            "2 to 15 for each layer",
        ));
    }
    if !within(&options.relu_bits, 2, 48) {
        return Err(bad(
            "--relu-bits",
            format!("{:?}", options.relu_bits),
            "2 to 48 for each layer",
        ));
    }
    if !(0.0..=0.5).contains(&options.tolerance) {
        return Err(bad("--tolerance", options.tolerance.to_string(), "0 to 0.5"));
    }
    if !options.table_limits.iter().all(|limit| limit.is_normal() && *limit > 0.0) {
        let got = format!("{:?}", options.table_limits);
        return Err(bad("--table-limits", got, "a number above zero for each function"));
    }
    let is_range = |(low, high): (f64, f64)| {
        low.is_finite() && high.is_finite() && low < high && (high - low).is_normal()
    };
    for (low, high) in options.input_ranges.iter().copied().chain([(low, high)]) {
        if !is_range((low, high)) {
            return Err(bad(
                "--input-range",
                format!("{low}:{high}"),
                "two finite numbers, the lower first",
            ));
        }
    }
    Ok(())
}

fn manifest(
    onnx: &OnnxModel,
    options: &Options,
    input: &InputSpec,
    (low, high): (f64, f64),
    rounding: Rounding,
) -> Result<Manifest, QuantizeError> {
    let expected = onnx.classes();
    let classes = match &options.classes {
        Some(names) if names.len() == expected => names.clone(),
        Some(names) => return Err(QuantizeError::Classes { expected, got: names.len() }),
        None => (0..expected).map(|index| index.to_string()).collect(),
    };
    let preprocessing = match &options.preprocessing {
        InputKind::Values => Preprocessing::Values {},
        InputKind::Normalised(normalise) => Preprocessing::NormalisedValues(normalise.clone()),
        InputKind::Image(image) => Preprocessing::Image(image.clone()),
        InputKind::Auto => {
            Image::for_shape(&onnx.shape).map_or(Preprocessing::Values {}, Preprocessing::Image)
        }
    };
    let fallback = if onnx.name.is_empty() { "model" } else { &onnx.name };
    let ranges =
        (!options.input_ranges.is_empty()).then(|| manifest::Ranges::of(&options.input_ranges));
    let input = manifest::Input {
        bits: input.bits,
        high,
        low,
        min: input.min,
        ranges,
        rounding,
        shape: input.shape.clone(),
    };
    let version = input.version();
    let manifest = Manifest {
        classes,
        input,
        name: options.name.clone().unwrap_or_else(|| fallback.into()),
        output: manifest::Output::class(),
        preprocessing,
        proof_system: Default::default(),
        version,
    };
    manifest.validate()?;
    Ok(manifest)
}

#[cfg(test)]
mod tests;
