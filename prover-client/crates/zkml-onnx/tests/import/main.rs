//! ONNX files read, by operator, by exporter, and hostile ones.

mod borders;
mod ends;
mod exporters;
mod hostile;
mod inputs;
mod operators;
mod quantized;
mod survey;
mod writer;

use std::{fs, path::PathBuf};

use proptest::prelude::*;

use self::writer::{Message, file, float, graph, int, ints, node, tensor, value};
use zkml_model::validate;
use zkml_onnx::*;
use zkml_quantize as quantize;

fn vectors() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/onnx"))
}

/// Two inputs, two outputs: `y = relu(x · w) · v`, and what `change` makes of the nodes.
fn decode(nodes: &[Message]) -> Result<OnnxModel, OnnxError> {
    let tensors = [tensor("w", &[2, 2], &[1.0, 2.0, 3.0, 4.0]), tensor("b", &[2], &[0.5, -0.5])];
    OnnxModel::decode(&file(graph(&[1, 2], nodes, &tensors)))
}

fn gemm(input: &str, output: &str) -> Message {
    node("Gemm", "fc", &[input, "w", "b"], output)
}

fn fault(nodes: &[Message]) -> Fault {
    match decode(nodes) {
        Err(OnnxError::Node { fault, .. } | OnnxError::Graph { fault }) => fault,
        other => panic!("expected a fault, got {other:?}"),
    }
}

#[test]
fn scores_are_those_of_onnxruntime() {
    let text = fs::read(vectors().join("scores.json")).expect("committed");
    let cases: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(&text).expect("JSON");
    assert_eq!(cases.len(), 25);
    for (name, case) in cases {
        let list = |key: &str| -> Vec<f32> {
            let list = case[key].as_array().expect("a list");
            list.iter().map(|v| v.as_f64().expect("a number") as f32).collect()
        };
        let bytes = fs::read(vectors().join(format!("{name}.onnx"))).expect("committed");
        let model = OnnxModel::decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let scores = float::run(&model, &list("input")).expect("right length");
        let expected = list("scores");
        assert_eq!(scores.len(), expected.len(), "{name}");
        for (got, expected) in scores.iter().zip(&expected) {
            assert!(
                (got - expected).abs() <= 1e-4 * expected.abs().max(1.0),
                "{name}: {got} for {expected}"
            );
        }
    }
}

#[test]
fn a_gemm_with_alpha_beta_and_both_orders_is_read() {
    let attributes = [float("alpha", 2.0), float("beta", 4.0), int("transB", 1)];
    let node =
        attributes.into_iter().fold(gemm("x", "y"), |node, attribute| node.message(5, attribute));
    let model = decode(&[node]).expect("supported");
    assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![2.0 * 21.0 + 2.0, 2.0 * 43.0 - 2.0]));
    let model = decode(&[gemm("x", "y")]).expect("supported");
    assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![31.5, 41.5]));
}

#[test]
fn softmax_and_arg_max_at_the_end_leave_only_the_order() {
    let arg_max =
        node("ArgMax", "", &["s"], "y").message(5, int("axis", 1)).message(5, int("keepdims", 0));
    let model =
        decode(&[gemm("x", "g"), node("Softmax", "", &["g"], "s"), arg_max]).expect("supported");
    assert_eq!(model.nodes.len(), 1);
    let late = decode(&[gemm("x", "g"), node("Softmax", "", &["g"], "s"), gemm("s", "y")]);
    assert!(
        matches!(late, Err(OnnxError::Node { node: 2, fault: Fault::AfterEnd, .. })),
        "{late:?}"
    );
    let last = node("ArgMax", "", &["g"], "y")
        .message(5, int("axis", 1))
        .message(5, int("select_last_index", 1));
    let got = fault(&[gemm("x", "g"), last]);
    assert!(matches!(got, Fault::Attribute { attribute: "select_last_index", .. }), "{got}");
    let batch = node("ArgMax", "", &["g"], "y");
    assert!(matches!(fault(&[gemm("x", "g"), batch]), Fault::Attribute { attribute: "axis", .. }));
}

/// A `TopK` of `g`, whose values are `v` and whose indices `y`, with the attributes.
fn top_k(k: &str, attributes: &[Message]) -> Message {
    let node = node("TopK", "best", &["g", k], "v").bytes(2, "y");
    attributes.iter().fold(node, |node, attribute| node.message(5, attribute.clone()))
}

/// As [`decode`], with the constants `one` and `three`.
fn decode_top_k(nodes: &[Message]) -> Result<OnnxModel, OnnxError> {
    let constant = |name, value| {
        let tensor = Message::default().int(1, 1).int(2, 7).int(7, value);
        node("Constant", "", &[], name)
            .message(5, Message::default().bytes(1, "value").message(5, tensor).int(20, 4))
    };
    let all =
        [vec![constant("one", 1), constant("three", 3), gemm("x", "g")], nodes.to_vec()].concat();
    decode(&all)
}

#[test]
fn a_top_k_at_the_end_gives_its_indices() {
    let model = decode_top_k(&[top_k("one", &[])]).expect("supported");
    assert_eq!((model.end, model.nodes.len()), (OutputHead::TopK { k: 1 }, 1));
    let softmax = node("Softmax", "", &["g"], "s");
    let of_softmax = node("TopK", "best", &["s", "one"], "v").bytes(2, "y");
    assert_eq!(
        decode_top_k(&[softmax, of_softmax]).expect("supported").end,
        OutputHead::TopK { k: 1 }
    );
    assert_eq!(decode(&[gemm("x", "y")]).expect("supported").end, OutputHead::Scores);
    let fault = |nodes: &[Message]| match decode_top_k(nodes) {
        Err(OnnxError::Node { fault, .. } | OnnxError::Graph { fault }) => fault,
        other => panic!("expected a fault, got {other:?}"),
    };
    let attribute = |fault: Fault| match fault {
        Fault::Attribute { attribute, .. } => attribute,
        other => panic!("expected an attribute, got {other}"),
    };
    assert_eq!(attribute(fault(&[top_k("three", &[])])), "k");
    assert_eq!(attribute(fault(&[top_k("one", &[int("largest", 0)])])), "largest");
    assert_eq!(attribute(fault(&[top_k("one", &[int("sorted", 0)])])), "sorted");
    assert_eq!(attribute(fault(&[top_k("one", &[int("axis", 0)])])), "axis");
    // The values as the output, and what would compute on.
    let values = node("TopK", "best", &["g", "one"], "y").bytes(2, "i");
    assert_eq!(fault(&[values]), Fault::TopKValues);
    let on = |op: &str| {
        let best = node("TopK", "best", &["g", "one"], "v").bytes(2, "i");
        fault(&[best, node(op, "", &["i"], "y")])
    };
    assert_eq!((on("ArgMax"), on("Relu")), (Fault::AfterEnd, Fault::AfterEnd));
    let arg_max = |from, to| node("ArgMax", "", &[from], to).message(5, int("axis", 1));
    assert_eq!(fault(&[arg_max("g", "c"), arg_max("c", "y")]), Fault::AfterEnd);
}

#[test]
fn an_unsupported_operator_is_named_with_its_place_and_what_to_do() {
    let error = decode(&[gemm("x", "g"), node("Softsign", "squash", &["g"], "y")])
        .expect_err("unsupported");
    let message = error.to_string();
    assert!(
        message.starts_with(
            "ONNX node 1 of 2 (`squash`, Softsign, `g` → `y`) is an operator that cannot be proved: replace the activation by Relu"
        ),
        "{message}"
    );
    assert!(message.contains("Supported are Conv and MaxPool"), "{message}");
}

#[test]
fn a_node_that_the_output_does_not_need_may_be_anything() {
    let model = decode(&[node("NonZero", "", &["x"], "z"), gemm("x", "y")])
        .expect("the first is not needed");
    assert_eq!(model.nodes.len(), 1);
}

#[test]
fn branches_are_read_and_broken_graphs_refused() {
    let skip = [gemm("x", "a"), node("Relu", "", &["a"], "c"), node("Add", "", &["a", "c"], "y")];
    let model = decode(&skip).expect("supported");
    assert_eq!(float::run(&model, &[1.0, -10.0]), Ok(vec![-28.5, -38.5]));
    assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![63.0, 83.0]));
    let back = [gemm("x", "a"), node("Relu", "", &["a"], "c"), gemm("a", "y")];
    assert!(decode(&back).is_ok(), "the ReLU is not needed");
    let missing = [gemm("nowhere", "y")];
    assert_eq!(fault(&missing), Fault::Missing { tensor: "nowhere".into() });
    assert_eq!(fault(&[node("Identity", "", &["x"], "y")]), Fault::Empty);
    let out_of_order = [node("Relu", "", &["a"], "y"), gemm("x", "a")];
    assert_eq!(fault(&out_of_order), Fault::Missing { tensor: "a".into() });
    let product = [gemm("x", "a"), node("Mul", "", &["a", "x"], "y")];
    assert!(fault(&product).to_string().contains("it multiplies two computed tensors"));
    let joined = [gemm("x", "a"), node("Concat", "", &["a", "x"], "c").message(5, int("axis", 0))];
    let joined = [&joined[..], &[node("Relu", "", &["c"], "y")]].concat();
    assert!(matches!(fault(&joined), Fault::Attribute { attribute: "axis", .. }));
}

#[test]
fn a_constant_is_folded_into_a_layer_only_if_nothing_else_reads_that() {
    let sum = decode(&[gemm("x", "g"), node("Add", "", &["g", "b"], "y")]).expect("supported");
    assert_eq!(sum.nodes.len(), 1);
    assert_eq!(float::run(&sum, &[1.0, 10.0]), Ok(vec![32.0, 41.0]));
    // g itself, and g + b: directly, and under another name.
    let alias = node("Identity", "", &["g"], "h");
    for (name, alias) in [("g", None), ("h", Some(alias))] {
        let mut nodes = vec![gemm("x", "g")];
        nodes.extend(alias);
        nodes.extend([node("Add", "", &[name, "b"], "s"), node("Sub", "", &["b", "g"], "d")]);
        nodes.push(node("Add", "", &["s", "d"], "y"));
        let model = decode(&nodes).expect("supported");
        assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![1.0, -1.0]), "{name}");
    }
    let relu = [gemm("x", "g"), node("Relu", "", &["g"], "r"), node("Div", "", &["r", "b"], "y")];
    let model = decode(&relu).expect("supported");
    assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![63.0, -83.0]));
    let wrong = [gemm("x", "g"), node("Add", "", &["g", "w"], "y")];
    assert!(matches!(fault(&wrong), Fault::OperandShape { what: "a constant", .. }));
    // Of one operand a sum is only another name.
    let one = [gemm("x", "g"), node("Sum", "", &["g"], "h"), node("Add", "", &["h", "b"], "s")];
    let one =
        decode(&[&one[..], &[node("Add", "", &["s", "g"], "y")]].concat()).expect("supported");
    assert_eq!(float::run(&one, &[1.0, 10.0]), Ok(vec![31.5 + 32.0, 41.5 + 41.0]));
    let many = [gemm("x", "g"), node("Sum", "", &["g"; 65], "y")];
    assert!(
        fault(&many).to_string().ends_with("it joins more than 64 tensors; join them in steps")
    );
    let steep = node("LeakyRelu", "", &["g"], "y").message(5, float("alpha", 65.0));
    assert!(matches!(fault(&[gemm("x", "g"), steep]), Fault::Attribute { attribute: "alpha", .. }));
    let by_computed = [gemm("x", "g"), node("Div", "", &["b", "g"], "y")];
    assert!(fault(&by_computed).to_string().ends_with("it divides by a computed tensor"));
}

#[test]
fn pools_pads_and_moves_that_cannot_be_proved_are_refused_by_attribute() {
    let with = |op: &str, attributes: &[Message]| {
        let node =
            attributes.iter().fold(node(op, "", &["x"], "y"), |n, a| n.message(5, a.clone()));
        match OnnxModel::decode(&file(graph(&[1, 2, 4, 4], &[node], &[]))) {
            Err(OnnxError::Node { fault, .. }) => fault.to_string(),
            other => panic!("expected a fault, got {other:?}"),
        }
    };
    let padded = ints("pads", &[1, 1, 1, 1]);
    assert!(with("MaxPool", &[]).contains("kernel size"));
    assert!(with("MaxPool", &[ints("kernel_shape", &[2])]).contains("`kernel_shape`"));
    assert!(
        with("MaxPool", &[ints("kernel_shape", &[1, 1]), padded.clone()]).contains("padding alone")
    );
    assert!(with("Transpose", &[ints("perm", &[1, 0, 2, 3])]).contains("leaves the batch first"));
    assert!(
        with("Transpose", &[ints("perm", &[0, 1, 1, 3])]).contains("must name each of 3 axes once")
    );
    assert!(with("Transpose", &[]).contains("leaves the batch first"));
    assert!(with("Pad", &[ints("pads", &[0; 6])]).contains("`pads`"));
    assert!(with("Pad", &[ints("pads", &[1, 0, 0, 0, 0, 0, 0, 0])]).contains("none for the batch"));
    assert!(with("Pad", &[ints("pads", &[0, 0, -1, 0, 0, 0, 0, 0])]).contains("none negative"));
    assert!(with("Pad", &[ints("pads", &[0; 8]), float("value", 1.0)]).contains("`value` 1"));
    let reflect = Message::default().bytes(1, "mode").bytes(4, "reflect");
    assert!(with("Pad", &[ints("pads", &[0; 8]), reflect]).contains("`mode` reflect"));
    assert!(
        with("Clip", &[float("min", 1.0), float("max", 0.0)]).contains("at least the lower bound")
    );
    assert!(with("BatchNormalization", &[int("training_mode", 1)]).contains("evaluation mode"));
}

#[test]
fn inputs_of_another_type_shape_or_number_are_refused() {
    let with = |x: Message, more: Option<Message>| {
        let graph = Message::default()
            .message(1, node("Relu", "", &["x"], "y"))
            .message(11, x)
            .message(12, value("y", 1, &[1, 2]));
        let graph = more.into_iter().fold(graph, |graph, input| graph.message(11, input));
        match OnnxModel::decode(&file(graph)) {
            Err(OnnxError::Graph { fault }) => fault,
            other => panic!("expected a fault, got {other:?}"),
        }
    };
    assert!(matches!(with(value("x", 2, &[1, 2]), None), Fault::InputType { got: 2, .. }));
    for dims in [&[2, 2][..], &[1], &[1, -1], &[], &[1, 0], &[-1]] {
        let got = with(value("x", 1, dims), None);
        assert!(matches!(got, Fault::InputShape { .. } | Fault::Size(_)), "{dims:?}: {got}");
    }
    assert_eq!(
        with(value("x", 1, &[1, 2]), Some(value("z", 1, &[1, 2]))),
        Fault::Inputs { got: 2 }
    );
    assert!(
        OnnxModel::decode(&file(graph(&[-1, 2], &[node("Relu", "", &["x"], "y")], &[]))).is_ok()
    );
}

#[test]
fn damaged_tensors_are_refused() {
    let with = |w: Message| {
        let result =
            OnnxModel::decode(&file(graph(&[1, 2], &[node("MatMul", "", &["x", "w"], "y")], &[w])));
        match result {
            Err(OnnxError::Graph { fault } | OnnxError::Node { fault, .. }) => fault,
            other => panic!("expected a fault, got {other:?}"),
        }
    };
    let good = tensor("w", &[2, 2], &[1.0; 4]);
    assert!(matches!(
        with(tensor("w", &[2, 2], &[1.0; 3])),
        Fault::ConstantCount { expected: 4, got: 3, .. }
    ));
    assert!(matches!(with(tensor("w", &[2, -2], &[])), Fault::ConstantShape { .. }));
    assert!(matches!(with(tensor("w", &[1 << 40, 1 << 40], &[])), Fault::ConstantShape { .. }));
    assert!(matches!(with(tensor("w", &[2, 2], &[f32::NAN; 4])), Fault::NotFinite { .. }));
    assert!(matches!(
        with(tensor("w", &[3, 2], &[1.0; 6])),
        Fault::OperandShape { what: "weights", .. }
    ));
    assert!(matches!(with(tensor("w", &[2, 0], &[])), Fault::OperandShape { what: "weights", .. }));
    assert!(matches!(with(good.clone().int(14, 1)), Fault::External { .. }));
    assert!(matches!(with(good.int(2, 8)), Fault::DataType { got: 8, .. }));
}

#[test]
fn impossible_convolutions_are_refused() {
    let with = |attributes: &[Message], w: &[i64]| {
        let conv = attributes
            .iter()
            .fold(node("Conv", "", &["x", "w"], "y"), |n, a| n.message(5, a.clone()));
        let count: i64 = w.iter().product();
        let tensors = [tensor("w", w, &vec![1.0; count as usize])];
        OnnxModel::decode(&file(graph(&[1, 2, 4, 4], &[conv], &tensors)))
    };
    assert!(with(&[], &[3, 2, 2, 2]).is_ok());
    assert!(with(&[], &[3, 2, 2]).is_err(), "one-dimensional");
    assert!(with(&[], &[3, 1, 2, 2]).is_err(), "channels");
    assert!(with(&[], &[3, 2, 5, 2]).is_err(), "kernel larger than the picture");
    for bad in [
        ints("strides", &[0, 1]),
        ints("strides", &[1]),
        ints("pads", &[1, 1, 1, -1]),
        ints("pads", &[i64::MAX, 0, i64::MAX, 0]),
        ints("dilations", &[i64::MAX, i64::MAX]),
        ints("kernel_shape", &[3, 3]),
        int("group", 0),
        int("group", 3),
        int("group", i64::MIN),
        Message::default().bytes(1, "auto_pad").bytes(4, "SAME"),
    ] {
        assert!(with(std::slice::from_ref(&bad), &[3, 2, 2, 2]).is_err(), "{:?}", bad.0);
    }
    let same = Message::default().bytes(1, "auto_pad").bytes(4, "SAME_UPPER");
    assert!(with(&[same, ints("strides", &[0, 0])], &[3, 2, 2, 2]).is_err());
}

#[test]
fn reshapes_that_lose_values_or_the_batch_are_refused() {
    let with = |to: &[i64]| {
        let raw: Vec<u8> = to.iter().flat_map(|n| n.to_le_bytes()).collect();
        let shape =
            Message::default().int(1, to.len() as i64).int(2, 7).bytes(8, "s").bytes(9, raw);
        let nodes = [node("Reshape", "", &["x", "s"], "y")];
        OnnxModel::decode(&file(graph(&[1, 2, 3], &nodes, &[shape]))).is_ok()
    };
    assert!(
        with(&[1, 6]) && with(&[1, -1]) && with(&[0, -1]) && with(&[-1, 6]) && with(&[1, 3, 2])
    );
    // A result may be without its batch.
    assert!(with(&[6]) && with(&[-1]));
    for bad in [
        &[5][..],
        &[2, 3],
        &[1, 5],
        &[-1, -1],
        &[1, -2],
        &[1, 6, 0, 0],
        &[i64::MIN, 6],
        &[],
        &[0; 40],
    ] {
        assert!(!with(bad), "{bad:?}");
    }
}

#[test]
fn what_is_folded_into_a_layer_is_known_to_nothing_else() {
    let number = |name: &str, of: f32| tensor(name, &[], &[of]);
    let half =
        [number("root", std::f32::consts::FRAC_1_SQRT_2), number("one", 1.0), number("half", 0.5)];
    let mut constants = [&half[..], &[number("sixth", 1.0 / 6.0), number("zero", 0.0)]].concat();
    let inputs = [-2.0f32, -0.5, 0.25, 3.0];
    let gelu = [
        node("Mul", "", &["x", "root"], "d"),
        node("Erf", "", &["d"], "e"),
        node("Add", "", &["e", "one"], "f"),
        node("Mul", "", &["f", "half"], "g"),
        node("Mul", "", &["x", "g"], "y"),
    ];
    let hard_swish = [
        node("Mul", "", &["x", "sixth"], "d"),
        node("Add", "", &["d", "half"], "e"),
        node("Clip", "", &["e", "zero", "one"], "f"),
        node("Mul", "", &["x", "f"], "y"),
    ];
    let gelu_at = |x: f64| Function::Gelu { tanh: false }.at(x) + x.max(0.0);
    let hard_swish_at = |x: f64| x * (x / 6.0 + 0.5).clamp(0.0, 1.0);
    for dims in [&[1, 4][..], &[1, 2, 2], &[1, 4, 1, 1]] {
        for (nodes, wanted) in
            [(&gelu[..], &gelu_at as &dyn Fn(f64) -> f64), (&hard_swish, &hard_swish_at)]
        {
            let model =
                OnnxModel::decode(&file(graph(dims, nodes, &constants))).expect("a function");
            let got = float::run(&model, &inputs).expect("right length");
            for (x, y) in inputs.iter().zip(got) {
                assert!((wanted((*x).into()) - f64::from(y)).abs() < 1e-4, "{dims:?}: {y} at {x}");
            }
        }
    }
    // Lines over lines are one layer, whatever they are of.
    let vector = |name: &str| tensor(name, &[4, 1, 1], &[0.5, 0.25, 2.0, 1.0]);
    let lines = [
        node("Mul", "", &["x", "half"], "a"),
        node("Sub", "", &["a", "m"], "b"),
        node("Div", "", &["b", "v"], "c"),
        node("Add", "", &["c", "one"], "y"),
    ];
    for dims in [&[1, 4, 1, 1][..], &[1, 4, 1, 2]] {
        let constants = [&constants[..], &[vector("m"), vector("v")]].concat();
        let model = OnnxModel::decode(&file(graph(dims, &lines, &constants))).expect("lines");
        assert_eq!(model.nodes.len(), 1, "{dims:?}");
        let count = dims.iter().product::<i64>() as usize;
        let input: Vec<f32> = inputs.iter().copied().cycle().take(count).collect();
        let got = float::run(&model, &input).expect("right length");
        for (at, (x, y)) in input.iter().zip(got).enumerate() {
            let own = [0.5f32, 0.25, 2.0, 1.0][at * 4 / count];
            assert!(((x * 0.5 - own) / own + 1.0 - y).abs() < 1e-5, "{dims:?}: {y} at {x}");
        }
    }
    // A name that stands for a tensor that is only built when another name of it is read.
    let weights: Vec<f32> = (0..16).map(|n| f32::from(u8::from(n % 5 == 0))).collect();
    constants.extend([
        tensor("w", &[4, 4, 1, 1], &weights),
        tensor("v", &[4, 1], &[1.0, 2.0, 3.0, 4.0]),
    ]);
    let raw: Vec<u8> = [1i64, 4, 1].iter().flat_map(|n| n.to_le_bytes()).collect();
    constants.push(Message::default().int(1, 3).int(2, 7).bytes(8, "s").bytes(9, raw));
    let nodes = [
        node("Conv", "", &["x", "w"], "c"),
        node("Sigmoid", "", &["c"], "z"),
        node("Mul", "", &["c", "z"], "p"),
        node("Mul", "", &["p", "half"], "d"),
        node("Identity", "", &["d"], "i"),
        node("Reshape", "", &["i", "s"], "r"),
        node("Add", "", &["r", "v"], "b"),
        node("Flatten", "", &["b"], "f"),
        node("Flatten", "", &["d"], "e"),
        node("Sub", "", &["f", "e"], "y"),
    ];
    let model =
        OnnxModel::decode(&file(graph(&[1, 4, 1, 1], &nodes, &constants))).expect("two readers");
    let got = float::run(&model, &inputs).expect("right length");
    for (y, wanted) in got.iter().zip([1.0, 2.0, 3.0, 4.0]) {
        assert!((y - wanted).abs() < 1e-4, "{got:?}");
    }
}

#[test]
fn rows_that_hold_the_batch_are_read_by_row_alone() {
    let ints = |name: &str, of: &[i64]| {
        let raw: Vec<u8> = of.iter().flat_map(|n| n.to_le_bytes()).collect();
        Message::default().int(1, of.len() as i64).int(2, 7).bytes(8, name).bytes(9, raw)
    };
    let floats = |name: &str, dims: &[i64]| {
        let count = dims.iter().product::<i64>() as usize;
        let raw: Vec<u8> = (0..count).flat_map(|n| (n as f32 - 1.5).to_le_bytes()).collect();
        let tensor = dims.iter().fold(Message::default(), |tensor, n| tensor.int(1, *n));
        tensor.int(2, 1).bytes(8, name).bytes(9, raw)
    };
    let with = |middle: &[Message]| {
        let constants = [
            ints("rows", &[2, 3]),
            ints("back", &[1, -1]),
            ints("places", &[1, 2, 2]),
            ints("one", &[1]),
            floats("wide", &[1, 1, 3]),
            floats("wider", &[1, 1, 1]),
            floats("w", &[3, 2]),
            floats("b", &[2]),
            floats("c", &[2, 1]),
        ];
        let mut nodes = vec![node("Reshape", "", &["x", "rows"], "r")];
        nodes.extend_from_slice(middle);
        nodes.push(node("Reshape", "", &["p", "back"], "y"));
        OnnxModel::decode(&file(graph(&[1, 2, 3], &nodes, &constants)))
    };
    let run = |model: OnnxModel| {
        float::run(&model, &[1.0, 2.0, 3.0, -1.0, 0.5, 0.0]).expect("right length")
    };
    let expected = [5.5, 12.5, 0.25, 0.75];
    let gemm = with(&[node("Gemm", "", &["r", "w", "b"], "p")]).expect("by rows");
    let product = with(&[node("MatMul", "", &["r", "w"], "q"), node("Add", "", &["q", "b"], "p")])
        .expect("by rows");
    assert_eq!(run(gemm), run(product.clone()));
    assert_eq!(run(product.clone()), expected);
    assert_eq!(product.nodes.iter().filter(|node| matches!(node.op, FloatOp::Conv(_))).count(), 1);
    // One number for each row.
    let by_row = with(&[node("MatMul", "", &["r", "w"], "q"), node("Add", "", &["q", "c"], "p")])
        .expect("by rows");
    assert_eq!(run(by_row), [5.5, 11.5, 1.25, 0.75]);
    // What is read before the sum keeps its values.
    let product = node("MatMul", "", &["r", "w"], "q");
    let reshape = |from: &str, to: &str| node("Reshape", "", &[from, "places"], to);
    let again = [reshape("q", "a"), reshape("q", "b1")];
    let sum = [node("Add", "", &["a", "b"], "a1"), node("Sub", "", &["a1", "b1"], "p")];
    let twice = with(&[&[product], &again[..], &sum].concat()).expect("two readers");
    assert_eq!(run(twice), [-1.5, -0.5, -1.5, -0.5]);
    for bad in [
        vec![node("Softmax", "", &["r"], "p")],
        vec![node("Transpose", "", &["r"], "p")],
        vec![node("Concat", "", &["r", "r"], "p")],
        vec![node("Add", "", &["r", "x"], "p")],
        vec![node("Add", "", &["r", "wide"], "p")],
        vec![node("Mul", "", &["r", "wider"], "p")],
        vec![node("TopK", "", &["r", "one"], "p")],
        vec![node("MatMul", "", &["r", "b"], "p")],
        vec![node("Gemm", "", &["r", "c"], "p")],
    ] {
        assert!(with(&bad).is_err());
    }
    let ends = [node("Reshape", "", &["x", "rows"], "r"), node("MatMul", "", &["r", "w"], "y")];
    assert!(
        OnnxModel::decode(&file(graph(
            &[1, 2, 3],
            &ends,
            &[ints("rows", &[2, 3]), floats("w", &[3, 2])]
        )))
        .is_err()
    );
}

#[test]
fn what_is_no_onnx_is_refused_with_the_byte() {
    assert_eq!(OnnxModel::decode(b""), Err(OnnxError::NoGraph));
    assert_eq!(
        OnnxModel::decode(&[0x3a, 0x05, 0x00]),
        Err(OnnxError::Truncated { at: 2, need: 5 })
    );
    assert_eq!(OnnxModel::decode(&[0x3a, 0x80]), Err(OnnxError::Truncated { at: 2, need: 1 }));
    assert_eq!(OnnxModel::decode(&[0xff; 12]), Err(OnnxError::Varint { at: 0 }));
    assert_eq!(OnnxModel::decode(&[0x0f]), Err(OnnxError::Tag { at: 0, wire_type: 7 }));
    assert_eq!(OnnxModel::decode(&[0x00, 0x00]), Err(OnnxError::Tag { at: 0, wire_type: 0 }));
    assert_eq!(
        OnnxModel::decode(&[0x38, 0x01]),
        Err(OnnxError::WireType { field: "graph", at: 1 })
    );
    let bad_name = Message::default().message(7, Message::default().bytes(2, [0xff, 0xfe])).0;
    assert!(matches!(
        OnnxModel::decode(&bad_name),
        Err(OnnxError::Text { field: "graph.name", at: 4, .. })
    ));
    let message = OnnxModel::decode(&[0x3a, 0x05]).expect_err("cut off").to_string();
    assert_eq!(
        message,
        "the ONNX file is cut off: at byte 2 it needs 5 more bytes; copy it again or export it again"
    );
}

#[test]
fn a_small_file_with_very_many_parts_is_refused() {
    let many =
        (0..20_000).fold(Message::default(), |graph, _| graph.message(1, Message::default()));
    assert!(matches!(
        OnnxModel::decode(&file(many)),
        Err(OnnxError::TooMany { what: "nodes", .. })
    ));
}

#[test]
fn a_small_file_cannot_ask_for_much_memory() {
    // Each node is some bytes, and would have 2^24 values or weights.
    let many = |node: &dyn Fn(usize) -> Message, dims: &[i64]| {
        let nodes: Vec<Message> = (0..200).map(node).collect();
        match OnnxModel::decode(&file(graph(dims, &nodes, &[]))) {
            Err(OnnxError::Node { fault: Fault::Size(fault), .. }) => {
                assert_eq!(fault, validate::Fault::Total)
            }
            other => panic!("expected too many values, got {other:?}"),
        }
    };
    let name = |i: usize, last| match i {
        0 => "x".to_string(),
        i if i == last => "y".into(),
        i => format!("t{i}"),
    };
    many(&|i| node("Relu", "", &[&name(i, 200)], &name(i + 1, 200)), &[1, 1 << 22]);
    let average = |i| {
        let node = node("AveragePool", "", &[&name(i, 200)], &name(i + 1, 200));
        let pads = ints("pads", &[1024; 4]);
        node.message(5, ints("kernel_shape", &[2049; 2]))
            .message(5, pads)
            .message(5, int("count_include_pad", 1))
    };
    many(&average, &[1, 1, 1, 1]);
}

#[test]
fn no_truncation_makes_the_decoder_panic() {
    for name in
        ["conv-group", "reshape-constants", "mlp-matmul-add", "residual", "clip-leaky-affine"]
    {
        let bytes = fs::read(vectors().join(format!("{name}.onnx"))).expect("committed");
        let whole = OnnxModel::decode(&bytes).expect("whole");
        for end in 0..bytes.len() {
            // Only what stands after the graph may be missing.
            if let Ok(model) = OnnxModel::decode(&bytes[..end]) {
                assert_eq!(model, whole, "{name} cut at {end}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn no_change_of_bytes_makes_the_importer_panic(
        case in 0usize..25,
        changes in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..4),
    ) {
        let mut files: Vec<_> = fs::read_dir(vectors()).expect("committed").map(|f| f.expect("readable").path()).collect();
        files.retain(|path| path.extension().is_some_and(|e| e == "onnx"));
        files.sort();
        let mut bytes = fs::read(&files[case]).expect("committed");
        for (at, byte) in changes {
            let at = usize::from(at) % bytes.len();
            bytes[at] = byte;
        }
        if let Ok(model) = OnnxModel::decode(&bytes)
            && let Ok(imported) = quantize::quantize(&model, &quantize::Options::default())
        {
            prop_assert_eq!(imported.model.validate(), Ok(()));
        }
    }

    #[test]
    fn no_bytes_make_the_decoder_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(OnnxModel::decode(&bytes).is_err());
    }
}
