//! Elements of the BLS12-381 scalar field as 32 little-endian bytes.

use bls12_381::Scalar;

/// Returns `true` if `bytes`, little-endian, are below the modulus: the one encoding of an element.
pub fn is_canonical(bytes: &[u8; 32]) -> bool {
    decode(bytes).is_some()
}

pub(crate) fn decode(bytes: &[u8; 32]) -> Option<Scalar> {
    Option::from(Scalar::from_bytes(bytes))
}
