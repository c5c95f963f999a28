//! The only door to [`Layout`].

use alloc::{collections::BTreeSet, vec::Vec};

use ff::PrimeField;

use super::{Column, ColumnKind, Description, Layout, Query};
use crate::halo2::{
    bounds::{
        MAX_COLUMNS, MAX_DEGREE, MAX_EXPRESSION_NODES, MAX_GATES, MAX_INSTANCE_COLUMNS,
        MAX_INSTANCE_ROWS, MAX_K, MAX_LOOKUP_WIDTH, MAX_LOOKUPS, MAX_QUERIES, MAX_ROTATION,
        MAX_SELECTORS, MIN_K,
    },
    domain::Domain,
    error::{Dimension, KeyError},
    expression::{Expression, Node},
};

impl<F: PrimeField> Layout<F> {
    /// Checks a description.
    ///
    /// # Errors
    /// A dimension beyond its bound, an index out of range, a query or column that comes twice, a
    /// column of the permutation that is not queried in the current row, too few rows for blinding
    /// and instances.
    pub fn new(description: Description<F>) -> Result<Self, KeyError> {
        let domain = check_dimensions(&description)?;
        check_queries(&description, &domain)?;
        check_expressions(&description)?;
        let permuted_queries = check_permutation(&description)?;
        check_constants(&description)?;
        let (degree, blinding) = (degree(&description), blinding(&description));
        within(Dimension::Degree, degree, MAX_DEGREE)?;
        check_rows(&description, blinding, domain.n())?;
        Ok(Self { description, degree, blinding, permuted_queries })
    }
}

/// # Errors
/// When `found` is above `max`.
pub fn within(dimension: Dimension, found: usize, max: usize) -> Result<(), KeyError> {
    if found <= max { Ok(()) } else { Err(KeyError::TooMany { dimension, found, max }) }
}

fn check_dimensions<F: PrimeField>(layout: &Description<F>) -> Result<Domain<F>, KeyError> {
    if layout.k < MIN_K || layout.k > MAX_K {
        return Err(KeyError::K { found: layout.k });
    }
    within(Dimension::Columns, usize::from(layout.fixed), MAX_COLUMNS)?;
    within(Dimension::Columns, usize::from(layout.advice), MAX_COLUMNS)?;
    within(Dimension::InstanceColumns, layout.instance_rows.len(), MAX_INSTANCE_COLUMNS)?;
    within(Dimension::Selectors, usize::from(layout.selectors), MAX_SELECTORS)?;
    within(Dimension::Gates, layout.gates.len(), MAX_GATES)?;
    within(Dimension::Lookups, layout.lookups.len(), MAX_LOOKUPS)?;
    within(
        Dimension::Nodes,
        expressions(layout).map(|e| e.nodes().len()).sum(),
        MAX_EXPRESSION_NODES,
    )?;
    for queries in [&layout.advice_queries, &layout.instance_queries, &layout.fixed_queries] {
        within(Dimension::Queries, queries.len(), MAX_QUERIES)?;
    }
    for (index, lookup) in layout.lookups.iter().enumerate() {
        within(Dimension::LookupWidth, lookup.inputs.len(), MAX_LOOKUP_WIDTH)?;
        if lookup.inputs.is_empty() || lookup.inputs.len() != lookup.tables.len() {
            return Err(KeyError::LookupShape { index });
        }
    }
    Domain::new(layout.k).ok_or(KeyError::K { found: layout.k })
}

fn expressions<F>(layout: &Description<F>) -> impl Iterator<Item = &Expression<F>> {
    let of_lookups =
        layout.lookups.iter().flat_map(|lookup| lookup.inputs.iter().chain(&lookup.tables));
    layout.gates.iter().chain(of_lookups)
}

impl<F> Description<F> {
    fn columns(&self, kind: ColumnKind) -> usize {
        match kind {
            ColumnKind::Fixed => usize::from(self.fixed),
            ColumnKind::Advice => usize::from(self.advice),
            ColumnKind::Instance => self.instance_rows.len(),
        }
    }

    /// The queries of one kind of column.
    pub fn queries(&self, kind: ColumnKind) -> &[Query] {
        match kind {
            ColumnKind::Fixed => &self.fixed_queries,
            ColumnKind::Advice => &self.advice_queries,
            ColumnKind::Instance => &self.instance_queries,
        }
    }
}

/// Two queries of one column that reach the same row would open one commitment twice at one point,
/// which halo2's verifier refuses in every proof.
fn check_queries<F: PrimeField>(
    layout: &Description<F>,
    domain: &Domain<F>,
) -> Result<(), KeyError> {
    for kind in [ColumnKind::Fixed, ColumnKind::Advice, ColumnKind::Instance] {
        let mut seen = BTreeSet::new();
        for (index, query) in layout.queries(kind).iter().enumerate() {
            in_range(Column { kind, index: query.column }, layout)?;
            let current = kind != ColumnKind::Fixed || query.rotation == 0;
            if query.rotation.checked_abs().is_none_or(|rows| rows > MAX_ROTATION) || !current {
                return Err(KeyError::Rotation { kind, index, rotation: query.rotation });
            }
            if !seen.insert((query.column, domain.rows(query.rotation))) {
                return Err(KeyError::QueryTwice { kind, index });
            }
        }
    }
    Ok(())
}

fn in_range<F>(column: Column, layout: &Description<F>) -> Result<(), KeyError> {
    let columns = layout.columns(column.kind);
    if usize::from(column.index) < columns {
        Ok(())
    } else {
        Err(KeyError::Column { column, columns })
    }
}

fn check_expressions<F: PrimeField>(layout: &Description<F>) -> Result<(), KeyError> {
    for node in expressions(layout).flat_map(Expression::nodes) {
        let (kind, index) = match node {
            Node::Fixed(index) => (ColumnKind::Fixed, *index),
            Node::Advice(index) => (ColumnKind::Advice, *index),
            Node::Instance(index) => (ColumnKind::Instance, *index),
            _ => continue,
        };
        let queries = layout.queries(kind).len();
        if usize::from(index) >= queries {
            return Err(KeyError::Query { kind, index, queries });
        }
    }
    Ok(())
}

fn check_permutation<F>(layout: &Description<F>) -> Result<Vec<u16>, KeyError> {
    let mut seen = BTreeSet::new();
    layout
        .permutation
        .iter()
        .map(|column| {
            in_range(*column, layout)?;
            if !seen.insert(*column) {
                return Err(KeyError::ColumnTwice { column: *column });
            }
            let query = Query { column: column.index, rotation: 0 };
            let position = layout.queries(column.kind).iter().position(|other| *other == query);
            let index = position.and_then(|index| u16::try_from(index).ok());
            index.ok_or(KeyError::NotQueried { column: *column })
        })
        .collect()
}

fn check_constants<F>(layout: &Description<F>) -> Result<(), KeyError> {
    let mut seen = BTreeSet::new();
    for index in &layout.constants {
        let column = Column { kind: ColumnKind::Fixed, index: *index };
        in_range(column, layout)?;
        if !seen.insert(column) {
            return Err(KeyError::ColumnTwice { column });
        }
        // halo2 puts each such column into the permutation.
        if !layout.permutation.contains(&column) {
            return Err(KeyError::NotPermuted { column });
        }
    }
    Ok(())
}

/// As `ConstraintSystem::degree`: the permutation needs 3; a lookup max(4, 2 + input + table).
fn degree<F: PrimeField>(layout: &Description<F>) -> usize {
    let highest =
        |parts: &[Expression<F>]| parts.iter().map(Expression::degree).fold(1, usize::max);
    let lookups = layout.lookups.iter().map(|lookup| {
        highest(&lookup.inputs).saturating_add(highest(&lookup.tables)).saturating_add(2).max(4)
    });
    let gates = layout.gates.iter().map(Expression::degree);
    let asked = layout.minimum_degree.map(usize::from);
    lookups.chain(gates).chain(asked).fold(3, usize::max)
}

/// As `ConstraintSystem::blinding_factors`: as many as any advice column has queries, at least 3,
/// and two more.
fn blinding<F>(layout: &Description<F>) -> usize {
    let mut queries = [0usize; MAX_COLUMNS];
    for query in &layout.advice_queries {
        if let Some(count) = queries.get_mut(usize::from(query.column)) {
            *count = count.saturating_add(1);
        }
    }
    queries.into_iter().fold(3, usize::max).saturating_add(2)
}

fn check_rows<F>(layout: &Description<F>, blinding: usize, n: u64) -> Result<(), KeyError> {
    let rows = usize::try_from(n).unwrap_or(usize::MAX);
    if rows < blinding.saturating_add(3) {
        return Err(KeyError::Rows { blinding });
    }
    let usable = rows.saturating_sub(blinding).saturating_sub(1).min(MAX_INSTANCE_ROWS);
    for found in &layout.instance_rows {
        within(Dimension::InstanceRows, usize::from(*found), usable)?;
    }
    Ok(())
}
