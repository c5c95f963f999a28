//! Small models with their files, and the manifest of the MNIST network.

use std::sync::{Arc, LazyLock};

use zkml_model::{graph::QuantizedModel, manifest::Manifest, random};
use zkml_onnx::OnnxModel;
use zkml_prove::{
    groth16::{self, ModelCircuit, Setup},
    progress::no_progress,
};
use zkml_quantize as quantize;

/// The ONNX file of the MNIST network.
pub const MNIST: &[u8] = include_bytes!("../../vectors/mnist/mnist-cnn.onnx");

/// Small ONNX files, one operator more in each.
pub const ONNX: [&[u8]; 16] = [
    include_bytes!("../../vectors/onnx/mlp-matmul-add.onnx"),
    include_bytes!("../../vectors/onnx/conv-group.onnx"),
    include_bytes!("../../vectors/onnx/gemm-alpha-beta.onnx"),
    include_bytes!("../../vectors/onnx/reshape-constants.onnx"),
    include_bytes!("../../vectors/onnx/squeeze-unsqueeze.onnx"),
    include_bytes!("../../vectors/onnx/residual.onnx"),
    include_bytes!("../../vectors/onnx/concat-transpose-pad.onnx"),
    include_bytes!("../../vectors/onnx/clip-leaky-affine.onnx"),
    include_bytes!("../../vectors/onnx/mlp-gelu.onnx"),
    include_bytes!("../../vectors/onnx-quantized/cnn-qdq-u8-channels.onnx"),
    include_bytes!("../../vectors/onnx-quantized/residual-qoperator-u8.onnx"),
    include_bytes!("../../vectors/onnx-quantized/qlinear-matmul-nine-bits.onnx"),
    include_bytes!("../../vectors/exporters/mlp-silu.dynamo.onnx"),
    include_bytes!("../../vectors/exporters/mlp-gelu-tanh.opset13.script.onnx"),
    include_bytes!("../../vectors/exporters/branches.opset13.script.onnx"),
    include_bytes!("../../vectors/exporters/sequence.dynamo.onnx"),
];

/// Most values of all tensors together for which a target goes on to compute something.
const SMALL: usize = 512;

/// A random small model: a chain of layers, or from 128 on one with branches and every operation.
pub fn model(seed: u8) -> QuantizedModel {
    if seed < 128 { random::model(u64::from(seed)) } else { random::graph(u64::from(seed)) }
}

/// The MNIST network's manifest.
pub static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
    let onnx = OnnxModel::decode(MNIST).expect("the network");
    quantize::quantize(&onnx, &quantize::Options::default()).expect("quantised").manifest
});

/// Keys of a small model. The setup's secrets are fresh in each run, so an artefact of the fuzzer
/// says which bytes were edited and how, not which bytes the key had.
pub static SETUP: LazyLock<Setup> = LazyLock::new(|| {
    let circuit = ModelCircuit::new(Arc::new(model(3))).expect("a circuit");
    groth16::setup(&circuit, &no_progress).expect("keys")
});

/// Returns `true` if a model is small enough to compute with, thousands of times a minute.
pub fn is_small(model: &QuantizedModel) -> bool {
    let sizes = model.nodes.iter().map(|node| node.shape.iter().product::<usize>());
    sizes.chain([model.input.len()]).sum::<usize>() <= SMALL
}
