//! Decoding points: canonical, in the subgroup, not the identity.

use bls12_381::{G1Affine, G2Affine};

use crate::error::PointFault;

/// Bytes of a compressed point of G1.
pub const G1_COMPRESSED: usize = 48;
/// Bytes of a compressed point of G2.
pub const G2_COMPRESSED: usize = 96;
/// Bytes of an uncompressed point of G1.
pub const G1_UNCOMPRESSED: usize = 96;
/// Bytes of an uncompressed point of G2.
pub const G2_UNCOMPRESSED: usize = 192;

/// A point of G1 from its compressed encoding.
pub fn g1(bytes: &[u8; G1_COMPRESSED]) -> Result<G1Affine, PointFault> {
    let point =
        Option::<G1Affine>::from(G1Affine::from_compressed_unchecked(bytes)).ok_or(PointFault::Encoding)?;
    // The identity is in the subgroup, and would pass the next check.
    if bool::from(point.is_identity()) {
        return Err(PointFault::Identity);
    }
    if !bool::from(point.is_torsion_free()) {
        return Err(PointFault::Subgroup);
    }
    Ok(point)
}

/// A point of G2 from its compressed encoding.
pub fn g2(bytes: &[u8; G2_COMPRESSED]) -> Result<G2Affine, PointFault> {
    let point =
        Option::<G2Affine>::from(G2Affine::from_compressed_unchecked(bytes)).ok_or(PointFault::Encoding)?;
    if bool::from(point.is_identity()) {
        return Err(PointFault::Identity);
    }
    if !bool::from(point.is_torsion_free()) {
        return Err(PointFault::Subgroup);
    }
    Ok(point)
}

/// Splits fixed-length fields off the front of a byte string.
pub struct Fields<'a>(pub &'a [u8]);

impl<'a> Fields<'a> {
    /// The next `N` bytes; `None` when fewer are left.
    pub fn take<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (head, tail) = self.0.split_first_chunk::<N>()?;
        self.0 = tail;
        Some(head)
    }
}
