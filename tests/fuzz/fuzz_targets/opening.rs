//! An opening that decodes is the one encoding of its values, which are an input of its kind.
#![no_main]

use bls12_381::Scalar;
use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::{edited, models};
use zkml_model::{graph::InputSpec, infer, random};
use zkml_prove::groth16::Opening;

fuzz_target!(|data: &[u8]| {
    let (seed, data) = data.split_first().unwrap_or((&0, &[]));
    let model = models::model(*seed);
    let opening = Opening::with_blinder(
        &model.input,
        random::input(&model, u64::from(*seed)),
        Scalar::from(7),
    );
    let bytes = edited(&opening.expect("an input").encode(), data);
    check(&bytes, &model.input);
    check(&bytes, &hostile_input(data));
});

fn check(bytes: &[u8], input: &InputSpec) {
    let Ok(opening) = Opening::decode(bytes, input) else { return };
    assert_eq!(opening.encode().as_slice(), bytes);
    infer::check_input(input, opening.values()).expect("values of the input");
    assert_ne!(opening.commitment(), [0; 32]);
}

/// An input specification that no importer makes.
fn hostile_input(data: &[u8]) -> InputSpec {
    let byte = |i: usize| data.get(i).copied().unwrap_or(0);
    let shape = (0..byte(0) % 4).map(|i| usize::from(byte(1 + usize::from(i)))).collect();
    let min = i32::from_le_bytes([byte(5), byte(6), byte(7), byte(8)]);
    InputSpec { shape, min, bits: byte(9) }
}
