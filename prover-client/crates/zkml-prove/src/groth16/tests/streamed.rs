//! Keys that are never whole in memory.

use super::super::{audit::audit, error::KeyError};
use super::*;

struct Written {
    key: Vec<u8>,
    transcript: Vec<u8>,
}

/// A setup of the fixture's circuit that was written while it ran.
fn written() -> &'static Written {
    static WRITTEN: OnceLock<Written> = OnceLock::new();
    WRITTEN.get_or_init(|| {
        let running = SetupSession::begin(&fixture().circuit, &no_progress).unwrap();
        let mut written = Written { key: Vec::new(), transcript: Vec::new() };
        running.write_key(&mut written.key, &no_progress).unwrap();
        running.write_transcript(&mut written.transcript, &no_progress).unwrap();
        written
    })
}

fn stream(bytes: &[u8]) -> Result<KeyStream<&[u8]>, KeyError> {
    KeyStream::new(bytes, bytes.len() as u64)
}

fn proof_from(bytes: &[u8]) -> Result<ProofWithStatement, ProveError> {
    let fixture = fixture();
    prove_from_file(&fixture.circuit, stream(bytes)?, &fixture.opening, &CONTEXT, &no_progress)
}

#[test]
fn a_setup_that_is_written_while_it_runs_makes_keys_that_pass_the_audit() {
    let Written { key, transcript } = written();
    let key = ProvingKey::read_from(key.as_slice(), key.len() as u64, &no_progress).unwrap();
    let transcript = Transcript::read_from(transcript.as_slice(), transcript.len() as u64).unwrap();
    let report =
        audit(&fixture().circuit, key.verifying_key(), Some(&key), &transcript, &no_progress)
            .unwrap();
    assert!(report.passed(), "{report:?}");
}

#[test]
fn a_key_proves_from_its_file_and_the_proof_is_accepted() {
    let proven = proof_from(&written().key).unwrap();
    let vk = stream(&written().key).unwrap();
    let vk = keys::Parts::verifying_key(&vk).clone();
    assert!(accepted_by_all(&vk, &proven.proof, &proven.public_inputs));
    assert_eq!(proven.public_inputs, fixture().proven.public_inputs);
}

#[test]
fn a_damaged_file_makes_no_proof() {
    let good = &written().key;
    for position in (684..good.len()).step_by(good.len() / 23) {
        let mut bytes = good.clone();
        bytes[position] ^= 1;
        let error = proof_from(&bytes).unwrap_err();
        let known = matches!(
            error,
            ProveError::Key(KeyError::Point { .. } | KeyError::Checksum { .. })
                | ProveError::Blinding(_)
        );
        assert!(known, "byte {position}: {error}");
    }
    let mut bytes = good.clone();
    *bytes.last_mut().unwrap() ^= 1;
    assert!(matches!(proof_from(&bytes).unwrap_err(), ProveError::Key(KeyError::Checksum { .. })));
    let short = &good[..good.len() - 1];
    assert!(matches!(proof_from(short).unwrap_err(), ProveError::Key(KeyError::Length { .. })));
    // The file was cut after it was opened.
    let cut = KeyStream::new(&good[..good.len() / 2], good.len() as u64).unwrap();
    let fixture = fixture();
    let error = prove_from_file(&fixture.circuit, cut, &fixture.opening, &CONTEXT, &no_progress)
        .unwrap_err();
    assert!(matches!(error, ProveError::Key(KeyError::Io { .. })), "{error}");
}

#[test]
fn the_file_of_another_model_does_not_prove() {
    let other = ModelCircuit::new(Arc::new(random::model(1))).unwrap();
    let opening = Opening::random(other.input(), random::input(other.model(), 1)).unwrap();
    let key = stream(&written().key).unwrap();
    let error = prove_from_file(&other, key, &opening, &CONTEXT, &no_progress).unwrap_err();
    assert!(matches!(error, ProveError::OtherModel { .. }), "{error}");
}
