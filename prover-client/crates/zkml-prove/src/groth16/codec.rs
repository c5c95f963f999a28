//! Streams of points with a running checksum, and files that are written whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use super::{curve::Curve, error::KeyError};

/// Points serialised or read together.
const BATCH: usize = 8192;
/// Bytes of a checksum.
pub const CHECKSUM_LEN: usize = 32;

/// Blake2b-256 of `bytes`.
pub fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_LEN] {
    let mut state = Checksum::default();
    state.update(bytes);
    state.finish()
}

/// A running Blake2b-256.
pub struct Checksum(blake2b_simd::State);

impl Default for Checksum {
    fn default() -> Self {
        Self(blake2b_simd::Params::new().hash_length(CHECKSUM_LEN).to_state())
    }
}

impl Checksum {
    /// Takes in `bytes`.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The checksum of everything taken in.
    pub fn finish(&self) -> [u8; CHECKSUM_LEN] {
        let mut out = [0u8; CHECKSUM_LEN];
        out.iter_mut().zip(self.0.finalize().as_bytes()).for_each(|(to, from)| *to = *from);
        out
    }
}

/// Writes bytes and points, and their checksum at the end.
pub struct Encoder<W: Write> {
    out: W,
    state: Checksum,
}

impl<W: Write> Encoder<W> {
    /// An encoder into `out`.
    pub fn new(out: W) -> Self {
        Self { out, state: Checksum::default() }
    }

    /// Writes bytes.
    pub fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.state.update(bytes);
        self.out.write_all(bytes)
    }

    /// Writes points, uncompressed.
    pub fn points<C: Curve>(&mut self, points: &[C::Affine]) -> io::Result<()> {
        for batch in points.chunks(BATCH) {
            let mut bytes = vec![0u8; batch.len() * C::UNCOMPRESSED];
            bytes
                .par_chunks_mut(C::UNCOMPRESSED)
                .zip(batch)
                .for_each(|(out, point)| C::serialize(point, out));
            self.bytes(&bytes)?;
        }
        Ok(())
    }

    /// Writes the checksum.
    pub fn finish(mut self) -> io::Result<()> {
        let sum = self.state.finish();
        self.out.write_all(&sum)?;
        self.out.flush()
    }
}

/// Reads what an [`Encoder`] wrote. The caller has compared the length of the input with what it is
/// going to read.
pub struct Decoder<R: Read> {
    input: R,
    state: Checksum,
    what: &'static str,
}

impl<R: Read> Decoder<R> {
    /// A decoder of a file of kind `what`.
    pub fn new(input: R, what: &'static str) -> Self {
        Self { input, state: Checksum::default(), what }
    }

    fn fill(&mut self, out: &mut [u8]) -> Result<(), KeyError> {
        self.input.read_exact(out).map_err(|source| KeyError::Io { path: self.what.into(), source })
    }

    /// Reads bytes.
    pub fn bytes(&mut self, out: &mut [u8]) -> Result<(), KeyError> {
        self.fill(out)?;
        self.state.update(out);
        Ok(())
    }

    /// Reads uncompressed points, each on the curve and none at infinity unless
    /// `Identity::Allowed`, and gives them to `each` one after the other.
    pub fn each_point<C: Curve>(
        &mut self,
        section: &'static str,
        count: usize,
        identity: Identity,
        mut each: impl FnMut(C::Affine),
    ) -> Result<(), KeyError> {
        let mut start = 0;
        while start < count {
            let mut bytes = vec![0u8; BATCH.min(count - start) * C::UNCOMPRESSED];
            self.bytes(&mut bytes)?;
            let read = |bytes: &[u8]| {
                C::deserialize(bytes)
                    .filter(|point| identity == Identity::Allowed || !C::is_identity(point))
            };
            let points: Vec<_> = bytes.par_chunks(C::UNCOMPRESSED).map(read).collect();
            for (i, point) in points.into_iter().enumerate() {
                let index = start + i;
                each(point.ok_or(KeyError::Point { what: self.what, section, index })?);
            }
            start += BATCH;
        }
        Ok(())
    }

    /// Reads points as [`Decoder::each_point`] does, all of them.
    pub fn points<C: Curve>(
        &mut self,
        section: &'static str,
        count: usize,
        identity: Identity,
    ) -> Result<Vec<C::Affine>, KeyError> {
        // A sparse file can claim any count at no cost: room is made as points come.
        let mut out = Vec::with_capacity(count.min(BATCH));
        self.each_point::<C>(section, count, identity, |point| out.push(point))?;
        Ok(out)
    }

    /// Reads and compares the checksum.
    pub fn finish(mut self) -> Result<(), KeyError> {
        self.check()
    }

    /// Reads and compares the checksum; nothing is to be read after it.
    pub fn check(&mut self) -> Result<(), KeyError> {
        let mut sum = [0u8; CHECKSUM_LEN];
        self.fill(&mut sum)?;
        if sum == self.state.finish() {
            Ok(())
        } else {
            Err(KeyError::Checksum { what: self.what, part: "contents" })
        }
    }
}

/// `true` if a point at infinity is valid.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// It is.
    Allowed,
    /// It is not.
    Refused,
}

/// The readers of a new file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The owner alone.
    Owner,
    /// Whoever the system lets.
    Public,
}

/// Creates `path` with what `write` writes. An existing file is never overwritten; after a failure
/// there is none.
///
/// # Errors
/// [`KeyError::Exists`], [`KeyError::Io`].
pub fn write_new(
    path: &Path,
    access: Access,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), KeyError> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(KeyError::Exists { path: path.to_owned() });
    }
    let temporary = Temporary(beside(path));
    let mut out = BufWriter::with_capacity(
        1 << 20,
        create(&temporary.0, access).map_err(KeyError::io(path))?,
    );
    write(&mut out).map_err(KeyError::io(path))?;
    let file = out.into_inner().map_err(|error| KeyError::io(path)(error.into_error()))?;
    file.sync_all().map_err(KeyError::io(path))?;
    publish(&temporary.0, path)
}

/// Gives the finished file its name, unless that name has been taken meanwhile.
fn publish(temporary: &Path, path: &Path) -> Result<(), KeyError> {
    match fs::hard_link(temporary, path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(KeyError::Exists { path: path.to_owned() })
        }
        // Not every file system has links.
        Err(_) => fs::rename(temporary, path).map_err(KeyError::io(path)),
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

fn create(path: &Path, access: Access) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(if access == Access::Owner { 0o600 } else { 0o644 });
    }
    #[cfg(not(unix))]
    let _ = access;
    options.open(path)
}

/// Removes an unfinished file.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // It is gone already where it was renamed; nothing else can be done about a failure here.
        let _ = fs::remove_file(&self.0);
    }
}
