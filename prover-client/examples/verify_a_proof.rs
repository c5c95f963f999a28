//! Verifies a Groth16 proof file of the client with the chain's verifier.
//!
//! ```sh
//! cargo run --release -p zkinfer-cli --example verify_a_proof -- work/mnist-cnn.vk digit.proof
//! ```

use std::{error::Error, path::Path};

use zkinfer::artefacts::{keys, proof::ProofFile};
use zkinfer_primitives::{Proof as AnyProof, VerifyingKey as AnyKey};
use zkinfer_verifier::{
    backend::Native,
    groth16::{PreparedVerifyingKey, Proof, VerifyingKey, verify},
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [key, proof] = arguments.as_slice() else {
        return Err("usage: verify_a_proof VERIFYING_KEY PROOF".into());
    };
    let file = ProofFile::load(Path::new(proof))?;
    let (AnyKey::Groth16(key), AnyProof::Groth16(proof)) =
        (keys::load_verifying_key(Path::new(key))?, &file.proof)
    else {
        return Err("give a key and a proof of Groth16".into());
    };
    let public_inputs = file.statement.public_inputs()?;
    let key = PreparedVerifyingKey::prepare(&VerifyingKey::decode(&key)?);
    verify::<Native>(&key, &Proof::decode(proof)?, &public_inputs)?;
    println!("the proof is valid");
    Ok(())
}
