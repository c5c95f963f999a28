//! Proofs of inference: circuits, keys and proofs of quantised models, in proof systems side by
//! side.
//!
//! - [`proof_system`]: the interface of a proof system, and a proof with its statement
//! - [`groth16`]: rank-1 constraints and Groth16 over BLS12-381: a setup for each circuit, private
//!   weights
//! - [`halo2`]: Halo2 over Pasta: no setup, open models
//! - [`opening`]: an input with its blinder, as a file or an on-chain payload
//! - [`commitment`]: the hiding commitment to an input
//! - [`estimate`]: constraints, time and memory before anything is built
//! - [`progress`]: progress reporting of long-running operations
//! - [`error`]: errors of circuits and of verification
//! - [`random`]: secret scalars, from the operating system and from a hash of their purpose
//! - [`secret`]: lists of secrets that leave nothing behind when they grow
//!
//! The two folders have one shape: `circuit`, `commitment`, `keys`, `prove`, `verify`, `error`.
#![doc = include_str!("../README.md")]

pub mod commitment;
pub mod error;
pub mod estimate;
pub mod groth16;
pub mod halo2;
pub mod opening;
pub mod progress;
pub mod proof_system;
pub mod random;

pub use groth16_blst::secret;

pub use error::{CircuitError, VerifyError};
pub use groth16::Groth16;
pub use halo2::Halo2;
pub use opening::Opening;
pub use proof_system::{ProofSystem, ProofWithStatement};

#[cfg(test)]
mod small;
