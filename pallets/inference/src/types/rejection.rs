//! The reason why a proof was rejected.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use zkinfer_verifier::{
    error::{PointFault, ProofElement, ProofError},
    halo2::error::{ProofError as Halo2Error, ProofFault},
};

/// The reason why a proof was rejected, and its prover slashed.
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
pub enum Rejection {
    /// The bytes are a proof, and it does not hold for this job, output, account and chain.
    #[codec(index = 0)]
    DoesNotVerify,
    /// Groth16: a point is not the canonical compressed encoding of a point on the curve.
    #[codec(index = 1)]
    NotOnCurve(ProofPoint),
    /// Groth16: a point is outside the subgroup of prime order.
    #[codec(index = 2)]
    WrongSubgroup(ProofPoint),
    /// Groth16: a point is the identity.
    #[codec(index = 3)]
    Identity(ProofPoint),
    /// Halo2: the proof ends before all that its key asks for is read.
    #[codec(index = 4)]
    Truncated {
        /// Its offset in the proof, in bytes.
        offset: u32,
    },
    /// Halo2: bytes are left over when all that its key asks for is read.
    #[codec(index = 5)]
    TrailingBytes {
        /// Its offset in the proof, in bytes.
        offset: u32,
    },
    /// Halo2: 32 bytes are not the canonical compressed encoding of a point on the curve.
    #[codec(index = 6)]
    InvalidPoint {
        /// Its offset in the proof, in bytes.
        offset: u32,
    },
    /// Halo2: a point is the identity.
    #[codec(index = 7)]
    IdentityPoint {
        /// Its offset in the proof, in bytes.
        offset: u32,
    },
    /// Halo2: 32 bytes are not a scalar below the field's modulus.
    #[codec(index = 8)]
    InvalidScalar {
        /// Its offset in the proof, in bytes.
        offset: u32,
    },
    /// The proof was in a batch that does not hold. Another proof of it may be to blame.
    #[codec(index = 9)]
    BatchDoesNotHold,
}

/// A point of a Groth16 proof.
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
pub enum ProofPoint {
    /// Bytes 0 to 48.
    #[codec(index = 0)]
    A,
    /// Bytes 48 to 144.
    #[codec(index = 1)]
    B,
    /// Bytes 144 to 192.
    #[codec(index = 2)]
    C,
}

impl From<ProofError> for Rejection {
    fn from(error: ProofError) -> Self {
        let point = match error.element {
            ProofElement::A => ProofPoint::A,
            ProofElement::B => ProofPoint::B,
            ProofElement::C => ProofPoint::C,
        };
        match error.fault {
            PointFault::Encoding => Self::NotOnCurve(point),
            PointFault::Subgroup => Self::WrongSubgroup(point),
            PointFault::Identity => Self::Identity(point),
        }
    }
}

impl From<Halo2Error> for Rejection {
    fn from(error: Halo2Error) -> Self {
        let offset = u32::try_from(error.offset).unwrap_or(u32::MAX);
        match error.fault {
            ProofFault::Truncated => Self::Truncated { offset },
            ProofFault::Trailing => Self::TrailingBytes { offset },
            ProofFault::Point(PointFault::Identity) => Self::IdentityPoint { offset },
            // Vesta's group has prime order: there is no other subgroup.
            ProofFault::Point(PointFault::Encoding | PointFault::Subgroup) => {
                Self::InvalidPoint { offset }
            }
            ProofFault::Scalar => Self::InvalidScalar { offset },
        }
    }
}
