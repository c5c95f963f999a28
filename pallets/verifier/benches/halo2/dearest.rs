//! The key that costs most to register among those that a chain accepts.
//!
//! Decoding costs a square root for each commitment, the digest a hash of the key's text. A node
//! that scales by 0 has two bytes in the encoding and 76 letters in the text, so a key of [`LEN`]
//! bytes takes all the nodes that the statement allows, and as many fixed columns as the remaining
//! bytes hold.

use halo2_proofs::pasta::Fp;
use zkinfer_verifier::halo2::{
    expression::{Expression, Node},
    generators::compute,
    key::VerifyingKey,
    layout::{Column, ColumnKind, Description, Layout, Query},
    point::{POINT_LEN, Point},
    statement::{MAX_NODES, ROWS},
};

/// Longest key that a chain keeps, in bytes.
const LEN: usize = 16_384;

/// The key.
pub fn key() -> VerifyingKey {
    let fits = |fixed: &u16| with_fixed(*fixed).encode().len() <= LEN;
    (1..=256).rev().find(fits).map(with_fixed).expect("some key fits")
}

fn with_fixed(fixed: u16) -> VerifyingKey {
    let gate = std::iter::repeat_n(Node::Scaled(Fp::zero()), MAX_NODES - 1)
        .chain([Node::Advice(0)])
        .collect();
    let current = Query { column: 0, rotation: 0 };
    let column = |kind| Column { kind, index: 0 };
    let layout = Layout::new(Description {
        k: 10,
        fixed,
        advice: 1,
        selectors: 0,
        instance_rows: vec![ROWS],
        gates: vec![Expression::new(gate).expect("an expression")],
        advice_queries: vec![current],
        instance_queries: vec![current],
        fixed_queries: vec![],
        permutation: vec![column(ColumnKind::Instance), column(ColumnKind::Advice)],
        lookups: vec![],
        constants: vec![],
        minimum_degree: None,
    });
    let table = compute::table(0..u32::from(fixed));
    let points: Vec<Point> = table
        .chunks_exact(POINT_LEN)
        .map(|bytes| Point::from_trusted_bytes(bytes.try_into().expect("a point")))
        .collect();
    let permutation = points.iter().copied().cycle().take(2).collect();
    VerifyingKey::new(layout.expect("a layout"), points, permutation).expect("a key")
}
