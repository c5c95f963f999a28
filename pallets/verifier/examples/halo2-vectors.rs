//! Writes the test vectors of `tests/vectors/halo2` to stdout.
//!
//! ```text
//! cargo run -p zkinfer-verifier --example halo2-vectors > tests/vectors/halo2/small-circuits.json
//! ```
//!
//! Keys and proofs come from halo2_proofs, with fixed randomness: each run writes the same.

use halo2_proofs::{
    pasta::{EqAffine, Fp},
    plonk::{create_proof, keygen_pk, keygen_vk},
    poly::commitment::Params,
    transcript::{Blake2bWrite, Challenge255},
};
use pasta_curves::group::ff::PrimeField;
use rand10::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use zkinfer_verifier::halo2::key::{PreparedVerifyingKey, VerifyingKey};

#[path = "../tests/halo2/circuits.rs"]
mod circuits;

use circuits::{INSTANCE_GATE, NO_COPIES, POWERS, Toy, WIDE_SETS};

fn main() {
    let vectors = json!({
        "source": "halo2_proofs 0.4.1 over Vesta; cargo run -p zkinfer-verifier --example halo2-vectors",
        "circuits": [
            circuit::<2, 0, 1, 0>("one column of public inputs, no lookup", 4),
            circuit::<2, 0, 1, { NO_COPIES | INSTANCE_GATE }>("no permutation", 4),
            circuit::<2, 1, 1, 0>("a lookup", 5),
            circuit::<3, 2, 3, { POWERS | INSTANCE_GATE | WIDE_SETS }>("everything", 6),
        ],
    });
    println!("{}", serde_json::to_string_pretty(&vectors).expect("JSON"));
}

fn circuit<const W: usize, const L: usize, const I: usize, const S: u8>(
    name: &str,
    k: u32,
) -> Value {
    let params = Params::<EqAffine>::new(k);
    let circuit = Toy::<W, L, I, S>::new(0);
    let vk = keygen_vk(&params, &circuit).expect("a key");
    let pk = keygen_pk(&params, vk, &circuit).expect("a key");
    let text = format!("{:?}", pk.get_vk().pinned());
    let rows: Vec<u16> =
        Toy::<W, L, I, S>::instances(0).iter().map(|column| column.len() as u16).collect();
    let key = VerifyingKey::from_pinned(&text, &rows).expect("a key");
    let encoded = hex::encode(key.encode());
    let digest = hex::encode(PreparedVerifyingKey::prepare(key).digest().to_repr());
    let proofs: Vec<Value> = (1..=2)
        .map(|seed| {
            let instances = Toy::<W, L, I, S>::instances(seed);
            let columns: Vec<&[Fp]> = instances.iter().map(Vec::as_slice).collect();
            let mut transcript = Blake2bWrite::<_, _, Challenge255<_>>::init(vec![]);
            let circuits = [Toy::<W, L, I, S>::new(seed)];
            let rng = StdRng::seed_from_u64(seed);
            create_proof(&params, &pk, &circuits, &[&columns], rng, &mut transcript)
                .expect("a proof");
            json!({
                "instances": instances.iter().map(|column| hexes(column)).collect::<Vec<_>>(),
                "proof": hex::encode(transcript.finalize()),
            })
        })
        .collect();
    json!({
        "name": name, "k": k, "instance_rows": rows, "pinned": text,
        "verifying_key": encoded, "digest": digest, "proofs": proofs,
    })
}

fn hexes(column: &[Fp]) -> Vec<String> {
    column.iter().map(|value| hex::encode(value.to_repr())).collect()
}
