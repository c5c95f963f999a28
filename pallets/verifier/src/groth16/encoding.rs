//! Proofs from bytes.

use bls12_381::{G1Affine, G2Affine};

use super::PROOF_LEN;
use crate::{
    error::{PointFault, ProofElement, ProofError},
    point::{self, Fields},
};

/// A proof: three points of the prime-order subgroups, none the identity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Proof {
    pub(super) a: G1Affine,
    pub(super) b: G2Affine,
    pub(super) c: G1Affine,
}

impl Proof {
    /// A proof from its canonical encoding, `A ‖ B ‖ C`.
    ///
    /// # Errors
    /// Which point is unusable, and why.
    ///
    /// # Complexity
    /// Three square roots and three subgroup checks.
    pub fn decode(bytes: &[u8; PROOF_LEN]) -> Result<Self, ProofError> {
        let mut fields = Fields(bytes);
        let fail = |element| move |fault| ProofError { element, fault };
        // The lengths add up to `PROOF_LEN`; a missing field would be an encoding fault.
        let a =
            fields.take().ok_or(PointFault::Encoding).and_then(point::g1).map_err(fail(ProofElement::A))?;
        let b =
            fields.take().ok_or(PointFault::Encoding).and_then(point::g2).map_err(fail(ProofElement::B))?;
        let c =
            fields.take().ok_or(PointFault::Encoding).and_then(point::g1).map_err(fail(ProofElement::C))?;
        Ok(Self { a, b, c })
    }
}
