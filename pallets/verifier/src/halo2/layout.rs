//! The parts of a circuit: columns, queries, gates, permutation, lookups. halo2 calls it
//! `ConstraintSystem`.
//!
//! A [`Layout`] is validated: every index is in range, no query comes twice, degree and blinding
//! rows fit. It knows neither curve nor commitment scheme.

pub(super) mod validate;

use alloc::vec::Vec;

use super::expression::Expression;

/// A kind of column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ColumnKind {
    /// Part of the key.
    Fixed,
    /// The prover's.
    Advice,
    /// The statement's.
    Instance,
}

/// A column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Column {
    /// Its kind.
    pub kind: ColumnKind,
    /// Its index among the columns of its kind.
    pub index: u16,
}

/// The cell of a column that lies `rotation` rows after the current one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Query {
    /// The column's index among those of its kind.
    pub column: u16,
    /// Rows forwards, or backwards when negative.
    pub rotation: i32,
}

/// A lookup: in each row the tuple of the inputs is a row of the tuple of the tables.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lookup<F> {
    /// The inputs.
    pub inputs: Vec<Expression<F>>,
    /// The tables, as many.
    pub tables: Vec<Expression<F>>,
}

/// A layout as it is written down, before validation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Description<F> {
    /// Rows, as a power of two.
    pub k: u8,
    /// Fixed columns.
    pub fixed: u16,
    /// Advice columns.
    pub advice: u16,
    /// Selectors before compression; only their number is left.
    pub selectors: u16,
    /// For each instance column, how many rows hold public inputs.
    pub instance_rows: Vec<u16>,
    /// The gates' polynomials, in order.
    pub gates: Vec<Expression<F>>,
    /// Queries of advice columns, in the order of their evaluations in a proof.
    pub advice_queries: Vec<Query>,
    /// Queries of instance columns.
    pub instance_queries: Vec<Query>,
    /// Queries of fixed columns, all of the current row.
    pub fixed_queries: Vec<Query>,
    /// The columns of the permutation argument, in order.
    pub permutation: Vec<Column>,
    /// The lookups.
    pub lookups: Vec<Lookup<F>>,
    /// Fixed columns that hold constants.
    pub constants: Vec<u16>,
    /// The degree that the circuit asked for.
    pub minimum_degree: Option<u8>,
}

/// A validated layout.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout<F> {
    description: Description<F>,
    degree: usize,
    blinding: usize,
    /// For each column of the permutation, the index of its query in the current row.
    permuted_queries: Vec<u16>,
}

impl<F> Layout<F> {
    /// The validated layout.
    pub fn description(&self) -> &Description<F> {
        &self.description
    }

    /// The highest degree of a constraint, at least 3.
    pub fn degree(&self) -> usize {
        self.degree
    }

    /// The number of rows at the end that hold blinding values.
    pub fn blinding(&self) -> usize {
        self.blinding
    }

    /// Returns the number of commitments into which the quotient polynomial h is split: degree − 1.
    pub fn quotient_pieces(&self) -> usize {
        self.degree.saturating_sub(1)
    }

    /// Returns the number of columns that share one product of the permutation argument: degree −
    /// 2.
    pub fn permutation_chunk(&self) -> usize {
        self.degree.saturating_sub(2).max(1)
    }

    /// k of the extended domain in which the quotient is computed. The key's text shows it.
    pub fn extended_k(&self) -> u32 {
        // 2^(extended − k) ≥ degree − 1.
        let pieces = self.quotient_pieces().max(1);
        u32::from(self.description.k).saturating_add(pieces.next_power_of_two().trailing_zeros())
    }

    /// The columns of the permutation, each with the index of its query in the current row.
    pub fn permuted(&self) -> impl ExactSizeIterator<Item = (Column, usize)> + '_ {
        let queries = self.permuted_queries.iter().map(|index| usize::from(*index));
        self.description.permutation.iter().copied().zip(queries)
    }
}
