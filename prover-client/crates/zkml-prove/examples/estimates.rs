//! Estimated and measured cost of networks of all kinds, in both proof systems, as a Markdown
//! table.
//!
//! ```sh
//! cargo run -p zkml-prove --example estimates                # all of them
//! cargo run -p zkml-prove --example estimates -- mnist mlp   # those whose name starts so
//! ```
//!
//! Each network is measured in a process of its own, so that peaks of memory are its own. The
//! machine should have nothing else to do. The constants of `src/estimate/` are fitted to this
//! table. Weights are random: what a circuit costs depends on their size only.

use std::{
    fs::{self, File},
    io::{BufReader, BufWriter},
    process::{Command, ExitCode},
    sync::Arc,
    time::Instant,
};

use zkml_model::{
    QuantizedModel,
    graph::{Conv, Gemm, Operand, Shape, Window},
    random::{self, Rng},
};
use zkml_onnx::{FloatNode, FloatOp, Function, OnnxModel, OutputHead};
use zkml_prove::{
    estimate::{self, Count, R1cs},
    groth16::{self, KeyStream, ModelCircuit, Opening},
    halo2,
    progress::no_progress,
};
use zkml_quantize::{Options, quantize};

/// Name, input, input bits, and layers: `c8s1` is a convolution of eight filters of 3 × 3, `p` max
/// pooling, `r` ReLU, `s` a sigmoid, `g10` fully connected.
const NETWORKS: [(&str, [usize; 3], u8, &str); 9] = [
    ("small", [1, 12, 12], 4, "c4s1 r g10"),
    ("mnist", [1, 28, 28], 4, "c8s1 r g10"),
    ("wide", [1, 60, 60], 4, "c8s1 r g10"),
    ("wider", [1, 112, 112], 4, "c8s1 r g10"),
    ("mlp", [1, 28, 28], 8, "g128 r g64 r g10"),
    ("dense", [1, 28, 28], 8, "g1024 r g1024 r g10"),
    ("lenet", [1, 28, 28], 4, "c6s1 r p c16s1 r p g84 r g10"),
    ("deep", [3, 32, 32], 8, "c16s1 r c16s2 r c32s2 r g10"),
    ("tables", [1, 28, 28], 8, "g256 s g64 s g10"),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [one, name, system] = arguments.as_slice()
        && one == "--measure"
    {
        let model = Arc::new(network(name));
        println!(
            "{}",
            if system == "halo2" { measure_halo2(&model) } else { measure_groth16(&model) }
        );
        return ExitCode::SUCCESS;
    }
    let wanted = |name: &str| {
        arguments.is_empty() || arguments.iter().any(|prefix| name.starts_with(prefix.as_str()))
    };
    for (system, head) in [
        (
            "groth16",
            "| network | constraints | terms | synthesis MiB | setup s | setup MiB | prove s | prove MiB |",
        ),
        ("halo2", "| network | k | work | | keys s | keys MiB | prove s | prove MiB |"),
    ] {
        println!("{system}: estimated / measured\n\n{head}\n|---|---|---|---|---|---|---|---|");
        for (name, ..) in NETWORKS.iter().filter(|network| wanted(network.0)) {
            let program = std::env::current_exe().expect("this program");
            let output =
                Command::new(program).args(["--measure", name, system]).output().expect("it runs");
            print!("{}", String::from_utf8_lossy(&output.stdout));
            eprint!("{}", String::from_utf8_lossy(&output.stderr));
        }
        println!();
    }
    ExitCode::SUCCESS
}

fn measure_groth16(model: &Arc<QuantizedModel>) -> String {
    let count = Count::of(model).expect("a circuit");
    let size = R1cs::from(&count);
    forget_peak();
    let circuit = ModelCircuit::new(model.clone()).expect("a circuit");
    let synthesis = peak_memory();
    assert_eq!(count.constraints, circuit.report().constraints as u64);
    forget_peak();
    let path = std::env::temp_dir().join(format!("estimates-{}.pk", std::process::id()));
    let (transcript, create) =
        (path.with_extension("transcript"), |path| File::create(path).expect("a file"));
    let (key_file, transcript_file) = (create(&path), create(&transcript));
    let ((), setup_seconds) = timed(|| {
        let setup = groth16::SetupSession::begin(&circuit, &no_progress).expect("a setup");
        setup.write_key(BufWriter::new(&key_file), &no_progress).expect("written");
        setup.write_transcript(BufWriter::new(&transcript_file), &no_progress).expect("written");
    });
    let setup_memory = peak_memory();
    fs::remove_file(&transcript).expect("removed");
    forget_peak();
    let prove = || {
        let opening = Opening::random(&model.input, random::input(model, 7)).expect("an opening");
        let file = File::open(&path).expect("a file");
        let len = file.metadata().expect("a file").len();
        let prove = || {
            let key = KeyStream::new(BufReader::new(file), len).expect("a key");
            groth16::prove_from_file(&circuit, key, &opening, &[1; 32], &no_progress)
                .expect("a proof")
        };
        timed(prove).1
    };
    let prove_seconds = [prove(), prove(), prove()].into_iter().fold(f64::INFINITY, f64::min);
    let prove_memory = peak_memory();
    fs::remove_file(&path).expect("removed");
    let (setup, prove) = (size.setup(), size.prove());
    row(
        [size.constraints.to_string(), size.terms.to_string()],
        [
            Some((mib(size.synthesis_memory()), mib(synthesis))),
            Some((setup.seconds, setup_seconds)),
            Some((mib(setup.memory), mib(setup_memory))),
            Some((prove.seconds, prove_seconds)),
            Some((mib(prove.memory), mib(prove_memory))),
        ],
    )
}

fn measure_halo2(model: &Arc<QuantizedModel>) -> String {
    let circuit = match halo2::ModelCircuit::new(model.clone()) {
        Ok(circuit) => circuit,
        Err(error) => return format!("| {} | {error} | | | | | | |", measured_name()),
    };
    let plan = *circuit.plan();
    let generators = halo2::Generators::new(plan.k, &no_progress);
    forget_peak();
    let (keys, keys_seconds) =
        timed(|| halo2::setup_with(&circuit, generators, &no_progress).expect("keys"));
    let keys_memory = peak_memory();
    forget_peak();
    let prove = || {
        let opening =
            halo2::Opening::random(&model.input, random::input(model, 7)).expect("an opening");
        timed(|| halo2::prove(&keys, &opening, &[1; 32], &no_progress).expect("a proof")).1
    };
    let prove_seconds = [prove(), prove(), prove()].into_iter().fold(f64::INFINITY, f64::min);
    let prove_memory = peak_memory();
    let held = estimate::keys_memory(&plan);
    row(
        [plan.k.to_string(), format!("{:.0}", plan.work)],
        [
            None,
            Some((estimate::keys_seconds(&plan), keys_seconds)),
            Some((mib(held), mib(keys_memory))),
            Some((estimate::proof_seconds(&plan), prove_seconds)),
            Some((mib(held + estimate::proof_memory(&plan)), mib(prove_memory))),
        ],
    )
}

fn measured_name() -> String {
    std::env::args().nth(2).unwrap_or_default()
}

fn row(sizes: [String; 2], pairs: [Option<(f64, f64)>; 5]) -> String {
    let number = |x: f64| if x < 10.0 { format!("{x:.2}") } else { format!("{x:.0}") };
    let pair = |pair: Option<(f64, f64)>| {
        pair.map(|(estimated, measured)| format!("{} / {}", number(estimated), number(measured)))
            .unwrap_or_default()
    };
    format!("| {} | {} | {} |", measured_name(), sizes.join(" | "), pairs.map(pair).join(" | "))
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed().as_secs_f64())
}

/// Lets the system restart its count of the peak, where it can.
fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// `VmHWM` of this process in bytes; zero where the system does not tell.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// The network of this name, quantised without options but the input's bits.
fn network(name: &str) -> QuantizedModel {
    let (_, shape, input_bits, layers) =
        NETWORKS.iter().find(|network| network.0 == name).expect("a network of the list");
    let mut rng = Rng::new(1);
    let mut nodes: Vec<FloatNode> = Vec::new();
    let mut at: Shape = shape.to_vec();
    for layer in layers.split(' ') {
        if layer.starts_with('g') && at.len() != 1 {
            at = vec![at.iter().product()];
            push(&mut nodes, FloatOp::Reshape, at.clone());
        }
        let (op, to) = operation(&mut rng, layer, &at);
        at = to;
        push(&mut nodes, op, at.clone());
    }
    let onnx = OnnxModel {
        name: name.into(),
        input: "x".into(),
        input_type: Default::default(),
        shape: shape.to_vec(),
        nodes,
        end: OutputHead::Scores,
    };
    quantize(&onnx, &Options { input_bits: *input_bits, ..Options::default() }).expect("fits").model
}

fn push(nodes: &mut Vec<FloatNode>, op: FloatOp, shape: Shape) {
    let from = nodes.len().checked_sub(1).map_or(Operand::Input, Operand::Node);
    nodes.push(FloatNode { name: format!("n{}", nodes.len()), op, inputs: vec![from], shape });
}

fn operation(rng: &mut Rng, layer: &str, at: &Shape) -> (FloatOp, Shape) {
    let mut weights = |count: usize| {
        (0..count).map(|_| rng.range(-1000, 1000) as f32 / 1000.0).collect::<Vec<_>>()
    };
    match layer.split_at(1) {
        ("r", _) => (FloatOp::Relu, at.clone()),
        ("s", _) => (FloatOp::Function(Function::Sigmoid), at.clone()),
        ("p", _) => {
            let window =
                Window { kernel: [2, 2], strides: [2, 2], pads: [0; 4], dilations: [1, 1] };
            (FloatOp::MaxPool(window), vec![at[0], at[1] / 2, at[2] / 2])
        }
        ("g", outputs) => {
            let (outputs, inputs) = (outputs.parse().expect("a number"), at[0]);
            let gemm = Gemm {
                outputs,
                inputs,
                weights: weights(outputs * inputs),
                bias: weights(outputs),
            };
            (FloatOp::Gemm(gemm), vec![outputs])
        }
        (_, rest) => {
            let (filters, stride) = rest.split_once('s').expect("filters and stride");
            let (out_channels, stride): (usize, usize) =
                (filters.parse().expect("a number"), stride.parse().expect("a number"));
            let conv = Conv {
                out_channels,
                in_channels: at[0],
                group: 1,
                kernel: [3, 3],
                strides: [stride, stride],
                pads: [0; 4],
                dilations: [1, 1],
                weights: weights(out_channels * at[0] * 9),
                bias: weights(out_channels),
            };
            let side = |n: usize| (n - 3) / stride + 1;
            (FloatOp::Conv(conv), vec![out_channels, side(at[1]), side(at[2])])
        }
    }
}
