//! A key that decodes has one encoding and one text, survives storage, and proofs of another key do
//! not hold under it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::{
    edited,
    halo2::{CASE, answer},
};
use zkinfer_verifier::halo2::{
    key::{PreparedVerifyingKey, VerifyingKey},
    pinned,
};

fuzz_target!(|data: &[u8]| {
    let bytes = edited(&CASE.encoded, data);
    let Ok(key) = VerifyingKey::decode(&bytes) else { return };
    assert_eq!(key.encode(), bytes);
    let mut text = String::new();
    pinned::write(&key, &mut text).expect("a string takes everything");
    let rows = &key.layout().description().instance_rows;
    assert_eq!(VerifyingKey::from_pinned(&text, rows).as_ref(), Ok(&key));
    let prepared = PreparedVerifyingKey::prepare(key);
    assert_eq!(
        PreparedVerifyingKey::from_trusted_bytes(&prepared.to_bytes()).as_ref(),
        Ok(&prepared)
    );
    let answer = answer(&prepared, CASE.input, &CASE.proof);
    assert_eq!(answer.is_ok(), bytes == CASE.encoded);
});
