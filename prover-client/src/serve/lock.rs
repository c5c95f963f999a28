//! One process for one store: two would sign with the same account's nonces and pay for each other's transactions.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{error::Error, files::FileError};

/// Whoever asks for the status holds the lock for a moment.
const ATTEMPTS: usize = 5;
const PAUSE: Duration = Duration::from_millis(100);

/// Holds the state directory until it is dropped, or the process ends in any way.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

fn path(state: &Path) -> PathBuf {
    state.join("lock")
}

fn open(state: &Path) -> Result<File, Error> {
    let path = path(state);
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    opened.map_err(|source| FileError::Write { path, source }.into())
}

/// Takes the state directory.
///
/// # Errors
/// Another process holds it, or it cannot be written.
pub fn take(state: &Path) -> Result<Lock, Error> {
    let mut file = open(state)?;
    let mut taken = file.try_lock();
    for _ in 0..ATTEMPTS {
        match taken {
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            _ => break,
        }
        taken = file.try_lock();
    }
    match taken {
        Ok(()) => {
            // For people who look; the lock itself is the system's.
            let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
            Ok(Lock { _file: file })
        }
        Err(TryLockError::WouldBlock) => {
            Err(Error::failed(format!("another `zkinfer serve` works with {}", state.display())).with_hint(
                "stop it first, or give this one a directory of its own with --state, and another account",
            ))
        }
        Err(TryLockError::Error(source)) => Err(FileError::Write { path: path(state), source }.into()),
    }
}

/// Whether a process holds the state directory.
pub fn is_held(state: &Path) -> bool {
    let Ok(file) = OpenOptions::new().read(true).open(path(state)) else { return false };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_process_is_refused_until_the_first_is_gone() {
        let directory = tempfile::tempdir().expect("a directory");
        assert!(!is_held(directory.path()));
        let first = take(directory.path()).expect("free");
        assert!(is_held(directory.path()));
        let second = take(directory.path()).expect_err("held");
        assert!(second.hint().expect("a hint").contains("--state"), "{second}");
        drop(first);
        assert!(!is_held(directory.path()));
        take(directory.path()).expect("free again");
    }
}
