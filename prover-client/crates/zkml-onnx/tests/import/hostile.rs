//! Damaged files, and small ones that ask for much.

use std::time::Instant;

use super::*;

fn all() -> Vec<(String, Vec<u8>)> {
    let read = |directory: PathBuf| {
        let files =
            fs::read_dir(directory).expect("committed").map(|file| file.expect("readable").path());
        let mut files: Vec<_> =
            files.filter(|path| path.extension().is_some_and(|e| e == "onnx")).collect();
        files.sort();
        files
            .into_iter()
            .map(|path| (path.display().to_string(), fs::read(&path).expect("committed")))
    };
    read(vectors()).chain(read(vectors().join("../exporters"))).collect()
}

#[test]
fn every_truncation_is_refused_or_is_the_whole_model() {
    for (name, bytes) in all() {
        let whole = OnnxModel::decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        // Every byte of small files; of larger ones every byte of their first and last parts, which
        // hold the nodes.
        let ends = (0..bytes.len())
            .filter(|end| bytes.len() < 2500 || end % 7 == 0 || bytes.len() - end < 200);
        for end in ends {
            if let Ok(model) = OnnxModel::decode(&bytes[..end]) {
                // Weights and inputs come after the nodes, and the operator set last.
                assert!(model == whole || bytes.len() - end < 64, "{name} cut at {end}");
            }
        }
    }
}

#[test]
fn every_byte_may_be_changed_without_a_panic() {
    for (_, bytes) in all() {
        let step = bytes.len().div_ceil(700);
        for at in (0..bytes.len()).step_by(step) {
            for change in [0x01, 0x80, 0xff] {
                let mut changed = bytes.clone();
                changed[at] ^= change;
                let _ = OnnxModel::decode(&changed);
            }
        }
    }
}

/// Some bytes of nodes, which would make much of little, are refused at once.
fn refused(nodes: &[Message], tensors: &[Message], dims: &[i64]) -> String {
    let start = Instant::now();
    let error =
        OnnxModel::decode(&file(graph(dims, nodes, tensors))).expect_err("too much").to_string();
    assert!(start.elapsed().as_secs() < 20, "{error}");
    error
}

fn shape_tensor(name: &str, values: &[i64]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|n| n.to_le_bytes()).collect();
    Message::default().int(1, values.len() as i64).int(2, 7).bytes(8, name).bytes(9, raw)
}

#[test]
fn constants_that_grow_are_bounded() {
    let huge = shape_tensor("s", &[1 << 20, 1 << 20]);
    let error =
        refused(&[node("ConstantOfShape", "", &["s"], "y")], std::slice::from_ref(&huge), &[1, 2]);
    assert!(error.contains("fewer values"), "{error}");
    let expand = node("Expand", "", &["one", "s"], "y");
    let error = refused(&[expand], &[huge, shape_tensor("one", &[1])], &[1, 2]);
    assert!(error.contains("fewer values"), "{error}");
    let range = node("Range", "", &["a", "b", "c"], "y");
    let of = [shape_tensor("a", &[0]), shape_tensor("b", &[i64::MAX]), shape_tensor("c", &[1])];
    assert!(refused(&[range], &of, &[1, 2]).contains("a shorter range"));
    // Each doubles the one before.
    let twice = |i: usize| {
        let name = if i == 0 { "one".to_string() } else { format!("t{i}") };
        node("Concat", "", &[&name, &name], &format!("t{}", i + 1)).message(5, int("axis", 0))
    };
    let mut nodes: Vec<Message> = (0..64).map(twice).collect();
    nodes.push(node("Identity", "", &["t64"], "y"));
    let error = refused(&nodes, &[shape_tensor("one", &[1])], &[1, 2]);
    assert!(error.contains("fewer values") || error.contains("in all tensors together"), "{error}");
    // Many of the greatest.
    let large = shape_tensor("s", &[1 << 23]);
    let mut nodes: Vec<Message> =
        (0..64).map(|i| node("ConstantOfShape", "", &["s"], &format!("t{i}"))).collect();
    nodes.push(node(
        "Sum",
        "",
        &(0..64)
            .map(|i| format!("t{i}"))
            .collect::<Vec<_>>()
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>(),
        "y",
    ));
    assert!(refused(&nodes, &[large], &[1, 2]).contains("in all tensors together"));
}

#[test]
fn empty_constants_with_large_dimensions_are_refused() {
    let empty = Message::default().int(1, 1 << 40).int(1, 0).int(2, 7).bytes(8, "e");
    for op in ["Concat", "Gather", "Slice", "Transpose"] {
        let nodes = [node(op, "", &["e", "e", "e"], "t"), node("Reshape", "", &["x", "t"], "y")];
        let nodes = [nodes[0].clone().message(5, int("axis", 1)), nodes[1].clone()];
        let error = refused(&nodes, std::slice::from_ref(&empty), &[1, 2]);
        assert!(error.contains("at most 16777216 values"), "{op}: {error}");
    }
}

#[test]
fn tensors_that_grow_are_bounded() {
    let pads = ints("pads", &[0, 0, 60000, 60000, 0, 0, 60000, 60000]);
    let error = refused(&[node("Pad", "", &["x"], "y").message(5, pads)], &[], &[1, 1, 2, 2]);
    assert!(error.contains("at most 16777216 values"), "{error}");
    let name = |i: usize| if i == 0 { "x".to_string() } else { format!("t{i}") };
    let twice = |i: usize| {
        let out = if i == 63 { "y".into() } else { name(i + 1) };
        node("Concat", "", &[&name(i), &name(i)], &out).message(5, int("axis", 1))
    };
    let nodes: Vec<Message> = (0..64).map(twice).collect();
    assert!(refused(&nodes, &[], &[1, 2]).contains("at most 16777216 values"));
    let window = ints("kernel_shape", &[1, 1]);
    let pads = ints("pads", &[65536, 65536, 65536, 65536]);
    let conv = node("Conv", "", &["x", "w"], "y").message(5, window).message(5, pads);
    let error = refused(&[conv], &[tensor("w", &[1, 1, 1, 1], &[1.0])], &[1, 1, 1, 1]);
    assert!(error.contains("at most 16777216 values"), "{error}");
}

#[test]
fn expressions_that_grow_are_bounded() {
    // x · x, times itself, and so on: never built, and looked at only a little.
    let name = |i: usize| if i == 0 { "x".to_string() } else { format!("t{i}") };
    let square = |i: usize| node("Mul", "", &[&name(i), &name(i)], &name(i + 1));
    let mut nodes: Vec<Message> = (0..5000).map(square).collect();
    nodes.push(node("Relu", "", &["t5000"], "r"));
    nodes.push(node("Flatten", "", &["r"], "y"));
    let error = refused(&nodes, &[], &[1, 2]);
    assert!(error.contains("it multiplies two computed tensors"), "{error}");
    let exp = |i: usize| node(if i == 0 { "Exp" } else { "Relu" }, "", &[&name(i)], &name(i + 1));
    let mut nodes: Vec<Message> = (0..5000).map(exp).collect();
    nodes.push(node("Flatten", "", &["t5000"], "y"));
    assert!(refused(&nodes, &[], &[1, 2]).contains("no function that can be proved"));
}

#[test]
fn a_file_of_very_many_small_parts_is_refused() {
    let attributes = (0..10_000)
        .fold(node("Relu", "", &["x"], "y"), |node, _| node.message(5, Message::default()));
    let nodes: Vec<Message> = vec![attributes; 30];
    let error = refused(&nodes, &[], &[1, 2]);
    assert!(error.contains("more than 262144 parts in all"), "{error}");
    // Numbers of one byte that become eight.
    let bomb =
        Message::default().int(1, 1).int(2, 7).bytes(8, "b").bytes(7, vec![1u8; (1 << 25) + 1]);
    assert!(
        refused(&[node("Relu", "", &["x"], "y")], &[bomb], &[1, 2])
            .contains("numbers outside raw data")
    );
}

#[test]
fn what_is_left_out_after_the_end_is_looked_through_only_so_often() {
    // Each reads all of a large constant and appends nothing.
    let large =
        Message::default().int(1, 1 << 22).int(2, 1).bytes(8, "c").bytes(9, vec![0u8; 1 << 24]);
    let name = |i: usize| if i == 0 { "s".to_string() } else { format!("t{i}") };
    let scaled = |op: &'static str, second: &'static str| {
        move |i: usize| {
            let out = if i == 99 { "y".into() } else { name(i + 1) };
            node(op, "", &[&name(i), second], &out)
        }
    };
    let softmax = node("Softmax", "", &["x"], "s");
    let nodes: Vec<Message> =
        std::iter::once(softmax).chain((0..100).map(scaled("Mul", "c"))).collect();
    let error = refused(&nodes, std::slice::from_ref(&large), &[1, 2]);
    assert!(error.contains("comes after a Softmax"), "{error}");
    let one = (0..1 << 22).flat_map(|_| 1f32.to_le_bytes()).collect::<Vec<u8>>();
    let ones = Message::default().int(1, 1 << 22).int(2, 1).bytes(8, "c").bytes(9, one);
    let error = refused(&nodes, &[ones], &[1, 2]);
    assert!(error.contains("node 2 of 101") && error.contains("comes after a Softmax"), "{error}");
    // Copies of a constant in another type.
    let cast = |i: usize| node("CastLike", "", &["c", "x"], &format!("t{i}"));
    let mut nodes: Vec<Message> = (0..100).map(cast).collect();
    let names: Vec<String> = (0..50).map(|i| format!("t{i}")).collect();
    let names: Vec<&str> = std::iter::once("x").chain(names.iter().map(String::as_str)).collect();
    nodes.push(node("Sum", "", &names, "y"));
    assert!(refused(&nodes, &[large], &[1, 2]).contains("in all tensors together"));
}

#[test]
fn many_outputs_and_operators_are_no_work() {
    let nodes: Vec<Message> = (0..10_000)
        .map(|i| {
            node(
                "Sin",
                "",
                &[&if i == 0 { "x".into() } else { format!("t{i}") }],
                &format!("t{}", i + 1),
            )
        })
        .collect();
    let graph = (0..10_000).fold(graph(&[1, 2], &nodes, &[]), |graph, i| {
        graph.message(12, value(&format!("t{}", 10_000 - i), 1, &[1, 2]))
    });
    let start = Instant::now();
    let error = OnnxModel::decode(&file(graph)).expect_err("outputs").to_string();
    assert!(error.contains("has 10001 outputs") && start.elapsed().as_secs() < 20, "{error}");
}
