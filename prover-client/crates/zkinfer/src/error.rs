//! Errors of operations on files, arguments and keys.
//!
//! Messages and hints name a parameter by its name in backticks, such as `` `max_memory` ``; a
//! program with a user interface may show it in its own way.

use std::path::{Path, PathBuf};

use crate::files::FileError;

/// The error of an operation of this crate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The content of a file is not valid. The source names the fault, its place and the remedy.
    #[error("{}: {source}", path.display())]
    In {
        /// The file.
        path: PathBuf,
        /// The fault in its content.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The operation failed for a reason that does not lie in a file.
    #[error("{message}")]
    Failed {
        /// The operation and the reason.
        message: String,
        /// The remedy.
        hint: Option<String>,
    },
    /// An argument is missing, superfluous or contradicts another one.
    #[error("{message}")]
    Argument {
        /// The argument and the fault.
        message: String,
        /// The remedy.
        hint: Option<String>,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Error {
    /// Adds the path of the file in which an error lies.
    pub fn in_file<E>(path: &Path) -> impl FnOnce(E) -> Self + use<E>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let path = path.to_owned();
        move |source| Self::In { path, source: source.into() }
    }

    /// Returns a failure without a hint.
    pub fn failed(message: impl ToString) -> Self {
        Self::Failed { message: message.to_string(), hint: None }
    }

    /// Returns an error about the arguments.
    pub fn argument(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Argument { message: message.into(), hint: Some(hint.into()) }
    }

    /// Adds a remedy to a failure that has none.
    pub fn with_hint(self, remedy: impl Into<String>) -> Self {
        match self {
            Self::Failed { message, hint: None } => {
                Self::Failed { message, hint: Some(remedy.into()) }
            }
            other => other,
        }
    }

    /// Returns the remedy, if the message itself does not name it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Failed { hint, .. } | Self::Argument { hint, .. } => hint.clone(),
            Self::File(error) => error.hint(),
            Self::In { .. } => None,
        }
    }
}
