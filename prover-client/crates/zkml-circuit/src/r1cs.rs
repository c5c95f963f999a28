//! Matrices and assignment of a synthesised circuit.
//!
//! Row `i` says `⟨A_i, w⟩ · ⟨B_i, w⟩ = ⟨C_i, w⟩` for the assignment `w = (1, public inputs, private variables)`.
//! After the circuit's own rows comes one row `w_j · 0 = 0` for the constant and for each public input, as in bellman
//! and libsnark. These make the public inputs' polynomials `u_j` linearly independent of each other and of the private ones,
//! which keeps proofs from being mauled into proofs of other public inputs (Baghery, Kohlweiss, Siim, Volkhov: *Another
//! Look at Extraction and Randomization of Groth's zk-SNARK*, section 3).

use bellman::{Circuit, ConstraintSystem, Index, LinearCombination, SynthesisError, Variable};
use bls12_381::Scalar;
use ff::Field;
use rayon::prelude::*;
use zeroize::{Zeroize, Zeroizing};

/// A variable: index among the public ones or, with [`PRIVATE`] set, among the private ones.
type Column = u32;
const PRIVATE: Column = 1 << 31;

/// A sparse matrix, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    ends: Vec<usize>,
    terms: Vec<(Column, Scalar)>,
}

impl Matrix {
    fn push(&mut self, row: &[(Variable, Scalar)]) {
        self.terms.extend(row.iter().map(|(variable, c)| (column(variable), *c)));
        self.ends.push(self.terms.len());
    }

    fn scale_row(&mut self, i: usize, factor: Scalar) {
        let end = self.ends.get(i).copied().unwrap_or(0);
        let count = self.row(i).len();
        self.terms.iter_mut().take(end).rev().take(count).for_each(|(_, c)| *c *= factor);
    }

    /// The terms of row `i`; none for a row that is not there.
    pub fn row(&self, i: usize) -> &[(Column, Scalar)] {
        let start = i.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(i).copied().unwrap_or(start);
        self.terms.get(start..end).unwrap_or_default()
    }

    /// `Σ_i factors[i] · M[i][j]` for every variable `j`, the public ones first.
    pub fn transposed_times(&self, factors: &[Scalar], shape: Shape) -> Vec<Scalar> {
        let mut out = vec![Scalar::ZERO; shape.variables()];
        for (i, factor) in factors.iter().enumerate().take(self.ends.len()) {
            for (column, c) in self.row(i) {
                if let Some(sum) = out.get_mut(shape.position(*column)) {
                    *sum += if *c == Scalar::ONE { *factor } else { factor * c };
                }
            }
        }
        out
    }

    /// Which variables occur, the public ones first.
    pub fn occurring(&self, shape: Shape) -> Vec<bool> {
        let mut out = vec![false; shape.variables()];
        for (column, _) in &self.terms {
            if let Some(occurs) = out.get_mut(shape.position(*column)) {
                *occurs = true;
            }
        }
        out
    }

    /// `⟨M_i, w⟩`.
    fn times(&self, i: usize, assignment: &Assignment) -> Scalar {
        let mut sum = Scalar::ZERO;
        for (column, c) in self.row(i) {
            let value = assignment.get(*column);
            if value == Scalar::ONE {
                sum += c;
            } else if value != Scalar::ZERO {
                sum += if *c == Scalar::ONE { value } else { value * c };
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

/// How many variables there are.
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
        if column & PRIVATE == 0 { column as usize } else { self.public + (column & !PRIVATE) as usize }
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

/// Values of all variables. Zeroised when dropped.
#[derive(Clone, Debug, Default)]
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
    /// Those of `build`.
    pub(crate) fn of_fallible<E>(build: impl FnOnce(&mut Builder) -> Result<(), E>) -> Result<Self, E> {
        let mut builder = Builder::default();
        build(&mut builder)?;
        Ok(builder.finish())
    }

    /// Multiplies the left side of row `i` by `factor`.
    pub(crate) fn scale_left(&mut self, i: usize, factor: Scalar) {
        self.a.scale_row(i, factor);
    }

    /// All rows.
    pub fn rows(&self) -> usize {
        self.constraints + self.shape.public
    }

    /// `⟨A_i, w⟩`, `⟨B_i, w⟩` and `⟨C_i, w⟩` for all rows, then zeros up to `size` or the number of rows.
    pub fn evaluate(&self, assignment: &Assignment, size: usize) -> Sides {
        let rows = 0..size.max(self.rows());
        let side = |matrix: &Matrix| {
            let values = rows.clone().into_par_iter().with_min_len(1024).map(|i| matrix.times(i, assignment));
            Zeroizing::new(values.collect())
        };
        [&self.a, &self.b, &self.c].map(side)
    }

    /// `Σ_j factors[j] · M[i][j]` for all rows of `matrix`; `factors` has one element for each variable, the public ones first.
    pub fn combine_columns(&self, matrix: &Matrix, factors: &[Scalar]) -> Vec<Scalar> {
        let (public, private) = factors.split_at(self.shape.public.min(factors.len()));
        let assignment = Assignment { public: public.to_vec(), private: private.to_vec() };
        (0..self.rows()).into_par_iter().with_min_len(1024).map(|i| matrix.times(i, &assignment)).collect()
    }

    /// The first row that the sides do not satisfy.
    pub fn first_unsatisfied(&self, [a, b, c]: &Sides) -> Option<usize> {
        a.iter().zip(b.iter()).zip(c.iter()).position(|((a, b), c)| a * b != *c)
    }

    /// Whether `assignment` satisfies every row.
    pub fn is_satisfied(&self, assignment: &Assignment) -> bool {
        self.first_unsatisfied(&self.evaluate(assignment, 0)).is_none()
    }

    /// The layer that row `i` belongs to.
    pub fn layer_of(&self, i: usize) -> &str {
        let layer = self.layers.iter().find(|layer| (layer.start..layer.end).contains(&i));
        layer.map_or("public inputs", |layer| &layer.label)
    }
}

/// Collects matrices; does not ask for values.
#[derive(Default)]
pub(crate) struct Builder {
    a: Matrix,
    b: Matrix,
    c: Matrix,
    public: usize,
    private: usize,
    layers: Vec<Layer>,
    depth: usize,
}

impl Builder {
    fn rows(&self) -> usize {
        self.a.ends.len()
    }

    fn finish(mut self) -> Matrices {
        let constraints = self.rows();
        // The constant is there before anything is allocated.
        let public = self.public + 1;
        for i in 0..public {
            self.a.push(&[(Variable::new_unchecked(Index::Input(i)), Scalar::ONE)]);
            self.b.push(&[]);
            self.c.push(&[]);
        }
        let shape = Shape { public, private: self.private };
        Matrices { a: self.a, b: self.b, c: self.c, shape, layers: self.layers, constraints }
    }

    fn check(count: usize) -> Result<(), SynthesisError> {
        if count >= PRIVATE as usize { Err(SynthesisError::PolynomialDegreeTooLarge) } else { Ok(()) }
    }
}

impl ConstraintSystem<Scalar> for Builder {
    type Root = Self;

    fn alloc<F, A, AR>(&mut self, _: A, _: F) -> Result<Variable, SynthesisError>
    where
        F: FnOnce() -> Result<Scalar, SynthesisError>,
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        Self::check(self.private)?;
        self.private += 1;
        Ok(Variable::new_unchecked(Index::Aux(self.private - 1)))
    }

    fn alloc_input<F, A, AR>(&mut self, _: A, _: F) -> Result<Variable, SynthesisError>
    where
        F: FnOnce() -> Result<Scalar, SynthesisError>,
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        Self::check(self.public)?;
        self.public += 1;
        Ok(Variable::new_unchecked(Index::Input(self.public)))
    }

    fn enforce<A, AR, LA, LB, LC>(&mut self, _: A, a: LA, b: LB, c: LC)
    where
        A: FnOnce() -> AR,
        AR: Into<String>,
        LA: FnOnce(LinearCombination<Scalar>) -> LinearCombination<Scalar>,
        LB: FnOnce(LinearCombination<Scalar>) -> LinearCombination<Scalar>,
        LC: FnOnce(LinearCombination<Scalar>) -> LinearCombination<Scalar>,
    {
        self.a.push(a(LinearCombination::zero()).as_ref());
        self.b.push(b(LinearCombination::zero()).as_ref());
        self.c.push(c(LinearCombination::zero()).as_ref());
    }

    fn push_namespace<NR, N>(&mut self, name: N)
    where
        NR: Into<String>,
        N: FnOnce() -> NR,
    {
        if self.depth == 0 {
            let start = self.rows();
            self.layers.push(Layer { label: name().into(), start, end: start });
        }
        self.depth += 1;
    }

    fn pop_namespace(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        let end = self.rows();
        if let (0, Some(layer)) = (self.depth, self.layers.last_mut()) {
            layer.end = end;
        }
    }

    fn get_root(&mut self) -> &mut Self::Root {
        self
    }
}

/// Collects values; does not ask for constraints.
pub(crate) struct WitnessBuilder(Assignment);

/// Values of all variables of `circuit`, which must have a witness.
///
/// # Errors
/// The circuit's own.
pub fn assign(circuit: impl Circuit<Scalar>) -> Result<Assignment, SynthesisError> {
    assign_fallible(0, |builder| circuit.synthesize(builder)).map(|(assignment, ())| assignment)
}

/// Values that `build` assigns, and its result. With room for `capacity` private values no copy of them is left behind.
///
/// # Errors
/// Those of `build`.
pub(crate) fn assign_fallible<T, E>(
    capacity: usize,
    build: impl FnOnce(&mut WitnessBuilder) -> Result<T, E>,
) -> Result<(Assignment, T), E> {
    let mut builder =
        WitnessBuilder(Assignment { public: vec![Scalar::ONE], private: Vec::with_capacity(capacity) });
    let result = build(&mut builder)?;
    Ok((builder.0, result))
}

impl ConstraintSystem<Scalar> for WitnessBuilder {
    type Root = Self;

    fn alloc<F, A, AR>(&mut self, _: A, f: F) -> Result<Variable, SynthesisError>
    where
        F: FnOnce() -> Result<Scalar, SynthesisError>,
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        self.0.private.push(f()?);
        Ok(Variable::new_unchecked(Index::Aux(self.0.private.len() - 1)))
    }

    fn alloc_input<F, A, AR>(&mut self, _: A, f: F) -> Result<Variable, SynthesisError>
    where
        F: FnOnce() -> Result<Scalar, SynthesisError>,
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        self.0.public.push(f()?);
        Ok(Variable::new_unchecked(Index::Input(self.0.public.len() - 1)))
    }

    fn enforce<A, AR, LA, LB, LC>(&mut self, _: A, _: LA, _: LB, _: LC)
    where
        A: FnOnce() -> AR,
        AR: Into<String>,
        LA: FnOnce(LinearCombination<Scalar>) -> LinearCombination<Scalar>,
        LB: FnOnce(LinearCombination<Scalar>) -> LinearCombination<Scalar>,
        LC: FnOnce(LinearCombination<Scalar>) -> LinearCombination<Scalar>,
    {
    }

    fn push_namespace<NR, N>(&mut self, _: N)
    where
        NR: Into<String>,
        N: FnOnce() -> NR,
    {
    }

    fn pop_namespace(&mut self) {}

    fn get_root(&mut self) -> &mut Self::Root {
        self
    }
}
