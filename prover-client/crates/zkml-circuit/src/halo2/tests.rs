use std::sync::Arc;

use zkml_model::{
    OnnxModel, QuantizedModel,
    quantize::{Options, quantize},
};

mod proofs;
mod satisfaction;
mod tampering;

fn mnist() -> Arc<QuantizedModel> {
    let onnx = include_bytes!("../../../../../tests/vectors/mnist/mnist-cnn.onnx");
    Arc::new(quantize(&OnnxModel::decode(onnx).unwrap(), &Options::default()).unwrap().model)
}
