//! Witnesses of a prover that is free to choose every cell.

use std::sync::Arc;

use ff::{Field, PrimeField};
use halo2_proofs::pasta::Fp;
use zkml_model::{
    graph::{Gemm, InputSpec, Node, Operand, Operation, QuantizedModel},
    infer, random,
};

use super::{
    mnist, network_with_a_layer_in_place,
    satisfaction::{public, satisfied},
};
use crate::halo2::{
    circuit::ModelCircuit,
    compile::{AnalyzedModel, CircuitParams, Private, compile},
    keys::setup,
    plan::Plan,
    prove::create,
    synthesis::ProgramCircuit,
    verify::verify,
};
use crate::{
    Opening,
    halo2::layout::{Row, RowProgram},
    progress::no_progress,
};

/// Rows where a sum begins or ends, and which do not say that it is zero there.
fn unbounded(program: &RowProgram<Fp>) -> Vec<usize> {
    let linear = |row: Option<&Row<Fp>>| row.is_some_and(|row| row.linear);
    let rows = &program.rows;
    let edge = |r: usize| linear(rows.get(r)) != linear(r.checked_sub(1).and_then(|r| rows.get(r)));
    (0..=rows.len()).filter(|r| edge(*r) && !rows.get(*r).is_some_and(|row| row.boundary)).collect()
}

#[test]
fn every_sum_begins_and_ends_at_zero() {
    for seed in 0..40 {
        let model =
            if seed % 8 == 7 { network_with_a_layer_in_place(seed) } else { random::model(seed) };
        let circuit = ModelCircuit::new(Arc::new(model)).unwrap();
        assert_eq!(unbounded(&circuit.program), vec![0; 0], "{seed}");
    }
    assert_eq!(unbounded(&ModelCircuit::new(mnist()).unwrap().program), vec![0; 0]);
}

/// Two logits, `x_0 + x_1 - 1` and 1.
fn two_logits() -> QuantizedModel {
    let gemm = Gemm { outputs: 2, inputs: 2, weights: vec![1, 1, 0, 0], bias: vec![-1, 1] };
    let node = |op, from, shape| Node { name: String::new(), op, inputs: vec![from], shape };
    QuantizedModel {
        input: InputSpec { shape: vec![2], min: 0, bits: 2 },
        nodes: vec![
            node(Operation::Gemm(gemm), Operand::Input, vec![2]),
            node(Operation::ArgMax, Operand::Node(0), vec![1]),
        ],
    }
}

/// Partial sums as a prover needs them: a sum ends at zero, and begins there only where it has to.
pub fn choose_sums(program: &mut RowProgram<Fp>) {
    let contribution = |row: &Row<Fp>| {
        let products = row
            .cells
            .iter()
            .zip(&row.weights)
            .map(|(var, w)| var.map_or(Fp::ZERO, |var| program.values[var as usize] * w));
        row.constant + products.sum::<Fp>()
    };
    let parts: Vec<Fp> = program.rows.iter().map(contribution).collect();
    let mut acc = Fp::ZERO;
    for (row, part) in program.rows.iter_mut().zip(parts).rev() {
        acc = match (row.linear, row.boundary) {
            (_, true) => Fp::ZERO,
            (true, false) => acc - part,
            (false, false) => Fp::ZERO,
        };
        row.acc = acc;
    }
}

/// The input and its commitment are one's, all that is computed from them another's.
#[test]
fn the_answer_to_another_input_is_none_to_this_one() {
    let model = two_logits();
    let analyzed = AnalyzedModel::new(&model).unwrap();
    for bits in [2, 8] {
        let params = CircuitParams { slots: 2, extras: 3, bits, tile: 1 };
        let plan = (6..12).find_map(|k| Plan::of(&analyzed, params, k)).unwrap();
        let program = |values: &[i32]| {
            let private = Private { values, blinder: Fp::from(9), context: Fp::from(1) };
            compile(&analyzed, params, plan.rows + 1, false, Some(&private)).unwrap()
        };
        let (mut forged, other) = (program(&[0, 0]), program(&[3, 3]));
        let class = |values| infer::run(&model, values).unwrap().class.map(u64::from);
        assert_eq!((class(&[0, 0]), class(&[3, 3])), (Some(1), Some(0)));
        let (_, committed) = forged.layers[1];
        for (var, home) in forged.homes.clone().into_iter().enumerate() {
            if home.is_some_and(|home| home.row as usize >= committed) {
                forged.values[var] = other.values[var];
            }
        }
        choose_sums(&mut forged);
        let public = public(&forged);
        assert_eq!(public[1], Fp::ZERO, "the class of the other input");
        assert!(!satisfied(&plan, &ProgramCircuit::new(Arc::new(forged)), &public), "{bits}");
    }
}

/// The second sum begins elsewhere than at zero, by as much as makes another input's scores.
#[test]
fn a_layer_in_place_has_no_other_scores() {
    let model = network_with_a_layer_in_place(0);
    let analyzed = AnalyzedModel::new(&model).unwrap();
    let params = CircuitParams { slots: 3, extras: 2, bits: 9, tile: 1 };
    let plan = (6..13).find_map(|k| Plan::of(&analyzed, params, k)).unwrap();
    let class = |seed| infer::run(&model, &random::input(&model, seed)).unwrap().class;
    let other = (1..).find(|seed| class(*seed) != class(0)).unwrap();
    let [mut forged, other] = [0, other].map(|seed| {
        let values = random::input(&model, seed);
        let private = Private { values: &values, blinder: Fp::from(9), context: Fp::from(1) };
        compile(&analyzed, params, plan.rows + 1, false, Some(&private)).unwrap()
    });
    assert!(forged.shape.gather);
    let ends = forged.layers.iter().find(|(name, _)| name.starts_with("Relu")).unwrap().1;
    let shift = other.rows[ends].gather_acc - forged.rows[ends].gather_acc;
    let after_permutations = forged.layers[1].1;
    for (var, home) in forged.homes.clone().into_iter().enumerate() {
        match home.map(|home| home.row as usize) {
            Some(row) if row == after_permutations => forged.values[var] += shift,
            Some(row) if row >= ends => forged.values[var] = other.values[var],
            _ => {}
        }
    }
    for row in &mut forged.rows[after_permutations + 1..=ends] {
        row.gather_acc += shift;
    }
    choose_sums(&mut forged);
    let public = public(&forged);
    assert_eq!(public[1], other.values[other.public[1] as usize]);
    assert!(!satisfied(&plan, &ProgramCircuit::new(Arc::new(forged)), &public));
}

/// The class of another input, by `halo2_proofs` itself and not by its mock prover.
#[test]
fn a_proof_of_the_answer_to_another_input_is_refused() {
    let model = Arc::new(two_logits());
    let circuit = ModelCircuit::new(model.clone()).unwrap();
    let keys = setup(&circuit, &no_progress).unwrap();
    let [own, other] = [[0, 0], [3, 3]].map(|values| {
        let opening = Opening::random(&model.input, values.to_vec()).unwrap();
        circuit.assign(&opening, &[1; 32]).unwrap()
    });
    for forge in [false, true] {
        let mut program = own.clone();
        if forge {
            let (_, committed) = program.layers[1];
            for (var, home) in program.homes.clone().into_iter().enumerate() {
                if home.is_some_and(|home| home.row as usize >= committed) {
                    program.values[var] = other.values[var];
                }
            }
            choose_sums(&mut program);
        }
        let public = public(&program);
        assert_eq!(public[1], Fp::from(u64::from(!forge)));
        let proof = create(&keys, ProgramCircuit::new(Arc::new(program)), &public).unwrap();
        let public: Vec<[u8; 32]> = public.iter().map(|input| input.to_repr()).collect();
        assert_eq!(verify(&keys, &proof, &public.try_into().unwrap()).is_ok(), !forge);
    }
}
