//! The terms file: what a proof for a job must be bound to, so that it can be made without a
//! connection to the chain.
//!
//! ```json
//! {"format": "zkinfer-terms", "version": 1, "genesis_hash": "0x…",
//!  "terms": {"requester": "5G…", "nonce": 3, "job": 7, "model": 0, "model_version": 0, "vk_hash": "0x…",
//!            "input_commitment": "0x…", "payload_hash": "0x…", "reward": "1000000000000",
//!            "price": "100000000000", "deadline": 120},
//!  "terms_hash": "0x…", "prover": "5F…"}
//! ```
//!
//! `terms_hash` must be the hash of `terms`. `prover` is missing until somebody has claimed the
//! job.

use std::path::Path;

use serde::{Deserialize, Serialize};
use subxt_utils_accountid32::AccountId32;
use zkinfer_primitives::{
    InputCommitment, JobId, JobTerms, ModelVersionId, PayloadHash, Purpose, TermsHash, VkHash,
    statement::Context,
};

use super::hexadecimal;
use crate::{
    error::Error,
    files::{self, Access, Existing},
};

/// The name of the file in errors.
pub const WHAT: &str = "terms file";
/// Greatest length of a terms file in bytes.
pub const MAX_BYTES: u64 = 1 << 16;
/// Version that this program reads and writes.
pub const VERSION: u32 = 1;

/// A job's terms with where they hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsFile {
    format: Format,
    version: u32,
    /// Hash of the chain's block 0.
    #[serde(with = "hexadecimal")]
    pub genesis_hash: [u8; 32],
    /// The terms.
    pub terms: Terms,
    /// Their hash.
    #[serde(with = "hexadecimal")]
    terms_hash: TermsHash,
    /// The account that has claimed the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prover: Option<AccountId32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "zkinfer-terms")]
    Terms,
}

/// [`JobTerms`] in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The account that asks and pays.
    pub requester: AccountId32,
    /// The requester's account nonce when it asked.
    pub nonce: u64,
    /// The job.
    pub job: JobId,
    /// The model.
    pub model: u32,
    /// Its version.
    pub model_version: u32,
    /// Its verifying key.
    #[serde(with = "hexadecimal")]
    pub vk_hash: VkHash,
    /// Commitment to the input.
    #[serde(with = "hexadecimal")]
    pub input_commitment: InputCommitment,
    /// Hash of the payload.
    #[serde(with = "hexadecimal")]
    pub payload_hash: PayloadHash,
    /// The reward in the chain's smallest unit, as a string.
    #[serde(with = "decimal")]
    pub reward: u128,
    /// The part of it that goes to the model's owner, in the same unit.
    #[serde(with = "decimal")]
    pub price: u128,
    /// Last block of the job.
    pub deadline: u32,
}

impl Terms {
    /// The hash that a claim names.
    pub fn hash(&self) -> TermsHash {
        let terms = JobTerms {
            requester: self.requester,
            nonce: self.nonce,
            job: self.job,
            version: self.model_version_id(),
            vk_hash: self.vk_hash,
            input_commitment: self.input_commitment,
            payload_hash: self.payload_hash,
            reward: self.reward,
            price: self.price,
            deadline: self.deadline,
        };
        terms.hash()
    }

    /// The model version that answers.
    pub fn model_version_id(&self) -> ModelVersionId {
        ModelVersionId { model: self.model, version: self.model_version }
    }
}

/// The reason why some bytes are not a terms file.
#[derive(Debug, thiserror::Error)]
enum TermsError {
    #[error("not a terms file: {0}; write it again with `zkinfer chain`")]
    Json(#[from] serde_json::Error),
    #[error(
        "terms file of version {0}, known is {VERSION}; write it again with this program's `zkinfer chain`"
    )]
    Version(u32),
    #[error(
        "terms_hash is {written}, but the hash of these terms is {computed}; write the file again with `zkinfer chain`"
    )]
    Hash { written: TermsHash, computed: TermsHash },
}

impl TermsFile {
    /// The file for a job.
    pub fn new(genesis_hash: [u8; 32], terms: Terms, prover: Option<AccountId32>) -> Self {
        let terms_hash = terms.hash();
        Self { format: Format::Terms, version: VERSION, genesis_hash, terms, terms_hash, prover }
    }

    /// Hash of the terms.
    pub fn terms_hash(&self) -> TermsHash {
        self.terms_hash
    }

    /// The context of a proof by `prover`.
    pub fn context(&self, prover: AccountId32) -> Context<AccountId32> {
        Context {
            genesis_hash: self.genesis_hash,
            vk_hash: self.terms.vk_hash,
            version: self.terms.model_version_id(),
            purpose: Purpose::Job(self.terms_hash),
            prover,
        }
    }

    /// Reads a terms file.
    ///
    /// # Errors
    /// It cannot be read, is no terms file, or its hash is not that of its terms.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let bytes = files::read(path, WHAT, MAX_BYTES)?;
        Self::from_json(&bytes).map_err(Error::in_file(path))
    }

    fn from_json(bytes: &[u8]) -> Result<Self, TermsError> {
        let file: Self = serde_json::from_slice(bytes)?;
        if file.version != VERSION {
            return Err(TermsError::Version(file.version));
        }
        let computed = file.terms.hash();
        if computed != file.terms_hash {
            return Err(TermsError::Hash { written: file.terms_hash, computed });
        }
        Ok(file)
    }

    /// Writes a terms file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn save(&self, path: &Path, existing: Existing) -> Result<(), Error> {
        let mut json = serde_json::to_vec_pretty(self).map_err(Error::failed)?;
        json.push(b'\n');
        files::write_bytes(path, Access::Public, existing, &json).map_err(Error::from)
    }
}

/// Numbers beyond 2^53 as strings: many readers of JSON lose their digits.
mod decimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(value: &u128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|error| D::Error::custom(format!("'{text}' is no amount: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> TermsFile {
        let terms = Terms {
            requester: AccountId32([1; 32]),
            nonce: 2,
            job: 9,
            model: 3,
            model_version: 4,
            vk_hash: VkHash([10; 32]),
            input_commitment: InputCommitment([5; 32]),
            payload_hash: PayloadHash([6; 32]),
            reward: u128::MAX,
            price: 1,
            deadline: 7,
        };
        TermsFile::new([8; 32], terms, None)
    }

    #[test]
    fn a_file_reads_back_as_it_was_written() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("a.terms.json");
        file().save(&path, Existing::Keep).expect("written");
        assert_eq!(TermsFile::load(&path).expect("read"), file());
    }

    #[test]
    fn terms_that_do_not_have_their_hash_are_refused() {
        let mut changed = file();
        changed.terms.deadline += 1;
        let json = serde_json::to_vec(&changed).expect("JSON");
        assert!(matches!(TermsFile::from_json(&json), Err(TermsError::Hash { .. })));
    }

    #[test]
    fn the_context_is_of_the_job_and_the_prover() {
        let context = file().context(AccountId32([11; 32]));
        assert_eq!(context.purpose, Purpose::Job(file().terms.hash()));
        assert_eq!(context.prover, AccountId32([11; 32]));
        assert_eq!(context.version, ModelVersionId { model: 3, version: 4 });
    }
}
