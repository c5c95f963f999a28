//! Audits of Groth16 keys, done by the agent itself where the setup's transcript lies beside the
//! key, and remembered by the key file's checksum, since an audit of a large key takes minutes and
//! its result does not change.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zkml_prove::{estimate::R1cs, groth16};

use super::{
    models::{Loaded, ModelFiles},
    trust::{KeyId, Origin},
    vault,
};
use zkinfer::Error;
use zkinfer::{
    artefacts::{keys, model},
    files::{self, Access, Existing},
    memory::{Limit, Work},
    progress::Progress,
    proving::Keys,
};

/// Longest result that is read.
const MAX_BYTES: u64 = 1 << 16;
/// The name of the file in errors.
const WHAT: &str = "result of an audit";

/// The finding of an audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The check that does not hold; `None` if all do.
    pub fault: Option<String>,
}

/// The results of audits, each in a file of its own.
pub struct Audits {
    directory: PathBuf,
}

impl Audits {
    /// The results in the state directory.
    ///
    /// # Errors
    /// Their folder cannot be made.
    pub fn open(state: &Path) -> Result<Self, Error> {
        let directory = state.join("audits");
        vault::private_directory(&directory)?;
        Ok(Self { directory })
    }

    /// Returns the earlier finding for this key. A file that cannot be read counts as missing.
    pub fn known(&self, key: &KeyId) -> Option<Finding> {
        let bytes = files::read(&self.path(key), WHAT, MAX_BYTES).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Keeps what an audit found.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep(&self, key: &KeyId, finding: &Finding) -> Result<(), Error> {
        let json = serde_json::to_vec(finding).map_err(Error::failed)?;
        Ok(files::write_bytes(&self.path(key), Access::Owner, Existing::Replace, &json)?)
    }

    fn path(&self, key: &KeyId) -> PathBuf {
        self.directory.join(format!("{}.json", hex::encode(key.to_bytes())))
    }

    /// The origin of a stranger's key after its audit: one that was done before, or now if a
    /// transcript lies beside it.
    ///
    /// # Errors
    /// The result cannot be kept. An audit that cannot be done leaves the key a stranger's.
    pub fn origin(
        &self,
        model: &Loaded,
        files: &ModelFiles,
        progress: &Progress,
    ) -> Result<Origin, Error> {
        if model.held.origin != Origin::Stranger {
            return Ok(model.held.origin);
        }
        let finding = match self.known(&model.held.key) {
            Some(finding) => Some(finding),
            None => self.audit(model, files, progress)?,
        };
        Ok(match finding {
            Some(Finding { fault: None }) => Origin::Audited,
            Some(Finding { fault: Some(fault) }) => {
                tracing::error!(
                    key = %files.key.display(),
                    fault,
                    "the audit of this proving key failed, so that nothing is claimed with it: get the key again, or the transcript that belongs to it"
                );
                Origin::Refuted
            }
            None => Origin::Stranger,
        })
    }

    fn audit(
        &self,
        model: &Loaded,
        files: &ModelFiles,
        progress: &Progress,
    ) -> Result<Option<Finding>, Error> {
        let Some(transcript) = files.transcript() else { return Ok(None) };
        match run(model, &transcript, progress) {
            Ok(Some(finding)) => {
                self.keep(&model.held.key, &finding)?;
                Ok(Some(finding))
            }
            Ok(None) => Ok(None),
            Err(error) => {
                tracing::warn!(transcript = %transcript.display(), %error, "the proving key beside it could not be audited");
                Ok(None)
            }
        }
    }
}

/// Audits a proving key in memory with a transcript. `None` for a key that is not audited in this
/// way.
fn run(model: &Loaded, transcript: &Path, progress: &Progress) -> Result<Option<Finding>, Error> {
    let Keys::Groth16(keys) = &*model.keys else { return Ok(None) };
    let size = R1cs::from(keys.circuit());
    model::check_groth16(&size, Work::Audit, Limit::free()).map_err(Error::failed)?;
    let transcript = keys::load_transcript(transcript)?;
    let (key, on) = (keys.proving_key(), progress.of_circuit());
    let report = groth16::audit(keys.circuit(), key.verifying_key(), Some(key), &transcript, &on)
        .map_err(Error::failed)?;
    let fault = report.first_failure().map(str::to_owned);
    let fault = fault.or_else(|| (!report.passed()).then(|| "nothing was checked".to_owned()));
    Ok(Some(Finding { fault }))
}

#[cfg(test)]
mod tests {
    use zkinfer_primitives::VkHash;

    use super::*;

    #[test]
    fn a_result_is_kept_for_one_file_and_no_other() {
        let state = tempfile::tempdir().expect("a directory");
        let audits = Audits::open(state.path()).expect("a folder");
        let key = |sum| KeyId { vk_hash: VkHash([1; 32]), checksum: [sum; 32] };
        assert_eq!(audits.known(&key(1)), None);
        let finding = Finding { fault: Some("L".into()) };
        audits.keep(&key(1), &finding).expect("kept");
        assert_eq!(audits.known(&key(1)), Some(finding));
        assert_eq!(audits.known(&key(2)), None, "another file under the same verifying key");
    }
}
