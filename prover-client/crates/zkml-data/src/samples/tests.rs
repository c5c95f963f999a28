use super::*;

fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let length = (text.len() as u16).to_le_bytes();
    [&npy::MAGIC[..], &[1, 0], &length, text.as_bytes(), data].concat()
}

fn floats(shape: &str, values: &[f32]) -> Vec<u8> {
    npy("<f4", shape, &values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>())
}

/// A manifest for two numbers from -1 to 1 in eight bits.
fn manifest() -> Manifest {
    let text = br#"{"classes":["0"],"input":{"bits":8,"high":"1","low":"-1","min":-128,"shape":[2]},"name":"m","output":{"encoding":{"values":{"bits":8,"scale":"1"}}},"preprocessing":{"values":{}},"version":1}"#;
    Manifest::from_json(text).expect("a manifest")
}

#[test]
fn rows_may_have_dimensions_of_one_or_be_flat() {
    let values = [0.5; 12];
    for shape in ["(2, 1, 2, 3)", "(2, 2, 3)", "(2, 2, 3, 1)", "(2, 6)"] {
        assert_eq!(
            Samples::read(&floats(shape, &values), &[1, 2, 3], None).expect(shape).len(),
            2,
            "{shape}"
        );
    }
    assert_eq!(
        Samples::read(&floats("(1, 2, 3)", &values[..6]), &[1, 2, 3], None).expect("one").len(),
        1
    );
    for shape in ["(2, 3, 2)", "(12,)", "(3, 4)", "(6, 2)"] {
        let error =
            Samples::read(&floats(shape, &values), &[1, 2, 3], None).expect_err(shape).to_string();
        assert!(error.contains("samples have shape [N, 1, 2, 3]"), "{error}");
    }
}

#[test]
fn what_lies_beyond_the_range_is_counted_and_kept_at_its_end() {
    let samples =
        Samples::read(&floats("(2, 2)", &[0.0, 1.0, -2.0, 3.0]), &[2], None).expect("an array");
    assert_eq!(samples.range(None), Some((-2.0, 3.0)));
    let manifest = manifest();
    let taken = |index| samples.integers(&manifest, index).expect("an input");
    let spec = manifest.input_spec();
    assert_eq!((taken(0).values[1], taken(0).outside), (spec.max() as i32, 0));
    assert_eq!(taken(1), Taken { values: vec![spec.min, spec.max() as i32], outside: 2 });
    assert_eq!(samples.reals(&manifest, 1), [-2.0, 3.0]);
    assert_eq!(samples.reals(&manifest, 2), [0.0f32; 0]);
}

fn list(numbers: &[f64]) -> Vec<zkml_model::manifest::Decimal> {
    numbers.iter().copied().map(zkml_model::manifest::Decimal).collect()
}

/// Numbers of two channels that are normalised.
fn normalised() -> Manifest {
    let normalise = Normalise { mean: list(&[2.0, 20.0]), scale: 1.0, std: list(&[4.0, 10.0]) };
    Manifest {
        preprocessing: zkml_model::manifest::Preprocessing::NormalisedValues(normalise),
        ..manifest()
    }
}

#[test]
fn numbers_are_normalised_as_a_commitment_does_it() {
    let manifest = normalised();
    let samples = Samples::read(&floats("(3, 2)", &[3.0, 15.0, 2.0, 20.0, -6.0, 25.0]), &[2], None)
        .expect("rows");
    // (3 - 2) / 4 and (15 - 20) / 10, which lie where the manifest's range of -1 to 1 says.
    assert_eq!(samples.reals(&manifest, 0), [0.25, -0.5]);
    for index in 0..2 {
        let row: Vec<f64> = [[3.0, 15.0], [2.0, 20.0]][index].into();
        let committed = preprocess::values(&manifest, &row).expect("in range");
        assert_eq!(
            samples.integers(&manifest, index).expect("an input"),
            Taken { values: committed, outside: 0 }
        );
    }
    let step = |real: f64| manifest.input.level(0, real).expect("in range");
    assert_eq!(samples.integers(&manifest, 0).expect("an input").values, [step(0.25), step(-0.5)]);
    // -6 is beyond: a commitment refuses it, by the number as it was given.
    let beyond = samples.integers(&manifest, 2).expect("kept at the end");
    assert_eq!(beyond, Taken { values: vec![step(-1.0), step(0.5)], outside: 1 });
    let refused = preprocess::values(&manifest, &[-6.0, 25.0]).expect_err("beyond").to_string();
    assert!(
        refused.starts_with("number 0 is -6, outside the manifest's range from -2 to 6"),
        "{refused}"
    );
    let zkml_model::manifest::Preprocessing::NormalisedValues(normalise) = &manifest.preprocessing
    else {
        unreachable!()
    };
    assert_eq!(samples.range(Some(normalise)), Some((-2.0, 0.5)));
}

#[test]
fn pictures_are_normalised_and_laid_out_as_a_commitment_does_it() {
    use zkml_model::manifest::{Image, Layout, Preprocessing};
    let image = Image::for_shape(&[2, 4, 3]).expect("a picture");
    let normalise =
        Normalise { mean: list(&[0.5, 0.25, 0.0]), scale: 1.0, std: list(&[0.5, 0.5, 1.0]) };
    let (low, high) = normalise.range(8);
    let mut manifest = manifest();
    manifest.input = zkml_model::manifest::Input {
        bits: 8,
        high,
        low,
        min: (low / (high - low) * 255.0).round() as i32,
        ranges: None,
        rounding: Default::default(),
        shape: vec![2, 4, 3],
    };
    manifest.preprocessing = Preprocessing::Image(Image { normalise: Some(normalise), ..image });
    assert_eq!(image_layout(&manifest), Layout::Nhwc);
    let mut file = vec![0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 4];
    file.extend([0, 51, 102, 153, 204, 255, 30, 60]);
    let samples = Samples::read(&file, &[2, 4, 3], None).expect("a picture");
    let reals = samples.reals(&manifest, 0);
    // Black, then 51 / 255, in each of three channels.
    assert_eq!(reals[..6], [-1.0, -0.5, 0.0, -0.6, -0.1, 0.2]);
    let taken = samples.integers(&manifest, 0).expect("an input");
    let levels: Vec<i32> = reals
        .iter()
        .map(|real| manifest.input.level(0, (*real).into()).expect("in range"))
        .collect();
    assert_eq!(taken, Taken { values: levels, outside: 0 });
}

fn image_layout(manifest: &Manifest) -> zkml_model::manifest::Layout {
    match &manifest.preprocessing {
        zkml_model::manifest::Preprocessing::Image(image) => image.layout,
        _ => panic!("takes pictures"),
    }
}

#[test]
fn archives_hold_samples_and_labels() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/inputs/several.npz");
    let file = std::fs::read(folder).expect("committed");
    let samples = Samples::read(&file, &[4], Some("x0")).expect("an array");
    assert_eq!(
        samples,
        Samples::Numbers(Numbers { width: 4, per_channel: 1, values: vec![5.1, 3.5, 1.4, 0.2] })
    );
    assert_eq!(labels(&file, 2, Some("label")).expect("labels"), [0, 1]);
    let several = Samples::read(&file, &[4], None).expect_err("which one").to_string();
    assert!(several.starts_with("the .npz file has 3 arrays (`x0`, `x1`, `label`)"), "{several}");
    let named = Samples::read(&floats("(1, 2)", &[0.0; 2]), &[2], Some("x"))
        .expect_err("no archive")
        .to_string();
    assert!(named.starts_with("the array `x` is named"), "{named}");
}

#[test]
fn pictures_are_read_from_idx_files() {
    let mut file = vec![0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3];
    file.extend(0..12);
    let samples = Samples::read(&file, &[1, 2, 3], None).expect("pictures");
    assert_eq!((samples.len(), samples.range(None)), (2, None));
}

#[test]
fn samples_that_cannot_be_used_are_refused_with_the_reason() {
    let fault = |file: &[u8]| Samples::read(file, &[2], None).expect_err("refused").to_string();
    assert!(
        fault(b"\x89PNG")
            .starts_with("neither an idx file nor a .npy or .npz file: it starts with [89, 50,")
    );
    assert!(fault(b"PK\x03\x04").starts_with("the .npz file is no sound zip archive"));
    assert!(fault(&[]).starts_with("neither"));
    let nan = fault(&floats("(2, 2)", &[0.0, 1.0, f32::NAN, 0.0]));
    assert!(nan.starts_with("sample 1, value 0 is NaN"), "{nan}");
    assert!(fault(&floats("(0, 2)", &[])).starts_with("there are no samples"));
}

#[test]
fn labels_are_class_numbers_of_either_format() {
    assert_eq!(labels(&[0, 0, 8, 1, 0, 0, 0, 2, 5, 4], 10, None).expect("labels"), [5, 4]);
    let long = npy("<i8", "(2,)", &[3u64.to_le_bytes(), 0u64.to_le_bytes()].concat());
    assert_eq!(labels(&long, 4, None).expect("labels"), [3, 0]);
    assert_eq!(labels(&npy("|u1", "(2, 1)", &[1, 2]), 4, None).expect("labels"), [1, 2]);
    let fault = |file: &[u8]| labels(file, 3, None).expect_err("refused").to_string();
    assert_eq!(fault(&long), "label 0 is 3; the model has classes 0 to 2: give class numbers");
    assert!(fault(&npy("|u1", "(1, 2)", &[1, 2])).starts_with("the labels have shape [1, 2]"));
    assert!(fault(&floats("(1,)", &[0.5])).starts_with("label 0 is 0.5"));
    assert!(fault(&floats("(1,)", &[f32::NAN])).starts_with("label 0 is NaN"));
}
