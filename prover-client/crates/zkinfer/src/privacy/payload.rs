//! Sealing an opening to named provers, and opening it again.

use chacha20poly1305::{
    ChaCha20Poly1305, Nonce,
    aead::{Aead, KeyInit, Payload as Message},
};
use codec::Encode;
use hpke::{Deserializable, HpkeError, OpModeR, OpModeS, Serializable, kdf::HkdfSha256};
use serde::Serialize;
use subxt_utils_accountid32::AccountId32;
use zeroize::Zeroizing;
use zkinfer_primitives::{EncryptionKey, InputCommitment, ModelVersionId, ProofSystem};
use zkml_model::graph::InputSpec;

use super::secret::{EncryptionSecret, Kem};
use crate::artefacts::{
    hexadecimal,
    opening::{self, Opening, OpeningError},
};

/// HPKE's `info`: what the keys are for.
pub const INFO: &[u8] = b"zkinfer/payload/v1";
/// Bytes of an encapsulated key: an X25519 public key.
pub const ENCAPSULATED_LEN: usize = 32;
/// Bytes of a wrapped content key: 32 and the tag.
pub const WRAPPED_LEN: usize = 48;
/// Bytes that encryption adds to a plaintext.
pub const TAG_LEN: usize = 16;

/// First byte of the padding; zeros follow.
const PADDING: u8 = 0x80;

/// The job that a payload belongs to. It can be opened with nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Hash of the chain's block 0.
    pub genesis_hash: [u8; 32],
    /// The requester.
    pub requester: AccountId32,
    /// The model version.
    pub version: ModelVersionId,
    /// The commitment that the payload opens.
    pub input_commitment: InputCommitment,
}

impl Binding {
    /// SCALE(genesis hash, requester, version, commitment).
    fn bytes(&self) -> Vec<u8> {
        (self.genesis_hash, self.requester.0, self.version, self.input_commitment).encode()
    }

    /// The same with the prover behind it, for its wrapped key.
    fn for_prover(&self, prover: &AccountId32) -> Vec<u8> {
        let mut bytes = self.bytes();
        prover.0.encode_to(&mut bytes);
        bytes
    }
}

/// The content key, wrapped for one prover.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize)]
pub struct Recipient {
    /// The key that it is wrapped for: what the prover had on chain when the requester asked.
    #[serde(with = "hexadecimal")]
    pub encryption_key: EncryptionKey,
    /// HPKE's encapsulated key.
    #[serde(serialize_with = "hexadecimal::serialize")]
    pub encapsulated: [u8; ENCAPSULATED_LEN],
    /// The content key under the encapsulated one.
    #[serde(serialize_with = "hexadecimal::serialize")]
    pub wrapped_key: [u8; WRAPPED_LEN],
}

/// An opening that only its recipients can read.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize)]
pub struct Sealed {
    /// One for each of the job's provers, in their order.
    pub recipients: Vec<Recipient>,
    /// The padded opening under the content key.
    #[serde(serialize_with = "hexadecimal::serialize")]
    pub ciphertext: Vec<u8>,
}

/// The reason why a payload cannot be sealed or opened. No variant holds anything of the input or
/// of a key's secret.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrivacyError {
    /// Nobody is named.
    #[error("nobody is named who could read the input; name the provers")]
    NoRecipients,
    /// Nothing can be encrypted to a key.
    #[error(
        "nothing can be encrypted to the key {key} of {prover}: {source}; ask the prover for another key"
    )]
    BadKey {
        /// The prover with this key.
        prover: AccountId32,
        /// The key.
        key: EncryptionKey,
        /// The fault in it.
        source: HpkeError,
    },
    /// The opening does not fit.
    #[error(
        "the opening has {len} bytes, and encrypted at most {limit} fit into a payload; deliver it off chain"
    )]
    TooLong {
        /// Bytes of the opening.
        len: usize,
        /// The most that fit.
        limit: usize,
    },
    /// The library refuses.
    #[error("encryption failed; try again")]
    Seal,
    /// None of our keys is a recipient's.
    #[error(
        "the input is encrypted to {recipients} other key(s), none of them is among your {own}; if a key of yours was replaced, give its older file too"
    )]
    NotForUs {
        /// Recipients of the payload.
        recipients: usize,
        /// Keys that were tried.
        own: usize,
    },
    /// A recipient's key is ours, but the content key does not open with it.
    #[error(
        "the input was not encrypted for this account, job and chain: the payload was copied from another job or damaged; do not claim the job"
    )]
    Wrapped,
    /// The content key opens, the ciphertext does not.
    #[error("the payload's ciphertext is damaged or another job's; do not claim the job")]
    Ciphertext,
    /// The plaintext is not padded.
    #[error("the decrypted payload has no valid padding; do not claim the job")]
    Padding,
    /// The plaintext is no input of this model.
    #[error("the decrypted payload is no input of this model ({0}); do not claim the job")]
    NotAnInput(#[from] OpeningError),
    /// The input is not what the job commits to.
    #[error(
        "the decrypted input opens {opened}, the job commits to {committed}; do not claim the job"
    )]
    Commitment {
        /// The commitment that it opens.
        opened: InputCommitment,
        /// The commitment of the job.
        committed: InputCommitment,
    },
}

/// A prover and the key to encrypt to.
pub type Addressee = (AccountId32, EncryptionKey);

/// Seals an opening so that only these provers can read it, each with the key given. At most
/// `limit` bytes of ciphertext.
///
/// # Errors
/// [`PrivacyError`]: nobody named, an unusable key, an opening that does not fit.
///
/// # Panics
/// When the operating system has no randomness to give.
pub fn seal(
    opening: &Opening,
    binding: &Binding,
    provers: &[Addressee],
    limit: usize,
) -> Result<Sealed, PrivacyError> {
    seal_with(&mut hpke::rand_core::UnwrapErr(getrandom::SysRng), opening, binding, provers, limit)
}

/// [`seal`] with a given generator, for test vectors.
fn seal_with(
    random: &mut impl hpke::rand_core::CryptoRng,
    opening: &Opening,
    binding: &Binding,
    provers: &[Addressee],
    limit: usize,
) -> Result<Sealed, PrivacyError> {
    if provers.is_empty() {
        return Err(PrivacyError::NoRecipients);
    }
    let mut content_key = Zeroizing::new([0; 32]);
    random.fill_bytes(content_key.as_mut_slice());
    let plaintext = padded(opening, limit.saturating_sub(TAG_LEN))?;
    let ciphertext = cipher(&content_key)
        .encrypt(&Nonce::default(), Message { msg: &plaintext, aad: &binding.bytes() })
        .map_err(|_opaque| PrivacyError::Seal)?;
    let recipients = provers.iter().map(|addressee| wrap(random, &content_key, binding, addressee));
    Ok(Sealed { recipients: recipients.collect::<Result<_, _>>()?, ciphertext })
}

fn cipher(content_key: &[u8; 32]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(content_key.into())
}

fn wrap(
    random: &mut impl hpke::rand_core::CryptoRng,
    content_key: &[u8; 32],
    binding: &Binding,
    (prover, key): &Addressee,
) -> Result<Recipient, PrivacyError> {
    let bad = |source| PrivacyError::BadKey { prover: *prover, key: *key, source };
    if !key.is_usable() {
        return Err(bad(HpkeError::ValidationError));
    }
    let public = <Kem as hpke::Kem>::PublicKey::from_bytes(&key.0).map_err(bad)?;
    let (encapsulated, wrapped) = hpke::single_shot_seal_with_rng::<Aead1, HkdfSha256, Kem>(
        &OpModeS::Base,
        &public,
        INFO,
        content_key,
        &binding.for_prover(prover),
        random,
    )
    .map_err(bad)?;
    let mut recipient = Recipient {
        encryption_key: *key,
        encapsulated: [0; ENCAPSULATED_LEN],
        wrapped_key: [0; WRAPPED_LEN],
    };
    encapsulated.write_exact(&mut recipient.encapsulated);
    recipient.wrapped_key =
        wrapped.try_into().map_err(|_other_length: Vec<u8>| PrivacyError::Seal)?;
    Ok(recipient)
}

/// HPKE's AEAD.
type Aead1 = hpke::aead::ChaCha20Poly1305;

/// The opening and its padding: as long as the longest opening of this kind of input, or all that
/// fits.
fn padded(opening: &Opening, limit: usize) -> Result<Zeroizing<Vec<u8>>, PrivacyError> {
    let bytes = opening.encode();
    let longest = usize::try_from(opening::max_bytes(opening.input())).unwrap_or(usize::MAX);
    let len = longest.saturating_add(1).min(limit);
    if bytes.len() >= len {
        return Err(PrivacyError::TooLong { len: bytes.len(), limit: limit.saturating_sub(1) });
    }
    let mut plaintext = Zeroizing::new(Vec::with_capacity(len));
    plaintext.extend_from_slice(&bytes);
    plaintext.push(PADDING);
    plaintext.resize(len, 0);
    Ok(plaintext)
}

/// The content before the padding.
fn unpadded(plaintext: &[u8]) -> Option<&[u8]> {
    let end = plaintext.iter().rposition(|byte| *byte != 0)?;
    let (content, padding) = plaintext.split_at_checked(end)?;
    (padding.first() == Some(&PADDING)).then_some(content)
}

/// Opens a payload as `prover`, with whichever of its keys it was sealed to: a replaced key still
/// opens older jobs. The result is an input of this kind for the version's proof system, and it
/// opens the binding's commitment: the prover may claim.
///
/// # Errors
/// [`PrivacyError`] says what is wrong; then the job must not be claimed.
pub fn open(
    sealed: &Sealed,
    binding: &Binding,
    prover: &AccountId32,
    secrets: &[EncryptionSecret],
    (system, input): (ProofSystem, &InputSpec),
) -> Result<Opening, PrivacyError> {
    let content_key = unwrap(sealed, binding, prover, secrets)?;
    let message = Message { msg: &sealed.ciphertext, aad: &binding.bytes() };
    let plaintext = cipher(&content_key).decrypt(&Nonce::default(), message);
    let plaintext = Zeroizing::new(plaintext.map_err(|_opaque| PrivacyError::Ciphertext)?);
    let opening =
        Opening::decode_for(system, unpadded(&plaintext).ok_or(PrivacyError::Padding)?, input)?;
    let (opened, committed) = (InputCommitment(opening.commitment()), binding.input_commitment);
    if opened == committed {
        Ok(opening)
    } else {
        Err(PrivacyError::Commitment { opened, committed })
    }
}

/// The content key, from the first recipient that is one of our keys and opens for this account.
fn unwrap(
    sealed: &Sealed,
    binding: &Binding,
    prover: &AccountId32,
    secrets: &[EncryptionSecret],
) -> Result<Zeroizing<[u8; 32]>, PrivacyError> {
    let associated = binding.for_prover(prover);
    let mut ours = false;
    for recipient in &sealed.recipients {
        for secret in secrets.iter().filter(|secret| secret.public() == recipient.encryption_key) {
            ours = true;
            if let Ok(content_key) = unwrap_one(recipient, secret, &associated) {
                return Ok(content_key);
            }
        }
    }
    let not_for_us =
        PrivacyError::NotForUs { recipients: sealed.recipients.len(), own: secrets.len() };
    Err(if ours { PrivacyError::Wrapped } else { not_for_us })
}

fn unwrap_one(
    recipient: &Recipient,
    secret: &EncryptionSecret,
    associated: &[u8],
) -> Result<Zeroizing<[u8; 32]>, HpkeError> {
    let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(&recipient.encapsulated)?;
    let content_key = hpke::single_shot_open::<Aead1, HkdfSha256, Kem>(
        &OpModeR::Base,
        &secret.private()?,
        &encapsulated,
        INFO,
        &recipient.wrapped_key,
        associated,
    )?;
    let content_key = Zeroizing::new(content_key);
    let mut exact = Zeroizing::new([0; 32]);
    if content_key.len() != exact.len() {
        return Err(HpkeError::OpenError);
    }
    exact.copy_from_slice(&content_key);
    Ok(exact)
}

#[cfg(test)]
mod tests;
