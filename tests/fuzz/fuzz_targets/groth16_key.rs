//! A key that decodes survives storage, and both back ends and the oracle answer alike under it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::{
    edited,
    groth16::{CASE, oracle, padded, verify},
};
use zkinfer_verifier::groth16::{PreparedVerifyingKey, VerifyingKey};

fuzz_target!(|data: &[u8]| {
    let bytes = padded(&edited(&CASE.key, data));
    let Ok(key) = VerifyingKey::decode(&bytes) else { return };
    let prepared = PreparedVerifyingKey::prepare(&key);
    let stored = prepared.to_bytes();
    assert_eq!(PreparedVerifyingKey::from_trusted_bytes(&stored), Ok(prepared));
    let answer = verify(&stored, &CASE.proof, &CASE.inputs);
    assert_eq!(answer.is_ok(), oracle(&bytes, &CASE.proof, &CASE.inputs));
});
