//! Keys, proofs and audits of a small model, checked by implementations that are not ours.

use std::sync::{Arc, OnceLock};

use bls12_381::{Bls12, G1Affine, G2Affine, Scalar};
use zkml_model::random;

use super::{keys::VK_LEN, progress::silent, verify::verify, *};
use crate::{ModelCircuit, Opening};

mod audit;
mod file;

const CONTEXT: [u8; 32] = {
    let mut context = [0x5a; 32];
    context[31] = 0;
    context
};

struct Fixture {
    circuit: ModelCircuit,
    setup: Setup,
    opening: Opening,
    proven: Proven,
}

/// One small model with its keys and a proof, made once for all tests.
fn fixture() -> &'static Fixture {
    static FIXTURE: OnceLock<Fixture> = OnceLock::new();
    FIXTURE.get_or_init(|| {
        let model = Arc::new(random::model(SEED));
        let circuit = ModelCircuit::new(model.clone()).unwrap();
        let setup = setup(&circuit, &silent).unwrap();
        let opening = Opening::random(&model.input, random::input(&model, 1)).unwrap();
        let proven = prove(&circuit, &setup.key, &opening, &CONTEXT, &silent).unwrap();
        Fixture { circuit, setup, opening, proven }
    })
}

/// A seed whose model has a convolution, a ReLU and a requantisation.
const SEED: u64 = 3;

/// The verifier of the crate `groth16`.
mod zkcrypto {
    use super::*;

    fn g1(bytes: &[u8]) -> Option<G1Affine> {
        Option::from(G1Affine::from_compressed(bytes.try_into().unwrap()))
    }

    fn g2(bytes: &[u8]) -> Option<G2Affine> {
        Option::from(G2Affine::from_compressed(bytes.try_into().unwrap()))
    }

    pub fn accepts(vk: &[u8; VK_LEN], proof: &[u8; 192], inputs: &[[u8; 32]]) -> bool {
        let vk = groth16::VerifyingKey::<Bls12> {
            alpha_g1: g1(&vk[..48]).unwrap(),
            beta_g1: G1Affine::generator(),
            beta_g2: g2(&vk[48..144]).unwrap(),
            gamma_g2: g2(&vk[144..240]).unwrap(),
            delta_g1: G1Affine::generator(),
            delta_g2: g2(&vk[240..336]).unwrap(),
            ic: vk[336..].chunks(48).map(|bytes| g1(bytes).unwrap()).collect(),
        };
        let (Some(a), Some(b), Some(c)) = (g1(&proof[..48]), g2(&proof[48..144]), g1(&proof[144..])) else {
            return false;
        };
        let inputs: Vec<Scalar> = inputs.iter().map(|bytes| Scalar::from_bytes(bytes).unwrap()).collect();
        let prepared = groth16::prepare_verifying_key(&vk);
        groth16::verify_proof(&prepared, &groth16::Proof { a, b, c }, &inputs).is_ok()
    }
}

fn accepted_by_all(vk: &VerifyingKey, proof: &[u8; 192], inputs: &[[u8; 32]; 3]) -> bool {
    let ours = verify(vk, proof, inputs);
    assert_eq!(ours, zkcrypto::accepts(&vk.to_bytes(), proof, inputs));
    ours
}

#[test]
fn independent_verifiers_accept_the_proof() {
    let fixture = fixture();
    let vk = fixture.setup.key.verifying_key();
    assert!(accepted_by_all(vk, &fixture.proven.proof, &fixture.proven.public_inputs));
}
