//! Nodes after a Softmax or an ArgMax, and results without their batch.

use super::*;

const SOFTMAX: &str = "Softmax";

/// `x · w + b`, then these nodes; the last gives `y`.
fn after_scores(nodes: &[Message]) -> Result<OnnxModel, OnnxError> {
    let tensors = [
        tensor("w", &[2, 2], &[1.0, 2.0, 3.0, 4.0]),
        tensor("b", &[2], &[0.5, -0.5]),
        tensor("hundred", &[], &[100.0]),
        tensor("halves", &[1, 2], &[0.5, 0.5]),
        tensor("unequal", &[2], &[2.0, 1.0]),
        tensor("minus", &[], &[-1.0]),
        tensor("zero", &[], &[0.0]),
        tensor("tiny", &[], &[1e-30]),
        shape("flat", &[2]),
        shape("column", &[2, 1]),
        shape("back", &[1, 2, 1, 1]),
    ];
    OnnxModel::decode(&file(graph(&[1, 2], &[&[gemm("x", "g")], nodes].concat(), &tensors)))
}

fn shape(name: &str, values: &[i64]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|n| n.to_le_bytes()).collect();
    Message::default().int(1, values.len() as i64).int(2, 7).bytes(8, name).bytes(9, raw)
}

fn cast(input: &str, to: i64, output: &str) -> Message {
    node("Cast", "", &[input], output).message(5, int("to", to))
}

fn arg(op: &str, input: &str, output: &str) -> Message {
    node(op, "", &[input], output).message(5, int("axis", -1)).message(5, int("keepdims", 0))
}

#[test]
fn what_changes_no_order_after_a_softmax_is_left_out() {
    let softmax = node(SOFTMAX, "", &["g"], "s");
    for nodes in [
        vec![node("Reshape", "", &["s", "flat"], "y")],
        vec![node("Reshape", "", &["s", "back"], "r"), node("Squeeze", "", &["r"], "y")],
        vec![node("Flatten", "", &["s"], "y").message(5, int("axis", 0))],
        vec![node("Reshape", "", &["s", "column"], "y")],
        vec![node("Transpose", "", &["s"], "y")],
        vec![node("Identity", "", &["s"], "i"), cast("i", 10, "y")],
        vec![node("Mul", "", &["s", "hundred"], "y")],
        vec![node("Mul", "", &["halves", "s"], "y")],
        vec![node("Div", "", &["s", "hundred"], "y")],
        vec![node("Log", "", &["s"], "y")],
        vec![node("LogSoftmax", "", &["s"], "l"), node("Exp", "", &["l"], "y")],
        vec![node("Dropout", "", &["s"], "d"), node(SOFTMAX, "", &["d"], "y")],
    ] {
        let model = after_scores(&[std::slice::from_ref(&softmax), nodes.as_slice()].concat())
            .expect("only the order");
        assert_eq!((model.end, model.nodes.len()), (OutputHead::Softmax, 1));
        assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![31.5, 41.5]));
    }
    for bad in [
        node("Mul", "", &["s", "minus"], "y"),
        node("Mul", "", &["s", "zero"], "y"),
        node("Mul", "", &["s", "tiny"], "y"),
        node("Mul", "", &["s", "unequal"], "y"),
        node("Mul", "", &["s", "s"], "y"),
        node("Mul", "", &["x", "s"], "y"),
        node("Div", "", &["hundred", "s"], "y"),
        node("Add", "", &["s", "hundred"], "y"),
        node("Sub", "", &["x", "s"], "y"),
        node("MatMul", "", &["s", "w"], "y"),
        node("Exp", "", &["s"], "y"),
        node("Sqrt", "", &["s"], "y"),
        node("Relu", "", &["s"], "y"),
        cast("s", 7, "y"),
        cast("s", 9, "y"),
    ] {
        let error = after_scores(&[softmax.clone(), bad]).expect_err("another order");
        assert!(
            matches!(error, OnnxError::Node { node: 2, fault: Fault::AfterEnd, .. }),
            "{error}"
        );
    }
}

#[test]
fn what_is_scaled_after_a_softmax_may_be_beyond_floats_after_more() {
    let last = |nodes: &[Message]| {
        let error = after_scores(nodes).expect_err("beyond floats");
        assert!(matches!(error, OnnxError::Node { fault: Fault::AfterEnd, .. }), "{error}");
    };
    let softmax = node(SOFTMAX, "", &["g"], "s");
    let scaled = node("Mul", "", &["s", "hundred"], "t");
    for more in [
        node("Exp", "", &["t"], "y"),
        node("Log", "", &["t"], "y"),
        node("Mul", "", &["t", "hundred"], "y"),
        node("Mul", "", &["hundred", "t"], "y"),
        node("QuantizeLinear", "", &["t", "hundred"], "y"),
    ] {
        last(&[softmax.clone(), scaled.clone(), more]);
    }
    // Logarithms have none, and are far apart.
    let logarithms = node("LogSoftmax", "", &["g"], "s");
    for more in [node("Log", "", &["s"], "y"), node("Mul", "", &["s", "hundred"], "y")] {
        last(&[logarithms.clone(), more]);
    }
}

#[test]
fn a_class_may_change_its_shape_and_type() {
    let softmax = node(SOFTMAX, "", &["g"], "s");
    for nodes in [
        vec![arg("ArgMax", "g", "a"), cast("a", 6, "y")],
        vec![arg("ArgMax", "g", "a"), cast("a", 2, "i"), cast("i", 10, "y")],
        vec![
            softmax.clone(),
            arg("ArgMax", "s", "a"),
            node("Flatten", "", &["a"], "y").message(5, int("axis", 0)),
        ],
        vec![
            softmax.clone(),
            node("Squeeze", "", &["s"], "q"),
            node("ArgMax", "", &["s"], "a").message(5, int("axis", 1)),
            node("Squeeze", "", &["a"], "y"),
        ],
        vec![softmax, node("Reshape", "", &["s", "flat"], "r"), arg("ArgMax", "r", "y")],
    ] {
        let model = after_scores(&nodes).expect("a class");
        assert_eq!((model.end, model.nodes.len()), (OutputHead::ArgMax, 1));
    }
    // What is no class any more, and a second class of it.
    for bad in [
        node("Mul", "", &["a", "hundred"], "y"),
        node("Neg", "", &["a"], "y"),
        arg("ArgMax", "a", "y"),
        arg("ArgMin", "a", "y"),
    ] {
        let error = after_scores(&[arg("ArgMax", "g", "a"), bad]).expect_err("no class");
        assert!(matches!(error, OnnxError::Node { fault: Fault::AfterEnd, .. }), "{error}");
    }
    // Of three classes a truth value holds two.
    let wide = tensor("v", &[2, 3], &[1.0; 6]);
    let nodes = [node("MatMul", "", &["x", "v"], "g"), arg("ArgMax", "g", "a"), cast("a", 9, "y")];
    assert!(OnnxModel::decode(&file(graph(&[1, 2], &nodes, &[wide]))).is_err());
}

#[test]
fn an_arg_min_is_the_arg_max_of_the_negated_scores() {
    for nodes in [
        vec![arg("ArgMin", "g", "y")],
        vec![node(SOFTMAX, "", &["g"], "s"), arg("ArgMin", "s", "a"), cast("a", 6, "y")],
    ] {
        let model = after_scores(&nodes).expect("supported");
        assert_eq!(model.end, OutputHead::ArgMax);
        assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![-31.5, -41.5]));
        assert_eq!(float::classify(&model, &[1.0, 10.0]), Ok(0));
    }
    let last = arg("ArgMin", "g", "y").message(5, int("select_last_index", 1));
    let error = after_scores(&[last]).expect_err("the last of equals").to_string();
    assert!(error.contains("select_last_index"), "{error}");
}

#[test]
fn results_without_their_batch_are_read() {
    for node in [
        node("Reshape", "", &["g", "flat"], "y"),
        node("Squeeze", "", &["g"], "y").message(5, ints("axes", &[0])),
    ] {
        let model = after_scores(&[node]).expect("a result");
        assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![31.5, 41.5]));
    }
    // One value has any shape.
    let nodes = [
        node("MatMul", "", &["x", "v"], "g"),
        node("Squeeze", "", &["g"], "q").message(5, ints("axes", &[-1])),
        node("Sigmoid", "", &["q"], "p"),
        node("Unsqueeze", "", &["p"], "u").message(5, ints("axes", &[1])),
        node("ReduceMean", "", &["u"], "y").message(5, int("keepdims", 0)),
    ];
    let model =
        OnnxModel::decode(&file(graph(&[1, 2], &nodes, &[tensor("v", &[2, 1], &[1.0, -1.0])])));
    let got = float::run(&model.expect("a value"), &[1.0, 1.0]).expect("right length");
    assert_eq!(got, [0.5]);
}

#[test]
fn a_row_may_be_turned_into_a_column_and_back() {
    let turn = |input: &str, output: &str| {
        node("Transpose", "", &[input], output).message(5, ints("perm", &[1, 0]))
    };
    let gemm = node("Gemm", "fc", &["t", "w", "b"], "y")
        .message(5, int("transA", 1))
        .message(5, float("alpha", 2.0));
    let tensors = [
        tensor("w", &[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        tensor("b", &[3], &[0.5, 0.0, -0.5]),
    ];
    let expected = Ok(vec![82.5, 104.0, 125.5]);
    let model = OnnxModel::decode(&file(graph(&[1, 2], &[turn("x", "t"), gemm], &tensors)))
        .expect("a column");
    assert_eq!(float::run(&model, &[1.0, 10.0]), expected);
    let back = [turn("x", "t"), turn("t", "r"), node("MatMul", "", &["r", "w"], "y")];
    let model = OnnxModel::decode(&file(graph(&[1, 2], &back, &tensors))).expect("a row");
    assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![41.0, 52.0, 63.0]));
    // Of a row that is none, a product has as many rows as it has values.
    let wrong = node("Gemm", "fc", &["x", "w", "b"], "y").message(5, int("transA", 1));
    let error =
        OnnxModel::decode(&file(graph(&[1, 2], &[wrong], &tensors))).expect_err("rows").to_string();
    assert!(error.contains("`transA` 1"), "{error}");
    // Axes that are longer must keep their order.
    let turned = node("Transpose", "", &["x"], "y").message(5, ints("perm", &[1, 0, 2]));
    let error = OnnxModel::decode(&file(graph(&[1, 2, 2], &[turned], &[])))
        .expect_err("the batch")
        .to_string();
    assert!(error.contains("leaves the batch first"), "{error}");
}
