//! Types that hold a witness do not print it.

use ff::PrimeField;
use halo2_proofs::pasta::Fp;

use super::*;
use crate::groth16::{gadgets::poseidon::Element, linear_combination::Wire};
use crate::halo2::{self, synthesis::ProgramCircuit};

/// Returns `true` if a text shows a number, in any of the ways in which fields print.
fn shows(text: &str, bytes: &[u8]) -> bool {
    let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
    let list = format!("{bytes:?}");
    [digits(bytes), digits(&reversed), list[1..list.len() - 1].to_owned()]
        .iter()
        .any(|form| text.contains(form))
}

#[test]
fn a_groth16_witness_is_not_printed() {
    let circuit = small_circuit();
    let opening = opening(&circuit, 1);
    let assignment = circuit.assign(&opening, &CONTEXT).unwrap();
    let text = format!("{assignment:?}");
    let wide: Vec<[u8; 32]> =
        assignment.private.iter().map(Scalar::to_bytes).filter(|b| b[31] != 0).collect();
    assert!(wide.len() > 100 && !wide.iter().any(|bytes| shows(&text, bytes)), "{text}");
    let private = assignment.private.len();
    assert_eq!(text, format!("Assignment {{ public: 4, private: {private} }}"));

    let blinder = *opening.blinder();
    let element = format!("{:?}", Element::constant(blinder));
    assert!(!shows(&element, &blinder.to_bytes()) && element.contains("terms"), "{element}");
    let wire = Wire {
        lin: LinearCombination::default(),
        lo: -5_000_000,
        hi: 7_000_000,
        value: Some(1_234_567),
    };
    let text = format!("{wire:?}");
    assert!(!text.contains("1234567") && text.contains("7000000"), "{text}");
    assert!(!shows(&format!("{opening:?}"), &blinder.to_bytes()));
}

#[test]
fn a_halo2_witness_is_not_printed() {
    let circuit = halo2::ModelCircuit::new(Arc::new(random::model(3))).unwrap();
    let values = random::input(circuit.model(), 1);
    let opening = halo2::Opening::with_blinder(circuit.input(), values, -Fp::from(99)).unwrap();
    let program = circuit.assign(&opening, &CONTEXT).unwrap();
    let wide: Vec<[u8; 32]> =
        program.values.iter().map(Fp::to_repr).filter(|b| b[31] != 0).collect();
    let rows = format!("{:?}", program.rows);
    let sums = program.rows.iter().map(|row| row.acc.to_repr()).filter(|b| b[31] != 0);
    let secret: Vec<[u8; 32]> = wide.iter().copied().chain(sums).collect();
    let text = format!("{program:?}");
    let whole = format!("{:?}", ProgramCircuit::new(Arc::new(program)));
    assert!(secret.len() > 50);
    for text in [&text, &rows, &whole] {
        assert!(!secret.iter().any(|bytes| shows(text, bytes)), "{text}");
    }
    assert!(text.contains("variables") && rows.contains("full"), "{text}");
}
