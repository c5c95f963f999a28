//! Notes for those who read or reimplement the verifier.
//!
//! - [`notation`]: symbols and the equation
//! - [`serialization`]: every encoding, byte by byte

pub mod notation;
pub mod serialization;
