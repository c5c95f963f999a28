//! Keys for proofs of a model: its circuit, and a proving key from a file or made now.

use std::path::Path;

use zkinfer_primitives::{
    ModelHash, Proof, ProofSystem, VerifyingKey,
    proof::{GROTH16_PROOF_LEN, HALO2_MAX_PROOF_LEN},
};
use zkinfer_verifier::halo2::{self as verifier, key};
use zkml_prove::{
    groth16::{ModelCircuit, ProvingKey},
    halo2::{self, SetupError},
};

use super::generators;
use crate::{
    artefacts::{keys, model::Model},
    error::Error,
    memory::{Limit, Work},
    progress::Progress,
};

/// Everything that a proof of a model takes, in its proof system.
pub enum Keys {
    /// Groth16: circuit and proving key.
    Groth16(Box<Groth16Keys>),
    /// Halo2: all of it made from the model.
    Halo2(Box<Halo2Keys>),
}

/// Circuit and proving key of Groth16.
pub struct Groth16Keys {
    circuit: ModelCircuit,
    key: ProvingKey,
    verifying_key: VerifyingKey,
}

/// Keys of Halo2, with their circuit.
pub struct Halo2Keys {
    keys: halo2::Keys,
    verifying_key: VerifyingKey,
}

impl Groth16Keys {
    /// The circuit.
    pub fn circuit(&self) -> &ModelCircuit {
        &self.circuit
    }

    /// The proving key.
    pub fn proving_key(&self) -> &ProvingKey {
        &self.key
    }
}

impl Halo2Keys {
    /// The keys as the circuit crate has them.
    pub fn made(&self) -> &halo2::Keys {
        &self.keys
    }

    /// The circuit has 2^k rows.
    pub fn k(&self) -> u8 {
        // The cost model's bound is 15.
        u8::try_from(self.keys.circuit().plan().k).unwrap_or(u8::MAX)
    }
}

impl Keys {
    /// The proof system.
    pub fn system(&self) -> ProofSystem {
        self.verifying_key().system()
    }

    /// The verifying key.
    pub fn verifying_key(&self) -> &VerifyingKey {
        match self {
            Self::Groth16(keys) => &keys.verifying_key,
            Self::Halo2(keys) => &keys.verifying_key,
        }
    }
}

impl Keys {
    /// Something of the length and class of a proof under these keys, to ask for its fee. It proves
    /// nothing.
    pub fn sample(&self) -> Proof {
        match self {
            Self::Groth16(_) => Proof::Groth16([0xff; GROTH16_PROOF_LEN]),
            Self::Halo2(keys) => {
                let longest = HALO2_MAX_PROOF_LEN as usize;
                let bytes = vec![0xff; keys.made().circuit().plan().proof_bytes.min(longest)];
                Proof::Halo2 { k: keys.k(), bytes: bytes.try_into().unwrap_or_default() }
            }
        }
    }
}

/// The reason why a Halo2 circuit has no verifying key that the chain takes.
#[derive(Debug, thiserror::Error)]
pub enum KeyMakingError {
    /// The circuit crate's reasons.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The verifier does not understand what halo2_proofs says of the key.
    #[error(
        "the verifying key cannot be written for the chain: {0}; this is a bug, please report the model"
    )]
    Text(#[from] verifier::error::TextError),
    /// The chain would not take the key.
    #[error("{0}; the chain takes no such key")]
    Statement(#[from] verifier::statement::StatementError),
    /// The key is too long.
    #[error("the verifying key has {0} bytes, more than the chain takes; use a smaller model")]
    TooLong(usize),
    /// The generators cannot be had.
    #[error("{0}")]
    Generators(String),
}

/// Makes a Halo2 circuit's keys.
///
/// # Errors
/// [`KeyMakingError`].
pub fn make(
    circuit: &halo2::ModelCircuit,
    progress: &Progress,
) -> Result<Halo2Keys, KeyMakingError> {
    let table = table(circuit, progress)?;
    let on = progress.of_circuit();
    let keys = halo2::setup_with(circuit, table.generators().clone(), &on)?;
    Ok(Halo2Keys { verifying_key: encode(&keys.pinned())?, keys })
}

/// Makes a Halo2 circuit's verifying key alone: what anybody can compare with a registered one.
///
/// # Errors
/// [`KeyMakingError`].
pub fn recompute(
    circuit: &halo2::ModelCircuit,
    progress: &Progress,
) -> Result<VerifyingKey, KeyMakingError> {
    let table = table(circuit, progress)?;
    let key = halo2::verifying_key(circuit, table.generators(), &progress.of_circuit())?;
    encode(&format!("{:?}", key.pinned()))
}

fn table(
    circuit: &halo2::ModelCircuit,
    progress: &Progress,
) -> Result<std::sync::Arc<generators::Table>, KeyMakingError> {
    let k = u8::try_from(circuit.plan().k).unwrap_or(u8::MAX);
    generators::load(k, progress).map_err(|error| KeyMakingError::Generators(error.to_string()))
}

/// The chain's encoding of a key that halo2_proofs prints.
fn encode(pinned: &str) -> Result<VerifyingKey, KeyMakingError> {
    let key = key::VerifyingKey::from_pinned(pinned, &[verifier::statement::ROWS])?;
    verifier::statement::check(&key, verifier::bounds::MAX_K)?;
    let bytes = key.encode();
    bytes
        .try_into()
        .map(VerifyingKey::Halo2)
        .map_err(|bytes: Vec<u8>| KeyMakingError::TooLong(bytes.len()))
}

/// Loads or makes the keys of a model for a proof system. Groth16 needs the proving key's file,
/// Halo2 has none. `path` is for errors.
///
/// # Errors
/// A file is missing, superfluous, damaged or another model's; the model has no circuit; a proof
/// does not fit into memory.
pub fn load(
    system: ProofSystem,
    model: &Model,
    path: &Path,
    pk: Option<&Path>,
    limit: Limit,
    progress: &Progress,
) -> Result<Keys, Error> {
    match (system, pk) {
        (ProofSystem::Groth16, Some(pk)) => groth16(model, path, pk, limit, progress),
        (ProofSystem::Groth16, None) => Err(Error::argument(
            "proofs with Groth16 need the proving key, and none is given",
            "give the file that `zkinfer keys setup` wrote, as option `pk`",
        )),
        (ProofSystem::Halo2, None) => halo2(model, path, limit, progress),
        (ProofSystem::Halo2, Some(pk)) => Err(Error::argument(
            format!(
                "{} is given, and Halo2 has no proving key: it is made from the model",
                pk.display()
            ),
            "leave option `pk` out; if you mean Groth16, commit to the input with the manifest of the Groth16 version",
        )),
    }
}

/// The Groth16 keys of a model. Paths are for errors.
///
/// # Errors
/// As [`load`].
pub fn groth16(
    model: &Model,
    path: &Path,
    pk: &Path,
    limit: Limit,
    progress: &Progress,
) -> Result<Keys, Error> {
    let circuit = groth16_circuit(model, path, pk, Work::Serve, limit)?;
    let key = keys::load_proving_key(pk, progress)?;
    let verifying_key = keys::verifying_key_of(key.header());
    Ok(Keys::Groth16(Box::new(Groth16Keys { circuit, key, verifying_key })))
}

/// The circuit of a model whose proving key is in the file `pk`, if there is memory for what is to
/// be done with it.
///
/// # Errors
/// The key is another model's; the model has no circuit, or one that does not fit into memory.
pub fn groth16_circuit(
    model: &Model,
    path: &Path,
    pk: &Path,
    work: Work,
    limit: Limit,
) -> Result<ModelCircuit, Error> {
    let header = keys::load_header(pk)?;
    if header.model_hash != model.hash.0 {
        let other = ModelHash(header.model_hash);
        let message = format!(
            "{}: is the proving key of another model ({other}) than {}",
            pk.display(),
            path.display()
        );
        return Err(
            Error::failed(message).with_hint("give each model the proving key that its setup made")
        );
    }
    model.circuit(path, work, limit)
}

/// The Halo2 keys of a model. The path is for errors.
///
/// # Errors
/// As [`load`].
pub fn halo2(model: &Model, path: &Path, limit: Limit, progress: &Progress) -> Result<Keys, Error> {
    let circuit = model.halo2_circuit(path, Work::Prove, limit)?;
    let made = make(&circuit, progress).map_err(Error::in_file(path))?;
    Ok(Keys::Halo2(Box::new(made)))
}
