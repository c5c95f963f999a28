//! Keys to bytes.

use alloc::vec::Vec;

use ff::PrimeField;
use pasta_curves::Fp;

use super::{PreparedVerifyingKey, VERSION, VerifyingKey};
use crate::halo2::{
    expression::{Expression, Node},
    layout::{Column, ColumnKind, Description, Query},
    point::Point,
};

impl VerifyingKey {
    /// The encoding, see [the module](crate::halo2::key).
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode_with(&mut out, |out, point| out.extend_from_slice(&point.compress()));
        out
    }

    fn encode_with(&self, out: &mut Vec<u8>, put_point: fn(&mut Vec<u8>, &Point)) {
        let layout = self.layout.description();
        put_columns(out, layout);
        put_queries(out, layout);
        put_permutation(out, layout);
        put_expressions(out, layout);
        self.fixed.iter().chain(&self.permutation).for_each(|point| put_point(out, point));
    }
}

impl PreparedVerifyingKey {
    /// The key for storage: the digest, then the key's encoding with uncompressed points, 64 bytes
    /// each.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.digest.to_repr().to_vec();
        self.key.encode_with(&mut out, |out, point| out.extend_from_slice(point.coordinates()));
        out
    }
}

fn put_columns(out: &mut Vec<u8>, layout: &Description<Fp>) {
    out.extend_from_slice(&[VERSION, layout.k]);
    [layout.fixed, layout.advice, layout.selectors]
        .into_iter()
        .for_each(|count| put_u16(out, count));
    put_len_u8(out, layout.instance_rows.len());
    layout.instance_rows.iter().for_each(|rows| put_u16(out, *rows));
}

fn put_queries(out: &mut Vec<u8>, layout: &Description<Fp>) {
    for queries in [&layout.advice_queries, &layout.instance_queries] {
        put_len(out, queries.len());
        queries.iter().for_each(|query| put_query(out, query));
    }
    put_len(out, layout.fixed_queries.len());
    layout.fixed_queries.iter().for_each(|query| put_u16(out, query.column));
}

// A validated rotation fits into a signed byte.
fn put_query(out: &mut Vec<u8>, query: &Query) {
    put_u16(out, query.column);
    out.extend(query.rotation.to_le_bytes().first());
}

fn put_permutation(out: &mut Vec<u8>, layout: &Description<Fp>) {
    put_len(out, layout.permutation.len());
    layout.permutation.iter().for_each(|column| put_column(out, column));
    put_len(out, layout.constants.len());
    layout.constants.iter().for_each(|index| put_u16(out, *index));
    out.push(layout.minimum_degree.map_or(0, |degree| degree.saturating_add(1)));
}

fn put_column(out: &mut Vec<u8>, column: &Column) {
    out.push(match column.kind {
        ColumnKind::Fixed => 0,
        ColumnKind::Advice => 1,
        ColumnKind::Instance => 2,
    });
    put_u16(out, column.index);
}

fn put_expressions(out: &mut Vec<u8>, layout: &Description<Fp>) {
    put_len(out, layout.gates.len());
    layout.gates.iter().for_each(|gate| put_expression(out, gate));
    put_len_u8(out, layout.lookups.len());
    for lookup in &layout.lookups {
        put_len_u8(out, lookup.inputs.len());
        lookup
            .inputs
            .iter()
            .chain(&lookup.tables)
            .for_each(|expression| put_expression(out, expression));
    }
}

fn put_expression(out: &mut Vec<u8>, expression: &Expression<Fp>) {
    for node in expression.nodes() {
        match node {
            Node::Constant(value) => put_scalar(out, 0, value),
            Node::Fixed(index) => put_index(out, 1, *index),
            Node::Advice(index) => put_index(out, 2, *index),
            Node::Instance(index) => put_index(out, 3, *index),
            Node::Negated => out.push(4),
            Node::Sum => out.push(5),
            Node::Product => out.push(6),
            Node::Scaled(factor) => put_scalar(out, 7, factor),
        }
    }
}

fn put_index(out: &mut Vec<u8>, tag: u8, index: u16) {
    out.push(tag);
    put_u16(out, index);
}

fn put_scalar(out: &mut Vec<u8>, tag: u8, scalar: &Fp) {
    let bytes = scalar.to_repr();
    let zeros = bytes.iter().rev().take_while(|byte| **byte == 0).count();
    let len = bytes.len().saturating_sub(zeros);
    out.push(tag);
    put_len_u8(out, len);
    out.extend(bytes.iter().take(len));
}

fn put_u16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}

// Validated lengths are far below the width.
fn put_len(out: &mut Vec<u8>, len: usize) {
    put_u16(out, u16::try_from(len).unwrap_or(u16::MAX));
}

fn put_len_u8(out: &mut Vec<u8>, len: usize) {
    out.push(u8::try_from(len).unwrap_or(u8::MAX));
}
