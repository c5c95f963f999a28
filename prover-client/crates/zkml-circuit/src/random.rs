//! Secret scalars from the operating system.

use bls12_381::Scalar;
use ff::Field;
use rand_core::{OsRng, RngCore};
use zeroize::Zeroize;

/// A uniformly random, non-zero scalar from the operating system's generator.
///
/// # Errors
/// The operating system's generator failed.
pub fn secret_scalar() -> Result<Scalar, rand_core::Error> {
    loop {
        let mut wide = [0u8; 64];
        OsRng.try_fill_bytes(&mut wide)?;
        let scalar = Scalar::from_bytes_wide(&wide);
        wide.zeroize();
        if !bool::from(scalar.is_zero()) {
            return Ok(scalar);
        }
    }
}
