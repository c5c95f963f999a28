mod inputs;
mod notes;

use std::{fs, path::PathBuf};

use proptest::prelude::*;

use super::*;
use zkml_model::manifest::{self, Decimal, Input, Layout, Normalise, Output};

fn vectors() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/mnist"))
}

fn file(name: &str) -> Vec<u8> {
    fs::read(vectors().join(name)).expect("committed")
}

fn manifest(bits: u8, height: usize, width: usize) -> Manifest {
    Manifest {
        classes: vec!["a".into(), "b".into()],
        input: Input {
            bits,
            high: 1.0,
            low: 0.0,
            min: 0,
            ranges: None,
            rounding: Default::default(),
            shape: vec![1, height, width],
        },
        name: "m".into(),
        output: Output::class(),
        preprocessing: Preprocessing::Image(Image {
            channels: Channels::Grayscale,
            height,
            ink: Ink::LightOnDark,
            layout: Layout::Nchw,
            normalise: None,
            polarity: Polarity::AutoByBorder,
            resize: Resize::AreaAverage,
            width,
        }),
        proof_system: Default::default(),
        version: manifest::VERSION,
    }
}

fn change(manifest: &mut Manifest) -> &mut Image {
    match &mut manifest.preprocessing {
        Preprocessing::Image(image) => image,
        _ => unreachable!("a picture"),
    }
}

/// The first test picture of MNIST, a seven.
fn seven() -> Vec<u8> {
    let images =
        crate::dataset::Images::read(&file("t10k-first-500-images.idx3.gz")).expect("pictures");
    images.get(0).expect("500 of them").to_vec()
}

fn write(
    width: u32,
    height: u32,
    colour: png::ColorType,
    depth: png::BitDepth,
    data: &[u8],
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().expect("to memory");
    writer.write_image_data(data).expect("to memory");
    writer.finish().expect("to memory");
    out
}

fn gray_png(width: u32, height: u32, data: &[u8]) -> Vec<u8> {
    write(width, height, png::ColorType::Grayscale, png::BitDepth::Eight, data)
}

#[test]
fn a_28_by_28_gray_picture_is_taken_exactly_as_it_is() {
    let manifest = manifest(8, 28, 28);
    let expected: Vec<i32> = seven().into_iter().map(i32::from).collect();
    assert_eq!(png(&manifest, &file("digit-7.png")).expect("PNG"), expected);
    assert_eq!(gray(&manifest, 28, 28, &seven()).expect("pixels"), expected);
}

#[test]
fn the_same_digit_in_other_forms_is_the_same_input() {
    let manifest = manifest(8, 28, 28);
    let expected = png(&manifest, &file("digit-7.png")).expect("PNG");
    for form in [
        "rgb",
        "rgba",
        "palette",
        "gray-16-bit",
        "large-280",
        "large-280-black-on-white-rgb",
        "large-280-black-on-transparent",
        "black-on-white",
    ] {
        assert_eq!(
            png(&manifest, &file(&format!("forms/{form}.png"))).expect("PNG"),
            expected,
            "{form}"
        );
    }
    let bits = png(&manifest, &file("forms/black-and-white-1-bit.png")).expect("PNG");
    assert!(bits.iter().zip(&expected).all(|(b, p)| *b == if *p > 127 { 255 } else { 0 }));
    let scaled = png(&manifest, &file("forms/odd-37.png")).expect("PNG");
    let difference: i32 = scaled.iter().zip(&expected).map(|(a, b)| (a - b).abs()).sum();
    assert!(difference / 784 < 16, "{difference}");
}

#[test]
fn a_picture_of_the_right_size_is_inverted_only_by_its_border() {
    let mut manifest = manifest(8, 3, 3);
    let light_centre = [0, 0, 0, 0, 255, 0, 0, 0, 0];
    let dark_centre = light_centre.map(|p: u8| 255 - p);
    let white: Vec<i32> = light_centre.into_iter().map(i32::from).collect();
    assert_eq!(gray(&manifest, 3, 3, &light_centre).expect("pixels"), white);
    assert_eq!(gray(&manifest, 3, 3, &dark_centre).expect("pixels"), white);
    change(&mut manifest).polarity = Polarity::Keep;
    assert_ne!(gray(&manifest, 3, 3, &dark_centre).expect("pixels"), white);
    change(&mut manifest).polarity = Polarity::Invert;
    assert_eq!(gray(&manifest, 3, 3, &dark_centre).expect("pixels"), white);
    change(&mut manifest).polarity = Polarity::AutoByBorder;
    change(&mut manifest).ink = Ink::DarkOnLight;
    let black: Vec<i32> = dark_centre.into_iter().map(i32::from).collect();
    assert_eq!(gray(&manifest, 3, 3, &light_centre).expect("pixels"), black);
    assert_eq!(gray(&manifest, 3, 3, &dark_centre).expect("pixels"), black);
}

#[test]
fn pixels_are_rounded_half_up_to_the_input_bits() {
    for bits in [1u8, 2, 4, 7, 8] {
        let mut manifest = manifest(bits, 16, 16);
        change(&mut manifest).polarity = Polarity::Keep;
        let pixels: Vec<u8> = (0..=255).collect();
        let levels = f64::from((1u32 << bits) - 1);
        let expected: Vec<i32> =
            pixels.iter().map(|p| (f64::from(*p) / 255.0 * levels + 0.5).floor() as i32).collect();
        assert_eq!(gray(&manifest, 16, 16, &pixels).expect("pixels"), expected, "{bits} bits");
    }
}

#[test]
fn the_smallest_value_of_the_input_stands_for_black() {
    let mut manifest = manifest(4, 1, 2);
    manifest.input.min = -3;
    change(&mut manifest).polarity = Polarity::Keep;
    assert_eq!(gray(&manifest, 1, 2, &[0, 255]).expect("pixels"), [-3, 12]);
}

#[test]
fn areas_are_averaged_exactly() {
    let mut manifest = manifest(8, 2, 2);
    change(&mut manifest).polarity = Polarity::Keep;
    let input = gray(&manifest, 3, 3, &[10, 20, 30, 40, 50, 60, 70, 80, 90]).expect("pixels");
    // The first covers 10, half of 20 and of 40, a quarter of 50: (10 + 10 + 20 + 12.5) / 2.25 =
    // 23.3.
    assert_eq!(input, [23, 37, 63, 77]);
    let larger = gray(&manifest, 1, 1, &[200]).expect("pixels");
    assert_eq!(larger, [200; 4]);
}

#[test]
fn every_colour_type_and_depth_is_read() {
    use png::{BitDepth, ColorType};
    let manifest = manifest(8, 1, 2);
    let read = |colour, depth, data: &[u8]| {
        let mut manifest = manifest.clone();
        change(&mut manifest).polarity = Polarity::Keep;
        png(&manifest, &write(2, 1, colour, depth, data)).expect("well-formed")
    };
    assert_eq!(read(ColorType::Grayscale, BitDepth::One, &[0b0100_0000]), [0, 255]);
    assert_eq!(read(ColorType::Grayscale, BitDepth::Two, &[0b0110_0000]), [85, 170]);
    assert_eq!(read(ColorType::Grayscale, BitDepth::Four, &[0x3f]), [51, 255]);
    assert_eq!(read(ColorType::Grayscale, BitDepth::Sixteen, &[0x12, 0x92, 0x80, 0x80]), [18, 128]);
    assert_eq!(read(ColorType::Rgb, BitDepth::Eight, &[255, 0, 0, 0, 255, 0]), [76, 150]);
    assert_eq!(
        read(ColorType::Rgb, BitDepth::Sixteen, &[255, 255, 0, 0, 0, 0, 9, 9, 9, 9, 9, 9]),
        [76, 9]
    );
    assert_eq!(
        read(ColorType::Rgba, BitDepth::Eight, &[200, 200, 200, 255, 200, 200, 200, 128]),
        [200, 100]
    );
    assert_eq!(read(ColorType::GrayscaleAlpha, BitDepth::Eight, &[200, 255, 90, 0]), [200, 0]);
}

#[test]
fn a_model_of_colours_gets_three_planes() {
    let mut manifest = manifest(8, 1, 2);
    manifest.input.shape = vec![3, 1, 2];
    change(&mut manifest).channels = Channels::Rgb;
    change(&mut manifest).ink = Ink::Any;
    let file = write(2, 1, png::ColorType::Rgb, png::BitDepth::Eight, &[1, 2, 3, 4, 5, 6]);
    assert_eq!(png(&manifest, &file).expect("well-formed"), [1, 4, 2, 5, 3, 6]);
    assert_eq!(gray(&manifest, 1, 2, &[7, 8]).expect("pixels"), [7, 8, 7, 8, 7, 8]);
}

#[test]
fn pictures_of_another_size_are_refused_where_the_manifest_says_so() {
    let mut manifest = manifest(8, 2, 2);
    change(&mut manifest).resize = Resize::Refuse;
    assert!(matches!(
        gray(&manifest, 1, 2, &[0, 0]),
        Err(PreprocessError::Size { width: 2, height: 1, expected_width: 2, expected_height: 2 })
    ));
    assert!(gray(&manifest, 2, 2, &[0; 4]).is_ok());
}

#[test]
fn files_that_are_no_png_are_named() {
    let manifest = manifest(8, 28, 28);
    let message = |bytes: &[u8]| png(&manifest, bytes).expect_err("no PNG").to_string();
    assert_eq!(
        message(&[0xff, 0xd8, 0xff, 0xe0]),
        "neither PNG nor JPEG by its first bytes (it looks like a damaged JPEG); save the picture as PNG"
    );
    assert!(message(b"").contains("the file is empty"));
    assert!(message(b"hello").contains("by its first bytes; save"));
}

#[test]
fn a_picture_that_is_too_large_is_refused_before_it_is_unpacked() {
    let mut huge = gray_png(1, 1, &[0]);
    huge[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let error = png(&manifest(8, 28, 28), &huge).expect_err("too large");
    assert!(matches!(error, PreprocessError::Sides { width: 65536, height: 65536 }), "{error}");
    let side = gray_png(4096, 2, &[7; 8192]);
    assert!(png(&manifest(8, 28, 28), &side).is_ok());
}

#[test]
fn every_truncation_and_every_trailing_byte_is_refused() {
    let manifest = manifest(8, 28, 28);
    for name in ["digit-7.png", "forms/palette.png", "forms/rgba.png"] {
        let bytes = file(name);
        for end in 0..bytes.len() {
            let error = png(&manifest, &bytes[..end]).expect_err("cut off");
            assert!(!error.to_string().is_empty(), "{name} cut at {end}");
        }
        let longer = [&bytes[..], &[0]].concat();
        assert!(
            matches!(png(&manifest, &longer), Err(PreprocessError::Trailing { count: 1, .. })),
            "{name}"
        );
    }
}

#[test]
fn real_numbers_are_rounded_to_the_nearest_of_the_range() {
    let mut manifest = manifest(2, 1, 4);
    manifest.preprocessing = Preprocessing::Values {};
    manifest.input = Input {
        bits: 2,
        high: 2.0,
        low: -1.0,
        min: -1,
        ranges: None,
        rounding: Default::default(),
        shape: vec![4],
    };
    assert_eq!(values(&manifest, &[-1.0, 0.1, 0.6, 2.0]).expect("in range"), [-1, 0, 1, 2]);
    assert_eq!(dequantize(&manifest, &[-1, 0, 1, 2]), [-1.0, 0.0, 1.0, 2.0]);
    assert!(matches!(
        values(&manifest, &[0.0; 3]),
        Err(PreprocessError::Count { expected: 4, got: 3 })
    ));
    for bad in [2.1, -1.1, f64::NAN, f64::INFINITY] {
        let got = values(&manifest, &[0.0, bad, 0.0, 0.0]);
        assert!(matches!(got, Err(PreprocessError::Range { index: 1, .. })), "{bad}");
    }
    assert!(matches!(png(&manifest, &file("digit-7.png")), Err(PreprocessError::NoPicture)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn no_change_of_bytes_makes_the_decoder_panic(
        form in 0usize..4,
        changes in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..4),
        mend: bool,
    ) {
        let names = ["digit-7.png", "forms/palette.png", "forms/gray-16-bit.png", "forms/rgba.png"];
        let mut bytes = file(names[form]);
        for (at, byte) in changes {
            let at = usize::from(at) % bytes.len();
            bytes[at] = byte;
        }
        if mend {
            mend_checksums(&mut bytes);
        }
        let _ = png(&manifest(4, 28, 28), &bytes);
    }

    #[test]
    fn every_picture_gives_values_in_range(
        width in 1usize..40, height in 1usize..40, seed: u64, bits in 1u8..=16,
    ) {
        let mut rng = zkml_model::random::Rng::new(seed);
        let pixels: Vec<u8> = (0..width * height).map(|_| rng.next_u64() as u8).collect();
        let manifest = manifest(bits, 7, 5);
        let input = gray(&manifest, height, width, &pixels).expect("pixels");
        prop_assert_eq!(zkml_model::infer::check_input(&manifest.input_spec(), &input), Ok(()));
        let file = gray_png(width as u32, height as u32, &pixels);
        prop_assert_eq!(png(&manifest, &file).expect("well-formed"), input);
        let mut centred = manifest;
        change(&mut centred).resize = Resize::CentreInk;
        let input = gray(&centred, height, width, &pixels).expect("pixels");
        prop_assert_eq!(zkml_model::infer::check_input(&centred.input_spec(), &input), Ok(()));
    }
}

/// Rights the chunks' checksums, so that changes reach what is behind them.
fn mend_checksums(bytes: &mut [u8]) {
    let mut at = 8;
    while at + 12 <= bytes.len() {
        let length = bytes[at..at + 4].iter().fold(0usize, |n, b| (n << 8) | usize::from(*b));
        let Some(end) = (at + 8).checked_add(length).filter(|end| end + 4 <= bytes.len()) else {
            return;
        };
        let mut crc = flate2::Crc::new();
        crc.update(&bytes[at + 4..end]);
        bytes[end..end + 4].copy_from_slice(&crc.sum().to_be_bytes());
        at = end + 4;
    }
}

#[test]
fn strokes_anywhere_in_a_picture_are_brought_to_the_form_of_mnist() {
    let mut manifest = manifest(8, 28, 28);
    change(&mut manifest).resize = Resize::CentreInk;
    let plain = png(&manifest, &file("digit-7.png")).expect("PNG");
    assert_eq!(
        plain,
        seven().into_iter().map(i32::from).collect::<Vec<_>>(),
        "the right size is left alone"
    );
    // The seven three times as large, dark on light gray, in a corner of a wide picture.
    let (height, width) = (150, 260);
    let mut canvas = vec![240u8; height * width];
    for (index, pixel) in seven().into_iter().enumerate() {
        let (y, x) = (index / 28 * 3, index % 28 * 3);
        for at in (y..y + 3).flat_map(|y| (x..x + 3).map(move |x| (60 + y) * width + 170 + x)) {
            canvas[at] = 240 - (u32::from(pixel) * 240 / 255) as u8;
        }
    }
    let drawn = gray(&manifest, height, width, &canvas).expect("pixels");
    let difference: i32 = drawn.iter().zip(&plain).map(|(a, b)| (a - b).abs()).sum();
    assert!(difference / 784 < 8, "{difference}");
    change(&mut manifest).ink = Ink::DarkOnLight;
    let dark = gray(&manifest, height, width, &canvas).expect("pixels");
    assert!(dark.iter().zip(&drawn).all(|(dark, light)| dark + light == 255));
}

#[test]
fn an_empty_picture_and_a_single_dot_have_an_input_too() {
    let mut manifest = manifest(8, 28, 28);
    change(&mut manifest).resize = Resize::CentreInk;
    assert_eq!(gray(&manifest, 3, 5, &[0; 15]).expect("pixels"), [0; 784]);
    assert_eq!(gray(&manifest, 3, 5, &[255; 15]).expect("pixels"), [0; 784]);
    let mut dot = [0; 15];
    dot[14] = 200;
    let input = gray(&manifest, 3, 5, &dot).expect("pixels");
    assert_eq!(input.iter().filter(|v| **v == 255).count(), 400, "the dot is scaled to 20 × 20");
    assert_eq!((input[5 * 28 + 5], input[24 * 28 + 24], input[4 * 28 + 5]), (255, 255, 0));
}

#[test]
fn centring_is_refused_where_there_is_no_ink() {
    let mut manifest = manifest(8, 2, 2);
    change(&mut manifest).resize = Resize::CentreInk;
    change(&mut manifest).ink = Ink::Any;
    let error = gray(&manifest, 3, 3, &[0; 9]).expect_err("no ink").to_string();
    assert!(error.contains("`centre-ink`, which is for grayscale with the ink"), "{error}");
}
