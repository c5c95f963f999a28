//! The generators G₀, G₁, …, U, W of the commitments, and where they are kept.
//!
//! They are public constants, hashed to the curve from nothing: Gᵢ from 0 ‖ i in four little-endian
//! bytes, W from 1, U from 2, all under the name `Halo2-Parameters`. The first 2^k of one table
//! serve every circuit of 2^k rows. Public inputs are committed to in the Lagrange basis, whose
//! points differ for each k; only the first few are needed.
//!
//! A verifier in a runtime takes both from storage, in chunks of [`CHUNK`] points. Anybody may put
//! them there: [`is_chunk`] and [`is_lagrange`] compare with hashes that are part of the code, and
//! [`compute`] makes them.

pub mod compute;
mod hashes;

use alloc::{borrow::Cow, vec::Vec};

use blake2b_simd::Params;

use super::{
    bounds::{MAX_INSTANCE_ROWS, MAX_K, MIN_K},
    error::{GeneratorsError, VerifyError},
    point::{POINT_LEN, Point},
};

/// Points of a full chunk of the table.
pub const CHUNK: usize = 1024;
/// Bytes of a full chunk.
pub const CHUNK_LEN: usize = CHUNK * POINT_LEN;

/// The generator of the blinding factors.
pub const W: Point = Point::constant(&[
    117, 32, 217, 111, 62, 92, 212, 23, 96, 54, 113, 81, 96, 139, 84, 130, 24, 131, 193, 12, 75,
    154, 79, 242, 190, 174, 34, 123, 239, 148, 188, 43, 151, 189, 58, 78, 222, 159, 85, 175, 160,
    127, 170, 196, 140, 92, 122, 244, 56, 33, 176, 159, 117, 251, 59, 148, 57, 98, 23, 110, 26,
    128, 43, 8, 0,
]);
/// The generator of the inner product.
pub const U: Point = Point::constant(&[
    55, 157, 196, 220, 253, 191, 97, 204, 199, 213, 160, 187, 151, 89, 172, 246, 17, 105, 79, 36,
    208, 192, 64, 242, 73, 186, 211, 10, 131, 177, 168, 23, 207, 130, 119, 50, 211, 172, 246, 43,
    33, 183, 28, 33, 147, 246, 40, 85, 255, 82, 14, 205, 244, 108, 23, 176, 157, 31, 225, 27, 139,
    221, 244, 45, 0,
]);

/// The store of the generators. Points are in the encoding of [`Point::as_bytes`], and were
/// checked when they were stored.
pub trait Generators {
    /// The points [`CHUNK`]·`index`, … of the table, at least as many as the circuit needs; none
    /// when they are not there.
    fn chunk(&self, index: u32) -> Option<Cow<'_, [u8]>>;

    /// The first [`lagrange_rows`] points of the Lagrange basis of 2^k rows; none when they are not
    /// there.
    fn lagrange(&self, k: u8) -> Option<Cow<'_, [u8]>>;
}

/// Returns the number of Lagrange generators that are kept for 2^k rows: all of them, but at most
/// [`MAX_INSTANCE_ROWS`].
pub fn lagrange_rows(k: u8) -> usize {
    1usize.checked_shl(u32::from(k)).unwrap_or(usize::MAX).min(MAX_INSTANCE_ROWS)
}

/// Returns the number of chunks that circuits of 2^k rows need.
pub fn chunks(k: u8) -> u32 {
    let points = 1u32.checked_shl(u32::from(k)).unwrap_or(u32::MAX);
    points.div_ceil(u32::try_from(CHUNK).unwrap_or(u32::MAX))
}

/// Returns `true` if these bytes are the full chunk with this index of the one table.
///
/// # Complexity
/// One Blake2b over [`CHUNK_LEN`] bytes, and none for another length.
pub fn is_chunk(index: u32, bytes: &[u8]) -> bool {
    let expected = usize::try_from(index).ok().and_then(|index| hashes::CHUNKS.get(index));
    bytes.len() == CHUNK_LEN && expected == Some(&hash(bytes))
}

/// Returns `true` if these bytes are the Lagrange generators of 2^k rows.
///
/// # Complexity
/// One Blake2b over [`lagrange_rows`] points, and none for another length.
pub fn is_lagrange(k: u8, bytes: &[u8]) -> bool {
    let expected = k.checked_sub(MIN_K).and_then(|index| hashes::LAGRANGE.get(usize::from(index)));
    bytes.len() == lagrange_rows(k).saturating_mul(POINT_LEN) && expected == Some(&hash(bytes))
}

/// Blake2b-256, by which chunks are known.
pub fn hash(bytes: &[u8]) -> [u8; 32] {
    let hash = Params::new().hash_length(32).hash(bytes);
    let mut out = [0; 32];
    out.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
    out
}

const _: () = assert!(MAX_K == 15 && MIN_K == 3, "another range of k needs other hashes");

/// The first `points` points of a chunk.
///
/// # Errors
/// When it is missing or too short.
pub fn chunk<G: Generators>(
    generators: &G,
    index: u32,
    points: usize,
) -> Result<Cow<'_, [u8]>, VerifyError> {
    let bytes = generators.chunk(index).ok_or(GeneratorsError::Missing { chunk: index })?;
    let expected = points.saturating_mul(POINT_LEN);
    let found = bytes.len();
    if found < expected {
        return Err(GeneratorsError::Length { chunk: Some(index), found, expected }.into());
    }
    Ok(match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(bytes.get(..expected).unwrap_or_default()),
        Cow::Owned(mut bytes) => {
            bytes.truncate(expected);
            Cow::Owned(bytes)
        }
    })
}

/// Makes sure that the table is there for 2^k rows.
///
/// # Errors
/// When a chunk is missing or too short.
pub fn require<G: Generators>(generators: &G, k: u8) -> Result<(), VerifyError> {
    let points = 1usize.checked_shl(u32::from(k)).unwrap_or(usize::MAX).min(CHUNK);
    (0..chunks(k)).try_for_each(|index| chunk(generators, index, points).map(drop))
}

/// The Lagrange generators of 2^k rows.
///
/// # Errors
/// When they are missing, or not [`lagrange_rows`] of them.
pub fn lagrange<G: Generators>(generators: &G, k: u8) -> Result<Vec<Point>, VerifyError> {
    let bytes = generators.lagrange(k).ok_or(GeneratorsError::MissingLagrange { k })?;
    let (points, rest) = bytes.as_chunks::<POINT_LEN>();
    if points.len() != lagrange_rows(k) || !rest.is_empty() {
        let expected = lagrange_rows(k).saturating_mul(POINT_LEN);
        return Err(GeneratorsError::Length { chunk: None, found: bytes.len(), expected }.into());
    }
    Ok(points.iter().map(Point::from_trusted_bytes).collect())
}
