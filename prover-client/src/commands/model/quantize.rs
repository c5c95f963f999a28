//! Options of quantisation, shared by the commands that read ONNX files.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use clap::{Args, ValueEnum};
use zkml_model::manifest::{Channels, Decimal, Image, Ink, Layout, Normalise, Polarity, Resize};
use zkml_onnx::OnnxModel;
use zkml_quantize::{
    Fidelity, Granularity, Imported, InputKind, Options, OutputChoice, Widening, faithful, quantize,
};

use super::ranges::{RangeOpts, Ranges};
use crate::error::Error;
use zkinfer::files;

/// Greatest length of a file of class names in bytes.
const MAX_LABELS: u64 = 1 << 24;

/// Options of quantisation and of the manifest.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Quantisation of an ONNX file")]
pub struct QuantizeOpts {
    /// Bits of an input value, 1 to 16. Fewer make smaller circuits.
    #[arg(long, value_name = "N", default_value_t = Options::default().input_bits)]
    pub input_bits: u8,
    /// Returns the range of the input.
    #[command(flatten)]
    pub input_range: RangeOpts,
    /// Most bits of a weight, 2 to 15: for each layer in order, the last for all that follow. More
    /// than 8 make a layer of two. Left out, they are widened where 8 lose the model's answers.
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_values_t = Options::default().weight_bits)]
    pub weight_bits: Vec<u8>,
    /// Most bits of a value that a ReLU takes, 2 to 48: for each ReLU in order, the last for all
    /// that follow.
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_values_t = Options::default().relu_bits)]
    pub relu_bits: Vec<u8>,
    /// Greatest relative error of a channel's weights for a grid coarser than --weight-bits before
    /// a ReLU, 0 to 0.5.
    #[arg(long, value_name = "X", default_value_t = Options::default().tolerance)]
    pub tolerance: f64,
    /// Values that share one scale in a layer.
    #[arg(long, value_name = "WHAT", default_value = "per-channel")]
    pub granularity: GranularityOpt,
    /// Greatest magnitude of the argument of Sigmoid, Tanh, Gelu and the like, for each in order,
    /// the last for all that follow; smaller makes finer tables, with one value beyond [default: as
    /// far as the function changes].
    #[arg(long, value_name = "X,…", value_delimiter = ',')]
    pub table_limits: Vec<f64>,
    /// Keep these bits even if they lose the model's answers; they are told all the same.
    #[arg(long)]
    pub no_widen: bool,
    /// The contents of the manifest.
    #[command(flatten)]
    pub public: PublicOpts,
}

/// Contents of a manifest beside the numbers of the input.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Quantisation of an ONNX file")]
pub struct PublicOpts {
    /// The model's public name [default: the ONNX graph's].
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// File with the names of the classes or values, one a line [default: their numbers].
    #[arg(long, value_name = "FILE")]
    pub classes: Option<PathBuf>,
    /// The source of an input.
    #[arg(long, value_name = "KIND", default_value = "auto")]
    pub input: Kind,
    /// The model's answer: class, top-k:K for the K best classes, or values for its scores or
    /// the results of a regression, with at most BITS bits each if you say values:BITS [default:
    /// what the file ends with; class if it ends with scores].
    #[arg(long, value_name = "ANSWER")]
    pub output: Option<OutputOpt>,
    /// Mean that training subtracted, one number or one for each channel; of a pixel p it is (p
    /// / 255 × scale − mean) / std.
    #[arg(long, value_name = "X,…", value_delimiter = ',', allow_hyphen_values = true)]
    pub mean: Vec<f64>,
    /// Standard deviation that training divided the rest by, as many as --mean.
    #[arg(long, value_name = "X,…", value_delimiter = ',')]
    pub std: Vec<f64>,
    /// Factor that training multiplied the input by first; 255 for a model that takes pixels of 0
    /// to 255 [default: 1].
    #[arg(long, value_name = "X")]
    pub scale: Option<f64>,
    /// Order of a colour picture's values in the input [default: by its shape].
    #[arg(long, value_name = "LAYOUT")]
    pub layout: Option<LayoutOpt>,
    /// Strokes of the pictures that the model was trained on [default: light-on-dark for gray, any
    /// for colours].
    #[arg(long, value_name = "INK")]
    pub ink: Option<InkOpt>,
    /// Treatment of a picture of the other polarity [default: keep].
    #[arg(long, value_name = "WHAT")]
    pub polarity: Option<PolarityOpt>,
    /// Treatment of a picture of another size [default: area-average].
    #[arg(long, value_name = "WHAT")]
    pub resize: Option<ResizeOpt>,
}

/// [`Granularity`] on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GranularityOpt {
    /// An output channel, where what comes after the layer permits.
    PerChannel,
    /// All output channels.
    PerTensor,
}

impl From<GranularityOpt> for Granularity {
    fn from(granularity: GranularityOpt) -> Self {
        match granularity {
            GranularityOpt::PerChannel => Granularity::PerChannel,
            GranularityOpt::PerTensor => Granularity::PerTensor,
        }
    }
}

/// The source of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// A picture if the input's shape is one, else numbers.
    Auto,
    /// A PNG or JPEG picture.
    Image,
    /// Real numbers.
    Values,
}

/// [`Ink`] on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InkOpt {
    /// Light strokes on a dark ground, as MNIST has them.
    LightOnDark,
    /// Dark strokes on a light ground.
    DarkOnLight,
    /// Pictures without a ground of their own.
    Any,
}

/// [`Polarity`] on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PolarityOpt {
    /// It is inverted if its border says that it is of the other polarity.
    AutoByBorder,
    /// Nothing.
    Keep,
    /// Every picture is inverted.
    Invert,
}

/// [`Resize`] on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ResizeOpt {
    /// Each pixel becomes the average of the area that it covers.
    AreaAverage,
    /// Its strokes are scaled and centred as in MNIST, for pictures that are drawn anyhow.
    CentreInk,
    /// It is refused.
    Refuse,
}

/// [`OutputChoice`] on the command line: `class`, `top-k:K`, `values` or `values:BITS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputOpt(pub OutputChoice);

impl FromStr for OutputOpt {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.parse::<u8>().map_err(|error| format!("'{text}': {error}"));
        Ok(Self(match text.split_once(':') {
            None if text == "class" => OutputChoice::Class,
            None if text == "values" => OutputChoice::Values { bits: None },
            Some(("top-k", k)) => OutputChoice::TopClasses(number(k)?.into()),
            Some(("values", bits)) => OutputChoice::Values { bits: Some(number(bits)?) },
            _ => return Err("it may be class, top-k:K, values or values:BITS".into()),
        }))
    }
}

/// [`Layout`] on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LayoutOpt {
    /// Planes: [channels, height, width], as PyTorch has them.
    Nchw,
    /// Pixels: [height, width, channels], as Keras has them.
    Nhwc,
}

/// A quantised model, and how true it is to the float one.
pub struct Quantized {
    /// The model with its manifest and report.
    pub imported: Imported,
    /// Its effect on random inputs.
    pub fidelity: Fidelity,
    /// The widening that keeps the model's answers.
    pub widening: Option<Widening>,
}

impl Quantized {
    /// Returns the warnings before keys are made.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if let Some(Widening { options, before }) = &self.widening {
            let list = |bits: &[u8]| bits.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
            let lost = if before.is_lossy() { format!(": {before}") } else { String::new() };
            warnings.push(format!(
                "the default bits are too few for this model{lost}; it was imported with --tolerance {} --weight-bits {} --relu-bits {}, which makes proofs dearer",
                options.tolerance,
                list(&options.weight_bits),
                list(&options.relu_bits)
            ));
        }
        if self.fidelity.is_constant {
            warnings.push(
                "the answer does not depend on the input: the model gives one and the same for all"
                    .into(),
            );
        } else if self.fidelity.is_lossy() {
            warnings.push(format!(
                "the quantised model is not true to the float one: {}; before you make keys, give more bits (--input-bits, --weight-bits 15, --relu-bits 40, --tolerance 0), a range for each feature (--input-range LOW:HIGH,LOW:HIGH,…), or let data choose with `zkinfer model calibrate`",
                self.fidelity
            ));
        }
        warnings
    }
}

impl QuantizeOpts {
    /// Quantises a model, with more bits than the default ones where these lose its answers. `path`
    /// is for errors.
    ///
    /// # Errors
    /// An option does not fit the model, or the model cannot be quantised.
    pub fn quantize(&self, model: &OnnxModel, path: &Path) -> Result<Quantized, Error> {
        let public = self.public.options(model, path)?;
        let (input_range, input_ranges) = match self.input_range.read()? {
            None => (None, Vec::new()),
            Some(Ranges::All(range)) => (Some(range), Vec::new()),
            Some(Ranges::Each(ranges)) => (None, ranges),
        };
        let given = input_range.is_some() || !input_ranges.is_empty();
        if !given
            && matches!(public.preprocessing, InputKind::Normalised(_))
            && !model.is_quantized()
        {
            return Err(Error::usage(
                "--mean, --std and --scale for numbers need --input-range",
                "say in what range they lie after that, such as --input-range=-4:4",
            ));
        }
        let options = Options {
            input_bits: self.input_bits,
            input_range,
            input_ranges,
            weight_bits: self.weight_bits.clone(),
            relu_bits: self.relu_bits.clone(),
            tolerance: self.tolerance,
            granularity: self.granularity.into(),
            table_limits: self.table_limits.clone(),
            ..public
        };
        if self.no_widen && !model.is_quantized() {
            let imported = quantize(model, &options).map_err(Error::in_file(path))?;
            let fidelity = Fidelity::of(model, &imported);
            return Ok(Quantized { imported, fidelity, widening: None });
        }
        let (imported, fidelity, widening) =
            faithful(model, &options).map_err(Error::in_file(path))?;
        Ok(Quantized { imported, fidelity, widening })
    }
}

impl PublicOpts {
    /// The options that these are part of, the others with their defaults. `path` is for errors.
    ///
    /// # Errors
    /// An option does not fit the model.
    pub fn options(&self, model: &OnnxModel, path: &Path) -> Result<Options, Error> {
        Ok(Options {
            name: self.name.clone(),
            preprocessing: self.preprocessing(model, path)?,
            classes: self.class_names()?,
            output: self.output.map(|output| output.0).unwrap_or_default(),
            ..Options::default()
        })
    }

    /// Returns the normalisation of inputs, if an option asks for one.
    fn normalise(&self) -> Result<Option<Normalise>, Error> {
        if self.mean.is_empty() && self.std.is_empty() && self.scale.is_none() {
            return Ok(None);
        }
        let count = self.mean.len().max(self.std.len()).max(1);
        let list = |given: &[f64], default: f64| -> Vec<Decimal> {
            let all = if given.is_empty() { vec![default; count] } else { given.to_vec() };
            all.into_iter().map(Decimal).collect()
        };
        let (mean, std) = (list(&self.mean, 0.0), list(&self.std, 1.0));
        if mean.len() != std.len() {
            return Err(Error::usage(
                format!("--mean has {} numbers and --std has {}", mean.len(), std.len()),
                "give one for all channels, or one for each, to both",
            ));
        }
        Ok(Some(Normalise { mean, scale: self.scale.unwrap_or(1.0), std }))
    }

    fn preprocessing(&self, model: &OnnxModel, path: &Path) -> Result<InputKind, Error> {
        let picture = match self.input {
            Kind::Values => None,
            Kind::Auto => Image::for_shape(&model.shape),
            Kind::Image => Some(Image::for_shape(&model.shape).ok_or_else(|| {
                Error::failed(format!(
                    "{}: the model's input of shape {:?} is not a picture",
                    path.display(),
                    model.shape
                ))
                .with_hint("import it with --input values")
            })?),
        };
        let Some(mut image) = picture else {
            let picture = [
                self.ink.is_some(),
                self.polarity.is_some(),
                self.resize.is_some(),
                self.layout.is_some(),
            ];
            if picture.contains(&true) {
                return Err(Error::usage(
                    "--ink, --polarity, --resize and --layout are for pictures, and this model takes numbers",
                    "leave them out, or say --input image",
                ));
            }
            return Ok(self.normalise()?.map_or(InputKind::Values, InputKind::Normalised));
        };
        image.normalise = self.normalise()?;
        if let Some(layout) = self.layout {
            image = laid_out(&model.shape, image, layout)?;
        }
        if let Some(ink) = self.ink {
            image.ink = ink.into();
        }
        if let Some(polarity) = self.polarity {
            image.polarity = polarity.into();
        }
        if let Some(resize) = self.resize {
            image.resize = resize.into();
        }
        Ok(InputKind::Image(image))
    }

    fn class_names(&self) -> Result<Option<Vec<String>>, Error> {
        let Some(path) = &self.classes else { return Ok(None) };
        let bytes = files::read(path, "list of class names", MAX_LABELS)?;
        let text = String::from_utf8(bytes).map_err(Error::in_file(path))?;
        Ok(Some(text.lines().map(str::to_owned).collect()))
    }
}

/// The picture in this order, if the shape has it.
fn laid_out(shape: &[usize], mut image: Image, layout: LayoutOpt) -> Result<Image, Error> {
    match (layout, shape) {
        (LayoutOpt::Nhwc, &[height, width, 3]) => {
            (image.channels, image.height, image.width, image.layout) =
                (Channels::Rgb, height, width, Layout::Nhwc);
        }
        (LayoutOpt::Nchw, &[3, height, width]) => {
            (image.channels, image.height, image.width, image.layout) =
                (Channels::Rgb, height, width, Layout::Nchw);
        }
        // One channel has no layout.
        _ if image.channels == Channels::Grayscale => {}
        _ => {
            return Err(Error::usage(
                format!("the model's input of shape {shape:?} has another layout"),
                "leave --layout out: the shape tells it",
            ));
        }
    }
    Ok(image)
}

impl From<InkOpt> for Ink {
    fn from(ink: InkOpt) -> Self {
        match ink {
            InkOpt::LightOnDark => Ink::LightOnDark,
            InkOpt::DarkOnLight => Ink::DarkOnLight,
            InkOpt::Any => Ink::Any,
        }
    }
}

impl From<ResizeOpt> for Resize {
    fn from(resize: ResizeOpt) -> Self {
        match resize {
            ResizeOpt::AreaAverage => Resize::AreaAverage,
            ResizeOpt::CentreInk => Resize::CentreInk,
            ResizeOpt::Refuse => Resize::Refuse,
        }
    }
}

impl From<PolarityOpt> for Polarity {
    fn from(polarity: PolarityOpt) -> Self {
        match polarity {
            PolarityOpt::AutoByBorder => Polarity::AutoByBorder,
            PolarityOpt::Keep => Polarity::Keep,
            PolarityOpt::Invert => Polarity::Invert,
        }
    }
}
