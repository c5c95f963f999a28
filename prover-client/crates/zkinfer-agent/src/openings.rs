//! The folder into which openings are dropped that requesters deliver off chain.
//!
//! A file may have any name. It is taken for the opening of whatever commitment it opens, under the
//! kinds of input that the held models take. Files stay where they are: they are their owner's.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use zkinfer_primitives::InputCommitment;
use zkml_model::graph::InputSpec;

use zkinfer::artefacts::opening::{self, Opening};

/// More files than this are not looked at.
const MAX_FILES: usize = 10_000;

/// A file's state when it was read.
type Stamp = (Option<SystemTime>, u64);

/// The folder, and what its files open.
#[derive(Debug, Default)]
pub struct Folder {
    directory: Option<PathBuf>,
    seen: HashMap<PathBuf, Stamp>,
    found: BTreeMap<InputCommitment, PathBuf>,
}

impl Folder {
    /// The folder at this path, if there is one.
    pub fn new(directory: Option<PathBuf>) -> Self {
        Self { directory, ..Self::default() }
    }

    /// Returns `true` if openings can be dropped at all.
    pub fn is_watched(&self) -> bool {
        self.directory.is_some()
    }

    /// Looks for files that are new or have changed. Says which commitments can be opened since.
    pub fn scan(&mut self, kinds: &[&InputSpec]) -> Vec<InputCommitment> {
        let Some(directory) = &self.directory else { return Vec::new() };
        let entries = match fs::read_dir(directory) {
            Ok(entries) => entries,
            Err(error) => {
                tracing::warn!(folder = %directory.display(), %error, "cannot read the folder of openings");
                return Vec::new();
            }
        };
        let mut fresh = Vec::new();
        for entry in entries.flatten().take(MAX_FILES) {
            let path = entry.path();
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            let Some(stamp) = stamp(&path).filter(|_| !hidden) else { continue };
            if self.seen.insert(path.clone(), stamp) == Some(stamp) {
                continue;
            }
            for opening in kinds.iter().filter_map(|kind| opening::load(&path, kind).ok()) {
                let commitment = InputCommitment(opening.commitment());
                tracing::info!(file = %path.display(), commitment = %commitment, "an opening was dropped");
                self.found.insert(commitment, path.clone());
                fresh.push(commitment);
            }
        }
        fresh
    }

    /// The opening of a commitment, if it has been dropped.
    pub fn find(&self, commitment: &InputCommitment, kind: &InputSpec) -> Option<Opening> {
        let path = self.found.get(commitment)?;
        opening::load(path, kind).ok().filter(|opening| opening.commitment() == commitment.0)
    }
}

/// State of a regular file.
fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    metadata.is_file().then(|| (metadata.modified().ok(), metadata.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{input_spec, opening_of};

    #[test]
    fn a_dropped_file_is_found_by_what_it_opens_and_rubbish_is_not() {
        let directory = tempfile::tempdir().expect("a directory");
        let kind = input_spec();
        let mut folder = Folder::new(Some(directory.path().into()));
        assert!(folder.scan(&[&kind]).is_empty());
        let opening = opening_of(3);
        let commitment = InputCommitment(opening.commitment());
        fs::write(directory.path().join("anything.bin"), opening.encode().as_slice())
            .expect("written");
        fs::write(directory.path().join(".half.tmp"), opening_of(4).encode().as_slice())
            .expect("written");
        fs::write(directory.path().join("rubbish"), [0u8; 40]).expect("written");
        assert_eq!(folder.scan(&[&kind]), [commitment]);
        assert!(folder.scan(&[&kind]).is_empty(), "nothing is new");
        assert!(folder.find(&commitment, &kind).is_some());
        assert!(folder.find(&InputCommitment([9; 32]), &kind).is_none());
        fs::write(directory.path().join("anything.bin"), opening_of(5).encode().as_slice())
            .expect("written");
        assert!(folder.find(&commitment, &kind).is_none(), "the file opens something else now");
    }
}
