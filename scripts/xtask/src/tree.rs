//! The files of the repository.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A text file under version control.
pub struct File {
    /// Its path from the root.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Reads the text files under version control whose names end in one of `extensions`.
///
/// # Errors
/// Git cannot list the files.
pub fn files(extensions: &[&str]) -> Result<Vec<File>, String> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .map_err(|error| format!("cannot run git: {error}; install git"))?;
    let names = String::from_utf8_lossy(&listed.stdout).into_owned();
    let wanted = |name: &&str| {
        extensions.iter().any(|end| Path::new(name).extension().is_some_and(|e| e == *end))
    };
    let read = |name: &str| {
        let text = fs::read_to_string(root().join(name)).ok()?;
        Some(File { path: name.to_owned(), text })
    };
    Ok(names.lines().filter(wanted).filter_map(read).collect())
}

/// The crate of a file: the nearest directory above it that has a manifest.
pub fn crate_of(path: &str) -> String {
    let mut directory = Path::new(path).parent();
    while let Some(here) = directory {
        if root().join(here).join("Cargo.toml").exists() && !here.as_os_str().is_empty() {
            return here.to_string_lossy().into_owned();
        }
        directory = here.parent();
    }
    "the root".into()
}
