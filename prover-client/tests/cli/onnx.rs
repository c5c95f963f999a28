//! Writes small ONNX files: just enough of protobuf
//! (<https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3>).

use super::support::Rng;

fn varint(mut n: u64, out: &mut Vec<u8>) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn number(field: u64, value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    varint(field << 3, &mut out);
    varint(value, &mut out);
    out
}

fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    varint(field << 3 | 2, &mut out);
    varint(value.len() as u64, &mut out);
    out.extend(value);
    out
}

fn text(field: u64, value: &str) -> Vec<u8> {
    bytes(field, value.as_bytes())
}

/// A `TensorProto` of floats.
fn tensor(name: &str, dims: &[u64], values: impl Iterator<Item = f32>) -> Vec<u8> {
    let dims = dims.iter().flat_map(|n| number(1, *n));
    let raw: Vec<u8> = values.flat_map(f32::to_le_bytes).collect();
    dims.chain(number(2, 1)).chain(text(8, name)).chain(bytes(9, &raw)).collect()
}

/// A `ValueInfoProto` of floats.
fn value_info(name: &str, dims: &[u64]) -> Vec<u8> {
    let shape: Vec<u8> = dims.iter().flat_map(|n| bytes(1, &number(1, *n))).collect();
    let tensor = [number(1, 1), bytes(2, &shape)].concat();
    [text(1, name), bytes(2, &bytes(1, &tensor))].concat()
}

fn node(op: &str, inputs: &[&str], output: &str) -> Vec<u8> {
    let inputs = inputs.iter().flat_map(|name| text(1, name));
    inputs.chain(text(2, output)).chain(text(3, output)).chain(text(4, op)).collect()
}

/// Conv 2 filters 3×3 on 8×8 gray, ReLU, flatten, 72 → 3.
pub fn picture_model() -> Vec<u8> {
    let mut rng = Rng(1);
    let mut random =
        |count: u64| (0..count).map(|_| rng.below(200) as f32 / 100.0 - 1.0).collect::<Vec<_>>();
    let graph = [
        bytes(1, &node("Conv", &["x", "w1", "b1"], "conv")),
        bytes(1, &node("Relu", &["conv"], "relu")),
        bytes(1, &node("Flatten", &["relu"], "flatten")),
        // Weights are [inputs, outputs]: transB is left at 0.
        bytes(1, &node("Gemm", &["flatten", "w2", "b2"], "scores")),
        text(2, "small"),
        bytes(5, &tensor("w1", &[2, 1, 3, 3], random(18).into_iter())),
        bytes(5, &tensor("b1", &[2], random(2).into_iter())),
        bytes(5, &tensor("w2", &[72, 3], random(216).into_iter())),
        bytes(5, &tensor("b2", &[3], random(3).into_iter())),
        bytes(11, &value_info("x", &[1, 1, 8, 8])),
        bytes(12, &value_info("scores", &[1, 3])),
    ];
    model(&graph.concat())
}

/// ReLU between 4 → 5 → 2.
pub fn numbers_model() -> Vec<u8> {
    let mut rng = Rng(2);
    let mut random =
        |count: u64| (0..count).map(|_| rng.below(200) as f32 / 100.0 - 1.0).collect::<Vec<_>>();
    let graph = [
        bytes(1, &node("Gemm", &["x", "w1", "b1"], "hidden")),
        bytes(1, &node("Relu", &["hidden"], "relu")),
        bytes(1, &node("Gemm", &["relu", "w2", "b2"], "scores")),
        text(2, "numbers"),
        bytes(5, &tensor("w1", &[4, 5], random(20).into_iter())),
        bytes(5, &tensor("b1", &[5], random(5).into_iter())),
        bytes(5, &tensor("w2", &[5, 2], random(10).into_iter())),
        bytes(5, &tensor("b2", &[2], random(2).into_iter())),
        bytes(11, &value_info("x", &[1, 4])),
        bytes(12, &value_info("scores", &[1, 2])),
    ];
    model(&graph.concat())
}

/// A `ModelProto`: IR version 8, operators of version 13.
fn model(graph: &[u8]) -> Vec<u8> {
    [number(1, 8), bytes(7, graph), bytes(8, &number(2, 13))].concat()
}
