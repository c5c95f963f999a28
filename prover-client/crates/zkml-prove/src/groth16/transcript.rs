//! The part of a setup that an audit needs: `[τ^i]_1` for `i < n`, `[τ]_2`, `[τ^n]_2`, and
//! `[v_j(τ)]_2` of the constant and the public inputs. All of it is part of what a multi-party
//! setup publishes anyway (Bowe, Gabizon, Miers: *Scalable Multi-party Computation for zk-SNARK
//! Parameters in the Random Beacon Model*), or a combination of that.
//!
//! | bytes | content |
//! |---|---|
//! | 0 .. 8 | `"zkinferT"` |
//! | 8 .. 10 | version, 1, little-endian |
//! | 10 .. 18 | `n`, little-endian |
//! | 18 .. 50 | digest of the circuit |
//! | | `[τ]_2`, `[τ^n]_2`, `[v_0(τ)]_2 … [v_3(τ)]_2`, `[τ^i]_1`: uncompressed points in the zcash encoding |
//! | last 32 | Blake2b-256 of all before |

use std::{
    fs::File,
    io::{self, BufReader, Read, Write},
    path::Path,
};

use super::{
    codec::{Access, CHECKSUM_LEN, Decoder, Encoder, Identity, write_new},
    curve::{G1, G1Affine, G2, G2Affine},
    error::KeyError,
    keys::PUBLIC_INPUTS,
};

const WHAT: &str = "setup transcript";
const MAGIC: [u8; 8] = *b"zkinferT";
/// Version of the transcript's file.
pub const VERSION: u16 = 1;
const HEADER_LEN: u64 = 50;
const G2_POINTS: u64 = 2 + PUBLIC_INPUTS as u64 + 1;

/// The public transcript of a setup.
#[derive(Clone, PartialEq)]
pub struct Transcript {
    pub(crate) digest: [u8; 32],
    pub(crate) tau_g1: Vec<G1Affine>,
    pub(crate) tau_g2: G2Affine,
    pub(crate) tau_n_g2: G2Affine,
    pub(crate) b_public: Vec<G2Affine>,
}

impl core::fmt::Debug for Transcript {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Transcript").field("size", &self.tau_g1.len()).finish_non_exhaustive()
    }
}

impl Transcript {
    /// Digest of the circuit that the setup was for.
    pub fn circuit_digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Writes the transcript to a new file.
    ///
    /// # Errors
    /// [`KeyError::Exists`] when there is a file already, [`KeyError::Io`].
    pub fn write(&self, path: &Path) -> Result<(), KeyError> {
        write_new(path, Access::Public, |out| self.write_to(out))
    }

    /// Writes the transcript as a file's bytes.
    ///
    /// # Errors
    /// The writer's.
    pub fn write_to(&self, out: impl Write) -> io::Result<()> {
        write_transcript(out, self, self.tau_g1.len(), |encoder| encoder.points::<G1>(&self.tau_g1))
    }

    /// Reads a transcript from its file.
    ///
    /// # Errors
    /// [`KeyError`]: a file of another kind, version or length, a wrong checksum, a point off the curve.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let file = File::open(path).map_err(KeyError::io(path))?;
        let len = file.metadata().map_err(KeyError::io(path))?.len();
        let result = Self::read_from(BufReader::with_capacity(1 << 20, file), len);
        result.map_err(|error| match error {
            KeyError::Io { source, .. } => KeyError::Io { path: path.to_owned(), source },
            other => other,
        })
    }

    /// Reads a transcript from `len` bytes of a file.
    ///
    /// # Errors
    /// As [`Transcript::read`].
    pub fn read_from(input: impl Read, len: u64) -> Result<Self, KeyError> {
        let mut decoder = Decoder::new(input, WHAT);
        let least = HEADER_LEN + G2_POINTS * 192 + CHECKSUM_LEN as u64;
        if len < least {
            return Err(KeyError::Length { what: WHAT, expected: least, got: len });
        }
        let (mut magic, mut version, mut size, mut digest) = ([0; 8], [0; 2], [0; 8], [0; 32]);
        decoder.bytes(&mut magic)?;
        if magic != MAGIC {
            return Err(KeyError::Magic { what: WHAT });
        }
        decoder.bytes(&mut version)?;
        let version = u16::from_le_bytes(version);
        if version != VERSION {
            return Err(KeyError::Version { what: WHAT, got: version, known: VERSION });
        }
        decoder.bytes(&mut size)?;
        decoder.bytes(&mut digest)?;
        let size = u64::from_le_bytes(size);
        if !size.is_power_of_two() || size > 1 << 32 {
            return Err(KeyError::Header { what: WHAT, field: "n", got: size });
        }
        let expected = least + size * 96;
        if len != expected {
            return Err(KeyError::Length { what: WHAT, expected, got: len });
        }
        let tau = decoder.points::<G2>("tau in G2", 2, Identity::Refused)?;
        let [tau_g2, tau_n_g2] = *tau.first_chunk().unwrap_or(&[G2Affine::default(); 2]);
        let b_public =
            decoder.points::<G2>("B of the public inputs", PUBLIC_INPUTS + 1, Identity::Allowed)?;
        let tau_g1 = decoder.points::<G1>("tau in G1", size as usize, Identity::Refused)?;
        decoder.finish()?;
        Ok(Self { digest, tau_g1, tau_g2, tau_n_g2, b_public })
    }
}

/// Writes a transcript's file, whose `size` powers of `τ` in G1 `powers` writes; those of `head`
/// are not looked at.
pub(crate) fn write_transcript<W: Write>(
    out: W,
    head: &Transcript,
    size: usize,
    powers: impl FnOnce(&mut Encoder<W>) -> io::Result<()>,
) -> io::Result<()> {
    let mut encoder = Encoder::new(out);
    encoder.bytes(&MAGIC)?;
    encoder.bytes(&VERSION.to_le_bytes())?;
    encoder.bytes(&(size as u64).to_le_bytes())?;
    encoder.bytes(&head.digest)?;
    encoder.points::<G2>(&[head.tau_g2, head.tau_n_g2])?;
    encoder.points::<G2>(&head.b_public)?;
    powers(&mut encoder)?;
    encoder.finish()
}
