//! Keys for a single proof. A Groth16 key is then read along, part by part, and not kept:
//! it is some ten times as large as everything else that a proof takes.

use std::{fs::File, io::BufReader, path::Path};

use zkinfer_primitives::{Proof, ProofSystem, VerifyingKey};
use zkml_prove::groth16::{self, KeyStream, ModelCircuit};

use super::{ProvingError, check_wanted, finish, keys, keys::Keys};
use crate::{
    artefacts::{
        self,
        model::Model,
        opening::{Opening, OtherSystem},
        proof::{Context, ProofFile},
    },
    error::Error,
    memory::{Limit, Work},
    progress::Progress,
};

/// Keys for a single proof.
pub enum Once {
    /// A Groth16 circuit, and its key's file.
    Streamed(Box<Streamed>),
    /// Keys in memory.
    Loaded(Keys),
}

/// A Groth16 circuit, and its key's file.
pub struct Streamed {
    circuit: ModelCircuit,
    key: KeyStream<BufReader<File>>,
    verifying_key: VerifyingKey,
}

impl Once {
    /// Opens or makes the keys of a model for a proof system, as [`keys::load`] does.
    ///
    /// # Errors
    /// As [`keys::load`].
    pub fn open(
        system: ProofSystem,
        model: &Model,
        path: &Path,
        pk: Option<&Path>,
        limit: Limit,
        progress: &Progress,
    ) -> Result<Self, Error> {
        let (ProofSystem::Groth16, Some(pk)) = (system, pk) else {
            return keys::load(system, model, path, pk, limit, progress).map(Self::Loaded);
        };
        let circuit = keys::groth16_circuit(model, path, pk, Work::Prove, limit)?;
        let key = artefacts::keys::open_proving_key(pk)?;
        let verifying_key = artefacts::keys::verifying_key_of(key.header());
        Ok(Self::Streamed(Box::new(Streamed { circuit, key, verifying_key })))
    }

    /// The verifying key.
    pub fn verifying_key(&self) -> &VerifyingKey {
        match self {
            Self::Streamed(streamed) => &streamed.verifying_key,
            Self::Loaded(keys) => keys.verifying_key(),
        }
    }

    /// Proves, as [`super::prove`] does.
    ///
    /// # Errors
    /// As [`super::prove`].
    pub fn prove(
        self,
        opening: &Opening,
        context: Context,
        progress: &Progress,
    ) -> Result<ProofFile, ProvingError> {
        let Streamed { circuit, key, verifying_key } = match self {
            Self::Loaded(keys) => return super::prove(&keys, opening, context, progress),
            Self::Streamed(streamed) => *streamed,
        };
        check_wanted(&verifying_key, &context)?;
        let Opening::Groth16(opening) = opening else {
            return Err(
                OtherSystem { given: opening.system(), wanted: ProofSystem::Groth16 }.into()
            );
        };
        let (public, on) = (context.to_public_input(), progress.of_circuit());
        let proven = groth16::prove_from_file(&circuit, key, opening, &public, &on)?;
        let proof = Proof::Groth16(proven.proof);
        finish(&verifying_key, opening.commitment(), &proven.answer, proof, context)
    }
}
