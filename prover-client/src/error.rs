//! Errors of commands, their hints, and exit codes.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done |
//! | 1 | failed, or the answer is negative: a proof that does not verify, an audit that fails |
//! | 2 | the command line is wrong |
//! | 3 | everything checked is valid, and more had to be checked: an audit without the proving key |

use std::{path::Path, process::ExitCode};

use zkinfer::files::FileError;
#[cfg(feature = "chain")]
use zkinfer_client::{error::ChainError, submit::Succeeded};

/// The error of a command.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The SDK's own: files, arguments, keys.
    #[error(transparent)]
    Sdk(#[from] zkinfer::Error),
    /// The command has printed a negative answer. There is nothing to add.
    #[error("the answer is negative")]
    Negative,
    /// The command has printed that everything it checked is valid, and that more must be checked.
    #[error("the answer is partial")]
    Partial,
    /// The reader of the output has gone. Nobody would see a message.
    #[error("nobody reads the output")]
    OutputClosed,
    /// A call is done on chain, and a later step of the command failed.
    #[cfg(feature = "chain")]
    #[error("{call} is done (transaction {tx_hash} in block {block}), but then: {source}")]
    AfterCall {
        /// The call, `Pallet.call`.
        call: String,
        /// Its transaction.
        tx_hash: String,
        /// The number of its block.
        block: u64,
        /// The failure of the later step.
        source: Box<Error>,
    },
    /// The on-chain half.
    #[cfg(feature = "chain")]
    #[error(transparent)]
    Chain(#[from] ChainError),
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        Self::Sdk(error.into())
    }
}

impl Error {
    /// Adds the path of the file in which an error lies.
    pub fn in_file<E>(path: &Path) -> impl FnOnce(E) -> Self + use<E>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let in_file = zkinfer::Error::in_file(path);
        move |source| Self::Sdk(in_file(source))
    }

    /// Adds to an error that a call before it is done on chain. Negative answers stay unchanged.
    #[cfg(feature = "chain")]
    pub fn after(sent: &Succeeded) -> impl FnOnce(Self) -> Self + use<> {
        let (call, tx_hash, block) =
            (sent.call().to_owned(), sent.included.tx_hash.clone(), sent.included.block);
        move |error| match error {
            silent if silent.is_silent() => silent,
            source => Self::AfterCall { call, tx_hash, block, source: Box::new(source) },
        }
    }

    /// Returns a failure without a hint.
    pub fn failed(message: impl ToString) -> Self {
        zkinfer::Error::failed(message).into()
    }

    /// Returns an error about contradicting or missing options.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        zkinfer::Error::argument(message, hint).into()
    }

    /// Adds a remedy to a failure that has none.
    pub fn with_hint(self, remedy: impl Into<String>) -> Self {
        match self {
            Self::Sdk(error) => Self::Sdk(error.with_hint(remedy)),
            other => other,
        }
    }

    /// Returns the remedy, if the message itself does not name it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Sdk(error) => error.hint(),
            #[cfg(feature = "chain")]
            Self::Chain(error) => error.hint(),
            #[cfg(feature = "chain")]
            Self::AfterCall { source, .. } => {
                let remedy = source.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
                Some(format!("do not send it again{remedy}"))
            }
            Self::Negative | Self::Partial | Self::OutputClosed => None,
        }
    }

    /// Returns `true` if there is nothing to tell.
    pub fn is_silent(&self) -> bool {
        matches!(self, Self::Negative | Self::Partial | Self::OutputClosed)
    }

    /// The process's exit code.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Sdk(zkinfer::Error::Argument { .. }) => ExitCode::from(2),
            Self::Partial => ExitCode::from(3),
            _ => ExitCode::FAILURE,
        }
    }
}
