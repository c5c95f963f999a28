//! Tests of the Halo2 verifier against halo2_proofs itself.

mod circuits;
mod keys;
mod oracle;
mod proofs;
