//! Setup, proof and audit of the MNIST network: sizes, times and peak memory, as one JSON object on
//! stdout.
//!
//! `cargo bench -p zkml-prove` measures the committed MNIST network as `zkinfer model import`
//! quantises it without options; `cargo bench -p zkml-prove -- model.zkm` another model's file.
//! The bench profile is optimised; `cargo bench --profile dev` measures what tests and the demo
//! build. The machine should have nothing else to do.

use std::{
    fs,
    sync::{Arc, Mutex},
    time::Instant,
};

use zkml_model::{QuantizedModel, random};
use zkml_onnx::OnnxModel;
use zkml_prove::{
    groth16::{ModelCircuit, Opening, ProvingKey, audit, prove, setup},
    progress::{Progress, no_progress},
};
use zkml_quantize::{Options, quantize};

const PROOFS: usize = 5;

fn main() {
    let model = Arc::new(network());
    let (circuit, synthesis) = timed(|| ModelCircuit::new(model.clone()).expect("a circuit"));
    let (made, setup_time) = timed(|| setup(&circuit, &no_progress).expect("keys"));
    let path = std::env::temp_dir().join(format!("zkml-prove-bench-{}.pk", std::process::id()));
    let ((), write) = timed(|| made.key.write(&path, &no_progress).expect("a file"));
    let key_bytes = fs::metadata(&path).expect("the file").len();
    let setup_memory = peak_memory();
    let (key, read) = timed(|| ProvingKey::read(&path, &no_progress).expect("the key"));
    fs::remove_file(&path).expect("the file");

    drop(made.key);
    forget_peak();
    let phases = Mutex::new(Vec::new());
    let on = |progress: Progress| {
        phases.lock().expect("a list").push((progress, Instant::now(), cpu_time()))
    };
    let opening = Opening::random(&model.input, random::input(&model, 99)).expect("an opening");
    prove(&circuit, &key, &opening, &[1; 32], &on).expect("a proof");
    let phases = phases.into_inner().expect("a list");
    for ((_, before, cpu_before), (progress, now, cpu)) in phases.iter().zip(phases.iter().skip(1))
    {
        let (wall, cpu) = (now.duration_since(*before).as_secs_f64(), cpu - cpu_before);
        eprintln!(
            "{} {}/{}: {wall:.3} s, {cpu:.2} s of processors",
            progress.phase, progress.done, progress.total
        );
    }
    let mut best = f64::INFINITY;
    let mut total = 0.0;
    for seed in 0..PROOFS as u64 {
        let opening =
            Opening::random(&model.input, random::input(&model, seed)).expect("an opening");
        let (_, time) =
            timed(|| prove(&circuit, &key, &opening, &[1; 32], &no_progress).expect("a proof"));
        best = best.min(time);
        total += time;
    }
    let prove_memory = peak_memory();
    let vk = key.verifying_key();
    let (report, audit_time) = timed(|| {
        audit(&circuit, vk, Some(&key), &made.transcript, &no_progress).expect("an audit")
    });
    assert!(report.passed(), "{report:?}");

    let layers = circuit.report().layers.iter();
    let layers: Vec<String> = layers.map(|l| format!("[\"{}\",{}]", l.op, l.constraints)).collect();
    println!(
        "{{\"cores\":{},\"input_bits\":{},\"constraints\":{},\"domain\":{},\"layers\":[{}],\"synthesis_s\":{synthesis:.3},\
         \"setup_s\":{setup_time:.3},\"setup_peak_kib\":{setup_memory},\"key_bytes\":{key_bytes},\"key_write_s\":{write:.3},\
         \"key_read_s\":{read:.3},\"prove_best_s\":{best:.3},\"prove_mean_s\":{:.3},\"audit_s\":{audit_time:.3},\
         \"estimated_proving_bytes\":{},\"prove_peak_kib\":{prove_memory},\"peak_kib\":{}}}",
        std::thread::available_parallelism().map_or(1, usize::from),
        model.input.bits,
        circuit.report().constraints,
        circuit.report().domain,
        layers.join(","),
        total / PROOFS as f64,
        circuit.report().proving_memory(),
        peak_memory(),
    );
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let (start, cpu) = (Instant::now(), cpu_time());
    let result = work();
    let elapsed = start.elapsed().as_secs_f64();
    eprintln!("{elapsed:.3} s, {:.2} s of processors", cpu_time() - cpu);
    (result, elapsed)
}

/// Processor time of this process in seconds, in steps of 10 ms: on a busy machine it says more
/// than the clock.
fn cpu_time() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks = fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
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
