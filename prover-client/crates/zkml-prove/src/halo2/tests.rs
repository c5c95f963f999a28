use std::sync::Arc;

use zkml_model::{
    Manifest, QuantizedModel,
    graph::{Conv, Gemm, InputSpec, Node, Operand, Operation},
    random::Rng,
};
use zkml_onnx::OnnxModel;
use zkml_quantize::{Options, quantize};

mod determined;
mod edges;
mod forgery;
mod hostile;
mod networks;
mod proofs;
mod satisfaction;
mod solve;
mod tampering;
mod uniqueness;

fn imported() -> (Arc<QuantizedModel>, Manifest) {
    let onnx = include_bytes!("../../../../../tests/vectors/mnist/mnist-cnn.onnx");
    let imported = quantize(&OnnxModel::decode(onnx).unwrap(), &Options::default()).unwrap();
    (Arc::new(imported.model), imported.manifest)
}

fn mnist() -> Arc<QuantizedModel> {
    imported().0
}

/// A convolution, a ReLU and a layer wide enough to be computed in place, then (for odd seeds) one
/// more of each.
fn network_with_a_layer_in_place(seed: u64) -> QuantizedModel {
    let mut rng = Rng::new(seed);
    let mut weights = |n: usize| (0..n).map(|_| rng.range(-4, 4) as i8).collect::<Vec<_>>();
    let conv = Conv {
        out_channels: 4,
        in_channels: 1,
        group: 1,
        kernel: [3, 3],
        strides: [1, 1],
        pads: [0; 4],
        dilations: [1, 1],
        weights: weights(36),
        bias: vec![1, -2, 0, 3],
    };
    let first = Gemm { outputs: 3, inputs: 256, weights: weights(768), bias: vec![5, -7, 0] };
    let second = Gemm { outputs: 2, inputs: 3, weights: weights(6), bias: vec![0, 1] };
    let mut nodes = vec![
        (Operation::Conv(conv), vec![4, 8, 8]),
        (Operation::Relu, vec![4, 8, 8]),
        (Operation::Reshape, vec![256]),
        (Operation::Gemm(first), vec![3]),
    ];
    if seed % 2 == 1 {
        nodes.extend([(Operation::Relu, vec![3]), (Operation::Gemm(second), vec![2])]);
    }
    nodes.push((Operation::ArgMax, vec![1]));
    let node = |(i, (op, shape)): (usize, (Operation, Vec<usize>))| {
        let from = i.checked_sub(1).map_or(Operand::Input, Operand::Node);
        Node { name: format!("n{i}"), op, inputs: vec![from], shape }
    };
    let nodes = nodes.into_iter().enumerate().map(node).collect();
    QuantizedModel { input: InputSpec { shape: vec![1, 10, 10], min: -1, bits: 2 }, nodes }
}
