//! The proof's equation, as a prover's check of its own work. The chain's verifier is a crate of
//! its own.

use bls12_381::Scalar;

use super::{
    curve::{Curve, G1, G1Affine, G2, G2Affine, pairing_product_is_one},
    keys::{PROOF_LEN, PUBLIC_INPUTS, VerifyingKey},
};
use crate::error::VerifyError;

/// Verifies that `proof` proves the public inputs under `vk`: `e(A, B) = e(α, β) · e(Σ w_j IC_j, γ)
/// · e(C, δ)`.
///
/// # Errors
/// [`VerifyError`]: a public input that is not below the modulus, bytes that are not three points
/// of their subgroups, or an equation that does not hold.
///
/// # Complexity
/// Four pairings.
pub fn verify(
    vk: &VerifyingKey,
    proof: &[u8; PROOF_LEN],
    public_inputs: &[[u8; 32]; PUBLIC_INPUTS],
) -> Result<(), VerifyError> {
    let [constant, points @ ..] = &vk.ic;
    let mut inputs = G1::from_affine(constant);
    for (index, (point, bytes)) in points.iter().zip(public_inputs).enumerate() {
        let value = Option::<Scalar>::from(Scalar::from_bytes(bytes));
        let value = value.ok_or(VerifyError::PublicInput { index })?;
        inputs = inputs.add(&G1::from_affine(point).times(&value));
    }
    let (a, b, c) = points_of(proof).ok_or(VerifyError::Malformed)?;
    let holds = pairing_product_is_one(&[
        (G1::from_affine(&a).negate(), G2::from_affine(&b)),
        (G1::from_affine(&vk.alpha), G2::from_affine(&vk.beta)),
        (inputs, G2::from_affine(&vk.gamma)),
        (G1::from_affine(&c), G2::from_affine(&vk.delta)),
    ]);
    if holds { Ok(()) } else { Err(VerifyError::NotValid) }
}

fn points_of(proof: &[u8; PROOF_LEN]) -> Option<(G1Affine, G2Affine, G1Affine)> {
    let a = G1::uncompress(proof.get(..48)?)?;
    let b = G2::uncompress(proof.get(48..144)?)?;
    let c = G1::uncompress(proof.get(144..)?)?;
    Some((a, b, c))
}
