//! What goes wrong, what to do about it, and exit codes.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done |
//! | 1 | failed, or the answer is negative: a proof that does not verify, an audit that fails |
//! | 2 | the command line is wrong |
//! | 3 | what was checked holds, and more had to be checked: an audit without the proving key |

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use crate::{
    chain::{error::ChainError, submit::Succeeded},
    files::FileError,
};

/// Why a command has not done what it should.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What is in a file is not what it should be. The source names the fault, its place and the
    /// remedy.
    #[error("{}: {source}", path.display())]
    In {
        /// The file.
        path: PathBuf,
        /// What is wrong with its content.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Something failed that is not a file's fault.
    #[error("{message}")]
    Failed {
        /// What, and why.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// Options contradict each other or are missing.
    #[error("{message}")]
    Usage {
        /// Which, and why.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The command has printed a negative answer. There is nothing to add.
    #[error("the answer is negative")]
    Negative,
    /// The command has printed that what it checked holds, and that this is not all there is to
    /// check.
    #[error("the answer is partial")]
    Partial,
    /// Whoever reads our output has gone. Nobody would see a message.
    #[error("nobody reads the output")]
    OutputClosed,
    /// A call is done on chain, and what was to follow is not.
    #[error("{call} is done (transaction {tx_hash} in block {block}), but then: {source}")]
    AfterCall {
        /// The call, `Pallet.call`.
        call: String,
        /// Its transaction.
        tx_hash: String,
        /// The number of its block.
        block: u64,
        /// What has failed afterwards.
        source: Box<Error>,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The on-chain half.
    #[error(transparent)]
    Chain(#[from] ChainError),
}

impl Error {
    /// Says in which file an error lies.
    pub fn in_file<E>(path: &Path) -> impl FnOnce(E) -> Self + use<E>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let path = path.to_owned();
        move |source| Self::In { path, source: source.into() }
    }

    /// Says that a call is done on chain, of an error that came after it. Negative answers stay as
    /// they are.
    pub fn after(sent: &Succeeded) -> impl FnOnce(Self) -> Self + use<> {
        let (call, tx_hash, block) =
            (sent.call().to_owned(), sent.included.tx_hash.clone(), sent.included.block);
        move |error| match error {
            silent if silent.is_silent() => silent,
            source => Self::AfterCall { call, tx_hash, block, source: Box::new(source) },
        }
    }

    /// A failure with the remedy in its message or none.
    pub fn failed(message: impl ToString) -> Self {
        Self::Failed { message: message.to_string(), hint: None }
    }

    /// Contradicting or missing options.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: Some(hint.into()) }
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

    /// What to do about it, where the message does not say so.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Failed { hint, .. } | Self::Usage { hint, .. } => hint.clone(),
            Self::File(error) => error.hint(),
            Self::Chain(error) => error.hint(),
            Self::AfterCall { source, .. } => {
                let remedy = source.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
                Some(format!("do not send it again{remedy}"))
            }
            Self::In { .. } | Self::Negative | Self::Partial | Self::OutputClosed => None,
        }
    }

    /// Whether there is anything to tell.
    pub fn is_silent(&self) -> bool {
        matches!(self, Self::Negative | Self::Partial | Self::OutputClosed)
    }

    /// The process's exit code.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage { .. } => ExitCode::from(2),
            Self::Partial => ExitCode::from(3),
            _ => ExitCode::FAILURE,
        }
    }
}
