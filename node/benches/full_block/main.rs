//! Fills a block with each of the heaviest calls, executes it as an importing node does, and prints
//! its time beside the limit that its weight is counted against.
//!
//! ```text
//! cargo bench --profile dev -p zkinfer-node --bench full_block [-- --json]
//! ```
//!
//! Each call is tried on an idle machine and on a loaded one, on which every core has a busy
//! neighbour. The block is built until the runtime has no room for one more; what is timed is
//! `Core_execute_block` in the node's own executor, with signatures, on a state in memory. Reads
//! and writes of a disk are not in the time, though their weight is in the block: the difference is
//! what a slow disk may take.

extern crate alloc;

mod calls;
mod chain;
mod load;

use std::time::Duration;

use calls::Case;
use chain::Chain;
use load::Load;

/// Times that each block is executed; the median counts.
const RUNS: usize = 5;

struct Row {
    call: &'static str,
    extrinsics: usize,
    weight: Duration,
    idle: Duration,
    loaded: Duration,
}

fn main() {
    let json = std::env::args().any(|argument| argument == "--json");
    let rows: Vec<Row> = calls::all().into_iter().map(measure).collect();
    if json {
        print_json(&rows);
    } else {
        print_table(&rows);
    }
}

fn measure(case: Case) -> Row {
    eprintln!("filling a block with {}", case.name);
    let mut chain = Chain::new(&case);
    let block = chain.fill(&case);
    let idle = median(|| chain.execute(&block.block));
    let load = Load::start();
    let loaded = median(|| chain.execute(&block.block));
    load.stop();
    Row { call: case.name, extrinsics: block.extrinsics, weight: block.weight, idle, loaded }
}

fn median(mut run: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS).map(|_| run()).collect();
    times.sort();
    times[RUNS / 2]
}

fn print_table(rows: &[Row]) {
    let limit = chain::limit();
    println!("| call | in a block | weight | idle | loaded | of the limit, loaded |");
    println!("|---|---|---|---|---|---|");
    for row in rows {
        println!(
            "| `{}` | {} | {} ms | {} ms | {} ms | {:.0} % |",
            row.call,
            row.extrinsics,
            row.weight.as_millis(),
            row.idle.as_millis(),
            row.loaded.as_millis(),
            100.0 * row.loaded.as_secs_f64() / limit.as_secs_f64(),
        );
    }
    println!(
        "\nLimit: {} ms of computation in a block. Processor: {}.",
        limit.as_millis(),
        load::processor()
    );
}

fn print_json(rows: &[Row]) {
    let row = |row: &Row| {
        serde_json::json!({
            "call": row.call,
            "extrinsics": row.extrinsics,
            "weight_ms": row.weight.as_millis(),
            "idle_ms": row.idle.as_millis(),
            "loaded_ms": row.loaded.as_millis(),
        })
    };
    let report = serde_json::json!({
        "processor": load::processor(),
        "limit_ms": chain::limit().as_millis(),
        "runs": RUNS,
        "blocks": rows.iter().map(row).collect::<Vec<_>>(),
    });
    println!("{report:#}");
}
