//! Removes unfinished files when the process is told to end.

use std::{
    fs,
    path::PathBuf,
    process,
    sync::{Mutex, MutexGuard},
    thread,
};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::Signals,
};
use tempfile::NamedTempFile;

use super::FileError;

static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
/// Who takes the next signal instead of ending the process.
static TAKER: Mutex<Option<Taker>> = Mutex::new(None);

type Taker = Box<dyn FnOnce() + Send>;

/// The next SIGINT or SIGTERM calls `taker` and does not end the process; the one after it does.
pub fn take_next_signal(taker: impl FnOnce() + Send + 'static) {
    *TAKER.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(Box::new(taker));
}

/// From now on, SIGINT and SIGTERM remove unfinished files and end the process with 128 and the signal's number, as
/// shells report it. SIGHUP stays as it is: under nohup it is ignored.
///
/// # Errors
/// The system refuses.
pub fn clean_up_on_signals() -> Result<(), FileError> {
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(FileError::Signals)?;
    let wait = move || {
        for signal in signals.forever() {
            if let Some(taker) = TAKER.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take() {
                taker();
                continue;
            }
            // Kept locked until the end, so that no other file is begun.
            let unfinished = unfinished();
            unfinished.iter().for_each(|path| drop(fs::remove_file(path)));
            process::exit(128 + signal);
        }
    };
    thread::Builder::new().name("signals".into()).spawn(wait).map_err(FileError::Signals)?;
    Ok(())
}

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// An unfinished file that a signal removes. Dropped, it is gone; fields are dropped in their order.
pub(super) struct Unfinished {
    pub file: NamedTempFile,
    pub registered: Registered,
}

/// Creates an unfinished file and registers it. No signal comes in between.
pub(super) fn register<E>(create: impl FnOnce() -> Result<NamedTempFile, E>) -> Result<Unfinished, E> {
    let mut unfinished = unfinished();
    let file = create()?;
    unfinished.push(file.path().into());
    let registered = Registered(file.path().into());
    Ok(Unfinished { file, registered })
}

/// Keeps a file registered.
pub(super) struct Registered(PathBuf);

impl Drop for Registered {
    fn drop(&mut self) {
        unfinished().retain(|path| *path != self.0);
    }
}
