//! Proofs from bytes.

use super::PROOF_LEN;
use crate::{
    error::{PointFault, ProofElement, ProofError},
    point::{Fields, G1, G2},
};

/// A proof: three points of the prime-order subgroups, none the identity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Proof {
    pub(super) a: G1,
    pub(super) b: G2,
    pub(super) c: G1,
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
        let a = fields
            .take()
            .ok_or(PointFault::Encoding)
            .and_then(G1::decode)
            .map_err(fail(ProofElement::A))?;
        let b = fields
            .take()
            .ok_or(PointFault::Encoding)
            .and_then(G2::decode)
            .map_err(fail(ProofElement::B))?;
        let c = fields
            .take()
            .ok_or(PointFault::Encoding)
            .and_then(G1::decode)
            .map_err(fail(ProofElement::C))?;
        Ok(Self { a, b, c })
    }
}
