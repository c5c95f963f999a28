//! Whoever chooses all cells but the input's has no choice.

use std::{collections::BTreeSet, sync::Arc};

use ff::{Field, PrimeField};
use halo2_proofs::pasta::Fp;
use zkml_model::{
    QuantizedModel,
    graph::{Conv, Gemm, InputSpec, Node, Operand, Operation},
    infer, random,
};

use super::{
    forgery::choose_sums,
    network_with_a_layer_in_place,
    satisfaction::{public, satisfied},
    solve::{Known, solutions},
};
use crate::halo2::layout::RowProgram;
use crate::{
    halo2::{
        compile::{AnalyzedModel, CircuitParams, Private, compile},
        plan::Plan,
        synthesis::ProgramCircuit,
    },
    small::{Small, models, wide_models},
};

/// The first rows after the commitment.
fn committed(program: &RowProgram<Fp>) -> usize {
    program.layers[1].1
}

/// Variables that stand in rows from `row` on and nowhere before.
fn after(program: &RowProgram<Fp>, row: usize) -> Vec<usize> {
    let later = |home: &Option<crate::halo2::layout::Place>| {
        home.is_some_and(|home| home.row as usize >= row)
    };
    (0..program.homes.len()).filter(|var| later(&program.homes[*var])).collect()
}

fn program(
    model: &QuantizedModel,
    params: CircuitParams,
    values: &[i32],
) -> (Plan, RowProgram<Fp>) {
    let analyzed = AnalyzedModel::new(model).unwrap();
    let plan = (6..13).find_map(|k| Plan::of(&analyzed, params, k)).unwrap();
    let private = Private { values, blinder: Fp::from(9), context: Fp::from(1) };
    let program = compile(&analyzed, params, plan.rows + 1, false, Some(&private)).unwrap();
    (plan, program)
}

/// Values of the input, of its commitment and of the context.
fn known(program: &RowProgram<Fp>) -> Known {
    let mut known: Known = program.values.iter().copied().map(Some).collect();
    after(program, committed(program)).into_iter().for_each(|var| known[var] = None);
    let [_, _, context] = program.public[..] else { panic!("three public inputs") };
    known[context as usize] = Some(Fp::ONE);
    known
}

fn only_one_witness(small: &Small, params: CircuitParams, values: &[i32]) {
    let Small { name, model } = small;
    let (_, program) = program(model, params, values);
    let found = solutions(&program, known(&program), committed(&program));
    let Some([witness]) = found.as_deref() else {
        panic!("{name}, {params:?}: {:?} witnesses for {values:?}", found.map(|found| found.len()));
    };
    let stand = |var: &usize| program.homes[*var].is_some();
    assert!(
        (0..witness.len()).filter(stand).all(|var| witness[var].is_some()),
        "{name}: a free variable"
    );
    let answer = Option::from(Fp::from_repr(small.answer(values)));
    assert_eq!(witness[program.public[1] as usize], answer, "{name}: {values:?}");
}

const KNOBS: [CircuitParams; 2] = [
    CircuitParams { slots: 2, extras: 3, bits: 8, tile: 1 },
    CircuitParams { slots: 2, extras: 3, bits: 2, tile: 2 },
];

#[test]
fn an_input_has_one_witness_and_its_answer_is_that_of_the_reference() {
    for small in models() {
        for params in KNOBS {
            for values in small.inputs(6) {
                only_one_witness(&small, params, &values);
            }
        }
    }
}

/// A layer that is computed in place has 256 inputs at least.
fn layer_in_place() -> QuantizedModel {
    let conv = Conv {
        out_channels: 1,
        in_channels: 1,
        group: 1,
        kernel: [1, 1],
        strides: [1, 1],
        pads: [0; 4],
        dilations: [1, 1],
        weights: vec![1],
        bias: vec![0],
    };
    let mut weights = vec![0; 512];
    weights.iter_mut().step_by(101).zip([1, -1, 2, 1, -2, 1]).for_each(|(to, w)| *to = w);
    let gemm = Gemm { outputs: 2, inputs: 256, weights, bias: vec![1, 0] };
    let node = |op, from, shape: &[usize]| Node {
        name: String::new(),
        op,
        inputs: vec![from],
        shape: shape.to_vec(),
    };
    QuantizedModel {
        input: InputSpec { shape: vec![1, 16, 16], min: -1, bits: 2 },
        nodes: vec![
            node(Operation::Conv(conv), Operand::Input, &[1, 16, 16]),
            node(Operation::Relu, Operand::Node(0), &[1, 16, 16]),
            node(Operation::Reshape, Operand::Node(1), &[256]),
            node(Operation::Gemm(gemm), Operand::Node(2), &[2]),
            node(Operation::ArgMax, Operand::Node(3), &[1]),
        ],
    }
}

#[test]
fn a_layer_in_place_has_one_witness() {
    let small = Small { name: "in place", model: layer_in_place() };
    for seed in 0..3 {
        let values = random::input(&small.model, seed);
        let (_, program) = program(&small.model, KNOBS[0], &values);
        assert!(program.shape.gather);
        only_one_witness(&small, KNOBS[0], &values);
    }
}

/// Checks that the search above finds the freedom of a missing range.
#[test]
fn without_what_the_slots_say_there_are_other_witnesses() {
    let mut noticed = BTreeSet::new();
    for small in
        models().iter().filter(|small| ["Gemm and Relu", "Requantize"].contains(&small.name))
    {
        let program = program(&small.model, KNOBS[0], &small.inputs(3)[1]).1;
        let starts = program.layers.iter().map(|(_, end)| *end);
        for ((label, end), start) in program.layers.iter().skip(2).zip(starts.skip(1)) {
            for row in (start..*end).filter(|row| program.rows[*row].product) {
                let mut without = program.clone();
                (without.rows[row].product, without.rows[row].bits) = (false, 0);
                let found = solutions(&without, known(&program), committed(&program));
                if found.is_none_or(|found| found.len() != 1) {
                    noticed.extend(label.split(' ').next().map(str::to_owned));
                    break;
                }
            }
        }
    }
    assert_eq!(
        noticed.iter().map(String::as_str).collect::<Vec<_>>(),
        ["ArgMax", "Relu", "Requantize"]
    );
}

/// The layers up to one are computed from the committed input, those after it from another.
#[test]
fn no_layer_takes_values_that_come_from_another_input() {
    let params = [
        CircuitParams { slots: 3, extras: 2, bits: 9, tile: 1 },
        CircuitParams { slots: 2, extras: 3, bits: 4, tile: 2 },
        CircuitParams { slots: 1, extras: 6, bits: 8, tile: 3 },
    ];
    let mut wanted = BTreeSet::from([
        "Conv",
        "Gemm",
        "Relu",
        "Requantize",
        "MaxPool",
        "Clip",
        "LeakyRelu",
        "Table",
        "Add",
        "ArgMax",
    ]);
    for seed in 0..300u64 {
        let model = match seed % 6 {
            0 => random::model(seed),
            1 => network_with_a_layer_in_place(seed / 6),
            _ => random::graph(seed),
        };
        let class = |input: u64| infer::run(&model, &random::input(&model, input)).unwrap().class;
        let Some(other) = (1..30).find(|input| class(*input) != class(0)) else { continue };
        let params = params[(seed % 3) as usize];
        let (plan, honest) = program(&model, params, &random::input(&model, 0));
        let (_, other) = program(&model, params, &random::input(&model, other));
        let starts = honest.layers.iter().map(|(_, end)| *end);
        for ((label, _), start) in honest.layers.iter().skip(2).zip(starts.skip(1)) {
            let mut forged = honest.clone();
            after(&forged, start)
                .into_iter()
                .for_each(|var| forged.values[var] = other.values[var]);
            for (row, from) in forged.rows.iter_mut().zip(&other.rows).skip(start) {
                row.gather_acc = from.gather_acc;
            }
            choose_sums(&mut forged);
            let public = public(&forged);
            // The last layer is the context's, which says nothing of the answer.
            let context = label == "Context";
            assert_eq!(
                public[1] == honest.values[honest.public[1] as usize],
                context,
                "{seed}: {label}"
            );
            let circuit = ProgramCircuit::new(Arc::new(forged));
            assert_eq!(satisfied(&plan, &circuit, &public), context, "{seed}, from {label} on");
            wanted.retain(|op| !label.starts_with(op));
        }
        if seed >= 18 && wanted.is_empty() {
            return;
        }
    }
    panic!("{wanted:?}");
}

#[test]
fn values_near_the_limit_are_answered_as_the_reference_does() {
    let params = [
        CircuitParams { slots: 3, extras: 3, bits: 8, tile: 1 },
        CircuitParams { slots: 5, extras: 4, bits: 10, tile: 1 },
        CircuitParams { slots: 2, extras: 3, bits: 3, tile: 2 },
    ];
    for (small, params) in wide_models().iter().zip(params.into_iter().cycle()) {
        for values in [[-128, -128], [127, 127], [127, -128], [-128, 127], [0, 0], [-1, 1]] {
            let (plan, program) = program(&small.model, params, &values);
            let class = infer::run(&small.model, &values).unwrap().class.unwrap();
            let mut public = public(&program);
            assert_eq!(
                (program.unbalanced, public[1]),
                (None, Fp::from(u64::from(class))),
                "{}",
                small.name
            );
            let circuit = ProgramCircuit::new(Arc::new(program));
            assert!(satisfied(&plan, &circuit, &public), "{}: {values:?}", small.name);
            public[1] = Fp::ONE - public[1];
            assert!(!satisfied(&plan, &circuit, &public), "{}: {values:?}", small.name);
        }
    }
}
