//! A damaged stored key is answered, by each back end, without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::{edited, groth16::CASE};
use zkinfer_verifier::{
    backend::{Host, Native},
    groth16::{PREPARED_LEN, PreparedVerifyingKey, verify_bytes},
};

fuzz_target!(|data: &[u8]| {
    let bytes = edited(&CASE.prepared, data);
    let decoded = PreparedVerifyingKey::from_trusted_bytes(&bytes);
    assert_eq!(decoded.is_ok(), bytes.len() == PREPARED_LEN);
    let Ok(key) = decoded else { return };
    assert_eq!(key.to_bytes().as_slice(), bytes);
    // What points off their curve come to is nobody's promise; that there is an answer is.
    let _ = verify_bytes::<Native>(&bytes, &CASE.proof, &CASE.inputs);
    let _ = verify_bytes::<Host>(&bytes, &CASE.proof, &CASE.inputs);
});
