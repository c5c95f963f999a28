//! Errors of keys and proofs.

use crate::error::{CircuitError, VerifyError};

/// Errors of a setup.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Generators of another size.
    #[error(
        "the generators are for k = {got}, the circuit has k = {expected}; make generators for the circuit"
    )]
    Generators {
        /// The circuit's.
        expected: u32,
        /// The generators'.
        got: u32,
    },
    /// Generators cannot be read.
    #[error("the file of generators cannot be read: {0}; remove it, and it will be made again")]
    Io(std::io::Error),
    /// `halo2_proofs` refused.
    #[error("key generation failed: {0}; this is a bug, please report the model that shows it")]
    Halo2(halo2_proofs::plonk::Error),
}

/// Errors of a prover.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The opening or the context does not fit.
    #[error(transparent)]
    Circuit(#[from] CircuitError),
    /// The witness does not satisfy the circuit: an error of this program.
    #[error(
        "row {row} in layer `{layer}` does not hold; this is a bug, please report the model that shows it"
    )]
    Unsatisfied {
        /// Index of the row.
        row: usize,
        /// Its layer.
        layer: String,
    },
    /// `halo2_proofs` refused.
    #[error("proving failed: {0}; this is a bug, please report the model that shows it")]
    Halo2(halo2_proofs::plonk::Error),
    /// The finished proof does not verify.
    #[error(
        "the finished proof is not valid under its own key: {0}; the generators are corrupt: make them again"
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
