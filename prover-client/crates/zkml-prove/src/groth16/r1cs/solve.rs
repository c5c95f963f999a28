//! Every solution of a constraint system, over all of the field: also of systems with the bits of
//! wide numbers, which are taken apart and not tried.

use std::collections::BTreeSet;

use bls12_381::Scalar;
use ff::Field;

use super::{Assignment, Matrices, Matrix, PRIVATE};

/// More cases than any whole system in the tests has, and than one that lacks a row needs to show
/// it: what needs more is not determined by its rows.
const MOST_CASES: [usize; 2] = [200_000, 1_000];

/// The values of the variables, as far as they are known.
#[derive(Clone)]
pub struct Known {
    public: usize,
    values: Vec<Option<Scalar>>,
    /// Variables that are zero or one, and have no value yet.
    boolean: BTreeSet<usize>,
}

impl Known {
    /// The constant, and these of the public and of the private variables.
    pub fn some(
        matrices: &Matrices,
        assignment: &Assignment,
        public: &[usize],
        private: &[usize],
    ) -> Self {
        let shape = matrices.shape;
        let all: Vec<Scalar> = assignment.iter().copied().collect();
        let mut values = vec![None; shape.variables()];
        let private = private.iter().map(|i| shape.public + i);
        for position in [0].into_iter().chain(public.iter().copied()).chain(private) {
            values[position] = Some(all[position]);
        }
        Self { public: shape.public, values, boolean: BTreeSet::new() }
    }

    /// The value of a public input; the constant has index 0.
    pub fn public(&self, index: usize) -> Option<Scalar> {
        self.values[..self.public][index]
    }

    /// The number of variables without a value.
    pub fn unknown(&self) -> usize {
        self.values.iter().filter(|value| value.is_none()).count()
    }

    fn with(&self, variable: usize, value: Scalar) -> Self {
        let mut known = self.clone();
        known.set(variable, value);
        known
    }

    fn set(&mut self, variable: usize, value: Scalar) {
        self.values[variable] = Some(value);
        self.boolean.remove(&variable);
    }
}

/// The private variables in a row, by their indices.
pub fn private_variables(matrices: &Matrices, row: usize) -> Vec<usize> {
    let columns =
        [&matrices.a, &matrices.b, &matrices.c].into_iter().flat_map(|matrix| matrix.row(row));
    let private = columns.filter(|(column, _)| column & PRIVATE != 0);
    private.map(|(column, _)| (column & !PRIVATE) as usize).collect()
}

/// Terms of a side of a row: variables with their coefficients, each variable once.
type Terms = Vec<(usize, Scalar)>;

fn terms(matrices: &Matrices, matrix: &Matrix, row: usize) -> Terms {
    let mut out = Terms::new();
    for (column, number) in matrix.row(row) {
        add(&mut out, matrices.shape.position(column), matrix.coefficients()[number as usize]);
    }
    out.retain(|(_, coefficient)| *coefficient != Scalar::ZERO);
    out
}

fn add(terms: &mut Terms, variable: usize, coefficient: Scalar) {
    match terms.iter_mut().find(|(other, _)| *other == variable) {
        Some((_, sum)) => *sum += coefficient,
        None => terms.push((variable, coefficient)),
    }
}

/// `constant + Σ coefficient · unknown`.
struct Side {
    constant: Scalar,
    unknown: Terms,
}

impl Side {
    fn of(terms: &Terms, known: &Known) -> Self {
        let mut side = Self { constant: Scalar::ZERO, unknown: Terms::new() };
        for (variable, coefficient) in terms {
            match known.values[*variable] {
                Some(value) => side.constant += coefficient * value,
                None => side.unknown.push((*variable, *coefficient)),
            }
        }
        side
    }

    /// The coefficient of the only unknown.
    fn factor(&self) -> Scalar {
        self.unknown.first().map_or(Scalar::ZERO, |(_, coefficient)| *coefficient)
    }
}

/// All assignments that extend `known` and satisfy all rows but `without`, or two of more; what no
/// row says anything of stays [unknown](Known::unknown). `None` if a row has unknowns that the rows
/// before it do not determine.
pub fn solutions(matrices: &Matrices, known: &Known, without: Option<usize>) -> Option<Vec<Known>> {
    let row = |i| [&matrices.a, &matrices.b, &matrices.c].map(|matrix| terms(matrices, matrix, i));
    let rows = (0..matrices.constraints).filter(|i| Some(*i) != without).map(row).collect();
    let [whole, lacking] = MOST_CASES;
    let cases = if without.is_some() { lacking } else { whole };
    let mut solver = Solver { rows, found: Vec::new(), cases };
    solver.extend(known.clone(), 0)?;
    Some(solver.found)
}

struct Solver {
    rows: Vec<[Terms; 3]>,
    found: Vec<Known>,
    /// Cases that may still be looked at.
    cases: usize,
}

/// The statement of a row.
enum Says {
    /// There is no solution.
    Never,
    /// Nothing more than is known now.
    Nothing,
    /// One of these, and the row after it comes next.
    OneOf(Vec<Known>),
    /// One of these, under each of which the row is looked at again.
    Cases(Vec<Known>),
}

impl Solver {
    fn extend(&mut self, mut known: Known, from: usize) -> Option<()> {
        self.cases = self.cases.checked_sub(1)?;
        let mut row = from;
        while row < self.rows.len() && self.found.len() < 2 {
            let (mut cases, next) = match self.says(row, &mut known)? {
                Says::Never => return Some(()),
                Says::Nothing => {
                    row += 1;
                    continue;
                }
                Says::OneOf(cases) => (cases, row + 1),
                Says::Cases(cases) => (cases, row),
            };
            if cases.len() != 1 {
                return cases.into_iter().try_for_each(|known| self.extend(known, next));
            }
            known = cases.swap_remove(0);
            row = next;
        }
        if self.found.len() < 2 {
            self.found.push(known);
        }
        Some(())
    }

    fn says(&self, row: usize, known: &mut Known) -> Option<Says> {
        let terms = &self.rows[row];
        let [a, b, c] = terms.each_ref().map(|terms| Side::of(terms, known));
        let sides = [&a, &b, &c];
        let unknown: BTreeSet<usize> = sides
            .iter()
            .flat_map(|side| side.unknown.iter().map(|(variable, _)| *variable))
            .collect();
        if unknown.is_empty() {
            return Some(if a.constant * b.constant == c.constant {
                Says::Nothing
            } else {
                Says::Never
            });
        }
        if is_boolean(terms) {
            if let [(variable, coefficient)] = a.unknown[..]
                && (coefficient, a.constant) == (Scalar::ONE, Scalar::ZERO)
            {
                known.boolean.insert(variable);
                return Some(Says::Nothing);
            }
            if a.unknown.len() > 1 && a.unknown.iter().all(|(bit, _)| known.boolean.contains(bit)) {
                return taken_apart(&a, known).map(Says::OneOf);
            }
        }
        let Some(only) = unknown.first().filter(|_| unknown.len() == 1) else {
            // A bit that is not known yet: both cases.
            let bit = unknown.iter().find(|variable| known.boolean.contains(variable))?;
            return Some(Says::Cases(
                [Scalar::ZERO, Scalar::ONE].map(|value| known.with(*bit, value)).into(),
            ));
        };
        let linear = a.constant * b.factor() + a.factor() * b.constant - c.factor();
        let constant = a.constant * b.constant - c.constant;
        let Some(mut roots) = roots(a.factor() * b.factor(), linear, constant) else {
            // The row holds for all values of its unknown.
            return Some(Says::Nothing);
        };
        if known.boolean.contains(only) {
            roots.retain(|root| *root == Scalar::ZERO || *root == Scalar::ONE);
        }
        Some(Says::OneOf(roots.into_iter().map(|root| known.with(*only, root)).collect()))
    }
}

/// Returns `true` if a row is `L · (L - 1) = 0`.
fn is_boolean([a, b, c]: &[Terms; 3]) -> bool {
    let mut difference = b.clone();
    a.iter().for_each(|(variable, coefficient)| add(&mut difference, *variable, -coefficient));
    difference.retain(|(_, coefficient)| *coefficient != Scalar::ZERO);
    c.is_empty() && difference == [(0, -Scalar::ONE)]
}

/// The bits in `constant - Σ 2^e · bit`, which is zero or one: those of the constant. `None` if the
/// weights are not powers of two, each once and above one.
fn taken_apart(side: &Side, known: &Known) -> Option<Vec<Known>> {
    let mut bits = Vec::new();
    for (variable, coefficient) in &side.unknown {
        let weight =
            small(&-coefficient).filter(|weight| weight.is_power_of_two() && *weight > 1)?;
        bits.push((weight.trailing_zeros(), *variable));
    }
    let mask = bits.iter().fold(0u128, |mask, (e, _)| mask | 1 << e);
    if mask.count_ones() as usize != bits.len() {
        return None;
    }
    let numbers = [Scalar::ZERO, Scalar::ONE]
        .into_iter()
        .filter_map(|lowest| small(&(side.constant - lowest)));
    let with = |number: u128| {
        let mut known = known.clone();
        bits.iter().for_each(|(e, bit)| known.set(*bit, Scalar::from((number >> e & 1) as u64)));
        known
    };
    Some(numbers.filter(|number| number & !mask == 0).map(with).collect())
}

/// The number in a field element below 2^128.
fn small(element: &Scalar) -> Option<u128> {
    let bytes = element.to_bytes();
    let (low, high) = bytes.split_first_chunk::<16>()?;
    high.iter().all(|byte| *byte == 0).then(|| u128::from_le_bytes(*low))
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
