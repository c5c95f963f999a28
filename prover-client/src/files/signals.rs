//! Removes unfinished files when the process is told to end.

use std::{
    fs,
    path::{Path, PathBuf},
    process,
    sync::{Mutex, MutexGuard},
};

use super::FileError;

/// Exit code of a process that SIGINT ends, as shells report it.
const INTERRUPTED: i32 = 130;

static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// From now on, SIGINT, SIGTERM and SIGHUP remove unfinished files and end the process with code 130.
///
/// # Errors
/// The system refuses, or there is a handler already.
pub fn clean_up_on_signals() -> Result<(), FileError> {
    ctrlc::set_handler(|| {
        // Kept locked until the end, so that no other file is begun.
        let unfinished = unfinished();
        unfinished.iter().for_each(|path| drop(fs::remove_file(path)));
        process::exit(INTERRUPTED);
    })?;
    Ok(())
}

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Registers an unfinished file until the result is dropped.
pub(super) fn register(path: &Path) -> Registered {
    unfinished().push(path.into());
    Registered(path.into())
}

pub(super) struct Registered(PathBuf);

impl Drop for Registered {
    fn drop(&mut self) {
        unfinished().retain(|path| *path != self.0);
    }
}
