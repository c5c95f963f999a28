//! PNG (ISO/IEC 15948) to pixels of red, green, blue and alpha.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, Limits, Transformations};

use super::{
    MAX_BYTES, MAX_SIDE, PreprocessError,
    exif::{self, UPRIGHT},
    picture::Decoded,
};

const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];

pub(super) fn png(file: &[u8]) -> Result<Decoded, PreprocessError> {
    if file.len() > MAX_BYTES {
        return Err(PreprocessError::TooLarge { got: file.len() });
    }
    if file.get(..SIGNATURE.len()) != Some(&SIGNATURE[..]) {
        return Err(PreprocessError::NotPng { hint: guess(file) });
    }
    check_sides(file)?;
    let mut cursor = Cursor::new(file);
    let decoded = read(&mut cursor);
    let at = cursor.position();
    let decoded = decoded.map_err(|source| PreprocessError::Png { at, len: file.len(), source })?;
    check_end(file)?;
    Ok(decoded)
}

fn guess(file: &[u8]) -> &'static str {
    match file {
        [0xff, 0xd8, ..] => " (it looks like a damaged JPEG)",
        [0x93, b'N', b'U', b'M', ..] => {
            " (it looks like a NumPy array: give it as values, not as a picture)"
        }
        [b'P', b'K', ..] => {
            " (it looks like a zip file or .npz: give it as values, not as a picture)"
        }
        [b'[' | b'{', ..] => " (it looks like JSON: give it as values, not as a picture)",
        [b'G', b'I', b'F', ..] => " (it looks like a GIF)",
        [b'B', b'M', ..] => " (it looks like a BMP)",
        [b'R', b'I', b'F', b'F', ..] => " (it looks like a WebP)",
        [] => " (the file is empty)",
        _ => "",
    }
}

/// Refuses pictures that are too large before anything of their size is allocated. IHDR is always
/// the first chunk: width and height are big-endian at bytes 16 and 20.
fn check_sides(file: &[u8]) -> Result<(), PreprocessError> {
    let side = |at: usize| {
        file.get(at..at + 4).map(|b| b.iter().fold(0u32, |n, byte| (n << 8) | u32::from(*byte)))
    };
    match (side(16), side(20)) {
        (Some(width), Some(height)) if width > MAX_SIDE || height > MAX_SIDE => {
            Err(PreprocessError::Sides { width, height })
        }
        _ => Ok(()),
    }
}

fn read(cursor: &mut Cursor<&[u8]>) -> Result<Decoded, png::DecodingError> {
    let mut decoder = Decoder::new_with_limits(cursor, Limits { bytes: 1 << 28 });
    // Palettes, fewer than 8 bits and transparent colours become plain 8-bit channels; 16 bits stay
    // for us to round.
    decoder.set_transformations(Transformations::EXPAND);
    decoder.ignore_checksums(false);
    let mut reader = decoder.read_info()?;
    let (width, height) = reader.info().size();
    let size = reader.output_buffer_size().ok_or(png::DecodingError::LimitsExceeded)?;
    let mut buffer = vec![0; size];
    let frame = reader.next_frame(&mut buffer)?;
    reader.finish()?;
    buffer.truncate(frame.buffer_size());
    if frame.bit_depth == BitDepth::Sixteen {
        buffer = buffer
            .as_chunks::<2>()
            .0
            .iter()
            .map(|word| to_8_bits(u16::from_be_bytes(*word)))
            .collect();
    }
    // The chunk may come before the pixels or after them.
    let orientation =
        reader.info().exif_metadata.as_ref().map_or(UPRIGHT, |data| exif::orientation(data));
    let pixels = to_rgba(&buffer, frame.color_type);
    Ok(Decoded { height: height as usize, width: width as usize, pixels, orientation })
}

/// `round(v / 257)`, which takes `257 · p` back to `p`.
fn to_8_bits(value: u16) -> u8 {
    ((u32::from(value) + 128) / 257) as u8
}

fn to_rgba(buffer: &[u8], colour: ColorType) -> Vec<[u8; 4]> {
    match colour {
        // `EXPAND` leaves no palette.
        ColorType::Grayscale | ColorType::Indexed => {
            buffer.iter().map(|v| [*v, *v, *v, 255]).collect()
        }
        ColorType::GrayscaleAlpha => {
            buffer.as_chunks::<2>().0.iter().map(|[v, a]| [*v, *v, *v, *a]).collect()
        }
        ColorType::Rgb => {
            buffer.as_chunks::<3>().0.iter().map(|[r, g, b]| [*r, *g, *b, 255]).collect()
        }
        ColorType::Rgba => buffer.as_chunks::<4>().0.to_vec(),
    }
}

/// Refuses bytes after the IEND chunk. The decoder has read the file: its chunks are well-formed.
fn check_end(file: &[u8]) -> Result<(), PreprocessError> {
    let mut at = SIGNATURE.len();
    while let Some(header) = file.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let length = header[..4].iter().fold(0usize, |n, byte| (n << 8) | usize::from(*byte));
        // Length, type, data, checksum; a length is below 2^32.
        at += 12 + length;
        if header[4..] == *b"IEND" {
            break;
        }
    }
    match file.len().checked_sub(at) {
        Some(count) if count > 0 => Err(PreprocessError::Trailing { at, count }),
        _ => Ok(()),
    }
}
