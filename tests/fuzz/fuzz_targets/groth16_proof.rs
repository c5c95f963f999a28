//! A proof decodes if and only if its three points do, by `bls12_381` alone, and none is the
//! identity.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::{
    edited,
    groth16::{CASE, g1, g2, padded},
};
use zkinfer_verifier::groth16::Proof;

fuzz_target!(|data: &[u8]| {
    let bytes = padded(&edited(&CASE.proof, data));
    let g1_is_valid = |bytes| g1(bytes).is_some_and(|point| !bool::from(point.is_identity()));
    let b_is_valid = g2(&bytes[48..144]).is_some_and(|point| !bool::from(point.is_identity()));
    let valid = g1_is_valid(&bytes[..48]) && b_is_valid && g1_is_valid(&bytes[144..]);
    assert_eq!(Proof::decode(&bytes).is_ok(), valid);
});
