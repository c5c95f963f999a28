//! The models whose keys this prover holds.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use zkinfer_primitives::{ModelHash, VerifyingKey, VkHash};
use zkml_circuit::{ModelCircuit, groth16::ProvingKey};
use zkml_model::graph::InputSpec;

use super::{market::VersionView, memory};
use crate::{
    artefacts::{keys, model},
    error::Error,
    files::FileError,
    progress::Progress,
};

/// Files of a model that is to be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelFiles {
    /// The model file, `*.zkm`.
    pub model: PathBuf,
    /// Its proving key, `*.pk`.
    pub key: PathBuf,
}

/// What is known of a model that can be proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its file's name, for people.
    pub name: String,
    /// Hash of the model file.
    pub model_hash: ModelHash,
    /// Hash of the verifying key.
    pub vk_hash: VkHash,
    /// What it takes.
    pub input: InputSpec,
    /// Bytes that one proof needs.
    pub proof_memory: u64,
    /// Bytes that its key and circuit need.
    pub key_memory: u64,
}

impl Held {
    /// Whether it answers for a version.
    pub fn serves(&self, version: &VersionView) -> bool {
        version.model_hash == self.model_hash && version.vk_hash == self.vk_hash
    }
}

/// A model with all that a proof takes.
#[derive(Clone)]
pub struct Loaded {
    /// What it is.
    pub held: Held,
    /// Its verifying key.
    pub verifying_key: VerifyingKey,
    /// Its circuit.
    pub circuit: Arc<ModelCircuit>,
    /// Its proving key.
    pub key: Arc<ProvingKey>,
}

/// Loads a model with its key, and checks that they belong together.
///
/// # Errors
/// A file cannot be read, is damaged, or belongs to another model.
pub fn load(files: &ModelFiles, progress: &Progress) -> Result<Loaded, Error> {
    let header = keys::load_header(&files.key)?;
    let model = model::load(&files.model)?;
    if model.hash.0 != header.model_hash {
        let message = format!(
            "{}: is the proving key of another model (0x{}…) than {}",
            files.key.display(),
            hex::encode(header.model_hash.get(..4).unwrap_or_default()),
            files.model.display()
        );
        return Err(Error::failed(message).with_hint("give each --model the --key that its setup made"));
    }
    let circuit = Arc::new(model.circuit(&files.model)?);
    let key = Arc::new(keys::load_proving_key(&files.key, progress)?);
    let verifying_key = keys::verifying_key_of(key.header());
    let held = Held {
        name: files.model.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        model_hash: model.hash,
        vk_hash: verifying_key.hash(),
        input: model.graph.input.clone(),
        proof_memory: memory::of_proof(&header),
        key_memory: memory::of_key(&header),
    };
    Ok(Loaded { held, verifying_key, circuit, key })
}

/// The models in a directory: each `NAME.zkm` beside `NAME.pk`, by name.
///
/// # Errors
/// The directory cannot be read, or has no such pair.
pub fn in_directory(directory: &Path) -> Result<Vec<ModelFiles>, Error> {
    let failed = |source| FileError::Read { path: directory.into(), what: "directory of models", source };
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let model = entry.map_err(failed)?.path();
        let key = model.with_extension("pk");
        if model.extension().is_some_and(|extension| extension == "zkm") && key.is_file() {
            found.push(ModelFiles { model, key });
        }
    }
    found.sort_by(|a, b| a.model.cmp(&b.model));
    if found.is_empty() {
        let message = format!("{}: has no pair NAME.zkm and NAME.pk", directory.display());
        return Err(
            Error::failed(message).with_hint("put each model beside its proving key, under the same name")
        );
    }
    Ok(found)
}
