//! The proof's equation, as a prover's check of its own work. The chain's verifier is a crate of
//! its own.

use bls12_381::Scalar;

use super::{
    curve::{Curve, G1, G2, pairing_product_is_one},
    keys::{PROOF_LEN, PUBLIC_INPUTS, VerifyingKey},
};

/// Whether `proof` proves the public inputs under `vk`: `e(A, B) = e(α, β) · e(Σ w_j IC_j, γ) ·
/// e(C, δ)`. Bytes that are no proof, and public inputs that are not below the modulus, do not.
///
/// # Complexity
/// Four pairings.
pub fn verify(
    vk: &VerifyingKey,
    proof: &[u8; PROOF_LEN],
    public_inputs: &[[u8; 32]; PUBLIC_INPUTS],
) -> bool {
    check(vk, proof, public_inputs).unwrap_or(false)
}

fn check(
    vk: &VerifyingKey,
    proof: &[u8; PROOF_LEN],
    public_inputs: &[[u8; 32]; PUBLIC_INPUTS],
) -> Option<bool> {
    let a = G1::uncompress(proof.get(..48)?)?;
    let b = G2::uncompress(proof.get(48..144)?)?;
    let c = G1::uncompress(proof.get(144..)?)?;
    let [constant, points @ ..] = &vk.ic;
    let mut inputs = G1::from_affine(constant);
    for (point, bytes) in points.iter().zip(public_inputs) {
        let value = Option::<Scalar>::from(Scalar::from_bytes(bytes))?;
        inputs = inputs.add(&G1::from_affine(point).times(&value));
    }
    Some(pairing_product_is_one(&[
        (G1::from_affine(&a).negate(), G2::from_affine(&b)),
        (G1::from_affine(&vk.alpha), G2::from_affine(&vk.beta)),
        (inputs, G2::from_affine(&vk.gamma)),
        (G1::from_affine(&c), G2::from_affine(&vk.delta)),
    ]))
}
