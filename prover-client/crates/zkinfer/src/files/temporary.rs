//! Files that are being written: without a name where the system can do that.
//!
//! On Linux a file is opened with `O_TMPFILE`: it has no name until it is whole, so that nothing of
//! it is left, whatever ends the process, SIGKILL and a loss of power included. Elsewhere, and on
//! file systems that cannot do it, it has a name of its own beside its place, and a failure, a
//! panic or a signal removes it; SIGKILL does not.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

use super::{
    Access, Existing, directory_of,
    signals::{self, Unfinished},
};

/// Names of files that are being written.
const PREFIX: &str = ".zkinfer.tmp-";

/// A file that is being written. Dropped, it is gone.
pub(super) enum Temporary {
    /// It has no name yet.
    #[cfg(target_os = "linux")]
    Nameless(File),
    /// It has a name of its own, which a signal removes.
    Named(Unfinished),
}

impl Temporary {
    /// Begins a file in the directory of `path`.
    pub fn create(path: &Path, access: Access) -> io::Result<Self> {
        let directory = directory_of(path);
        #[cfg(target_os = "linux")]
        if let Some(file) = linux::nameless(&directory, access)? {
            return Ok(Self::Nameless(file));
        }
        Self::named(&directory, access)
    }

    /// Begins a file with a name of its own.
    pub fn named(directory: &Path, access: Access) -> io::Result<Self> {
        let mut builder = builder();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(mode(access)));
        }
        #[cfg(not(unix))]
        let _ = access;
        signals::register(|| builder.tempfile_in(directory)).map(Self::Named)
    }

    /// The file, to write it.
    pub fn as_file(&self) -> &File {
        match self {
            #[cfg(target_os = "linux")]
            Self::Nameless(file) => file,
            Self::Named(unfinished) => unfinished.file.as_file(),
        }
    }

    /// Gives the file its name in one step.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] where something has the name and is to be kept.
    pub fn take_name(self, path: &Path, existing: Existing) -> io::Result<()> {
        let unfinished = match self {
            Self::Named(unfinished) => unfinished,
            #[cfg(target_os = "linux")]
            Self::Nameless(file) => match linux::link(&file, path) {
                Err(error)
                    if error.kind() == io::ErrorKind::AlreadyExists
                        && existing == Existing::Replace =>
                {
                    // No call replaces a name by a nameless file: a whole file has a second name
                    // for a moment.
                    beside(file, &directory_of(path))?
                }
                linked => return linked,
            },
        };
        unfinished.persist(path, existing)
    }
}

/// A nameless file under a name of its own.
#[cfg(target_os = "linux")]
fn beside(file: File, directory: &Path) -> io::Result<Unfinished> {
    let link = |name: &Path| linux::link(&file, name).and_then(|()| file.try_clone());
    let builder = builder();
    signals::register(|| -> io::Result<NamedTempFile> { builder.make_in(directory, link) })
}

fn builder() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX);
    builder
}

/// The permissions of a new file, before the user's mask.
#[cfg(unix)]
fn mode(access: Access) -> u32 {
    match access {
        Access::Owner => 0o600,
        Access::Public => 0o644,
    }
}

/// Directories that this program has made. Dropped, those that are still empty are gone again.
#[derive(Debug)]
#[must_use = "dropped, it removes what is empty"]
pub struct Directory {
    /// Outermost first.
    made: Vec<signals::MadeDirectory>,
}

impl Directory {
    /// Makes a directory and those above it, as far as they are missing.
    pub(super) fn make(path: &Path) -> io::Result<Self> {
        let missing: Vec<&Path> = path.ancestors().take_while(|part| is_missing(part)).collect();
        let mut made = Vec::with_capacity(missing.len());
        for part in missing.into_iter().rev() {
            made.extend(signals::make_directory(part)?);
        }
        Ok(Self { made })
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // The innermost first.
        while self.made.pop().is_some() {}
    }
}

fn is_missing(path: &Path) -> bool {
    !path.as_os_str().is_empty() && path.symlink_metadata().is_err()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        fs::OpenOptions,
        os::{fd::AsRawFd, unix::fs::OpenOptionsExt},
    };

    use rustix::{
        fs::{AtFlags, CWD, OFlags, linkat},
        io::Errno,
    };

    use super::{Access, File, Path, PathBuf, io, mode};

    /// The directory through which nameless files get a name.
    const DESCRIPTORS: &str = "/proc/self/fd";

    /// A file in `directory` without a name, or `None` where system or file system have no such
    /// thing.
    pub fn nameless(directory: &Path, access: Access) -> io::Result<Option<File>> {
        if !Path::new(DESCRIPTORS).is_dir() {
            return Ok(None);
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).mode(mode(access));
        options.custom_flags(OFlags::TMPFILE.bits().cast_signed());
        match options.open(directory) {
            Ok(file) => Ok(Some(file)),
            // Older systems take the flag for another, and open the directory itself.
            Err(error) => match Errno::from_io_error(&error) {
                Some(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOENT) => Ok(None),
                _ => Err(error),
            },
        }
    }

    /// Gives a nameless file a name that nothing has.
    pub fn link(file: &File, name: &Path) -> io::Result<()> {
        let open: PathBuf = [DESCRIPTORS, &file.as_raw_fd().to_string()].iter().collect();
        linkat(CWD, open, CWD, name, AtFlags::SYMLINK_FOLLOW).map_err(io::Error::from)
    }
}
