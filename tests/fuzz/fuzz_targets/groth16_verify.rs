//! Edited proofs and inputs under an honest key: both back ends and the oracle give one answer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::{
    edited,
    groth16::{CASE, oracle, padded, verify},
};
use zkinfer_verifier::{
    error::VerifyError,
    groth16::{INPUTS, PROOF_LEN, Proof},
    scalar,
};

fuzz_target!(|data: &[u8]| {
    let honest = [&CASE.proof[..], &CASE.inputs.concat()].concat();
    let bytes: [u8; PROOF_LEN + 32 * INPUTS] = padded(&edited(&honest, data));
    let proof = padded(&bytes[..PROOF_LEN]);
    let inputs = [0, 1, 2].map(|i| padded(&bytes[PROOF_LEN + 32 * i..]));
    let answer = verify(&CASE.prepared, &proof, &inputs);
    assert_eq!(answer.is_ok(), oracle(&CASE.key, &proof, &inputs));
    match answer {
        Ok(()) => assert_eq!(inputs, CASE.inputs, "a proof of another statement"),
        Err(VerifyError::Proof(error)) => assert_eq!(Proof::decode(&proof), Err(error)),
        Err(VerifyError::Input(index)) => assert!(!scalar::is_canonical(&inputs[index])),
        Err(VerifyError::Rejected) => {}
        Err(other) => panic!("{other}"),
    }
});
