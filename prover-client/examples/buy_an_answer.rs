//! Buys an answer on a development chain: requests a job with a public input. A prover that serves
//! the model answers it.
//!
//! ```sh
//! zkinfer-node --dev --tmp
//! cargo run --release -p zkinfer-cli --example buy_an_answer -- digit.opening mnist.manifest.json
//! ```

use std::{error::Error, path::Path};

use zkinfer::{
    artefacts::{manifest, opening},
    system,
};
use zkinfer_client::{
    calls::Request, operations, records::Payload, session::Session, signer::SignerSource,
    submit::Wait,
};
use zkinfer_primitives::{InputCommitment, ModelVersionId};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [opening, manifest] = arguments.as_slice() else {
        return Err("usage: buy_an_answer OPENING MANIFEST".into());
    };
    let manifest = manifest::load(Path::new(manifest))?;
    let system = system::of_manifest(manifest.proof_system);
    let opening = opening::load_for(system, Path::new(opening), &manifest.input_spec())?;

    let signer = SignerSource { signer: Some("//Charlie".into()), key_file: None }.load()?;
    let wait = Wait { finalized: false, timeout: 180 };
    let session = Session::open("ws://127.0.0.1:9944", signer, wait, None).await?;
    let id = ModelVersionId { model: 0, version: 0 };
    let version = session.final_version(id, &|text| eprintln!("warning: {text}")).await?;
    let best = u32::try_from(session.chain.best().await?.block_number())?;
    let request = Request {
        version: id,
        input_commitment: InputCommitment(opening.commitment()),
        payload: Payload::Public(opening.encode().to_vec()),
        reward: session.planck(&"5 UNIT".parse()?)?,
        max_price: version.price,
        deadline: best + 100,
        provers: None,
    };
    let requested = operations::request(&session, &request, &|text| eprintln!("{text}")).await?;
    println!("job {} in block {}", requested.job.id, requested.sent.included.block);
    Ok(())
}
