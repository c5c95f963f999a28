//! Columns, gates and lookups of a [shape](Shape).
//!
//! | gate | polynomial | degree |
//! |---|---|---|
//! | sum | `q · (acc + c + Σ w_i · cell_i - acc')` | 3 |
//! | boundary | `b · acc` | 2 |
//! | product | `p · y_i · n_i` | 3 |
//! | gather | `g · (gather + Σ h_i · y_i - gather')` | 3 |
//! | full round | `s_F · (u_i - (s_i + w_i)²)`, `s_F · (M · (u² · (s + w)) - s')_i` | 4 |
//! | partial rounds | as [`super::poseidon`] writes them, by `s_P` | 4 |
//!
//! Lookups, one for each slot: `(f, f · (y_i + n_i))` is `(0, 0)`, or `(bits, bits · v)` with `0 <=
//! v < 2^bits`, or `(s, s · v)` with `v` zero or in the set of number `s`. Degree 5. Primes are the
//! next row's cells. Selectors are zero on the blinding rows, as all fixed cells are.

use std::cell::Cell;

use ff::Field;
use halo2_proofs::{
    pasta::Fp,
    plonk::{
        Advice, Column, ConstraintSystem, Expression, Fixed, Instance, TableColumn, VirtualCells,
    },
    poly::Rotation,
};

use super::{field::CircuitField, layout::Shape, poseidon::WIDTH};

/// The greatest degree of a gate or lookup, and so the constraint system's.
pub const DEGREE: usize = 5;
/// Rows at the end that are not the circuit's: five of blinding, for two openings of a column, and
/// one.
pub const UNUSABLE_ROWS: usize = 6;

thread_local! {
    static SHAPE: Cell<Shape> = const { Cell::new(Shape { slots: 0, extras: 0, gather: false }) };
}

/// Runs `work` while [`Columns::configure`] makes columns of this shape on this thread.
///
/// `halo2_proofs` asks a circuit's *type* for its columns, while ours depend on the model.
pub fn with_shape<T>(shape: Shape, work: impl FnOnce() -> T) -> T {
    struct Restore(Shape);
    impl Drop for Restore {
        fn drop(&mut self) {
            SHAPE.set(self.0);
        }
    }
    let _restore = Restore(SHAPE.replace(shape));
    work()
}

/// The columns of a shape.
#[derive(Clone, Debug)]
pub struct Columns {
    /// Cells, `acc`, and `gather` if there is one.
    pub advice: Vec<Column<Advice>>,
    /// Weights of the cells, `w`.
    pub weights: Vec<Column<Fixed>>,
    /// Weights of the second sum, `h`.
    pub gather_weights: Vec<Column<Fixed>>,
    /// `c`
    pub constant: Column<Fixed>,
    /// `q`
    pub linear: Column<Fixed>,
    /// `b`
    pub boundary: Column<Fixed>,
    /// `f`
    pub bits: Column<Fixed>,
    /// `p`
    pub product: Column<Fixed>,
    /// `s_F`
    pub full: Column<Fixed>,
    /// `s_P`
    pub partial: Column<Fixed>,
    /// `g`
    pub gather: Option<Column<Fixed>>,
    /// The table: widths, and widths times values.
    pub table: [TableColumn; 2],
    /// Public inputs.
    pub instance: Column<Instance>,
}

impl Columns {
    /// Makes the columns of this thread's shape.
    pub fn configure(meta: &mut ConstraintSystem<Fp>) -> Self {
        let shape = SHAPE.get();
        let columns = Self {
            advice: (0..shape.advice()).map(|_| meta.advice_column()).collect(),
            weights: (0..shape.width()).map(|_| meta.fixed_column()).collect(),
            gather_weights: (0..if shape.gather { shape.slots } else { 0 })
                .map(|_| meta.fixed_column())
                .collect(),
            constant: meta.fixed_column(),
            linear: meta.fixed_column(),
            boundary: meta.fixed_column(),
            bits: meta.fixed_column(),
            product: meta.fixed_column(),
            full: meta.fixed_column(),
            partial: meta.fixed_column(),
            gather: shape.gather.then(|| meta.fixed_column()),
            table: [meta.lookup_table_column(), meta.lookup_table_column()],
            instance: meta.instance_column(),
        };
        meta.enable_equality(columns.instance);
        let gather = shape.gather.then_some(shape.gather_acc());
        for column in shape.shared().chain(gather) {
            meta.enable_equality(columns.at(column));
        }
        columns.sums(meta, shape);
        columns.slots(meta, shape);
        columns.poseidon(meta, shape);
        columns
    }

    /// An advice column of the shape, which has as many.
    fn at(&self, column: usize) -> Column<Advice> {
        self.advice[column]
    }

    fn sums(&self, meta: &mut ConstraintSystem<Fp>, shape: Shape) {
        meta.create_gate("sum", |meta| {
            let linear = meta.query_fixed(self.linear);
            let acc = meta.query_advice(self.at(shape.acc()), Rotation::cur());
            let next = meta.query_advice(self.at(shape.acc()), Rotation::next());
            let start = acc + meta.query_fixed(self.constant);
            let sum = (0..shape.width()).fold(start, |sum, i| {
                let cell = meta.query_advice(self.at(i), Rotation::cur());
                sum + meta.query_fixed(self.weights[i]) * cell
            });
            [linear * (sum - next)]
        });
        meta.create_gate("boundary", |meta| {
            let acc = meta.query_advice(self.at(shape.acc()), Rotation::cur());
            [meta.query_fixed(self.boundary) * acc]
        });
        let Some(gather) = self.gather else { return };
        meta.create_gate("gather", |meta| {
            let acc = meta.query_advice(self.at(shape.gather_acc()), Rotation::cur());
            let next = meta.query_advice(self.at(shape.gather_acc()), Rotation::next());
            let sum = self.gather_weights.iter().enumerate().fold(acc, |sum, (slot, weight)| {
                sum + meta.query_fixed(*weight)
                    * meta.query_advice(self.at(2 * slot), Rotation::cur())
            });
            [meta.query_fixed(gather) * (sum - next)]
        });
    }

    fn slots(&self, meta: &mut ConstraintSystem<Fp>, shape: Shape) {
        let pair = |meta: &mut VirtualCells<Fp>, slot: usize| {
            [2 * slot, 2 * slot + 1]
                .map(|column| meta.query_advice(self.at(column), Rotation::cur()))
        };
        meta.create_gate("product", |meta| {
            let product = meta.query_fixed(self.product);
            let each = |slot| {
                let [y, n] = pair(meta, slot);
                product.clone() * y * n
            };
            (0..shape.slots).map(each).collect::<Vec<_>>()
        });
        for slot in 0..shape.slots {
            meta.lookup(|meta| {
                let bits = meta.query_fixed(self.bits);
                let [y, n] = pair(meta, slot);
                let [widths, multiples] = self.table;
                vec![(bits.clone(), widths), (bits * (y + n), multiples)]
            });
        }
    }

    fn poseidon(&self, meta: &mut ConstraintSystem<Fp>, shape: Shape) {
        let (state, squares) = shape.poseidon();
        let parameters = Fp::poseidon();
        let times = |matrix: &[[Fp; WIDTH]; WIDTH], x: &[Expression<Fp>; WIDTH]| {
            matrix.map(|row| {
                let terms = row.iter().zip(x).map(|(m, x)| x.clone() * *m);
                terms.reduce(|sum, term| sum + term).unwrap_or(Expression::Constant(Fp::ZERO))
            })
        };
        meta.create_gate("full round", |meta| {
            let selector = meta.query_fixed(self.full);
            let [t, u, next] = self.round(meta, &state, &squares);
            let mut fifth = t.clone();
            fifth.iter_mut().zip(&u).for_each(|(t, u)| *t = u.clone().square() * t.clone());
            let mixed = times(&parameters.mds, &fifth);
            let squared = t.iter().zip(&u).map(|(t, u)| u.clone() - t.clone().square());
            let moved = mixed.iter().zip(&next).map(|(mixed, next)| mixed.clone() - next.clone());
            squared.chain(moved).map(|constraint| selector.clone() * constraint).collect::<Vec<_>>()
        });
        meta.create_gate("partial rounds", |meta| {
            let selector = meta.query_fixed(self.partial);
            let [[t_0, t_1, t_2], [u, m, v], next] = self.round(meta, &state, &squares);
            let mut r = times(&parameters.mds, &[m.clone(), t_1, t_2]);
            for (r, i) in r.iter_mut().zip(WIDTH..) {
                *r = r.clone() + meta.query_fixed(self.weights[i]);
            }
            let [r_0, r_1, r_2] = r;
            let [n_0, n_1, n_2] = times(&parameters.inverse, &next);
            [
                u.clone() - t_0.clone().square(),
                m - u.square() * t_0,
                v.clone() - r_0.clone().square(),
                n_0 - v.square() * r_0,
                n_1 - r_1,
                n_2 - r_2,
            ]
            .map(|constraint| selector.clone() * constraint)
        });
    }

    /// State with the first round's constants, squares, and the next row's state.
    fn round(
        &self,
        meta: &mut VirtualCells<Fp>,
        state: &[usize; WIDTH],
        squares: &[usize; 3],
    ) -> [[Expression<Fp>; WIDTH]; 3] {
        let next = state.map(|column| meta.query_advice(self.at(column), Rotation::next()));
        let squares = squares.map(|column| meta.query_advice(self.at(column), Rotation::cur()));
        let mut i = 0;
        let t = state.map(|column| {
            let constant = meta.query_fixed(self.weights[i]);
            i += 1;
            meta.query_advice(self.at(column), Rotation::cur()) + constant
        });
        [t, squares, next]
    }
}
