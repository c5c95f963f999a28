//! The back ends that add up the points: the same two as for Groth16.
//!
//! - [`Native`]: plain Rust, `pasta_curves`
//! - `Host` (feature `host-functions`): the host function of RFC-0163 for Vesta

#[cfg(feature = "host-functions")]
mod host;
mod native;

use alloc::vec::Vec;

use ff::PrimeField;
use pasta_curves::Fp;

use super::point::{POINT_LEN, Point};
use crate::backend::{BackendError, Native};

/// Bytes of a scalar.
const SCALAR_LEN: usize = 32;
/// Bytes of a sequence's length, before its items.
const HEAD: usize = 8;

/// Arithmetic on validated points of Vesta. Sealed: an implementation from elsewhere could accept
/// everything.
pub trait Backend: sealed::Sealed {
    /// The sum.
    ///
    /// # Errors
    /// When a point does not decode, or the host fails.
    fn sum(sum: Sum) -> Result<Point, BackendError>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::backend::Native {}
    #[cfg(feature = "host-functions")]
    impl Sealed for crate::backend::Host {}
}

/// A sum of multiples of points, encoded as the host takes it: for points and for scalars eight
/// bytes with their number, then one after the other.
#[derive(Clone, Debug)]
pub struct Sum {
    points: Vec<u8>,
    scalars: Vec<u8>,
    len: usize,
}

impl Default for Sum {
    fn default() -> Self {
        Self { points: [0; HEAD].to_vec(), scalars: [0; HEAD].to_vec(), len: 0 }
    }
}

impl Sum {
    /// The empty sum.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of its multiples.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns `true` if it has none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds a multiple of a point.
    pub fn add(&mut self, point: &[u8; POINT_LEN], scalar: &Fp) {
        self.add_all(point, core::slice::from_ref(scalar));
    }

    /// Adds multiples of points that stand one after the other; points without a scalar, and
    /// scalars without a point, are left out.
    pub fn add_all(&mut self, points: &[u8], scalars: &[Fp]) {
        let (points, _) = points.as_chunks::<POINT_LEN>();
        let count = points.len().min(scalars.len());
        self.points.extend_from_slice(
            points.as_flattened().get(..count.saturating_mul(POINT_LEN)).unwrap_or_default(),
        );
        scalars
            .iter()
            .take(count)
            .for_each(|scalar| self.scalars.extend_from_slice(&scalar.to_repr()));
        self.len = self.len.saturating_add(count);
    }

    /// The points and the scalars.
    fn items(&self) -> impl ExactSizeIterator<Item = (&[u8; POINT_LEN], &[u8; SCALAR_LEN])> {
        let points = self.points.get(HEAD..).unwrap_or_default().as_chunks().0;
        let scalars = self.scalars.get(HEAD..).unwrap_or_default().as_chunks().0;
        points.iter().zip(scalars)
    }

    /// The two sequences for the host.
    #[cfg(feature = "host-functions")]
    fn into_sequences(mut self) -> (Vec<u8>, Vec<u8>) {
        let head = (self.len as u64).to_le_bytes();
        for sequence in [&mut self.points, &mut self.scalars] {
            sequence.iter_mut().zip(head).for_each(|(to, from)| *to = from);
        }
        (self.points, self.scalars)
    }
}
