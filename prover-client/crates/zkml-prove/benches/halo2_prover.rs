//! Keys, proof and verification of the MNIST network over Pasta: sizes, times and peak memory, as
//! one JSON object on stdout.
//!
//! `cargo bench -p zkml-prove --bench halo2_prover` measures the committed MNIST network as
//! `zkinfer model import` quantises it without options; with `-- model.zkm` another model's file.
//! The bench profile is optimised; `cargo bench --profile dev` measures what tests and the demo
//! build. The machine should have nothing else to do.

use std::{fs, sync::Arc, time::Instant};

use halo2_proofs::{pasta::EqAffine, plonk::BatchVerifier};
use zkml_model::{QuantizedModel, random};
use zkml_onnx::OnnxModel;
use zkml_prove::{
    commitment::canonical,
    halo2::{Generators, ModelCircuit, Opening, ProofWithStatement, prove, setup_with, verify},
    progress::no_progress,
};
use zkml_quantize::{Options, quantize};

const PROOFS: u64 = 5;
const VERIFICATIONS: usize = 21;
const BATCHES: [usize; 3] = [2, 8, 32];

fn main() {
    let model = Arc::new(network());
    let (circuit, plan_time) = timed(|| ModelCircuit::new(model.clone()).expect("a circuit"));
    let plan = *circuit.plan();
    let (generators, generators_time) = timed(|| Generators::new(plan.k, &no_progress));
    let mut file = Vec::new();
    generators.write(&mut file).expect("bytes");
    let (_, generators_read) =
        timed(|| Generators::read(plan.k, &mut file.as_slice()).expect("the generators"));
    let (keys, keys_time) = timed(|| setup_with(&circuit, generators, &no_progress).expect("keys"));
    let setup_memory = peak_memory();
    forget_peak();

    let one = |seed: u64| {
        let opening =
            Opening::random(&model.input, random::input(&model, seed)).expect("an opening");
        timed(|| prove(&keys, &opening, &[1; 32], &no_progress).expect("a proof"))
    };
    let mut proofs: Vec<ProofWithStatement> = vec![one(99).0];
    let mut times = Vec::new();
    let cpu = cpu_time();
    for seed in 0..PROOFS {
        let (proven, time) = one(seed);
        proofs.push(proven);
        times.push(time);
    }
    let prove_cpu = (cpu_time() - cpu) / PROOFS as f64;
    let prove_memory = peak_memory();
    let mut checks: Vec<f64> = Vec::new();
    for i in 0..VERIFICATIONS {
        let proven = &proofs[i % proofs.len()];
        let (accepted, time) =
            timed(|| verify(&keys, &proven.proof, &proven.public_inputs).is_ok());
        assert!(accepted);
        checks.push(time);
    }
    let batches: Vec<String> = BATCHES
        .iter()
        .map(|count| {
            let mut batch = BatchVerifier::<EqAffine>::new();
            for proven in proofs.iter().cycle().take(*count) {
                let public = proven
                    .public_inputs
                    .map(|input| canonical("input", &input).expect("canonical"));
                batch.add_proof(vec![vec![public.to_vec()]], proven.proof.clone());
            }
            let (accepted, time) =
                timed(|| batch.finalize(keys.generators().params(), keys.verifying_key()));
            assert!(accepted);
            format!("[{count},{time:.4}]")
        })
        .collect();
    let layers = circuit.layers();
    let layers: Vec<String> = layers.iter().map(|l| format!("[\"{}\",{}]", l.op, l.rows)).collect();
    println!(
        "{{\"cores\":{},\"input_bits\":{},\"k\":{},\"rows\":{},\"layers\":[{}],\"slots\":{},\"extras\":{},\"lookup_bits\":{},\
         \"advice_columns\":{},\"plan_s\":{plan_time:.3},\"generators_s\":{generators_time:.3},\"generators_bytes\":{},\
         \"generators_read_s\":{generators_read:.3},\"keys_s\":{keys_time:.3},\"setup_peak_kib\":{setup_memory},\
         \"pinned_bytes\":{},\"prove_best_s\":{:.3},\"prove_mean_s\":{:.3},\"prove_cpu_s\":{prove_cpu:.3},\"prove_peak_kib\":{prove_memory},\
         \"proof_bytes\":{},\"verify_median_s\":{:.4},\"verify_batches_s\":[{}]}}",
        std::thread::available_parallelism().map_or(1, usize::from),
        model.input.bits,
        plan.k,
        plan.rows,
        layers.join(","),
        plan.shape.slots,
        plan.shape.extras,
        plan.params.bits,
        plan.shape.advice(),
        file.len(),
        keys.pinned().len(),
        times.iter().copied().fold(f64::INFINITY, f64::min),
        times.iter().sum::<f64>() / PROOFS as f64,
        proofs[0].proof.len(),
        median(&mut checks),
        batches.join(","),
    );
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed().as_secs_f64())
}

/// Processor time of this process in seconds, in steps of 10 ms: on a busy machine it says more
/// than the clock.
fn cpu_time() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks = fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Lets the system restart its count of the peak, where it can.
fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// `VmHWM` of this process, in KiB; zero where the system does not tell.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// The model of the file that is named, or the committed MNIST network.
fn network() -> QuantizedModel {
    let named = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    if let Some(path) = named {
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        return zkml_model::file::decode(&bytes).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    let onnx = include_bytes!("../../../../tests/vectors/mnist/mnist-cnn.onnx");
    let onnx = OnnxModel::decode(onnx).expect("the committed network");
    quantize(&onnx, &Options::default()).expect("the committed network").model
}
