//! Models at the limits of the format, models that ask for much work, and repeated randomness.

use std::sync::Arc;

use ff::PrimeField;
use halo2_proofs::pasta::Fp;
use zkml_model::{
    QuantizedModel,
    graph::{InputSpec, Node, Operand, Operation, Window},
    infer,
    random::{self, Bounds, End, hostile, hostile_inputs},
};

use super::satisfaction::{public, satisfied};
use crate::{
    CircuitError, halo2,
    halo2::{
        compile::{AnalyzedModel, CircuitParams, Private, compile},
        plan::{MAX_OPERATIONS, Plan},
        synthesis::ProgramCircuit,
    },
    random::testing::stuck,
};

/// The number of models of each kind; `HOSTILE_MODELS` sets another one.
fn count(default: u64) -> u64 {
    std::env::var("HOSTILE_MODELS").ok().and_then(|count| count.parse().ok()).unwrap_or(default)
}

fn check(seed: u64, end: End, bounds: Bounds) {
    let model = hostile(seed, end, bounds);
    let analyzed = AnalyzedModel::new(&model).unwrap();
    let mut rng = random::Rng::new(seed ^ 0x77);
    let params = CircuitParams {
        slots: rng.range(3, 8) as usize,
        extras: rng.range(2, 6) as usize,
        bits: [5, 8, 10][rng.range(0, 2) as usize],
        tile: rng.range(1, 3) as usize,
    };
    let plan = (6..17).find_map(|k| Plan::of(&analyzed, params, k)).expect("a plan");
    for values in hostile_inputs(&model, seed, 1) {
        let what = || format!("seed {seed}, {end:?}, {params:?}, {values:?}: {model:?}");
        let trace = infer::run(&model, &values).unwrap();
        let answer = model.output_kind().unwrap().answer(&trace).unwrap().element();
        let private = Private { values: &values, blinder: Fp::from(9), context: Fp::from(1) };
        let program = compile(&analyzed, params, plan.rows + 1, false, Some(&private)).unwrap();
        assert_eq!((program.unbalanced, program.count), (None, plan.rows), "{}", what());
        let public = public(&program);
        assert_eq!(public[1].to_repr(), answer, "{}", what());
        if plan.k <= 9 {
            assert!(
                satisfied(&plan, &ProgramCircuit::new(Arc::new(program)), &public),
                "{}",
                what()
            );
        }
    }
}

#[test]
fn hostile_models_are_satisfied_with_the_references_answer() {
    (0..count(12)).for_each(|seed| check(seed, End::Values, Bounds { bits: 61, values: 12 }));
    (0..count(12)).for_each(|seed| check(seed, End::Class, Bounds { bits: 61, values: 12 }));
    (0..count(8)).for_each(|seed| check(seed, End::Classes, Bounds { bits: 54, values: 12 }));
}

/// One pooling of a kernel as large as the picture, but for a row.
fn pooling(side: usize) -> QuantizedModel {
    let kernel = side - 1;
    let window =
        Window { kernel: [kernel; 2], strides: [1; 2], pads: [kernel / 2; 4], dilations: [1; 2] };
    let node = |op, from, shape: &[usize]| Node {
        name: String::new(),
        op,
        inputs: vec![from],
        shape: shape.to_vec(),
    };
    QuantizedModel {
        input: InputSpec { shape: vec![1, side, side], min: 0, bits: 1 },
        nodes: vec![
            node(Operation::MaxPool(window), Operand::Input, &[1, side, side]),
            node(Operation::Reshape, Operand::Node(0), &[side * side]),
            node(Operation::ArgMax, Operand::Node(1), &[1]),
        ],
    }
}

#[test]
fn a_small_file_that_asks_for_much_is_refused_before_a_layout_is_looked_for() {
    let refused = |side| {
        let model = pooling(side);
        assert!(zkml_model::file::encode(&model).len() < 140);
        halo2::ModelCircuit::new(Arc::new(model)).map(drop).unwrap_err()
    };
    let error = refused(64);
    let CircuitError::TooManyRows { needed, most } = error else { panic!("{error}") };
    assert!(needed > most, "{needed} of {most}");
    for side in [96, 128] {
        let error = refused(side);
        let CircuitError::TooMuchWork { operations, most } = error else { panic!("{error}") };
        assert!(operations > most && most == MAX_OPERATIONS);
        assert!(error.to_string().contains("use a smaller model, or Groth16"), "{error}");
    }
}

#[test]
fn under_repeated_random_bytes_other_witnesses_and_statements_are_blinded_otherwise() {
    let circuit = halo2::ModelCircuit::new(Arc::new(random::model(3))).unwrap();
    let of = |seed: u64, context: [u8; 32], model: &[u8; 32]| {
        let values = random::input(circuit.model(), seed);
        let opening = halo2::Opening::with_blinder(circuit.input(), values, Fp::from(5)).unwrap();
        let program = circuit.assign(&opening, &context).unwrap();
        let public = public(&program);
        *halo2::prove::key(model, &ProgramCircuit::new(Arc::new(program)), &public, &mut stuck)
            .unwrap()
    };
    let honest = of(1, [3; 32], circuit.model_hash());
    assert_eq!(honest, of(1, [3; 32], circuit.model_hash()), "the same proof again");
    let others = [
        of(2, [3; 32], circuit.model_hash()),
        of(1, [1; 32], circuit.model_hash()),
        of(1, [3; 32], &[0; 32]),
    ];
    assert!(!others.contains(&honest) && others[0] != others[1] && others[1] != others[2]);
}
