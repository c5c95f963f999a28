//! Against NumPy and Pillow: `tests/vectors/inputs`.

use serde_json::Value;

use super::*;
use crate::npz;

fn vector(name: &str) -> Vec<u8> {
    fs::read(vectors().join("../inputs").join(name)).expect("committed")
}

fn expected() -> Value {
    serde_json::from_slice(&vector("expected.json")).expect("JSON")
}

fn reals(list: &Value) -> Vec<f64> {
    list.as_array().expect("a list").iter().map(|v| v.as_f64().expect("a number")).collect()
}

fn integers(list: &Value) -> Vec<i32> {
    list.as_array()
        .expect("a list")
        .iter()
        .map(|v| v.as_i64().expect("an integer") as i32)
        .collect()
}

fn normalise(case: &Value) -> Normalise {
    let list = |key: &str| reals(&case[key]).into_iter().map(Decimal).collect();
    Normalise { mean: list("mean"), scale: case["scale"].as_f64().unwrap_or(1.0), std: list("std") }
}

/// A manifest for pictures of 32 × 24 pixels, or for four numbers.
fn manifest_of(case: &Value, shape: Vec<usize>, preprocessing: Preprocessing) -> Manifest {
    let number = |key: &str| case[key].as_f64().expect("a number");
    let (low, high, bits) = (number("low"), number("high"), number("bits") as u8);
    let step = (high - low) / f64::from((1u32 << bits) - 1);
    let input = Input {
        bits,
        high,
        low,
        min: (low / step).round() as i32,
        ranges: None,
        rounding: Default::default(),
        shape,
    };
    let manifest = Manifest { input, preprocessing, ..manifest(4, 1, 1) };
    // What is written is what is read, and has one form.
    assert_eq!(Manifest::from_json(&manifest.to_json()).expect("canonical"), manifest);
    manifest
}

fn colours(case: &Value) -> Manifest {
    let (layout, shape) = match case["layout"].as_str() {
        Some("nhwc") => (Layout::Nhwc, vec![24, 32, 3]),
        _ => (Layout::Nchw, vec![3, 24, 32]),
    };
    let image = Image {
        channels: Channels::Rgb,
        height: 24,
        ink: Ink::Any,
        layout,
        normalise: Some(normalise(case)),
        polarity: Polarity::Keep,
        resize: Resize::Refuse,
        width: 32,
    };
    manifest_of(case, shape, Preprocessing::Image(image))
}

#[test]
fn a_normalised_picture_has_the_integers_that_numpy_computes() {
    for case in expected()["pictures"].as_array().expect("cases") {
        let manifest = colours(case);
        let name = format!("{} {}", case["name"], case["layout"]);
        let Preprocessing::Image(Image { normalise: Some(norm), layout, .. }) =
            &manifest.preprocessing
        else {
            unreachable!("a picture")
        };
        let range = norm.range(manifest.input.bits);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(
            near(range.0, manifest.input.low) && near(range.1, manifest.input.high),
            "{name}: {range:?}"
        );
        let input = picture(&manifest, &vector("colours.png")).expect("PNG");
        assert_eq!(input, integers(&case["integers"]), "{name}");
        if *layout == Layout::Nhwc {
            assert_eq!(bytes(&manifest, &vector("colours.bin")).expect("bytes"), input, "{name}");
        }
        // The real zero has a level, so padding is exact.
        let step = (range.1 - range.0) / f64::from((1u32 << manifest.input.bits) - 1);
        assert!((range.0 - f64::from(manifest.input.min) * step).abs() < 1e-12, "{name}");
    }
}

#[test]
fn normalised_numbers_have_the_integers_that_numpy_computes() {
    let expected = expected();
    let case = &expected["values"];
    let manifest = manifest_of(case, vec![4], Preprocessing::NormalisedValues(normalise(case)));
    let rows = case["numbers"]
        .as_array()
        .expect("rows")
        .iter()
        .zip(case["integers"].as_array().expect("rows"));
    for (numbers, q) in rows {
        assert_eq!(values(&manifest, &reals(numbers)).expect("in range"), integers(q));
    }
    let error = values(&manifest, &[5.1, 3.5, 1.4, 9.0]).expect_err("too large").to_string();
    assert!(
        error.starts_with("number 3 is 9, outside the manifest's range from -2 to 4.4"),
        "{error}"
    );
}

#[test]
fn jpegs_are_decoded_as_pillow_does_within_some_units() {
    let expected = expected();
    let plain = Image {
        channels: Channels::Rgb,
        height: 24,
        ink: Ink::Any,
        layout: Layout::Nhwc,
        normalise: None,
        polarity: Polarity::Keep,
        resize: Resize::Refuse,
        width: 32,
    };
    let input = Input {
        bits: 8,
        high: 1.0,
        low: 0.0,
        min: 0,
        ranges: None,
        rounding: Default::default(),
        shape: vec![24, 32, 3],
    };
    let manifest =
        Manifest { input, preprocessing: Preprocessing::Image(plain), ..manifest(4, 1, 1) };
    for (name, file, most) in [
        ("444", "colours-444.jpg", 3),
        ("420", "colours-420.jpg", 12),
        ("progressive", "colours-progressive.jpg", 3),
        ("gray", "gray.jpg", 2),
    ] {
        let got =
            picture(&manifest, &vector(file)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let pillow = integers(&expected["pillow"][name]);
        assert_eq!(got.len(), pillow.len(), "{name}");
        let widest = got.iter().zip(&pillow).map(|(a, b)| (a - b).abs()).max().expect("pixels");
        assert!(widest <= most, "{name}: {widest}");
        let cut = vector(file);
        for end in (0..cut.len()).rev().step_by(7) {
            assert!(
                end + 2 >= cut.len() || picture(&manifest, &cut[..end]).is_err(),
                "{name} cut at {end}"
            );
        }
    }
}

#[test]
fn jpegs_that_are_too_large_or_damaged_are_refused() {
    let manifest = manifest(4, 24, 32);
    let jpeg = vector("colours-444.jpg");
    let frame = jpeg.windows(2).position(|two| two == [0xff, 0xc0]).expect("a frame");
    let mut wide = jpeg.clone();
    wide[frame + 7..frame + 9].copy_from_slice(&5000u16.to_be_bytes());
    let error = picture(&manifest, &wide).expect_err("too wide").to_string();
    assert!(error.starts_with("the picture has 5000 × 24 pixels, at most 4096"), "{error}");
    let error = picture(&manifest, b"\xff\xd8\xff\xe0").expect_err("cut off").to_string();
    assert!(error.starts_with("the JPEG of 4 bytes cannot be decoded"), "{error}");
    assert!(
        picture(&manifest, b"GIF89a").expect_err("a GIF").to_string().contains("looks like a GIF")
    );
    assert!(picture(&manifest, b"\x93NUMPY").expect_err("npy").to_string().contains("NumPy array"));
}

#[test]
fn raw_bytes_must_be_as_many_as_the_shape_asks_for() {
    let manifest = manifest(8, 2, 3);
    assert_eq!(bytes(&manifest, &[0, 1, 2, 3, 4, 5]).expect("six"), [0, 1, 2, 3, 4, 5]);
    let error = bytes(&manifest, &[0; 7]).expect_err("seven").to_string();
    assert!(
        error.starts_with(
            "the file has 7 bytes, the manifest asks for 6, one for each value of the shape [1, 2, 3]"
        ),
        "{error}"
    );
    let input = Input {
        bits: 8,
        high: 255.0,
        low: 0.0,
        min: 0,
        ranges: None,
        rounding: Default::default(),
        shape: vec![2],
    };
    let numbers = Manifest { input, preprocessing: Preprocessing::Values {}, ..manifest };
    assert_eq!(bytes(&numbers, &[7, 255]).expect("two"), [7, 255]);
}

#[test]
fn normalisations_that_leave_the_range_or_have_no_scale_are_refused() {
    let expected = expected();
    let case = &expected["pictures"][0];
    let fault = |change: &dyn Fn(&mut Manifest, &mut Normalise)| {
        let mut manifest = colours(case);
        let mut norm = normalise(case);
        change(&mut manifest, &mut norm);
        super::change(&mut manifest).normalise = Some(norm);
        manifest.validate().expect_err("refused").to_string()
    };
    assert!(
        fault(&|_, norm| norm.std[1] = Decimal(0.1))
            .contains("of the pixel 0 of channel 1, outside the input's range")
    );
    assert!(fault(&|_, norm| norm.std[0] = Decimal(0.0)).contains("not above 0"));
    assert!(fault(&|_, norm| norm.mean[0] = Decimal(f64::NAN)).contains("no number"));
    assert!(
        fault(&|_, norm| norm.mean.truncate(2)).contains("has 2 means and 3 standard deviations")
    );
    assert!(fault(&|manifest, _| manifest.input.high = 1.0).contains("outside the input's range"));
    let mut gray = manifest(4, 2, 2);
    change(&mut gray).layout = Layout::Nhwc;
    assert!(
        gray.validate()
            .expect_err("gray")
            .to_string()
            .contains("has the layout `nhwc` for grayscale")
    );
}

#[test]
fn archives_of_arrays_are_read_by_name() {
    let limit = 1 << 10;
    let one = npz::read(&vector("one.npz"), None, limit).expect("one array");
    assert_eq!((one.shape.as_slice(), one.values[1]), (&[1, 4][..], 3.5));
    let several = vector("several.npz");
    let read = |name| npz::read(&several, name, limit);
    assert_eq!(read(Some("x1")).expect("there").values, [6.7, 3.1, 4.4, 1.4]);
    assert_eq!(read(Some("x0.npy")).expect("there").shape, [1, 4]);
    let error = read(None).expect_err("which").to_string();
    assert_eq!(error, "the .npz file has 3 arrays (`x0`, `x1`, `label`); name one of them");
    let error = read(Some("y")).expect_err("none").to_string();
    assert_eq!(error, "the .npz file has no array `y`; it has `x0`, `x1`, `label`");
    let error = npz::read(&several, Some("x0"), 100).expect_err("large").to_string();
    assert!(
        error.starts_with("the array `x0` has more than 100 bytes when it is unpacked"),
        "{error}"
    );
    for end in 0..several.len() {
        assert!(npz::read(&several[..end], Some("x0"), limit).is_err(), "cut at {end}");
    }
}

proptest! {
    #[test]
    fn no_change_of_bytes_makes_an_archive_or_a_jpeg_panic(
        file in 0usize..4, changes in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..6),
    ) {
        let name = ["several.npz", "one.npz", "colours-420.jpg", "colours-progressive.jpg"][file];
        let mut bytes = vector(name);
        for (at, byte) in changes {
            let at = usize::from(at) % bytes.len();
            bytes[at] = byte;
        }
        let _ = npz::read(&bytes, Some("x0"), 1 << 10);
        let _ = picture(&manifest(4, 24, 32), &bytes);
    }
}
