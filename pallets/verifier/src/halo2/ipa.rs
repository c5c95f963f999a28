//! The inner-product argument: one commitment P opens to v at x.
//!
//! | | from | what | how many |
//! |---|---|---|---|
//! | 1 | prover | S, a commitment to a polynomial with a root at x | 1 point |
//! | 2 | verifier | ξ, z | |
//! | 3 | prover, verifier | Lⱼ, Rⱼ; then uⱼ | 2 points; k times |
//! | 4 | prover | c, f | 2 scalars |
//!
//! The verifier accepts when
//!
//! ```text
//! P − [v] G₀ + [ξ] S + Σ ([uⱼ⁻¹] Lⱼ + [uⱼ] Rⱼ) = [c] ⟨s, G⟩ + [c·b·z] U + [f] W
//! s = coefficients of Π (1 + u₍ₖ₋₁₋ᵢ₎ X^(2^i)),   b = that polynomial at x
//! ```
//!
//! The halo2 book, "Polynomial commitment using inner product argument"; eprint 2019/1021. The
//! check is not done here: its terms go to an [`Accumulator`](super::accumulator::Accumulator),
//! where those of several proofs meet.

use alloc::vec::Vec;

use ff::{Field, PrimeField};
use pasta_curves::Fp;

use super::{
    domain::batch_invert,
    error::ProofError,
    multiopen::{Combination, Opening},
    point::Point,
    transcript::{Blake2bRead, TranscriptRead},
};

/// The terms of one proof's check, whose sum must be the identity.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Commitments of key and proof.
    pub points: Combination<Fp, Point>,
    /// The scalar of G₀ beside that in `s`.
    pub g0: Fp,
    /// The scalar of U.
    pub u: Fp,
    /// The scalar of W.
    pub w: Fp,
    /// −c, by which `s` is multiplied.
    pub minus_c: Fp,
    /// u₀, …, u₍ₖ₋₁₎.
    pub challenges: Vec<Fp>,
}

/// Reads the argument.
///
/// # Errors
/// When the proof ends, or has bytes that are no point or no scalar.
pub fn read(
    k: u8,
    opening: Opening<Fp, Point>,
    transcript: &mut Blake2bRead<'_>,
) -> Result<Terms, ProofError> {
    let Opening { commitment: mut points, point: x, value } = opening;
    let s = transcript.read_point()?;
    let xi = transcript.squeeze_challenge();
    points.push((xi, s));
    let z = transcript.squeeze_challenge();
    let rounds = (0..k)
        .map(|_| {
            let (left, right) = (transcript.read_point()?, transcript.read_point()?);
            Ok((left, right, transcript.squeeze_challenge()))
        })
        .collect::<Result<Vec<_>, ProofError>>()?;
    let challenges: Vec<Fp> = rounds.iter().map(|(_, _, challenge)| *challenge).collect();
    for ((left, right, challenge), inverse) in rounds.iter().zip(inverses(&challenges)) {
        points.push((inverse, *left));
        points.push((*challenge, *right));
    }
    let (c, f) = (transcript.read_scalar()?, transcript.read_scalar()?);
    let minus_c = -c;
    let b = evaluate(&challenges, x);
    Ok(Terms { points, g0: -value, u: minus_c * b * z, w: -f, minus_c, challenges })
}

/// As halo2_proofs: zero, which no challenge will ever be, stays zero.
fn inverses(challenges: &[Fp]) -> Vec<Fp> {
    let mut inverses = challenges.to_vec();
    if batch_invert(&mut inverses).is_none() {
        let inverse = |challenge: &Fp| Option::from(challenge.invert()).unwrap_or(Fp::ZERO);
        inverses = challenges.iter().map(inverse).collect();
    }
    inverses
}

/// `Π (1 + u₍ₖ₋₁₋ᵢ₎ x^(2^i))`.
pub fn evaluate<F: PrimeField>(challenges: &[F], x: F) -> F {
    let mut power = x;
    challenges.iter().rev().fold(F::ONE, |product, challenge| {
        let next = product * (F::ONE + *challenge * power);
        power = power.square();
        next
    })
}

/// The coefficients of that polynomial, times `factor`: 2^k of them.
pub fn coefficients<F: PrimeField>(challenges: &[F], factor: F) -> Vec<F> {
    let capacity =
        1usize.checked_shl(u32::try_from(challenges.len()).unwrap_or(u32::MAX)).unwrap_or(0);
    let mut coefficients = Vec::with_capacity(capacity);
    coefficients.push(factor);
    for challenge in challenges.iter().rev() {
        let low = coefficients.len();
        for index in 0..low {
            let Some(value) = coefficients.get(index).map(|value| *value * challenge) else {
                break;
            };
            coefficients.push(value);
        }
    }
    coefficients
}
