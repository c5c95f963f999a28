//! Every solution of a constraint system, over all of the field.

use bls12_381::Scalar;
use ff::Field;

use super::{Assignment, Column, Matrices, Matrix, PRIVATE};

/// The values of the variables, as far as they are known.
#[derive(Clone)]
pub struct Known {
    public: usize,
    values: Vec<Option<Scalar>>,
}

impl Known {
    /// The constant, and these of the public and of the private variables.
    pub fn some(matrices: &Matrices, assignment: &Assignment, public: &[usize], private: &[usize]) -> Self {
        let shape = matrices.shape;
        let mut values = vec![None; shape.variables()];
        let private = private.iter().map(|i| shape.public + i);
        for position in [0].into_iter().chain(public.iter().copied()).chain(private) {
            values[position] = assignment.iter().nth(position).copied();
        }
        Self { public: shape.public, values }
    }

    /// The value of a public input; the constant has index 0.
    pub fn public(&self, index: usize) -> Option<Scalar> {
        self.values[..self.public][index]
    }

    /// How many variables have no value.
    pub fn unknown(&self) -> usize {
        self.values.iter().filter(|value| value.is_none()).count()
    }
}

fn terms(matrix: &Matrix, row: usize) -> Vec<(Column, Scalar)> {
    matrix.row(row).map(|(column, number)| (column, matrix.coefficients()[number as usize])).collect()
}

/// The private variables in a row, by their indices.
pub fn private_variables(matrices: &Matrices, row: usize) -> Vec<usize> {
    let terms = [&matrices.a, &matrices.b, &matrices.c].into_iter().flat_map(|matrix| terms(matrix, row));
    terms
        .filter(|(column, _)| column & PRIVATE != 0)
        .map(|(column, _)| (column & !PRIVATE) as usize)
        .collect()
}

/// `constant + factor · v` in one unknown `v`.
struct Side {
    constant: Scalar,
    factor: Scalar,
}

/// All assignments that extend `known` and satisfy all rows but `without`; what no row says anything of stays
/// [unknown](Known::unknown). `None` if a row has two unknowns or more: then the rows before do not determine what they should.
pub fn solutions(matrices: &Matrices, known: &Known, without: Option<usize>) -> Option<Vec<Known>> {
    let mut found = Vec::new();
    extend(matrices, &mut known.clone(), 0, without, &mut found)?;
    Some(found)
}

fn extend(
    matrices: &Matrices,
    known: &mut Known,
    from: usize,
    without: Option<usize>,
    found: &mut Vec<Known>,
) -> Option<()> {
    for row in (from..matrices.constraints).filter(|row| Some(*row) != without) {
        let mut unknown = None;
        let a = side(matrices, &matrices.a, row, known, &mut unknown)?;
        let b = side(matrices, &matrices.b, row, known, &mut unknown)?;
        let c = side(matrices, &matrices.c, row, known, &mut unknown)?;
        let Some(position) = unknown else {
            if a.constant * b.constant != c.constant {
                return Some(());
            }
            continue;
        };
        let linear = a.constant * b.factor + a.factor * b.constant - c.factor;
        let Some(roots) = roots(a.factor * b.factor, linear, a.constant * b.constant - c.constant) else {
            // The row holds for all values of its unknown.
            continue;
        };
        for root in roots {
            known.values[position] = Some(root);
            extend(matrices, known, row + 1, without, found)?;
        }
        known.values[position] = None;
        return Some(());
    }
    found.push(known.clone());
    Some(())
}

fn side(
    matrices: &Matrices,
    m: &Matrix,
    row: usize,
    known: &Known,
    unknown: &mut Option<usize>,
) -> Option<Side> {
    let mut out = Side { constant: Scalar::ZERO, factor: Scalar::ZERO };
    for (column, coefficient) in terms(m, row).into_iter().filter(|(_, c)| *c != Scalar::ZERO) {
        let position = matrices.shape.position(column);
        match known.values[position] {
            Some(value) => out.constant += coefficient * value,
            None => {
                if unknown.is_some_and(|other| other != position) {
                    return None;
                }
                *unknown = Some(position);
                out.factor += coefficient;
            }
        }
    }
    Some(out)
}

/// The roots of `a·v² + b·v + c`; `None` if that is zero for every `v`.
fn roots(a: Scalar, b: Scalar, c: Scalar) -> Option<Vec<Scalar>> {
    let inverse = |x: Scalar| Option::<Scalar>::from(x.invert());
    if [a, b, c] == [Scalar::ZERO; 3] {
        return None;
    }
    let Some(over_2a) = inverse(a.double()) else {
        return Some(inverse(b).map(|inverse| -c * inverse).into_iter().collect());
    };
    let root = Option::<Scalar>::from((b.square() - (a * c).double().double()).sqrt());
    let mut out: Vec<Scalar> =
        root.into_iter().flat_map(|root| [root - b, -root - b]).map(|x| x * over_2a).collect();
    out.dedup();
    Some(out)
}
