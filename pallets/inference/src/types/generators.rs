//! Halo2's generators as they are uploaded and stored.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{BoundedVec, traits::ConstU32};
use scale_info::TypeInfo;
use zkinfer_verifier::halo2::{bounds::MAX_INSTANCE_ROWS, generators::CHUNK_LEN, point::POINT_LEN};

/// A full chunk of the table.
pub type TableChunk = BoundedVec<u8, ConstU32<{ CHUNK_LEN as u32 }>>;
/// The Lagrange generators of one k.
pub type LagrangePoints = BoundedVec<u8, ConstU32<{ (MAX_INSTANCE_ROWS * POINT_LEN) as u32 }>>;

/// A part of Halo2's generators, with its points: 65 bytes each, x, y and a byte of flags.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
#[scale_info(capture_docs = "always")]
pub enum Generators {
    /// 1,024 points of the table, from point `1024 * index`.
    #[codec(index = 0)]
    Chunk {
        /// Index of the chunk: 2^k rows need the first 2^k / 1024, and at least one.
        index: u32,
        /// Its points.
        points: TableChunk,
    },
    /// The Lagrange generators of the first 32 rows, or of all when there are fewer.
    #[codec(index = 1)]
    Lagrange {
        /// The number of rows as a power of two.
        k: u8,
        /// Their points.
        points: LagrangePoints,
    },
}

/// The name of a part of Halo2's generators.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[scale_info(capture_docs = "always")]
pub enum GeneratorsPart {
    /// A chunk of the table.
    #[codec(index = 0)]
    Chunk {
        /// Index of the chunk.
        index: u32,
    },
    /// Lagrange generators.
    #[codec(index = 1)]
    Lagrange {
        /// Of how many rows, as a power of two.
        k: u8,
    },
}
