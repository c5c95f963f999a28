use super::*;
use crate::{
    OnnxModel,
    graph::{Gemm, Operand},
    onnx::{FloatNode, FloatOp},
    quantize::{InputKind, Options, quantize},
};

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
    let op = FloatOp::Gemm(Gemm { outputs: 1, inputs: 2, weights: vec![1.0, 1.0], bias: vec![0.0] });
    let node = FloatNode { name: "g".into(), op, inputs: vec![Operand::Input], shape: vec![1] };
    let onnx = OnnxModel {
        name: "m".into(),
        input: "x".into(),
        shape: vec![2],
        nodes: vec![node],
        end: crate::onnx::End::Scores,
    };
    let options = Options {
        input_bits: 8,
        input_range: (-1.0, 1.0),
        preprocessing: InputKind::Values,
        ..Options::default()
    };
    quantize(&onnx, &options).expect("fits").manifest
}

#[test]
fn rows_may_have_dimensions_of_one_or_be_flat() {
    let values = [0.5; 12];
    for shape in ["(2, 1, 2, 3)", "(2, 2, 3)", "(2, 2, 3, 1)", "(2, 6)"] {
        assert_eq!(Samples::read(&floats(shape, &values), &[1, 2, 3]).expect(shape).len(), 2, "{shape}");
    }
    assert_eq!(Samples::read(&floats("(1, 2, 3)", &values[..6]), &[1, 2, 3]).expect("one").len(), 1);
    for shape in ["(2, 3, 2)", "(12,)", "(3, 4)", "(6, 2)"] {
        let error = Samples::read(&floats(shape, &values), &[1, 2, 3]).expect_err(shape).to_string();
        assert!(error.contains("samples have shape [N, 1, 2, 3]"), "{error}");
    }
}

#[test]
fn what_lies_beyond_the_range_is_counted_and_kept_at_its_end() {
    let samples = Samples::read(&floats("(2, 2)", &[0.0, 1.0, -2.0, 3.0]), &[2]).expect("an array");
    assert_eq!(samples.range(), Some((-2.0, 3.0)));
    let manifest = manifest();
    let taken = |index| samples.integers(&manifest, index).expect("an input");
    let spec = manifest.input_spec();
    assert_eq!((taken(0).values[1], taken(0).outside), (spec.max() as i32, 0));
    assert_eq!(taken(1), Taken { values: vec![spec.min, spec.max() as i32], outside: 2 });
    assert_eq!(samples.reals(&manifest, 1), [-2.0, 3.0]);
    assert_eq!(samples.reals(&manifest, 2), [0.0f32; 0]);
}

#[test]
fn pictures_are_read_from_idx_files() {
    let mut file = vec![0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3];
    file.extend(0..12);
    let samples = Samples::read(&file, &[1, 2, 3]).expect("pictures");
    assert_eq!((samples.len(), samples.range()), (2, None));
}

#[test]
fn samples_that_cannot_be_used_are_refused_with_the_reason() {
    let fault = |file: &[u8]| Samples::read(file, &[2]).expect_err("refused").to_string();
    assert!(fault(b"PK\x03\x04").starts_with("neither an idx file nor a .npy file: it starts with [50, 4b,"));
    assert!(fault(&[]).starts_with("neither"));
    let nan = fault(&floats("(2, 2)", &[0.0, 1.0, f32::NAN, 0.0]));
    assert!(nan.starts_with("sample 1, value 0 is NaN"), "{nan}");
    assert!(fault(&floats("(0, 2)", &[])).starts_with("there are no samples"));
}

#[test]
fn labels_are_class_numbers_of_either_format() {
    assert_eq!(labels(&[0, 0, 8, 1, 0, 0, 0, 2, 5, 4], 10).expect("labels"), [5, 4]);
    let long = npy("<i8", "(2,)", &[3u64.to_le_bytes(), 0u64.to_le_bytes()].concat());
    assert_eq!(labels(&long, 4).expect("labels"), [3, 0]);
    assert_eq!(labels(&npy("|u1", "(2, 1)", &[1, 2]), 4).expect("labels"), [1, 2]);
    let fault = |file: &[u8]| labels(file, 3).expect_err("refused").to_string();
    assert_eq!(fault(&long), "label 0 is 3; the model has classes 0 to 2: give class numbers");
    assert!(fault(&npy("|u1", "(1, 2)", &[1, 2])).starts_with("the labels have shape [1, 2]"));
    assert!(fault(&floats("(1,)", &[0.5])).starts_with("label 0 is 0.5"));
    assert!(fault(&floats("(1,)", &[f32::NAN])).starts_with("label 0 is NaN"));
}
