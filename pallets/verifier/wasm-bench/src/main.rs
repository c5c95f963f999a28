//! Verification natively, in wasm, and in wasm with host functions: the same proof, the same
//! machine, one run.
//!
//! ```text
//! cd pallets/verifier/wasm-bench && cargo run --release [-- HALO2.json]
//! ```
//!
//! With a file of Halo2 proofs, as `cargo run -p zkinfer-cli --example halo2-proofs` writes it,
//! those are measured too.
//!
//! The guest runs in wasmtime, at the version and with the compiler's settings of Substrate's
//! executor. Times are the shortest and the median of [`RUNS`] calls, in microseconds, as one JSON
//! object on stdout.

mod halo2;

use std::{fs, hint::black_box, path::Path, process::Command, time::Instant};

use serde_json::{Value, json};
use sp_crypto_ec_utils::{bls12_381::host_calls, vesta::host_calls as vesta_calls};
use wasmtime::{
    Caller, Config, Engine, Extern, Instance, Linker, Module, OptLevel, Store, TypedFunc,
};
use zkinfer_verifier::{
    backend::{Backend, Host, Native},
    groth16::{PreparedVerifyingKey, Proof, VerifyingKey, batch, verify_bytes},
};

/// Calls of each operation.
const RUNS: usize = 101;
/// Proofs of each batch.
const BATCHES: [u32; 4] = [1, 2, 8, 32];
/// Calls of each batch: the largest take a second in wasm.
const BATCH_RUNS: usize = 11;
const HERE: &str = env!("CARGO_MANIFEST_DIR");

fn main() {
    let case = Case::first();
    let mut guest = Guest::new(&case);
    let native = json!({
        "decode_proof": time(|| Proof::decode(black_box(&case.proof)).is_ok()),
        "decode_key": time(|| VerifyingKey::decode(black_box(&case.key)).is_ok()),
        "verify_native": time(|| case.verify::<Native>()),
        "verify_host": time(|| case.verify::<Host>()),
        "batch_native": batches(|n| time_of(BATCH_RUNS, || case.verify_many::<Native>(n))),
        "batch_host": batches(|n| time_of(BATCH_RUNS, || case.verify_many::<Host>(n))),
    });
    let exports = [
        "decode_proof",
        "decode_key",
        "input_point_native",
        "input_point_host",
        "pairings_native",
        "pairings_host",
        "verify_native",
        "verify_host",
    ];
    let mut wasm: serde_json::Map<_, _> =
        exports.into_iter().map(|name| (name.to_owned(), json!(guest.time(name)))).collect();
    for name in ["batch_native", "batch_host"] {
        wasm.insert(name.to_owned(), batches(|n| guest.time_of(name, n, BATCH_RUNS)).into());
    }
    let report = json!({
        "processor": processor(), "unit": "microseconds: shortest, median", "runs": RUNS, "batch_runs": BATCH_RUNS, "native": native, "wasm": wasm,
        "wasm_bytes": guest.bytes,
        "halo2": std::env::args().nth(1).map(|path| halo2::measure(&mut guest, Path::new(&path))),
    });
    println!("{}", serde_json::to_string_pretty(&report).expect("JSON"));
}

struct Case {
    key: [u8; 528],
    prepared: Vec<u8>,
    proof: [u8; 192],
    inputs: [[u8; 32]; 3],
}

impl Case {
    /// The first proof of the MNIST network in the test vectors.
    fn first() -> Self {
        let path = Path::new(HERE).join("../../../tests/vectors/groth16/mnist.json");
        let vectors: Value =
            serde_json::from_slice(&fs::read(path).expect("the vectors")).expect("JSON");
        let key = unhex(&vectors["keys"][0]["verifying_key"]);
        let case = &vectors["proofs"][0];
        let prepared = PreparedVerifyingKey::prepare(&VerifyingKey::decode(&key).expect("a key"));
        Self {
            key,
            prepared: prepared.to_bytes().to_vec(),
            proof: unhex(&case["proof"]),
            inputs: [0, 1, 2].map(|i| unhex(&case["public_inputs"][i])),
        }
    }

    fn verify<B: Backend>(&self) -> bool {
        verify_bytes::<B>(black_box(&self.prepared), black_box(&self.proof), &self.inputs).is_ok()
    }

    /// The statement repeated in one batch: each has a weight of its own, so the work is that
    /// of as many statements.
    fn verify_many<B: Backend>(&self, count: u32) -> bool {
        let key =
            PreparedVerifyingKey::from_trusted_bytes(black_box(&self.prepared)).expect("a key");
        let statement = batch::Statement { inputs: &self.inputs, proof: &self.proof };
        batch::verify::<B>(&key, &vec![statement; count as usize]).is_ok()
    }
}

/// A measurement for each size of batch.
fn batches(mut measure: impl FnMut(u32) -> [f64; 2]) -> serde_json::Map<String, Value> {
    BATCHES.iter().map(|count| (count.to_string(), json!(measure(*count)))).collect()
}

fn unhex<const N: usize>(value: &Value) -> [u8; N] {
    hex::decode(value.as_str().expect("text")).expect("hexadecimal").try_into().expect("its length")
}

/// Shortest and median time of a call that must succeed. Other work on the machine spoils the
/// median first.
fn time(call: impl FnMut() -> bool) -> [f64; 2] {
    time_of(RUNS, call)
}

fn time_of(runs: usize, mut call: impl FnMut() -> bool) -> [f64; 2] {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            assert!(call(), "the operation failed");
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    [times[0], times[runs / 2]].map(f64::round)
}

struct Guest {
    store: Store<()>,
    instance: Instance,
    bytes: usize,
}

impl Guest {
    fn new(case: &Case) -> Self {
        let wasm = build_guest();
        let mut config = Config::new();
        config
            .cranelift_opt_level(OptLevel::SpeedAndSize)
            .wasm_simd(false)
            .wasm_relaxed_simd(false);
        let engine = Engine::new(&config).expect("an engine");
        let module = Module::new(&engine, &wasm).expect("a module");
        let mut linker = Linker::new(&engine);
        host_functions(&mut linker, &module);
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &module).expect("an instance");
        let mut guest = Self { store, instance, bytes: wasm.len() };
        let input = [&case.prepared[..], &case.proof, &case.inputs.concat(), &case.key].concat();
        guest.write("input", &input);
        guest
    }

    /// Writes to where an export says.
    fn write(&mut self, export: &str, bytes: &[u8]) {
        let at = self.function(export).call(&mut self.store, ()).expect("a pointer") as usize;
        let memory = self.instance.get_memory(&mut self.store, "memory").expect("memory");
        memory.write(&mut self.store, at, bytes).expect("room for the input");
    }

    fn function(&mut self, name: &str) -> TypedFunc<(), u32> {
        self.instance.get_typed_func(&mut self.store, name).expect("an export")
    }

    fn time(&mut self, name: &str) -> [f64; 2] {
        let function = self.function(name);
        time(|| function.call(&mut self.store, ()).expect("no trap") == 1)
    }

    /// Times of an export that takes the size of a batch.
    fn time_of(&mut self, name: &str, count: u32, runs: usize) -> [f64; 2] {
        let function =
            self.instance.get_typed_func::<u32, u32>(&mut self.store, name).expect("an export");
        time_of(runs, || function.call(&mut self.store, count).expect("no trap") == 1)
    }
}

fn build_guest() -> Vec<u8> {
    let target = std::env::temp_dir().join("zkinfer-verifier-guest");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "--target", "wasm32v1-none", "-p", "zkinfer-verifier-guest"])
        .current_dir(HERE)
        .env("CARGO_TARGET_DIR", &target)
        // As substrate-wasm-builder's production profile has it.
        .env("CARGO_PROFILE_RELEASE_LTO", "fat")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1")
        .env("CARGO_ENCODED_RUSTFLAGS", "--cfg\u{1f}substrate_runtime")
        .status();
    assert!(status.is_ok_and(|status| status.success()), "the guest does not build");
    fs::read(target.join("wasm32v1-none/release/zkinfer_verifier_guest.wasm")).expect("the guest")
}

/// The host functions, as the executor offers them; any other import is one that nobody calls.
fn host_functions(linker: &mut Linker<()>, module: &Module) {
    let name = |function: &str| format!("ext_host_calls_{function}_version_1");
    let three = |operation: fn(&[u8], &[u8], &mut [u8]) -> bool| {
        move |mut caller: Caller<'_, ()>, a: u64, b: u64, out: u64| -> u32 {
            let (a, b) = (read(&mut caller, a), read(&mut caller, b));
            let mut result = read(&mut caller, out);
            let answer = operation(&a, &b, &mut result);
            write(&mut caller, out, &result);
            (!answer).into()
        }
    };
    let msm = three(|a, b, out| host_calls::bls12_381_msm_g1(a, b, out).is_ok());
    let miller = three(|a, b, out| host_calls::bls12_381_multi_miller_loop(a, b, out).is_ok());
    let exponentiation = |mut caller: Caller<'_, ()>, in_out: u64| -> u32 {
        let mut bytes = read(&mut caller, in_out);
        let answer = host_calls::bls12_381_final_exponentiation(&mut bytes).is_ok();
        write(&mut caller, in_out, &bytes);
        (!answer).into()
    };
    let vesta = three(|a, b, out| vesta_calls::vesta_msm(a, b, out).is_ok());
    linker.func_wrap("env", &name("vesta_msm"), vesta).expect("a function");
    linker.func_wrap("env", &name("bls12_381_msm_g1"), msm).expect("a function");
    linker.func_wrap("env", &name("bls12_381_multi_miller_loop"), miller).expect("a function");
    linker
        .func_wrap("env", &name("bls12_381_final_exponentiation"), exponentiation)
        .expect("a function");
    linker.define_unknown_imports_as_traps(module).expect("traps");
}

/// A pointer and a length in one number.
fn span(fat: u64) -> std::ops::Range<usize> {
    let (at, len) = ((fat & 0xffff_ffff) as usize, (fat >> 32) as usize);
    at..at + len
}

fn memory<'a>(caller: &'a mut Caller<'_, ()>) -> &'a mut [u8] {
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else { panic!("no memory") };
    memory.data_mut(caller)
}

fn read(caller: &mut Caller<'_, ()>, fat: u64) -> Vec<u8> {
    memory(caller)[span(fat)].to_vec()
}

fn write(caller: &mut Caller<'_, ()>, fat: u64, bytes: &[u8]) {
    memory(caller)[span(fat)].copy_from_slice(bytes);
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split(':').nth(1).map(str::trim));
    let threads = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{}, {threads} threads", name.unwrap_or("unknown"))
}
