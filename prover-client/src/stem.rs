//! The stem of the files that a command writes.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

/// The name of a command's files without extension: a name, and never a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stem(OsString);

/// The reason why some text is not a [`Stem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}; give a name such as mnist, without directories: those go into --out")]
pub struct StemError(&'static str);

impl Stem {
    /// Reads `--stem`.
    ///
    /// # Errors
    /// [`StemError`] for all that would not name a file in the directory itself.
    pub fn parse(name: OsString) -> Result<Self, StemError> {
        let bytes = name.as_encoded_bytes();
        if bytes.is_empty() {
            return Err(StemError("it is empty"));
        }
        if name == "." || name == ".." {
            return Err(StemError("it is a directory"));
        }
        if bytes.contains(&0) {
            return Err(StemError("it holds a zero byte"));
        }
        if bytes.contains(&b'/') || name.to_string_lossy().contains(std::path::is_separator) {
            return Err(StemError("it holds a separator of directories"));
        }
        Ok(Self(name))
    }

    /// Reads `--stem` for clap.
    pub fn parser() -> impl clap::builder::TypedValueParser<Value = Self> {
        clap::builder::TypedValueParser::try_map(
            clap::builder::OsStringValueParser::new(),
            Self::parse,
        )
    }

    /// The name of a file without its directory and its last extension, byte for byte.
    pub fn of(path: &Path) -> Self {
        Self(path.file_stem().unwrap_or(OsStr::new("model")).to_owned())
    }

    /// `directory/stem.extension`.
    pub fn named(&self, directory: &Path, extension: &str) -> PathBuf {
        let mut name = self.0.clone();
        name.push(".");
        name.push(extension);
        directory.join(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_is_a_name_and_no_path() {
        for (wrong, words) in [
            ("", "empty"),
            (".", "a directory"),
            ("..", "a directory"),
            ("../up", "separator"),
            ("/etc/x", "separator"),
            ("a/b", "separator"),
            ("a/", "separator"),
            ("a\0b", "zero byte"),
        ] {
            let error = Stem::parse(wrong.into()).expect_err(wrong).to_string();
            assert!(error.contains(words) && error.contains("--out"), "{wrong}: {error}");
        }
        for right in ["a", "a.b", "..a", "...", "-a", "two\nlines", "réseau 🙂"] {
            let stem = Stem::parse(right.into()).expect(right);
            assert_eq!(stem.named(Path::new("d"), "zkm"), PathBuf::from(format!("d/{right}.zkm")));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_utf_8_stays_as_it_is() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(OsStr::from_bytes(b"in/caf\xe9.v1.onnx"));
        let named = Stem::of(path).named(Path::new("out"), "zkm");
        assert_eq!(named.as_os_str().as_bytes(), b"out/caf\xe9.v1.zkm");
    }
}
