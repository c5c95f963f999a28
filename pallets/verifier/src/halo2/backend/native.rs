//! Plain Rust: Pippenger's bucket method with signed digits; within the buckets points are added in
//! pairs, in affine coordinates, with one inversion for all pairs.

mod buckets;

use alloc::vec::Vec;

use group::Group;
use pasta_curves::vesta;

use self::buckets::{Affine, Buckets};
use super::{Backend, Native, SCALAR_LEN, Sum};
use crate::{backend::BackendError, halo2::point::Point};

impl Backend for Native {
    fn sum(sum: Sum) -> Result<Point, BackendError> {
        let mut terms = Vec::with_capacity(sum.len());
        for (bytes, scalar) in sum.items() {
            let point = Point::from_trusted_bytes(bytes);
            // The identity adds nothing, and has no affine coordinates.
            if !point.is_identity() {
                terms.push((Affine::new(&point).ok_or(BackendError)?, *scalar));
            }
        }
        let sum = multiply(&terms).ok_or(BackendError)?;
        Ok(Point::from_affine(&vesta::Affine::from(sum)))
    }
}

/// Points in the buckets at once: enough to share an inversion, and few enough for the cache.
const AT_ONCE: usize = 16_384;

fn multiply(terms: &[(Affine, [u8; SCALAR_LEN])]) -> Option<vesta::Point> {
    let window = window(terms.len());
    // One bit more than a scalar has: the highest digit is not negative then.
    let digits: Vec<usize> = (0..257usize.div_ceil(window)).rev().collect();
    let at_once = AT_ONCE.checked_div(terms.len()).unwrap_or(0).max(1);
    let mut buckets = Buckets::new(window, at_once);
    let mut sum = vesta::Point::identity();
    for group in digits.chunks(at_once) {
        for (slot, index) in group.iter().enumerate() {
            for (point, scalar) in terms {
                let digit = digit(scalar, window, *index);
                let point = if digit.negative { point.negated() } else { *point };
                buckets.put(slot, digit.magnitude, point);
            }
        }
        buckets.add_up()?;
        for slot in 0..group.len() {
            sum = (0..window).fold(sum, |sum, _| sum.double()) + buckets.take(slot)?;
        }
    }
    Some(sum)
}

/// Bits of a digit: the more points, the more.
fn window(points: usize) -> usize {
    match points {
        0..4 => 2,
        4..32 => 3,
        32..128 => 5,
        128..512 => 6,
        512..2048 => 7,
        2048..8192 => 8,
        _ => 9,
    }
}

/// A digit between −2^(w−1) and 2^(w−1).
struct Digit {
    magnitude: usize,
    negative: bool,
}

/// Booth's recoding: the digit is its own bits plus the bit below, less 2^w when its highest bit is
/// set, which the next digit's bit below makes good.
fn digit(scalar: &[u8; SCALAR_LEN], window: usize, index: usize) -> Digit {
    let low = index.saturating_mul(window);
    let value = bits(scalar, low, window);
    let below = low.checked_sub(1).map_or(0, |bit| bits(scalar, bit, 1));
    let radix = 1usize.checked_shl(u32::try_from(window).unwrap_or(0)).unwrap_or(usize::MAX);
    if value < radix.div_ceil(2) {
        Digit { magnitude: value.saturating_add(below), negative: false }
    } else {
        Digit { magnitude: radix.saturating_sub(value).saturating_sub(below), negative: true }
    }
}

/// `count` bits from bit `low`, at most 16.
fn bits(scalar: &[u8; SCALAR_LEN], low: usize, count: usize) -> usize {
    let mut word = [0u8; 4];
    let bytes = scalar.iter().skip(low / 8);
    word.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    let shifted =
        u32::from_le_bytes(word).checked_shr(u32::try_from(low % 8).unwrap_or(0)).unwrap_or(0);
    let mask = 1u32.checked_shl(u32::try_from(count).unwrap_or(0)).unwrap_or(0).saturating_sub(1);
    usize::try_from(shifted & mask).unwrap_or(0)
}
