//! Errors of keys, proofs and audits.

use std::path::PathBuf;

use crate::error::{CircuitError, VerifyError};

/// Errors of a setup.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The circuit is larger than the field's largest domain.
    #[error(
        "the circuit has {0} constraints, more than the field has room for; use a smaller model"
    )]
    TooLarge(usize),
    /// The operating system's generator of random numbers failed.
    #[error(
        "no randomness from the operating system: {0}; try again when the system's generator is ready"
    )]
    Random(rand_core::Error),
}

/// Errors of a prover.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The key belongs to another circuit.
    #[error(
        "the proving key is of another model (circuit {key}, the model's is {circuit}); use the key made for this model"
    )]
    OtherModel {
        /// The key's circuit digest, hexadecimal.
        key: String,
        /// The model's circuit digest, hexadecimal.
        circuit: String,
    },
    /// The key's counts do not fit the circuit.
    #[error(
        "the proving key has {got} points in {section}, the circuit needs {expected}; make the keys again"
    )]
    KeyShape {
        /// Part of the key.
        section: &'static str,
        /// Points needed.
        expected: usize,
        /// Points there.
        got: usize,
    },
    /// A key that could switch the blinding off, made by somebody who wants to see inputs.
    #[error(
        "the proving key's {0} is not the verifying key's, so that its proofs might not hide the input; do not use this key, and audit keys that others give you"
    )]
    Blinding(&'static str),
    /// The opening or the context does not fit.
    #[error(transparent)]
    Circuit(#[from] CircuitError),
    /// The key's file cannot be read, or is damaged.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The witness does not satisfy the circuit: an error of this program.
    #[error(
        "constraint {row} in layer `{layer}` does not hold; this is a bug, please report the model that shows it"
    )]
    Unsatisfied {
        /// Index of the constraint.
        row: usize,
        /// Its layer.
        layer: String,
    },
    /// The finished proof does not verify.
    #[error(
        "the finished proof is not valid under its own key: {0}; the proving key is corrupt: audit it or make the keys again"
    )]
    SelfCheck(#[source] VerifyError),
    /// The statement of the finished proof has no answer: an error of this program.
    #[error(
        "the proved output is not an answer; this is a bug, please report the model that shows it"
    )]
    NoAnswer,
    /// The operating system's generator of random numbers failed.
    #[error(
        "no randomness from the operating system: {0}; try again when the system's generator is ready"
    )]
    Random(rand_core::Error),
}

/// The reason why bytes or a file are not a key or a transcript.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// There is a file already.
    #[error("{path} exists already and is not overwritten; move it away or choose another name")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The first bytes are not those of this kind of file.
    #[error("not a {what} (byte 0); give the file that `zkinfer keys setup` wrote")]
    Magic {
        /// Kind of file.
        what: &'static str,
    },
    /// The version is not known.
    #[error("{what} of version {got}, known is {known}; make the keys again with this program")]
    Version {
        /// Kind of file.
        what: &'static str,
        /// Version found.
        got: u16,
        /// Version known.
        known: u16,
    },
    /// Another number of bytes than the header says.
    #[error("{what} of {got} bytes instead of {expected}; the file is {}: copy it again", if .got < .expected { "truncated" } else { "too long" })]
    Length {
        /// Kind of file.
        what: &'static str,
        /// Bytes by the header.
        expected: u64,
        /// Bytes there.
        got: u64,
    },
    /// A header field is out of bounds.
    #[error(
        "{what}: header field `{field}` is {got}, which is not possible; copy the file again or make the keys again"
    )]
    Header {
        /// Kind of file.
        what: &'static str,
        /// The field.
        field: &'static str,
        /// Its value.
        got: u64,
    },
    /// The bytes are not those that were written.
    #[error(
        "{what}: checksum of its {part} does not match; the file is damaged: copy it again or make the keys again"
    )]
    Checksum {
        /// Kind of file.
        what: &'static str,
        /// Header or whole.
        part: &'static str,
    },
    /// A point is not valid.
    #[error(
        "{what}: point {index} of {section} is not valid; the file is damaged: copy it again or make the keys again"
    )]
    Point {
        /// Kind of file.
        what: &'static str,
        /// Part of the file.
        section: &'static str,
        /// Index within the part.
        index: usize,
    },
}

impl KeyError {
    pub(crate) fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| KeyError::Io { path, source }
    }
}

/// The reason why an audit could not be done. What an audit finds is in its report.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The operating system's generator of random numbers failed.
    #[error(
        "no randomness from the operating system: {0}; try again when the system's generator is ready"
    )]
    Random(rand_core::Error),
    /// The circuit is larger than the field's largest domain.
    #[error(
        "the circuit has {0} constraints, more than the field has room for; use a smaller model"
    )]
    TooLarge(usize),
}
