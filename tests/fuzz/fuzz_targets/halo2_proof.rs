//! Edited proofs and inputs under an honest key: both back ends and halo2_proofs give one answer,
//! but for bytes that follow the proof.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::{
    edited,
    groth16::padded,
    halo2::{CASE, answer, oracle},
};
use zkinfer_verifier::halo2::error::{ProofError, ProofFault, VerifyError};

fuzz_target!(|data: &[u8]| {
    let bytes = edited(&[&CASE.input[..], &CASE.proof].concat(), data);
    let (input, proof) = (padded(&bytes), bytes.get(32..).unwrap_or_default());
    let theirs = oracle(input, proof);
    match answer(&CASE.key, input, proof) {
        Ok(()) => assert!(theirs && input == CASE.input, "a proof of another statement"),
        Err(VerifyError::Proof {
            error: ProofError { fault: ProofFault::Trailing, .. }, ..
        }) => {}
        Err(VerifyError::Proof { .. } | VerifyError::Rejected | VerifyError::Instance { .. }) => {
            assert!(!theirs)
        }
        Err(other) => panic!("{other}"),
    }
});
