//! The check of proofs as the chain does it: the same crate, public inputs computed from the
//! statement.

use zkinfer_primitives::{
    Proof, ProofSystem, VerifyingKey, VkHash, output::OutputError, proof::PUBLIC_INPUTS,
};
use zkinfer_verifier::{
    backend::Native,
    error::{KeyError, ProofError, VerifyError},
    groth16, halo2,
};

use super::generators;
use crate::{artefacts::proof::ProofFile, progress::Progress, system};

/// The public inputs of a statement.
pub type Inputs = [[u8; 32]; PUBLIC_INPUTS];

/// The reason why a proof does not hold.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// The statement names another key.
    #[error("the statement is under the verifying key {stated}, this one is {given}")]
    OtherKey {
        /// Hash that the statement names.
        stated: VkHash,
        /// Hash of the key given.
        given: VkHash,
    },
    /// The proof is of another proof system than the key.
    #[error("the proof is of {}, the key of {}", system::name(*proof), system::name(*key))]
    OtherSystem {
        /// The proof's.
        proof: ProofSystem,
        /// The key's.
        key: ProofSystem,
    },
    /// The proof declares another number of rows than the key has.
    #[error("the proof declares k = {proof}, the key has k = {key}")]
    OtherClass {
        /// The proof's.
        proof: u8,
        /// The key's.
        key: u8,
    },
    /// The key is not one of Groth16.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The proof of Groth16 does not decode.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The statement is no statement, or the equation does not hold.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The statement's output is none.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// Several proofs of Groth16 do not hold together.
    #[error(transparent)]
    Batch(#[from] groth16::batch::BatchError),
    /// The key is not one of Halo2.
    #[error(transparent)]
    Halo2Key(#[from] halo2::error::KeyError),
    /// A proof of Halo2 does not decode or does not hold.
    #[error(transparent)]
    Halo2(#[from] halo2::error::VerifyError),
    /// The generators cannot be had.
    #[error("{0}")]
    Generators(String),
}

/// Checks a proof under a key as the chain does, with public inputs computed from the statement.
///
/// # Errors
/// [`Invalid`] says why it does not hold.
pub fn verify(key: &VerifyingKey, file: &ProofFile) -> Result<(), Invalid> {
    let (stated, given) = (file.statement.context.vk_hash, key.hash());
    if stated != given {
        return Err(Invalid::OtherKey { stated, given });
    }
    proof(key, &file.statement.public_inputs()?, &file.proof)
}

/// Checks a proof for public inputs.
///
/// # Errors
/// [`Invalid`] says why it does not hold.
pub fn proof(key: &VerifyingKey, inputs: &Inputs, proof: &Proof) -> Result<(), Invalid> {
    batch(key, &[(*inputs, proof)])
}

/// Checks proofs of one key together, as the chain does. Of Halo2 it does not say which one does
/// not hold.
///
/// # Errors
/// [`Invalid`] says why one does not hold.
pub fn batch(key: &VerifyingKey, proofs: &[(Inputs, &Proof)]) -> Result<(), Invalid> {
    match key {
        VerifyingKey::Groth16(key) => {
            let key = groth16::PreparedVerifyingKey::prepare(&groth16::VerifyingKey::decode(key)?);
            groth16_batch(&key, proofs)
        }
        VerifyingKey::Halo2(bytes) => {
            let key =
                halo2::key::PreparedVerifyingKey::prepare(halo2::key::VerifyingKey::decode(bytes)?);
            halo2_batch(&key, proofs)
        }
    }
}

fn groth16_batch(
    key: &groth16::PreparedVerifyingKey,
    proofs: &[(Inputs, &Proof)],
) -> Result<(), Invalid> {
    let mut statements = Vec::with_capacity(proofs.len());
    for (inputs, proof) in proofs {
        let Proof::Groth16(proof) = proof else { return Err(other(proof, ProofSystem::Groth16)) };
        statements.push(groth16::batch::Statement { inputs, proof });
    }
    // Alone, a proof is told what is wrong with it in its own words.
    if let [only] = statements.as_slice() {
        return Ok(groth16::verify::<Native>(
            key,
            &groth16::Proof::decode(only.proof)?,
            only.inputs,
        )?);
    }
    Ok(groth16::batch::verify::<Native>(key, &statements)?)
}

fn halo2_batch(
    key: &halo2::key::PreparedVerifyingKey,
    proofs: &[(Inputs, &Proof)],
) -> Result<(), Invalid> {
    let k = key.key().k();
    let mut bytes = Vec::with_capacity(proofs.len());
    for (_, proof) in proofs {
        match proof {
            Proof::Halo2 { k: declared, bytes: own } if *declared == k => bytes.push(own),
            Proof::Halo2 { k: declared, .. } => {
                return Err(Invalid::OtherClass { proof: *declared, key: k });
            }
            Proof::Groth16(_) => return Err(other(proof, ProofSystem::Halo2)),
        }
    }
    let columns: Vec<[&[[u8; 32]]; 1]> =
        proofs.iter().map(|(inputs, _)| [inputs.as_slice()]).collect();
    let statements = columns.iter().zip(bytes);
    let statements: Vec<_> = statements
        .map(|(instances, proof)| halo2::verify::Statement { key, instances, proof })
        .collect();
    let table = generators::load(k, &Progress::silent());
    let table = table.map_err(|error| Invalid::Generators(error.to_string()))?;
    Ok(halo2::verify::verify_batch::<Native, _>(&statements, &*table)?)
}

fn other(proof: &Proof, key: ProofSystem) -> Invalid {
    Invalid::OtherSystem { proof: proof.system(), key }
}
