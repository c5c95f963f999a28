//! Halo2 over Vesta with the inner-product argument: accepts the proofs of halo2_proofs 0.4.
//!
//! No setup is trusted: the generators are hashed to the curve from nothing. Scalars are in Fp, the
//! points on Vesta (`vesta::Affine`, `EqAffine` in halo2_proofs), coordinates in Fq.
//!
//! The circuit, whatever the commitment scheme (generic over the scalar field):
//! - [`layout`], [`expression`]: columns, queries, gates, lookups
//! - [`domain`]: roots of unity, Lagrange polynomials
//! - [`plonk`]: the messages in order; [`permutation`], [`lookup`], [`vanishing`]: the arguments
//! - [`multiopen`]: many openings become one
//!
//! The commitment scheme:
//! - [`point`], [`transcript`]: Vesta, Blake2b
//! - [`ipa`]: the inner-product argument; [`accumulator`]: its check, for one proof or many
//! - [`generators`]: the public points, and where they are kept
//! - [`backend`]: who adds up points
//!
//! Keys and calls:
//! - [`key`]: verifying keys, their encoding, bounds ([`bounds`]) and proof length; [`pinned`]: the
//!   text that halo2_proofs hashes
//! - [`verify`]: one proof, a batch
//! - [`statement`]: which keys a chain accepts
//! - [`error`]: what was wrong, and whose fault it is
//!
//! # Differences from halo2_proofs
//! It accepts and rejects what `verify_proof` with `SingleVerifier` does, but for these:
//!
//! | | halo2_proofs | here |
//! |---|---|---|
//! | bytes after the proof | ignored | refused |
//! | an instance column with fewer rows than the circuit reads | padded with zeros | refused: the key says how many rows |
//! | a challenge that falls into the domain (chance 2⁻²⁴⁰) | panics | rejected |

pub mod accumulator;
pub mod backend;
pub mod bounds;
pub mod domain;
pub mod error;
pub mod expression;
pub mod generators;
pub mod ipa;
pub mod key;
pub mod layout;
mod length;
pub mod lookup;
pub mod multiopen;
pub mod permutation;
pub mod pinned;
pub mod plonk;
pub mod point;
pub mod statement;
pub mod transcript;
pub mod vanishing;
pub mod verify;
