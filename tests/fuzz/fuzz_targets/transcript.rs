//! A setup's transcript that decodes is written as it was read.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::{edited, mend, models::SETUP};
use zkml_prove::groth16::Transcript;

static VALID: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut bytes = Vec::new();
    SETUP.transcript.write_to(&mut bytes).expect("memory");
    bytes
});

fuzz_target!(|data: &[u8]| {
    let (choice, data) = data.split_first().unwrap_or((&0, &[]));
    let mut bytes = edited(&VALID, data);
    if choice & 1 == 0 {
        mend(&mut bytes, 32);
    }
    let Ok(transcript) = Transcript::read_from(bytes.as_slice(), bytes.len() as u64) else {
        return;
    };
    let mut again = Vec::new();
    transcript.write_to(&mut again).expect("memory");
    assert!(again == bytes, "another file than was read");
});
