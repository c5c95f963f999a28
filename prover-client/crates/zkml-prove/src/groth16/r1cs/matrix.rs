//! A sparse matrix, row by row, in eight bytes a term.

use std::sync::Arc;

use bellman::{Index, Variable};
use bls12_381::Scalar;
use ff::Field;

use super::{
    Assignment, Shape,
    coefficients::{Interner, MINUS_ONE, Number, ONE},
};

/// A variable: index among the public ones or, with [`PRIVATE`] set, among the private ones.
pub(super) type Column = u32;
pub(super) const PRIVATE: Column = 1 << 31;

#[derive(Clone, Copy, Debug)]
struct Term {
    column: Column,
    coefficient: Number,
}

/// A sparse matrix, row by row.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    /// The end of each row in `terms`.
    ends: Vec<u32>,
    terms: Vec<Term>,
    /// The coefficients of the circuit by number, which its three matrices share.
    coefficients: Arc<Vec<Scalar>>,
}

/// Equal are matrices of the same terms, whatever numbers their coefficients have.
impl PartialEq for Matrix {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&Term, &Term)| {
            a.column == b.column
                && self.coefficient(a.coefficient) == other.coefficient(b.coefficient)
        };
        self.ends == other.ends && self.terms.iter().zip(&other.terms).all(same)
    }
}

impl Matrix {
    /// Bytes of a term.
    pub const TERM: usize = size_of::<Term>();
    /// Bytes of a row, its terms apart.
    pub const ROW: usize = size_of::<u32>();

    /// Appends a row; says whether there was room for it, with 2^32 terms in all.
    #[must_use]
    pub(super) fn push(&mut self, row: &[(Variable, Scalar)], coefficients: &mut Interner) -> bool {
        let Ok(end) = u32::try_from(self.terms.len() + row.len()) else { return false };
        let term = |(variable, c): &(Variable, Scalar)| Term {
            column: column(variable),
            coefficient: coefficients.number(c),
        };
        self.terms.extend(row.iter().map(term));
        self.ends.push(end);
        true
    }

    /// Ends the building: the coefficients are these.
    pub(super) fn finish(&mut self, coefficients: &Arc<Vec<Scalar>>) {
        self.terms.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.coefficients = coefficients.clone();
    }

    pub(super) fn rows(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn scale_row(&mut self, i: usize, factor: Scalar) {
        let range = self.range(i);
        let coefficients = Arc::make_mut(&mut self.coefficients);
        for term in self.terms.get_mut(range).unwrap_or_default() {
            let scaled =
                coefficients.get(term.coefficient as usize).map_or(Scalar::ZERO, |c| c * factor);
            // One more for each term of a row or two: not worth a look whether it is there.
            coefficients.push(scaled);
            term.coefficient = (coefficients.len() - 1) as Number;
        }
    }

    fn range(&self, i: usize) -> core::ops::Range<usize> {
        let start = i.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(i).copied().unwrap_or(start);
        start as usize..end as usize
    }

    fn terms(&self, i: usize) -> &[Term] {
        self.terms.get(self.range(i)).unwrap_or_default()
    }

    fn coefficient(&self, number: Number) -> Scalar {
        self.coefficients.get(number as usize).copied().unwrap_or_default()
    }

    /// The terms of row `i`, each a column and the number of its coefficient; none for a row that
    /// is not there.
    pub fn row(&self, i: usize) -> impl ExactSizeIterator<Item = (u32, u32)> + '_ {
        self.terms(i).iter().map(|term| (term.column, term.coefficient))
    }

    /// The coefficients by number.
    pub fn coefficients(&self) -> &[Scalar] {
        &self.coefficients
    }

    /// `coefficient · value`.
    fn weigh(&self, number: Number, value: &Scalar) -> Scalar {
        match number {
            ONE => *value,
            MINUS_ONE => -value,
            _ => value * self.coefficient(number),
        }
    }

    /// `Σ_i factors[i] · M[i][j]` for every variable `j`, the public ones first.
    pub fn transposed_times(&self, factors: &[Scalar], shape: Shape) -> Vec<Scalar> {
        let mut out = vec![Scalar::ZERO; shape.variables()];
        for (i, factor) in factors.iter().enumerate().take(self.ends.len()) {
            for term in self.terms(i) {
                if let Some(sum) = out.get_mut(shape.position(term.column)) {
                    *sum += self.weigh(term.coefficient, factor);
                }
            }
        }
        out
    }

    /// Number of terms.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Returns `true` if there is no term.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Bytes of memory that the matrix takes, without the coefficients.
    pub fn memory(&self) -> usize {
        self.terms.capacity() * Self::TERM + self.ends.capacity() * Self::ROW
    }

    /// Returns the variables that occur, the public ones first.
    pub fn occurring(&self, shape: Shape) -> Vec<bool> {
        let mut out = vec![false; shape.variables()];
        for term in &self.terms {
            if let Some(occurs) = out.get_mut(shape.position(term.column)) {
                *occurs = true;
            }
        }
        out
    }

    /// `⟨M_i, w⟩`.
    pub(super) fn times(&self, i: usize, assignment: &Assignment) -> Scalar {
        let mut sum = Scalar::ZERO;
        for term in self.terms(i) {
            let value = assignment.get(term.column);
            if value == Scalar::ONE {
                sum += self.coefficient(term.coefficient);
            } else if value != Scalar::ZERO {
                sum += self.weigh(term.coefficient, &value);
            }
        }
        sum
    }
}

fn column(variable: &Variable) -> Column {
    // A circuit of 2^31 variables has no domain in this field, and `Builder::check` refuses it.
    match variable.get_unchecked() {
        Index::Input(i) => i as Column,
        Index::Aux(i) => i as Column | PRIVATE,
    }
}
