use std::fs;

use super::*;
use crate::{Granularity, InputKind, Options, quantize};
use zkml_data::samples;
use zkml_model::{graph::Gemm, intervals};
use zkml_onnx::{FloatNode, FloatOp, Function};

fn vectors() -> std::path::PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors").into()
}

fn onnx(name: &str) -> OnnxModel {
    OnnxModel::decode(&fs::read(vectors().join(name)).expect("committed")).expect("supported")
}

fn digits(model: &OnnxModel) -> (Samples, Vec<u32>) {
    let file = |name: &str| fs::read(vectors().join("mnist").join(name)).expect("committed");
    let pictures = Samples::read(&file("t10k-first-500-images.idx3.gz"), &model.shape, None)
        .expect("pictures");
    (pictures, samples::labels(&file("t10k-first-500-labels.idx1.gz"), 10, None).expect("labels"))
}

fn npy(shape: &str, values: &[f32]) -> Vec<u8> {
    let text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n");
    let data: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    [
        &zkml_data::npy::MAGIC[..],
        &[1, 0],
        &(text.len() as u16).to_le_bytes(),
        text.as_bytes(),
        &data,
    ]
    .concat()
}

#[test]
fn the_mnist_network_is_measured_as_eval_does() {
    let onnx = onnx("mnist/mnist-cnn.onnx");
    let (samples, labels) = digits(&onnx);
    let imported = quantize(&onnx, &Options::default()).expect("fits");
    let reference = Reference::of(&onnx, &imported.manifest, &samples, Some(labels), &|_| {})
        .expect("measured");
    let order = spread(samples.len());
    let all = measure(&imported, &samples, &reference, &order, &|_| {}).expect("measured");
    assert_eq!((all.samples, all.nodes.len(), all.outside), (500, imported.model.nodes.len(), 0));
    assert_eq!(all.float_right as i64 - all.right as i64, all.lost as i64 - all.gained as i64);
    assert!(all.agreement() > 99.0 && all.score_error() < 0.2, "{all:?}");
    // In parts it is the same.
    let (first, rest) = order.split_at(123);
    let part =
        |indices| measure(&imported, &samples, &reference, indices, &|_| {}).expect("measured");
    let both = part(first).merge(&part(rest));
    assert_eq!((both.right, both.agree, &both.nodes), (all.right, all.agree, &all.nodes));
    assert!((both.score_error() - all.score_error()).abs() < 1e-9);
    // What was reached lies within what can be.
    let ranges = intervals::analyse(&imported.model).expect("bounded");
    for (reached, ranges) in all.nodes.iter().zip(&ranges) {
        assert!(
            ranges.iter().any(|r| r.lo <= reached.lo) && ranges.iter().any(|r| reached.hi <= r.hi)
        );
    }
    let fits = by_layer(&onnx, &imported, &samples, &order[..50]).expect("measured");
    assert_eq!(fits.iter().map(|fit| fit.node).collect::<Vec<_>>(), [0, 1, 2, 3]);
    // The convolution's weights lie on a grid: what is left is the input's rounding.
    assert!(fits.iter().all(|fit| fit.error < 0.2 && fit.lo < fit.hi), "{fits:?}");
}

#[test]
fn without_labels_the_float_model_is_right() {
    let onnx = onnx("mnist/mnist-cnn.onnx");
    let (samples, _) = digits(&onnx);
    let options = Options { input_bits: 1, ..Options::default() };
    let imported = quantize(&onnx, &options).expect("fits");
    let reference =
        Reference::of(&onnx, &imported.manifest, &samples, None, &|_| {}).expect("measured");
    let all = measure(&imported, &samples, &reference, &spread(500), &|_| {}).expect("measured");
    assert_eq!((all.float_right, all.right), (500, all.agree));
    let wrong = Reference::of(&onnx, &imported.manifest, &samples, Some(vec![0; 3]), &|_| {});
    let fault = wrong.expect_err("three labels").to_string();
    assert_eq!(fault, "500 samples but 3 labels; give the two files of one data set");
}

#[test]
fn a_loss_beyond_doubt_needs_no_more_samples() {
    let seen = |samples, lost, gained| Measured {
        samples,
        float_right: samples - gained,
        right: samples - lost,
        lost,
        gained,
        ..Measured::default()
    };
    let few = seen(64, 3, 2);
    assert!(
        (few.loss() - 100.0 / 64.0).abs() < 1e-9 && !few.rules_out(0.5),
        "{}",
        few.standard_error()
    );
    assert!(seen(64, 30, 0).rules_out(0.5));
    assert!(seen(10_000, 200, 10).rules_out(0.5));
    assert!(!seen(10_000, 70, 10).rules_out(0.5));
    // Differences alone make the error: 70 that are wrong for both would not.
    assert!((seen(10_000, 0, 0).standard_error()).abs() < 1e-12);
}

#[test]
fn what_answers_with_values_loses_the_error_of_its_values() {
    let seen = Measured {
        samples: 100,
        values: true,
        difference: 0.01,
        energy: 1.0,
        ..Measured::default()
    };
    assert!((seen.loss() - 10.0).abs() < 1e-9 && (seen.accuracy() - 90.0).abs() < 1e-9);
    assert!(seen.rules_out(5.0) && !seen.rules_out(9.0));
}

#[test]
fn samples_are_taken_from_everywhere_and_each_once() {
    for count in [0, 1, 2, 3, 10, 64, 500, 1001] {
        let order = spread(count);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..count).collect::<Vec<_>>(), "{count}");
    }
    let first = &spread(500)[..50];
    for tenth in 0..10 {
        assert!(first.iter().any(|index| index / 50 == tenth), "{first:?}");
    }
}

#[test]
fn saturation_is_seen_at_the_input_at_clips_and_at_tables() {
    let gemm = |weight: f32| {
        let op =
            FloatOp::Gemm(Gemm { outputs: 1, inputs: 1, weights: vec![weight], bias: vec![0.0] });
        FloatNode { name: "g".into(), op, inputs: vec![Operand::Input], shape: vec![1] }
    };
    let behind = |op, from| FloatNode {
        name: "f".into(),
        op,
        inputs: vec![Operand::Node(from)],
        shape: vec![1],
    };
    let file = npy("(5, 1)", &[-2.0, -1.0, 0.0, 0.5, 1.0]);
    let samples = Samples::read(&file, &[1], None).expect("numbers");
    let clip = FloatOp::Clip { min: -0.25, max: 0.25 };
    for (op, weight) in [(clip, 1.0), (FloatOp::Function(Function::Sigmoid), 40.0)] {
        let nodes = vec![gemm(weight), behind(op, 0)];
        let model = OnnxModel {
            name: "m".into(),
            input: "x".into(),
            input_type: Default::default(),
            shape: vec![1],
            nodes,
            end: zkml_onnx::OutputHead::Scores,
        };
        let options = Options {
            input_bits: 8,
            input_range: Some((-1.0, 1.0)),
            preprocessing: InputKind::Values,
            tolerance: 0.0,
            ..Options::default()
        };
        let imported = quantize(&model, &options).expect("fits");
        let reference =
            Reference::of(&model, &imported.manifest, &samples, None, &|_| {}).expect("measured");
        let all = measure(&imported, &samples, &reference, &spread(5), &|_| {}).expect("measured");
        assert_eq!((all.outside, all.input.saturated, all.input.values), (1, 1, 5));
        let bounded = all.nodes.iter().find(|node| node.saturated > 0).expect("saturates");
        assert_eq!((bounded.saturated, bounded.values), (4, 5));
        assert!((bounded.saturation() - 0.8).abs() < 1e-12);
    }
}

#[test]
fn a_table_that_ends_where_the_data_does_is_finer() {
    let onnx = onnx("onnx/mlp-sigmoid.onnx");
    let width = onnx.shape.iter().product::<usize>();
    let values: Vec<f32> = (0..100 * width).map(|i| (i * 7919 % 1009) as f32 / 1009.0).collect();
    let samples = Samples::read(&npy(&format!("(100, {width})"), &values), &onnx.shape, None)
        .expect("numbers");
    let fine = Options { input_bits: 10, tolerance: 0.0, ..Options::default() };
    let whole = quantize(&onnx, &fine).expect("fits");
    let reference =
        Reference::of(&onnx, &whole.manifest, &samples, None, &|_| {}).expect("measured");
    let limits = reference.arguments().to_vec();
    assert!(
        !limits.is_empty() && limits.iter().all(|limit| (0.1..8.0).contains(limit)),
        "{limits:?}"
    );
    let limited = quantize(&onnx, &Options { table_limits: limits, ..fine.clone() }).expect("fits");
    let error = |imported: &Imported| {
        let all = measure(imported, &samples, &reference, &spread(100), &|_| {}).expect("measured");
        all.score_error()
    };
    assert!(error(&limited) < error(&whole), "{} {}", error(&limited), error(&whole));
    let wrong =
        quantize(&onnx, &Options { table_limits: vec![0.0], ..fine }).expect_err("no table");
    assert!(wrong.to_string().starts_with("--table-limits is [0.0]"), "{wrong}");
}

#[test]
fn one_scale_for_all_channels_is_coarser_and_the_default_keeps_them_apart() {
    let onnx = onnx("onnx/lenet.onnx");
    let with = |granularity| {
        let options = Options { granularity, input_bits: 8, tolerance: 0.0, ..Options::default() };
        quantize(&onnx, &options).expect("fits")
    };
    let (apart, together) = (with(Granularity::PerChannel), with(Granularity::PerTensor));
    assert_eq!(Options::default().granularity, Granularity::PerChannel);
    let first = |imported: &Imported| {
        let scales = imported.report.scales.first().cloned().unwrap_or_default();
        (
            scales.iter().all(|scale| Some(scale) == scales.first()),
            imported.report.layers[0].weight_error,
        )
    };
    let ((one, fine), (same, coarse)) = (first(&apart), first(&together));
    assert!(!one && same && fine <= coarse, "{fine} {coarse}");
    assert_eq!(together.model.validate(), Ok(()));
    // Its answers are those of the float model all the same.
    let values: Vec<f32> = (0..100 * onnx.shape.iter().product::<usize>())
        .map(|i| (i * 7919 % 1009) as f32 / 1009.0)
        .collect();
    let shape: Vec<String> = onnx.shape.iter().map(usize::to_string).collect();
    let samples =
        Samples::read(&npy(&format!("(100, {})", shape.join(", ")), &values), &onnx.shape, None);
    let samples = samples.expect("numbers");
    let reference =
        Reference::of(&onnx, &apart.manifest, &samples, None, &|_| {}).expect("measured");
    for imported in [&apart, &together] {
        let all = measure(imported, &samples, &reference, &spread(100), &|_| {}).expect("measured");
        assert!(
            all.agreement() >= 95.0 && all.score_error() < 0.1,
            "{} {}",
            all.agreement(),
            all.score_error()
        );
    }
}
