//! Verifying keys: validated when they are registered, prepared for every verification after that.

use super::VERIFYING_KEY_LEN;
use crate::{
    backend::{G1Bytes, G2Bytes},
    error::{KeyElement, KeyError, PointFault},
    point::{Fields, G1, G1_UNCOMPRESSED, G2, G2_UNCOMPRESSED},
};

/// Bytes of a [`PreparedVerifyingKey`].
pub const PREPARED_LEN: usize = 5 * G1_UNCOMPRESSED + 3 * G2_UNCOMPRESSED;

/// A verifying key: points of the prime-order subgroups, none the identity, no two of β, γ, δ equal
/// or opposite, and no two of the points that belong to public inputs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VerifyingKey {
    alpha: G1,
    beta: G2,
    gamma: G2,
    delta: G2,
    ic: [G1; 4],
}

impl VerifyingKey {
    /// A key from its canonical encoding, `α ‖ β ‖ γ ‖ δ ‖ IC₀ ‖ IC₁ ‖ IC₂ ‖ IC₃`.
    ///
    /// # Errors
    /// Which point is unusable, and why, or which pair of points makes the key forgeable by
    /// anybody.
    pub fn decode(bytes: &[u8; VERIFYING_KEY_LEN]) -> Result<Self, KeyError> {
        let mut fields = Fields(bytes);
        let key = Self {
            alpha: g1(&mut fields, KeyElement::Alpha)?,
            beta: g2(&mut fields, KeyElement::Beta)?,
            gamma: g2(&mut fields, KeyElement::Gamma)?,
            delta: g2(&mut fields, KeyElement::Delta)?,
            // An input point that is the identity would leave its input unbound.
            ic: [
                g1(&mut fields, KeyElement::Ic(0))?,
                g1(&mut fields, KeyElement::Ic(1))?,
                g1(&mut fields, KeyElement::Ic(2))?,
                g1(&mut fields, KeyElement::Ic(3))?,
            ],
        };
        key.check_independence()?;
        Ok(key)
    }

    /// Refuses the keys of [`notation`](crate::notes::notation) under which anybody can forge.
    fn check_independence(&self) -> Result<(), KeyError> {
        let pairs = [
            (KeyElement::Gamma, self.gamma, KeyElement::Delta, self.delta),
            (KeyElement::Beta, self.beta, KeyElement::Gamma, self.gamma),
            (KeyElement::Beta, self.beta, KeyElement::Delta, self.delta),
        ];
        for (first, p, second, q) in pairs {
            if p == q || p == q.opposite() {
                return Err(KeyError::Degenerate { first, second });
            }
        }
        // With IC₁ = ±IC₂, only x₁ ± x₂ is bound: a proof of (x₁, x₂) is one of (x₁ + t, x₂ ∓ t).
        // IC₀ has no input to trade.
        let [_, ic1, ic2, ic3] = self.ic;
        for (first, p, second, q) in [(1, ic1, 2, ic2), (1, ic1, 3, ic3), (2, ic2, 3, ic3)] {
            if p == q || p == q.opposite() {
                return Err(KeyError::Degenerate {
                    first: KeyElement::Ic(first),
                    second: KeyElement::Ic(second),
                });
            }
        }
        Ok(())
    }
}

fn g1(fields: &mut Fields, element: KeyElement) -> Result<G1, KeyError> {
    fields
        .take()
        .ok_or(PointFault::Encoding)
        .and_then(G1::decode)
        .map_err(|fault| KeyError::Point { element, fault })
}

fn g2(fields: &mut Fields, element: KeyElement) -> Result<G2, KeyError> {
    fields
        .take()
        .ok_or(PointFault::Encoding)
        .and_then(G2::decode)
        .map_err(|fault| KeyError::Point { element, fault })
}

/// A key in the form that verification reads: uncompressed, with α, γ and δ negated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PreparedVerifyingKey {
    pub(super) minus_alpha: G1Bytes,
    pub(super) beta: G2Bytes,
    pub(super) minus_gamma: G2Bytes,
    pub(super) minus_delta: G2Bytes,
    pub(super) ic: [G1Bytes; 4],
}

impl PreparedVerifyingKey {
    /// Prepares a key.
    pub fn prepare(key: &VerifyingKey) -> Self {
        Self {
            minus_alpha: key.alpha.opposite().to_uncompressed(),
            beta: key.beta.to_uncompressed(),
            minus_gamma: key.gamma.opposite().to_uncompressed(),
            minus_delta: key.delta.opposite().to_uncompressed(),
            ic: key.ic.map(|point| point.to_uncompressed()),
        }
    }

    /// The key for storage: −α ‖ β ‖ −γ ‖ −δ ‖ IC₀ ‖ IC₁ ‖ IC₂ ‖ IC₃, uncompressed.
    pub fn to_bytes(&self) -> [u8; PREPARED_LEN] {
        let [ic0, ic1, ic2, ic3] = &self.ic;
        let parts: [&[u8]; 8] = [
            &self.minus_alpha,
            &self.beta,
            &self.minus_gamma,
            &self.minus_delta,
            ic0,
            ic1,
            ic2,
            ic3,
        ];
        let mut out = [0u8; PREPARED_LEN];
        // Both sides have `PREPARED_LEN` bytes; `zip` needs no proof of it.
        out.iter_mut().zip(parts.into_iter().flatten()).for_each(|(to, from)| *to = *from);
        out
    }

    /// A key from bytes that [`to_bytes`](Self::to_bytes) gave. **Never call it with bytes from
    /// outside**: points are not validated again.
    ///
    /// # Errors
    /// [`KeyError::PreparedLength`] when the length is another.
    pub fn from_trusted_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        Self::split(bytes)
            .filter(|_| bytes.len() == PREPARED_LEN)
            .ok_or(KeyError::PreparedLength { found: bytes.len() })
    }

    fn split(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        Some(Self {
            minus_alpha: *fields.take()?,
            beta: *fields.take()?,
            minus_gamma: *fields.take()?,
            minus_delta: *fields.take()?,
            ic: [*fields.take()?, *fields.take()?, *fields.take()?, *fields.take()?],
        })
    }
}
