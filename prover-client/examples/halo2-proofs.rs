//! Thirty-two Halo2 proofs of the committed MNIST network, with the verifying key in the verifier
//! crate's encoding: what `pallets/verifier/wasm-bench` verifies. One JSON object on stdout.
//!
//! ```sh
//! cargo run -p zkinfer-cli --example halo2-proofs > proofs.json
//! ```

use std::{error::Error, sync::Arc};

use serde_json::json;
use zkinfer_verifier::halo2::key::VerifyingKey;
use zkml_onnx::OnnxModel;
use zkml_prove::{
    halo2::{ModelCircuit, Opening, prove, setup},
    progress::no_progress,
};
use zkml_quantize::{Options, quantize};

const PROOFS: i32 = 32;

fn main() -> Result<(), Box<dyn Error>> {
    let onnx = OnnxModel::decode(include_bytes!("../../tests/vectors/mnist/mnist-cnn.onnx"))?;
    let model = Arc::new(quantize(&onnx, &Options::default())?.model);
    let keys = setup(&ModelCircuit::new(model.clone())?, &no_progress)?;
    let input = &model.input;
    let proofs = (0..PROOFS)
        .map(|number| {
            let pixel = |at: i32| input.min + (at * 7 + number) % (1 << input.bits);
            let values = (0..).take(input.len()).map(pixel).collect();
            let proven = prove(&keys, &Opening::random(input, values)?, &[1; 32], &no_progress)?;
            Ok(json!({
                "public_inputs": proven.public_inputs.map(hex::encode),
                "proof": hex::encode(proven.proof),
            }))
        })
        .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    // One instance column, of the statement's three rows.
    let key = VerifyingKey::from_pinned(&keys.pinned(), &[3])?;
    println!("{}", json!({ "verifying_key": hex::encode(key.encode()), "proofs": proofs }));
    Ok(())
}
