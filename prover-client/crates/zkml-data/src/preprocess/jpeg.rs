//! JPEG (ITU-T T.81), baseline and progressive, to pixels of red, green, blue and alpha.
//!
//! Decoded by `zune-jpeg` without its vector code, in integers only, so that every machine gets the
//! same pixels. Another decoder may differ by some units, for the standard leaves the inverse
//! transform's rounding and the interpolation of colours open: commit to what this one gives. Gray
//! pictures stay gray. Colour profiles are not applied. Pictures of four colours (CMYK, for print)
//! are refused: some programs store them inverted and some do not, and without their profile their
//! colours are a guess.

use std::io::Cursor;

use zune_core::{colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::{JpegDecoder, errors::DecodeErrors};

use super::{
    MAX_SIDE, PreprocessError,
    exif::{self, UPRIGHT},
    picture::Decoded,
};

/// The first bytes of every JPEG file.
pub(super) const SIGNATURE: [u8; 3] = [0xff, 0xd8, 0xff];

pub(super) fn jpeg(file: &[u8]) -> Result<Decoded, PreprocessError> {
    let damaged =
        |source: DecodeErrors| PreprocessError::Jpeg { len: file.len(), fault: source.to_string() };
    // The limits are ours, to name what was found; strict mode refuses what is cut off.
    let options = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .set_use_unsafe(false)
        .set_strict_mode(true);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(file), options);
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder.dimensions().unwrap_or((0, 0));
    if width.max(height) > MAX_SIDE as usize {
        return Err(PreprocessError::Sides { width: width as u32, height: height as u32 });
    }
    if let Some(ColorSpace::CMYK | ColorSpace::YCCK) = decoder.input_colorspace() {
        let fault = "its colours are CMYK, for print, and not RGB".into();
        return Err(PreprocessError::Jpeg { len: file.len(), fault });
    }
    let orientation = decoder.exif().map_or(UPRIGHT, |data| exif::orientation(data));
    let gray = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let out = if gray { ColorSpace::Luma } else { ColorSpace::RGB };
    decoder.set_options(options.jpeg_set_out_colorspace(out));
    let buffer = decoder.decode().map_err(damaged)?;
    if !is_whole(file) {
        let fault = "it has no end-of-image marker: it is cut off".into();
        return Err(PreprocessError::Jpeg { len: file.len(), fault });
    }
    let pixels: Vec<[u8; 4]> = if gray {
        buffer.iter().map(|v| [*v, *v, *v, 255]).collect()
    } else {
        buffer.as_chunks::<3>().0.iter().map(|[r, g, b]| [*r, *g, *b, 255]).collect()
    };
    if pixels.is_empty() || pixels.len() != width * height {
        let fault =
            format!("it decodes to {} pixels, its header says {width} × {height}", pixels.len());
        return Err(PreprocessError::Jpeg { len: file.len(), fault });
    }
    Ok(Decoded { height, width, pixels, orientation })
}

/// Returns `true` if the end-of-image marker comes after the last scan. The decoder makes up what
/// is missing at the end of one.
fn is_whole(file: &[u8]) -> bool {
    let last = |marker: u8| file.windows(2).rposition(|two| two == [0xff, marker]);
    last(0xd9) > last(0xda)
}
