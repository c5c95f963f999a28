//! Plain Rust: Pippenger's bucket method with signed digits.

use alloc::{vec, vec::Vec};

use group::Group;
use pasta_curves::vesta;

use super::{Backend, Native, SCALAR_LEN, Sum};
use crate::{backend::BackendError, halo2::point::Point};

impl Backend for Native {
    fn sum(sum: Sum) -> Result<Point, BackendError> {
        let points = sum
            .items()
            .map(|(point, scalar)| Some((Point::from_trusted_bytes(point).to_affine()?, *scalar)))
            .collect::<Option<Vec<_>>>()
            .ok_or(BackendError)?;
        let window = window(points.len());
        let windows = 256usize.div_ceil(window).saturating_add(1);
        let sum = (0..windows).rev().fold(vesta::Point::identity(), |sum, index| {
            let shifted = (0..window).fold(sum, |sum, _| sum.double());
            shifted + window_sum(&points, window, index)
        });
        Ok(Point::from_affine(&vesta::Affine::from(sum)))
    }
}

/// Bits of a digit: about the logarithm of the number of points.
fn window(points: usize) -> usize {
    match points {
        0..4 => 2,
        4..32 => 3,
        32..128 => 5,
        128..512 => 7,
        512..2048 => 8,
        2048..8192 => 10,
        _ => 11,
    }
}

/// `Σ digitᵢ · pointᵢ` for one digit of each scalar.
fn window_sum(points: &[(vesta::Affine, [u8; SCALAR_LEN])], window: usize, index: usize) -> vesta::Point {
    let half = 1usize.checked_shl(u32::try_from(window).unwrap_or(0).saturating_sub(1)).unwrap_or(1);
    let mut buckets = vec![vesta::Point::identity(); half];
    for (point, scalar) in points {
        let digit = digit(scalar, window, index);
        let Some(bucket) = digit.magnitude.checked_sub(1).and_then(|at| buckets.get_mut(at)) else {
            continue;
        };
        *bucket += if digit.negative { -*point } else { *point };
    }
    // Σ i · bucketᵢ: every bucket once for each step down to it.
    let (mut running, mut sum) = (vesta::Point::identity(), vesta::Point::identity());
    for bucket in buckets.iter().rev() {
        running += bucket;
        sum += running;
    }
    sum
}

/// A digit between −2^(w−1) and 2^(w−1).
struct Digit {
    magnitude: usize,
    negative: bool,
}

/// Booth's recoding: the digit is its own bits plus the bit below, less 2^w when its highest bit is set, which the next digit's bit
/// below makes good.
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
    let shifted = u32::from_le_bytes(word).checked_shr(u32::try_from(low % 8).unwrap_or(0)).unwrap_or(0);
    let mask = 1u32.checked_shl(u32::try_from(count).unwrap_or(0)).unwrap_or(0).saturating_sub(1);
    usize::try_from(shifted & mask).unwrap_or(0)
}
