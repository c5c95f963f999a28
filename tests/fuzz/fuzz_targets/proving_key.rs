//! A proving key's file that decodes is written as it was read.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::{blake2b, edited, mend, models::SETUP};
use zkml_prove::{groth16::ProvingKey, progress::no_progress};

/// Bytes of the header before its checksum, and of a checksum.
const HEADER: usize = 652;
const CHECKSUM: usize = 32;

static VALID: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut bytes = Vec::new();
    SETUP.key.write_to(&mut bytes, &no_progress).expect("memory");
    bytes
});

fuzz_target!(|data: &[u8]| {
    let (choice, data) = data.split_first().unwrap_or((&0, &[]));
    let mut bytes = edited(&VALID, data);
    if choice & 1 == 0 {
        mend_header(&mut bytes);
        mend(&mut bytes, CHECKSUM);
    }
    // The length that a caller gives is the file's.
    let Ok(key) = ProvingKey::read_from(bytes.as_slice(), bytes.len() as u64, &no_progress) else {
        return;
    };
    let mut again = Vec::new();
    key.write_to(&mut again, &no_progress).expect("memory");
    assert!(again == bytes, "another file than was read");
});

fn mend_header(bytes: &mut [u8]) {
    if let Some((header, rest)) = bytes.split_at_mut_checked(HEADER) {
        rest.iter_mut().zip(blake2b(header, CHECKSUM)).for_each(|(to, from)| *to = from);
    }
}
