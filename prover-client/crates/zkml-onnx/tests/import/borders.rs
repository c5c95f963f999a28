//! `Pad` with what is never the greatest, before a `MaxPool`.

use super::*;

fn pad(pads: &[i64], value: f32) -> [Message; 2] {
    let raw: Vec<u8> = pads.iter().flat_map(|n| n.to_le_bytes()).collect();
    let pads =
        Message::default().int(1, pads.len() as i64).int(2, 7).bytes(8, "pads").bytes(9, raw);
    [pads, tensor("low", &[], &[value])]
}

fn pool(op: &str, attributes: &[Message]) -> Message {
    attributes
        .iter()
        .fold(node(op, "pool", &["p"], "y"), |node, attribute| node.message(5, attribute.clone()))
}

/// The nodes after a `Pad` of `from` with this value on the operator's last axes.
fn decode(
    from: &str,
    pads: &[i64],
    value: f32,
    nodes: &[Message],
    dims: &[i64],
) -> Result<OnnxModel, OnnxError> {
    let padded = node("Pad", "border", &[from, "pads", "low"], "p");
    let at = usize::from(from != "x");
    let mut nodes = nodes.to_vec();
    nodes.insert(at.min(nodes.len()), padded);
    OnnxModel::decode(&file(graph(dims, &nodes, &pad(pads, value))))
}

const AFTER: [i64; 8] = [0, 0, 0, 0, 0, 0, 1, 1];

#[test]
fn a_border_that_never_wins_becomes_the_pool_s_own() {
    let x: Vec<f32> = (1..=9).map(|n| -(n as f32)).collect();
    let two = [ints("kernel_shape", &[2, 2]), ints("strides", &[2, 2])];
    for lowest in [f32::NEG_INFINITY, f32::MIN] {
        let model =
            decode("x", &AFTER, lowest, &[pool("MaxPool", &two)], &[1, 1, 3, 3]).expect("padding");
        assert_eq!(model.nodes.len(), 1);
        assert_eq!(float::run(&model, &x), Ok(vec![-1.0, -3.0, -7.0, -9.0]));
    }
    // The attribute of old operator sets, and a border on both sides beside the pool's own.
    let attributes =
        node("Pad", "", &["x"], "p").message(5, ints("pads", &[0, 0, 1, 1, 0, 0, 0, 0]));
    let attributes = attributes.message(5, float("value", f32::NEG_INFINITY));
    let own = pool("MaxPool", &[two[0].clone(), two[1].clone(), ints("pads", &[0, 0, 1, 1])]);
    let model =
        OnnxModel::decode(&file(graph(&[1, 1, 3, 3], &[attributes, own], &[]))).expect("padding");
    assert_eq!(float::run(&model, &x), Ok(vec![-1.0, -2.0, -4.0, -5.0]));
    // One-dimensional.
    let line = [ints("kernel_shape", &[2]), ints("strides", &[2])];
    let model =
        decode("x", &[0, 0, 1, 0, 0, 0], f32::NEG_INFINITY, &[pool("MaxPool", &line)], &[1, 1, 3]);
    assert_eq!(float::run(&model.expect("padding"), &x[..3]), Ok(vec![-1.0, -2.0]));
    // Rounded up, the last window may begin in the border, but not beyond it: [-1], then [-3,
    // border].
    let ceil = [ints("kernel_shape", &[1, 2]), ints("strides", &[1, 2]), int("ceil_mode", 1)];
    let model = decode(
        "x",
        &[0, 0, 0, 0, 0, 0, 0, 1],
        f32::NEG_INFINITY,
        &[pool("MaxPool", &ceil)],
        &[1, 1, 1, 3],
    );
    assert_eq!(float::run(&model.expect("padding"), &x[..3]), Ok(vec![-1.0, -3.0]));
}

#[test]
fn a_border_below_what_a_relu_gives_never_wins() {
    let relu = node("Relu", "", &["x"], "r");
    let two = [ints("kernel_shape", &[2, 2]), ints("strides", &[2, 2])];
    let x = [-1.0, 2.0, -3.0, 4.0, 5.0, -6.0, -7.0, -8.0, -9.0];
    let nodes = [relu.clone(), pool("MaxPool", &two)];
    let model = decode("r", &AFTER, -0.5, &nodes, &[1, 1, 3, 3]).expect("padding");
    assert_eq!(float::run(&model, &x), Ok(vec![5.0, 0.0, 0.0, 0.0]));
    // Above it, and where nothing is known, it may win.
    for (from, value) in
        [("r", 0.5), ("x", -0.5), ("x", 0.5), ("x", f32::INFINITY), ("x", f32::NAN)]
    {
        let nodes = [relu.clone(), pool("MaxPool", &two)];
        let nodes = if from == "r" { &nodes[..] } else { &nodes[1..] };
        let error =
            decode(from, &AFTER, value, nodes, &[1, 1, 3, 3]).expect_err("may win").to_string();
        assert!(error.contains("(`border`, Pad, "), "{error}");
    }
}

#[test]
fn nothing_but_a_maximum_reads_such_a_border() {
    let two = ints("kernel_shape", &[2, 2]);
    for node in [
        pool("AveragePool", std::slice::from_ref(&two)),
        node("Relu", "pool", &["p"], "y"),
        node("Sigmoid", "pool", &["p"], "y"),
        node("Flatten", "pool", &["p"], "y"),
        node("Softmax", "pool", &["p"], "y"),
        node("ArgMax", "pool", &["p"], "y"),
        node("Transpose", "pool", &["p"], "y"),
        node("Cast", "pool", &["p"], "c").message(5, int("to", 1)),
    ] {
        let more = node_after(&node);
        let nodes = [&[node], more.as_slice()].concat();
        let error = decode("x", &AFTER, f32::NEG_INFINITY, &nodes, &[1, 1, 3, 3])
            .expect_err("read")
            .to_string();
        assert!(
            error.contains("reads what the Pad `border` fills with -inf, which only a MaxPool may"),
            "{error}"
        );
    }
    // A window over the border alone has no greatest value.
    let alone = decode(
        "x",
        &[0, 0, 0, 0, 0, 0, 4, 4],
        f32::NEG_INFINITY,
        &[pool("MaxPool", std::slice::from_ref(&two))],
        &[1, 1, 3, 3],
    );
    assert!(alone.expect_err("border alone").to_string().contains("padding alone"));
    // Borders of channels are no padding of pools, and huge ones are refused before they are made.
    for pads in [[0, 1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, i64::MAX, i64::MAX]] {
        assert!(
            decode(
                "x",
                &pads,
                f32::NEG_INFINITY,
                &[pool("MaxPool", std::slice::from_ref(&two))],
                &[1, 1, 3, 3]
            )
            .is_err()
        );
    }
    assert!(matches!(
        decode("x", &AFTER, f32::NEG_INFINITY, &[node("Identity", "", &["p"], "y")], &[1, 1, 3, 3]),
        Err(OnnxError::Graph { fault: Fault::Padded { .. } })
    ));
}

/// Readers of a `Cast`, which alone says nothing of a border.
fn node_after(node: &Message) -> Vec<Message> {
    let casts = node.0.windows(4).any(|bytes| bytes == b"Cast");
    if casts { vec![super::node("Relu", "", &["c"], "y")] } else { Vec::new() }
}
