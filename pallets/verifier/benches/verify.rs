//! One verification natively, step by step: decoding a key, decoding a proof, the equation.
//!
//! `cargo bench -p zkinfer-verifier` measures plain Rust; with `--features host-functions` also the
//! implementation behind the host functions, called in place. `wasm-bench` beside this folder
//! measures the same in wasm. Times are the shortest and the median in microseconds, as one JSON
//! object on stdout.

use std::{hint::black_box, time::Instant};

use serde_json::{Value, json};
use zkinfer_verifier::{
    backend::{Backend, Native},
    groth16::{PreparedVerifyingKey, Proof, VerifyingKey, verify_bytes},
};

const RUNS: usize = 101;

fn main() {
    // The first proof of the MNIST network.
    let vectors: Value =
        serde_json::from_str(include_str!("../../../tests/vectors/groth16/mnist.json"))
            .expect("the vectors");
    let key = unhex(&vectors["keys"][0]["verifying_key"]);
    let case = &vectors["proofs"][0];
    let proof = unhex(&case["proof"]);
    let inputs = [0, 1, 2].map(|i| unhex(&case["public_inputs"][i]));
    let prepared =
        PreparedVerifyingKey::prepare(&VerifyingKey::decode(&key).expect("a key")).to_bytes();
    let mut report = json!({
        "processor": processor(), "unit": "microseconds: shortest, median", "runs": RUNS,
        "decode_key": time(|| VerifyingKey::decode(black_box(&key)).is_ok()),
        "decode_proof": time(|| Proof::decode(black_box(&proof)).is_ok()),
        "verify_native": time(|| verify::<Native>(&prepared, &proof, &inputs)),
    });
    #[cfg(feature = "host-functions")]
    {
        type Host = zkinfer_verifier::backend::Host;
        report["verify_host"] = time(|| verify::<Host>(&prepared, &proof, &inputs)).into();
    }
    report["prepared_key_bytes"] = prepared.len().into();
    println!("{}", serde_json::to_string_pretty(&report).expect("JSON"));
}

fn verify<B: Backend>(prepared: &[u8], proof: &[u8; 192], inputs: &[[u8; 32]; 3]) -> bool {
    verify_bytes::<B>(black_box(prepared), black_box(proof), inputs).is_ok()
}

fn unhex<const N: usize>(value: &Value) -> [u8; N] {
    hex::decode(value.as_str().expect("text")).expect("hexadecimal").try_into().expect("its length")
}

/// Shortest and median time of a call that must succeed. Other work on the machine spoils the
/// median first.
fn time(mut call: impl FnMut() -> bool) -> [f64; 2] {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            assert!(call(), "the operation failed");
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    [times[0], times[RUNS / 2]].map(f64::round)
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split(':').nth(1).map(str::trim));
    let threads = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{}, {threads} threads", name.unwrap_or("unknown"))
}
