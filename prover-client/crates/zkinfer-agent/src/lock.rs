//! One process for one store: two would sign with the same account's nonces and pay for each
//! other's transactions.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use zkinfer::Error;
use zkinfer::files::FileError;

/// Whoever asks for the status holds the lock for a moment.
const ATTEMPTS: usize = 20;
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
        Err(TryLockError::WouldBlock) => Err(Error::failed(format!(
            "another `zkinfer serve` works with {}",
            state.display()
        ))
        .with_hint(
            "stop it first, or give this one a directory of its own (option `state`), and another account",
        )),
        Err(TryLockError::Error(source)) => {
            Err(FileError::Write { path: path(state), source }.into())
        }
    }
}

/// Takes the state directory for a moment, to look into it; `None` when a process holds it.
///
/// # Errors
/// It cannot be opened.
pub fn borrow(state: &Path) -> Result<Option<Lock>, Error> {
    let file = open(state)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => {
            Err(FileError::Write { path: path(state), source }.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_process_is_refused_until_the_first_is_gone() {
        let directory = tempfile::tempdir().expect("a directory");
        drop(borrow(directory.path()).expect("opened").expect("free"));
        let first = take(directory.path()).expect("free");
        assert!(borrow(directory.path()).expect("opened").is_none());
        let second = take(directory.path()).expect_err("held");
        assert!(second.hint().expect("a hint").contains("option `state`"), "{second}");
        drop(first);
        let glance = borrow(directory.path()).expect("opened").expect("free again");
        // Whoever only looks is waited for.
        let waiting = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| take(directory.path()));
            std::thread::sleep(PAUSE);
            drop(glance);
            waiting.join().expect("no panic")
        });
        waiting.expect("free in a moment");
    }
}
