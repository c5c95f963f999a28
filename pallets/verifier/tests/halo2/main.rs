//! Tests of the Halo2 verifier against halo2_proofs itself.
//!
//! With `--features host-functions` every answer is given by both back ends and compared.

mod backends;
mod batches;
mod cases;
mod circuits;
mod generators;
mod hostile_keys;
mod keys;
mod mutations;
mod oracle;
mod proofs;
mod statement;
mod vectors;
