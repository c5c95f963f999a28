//! Operators that cannot be proved are named before all else, with those that are beside them.

use super::*;

fn refused(graph: Message) -> String {
    OnnxModel::decode(&file(graph)).expect_err("refused").to_string()
}

fn weights() -> Message {
    tensor("w", &[2, 2], &[1.0, 2.0, 3.0, 4.0])
}

#[test]
fn what_cannot_be_proved_is_named_before_what_is_only_written_otherwise() {
    // The transposition of the batch would be refused as well, and comes first.
    let nodes = [
        node("Transpose", "turn", &["x"], "t").message(5, ints("perm", &[1, 0, 2])),
        node("LSTM", "rnn/LSTM", &["t", "w"], "h"),
        node("LSTM", "rnn/LSTM_1", &["h", "w"], "i"),
        node("GRU", "", &["i", "w"], "j"),
        node("Gather", "pick", &["j", "w"], "k"),
        node("NonZero", "unneeded", &["x"], "z"),
        node("Relu", "", &["k"], "y"),
    ];
    let error = refused(graph(&[1, 4, 2], &nodes, &[weights()]));
    assert!(
        error.starts_with(
            "ONNX node 1 of 7 (`rnn/LSTM`, LSTM, `t`, `w` → `h`) is an operator that cannot"
        ),
        "{error}"
    );
    assert!(
        error.contains(
            ". Nor can be GRU (`GRU_3`), Gather (`pick`), LSTM (`rnn/LSTM_1`). Supported are"
        ),
        "{error}"
    );
    assert!(!error.contains("unneeded") && !error.contains('\n'), "{error}");
    let many: Vec<Message> = (0..20)
        .map(|i| {
            let from = if i == 0 { "x".into() } else { format!("t{i}") };
            let to = if i == 19 { "y".into() } else { format!("t{}", i + 1) };
            node(
                ["Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Round", "Sign"]
                    [i % 10],
                "",
                &[&from],
                &to,
            )
        })
        .collect();
    let error = refused(graph(&[1, 2], &many, &[]));
    assert!(
        error.contains("2 × Acos (first `Acos_4`)") && error.contains(" and 4 more. Supported"),
        "{error}"
    );
}

#[test]
fn operators_of_constants_are_no_fault_where_they_read_constants_and_shapes() {
    let nodes = [
        node("Shape", "", &["x"], "s"),
        node("Gather", "", &["s", "zero"], "n"),
        node("Slice", "", &["w", "zero", "two"], "v"),
        node("MatMul", "", &["x", "v"], "y"),
    ];
    let whole = |name: &str, value: i64| {
        Message::default().int(1, 1).int(2, 7).bytes(8, name).bytes(9, value.to_le_bytes())
    };
    let tensors = [weights(), whole("zero", 0), whole("two", 2)];
    let model = OnnxModel::decode(&file(graph(&[1, 2], &nodes, &tensors))).expect("constants");
    assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![31.0, 42.0]));
    let part = [node("Slice", "part", &["x", "zero", "two"], "v"), node("Relu", "", &["v"], "y")];
    let error = refused(graph(&[1, 2], &part, &tensors));
    assert!(
        error.starts_with("ONNX node 0 of 2 (`part`, Slice, ")
            && error.contains("parts of computed"),
        "{error}"
    );
}

#[test]
fn classical_models_are_refused_by_operator_and_domain() {
    let ml = |op: &str, name: &str, input: &str, outputs: [&str; 2]| {
        node(op, name, &[input], outputs[0]).bytes(2, outputs[1]).bytes(7, "ai.onnx.ml")
    };
    let two_outputs =
        |nodes: &[Message]| graph(&[-1, 4], nodes, &[]).message(12, value("z", 1, &[-1, 3]));
    let logistic = [
        ml("Scaler", "scale", "x", ["s", ""]),
        ml("LinearClassifier", "line", "s", ["l", "p"]),
        node("Identity", "", &["l"], "y"),
        ml("ZipMap", "zip", "p", ["z", ""]),
    ];
    let error = refused(two_outputs(&logistic));
    for part in [
        "(`scale`, Scaler, ",
        "`ai.onnx.ml`",
        "LinearClassifier (`line`)",
        "ZipMap (`zip`)",
        "zipmap=False",
        "torch.nn.Linear",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    let forest = [ml("TreeEnsembleClassifier", "forest", "x", ["y", "z"])];
    let error = refused(two_outputs(&forest));
    assert!(
        error.contains("(`forest`, TreeEnsembleClassifier, ") && error.contains("`ai.onnx.ml`"),
        "{error}"
    );
    // What one output alone needs goes with it.
    let beside = [node("MatMul", "", &["x", "w"], "y"), node("NonZero", "", &["x"], "z")];
    let beside = graph(&[1, 2], &beside, &[weights()]).message(12, value("z", 7, &[2, -1]));
    assert!(refused(beside).contains("has 2 outputs"));
}
