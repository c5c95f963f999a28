//! Orientations, and what a requester is told.

use super::*;
use zkml_model::manifest::{Ranges, Rounding};

/// EXIF data with an orientation: a TIFF header, and a directory of one short number.
fn exif(orientation: u8, big_endian: bool) -> Vec<u8> {
    if big_endian {
        let entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
        return [&b"MM\0*\0\0\0\x08\0\x01"[..], &entry, &[0; 4]].concat();
    }
    let entry = [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0];
    [&b"II*\0\x08\0\0\0\x01\0"[..], &entry, &[0; 4]].concat()
}

/// A PNG with another chunk before or after its pixels.
fn with_exif(png: &[u8], data: &[u8], after: bool) -> Vec<u8> {
    let name: &[u8; 4] = if after { b"IEND" } else { b"IDAT" };
    let at = png.windows(4).position(|four| four == name).expect("there") - 4;
    let mut crc = flate2::Crc::new();
    crc.update(b"eXIf");
    crc.update(data);
    let chunk =
        [&(data.len() as u32).to_be_bytes()[..], b"eXIf", data, &crc.sum().to_be_bytes()].concat();
    [&png[..at], &chunk, &png[at..]].concat()
}

/// A manifest for gray pictures of this size and no other.
fn exact(height: usize, width: usize) -> Manifest {
    let mut manifest = manifest(8, height, width);
    let image = change(&mut manifest);
    (image.polarity, image.ink, image.resize) = (Polarity::Keep, Ink::Any, Resize::Refuse);
    manifest
}

/// The view of the rows `1 2 3` and `4 5 6` under each orientation.
const SEEN: [(u8, usize, [i32; 6]); 8] = [
    (1, 2, [1, 2, 3, 4, 5, 6]),
    (2, 2, [3, 2, 1, 6, 5, 4]),
    (3, 2, [6, 5, 4, 3, 2, 1]),
    (4, 2, [4, 5, 6, 1, 2, 3]),
    (5, 3, [1, 4, 2, 5, 3, 6]),
    (6, 3, [4, 1, 5, 2, 6, 3]),
    (7, 3, [6, 3, 5, 2, 4, 1]),
    (8, 3, [3, 6, 2, 5, 1, 4]),
];

#[test]
fn pictures_are_turned_as_their_orientation_says() {
    let stored = gray_png(3, 2, &[1, 2, 3, 4, 5, 6]);
    for (orientation, height, seen) in SEEN {
        let manifest = exact(height, 6 / height);
        for (big_endian, after) in [(false, false), (true, true)] {
            let file = with_exif(&stored, &exif(orientation, big_endian), after);
            let prepared =
                picture_as_given(&manifest, &file, Given::default()).expect("well-formed");
            assert_eq!(prepared.values, seen, "orientation {orientation}");
            let notes = if orientation == 1 { vec![] } else { vec![Note::Turned { orientation }] };
            assert_eq!(prepared.notes, notes);
        }
    }
    // What is no orientation, and what is no EXIF data, turns nothing.
    for data in [
        exif(0, false),
        exif(9, true),
        exif(255, false),
        b"II*\0".to_vec(),
        b"Exif\0\0".to_vec(),
        vec![0; 40],
    ] {
        let file = with_exif(&stored, &data, false);
        assert_eq!(png(&exact(2, 3), &file).expect("well-formed"), SEEN[0].2, "{data:?}");
    }
}

#[test]
fn jpegs_are_turned_too() {
    let jpeg = fs::read(vectors().join("../inputs/gray.jpg")).expect("committed");
    let upright = picture(&exact(24, 32), &jpeg).expect("a JPEG");
    for orientation in 1..=8u8 {
        let data = [&b"Exif\0\0"[..], &exif(orientation, orientation % 2 == 0)].concat();
        let length = (data.len() as u16 + 2).to_be_bytes();
        let file = [&jpeg[..2], &[0xff, 0xe1], &length, &data, &jpeg[2..]].concat();
        let (height, width) = if orientation > 4 { (32, 24) } else { (24, 32) };
        let seen = picture(&exact(height, width), &file).expect("a JPEG");
        let place = |y: usize, x: usize| match orientation {
            1 => (y, x),
            2 => (y, 31 - x),
            3 => (23 - y, 31 - x),
            4 => (23 - y, x),
            5 => (x, y),
            6 => (23 - x, y),
            7 => (23 - x, 31 - y),
            _ => (x, 31 - y),
        };
        let expected = (0..height).flat_map(|y| (0..width).map(move |x| place(y, x)));
        let expected: Vec<i32> = expected.map(|(y, x)| upright[y * 32 + x]).collect();
        assert_eq!(seen, expected, "orientation {orientation}");
    }
}

#[test]
fn jpegs_for_print_are_refused() {
    let file = fs::read(vectors().join("../inputs/cmyk.jpg")).expect("committed");
    let error = picture(&exact(8, 8), &file).expect_err("four colours").to_string();
    assert!(
        error.contains("its colours are CMYK, for print, and not RGB; save the picture"),
        "{error}"
    );
}

#[test]
fn a_picture_is_inverted_only_where_somebody_asks() {
    let light = gray_png(3, 3, &[250, 250, 250, 250, 10, 250, 250, 250, 250]);
    let inverted = [5, 5, 5, 5, 245, 5, 5, 5, 5];
    let as_it_is = inverted.map(|pixel| 255 - pixel);
    let mut manifest = manifest(8, 3, 3);
    let mut take = |polarity, invert| {
        change(&mut manifest).polarity = polarity;
        let Prepared { values, notes } =
            picture_as_given(&manifest, &light, Given { invert }).expect("a picture");
        (values, notes)
    };
    let border = Shade::White;
    assert_eq!(
        take(Polarity::Keep, false),
        (as_it_is.to_vec(), vec![Note::LooksInverted { border, inverted: false }])
    );
    assert_eq!(take(Polarity::Keep, true), (inverted.to_vec(), vec![]));
    assert_eq!(
        take(Polarity::AutoByBorder, false),
        (inverted.to_vec(), vec![Note::Inverted { border }])
    );
    assert_eq!(take(Polarity::AutoByBorder, true), (inverted.to_vec(), vec![]));
    assert_eq!(take(Polarity::Invert, false), (inverted.to_vec(), vec![]));
    assert_eq!(
        take(Polarity::Invert, true),
        (as_it_is.to_vec(), vec![Note::LooksInverted { border, inverted: false }])
    );
    assert!(
        Note::LooksInverted { border, inverted: false }
            .to_string()
            .contains("invert it with --invert")
    );
    change(&mut manifest).ink = Ink::Any;
    change(&mut manifest).polarity = Polarity::Keep;
    assert_eq!(picture_as_given(&manifest, &light, Given::default()).expect("a picture").notes, []);
    // The import never chooses to invert by itself.
    let image = Image::for_shape(&[1, 28, 28]).expect("a picture");
    assert_eq!((image.ink, image.polarity), (Ink::LightOnDark, Polarity::Keep));
}

#[test]
fn what_a_transparent_picture_is_put_on_is_told() {
    let file =
        write(2, 1, png::ColorType::GrayscaleAlpha, png::BitDepth::Eight, &[200, 255, 90, 0]);
    let prepared =
        picture_as_given(&manifest(8, 1, 2), &file, Given::default()).expect("a picture");
    assert_eq!(prepared.notes[0], Note::Transparent { ground: Shade::Black });
}

#[test]
fn numbers_that_saturate_or_use_few_levels_are_told() {
    let input = |rounding| Input {
        bits: 8,
        high: 126.0,
        low: -1.5,
        min: -3,
        ranges: None,
        rounding,
        shape: vec![4],
    };
    let with = |input: Input| Manifest {
        version: input.version(),
        input,
        preprocessing: Preprocessing::Values {},
        ..manifest(8, 1, 1)
    };
    let notes = |manifest: &Manifest, numbers: &[f64]| {
        let taken = values(manifest, numbers).expect("in range");
        notes_on_numbers(manifest, numbers_as_reals(manifest, numbers), &taken)
    };
    let grid = with(input(Rounding::QuantizeLinear { scale: 0.5 }));
    assert_eq!(notes(&grid, &[0.0, 126.2, 50.0, -1.7]), []);
    assert_eq!(notes(&grid, &[0.0, 127.0, 50.0, -9.0]), [Note::Saturated { count: 2, first: 1 }]);
    let nearest = with(input(Rounding::Nearest));
    assert_eq!(notes(&nearest, &[0.0, 5.0, 2.0, 1.0]), [Note::Narrow { used: 11, levels: 256 }]);
    assert_eq!(notes(&nearest, &[0.0, 50.0, 2.0, 1.0]), []);
    let ranges = Ranges::of(&[(-1.5, 126.0); 4]);
    let features = with(Input { ranges: Some(ranges), ..input(Rounding::Nearest) });
    assert_eq!(notes(&features, &[0.0, 5.0, 2.0, 1.0]), []);
}
