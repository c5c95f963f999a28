//! Whoever chooses all private variables but the input has no choice.

use std::collections::BTreeSet;

use super::*;
use crate::groth16::r1cs::solve::{Known, private_variables, solutions};
use crate::small::{models, wide_models};

/// The input's values and the blinder among the private variables: a value is followed by its bits
/// but the lowest.
pub(super) fn chosen(circuit: &ModelCircuit) -> Vec<usize> {
    let bits = usize::from(circuit.input().bits);
    (0..=circuit.input().len()).map(|i| i * bits).collect()
}

#[test]
fn an_input_has_one_witness_and_its_answer_is_that_of_the_reference() {
    for small in models() {
        let circuit = ModelCircuit::new(Arc::new(small.model.clone())).unwrap();
        let matrices = circuit.matrices();
        for values in small.inputs(12) {
            let opening =
                Opening::with_blinder(circuit.input(), values.clone(), Scalar::from(5)).unwrap();
            let honest = circuit.assign(&opening, &CONTEXT).unwrap();
            // All but the class.
            let known = Known::some(matrices, &honest, &[1, 3], &chosen(&circuit));
            let found = solutions(matrices, &known, None);
            let Some([witness]) = found.as_deref() else {
                panic!(
                    "{}: {:?} witnesses for {values:?}",
                    small.name,
                    found.map(|found| found.len())
                );
            };
            assert_eq!(witness.unknown(), 0, "{}: variables in no row", small.name);
            let answer = Option::from(Scalar::from_bytes(&small.answer(&values)));
            assert_eq!(witness.public(2), answer, "{}: {values:?}", small.name);
        }
    }
}

/// Checks that the search above finds the freedom of a missing constraint: in every layer there is
/// one without which it does.
#[test]
fn without_a_constraint_there_are_other_witnesses() {
    for small in models() {
        let circuit = ModelCircuit::new(Arc::new(small.model.clone())).unwrap();
        let matrices = circuit.matrices();
        let known: Vec<Known> = small
            .inputs(8)
            .into_iter()
            .map(|values| {
                let opening =
                    Opening::with_blinder(circuit.input(), values, Scalar::from(5)).unwrap();
                let honest = circuit.assign(&opening, &CONTEXT).unwrap();
                Known::some(matrices, &honest, &[1, 3], &chosen(&circuit))
            })
            .collect();
        let of_nodes = matrices
            .layers
            .iter()
            .filter(|l| !["Input", "Commitment", "Binding"].contains(&l.label.as_str()));
        for layer in of_nodes.filter(|layer| layer.start < layer.end) {
            let other = |row| {
                let unique = |known| {
                    let found = solutions(matrices, known, Some(row));
                    found.is_some_and(|found| matches!(&found[..], [only] if only.unknown() == 0))
                };
                !known.iter().all(unique)
            };
            assert!((layer.start..layer.end).any(other), "{}: {}", small.name, layer.label);
        }
    }
}

#[test]
fn an_input_out_of_range_has_no_witness() {
    let small = &models()[0];
    let circuit = ModelCircuit::new(Arc::new(small.model.clone())).unwrap();
    let opening = Opening::with_blinder(circuit.input(), vec![0, 1], Scalar::from(5)).unwrap();
    let honest = circuit.assign(&opening, &CONTEXT).unwrap();
    // The commitment is left open.
    for offset in [Scalar::from(4), -Scalar::ONE, Scalar::from(1 << 40)] {
        let mut wrong = honest.clone();
        wrong.private[0] = offset;
        let known = Known::some(circuit.matrices(), &wrong, &[3], &chosen(&circuit));
        assert_eq!(solutions(circuit.matrices(), &known, None).unwrap().len(), 0, "{offset}");
    }
    let known = Known::some(circuit.matrices(), &honest, &[3], &chosen(&circuit));
    assert_eq!(solutions(circuit.matrices(), &known, None).unwrap().len(), 1);
}

/// Private variables that occur in the rows before `row`.
fn before(matrices: &Matrices, row: usize) -> BTreeSet<usize> {
    let rows = (0..row).flat_map(|i| private_variables(matrices, i));
    rows.collect()
}

/// The layers up to one are computed from the committed input, those after it from another.
#[test]
fn no_layer_takes_values_that_come_from_another_input() {
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
    for seed in 0..400 {
        let circuit = if seed % 4 == 0 { circuit(seed) } else { graph_circuit(seed) };
        let matrices = circuit.matrices();
        let of = |input| circuit.assign(&opening(&circuit, input), &CONTEXT).unwrap();
        let honest = of(0);
        let Some(other) = (1..20).map(of).find(|other| other.public[2] != honest.public[2]) else {
            continue;
        };
        // The input and its commitment are one's own in every case.
        for layer in
            matrices.layers.iter().filter(|layer| layer.start > 0 && layer.label != "Commitment")
        {
            let own = before(matrices, layer.start);
            let mut forged = other.clone();
            forged.public[1] = honest.public[1];
            own.iter().for_each(|i| forged.private[*i] = honest.private[*i]);
            assert!(!matrices.is_satisfied(&forged), "model {seed}, from {} on", layer.label);
            wanted.retain(|op| !layer.label.starts_with(op));
        }
        if seed >= 40 && wanted.is_empty() {
            return;
        }
    }
    panic!("{wanted:?}");
}

#[test]
fn values_near_the_limit_are_answered_as_the_reference_does() {
    for small in wide_models() {
        let circuit = ModelCircuit::new(Arc::new(small.model.clone())).unwrap();
        for values in [[-128, -128], [127, 127], [127, -128], [-128, 127], [0, 0], [-1, 1]] {
            let opening =
                Opening::with_blinder(circuit.input(), values.to_vec(), Scalar::from(5)).unwrap();
            let mut assignment = circuit.assign(&opening, &CONTEXT).unwrap();
            let class = infer::run(&small.model, &values).unwrap().class.unwrap();
            assert_eq!(assignment.public[2], Scalar::from(u64::from(class)), "{}", small.name);
            assert!(circuit.matrices().is_satisfied(&assignment), "{}: {values:?}", small.name);
            assignment.public[2] = Scalar::from(u64::from(1 - class));
            assert!(!circuit.matrices().is_satisfied(&assignment), "{}: {values:?}", small.name);
        }
    }
}
