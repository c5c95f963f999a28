//! Independent verifiers: `groth16` on `bls12_381`, and arkworks.
//!
//! They say yes or no to bytes; why not is ours alone. Both take keys that we refuse, and neither
//! is asked about them.

use super::toy::{Inputs, KEY, PROOF};

/// The verifier of the crate `groth16`.
pub mod zkcrypto {
    use bls12_381::{Bls12, G1Affine, G2Affine, Scalar};

    use super::*;

    fn g1(bytes: &[u8]) -> Option<G1Affine> {
        Option::from(G1Affine::from_compressed(bytes.try_into().ok()?))
    }

    fn g2(bytes: &[u8]) -> Option<G2Affine> {
        Option::from(G2Affine::from_compressed(bytes.try_into().ok()?))
    }

    /// Returns `true` if it accepts; `None` where something does not decode.
    pub fn verify(key: &[u8; KEY], proof: &[u8; PROOF], inputs: &Inputs) -> Option<bool> {
        let key = groth16::VerifyingKey::<Bls12> {
            alpha_g1: g1(&key[..48])?,
            beta_g1: G1Affine::generator(),
            beta_g2: g2(&key[48..144])?,
            gamma_g2: g2(&key[144..240])?,
            delta_g1: G1Affine::generator(),
            delta_g2: g2(&key[240..336])?,
            ic: key[336..].chunks(48).map(g1).collect::<Option<_>>()?,
        };
        let proof =
            groth16::Proof { a: g1(&proof[..48])?, b: g2(&proof[48..144])?, c: g1(&proof[144..])? };
        let inputs: Vec<Scalar> =
            inputs.iter().map(|x| Option::from(Scalar::from_bytes(x))).collect::<Option<_>>()?;
        Some(groth16::verify_proof(&groth16::prepare_verifying_key(&key), &proof, &inputs).is_ok())
    }
}

/// The verifier of arkworks.
pub mod arkworks {
    use ark_bls12_381::{Bls12_381, Fr};
    use ark_groth16::{Groth16, Proof, VerifyingKey};
    use ark_serialize::CanonicalDeserialize;
    use ark_snark::SNARK;

    use super::*;

    fn decode<T: CanonicalDeserialize>(bytes: &[u8]) -> Option<T> {
        T::deserialize_compressed(bytes).ok()
    }

    /// Returns `true` if it accepts; `None` where something does not decode.
    pub fn verify(key: &[u8; KEY], proof: &[u8; PROOF], inputs: &Inputs) -> Option<bool> {
        let key = VerifyingKey::<Bls12_381> {
            alpha_g1: decode(&key[..48])?,
            beta_g2: decode(&key[48..144])?,
            gamma_g2: decode(&key[144..240])?,
            delta_g2: decode(&key[240..336])?,
            gamma_abc_g1: key[336..].chunks(48).map(decode).collect::<Option<_>>()?,
        };
        let proof = Proof {
            a: decode(&proof[..48])?,
            b: decode(&proof[48..144])?,
            c: decode(&proof[144..])?,
        };
        let inputs: Vec<Fr> = inputs.iter().map(|x| decode(x)).collect::<Option<_>>()?;
        Groth16::<Bls12_381>::verify(&key, &inputs, &proof).ok()
    }
}

/// Returns `true` if both accept. They must agree.
pub fn accept(key: &[u8; KEY], proof: &[u8; PROOF], inputs: &Inputs) -> bool {
    let answers = [zkcrypto::verify(key, proof, inputs), arkworks::verify(key, proof, inputs)];
    assert_eq!(
        answers[0].unwrap_or(false),
        answers[1].unwrap_or(false),
        "the oracles differ: {answers:?}"
    );
    answers[0].unwrap_or(false)
}
