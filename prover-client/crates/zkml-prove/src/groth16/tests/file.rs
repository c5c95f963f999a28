use std::fs;

use proptest::prelude::*;

use super::super::{codec::checksum, error::KeyError, file::VERSION};
use super::*;

fn bytes() -> Vec<u8> {
    let mut out = Vec::new();
    fixture().setup.key.write_to(&mut out, &no_progress).unwrap();
    out
}

fn read(bytes: &[u8]) -> Result<ProvingKey, KeyError> {
    ProvingKey::read_from(bytes, bytes.len() as u64, &no_progress)
}

/// Bytes of the header before its checksum.
const HEADER: usize = 652;

fn with_header_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let sum = checksum(&bytes[..HEADER]);
    bytes[HEADER..HEADER + 32].copy_from_slice(&sum);
    bytes
}

#[test]
fn a_key_comes_back_from_its_file_and_proves() {
    let fixture = fixture();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model.pk");
    fixture.setup.key.write(&path, &no_progress).unwrap();
    let key = ProvingKey::read(&path, &no_progress).unwrap();
    assert!(key == fixture.setup.key);
    let header = ProvingKeyHeader::read(&path).unwrap();
    assert_eq!(&header, fixture.setup.key.header());
    assert_eq!(&header.model_hash, fixture.circuit.model_hash());
    assert_eq!(header.file_len(), Some(fs::metadata(&path).unwrap().len()));
    let proven = prove(&fixture.circuit, &key, &fixture.opening, &CONTEXT, &no_progress).unwrap();
    assert!(accepted_by_all(key.verifying_key(), &proven.proof, &proven.public_inputs));
}

#[cfg(unix)]
#[test]
fn the_file_is_for_its_owner_alone_and_is_never_overwritten() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model.pk");
    fixture().setup.key.write(&path, &no_progress).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let error = fixture().setup.key.write(&path, &no_progress).unwrap_err();
    assert!(matches!(error, KeyError::Exists { .. }), "{error}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn a_write_that_fails_leaves_no_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model.pk");
    let error = codec::write_new(&path, codec::Access::Owner, |out| {
        out.write_all(b"half")?;
        Err(std::io::Error::other("disk full"))
    });
    assert!(error.unwrap_err().to_string().contains("disk full"));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn truncated_and_longer_files_are_refused() {
    let bytes = bytes();
    for len in [0, 1, 8, 100, HEADER, 683, 684, 715, 716, 5000, bytes.len() - 33, bytes.len() - 1] {
        assert!(matches!(read(&bytes[..len]), Err(KeyError::Length { .. })), "{len}");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert!(matches!(read(&longer), Err(KeyError::Length { .. })));
}

#[test]
fn one_flipped_bit_is_found_wherever_it_is() {
    let bytes = bytes();
    let positions = (0..bytes.len()).step_by(bytes.len() / 40).chain([
        0,
        9,
        20,
        60,
        80,
        HEADER - 1,
        HEADER,
        700,
        bytes.len() - 1,
    ]);
    for position in positions {
        let mut flipped = bytes.clone();
        flipped[position] ^= 4;
        assert!(read(&flipped).is_err(), "byte {position}");
    }
}

#[test]
fn errors_name_what_is_wrong_and_what_to_do() {
    let mut magic = bytes();
    magic[0] = b'X';
    assert!(matches!(read(&magic), Err(KeyError::Magic { what: "proving key" })));
    let mut version = bytes();
    version[8] = 9;
    assert!(matches!(read(&version), Err(KeyError::Version { got: 9, known: VERSION, .. })));
    let mut header = bytes();
    header[13] ^= 1;
    assert!(matches!(read(&header), Err(KeyError::Checksum { part: "header", .. })));
    let mut last = bytes();
    let end = last.len() - 1;
    last[end] ^= 1;
    let error = read(&last).unwrap_err();
    assert!(error.to_string().contains("make the keys again"), "{error}");
}

#[test]
fn counts_that_promise_more_than_the_file_has_take_no_memory() {
    for field in 0..6 {
        for huge in [1u64 << 30, 1 << 32, u64::MAX] {
            let mut bytes = bytes();
            bytes[604 + 8 * field..612 + 8 * field].copy_from_slice(&huge.to_le_bytes());
            let error = read(&with_header_checksum(bytes)).unwrap_err();
            assert!(matches!(error, KeyError::Header { .. } | KeyError::Length { .. }), "{error}");
        }
    }
}

#[test]
fn a_point_off_the_curve_is_named() {
    let mut bytes = bytes();
    bytes[684 + 2 * 96 + 96 + 50] ^= 1;
    let error = read(&bytes).err().unwrap();
    assert!(matches!(error, KeyError::Point { section: "A", index: 1, .. }), "{error}");
}

#[test]
fn a_transcript_comes_back_from_its_file() {
    let transcript = &fixture().setup.transcript;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model.transcript");
    transcript.write(&path).unwrap();
    assert!(Transcript::read(&path).unwrap() == *transcript);
    assert!(matches!(transcript.write(&path), Err(KeyError::Exists { .. })));
}

#[test]
fn damaged_transcripts_are_refused() {
    let mut bytes = Vec::new();
    fixture().setup.transcript.write_to(&mut bytes).unwrap();
    let read = |bytes: &[u8]| Transcript::read_from(bytes, bytes.len() as u64);
    for len in [0, 10, 50, 1000, bytes.len() - 1] {
        assert!(matches!(read(&bytes[..len]), Err(KeyError::Length { .. })), "{len}");
    }
    for position in
        (0..bytes.len()).step_by(bytes.len() / 30).chain([0, 9, 12, 20, bytes.len() - 1])
    {
        let mut flipped = bytes.clone();
        flipped[position] ^= 4;
        assert!(read(&flipped).is_err(), "byte {position}");
    }
    let mut huge = bytes.clone();
    huge[10..18].copy_from_slice(&(1u64 << 32).to_le_bytes());
    assert!(matches!(read(&huge), Err(KeyError::Length { .. })));
}

#[test]
fn a_missing_file_is_named() {
    let error = ProvingKey::read("/nonexistent/model.pk".as_ref(), &no_progress).unwrap_err();
    assert!(error.to_string().contains("/nonexistent/model.pk"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn hostile_bytes_are_an_error(header in proptest::collection::vec(any::<u8>(), 0..900), checked: bool) {
        let mut forged = header;
        let whole = bytes();
        let start = whole.len().min(12);
        if forged.len() >= 684 && checked {
            // The right magic, version and checksum, and nonsense between them.
            forged[..start].copy_from_slice(&whole[..start]);
            forged = with_header_checksum(forged);
        }
        prop_assert!(read(&forged).is_err());
        prop_assert!(Transcript::read_from(forged.as_slice(), forged.len() as u64).is_err());
    }
}
