//! The arithmetic of a Groth16 prover over BLS12-381.
//!
//! - [`curve`]: the two source groups, by blst
//! - [`domain`]: Fourier transforms over subgroups and cosets of the scalar field
//! - [`msm`]: sums of multiples, in one call or as points arrive
//! - [`fixed_base`]: many multiples of one point
//! - [`secret`]: lists of secrets that leave nothing behind when they grow
#![doc = include_str!("../README.md")]

pub mod curve;
pub mod domain;
pub mod fixed_base;
pub mod msm;
pub mod secret;
