//! Brings a picture's strokes to the size and place that MNIST's digits have
//! (<http://yann.lecun.com/exdb/mnist/>: "size normalized to fit in a 20x20 pixel box while
//! preserving their aspect ratio" and "centered in a 28x28 image by computing the center of mass of
//! the pixels").

use super::picture::Picture;
use zkml_model::manifest::{Image, Ink};

/// The picture of the manifest's size with the strokes in its middle; `None` if there are none.
pub(super) fn by_ink(picture: &Picture, image: &Image) -> Option<Picture> {
    let dark_ink = image.ink == Ink::DarkOnLight;
    let picture = if dark_ink { picture.clone().inverted() } else { picture.clone() };
    let strokes = crop(&stretch(picture)?)?;
    let longer = strokes.height.max(strokes.width);
    let target = (image.height.min(image.width) * 5 / 7).max(1);
    let scaled = |side: usize| ((2 * side * target + longer) / (2 * longer)).max(1);
    let strokes = strokes.resize(scaled(strokes.height), scaled(strokes.width));
    let placed = place(&strokes, image.height, image.width)?;
    Some(if dark_ink { placed.inverted() } else { placed })
}

/// Takes the average of the border off, as the ground, and stretches what is left to the full
/// range.
fn stretch(mut picture: Picture) -> Option<Picture> {
    let ground = picture.border_average();
    let plane = picture.planes.first_mut()?;
    let range =
        u32::from(plane.iter().copied().max()?.checked_sub(ground).filter(|range| *range > 0)?);
    for pixel in plane {
        *pixel = ((u32::from(pixel.saturating_sub(ground)) * 255 + range / 2) / range) as u8;
    }
    Some(picture)
}

/// The box around all pixels of more than a quarter of the brightest.
fn crop(picture: &Picture) -> Option<Picture> {
    let plane = picture.planes.first()?;
    let brightest = plane.iter().copied().max().filter(|max| *max > 0)?;
    let (mut top, mut left, mut bottom, mut right) = (usize::MAX, usize::MAX, 0, 0);
    for (index, pixel) in plane.iter().enumerate() {
        if 4 * u32::from(*pixel) > u32::from(brightest) {
            let (y, x) = (index / picture.width, index % picture.width);
            (top, left, bottom, right) =
                (top.min(y), left.min(x), bottom.max(y + 1), right.max(x + 1));
        }
    }
    let rows = (top..bottom).map(|y| y * picture.width);
    let plane = rows.flat_map(|row| &plane[row + left..row + right]).copied().collect();
    Some(Picture { height: bottom - top, width: right - left, planes: vec![plane] })
}

/// `strokes` on an empty ground, the centre of mass as near to the middle as the sides allow.
fn place(strokes: &Picture, height: usize, width: usize) -> Option<Picture> {
    let plane = strokes.planes.first()?;
    let moment = |position: fn(usize, usize) -> usize| -> u64 {
        plane
            .iter()
            .enumerate()
            .map(|(i, p)| position(i, strokes.width) as u64 * u64::from(*p))
            .sum()
    };
    let mass: u64 = plane.iter().map(|p| u64::from(*p)).sum();
    let top = offset(height, strokes.height, moment(|i, width| i / width), mass)?;
    let left = offset(width, strokes.width, moment(|i, width| i % width), mass)?;
    let mut out = vec![0; height * width];
    for (y, line) in plane.chunks_exact(strokes.width).enumerate() {
        let start = (top + y) * width + left;
        out[start..start + strokes.width].copy_from_slice(line);
    }
    Some(Picture { height, width, planes: vec![out] })
}

/// Returns the start of the strokes on an axis: `side / 2 - moment / mass`, rounded half up, within
/// the picture.
///
/// The middle is pixel 14 of 0 to 27, as it is on average in MNIST (13.99 and 14.01 over the test
/// set).
fn offset(side: usize, length: usize, moment: u64, mass: u64) -> Option<usize> {
    let (doubled, mass) = (side as i64 * mass as i64 - 2 * moment as i64, mass as i64);
    let offset = (doubled + mass).checked_div_euclid(2 * mass)?;
    usize::try_from(offset.max(0)).ok().map(|offset| offset.min(side - length))
}
