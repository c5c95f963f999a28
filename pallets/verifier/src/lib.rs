//! Verifier of zkinfer's proofs: `no_std`, no FRAME, no panic, no allocation whose size an attacker
//! chooses.
//!
//! - [`groth16`]: Groth16 over BLS12-381: proofs, keys, verification
//! - [`halo2`]: Halo2 over Vesta with the inner-product argument
//! - [`backend`]: who does the curve arithmetic: plain Rust, or the host of a Substrate runtime
//! - [`scalar`]: canonical elements of the scalar field
//! - [`error`]: what was wrong with an input
//! - [`notes`]: notation and encodings, byte by byte
//!
//! ```text
//! bytes --decode--> Proof, VerifyingKey --prepare--> PreparedVerifyingKey --verify--> Ok | Err(what was wrong)
//! ```
//!
//! Decoding is the only door to these types: whoever holds one holds valid points. Every byte
//! string is answered with `Ok` or `Err`.
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// What input could make fail is denied: panics, indexing, unchecked arithmetic, lossy casts.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::unreachable,
        clippy::todo,
        clippy::unimplemented
    )
)]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod backend;
pub mod error;
pub mod groth16;
pub mod halo2;
pub mod notes;
pub mod scalar;

mod point;
