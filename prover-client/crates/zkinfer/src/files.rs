//! Files: read within bounds, written whole or not at all.
//!
//! A file is written without a name, synchronised, and then takes its name in one step. After a
//! failure, a panic or a signal there is no partial file, nor one with secrets in it; after SIGKILL
//! neither, where the system has nameless files (Linux; see `files/temporary.rs`).

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

mod buffer;
mod signals;
mod temporary;

use buffer::Buffer;
use temporary::Temporary;

pub use signals::{clean_up_on_signals, take_next_signal};
pub use temporary::Directory;

/// The longest name that a file may have on usual file systems, in bytes.
const MAX_NAME: usize = 255;

/// Readers of a file that we write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody, as far as the user's mask allows it.
    Public,
    /// The owner alone.
    Owner,
}

/// The treatment of a file that exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays; writing fails.
    Keep,
    /// It is replaced.
    Replace,
}

/// The reason why a file cannot be read or written. [`FileError::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system refuses to let it be read.
    #[error("{}: cannot read the {what}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The expected kind.
        what: &'static str,
        /// The system's error.
        source: io::Error,
    },
    /// It is longer than any such file is.
    #[error("{}: too long: the {what} that is needed here has at most {limit} bytes", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The expected kind.
        what: &'static str,
        /// Greatest length in bytes.
        limit: u64,
    },
    /// There is a file already.
    #[error("{}: exists already and is not overwritten", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// There is something else than a file.
    #[error("{}: is not a regular file and is not replaced", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The directory is not there.
    #[error("{}: cannot be written: there is no directory {}", path.display(), directory.display())]
    NoDirectory {
        /// The file.
        path: PathBuf,
        /// Its directory.
        directory: PathBuf,
    },
    /// Something else is where a directory should be.
    #[error("{}: is not a directory", path.display())]
    NotADirectory {
        /// The path.
        path: PathBuf,
    },
    /// A directory cannot be made.
    #[error("{}: this directory cannot be made: {source}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The system refuses to let it be written.
    #[error("{}: cannot be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// Signals cannot be handled.
    #[error("cannot handle signals: {0}")]
    Signals(io::Error),
}

impl FileError {
    /// The remedy.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read { source, .. } => Some(
                match source.kind() {
                    io::ErrorKind::NotFound => "check the path",
                    io::ErrorKind::PermissionDenied => {
                        "read it as its owner, or change its permissions"
                    }
                    _ => "give a readable file",
                }
                .into(),
            ),
            Self::TooLong { what, .. } => Some(format!("give the right {what}")),
            Self::Exists { .. } => {
                Some("choose another name, or replace it with option `force`".into())
            }
            Self::NotAFile { .. } => Some("choose another name".into()),
            Self::NotADirectory { .. } => {
                Some("name a directory; one that is missing is made".into())
            }
            Self::Directory { .. } => {
                Some("check the path and its permissions, or choose another".into())
            }
            Self::NoDirectory { directory, .. } => {
                Some(format!("mkdir -p {}", directory.display()))
            }
            Self::Write { .. } => {
                Some("check the directory's permissions and free space, or choose another".into())
            }
            Self::Signals(_) => None,
        }
    }
}

/// Opens a file for reading; also tells its length.
///
/// # Errors
/// [`FileError::Read`], for a directory too.
pub fn open(path: &Path, what: &'static str) -> Result<(File, u64), FileError> {
    let failed = |source| FileError::Read { path: path.into(), what, source };
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
    }
    Ok((file, metadata.len()))
}

/// Reads a file of at most `limit` bytes. `what` names its kind in errors.
///
/// # Errors
/// [`FileError::Read`], [`FileError::TooLong`]. Memory is bounded by `limit`.
pub fn read(path: &Path, what: &'static str, limit: u64) -> Result<Vec<u8>, FileError> {
    let failed = |source| FileError::Read { path: path.into(), what, source };
    let (file, len) = open(path, what)?;
    if len > limit {
        return Err(FileError::TooLong { path: path.into(), what, limit });
    }
    // Room for everything, so that nothing secret is left behind by a growing buffer.
    let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or(0).saturating_add(1));
    // What is no regular file has no length, so the bound is checked again.
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(FileError::TooLong { path: path.into(), what, limit });
    }
    Ok(bytes)
}

/// Reads a secret file of at most `limit` bytes.
///
/// # Errors
/// As [`read`].
pub fn read_secret(
    path: &Path,
    what: &'static str,
    limit: u64,
) -> Result<Zeroizing<Vec<u8>>, FileError> {
    read(path, what, limit).map(Zeroizing::new)
}

/// Returns `true` if others than the owner can read a file.
pub fn is_exposed(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Checks that `path` can be written, before long work is done for it.
///
/// # Errors
/// [`FileError`], as [`write()`] would fail.
pub fn check_target(path: &Path, existing: Existing) -> Result<(), FileError> {
    begin(path, Access::Owner, existing).map(drop)
}

/// Makes the directory for a command's files if it is missing, with those above it. What is still
/// empty when the result is dropped is removed again: keep it until the files are written.
///
/// # Errors
/// [`FileError::NotADirectory`], [`FileError::Directory`].
pub fn directory(path: &Path) -> Result<Directory, FileError> {
    // A link to nothing is something else, too.
    if path.symlink_metadata().is_ok() && !path.is_dir() {
        return Err(FileError::NotADirectory { path: path.into() });
    }
    Directory::make(path).map_err(|source| FileError::Directory { path: path.into(), source })
}

/// Begins a file that will be at `path`.
fn begin(path: &Path, access: Access, existing: Existing) -> Result<Temporary, FileError> {
    check_existing(path, existing)?;
    let failed = |source| FileError::Write { path: path.into(), source };
    if path.file_name().is_none_or(|name| name.len() > MAX_NAME) {
        return Err(failed(io::Error::from(io::ErrorKind::InvalidFilename)));
    }
    let directory = directory_of(path);
    if !directory.is_dir() {
        return Err(FileError::NoDirectory { path: path.into(), directory });
    }
    Temporary::create(path, access).map_err(failed)
}

fn check_existing(path: &Path, existing: Existing) -> Result<(), FileError> {
    match fs::symlink_metadata(path) {
        Err(_) => Ok(()),
        Ok(_) if existing == Existing::Keep => Err(FileError::Exists { path: path.into() }),
        Ok(metadata) if metadata.is_file() || metadata.is_symlink() => Ok(()),
        Ok(_) => Err(FileError::NotAFile { path: path.into() }),
    }
}

/// A file that is written and synchronised, but has not its name yet. Dropped, it is gone.
#[must_use = "without `publish` there is no file"]
pub struct Unpublished {
    temporary: Temporary,
    path: PathBuf,
    existing: Existing,
}

/// Writes what `content` writes beside `path`.
///
/// # Errors
/// [`FileError`]; then nothing is left.
pub fn prepare(
    path: &Path,
    access: Access,
    existing: Existing,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Unpublished, FileError> {
    let failed = |source| FileError::Write { path: path.into(), source };
    let temporary = begin(path, access, existing)?;
    let mut out = Buffer::new(temporary.as_file());
    content(&mut out).and_then(|()| out.flush()).map_err(failed)?;
    drop(out);
    temporary.as_file().sync_all().map_err(failed)?;
    Ok(Unpublished { temporary, path: path.into(), existing })
}

impl Unpublished {
    /// Gives the file its name.
    ///
    /// # Errors
    /// [`FileError::Exists`] when somebody else has taken the name meanwhile, [`FileError::Write`].
    pub fn publish(self) -> Result<(), FileError> {
        let Self { temporary, path, existing } = self;
        match temporary.take_name(&path, existing) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(FileError::Exists { path });
            }
            Err(source) => return Err(FileError::Write { path, source }),
        }
        // The name is durable once the directory is; some file systems cannot synchronise one, and
        // the file is there.
        let _ = File::open(directory_of(&path)).and_then(|directory| directory.sync_all());
        Ok(())
    }
}

/// Writes a file with what `content` writes: whole, or not at all.
///
/// # Errors
/// [`FileError`]; whatever was at `path` before is then still there.
pub fn write(
    path: &Path,
    access: Access,
    existing: Existing,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), FileError> {
    prepare(path, access, existing, content)?.publish()
}

/// Writes `bytes` to a file.
///
/// # Errors
/// As [`write()`].
pub fn write_bytes(
    path: &Path,
    access: Access,
    existing: Existing,
    bytes: &[u8],
) -> Result<(), FileError> {
    write(path, access, existing, |out| out.write_all(bytes))
}

/// Returns the directory for this user's files of a kind: the one that an environment variable
/// names, or one below the home directory.
pub fn user_directory(variable: &str, below_home: &str) -> Option<PathBuf> {
    let directory =
        |name| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    directory(variable).or_else(|| directory("HOME").map(|home| home.join(below_home)))
}

fn directory_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
        Some(parent) => parent.into(),
        None => PathBuf::from("/"),
    }
}

#[cfg(test)]
mod tests;
