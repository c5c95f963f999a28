//! Points and encodings that no honest party makes.

use bls12_381::{G1Affine, G2Affine};

/// The base field's modulus, big-endian.
pub const P: [u8; 48] = [
    0x1a, 0x01, 0x11, 0xea, 0x39, 0x7f, 0xe6, 0x9a, 0x4b, 0x1b, 0xa7, 0xb6, 0x43, 0x4b, 0xac, 0xd7,
    0x64, 0x77, 0x4b, 0x84, 0xf3, 0x85, 0x12, 0xbf, 0x67, 0x30, 0xd2, 0xa0, 0xf6, 0xb0, 0xf6, 0x24,
    0x1e, 0xab, 0xff, 0xfe, 0xb1, 0x53, 0xff, 0xff, 0xb9, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xaa, 0xab,
];

/// `N` bytes with the compression flag and a small x.
pub fn compressed<const N: usize>(x: u8) -> [u8; N] {
    let mut bytes = [0u8; N];
    bytes[0] = 0x80;
    bytes[N - 1] |= x;
    bytes
}

/// `number + p`, with the compression flag: another name of the same element.
pub fn plus_p(number: u8) -> [u8; 48] {
    let mut bytes = P;
    let mut carry = u16::from(number);
    for byte in bytes.iter_mut().rev() {
        carry += u16::from(*byte);
        *byte = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    bytes[0] |= 0x80;
    bytes
}

pub fn g1_on_curve(bytes: &[u8; 48]) -> Option<G1Affine> {
    Option::from(G1Affine::from_compressed_unchecked(bytes))
}

pub fn g2_on_curve(bytes: &[u8; 96]) -> Option<G2Affine> {
    Option::from(G2Affine::from_compressed_unchecked(bytes))
}

/// On the curve, but outside the subgroup: the first x, counting up, whose point has the cofactor's
/// torsion.
pub fn g1_outside_subgroup() -> [u8; 48] {
    let outside =
        |bytes: &[u8; 48]| g1_on_curve(bytes).is_some_and(|p| !bool::from(p.is_torsion_free()));
    (0..=255).map(compressed).find(outside).unwrap()
}

/// The same in G2.
pub fn g2_outside_subgroup() -> [u8; 96] {
    let outside =
        |bytes: &[u8; 96]| g2_on_curve(bytes).is_some_and(|p| !bool::from(p.is_torsion_free()));
    (0..=255).map(compressed).find(outside).unwrap()
}

/// A point of order 3 in G1: (0, 2). A verifier without subgroup checks sees a multiple of 3
/// vanish.
pub fn g1_of_order_three() -> [u8; 48] {
    compressed(0)
}

/// The first x, counting up, without a y.
pub fn g1_off_curve() -> [u8; 48] {
    (0..=255).map(compressed).find(|bytes| g1_on_curve(bytes).is_none()).unwrap()
}

/// The same in G2.
pub fn g2_off_curve() -> [u8; 96] {
    (0..=255).map(compressed).find(|bytes| g2_on_curve(bytes).is_none()).unwrap()
}

/// The smallest x that has a point in G1's curve and whose sum with p fits 381 bits.
pub fn g1_second_encoding() -> [u8; 48] {
    plus_p((0..=255).find(|x| g1_on_curve(&compressed(*x)).is_some()).unwrap())
}

/// A copy of `bytes` with `part` at `at`.
pub fn with<const N: usize>(bytes: &[u8; N], at: usize, part: &[u8]) -> [u8; N] {
    let mut out = *bytes;
    out[at..at + part.len()].copy_from_slice(part);
    out
}
