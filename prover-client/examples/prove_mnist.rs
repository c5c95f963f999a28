//! Proves the class of a handwritten digit, and verifies the proof, with the Rust crates alone.
//!
//! ```sh
//! cargo run --release -p zkinfer-cli --example prove_mnist
//! ```

use std::{error::Error, sync::Arc};

use zkml_data::preprocess;
use zkml_onnx::OnnxModel;
use zkml_prove::{Groth16, Halo2, Opening, ProofSystem, progress::no_progress};
use zkml_quantize::{Options, quantize};

const MODEL: &[u8] = include_bytes!("../../tests/vectors/mnist/mnist-cnn.onnx");
const PICTURE: &[u8] = include_bytes!("../../tests/vectors/mnist/digit-7.png");

fn main() -> Result<(), Box<dyn Error>> {
    run::<Groth16>()?;
    run::<Halo2>()
}

fn run<S: ProofSystem>() -> Result<(), Box<dyn Error>> {
    let imported = quantize(&OnnxModel::decode(MODEL)?, &Options::default())?;
    let values = preprocess::png(&imported.manifest, PICTURE)?;
    let model = Arc::new(imported.model);
    let circuit = S::compile(model.clone())?;
    let keys = S::setup(&circuit, &no_progress)?;
    let opening = Opening::<S>::random(&model.input, values)?;
    // The context binds a proof to its use: chain, job and prover, hashed. Here it is free.
    let context = [0; 32];
    let proof = S::prove(&keys, &opening, &context, &no_progress)?;
    S::verify(&keys, &proof.proof, &proof.public_inputs)?;
    println!("{}: {:?}, {} bytes", S::NAME, proof.answer, proof.proof.as_ref().len());
    Ok(())
}
