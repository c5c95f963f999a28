//! Real proofs.

use std::sync::Arc;

use zkml_model::{infer, output::Answer, random};

use super::mnist;
use crate::halo2::{
    circuit::ModelCircuit,
    error::SetupError,
    keys::{Generators, setup, setup_with, verifying_key},
    prove::prove,
    verify::verify,
};
use crate::{Opening, progress::no_progress};

#[test]
fn a_proof_of_each_kind_of_answer_verifies_for_that_answer_alone() {
    for seed in [1, 2, 4, 5] {
        let model = Arc::new(random::outputs(seed));
        let circuit = ModelCircuit::new(model.clone()).unwrap();
        let keys = setup(&circuit, &no_progress).unwrap();
        let values = random::input(&model, seed);
        let answer = circuit.output().answer(&infer::run(&model, &values).unwrap()).unwrap();
        let opening = Opening::random(&model.input, values).unwrap();
        let proven = prove(&keys, &opening, &[9; 32], &no_progress).unwrap();
        assert_eq!((&proven.answer, proven.public_inputs[1]), (&answer, answer.element()));
        for byte in [0, 1, 30] {
            let mut other = proven.public_inputs;
            other[1][byte] ^= 1;
            assert!(verify(&keys, &proven.proof, &other).is_err(), "{seed}: byte {byte}");
        }
    }
}

#[test]
fn a_proof_of_a_random_model_verifies_and_no_other_does() {
    for seed in [4, 21] {
        let model = Arc::new(random::model(seed));
        let circuit = ModelCircuit::new(model.clone()).unwrap();
        let keys = setup(&circuit, &no_progress).unwrap();
        let values = random::input(&model, seed);
        let class = infer::run(&model, &values).unwrap().class.unwrap();
        let opening = Opening::random(&model.input, values).unwrap();
        let proven = prove(&keys, &opening, &[9; 32], &no_progress).unwrap();
        assert_eq!(
            (proven.answer.clone(), proven.public_inputs[2]),
            (Answer::Class(class), [9; 32])
        );
        assert_eq!(proven.public_inputs[0], opening.commitment());
        assert_eq!(proven.proof.len(), circuit.plan().proof_bytes);
        assert_eq!(verify(&keys, &proven.proof, &proven.public_inputs), Ok(()));
        for i in 0..3 {
            let mut other = proven.public_inputs;
            other[i][0] ^= 1;
            assert!(verify(&keys, &proven.proof, &other).is_err(), "{seed}: input {i}");
            other[i] = [255; 32];
            assert!(
                verify(&keys, &proven.proof, &other).is_err(),
                "{seed}: input {i} is not canonical"
            );
        }
        for at in (0..proven.proof.len()).step_by(61) {
            let mut other = proven.proof.clone();
            other[at] ^= 4;
            assert!(verify(&keys, &other, &proven.public_inputs).is_err(), "{seed}: byte {at}");
        }
        let longer = [proven.proof.as_slice(), &[0]].concat();
        assert!(verify(&keys, &longer, &proven.public_inputs).is_err());
        assert!(
            verify(&keys, &proven.proof[..proven.proof.len() - 1], &proven.public_inputs).is_err()
        );
        assert!(verify(&keys, &[], &proven.public_inputs).is_err());
    }
}

#[test]
fn two_proofs_of_one_statement_share_no_point_or_scalar() {
    let model = Arc::new(random::model(4));
    let circuit = ModelCircuit::new(model.clone()).unwrap();
    let keys = setup(&circuit, &no_progress).unwrap();
    let opening = Opening::random(&model.input, random::input(&model, 4)).unwrap();
    let [a, b] = [0; 2].map(|_| prove(&keys, &opening, &[9; 32], &no_progress).unwrap().proof);
    assert!(a.chunks(32).zip(b.chunks(32)).all(|(a, b)| a != b));
}

#[test]
fn keys_are_a_function_of_the_model() {
    let (model, mut other) = (random::model(4), random::model(4));
    let circuit = ModelCircuit::new(Arc::new(model)).unwrap();
    let generators = Generators::new(circuit.plan().k, &no_progress);
    let text = |circuit: &ModelCircuit| {
        format!("{:?}", verifying_key(circuit, &generators, &no_progress).unwrap().pinned())
    };
    let keys = setup_with(&circuit, generators.clone(), &no_progress).unwrap();
    assert_eq!(keys.pinned(), text(&circuit));
    let weights = other.nodes.iter_mut().rev().find_map(|node| match &mut node.op {
        zkml_model::graph::Operation::Gemm(gemm) => Some(&mut gemm.weights),
        _ => None,
    });
    let weight = &mut weights.unwrap()[0];
    *weight = if *weight > 0 { *weight - 1 } else { *weight + 1 };
    let other = ModelCircuit::new(Arc::new(other)).unwrap();
    if other.plan().k == generators.k() {
        assert_ne!(keys.pinned(), text(&other));
    }
}

#[test]
fn generators_come_back_from_a_cache_and_those_of_another_size_are_refused() {
    let generators = Generators::new(6, &no_progress);
    let mut bytes = Vec::new();
    generators.write(&mut bytes).unwrap();
    let back = Generators::read(6, &mut bytes.as_slice()).unwrap();
    assert_eq!(back.0.get_g(), generators.0.get_g());
    let error = Generators::read(7, &mut bytes.as_slice()).unwrap_err();
    assert!(matches!(error, SetupError::Generators { expected: 7, got: 6 }));
    assert!(matches!(Generators::read(6, &mut &bytes[..bytes.len() - 1]), Err(SetupError::Io(_))));
    let circuit = ModelCircuit::new(Arc::new(random::model(4))).unwrap();
    assert!(circuit.plan().k > 6);
    assert!(matches!(
        setup_with(&circuit, generators, &no_progress),
        Err(SetupError::Generators { .. })
    ));
}

#[test]
fn the_network_is_proved_within_the_size_that_the_cost_model_says() {
    let model = mnist();
    let circuit = ModelCircuit::new(model.clone()).unwrap();
    let keys = setup(&circuit, &no_progress).unwrap();
    let values = random::input(&model, 5);
    let class = infer::run(&model, &values).unwrap().class.unwrap();
    let opening = Opening::random(&model.input, values).unwrap();
    let proven = prove(&keys, &opening, &[1; 32], &no_progress).unwrap();
    assert_eq!(proven.answer, Answer::Class(class));
    assert_eq!(proven.proof.len(), circuit.plan().proof_bytes);
    let mut other = proven.public_inputs;
    other[1][0] ^= 1;
    assert!(verify(&keys, &proven.proof, &other).is_err());
}
