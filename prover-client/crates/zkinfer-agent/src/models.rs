//! The models whose keys this prover holds.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use zkinfer_primitives::{ModelHash, ProofSystem, VerifyingKey};
use zkml_model::graph::InputSpec;

use super::{
    market::VersionView,
    memory,
    trust::{KeyId, Origin},
};
use zkinfer::Error;
use zkinfer::{
    artefacts::{
        keys::{self, Kind},
        model::{self, Model},
    },
    files::FileError,
    memory::Limit,
    progress::Progress,
    proving::{self, Keys},
};

/// First byte of a verifying key of Halo2.
const HALO2: u8 = 1;

/// Files of a model that is to be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelFiles {
    /// The model file, `*.zkm`.
    pub model: PathBuf,
    /// Its proving key, `*.pk`; of Halo2, which has none, its verifying key, `*.vk`.
    pub key: PathBuf,
    /// `true` if the operator answers for the key.
    pub own: bool,
}

impl ModelFiles {
    /// The setup's transcript, if one lies beside the proving key under the same name.
    pub fn transcript(&self) -> Option<PathBuf> {
        Some(self.key.with_extension("transcript")).filter(|path| path.is_file())
    }
}

/// A model that can be proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its file's name, for people.
    pub name: String,
    /// Hash of the model file.
    pub model_hash: ModelHash,
    /// Its key.
    pub key: KeyId,
    /// The origin of the key.
    pub origin: Origin,
    /// Of Halo2: proofs have 2^k rows.
    pub k: Option<u8>,
    /// The proof system.
    pub system: ProofSystem,
    /// Its input.
    pub input: InputSpec,
    /// Bytes that one proof needs.
    pub proof_memory: u64,
    /// Bytes that its key and circuit need.
    pub key_memory: u64,
}

impl Held {
    /// Returns `true` if it answers for a version.
    pub fn serves(&self, version: &VersionView) -> bool {
        version.model_hash == self.model_hash && version.vk_hash == self.key.vk_hash
    }
}

/// A model with all that a proof takes.
#[derive(Clone)]
pub struct Loaded {
    /// Its kind.
    pub held: Held,
    /// Its keys and its circuit.
    pub keys: Arc<Keys>,
}

/// Loads a model with its key, or makes its keys, and checks that they belong together.
///
/// # Errors
/// A file cannot be read, is damaged, changes meanwhile, or belongs to another model.
pub fn load(files: &ModelFiles, progress: &Progress) -> Result<Loaded, Error> {
    let model = model::load(&files.model)?;
    let (keys, checksum) = match keys::kind(&files.key)? {
        Kind::VerifyingKey => (made(&model, files, progress)?, None),
        // What is neither is refused by the reader of proving keys, which says why.
        _ => {
            let checksum = keys::checksum(&files.key)?;
            let keys =
                proving::keys::groth16(&model, &files.model, &files.key, Limit::free(), progress)?;
            if keys::checksum(&files.key)? != checksum {
                let message = format!("{}: changed while it was read", files.key.display());
                return Err(Error::failed(message).with_hint("start again when it is written"));
            }
            (keys, Some(checksum))
        }
    };
    let vk_hash = keys.verifying_key().hash();
    let (key, origin) = match checksum {
        Some(checksum) if files.own => (KeyId { vk_hash, checksum }, Origin::Own),
        Some(checksum) => (KeyId { vk_hash, checksum }, Origin::Stranger),
        None => (KeyId::made(vk_hash), Origin::Made),
    };
    let k = match &keys {
        Keys::Groth16(_) => None,
        Keys::Halo2(keys) => Some(keys.k()),
    };
    let held = Held {
        name: files.model.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        model_hash: model.hash,
        key,
        origin,
        k,
        system: keys.system(),
        input: model.graph.input.clone(),
        proof_memory: memory::of_proof(&keys),
        key_memory: memory::of_keys(&keys),
    };
    Ok(Loaded { held, keys: Arc::new(keys) })
}

/// The keys of a Halo2 model, made now and compared with the verifying key's file.
fn made(model: &Model, files: &ModelFiles, progress: &Progress) -> Result<Keys, Error> {
    let (path, key) = (files.model.display(), files.key.display());
    let wanted = keys::load_verifying_key(&files.key)?;
    if let VerifyingKey::Groth16(_) = wanted {
        return Err(Error::failed(format!(
            "{key}: is a verifying key of Groth16, which proves with a proving key"
        ))
        .with_hint("give the *.pk file that `zkinfer keys setup` wrote beside it"));
    }
    let keys = proving::keys::halo2(model, &files.model, Limit::free(), progress)?;
    let (own, wanted) = (keys.verifying_key().hash(), wanted.hash());
    if own != wanted {
        return Err(Error::failed(format!(
            "{key}: is the key {wanted}, and this program makes {own} from {path}"
        ))
        .with_hint(
            "give each model its own key, and serve it with the release that made the key",
        ));
    }
    Ok(keys)
}

/// The models in a directory: each `NAME.zkm` beside `NAME.pk`, or beside a `NAME.vk` of Halo2, by
/// name.
///
/// # Errors
/// The directory cannot be read, or has no such pair.
pub fn in_directory(directory: &Path) -> Result<Vec<ModelFiles>, Error> {
    let failed =
        |source| FileError::Read { path: directory.into(), what: "directory of models", source };
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let model = entry.map_err(failed)?.path();
        if model.extension().is_none_or(|extension| extension != "zkm") {
            continue;
        }
        if let Some(key) = key_beside(&model) {
            found.push(ModelFiles { model, key, own: false });
        }
    }
    found.sort_by(|a, b| a.model.cmp(&b.model));
    if found.is_empty() {
        let message = format!("{}: has no pair NAME.zkm and NAME.pk", directory.display());
        return Err(Error::failed(message).with_hint(
            "put each model beside its proving key, under the same name; of Halo2, beside its verifying key NAME.vk",
        ));
    }
    Ok(found)
}

/// The key that a model can be proved with: its proving key, or a verifying key of Halo2.
fn key_beside(model: &Path) -> Option<PathBuf> {
    let pk = model.with_extension("pk");
    if pk.is_file() {
        return Some(pk);
    }
    let vk = model.with_extension("vk");
    let is_halo2 = fs::read(&vk).is_ok_and(|bytes| bytes.first() == Some(&HALO2));
    is_halo2.then_some(vk)
}
