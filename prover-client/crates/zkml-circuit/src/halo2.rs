//! Halo2 over Pasta with the inner-product argument: the same statement without a trusted setup.
pub mod circuit;
pub mod columns;
pub mod commitment;
pub mod compile;
pub mod error;
pub mod keys;
pub mod machine;
pub mod opening;
pub mod plan;
pub mod poseidon;
pub mod prove;
pub mod synthesis;

#[cfg(test)]
mod tests;
