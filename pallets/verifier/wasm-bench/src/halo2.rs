//! Proofs of one Halo2 circuit, alone and in batches.

use std::{fs, hint::black_box, path::Path};

use serde_json::{Value, json};
use zkinfer_verifier::{
    backend::{Host, Native},
    halo2::{
        backend::Backend,
        bounds::MIN_K,
        generators::{CHUNK_LEN, Generators, lagrange_rows},
        key::{PreparedVerifyingKey, VerifyingKey},
        point::POINT_LEN,
        verify::{Statement, verify_batch},
    },
};

use crate::{Guest, batches, time_of};

/// Calls of each: the plain ones take seconds.
const RUNS: usize = 11;
const PLAIN_RUNS: usize = 3;

const TABLE: &[u8] = include_bytes!("../../generators/table.bin");
const LAGRANGE: &[u8] = include_bytes!("../../generators/lagrange.bin");

struct Table;

impl Generators for Table {
    fn chunk(&self, index: u32) -> Option<std::borrow::Cow<'_, [u8]>> {
        TABLE.chunks(CHUNK_LEN).nth(index as usize).map(|chunk| chunk.into())
    }

    fn lagrange(&self, k: u8) -> Option<std::borrow::Cow<'_, [u8]>> {
        let bytes = |k| lagrange_rows(k) * POINT_LEN;
        let from: usize = (MIN_K..k).map(bytes).sum();
        LAGRANGE.get(from..from + bytes(k)).map(Into::into)
    }
}

/// A statement with its proof.
struct Proven {
    inputs: [[u8; 32]; 3],
    proof: Vec<u8>,
}

/// Times by back end and size of the batch.
pub fn measure(guest: &mut Guest, path: &Path) -> Value {
    let file: Value =
        serde_json::from_slice(&fs::read(path).expect("a file of proofs")).expect("JSON");
    let bytes = |value: &Value| hex::decode(value.as_str().expect("text")).expect("hexadecimal");
    let key = bytes(&file["verifying_key"]);
    let prepared =
        PreparedVerifyingKey::prepare(VerifyingKey::decode(&key).expect("a key")).to_bytes();
    let proven = |value: &Value| Proven {
        inputs: [0, 1, 2].map(|i| bytes(&value["public_inputs"][i]).try_into().expect("32 bytes")),
        proof: bytes(&value["proof"]),
    };
    let proofs: Vec<Proven> =
        file["proofs"].as_array().expect("a list").iter().map(proven).collect();
    write(guest, &prepared, &proofs);
    json!({
        "runs": RUNS, "plain_runs": PLAIN_RUNS, "k": key[1], "key_bytes": key.len(), "proof_bytes": proofs[0].proof.len(),
        "native": {
            "verify_native": batches(|n| time_of(RUNS, || verify::<Native>(&prepared, &proofs[..n as usize]))),
            "verify_host": batches(|n| time_of(RUNS, || verify::<Host>(&prepared, &proofs[..n as usize]))),
        },
        "wasm": {
            "verify_native": batches(|n| guest.time_of("halo2_verify_native", n, PLAIN_RUNS)),
            "verify_host": batches(|n| guest.time_of("halo2_verify_host", n, RUNS)),
        },
    })
}

fn verify<B: Backend>(prepared: &[u8], proofs: &[Proven]) -> bool {
    let key = PreparedVerifyingKey::from_trusted_bytes(black_box(prepared)).expect("a key");
    let columns: Vec<[&[[u8; 32]]; 1]> = proofs.iter().map(|proven| [&proven.inputs[..]]).collect();
    let statements: Vec<Statement<'_>> = proofs
        .iter()
        .zip(&columns)
        .map(|(proven, instances)| Statement { key: &key, instances, proof: &proven.proof })
        .collect();
    verify_batch::<B, _>(&statements, &Table).is_ok()
}

fn write(guest: &mut Guest, prepared: &[u8], proofs: &[Proven]) {
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).expect("a short input").to_le_bytes();
    let mut input = [length(prepared), length(&proofs[0].proof)].concat();
    input.extend_from_slice(prepared);
    for Proven { inputs, proof } in proofs {
        input.extend(inputs.concat());
        input.extend_from_slice(proof);
    }
    guest.write("halo2_input", &input);
}
