//! Verifying and proving keys.
//!
//! A verifying key is [`VK_LEN`] bytes, all points compressed by the zcash encoding:
//!
//! | bytes | point |
//! |---|---|
//! | 0 .. 48 | `α` in G1 |
//! | 48 .. 144 | `β` in G2 |
//! | 144 .. 240 | `γ` in G2 |
//! | 240 .. 336 | `δ` in G2 |
//! | 336 .. 528 | `IC_0 … IC_3` in G1: the constant, input commitment, output, context |

use bls12_381::Scalar;

use super::{
    curve::{Curve, G1, G1Affine, G2, G2Affine},
    error::KeyError,
    msm::multi_scalar,
};
use crate::groth16::r1cs::Matrices;

pub use crate::proof_system::PUBLIC_INPUTS;
/// Bytes of a verifying key.
pub const VK_LEN: usize = 528;
/// Bytes of a proof: A, B, C.
pub const PROOF_LEN: usize = 192;

/// A verifying key.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifyingKey {
    pub(crate) alpha: G1Affine,
    pub(crate) beta: G2Affine,
    pub(crate) gamma: G2Affine,
    pub(crate) delta: G2Affine,
    pub(crate) ic: [G1Affine; PUBLIC_INPUTS + 1],
}

impl VerifyingKey {
    /// The canonical bytes.
    pub fn to_bytes(&self) -> [u8; VK_LEN] {
        let mut out = [0u8; VK_LEN];
        let (alpha, rest) = out.split_at_mut(48);
        G1::compress(&self.alpha, alpha);
        let (g2, g1) = rest.split_at_mut(3 * 96);
        let points = [&self.beta, &self.gamma, &self.delta];
        g2.chunks_mut(96).zip(points).for_each(|(out, point)| G2::compress(point, out));
        g1.chunks_mut(48).zip(&self.ic).for_each(|(out, point)| G1::compress(point, out));
        out
    }

    /// Reads a key. Every point is canonical, in its subgroup and not at infinity; `γ` and `δ`
    /// differ.
    ///
    /// # Errors
    /// [`KeyError::Point`] names the first point that is not.
    pub fn from_bytes(bytes: &[u8; VK_LEN]) -> Result<Self, KeyError> {
        let g1 = |section, index, at: usize| {
            let point = bytes.get(at..at + 48).and_then(G1::uncompress);
            point.ok_or(KeyError::Point { what: "verifying key", section, index })
        };
        let g2 = |section, at: usize| {
            let point = bytes.get(at..at + 96).and_then(G2::uncompress);
            point.ok_or(KeyError::Point { what: "verifying key", section, index: 0 })
        };
        let key = Self {
            alpha: g1("alpha", 0, 0)?,
            beta: g2("beta", 48)?,
            gamma: g2("gamma", 144)?,
            delta: g2("delta", 240)?,
            ic: [g1("IC", 0, 336)?, g1("IC", 1, 384)?, g1("IC", 2, 432)?, g1("IC", 3, 480)?],
        };
        key.check_independence()?;
        Ok(key)
    }

    /// Under a key in which two of β, γ, δ are equal or opposite, anybody can forge, and with two
    /// such points of public inputs one proof is of many statements; the chain refuses them as
    /// well.
    fn check_independence(&self) -> Result<(), KeyError> {
        let same = |p: &G2Affine, q: &G2Affine| {
            let (p, q) = (G2::from_affine(p), G2::from_affine(q));
            p.equals(&q) || p.equals(&q.negate())
        };
        let pairs = [
            ("delta (equal or opposite to gamma)", &self.delta, &self.gamma),
            ("gamma (equal or opposite to beta)", &self.gamma, &self.beta),
            ("delta (equal or opposite to beta)", &self.delta, &self.beta),
        ];
        if let Some((section, ..)) = pairs.into_iter().find(|(_, p, q)| same(p, q)) {
            return Err(KeyError::Point { what: "verifying key", section, index: 0 });
        }
        let inputs = self.ic.map(|point| G1::from_affine(&point));
        let alike = |p: &G1, q: &G1| p.equals(q) || p.equals(&q.negate());
        for (index, point) in inputs.iter().enumerate().skip(2) {
            if inputs.iter().take(index).skip(1).any(|before| alike(point, before)) {
                let section = "IC (equal or opposite to one before it)";
                return Err(KeyError::Point { what: "verifying key", section, index });
            }
        }
        Ok(())
    }
}

/// A proving key. It encodes the model's weights: it stays with the owner of a private model.
#[derive(Clone, PartialEq)]
pub struct ProvingKey {
    pub(crate) header: super::ProvingKeyHeader,
    pub(crate) vk: VerifyingKey,
    pub(crate) points: Points,
}

/// The points of a proving key.
#[derive(Clone, PartialEq)]
pub(crate) struct Points {
    /// `β` in G1.
    pub beta: G1Affine,
    /// `δ` in G1.
    pub delta: G1Affine,
    /// `u_j(τ)` of the variables that occur in A.
    pub a: Vec<G1Affine>,
    /// `v_j(τ)` of the variables that occur in B.
    pub b_g1: Vec<G1Affine>,
    /// The same in G2.
    pub b_g2: Vec<G2Affine>,
    /// `L_j` of the private variables.
    pub l: Vec<G1Affine>,
    /// Coset Lagrange basis at `τ`, times `Z(τ) / δ`.
    pub h: Vec<G1Affine>,
}

impl core::fmt::Debug for ProvingKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ProvingKey").field("header", &self.header).finish_non_exhaustive()
    }
}

impl ProvingKey {
    /// The purpose of the key, and its sizes.
    pub fn header(&self) -> &super::ProvingKeyHeader {
        &self.header
    }

    /// The verifying key.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.vk
    }
}

/// Parts of a proving key in G1 that a proof sums up, in the order of the file and of the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// `u_j(τ)`.
    A,
    /// `v_j(τ)`.
    B,
    /// `L_j`.
    L,
    /// The coset's Lagrange basis.
    H,
}

/// A proving key, in memory or in a file, whose parts are asked for in the order of the file, each
/// once: A, B in G1, B in G2, L, H.
pub(crate) trait Parts {
    /// The purpose of the key, and its sizes.
    fn header(&self) -> &super::ProvingKeyHeader;
    /// The verifying key.
    fn verifying_key(&self) -> &VerifyingKey;
    /// Points of A, B in G1, B in G2, L, H.
    fn lengths(&self) -> [usize; 5];
    /// `β` and `δ` in G1.
    fn blinding(&self) -> [G1Affine; 2];
    /// `Σ scalar · point` over a part.
    fn sum<'a>(
        &mut self,
        part: Part,
        scalars: impl Iterator<Item = &'a Scalar>,
    ) -> Result<G1, KeyError>;
    /// The same over B in G2.
    fn sum_b_g2<'a>(&mut self, scalars: impl Iterator<Item = &'a Scalar>) -> Result<G2, KeyError>;
    /// After all parts: whether they were what the key's maker wrote.
    fn end(&mut self) -> Result<(), KeyError>;
}

impl Parts for &ProvingKey {
    fn header(&self) -> &super::ProvingKeyHeader {
        &self.header
    }

    fn verifying_key(&self) -> &VerifyingKey {
        &self.vk
    }

    fn lengths(&self) -> [usize; 5] {
        let Points { a, b_g1, b_g2, l, h, .. } = &self.points;
        [a.len(), b_g1.len(), b_g2.len(), l.len(), h.len()]
    }

    fn blinding(&self) -> [G1Affine; 2] {
        [self.points.beta, self.points.delta]
    }

    fn sum<'a>(
        &mut self,
        part: Part,
        scalars: impl Iterator<Item = &'a Scalar>,
    ) -> Result<G1, KeyError> {
        let points = match part {
            Part::A => &self.points.a,
            Part::B => &self.points.b_g1,
            Part::L => &self.points.l,
            Part::H => &self.points.h,
        };
        Ok(multi_scalar(points, scalars))
    }

    fn sum_b_g2<'a>(&mut self, scalars: impl Iterator<Item = &'a Scalar>) -> Result<G2, KeyError> {
        Ok(multi_scalar(&self.points.b_g2, scalars))
    }

    fn end(&mut self) -> Result<(), KeyError> {
        Ok(())
    }
}

/// The parts of a key whose number of points is not the circuit's: name, points needed, points
/// there.
pub(crate) fn shape_mismatch(
    lengths: [usize; 5],
    matrices: &Matrices,
    domain: usize,
) -> Option<(&'static str, usize, usize)> {
    let count = |matrix: &crate::groth16::r1cs::Matrix| {
        matrix.occurring(matrices.shape).iter().filter(|o| **o).count()
    };
    let b = count(&matrices.b);
    let expected = [count(&matrices.a), b, b, matrices.shape.private, domain];
    let parts = ["A", "B in G1", "B in G2", "L", "H"].into_iter().zip(expected).zip(lengths);
    parts
        .map(|((part, expected), got)| (part, expected, got))
        .find(|(_, expected, got)| expected != got)
}
