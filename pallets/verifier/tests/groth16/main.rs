//! Groth16 over BLS12-381: every acceptance with its rejections, on each back end.
//!
//! - [`toy`]: a toy circuit with its keys and proofs, made by the independent crate `groth16`
//! - [`points`]: points outside the subgroup, second encodings
//! - [`oracles`]: the independent verifiers that ours is compared with
//! - [`backends`]: one suite, each back end
//! - [`batches`]: several proofs at once
//! - [`encoding`]: proofs that do not decode
//! - [`keys`]: keys that do not decode
//! - [`vectors`]: `tests/vectors/groth16`, proofs of the real circuit
//! - [`properties`]: any bytes are answered, and as the independent verifiers answer them

mod backends;
mod batches;
mod encoding;
mod keys;
mod oracles;
mod points;
mod properties;
mod toy;
mod vectors;
