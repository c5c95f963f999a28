//! The terms of a job as a file, `*.job.json`: what a prover needs to prove it without a connection to the chain.
//!
//! ```json
//! { "format": "zkinfer-job/1", "genesis_hash": "0x…", "job": 7, "model": 0, "version": 0, "vk_hash": "0x…",
//!   "input_commitment": "0x…", "terms_hash": "0x…",
//!   "terms": { "requester": "5Grw…", "nonce": 3, "payload_hash": "0x…", "reward": "5000000000000", "deadline": 120 } }
//! ```
//!
//! Nothing in it is secret. The hash of the terms is recomputed when the file is read: a file whose terms were
//! changed is refused.

use serde::{Deserialize, Serialize};
use subxt::utils::AccountId32;
use zkinfer_primitives::{
    InputCommitment, JobId, JobTerms, ModelId, ModelVersionId, PayloadHash, Purpose, TermsHash, Version,
    VkHash, statement::Context,
};

use super::hex_bytes;

/// Name and version of the format.
pub const FORMAT: &str = "zkinfer-job/1";
/// A terms file is far shorter; nothing longer is read.
pub const MAX_TERMS_FILE: u64 = 16 * 1024;

/// A job's terms, as agreed on chain.
pub type Terms = JobTerms<[u8; 32], u128, u32>;

/// A job's terms with all that binds a proof to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobFile {
    /// [`FORMAT`].
    pub format: String,
    /// Hash of the chain's block 0.
    #[serde(with = "hex_bytes")]
    pub genesis_hash: [u8; 32],
    /// Number of the job.
    pub job: JobId,
    /// The model.
    pub model: ModelId,
    /// Its version.
    pub version: Version,
    /// Hash of the version's verifying key.
    #[serde(with = "hex_bytes")]
    pub vk_hash: [u8; 32],
    /// Commitment to the input.
    #[serde(with = "hex_bytes")]
    pub input_commitment: [u8; 32],
    /// Hash of the terms.
    #[serde(with = "hex_bytes")]
    pub terms_hash: [u8; 32],
    /// The rest of the terms.
    pub terms: TermsRest,
}

/// The terms that a proof depends on through their hash alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsRest {
    /// Who asks and pays, as an SS58 address.
    pub requester: AccountId32,
    /// The requester's account nonce when it asked.
    pub nonce: u64,
    /// Hash of the payload.
    #[serde(with = "hex_bytes")]
    pub payload_hash: [u8; 32],
    /// Escrow in planck, as text.
    #[serde(with = "super::text")]
    pub reward: u128,
    /// Last block of the job.
    pub deadline: u32,
}

/// Why a file holds no terms.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    /// No JSON of this shape.
    #[error("this is no job file: {0}; write one with `zkinfer chain request` or `zkinfer chain claim`")]
    Json(#[from] serde_json::Error),
    /// Another format.
    #[error(
        "the job file has format '{0}', known is '{FORMAT}'; write it again with this version of zkinfer"
    )]
    Format(String),
    /// The terms were changed.
    #[error(
        "the job file's terms hash to {computed}, not to its terms_hash; fetch it again with `zkinfer chain claim`"
    )]
    Hash {
        /// What they hash to.
        computed: TermsHash,
    },
}

impl JobFile {
    /// The file of a job's terms.
    pub fn new(genesis_hash: [u8; 32], job: JobId, vk_hash: VkHash, terms: &Terms) -> Self {
        Self {
            format: FORMAT.into(),
            genesis_hash,
            job,
            model: terms.version.model,
            version: terms.version.version,
            vk_hash: vk_hash.0,
            input_commitment: terms.input_commitment.0,
            terms_hash: terms.hash().0,
            terms: TermsRest {
                requester: AccountId32(terms.requester),
                nonce: terms.nonce,
                payload_hash: terms.payload_hash.0,
                reward: terms.reward,
                deadline: terms.deadline,
            },
        }
    }

    /// Reads a file's bytes.
    ///
    /// # Errors
    /// When they are no such JSON, of another format, or when the terms do not hash to the hash beside them.
    pub fn from_json(bytes: &[u8]) -> Result<Self, TermsError> {
        let file: Self = serde_json::from_slice(bytes)?;
        if file.format != FORMAT {
            return Err(TermsError::Format(file.format));
        }
        let computed = file.job_terms().hash();
        if computed.0 == file.terms_hash { Ok(file) } else { Err(TermsError::Hash { computed }) }
    }

    /// The file's bytes.
    pub fn to_json(&self) -> Vec<u8> {
        // Only maps with other keys than strings and failing writers make serialisation fail.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// The terms as the chain hashes them.
    pub fn job_terms(&self) -> Terms {
        JobTerms {
            requester: self.terms.requester.0,
            nonce: self.terms.nonce,
            version: self.model_version(),
            input_commitment: InputCommitment(self.input_commitment),
            payload_hash: PayloadHash(self.terms.payload_hash),
            reward: self.terms.reward,
            deadline: self.terms.deadline,
        }
    }

    /// The model version.
    pub fn model_version(&self) -> ModelVersionId {
        ModelVersionId { model: self.model, version: self.version }
    }

    /// The context of a proof of this job by `prover`.
    pub fn context(&self, prover: &AccountId32) -> Context<[u8; 32]> {
        Context {
            genesis_hash: self.genesis_hash,
            vk_hash: VkHash(self.vk_hash),
            version: self.model_version(),
            purpose: Purpose::Job(TermsHash(self.terms_hash)),
            prover: prover.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> JobFile {
        let terms = JobTerms {
            requester: [1; 32],
            nonce: 3,
            version: ModelVersionId { model: 4, version: 5 },
            input_commitment: InputCommitment([6; 32]),
            payload_hash: PayloadHash([7; 32]),
            reward: u128::MAX,
            deadline: 120,
        };
        JobFile::new([8; 32], 9, VkHash([10; 32]), &terms)
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(JobFile::from_json(&file().to_json()).expect("reads"), file());
    }

    #[test]
    fn changed_terms_are_refused() {
        let mut changed = file();
        changed.terms.reward -= 1;
        assert!(matches!(JobFile::from_json(&changed.to_json()), Err(TermsError::Hash { .. })));
        let mut changed = file();
        changed.input_commitment = [0; 32];
        assert!(matches!(JobFile::from_json(&changed.to_json()), Err(TermsError::Hash { .. })));
    }

    #[test]
    fn another_format_is_named() {
        let mut other = file();
        other.format = "zkinfer-job/2".into();
        assert!(
            matches!(JobFile::from_json(&other.to_json()), Err(TermsError::Format(f)) if f == "zkinfer-job/2")
        );
    }

    #[test]
    fn what_is_no_job_file_is_refused() {
        let whole = file().to_json();
        for bytes in [&b""[..], b"{}", b"[]", &whole[..whole.len() / 2]] {
            assert!(matches!(JobFile::from_json(bytes), Err(TermsError::Json(_))));
        }
        let unknown = String::from_utf8(whole).expect("text").replacen("\"job\"", "\"jobs\": 1, \"job\"", 1);
        assert!(matches!(JobFile::from_json(unknown.as_bytes()), Err(TermsError::Json(_))));
    }
}
