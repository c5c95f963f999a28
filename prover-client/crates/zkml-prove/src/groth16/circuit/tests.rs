//! The whole circuit against the reference inference, and against cheating witnesses.

use proptest::prelude::*;
use zkml_model::{
    graph::{Node, Operand, Operation},
    infer, intervals, random,
};

use super::*;
use crate::groth16::{gadgets::testing::small_circuit, r1cs::assign};

mod hostile;
mod secrecy;
mod uniqueness;

const CONTEXT: [u8; 32] = [3; 32];

fn circuit(seed: u64) -> ModelCircuit {
    ModelCircuit::new(Arc::new(random::model(seed))).unwrap()
}

fn graph_circuit(seed: u64) -> ModelCircuit {
    ModelCircuit::new(Arc::new(random::graph(seed))).unwrap()
}

fn opening(circuit: &ModelCircuit, seed: u64) -> Opening {
    let values = random::input(circuit.model(), seed);
    Opening::with_blinder(circuit.input(), values, Scalar::from(seed + 5)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_witness_is_the_reference_inference_bit_for_bit(seed: u64, branches: bool, input: u32) {
        let circuit = if branches { graph_circuit(seed) } else { circuit(seed) };
        let opening = opening(&circuit, input.into());
        let reference = infer::run(circuit.model(), opening.values()).unwrap();
        let instance = circuit.with_witness(&opening, &CONTEXT).unwrap();
        let mut trace = Vec::new();
        let (assignment, ()) =
            assign_fallible(0, |cs| instance.build(cs, Some(&mut trace))).unwrap();
        for (node, (ours, theirs)) in trace.iter().zip(&reference.tensors).enumerate() {
            // A fused ReLU has no result of its own; the next node shows it.
            if let Some(ours) = ours {
                prop_assert_eq!(ours, theirs, "node {}", node);
            }
        }
        let class = u64::from(reference.class.unwrap());
        prop_assert_eq!(assignment.public[2], Scalar::from(class));
        prop_assert!(circuit.matrices().is_satisfied(&assignment));
        for other in [class + 1, class.wrapping_sub(1)] {
            let mut wrong = assignment.clone();
            wrong.public[2] = Scalar::from(other);
            prop_assert!(!circuit.matrices().is_satisfied(&wrong));
        }
    }

    #[test]
    fn constraints_do_not_depend_on_the_witness(seed: u64, branches: bool, input: u32) {
        let circuit = if branches { graph_circuit(seed) } else { circuit(seed) };
        let opening = opening(&circuit, input.into());
        prop_assert!(Matrices::of(circuit.instance()).unwrap() == *circuit.matrices());
        let with_witness = circuit.with_witness(&opening, &CONTEXT).unwrap();
        prop_assert!(Matrices::of(with_witness).unwrap() == *circuit.matrices());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_kind_of_answer_is_the_reference_inferences_and_no_other(seed: u64, input: u32, byte in 0usize..31, by in 1u8..) {
        let circuit = ModelCircuit::new(Arc::new(random::outputs(seed))).unwrap();
        let opening = opening(&circuit, input.into());
        let trace = infer::run(circuit.model(), opening.values()).unwrap();
        let answer = circuit.output().answer(&trace).unwrap();
        let assignment = circuit.assign(&opening, &CONTEXT).unwrap();
        prop_assert_eq!(assignment.public[2].to_bytes(), answer.element());
        prop_assert!(circuit.matrices().is_satisfied(&assignment));
        let mut other = answer.element();
        other[byte] = other[byte].wrapping_add(by);
        let mut wrong = assignment.clone();
        wrong.public[2] = canonical("output", &other).unwrap();
        prop_assert!(!circuit.matrices().is_satisfied(&wrong));
    }

    #[test]
    fn constraints_of_every_kind_of_answer_do_not_depend_on_the_witness(seed: u64, input: u32) {
        let circuit = ModelCircuit::new(Arc::new(random::outputs(seed))).unwrap();
        let opening = opening(&circuit, input.into());
        prop_assert!(Matrices::of(circuit.instance()).unwrap() == *circuit.matrices());
        let with_witness = circuit.with_witness(&opening, &CONTEXT).unwrap();
        prop_assert!(Matrices::of(with_witness).unwrap() == *circuit.matrices());
    }
}

/// Small circuits of models that answer with their best classes, and with values.
fn circuits_of_every_answer() -> Vec<ModelCircuit> {
    let small = |make: fn(u64) -> QuantizedModel| {
        let circuits = (0..500).map(move |seed| ModelCircuit::new(Arc::new(make(seed))).unwrap());
        circuits.filter(|circuit| circuit.report().domain <= 1024).take(2)
    };
    let places = |circuit: &ModelCircuit| match circuit.output() {
        OutputKind::TopClasses { k, classes } => k > 1 && classes > k,
        _ => true,
    };
    let found: Vec<_> = small(random::top_k).chain(small(random::values)).collect();
    assert_eq!(found.len(), 4);
    let several = (0..500)
        .map(|seed| ModelCircuit::new(Arc::new(random::top_k(seed))).unwrap())
        .find(|circuit| circuit.report().domain <= 1024 && places(circuit));
    found.into_iter().chain(several).collect()
}

/// Small circuits that have constraints of every operation together, by the labels of their layers.
fn circuits_of_every_operation() -> Vec<ModelCircuit> {
    let mut wanted = vec![
        "MaxPool",
        "Relu+MaxPool",
        "Clip",
        "LeakyRelu",
        "Table",
        "Rescale",
        "Rescale+Clip",
        "Relu",
        "Requantize",
        "Relu+Requantize",
    ];
    let mut out = Vec::new();
    for circuit in (0..3000).map(graph_circuit) {
        if circuit.report().domain > 1024 {
            continue;
        }
        let layers = &circuit.report().layers;
        let costs = |op: &&str| layers.iter().any(|layer| layer.op == *op && layer.constraints > 0);
        let before = wanted.len();
        wanted.retain(|op| !costs(op));
        if wanted.len() < before {
            out.push(circuit);
        }
    }
    assert!(wanted.is_empty(), "{wanted:?}");
    out
}

#[test]
fn no_variable_can_change_alone() {
    let circuits = [small_circuit(), circuit(11)].into_iter();
    let circuits = circuits.chain(circuits_of_every_operation()).chain(circuits_of_every_answer());
    for (seed, circuit) in circuits.enumerate() {
        let assignment = circuit.assign(&opening(&circuit, 1), &CONTEXT).unwrap();
        let satisfied = |assignment: &Assignment| circuit.matrices().is_satisfied(assignment);
        assert!(satisfied(&assignment));
        for i in 1..assignment.public.len() {
            let mut wrong = assignment.clone();
            wrong.public[i] += Scalar::ONE;
            assert!(!satisfied(&wrong), "public input {i}");
        }
        for i in 0..assignment.private.len() {
            for changed in [
                assignment.private[i] + Scalar::ONE,
                Scalar::ONE - assignment.private[i],
                -assignment.private[i],
            ] {
                if changed != assignment.private[i] {
                    let mut wrong = assignment.clone();
                    wrong.private[i] = changed;
                    assert!(!satisfied(&wrong), "private variable {i} of model {seed}");
                }
            }
        }
    }
}

#[test]
fn the_relus_under_a_window_cost_one() {
    use zkml_model::graph::{Gemm, Window};
    let window = Window { kernel: [2, 2], strides: [2, 2], pads: [0; 4], dilations: [1, 1] };
    let gemm = Gemm { outputs: 2, inputs: 1, weights: vec![1, -1], bias: vec![0; 2] };
    let nodes = [
        (Operation::Relu, vec![1, 2, 2]),
        (Operation::MaxPool(window), vec![1, 1, 1]),
        (Operation::Reshape, vec![1]),
        (Operation::Gemm(gemm), vec![2]),
        (Operation::ArgMax, vec![1]),
    ];
    let node = |(i, (op, shape)): (usize, (Operation, Vec<usize>))| {
        let from = i.checked_sub(1).map_or(Operand::Input, Operand::Node);
        Node { name: format!("n{i}"), op, inputs: vec![from], shape }
    };
    let nodes = nodes.into_iter().enumerate().map(node).collect();
    let input = InputSpec { shape: vec![1, 2, 2], min: -8, bits: 4 };
    let circuit = ModelCircuit::new(Arc::new(QuantizedModel { input, nodes })).unwrap();
    let cost =
        |op: &str| circuit.report().layers.iter().find(|layer| layer.op == op).unwrap().constraints;
    // Three comparisons of differences up to 15, and a ReLU of the greatest, which is up to 8 in
    // magnitude.
    assert_eq!(
        (cost("Relu+MaxPool"), circuit.report().layers.iter().any(|l| l.op == "Relu")),
        (3 * 5 + 5, false)
    );
    for values in [[-8, -3, -1, -7], [7, -8, 3, 7], [0, 0, 0, 0]] {
        let opening = Opening::with_blinder(circuit.input(), values.to_vec(), Scalar::ONE).unwrap();
        let assignment = circuit.assign(&opening, &CONTEXT).unwrap();
        let class = infer::run(circuit.model(), &values).unwrap().class.unwrap();
        assert_eq!(assignment.public[2], Scalar::from(u64::from(class)));
        assert!(circuit.matrices().is_satisfied(&assignment));
    }
}

#[test]
fn a_context_changed_with_its_square_is_another_statement_but_not_an_unsatisfied_one() {
    let circuit = circuit(3);
    let opening = opening(&circuit, 1);
    let assignment = circuit.assign(&opening, &CONTEXT).unwrap();
    let other = circuit.assign(&opening, &[4; 32]).unwrap();
    assert_ne!(assignment.public[3], other.public[3]);
    assert!(circuit.matrices().is_satisfied(&other));
    let mut wrong = assignment.clone();
    wrong.public[3] = other.public[3];
    assert!(!circuit.matrices().is_satisfied(&wrong));
}

#[test]
fn a_commitment_to_other_values_or_under_another_blinder_is_refused() {
    let circuit = circuit(3);
    let (opening, other) = (opening(&circuit, 1), opening(&circuit, 2));
    let blinder = *opening.blinder() + Scalar::ONE;
    let blinded =
        Opening::with_blinder(circuit.input(), opening.values().to_vec(), blinder).unwrap();
    for wrong in [other, blinded] {
        let mut instance = circuit.with_witness(&opening, &CONTEXT).unwrap();
        let commitment = canonical("commitment", &wrong.commitment()).unwrap();
        assert_ne!(instance.witness.as_ref().unwrap().commitment, commitment);
        instance.witness.as_mut().unwrap().commitment = commitment;
        let assignment = assign(instance).unwrap();
        let sides = circuit.matrices().evaluate(&assignment, 0);
        let row = circuit.matrices().first_unsatisfied(&sides).unwrap();
        assert_eq!(circuit.matrices().layer_of(row), "Commitment");
    }
}

#[test]
fn an_input_out_of_range_is_refused_though_its_commitment_is_right() {
    let circuit = circuit(3);
    let opening = opening(&circuit, 1);
    let mut instance = circuit.with_witness(&opening, &CONTEXT).unwrap();
    let witness = instance.witness.as_mut().unwrap();
    // The first value leaves its range upwards, and the second takes up the carry: the packed
    // element stays the same.
    let (min, max) = (circuit.input().min, circuit.input().max() as i32);
    witness.values[0] += max - min + 1;
    witness.values[1] -= 1;
    let assignment = assign(instance).unwrap();
    let sides = circuit.matrices().evaluate(&assignment, 0);
    let row = circuit.matrices().first_unsatisfied(&sides).unwrap();
    assert_eq!(circuit.matrices().layer_of(row), "Input");
}

#[test]
fn one_changed_weight_or_bias_changes_the_digest() {
    let original = random::model(3);
    let digest = *ModelCircuit::new(Arc::new(original.clone())).unwrap().digest();
    assert_eq!(&digest, circuit(3).digest());
    for change in [0, 1] {
        let mut changed = original.clone();
        let gemm = changed.nodes.iter_mut().rev().find_map(|node| match &mut node.op {
            Operation::Gemm(gemm) => Some(gemm),
            _ => None,
        });
        let gemm = gemm.unwrap();
        if change == 0 {
            gemm.weights[0] ^= 1
        } else {
            gemm.bias[0] ^= 1
        }
        let changed = ModelCircuit::new(Arc::new(changed)).unwrap();
        assert_ne!(&digest, changed.digest());
    }
}

#[test]
fn ranges_are_those_of_the_interval_analysis() {
    // The circuit's cost shows its ranges: one constraint and the bits of the magnitude for a ReLU
    // of both signs.
    let model = (0..).map(random::model).find(|model| {
        let relu = model.nodes.iter().position(|node| node.op == Operation::Relu);
        let fused = relu
            .and_then(|i| model.nodes.get(i + 1))
            .is_some_and(|n| matches!(n.op, Operation::Requantize { .. }));
        let from_gemm = relu
            .and_then(|i| model.nodes.get(i.checked_sub(1)?))
            .is_some_and(|n| matches!(n.op, Operation::Gemm(_) | Operation::Conv(_)));
        from_gemm && !fused
    });
    let model = model.unwrap();
    let relu = model.nodes.iter().position(|node| node.op == Operation::Relu).unwrap();
    let intervals = intervals::analyse(&model).unwrap();
    let cost =
        |i: &intervals::Interval| if i.lo < 0 && i.hi > 0 { 1 + i.bits() as usize } else { 0 };
    let expected: usize = intervals[relu - 1].iter().map(cost).sum();
    let name = model.nodes[relu].name.clone();
    let circuit = ModelCircuit::new(Arc::new(model)).unwrap();
    let layer = circuit.report().layers.iter().find(|layer| layer.name == name).unwrap();
    assert_eq!((layer.op.as_str(), layer.constraints), ("Relu", expected));
}

#[test]
fn the_report_adds_up() {
    let circuit = circuit(3);
    let report = circuit.report();
    assert_eq!(
        report.layers.iter().map(|layer| layer.constraints).sum::<usize>(),
        report.constraints
    );
    assert_eq!(report.constraints, circuit.matrices().rows());
    assert!(report.domain >= report.constraints && report.domain < 2 * report.constraints);
    let count = circuit.input().len();
    assert_eq!(report.layers[0].constraints, count * usize::from(circuit.input().bits));
}

#[test]
fn a_model_whose_values_are_no_answer_or_with_wrong_counts_has_no_circuit() {
    let mut model = random::model(3);
    model.input.shape = vec![31];
    let node = |op, shape| Node { name: "n".into(), op, inputs: vec![Operand::Input], shape };
    model.nodes = vec![node(Operation::Relu, vec![31])];
    assert!(matches!(ModelCircuit::new(Arc::new(model)), Err(CircuitError::Output(_))));
    let mut model = random::model(3);
    model.input.bits = 17;
    assert!(matches!(ModelCircuit::new(Arc::new(model)), Err(CircuitError::Model(_))));
}

#[test]
fn another_kind_of_input_and_a_context_above_the_modulus_are_refused() {
    let circuit = circuit(3);
    let mut other = circuit.input().clone();
    other.min += 1;
    let values = vec![other.min; other.len()];
    let opening_of_other = Opening::with_blinder(&other, values, Scalar::ONE).unwrap();
    let error = circuit.assign(&opening_of_other, &CONTEXT).unwrap_err();
    assert!(matches!(error, CircuitError::OtherInput));
    let error = circuit.assign(&opening(&circuit, 1), &[0xff; 32]).unwrap_err();
    assert!(matches!(error, CircuitError::NotCanonical { what: "context" }));
}
