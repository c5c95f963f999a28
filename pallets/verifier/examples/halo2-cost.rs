//! The cost of verification under hostile keys: each dimension alone, and all of them together.
//!
//! ```text
//! cargo run --release --example halo2-cost
//! ```
//!
//! Proofs are made up: points and scalars that decode, so that all work is done before they are
//! rejected. One line for each key; times are milliseconds, the processor's.

use std::{
    borrow::Cow,
    hint::black_box,
    time::{Duration, Instant},
};

use ff::Field;
use pasta_curves::Fp;
use zkinfer_verifier::{
    backend::Native,
    halo2::{
        error::{ProofFault, VerifyError},
        expression::{Expression, Node},
        generators::{CHUNK_LEN, Generators, compute},
        key::{PreparedVerifyingKey, VerifyingKey},
        layout::{Column, ColumnKind, Description, Layout, Lookup, Query},
        point::Point,
        verify::verify,
    },
};

/// Fewest calls, and the shortest time of all.
const RUNS: u32 = 2;
const LEAST: Duration = Duration::from_millis(150);

/// Dimensions; the default is the MNIST network's key.
#[derive(Clone, Debug)]
struct Shape {
    k: u8,
    fixed: u16,
    fixed_queries: u16,
    advice: u16,
    /// Rotations of each advice column beside 0.
    rotations: Vec<Vec<i32>>,
    instance: usize,
    rows: u16,
    instance_rotations: i32,
    permutation: u16,
    lookups: usize,
    width: usize,
    degree: u8,
    nodes: usize,
}

fn mnist() -> Shape {
    Shape {
        k: 11,
        fixed: 25,
        fixed_queries: 25,
        advice: 13,
        rotations: vec![vec![1]; 5],
        instance: 1,
        rows: 3,
        instance_rotations: 0,
        permutation: 9,
        lookups: 4,
        width: 2,
        degree: 5,
        nodes: 600,
    }
}

impl Shape {
    fn key(&self, table: &Table) -> VerifyingKey {
        let query = |column: u16, rotation| Query { column, rotation };
        let mut advice_queries: Vec<Query> =
            (0..self.advice).map(|column| query(column, 0)).collect();
        for (column, rotations) in (0u16..).zip(&self.rotations) {
            advice_queries.extend(rotations.iter().map(|rotation| query(column, *rotation)));
        }
        let mut instance_queries: Vec<Query> =
            (0..self.instance as u16).map(|c| query(c, 0)).collect();
        for rotation in 1..=self.instance_rotations {
            instance_queries.extend((0..self.instance as u16).map(|c| query(c, rotation)));
        }
        let kinds = [
            (ColumnKind::Instance, self.instance as u16),
            (ColumnKind::Advice, self.advice),
            (ColumnKind::Fixed, self.fixed_queries),
        ];
        let columns =
            kinds.into_iter().flat_map(|(kind, n)| (0..n).map(move |index| Column { kind, index }));
        let leaf = |node| Expression::new(vec![node]).expect("a leaf");
        let scaled =
            std::iter::repeat_n(Node::Scaled(Fp::ZERO), self.nodes).chain([Node::Advice(0)]);
        let layout = Layout::new(Description {
            k: self.k,
            fixed: self.fixed,
            advice: self.advice,
            selectors: 0,
            instance_rows: vec![self.rows; self.instance],
            gates: vec![Expression::new(scaled.collect()).expect("a chain")],
            advice_queries,
            instance_queries,
            fixed_queries: (0..self.fixed_queries).map(|column| query(column, 0)).collect(),
            permutation: columns.take(self.permutation.into()).collect(),
            lookups: vec![
                Lookup {
                    inputs: vec![leaf(Node::Advice(0)); self.width],
                    tables: vec![leaf(Node::Fixed(0)); self.width],
                };
                self.lookups
            ],
            constants: vec![],
            minimum_degree: Some(self.degree),
        });
        let points = |from: usize, count: u16| {
            (from..from + usize::from(count)).map(|i| table.point(i)).collect()
        };
        VerifyingKey::new(
            layout.expect("within the bounds"),
            points(0, self.fixed),
            points(300, self.permutation),
        )
        .expect("as many commitments")
    }
}

struct Table {
    g: Vec<u8>,
    lagrange: Vec<Vec<u8>>,
    chunks: bool,
}

impl Table {
    fn new(k: u8) -> Self {
        let g = compute::table(0..1 << k);
        // Which points these are does not matter here.
        let lagrange = (0..=k).map(|k| g[..65 * (1usize << k).min(32)].to_vec()).collect();
        Self { g, lagrange, chunks: true }
    }

    fn point(&self, i: usize) -> Point {
        Point::from_trusted_bytes(self.g[65 * i..][..65].try_into().expect("65 bytes"))
    }

    /// Points whose encodings are scalars as well.
    fn chunks_of_proof(&self) -> Vec<u8> {
        let encodings = (0..self.g.len() / 65).map(|i| self.point(i).compress());
        encodings.filter(|bytes| bytes[31] < 0x40).flatten().collect()
    }
}

impl Generators for Table {
    fn chunk(&self, index: u32) -> Option<Cow<'_, [u8]>> {
        let chunk = self.g.chunks(CHUNK_LEN).nth(index as usize).map(Cow::Borrowed);
        chunk.filter(|_| self.chunks)
    }

    fn lagrange(&self, k: u8) -> Option<Cow<'_, [u8]>> {
        self.lagrange.get(usize::from(k)).map(|points| Cow::Borrowed(&points[..]))
    }
}

/// Processor time of one call, by Linux's accounts: other work on the machine does not count.
fn time<T>(mut call: impl FnMut() -> T) -> f64 {
    let start = (Instant::now(), processor());
    for calls in 1.. {
        black_box(call());
        if calls >= RUNS && start.0.elapsed() > LEAST {
            return (processor() - start.1) / f64::from(calls);
        }
    }
    f64::NAN
}

/// Milliseconds that this thread has run.
fn processor() -> f64 {
    let account = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    account.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).expect("a number") / 1e6
}

fn measure(name: &str, shape: &Shape, table: &mut Table, pool: &[u8]) {
    let key = shape.key(table);
    let encoded = key.encode();
    let prepared = PreparedVerifyingKey::prepare(key.clone());
    let stored = prepared.to_bytes();
    let column = vec![[1u8; 32]; shape.rows.into()];
    let columns: Vec<&[[u8; 32]]> = vec![&column; shape.instance];
    let long = verify::<Native, _>(&prepared, &columns, pool, table);
    let Err(VerifyError::Proof { error, .. }) = long else { panic!("{long:?}") };
    assert_eq!(error.fault, ProofFault::Trailing);
    let proof = &pool[..error.offset];
    assert_eq!(key.proof_len(), proof.len(), "{name}");
    let run = |table: &Table| time(|| verify::<Native, _>(&prepared, &columns, proof, table));
    assert_eq!(verify::<Native, _>(&prepared, &columns, proof, table), Err(VerifyError::Rejected));
    let all = run(table);
    table.chunks = false;
    let reading = run(table);
    table.chunks = true;
    let mut text = String::new();
    zkinfer_verifier::halo2::pinned::write(&key, &mut text).expect("a text");
    println!(
        "{name:34} | {:6} | {:6} | {:8} | {:7.2} | {:6.2} | {:6.2} | {reading:7.2} | {:7.2} | {all:7.2}",
        encoded.len(),
        proof.len(),
        text.len(),
        time(|| VerifyingKey::decode(&encoded)),
        time(|| PreparedVerifyingKey::prepare(key.clone())),
        time(|| PreparedVerifyingKey::from_trusted_bytes(&stored)),
        all - reading,
    );
}

fn main() {
    let k = std::env::args().nth(1).and_then(|k| k.parse().ok()).unwrap_or(13);
    let mut table = Table::new(k);
    let pool = table.chunks_of_proof();
    println!(
        "{:34} | key B  | proofB | text B   | decode  | digest | load   | reading | sum     | verify",
        ""
    );
    let base = mnist();
    let mut row = |name: &str, edit: &dyn Fn(&mut Shape)| {
        let mut shape = base.clone();
        edit(&mut shape);
        measure(name, &shape, &mut table, &pool);
    };
    row("MNIST", &|_| ());
    for k in [6, 10, 12, 13].into_iter().filter(|other| *other <= k) {
        row(&format!("k = {k}"), &|s| s.k = k);
    }
    row("advice 64", &|s| s.advice = 64);
    row("advice 256", &|s| s.advice = 256);
    row("fixed 64", &|s| (s.fixed, s.fixed_queries) = (64, 64));
    row("fixed 256", &|s| (s.fixed, s.fixed_queries) = (256, 256));
    row("fixed 256, 25 queried", &|s| s.fixed = 256);
    row("permutation 64 of degree 5", &|s| (s.advice, s.permutation) = (64, 64));
    row("permutation 256 of degree 3", &|s| {
        (s.advice, s.permutation, s.degree, s.lookups) = (256, 256, 3, 0)
    });
    row("lookups 16", &|s| s.lookups = 16);
    row("lookups 64", &|s| s.lookups = 64);
    row("lookups 64 of width 16", &|s| (s.lookups, s.width) = (64, 16));
    row("degree 9", &|s| s.degree = 9);
    row("degree 16", &|s| s.degree = 16);
    row("nodes 4096", &|s| s.nodes = 4096);
    row("nodes 32,000", &|s| s.nodes = 32_000);
    row("instances 8 of 32", &|s| (s.instance, s.rows) = (8, 32));
    row("3 columns with 129 rotations", &|s| {
        s.rotations = vec![(-64..=64).filter(|r| *r != 0).collect(); 3]
    });
    row("3 such, sets all different", &|s| {
        s.rotations = (0..3).map(|i| (-64..=64 - i).filter(|r| *r != 0).collect()).collect();
    });
    row("128 sets of 3 or 4", &|s| {
        s.advice = 128;
        s.rotations = (0..128)
            .map(|i| {
                vec![1 + i % 64, -1 - i / 2, -64 + i % 7]
                    .into_iter()
                    .collect::<std::collections::BTreeSet<_>>()
                    .into_iter()
                    .collect()
            })
            .collect();
    });
    row("6 KB of advice", &|s| (s.advice, s.fixed, s.fixed_queries, s.nodes) = (36, 64, 25, 2000));
    row("6 KB of lookups", &|s| {
        (s.lookups, s.width, s.fixed, s.fixed_queries, s.nodes) = (9, 4, 64, 25, 2000);
    });
    row("6 KB of permutation", &|s| {
        (s.advice, s.permutation, s.fixed, s.fixed_queries, s.nodes) = (16, 20, 64, 25, 2000);
        s.rotations = vec![vec![1, 2, 3, 4, 5, 6, 7], vec![1]];
    });
    row("everything", &|s| {
        *s = Shape {
            k: s.k,
            fixed: 256,
            fixed_queries: 256,
            advice: 256,
            rotations: vec![(-64..=64).filter(|r| *r != 0).collect(); 2],
            instance: 8,
            rows: 32,
            instance_rotations: 63,
            permutation: 256,
            lookups: 64,
            width: 16,
            degree: 4,
            nodes: 18_000,
        }
    });
}
