//! Openings of jobs that this prover has taken on: a file for each commitment, for its owner alone,
//! removed when the job is over.
//!
//! An opening that came off chain cannot be had again, and without it a claim is a lost bond. So it
//! is on disk, synchronised, before the claim is signed.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;
use zkinfer_primitives::InputCommitment;

use zkinfer::files::{self, Access, Existing, FileError};

const WHAT: &str = "opening";
const EXTENSION: &str = "opening";

/// The folder of openings.
#[derive(Clone, Debug)]
pub struct Vault {
    directory: PathBuf,
}

impl Vault {
    /// The vault in this directory, which is made for its owner alone.
    ///
    /// # Errors
    /// The directory cannot be made.
    pub fn open(directory: &Path) -> Result<Self, FileError> {
        private_directory(directory)?;
        Ok(Self { directory: directory.into() })
    }

    /// Keeps an opening.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn put(&self, commitment: &InputCommitment, opening: &[u8]) -> Result<(), FileError> {
        files::write_bytes(&self.path(commitment), Access::Owner, Existing::Replace, opening)
    }

    /// An opening that was kept, of at most `limit` bytes.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn get(
        &self,
        commitment: &InputCommitment,
        limit: u64,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, FileError> {
        let path = self.path(commitment);
        if !path.exists() {
            return Ok(None);
        }
        files::read_secret(&path, WHAT, limit).map(Some)
    }

    /// Forgets all but these. What is no opening of ours stays.
    ///
    /// # Errors
    /// One cannot be removed.
    pub fn keep_only(&self, wanted: &BTreeSet<InputCommitment>) -> Result<usize, FileError> {
        let failed = |source| FileError::Read {
            path: self.directory.clone(),
            what: "folder of openings",
            source,
        };
        let mut removed = 0;
        for entry in fs::read_dir(&self.directory).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let Some(commitment) = commitment_of(&path) else { continue };
            if !wanted.contains(&commitment) {
                fs::remove_file(&path).map_err(|source| FileError::Write { path, source })?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    fn path(&self, commitment: &InputCommitment) -> PathBuf {
        self.directory.join(format!("{}.{EXTENSION}", hex::encode(commitment.0)))
    }
}

/// Makes a directory that its owner alone can enter.
///
/// # Errors
/// The system refuses.
pub fn private_directory(directory: &Path) -> Result<(), FileError> {
    let failed = |source| FileError::Write { path: directory.into(), source };
    fs::create_dir_all(directory).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(directory, fs::Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(())
}

fn commitment_of(path: &Path) -> Option<InputCommitment> {
    if path.extension()? != EXTENSION {
        return None;
    }
    let bytes = hex::decode(path.file_stem()?.to_str()?).ok()?;
    bytes.try_into().ok().map(InputCommitment)
}

/// Returns the folder in which a prover keeps openings inside its state.
pub fn directory(state: &Path) -> PathBuf {
    state.join("openings")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings_are_for_their_owner_and_go_when_nobody_wants_them() {
        let directory = tempfile::tempdir().expect("a directory");
        let vault = Vault::open(&directory.path().join("openings")).expect("made");
        let (kept, gone) = (InputCommitment([1; 32]), InputCommitment([2; 32]));
        vault.put(&kept, b"kept").expect("written");
        vault.put(&gone, b"gone").expect("written");
        fs::write(vault.directory.join("notes.txt"), "mine").expect("written");
        assert!(!files::is_exposed(&vault.path(&kept)));
        assert!(!files::is_exposed(&vault.directory));
        assert_eq!(vault.keep_only(&[kept].into()).expect("removed"), 1);
        assert_eq!(vault.get(&kept, 10).expect("read").expect("there").as_slice(), b"kept");
        assert!(vault.get(&gone, 10).expect("read").is_none());
        assert!(vault.get(&kept, 3).is_err(), "longer than an opening of this model can be");
        assert!(vault.directory.join("notes.txt").exists());
    }
}
