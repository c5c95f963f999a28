//! Errors: the fault of an input.

use core::fmt;

/// The reason why bytes are not a usable point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PointFault {
    /// Not the canonical compressed encoding of a point on the curve.
    Encoding,
    /// On the curve, but outside the subgroup of prime order.
    Subgroup,
    /// The identity, where no honest party puts it.
    Identity,
}

/// A point of a proof.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProofElement {
    /// A, in G1.
    A,
    /// B, in G2.
    B,
    /// C, in G1.
    C,
}

/// A point of a verifying key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyElement {
    /// α, in G1.
    Alpha,
    /// β, in G2.
    Beta,
    /// γ, in G2.
    Gamma,
    /// δ, in G2.
    Delta,
    /// IC with this index, in G1.
    Ic(u8),
}

/// The reason why bytes are no proof.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProofError {
    /// Index of the point.
    pub element: ProofElement,
    /// The fault in it.
    pub fault: PointFault,
}

/// The reason why bytes are no verifying key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyError {
    /// A point is not usable.
    Point {
        /// Index of the point.
        element: KeyElement,
        /// The fault in it.
        fault: PointFault,
    },
    /// Two points are equal or opposite, so that anybody could forge under the key.
    Degenerate {
        /// One of the points.
        first: KeyElement,
        /// The other.
        second: KeyElement,
    },
    /// A prepared key has another length than [`PREPARED_LEN`](crate::groth16::PREPARED_LEN).
    PreparedLength {
        /// The length found.
        found: usize,
    },
}

/// The reason why a proof was not accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VerifyError {
    /// The proof's bytes are no proof.
    Proof(ProofError),
    /// The public input with this index, from 0, is not below the field's modulus.
    Input(usize),
    /// The proof is well formed, and does not hold for these inputs under this key.
    Rejected,
    /// The prepared key is damaged. The verifier's storage is to blame, not the proof.
    Key(KeyError),
    /// The arithmetic failed on points that had been checked: host and runtime do not fit. Not the
    /// proof's fault.
    Backend,
}

impl VerifyError {
    /// Returns `true` if the fault is the proof's. Otherwise it lies with the verifier's own
    /// storage, inputs or host.
    pub fn blames_proof(&self) -> bool {
        matches!(self, Self::Proof(_) | Self::Rejected)
    }
}

impl From<ProofError> for VerifyError {
    fn from(error: ProofError) -> Self {
        Self::Proof(error)
    }
}

impl From<KeyError> for VerifyError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

impl fmt::Display for PointFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encoding => "is not the canonical compressed encoding of a point on the curve",
            Self::Subgroup => "is outside the subgroup of prime order",
            Self::Identity => "is the identity",
        })
    }
}

impl fmt::Display for ProofElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A => "A (bytes 0..48)",
            Self::B => "B (bytes 48..144)",
            Self::C => "C (bytes 144..192)",
        })
    }
}

impl fmt::Display for KeyElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alpha => f.write_str("alpha (bytes 0..48)"),
            Self::Beta => f.write_str("beta (bytes 48..144)"),
            Self::Gamma => f.write_str("gamma (bytes 144..240)"),
            Self::Delta => f.write_str("delta (bytes 240..336)"),
            Self::Ic(index) => write!(f, "input point {index} (48 bytes each, from byte 336)"),
        }
    }
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the proof's point {} {}", self.element, self.fault)
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Point { element, fault } => {
                write!(f, "the verifying key's point {element} {fault}")
            }
            Self::Degenerate { first, second } => write!(
                f,
                "the verifying key's points {first} and {second} are equal or opposite: anybody could forge under it"
            ),
            Self::PreparedLength { found } => {
                write!(
                    f,
                    "a prepared key has {} bytes, this one {found}",
                    crate::groth16::PREPARED_LEN
                )
            }
        }
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Proof(error) => error.fmt(f),
            Self::Input(index) => {
                write!(f, "public input {index} is not below the scalar field's modulus")
            }
            Self::Rejected => {
                f.write_str("the proof does not hold for this statement under this key")
            }
            Self::Key(error) => error.fmt(f),
            Self::Backend => f.write_str(
                "the curve arithmetic failed on valid points: host and runtime do not fit",
            ),
        }
    }
}

impl core::error::Error for ProofError {}
impl core::error::Error for KeyError {}
impl core::error::Error for VerifyError {}
