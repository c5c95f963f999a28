//! Makes the generators, and writes their hashes into the source.
//!
//! ```text
//! cargo run --release -p zkinfer-verifier --example halo2-generators          # pallets/verifier/src/halo2/generators/hashes.rs
//! cargo run --release -p zkinfer-verifier --example halo2-generators -- DIR   # and DIR/table.bin, DIR/lagrange.bin
//! ```
//!
//! `table.bin` is the table, chunk after chunk; `lagrange.bin` the Lagrange generators of each k,
//! from the smallest. Those in `pallets/verifier/generators` are for genesis states and benchmarks.

use std::{fmt::Write, fs, path::Path, thread};

use zkinfer_verifier::halo2::{
    bounds::{MAX_K, MIN_K},
    generators::{CHUNK, CHUNK_LEN, chunks, compute, hash},
    point::POINT_LEN,
};

fn main() {
    let points = chunks(MAX_K) * CHUNK as u32;
    // Two halves at once.
    let second = thread::spawn(move || compute::table(points / 2..points));
    let mut table = compute::table(0..points / 2);
    table.extend(second.join().expect("half of the table"));
    let of_chunks = table.chunks(CHUNK_LEN).map(hash).collect::<Vec<_>>();
    let lagrange = (MIN_K..=MAX_K)
        .map(|k| compute::lagrange(k, &table[..POINT_LEN << k]).expect("points"))
        .collect::<Vec<_>>();
    let of_lagrange = lagrange.iter().map(|points| hash(points)).collect::<Vec<_>>();
    let mut text = String::from(
        "//! Blake2b-256 of every chunk. Written by `cargo run --release -p zkinfer-verifier --example halo2-generators`.\n",
    );
    write(&mut text, "Of the table's chunks.", "CHUNKS", &of_chunks);
    write(&mut text, "Of the Lagrange generators, from k = 3.", "LAGRANGE", &of_lagrange);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/halo2/generators/hashes.rs");
    fs::write(&path, text).expect("the source");
    eprintln!("{}", path.display());
    if let Some(folder) = std::env::args().nth(1) {
        let folder = Path::new(&folder);
        fs::write(folder.join("table.bin"), table).expect("the table");
        fs::write(folder.join("lagrange.bin"), lagrange.concat()).expect("the Lagrange generators");
        eprintln!("{}", folder.display());
    }
}

fn write(text: &mut String, doc: &str, name: &str, hashes: &[[u8; 32]]) {
    let len = hashes.len();
    write!(text, "\n/// {doc}\n#[rustfmt::skip]\npub const {name}: [[u8; 32]; {len}] = [\n")
        .expect("text");
    for hash in hashes {
        let bytes: Vec<String> = hash.iter().map(|byte| format!("0x{byte:02x}")).collect();
        let (first, second) = bytes.split_at(16);
        writeln!(text, "    [{},\n     {}],", first.join(", "), second.join(", ")).expect("text");
    }
    text.push_str("];\n");
}
