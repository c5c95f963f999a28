//! Key to text.

use alloc::vec::Vec;
use core::fmt::{Error, Result, Write};

use ff::PrimeField;
use pasta_curves::{Fp, Fq};

use crate::halo2::{
    domain::Domain,
    expression::{Expression, Node},
    key::VerifyingKey,
    layout::{Column, ColumnKind, Description, Query},
    point::{Point, write_hex},
};

pub fn key(key: &VerifyingKey, out: &mut impl Write) -> Result {
    let layout = key.layout();
    let description = layout.description();
    let omega = Domain::<Fp>::new(description.k).map(|domain| domain.omega()).unwrap_or_default();
    write!(
        out,
        "PinnedVerificationKey {{ base_modulus: {:?}, scalar_modulus: {:?}, ",
        Fq::MODULUS,
        Fp::MODULUS
    )?;
    write!(out, "domain: PinnedEvaluationDomain {{ k: {}, ", description.k)?;
    write!(out, "extended_k: {}, omega: ", layout.extended_k())?;
    scalar(&omega, out)?;
    out.write_str(" }, cs: ")?;
    constraint_system(description, out)?;
    out.write_str(", fixed_commitments: ")?;
    list(key.fixed(), out, point)?;
    out.write_str(", permutation: VerifyingKey { commitments: ")?;
    list(key.permutation(), out, point)?;
    out.write_str(" } }")
}

fn constraint_system(layout: &Description<Fp>, out: &mut impl Write) -> Result {
    write!(out, "PinnedConstraintSystem {{ num_fixed_columns: {}, ", layout.fixed)?;
    write!(out, "num_advice_columns: {}, ", layout.advice)?;
    write!(out, "num_instance_columns: {}, ", layout.instance_rows.len())?;
    write!(out, "num_selectors: {}, gates: ", layout.selectors)?;
    list(&layout.gates, out, |gate, out| expression(gate, layout, out))?;
    out.write_str(", advice_queries: ")?;
    queries(layout, ColumnKind::Advice, out)?;
    out.write_str(", instance_queries: ")?;
    queries(layout, ColumnKind::Instance, out)?;
    out.write_str(", fixed_queries: ")?;
    queries(layout, ColumnKind::Fixed, out)?;
    out.write_str(", permutation: Argument { columns: ")?;
    list(&layout.permutation, out, column)?;
    out.write_str(" }, lookups: ")?;
    list(&layout.lookups, out, |lookup, out| {
        out.write_str("Argument { input_expressions: ")?;
        list(&lookup.inputs, out, |input, out| expression(input, layout, out))?;
        out.write_str(", table_expressions: ")?;
        list(&lookup.tables, out, |table, out| expression(table, layout, out))?;
        out.write_str(" }")
    })?;
    out.write_str(", constants: ")?;
    list(&layout.constants, out, |index, out| {
        column(&Column { kind: ColumnKind::Fixed, index: *index }, out)
    })?;
    match layout.minimum_degree {
        None => out.write_str(", minimum_degree: None }"),
        Some(degree) => write!(out, ", minimum_degree: Some({degree}) }}"),
    }
}

fn list<T, W: Write>(items: &[T], out: &mut W, item: impl Fn(&T, &mut W) -> Result) -> Result {
    out.write_str("[")?;
    for (index, value) in items.iter().enumerate() {
        if index > 0 {
            out.write_str(", ")?;
        }
        item(value, out)?;
    }
    out.write_str("]")
}

fn queries(layout: &Description<Fp>, kind: ColumnKind, out: &mut impl Write) -> Result {
    list(layout.queries(kind), out, |query, out| {
        out.write_str("(")?;
        column(&Column { kind, index: query.column }, out)?;
        out.write_str(", Rotation(")?;
        number(query.rotation, out)?;
        out.write_str("))")
    })
}

fn column<W: Write>(column: &Column, out: &mut W) -> Result {
    out.write_str("Column { index: ")?;
    number(column.index, out)?;
    out.write_str(", column_type: ")?;
    out.write_str(kind_name(column.kind))?;
    out.write_str(" }")
}

pub fn kind_name(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Fixed => "Fixed",
        ColumnKind::Advice => "Advice",
        ColumnKind::Instance => "Instance",
    }
}

fn scalar(scalar: &Fp, out: &mut impl Write) -> Result {
    write_hex(out, &scalar.to_repr())
}

fn point<W: Write>(point: &Point, out: &mut W) -> Result {
    write!(out, "{point:?}")
}

/// An operator whose operands are still to be printed.
struct Open {
    operands: usize,
    factor: Option<Fp>,
}

fn expression(
    expression: &Expression<Fp>,
    layout: &Description<Fp>,
    out: &mut impl Write,
) -> Result {
    let mut open: Vec<Open> = Vec::new();
    for node in expression.nodes() {
        let operator = match node {
            Node::Constant(value) => {
                out.write_str("Constant(")?;
                scalar(value, out)?;
                out.write_str(")")?;
                close(&mut open, out)?;
                continue;
            }
            Node::Fixed(index) => leaf(layout, ColumnKind::Fixed, *index, &mut open, out),
            Node::Advice(index) => leaf(layout, ColumnKind::Advice, *index, &mut open, out),
            Node::Instance(index) => leaf(layout, ColumnKind::Instance, *index, &mut open, out),
            Node::Negated => out.write_str("Negated("),
            Node::Sum => out.write_str("Sum("),
            Node::Product => out.write_str("Product("),
            Node::Scaled(_) => out.write_str("Scaled("),
        };
        operator?;
        if node.operands() > 0 {
            let factor = if let Node::Scaled(factor) = node { Some(*factor) } else { None };
            open.push(Open { operands: node.operands(), factor });
        }
    }
    Ok(())
}

/// Writes a decimal number; `write!` would cost several times as much.
fn number(value: impl Into<i64>, out: &mut impl Write) -> Result {
    let value = value.into();
    if value < 0 {
        out.write_str("-")?;
    }
    let mut text = [b'0'; 20];
    let (mut rest, mut len) = (value.unsigned_abs(), 0usize);
    for digit in text.iter_mut().rev() {
        *digit = b'0'.saturating_add(u8::try_from(rest % 10).unwrap_or(0));
        rest /= 10;
        len = len.saturating_add(1);
        if rest == 0 {
            break;
        }
    }
    let (_, digits) = text.split_at_checked(text.len().saturating_sub(len)).ok_or(Error)?;
    out.write_str(core::str::from_utf8(digits).or(Err(Error))?)
}

fn leaf(
    layout: &Description<Fp>,
    kind: ColumnKind,
    index: u16,
    open: &mut Vec<Open>,
    out: &mut impl Write,
) -> Result {
    // Validated: the query is there.
    let query = layout
        .queries(kind)
        .get(usize::from(index))
        .copied()
        .unwrap_or(Query { column: 0, rotation: 0 });
    out.write_str(kind_name(kind))?;
    out.write_str(" { query_index: ")?;
    number(index, out)?;
    out.write_str(", column_index: ")?;
    number(query.column, out)?;
    out.write_str(", rotation: Rotation(")?;
    number(query.rotation, out)?;
    out.write_str(") }")?;
    close(open, out)
}

/// After an operand: a comma where another follows, else the operators that it completes.
fn close(open: &mut Vec<Open>, out: &mut impl Write) -> Result {
    while let Some(operator) = open.last_mut() {
        operator.operands = operator.operands.saturating_sub(1);
        if operator.operands > 0 {
            return out.write_str(", ");
        }
        if let Some(factor) = &operator.factor {
            out.write_str(", ")?;
            scalar(factor, out)?;
        }
        out.write_str(")")?;
        open.pop();
    }
    Ok(())
}
