//! Matrices and assignment of a synthesised circuit.
//!
//! Row `i` says `⟨A_i, w⟩ · ⟨B_i, w⟩ = ⟨C_i, w⟩` for the assignment `w = (1, public inputs, private
//! variables)`. After the circuit's own rows comes one row `w_j · 0 = 0` for the constant and for
//! each public input, as in bellman and libsnark. These make the public inputs' polynomials `u_j`
//! linearly independent of each other and of the private ones, which keeps proofs from being mauled
//! into proofs of other public inputs (Baghery, Kohlweiss, Siim, Volkhov: *Another Look at
//! Extraction and Randomization of Groth's zk-SNARK*, section 3).

mod coefficients;
mod matrix;
#[cfg(test)]
pub(crate) mod solve;
mod synthesis;

use bellman::{Circuit, SynthesisError};
use bls12_381::Scalar;
use rayon::prelude::*;
use zeroize::{Zeroize, Zeroizing};

use self::matrix::{Column, PRIVATE};
pub(crate) use self::synthesis::{Builder, assign_fallible};
pub use self::{matrix::Matrix, synthesis::assign};

/// The number of variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The constant and the public inputs.
    pub public: usize,
    /// Private variables.
    pub private: usize,
}

impl Shape {
    /// All variables.
    pub fn variables(&self) -> usize {
        self.public + self.private
    }

    fn position(&self, column: Column) -> usize {
        if column & PRIVATE == 0 {
            column as usize
        } else {
            self.public + (column & !PRIVATE) as usize
        }
    }
}

/// Constraints of one layer of the circuit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Name of the outermost namespace.
    pub label: String,
    /// First row.
    pub start: usize,
    /// Row after the last.
    pub end: usize,
}

/// Values of all variables. Zeroised when dropped; `Debug` shows their numbers alone.
#[derive(Clone, Default)]
pub struct Assignment {
    /// The constant one, then the public inputs.
    pub public: Vec<Scalar>,
    /// The private variables.
    pub private: Vec<Scalar>,
}

impl Assignment {
    fn get(&self, column: Column) -> Scalar {
        let values = if column & PRIVATE == 0 { &self.public } else { &self.private };
        values.get((column & !PRIVATE) as usize).copied().unwrap_or_default()
    }

    /// All values, the public ones first.
    pub fn iter(&self) -> impl Iterator<Item = &Scalar> {
        self.public.iter().chain(&self.private)
    }
}

impl core::fmt::Debug for Assignment {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (public, private) = (self.public.len(), self.private.len());
        f.debug_struct("Assignment").field("public", &public).field("private", &private).finish()
    }
}

impl Drop for Assignment {
    fn drop(&mut self) {
        self.private.zeroize();
    }
}

/// The three matrices.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrices {
    /// Left factors.
    pub a: Matrix,
    /// Right factors.
    pub b: Matrix,
    /// Products.
    pub c: Matrix,
    /// Numbers of variables.
    pub shape: Shape,
    /// The circuit's layers, in order.
    pub layers: Vec<Layer>,
    /// The circuit's own rows, without those for the public inputs.
    pub constraints: usize,
}

/// Values of the three sides of all rows.
pub type Sides = [Zeroizing<Vec<Scalar>>; 3];

impl Matrices {
    /// Synthesises `circuit` without a witness.
    ///
    /// # Errors
    /// The circuit's own.
    pub fn of(circuit: impl Circuit<Scalar>) -> Result<Self, SynthesisError> {
        Self::of_fallible(|builder| circuit.synthesize(builder))
    }

    /// Synthesises what `build` writes, for a circuit with an error type of its own.
    ///
    /// # Errors
    /// Those of `build`, and a circuit with 2^32 terms in a matrix.
    pub(crate) fn of_fallible<E: From<SynthesisError>>(
        build: impl FnOnce(&mut Builder) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut builder = Builder::default();
        build(&mut builder)?;
        Ok(builder.finish()?)
    }

    /// Multiplies the left side of row `i` by `factor`.
    pub(crate) fn scale_left(&mut self, i: usize, factor: Scalar) {
        self.a.scale_row(i, factor);
    }

    /// All rows.
    pub fn rows(&self) -> usize {
        self.constraints + self.shape.public
    }

    /// `⟨A_i, w⟩`, `⟨B_i, w⟩` and `⟨C_i, w⟩` for all rows, then zeros up to `size` or the number of
    /// rows.
    pub fn evaluate(&self, assignment: &Assignment, size: usize) -> Sides {
        let rows = 0..size.max(self.rows());
        let side = |matrix: &Matrix| {
            let values = rows
                .clone()
                .into_par_iter()
                .with_min_len(1024)
                .map(|i| matrix.times(i, assignment));
            Zeroizing::new(values.collect())
        };
        [&self.a, &self.b, &self.c].map(side)
    }

    /// `Σ_j factors[j] · M[i][j]` for all rows of `matrix`; `factors` has one element for each
    /// variable, the public ones first.
    pub fn combine_columns(&self, matrix: &Matrix, factors: &[Scalar]) -> Vec<Scalar> {
        let (public, private) = factors.split_at(self.shape.public.min(factors.len()));
        let assignment = Assignment { public: public.to_vec(), private: private.to_vec() };
        (0..self.rows())
            .into_par_iter()
            .with_min_len(1024)
            .map(|i| matrix.times(i, &assignment))
            .collect()
    }

    /// The first row that the sides do not satisfy.
    pub fn first_unsatisfied(&self, [a, b, c]: &Sides) -> Option<usize> {
        a.iter().zip(b.iter()).zip(c.iter()).position(|((a, b), c)| a * b != *c)
    }

    /// Returns `true` if `assignment` satisfies every row.
    pub fn is_satisfied(&self, assignment: &Assignment) -> bool {
        self.first_unsatisfied(&self.evaluate(assignment, 0)).is_none()
    }

    /// The layer that row `i` belongs to.
    pub fn layer_of(&self, i: usize) -> &str {
        let layer = self.layers.iter().find(|layer| (layer.start..layer.end).contains(&i));
        layer.map_or("public inputs", |layer| &layer.label)
    }
}
