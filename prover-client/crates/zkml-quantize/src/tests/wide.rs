//! Weights, operands and features of very different size: the answers stay.

use super::*;
use zkml_model::manifest::Rounding;

fn layer(name: &str, inputs: usize, weights: Vec<f32>, bias: Vec<f32>) -> FloatNode {
    let outputs = bias.len();
    let op = FloatOp::Gemm(Gemm { outputs, inputs, weights, bias });
    FloatNode { name: name.into(), op, inputs: Vec::new(), shape: vec![outputs] }
}

/// Numbers from -1 to 1, the same ones for each seed.
fn reals(seed: u64, count: usize) -> Vec<f32> {
    let mut rng = random::Rng::new(seed);
    (0..count).map(|_| rng.range(-1000, 1000) as f32 / 1000.0).collect()
}

fn symmetric() -> Options {
    Options {
        input_bits: 8,
        input_range: Some((-1.0, 1.0)),
        preprocessing: InputKind::Values,
        ..Options::default()
    }
}

/// A network of two layers whose last has one weight that is `outlier`, from a hidden unit with
/// this bias.
fn with_outlier(outlier: f32, bias: f32) -> OnnxModel {
    let mut hidden_bias = reals(2, 6);
    hidden_bias[3] = bias;
    let mut last = reals(3, 4 * 6);
    last[6 + 3] = outlier;
    let nodes =
        vec![layer("h", 8, reals(1, 48), hidden_bias), relu(6), layer("y", 6, last, reals(4, 4))];
    model(&[8], nodes)
}

#[test]
fn a_weight_of_an_operand_that_never_changes_takes_no_bits() {
    // The hidden unit is below zero for all inputs, so that its ReLU is zero.
    let onnx = with_outlier(20_000.0, -40.0);
    let imported = quantize(&onnx, &Options { tolerance: 0.0, ..symmetric() }).expect("fits");
    assert!(agreement(&onnx, &imported) >= 0.97);
    assert!(imported.report.layers[1].weight_error < 0.01, "{:?}", imported.report.layers[1]);
}

#[test]
fn an_outlier_that_counts_gets_wide_weights_and_the_answers_stay() {
    // The hidden unit is above zero for some inputs only: for all others the small weights decide.
    let onnx = with_outlier(60.0, -2.2);
    let narrow = quantize(&onnx, &symmetric()).expect("fits");
    assert!(narrow.report.layers[1].weight_bits <= 8);
    assert!(Fidelity::of(&onnx, &narrow).is_lossy(), "{:?}", Fidelity::of(&onnx, &narrow));
    let (imported, fidelity, widening) = faithful(&onnx, &symmetric()).expect("fits");
    let widening = widening.expect("widened");
    assert!(!fidelity.is_lossy() && widening.before.is_lossy(), "{fidelity:?}");
    assert!(imported.report.layers[1].weight_bits > 8, "{:?}", imported.report.layers[1]);
    assert!(agreement(&onnx, &imported) > agreement(&onnx, &narrow));
    assert!(agreement(&onnx, &imported) >= 0.97);
    // Bits that were chosen by hand are kept, and the loss is told.
    let by_hand = Options { weight_bits: vec![7], ..symmetric() };
    let (_, fidelity, widening) = faithful(&onnx, &by_hand).expect("fits");
    assert!(fidelity.is_lossy() && widening.is_none());
    assert!(fidelity.to_string().contains("it gives another class for"), "{fidelity}");
}

#[test]
fn a_model_that_is_well_in_eight_bits_is_left_as_it_is() {
    let plain = quantize(&mnist(), &Options::default()).expect("fits");
    let (imported, fidelity, widening) = faithful(&mnist(), &Options::default()).expect("fits");
    assert_eq!((imported, widening), (plain, None));
    assert!(fidelity.clear > 4 && !fidelity.is_lossy(), "{fidelity:?}");
}

#[test]
fn wide_weights_are_computed_exactly_in_two_parts() {
    let weights: Vec<f32> = vec![16192.0, -16192.0, 63.0, 64.0, -64.0, 1.0, 190.0, -191.0];
    let onnx = model(&[4], vec![layer("y", 4, weights.clone(), vec![3.0, -5.0])]);
    let options = Options {
        input_bits: 4,
        input_range: Some((0.0, 15.0)),
        weight_bits: vec![15],
        preprocessing: InputKind::Values,
        output: OutputChoice::Values { bits: None },
        ..Options::default()
    };
    let imported = quantize(&onnx, &options).expect("fits");
    let names: Vec<_> = imported.model.nodes.iter().map(|node| node.op.name()).collect();
    assert_eq!(names, ["Gemm", "Reshape", "Conv", "Reshape", "Gemm", "Add"]);
    assert_eq!(imported.report.layers[0].node, 5);
    assert_eq!(file::decode(&file::encode(&imported.model)).expect("a file"), imported.model);
    for seed in 0..20 {
        let input = random::input(&imported.model, seed);
        let expected: Vec<i64> = (0..2)
            .map(|o| {
                [3, -5][o]
                    + (0..4).map(|i| weights[4 * o + i] as i64 * i64::from(input[i])).sum::<i64>()
            })
            .collect();
        let trace = infer::run(&imported.model, &input).expect("fits");
        assert_eq!(trace.tensors.last(), Some(&expected));
    }
}

#[test]
fn wide_weights_of_convolutions_are_exact_too() {
    let conv = Conv {
        out_channels: 2,
        in_channels: 1,
        group: 1,
        kernel: [2, 2],
        strides: [1, 1],
        pads: [1, 0, 0, 1],
        dilations: [1, 1],
        weights: vec![16192.0, -1.0, 127.0, 128.0, 5000.0, -16192.0, 0.0, 64.0],
        bias: vec![1.0, 2.0],
    };
    let flat =
        FloatNode { name: "f".into(), op: FloatOp::Reshape, inputs: Vec::new(), shape: vec![18] };
    let node = FloatNode {
        name: "c".into(),
        op: FloatOp::Conv(conv),
        inputs: Vec::new(),
        shape: vec![2, 3, 3],
    };
    let ones = layer("y", 18, vec![1.0; 18], vec![0.0]);
    let onnx = model(&[1, 3, 3], vec![node, flat, ones]);
    let options = Options {
        input_bits: 4,
        input_range: Some((0.0, 15.0)),
        weight_bits: vec![15],
        granularity: Granularity::PerTensor,
        preprocessing: InputKind::Values,
        output: OutputChoice::Values { bits: None },
        ..Options::default()
    };
    let imported = quantize(&onnx, &options).expect("fits");
    for seed in 0..20 {
        let input = random::input(&imported.model, seed);
        let floats =
            float::trace(&onnx, &preprocess::dequantize(&imported.manifest, &input)).expect("fits");
        let trace = infer::run(&imported.model, &input).expect("fits");
        let Operand::Node(at) = imported.report.places[0] else { panic!("a node") };
        let sums: Vec<f32> = trace.tensors[at].iter().map(|v| *v as f32).collect();
        assert_eq!(sums, floats[0]);
    }
}

/// Features of very different size that the model itself brings to one scale: `(x - mean) / std`,
/// then two layers.
fn table() -> OnnxModel {
    let (mean, std) = ([0.5f32, 0.2, 0.3, 0.6], [0.3f32, 0.004, 0.1, 0.02]);
    let scale = Conv {
        out_channels: 4,
        in_channels: 4,
        group: 4,
        kernel: [1, 1],
        strides: [1, 1],
        pads: [0; 4],
        dilations: [1, 1],
        weights: std.iter().map(|std| 1.0 / std).collect(),
        bias: mean.iter().zip(std).map(|(mean, std)| -mean / std).collect(),
    };
    let reshape = |shape: Vec<usize>| FloatNode {
        name: "r".into(),
        op: FloatOp::Reshape,
        inputs: Vec::new(),
        shape,
    };
    let scale = FloatNode {
        name: "n".into(),
        op: FloatOp::Conv(scale),
        inputs: Vec::new(),
        shape: vec![4, 1, 1],
    };
    let hidden = layer("h", 4, reals(7, 32), vec![0.0; 8]);
    let nodes = vec![
        reshape(vec![4, 1, 1]),
        scale,
        reshape(vec![4]),
        hidden,
        relu(8),
        layer("y", 8, reals(8, 24), vec![0.0; 3]),
    ];
    model(&[4], nodes)
}

#[test]
fn features_in_small_units_keep_their_effect() {
    let onnx = table();
    let options =
        Options { input_bits: 16, preprocessing: InputKind::Values, ..Options::default() };
    let narrow = quantize(&onnx, &options).expect("fits");
    let before = Fidelity::of(&onnx, &narrow);
    assert!(before.feature_error > 0.1, "{before:?}");
    let (imported, after, widening) = faithful(&onnx, &options).expect("fits");
    assert!(widening.is_some() && after.feature_error < 0.02, "{after:?}");
    // Data as it is: each feature within some deviations of its mean.
    let mut rng = random::Rng::new(9);
    let mut same = [0, 0];
    for _ in 0..200 {
        let reals: Vec<f64> = [(0.5, 0.3), (0.2, 0.004), (0.3, 0.1), (0.6, 0.02)]
            .iter()
            .map(|(mean, std)| {
                (mean + std * rng.range(-1500, 1500) as f64 / 1000.0).clamp(0.0, 1.0)
            })
            .collect();
        let float: Vec<f32> = reals.iter().map(|real| *real as f32).collect();
        let class = float::classify(&onnx, &float).expect("right length");
        for (same, of) in same.iter_mut().zip([&narrow, &imported]) {
            let input = preprocess::reals(&of.manifest, &reals).expect("in range");
            *same += usize::from(infer::run(&of.model, &input).expect("fits").class == Some(class));
        }
    }
    // What differs are answers that are nearly equal.
    assert!(same[1] >= 190 && same[1] >= same[0] + 20, "{same:?}");
}

#[test]
fn ranges_of_features_fold_into_the_first_layer() {
    // Rooms, a year, a price: weights of about 1, 1e-2 and 1e-5.
    let weights: Vec<f32> =
        reals(5, 12).chunks(3).flat_map(|w| [w[0], w[1] * 1e-2, w[2] * 1e-5]).collect();
    let ranges = [(0.0, 10.0), (1900.0, 2100.0), (20_000.0, 900_000.0)];
    let middle = [5.0, 2000.0, 460_000.0];
    let bias =
        weights.chunks(3).map(|w| -w.iter().zip(middle).map(|(w, x)| w * x).sum::<f32>()).collect();
    let onnx = model(
        &[3],
        vec![layer("h", 3, weights, bias), relu(4), layer("y", 4, reals(6, 12), vec![0.0; 3])],
    );
    let options = Options {
        input_bits: 8,
        tolerance: 0.0,
        input_ranges: ranges.to_vec(),
        preprocessing: InputKind::Values,
        ..Options::default()
    };
    let imported = quantize(&onnx, &options).expect("fits");
    assert!(agreement(&onnx, &imported) >= 0.97, "{}", agreement(&onnx, &imported));
    let manifest = &imported.manifest;
    assert_eq!(
        (manifest.version, manifest.input.low, manifest.input.high, manifest.input.min),
        (2, 0.0, 900_000.0, 0)
    );
    assert_eq!(Manifest::from_json(&manifest.to_json()).expect("canonical"), *manifest);
    assert_eq!(
        preprocess::values(manifest, &[10.0, 1900.0, 460_000.0]).expect("in range"),
        [255, 0, 128]
    );
    let error =
        preprocess::values(manifest, &[1.0, 1899.0, 30_000.0]).expect_err("too early").to_string();
    assert!(
        error.starts_with("number 1 is 1899, outside the manifest's range from 1900 to 2100"),
        "{error}"
    );
    // One range for all loses them on data as it is.
    let one = Options { input_ranges: Vec::new(), input_range: Some((0.0, 900_000.0)), ..options };
    let one = quantize(&onnx, &one).expect("fits");
    let mut rng = random::Rng::new(10);
    let mut same = [0, 0];
    for _ in 0..200 {
        let data: Vec<f64> = ranges
            .iter()
            .map(|(low, high)| low + (high - low) * rng.range(0, 1000) as f64 / 1000.0)
            .collect();
        let floats: Vec<f32> = data.iter().map(|number| *number as f32).collect();
        let class = float::classify(&onnx, &floats).expect("right length");
        for (same, of) in same.iter_mut().zip([&one, &imported]) {
            let input = preprocess::values(&of.manifest, &data).expect("in range");
            *same += usize::from(infer::run(&of.model, &input).expect("fits").class == Some(class));
        }
    }
    assert!(same[1] >= 190 && same[0] < 170, "{same:?}");
}

#[test]
fn ranges_of_channels_are_right_behind_padding_and_functions() {
    let conv = Conv {
        out_channels: 2,
        in_channels: 2,
        group: 1,
        kernel: [1, 2],
        strides: [1, 1],
        pads: [0, 1, 0, 1],
        dilations: [1, 1],
        weights: vec![1.0, 0.5, 0.01, -0.02, -1.0, 0.25, 0.03, 0.01],
        bias: vec![0.0, -2.0],
    };
    let first = FloatNode {
        name: "c".into(),
        op: FloatOp::Conv(conv),
        inputs: Vec::new(),
        shape: vec![2, 1, 4],
    };
    let flat =
        FloatNode { name: "f".into(), op: FloatOp::Reshape, inputs: Vec::new(), shape: vec![8] };
    let padded = model(&[2, 1, 3], vec![first, flat, layer("y", 8, reals(12, 24), vec![0.0; 3])]);
    let clipped = model(
        &[2],
        vec![
            FloatNode { name: "r".into(), op: FloatOp::Relu, inputs: Vec::new(), shape: vec![2] },
            layer("y", 2, vec![1.0, 0.02, -1.0, 0.03, 0.5, -0.01], vec![0.0, -3.0, 1.0]),
        ],
    );
    for onnx in [padded, clipped] {
        let options = Options {
            input_bits: 8,
            tolerance: 0.0,
            input_ranges: vec![(-1.0, 2.0), (50.0, 150.0)],
            preprocessing: InputKind::Values,
            ..Options::default()
        };
        let imported = quantize(&onnx, &options).expect("fits");
        let share = agreement(&onnx, &imported);
        assert!(share >= 0.95, "{share}: {:?}", imported.model);
    }
}

#[test]
fn a_layer_of_zeros_gives_its_biases() {
    for (bias, class) in
        [(vec![0.1, -0.3, 0.4, 0.0], 2), (vec![0.0; 4], 0), (vec![0.0, 0.0, 1e-7, 0.0], 2)]
    {
        let onnx = model(
            &[2],
            vec![
                layer("h", 2, vec![1.0, -1.0], vec![0.0]),
                relu(1),
                layer("y", 1, vec![0.0; 4], bias),
            ],
        );
        let (imported, fidelity, _) = faithful(&onnx, &symmetric()).expect("fits");
        assert!(fidelity.is_constant);
        for seed in 0..5 {
            let input = random::input(&imported.model, seed);
            assert_eq!(infer::run(&imported.model, &input).expect("fits").class, Some(class));
        }
    }
    let first = model(
        &[2],
        vec![
            layer("h", 2, vec![0.0; 4], vec![0.5, 2.0]),
            relu(2),
            layer("y", 2, vec![1.0, -1.0, 0.0, 1.0], vec![0.0; 2]),
        ],
    );
    let imported = quantize(&first, &symmetric()).expect("fits");
    assert_eq!(infer::run(&imported.model, &[0, 0]).expect("fits").class, Some(1));
}

#[test]
fn plain_models_have_manifests_of_the_first_version() {
    let manifest = quantize(&mnist(), &Options::default()).expect("fits").manifest;
    assert_eq!((manifest.version, manifest.input.rounding), (1, Rounding::Nearest));
}
