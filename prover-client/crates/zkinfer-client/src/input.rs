//! A job's input, opened and checked: only then may a prover claim.

use subxt::utils::AccountId32;
use zkinfer_primitives::{InputCommitment, JobId, ProofSystem};
use zkml_model::graph::InputSpec;

use super::records::{Job, Payload};
use zkinfer::{
    artefacts::opening::{Opening, OpeningError},
    privacy::{self, EncryptionSecret, PrivacyError},
};

/// The reason why a job must not be claimed. [`InputError::hint`] says what to do.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// The input is delivered off chain.
    #[error("the input of job {job} is not on chain")]
    OffChain {
        /// The job.
        job: JobId,
        /// The requester, who has the opening.
        requester: AccountId32,
    },
    /// It is encrypted, and no key was given.
    #[error("the input of job {job} is encrypted, and no encryption key is given")]
    NoKey {
        /// The job.
        job: JobId,
    },
    /// It cannot be decrypted, or is not what it should be.
    #[error("job {job}: {source}")]
    Encrypted {
        /// The job.
        job: JobId,
        /// The reason.
        source: PrivacyError,
    },
    /// A public payload is no input of the model.
    #[error("job {job} has a public payload that is no input of this model: {source}")]
    NotAnInput {
        /// The job.
        job: JobId,
        /// The reason.
        source: OpeningError,
    },
    /// The input is another than the job's.
    #[error("the input opens {opened}, job {job} commits to {committed}")]
    Commitment {
        /// The job.
        job: JobId,
        /// The commitment that the input opens.
        opened: InputCommitment,
        /// The commitment of the job.
        committed: InputCommitment,
    },
}

impl InputError {
    /// The remedy.
    pub fn hint(&self) -> String {
        match self {
            Self::OffChain { requester, .. } => {
                format!(
                    "get the opening file from the requester {requester} and give it with option `opening`"
                )
            }
            Self::NoKey { .. } => {
                "give the file of the key that you have on chain, with option `encryption_key`"
                    .into()
            }
            Self::Encrypted { source: PrivacyError::NotForUs { .. }, .. } => {
                "give every key file that you have, one option `encryption_key` for each".into()
            }
            Self::Encrypted { .. } | Self::NotAnInput { .. } => {
                "do not claim it: it cannot be answered, and a missed deadline costs your bond"
                    .into()
            }
            Self::Commitment { .. } => {
                "do not claim it with this input: get the right opening from the requester".into()
            }
        }
    }
}

/// The input of a job for `prover`, from its payload: decoded as an input of this kind for the
/// version's proof system, and checked to open the job's commitment. `secrets` are all encryption
/// keys that the prover has ever had on chain: an older one still opens older jobs.
///
/// # Errors
/// [`InputError`]: then the job must not be claimed.
pub fn open(
    genesis_hash: [u8; 32],
    job: &Job,
    payload: &Payload,
    prover: &AccountId32,
    secrets: &[EncryptionSecret],
    (system, input): (ProofSystem, &InputSpec),
) -> Result<Opening, InputError> {
    let opening = match payload {
        Payload::None => {
            return Err(InputError::OffChain { job: job.id, requester: job.requester });
        }
        Payload::Public(bytes) => Opening::decode_for(system, bytes, input)
            .map_err(|source| InputError::NotAnInput { job: job.id, source })?,
        Payload::Encrypted(_) if secrets.is_empty() => {
            return Err(InputError::NoKey { job: job.id });
        }
        Payload::Encrypted(sealed) => {
            privacy::open(sealed, &job.binding(genesis_hash), prover, secrets, (system, input))
                .map_err(|source| InputError::Encrypted { job: job.id, source })?
        }
    };
    check(job, &opening)?;
    Ok(opening)
}

/// Checks that an opening is of a job's input.
///
/// # Errors
/// When it opens another commitment.
pub fn check(job: &Job, opening: &Opening) -> Result<(), InputError> {
    let (opened, committed) = (InputCommitment(opening.commitment()), job.input_commitment);
    if opened == committed {
        Ok(())
    } else {
        Err(InputError::Commitment { job: job.id, opened, committed })
    }
}
