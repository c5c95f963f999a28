//! Circuits at the limits of their table and of their proofs.

use std::sync::Arc;

use halo2_proofs::pasta::Fp;
use zkml_model::{
    QuantizedModel,
    graph::{InputSpec, Node, Operand, Operation, Table, Window},
};

use crate::{Opening, progress::no_progress};
use crate::{
    halo2::{
        circuit::ModelCircuit,
        columns::UNUSABLE_ROWS,
        compile::{AnalyzedModel, CircuitParams, compile},
        keys::{Generators, verifying_key},
        plan::Plan,
    },
    small::{far_models, models},
};

/// Lookups of eight bits and of one, and a set of as many numbers as the table has.
fn table_of(count: usize) -> QuantizedModel {
    let table = Table { first: 0, values: (0..count as i32).rev().chain([255]).skip(1).collect() };
    let node =
        |op, from, shape| Node { name: String::new(), op, inputs: vec![from], shape: vec![shape] };
    QuantizedModel {
        input: InputSpec { shape: vec![2], min: 0, bits: 8 },
        nodes: vec![
            node(Operation::Table(table), Operand::Input, 2),
            node(Operation::ArgMax, Operand::Node(0), 1),
        ],
    }
}

#[test]
fn a_table_of_all_rows_but_one_is_the_longest_that_keys_can_be_made_for() {
    let rows = |k: u32| (1usize << k) - UNUSABLE_ROWS;
    let mut around = Vec::new();
    for count in 244..249 {
        let circuit = ModelCircuit::new(Arc::new(table_of(count))).unwrap();
        let plan = circuit.plan();
        verifying_key(&circuit, &Generators::new(plan.k, &no_progress), &no_progress).unwrap();
        around.push((plan.table, plan.k));
    }
    let longest = rows(9) - 1;
    assert!(around.contains(&(longest, 9)) && around.contains(&(longest + 1, 10)), "{around:?}");
}

/// The rows of a pooling grow with the window and not with its square.
#[test]
fn a_wide_window_takes_few_rows() {
    let rows = |side: usize| {
        let window = Window { kernel: [side; 2], strides: [1; 2], pads: [0; 4], dilations: [1; 2] };
        let node = |op, from, shape: &[usize]| Node {
            name: String::new(),
            op,
            inputs: vec![from],
            shape: shape.to_vec(),
        };
        let model = QuantizedModel {
            input: InputSpec { shape: vec![2, side, side], min: 0, bits: 3 },
            nodes: vec![
                node(Operation::MaxPool(window), Operand::Input, &[2, 1, 1]),
                node(Operation::ArgMax, Operand::Node(0), &[1]),
            ],
        };
        let analyzed = AnalyzedModel::new(&model).unwrap();
        let params = CircuitParams { slots: 2, extras: 3, bits: 8, tile: 1 };
        let program = compile::<Fp>(&analyzed, params, 1 << 15, true, None).unwrap();
        program.layers[2].1 - program.layers[1].1
    };
    assert!(rows(7) < 4 * 48 && rows(14) < 4 * 195, "{} {}", rows(7), rows(14));
}

/// State between compilations is the model's alone, and the count is that of what is
/// compiled.
#[test]
fn a_plan_does_not_depend_on_those_that_were_tried_before() {
    let params = |slots, extras, bits, tile| CircuitParams { slots, extras, bits, tile };
    let all = [
        params(1, 4, 8, 3),
        params(1, 6, 8, 3),
        params(8, 6, 8, 3),
        params(4, 3, 10, 2),
        params(2, 3, 2, 1),
    ];
    let graphs = (0..60).map(zkml_model::random::graph);
    for model in models().into_iter().map(|small| small.model).chain(graphs) {
        let rows = |analyzed: &AnalyzedModel, params, count_only| {
            compile::<Fp>(analyzed, params, 1 << 15, count_only, None).unwrap().count
        };
        for reversed in [false, true] {
            let shared = AnalyzedModel::new(&model).unwrap();
            let mut order = all.to_vec();
            if reversed {
                order.reverse();
            }
            for params in order {
                let counted = rows(&shared, params, true);
                let alone = AnalyzedModel::new(&model).unwrap();
                assert_eq!(
                    Some(counted),
                    Plan::of(&alone, params, 15).map(|plan| plan.rows),
                    "{params:?}"
                );
                assert_eq!(
                    counted,
                    rows(&AnalyzedModel::new(&model).unwrap(), params, false),
                    "{params:?}"
                );
            }
        }
    }
}

#[test]
fn keys_and_proofs_are_of_one_program() {
    for small in models().into_iter().chain(far_models()) {
        let circuit = ModelCircuit::new(Arc::new(small.model.clone())).expect(small.name);
        for values in small.inputs(2) {
            let opening = Opening::random(circuit.input(), values).unwrap();
            let program = circuit.assign(&opening, &[1; 32]).expect(small.name);
            assert_eq!(
                (program.count, program.unbalanced),
                (circuit.plan().rows, None),
                "{}",
                small.name
            );
        }
    }
}
