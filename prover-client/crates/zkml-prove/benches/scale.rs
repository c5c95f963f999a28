//! Time and memory of setup and proof against the size of a network, as one JSON object on stdout.
//!
//! `cargo bench -p zkml-prove --bench scale` measures networks of 1,000 to 300,000 ReLUs under
//! Groth16 and Halo2; `-- 1000 30000 groth16` those alone. Every size of every system runs in a
//! process of its own, so that peaks of memory are of that size alone. The machine should have
//! nothing else to do.
//!
//! The network is the MNIST one with a larger picture: a convolution of eight filters of 3 × 3 on a
//! picture of four bits, ReLU, a fully connected layer to ten classes, arg-max. Its weights are
//! random: what a circuit costs depends on their size only.

use std::{
    fs::{self, File},
    io::{self, BufWriter},
    path::Path,
    process::Command,
    sync::Arc,
    time::Instant,
};

use zkml_model::{
    QuantizedModel,
    graph::{Conv, Gemm, InputSpec, Node, Operand, Operation},
    random::{self, Rng},
};
use zkml_prove::{
    CircuitError,
    groth16::{self, KeyStream, ModelCircuit, Opening, ProvingKey, ProvingKeyHeader, VerifyingKey},
    halo2,
    progress::no_progress,
};

/// ReLUs that are wanted; the networks have about as many.
const SIZES: [usize; 6] = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000];
const SYSTEMS: [&str; 2] = ["groth16", "halo2"];
const FILTERS: usize = 8;
const CLASSES: usize = 10;
/// Largest weight of the convolution: three bits with its sign, as in the MNIST network.
const WEIGHT: i64 = 3;
/// Proofs of a small network, whose mean is told; of larger ones there are less.
const PROOFS: u64 = 5;
/// Below so many ReLUs a network is small.
const SMALL: usize = 20_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["--groth16-setup", size, path] => return groth16_setup(number(size), Path::new(path)),
        ["--groth16-prove", size, path] => return groth16_prove(number(size), Path::new(path)),
        ["--groth16-loaded", size, path] => return groth16_loaded(number(size), Path::new(path)),
        ["--halo2", size] => return halo2_all(number(size)),
        _ => {}
    }
    let named: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if named.is_empty() { SIZES.to_vec() } else { named };
    let wanted = |system: &&str| {
        let any = SYSTEMS.iter().any(|system| arguments.iter().any(|argument| argument == system));
        !any || arguments.iter().any(|argument| argument == system)
    };
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: f64 = load.split(' ').next().and_then(|load| load.parse().ok()).unwrap_or(0.0);
    let mut points = Vec::new();
    for system in SYSTEMS.iter().filter(|system| wanted(system)) {
        for size in &sizes {
            points.push(format!("{{\"system\":\"{system}\",{}}}", measure(system, *size)));
        }
    }
    println!(
        "{{\"cores\":{},\"load_before\":{load},\"points\":[\n  {}\n]}}",
        std::thread::available_parallelism().map_or(1, usize::from),
        points.join(",\n  ")
    );
}

/// The fields of one size of one system, by processes of their own.
fn measure(system: &str, size: usize) -> String {
    if system == "halo2" {
        return child(&["--halo2", &size.to_string()]);
    }
    let path = std::env::temp_dir().join(format!("zkml-prove-scale-{}.pk", std::process::id()));
    let file = path.display().to_string();
    let size = size.to_string();
    let parts = ["--groth16-setup", "--groth16-prove", "--groth16-loaded"]
        .map(|part| child(&[part, &size, &file]));
    fs::remove_file(&path).expect("the key's file");
    parts.join(",")
}

fn child(arguments: &[&str]) -> String {
    let program = std::env::current_exe().expect("this program");
    eprintln!("{}", arguments.join(" "));
    let output = Command::new(program).args(arguments).output().expect("a process");
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {}", output.status);
    let text = String::from_utf8(output.stdout).expect("text");
    eprintln!("  {}", text.trim());
    text.trim().to_owned()
}

fn number(text: &str) -> usize {
    text.parse().expect("a number of ReLUs")
}

fn groth16_setup(size: usize, path: &Path) {
    let model = Arc::new(network(size));
    let relus = model.nodes[0].shape.iter().product::<usize>();
    let (circuit, synthesis) = timed(|| ModelCircuit::new(model).expect("a circuit"));
    let circuit_memory = peak_memory();
    let write = || {
        let file = BufWriter::new(File::create_new(path).expect("a file"));
        let running = groth16::SetupSession::begin(&circuit, &no_progress).expect("keys");
        running.write_key(file, &no_progress).expect("a file");
        // The audit's transcript belongs to a setup, and is not looked at here.
        running.write_transcript(io::sink(), &no_progress).expect("no file");
    };
    let ((), setup) = timed(write);
    println!(
        "\"relus\":{relus},\"constraints\":{},\"domain\":{},\"synthesis_s\":{synthesis:.3},\"synthesis_peak_kib\":{circuit_memory},\
         \"setup_s\":{setup:.3},\"setup_peak_kib\":{},\"key_bytes\":{}",
        circuit.report().constraints,
        circuit.report().domain,
        peak_memory(),
        fs::metadata(path).expect("the file").len()
    );
}

/// As `zkinfer prove`: the key's points are read along with each proof.
fn groth16_prove(size: usize, path: &Path) {
    let model = Arc::new(network(size));
    let circuit = ModelCircuit::new(model.clone()).expect("a circuit");
    let (proofs, prove) = proofs(size, |seed| {
        let opening =
            Opening::random(&model.input, random::input(&model, seed)).expect("an opening");
        let key = KeyStream::open(path).expect("the key");
        groth16::prove_from_file(&circuit, key, &opening, &[1; 32], &no_progress).expect("a proof")
    });
    let peak = peak_memory();
    let header = ProvingKeyHeader::read(path).expect("the key");
    let vk = VerifyingKey::from_bytes(&header.verifying_key).expect("the verifying key");
    let verify = median(|| {
        groth16::verify::verify(&vk, &proofs[0].proof, &proofs[0].public_inputs).expect("valid");
    });
    println!(
        "\"prove_s\":{prove:.3},\"prove_peak_kib\":{peak},\"estimated_kib\":{},\"proof_bytes\":{},\"verify_s\":{verify:.5}",
        circuit.report().proving_memory() >> 10,
        proofs[0].proof.len()
    );
}

/// As `zkinfer serve`: the key stays in memory.
fn groth16_loaded(size: usize, path: &Path) {
    let model = Arc::new(network(size));
    let circuit = ModelCircuit::new(model.clone()).expect("a circuit");
    let (key, read) = timed(|| ProvingKey::read(path, &no_progress).expect("the key"));
    let (_, prove) = proofs(size, |seed| {
        let opening =
            Opening::random(&model.input, random::input(&model, seed)).expect("an opening");
        groth16::prove(&circuit, &key, &opening, &[1; 32], &no_progress).expect("a proof")
    });
    println!(
        "\"key_read_s\":{read:.3},\"loaded_prove_s\":{prove:.3},\"loaded_prove_peak_kib\":{}",
        peak_memory()
    );
}

fn halo2_all(size: usize) {
    let model = Arc::new(network(size));
    let relus = model.nodes[0].shape.iter().product::<usize>();
    let (circuit, synthesis) = timed(|| halo2::ModelCircuit::new(model.clone()));
    let circuit = match circuit {
        Ok(circuit) => circuit,
        Err(error @ CircuitError::TooManyRows { .. }) => {
            println!("\"relus\":{relus},\"stopped\":\"{error}\"");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    let plan = *circuit.plan();
    let (generators, made) = timed(|| halo2::Generators::new(plan.k, &no_progress));
    let (keys, setup) =
        timed(|| halo2::setup_with(&circuit, generators, &no_progress).expect("keys"));
    let setup_memory = peak_memory();
    // Lets the system restart its count of the peak, where it can.
    let _ = fs::write("/proc/self/clear_refs", "5");
    let (proofs, prove) = proofs(size, |seed| {
        let opening =
            halo2::Opening::random(&model.input, random::input(&model, seed)).expect("an opening");
        halo2::prove(&keys, &opening, &[1; 32], &no_progress).expect("a proof")
    });
    let peak = peak_memory();
    let verify = median(|| {
        let proven = &proofs[0];
        halo2::verify(&keys, &proven.proof, &proven.public_inputs).expect("valid");
    });
    println!(
        "\"relus\":{relus},\"k\":{},\"rows\":{},\"synthesis_s\":{synthesis:.3},\"generators_s\":{made:.3},\"setup_s\":{setup:.3},\
         \"setup_peak_kib\":{setup_memory},\"prove_s\":{prove:.3},\"prove_peak_kib\":{peak},\"proof_bytes\":{},\"verify_s\":{verify:.5}",
        plan.k,
        plan.rows,
        proofs[0].proof.len()
    );
}

/// Proofs that `one` makes from seeds, and their mean time.
fn proofs<P>(size: usize, one: impl Fn(u64) -> P) -> (Vec<P>, f64) {
    let count = if size < SMALL { PROOFS } else { 1 };
    let (proofs, time) = timed(|| (0..count).map(one).collect());
    (proofs, time / count as f64)
}

/// A network of about `relus` ReLUs.
fn network(relus: usize) -> QuantizedModel {
    let side = (relus / FILTERS).isqrt();
    let mut rng = Rng::new(relus as u64);
    let mut weights = |count: usize, most: i64| -> Vec<i8> {
        (0..count).map(|_| rng.range(-most, most) as i8).collect()
    };
    let conv = Conv {
        out_channels: FILTERS,
        in_channels: 1,
        group: 1,
        kernel: [3, 3],
        strides: [1, 1],
        pads: [0; 4],
        dilations: [1, 1],
        weights: weights(FILTERS * 9, WEIGHT),
        bias: vec![1; FILTERS],
    };
    let features = FILTERS * side * side;
    let gemm = Gemm {
        outputs: CLASSES,
        inputs: features,
        weights: weights(CLASSES * features, 127),
        bias: vec![0; CLASSES],
    };
    let shape = vec![FILTERS, side, side];
    let nodes = [
        (Operation::Conv(conv), shape.clone()),
        (Operation::Relu, shape),
        (Operation::Reshape, vec![features]),
        (Operation::Gemm(gemm), vec![CLASSES]),
        (Operation::ArgMax, vec![1]),
    ];
    let node = |(index, (op, shape)): (usize, (Operation, Vec<usize>))| Node {
        name: format!("node{index}"),
        op,
        inputs: vec![index.checked_sub(1).map_or(Operand::Input, Operand::Node)],
        shape,
    };
    let nodes = nodes.into_iter().enumerate().map(node).collect();
    QuantizedModel {
        input: InputSpec { shape: vec![1, side + 2, side + 2], min: 0, bits: 4 },
        nodes,
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed().as_secs_f64())
}

/// The median time of 11 runs.
fn median(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..11).map(|_| timed(&mut work).1).collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// `VmHWM` of this process, in KiB; zero where the system does not tell.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
