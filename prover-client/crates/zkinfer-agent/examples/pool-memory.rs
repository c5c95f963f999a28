//! Memory and time of a pool of proofs, against the plan of `serve`.
//!
//! ```sh
//! cargo run -p zkinfer-agent --example pool-memory -- mnist.zkm mnist.pk 4 16    # 4 at once, 16 in all
//! ```

use std::time::{Duration, Instant};

use zkinfer::{artefacts::opening::Opening, progress::Progress};
use zkinfer_agent::{
    memory,
    models::{self, ModelFiles},
    pool::{Bounds, Pool, Prover, Purpose, Task},
};
use zkinfer_primitives::{ModelVersionId, Purpose as ProofPurpose, statement::Context};

/// A line of `/proc/self/status` in KiB.
fn kibibytes(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim_matches([':', ' ', '\t', 'k', 'B']).parse().ok())
        .unwrap_or_default()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [model, key, jobs, proofs] = arguments.as_slice() else {
        return Err("usage: pool-memory MODEL PK PROOFS_AT_ONCE PROOFS".into());
    };
    let (jobs, proofs): (usize, usize) = (jobs.parse()?, proofs.parse()?);
    let empty = kibibytes("VmRSS");
    let loaded = models::load(
        &ModelFiles { model: model.into(), key: key.into(), own: true },
        &Progress::silent(),
    )?;
    let held = loaded.held.clone();
    println!(
        "keys:   {} MiB planned, {} MiB resident",
        held.key_memory >> 20,
        (kibibytes("VmRSS") - empty) >> 10
    );
    let mut pool = Pool::new(vec![loaded], Bounds { jobs, memory: u64::MAX })?;
    let begun = Instant::now();
    for _ in 0..proofs {
        let context = Context {
            genesis_hash: [0; 32],
            vk_hash: held.key.vk_hash,
            version: ModelVersionId { model: 0, version: 0 },
            purpose: ProofPurpose::Attest(0),
            prover: subxt::utils::AccountId32([0; 32]),
        };
        let opening =
            Opening::random(held.system, &held.input, vec![held.input.min; held.input.len()])?;
        pool.start(Task { purpose: Purpose::Trial, opening, context });
    }
    let mut done = 0;
    while done < proofs {
        for finished in pool.finished() {
            finished.result?;
            done += 1;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let planned = held.key_memory + jobs as u64 * held.proof_memory;
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "proofs: {} each planned; with keys {} planned, {} MiB at most",
        memory::format(held.proof_memory),
        memory::format(planned),
        (kibibytes("VmHWM") - empty) >> 10
    );
    println!("time:   {seconds:.2} s, {:.2} proofs a second", proofs as f64 / seconds);
    Ok(())
}
