//! Files of keys: proving key, verifying key, and the setup's transcript.
//!
//! A verifying key's file is the SCALE encoding of [`VerifyingKey`]: one byte for the proof system
//! and the key's canonical bytes, so that the file's Blake2b-256 is the key's hash on chain.
//! Proving keys and transcripts are Groth16's alone: Halo2 makes its keys from the model
//! ([`crate::proving::keys`]).

use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use codec::{DecodeAll, Encode};
use zkinfer_primitives::VerifyingKey;
use zkinfer_verifier::halo2;
use zkml_prove::groth16::{self, KeyStream, ProvingKey, ProvingKeyHeader, Transcript};

use crate::{
    error::Error,
    files::{self, FileError},
    progress::Progress,
};

/// The name of a proving key's file in errors.
pub const PROVING_KEY: &str = "proving key";
/// The name of a verifying key's file in errors.
pub const VERIFYING_KEY: &str = "verifying key";
/// The name of a transcript's file in errors.
pub const TRANSCRIPT: &str = "setup transcript";
/// Longest verifying key that any proof system of ours has.
const MAX_VERIFYING_KEY: u64 = 1 << 16;
/// First bytes of a proving key's file.
const PROVING_KEY_MAGIC: [u8; 8] = *b"zkinferK";
/// First bytes of a transcript's file.
const TRANSCRIPT_MAGIC: [u8; 8] = *b"zkinferT";

/// Kinds of key files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `*.pk`
    ProvingKey,
    /// `*.vk`
    VerifyingKey,
    /// `*.transcript`
    Transcript,
    /// A prover's key for encrypted inputs.
    EncryptionKey,
}

/// The kind that a file's first bytes say it is. What is neither of the others is taken for a
/// verifying key, whose decoder then judges.
///
/// # Errors
/// It cannot be read.
pub fn kind(path: &Path) -> Result<Kind, Error> {
    let (file, _) = files::open(path, "key file")?;
    let mut magic = Vec::new();
    let failed = |source| FileError::Read { path: path.into(), what: "key file", source };
    file.take(8).read_to_end(&mut magic).map_err(failed)?;
    Ok(match magic.as_slice() {
        magic if magic == PROVING_KEY_MAGIC => Kind::ProvingKey,
        magic if magic == TRANSCRIPT_MAGIC => Kind::Transcript,
        magic if magic == crate::privacy::secret::MAGIC => Kind::EncryptionKey,
        _ => Kind::VerifyingKey,
    })
}

/// The reason why bytes are not a verifying key.
#[derive(Debug, thiserror::Error)]
enum VerifyingKeyError {
    #[error(
        "the verifying key's byte 0 names proof system {0}, known are 0 (Groth16) and 1 (Halo2); give the *.vk file that `zkinfer keys setup` wrote"
    )]
    System(u8),
    #[error(
        "a verifying key of {got} bytes instead of {expected}; give the *.vk file that `zkinfer keys setup` wrote, or copy it again"
    )]
    Length { expected: usize, got: usize },
    #[error("{0}; give the *.vk file that `zkinfer keys setup` wrote")]
    Scale(#[from] codec::Error),
    #[error("{0}; give the *.vk file that `zkinfer keys setup` wrote, or copy it again")]
    Points(#[from] zkinfer_verifier::error::KeyError),
    #[error("{0}; give the *.vk file that `zkinfer keys setup` wrote, or copy it again")]
    Halo2(#[from] halo2::error::KeyError),
    #[error("{0}; give the *.vk file that `zkinfer keys setup` wrote")]
    Statement(#[from] halo2::statement::StatementError),
}

/// Reads a verifying key and checks every point of it.
///
/// # Errors
/// It cannot be read, or is no valid key in its canonical encoding.
pub fn load_verifying_key(path: &Path) -> Result<VerifyingKey, Error> {
    let bytes = files::read(path, VERIFYING_KEY, MAX_VERIFYING_KEY)?;
    decode_verifying_key(&bytes).map_err(Error::in_file(path))
}

fn decode_verifying_key(bytes: &[u8]) -> Result<VerifyingKey, VerifyingKeyError> {
    let expected = 1 + zkinfer_primitives::proof::GROTH16_VK_LEN;
    match bytes.first() {
        Some(1) => {}
        Some(0) if bytes.len() == expected => {}
        Some(system @ 2..) => return Err(VerifyingKeyError::System(*system)),
        _ => return Err(VerifyingKeyError::Length { expected, got: bytes.len() }),
    }
    let key = VerifyingKey::decode_all(&mut &*bytes)?;
    match &key {
        VerifyingKey::Groth16(points) => {
            zkinfer_verifier::groth16::VerifyingKey::decode(points)?;
        }
        VerifyingKey::Halo2(bytes) => {
            halo2::statement::check(
                &halo2::key::VerifyingKey::decode(bytes)?,
                halo2::bounds::MAX_K,
            )?;
        }
    }
    Ok(key)
}

/// The verifying key of a proving key's header.
pub fn verifying_key_of(header: &ProvingKeyHeader) -> VerifyingKey {
    VerifyingKey::Groth16(header.verifying_key)
}

/// The bytes of a verifying key's file.
pub fn encode_verifying_key(key: &VerifyingKey) -> Vec<u8> {
    key.encode()
}

/// Reads a proving key.
///
/// # Errors
/// It cannot be read, or is no key.
pub fn load_proving_key(path: &Path, progress: &Progress) -> Result<ProvingKey, Error> {
    let (input, len) = buffered(path, PROVING_KEY)?;
    ProvingKey::read_from(input, len, &progress.of_circuit()).map_err(Error::in_file(path))
}

/// Opens a proving key whose points are read as a proof needs them.
///
/// # Errors
/// It cannot be read, or does not begin as a key.
pub fn open_proving_key(path: &Path) -> Result<KeyStream<BufReader<File>>, Error> {
    let (input, len) = buffered(path, PROVING_KEY)?;
    KeyStream::new(input, len).map_err(Error::in_file(path))
}

/// Reads a proving key's header alone.
///
/// # Errors
/// It cannot be read, or is no header; the file has another length than it says.
pub fn load_header(path: &Path) -> Result<ProvingKeyHeader, Error> {
    drop(files::open(path, PROVING_KEY)?);
    let header = ProvingKeyHeader::read(path).map_err(Error::in_file(path))?;
    groth16::VerifyingKey::from_bytes(&header.verifying_key).map_err(Error::in_file(path))?;
    Ok(header)
}

/// The checksum at the end of a proving key's file, which whoever reads the whole file compares
/// with all before it.
///
/// # Errors
/// The file cannot be read, or is shorter than a checksum.
pub fn checksum(path: &Path) -> Result<[u8; 32], Error> {
    let (mut file, _) = files::open(path, PROVING_KEY)?;
    let mut sum = [0; 32];
    let read = file.seek(SeekFrom::End(-32)).and_then(|_| file.read_exact(&mut sum));
    read.map_err(|source| FileError::Read { path: path.into(), what: PROVING_KEY, source })?;
    Ok(sum)
}

/// Reads a setup's transcript.
///
/// # Errors
/// It cannot be read, or is no transcript.
pub fn load_transcript(path: &Path) -> Result<Transcript, Error> {
    let (input, len) = buffered(path, TRANSCRIPT)?;
    Transcript::read_from(input, len).map_err(Error::in_file(path))
}

fn buffered(path: &Path, what: &'static str) -> Result<(BufReader<File>, u64), Error> {
    let (file, len) = files::open(path, what)?;
    Ok((BufReader::with_capacity(1 << 20, file), len))
}
