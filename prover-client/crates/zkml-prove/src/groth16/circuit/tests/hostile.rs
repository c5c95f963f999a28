//! Models at the limits of the format: one witness over the field, of the reference's answer, with
//! bits of 61-bit numbers.

use zkml_model::{
    intervals,
    random::{Bounds, End, hostile, hostile_inputs},
};

use super::{uniqueness::chosen, *};
use crate::estimate::Count;
use crate::groth16::r1cs::solve::{Known, solutions};

/// The number of models of each kind; `HOSTILE_MODELS` sets another one.
fn count(default: u64) -> u64 {
    std::env::var("HOSTILE_MODELS").ok().and_then(|count| count.parse().ok()).unwrap_or(default)
}

fn check(seed: u64, end: End, bounds: Bounds) {
    let model = hostile(seed, end, bounds);
    let circuit = ModelCircuit::new(Arc::new(model.clone())).unwrap();
    let matrices = circuit.matrices();
    let ranges = intervals::analyse(&model).unwrap();
    for values in hostile_inputs(&model, seed, 1) {
        let what = || format!("seed {seed}, {end:?}, {values:?}: {model:?}");
        let trace = infer::run(&model, &values).unwrap();
        let inside = |(values, ranges): (&Vec<i64>, &Vec<intervals::Interval>)| {
            values.iter().zip(ranges).all(|(value, range)| range.contains(*value))
        };
        assert!(trace.tensors.iter().zip(&ranges).all(inside), "{}", what());
        let answer = model.output_kind().unwrap().answer(&trace).unwrap().element();
        let opening =
            Opening::with_blinder(circuit.input(), values.clone(), Scalar::from(5)).unwrap();
        let honest = circuit.assign(&opening, &CONTEXT).unwrap();
        assert!(matrices.is_satisfied(&honest), "{}", what());
        // All but the answer is open.
        let known = Known::some(matrices, &honest, &[1, 3], &chosen(&circuit));
        let found = solutions(matrices, &known, None);
        let Some([witness]) = found.as_deref() else {
            panic!("{:?} witnesses, {}", found.map(|found| found.len()), what());
        };
        assert_eq!(witness.unknown(), 0, "{}", what());
        assert_eq!(witness.public(2).map(|output| output.to_bytes()), Some(answer), "{}", what());
    }
    let (counted, real) =
        (Count::of(&model).unwrap().constraints, circuit.report().constraints as u64);
    assert!(counted.abs_diff(real) <= real / 10 + 16, "counted {counted} for {real}: {model:?}");
}

/// Cases of a solution are nested calls.
fn on_a_large_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(256 << 20).spawn(work).unwrap().join().unwrap();
}

#[test]
fn hostile_models_that_end_with_values_have_one_witness() {
    on_a_large_stack(|| {
        (0..count(40)).for_each(|seed| check(seed, End::Values, Bounds { bits: 61, values: 14 }));
        (0..count(10)).for_each(|seed| check(seed, End::Values, Bounds { bits: 8, values: 14 }));
    });
}

#[test]
fn hostile_classifiers_have_one_witness() {
    on_a_large_stack(|| {
        (0..count(12)).for_each(|seed| check(seed, End::Class, Bounds { bits: 61, values: 7 }));
        (0..count(6)).for_each(|seed| check(seed, End::Class, Bounds { bits: 8, values: 7 }));
    });
}

#[test]
fn hostile_models_that_end_with_their_best_classes_have_one_witness() {
    on_a_large_stack(|| {
        (0..count(12)).for_each(|seed| check(seed, End::Classes, Bounds { bits: 54, values: 4 }));
        (0..count(6)).for_each(|seed| check(seed, End::Classes, Bounds { bits: 8, values: 4 }));
    });
}

/// Checks that the search above sees the freedom of a missing constraint of a wide number.
#[test]
fn missing_constraints_of_hostile_models_are_noticed() {
    on_a_large_stack(|| {
        let (mut noticed, mut tried) = (0, 0);
        for seed in 0..5 {
            let model = hostile(seed, End::Values, Bounds { bits: 20, values: 6 });
            let circuit = ModelCircuit::new(Arc::new(model.clone())).unwrap();
            let matrices = circuit.matrices();
            let values = hostile_inputs(&model, seed, 1).pop().unwrap();
            let opening = Opening::with_blinder(circuit.input(), values, Scalar::from(5)).unwrap();
            let honest = circuit.assign(&opening, &CONTEXT).unwrap();
            let known = Known::some(matrices, &honest, &[1, 3], &chosen(&circuit));
            let fixed = ["Input", "Commitment", "Binding"];
            let layers =
                matrices.layers.iter().filter(|layer| !fixed.contains(&layer.label.as_str()));
            for row in layers.flat_map(|layer| layer.start..layer.end).step_by(3) {
                let found = solutions(matrices, &known, Some(row));
                let unique = matches!(found.as_deref(), Some([only]) if only.unknown() == 0);
                tried += 1;
                noticed += usize::from(!unique);
            }
        }
        assert!(tried > 20 && noticed * 20 >= tried * 19, "{noticed} of {tried}");
    });
}
