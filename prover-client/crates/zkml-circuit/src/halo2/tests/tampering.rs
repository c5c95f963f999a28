//! Every kind of cell is given a wrong value, and a constraint catches it.

use std::{collections::BTreeMap, sync::Arc};

use ff::Field;
use halo2_proofs::pasta::Fp;
use zkml_model::random::{self, Rng};

use super::{
    network_with_a_layer_in_place,
    satisfaction::{public, satisfied},
};
use crate::halo2::{
    compile::{Analysed, Knobs, Private, compile},
    machine::{Place, Program},
    plan::Plan,
    synthesis::ProgramCircuit,
};

/// What a row is, what stands in a column of it, and the layer.
type Kind = (usize, usize, [bool; 5], u8);

/// Cells that are assigned and constrained, by kind.
///
/// Free are only the partial sums of rows that no sum runs through: among Poseidon's rounds, and the second sum's after its end.
fn cells(program: &Program<Fp>) -> BTreeMap<Kind, Vec<Place>> {
    let mut out: BTreeMap<Kind, Vec<Place>> = BTreeMap::new();
    let shape = program.shape;
    for (r, row) in program.rows.iter().enumerate() {
        let before = r.checked_sub(1).map(|r| &program.rows[r]);
        let layer = program.layers.iter().position(|(_, end)| r < *end).unwrap_or(program.layers.len());
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

/// Tampers with a cell of each kind, the first or a random one.
fn every_kind_is_caught(name: &str, plan: &Plan, program: Program<Fp>) -> usize {
    let public = public(&program);
    let kinds = cells(&program);
    let mut circuit = ProgramCircuit::new(Arc::new(program));
    assert!(satisfied(plan, &circuit, &public), "{name}");
    let mut rng = Rng::new(kinds.len() as u64);
    for (kind, places) in &kinds {
        let any = places[(rng.next_u64() % places.len() as u64) as usize];
        let any = if rng.next_u64() % 2 == 0 { places[0] } else { any };
        circuit.tampered = Some((any, Fp::from(rng.next_u64() >> 40) + Fp::ONE));
        assert!(!satisfied(plan, &circuit, &public), "{name}: {kind:?} at {any:?}");
    }
    kinds.len()
}

#[test]
fn a_wrong_value_in_any_kind_of_cell_is_caught() {
    let mut kinds = 0;
    let random = [0, 5, 11].map(|seed| (seed, random::model(seed)));
    let in_place = [1].map(|seed| (seed, network_with_a_layer_in_place(seed)));
    for (seed, model) in random.into_iter().chain(in_place) {
        let values = random::input(&model, seed);
        let analysed = Analysed::new(&model).unwrap();
        for knobs in
            [Knobs { slots: 2, extras: 3, bits: 4, tile: 2 }, Knobs { slots: 3, extras: 2, bits: 9, tile: 1 }]
        {
            let Some(plan) = (6..11).find_map(|k| Plan::of(&analysed, knobs, k)) else { continue };
            let private = Private { values: &values, blinder: Fp::from(seed), context: Fp::from(1) };
            let program = compile(&analysed, knobs, plan.rows + 1, false, Some(&private)).unwrap();
            kinds += every_kind_is_caught(&format!("model {seed}, {knobs:?}"), &plan, program);
        }
    }
    assert!(kinds > 100, "{kinds}");
}
