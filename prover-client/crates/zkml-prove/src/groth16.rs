//! Groth16 over BLS12-381 for a synthesised circuit (Groth: *On the Size of Pairing-based
//! Non-interactive Arguments*, EUROCRYPT 2016, section 3.2).
//!
//! ```text
//! A = α + Σ_j w_j u_j(τ) + r δ                                   in G1
//! B = β + Σ_j w_j v_j(τ) + s δ                                   in G2
//! C = Σ_{j private} w_j L_j + h(τ) Z(τ) / δ + s A + r B - r s δ    in G1
//! e(A, B) = e(α, β) · e(Σ_{j public} w_j IC_j, γ) · e(C, δ)
//! L_j  = (β u_j(τ) + α v_j(τ) + t_j(τ)) / δ                      IC_j the same over γ
//! ```
//!
//! | symbol | here |
//! |---|---|
//! | `u_j`, `v_j`, `t_j` | columns of A, B and C of [`Matrices`](r1cs::Matrices), as polynomials over the domain |
//! | `Z(X) = X^n - 1` | zero on the domain of size `n` |
//! | `h` | `(Σ w_j u_j · Σ w_j v_j - Σ w_j t_j) / Z`, kept by its values on the domain's coset by 7 |
//!
//! Two differences from bellman's own prover: `h` is never brought back to coefficients, since the
//! key holds the coset's Lagrange basis instead of powers; and all curve arithmetic is blst's.
//! Nothing here runs in constant time: whoever can time a prover learns something about its input.
//!
//! - [`circuit`]: a model as a rank-1 constraint system; [`gadgets`]: its constraints, one file for
//!   each operator; [`linear_combination`]: wires with ranges
//! - [`r1cs`]: matrices and assignment; [`report`]: constraints by layer
//! - [`commitment`], [`poseidon`]: the sponge of input commitments
//! - [`setup`](mod@setup): keys of a circuit, from secrets that are forgotten
//! - [`prove`](mod@prove): a proof for an input and a context
//! - [`verify`](mod@verify): the equation of the proof, for a prover's check of its own work
//! - [`audit`](mod@audit): keys of an open model against its circuit, by anybody
//! - [`keys`]: verifying and proving keys; [`system`]: the implementation of [`ProofSystem`]
//! - [`file`](mod@file): the proving key's file
//! - [`transcript`]: the part of a setup that an audit needs
//! - [`error`], in this module: reasons of failure
//!
//! Curves, domains and multiplication are the crate `groth16_blst`.

pub mod audit;
pub mod circuit;
pub mod codec;
pub mod commitment;
pub mod error;
pub mod file;
pub mod gadgets;
pub mod keys;
pub mod linear_combination;
pub mod poseidon;
pub mod prove;
pub mod r1cs;
pub mod report;
pub mod setup;
pub mod system;
#[cfg(feature = "test-support")]
pub mod testing;
pub mod transcript;
pub mod verify;

use groth16_blst::{curve, domain, fixed_base, msm};

pub use audit::{AuditReport, audit};
pub use circuit::ModelCircuit;
pub use error::{AuditError, KeyError, ProveError, SetupError};
pub use file::{KeyStream, ProvingKeyHeader};
pub use keys::{ProvingKey, VerifyingKey};
pub use prove::{prove, prove_from_file};
pub use setup::{Setup, SetupSession, setup};
pub use system::{Groth16, Keys};
pub use transcript::Transcript;

#[cfg(doc)]
use crate::ProofSystem;

/// A proof with its statement.
pub type ProofWithStatement = crate::ProofWithStatement<[u8; keys::PROOF_LEN]>;
/// An opening for proofs with Groth16.
pub type Opening = crate::Opening<Groth16>;

#[cfg(test)]
mod tests;
