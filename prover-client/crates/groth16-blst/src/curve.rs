//! The two source groups of BLS12-381 by blst. The only module with unsafe code: blst's functions
//! are C.
//!
//! blst writes the point at infinity in affine form as `(0, 0)`, and its sums and products take it
//! as such.
#![allow(unsafe_code)]

use bls12_381::Scalar;
use blst::{
    BLST_ERROR, MultiPoint, blst_fp12, blst_p1, blst_p1_add_or_double,
    blst_p1_add_or_double_affine, blst_p1_affine, blst_p1_affine_compress, blst_p1_affine_in_g1,
    blst_p1_affine_is_inf, blst_p1_affine_serialize, blst_p1_cneg, blst_p1_deserialize,
    blst_p1_from_affine, blst_p1_generator, blst_p1_is_equal, blst_p1_mult, blst_p1_to_affine,
    blst_p1_uncompress, blst_p2, blst_p2_add_or_double, blst_p2_add_or_double_affine,
    blst_p2_affine, blst_p2_affine_compress, blst_p2_affine_in_g2, blst_p2_affine_is_inf,
    blst_p2_affine_serialize, blst_p2_cneg, blst_p2_deserialize, blst_p2_from_affine,
    blst_p2_generator, blst_p2_is_equal, blst_p2_mult, blst_p2_to_affine, blst_p2_uncompress,
    p1_affines, p2_affines,
};
use ff::PrimeField;
use zeroize::Zeroizing;

/// A group of prime order, with its points in projective form.
pub trait Curve: Copy + Default + Send + Sync + 'static {
    /// Points in affine form.
    type Affine: Copy + Default + Send + Sync + PartialEq + core::fmt::Debug + 'static;
    /// Bytes of a point, uncompressed (the zcash encoding).
    const UNCOMPRESSED: usize;
    /// Bytes of a point, compressed (the zcash encoding).
    const COMPRESSED: usize;

    /// The standard generator.
    fn generator() -> Self;
    /// `self + other`.
    fn add(&self, other: &Self) -> Self;
    /// `self + other`.
    fn add_affine(&self, other: &Self::Affine) -> Self;
    /// `-self`.
    fn negate(&self) -> Self;
    /// `scalar · self`.
    fn times(&self, scalar: &Scalar) -> Self;
    /// The affine form.
    fn to_affine(&self) -> Self::Affine;
    /// The projective form.
    fn from_affine(point: &Self::Affine) -> Self;
    /// Affine forms with one inversion for all.
    fn to_affine_batch(points: &[Self]) -> Vec<Self::Affine>;
    /// Returns `true` if both are the same point.
    fn equals(&self, other: &Self) -> bool;
    /// `Σ points`; works on all cores.
    fn sum(points: &[Self::Affine]) -> Self;
    /// `Σ scalar · point` with little-endian scalars of `bits` bits each; works on all cores.
    /// `scalars` has `⌈bits/8⌉` bytes for each point.
    fn multi_scalar(points: &[Self::Affine], scalars: &[u8], bits: usize) -> Self;
    /// Returns `true` if the point is the one at infinity.
    fn is_identity(point: &Self::Affine) -> bool;
    /// Returns `true` if the point is in the subgroup of prime order.
    fn in_subgroup(point: &Self::Affine) -> bool;
    /// Writes [`Curve::UNCOMPRESSED`] bytes; a shorter `out` stays as it is.
    fn serialize(point: &Self::Affine, out: &mut [u8]);
    /// Writes [`Curve::COMPRESSED`] bytes; a shorter `out` stays as it is.
    fn compress(point: &Self::Affine, out: &mut [u8]);
    /// Reads an uncompressed point and checks that it is on the curve, not that it is in the
    /// subgroup.
    fn deserialize(bytes: &[u8]) -> Option<Self::Affine>;
    /// Reads a compressed point and checks that it is in the subgroup and not at infinity.
    fn uncompress(bytes: &[u8]) -> Option<Self::Affine>;
}

macro_rules! curve {
    (
        $point:ty, $affine:ty, $affines:ident, $size:literal, $generator:ident, $add:ident, $add_affine:ident,
        $negate:ident, $mult:ident, $to_affine:ident, $from_affine:ident, $equal:ident, $is_inf:ident, $in_group:ident,
        $serialize:ident, $compress:ident, $deserialize:ident, $uncompress:ident
    ) => {
        // SAFETY, for all blocks below: every pointer comes from a reference or from a slice whose
        // length was checked against what the function reads or writes, and outputs may alias
        // inputs nowhere.
        impl Curve for $point {
            type Affine = $affine;
            const UNCOMPRESSED: usize = 2 * $size;
            const COMPRESSED: usize = $size;

            fn generator() -> Self {
                // SAFETY: blst returns a pointer to a static constant.
                unsafe { *$generator() }
            }

            fn add(&self, other: &Self) -> Self {
                let mut out = Self::default();
                // SAFETY: the operands are points in memory of their type; blst writes the result
                // into `out`.
                unsafe { $add(&mut out, self, other) };
                out
            }

            fn add_affine(&self, other: &Self::Affine) -> Self {
                let mut out = Self::default();
                // SAFETY: the operands are points in memory of their type; blst writes the result
                // into `out`.
                unsafe { $add_affine(&mut out, self, other) };
                out
            }

            fn negate(&self) -> Self {
                let mut out = *self;
                // SAFETY: the operands are points in memory of their type; blst writes the result
                // into `out`.
                unsafe { $negate(&mut out, true) };
                out
            }

            fn times(&self, scalar: &Scalar) -> Self {
                let mut out = Self::default();
                let bytes = Zeroizing::new(scalar.to_bytes());
                // SAFETY: `bytes` has 32 bytes, and `NUM_BITS` of them are read.
                unsafe { $mult(&mut out, self, bytes.as_ptr(), Scalar::NUM_BITS as usize) };
                out
            }

            fn to_affine(&self) -> Self::Affine {
                let mut out = Self::Affine::default();
                // SAFETY: the operands are points in memory of their type; blst writes the result
                // into `out`.
                unsafe { $to_affine(&mut out, self) };
                out
            }

            fn from_affine(point: &Self::Affine) -> Self {
                let mut out = Self::default();
                // SAFETY: the operands are points in memory of their type; blst writes the result
                // into `out`.
                unsafe { $from_affine(&mut out, point) };
                out
            }

            fn to_affine_batch(points: &[Self]) -> Vec<Self::Affine> {
                if points.is_empty() { Vec::new() } else { $affines::from(points).as_slice().to_vec() }
            }

            fn equals(&self, other: &Self) -> bool {
                // SAFETY: both operands are points in memory of their type.
                unsafe { $equal(self, other) }
            }

            fn sum(points: &[Self::Affine]) -> Self {
                if points.is_empty() { Self::default() } else { MultiPoint::add(points) }
            }

            fn multi_scalar(points: &[Self::Affine], scalars: &[u8], bits: usize) -> Self {
                if points.is_empty() { Self::default() } else { points.mult(scalars, bits) }
            }

            fn is_identity(point: &Self::Affine) -> bool {
                // SAFETY: `point` is a point in memory of its type.
                unsafe { $is_inf(point) }
            }

            fn in_subgroup(point: &Self::Affine) -> bool {
                // SAFETY: `point` is a point in memory of its type.
                unsafe { $in_group(point) }
            }

            fn serialize(point: &Self::Affine, out: &mut [u8]) {
                if out.len() >= Self::UNCOMPRESSED {
                    // SAFETY: `out` has room for the bytes that blst writes.
                    unsafe { $serialize(out.as_mut_ptr(), point) }
                }
            }

            fn compress(point: &Self::Affine, out: &mut [u8]) {
                if out.len() >= Self::COMPRESSED {
                    // SAFETY: `out` has room for the bytes that blst writes.
                    unsafe { $compress(out.as_mut_ptr(), point) }
                }
            }

            fn deserialize(bytes: &[u8]) -> Option<Self::Affine> {
                // blst also takes compressed points here; the top bit tells, and we take one form
                // only.
                if bytes.len() != Self::UNCOMPRESSED || bytes.first()? & 0x80 != 0 {
                    return None;
                }
                let mut out = Self::Affine::default();
                // SAFETY: `bytes` has as many bytes as blst reads.
                let result = unsafe { $deserialize(&mut out, bytes.as_ptr()) };
                (result == BLST_ERROR::BLST_SUCCESS).then_some(out)
            }

            fn uncompress(bytes: &[u8]) -> Option<Self::Affine> {
                if bytes.len() != Self::COMPRESSED {
                    return None;
                }
                let mut out = Self::Affine::default();
                // SAFETY: `bytes` has as many bytes as blst reads.
                let result = unsafe { $uncompress(&mut out, bytes.as_ptr()) };
                let valid =
                    result == BLST_ERROR::BLST_SUCCESS && Self::in_subgroup(&out) && !Self::is_identity(&out);
                valid.then_some(out)
            }
        }
    };
}

curve!(
    blst_p1,
    blst_p1_affine,
    p1_affines,
    48,
    blst_p1_generator,
    blst_p1_add_or_double,
    blst_p1_add_or_double_affine,
    blst_p1_cneg,
    blst_p1_mult,
    blst_p1_to_affine,
    blst_p1_from_affine,
    blst_p1_is_equal,
    blst_p1_affine_is_inf,
    blst_p1_affine_in_g1,
    blst_p1_affine_serialize,
    blst_p1_affine_compress,
    blst_p1_deserialize,
    blst_p1_uncompress
);
curve!(
    blst_p2,
    blst_p2_affine,
    p2_affines,
    96,
    blst_p2_generator,
    blst_p2_add_or_double,
    blst_p2_add_or_double_affine,
    blst_p2_cneg,
    blst_p2_mult,
    blst_p2_to_affine,
    blst_p2_from_affine,
    blst_p2_is_equal,
    blst_p2_affine_is_inf,
    blst_p2_affine_in_g2,
    blst_p2_affine_serialize,
    blst_p2_affine_compress,
    blst_p2_deserialize,
    blst_p2_uncompress
);

/// G1.
pub type G1 = blst_p1;
/// G2.
pub type G2 = blst_p2;
/// A point of G1 in affine form.
pub type G1Affine = blst_p1_affine;
/// A point of G2 in affine form.
pub type G2Affine = blst_p2_affine;

/// Returns `true` if `Π e(P_i, Q_i) = 1`. Pairs with a point at infinity count as 1.
pub fn pairing_product_is_one(pairs: &[(G1, G2)]) -> bool {
    let affine = |(p, q): &(G1, G2)| (p.to_affine(), q.to_affine());
    let pairs =
        pairs.iter().map(affine).filter(|(p, q)| !G1::is_identity(p) && !G2::is_identity(q));
    let product = pairs.map(|(p, q)| blst_fp12::miller_loop(&q, &p)).reduce(|a, b| a * b);
    product.is_none_or(|product| product.final_exp() == blst_fp12::default())
}

/// Returns `true` if a point of G1 and a point of G2 are the same multiple of their generators.
/// Both are in their subgroups.
pub fn same_multiple(in_g1: &G1Affine, in_g2: &G2Affine) -> bool {
    let (p, q) = (G1::from_affine(in_g1), G2::from_affine(in_g2));
    pairing_product_is_one(&[(p.negate(), G2::generator()), (G1::generator(), q)])
}
