//! The public manifest: all that a requester needs to prepare an input, and nothing that tells the
//! weights.
//!
//! ```json
//! {"classes":["0","1"],"input":{"bits":4,"high":"1","low":"0","min":0,"shape":[1,28,28]},
//!  "name":"mnist-cnn","output":{"encoding":"class-index-u32","ties":"lowest-index"},
//!  "preprocessing":{"image":{"channels":"grayscale","height":28,"ink":"light-on-dark",
//!  "polarity":"auto-by-border","resize":"area-average","width":28}},"version":1}
//! ```
//!
//! **Canonical**: UTF-8, no white space outside strings, keys in alphabetical order, integers
//! without sign, zeros or point that need not be, real numbers as strings in the shortest decimal
//! notation that reads back as the same `f64`, without an exponent. Other bytes are refused: one
//! manifest has one hash.
//!
//! `"proof_system":"halo2-ipa-pasta"`, between `preprocessing` and `version`, is there when the
//! model version has another proof system than
//! [`ProofSystem::Groth16Bls12381`]: commitments are of the proof system's field. Manifests without it mean Groth16 and keep their hashes.
//!
//! `"output"` is `{"encoding":{"top-class-indices-u32":{"k":3}},"ties":"lowest-index"}` for the
//! three best classes, and `{"encoding":{"values":{"bits":24,"scale":"0.001"}}}` for values, of
//! which `classes` has the names: a value `q` stands for `scale · q`. A picture's `"layout":"nhwc"`
//! (between `ink` and `polarity`) and `"normalise":{"mean":["0.5"],"scale":"1","std":["0.25"]}`
//! (after `layout`) are there when the model takes pixels in that order, and normalised
//! ([`Normalise`]): without `normalise`, black stands for the input's `low` and white for its
//! `high`. `"preprocessing":{"normalised-values":{"mean":…,"scale":…,"std":…}}` is for numbers that
//! are normalised.
//!
//! Version 2 is version 1 with one or both of these in `input`; a manifest without them is of
//! version 1 and keeps its bytes and its hash:
//! `"ranges":{"high":["1","90000"],"low":["0","20000"]}` (between `min` and `rounding`), a range
//! for each feature ([`Ranges`]), and `"rounding":{"quantize-linear":{"scale":"0.5"}}` (after it):
//! the input is put on the grid of the model's own `QuantizeLinear`, which rounds halves to the
//! even number and saturates ([`Rounding`]).
//!
//! **What it does not hold**: scales of weights or activations, layer sizes, accumulator widths. A
//! layer's scale is a function of its weights; the input's scale is the importer's choice and is
//! known to every requester anyway. The scale of values is there only where the owner has chosen to
//! sell them.

mod input;
mod normalise;

use serde::{Deserialize, Serialize};

pub use self::{
    input::{Input, Ranges, Rounding},
    normalise::{Decimal, Layout, Normalise},
};
use crate::{
    file,
    graph::InputSpec,
    output::{LANE_BYTES, MAX_TOP_CLASSES, OutputKind},
    validate,
};

/// The version of manifests whose input has one range and is rounded to the nearest integer.
pub const VERSION: u32 = 1;
/// The version of all others, and the last that this crate reads.
pub const LATEST_VERSION: u32 = 2;
/// Most bytes of a manifest (1 MiB).
pub const MAX_BYTES: usize = 1 << 20;
/// Most classes.
pub const MAX_CLASSES: usize = 1 << 16;
/// Most bytes of a class's or the model's name.
pub const MAX_NAME: usize = 256;
/// Greatest height and width of a picture.
pub const MAX_SIDE: usize = 4096;

// Fields are in alphabetical order: that is the canonical order of keys.

/// A model's public manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Names of the classes, by class index; or of the values, in their order.
    pub classes: Vec<String>,
    /// The input as the circuit takes it.
    pub input: Input,
    /// The model's name.
    pub name: String,
    /// The output.
    pub output: Output,
    /// The way from a requester's data to an input.
    pub preprocessing: Preprocessing,
    /// The proof system, whose field the commitment to an input is of.
    #[serde(default, skip_serializing_if = "ProofSystem::is_default")]
    pub proof_system: ProofSystem,
    /// Version of the manifest, which follows from its input: [`Input::version`].
    pub version: u32,
}

/// The output.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Its encoding.
    pub encoding: Encoding,
    /// The winner of equal scores; values have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ties: Option<Ties>,
}

/// Encodings of outputs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Encoding {
    /// The index of the class with the highest score, 32 bits unsigned.
    #[serde(rename = "class-index-u32")]
    ClassIndexU32,
    /// The indices of the classes with the highest scores, the best first, each of 32 bits
    /// unsigned.
    #[serde(rename = "top-class-indices-u32")]
    TopClassIndicesU32 {
        /// The number.
        k: u8,
    },
    /// A signed number for each entry of [`Manifest::classes`], which names them: the real number
    /// is `scale` times it.
    #[serde(rename = "values")]
    Values {
        /// Width of a number in bits: 8, 16, 24 or 32.
        bits: u8,
        /// The real number that 1 stands for.
        #[serde(with = "decimal")]
        scale: f64,
    },
}

impl Output {
    /// The class.
    pub fn class() -> Self {
        Self { encoding: Encoding::ClassIndexU32, ties: Some(Ties::LowestIndex) }
    }

    /// The `k` best classes.
    pub fn top_classes(k: u8) -> Self {
        Self { encoding: Encoding::TopClassIndicesU32 { k }, ties: Some(Ties::LowestIndex) }
    }

    /// Checks the output of a model with so many classes or values.
    fn fault(&self, count: usize) -> Option<String> {
        let named = match self.encoding {
            Encoding::ClassIndexU32 => self.ties.is_some(),
            Encoding::TopClassIndicesU32 { k } => {
                let most = MAX_TOP_CLASSES.min(count);
                if !(1..=most).contains(&usize::from(k)) {
                    return Some(format!(
                        "has the {k} best of {count} classes, it may have 1 to {most}"
                    ));
                }
                self.ties.is_some()
            }
            Encoding::Values { bits, scale } => {
                if !matches!(bits, 8 | 16 | 24 | 32) || count * usize::from(bits / 8) > LANE_BYTES {
                    return Some(format!(
                        "has {count} values of {bits} bits, which may be 8, 16, 24 or 32 and {LANE_BYTES} bytes in all"
                    ));
                }
                if !(scale.is_normal() && scale > 0.0) {
                    return Some(format!(
                        "has the scale {scale}, which must be a number above zero"
                    ));
                }
                self.ties.is_none()
            }
        };
        (!named).then(|| "has `ties` for values or none for classes".into())
    }
}

/// The winner of equal scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ties {
    /// The one with the lowest index.
    #[serde(rename = "lowest-index")]
    LowestIndex,
}

/// The proof system of a model version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProofSystem {
    /// Groth16 over BLS12-381. Never written: it is what a manifest without the field means.
    #[default]
    #[serde(rename = "groth16-bls12-381")]
    Groth16Bls12381,
    /// Halo2 over Pasta with the inner-product argument.
    #[serde(rename = "halo2-ipa-pasta")]
    Halo2IpaPasta,
}

impl ProofSystem {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The way to an input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Preprocessing {
    /// From a picture: see `zkml_data::preprocess`.
    Image(Image),
    /// From numbers in the order of the shape, each normalised and rounded to the nearest integer
    /// of the range. Channels are the shape's first axis.
    NormalisedValues(Normalise),
    /// From real numbers in the order of the shape, each rounded to the nearest integer of the
    /// range.
    Values {},
}

/// The way from a picture to an input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// Colour channels of the input.
    pub channels: Channels,
    /// Height in pixels.
    pub height: usize,
    /// The pictures that the model was trained on.
    pub ink: Ink,
    /// In which order the input has the pixels' values.
    #[serde(default, skip_serializing_if = "Layout::is_default")]
    pub layout: Layout,
    /// Normalisation of pixels; without one, black stands for the input's `low`
    /// and white for its `high`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalise: Option<Normalise>,
    /// The treatment of a picture of the other polarity.
    pub polarity: Polarity,
    /// The treatment of a picture of another size.
    pub resize: Resize,
    /// Width in pixels.
    pub width: usize,
}

impl Image {
    /// Returns the picture that a shape suggests: `[1, h, w]`, `[h, w]` and `[h, w, 1]` are
    /// grayscale, `[3, h, w]` and `[h, w, 3]` are RGB, and so is a list as long as a square of at
    /// least 8 × 8 grayscale. Light strokes on a dark ground, whole picture used, pixels as they
    /// are.
    pub fn for_shape(shape: &[usize]) -> Option<Self> {
        let side = shape.iter().product::<usize>().isqrt();
        let layout = if matches!(*shape, [first, _, 3] if first != 3 && first != 1) {
            Layout::Nhwc
        } else {
            Layout::Nchw
        };
        let (channels, height, width) = match *shape {
            [3, height, width] => (Channels::Rgb, height, width),
            [height, width, 3] if layout == Layout::Nhwc => (Channels::Rgb, height, width),
            [1, height, width] | [height, width, 1] | [height, width] => {
                (Channels::Grayscale, height, width)
            }
            [count] if side >= 8 && side * side == count => (Channels::Grayscale, side, side),
            _ => return None,
        };
        let (ink, polarity) = match channels {
            Channels::Grayscale => (Ink::LightOnDark, Polarity::Keep),
            Channels::Rgb => (Ink::Any, Polarity::Keep),
        };
        let resize = Resize::AreaAverage;
        Some(Self { channels, height, ink, layout, normalise: None, polarity, resize, width })
    }
}

/// Colour channels of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channels {
    /// One channel, the luma of ITU-R BT.601.
    Grayscale,
    /// Three planes: red, green, blue.
    Rgb,
}

/// Kinds of pictures that a model was trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ink {
    /// Light strokes on a dark ground, as MNIST has them.
    LightOnDark,
    /// Dark strokes on a light ground.
    DarkOnLight,
    /// Pictures without a ground of their own.
    Any,
}

/// The treatment of a picture of the other polarity than [`Image::ink`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Polarity {
    /// It is inverted if its border says that it is of the other polarity.
    AutoByBorder,
    /// Nothing.
    Keep,
    /// Every picture is inverted.
    Invert,
}

/// The treatment of a picture of another size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resize {
    /// Each pixel becomes the average of the area that it covers; the whole picture is used.
    AreaAverage,
    /// It is brought to the form that MNIST's digits have: the box around its strokes is scaled, by
    /// area averages and keeping its proportions, until the longer side is five sevenths of the
    /// input's shorter one, and placed with its centre of mass in the middle; ground and strokes
    /// are stretched to black and white. For grayscale with a known ink.
    CentreInk,
    /// It is refused.
    Refuse,
}

/// The reason why some bytes are not a manifest.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// Too many bytes.
    #[error(
        "the manifest has {got} bytes, more than {MAX_BYTES}; give the file that `zkinfer model import` wrote"
    )]
    TooLarge {
        /// Its bytes.
        got: usize,
    },
    /// Not JSON, or not with these fields.
    #[error("the manifest is not one: {source}; give the file that `zkinfer model import` wrote")]
    Json {
        /// Line, column and fault.
        #[from]
        source: serde_json::Error,
    },
    /// A version of another program.
    #[error(
        "the manifest's `version` is {got}, this program reads versions {VERSION} to {LATEST_VERSION}; use the program that wrote it, or import the model again with this one"
    )]
    Version {
        /// The version.
        got: u32,
    },
    /// A field has a value that it cannot have.
    #[error("the manifest's `{field}` {fault}; import the model again")]
    Field {
        /// The field.
        field: &'static str,
        /// The fault in it.
        fault: String,
    },
    /// The bytes are not the canonical ones.
    #[error(
        "the manifest differs from its canonical form at byte {at}; take the file as `zkinfer model import` wrote it, without a change to white space or order"
    )]
    NotCanonical {
        /// The first byte that differs.
        at: usize,
    },
}

impl Manifest {
    /// The canonical bytes.
    pub fn to_json(&self) -> Vec<u8> {
        // Serialisation fails for maps with keys that are not strings and for writers that fail:
        // neither is here.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The manifest in its canonical bytes.
    ///
    /// # Errors
    /// [`ManifestError`]: everything that [`Manifest::to_json`] does not write is refused.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ManifestError> {
        if bytes.len() > MAX_BYTES {
            return Err(ManifestError::TooLarge { got: bytes.len() });
        }
        let version: Versioned = serde_json::from_slice(bytes)?;
        if !(VERSION..=LATEST_VERSION).contains(&version.version) {
            return Err(ManifestError::Version { got: version.version });
        }
        let manifest: Self = serde_json::from_slice(bytes)?;
        manifest.validate()?;
        let canonical = manifest.to_json();
        if canonical != bytes {
            let same = canonical.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            return Err(ManifestError::NotCanonical { at: same });
        }
        Ok(manifest)
    }

    /// The manifest's hash: Blake2b with 32 bytes of output over its canonical bytes.
    pub fn hash(&self) -> [u8; 32] {
        file::hash(&self.to_json())
    }

    /// The input as the model and the commitment take it.
    pub fn input_spec(&self) -> InputSpec {
        InputSpec { shape: self.input.shape.clone(), min: self.input.min, bits: self.input.bits }
    }

    /// The model's answer.
    pub fn output_kind(&self) -> OutputKind {
        let count = self.classes.len();
        match self.output.encoding {
            Encoding::ClassIndexU32 => OutputKind::Class { classes: count },
            Encoding::TopClassIndicesU32 { k } => {
                OutputKind::TopClasses { k: k.into(), classes: count }
            }
            Encoding::Values { bits, .. } => OutputKind::Values { count, width: bits / 8 },
        }
    }

    /// The real number that 1 stands for in a value of the answer; `None` for classes.
    pub fn output_scale(&self) -> Option<f64> {
        if let Encoding::Values { scale, .. } = self.output.encoding { Some(scale) } else { None }
    }

    /// The name of a class or value, if there is one with this index.
    pub fn class(&self, index: u32) -> Option<&str> {
        self.classes.get(usize::try_from(index).ok()?).map(String::as_str)
    }

    /// Checks every field's bounds.
    ///
    /// # Errors
    /// [`ManifestError::Version`], [`ManifestError::Field`].
    pub fn validate(&self) -> Result<(), ManifestError> {
        if !(VERSION..=LATEST_VERSION).contains(&self.version) {
            return Err(ManifestError::Version { got: self.version });
        }
        let fail = |field, fault: String| Err(ManifestError::Field { field, fault });
        let named = |name: &String| !name.is_empty() && name.len() <= MAX_NAME;
        if !named(&self.name) {
            return fail(
                "name",
                format!("has {} bytes, it may have 1 to {MAX_NAME}", self.name.len()),
            );
        }
        if self.classes.is_empty() || self.classes.len() > MAX_CLASSES {
            return fail(
                "classes",
                format!("has {} entries, it may have 1 to {MAX_CLASSES}", self.classes.len()),
            );
        }
        if let Some(index) = self.classes.iter().position(|name| !named(name)) {
            return fail(
                "classes",
                format!("has at {index} a name that is not 1 to {MAX_NAME} bytes long"),
            );
        }
        if let Some(fault) = self.output.fault(self.classes.len()) {
            return fail("output", fault);
        }
        let input = &self.input;
        let count = match validate::check_input(&self.input_spec()) {
            Ok(()) => self.input_spec().len(),
            Err(fault) => return fail("input", fault.to_string()),
        };
        if self.version != input.version() {
            return fail(
                "version",
                format!("is {}, for this input it must be {}", self.version, input.version()),
            );
        }
        if let Some(fault) = input.fault(matches!(self.preprocessing, Preprocessing::Image(_))) {
            return fail("input", fault);
        }
        match &self.preprocessing {
            Preprocessing::Values {} => Ok(()),
            Preprocessing::NormalisedValues(normalise) => {
                normalise.validate(input.shape.first().copied().unwrap_or(1))
            }
            Preprocessing::Image(image) if image.channels == Channels::Grayscale && image.layout == Layout::Nhwc => fail(
                "preprocessing",
                "has the layout `nhwc` for grayscale, which has one channel and no layout".into(),
            ),
            Preprocessing::Image(image) if image.resize == Resize::CentreInk && !image.has_ink() => fail(
                "preprocessing",
                "has the resize `centre-ink`, which is for grayscale with the ink light-on-dark or dark-on-light".into(),
            ),
            Preprocessing::Image(image) if image.values() == Some(count) => image.check_range(input),
            Preprocessing::Image(image) => fail(
                "preprocessing",
                format!("has {} × {} pixels, which do not make {count} values", image.height, image.width),
            ),
        }
    }
}

impl Image {
    fn has_ink(&self) -> bool {
        self.channels == Channels::Grayscale && self.ink != Ink::Any
    }

    /// Values that the picture gives; `None` if its sides are out of bounds.
    fn values(&self) -> Option<usize> {
        let side = 1..=MAX_SIDE;
        let pixels = (side.contains(&self.height) && side.contains(&self.width))
            .then(|| self.height * self.width);
        Some(pixels? * self.channels.count())
    }
}

impl Channels {
    /// Their number.
    pub fn count(self) -> usize {
        match self {
            Channels::Grayscale => 1,
            Channels::Rgb => 3,
        }
    }
}

/// Reads the version alone, so that a later version's fields are not the complaint.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// Real numbers as decimal strings: JSON parsers differ in how they print and round numbers.
mod decimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .map_err(|error| D::Error::custom(format!("`{text}` is no decimal number: {error}")))
    }
}

#[cfg(test)]
mod tests;
