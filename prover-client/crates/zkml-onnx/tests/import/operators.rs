//! Operators one by one, weights in other files, and messages.

use super::*;

fn run(nodes: &[Message], tensors: &[Message], dims: &[i64], x: &[f32]) -> Vec<f32> {
    let model = OnnxModel::decode(&file(graph(dims, nodes, tensors)))
        .unwrap_or_else(|error| panic!("{error}"));
    float::run(&model, x).expect("right length")
}

fn message(nodes: &[Message], dims: &[i64]) -> String {
    let tensors = [tensor("w", &[2, 2], &[1.0, 2.0, 3.0, 4.0]), tensor("c", &[1], &[3.0])];
    OnnxModel::decode(&file(graph(dims, nodes, &tensors))).expect_err("refused").to_string()
}

#[test]
fn functions_are_recognised_by_their_values() {
    let silu = |x: f32| x / (1.0 + (-x).exp());
    let model = decode(&[
        gemm("x", "g"),
        node("Sigmoid", "", &["g"], "s"),
        node("Mul", "silu", &["s", "g"], "p"),
        node("Gemm", "", &["p", "w"], "y"),
    ])
    .expect("SiLU");
    assert_eq!(model.nodes.len(), 5, "a layer, three for the function, a layer");
    assert!(
        model.nodes.iter().any(|node| node.op == FloatOp::Function(Function::Silu { alpha: 1.0 }))
    );
    let names: Vec<&str> = model.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["fc", "silu", "silu", "silu", "Gemm_3"]);
    let [a, b] = [silu(-1.5), silu(-2.5)];
    let got = float::run(&model, &[1.0, -1.0]).expect("two");
    assert!(
        (got[0] - (a + 3.0 * b)).abs() < 1e-5 && (got[1] - (2.0 * a + 4.0 * b)).abs() < 1e-5,
        "{got:?}"
    );
    // The sigmoid by its definition, and what is read by others as well.
    let by_exp = [
        gemm("x", "g"),
        node("Neg", "", &["g"], "n"),
        node("Exp", "", &["n"], "e"),
        node("Add", "", &["e", "one"], "d"),
        node("Div", "", &["g", "d"], "p"),
        node("Add", "", &["p", "g"], "y"),
    ];
    let tensors = [
        tensor("w", &[2, 2], &[1.0, 2.0, 3.0, 4.0]),
        tensor("b", &[2], &[0.5, -0.5]),
        tensor("one", &[], &[1.0]),
    ];
    let model = OnnxModel::decode(&file(graph(&[1, 2], &by_exp, &tensors))).expect("SiLU by Exp");
    let got = float::run(&model, &[1.0, -1.0]).expect("two");
    assert!((got[0] - (a - 1.5)).abs() < 1e-5, "{got:?}");
    // 1.702 is what some write for Gelu.
    let quick = [
        gemm("x", "g"),
        node("Mul", "", &["g", "k"], "k1"),
        node("Sigmoid", "", &["k1"], "s"),
        node("Mul", "", &["g", "s"], "y"),
    ];
    let tensors = [tensors[0].clone(), tensors[1].clone(), tensor("k", &[], &[1.702])];
    let model = OnnxModel::decode(&file(graph(&[1, 2], &quick, &tensors))).expect("quick Gelu");
    assert_eq!(model.nodes.len(), 4, "dead scale removed");
}

#[test]
fn what_is_no_known_function_names_the_node_that_cannot_be_proved() {
    let error = message(
        &[
            gemm_of("x", "g"),
            node("Exp", "grow", &["g"], "e"),
            node("Flatten", "flat", &["e"], "y"),
        ],
        &[1, 2],
    );
    assert!(
        error.starts_with(
            "ONNX node 2 of 3 (`flat`, Flatten, `e` → `y`) reads what the node `grow` (Exp) computes"
        ),
        "{error}"
    );
    let norm = [
        gemm_of("x", "g"),
        node("Pow", "square", &["g", "c"], "p"),
        node("ReduceMean", "mean", &["p"], "y"),
    ];
    let error = message(&norm, &[1, 2]);
    assert!(error.contains("`square` (Pow)") && error.contains("LayerNormalization"), "{error}");
    let attention = [gemm_of("x", "g"), node("MatMul", "scores", &["g", "x"], "y")];
    assert!(message(&attention, &[1, 2]).contains("attention multiplies computed tensors"));
}

fn gemm_of(input: &str, output: &str) -> Message {
    node("MatMul", "fc", &[input, "w"], output)
}

#[test]
fn common_operators_that_cannot_be_proved_have_a_remedy_of_their_own() {
    let hints: Vec<String> = [
        "LSTM",
        "LayerNormalization",
        "Resize",
        "ConvTranspose",
        "Gather",
        "TopK",
        "Round",
        "Nothing",
    ]
    .iter()
    .map(|op| message(&[node(op, "n", &["x"], "y")], &[1, 2]))
    .collect();
    for (index, hint) in hints.iter().enumerate() {
        assert!(hint.starts_with("ONNX node 0 of 1 (`n`, "), "{hint}");
        assert!(index < 2 || hints[..2].iter().all(|other| other[40..] != hint[40..]), "{hint}");
    }
    let ml = node("ZipMap", "z", &["x"], "y").bytes(7, "ai.onnx.ml");
    assert!(message(&[ml], &[1, 2]).contains("of the operator domain `ai.onnx.ml`"));
    let local = node("Block", "z", &["x"], "y").bytes(7, "mine");
    let whole = Message::default()
        .int(1, 8)
        .message(7, graph(&[1, 2], &[local], &[]))
        .message(25, Message::default().bytes(1, "Block"));
    let error = OnnxModel::decode(&whole.0).expect_err("a function").to_string();
    assert!(
        error.contains("calls a function of the domain `mine` that the file defines"),
        "{error}"
    );
}

#[test]
fn operator_sets_that_are_not_known_are_refused() {
    for (version, fine) in [(6, false), (7, true), (25, true), (26, false)] {
        let opset = Message::default().bytes(1, "").int(2, version);
        let whole = Message::default()
            .message(7, graph(&[1, 2], &[node("Relu", "", &["x"], "y")], &[]))
            .message(8, opset);
        assert_eq!(OnnxModel::decode(&whole.0).is_ok(), fine, "{version}");
    }
}

#[test]
fn shape_arithmetic_is_folded() {
    let raw = |name: &str, values: &[i64]| {
        let raw: Vec<u8> = values.iter().flat_map(|n| n.to_le_bytes()).collect();
        Message::default().int(1, values.len() as i64).int(2, 7).bytes(8, name).bytes(9, raw)
    };
    let nodes = [
        node("Shape", "", &["x"], "s"),
        node("Gather", "", &["s", "zero"], "n").message(5, int("axis", 0)),
        node("Concat", "", &["n", "minus"], "to").message(5, int("axis", 0)),
        node("Reshape", "", &["x", "to"], "f"),
        node("Gemm", "", &["f", "w"], "y"),
    ];
    let tensors =
        [raw("zero", &[0]), raw("minus", &[-1]), tensor("w", &[2, 2], &[1.0, 2.0, 3.0, 4.0])];
    assert_eq!(run(&nodes, &tensors, &[-1, 1, 2], &[1.0, 10.0]), [31.0, 42.0]);
    let transposed = [node("Transpose", "", &["w"], "v"), node("MatMul", "", &["x", "v"], "y")];
    assert_eq!(run(&transposed, &tensors, &[1, 2], &[1.0, 10.0]), [21.0, 43.0]);
    // Backwards, by negative steps: [4, 3, 2, 1] of [1, 2, 3, 4] along both axes.
    let slice = [
        node("Slice", "", &["w", "a", "b", "axes", "c"], "v"),
        node("MatMul", "", &["x", "v"], "y"),
    ];
    let both = |v: i64| vec![v, v];
    let tensors = [
        &tensors[2..],
        &[
            raw("a", &both(-1)),
            raw("b", &both(i64::MIN)),
            raw("axes", &[0, 1]),
            raw("c", &both(-1)),
        ],
    ]
    .concat();
    assert_eq!(run(&slice, &tensors, &[1, 2], &[1.0, 10.0]), [24.0, 13.0]);
}

#[test]
fn sums_differences_and_extrema_of_tensors_are_read() {
    let two = |op: &str| [gemm_of("x", "g"), node(op, "", &["g", "x"], "y")];
    let w = [tensor("w", &[2, 2], &[1.0, 2.0, 3.0, 4.0])];
    // g = [31, 42] for x = [1, 10]; [-29, -38] for [1, -10].
    assert_eq!(run(&two("Sub"), &w, &[1, 2], &[1.0, 10.0]), [30.0, 32.0]);
    assert_eq!(run(&two("Max"), &w, &[1, 2], &[1.0, -10.0]), [1.0, -10.0]);
    assert_eq!(run(&two("Min"), &w, &[1, 2], &[1.0, -10.0]), [-29.0, -38.0]);
    let clipped =
        [gemm_of("x", "g"), node("Max", "", &["g", "c"], "h"), node("Min", "", &["d", "h"], "y")];
    let tensors = [w[0].clone(), tensor("c", &[], &[-30.0]), tensor("d", &[1], &[40.0])];
    assert_eq!(run(&clipped, &tensors, &[1, 2], &[1.0, -10.0]), [-29.0, -30.0]);
    for (op, expected) in [("Abs", [29.0, 38.0]), ("Neg", [29.0, 38.0])] {
        assert_eq!(
            run(&[gemm_of("x", "g"), node(op, "", &["g"], "y")], &w, &[1, 2], &[1.0, -10.0]),
            expected,
            "{op}"
        );
    }
}

#[test]
fn means_sums_and_maxima_over_axes_are_read() {
    let x: Vec<f32> = (0..12).map(|i| i as f32).collect();
    let with = |op: &str, axes: &[i64], keep: i64| {
        let node = node(op, "", &["x"], "y")
            .message(5, ints("axes", axes))
            .message(5, int("keepdims", keep));
        run(&[node], &[], &[1, 2, 3, 2], &x)
    };
    assert_eq!(with("ReduceMean", &[2, 3], 0), [2.5, 8.5]);
    assert_eq!(with("ReduceMean", &[-1, -2], 1), [2.5, 8.5]);
    assert_eq!(with("ReduceSum", &[1], 0), [6.0, 8.0, 10.0, 12.0, 14.0, 16.0]);
    assert_eq!(with("ReduceMax", &[1, 3], 1), [7.0, 9.0, 11.0]);
    let batch = node("ReduceMean", "", &["x"], "y").message(5, ints("axes", &[0]));
    assert!(message(&[batch], &[1, 2]).contains("dimensions of the input that are not the batch"));
}

#[test]
fn products_over_several_rows_are_read() {
    let w = [tensor("w", &[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])];
    let right = [node("MatMul", "", &["x", "w"], "y")];
    assert_eq!(
        run(&right, &w, &[1, 2, 2], &[1.0, 10.0, 0.0, 1.0]),
        [41.0, 52.0, 63.0, 4.0, 5.0, 6.0]
    );
    let left = [node("MatMul", "", &["w", "x"], "y")];
    assert_eq!(run(&left, &w, &[1, 3, 2], &[1.0, 0.0, 0.0, 1.0, 1.0, 1.0]), [4.0, 5.0, 10.0, 11.0]);
}

#[test]
fn average_pools_leave_padding_out_of_the_count() {
    let pool = |count: i64| {
        let pool = node("AveragePool", "", &["x"], "y").message(5, ints("kernel_shape", &[2, 2]));
        pool.message(5, ints("pads", &[1, 1, 0, 0])).message(5, int("count_include_pad", count))
    };
    let x = [1.0, 2.0, 3.0, 4.0];
    assert_eq!(run(&[pool(0)], &[], &[1, 1, 2, 2], &x), [1.0, 1.5, 2.0, 2.5]);
    assert_eq!(run(&[pool(1)], &[], &[1, 1, 2, 2], &x), [0.25, 0.75, 1.0, 2.5]);
    let ceil = node("AveragePool", "", &["x"], "y").message(5, ints("kernel_shape", &[2, 2]));
    let ceil = ceil.message(5, ints("strides", &[2, 2])).message(5, int("ceil_mode", 1));
    let x: Vec<f32> = (1..=9).map(|i| i as f32).collect();
    assert_eq!(run(&[ceil], &[], &[1, 1, 3, 3], &x), [3.0, 4.5, 7.5, 9.0]);
}

#[test]
fn weights_in_other_files_are_read_from_inside_the_folder_only() {
    let entry = |key: &str, value: &str| Message::default().bytes(1, key).bytes(2, value);
    let with = |location: &str, offset: &str, length: &str| {
        let w = Message::default().int(1, 2).int(1, 2).int(2, 1).bytes(8, "w").int(14, 1);
        let w = w.message(13, entry("location", location)).message(13, entry("offset", offset));
        file(graph(&[1, 2], &[gemm_of("x", "y")], &[w.message(13, entry("length", length))]))
    };
    let bytes = with("model.onnx.data", "4", "16");
    assert_eq!(OnnxModel::external_files(&bytes), Ok(vec!["model.onnx.data".into()]));
    let alone = OnnxModel::decode(&bytes).expect_err("not given").to_string();
    assert!(alone.contains("in another file, which is not beside it"), "{alone}");
    let data: Vec<u8> = [9.0f32, 1.0, 2.0, 3.0, 4.0].iter().flat_map(|v| v.to_le_bytes()).collect();
    let files = Files::from([("model.onnx.data".to_string(), data)]);
    let model = OnnxModel::decode_with(&bytes, &files).expect("given");
    assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![31.0, 42.0]));
    for (offset, length) in
        [("8", "16"), ("4", "17"), ("-1", "16"), ("18446744073709551615", "16"), ("x", "16")]
    {
        let error = OnnxModel::decode_with(&with("model.onnx.data", offset, length), &files)
            .expect_err("outside");
        assert!(
            matches!(error, OnnxError::Graph { fault: Fault::ExternalRange { .. } }),
            "{error}"
        );
    }
    let short =
        OnnxModel::decode_with(&with("model.onnx.data", "4", "12"), &files).expect_err("short");
    assert!(matches!(short, OnnxError::Node { fault: Fault::ConstantCount { .. }, .. }), "{short}");
    for location in ["../secret", "/etc/passwd", "a/../../b", "C:\\x", "a//b", ".", ""] {
        let error = OnnxModel::external_files(&with(location, "0", "16")).expect_err(location);
        assert!(matches!(error, OnnxError::Graph { fault: Fault::ExternalPath { .. } }), "{error}");
    }
}

#[test]
fn weights_of_16_bits_are_read() {
    let raw = |name: &str, data_type: i64, words: [u16; 4]| {
        let raw: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        Message::default().int(1, 2).int(1, 2).int(2, data_type).bytes(8, name).bytes(9, raw)
    };
    let half = raw("w", 10, [0x3c00, 0x4000, 0x4200, 0x4400]);
    assert_eq!(run(&[gemm_of("x", "y")], &[half], &[1, 2], &[1.0, 10.0]), [31.0, 42.0]);
    let brain = raw("w", 16, [0x3f80, 0x4000, 0x4040, 0x4080]);
    assert_eq!(run(&[gemm_of("x", "y")], &[brain], &[1, 2], &[1.0, 10.0]), [31.0, 42.0]);
}
