//! Circuits of quantised models, and Groth16 over them.
//!
//! - [`circuit`]: a quantised model as a rank-1 constraint system for the statement, version 1
//! - [`gadgets`]: the constraints, one file for each ONNX operator
//! - [`poseidon`]: the Poseidon permutation and its parameters
//! - [`commitment`]: the hiding commitment to an input
//! - [`opening`]: an input with its blinder, as a file or an on-chain payload
//! - [`r1cs`]: matrices and assignment of a synthesised circuit
//! - [`report`]: constraints by layer
//! - [`groth16`]: setup, keys, proofs, audit
//! - [`halo2`]: circuit, keys and proofs without a trusted setup
//! - [`estimate`]: constraints, time and memory before anything is built
//! - [`error`]: what can go wrong while a circuit is built
//! - [`lin`]: linear combinations and wires with static ranges
//! - [`random`]: secret scalars, from the operating system and from what they are for
//! - [`secret`]: lists of secrets, which leave nothing behind when they grow

pub mod circuit;
pub mod commitment;
pub mod error;
pub mod estimate;
pub mod gadgets;
pub mod groth16;
pub mod halo2;
pub mod lin;
pub mod opening;
pub mod poseidon;
pub mod r1cs;
pub mod random;
pub mod report;
pub mod secret;

pub use circuit::ModelCircuit;
pub use error::CircuitError;
pub use opening::Opening;

#[cfg(test)]
mod small;
