//! From a picture or real numbers to a model's input, as the manifest states it. Pictures take
//! integers only, so that every machine gets the same input.
//!
//! 1. **Decode**: PNG of any colour type, bit depth and interlacing, up to [`MAX_SIDE`] pixels a
//!    side. 16 bits are brought to 8 by rounding, fewer by repeating them; palettes are looked up.
//!    JPEG, baseline and progressive, gray or of three colours. Which it is, the first bytes say,
//!    never the file's name. Raw [`bytes`] are a picture of the right size without steps 1 to 4. A
//!    picture with an orientation in its EXIF data is turned as people see it.
//! 2. **Alpha**: composited onto the ground of the manifest's `ink`: black for light strokes on
//!    dark, else white. A transparent picture whose visible strokes are as dark as that ground is
//!    composited onto the other one.
//! 3. **Grayscale** if the manifest says so: `(299·r + 587·g + 114·b + 500) / 1000`. Gray pixels
//!    stay as they are.
//! 4. **Size**: each pixel becomes the average of the area that it covers in the picture, rounded
//!    half up. A picture of the right size stays as it is.
//! 5. **Polarity**: pixels stay as they are, unless the manifest says otherwise or the requester
//!    asks for it ([`Given::invert`]). A manifest with the polarity `auto-by-border` inverts a
//!    picture whose border's average is on the other side of 127.5 than the manifest's ground. A
//!    picture of another size is then centred by its ink, if the manifest says so: see
//!    [`Resize::CentreInk`]. The border's average is taken for the ground and off, the rest
//!    stretched to 0 to 255; ink is what is then above 63. A picture without ink stays as step 4
//!    left it.
//! 6. **Quantise**: `q = min + floor((2·p·levels + 255) / 510)` for pixels `p` in 0 to 255 and
//!    `levels = 2^bits - 1`, which is `p / 255 · levels` rounded half up. If the manifest has
//!    `normalise`, `real = (p · scale / 255 - mean) / std` by channel
//!    ([`zkml_model::manifest::Normalise`]), in binary64, and `q` as
//!    [`zkml_model::manifest::Input::level`] says.
//! 7. **Layout**: planes one after the other, or pixel by pixel, as the manifest says.
//!
//! What a requester may not expect of these steps is told as a [`Note`].

mod centre;
mod decode;
mod exif;
mod jpeg;
mod note;
mod picture;

pub use self::note::{Note, Shade, notes_on_numbers};
use self::picture::Picture;
use zkml_model::manifest::{
    Channels, Image, Ink, Manifest, Normalise, Polarity, Preprocessing, Resize, Rounding,
};

/// Greatest height and width of a picture in pixels.
pub const MAX_SIDE: u32 = 4096;
/// Most bytes of a picture's file (64 MiB).
pub const MAX_BYTES: usize = 1 << 26;

/// The reason why a picture or a list of numbers is no input.
#[derive(Debug, thiserror::Error)]
pub enum PreprocessError {
    /// The file is too large.
    #[error("the picture has {got} bytes, more than {MAX_BYTES}; save it smaller")]
    TooLarge {
        /// Its bytes.
        got: usize,
    },
    /// The first bytes are another format's.
    #[error("neither PNG nor JPEG by its first bytes{hint}; save the picture as PNG")]
    NotPng {
        /// The shade that it looks like.
        hint: &'static str,
    },
    /// The PNG is damaged.
    #[error("the PNG is damaged after about byte {at} of {len}: {source}; save the picture again")]
    Png {
        /// The part that was read.
        at: u64,
        /// Bytes of the file.
        len: usize,
        /// The fault.
        source: png::DecodingError,
    },
    /// The JPEG is damaged, or of a kind that few programs write.
    #[error(
        "the JPEG of {len} bytes cannot be decoded: {fault}; save the picture again, as PNG or as a common JPEG"
    )]
    Jpeg {
        /// Bytes of the file.
        len: usize,
        /// The fault.
        fault: String,
    },
    /// There are bytes after the end.
    #[error("the PNG has {count} bytes after its end at byte {at}; save the picture again")]
    Trailing {
        /// The end of the picture.
        at: usize,
        /// The number.
        count: usize,
    },
    /// The picture is too large.
    #[error(
        "the picture has {width} × {height} pixels, at most {MAX_SIDE} a side are taken; scale it down"
    )]
    Sides {
        /// Width.
        width: u32,
        /// Height.
        height: u32,
    },
    /// The picture has another size, and the manifest wants none to be scaled.
    #[error(
        "the picture has {width} × {height} pixels, the manifest asks for {expected_width} × {expected_height} and forbids scaling; give one of that size"
    )]
    Size {
        /// Width.
        width: usize,
        /// Height.
        height: usize,
        /// Width by the manifest.
        expected_width: usize,
        /// Height by the manifest.
        expected_height: usize,
    },
    /// The model takes numbers.
    #[error(
        "the manifest's `preprocessing` takes a list of numbers, not a picture; give the input as numbers"
    )]
    NoPicture,
    /// Raw bytes of another number.
    #[error(
        "the file has {got} bytes, the manifest asks for {expected}, one for each value of the shape {shape:?}, row-major; raw bytes have no header"
    )]
    Bytes {
        /// By the manifest.
        expected: usize,
        /// The input's shape.
        shape: Vec<usize>,
        /// As given.
        got: usize,
    },
    /// Another number of values.
    #[error(
        "the input has {got} numbers, the manifest asks for {expected}; give as many as its shape has"
    )]
    Count {
        /// By the manifest.
        expected: usize,
        /// As given.
        got: usize,
    },
    /// A number out of range.
    #[error(
        "number {index} is {got}, outside the manifest's range from {low} to {high}; scale it as the model was trained"
    )]
    Range {
        /// Its index.
        index: usize,
        /// The number.
        got: f64,
        /// Lowest number.
        low: f64,
        /// Highest number.
        high: f64,
    },
    /// Not a number, or an infinite one, where numbers have no bounds.
    #[error("number {index} is {got}; give finite numbers only")]
    NotFinite {
        /// Its index.
        index: usize,
        /// The number.
        got: f64,
    },
    /// The manifest is not valid.
    #[error(transparent)]
    Manifest(#[from] zkml_model::manifest::ManifestError),
}

/// A requester's wishes about a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// It is inverted first: dark strokes on a light ground become light strokes on a dark one.
    pub invert: bool,
}

/// An input, and what its requester may not expect of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// The input.
    pub values: Vec<i32>,
    /// Remarks on the preparation.
    pub notes: Vec<Note>,
}

/// The input in a PNG or JPEG file.
///
/// # Errors
/// [`PreprocessError`].
pub fn picture(manifest: &Manifest, file: &[u8]) -> Result<Vec<i32>, PreprocessError> {
    picture_as_given(manifest, file, Given::default()).map(|prepared| prepared.values)
}

/// The input in a PNG or JPEG file, taken as its requester wants.
///
/// # Errors
/// [`PreprocessError`].
pub fn picture_as_given(
    manifest: &Manifest,
    file: &[u8],
    given: Given,
) -> Result<Prepared, PreprocessError> {
    if file.len() > MAX_BYTES {
        return Err(PreprocessError::TooLarge { got: file.len() });
    }
    let image = image(manifest)?;
    let picture =
        if file.starts_with(&jpeg::SIGNATURE) { jpeg::jpeg(file)? } else { decode::png(file)? };
    decoded(manifest, image, picture, given)
}

/// The input in raw bytes, one for each value in the order of the shape. For a model of pictures
/// they are the pixels of one of the right size, for a model of numbers the numbers 0 to 255.
///
/// # Errors
/// [`PreprocessError`].
pub fn bytes(manifest: &Manifest, bytes: &[u8]) -> Result<Vec<i32>, PreprocessError> {
    manifest.validate()?;
    let (expected, got) = (manifest.input_spec().len(), bytes.len());
    if got != expected {
        return Err(PreprocessError::Bytes { expected, shape: manifest.input.shape.clone(), got });
    }
    match &manifest.preprocessing {
        Preprocessing::Image(image) => {
            let planes = image.layout.planes(bytes, image.channels);
            let picture = Picture { height: image.height, width: image.width, planes };
            prepare(manifest, image, picture, Given::default()).map(|prepared| prepared.values)
        }
        Preprocessing::Values {} | Preprocessing::NormalisedValues(_) => {
            let numbers: Vec<f64> = bytes.iter().map(|byte| f64::from(*byte)).collect();
            values(manifest, &numbers)
        }
    }
}

/// The input in a PNG file.
///
/// # Errors
/// [`PreprocessError`].
pub fn png(manifest: &Manifest, file: &[u8]) -> Result<Vec<i32>, PreprocessError> {
    let image = image(manifest)?;
    decoded(manifest, image, decode::png(file)?, Given::default()).map(|prepared| prepared.values)
}

fn decoded(
    manifest: &Manifest,
    image: &Image,
    decoded: picture::Decoded,
    given: Given,
) -> Result<Prepared, PreprocessError> {
    let mut notes = Vec::new();
    if decoded.orientation > 1 {
        notes.push(Note::Turned { orientation: decoded.orientation });
    }
    let flat = decoded.upright().flatten(image.ink);
    notes.extend(flat.ground.map(|ground| Note::Transparent { ground: Shade::of(ground) }));
    let picture = match image.channels {
        Channels::Grayscale => flat.grayscale(),
        Channels::Rgb => flat.rgb(),
    };
    let mut prepared = prepare(manifest, image, picture, given)?;
    notes.append(&mut prepared.notes);
    Ok(Prepared { notes, ..prepared })
}

/// The input in grayscale pixels, row by row. A model that takes colours gets the same plane for
/// each.
///
/// # Errors
/// [`PreprocessError`].
pub fn gray(
    manifest: &Manifest,
    height: usize,
    width: usize,
    pixels: &[u8],
) -> Result<Vec<i32>, PreprocessError> {
    let image = image(manifest)?;
    if height.checked_mul(width) != Some(pixels.len()) || pixels.is_empty() {
        return Err(PreprocessError::Count {
            expected: height.saturating_mul(width),
            got: pixels.len(),
        });
    }
    let planes = vec![pixels.to_vec(); image.channels.count()];
    prepare(manifest, image, Picture { height, width, planes }, Given::default())
        .map(|prepared| prepared.values)
}

/// The input for real numbers in the order of the shape, as the model was trained on; see
/// [`zkml_model::manifest::Input::level`]. If the manifest has `normalised-values`, they are
/// numbers before that.
///
/// # Errors
/// [`PreprocessError::Count`], [`PreprocessError::Range`].
pub fn values(manifest: &Manifest, numbers: &[f64]) -> Result<Vec<i32>, PreprocessError> {
    manifest.validate()?;
    let (normalise, per_channel) = normalisation(manifest);
    levels(manifest, numbers.len(), numbers_as_reals(manifest, numbers)).map_err(|error| {
        match (error, normalise) {
            (PreprocessError::Range { index, got, low, high }, Some(normalise)) => {
                let given = |real| normalise.inverse(index / per_channel, real);
                let got = numbers.get(index).copied().unwrap_or(got);
                PreprocessError::Range { index, got, low: given(low), high: given(high) }
            }
            (error, _) => error,
        }
    })
}

/// The input for real numbers as the float model takes them, after all normalisation.
///
/// # Errors
/// [`PreprocessError::Count`], [`PreprocessError::Range`].
pub fn reals(manifest: &Manifest, reals: &[f64]) -> Result<Vec<i32>, PreprocessError> {
    manifest.validate()?;
    levels(manifest, reals.len(), reals.iter().copied())
}

fn levels(
    manifest: &Manifest,
    got: usize,
    reals: impl Iterator<Item = f64>,
) -> Result<Vec<i32>, PreprocessError> {
    let (expected, input) = (manifest.input_spec().len(), &manifest.input);
    if got != expected {
        return Err(PreprocessError::Count { expected, got });
    }
    let integer = |(index, real): (usize, f64)| {
        let level = input.admit(index, real).and_then(|real| input.level(index, real));
        let (low, high) = input.range(index);
        level.ok_or_else(|| {
            let saturates = matches!(input.rounding, Rounding::QuantizeLinear { .. });
            if saturates && !real.is_finite() {
                PreprocessError::NotFinite { index, got: real }
            } else {
                PreprocessError::Range { index, got: real, low, high }
            }
        })
    };
    reals.enumerate().map(integer).collect()
}

/// The real numbers that the float model takes for numbers as a requester has them, in the order of
/// the shape: normalised if the manifest has `normalised-values`, else the same.
pub fn numbers_as_reals<'a>(
    manifest: &'a Manifest,
    numbers: &'a [f64],
) -> impl Iterator<Item = f64> + 'a {
    let (normalise, per_channel) = normalisation(manifest);
    let real = move |(index, number): (usize, &f64)| {
        normalise.map_or(*number, |normalise| normalise.real(index / per_channel, *number))
    };
    numbers.iter().enumerate().map(real)
}

/// Normalisation of numbers, and the number of values of a channel.
fn normalisation(manifest: &Manifest) -> (Option<&Normalise>, usize) {
    let first = manifest.input.shape.first().copied().unwrap_or(1).max(1);
    let normalise = match &manifest.preprocessing {
        Preprocessing::NormalisedValues(normalise) => Some(normalise),
        Preprocessing::Values {} | Preprocessing::Image(_) => None,
    };
    (normalise, (manifest.input_spec().len() / first).max(1))
}

/// The real numbers that an input stands for, for the float model.
pub fn dequantize(manifest: &Manifest, input: &[i32]) -> Vec<f32> {
    let real = |(index, q): (usize, &i32)| manifest.input.real(index, *q) as f32;
    input.iter().enumerate().map(real).collect()
}

/// The real numbers that grayscale pixels stand for before they are quantised, for the float model.
/// A model that takes colours gets the same plane for each.
pub fn pixels_as_reals(manifest: &Manifest, pixels: &[u8]) -> Vec<f32> {
    let (low, high) = (manifest.input.low, manifest.input.high);
    let linear = |p: &u8| (low + (high - low) * f64::from(*p) / 255.0) as f32;
    let Preprocessing::Image(image) = &manifest.preprocessing else {
        return pixels.iter().map(linear).collect();
    };
    let plane = |channel| match &image.normalise {
        None => pixels.iter().map(linear).collect(),
        Some(normalise) => {
            pixels.iter().map(|p| normalise.pixel(channel, *p) as f32).collect::<Vec<f32>>()
        }
    };
    image.layout.arrange(&(0..image.channels.count()).map(plane).collect::<Vec<_>>())
}

fn image(manifest: &Manifest) -> Result<&Image, PreprocessError> {
    manifest.validate()?;
    match &manifest.preprocessing {
        Preprocessing::Image(image) => Ok(image),
        Preprocessing::Values {} | Preprocessing::NormalisedValues(_) => {
            Err(PreprocessError::NoPicture)
        }
    }
}

fn prepare(
    manifest: &Manifest,
    image: &Image,
    original: Picture,
    given: Given,
) -> Result<Prepared, PreprocessError> {
    let right_size = (original.width, original.height) == (image.width, image.height);
    if image.resize == Resize::Refuse && !right_size {
        return Err(PreprocessError::Size {
            width: original.width,
            height: original.height,
            expected_width: image.width,
            expected_height: image.height,
        });
    }
    let resized = (!right_size).then(|| original.resize(image.height, image.width));
    let border_is_light = resized.as_ref().unwrap_or(&original).border_is_light();
    let polarity = Polarized::of(image, border_is_light, given);
    let invert = polarity.invert;
    let turned = |picture: Picture| if invert { picture.inverted() } else { picture };
    let picture = match resized {
        None => turned(original),
        Some(resized) if image.resize == Resize::CentreInk => {
            let centred = centre::by_ink(&turned(original), image);
            centred.unwrap_or_else(|| turned(resized))
        }
        Some(resized) => turned(resized),
    };
    let quantised = picture.planes.iter().enumerate().map(|(channel, plane)| {
        let integers: Vec<i32> = (0..=255)
            .map(|pixel| integer(manifest, image, channel, pixel))
            .collect::<Result<_, _>>()?;
        Ok(plane.iter().map(|p| integers[usize::from(*p)]).collect())
    });
    let planes = quantised.collect::<Result<Vec<Vec<i32>>, PreprocessError>>()?;
    Ok(Prepared {
        values: image.layout.arrange(&planes),
        notes: polarity.note.into_iter().collect(),
    })
}

/// The treatment of a picture's polarity.
struct Polarized {
    invert: bool,
    note: Option<Note>,
}

impl Polarized {
    fn of(image: &Image, border_is_light: bool, given: Given) -> Self {
        // A picture of the other polarity, by its border.
        let other = match image.ink {
            Ink::LightOnDark => border_is_light,
            Ink::DarkOnLight => !border_is_light,
            Ink::Any => false,
        };
        let invert = match image.polarity {
            Polarity::AutoByBorder => other || given.invert,
            Polarity::Keep => given.invert,
            Polarity::Invert => !given.invert,
        };
        let border = if border_is_light { Shade::White } else { Shade::Black };
        let note = if image.polarity == Polarity::AutoByBorder && other && !given.invert {
            Some(Note::Inverted { border })
        } else {
            (other != invert).then_some(Note::LooksInverted { border, inverted: invert })
        };
        // Of pictures without a ground of their own the border tells nothing.
        Self { invert, note: note.filter(|_| image.ink != Ink::Any) }
    }
}

/// The integer for a pixel of a channel.
fn integer(
    manifest: &Manifest,
    image: &Image,
    channel: usize,
    pixel: u8,
) -> Result<i32, PreprocessError> {
    let input = &manifest.input;
    let Some(normalise) = &image.normalise else {
        // Of the grid of a `QuantizeLinear` these are the integers as well: it has 8 bits, black is
        // its lowest and white its highest.
        let levels = (1u32 << input.bits) - 1;
        return Ok(input.min + ((2 * u32::from(pixel) * levels + 255) / 510) as i32);
    };
    let real = normalise.pixel(channel, pixel);
    // A valid manifest has an integer for each pixel.
    let (low, high) = (input.low, input.high);
    input.level(0, real).ok_or(PreprocessError::Range { index: channel, got: real, low, high })
}

#[cfg(test)]
mod tests;
