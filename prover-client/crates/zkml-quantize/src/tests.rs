use std::{fs, path::PathBuf};

use super::*;
use crate::eval;
use zkml_data::{
    dataset::{self, Images},
    preprocess,
};
use zkml_model::manifest::{Channels, Polarity, Resize};
use zkml_model::{
    file,
    graph::{Conv, Gemm, Operand, Operation},
    infer, intervals,
    output::{Answer, OutputKind},
    random,
};
use zkml_onnx::{FloatNode, FloatOp, OutputHead, float};

fn vectors() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors"))
}

fn mnist() -> OnnxModel {
    OnnxModel::decode(&fs::read(vectors().join("mnist/mnist-cnn.onnx")).expect("committed"))
        .expect("supported")
}

fn digits() -> (Images, Vec<u8>) {
    let file = |name: &str| fs::read(vectors().join("mnist").join(name)).expect("committed");
    let images = Images::read(&file("t10k-first-500-images.idx3.gz")).expect("pictures");
    (images, dataset::labels(&file("t10k-first-500-labels.idx1.gz")).expect("labels"))
}

fn gemm(name: &str, rng: &mut random::Rng, outputs: usize, inputs: usize) -> FloatNode {
    let weights = (0..outputs * inputs).map(|_| rng.range(-1000, 1000) as f32 / 1000.0).collect();
    let bias = (0..outputs).map(|_| rng.range(-500, 500) as f32 / 1000.0).collect();
    let op = FloatOp::Gemm(Gemm { outputs, inputs, weights, bias });
    FloatNode { name: name.into(), op, inputs: Vec::new(), shape: vec![outputs] }
}

fn relu(width: usize) -> FloatNode {
    FloatNode { name: "relu".into(), op: FloatOp::Relu, inputs: Vec::new(), shape: vec![width] }
}

/// A chain of nodes.
fn model(shape: &[usize], mut nodes: Vec<FloatNode>) -> OnnxModel {
    for (i, node) in nodes.iter_mut().enumerate() {
        node.inputs = vec![i.checked_sub(1).map_or(Operand::Input, Operand::Node)];
    }
    OnnxModel {
        name: "m".into(),
        input: "x".into(),
        input_type: Default::default(),
        shape: shape.to_vec(),
        nodes,
        end: OutputHead::Scores,
    }
}

/// Share of random inputs on which float and quantised model agree.
fn agreement(onnx: &OnnxModel, imported: &Imported) -> f64 {
    let same = (0..200).filter(|seed| {
        let input = random::input(&imported.model, *seed);
        let reals = preprocess::dequantize(&imported.manifest, &input);
        let class = infer::run(&imported.model, &input).expect("fits").class;
        class == Some(float::classify(onnx, &reals).expect("right length"))
    });
    same.count() as f64 / 200.0
}

#[test]
fn the_mnist_network_keeps_its_accuracy_in_few_bits() {
    let (onnx, (images, labels)) = (mnist(), digits());
    for (input_bits, accumulator_bits) in [(4, 8), (1, 4)] {
        let options = Options { input_bits, ..Options::default() };
        let imported = quantize(&onnx, &options).expect("fits");
        let float =
            eval::float(&onnx, &imported.manifest, &images, &labels, &|_| {}).expect("measured");
        let got = eval::quantized(&imported.model, &imported.manifest, &images, &labels, &|_| {});
        let got = got.expect("measured");
        assert!(float.percent() >= 97.5, "float: {float:?}");
        assert!(
            got.percent() >= float.percent() - 1.0,
            "{input_bits} input bits: {got:?}, float {float:?}"
        );
        assert_eq!(imported.report.layers[0].accumulator_bits, accumulator_bits);
        let first = &imported.report.layers[0];
        assert!(first.weight_error < 1e-6, "the network was trained on a grid: {first:?}");
        let names: Vec<_> = imported.model.nodes.iter().map(|node| node.op.name()).collect();
        assert_eq!(names, ["Conv", "Relu", "Reshape", "Gemm", "ArgMax"]);
    }
}

/// A fully connected layer with weights up to one, from four inputs.
fn scores(outputs: usize, end: OutputHead) -> OnnxModel {
    let mut rng = random::Rng::new(11);
    OnnxModel { end, ..model(&[4], vec![gemm("fc", &mut rng, outputs, 4)]) }
}

fn choose(onnx: &OnnxModel, output: OutputChoice) -> Result<Imported, QuantizeError> {
    quantize(onnx, &Options { input_bits: 8, output, ..Options::default() })
}

#[test]
fn a_model_answers_what_its_file_or_its_owner_says() {
    let kind = |imported: &Imported| imported.model.output_kind().expect("an answer");
    let auto = |outputs, end| {
        let imported = choose(&scores(outputs, end), OutputChoice::Auto).expect("fits");
        assert_eq!(kind(&imported), imported.manifest.output_kind());
        kind(&imported)
    };
    for end in [OutputHead::Scores, OutputHead::Softmax, OutputHead::ArgMax] {
        assert_eq!(auto(5, end), OutputKind::Class { classes: 5 });
    }
    assert_eq!(auto(5, OutputHead::TopK { k: 2 }), OutputKind::TopClasses { k: 2, classes: 5 });
    assert!(matches!(auto(1, OutputHead::Scores), OutputKind::Values { count: 1, width: 1..=4 }));
    assert_eq!(auto(1, OutputHead::ArgMax), OutputKind::Class { classes: 1 });
    let chosen = |outputs, output| choose(&scores(outputs, OutputHead::TopK { k: 2 }), output);
    assert_eq!(
        kind(&chosen(5, OutputChoice::Class).expect("fits")),
        OutputKind::Class { classes: 5 }
    );
    let best = chosen(9, OutputChoice::TopClasses(7)).expect("fits");
    assert_eq!(kind(&best), OutputKind::TopClasses { k: 7, classes: 9 });
    for (outputs, k) in [(9, 0), (9, 8), (3, 4)] {
        let error = chosen(outputs, OutputChoice::TopClasses(k)).expect_err("too many");
        assert!(matches!(error, QuantizeError::TopK { .. }), "{error}");
    }
    let error = chosen(31, OutputChoice::Values { bits: None }).expect_err("too many");
    assert!(error.to_string().contains("31 values"), "{error}");
    for (outputs, bits, most) in [(16, 16, 8), (8, 32, 24)] {
        let error =
            chosen(outputs, OutputChoice::Values { bits: Some(bits) }).expect_err("too wide");
        assert!(matches!(error, QuantizeError::ValueBits { most: m, .. } if m == most), "{error}");
    }
    let error = chosen(3, OutputChoice::Values { bits: Some(12) }).expect_err("no width");
    assert!(matches!(error, QuantizeError::Option { option: "--output values", .. }), "{error}");
}

#[test]
fn values_are_the_floats_within_their_scale() {
    for (outputs, bits) in
        [(1, None), (3, None), (3, Some(8)), (10, Some(16)), (30, None), (7, Some(32))]
    {
        let onnx = scores(outputs, OutputHead::Softmax);
        let imported = choose(&onnx, OutputChoice::Values { bits }).expect("fits");
        let scale = imported.manifest.output_scale().expect("values");
        let kind = imported.model.output_kind().expect("values");
        let OutputKind::Values { count, width } = kind else { panic!("{kind}") };
        assert!(count == outputs && bits.is_none_or(|bits| width * 8 <= bits), "{kind}");
        assert!(usize::from(width) * count <= 30);
        assert_eq!(imported.report.output_shift > 0, imported.model.nodes.len() > 1, "{kind}");
        for seed in 0..20 {
            let input = random::input(&imported.model, seed);
            let reals = preprocess::dequantize(&imported.manifest, &input);
            let expected = float::run(&onnx, &reals).expect("right length");
            let trace = infer::run(&imported.model, &input).expect("fits");
            let Some(Answer::Values { values, .. }) = kind.answer(&trace) else { panic!("values") };
            for (value, expected) in values.iter().zip(expected) {
                let error = (f64::from(*value) * scale - f64::from(expected)).abs();
                // Weights of eight bits, and half a step of what the values were divided by.
                assert!(
                    error <= 0.03 + scale,
                    "{outputs} {bits:?}: {value} · {scale} for {expected}"
                );
            }
        }
    }
}

#[test]
fn values_are_divided_by_the_least_power_of_two_that_makes_them_fit() {
    let onnx = scores(30, OutputHead::Scores);
    let imported = choose(&onnx, OutputChoice::Values { bits: None }).expect("fits");
    let shift = imported.report.output_shift;
    assert!(shift > 0);
    let ops: Vec<_> = imported.model.nodes.iter().map(|node| node.op.clone()).collect();
    assert_eq!(ops.last(), Some(&Operation::Requantize { shift }));
    let mut finer = imported.model.clone();
    finer.nodes.last_mut().expect("a node").op = Operation::Requantize { shift: shift - 1 };
    assert!(finer.output_kind().is_err());
}

#[test]
fn digits_drawn_large_and_off_the_middle_are_recognised_when_centred() {
    let (onnx, (images, labels)) = (mnist(), digits());
    let mut image = Image::for_shape(&onnx.shape).expect("a picture");
    (image.resize, image.polarity) = (Resize::CentreInk, Polarity::AutoByBorder);
    let options = Options { preprocessing: InputKind::Image(image), ..Options::default() };
    let imported = quantize(&onnx, &options).expect("fits");
    let (height, width) = (120, 200);
    let right = images.iter().zip(&labels).take(200).filter(|(pixels, label)| {
        let mut canvas = vec![255; height * width];
        for (index, pixel) in pixels.iter().enumerate() {
            let (y, x) = (index / 28 * 3, index % 28 * 3);
            for at in (y..y + 3).flat_map(|y| (x..x + 3).map(move |x| (30 + y) * width + 100 + x)) {
                canvas[at] = 255 - pixel;
            }
        }
        let input = preprocess::gray(&imported.manifest, height, width, &canvas).expect("pixels");
        infer::run(&imported.model, &input).expect("fits").class == Some(u32::from(**label))
    });
    let right = right.count();
    assert!(right >= 196, "{right} of 200");
}

#[test]
fn every_small_onnx_model_quantises_and_agrees_with_its_floats() {
    for entry in fs::read_dir(vectors().join("onnx")).expect("committed") {
        let path = entry.expect("readable").path();
        if path.extension().is_none_or(|e| e != "onnx") {
            continue;
        }
        let onnx = OnnxModel::decode(&fs::read(&path).expect("readable")).expect("supported");
        let fine = Options { input_bits: 8, tolerance: 0.0, ..Options::default() };
        let imported = quantize(&onnx, &fine).expect("fits");
        assert_eq!(imported.model.validate(), Ok(()), "{}", path.display());
        let share = agreement(&onnx, &imported);
        assert!(share >= 0.95, "{}: {share}", path.display());
    }
}

/// Hashes of models as the first release imports them: a new operator must not change the models
/// that need none.
const KNOWN: [(&str, &str); 14] = [
    ("conv-auto-valid", "d9c696270fb0aeb9b3c93ed40ac9b61659867f8c283c70f07d797b785b868ac9"),
    ("conv-depthwise", "4c15fdb44d5d8d4d267c3b230384764efab16ece8d5b956708b050e6c27b5250"),
    ("conv-dilations", "884698a0084575dc478ac6e2dfe88ad90c8350dfc1069b9323f904607c359a53"),
    ("conv-group", "105181d65214c330705884b7de70a6a979d4f0de75f844f366b77ab83155b007"),
    ("conv-same-lower", "5df568f3146e58b61c341a6045c83730d86fe11588bc5b7192441546f62bf3ba"),
    ("conv-same-upper", "76cade3bd0bec5b34eff21b36bf9299bf81f8da86d4dcebb2c026d7ca6abe2e8"),
    ("conv-strides-pads", "6065f85f9a179b8779bc52b89bf12455d18f33429ff1543a2cf5caf0f36589f2"),
    ("conv-valid", "430f4f970ccc4ef2635bee6efe99c37835e0ab30542f5b7f875a9e77cfc93c1e"),
    ("gemm-alpha-beta", "adc75d194230aaec303dc1d47cf98c73c8b9e6d0d9671fdafe3236b1f63ebd4c"),
    ("mlp-matmul-add", "bb2f2e149690cf162618d0634663c0aaaaa07cda87998ee431f75faf2ccf76a9"),
    ("mnist-cnn", "c61f00e11801456b91b929fe3febf991bdb35468668bac34fc64771a10c85198"),
    ("reshape-constants", "c4bc1049a8f8f4b404d9f4c2a8fd427b3b8d494bf367c23353f7222f31f363cc"),
    ("squeeze-unsqueeze", "ca00177229e78a3e9a9e0634457f3e75ae2bb325e41fa33f80481d7c74da6b40"),
    (
        "two-convs-scores-by-conv",
        "801d38a8d32950eceebedde1110a28fe6b385e4931499c5606582e0c41f20fd6",
    ),
];

#[test]
fn known_models_keep_their_files() {
    for (name, hash) in KNOWN {
        let folder = if name == "mnist-cnn" { "mnist" } else { "onnx" };
        let path = vectors().join(folder).join(format!("{name}.onnx"));
        let onnx = OnnxModel::decode(&fs::read(path).expect("committed")).expect("supported");
        let model = quantize(&onnx, &Options::default()).expect("fits").model;
        assert_eq!(hex::encode(file::hash(&file::encode(&model))), hash, "{name}");
    }
}

#[test]
fn a_deep_network_is_requantised_and_stays_within_its_bits() {
    let mut rng = random::Rng::new(9);
    let mut nodes = Vec::new();
    for layer in 0..6 {
        nodes.push(gemm(&format!("fc{layer}"), &mut rng, 24, 24));
        nodes.push(relu(24));
    }
    nodes.push(gemm("scores", &mut rng, 4, 24));
    let onnx = model(&[24], nodes);
    let options = Options { input_bits: 8, ..Options::default() };
    let imported = quantize(&onnx, &options).expect("requantised");
    assert!(imported.model.nodes.iter().any(|n| matches!(n.op, Operation::Requantize { .. })));
    assert!(imported.report.layers.iter().take(6).all(|layer| layer.accumulator_bits <= 24));
    let share = agreement(&onnx, &imported);
    assert!(share >= 0.85, "{share}");
}

#[test]
fn branches_of_very_different_scales_are_added_as_their_floats_are() {
    for magnitude in [1e-4f32, 0.01, 1.0, 300.0, 1e5] {
        let mut rng = random::Rng::new(17);
        let mut nodes = vec![gemm("a", &mut rng, 16, 12), relu(16), gemm("b", &mut rng, 16, 16)];
        let sum =
            FloatNode { name: "sum".into(), op: FloatOp::Add, inputs: Vec::new(), shape: vec![16] };
        nodes.extend([sum, relu(16), gemm("scores", &mut rng, 3, 16)]);
        let mut onnx = model(&[12], nodes);
        onnx.nodes[3].inputs = vec![Operand::Node(1), Operand::Node(2)];
        let FloatOp::Gemm(branch) = &mut onnx.nodes[2].op else { panic!("a layer") };
        branch.weights.iter_mut().chain(&mut branch.bias).for_each(|w| *w *= magnitude);
        let options = Options { input_bits: 8, tolerance: 0.0, ..Options::default() };
        let imported = quantize(&onnx, &options).expect("fits");
        let share = agreement(&onnx, &imported);
        assert!(share >= 0.95, "{magnitude}: {share}");
    }
}

#[test]
fn a_clip_bounds_at_the_real_bounds_and_a_table_follows_its_function() {
    use zkml_onnx::Function;
    let first = gemm("a", &mut random::Rng::new(3), 8, 8);
    for op in [FloatOp::Clip { min: -0.25, max: 0.75 }, FloatOp::Function(Function::Tanh)] {
        let node = FloatNode { name: "f".into(), op, inputs: Vec::new(), shape: vec![8] };
        let scores = gemm("scores", &mut random::Rng::new(4), 3, 8);
        let onnx = model(&[8], vec![first.clone(), node, scores]);
        let options = Options { input_bits: 10, tolerance: 0.0, ..Options::default() };
        let imported = quantize(&onnx, &options).expect("fits");
        let at = imported.model.nodes.iter().position(|node| node.name == "f").expect("kept");
        let chain = OnnxModel { nodes: onnx.nodes[..2].to_vec(), ..onnx.clone() };
        for seed in 0..50 {
            let input = random::input(&imported.model, seed);
            let reals = float::run(&chain, &preprocess::dequantize(&imported.manifest, &input))
                .expect("fits");
            let got = &infer::run(&imported.model, &input).expect("fits").tensors[at];
            // One scale for all values: the widest real result over the widest integer.
            let (top, widest) =
                reals.iter().zip(got).fold((0.0f64, 0i64), |(top, widest), (real, got)| {
                    if got.abs() > widest {
                        (f64::from(*real).abs(), got.abs())
                    } else {
                        (top, widest)
                    }
                });
            let scale = top / widest as f64;
            for (real, got) in reals.iter().zip(got) {
                let error = f64::from(*real) - *got as f64 * scale;
                assert!(error.abs() <= 0.03, "{real} for {got} · {scale}");
            }
        }
    }
}

#[test]
fn relu_bits_bound_the_static_range_of_every_relu() {
    let onnx = mnist();
    for bits in [6u8, 7, 9] {
        let options = Options { tolerance: 0.0, relu_bits: vec![bits], ..Options::default() };
        let imported = quantize(&onnx, &options).expect("fits");
        let all = intervals::analyse(&imported.model).expect("narrow");
        assert!(all[0].iter().all(|interval| interval.bits() <= u32::from(bits)));
    }
}

#[test]
fn accumulators_that_cannot_fit_are_an_error_at_import() {
    let mut rng = random::Rng::new(1);
    let onnx =
        model(&[64], vec![gemm("wide", &mut rng, 4, 64), relu(4), gemm("scores", &mut rng, 2, 4)]);
    let options = Options { relu_bits: vec![3], ..Options::default() };
    let error = quantize(&onnx, &options).expect_err("64 weights do not fit into 3 bits");
    assert!(
        error.to_string().starts_with("layer 0 (`wide`): its accumulators do not fit into 3 bits"),
        "{error}"
    );
}

#[test]
fn huge_biases_and_models_without_layers_are_errors() {
    let layer = |weights: Vec<f32>, bias: f32| {
        let op = FloatOp::Gemm(Gemm { outputs: 1, inputs: 2, weights, bias: vec![bias] });
        quantize(
            &model(
                &[2],
                vec![FloatNode { name: "g".into(), op, inputs: Vec::new(), shape: vec![1] }],
            ),
            &Options::default(),
        )
    };
    assert!(matches!(
        layer(vec![1.0, 0.0], 1e30),
        Err(QuantizeError::Bias { .. } | QuantizeError::Fit { .. })
    ));
    assert!(layer(vec![1.0, 0.0], 1.0).is_ok());
    assert!(matches!(
        quantize(&model(&[2], vec![relu(2)]), &Options::default()),
        Err(QuantizeError::NoLayer)
    ));
}

#[test]
fn a_channel_of_zeros_keeps_its_bias() {
    let weights = vec![0.0, 0.0, 0.5, -0.25];
    let first = FloatOp::Gemm(Gemm { outputs: 2, inputs: 2, weights, bias: vec![0.75, 0.0] });
    let second = FloatOp::Gemm(Gemm {
        outputs: 2,
        inputs: 2,
        weights: vec![1.0, 0.0, 0.0, 4.0],
        bias: vec![0.0; 2],
    });
    let nodes = vec![
        FloatNode { name: "a".into(), op: first, inputs: Vec::new(), shape: vec![2] },
        relu(2),
        FloatNode { name: "b".into(), op: second, inputs: Vec::new(), shape: vec![2] },
    ];
    let onnx = model(&[2], nodes);
    let options = Options { input_bits: 8, tolerance: 0.0, ..Options::default() };
    assert!(agreement(&onnx, &quantize(&onnx, &options).expect("fits")) >= 0.98);
}

#[test]
fn a_range_that_does_not_start_at_zero_is_folded_into_the_bias() {
    let mut rng = random::Rng::new(4);
    let onnx = model(&[10], vec![gemm("a", &mut rng, 8, 10), relu(8), gemm("b", &mut rng, 3, 8)]);
    for range in [(-0.4242, 2.8215), (-1.0, 1.0), (0.3, 0.9), (0.0, 255.0)] {
        let options = Options {
            input_bits: 8,
            tolerance: 0.0,
            input_range: Some(range),
            ..Options::default()
        };
        let imported = quantize(&onnx, &options).expect("fits");
        let share = agreement(&onnx, &imported);
        assert!(share >= 0.95, "{range:?}: {share}");
    }
}

#[test]
fn zero_padding_is_the_real_zero_under_any_range() {
    let conv = Conv {
        out_channels: 1,
        in_channels: 1,
        group: 1,
        kernel: [1, 2],
        strides: [1, 1],
        pads: [0, 1, 0, 1],
        dilations: [1, 1],
        weights: vec![1.0, 1.0],
        bias: vec![0.0],
    };
    let onnx = model(
        &[1, 1, 2],
        vec![FloatNode {
            name: "c".into(),
            op: FloatOp::Conv(conv),
            inputs: Vec::new(),
            shape: vec![1, 1, 3],
        }],
    );
    let options = Options { input_bits: 8, input_range: Some((-1.0, 1.0)), ..Options::default() };
    let imported = quantize(&onnx, &options).expect("fits");
    assert_eq!(imported.model.input.min, -128);
    assert!(agreement(&onnx, &imported) >= 0.95);
}

#[test]
fn options_out_of_bounds_are_refused_by_name() {
    let with = |change: fn(&mut Options)| {
        let mut options = Options::default();
        change(&mut options);
        quantize(&mnist(), &options).expect_err("out of bounds").to_string()
    };
    assert!(with(|o| o.input_bits = 0).starts_with("--input-bits is 0, it may be 1 to 16"));
    assert!(with(|o| o.input_bits = 17).starts_with("--input-bits is 17"));
    assert!(with(|o| o.weight_bits = vec![16]).starts_with("--weight-bits"));
    assert!(
        with(|o| o.input_ranges = vec![(0.0, 1.0), (1.0, 1.0)]).starts_with("--input-range is 1:1")
    );
    assert!(with(|o| o.input_ranges = vec![(0.0, 1.0)]).contains("`ranges` for a picture"));
    assert!(with(|o| o.weight_bits.clear()).starts_with("--weight-bits"));
    assert!(with(|o| o.relu_bits = vec![1]).starts_with("--relu-bits"));
    assert!(with(|o| o.tolerance = f64::NAN).starts_with("--tolerance"));
    assert!(with(|o| o.input_range = Some((1.0, 1.0))).starts_with("--input-range"));
    assert!(with(|o| o.input_range = Some((0.0, f64::INFINITY))).starts_with("--input-range"));
    assert!(with(|o| o.input_range = Some((1e9, 1e9 + 1.0))).starts_with("--input-range"));
    assert!(
        with(|o| o.classes = Some(vec!["a".into()]))
            .starts_with("1 class names for a model with 10 classes")
    );
}

#[test]
fn the_manifest_tells_nothing_of_the_weights() {
    let onnx = mnist();
    let mut other = onnx.clone();
    for node in &mut other.nodes {
        match &mut node.op {
            FloatOp::Conv(conv) => conv.weights.iter_mut().for_each(|w| *w *= -0.37),
            FloatOp::Gemm(gemm) => gemm.weights.reverse(),
            _ => {}
        }
    }
    let manifest = |onnx| quantize(onnx, &Options::default()).expect("fits").manifest.to_json();
    assert_eq!(manifest(&onnx), manifest(&other));
}

#[test]
fn shapes_suggest_pictures() {
    let size = |shape: &[usize]| Image::for_shape(shape).map(|i| (i.channels, i.height, i.width));
    assert_eq!(size(&[1, 28, 30]), Some((Channels::Grayscale, 28, 30)));
    assert_eq!(size(&[28, 30]), Some((Channels::Grayscale, 28, 30)));
    assert_eq!(size(&[3, 32, 33]), Some((Channels::Rgb, 32, 33)));
    assert_eq!(size(&[784]), Some((Channels::Grayscale, 28, 28)));
    assert_eq!(size(&[783]), None);
    assert_eq!(size(&[4]), None);
    assert_eq!(size(&[2, 5, 5]), None);
}

#[test]
fn a_layer_of_zeros_takes_no_bits_from_what_it_is_added_to() {
    let mut rng = random::Rng::new(7);
    let zeros =
        FloatOp::Gemm(Gemm { outputs: 6, inputs: 4, weights: vec![0.0; 24], bias: vec![0.0; 6] });
    let mut onnx = model(&[4], vec![gemm("counts", &mut rng, 6, 4), relu(6), relu(6), relu(6)]);
    let (dead, sum) = (onnx.nodes[0].clone(), onnx.nodes[3].clone());
    onnx.nodes[1] = FloatNode { op: zeros, ..dead };
    onnx.nodes[2] =
        FloatNode { op: FloatOp::Add, inputs: vec![Operand::Node(0), Operand::Node(1)], ..sum };
    onnx.nodes.pop();
    let options = Options { input_bits: 8, preprocessing: InputKind::Values, ..Options::default() };
    let imported = quantize(&onnx, &options).expect("fits");
    assert!(
        !imported.model.nodes.iter().any(|node| matches!(node.op, Operation::Requantize { .. }))
    );
    assert!(agreement(&onnx, &imported) >= 0.97);
}

#[test]
fn ranges_by_feature_are_ranges_of_wide_integers_as_well() {
    let mut rng = random::Rng::new(8);
    let mut onnx = model(&[2], vec![gemm("g", &mut rng, 3, 2)]);
    onnx.input_type = zkml_onnx::InputType::Integers { min: i64::MIN, max: i64::MAX };
    let options = Options { preprocessing: InputKind::Values, ..Options::default() };
    assert!(quantize(&onnx, &options).is_err());
    let ranges = vec![(0.0, 15.0), (0.0, 150.0)];
    assert!(quantize(&onnx, &Options { input_ranges: ranges, ..options }).is_ok());
}

mod wide;
