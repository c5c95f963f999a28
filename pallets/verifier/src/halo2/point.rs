//! Points of Vesta: y² = x³ + 5 over Fq, a group of prime order with scalars in Fp.
//!
//! On the wire a point is 32 bytes: x, little-endian, with the lowest bit of y in the highest bit.
//! In here and in storage it is x ‖ y, 32 bytes each, and one byte of flags, which is what the host
//! functions take.

use core::fmt;

use ff::PrimeField;
use group::{CurveAffine as _, GroupEncoding};
use pasta_curves::{Fq, arithmetic::CurveAffine, vesta};

use crate::error::PointFault;

/// Bytes of a compressed point.
pub const COMPRESSED_LEN: usize = 32;
/// Bytes of a point in storage and for the host: x, y, flags.
pub const POINT_LEN: usize = 65;
/// Bytes of a coordinate or a scalar.
pub const FIELD_LEN: usize = 32;

/// The flag of the identity.
const INFINITY: u8 = 0x40;

/// A point of Vesta, the identity or on the curve.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point([u8; POINT_LEN]);

impl Point {
    /// The identity.
    pub const IDENTITY: Self = {
        let mut bytes = [0; POINT_LEN];
        bytes[POINT_LEN - 1] = INFINITY;
        Self(bytes)
    };

    /// A point from its compressed encoding.
    ///
    /// # Errors
    /// When it is not canonical, not on the curve, or the identity.
    ///
    /// # Complexity
    /// One square root.
    pub fn decompress(bytes: &[u8; COMPRESSED_LEN]) -> Result<Self, PointFault> {
        let point = Option::from(vesta::Affine::from_bytes(bytes)).ok_or(PointFault::Encoding)?;
        let point = Self::from_affine(&point);
        if point == Self::IDENTITY { Err(PointFault::Identity) } else { Ok(point) }
    }

    /// The compressed encoding; 32 zeros for the identity.
    pub fn compress(&self) -> [u8; COMPRESSED_LEN] {
        let (mut bytes, y) = (self.x(), self.y());
        if let (Some(last), Some(first)) = (bytes.last_mut(), y.first()) {
            *last |= (first & 1) << 7;
        }
        bytes
    }

    /// A point from the curve library's.
    pub fn from_affine(point: &vesta::Affine) -> Self {
        let Some(coordinates) =
            Option::<pasta_curves::arithmetic::Coordinates<_>>::from(point.coordinates())
        else {
            return Self::IDENTITY;
        };
        let (x, y) = (coordinates.x().to_repr(), coordinates.y().to_repr());
        Self::from_coordinates(&x, &y)
    }

    /// The curve library's point; none when it is not on the curve after all.
    pub fn to_affine(&self) -> Option<vesta::Affine> {
        if self.is_identity() {
            return Some(vesta::Affine::identity());
        }
        let coordinate = |bytes| Option::<Fq>::from(Fq::from_repr(bytes));
        vesta::Affine::from_xy(coordinate(self.x())?, coordinate(self.y())?).into()
    }

    /// A point from 65 bytes that [`as_bytes`](Self::as_bytes) gave. **Never call it with bytes
    /// from outside**: it is not validated again.
    pub fn from_trusted_bytes(bytes: &[u8; POINT_LEN]) -> Self {
        Self(*bytes)
    }

    /// A point that is part of the code.
    pub(super) const fn constant(bytes: &[u8; POINT_LEN]) -> Self {
        Self(*bytes)
    }

    /// A point from the host, which tells the sign of y in its flags as well.
    #[cfg(feature = "host-functions")]
    pub(super) fn from_host(bytes: &[u8; POINT_LEN]) -> Self {
        let mut point = Self(*bytes);
        let [.., flags] = &mut point.0;
        *flags &= INFINITY;
        point
    }

    /// A point from x ‖ y that [`coordinates`](Self::coordinates) gave, under the same condition.
    pub fn from_trusted_coordinates(bytes: &[u8; 64]) -> Self {
        let mut out = [0; POINT_LEN];
        out.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        Self(out)
    }

    /// x ‖ y ‖ flags.
    pub fn as_bytes(&self) -> &[u8; POINT_LEN] {
        &self.0
    }

    /// x ‖ y.
    pub fn coordinates(&self) -> &[u8; 64] {
        let (coordinates, _) = self.0.split_first_chunk().unwrap_or((&[0; 64], &[]));
        coordinates
    }

    /// Returns `true` if this is the identity.
    pub fn is_identity(&self) -> bool {
        let [.., flags] = self.0;
        flags & INFINITY != 0
    }

    /// The coordinate x, little-endian.
    pub fn x(&self) -> [u8; FIELD_LEN] {
        let (x, _) = self.0.split_first_chunk().unwrap_or((&[0; FIELD_LEN], &[]));
        *x
    }

    /// The coordinate y, little-endian.
    pub fn y(&self) -> [u8; FIELD_LEN] {
        let (_, y) = self.coordinates().split_last_chunk().unwrap_or((&[], &[0; FIELD_LEN]));
        *y
    }

    fn from_coordinates(x: &[u8; FIELD_LEN], y: &[u8; FIELD_LEN]) -> Self {
        let mut out = [0; POINT_LEN];
        out.iter_mut().zip(x.iter().chain(y)).for_each(|(to, from)| *to = *from);
        Self(out)
    }
}

impl fmt::Debug for Point {
    /// As halo2_proofs prints a point: `(0x…, 0x…)`, big-endian.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_identity() {
            return f.write_str("Infinity");
        }
        f.write_str("(")?;
        write_hex(f, &self.x())?;
        f.write_str(", ")?;
        write_hex(f, &self.y())?;
        f.write_str(")")
    }
}

/// Letters of a field element's text: `0x` and two digits for each byte.
const HEX_LEN: usize = 2 + 2 * FIELD_LEN;

/// Writes a field element, little-endian, as a big-endian number: `0x…`, in one piece.
///
/// A key's text consists of such numbers for the most part, so formatting byte by byte would cost
/// more than hashing.
pub fn write_hex(out: &mut impl fmt::Write, bytes: &[u8; FIELD_LEN]) -> fmt::Result {
    let mut text = [b'0'; HEX_LEN];
    let [_, x, digits @ ..] = &mut text;
    *x = b'x';
    for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(bytes.iter().rev()) {
        *pair = [digit(byte >> 4), digit(byte & 0x0f)];
    }
    out.write_str(core::str::from_utf8(&text).or(Err(fmt::Error))?)
}

/// The hexadecimal digit of a number below 16.
fn digit(number: u8) -> u8 {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    DIGITS.get(usize::from(number)).copied().unwrap_or(b'?')
}
