//! The orientation of a picture, in its EXIF data (CIPA DC-008, tag 0x0112).

use exif::{In, Reader, Tag};

/// The orientation that is upright, and what pictures without one have.
pub(super) const UPRIGHT: u8 = 1;

/// The orientation in EXIF data, 1 to 8. Data that cannot be read, and a number that is no
/// orientation, say nothing: viewers show such a picture as it is.
pub(super) fn orientation(data: &[u8]) -> u8 {
    let Ok(exif) = Reader::new().read_raw(data.to_vec()) else { return UPRIGHT };
    let field = exif.get_field(Tag::Orientation, In::PRIMARY);
    let value =
        field.and_then(|field| field.value.get_uint(0)).and_then(|value| u8::try_from(value).ok());
    value.filter(|value| (1..=8).contains(value)).unwrap_or(UPRIGHT)
}
