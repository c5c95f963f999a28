//! Groth16 over BLS12-381, for statements of three public inputs.
//!
//! - [`Proof`], [`VerifyingKey`]: validated points, from canonical bytes
//! - [`PreparedVerifyingKey`]: what verification reads; made once for each key
//! - [`verify`]: the pairing equation
//! - [`batch`]: several proofs at once
//!
//! Symbols, the equation and the keys that are refused: [`notation`](crate::notes::notation).

pub mod batch;

mod encoding;
mod keys;
mod verify;

pub use encoding::Proof;
pub use keys::{PREPARED_LEN, PreparedVerifyingKey, VerifyingKey};
pub use verify::{verify, verify_bytes};

/// Bytes of a proof.
pub const PROOF_LEN: usize = 192;
/// Bytes of a verifying key.
pub const VERIFYING_KEY_LEN: usize = 528;
/// Public inputs of a statement.
pub const INPUTS: usize = 3;
