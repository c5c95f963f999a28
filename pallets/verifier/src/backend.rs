//! The back end that does the curve arithmetic.
//!
//! - [`Native`]: plain Rust, `bls12_381`; runs everywhere
//! - `Host` (feature `host-functions`): the host functions of RFC-0163, for a verifier inside a
//!   Substrate runtime
//!
//! Both get the same points, already decoded and validated by this crate's own arithmetic, in the
//! same encoding (uncompressed, see [`serialization`](crate::notes::serialization)), and give the
//! same answers.

#[cfg(feature = "host-functions")]
mod host;
mod native;

#[cfg(feature = "host-functions")]
pub use host::Host;
pub use native::Native;

use crate::point::{G1_UNCOMPRESSED, G2_UNCOMPRESSED};

/// An uncompressed point of G1.
pub type G1Bytes = [u8; G1_UNCOMPRESSED];
/// An uncompressed point of G2.
pub type G2Bytes = [u8; G2_UNCOMPRESSED];

/// The arithmetic failed, or was given what is no point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BackendError;

/// Curve arithmetic on validated points.
///
/// Sealed: an implementation from elsewhere could accept everything.
pub trait Backend: sealed::Sealed {
    /// `points[0] + Σ scalars[i] · points[i + 1]`. Scalars are canonical, little-endian.
    ///
    /// # Errors
    /// When a point does not decode, or the host fails.
    fn input_point(points: &[G1Bytes; 4], scalars: &[[u8; 32]; 3])
    -> Result<G1Bytes, BackendError>;

    /// `Σ scalars[i] · points[i]`. Scalars are canonical, little-endian.
    ///
    /// # Errors
    /// When there are not as many of both, a point does not decode, or the host fails.
    fn combination(points: &[G1Bytes], scalars: &[[u8; 32]]) -> Result<G1Bytes, BackendError>;

    /// Returns `true` if `Σ e(pᵢ, qᵢ) = 0`.
    ///
    /// # Complexity
    /// A Miller loop for each pair, one final exponentiation.
    ///
    /// # Errors
    /// When there are not as many of both, a point does not decode, or the host fails.
    fn pairings_cancel(p: &[&G1Bytes], q: &[&G2Bytes]) -> Result<bool, BackendError>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Native {}
    #[cfg(feature = "host-functions")]
    impl Sealed for super::Host {}
}
