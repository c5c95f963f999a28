//! Removes unfinished files when the process is told to end.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process,
    sync::{Mutex, MutexGuard},
    thread,
};

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM},
    iterator::Signals,
};
use tempfile::NamedTempFile;

use super::{Existing, FileError};

static UNFINISHED: Mutex<Vec<Left>> = Mutex::new(Vec::new());
/// The function that takes the next signal instead of ending the process.
static TAKER: Mutex<Option<Taker>> = Mutex::new(None);

type Taker = Box<dyn FnOnce() + Send>;

/// The files that a signal removes.
#[derive(PartialEq, Eq)]
enum Left {
    File(PathBuf),
    /// Only if it is empty.
    Directory(PathBuf),
}

impl Left {
    /// There is nobody to tell of a failure.
    fn remove(&self) {
        let _ = match self {
            Self::File(path) => fs::remove_file(path),
            Self::Directory(path) => fs::remove_dir(path),
        };
    }
}

/// The next signal to end calls `taker` and does not end the process; the one after it does.
pub fn take_next_signal(taker: impl FnOnce() + Send + 'static) {
    *TAKER.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(Box::new(taker));
}

/// From now on, SIGINT, SIGTERM, SIGQUIT and SIGHUP remove unfinished files and end the process
/// with 128 and the signal's number, as shells report it. None of them dumps memory. Where SIGHUP
/// is ignored, as under nohup, it stays ignored.
///
/// # Errors
/// The system refuses.
pub fn clean_up_on_signals() -> Result<(), FileError> {
    let ends =
        [SIGINT, SIGTERM, SIGQUIT].into_iter().chain((!is_ignored(SIGHUP)).then_some(SIGHUP));
    let mut signals = Signals::new(ends).map_err(FileError::Signals)?;
    let wait = move || {
        for signal in signals.forever() {
            if let Some(taker) =
                TAKER.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take()
            {
                taker();
                continue;
            }
            // Kept locked until the end, so that no other file is begun.
            let unfinished = unfinished();
            unfinished.iter().rev().for_each(Left::remove);
            process::exit(128 + signal);
        }
    };
    thread::Builder::new().name("signals".into()).spawn(wait).map_err(FileError::Signals)?;
    Ok(())
}

/// Returns `true` if this process was started with a signal ignored. Linux says so; elsewhere it
/// counts as ignored and is left alone.
fn is_ignored(signal: i32) -> bool {
    let Ok(status) = fs::read_to_string("/proc/self/status") else { return true };
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_none_or(|mask| mask >> (signal - 1) & 1 == 1)
}

fn unfinished() -> MutexGuard<'static, Vec<Left>> {
    UNFINISHED.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// An unfinished file that a signal removes. Dropped, it is gone; fields are dropped in their
/// order.
pub(super) struct Unfinished {
    pub file: NamedTempFile,
    registered: Registered,
}

impl Unfinished {
    /// Gives the file its name.
    pub fn persist(self, path: &Path, existing: Existing) -> io::Result<()> {
        let Self { file, registered } = self;
        let result = match existing {
            Existing::Keep => file.persist_noclobber(path),
            Existing::Replace => file.persist(path),
        };
        let result = result.map(drop).map_err(|error| error.error);
        drop(registered);
        result
    }
}

/// Creates an unfinished file and registers it. No signal comes in between.
pub(super) fn register(
    create: impl FnOnce() -> io::Result<NamedTempFile>,
) -> io::Result<Unfinished> {
    let mut unfinished = unfinished();
    let file = create()?;
    unfinished.push(Left::File(file.path().into()));
    let registered = Registered(Left::File(file.path().into()));
    Ok(Unfinished { file, registered })
}

/// A directory that is gone when this is dropped, if it is empty.
#[derive(Debug)]
pub(super) struct MadeDirectory(PathBuf);

/// Makes a directory and registers it; `None` if it is there already.
pub(super) fn make_directory(path: &Path) -> io::Result<Option<MadeDirectory>> {
    let mut unfinished = unfinished();
    match fs::create_dir(path) {
        Ok(()) => {
            unfinished.push(Left::Directory(path.into()));
            Ok(Some(MadeDirectory(path.into())))
        }
        Err(_) if path.is_dir() => Ok(None),
        Err(error) => Err(error),
    }
}

impl Drop for MadeDirectory {
    fn drop(&mut self) {
        let left = Left::Directory(std::mem::take(&mut self.0));
        let mut unfinished = unfinished();
        left.remove();
        unfinished.retain(|other| *other != left);
    }
}

/// Keeps a file registered.
struct Registered(Left);

impl Drop for Registered {
    fn drop(&mut self) {
        unfinished().retain(|left| *left != self.0);
    }
}
