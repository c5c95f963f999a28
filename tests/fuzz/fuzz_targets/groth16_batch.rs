//! Edited batches under an honest key: a batch holds when each of its proofs does, and is blamed as
//! they are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::{
    edited,
    groth16::{CASE, padded, verify},
};
use zkinfer_verifier::{
    backend::Native,
    groth16::{
        INPUTS, PROOF_LEN, PreparedVerifyingKey,
        batch::{self, BatchError, Statement},
    },
};

/// Bytes of a proof with its inputs.
const ITEM: usize = PROOF_LEN + 32 * INPUTS;

fuzz_target!(|data: &[u8]| {
    let honest = [&CASE.proof[..], &CASE.inputs.concat()].concat().repeat(2);
    let bytes: [u8; 2 * ITEM] = padded(&edited(&honest, data));
    let items = [0, 1].map(|item| {
        let proof: [u8; PROOF_LEN] = padded(&bytes[item * ITEM..]);
        let inputs: [[u8; 32]; INPUTS] =
            [0, 1, 2].map(|i| padded(&bytes[item * ITEM + PROOF_LEN + 32 * i..]));
        (proof, inputs)
    });
    let statements = items.each_ref().map(|(proof, inputs)| Statement { inputs, proof });
    let key = PreparedVerifyingKey::from_trusted_bytes(&CASE.prepared).expect("the case's key");
    let alone = items.each_ref().map(|(proof, inputs)| verify(&CASE.prepared, proof, inputs));
    match batch::verify::<Native>(&key, &statements) {
        Ok(()) => assert!(alone.iter().all(Result::is_ok)),
        Err(BatchError::Proof { index, .. }) => {
            assert!(alone[index].is_err_and(|error| error.blames_proof()))
        }
        Err(BatchError::Input { index, .. }) => assert!(alone[index].is_err()),
        Err(BatchError::Rejected) => assert!(alone.iter().any(Result::is_err)),
        Err(other) => panic!("{other}"),
    }
});
