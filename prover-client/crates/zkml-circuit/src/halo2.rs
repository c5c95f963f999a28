//! Halo2 over Pasta with the inner-product argument: the same statement without a trusted setup.
pub mod columns;
pub mod commitment;
pub mod compile;
pub mod machine;
pub mod plan;
pub mod poseidon;
pub mod synthesis;

#[cfg(test)]
mod tests;
