//! Decoding points: canonical, in the subgroup, not the identity.
//!
//! - [`G1`], [`G2`]: points that are all that
//! - [`field`], [`fq`], [`fq2`]: base fields, fast in wasm
//! - [`jacobian`]: multiplication by the curve's parameter
//! - [`g1`], [`g2`]: the curves: y from x, and who is in the subgroup

mod field;
mod fq;
mod fq2;
mod g1;
mod g2;
mod jacobian;

use self::{
    fq::{Fq, MODULUS},
    fq2::Fq2,
};
use crate::error::PointFault;

/// Bytes of a compressed point of G1.
pub const G1_COMPRESSED: usize = 48;
/// Bytes of a compressed point of G2.
pub const G2_COMPRESSED: usize = 96;
/// Bytes of an uncompressed point of G1.
pub const G1_UNCOMPRESSED: usize = 96;
/// Bytes of an uncompressed point of G2.
pub const G2_UNCOMPRESSED: usize = 192;

/// (p − 1)/2, big-endian: of y and −y the greater one is above.
const HALF: [u8; 48] = [
    0x0d, 0x00, 0x88, 0xf5, 0x1c, 0xbf, 0xf3, 0x4d, 0x25, 0x8d, 0xd3, 0xdb, 0x21, 0xa5, 0xd6, 0x6b,
    0xb2, 0x3b, 0xa5, 0xc2, 0x79, 0xc2, 0x89, 0x5f, 0xb3, 0x98, 0x69, 0x50, 0x7b, 0x58, 0x7b, 0x12,
    0x0f, 0x55, 0xff, 0xff, 0x58, 0xa9, 0xff, 0xff, 0xdc, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xd5, 0x55,
];
const ZERO: [u8; 48] = [0; 48];

/// The bits of the first byte that are flags, and the three values that a point can have.
const FLAGS: u8 = 0xe0;
const COMPRESSED: u8 = 0x80;
const COMPRESSED_GREATER: u8 = 0xa0;
const COMPRESSED_IDENTITY: u8 = 0xc0;

/// A point of G1, not the identity: x ‖ y, which is its uncompressed encoding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct G1 {
    x: [u8; 48],
    y: [u8; 48],
}

/// A point of G2, not the identity: x₁ ‖ x₀ ‖ y₁ ‖ y₀, which is its uncompressed encoding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct G2 {
    x: [[u8; 48]; 2],
    y: [[u8; 48]; 2],
}

impl G1 {
    /// A point from its compressed encoding.
    pub fn decode(bytes: &[u8; G1_COMPRESSED]) -> Result<Self, PointFault> {
        let mut x_bytes = *bytes;
        let flags = take_flags(&mut x_bytes);
        let x = Fq::from_bytes(&x_bytes).ok_or(PointFault::Encoding)?;
        let greater = sign(flags, x_bytes == ZERO)?;
        let y = g1::lift(&x).ok_or(PointFault::Encoding)?;
        if !g1::in_subgroup(&x, &y) {
            return Err(PointFault::Subgroup);
        }
        let point = Self { x: x_bytes, y: y.to_bytes() };
        Ok(if (point.y > HALF) == greater { point } else { point.opposite() })
    }

    /// −P.
    pub fn opposite(&self) -> Self {
        Self { x: self.x, y: opposite(&self.y) }
    }

    /// The uncompressed encoding.
    pub fn to_uncompressed(self) -> [u8; G1_UNCOMPRESSED] {
        concat([self.x, self.y])
    }
}

impl G2 {
    /// A point from its compressed encoding.
    pub fn decode(bytes: &[u8; G2_COMPRESSED]) -> Result<Self, PointFault> {
        // Always two halves of 48 bytes; anything else would be an encoding fault.
        let (&[mut x1, x0], []) = bytes.as_chunks() else { return Err(PointFault::Encoding) };
        let flags = take_flags(&mut x1);
        let c1 = Fq::from_bytes(&x1).ok_or(PointFault::Encoding)?;
        let c0 = Fq::from_bytes(&x0).ok_or(PointFault::Encoding)?;
        let x = Fq2 { c0, c1 };
        let greater = sign(flags, [x1, x0] == [ZERO; 2])?;
        let y = g2::lift(&x).ok_or(PointFault::Encoding)?;
        if !g2::in_subgroup(&x, &y) {
            return Err(PointFault::Subgroup);
        }
        let point = Self { x: [x1, x0], y: [y.c1.to_bytes(), y.c0.to_bytes()] };
        Ok(if point.has_greater_y() == greater { point } else { point.opposite() })
    }

    /// Ordered by y₁, and when that is 0 by y₀.
    fn has_greater_y(&self) -> bool {
        let [y1, y0] = self.y;
        y1 > HALF || y1 == ZERO && y0 > HALF
    }

    /// −P.
    pub fn opposite(&self) -> Self {
        Self { x: self.x, y: self.y.map(|y| opposite(&y)) }
    }

    /// The uncompressed encoding.
    pub fn to_uncompressed(self) -> [u8; G2_UNCOMPRESSED] {
        let ([x1, x0], [y1, y0]) = (self.x, self.y);
        concat([x1, x0, y1, y0])
    }
}

/// The flags, which it clears.
fn take_flags(bytes: &mut [u8; 48]) -> u8 {
    let [first, ..] = bytes;
    let flags = *first & FLAGS;
    *first &= !FLAGS;
    flags
}

/// Returns `true` if the flags ask for the greater y.
fn sign(flags: u8, x_is_zero: bool) -> Result<bool, PointFault> {
    match flags {
        COMPRESSED => Ok(false),
        COMPRESSED_GREATER => Ok(true),
        COMPRESSED_IDENTITY if x_is_zero => Err(PointFault::Identity),
        _ => Err(PointFault::Encoding),
    }
}

/// −y modulo p, for y below p.
fn opposite(y: &[u8; 48]) -> [u8; 48] {
    if *y == ZERO {
        return ZERO;
    }
    let (mut out, mut borrow) = (MODULUS, false);
    for (digit, subtrahend) in out.iter_mut().zip(y).rev() {
        let (once, first) = digit.overflowing_sub(*subtrahend);
        let (twice, second) = once.overflowing_sub(borrow.into());
        (*digit, borrow) = (twice, first || second);
    }
    out
}

/// `N` coordinates of 48 bytes, `LEN` together.
fn concat<const N: usize, const LEN: usize>(coordinates: [[u8; 48]; N]) -> [u8; LEN] {
    let mut out = [0; LEN];
    out.iter_mut().zip(coordinates.as_flattened()).for_each(|(to, from)| *to = *from);
    out
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

#[cfg(test)]
mod tests;
