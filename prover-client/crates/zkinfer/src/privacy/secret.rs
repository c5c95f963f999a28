//! A prover's encryption key: an X25519 key pair (RFC 7748) and its file.
//!
//! | bytes | content |
//! |---|---|
//! | 8 | `zkinferX` |
//! | 1 | version, 1 |
//! | 32 | secret key |
//! | 32 | public key, which must be the secret key's |
//!
//! The file is readable by its owner alone. Only the public key is ever on chain.

use std::path::Path;

use hpke::{Deserializable, Kem as _, Serializable};
use zeroize::Zeroizing;
use zkinfer_primitives::EncryptionKey;

use crate::{
    error::Error,
    files::{self, Access, Existing},
};

/// DHKEM(X25519, HKDF-SHA256).
pub(super) type Kem = hpke::kem::X25519HkdfSha256;

/// The name of the file in errors.
pub const WHAT: &str = "encryption key";
/// First bytes of the file.
pub const MAGIC: [u8; 8] = *b"zkinferX";
/// Version of the file's layout.
pub const VERSION: u8 = 1;
/// Length of the file in bytes.
pub const FILE_LEN: usize = 73;

/// The secret half of an encryption key. It is zeroised when dropped and never printed.
pub struct EncryptionSecret {
    secret: Zeroizing<[u8; 32]>,
    public: EncryptionKey,
}

impl core::fmt::Debug for EncryptionSecret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("EncryptionSecret").field("public", &self.public).finish_non_exhaustive()
    }
}

/// The reason why bytes are not an encryption key's file.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It is something else.
    #[error(
        "not an encryption key's secret file; give the file that `zkinfer keys encryption` wrote"
    )]
    Magic,
    /// A layout of another version.
    #[error(
        "an encryption key's file of version {0}, known is {VERSION}; use the program that wrote it"
    )]
    Version(u8),
    /// Cut off, or with something behind.
    #[error(
        "an encryption key's file of {0} bytes instead of {FILE_LEN}; copy it again from where it was made"
    )]
    Length(usize),
    /// The halves do not belong together.
    #[error(
        "the file's public key is not its secret key's: it is damaged; copy it again from where it was made"
    )]
    Halves,
    /// The public key could not be used.
    #[error(
        "the key is of small order: nothing can be encrypted to it; make another with `zkinfer keys encryption`"
    )]
    SmallOrder,
}

impl EncryptionSecret {
    /// A fresh key pair from the operating system's generator.
    ///
    /// # Panics
    /// When the operating system has no randomness to give.
    pub fn generate() -> Self {
        let (secret, public) = Kem::gen_keypair();
        Self { secret: exact(&secret), public: EncryptionKey(*exact(&public)) }
    }

    /// The key pair of a secret key.
    ///
    /// # Errors
    /// [`SecretError::SmallOrder`]; no secret key in practice.
    pub fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Result<Self, SecretError> {
        let secret = <Kem as hpke::Kem>::PrivateKey::from_bytes(bytes.as_slice());
        // 32 bytes are always a secret key; the library could only complain of their number.
        let secret = secret.map_err(|_length| SecretError::Length(bytes.len()))?;
        let public = EncryptionKey(*exact(&Kem::sk_to_pk(&secret)));
        if public.is_usable() {
            Ok(Self { secret: bytes, public })
        } else {
            Err(SecretError::SmallOrder)
        }
    }

    /// The public key, which goes on chain and which requesters encrypt to.
    pub fn public(&self) -> EncryptionKey {
        self.public
    }

    /// The secret key as the library has it.
    pub(super) fn private(&self) -> Result<<Kem as hpke::Kem>::PrivateKey, hpke::HpkeError> {
        <Kem as hpke::Kem>::PrivateKey::from_bytes(self.secret.as_slice())
    }

    /// The bytes of the file.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(FILE_LEN));
        bytes.extend_from_slice(&MAGIC);
        bytes.push(VERSION);
        bytes.extend_from_slice(self.secret.as_slice());
        bytes.extend_from_slice(&self.public.0);
        bytes
    }

    /// Reads the bytes of the file.
    ///
    /// # Errors
    /// [`SecretError`] for everything else than such a file.
    pub fn decode(bytes: &[u8]) -> Result<Self, SecretError> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(SecretError::Magic)?;
        let wrong_length = SecretError::Length(bytes.len());
        let (version, rest) = rest.split_first().ok_or(SecretError::Length(bytes.len()))?;
        if *version != VERSION {
            return Err(SecretError::Version(*version));
        }
        let Some((secret, public)) = rest.split_first_chunk::<32>() else {
            return Err(wrong_length);
        };
        if public.len() != 32 {
            return Err(wrong_length);
        }
        let pair = Self::from_bytes(Zeroizing::new(*secret))?;
        if pair.public.0 == public { Ok(pair) } else { Err(SecretError::Halves) }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, or is no such file.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let bytes = files::read_secret(path, WHAT, FILE_LEN as u64)?;
        Self::decode(&bytes).map_err(Error::in_file(path))
    }

    /// Writes a file for its owner alone.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn save(&self, path: &Path, existing: Existing) -> Result<(), Error> {
        files::write_bytes(path, Access::Owner, existing, &self.encode()).map_err(Error::from)
    }
}

/// The bytes of a key of this suite: all its keys have 32.
fn exact(key: &impl Serializable) -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    key.write_exact(bytes.as_mut_slice());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7748, section 6.1: Bob.
    const SECRET: &str = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";
    const PUBLIC: &str = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";

    fn bob() -> EncryptionSecret {
        let mut secret = Zeroizing::new([0; 32]);
        hex::decode_to_slice(SECRET, secret.as_mut_slice()).expect("hex");
        EncryptionSecret::from_bytes(secret).expect("a key")
    }

    #[test]
    fn the_public_key_is_the_one_of_rfc_7748() {
        assert_eq!(bob().public().to_string(), format!("0x{PUBLIC}"));
    }

    #[test]
    fn a_file_reads_back_for_its_owner_alone_and_is_not_replaced() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("bob.key");
        let secret = EncryptionSecret::generate();
        secret.save(&path, Existing::Keep).expect("written");
        assert!(!files::is_exposed(&path));
        assert_eq!(EncryptionSecret::load(&path).expect("read").public(), secret.public());
        assert!(EncryptionSecret::generate().save(&path, Existing::Keep).is_err());
        assert_eq!(EncryptionSecret::load(&path).expect("still there").public(), secret.public());
    }

    #[test]
    fn two_keys_differ_and_none_is_printed() {
        let (one, other) = (EncryptionSecret::generate(), EncryptionSecret::generate());
        assert_ne!(one.public(), other.public());
        assert!(
            !format!("{:?}", bob()).contains("93, 171, 8")
                && !format!("{:?}", bob()).contains("5dab08")
        );
    }

    #[test]
    fn every_damage_to_a_file_is_refused() {
        let good = bob().encode();
        assert_eq!(EncryptionSecret::decode(&good).expect("good").public(), bob().public());
        for length in 0..good.len() {
            assert!(
                EncryptionSecret::decode(good.get(..length).expect("a part")).is_err(),
                "{length}"
            );
        }
        let mut longer = good.to_vec();
        longer.push(0);
        assert_eq!(EncryptionSecret::decode(&longer).err(), Some(SecretError::Length(74)));
        for position in 0..good.len() {
            for bit in 0..8 {
                let mut bad = good.to_vec();
                bad[position] ^= 1 << bit;
                // X25519 ignores the lowest three bits and the highest two of a secret key (RFC
                // 7748, section 5).
                let ignored = (position == 9 && bit < 3) || (position == 40 && bit > 5);
                assert_eq!(
                    EncryptionSecret::decode(&bad).is_err(),
                    !ignored,
                    "byte {position}, bit {bit}"
                );
            }
        }
    }
}
