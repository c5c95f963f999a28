//! Every kind of cell is given a wrong value, and a constraint catches it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use ff::Field;
use halo2_proofs::{
    dev::{MockProver, VerifyFailure},
    pasta::Fp,
};
use zkml_model::random::{self, Rng};

use super::{
    network_with_a_layer_in_place,
    satisfaction::{public, satisfied},
};
use crate::halo2::layout::{Place, RowProgram};
use crate::halo2::{
    columns::with_shape,
    compile::{AnalyzedModel, CircuitParams, Private, compile},
    plan::Plan,
    synthesis::ProgramCircuit,
};

/// Returns the kind of a row, the content of a column of it, and the layer.
type Kind = (usize, usize, [bool; 5], u8);

/// Cells that are assigned and constrained, by kind.
///
/// Free are only the second sum's cells in rows that it does not run through.
fn cells(program: &RowProgram<Fp>) -> BTreeMap<Kind, Vec<Place>> {
    let mut out: BTreeMap<Kind, Vec<Place>> = BTreeMap::new();
    let shape = program.shape;
    for (r, row) in program.rows.iter().enumerate() {
        let before = r.checked_sub(1).map(|r| &program.rows[r]);
        let layer =
            program.layers.iter().position(|(_, end)| r < *end).unwrap_or(program.layers.len());
        let flags = [row.linear, row.product, row.full, row.partial, row.gather];
        let mut add = |column: usize| {
            let place = Place { row: r as u32, column: column as u16 };
            out.entry((layer, column, flags, row.bits)).or_default().push(place);
        };
        (0..shape.width()).filter(|column| row.cells[*column].is_some()).for_each(&mut add);
        if row.linear || row.boundary || before.is_some_and(|row| row.linear) {
            add(shape.acc());
        }
        if row.gather || before.is_some_and(|row| row.gather) {
            add(shape.gather_acc());
        }
    }
    out
}

/// Names of the constraints that a circuit violates.
fn violated(plan: &Plan, circuit: &ProgramCircuit, public: &[Fp]) -> BTreeSet<String> {
    let prover =
        with_shape(plan.shape, || MockProver::run(plan.k, circuit, vec![public.to_vec()]).unwrap());
    let failures = prover.verify().err().unwrap_or_default();
    let name = |failure: &VerifyFailure| match failure {
        VerifyFailure::ConstraintNotSatisfied { constraint, .. } => constraint.to_string(),
        VerifyFailure::Lookup { lookup_index, .. } => format!("Lookup {lookup_index}"),
        VerifyFailure::Permutation { .. } => "Copies".into(),
        other => panic!("{other}"),
    };
    failures.iter().map(name).collect()
}

/// Tampers with a cell of each kind, the first or a random one; returns the constraints that caught
/// one.
fn every_kind_is_caught(name: &str, plan: &Plan, program: RowProgram<Fp>) -> BTreeSet<String> {
    let public = public(&program);
    let kinds = cells(&program);
    let mut circuit = ProgramCircuit::new(Arc::new(program));
    assert!(satisfied(plan, &circuit, &public), "{name}");
    let mut rng = Rng::new(kinds.len() as u64);
    let mut caught = BTreeSet::new();
    for (kind, places) in &kinds {
        let any = places[(rng.next_u64() % places.len() as u64) as usize];
        let place = if rng.next_u64().is_multiple_of(2) { places[0] } else { any };
        circuit.tampered = Some((place, Fp::from(rng.next_u64() >> 40) + Fp::ONE));
        let by = violated(plan, &circuit, &public);
        assert!(!by.is_empty(), "{name}: {kind:?} at {place:?}");
        caught.extend(by);
    }
    caught
}

#[test]
fn a_wrong_value_in_any_kind_of_cell_of_every_operation_is_caught() {
    let params = [
        CircuitParams { slots: 3, extras: 2, bits: 9, tile: 1 },
        CircuitParams { slots: 2, extras: 3, bits: 4, tile: 2 },
        CircuitParams { slots: 4, extras: 3, bits: 8, tile: 1 },
    ];
    let mut wanted = BTreeSet::from([
        "MaxPool",
        "Clip",
        "LeakyRelu",
        "Table",
        "Add",
        "Rescale",
        "TopK",
        "Output",
    ]);
    for seed in 0..200u64 {
        let model = if seed % 2 == 0 { random::graph(seed) } else { random::outputs(seed) };
        let params = params[(seed % 3) as usize];
        let analyzed = AnalyzedModel::new(&model).unwrap();
        let Some(plan) = (6..11).find_map(|k| Plan::of(&analyzed, params, k)) else { continue };
        let values = random::input(&model, 1);
        let private = Private { values: &values, blinder: Fp::from(9), context: Fp::from(1) };
        let program = compile(&analyzed, params, plan.rows + 1, false, Some(&private)).unwrap();
        let starts = [0].into_iter().chain(program.layers.iter().map(|(_, end)| *end));
        let costs: BTreeSet<&str> = program
            .layers
            .iter()
            .zip(starts)
            .filter(|((_, end), start)| end > start)
            .filter_map(|((label, _), _)| label.split(' ').next())
            .collect();
        let found: Vec<&str> = wanted.iter().copied().filter(|op| costs.contains(op)).collect();
        if found.is_empty() {
            continue;
        }
        found.iter().for_each(|op| {
            wanted.remove(op);
        });
        every_kind_is_caught(&format!("graph {seed}, {params:?}"), &plan, program);
        if wanted.is_empty() {
            return;
        }
    }
    panic!("{wanted:?}");
}

#[test]
fn a_wrong_value_in_any_kind_of_cell_is_caught_and_every_constraint_catches_one() {
    let wide = CircuitParams { slots: 3, extras: 2, bits: 9, tile: 1 };
    let narrow = CircuitParams { slots: 2, extras: 3, bits: 4, tile: 2 };
    let models = [
        (random::model(0), narrow),
        (random::model(5), narrow),
        (random::model(11), wide),
        (network_with_a_layer_in_place(1), wide),
    ];
    let mut caught = BTreeSet::new();
    for (seed, (model, params)) in models.into_iter().enumerate() {
        let values = random::input(&model, 1);
        let analyzed = AnalyzedModel::new(&model).unwrap();
        let plan = (6..12).find_map(|k| Plan::of(&analyzed, params, k)).unwrap();
        let private = Private { values: &values, blinder: Fp::from(9), context: Fp::from(1) };
        let program = compile(&analyzed, params, plan.rows + 1, false, Some(&private)).unwrap();
        assert_eq!(program.shape.gather, seed == 3);
        let own = every_kind_is_caught(&format!("model {seed}, {params:?}"), &plan, program);
        if seed == 3 {
            caught = own;
        }
    }
    // All constraints there are, with three slots and a second sum.
    let gates = [
        ("sum", 1),
        ("boundary", 1),
        ("gather", 1),
        ("product", 3),
        ("full round", 6),
        ("partial rounds", 6),
    ];
    let mut all: BTreeSet<String> = (0..3).map(|slot| format!("Lookup {slot}")).collect();
    for (gate, (name, constraints)) in gates.into_iter().enumerate() {
        all.extend((0..constraints).map(|i| format!("Constraint {i} in gate {gate} ('{name}')")));
    }
    all.insert("Copies".into());
    assert_eq!(caught, all);
}
