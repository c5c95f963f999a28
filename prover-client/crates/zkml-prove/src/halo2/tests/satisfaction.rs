//! The circuit's answers against the reference inference.

use ff::{Field, PrimeField};
use halo2_proofs::{dev::MockProver, pasta::Fp};
use zkml_data::{dataset::Images, preprocess};
use zkml_model::{infer, intervals, random};

use super::{imported, mnist, network_with_a_layer_in_place};
use crate::{
    CircuitError,
    halo2::{
        circuit::ModelCircuit,
        columns::{DEGREE, UNUSABLE_ROWS, with_shape},
        compile::{AnalyzedModel, CircuitParams, Private, compile},
        plan::{PROOF_LIMIT, Plan},
        synthesis::ProgramCircuit,
    },
};
use crate::{Opening, halo2::layout::RowProgram};
use std::sync::Arc;

/// Public inputs of a program.
pub fn public(program: &RowProgram<Fp>) -> Vec<Fp> {
    program.public.iter().map(|var| program.values[*var as usize]).collect()
}

/// Returns `true` if `halo2_proofs`' mock prover finds every constraint satisfied.
pub fn satisfied(plan: &Plan, circuit: &ProgramCircuit, public: &[Fp]) -> bool {
    with_shape(plan.shape, || {
        MockProver::run(plan.k, circuit, vec![public.to_vec()]).unwrap().verify().is_ok()
    })
}

#[test]
fn random_models_are_satisfied_with_the_reference_class_and_no_other() {
    let random = (0..50).map(|seed| (seed, random::model(seed)));
    let graphs = (0..80).map(|seed| (seed, random::graph(seed)));
    for (seed, model) in
        random.chain(graphs).chain((0..4).map(|seed| (seed, network_with_a_layer_in_place(seed))))
    {
        let model = Arc::new(model);
        let circuit = ModelCircuit::new(model.clone()).unwrap();
        let values = random::input(&model, seed);
        let class = infer::run(&model, &values).unwrap().class.unwrap();
        let opening = Opening::random(&model.input, values).unwrap();
        let program = circuit.assign(&opening, &[3; 32]).unwrap();
        assert_eq!((program.unbalanced, program.count), (None, circuit.plan().rows), "{seed}");
        let expected = [
            Fp::from_repr(opening.commitment()).unwrap(),
            Fp::from(u64::from(class)),
            Fp::from_repr([3; 32]).unwrap(),
        ];
        let filled = ProgramCircuit::new(Arc::new(program));
        assert!(satisfied(circuit.plan(), &filled, &expected), "{seed}");
        for i in 0..3 {
            let mut other = expected;
            other[i] += Fp::ONE;
            assert!(!satisfied(circuit.plan(), &filled, &other), "{seed}: input {i}");
        }
    }
}

#[test]
fn every_kind_of_answer_is_the_reference_inferences_and_no_other() {
    for seed in 0..90 {
        let model = Arc::new(random::outputs(seed));
        let circuit = ModelCircuit::new(model.clone()).unwrap();
        let values = random::input(&model, seed);
        let answer = circuit.output().answer(&infer::run(&model, &values).unwrap()).unwrap();
        let opening = Opening::random(&model.input, values).unwrap();
        let program = circuit.assign(&opening, &[3; 32]).unwrap();
        assert_eq!((program.unbalanced, program.count), (None, circuit.plan().rows), "{seed}");
        let mut public = public(&program);
        assert_eq!(public[1].to_repr(), answer.element(), "{seed}");
        let filled = ProgramCircuit::new(Arc::new(program));
        assert!(satisfied(circuit.plan(), &filled, &public), "{seed}");
        let mut other = answer.element();
        let byte = (seed % 31) as usize;
        other[byte] = other[byte].wrapping_add(1 + seed as u8);
        public[1] = Fp::from_repr(other).unwrap();
        assert!(!satisfied(circuit.plan(), &filled, &public), "{seed}");
    }
}

/// A plan that the cost model would not choose: narrow lookups make every wide form, many tiles
/// every pack.
#[test]
fn random_models_are_satisfied_under_every_plan() {
    for seed in 100..220u64 {
        let model = match seed % 10 {
            7 => network_with_a_layer_in_place(seed),
            1 | 3 => random::model(seed),
            5 | 9 => random::top_k(seed),
            8 => random::values(seed),
            _ => random::graph(seed),
        };
        let values = random::input(&model, seed);
        let analyzed = AnalyzedModel::new(&model).unwrap();
        let pick = |of: &[usize], n: u64| of[((seed / n) % of.len() as u64) as usize];
        let params = CircuitParams {
            slots: pick(&[1, 2, 3, 5], 1),
            extras: pick(&[4, 5, 6], 4),
            bits: pick(&[3, 4, 7], 2) as u8,
            tile: pick(&[1, 2, 7], 3),
        };
        let plan = (6..13).find_map(|k| Plan::of(&analyzed, params, k)).unwrap();
        let private = Private { values: &values, blinder: Fp::from(seed), context: Fp::from(1) };
        let program = compile(&analyzed, params, plan.rows + 1, false, Some(&private)).unwrap();
        assert_eq!((program.unbalanced, program.count), (None, plan.rows), "{seed} {params:?}");
        let answer = analyzed.output.answer(&infer::run(&model, &values).unwrap()).unwrap();
        let public = public(&program);
        assert_eq!(public[1].to_repr(), answer.element());
        assert!(
            satisfied(&plan, &ProgramCircuit::new(Arc::new(program)), &public),
            "{seed} {params:?}"
        );
    }
}

#[test]
fn the_program_does_not_depend_on_the_witness() {
    let others = (0..30).map(random::outputs);
    for model in (0..20).map(random::model).chain((0..20).map(random::graph)).chain(others) {
        let (seed, model) = (model.nodes.len() as u64, Arc::new(model));
        let circuit = ModelCircuit::new(model.clone()).unwrap();
        let of = |seed| {
            let opening = Opening::random(&model.input, random::input(&model, seed)).unwrap();
            circuit.assign(&opening, &[0; 32]).unwrap()
        };
        let structure = |program: &RowProgram<Fp>| {
            let rows = program.rows.iter().map(|row| {
                let flags = (
                    row.linear,
                    row.boundary,
                    row.bits,
                    row.product,
                    row.full,
                    row.partial,
                    row.gather,
                );
                (
                    row.cells.clone(),
                    row.weights.clone(),
                    row.constant,
                    flags,
                    row.gather_weights.clone(),
                )
            });
            (
                rows.collect::<Vec<_>>(),
                program.copies.clone(),
                program.homes.clone(),
                program.public.clone(),
            )
        };
        let [a, b] = [of(seed), of(seed + 1)];
        assert!(structure(&a) == structure(&b), "{seed}");
        let keys = compile(
            &AnalyzedModel::new(&model).unwrap(),
            circuit.plan().params,
            a.count + 1,
            false,
            None,
        );
        assert!(structure(&a) == structure(&keys.unwrap()), "{seed}");
    }
}

#[test]
fn the_network_has_eleven_bits_of_rows_and_known_layers() {
    let circuit = ModelCircuit::new(mnist()).unwrap();
    let plan = circuit.plan();
    assert_eq!((plan.k, plan.shape.slots, plan.shape.gather), (11, 4, true));
    assert!(plan.proof_bytes <= PROOF_LIMIT, "{plan:?}");
    let layers: Vec<_> =
        circuit.layers().iter().map(|layer| (layer.op.clone(), layer.rows)).collect();
    // Four values to a row: 12 elements of 63 values and one of 28. Tag, zero, 12 absorptions, 7
    // permutations. Two positions of eight channels in four rows, and a row before the second sum.
    let expected = [
        ("Input", 12 * 16 + 7),
        ("Commitment", 2 + 12 + 7 * 37),
        ("Conv", 0),
        ("Relu", 26 * 13 * 4 + 1),
    ];
    let known: Vec<_> = layers.iter().take(4).map(|(op, rows)| (op.as_str(), *rows)).collect();
    assert_eq!(known, expected);
    assert_eq!(layers.iter().map(|(_, rows)| rows).sum::<usize>() + 1, plan.rows);
}

#[test]
fn real_digits_are_answered_as_the_reference_does() {
    let (model, manifest) = imported();
    let circuit = ModelCircuit::new(model.clone()).unwrap();
    let images =
        include_bytes!("../../../../../../tests/vectors/mnist/t10k-first-500-images.idx3.gz");
    let images = Images::read(images).unwrap();
    for pixels in images.iter().take(3) {
        let values = preprocess::gray(&manifest, images.height, images.width, pixels).unwrap();
        let class = infer::run(&model, &values).unwrap().class.unwrap();
        let opening = Opening::random(&model.input, values).unwrap();
        let program = circuit.assign(&opening, &[1; 32]).unwrap();
        let mut public = public(&program);
        assert_eq!(public[1], Fp::from(u64::from(class)));
        let filled = ProgramCircuit::new(Arc::new(program));
        assert!(satisfied(circuit.plan(), &filled, &public));
        public[1] = Fp::from(u64::from((class + 1) % 10));
        assert!(!satisfied(circuit.plan(), &filled, &public));
    }
}

#[test]
fn columns_have_the_degree_and_the_blinding_that_the_cost_model_counts() {
    let circuit = ModelCircuit::new(mnist()).unwrap();
    with_shape(circuit.plan().shape, || {
        let mut meta = halo2_proofs::plonk::ConstraintSystem::<Fp>::default();
        crate::halo2::columns::Columns::configure(&mut meta);
        assert_eq!(meta.degree(), DEGREE);
        assert_eq!(meta.blinding_factors() + 1, UNUSABLE_ROWS);
    });
}

#[test]
fn a_model_that_does_not_fit_is_refused_with_the_reason() {
    use zkml_model::graph::{Gemm, InputSpec, Node, Operand, Operation, QuantizedModel};
    let n = 700_000;
    let gemm = Gemm { outputs: 1, inputs: n, weights: vec![1; n], bias: vec![0] };
    let node = |op, from, shape| Node { name: "n".into(), op, inputs: vec![from], shape };
    let model = QuantizedModel {
        input: InputSpec { shape: vec![n], min: 0, bits: 1 },
        nodes: vec![
            node(Operation::Gemm(gemm), Operand::Input, vec![1]),
            node(Operation::ArgMax, Operand::Node(0), vec![1]),
        ],
    };
    let error = ModelCircuit::new(Arc::new(model)).unwrap_err();
    assert!(
        matches!(error, CircuitError::TooManyRows { needed, .. } if needed >= n / 8),
        "{error}"
    );
}

#[test]
fn a_model_whose_values_are_no_answer_or_with_a_fault_is_refused() {
    use zkml_model::graph::{Node, Operand, Operation};
    let mut model = random::model(1);
    model.input.shape = vec![31];
    let node = |op, shape| Node { name: "n".into(), op, inputs: vec![Operand::Input], shape };
    model.nodes = vec![node(Operation::Relu, vec![31])];
    assert!(matches!(ModelCircuit::new(Arc::new(model.clone())), Err(CircuitError::Output(_))));
    model.nodes.clear();
    assert!(matches!(ModelCircuit::new(Arc::new(model)), Err(CircuitError::Model(_))));
}

#[test]
fn an_opening_of_another_input_or_a_context_beyond_the_field_is_refused() {
    let model = Arc::new(random::model(2));
    let circuit = ModelCircuit::new(model.clone()).unwrap();
    let mut input = model.input.clone();
    input.min += 1;
    let other = Opening::random(&input, vec![input.min; input.len()]).unwrap();
    assert!(matches!(circuit.assign(&other, &[0; 32]), Err(CircuitError::OtherInput)));
    let opening = Opening::random(&model.input, random::input(&model, 1)).unwrap();
    let error = circuit.assign(&opening, &[255; 32]).unwrap_err();
    assert!(matches!(error, CircuitError::NotCanonical { what: "context" }));
    assert!(intervals::analyse(&model).is_ok());
}
