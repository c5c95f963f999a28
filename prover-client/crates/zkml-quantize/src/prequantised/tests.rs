//! Quantised graphs against what onnxruntime computes with them.

use std::{collections::BTreeMap, fs, path::PathBuf};

use super::*;
use crate::{Imported, InputKind, eval, quantize};
use zkml_data::{
    dataset::{self, Images},
    preprocess,
};
use zkml_model::{
    file, infer,
    manifest::{Decimal, Image, Normalise, Polarity},
};
use zkml_onnx::float;

#[derive(serde::Deserialize)]
struct Case {
    #[serde(rename = "type")]
    kind: String,
    inputs: Vec<Vec<i64>>,
    outputs: Vec<Vec<i64>>,
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/onnx-quantized"))
}

fn cases() -> BTreeMap<String, Case> {
    let text = fs::read_to_string(folder().join("integers.json")).expect("committed");
    serde_json::from_str(&text).expect("what qdq.py writes")
}

fn onnx(name: &str) -> OnnxModel {
    let bytes = fs::read(folder().join(format!("{name}.onnx"))).expect("committed");
    OnnxModel::decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn import(name: &str) -> Imported {
    quantize(&onnx(name), &Options::default()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Results that are another integer than onnxruntime's, and all results.
fn differing(name: &str, case: &Case, imported: &Imported) -> (usize, usize) {
    let model = &imported.model;
    // The lowest integer of the input's type is the model's lowest.
    let lowest = if case.inputs.iter().flatten().any(|q| *q < 0) { -128 } else { 0 };
    let zero = zero_point(&onnx(name));
    let mut out = (0, 0);
    for (input, output) in case.inputs.iter().zip(&case.outputs) {
        let input: Vec<i32> =
            input.iter().map(|q| model.input.min + (*q - lowest) as i32).collect();
        let trace = infer::run(model, &input).expect("in range");
        let scores = &trace.tensors[trace.tensors.len() - 2];
        assert_eq!(scores.len(), output.len(), "{name}");
        out.0 += scores.iter().zip(output).filter(|(own, theirs)| **own + zero != **theirs).count();
        out.1 += scores.len();
    }
    out
}

/// The zero point of the last grid.
fn zero_point(onnx: &OnnxModel) -> i64 {
    let last = onnx.nodes.iter().rev().find_map(|node| match &node.op {
        FloatOp::Quantize(grid) => Some(grid.zero_point),
        _ => None,
    });
    last.expect("ends on a grid").into()
}

/// Operators whose definition by onnxruntime is not the one here.
fn is_approximate(name: &str) -> bool {
    ["average-pool", "-add-", "residual-"].iter().any(|part| name.contains(part))
}

#[test]
fn results_are_onnxruntimes_bit_for_bit() {
    for (name, case) in cases() {
        let imported = import(&name);
        let (wrong, total) = differing(&name, &case, &imported);
        let told = &imported.report.rescales;
        println!("{name} ({}): {wrong} of {total}, {told:?}", case.kind);
        if !is_approximate(&name) {
            assert_eq!(wrong, 0, "{name}: of {total}; {told:?}");
        }
    }
}

#[test]
fn a_sum_of_two_grids_is_onnxruntimes_but_for_rare_ties() {
    for name in ["qlinear-add-u8", "qlinear-add-i8"] {
        let (wrong, total) = differing(name, &cases()[name], &import(name));
        assert!(wrong * 100 <= total, "{name}: {wrong} of {total}");
    }
}

#[test]
fn pictures_are_normalised_before_they_are_put_on_the_models_own_grid() {
    let onnx = onnx("mnist-cnn-qdq");
    let import = |mean: f64, std: f64| {
        let list = |number| vec![Decimal(number)];
        let normalise = Normalise { mean: list(mean), scale: 1.0, std: list(std) };
        let polarity = Polarity::Keep;
        let image = Image {
            normalise: Some(normalise),
            polarity,
            ..Image::for_shape(&onnx.shape).expect("a picture")
        };
        quantize(&onnx, &Options { preprocessing: InputKind::Image(image), ..Options::default() })
    };
    let FloatOp::Quantize(grid) = onnx.nodes[0].op else { panic!("starts on a grid") };
    for (mean, std) in [(0.0, 1.0), (0.0, 2.0), (-0.25, 4.0)] {
        let Imported { manifest, .. } = import(mean, std).expect("within the grid");
        let [low, high] = grid.bounds().map(|q| q as f64 * f64::from(grid.scale));
        assert_eq!((manifest.input.low, manifest.input.high), (low, high));
        let pixels: Vec<u8> = (0..784).map(|i| (i % 256) as u8).collect();
        let taken = preprocess::gray(&manifest, 28, 28, &pixels).expect("a picture");
        for (pixel, q) in pixels.iter().zip(taken) {
            let real = (f64::from(*pixel) / 255.0 - mean) / std;
            assert_eq!(
                q,
                (real as f32 / grid.scale).round_ties_even() as i32,
                "{pixel}: {mean} {std}"
            );
        }
    }
    // Black is below the grid, which saturates.
    let Imported { manifest, .. } = import(0.5, 0.5).expect("saturates");
    let taken = preprocess::gray(&manifest, 28, 28, &[0; 784]).expect("a picture");
    assert_eq!(taken, [manifest.input.min; 784]);
}

#[test]
fn quantised_models_are_valid_and_survive_their_files() {
    for name in cases().keys() {
        let Imported { model, .. } = import(name);
        assert_eq!(model.validate(), Ok(()), "{name}");
        assert_eq!(file::decode(&file::encode(&model)).as_ref(), Ok(&model), "{name}");
    }
}

#[test]
fn the_dequantised_evaluation_agrees_with_the_integers() {
    for (name, case) in
        cases().iter().filter(|(name, _)| name.starts_with("cnn-") || name.starts_with("residual-"))
    {
        let (onnx, imported) = (onnx(name), import(name));
        let lowest = if case.inputs.iter().flatten().any(|q| *q < 0) { -128 } else { 0 };
        let same = case.inputs.iter().filter(|input| {
            let input: Vec<i32> =
                input.iter().map(|q| imported.model.input.min + (*q - lowest) as i32).collect();
            let reals = preprocess::dequantize(&imported.manifest, &input);
            let class = infer::run(&imported.model, &input).expect("in range").class;
            class == Some(float::classify(&onnx, &reals).expect("right length"))
        });
        assert!(same.count() + 1 >= case.inputs.len(), "{name}");
    }
}

#[test]
fn the_quantised_mnist_network_answers_as_in_onnxruntime() {
    let imported = import("mnist-cnn-qdq");
    let text = fs::read_to_string(folder().join("mnist-cnn-qdq.classes.json")).expect("committed");
    let theirs: Vec<u8> = serde_json::from_str(&text).expect("a list");
    let read = |name: &str| fs::read(folder().join("../mnist").join(name)).expect("committed");
    let images = Images::read(&read("t10k-first-500-images.idx3.gz")).expect("pictures");
    let labels = dataset::labels(&read("t10k-first-500-labels.idx1.gz")).expect("labels");
    let rate = |labels: &[u8]| {
        eval::quantized(&imported.model, &imported.manifest, &images, labels, &|_| {})
            .expect("measured")
            .right
    };
    assert_eq!((rate(&theirs), images.iter().count()), (500, 500));
    assert!(rate(&labels) >= 490, "{}", rate(&labels));
    // The same network as this import quantises it.
    let onnx = OnnxModel::decode(&read("mnist-cnn.onnx")).expect("supported");
    let own = quantize(&onnx, &Options::default()).expect("fits");
    let own =
        eval::quantized(&own.model, &own.manifest, &images, &labels, &|_| {}).expect("measured");
    println!("{} and {} of 500; {:?}", rate(&labels), own.right, imported.report);
}
