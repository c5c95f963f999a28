//! Types of inputs and tensors, open batches, weights in other files, and numbers that are none.

use super::*;
use zkml_data::preprocess;
use zkml_model::infer;
use zkml_quantize::Options;

/// A graph whose input `x` has this type.
fn of_type(data_type: i64, dims: &[i64], nodes: &[Message], tensors: &[Message]) -> Vec<u8> {
    let graph =
        nodes.iter().fold(Message::default(), |m, node| m.message(1, node.clone())).bytes(2, "g");
    let graph = tensors.iter().fold(graph, |m, tensor| m.message(5, tensor.clone()));
    file(graph.message(11, value("x", data_type, dims)).message(12, value("y", data_type, &[1, 2])))
}

fn cast(input: &str, to: i64, output: &str) -> Message {
    node("Cast", "", &[input], output).message(5, int("to", to))
}

/// A tensor of this type by its raw bytes.
fn raw(name: &str, data_type: i64, dims: &[i64], bytes: Vec<u8>) -> Message {
    dims.iter()
        .fold(Message::default(), |m, n| m.int(1, *n))
        .int(2, data_type)
        .bytes(8, name)
        .bytes(9, bytes)
}

fn weights() -> Message {
    tensor("w", &[2, 2], &[1.0, 2.0, 3.0, 4.0])
}

fn product(input: &str, output: &str) -> Message {
    node("MatMul", "fc", &[input, "w"], output)
}

#[test]
fn a_batch_below_zero_is_open() {
    let with = |batch: i64, width: i64| {
        let dim = |n: i64| Message::default().message(1, Message::default().int(1, n));
        let shape = dim(batch).0.into_iter().chain(dim(width).0).collect::<Vec<u8>>();
        let tensor = Message::default().int(1, 1).bytes(2, shape);
        let x = Message::default().bytes(1, "x").message(2, Message::default().message(1, tensor));
        let graph =
            Message::default().message(1, product("x", "y")).message(5, weights()).message(11, x);
        OnnxModel::decode(&file(graph.message(12, value("y", 1, &[-1, 2]))))
    };
    for open in [-1, i64::MIN] {
        let model = with(open, 2).expect("a batch of 1");
        assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![31.0, 42.0]));
    }
    let shape = |fault| match fault {
        Err(OnnxError::Graph { fault: Fault::InputShape { shape, .. } }) => shape,
        other => panic!("expected a fault of the shape, got {other:?}"),
    };
    assert_eq!(shape(with(-1, -1)), "[?, ?]");
    assert_eq!(shape(with(4, 2)), "[4, 2]");
}

#[test]
fn bytes_that_the_graph_casts_are_0_to_255() {
    let nodes = [
        cast("x", 1, "f"),
        node("Div", "", &["f", "c"], "d"),
        node("Sub", "", &["d", "m"], "s"),
        node("Transpose", "", &["s"], "t").message(5, ints("perm", &[0, 3, 1, 2])),
        node("Flatten", "", &["t"], "r"),
        product("r", "y"),
    ];
    let tensors = [weights(), tensor("c", &[], &[255.0]), tensor("m", &[], &[0.5])];
    let bytes = of_type(2, &[1, 1, 1, 2], &nodes, &tensors);
    let model = OnnxModel::decode(&bytes).expect("bytes");
    assert_eq!(model.input_type, InputType::Integers { min: 0, max: 255 });
    let got = float::run(&model, &[255.0, 51.0]).expect("two");
    // (1 - 0.5, 0.2 - 0.5)
    assert!((got[0] + 0.4).abs() < 1e-6 && (got[1] + 0.2).abs() < 1e-6, "{got:?}");
    let preprocessing = quantize::InputKind::Values;
    let options = Options { input_bits: 8, preprocessing, tolerance: 0.0, ..Options::default() };
    let imported = quantize::quantize(&model, &options).expect("fits");
    let input = &imported.manifest.input;
    assert_eq!((input.low, input.high, input.min), (0.0, 255.0, 0));
    for (x, class) in [([255.0, 51.0], 1), ([0.0, 51.0], 0), ([51.0, 255.0], 1)] {
        let levels = preprocess::values(&imported.manifest, &x).expect("bytes");
        assert_eq!(levels, x.map(|byte| byte as i32));
        assert_eq!(
            infer::run(&imported.model, &levels).expect("an answer").class,
            Some(class),
            "{x:?}"
        );
    }
}

#[test]
fn bytes_that_are_cast_and_then_quantised_have_the_grid_s_range() {
    let nodes = [
        cast("x", 1, "f"),
        node("QuantizeLinear", "", &["f", "s", "z"], "q"),
        node("DequantizeLinear", "", &["q", "s", "z"], "d"),
        node("DequantizeLinear", "", &["i", "t"], "w"),
        product("d", "y"),
    ];
    let tensors = [
        tensor("s", &[], &[1.0]),
        raw("z", 2, &[], vec![0]),
        tensor("t", &[], &[0.5]),
        raw("i", 3, &[2, 2], vec![2, 4, 6, 8]),
    ];
    let model =
        OnnxModel::decode(&of_type(2, &[1, 2], &nodes, &tensors)).expect("a quantised graph");
    assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![31.0, 42.0]));
    let preprocessing = quantize::InputKind::Values;
    let options =
        Options { preprocessing, output: quantize::OutputChoice::Class, ..Options::default() };
    let imported = quantize::quantize(&model, &options).expect("fits");
    assert_eq!((imported.manifest.input.low, imported.manifest.input.high), (0.0, 255.0));
    assert_eq!(infer::run(&imported.model, &[1, 10]).expect("an answer").class, Some(1));
}

#[test]
fn integers_of_every_type_are_read_where_a_cast_makes_floats_of_them() {
    let ranges = [
        (2, 0, 255),
        (3, -128, 127),
        (4, 0, 65535),
        (5, -32768, 32767),
        (9, 0, 1),
        (12, 0, u32::MAX.into()),
    ];
    let wide = [(6, i32::MIN.into(), i32::MAX.into()), (7, i64::MIN, i64::MAX), (13, 0, i64::MAX)];
    for (data_type, min, max) in ranges.into_iter().chain(wide) {
        let nodes = [cast("x", 1, "f"), product("f", "y")];
        let model =
            OnnxModel::decode(&of_type(data_type, &[1, 2], &nodes, &[weights()])).expect("cast");
        assert_eq!(model.input_type, InputType::Integers { min, max });
        assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![31.0, 42.0]));
        let quantised = quantize::quantize(&model, &Options::default());
        if max - 255 <= min {
            assert_eq!(quantised.expect("its range").manifest.input.high, max as f64);
        } else {
            let error = quantised.expect_err("a guess").to_string();
            assert!(
                error.starts_with("--input-range is left out for an input of integers"),
                "{error}"
            );
            let options = Options { input_range: Some((0.0, 15.0)), ..Options::default() };
            assert!(quantize::quantize(&model, &options).is_ok());
        }
    }
    // Integers are computed with by other rules than reals, and stand for one thing alone.
    let grid = [tensor("s", &[], &[0.5]), raw("z", 2, &[], vec![0])];
    let on_grid = |from: &str, to: &str| node("DequantizeLinear", "", &[from, "s", "z"], to);
    for nodes in [
        vec![node("Relu", "", &["x"], "y")],
        vec![node("Div", "", &["x", "z"], "q"), cast("q", 1, "f"), product("f", "y")],
        vec![cast("x", 7, "f"), product("f", "y")],
        vec![on_grid("x", "d"), cast("x", 1, "f"), node("Add", "", &["d", "f"], "y")],
    ] {
        let bytes = of_type(2, &[1, 2], &nodes, &[&[weights()], &grid[..]].concat());
        assert!(OnnxModel::decode(&bytes).is_err());
    }
    let text = OnnxModel::decode(&of_type(8, &[1, 2], &[product("x", "y")], &[weights()]))
        .expect_err("text");
    assert!(text.to_string().contains("of element type string (8)"), "{text}");
}

#[test]
fn models_of_other_floats_are_read() {
    let halves =
        |words: [u16; 4]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let doubles = [1.0f64, 2.0, 3.0, 4.0].iter().flat_map(|v| v.to_le_bytes()).collect();
    let cases = [
        (10, raw("w", 10, &[2, 2], halves([0x3c00, 0x4000, 0x4200, 0x4400])), 1.0),
        // The least number above zero, and subnormal multiples of it.
        (10, raw("w", 10, &[2, 2], halves([1, 2, 3, 4])), 2f32.powi(-24)),
        (16, raw("w", 16, &[2, 2], halves([0x3f80, 0x4000, 0x4040, 0x4080])), 1.0),
        (11, raw("w", 11, &[2, 2], doubles), 1.0),
    ];
    for (data_type, w, unit) in cases {
        let model = OnnxModel::decode(&of_type(data_type, &[1, 2], &[product("x", "y")], &[w]))
            .expect("floats");
        assert_eq!(model.input_type, InputType::Float);
        assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![31.0 * unit, 42.0 * unit]));
    }
    // Casts between floats change nothing, in the middle of a function either.
    let nodes = [
        cast("x", 10, "h"),
        product("h", "p"),
        cast("p", 1, "q"),
        node("Sigmoid", "", &["q"], "s"),
        cast("s", 10, "t"),
        node("Mul", "silu", &["t", "p"], "m"),
        node("CastLike", "", &["m", "w"], "n"),
        cast("n", 16, "y"),
    ];
    let model = OnnxModel::decode(&of_type(1, &[1, 2], &nodes, &[weights()])).expect("SiLU");
    assert!(
        model.nodes.iter().any(|node| node.op == FloatOp::Function(Function::Silu { alpha: 1.0 }))
    );
    let got = float::run(&model, &[1.0, 0.0]).expect("two");
    let silu = |x: f32| x / (1.0 + (-x).exp());
    assert!((got[0] - silu(1.0)).abs() < 1e-6 && (got[1] - silu(2.0)).abs() < 1e-6, "{got:?}");
    let truncated = OnnxModel::decode(&of_type(
        1,
        &[1, 2],
        &[cast("x", 6, "i"), product("i", "y")],
        &[weights()],
    ));
    assert!(truncated.expect_err("fractions").to_string().contains("`to` 6"));
}

#[test]
fn constants_of_every_type_are_read() {
    let list = |field: u64, data_type: i64, values: &[i64]| {
        let tensor = Message::default().int(1, values.len() as i64).int(2, data_type).bytes(8, "s");
        values.iter().fold(tensor, |tensor, value| tensor.int(field, *value))
    };
    let shapes = [
        raw("s", 4, &[2], vec![1, 0, 2, 0]),
        raw("s", 5, &[2], vec![1, 0, 2, 0]),
        raw("s", 12, &[2], vec![1, 0, 0, 0, 2, 0, 0, 0]),
        raw("s", 13, &[2], [1u64, 2].iter().flat_map(|n| n.to_le_bytes()).collect()),
        raw("s", 2, &[2], vec![1, 2]),
        raw("s", 3, &[2], vec![1, 2]),
        raw("s", 6, &[2], vec![1, 0, 0, 0, 2, 0, 0, 0]),
        list(5, 4, &[1, 2]),
        list(5, 3, &[1, 2]),
        list(11, 12, &[1, 2]),
        list(11, 13, &[1, 2]),
        list(7, 7, &[1, 2]),
        raw("s", 1, &[2], [1.0f32, 2.0].iter().flat_map(|v| v.to_le_bytes()).collect()),
        list(5, 10, &[0x3c00, 0x4000]),
    ];
    let nodes = [cast("s", 7, "to"), node("Reshape", "", &["x", "to"], "r"), product("r", "y")];
    for shape in shapes {
        let model = OnnxModel::decode(&of_type(1, &[1, 2, 1], &nodes, &[weights(), shape]))
            .expect("a shape");
        assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![31.0, 42.0]));
    }
    // Out of range, of a type that is none, and of a size that its bytes do not have.
    for bad in [
        list(5, 3, &[1, 200]),
        list(5, 4, &[-1, 2]),
        list(11, 12, &[1, 1 << 40]),
        list(11, 13, &[1, -1]),
        raw("s", 13, &[2], [1u64, u64::MAX].iter().flat_map(|n| n.to_le_bytes()).collect()),
        raw("s", 17, &[2], vec![1, 2]),
        raw("s", 21, &[2], vec![1]),
        raw("s", 4, &[2], vec![1, 0, 2]),
        raw("s", 1, &[2], [f32::NAN, 2.0].iter().flat_map(|v| v.to_le_bytes()).collect()),
        raw("s", 11, &[2], [1e300f64, 2.0].iter().flat_map(|v| v.to_le_bytes()).collect()),
    ] {
        assert!(OnnxModel::decode(&of_type(1, &[1, 2, 1], &nodes, &[weights(), bad])).is_err());
    }
}

#[test]
fn only_what_is_used_must_be_numbers() {
    let broken = tensor("leftover", &[2], &[f32::NAN, f32::INFINITY]);
    let text = Message::default().int(1, 1).int(2, 8).bytes(8, "names").bytes(6, "cat");
    let unused = node("Mul", "", &["p", "leftover"], "nothing");
    let nodes = [product("x", "p"), unused, node("Relu", "", &["p"], "y")];
    let decode = |nodes: &[Message], tensors: &[Message]| {
        OnnxModel::decode(&file(graph(&[1, 2], nodes, &[&[weights()], tensors].concat())))
    };
    let model = decode(&nodes, &[broken.clone(), text]).expect("nothing needs them");
    assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![31.0, 42.0]));
    let message = |nodes: &[Message], tensors: &[Message]| {
        decode(nodes, tensors).expect_err("no number").to_string()
    };
    // The node that uses it is named, with the name that it has there.
    let used = [product("x", "p"), node("Mul", "scale", &["p", "leftover"], "y")];
    let error = message(&used, std::slice::from_ref(&broken));
    assert!(
        error.starts_with("ONNX node 1 of 2 (`scale`, Mul, ") && error.contains("`leftover`"),
        "{error}"
    );
    let moved = [
        node("Identity", "", &["leftover"], "copy"),
        product("x", "p"),
        node("Add", "sum", &["p", "copy"], "y"),
    ];
    let error = message(&moved, std::slice::from_ref(&broken));
    assert!(error.contains("`sum`") && error.contains("`copy`"), "{error}");
    let constant = node("Constant", "c", &[], "k").message(5, float("value_float", f32::INFINITY));
    let error = message(&[constant, product("x", "p"), node("Add", "sum", &["p", "k"], "y")], &[]);
    assert!(error.contains("`sum`") && error.contains("`k`"), "{error}");
    for scale in [f32::NAN, f32::INFINITY, 0.0, -1.0] {
        let zero = raw("z", 2, &[], vec![0]);
        let nodes = [
            node("QuantizeLinear", "q", &["x", "s", "z"], "i"),
            node("DequantizeLinear", "d", &["i", "s", "z"], "p"),
            product("p", "y"),
        ];
        let error = message(&nodes, &[tensor("s", &[], &[scale]), zero]);
        assert!(error.contains("(`q`, QuantizeLinear") && error.contains("scale"), "{error}");
    }
}

#[test]
fn infinite_bounds_are_none() {
    let numbers = [
        tensor("low", &[], &[f32::NEG_INFINITY]),
        tensor("high", &[], &[f32::INFINITY]),
        tensor("forty", &[], &[40.0]),
        tensor("nan", &[], &[f32::NAN]),
        weights(),
    ];
    let run = |node: Message| {
        let bytes = file(graph(&[1, 2], &[product("x", "p"), node], &numbers));
        OnnxModel::decode(&bytes)
            .map(|model| float::run(&model, &[1.0, 10.0]).expect("right length"))
    };
    assert_eq!(run(node("Clip", "", &["p", "low", "forty"], "y")), Ok(vec![31.0, 40.0]));
    assert_eq!(run(node("Clip", "", &["p", "forty", "high"], "y")), Ok(vec![40.0, 42.0]));
    assert_eq!(run(node("Max", "", &["p", "low"], "y")), Ok(vec![31.0, 42.0]));
    assert_eq!(run(node("Min", "", &["high", "p"], "y")), Ok(vec![31.0, 42.0]));
    let attributes = node("Clip", "", &["p"], "y").message(5, float("min", f32::NEG_INFINITY));
    assert_eq!(run(attributes.message(5, float("max", 40.0))), Ok(vec![31.0, 40.0]));
    for bad in [
        node("Clip", "", &["p", "nan"], "y"),
        node("Max", "", &["p", "nan"], "y"),
        node("Clip", "", &["p"], "y").message(5, float("min", f32::NAN)),
    ] {
        assert!(run(bad).is_err());
    }
}

#[test]
fn paths_may_say_that_they_start_here_and_constants_of_nodes_are_files_as_well() {
    let entry = |key: &str, value: &str| Message::default().bytes(1, key).bytes(2, value);
    let outside = |name: &str, dims: &[i64], location: &str, offset: &str| {
        let tensor = dims.iter().fold(Message::default(), |m, n| m.int(1, *n));
        let tensor =
            tensor.int(2, 1).bytes(8, name).int(14, 1).message(13, entry("location", location));
        tensor.message(13, entry("offset", offset))
    };
    let with = |weights: &str, bias: &str| {
        let value =
            Message::default().bytes(1, "value").message(5, outside("b_value", &[2], bias, "16"));
        let nodes = [
            node("Constant", "bias", &[], "b").message(5, value.int(20, 4)),
            product("x", "p"),
            node("Add", "", &["p", "b"], "y"),
        ];
        let w = outside("w", &[2, 2], weights, "0").message(13, entry("length", "16"));
        file(graph(&[1, 2], &nodes, &[w]))
    };
    let data: Vec<u8> =
        [1.0f32, 2.0, 3.0, 4.0, 0.5, -0.5].iter().flat_map(|v| v.to_le_bytes()).collect();
    for (weights, bias, name) in [
        ("./m.data", "m.data", "m.data"),
        ("m.data", "././m.data", "m.data"),
        ("parts/./one.bin", "./parts/one.bin", "parts/one.bin"),
    ] {
        let bytes = with(weights, bias);
        assert_eq!(OnnxModel::external_files(&bytes), Ok(vec![name.to_string()]));
        let files = Files::from([(name.to_string(), data.clone())]);
        let model = OnnxModel::decode_with(&bytes, &files).expect("given");
        assert_eq!(float::run(&model, &[1.0, 10.0]), Ok(vec![31.5, 41.5]));
    }
    for bad in ["./../m.data", ".", "./", "/m.data", "./a/../../m.data", "a/..", "..", "C:/m.data"]
    {
        for bytes in [with(bad, "m.data"), with("m.data", bad)] {
            let error = OnnxModel::external_files(&bytes).expect_err(bad);
            assert!(
                matches!(error, OnnxError::Graph { fault: Fault::ExternalPath { .. } }),
                "{error}"
            );
            let files = Files::from([
                ("m.data".to_string(), data.clone()),
                (bad.to_string(), data.clone()),
            ]);
            assert!(OnnxModel::decode_with(&bytes, &files).is_err(), "{bad}");
        }
    }
}
