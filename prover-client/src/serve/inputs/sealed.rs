//! Inputs that are encrypted to this prover.

use codec::{Decode, DecodeAll};
use subxt::utils::AccountId32;
use zkinfer_primitives::EncryptionKey;

use super::Decrypt;
use crate::privacy::{self, Binding, EncryptionSecret, Recipient, Sealed};

/// A payload as the chain encodes it. Public ones and none do not come here.
#[derive(Decode)]
enum Payload {
    #[codec(index = 2)]
    Encrypted { recipients: Vec<Wrapped>, ciphertext: Vec<u8> },
}

#[derive(Decode)]
struct Wrapped {
    encryption_key: [u8; 32],
    encapsulated: [u8; 32],
    wrapped_key: [u8; 48],
}

/// Opens payloads for `prover` on the chain with this block 0, with whichever of its keys they were encrypted to.
pub fn decrypt(genesis_hash: [u8; 32], prover: AccountId32, secrets: Vec<EncryptionSecret>) -> Decrypt {
    Box::new(move |job, encoded, input| {
        if secrets.is_empty() {
            return Err("no --encryption-key is given".into());
        }
        let Payload::Encrypted { recipients, ciphertext } =
            Payload::decode_all(&mut &*encoded).map_err(|error| error.to_string())?;
        let recipients = recipients.into_iter().map(Recipient::from).collect();
        let binding = Binding {
            genesis_hash,
            requester: job.requester,
            version: job.version,
            input_commitment: job.input_commitment,
        };
        privacy::open(&Sealed { recipients, ciphertext }, &binding, &prover, &secrets, input)
            .map_err(|error| error.to_string())
    })
}

impl From<Wrapped> for Recipient {
    fn from(wrapped: Wrapped) -> Self {
        let Wrapped { encryption_key, encapsulated, wrapped_key } = wrapped;
        Self { encryption_key: EncryptionKey(encryption_key), encapsulated, wrapped_key }
    }
}
