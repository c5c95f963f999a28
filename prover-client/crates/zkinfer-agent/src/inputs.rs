//! From a job's payload to its opening, checked against the job's commitment before anything is
//! promised.

pub mod sealed;

use zkinfer_primitives::EncryptionKey;

use super::{
    market::{JobView, Payload},
    models::Held,
    openings::Folder,
};
use zkinfer::artefacts::opening::Opening;

/// The reason why a job cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unopened {
    /// It comes off chain and is not there.
    #[error("its input comes off chain and has not been dropped into the folder of openings")]
    Missing,
    /// It is encrypted, and not to us, or not as it should be.
    #[error("its input cannot be decrypted: {0}")]
    Sealed(String),
    /// It reaches provers in a way that this client does not know.
    #[error(
        "its input is posted in a way that this client does not know: use a zkinfer as new as the chain"
    )]
    Unknown,
    /// The payload is not the one that the terms name.
    #[error("its payload is not the one that its terms name")]
    OtherPayload,
    /// It is no input of this model.
    #[error("its input is none of this model: {0}")]
    NoInput(String),
    /// It opens another commitment.
    #[error("its input opens another commitment")]
    OtherCommitment,
}

/// Opens the SCALE bytes of an encrypted payload for a job of a model.
pub type Decrypt = Box<dyn Fn(&JobView, &[u8], &Held) -> Result<Opening, String> + Send>;

/// The means of opening inputs.
pub struct Inputs {
    /// Public halves of the keys that it decrypts with.
    pub public_keys: Vec<EncryptionKey>,
    /// Decrypts.
    pub decrypt: Decrypt,
    /// The folder of openings.
    pub folder: Folder,
}

impl Inputs {
    /// Returns `true` if what is encrypted to this key can be opened.
    pub fn opens(&self, key: &[u8; 32]) -> bool {
        self.public_keys.iter().any(|ours| ours.0 == *key)
    }

    /// The opening of a job's commitment.
    ///
    /// # Errors
    /// [`Unopened`]: such a job must not be claimed.
    pub fn open(&self, job: &JobView, payload: &Payload, held: &Held) -> Result<Opening, Unopened> {
        if payload.hash() != job.payload_hash {
            return Err(Unopened::OtherPayload);
        }
        let decode = |bytes: &[u8]| {
            Opening::decode_for(held.system, bytes, &held.input)
                .map_err(|error| Unopened::NoInput(error.to_string()))
        };
        let opening = match payload {
            Payload::None => {
                self.folder.find(&job.input_commitment, &held.input).ok_or(Unopened::Missing)?
            }
            Payload::Public(bytes) => decode(bytes)?,
            Payload::Encrypted(encoded) => {
                (self.decrypt)(job, encoded, held).map_err(Unopened::Sealed)?
            }
            Payload::Unknown(_) => return Err(Unopened::Unknown),
        };
        if opening.commitment() == job.input_commitment.0 {
            Ok(opening)
        } else {
            Err(Unopened::OtherCommitment)
        }
    }
}
