//! A text that is read as a key is that key's text, to the letter.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::{edited, halo2::CASE};
use zkinfer_verifier::halo2::{key::VerifyingKey, pinned};

fuzz_target!(|data: &[u8]| {
    let bytes = edited(CASE.text.as_bytes(), data);
    let Ok(text) = std::str::from_utf8(&bytes) else { return };
    let Ok(key) = VerifyingKey::from_pinned(text, &[1]) else { return };
    let mut printed = String::new();
    pinned::write(&key, &mut printed).expect("a string takes everything");
    assert_eq!(printed, text);
    assert_eq!(VerifyingKey::decode(&key.encode()).as_ref(), Ok(&key));
});
