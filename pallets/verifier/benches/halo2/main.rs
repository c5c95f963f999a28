//! Halo2 natively: a 16-wide dot-product gate with two lookups at k = 13, one proof alone and
//! batches.
//!
//! `cargo bench -p zkinfer-verifier --bench halo2` measures plain Rust; with `--features
//! host-functions` also the implementation behind the host functions, called in place. Making 32
//! proofs first takes some minutes; `K=10` in the environment chooses another size. One JSON object
//! on stdout; times are milliseconds: the shortest and the median. `ONLY=registration` measures
//! what the registration of the most expensive key costs, and nothing else.

use std::{borrow::Cow, hint::black_box, time::Instant};

use halo2_proofs::{
    pasta::{EqAffine, Fp},
    plonk::{SingleVerifier, create_proof, keygen_pk, keygen_vk, verify_proof},
    poly::commitment::Params,
    transcript::{Blake2bRead, Blake2bWrite, Challenge255},
};
use pasta_curves::group::ff::PrimeField;
use rand10::{SeedableRng, rngs::StdRng};
use serde_json::json;
use zkinfer_verifier::{
    backend::Native,
    halo2::{
        backend::Backend,
        bounds::MAX_K,
        generators::{CHUNK_LEN, Generators, compute},
        key::{PreparedVerifyingKey, VerifyingKey},
        pinned, statement,
        verify::{Statement, verify_batch},
    },
};

#[path = "../../tests/halo2/circuits.rs"]
#[allow(dead_code)]
mod circuits;
mod dearest;

type Circuit = circuits::Toy<16, 2, 1, 0>;

const RUNS: usize = 5;
const PROOFS: u64 = 32;

struct Table {
    g: Vec<u8>,
    lagrange: Vec<u8>,
}

impl Generators for Table {
    fn chunk(&self, index: u32) -> Option<Cow<'_, [u8]>> {
        self.g.chunks(CHUNK_LEN).nth(index as usize).map(Cow::Borrowed)
    }

    fn lagrange(&self, _: u8) -> Option<Cow<'_, [u8]>> {
        Some(Cow::Borrowed(&self.lagrange))
    }
}

fn main() {
    let mut report = json!({
        "processor": processor(), "unit": "milliseconds: shortest, median", "runs": RUNS,
        "registration": registration(),
    });
    if std::env::var("ONLY").as_deref() != Ok("registration") {
        verification(&mut report);
    }
    println!("{}", serde_json::to_string_pretty(&report).expect("JSON"));
}

/// Measures the chain's work when the most expensive key is registered.
fn registration() -> serde_json::Value {
    let key = dearest::key();
    let bytes = key.encode();
    let mut text = String::new();
    pinned::write(&key, &mut text).expect("a text");
    json!({
        "key_bytes": bytes.len(), "text_bytes": text.len(),
        "decode": time(|| statement::decode(black_box(&bytes), MAX_K).is_ok()),
        "digest": time(|| pinned::digest(black_box(&key)) != Fp::zero()),
        "decode_and_prepare": time(|| {
            statement::decode(black_box(&bytes), MAX_K).map(PreparedVerifyingKey::prepare).is_ok()
        }),
    })
}

fn verification(report: &mut serde_json::Value) {
    let k: u8 = std::env::var("K").ok().and_then(|k| k.parse().ok()).unwrap_or(13);
    let g = compute::table(0..1 << k);
    let table = Table { lagrange: compute::lagrange(k, &g).expect("points"), g };
    let params = Params::<EqAffine>::new(k.into());
    let circuit = Circuit::new(0);
    let vk = keygen_vk(&params, &circuit).expect("a key");
    let pk = keygen_pk(&params, vk, &circuit).expect("a key");
    let text = format!("{:?}", pk.get_vk().pinned());
    let key = VerifyingKey::from_pinned(&text, &[1]).expect("a key");
    let encoded = key.encode();
    let prepared = PreparedVerifyingKey::prepare(key);
    let stored = prepared.to_bytes();
    let mut proving = f64::MAX;
    let proofs: Vec<(Vec<Fp>, Vec<u8>)> = (0..PROOFS)
        .map(|seed| {
            let instances = Circuit::instances(seed).remove(0);
            let mut transcript = Blake2bWrite::<_, _, Challenge255<_>>::init(vec![]);
            let start = Instant::now();
            let circuits = [Circuit::new(seed)];
            let rng = StdRng::seed_from_u64(seed);
            create_proof(&params, &pk, &circuits, &[&[&instances]], rng, &mut transcript)
                .expect("a proof");
            proving = proving.min(start.elapsed().as_secs_f64());
            (instances, transcript.finalize())
        })
        .collect();
    let values: Vec<[[u8; 32]; 1]> =
        proofs.iter().map(|(values, _)| [values[0].to_repr()]).collect();
    let columns: Vec<[&[[u8; 32]]; 1]> = values.iter().map(|values| [&values[..]]).collect();
    let statements: Vec<Statement<'_>> = proofs
        .iter()
        .zip(&columns)
        .map(|((_, proof), instances)| Statement { key: &prepared, instances, proof })
        .collect();
    report["verification"] = json!({
        "k": k, "prove_halo2_proofs": (proving * 1e3).round(),
        "proof_bytes": proofs[0].1.len(), "key_bytes": encoded.len(), "prepared_key_bytes": stored.len(),
        "text_bytes": text.len(),
        "decode_key": time(|| VerifyingKey::decode(black_box(&encoded)).is_ok()),
        "digest": time(|| PreparedVerifyingKey::prepare(prepared.key().clone()) == prepared),
        "load_prepared_key": time(|| PreparedVerifyingKey::from_trusted_bytes(black_box(&stored)).is_ok()),
        "halo2_proofs_one_thread": time(|| {
            let mut transcript = Blake2bRead::<_, _, Challenge255<_>>::init(&proofs[0].1[..]);
            let strategy = SingleVerifier::new(&params);
            verify_proof(&params, pk.get_vk(), strategy, &[&[&proofs[0].0]], &mut transcript).is_ok()
        }),
    });
    report["native"] = batches::<Native>(&statements, &table);
    #[cfg(feature = "host-functions")]
    {
        report["host"] = batches::<zkinfer_verifier::backend::Host>(&statements, &table);
    }
}

fn batches<B: Backend>(statements: &[Statement<'_>], table: &Table) -> serde_json::Value {
    let batch = |count: usize| {
        time(|| verify_batch::<B, _>(black_box(&statements[..count]), table).is_ok())
    };
    json!({ "1": batch(1), "2": batch(2), "8": batch(8), "32": batch(32) })
}

/// Shortest and median time of a call that must succeed. Other work on the machine spoils the
/// median first.
fn time(mut call: impl FnMut() -> bool) -> [f64; 2] {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            assert!(call(), "the operation failed");
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    [times[0], times[RUNS / 2]].map(|time| (time * 100.0).round() / 100.0)
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split(':').nth(1).map(str::trim));
    let threads = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{}, {threads} threads", name.unwrap_or("unknown"))
}
