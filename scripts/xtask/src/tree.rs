//! The files of the repository.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The checkout that is examined.
pub struct Tree {
    root: PathBuf,
    names: Vec<String>,
    files: Vec<File>,
}

/// A text file that git does not ignore.
#[derive(Clone, Debug)]
pub struct File {
    /// The path from the root.
    pub path: String,
    /// The text.
    pub text: String,
}

impl File {
    /// Returns `true` if the file's name ends in `.` and `extension`.
    pub fn is(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|end| end == extension)
    }
}

impl Tree {
    /// Reads every text file below `root`; without `root`, of the checkout that built this program.
    ///
    /// # Errors
    /// Git cannot list the files.
    pub fn read(root: Option<PathBuf>) -> Result<Self, String> {
        let root = root.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
        let listed = Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(&root)
            .output()
            .map_err(|error| format!("cannot run git: {error}; install git"))?;
        if !listed.status.success() {
            let reason = String::from_utf8_lossy(&listed.stderr);
            return Err(format!("git cannot list {}: {}", root.display(), reason.trim()));
        }
        let names = String::from_utf8_lossy(&listed.stdout).into_owned();
        let read = |name: &str| {
            let text = fs::read_to_string(root.join(name)).ok()?;
            Some(File { path: name.to_owned(), text })
        };
        let files = names.lines().filter_map(read).collect();
        let names = names.lines().map(str::to_owned).collect();
        Ok(Self { root, names, files })
    }

    /// Builds a tree of files that exist only in memory.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let file =
            |(path, text): &(&str, &str)| File { path: (*path).into(), text: (*text).into() };
        let names = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        Self { root: PathBuf::new(), names, files: files.iter().map(file).collect() }
    }

    /// Returns the path of a file on this machine.
    pub fn join(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Returns `true` if `path` is a file or a directory.
    pub fn has(&self, path: &str) -> bool {
        let is = |name: &String| {
            name.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        path.is_empty() || self.names.iter().any(is)
    }

    /// Returns all text files.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// Returns the files whose names end in one of `extensions`.
    pub fn with_extension(
        &self,
        extensions: &'static [&'static str],
    ) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| extensions.iter().any(|extension| file.is(extension)))
    }

    /// Returns the file at `path`.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Returns the directories of all crates, with the text of their manifests.
    pub fn crates(&self) -> Vec<(&str, &File)> {
        let directory = |file: &'_ File| -> Option<usize> {
            file.path.ends_with("/Cargo.toml").then(|| file.path.len() - "/Cargo.toml".len())
        };
        let files = self.files.iter();
        files.filter_map(|file| Some((&file.path[..directory(file)?], file))).collect()
    }

    /// Returns the crate of a file: the nearest directory above it that has a manifest, or else the
    /// topmost directory.
    pub fn crate_of(&self, path: &str) -> String {
        let above = |directory: &&str| {
            path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
        };
        let crates = self.crates().into_iter().map(|(directory, _)| directory);
        let nearest = crates.filter(above).max_by_key(|name| name.len());
        let topmost = || path.split_once('/').map_or("the root", |(topmost, _)| topmost);
        nearest.unwrap_or_else(topmost).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_belongs_to_the_nearest_manifest() {
        let tree = Tree::of(&[("a/Cargo.toml", ""), ("a/b/Cargo.toml", ""), ("Cargo.toml", "")]);
        assert_eq!(tree.crate_of("a/b/src/lib.rs"), "a/b");
        assert_eq!(tree.crate_of("a/bc/lib.rs"), "a");
        assert_eq!(tree.crate_of("c/d.py"), "c");
        assert_eq!(tree.crate_of("README.md"), "the root");
    }
}
