//! The pinned keys and proofs of `tests/vectors/halo2`, which the example `halo2-vectors` writes.

use pasta_curves::group::ff::PrimeField;
use serde_json::Value;
use zkinfer_verifier::halo2::{
    error::VerifyError,
    generators::compute,
    key::{PreparedVerifyingKey, VerifyingKey},
    verify::Statement,
};

use crate::oracle::{Table, ours};

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// Generators made without halo2_proofs.
fn table() -> Table {
    let g = compute::table(0..1 << 6);
    let lagrange = (4..=6).map(|k| (k, compute::lagrange(k, &g[..65 << k]).unwrap())).collect();
    Table { g, lagrange }
}

fn columns(proof: &Value) -> Vec<Vec<[u8; 32]>> {
    let value = |value: &Value| hex::decode(text(value)).unwrap().try_into().unwrap();
    list(&proof["instances"])
        .iter()
        .map(|column| list(column).iter().map(value).collect())
        .collect()
}

#[test]
fn the_vectors_keys_are_read_and_written_to_the_byte() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../../../tests/vectors/halo2/small-circuits.json"))
            .unwrap();
    for circuit in list(&vectors["circuits"]) {
        let encoded = hex::decode(text(&circuit["verifying_key"])).unwrap();
        let rows: Vec<u16> = list(&circuit["instance_rows"])
            .iter()
            .map(|rows| rows.as_u64().unwrap() as u16)
            .collect();
        let key = VerifyingKey::from_pinned(text(&circuit["pinned"]), &rows).unwrap();
        assert_eq!(key.encode(), encoded);
        assert_eq!(VerifyingKey::decode(&encoded).as_ref(), Ok(&key));
        let prepared = PreparedVerifyingKey::prepare(key);
        assert_eq!(hex::encode(prepared.digest().to_repr()), text(&circuit["digest"]));
    }
}

#[test]
fn the_vectors_proofs_hold_for_their_own_inputs_alone() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../../../tests/vectors/halo2/small-circuits.json"))
            .unwrap();
    let table = table();
    for circuit in list(&vectors["circuits"]) {
        let key =
            VerifyingKey::decode(&hex::decode(text(&circuit["verifying_key"])).unwrap()).unwrap();
        let key = PreparedVerifyingKey::prepare(key);
        let proofs = list(&circuit["proofs"]);
        for (i, proof) in proofs.iter().enumerate() {
            let bytes = hex::decode(text(&proof["proof"])).unwrap();
            for (j, other) in proofs.iter().enumerate() {
                let columns = columns(other);
                let instances: Vec<&[[u8; 32]]> = columns.iter().map(Vec::as_slice).collect();
                let statement = Statement { key: &key, instances: &instances, proof: &bytes };
                let expected = if i == j { Ok(()) } else { Err(VerifyError::Rejected) };
                assert_eq!(ours(&[statement], &table), expected, "{}", circuit["name"]);
            }
        }
    }
}
