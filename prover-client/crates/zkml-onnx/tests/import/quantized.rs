//! Quantised graphs that are damaged or hostile.

use super::{
    writer::{Message, file, graph, int, node, tensor, value},
    *,
};
use zkml_quantize::{Options, QuantizeError, quantize};

/// A tensor of bytes or words, as raw data.
fn raw(name: &str, dims: &[i64], data_type: i64, raw: &[u8]) -> Message {
    dims.iter()
        .fold(Message::default(), |m, n| m.int(1, *n))
        .int(2, data_type)
        .bytes(8, name)
        .bytes(9, raw)
}

fn good() -> Vec<Message> {
    vec![
        tensor("s", &[], &[0.5]),
        raw("z", &[], 2, &[3]),
        raw("w", &[2, 2], 3, &[1, 2, 0xff, 4]),
        tensor("ws", &[2], &[0.25, 0.5]),
        raw("wz", &[2], 3, &[0, 0]),
    ]
}

fn quantized(
    tensors: Vec<Message>,
    change: impl Fn(usize, Message) -> Message,
) -> Result<OnnxModel, OnnxError> {
    let nodes = [
        node("QuantizeLinear", "q", &["x", "s", "z"], "a"),
        node("DequantizeLinear", "d", &["a", "s", "z"], "b"),
        node("DequantizeLinear", "dw", &["w", "ws", "wz"], "v"),
        node("MatMul", "m", &["b", "v"], "c"),
        node("QuantizeLinear", "r", &["c", "s", "z"], "y"),
    ];
    let nodes: Vec<Message> =
        nodes.into_iter().enumerate().map(|(i, node)| change(i, node)).collect();
    OnnxModel::decode(&file(graph(&[1, 2], &nodes, &tensors)))
}

fn with(index: usize, tensor: Message) -> Fault {
    let mut tensors = good();
    tensors[index] = tensor;
    fault_of(quantized(tensors, |_, node| node))
}

fn fault_of(result: Result<OnnxModel, OnnxError>) -> Fault {
    match result {
        Err(OnnxError::Node { fault, .. } | OnnxError::Graph { fault }) => fault,
        other => panic!("expected a fault, got {other:?}"),
    }
}

#[test]
fn a_small_quantised_graph_is_read_and_computes_what_onnx_says() {
    let model = quantized(good(), |_, node| node).expect("supported");
    assert!(model.is_quantized());
    // 0.9 becomes 1.0 and 100 saturates at 126; weights 0.25 1.0, -0.25 2.0.
    assert_eq!(float::run(&model, &[0.9, 100.0]), Ok(vec![-1.5, 126.0]));
    let imported = quantize(&model, &Options::default()).expect("a grid at both ends");
    assert_eq!((imported.manifest.input.low, imported.manifest.input.high), (-1.5, 126.0));
    assert_eq!((imported.model.input.min, imported.model.input.bits), (-3, 8));
    // Halves go to the even step, and what is beyond the grid to its end, as `QuantizeLinear` says.
    let taken = |numbers: [f64; 2]| {
        zkml_data::preprocess::values(&imported.manifest, &numbers).expect("finite")
    };
    assert_eq!(taken([0.25, 0.75]), [0, 2]);
    assert_eq!(taken([1.25, -0.25]), [2, 0]);
    assert_eq!(taken([-0.75, 126.25]), [-2, 252]);
    assert_eq!(taken([-100.0, 1e30]), [-3, 252]);
    for numbers in [[0.25, 0.75], [0.9, 100.0], [-0.75, 1.25], [-1.75, 126.75], [1e9, -1e9]] {
        let floats = float::run(&model, &numbers.map(|number| number as f32)).expect("two numbers");
        let trace = zkml_model::infer::run(&imported.model, &taken(numbers)).expect("in range");
        let scores = &trace.tensors[trace.tensors.len() - 2];
        assert!(
            scores.iter().zip(&floats).all(|(q, real)| *q as f32 * 0.5 == *real),
            "{numbers:?}"
        );
    }
    let error =
        zkml_data::preprocess::values(&imported.manifest, &[f64::NAN, 0.0]).expect_err("no number");
    assert_eq!(error.to_string(), "number 0 is NaN; give finite numbers only");
    // 2 steps of 0.5, and 252.
    let trace = zkml_model::infer::run(&imported.model, &[2, 252]).expect("in range");
    assert_eq!(trace.tensors[trace.tensors.len() - 2], [-3, 252]);
}

#[test]
fn scales_that_are_none_are_refused_with_their_value() {
    for bad in [0.0, -0.5, f32::MIN_POSITIVE / 2.0] {
        assert_eq!(with(0, tensor("s", &[], &[bad])), Fault::Scale { what: "the scale", got: bad });
        assert_eq!(
            with(3, tensor("ws", &[2], &[0.5, bad])),
            Fault::Scale { what: "the scale", got: bad }
        );
    }
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        assert!(matches!(
            with(0, tensor("s", &[], &[bad])),
            Fault::Scale { what: "the scale", .. }
        ));
    }
    assert!(matches!(with(0, raw("s", &[], 2, &[1])), Fault::OperandShape { what: "scales", .. }));
}

#[test]
fn scales_of_another_number_or_axis_are_refused() {
    assert!(matches!(with(0, tensor("s", &[2], &[0.5, 0.5])), Fault::Scales { got: 2, .. }));
    assert!(matches!(with(0, tensor("s", &[0], &[])), Fault::Scales { got: 0, .. }));
    assert!(matches!(
        with(3, tensor("ws", &[3], &[0.5; 3])),
        Fault::Scales { got: 3, axis: 1, .. }
    ));
    for axis in [0, 2, -3, i64::MIN, i64::MAX] {
        let wrong =
            |i, node: Message| if i == 2 { node.message(5, int("axis", axis)) } else { node };
        let got = fault_of(quantized(good(), wrong));
        assert!(matches!(got, Fault::Scales { got: 2, .. }), "{axis}: {got}");
    }
    let blocks =
        |i, node: Message| if i == 2 { node.message(5, int("block_size", 2)) } else { node };
    assert!(matches!(
        fault_of(quantized(good(), blocks)),
        Fault::Attribute { attribute: "block_size", .. }
    ));
}

#[test]
fn zero_points_of_another_type_or_number_are_refused() {
    assert!(matches!(with(1, raw("z", &[], 6, &[0; 4])), Fault::ZeroPoint { .. }));
    assert!(matches!(with(1, tensor("z", &[], &[0.0])), Fault::ZeroPoint { .. }));
    assert!(matches!(with(1, raw("z", &[2], 2, &[0; 2])), Fault::ZeroPoint { .. }));
    assert!(matches!(with(4, raw("wz", &[2], 2, &[0; 2])), Fault::ZeroPoint { .. }));
    assert!(matches!(with(4, raw("wz", &[3], 3, &[0; 3])), Fault::ZeroPoint { .. }));
    assert!(matches!(with(1, raw("z", &[], 5, &[0; 2])), Fault::ZeroPoint { .. }));
    assert!(matches!(with(1, raw("z", &[], 21, &[0])), Fault::DataType { got: 21, .. }));
    assert!(matches!(with(2, raw("w", &[2, 2], 3, &[0; 3])), Fault::ConstantCount { .. }));
    // Numbers beyond their type, in the list for small integers.
    let listed = Message::default().int(1, 1).int(2, 2).bytes(8, "z").int(5, 256);
    assert!(matches!(with(1, listed), Fault::ConstantCount { .. }));
    let floats = tensor("w", &[2, 2], &[1.0; 4]);
    assert!(matches!(with(2, floats), Fault::OperandShape { what: "a constant", .. }));
}

#[test]
fn a_tensor_read_on_another_grid_than_it_is_on_and_islands_of_floats_are_refused_at_import() {
    let import = |tensors: Vec<Message>, nodes: &[Message]| {
        let model = OnnxModel::decode(&file(graph(&[1, 2], nodes, &tensors))).expect("read");
        quantize(&model, &Options::default()).expect_err("cannot be").to_string()
    };
    let mut tensors = good();
    tensors.push(tensor("t", &[], &[0.75]));
    tensors.push(tensor("f", &[2, 2], &[1.0, -1.0, 0.5, 0.25]));
    let q = node("QuantizeLinear", "q", &["x", "s", "z"], "a");
    let d = node("DequantizeLinear", "d", &["a", "t", "z"], "y");
    let got = import(tensors.clone(), &[q.clone(), d]);
    assert!(
        got.starts_with(
            "ONNX operation 1 (`d`, DequantizeLinear) reads a tensor on the grid of scale 0.5"
        ),
        "{got}"
    );
    let on = node("DequantizeLinear", "o", &["a", "s", "z"], "d");
    let floats = node("MatMul", "m", &["d", "f"], "y");
    let got = import(tensors.clone(), &[q.clone(), on.clone(), floats]);
    assert!(got.contains("(`m`, Gemm) has weights in floats"), "{got}");
    let before =
        [node("Relu", "r", &["x"], "b"), node("QuantizeLinear", "q", &["b", "s", "z"], "y")];
    let got = import(tensors.clone(), &before);
    assert!(got.contains("(`r`, Relu) needs its operand on a grid"), "{got}");
    let other = [
        node("QuantizeLinear", "p", &["x", "t", "z"], "b"),
        node("DequantizeLinear", "e", &["b", "t", "z"], "c"),
    ];
    let twice = [&[q, on], &other[..], &[node("Add", "s", &["d", "c"], "y")]].concat();
    let got = import(tensors, &twice);
    assert!(got.contains("(`s`, Add)") || got.contains("(`p`, "), "{got}");
}

#[test]
fn options_that_a_quantised_graph_leaves_no_choice_of_are_refused() {
    let model = quantized(good(), |_, node| node).expect("supported");
    for options in [
        Options { input_bits: 8, ..Options::default() },
        Options { input_range: Some((0.0, 2.0)), ..Options::default() },
        Options { weight_bits: vec![4], ..Options::default() },
        Options { relu_bits: vec![9], ..Options::default() },
        Options { tolerance: 0.1, ..Options::default() },
    ] {
        let error = quantize(&model, &options).expect_err("given");
        assert!(matches!(error, QuantizeError::Option { .. }), "{error}");
        assert!(error.to_string().contains("quantised already"), "{error}");
    }
}

#[test]
fn integers_as_input_are_read_on_the_grid_of_their_first_reader() {
    let nodes = [
        node("DequantizeLinear", "d", &["x", "s", "z"], "b"),
        node("DequantizeLinear", "dw", &["w", "ws", "wz"], "v"),
        node("MatMul", "m", &["b", "v"], "y"),
    ];
    let message =
        nodes.iter().fold(Message::default(), |m, node| m.message(1, node.clone())).bytes(2, "g");
    let message = good().iter().fold(message, |m, tensor| m.message(5, tensor.clone()));
    let message = message.message(11, value("x", 2, &[1, 2])).message(12, value("y", 1, &[1, 2]));
    let model = OnnxModel::decode(&file(message)).expect("supported");
    let imported = quantize(&model, &Options::default()).expect("a grid");
    assert_eq!((imported.model.input.min, imported.model.input.bits), (-3, 8));
    // Scores of two scales are brought to one.
    let names: Vec<_> = imported.model.nodes.iter().map(|node| node.op.name()).collect();
    assert_eq!(names, ["Gemm", "Rescale", "ArgMax"]);
}

#[test]
fn a_softmax_on_a_grid_at_the_end_leaves_only_the_order() {
    let start = [
        node("QuantizeLinear", "q", &["x", "s", "z"], "a"),
        node("DequantizeLinear", "d", &["a", "s", "z"], "b"),
    ];
    let qdq = [
        node("Softmax", "", &["b"], "c"),
        node("QuantizeLinear", "", &["c", "s", "z"], "e"),
        node("DequantizeLinear", "", &["e", "s", "z"], "y"),
    ];
    let linear =
        [node("QLinearSoftmax", "", &["a", "s", "z", "s", "z"], "y").bytes(7, "com.microsoft")];
    for end in [&qdq[..], &linear] {
        let nodes = [&start[..], end].concat();
        let model = OnnxModel::decode(&file(graph(&[1, 2], &nodes, &good()))).expect("supported");
        let imported = quantize(&model, &Options::default()).expect("on a grid");
        let names: Vec<_> = imported.model.nodes.iter().map(|node| node.op.name()).collect();
        assert_eq!(names, ["ArgMax"]);
    }
}

#[test]
fn what_computes_with_the_integers_themselves_is_refused() {
    let q = node("QuantizeLinear", "q", &["x", "s", "z"], "a");
    let import = |nodes: &[Message]| OnnxModel::decode(&file(graph(&[1, 2], nodes, &good())));
    let flat = node("Flatten", "f", &["a"], "b");
    for op in ["Relu", "Abs", "Exp", "QuantizeLinear"] {
        let inputs: &[&str] = if op == "QuantizeLinear" { &["b", "s", "z"] } else { &["b"] };
        let got =
            fault_of(import(&[q.clone(), flat.clone(), node(op, "n", inputs, "y")])).to_string();
        assert!(got.contains("with the integers of a quantised tensor"), "{op}: {got}");
        let on = node("DequantizeLinear", "d", &["b", "s", "z"], "c");
        let last = [node(op, "n", &["c"], "e"), node("QuantizeLinear", "p", &["e", "s", "z"], "y")];
        let fine = import(&[&[q.clone(), flat.clone(), on][..], &last].concat());
        assert!(!matches!(op, "Relu" | "Abs") || fine.is_ok(), "{op}: {fine:?}");
    }
    // An input of integers is read on a grid by its first reader, or cast, and by none other.
    let nodes =
        [node("Relu", "c", &["x"], "b"), node("QuantizeLinear", "q", &["b", "s", "z"], "y")];
    let message =
        nodes.iter().fold(Message::default(), |m, node| m.message(1, node.clone())).bytes(2, "g");
    let message = good().iter().fold(message, |m, tensor| m.message(5, tensor.clone()));
    let message = message.message(11, value("x", 2, &[1, 2])).message(12, value("y", 2, &[1, 2]));
    let got = fault_of(OnnxModel::decode(&file(message)));
    assert_eq!(got, Fault::InputType { input: "x".into(), got: 2 });
}

#[test]
fn integers_are_padded_with_what_stands_for_zero() {
    let pads: Vec<u8> = [0i64, 0, 0, 1].iter().flat_map(|n| n.to_le_bytes()).collect();
    let with = |value: Option<u8>| {
        let mut tensors = good();
        tensors.push(raw("pads", &[4], 7, &pads));
        tensors.extend(value.map(|value| raw("v", &[], 2, &[value])));
        let inputs: &[&str] = if value.is_some() { &["a", "pads", "v"] } else { &["a", "pads"] };
        let nodes = [
            node("QuantizeLinear", "q", &["x", "s", "z"], "a"),
            node("Pad", "p", inputs, "b"),
            node("DequantizeLinear", "d", &["b", "s", "z"], "y"),
        ];
        OnnxModel::decode(&file(graph(&[1, 2], &nodes, &tensors)))
    };
    assert_eq!(
        float::run(&with(Some(3)).expect("the zero point"), &[1.0, 2.0]),
        Ok(vec![1.0, 2.0, 0.0])
    );
    for other in [None, Some(0), Some(4)] {
        assert!(
            matches!(fault_of(with(other)), Fault::Attribute { attribute: "value", .. }),
            "{other:?}"
        );
    }
}

#[test]
fn weights_and_biases_may_be_moved_before_and_after_they_are_dequantised() {
    let plain = quantized(good(), |_, node| node).expect("supported");
    let import = |tensors: &[Message], between: &[Message]| {
        let nodes = [
            node("QuantizeLinear", "q", &["x", "s", "z"], "a"),
            node("DequantizeLinear", "d", &["a", "s", "z"], "b"),
        ];
        let last = [
            node("MatMul", "m", &["b", "v"], "c"),
            node("QuantizeLinear", "r", &["c", "s", "z"], "y"),
        ];
        OnnxModel::decode(&file(graph(&[1, 2], &[&nodes[..], between, &last].concat(), tensors)))
    };
    let mut tensors = good();
    tensors.push(raw("t", &[1, 2, 2], 3, &[1, 0xff, 2, 4]));
    tensors.push(raw("shape", &[2], 7, &[2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]));
    // Scales are of outputs, which are the rows of what is stored.
    let after = [
        node("DequantizeLinear", "dw", &["t", "ws", "wz"], "e"),
        node("Reshape", "rs", &["e", "shape"], "f"),
        node("Transpose", "tr", &["f"], "v"),
    ];
    assert_eq!(import(&tensors, &after).expect("supported").nodes, plain.nodes);
    let before = [
        node("Reshape", "rs", &["t", "shape"], "e"),
        node("Transpose", "tr", &["e"], "f"),
        node("DequantizeLinear", "dw", &["f", "ws", "wz"], "v"),
    ];
    assert_eq!(import(&tensors, &before).expect("supported").nodes, plain.nodes);
    // Values of several channels in one row: there are no scales of channels any more.
    let flat = [
        node("DequantizeLinear", "dw", &["w", "ws", "wz"], "e"),
        node("Flatten", "fl", &["e"], "g").message(5, int("axis", 0)),
        node("Reshape", "rs", &["g", "shape"], "v"),
    ];
    let model = import(&tensors, &flat).expect("read");
    let got = quantize(&model, &Options::default()).expect_err("floats").to_string();
    assert!(got.contains("weights in floats"), "{got}");
}

#[test]
fn integers_of_32_bits_are_shapes_as_well() {
    let mut tensors = good();
    tensors.push(raw("i", &[1], 6, &[1, 0, 0, 0]));
    let nodes = [
        node("Shape", "sh", &["x"], "h"),
        node("Gather", "ga", &["h", "i"], "n"),
        node("Cast", "ca", &["n"], "k").message(5, int("to", 6)),
        node("Mul", "mu", &["k", "i"], "l"),
        node("Concat", "co", &["i", "l"], "o").message(5, int("axis", 0)),
        node("Cast", "cb", &["o"], "p").message(5, int("to", 7)),
        node("Reshape", "re", &["x", "p"], "y"),
    ];
    let model = OnnxModel::decode(&file(graph(&[1, 2], &nodes, &tensors))).expect("a shape");
    assert_eq!(model.nodes.last().map(|node| node.shape.clone()), Some(vec![2]));
}

#[test]
fn dynamic_quantisation_is_refused_with_what_to_do() {
    let got = fault(&[node("DynamicQuantizeLinear", "", &["x"], "y")]).to_string();
    assert!(got.contains("quantize_static"), "{got}");
    let got = fault(&[node("QAttention", "", &["x"], "y").bytes(7, "com.microsoft")]);
    assert!(matches!(got, Fault::Domain { .. }), "{got}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_changed_byte_never_makes_the_import_panic(at: usize, byte: u8, which in 0usize..6) {
        let names = ["cnn-qdq-u8-channels", "residual-qdq-u8", "residual-qoperator-u8-channels",
            "qlinear-conv-group", "qlinear-add-i8", "cnn-qoperator-u8"];
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/onnx-quantized");
        let mut bytes = fs::read(PathBuf::from(folder).join(format!("{}.onnx", names[which]))).expect("committed");
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(model) = OnnxModel::decode(&bytes)
            && let Ok(imported) = quantize(&model, &Options::default())
        {
            let file = zkml_model::file::encode(&imported.model);
            prop_assert_eq!(zkml_model::file::decode(&file), Ok(imported.model));
        }
    }
}
