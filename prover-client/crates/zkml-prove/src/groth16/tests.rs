//! Keys, proofs and audits of a small model, checked by implementations that are not ours.

use std::sync::{Arc, OnceLock};

use bls12_381::{Bls12, G1Affine, G2Affine, Scalar};
use zkml_model::random;

use super::{keys::VK_LEN, verify::verify, *};
use crate::groth16::{ModelCircuit, Opening, gadgets::testing::small_circuit};
use crate::progress::{Phase, Progress, no_progress};

mod audit;
mod blinding;
mod damaged;
mod file;
mod streamed;

const CONTEXT: [u8; 32] = {
    let mut context = [0x5a; 32];
    context[31] = 0;
    context
};

struct Fixture {
    circuit: ModelCircuit,
    setup: Setup,
    opening: Opening,
    proven: ProofWithStatement,
}

/// One small model with its keys and a proof, made once for all tests.
fn fixture() -> &'static Fixture {
    static FIXTURE: OnceLock<Fixture> = OnceLock::new();
    FIXTURE.get_or_init(|| {
        let circuit = small_circuit();
        let model = circuit.model().clone();
        let setup = setup(&circuit, &no_progress).unwrap();
        let opening = Opening::random(&model.input, random::input(&model, 1)).unwrap();
        let proven = prove(&circuit, &setup.key, &opening, &CONTEXT, &no_progress).unwrap();
        Fixture { circuit, setup, opening, proven }
    })
}

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
        let (Some(a), Some(b), Some(c)) =
            (g1(&proof[..48]), g2(&proof[48..144]), g1(&proof[144..]))
        else {
            return false;
        };
        let inputs: Vec<Scalar> =
            inputs.iter().map(|bytes| Scalar::from_bytes(bytes).unwrap()).collect();
        let prepared = groth16::prepare_verifying_key(&vk);
        groth16::verify_proof(&prepared, &groth16::Proof { a, b, c }, &inputs).is_ok()
    }
}

/// The verifier of arkworks.
mod arkworks {
    use ark_bls12_381::{Bls12_381, Fr, G1Affine, G2Affine};
    use ark_groth16::{Groth16, Proof, VerifyingKey};
    use ark_serialize::CanonicalDeserialize;
    use ark_snark::SNARK;

    use super::VK_LEN;

    fn g1(bytes: &[u8]) -> Option<G1Affine> {
        G1Affine::deserialize_compressed(bytes).ok()
    }

    fn g2(bytes: &[u8]) -> Option<G2Affine> {
        G2Affine::deserialize_compressed(bytes).ok()
    }

    pub fn accepts(vk: &[u8; VK_LEN], proof: &[u8; 192], inputs: &[[u8; 32]]) -> bool {
        let vk = VerifyingKey::<Bls12_381> {
            alpha_g1: g1(&vk[..48]).unwrap(),
            beta_g2: g2(&vk[48..144]).unwrap(),
            gamma_g2: g2(&vk[144..240]).unwrap(),
            delta_g2: g2(&vk[240..336]).unwrap(),
            gamma_abc_g1: vk[336..].chunks(48).map(|bytes| g1(bytes).unwrap()).collect(),
        };
        let (Some(a), Some(b), Some(c)) =
            (g1(&proof[..48]), g2(&proof[48..144]), g1(&proof[144..]))
        else {
            return false;
        };
        let inputs: Vec<Fr> = inputs
            .iter()
            .map(|bytes| Fr::deserialize_compressed(bytes.as_slice()).unwrap())
            .collect();
        Groth16::<Bls12_381>::verify(&vk, &inputs, &Proof { a, b, c }).unwrap()
    }
}

fn accepted_by_all(vk: &VerifyingKey, proof: &[u8; 192], inputs: &[[u8; 32]; 3]) -> bool {
    let ours = verify(vk, proof, inputs).is_ok();
    assert_eq!(ours, zkcrypto::accepts(&vk.to_bytes(), proof, inputs));
    assert_eq!(ours, arkworks::accepts(&vk.to_bytes(), proof, inputs));
    ours
}

#[test]
fn independent_verifiers_accept_the_proof() {
    let fixture = fixture();
    let vk = fixture.setup.key.verifying_key();
    assert!(accepted_by_all(vk, &fixture.proven.proof, &fixture.proven.public_inputs));
}

#[test]
fn proofs_of_one_statement_are_never_the_same() {
    let fixture = fixture();
    let again =
        prove(&fixture.circuit, &fixture.setup.key, &fixture.opening, &CONTEXT, &no_progress)
            .unwrap();
    assert_eq!(again.public_inputs, fixture.proven.public_inputs);
    for part in [0..48, 48..144, 144..192] {
        assert_ne!(again.proof[part.clone()], fixture.proven.proof[part]);
    }
}

#[test]
fn another_commitment_class_or_context_is_refused() {
    let fixture = fixture();
    let vk = fixture.setup.key.verifying_key();
    for i in 0..3 {
        let mut inputs = fixture.proven.public_inputs;
        inputs[i][0] ^= 1;
        assert!(!accepted_by_all(vk, &fixture.proven.proof, &inputs), "public input {i}");
    }
}

#[test]
fn public_inputs_above_the_modulus_are_refused() {
    let fixture = fixture();
    let mut inputs = fixture.proven.public_inputs;
    inputs[1] = [0xff; 32];
    assert_eq!(
        verify(fixture.setup.key.verifying_key(), &fixture.proven.proof, &inputs),
        Err(crate::VerifyError::PublicInput { index: 1 })
    );
}

#[test]
fn changed_proofs_are_refused() {
    let fixture = fixture();
    let vk = fixture.setup.key.verifying_key();
    for position in (0..192).step_by(7) {
        let mut proof = fixture.proven.proof;
        proof[position] ^= 1;
        assert!(!accepted_by_all(vk, &proof, &fixture.proven.public_inputs), "byte {position}");
    }
    let mut swapped = fixture.proven.proof;
    swapped.copy_within(144..192, 0);
    assert!(!accepted_by_all(vk, &swapped, &fixture.proven.public_inputs));
}

#[test]
fn a_proof_under_another_setup_is_refused() {
    let fixture = fixture();
    let other = setup(&fixture.circuit, &no_progress).unwrap();
    assert!(!accepted_by_all(
        other.key.verifying_key(),
        &fixture.proven.proof,
        &fixture.proven.public_inputs
    ));
}

#[test]
fn the_key_of_another_model_does_not_prove() {
    let fixture = fixture();
    let other = ModelCircuit::new(Arc::new(random::model(1))).unwrap();
    let opening = Opening::random(other.input(), random::input(other.model(), 1)).unwrap();
    let error = prove(&other, &fixture.setup.key, &opening, &CONTEXT, &no_progress).unwrap_err();
    assert!(matches!(error, ProveError::OtherModel { .. }), "{error}");
}

#[test]
fn a_corrupt_key_makes_no_proof() {
    let fixture = fixture();
    let mut key = fixture.setup.key.clone();
    key.points.h.swap(0, 1);
    let error =
        prove(&fixture.circuit, &key, &fixture.opening, &CONTEXT, &no_progress).unwrap_err();
    assert!(matches!(error, ProveError::SelfCheck(_)), "{error}");
    let mut key = fixture.setup.key.clone();
    key.points.l.pop();
    let error =
        prove(&fixture.circuit, &key, &fixture.opening, &CONTEXT, &no_progress).unwrap_err();
    assert!(matches!(error, ProveError::KeyShape { section: "L", .. }), "{error}");
}

#[test]
fn proofs_of_other_random_models_are_accepted() {
    for seed in [20, 21, 22, 23] {
        let circuit = ModelCircuit::new(Arc::new(random::model(seed))).unwrap();
        let setup = setup(&circuit, &no_progress).unwrap();
        let opening =
            Opening::random(circuit.input(), random::input(circuit.model(), seed)).unwrap();
        let proven = prove(&circuit, &setup.key, &opening, &CONTEXT, &no_progress).unwrap();
        assert!(
            accepted_by_all(setup.key.verifying_key(), &proven.proof, &proven.public_inputs),
            "{seed}"
        );
        assert_eq!(proven.public_inputs[0], opening.commitment());
        assert_eq!(proven.public_inputs[2], CONTEXT);
        let class = zkml_model::infer::run(circuit.model(), opening.values()).unwrap().class;
        assert_eq!(Some(proven.answer), class.map(zkml_model::output::Answer::Class));
    }
}

#[test]
fn a_proof_of_each_kind_of_answer_is_accepted_for_that_answer_alone() {
    for seed in [1, 2, 4, 5] {
        let circuit = ModelCircuit::new(Arc::new(random::outputs(seed))).unwrap();
        let setup = setup(&circuit, &no_progress).unwrap();
        let opening =
            Opening::random(circuit.input(), random::input(circuit.model(), seed)).unwrap();
        let proven = prove(&circuit, &setup.key, &opening, &CONTEXT, &no_progress).unwrap();
        let trace = zkml_model::infer::run(circuit.model(), opening.values()).unwrap();
        let answer = circuit.output().answer(&trace).unwrap();
        assert_eq!((&proven.answer, proven.public_inputs[1]), (&answer, answer.element()));
        let vk = setup.key.verifying_key();
        assert!(accepted_by_all(vk, &proven.proof, &proven.public_inputs), "{seed}");
        for byte in [0, 1, 30] {
            let mut other = proven.public_inputs;
            other[1][byte] ^= 1;
            assert!(!accepted_by_all(vk, &proven.proof, &other), "{seed}: byte {byte}");
        }
    }
}

#[test]
fn a_verifying_key_comes_back_from_its_bytes_and_only_from_valid_ones() {
    let vk = fixture().setup.key.verifying_key();
    let bytes = vk.to_bytes();
    assert!(VerifyingKey::from_bytes(&bytes).unwrap() == *vk);
    let mut same = bytes;
    same.copy_within(144..240, 240);
    assert!(VerifyingKey::from_bytes(&same).is_err());
    for start in [0, 48, 144, 240, 336, 384, 432, 480] {
        let mut infinity = bytes;
        let len = if (48..336).contains(&start) { 96 } else { 48 };
        infinity[start..start + len].fill(0);
        infinity[start] = 0xc0;
        assert!(VerifyingKey::from_bytes(&infinity).is_err(), "infinity at {start}");
        let mut uncompressed = bytes;
        uncompressed[start] &= 0x7f;
        assert!(VerifyingKey::from_bytes(&uncompressed).is_err(), "flag at {start}");
    }
}

#[test]
fn bellmans_own_prover_makes_proofs_for_the_same_circuit() {
    // The crate `groth16` sets up and proves from bellman's circuit alone, without our matrices or
    // our key.
    let fixture = fixture();
    let instance = fixture.circuit.with_witness(&fixture.opening, &CONTEXT).unwrap();
    let secrets = [3u64, 5, 7, 11, 13].map(|n| Scalar::from(n).square().square() + Scalar::from(n));
    let [alpha, beta, gamma, delta, tau] = secrets;
    let (g1, g2) = (bls12_381::G1Projective::generator(), bls12_381::G2Projective::generator());
    let parameters = groth16::generate_parameters::<Bls12, _>(
        fixture.circuit.clone(),
        g1,
        g2,
        alpha,
        beta,
        gamma,
        delta,
        tau,
    )
    .unwrap();
    let proof =
        groth16::create_proof(instance, &parameters, Scalar::from(17), Scalar::from(19)).unwrap();
    let inputs: Vec<Scalar> =
        fixture.proven.public_inputs.iter().map(|b| Scalar::from_bytes(b).unwrap()).collect();
    let prepared = groth16::prepare_verifying_key(&parameters.vk);
    assert!(groth16::verify_proof(&prepared, &proof, &inputs).is_ok());

    // With the same secrets our setup makes the same verifying key.
    let ours = setup::Secrets { tau, alpha, beta, gamma, delta };
    let ours = setup::setup_with(&fixture.circuit, ours, &no_progress).unwrap();
    let vk = &parameters.vk;
    let mut theirs = vk.alpha_g1.to_compressed().to_vec();
    [vk.beta_g2, vk.gamma_g2, vk.delta_g2].iter().for_each(|p| theirs.extend(p.to_compressed()));
    vk.ic.iter().for_each(|p| theirs.extend(p.to_compressed()));
    assert_eq!(ours.key.verifying_key().to_bytes().to_vec(), theirs);
}

#[test]
fn progress_ends_where_it_should() {
    let told = std::sync::Mutex::new(Vec::new());
    let fixture = fixture();
    let on = |progress: Progress| told.lock().unwrap().push(progress);
    prove(&fixture.circuit, &fixture.setup.key, &fixture.opening, &CONTEXT, &on).unwrap();
    setup(&fixture.circuit, &on).unwrap();
    let told = told.into_inner().unwrap();
    for phase in [
        Phase::Witness,
        Phase::Quotient,
        Phase::Sums,
        Phase::Checks,
        Phase::KeyG1,
        Phase::KeyG2,
        Phase::Transcript,
    ] {
        let mut of_phase = told.iter().filter(|progress| progress.phase == phase);
        assert!(of_phase.clone().all(|progress| progress.done <= progress.total));
        assert!(of_phase.any(|progress| progress.done == progress.total), "{phase}");
    }
}

#[test]
fn a_key_that_would_not_blind_makes_no_proof() {
    use super::curve::{Curve, G1, G2};

    let fixture = fixture();
    let refusal = |change: &dyn Fn(&mut ProvingKey)| {
        let mut key = fixture.setup.key.clone();
        change(&mut key);
        prove(&fixture.circuit, &key, &fixture.opening, &CONTEXT, &no_progress)
            .unwrap_err()
            .to_string()
    };
    // A point of the curve that is outside the subgroup: its multiples by the group's order do not
    // vanish.
    let outside = (1u8..)
        .filter_map(|x| {
            let mut bytes = [0u8; 48];
            (bytes[0], bytes[47]) = (0x80, x);
            Option::<G1Affine>::from(G1Affine::from_compressed_unchecked(&bytes))
        })
        .find(|point| !bool::from(point.is_torsion_free()))
        .unwrap();
    let outside = G1::deserialize(&outside.to_uncompressed()).unwrap();
    let doubled =
        |p: &<G1 as Curve>::Affine| G1::from_affine(p).times(&Scalar::from(2)).to_affine();
    assert!(refusal(&|key| key.points.delta = outside).contains("delta"));
    assert!(refusal(&|key| key.points.beta = outside).contains("beta"));
    assert!(refusal(&|key| key.points.delta = doubled(&key.points.delta)).contains("delta"));
    assert!(refusal(&|key| key.points.beta = doubled(&key.points.beta)).contains("beta"));
    assert!(refusal(&|key| key.vk.delta = G2::generator().to_affine()).contains("delta"));
}

#[test]
fn verifying_keys_under_which_anybody_can_forge_are_refused() {
    use super::curve::{Curve, G2};

    let vk = fixture().setup.key.verifying_key();
    assert!(VerifyingKey::from_bytes(&vk.to_bytes()).is_ok());
    let negated = |p: &<G2 as Curve>::Affine| G2::from_affine(p).negate().to_affine();
    for (one, other) in [(vk.gamma, negated(&vk.gamma)), (vk.beta, negated(&vk.beta))] {
        for point in [one, other] {
            let mut key = vk.clone();
            key.delta = point;
            assert!(VerifyingKey::from_bytes(&key.to_bytes()).is_err());
        }
    }
    for point in [vk.beta, negated(&vk.beta)] {
        let mut key = vk.clone();
        key.gamma = point;
        assert!(VerifyingKey::from_bytes(&key.to_bytes()).is_err());
    }
}
