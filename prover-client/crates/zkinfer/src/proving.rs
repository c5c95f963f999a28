//! From an opening and a context to a proof that verifies, and the check of proofs, in every proof
//! system.
//!
//! - [`keys`]: what proofs of a model are made with
//! - [`once`]: what a single proof is made with
//! - [`check`]: a proof, or a batch of them, as the chain checks it
//! - [`generators`]: the curve's generators for Halo2, kept in a cache

pub mod check;
pub mod generators;
pub mod keys;
pub mod once;

use std::path::Path;

use zkinfer_primitives::{InputCommitment, Proof, VerifyingKey, VkHash};
use zkml_model::output::Answer;
use zkml_prove::{groth16, halo2};

pub use check::{Invalid, verify};
pub use keys::Keys;
use once::Once;

use crate::{
    answers,
    artefacts::{
        self,
        opening::{Opening, OtherSystem},
        proof::{Context, ProofFile, Statement},
    },
    error::Error,
    memory::Limit,
    progress::Progress,
};

/// Errors of a prover.
#[derive(Debug, thiserror::Error)]
pub enum ProvingError {
    /// The job or statement is for another key.
    #[error(
        "the proof is wanted under the verifying key {wanted}, these keys have {given}; use the model and keys of the model version that was asked for"
    )]
    OtherKey {
        /// Hash of the verifying key that the context names.
        wanted: VkHash,
        /// Hash of the keys' verifying key.
        given: VkHash,
    },
    /// The input is for another proof system.
    #[error(transparent)]
    OtherSystem(#[from] OtherSystem),
    /// Groth16's reasons.
    #[error(transparent)]
    Groth16(#[from] groth16::ProveError),
    /// Halo2's reasons.
    #[error(transparent)]
    Halo2(#[from] halo2::ProveError),
    /// Halo2 made a proof that does not fit on chain.
    #[error("a proof of {0} bytes is longer than any that the chain takes; use a smaller model")]
    TooLong(usize),
    /// The answer is longer than any that the chain takes.
    #[error(
        "the model's answer is longer than any that the chain takes; this is a bug, please report the model that shows it"
    )]
    NoOutput,
    /// The finished proof is refused by the chain's verifier.
    #[error(
        "the finished proof is not valid ({0}); the proving key may be damaged: audit it with `zkinfer keys audit`, or copy it again"
    )]
    NotValid(#[from] Invalid),
}

/// Proves what the model answers to the opening's input, for this context. The finished proof is
/// checked with the chain's verifier.
///
/// # Errors
/// [`ProvingError`]: keys of another model or statement, an input that is not the model's, a damaged key.
pub fn prove(
    keys: &Keys,
    opening: &Opening,
    context: Context,
    progress: &Progress,
) -> Result<ProofFile, ProvingError> {
    check_wanted(keys.verifying_key(), &context)?;
    let other = || OtherSystem { given: opening.system(), wanted: keys.system() };
    let (public, on) = (context.to_public_input(), progress.of_circuit());
    let (answer, proof) = match (keys, opening) {
        (Keys::Groth16(keys), Opening::Groth16(opening)) => {
            let proven = groth16::prove(keys.circuit(), keys.proving_key(), opening, &public, &on)?;
            (proven.answer, Proof::Groth16(proven.proof))
        }
        (Keys::Halo2(keys), Opening::Halo2(opening)) => {
            let proven = halo2::prove(keys.made(), opening, &public, &on)?;
            let bytes = proven
                .proof
                .try_into()
                .map_err(|proof: Vec<u8>| ProvingError::TooLong(proof.len()))?;
            (proven.answer, Proof::Halo2 { k: keys.k(), bytes })
        }
        (Keys::Groth16(_) | Keys::Halo2(_), _) => return Err(other().into()),
    };
    finish(keys.verifying_key(), opening.commitment(), &answer, proof, context)
}

fn check_wanted(key: &VerifyingKey, context: &Context) -> Result<(), ProvingError> {
    let (wanted, given) = (context.vk_hash, key.hash());
    if wanted == given { Ok(()) } else { Err(ProvingError::OtherKey { wanted, given }) }
}

/// Checks the finished proof with the chain's verifier.
fn finish(
    key: &VerifyingKey,
    commitment: [u8; 32],
    answer: &Answer,
    proof: Proof,
    context: Context,
) -> Result<ProofFile, ProvingError> {
    let statement = Statement {
        input_commitment: InputCommitment(commitment),
        output: answers::output(answer).ok_or(ProvingError::NoOutput)?,
        context,
    };
    let file = ProofFile { statement, proof };
    verify(key, &file)?;
    Ok(file)
}

/// Opens or makes the keys for an opening's proof system, and proves.
///
/// # Errors
/// A file cannot be read, the files do not belong together, or [`ProvingError`].
pub fn prove_with_files(
    model: &Path,
    pk: Option<&Path>,
    opening: &Opening,
    context: Context,
    progress: &Progress,
) -> Result<ProofFile, Error> {
    let loaded = artefacts::model::load(model)?;
    let keys = Once::open(opening.system(), &loaded, model, pk, Limit::free(), progress)?;
    keys.prove(opening, context, progress).map_err(Error::in_file(pk.unwrap_or(model)))
}
