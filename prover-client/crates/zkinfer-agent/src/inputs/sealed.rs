//! Inputs that are encrypted to this prover.

use codec::{Decode, DecodeAll};
use subxt::utils::AccountId32;
use zkinfer_primitives::EncryptionKey;

use super::Decrypt;
use zkinfer::privacy::{self, Binding, EncryptionSecret, Recipient, Sealed};

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

/// Opens payloads for `prover` on the chain with this block 0, with whichever of its keys they were
/// encrypted to.
pub fn decrypt(
    genesis_hash: [u8; 32],
    prover: AccountId32,
    secrets: Vec<EncryptionSecret>,
) -> Decrypt {
    Box::new(move |job, encoded, held| {
        if secrets.is_empty() {
            return Err("no option `encryption_key` is given".into());
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
        let kind = (held.system, &held.input);
        privacy::open(&Sealed { recipients, ciphertext }, &binding, &prover, &secrets, kind)
            .map_err(|error| error.to_string())
    })
}

impl From<Wrapped> for Recipient {
    fn from(wrapped: Wrapped) -> Self {
        let Wrapped { encryption_key, encapsulated, wrapped_key } = wrapped;
        Self { encryption_key: EncryptionKey(encryption_key), encapsulated, wrapped_key }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        market::{self, JobView},
        tests::{
            fakes::held,
            opening_of,
            world::{GENESIS, World, account},
        },
    };
    use codec::Encode;
    use zkinfer::artefacts::opening::Opening;

    /// A job whose input is sealed to account 1 under this key, and its payload.
    fn job(opening: &Opening, key: EncryptionKey) -> (JobView, Vec<u8>) {
        let world = World::new(0);
        let id = world.request(opening, 50);
        let job = world.chain().best().jobs[&id].clone();
        let binding = Binding {
            genesis_hash: GENESIS,
            requester: job.requester,
            version: job.version,
            input_commitment: job.input_commitment,
        };
        let sealed = privacy::seal(opening, &binding, &[(account(1), key)], 4096).expect("sealed");
        (job, (2u8, sealed).encode())
    }

    #[test]
    fn what_is_sealed_to_one_of_our_keys_is_opened_and_nothing_else_is() {
        let (old, new) = (EncryptionSecret::generate(), EncryptionSecret::generate());
        let opening = opening_of(5);
        let (job, payload) = job(&opening, old.public());
        let ours = decrypt(GENESIS, account(1), vec![new, old]);
        let spec = held();
        assert_eq!(ours(&job, &payload, &spec), Ok(opening.clone()));

        let copied = JobView { requester: account(8), ..job.clone() };
        assert!(ours(&copied, &payload, &spec).is_err(), "of another requester");
        let truncated = payload.get(..payload.len() - 1).expect("bytes");
        assert!(ours(&job, truncated, &spec).is_err());
        assert!(ours(&job, &[payload.clone(), vec![0]].concat(), &spec).is_err(), "trailing bytes");
        assert!(ours(&job, &[], &spec).is_err());
        let stranger = decrypt(GENESIS, account(1), vec![EncryptionSecret::generate()]);
        assert!(stranger(&job, &payload, &spec).expect_err("not ours").contains("encrypted to"));
        let nobody = decrypt(GENESIS, account(1), Vec::new());
        assert!(
            nobody(&job, &payload, &spec).expect_err("no key").contains("option `encryption_key`")
        );
        assert_eq!(
            market::Payload::Encrypted(payload.clone()).hash().0,
            zkinfer_primitives::blake2b_256(&payload)
        );
    }
}
