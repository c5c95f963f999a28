//! The machine that a model is compiled to: rows of cells, linear equations over them, and slots.
//!
//! Three things can be said with it, and everything else is said with these:
//!
//! - an *equation*: `constant + Σ weight · variable = 0`, over as many rows as it needs
//!   ([`Builder::equation`]),
//! - a *slot*: a pair of cells `(y, n)` with `y · n = 0`, and `y + n` in `[0, 2^bits)` where `bits
//!   > 0`,
//! - a *permutation* of Poseidon ([`Builder::permute`]).
//!
//! A variable stands in one cell, its home, and in copies of it, which the permutation argument
//! keeps equal. Only [shared columns](Shape::shared) hold homes and copies that others read: `y`
//! and the extra cells, never `n`.

use core::fmt;
use std::collections::BTreeSet;

use zeroize::Zeroize;

use super::{
    field::CircuitField,
    poseidon::{PERMUTATION_ROWS, Parameters, WIDTH, permutation_rows},
};
use crate::secret;

/// Largest circuit: `2^15` rows.
pub const MAX_K: u32 = 15;

/// Most bits of what a lookup checks at once.
pub const MAX_LOOKUP_BITS: u8 = 16;
/// Most sets of numbers for lookups beside those of ranges: their numbers follow the widths.
pub const MAX_SETS: usize = (u8::MAX - MAX_LOOKUP_BITS) as usize;

/// Most rows of a program that is more than counted.
const MOST_ROWS: usize = 1 << MAX_K;

/// The columns.
///
/// ```text
/// advice   y_0 n_0 … y_{L-1} n_{L-1} │ x_0 … x_{A-1} │ acc │ gather (if a Gemm is computed in place)
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Slots in a row, `L`: as many lookup arguments.
    pub slots: usize,
    /// Extra cells in a row, `A`.
    pub extras: usize,
    /// `true` if there is a second sum, over the slots' `y`.
    pub gather: bool,
}

impl Shape {
    /// Cells of a row that an equation weighs.
    pub fn width(&self) -> usize {
        2 * self.slots + self.extras
    }

    /// Column of the partial sum.
    pub fn acc(&self) -> usize {
        self.width()
    }

    /// Column of the second partial sum.
    pub fn gather_acc(&self) -> usize {
        self.width() + 1
    }

    /// Number of advice columns.
    pub fn advice(&self) -> usize {
        self.width() + 1 + usize::from(self.gather)
    }

    /// Columns whose cells can be copied: the extras first, then the slots' `y`.
    pub fn shared(&self) -> impl Iterator<Item = usize> + use<> {
        (2 * self.slots..self.width()).chain((0..self.slots).map(|slot| 2 * slot))
    }

    /// The columns that a Poseidon row uses: three of its state, and three of squares and products.
    pub fn poseidon(&self) -> ([usize; WIDTH], [usize; 3]) {
        let unshared = (0..self.slots).map(|slot| 2 * slot + 1);
        let all: Vec<usize> = self.shared().chain(unshared).collect();
        let at = |i: usize| all.get(i).copied().unwrap_or_default();
        ([at(0), at(1), at(2)], [at(3), at(4), at(5)])
    }

    /// Returns `true` if there are enough columns for Poseidon's rows.
    pub fn is_possible(&self) -> bool {
        self.slots >= 1 && self.slots + self.extras >= WIDTH && self.width() >= 6
    }
}

/// A variable, by its number.
pub type Var = u32;

/// A cell: row and advice column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The row.
    pub row: u32,
    /// The advice column.
    pub column: u16,
}

/// A pair of cells with `y · n = 0`, and what equations say about them.
#[derive(Clone, Debug)]
pub struct LookupPair<F> {
    /// The first cell.
    pub y: Var,
    /// The second cell; without one it is zero for an honest prover.
    pub n: Option<Var>,
    /// `y + n` is in `[0, 2^bits)`; anything for zero bits; above [`MAX_LOOKUP_BITS`], it is zero
    /// or in a [set](Builder::set) of numbers.
    pub bits: u8,
    /// Weight of `y` in the equation.
    pub weight_y: F,
    /// Weight of `n` in the equation.
    pub weight_n: F,
    /// Weight of `y` in the second sum.
    pub gather: F,
}

impl<F: CircuitField> LookupPair<F> {
    /// A slot that says that `y` has `bits` bits. Its `n` is not weighed: whatever it is, `y · n =
    /// 0` leaves `y` either zero or equal to the number that the lookup checks.
    pub fn range(y: Var, bits: u8, weight: F) -> Self {
        Self { y, n: None, bits, weight_y: weight, weight_n: F::ZERO, gather: F::ZERO }
    }
}

/// A row. Fixed cells are zero where nothing is said. `Debug` leaves the sums out, which are a
/// witness's.
#[derive(Clone, Default)]
pub struct Row<F> {
    /// Variables in the cells that equations weigh.
    pub cells: Vec<Option<Var>>,
    /// Their weights, or Poseidon's round constants.
    pub weights: Vec<F>,
    /// The equation's constant.
    pub constant: F,
    /// `true` if `acc + constant + Σ weight · cell = acc of the next row`.
    pub linear: bool,
    /// `true` if `acc = 0`: in every row that does not go on with a sum, so that each sum begins
    /// and ends at zero.
    pub boundary: bool,
    /// Width, or set, of what the slots hold.
    pub bits: u8,
    /// `true` if `y · n = 0` in the slots.
    pub product: bool,
    /// `true` if the row is a full round.
    pub full: bool,
    /// `true` if the row is two partial rounds.
    pub partial: bool,
    /// `true` if `gather + Σ weight · y = gather of the next row`.
    pub gather: bool,
    /// Weights of that sum.
    pub gather_weights: Vec<F>,
    /// Value of the partial sum.
    pub acc: F,
    /// Value of the second partial sum.
    pub gather_acc: F,
}

/// The machine's program is longer than the longest that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyRows;

/// The rows that a model is compiled to. `Debug` shows sizes alone: the values are a witness.
#[derive(Clone, Default)]
pub struct RowProgram<F: CircuitField> {
    /// The columns.
    pub shape: Shape,
    /// The rows; none when they are only counted.
    pub rows: Vec<Row<F>>,
    /// Number of rows.
    pub count: usize,
    /// Values of the variables.
    pub values: Vec<F>,
    /// Home of each variable.
    pub homes: Vec<Option<Place>>,
    /// Copies of variables.
    pub copies: Vec<(Var, Place)>,
    /// Widths for the lookup table.
    pub widths: BTreeSet<u8>,
    /// Sets of numbers for the lookup table, after the widths.
    pub sets: Vec<Vec<u64>>,
    /// Variables that are public inputs, in order.
    pub public: Vec<Var>,
    /// Layers and the rows that they end before.
    pub layers: Vec<(String, usize)>,
    /// First row whose equation does not hold for the values.
    pub unbalanced: Option<usize>,
}

impl<F> fmt::Debug for Row<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cells, linear, boundary, bits, product, full, partial, gather, .. } = self;
        let flags = [
            (linear, "linear"),
            (boundary, "boundary"),
            (product, "product"),
            (full, "full"),
            (partial, "partial"),
            (gather, "gather"),
        ];
        let flags: Vec<&str> =
            flags.into_iter().filter(|(set, _)| **set).map(|(_, name)| name).collect();
        let used = cells.iter().flatten().count();
        let mut row = f.debug_struct("Row");
        row.field("cells", &used).field("bits", bits).field("flags", &flags).finish_non_exhaustive()
    }
}

impl<F: CircuitField> fmt::Debug for RowProgram<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut program = f.debug_struct("RowProgram");
        program
            .field("shape", &self.shape)
            .field("rows", &self.count)
            .field("variables", &self.values.len());
        program
            .field("copies", &self.copies.len())
            .field("layers", &self.layers)
            .finish_non_exhaustive()
    }
}

impl<F: CircuitField> Drop for RowProgram<F> {
    fn drop(&mut self) {
        self.values.zeroize();
        for row in &mut self.rows {
            row.acc.zeroize();
            row.gather_acc.zeroize();
        }
    }
}

impl<F: CircuitField> RowProgram<F> {
    /// Rows of the lookup table: zero, `2^bits` for each width, and the sets with zero.
    pub fn table_rows(&self) -> usize {
        let sets = self.sets.iter().map(|set| 1 + set.len()).sum::<usize>();
        1 + self.widths.iter().map(|bits| 1usize << bits).sum::<usize>() + sets
    }

    /// The numbers that a slot of this width or set may hold. Zero is always among them, for the
    /// row's slots that are not used.
    pub fn numbers(&self, bits: u8) -> Vec<u64> {
        match usize::from(bits).checked_sub(usize::from(MAX_LOOKUP_BITS) + 1) {
            None => (0..1u64 << bits).collect(),
            Some(set) => {
                [0].into_iter().chain(self.sets.get(set).into_iter().flatten().copied()).collect()
            }
        }
    }

    /// The table: for each width and set that is used its numbers.
    pub fn sections(&self) -> impl Iterator<Item = (u8, Vec<u64>)> + '_ {
        let sets = (MAX_LOOKUP_BITS + 1..=u8::MAX).take(self.sets.len());
        self.widths.iter().copied().chain(sets).map(|bits| (bits, self.numbers(bits)))
    }
}

/// Compiles equations to rows.
pub struct Builder<F: CircuitField> {
    program: RowProgram<F>,
    poseidon: Parameters<F>,
    limit: usize,
    count_only: bool,
    acc: F,
    gathering: bool,
    gather: F,
    /// `true` if the next row goes on with the sum of the last one.
    running: bool,
}

impl<F: CircuitField> Builder<F> {
    /// A builder of a program of at most `limit` rows; `count_only` for their number alone.
    pub fn new(shape: Shape, limit: usize, count_only: bool) -> Self {
        let mut program = RowProgram::default();
        program.shape = shape;
        if !count_only {
            // Room for all rows, whose partial sums are secret: a list that grows leaves copies
            // behind.
            program.rows.reserve(limit.min(MOST_ROWS));
        }
        let (acc, gather) = (F::ZERO, F::ZERO);
        Self {
            program,
            poseidon: F::poseidon(),
            limit,
            count_only,
            acc,
            gathering: false,
            gather,
            running: false,
        }
    }

    /// The number of a set for slots, in which zero counts as well. Numbers are below 2^56.
    ///
    /// # Errors
    /// There are too many sets.
    pub fn set(&mut self, numbers: Vec<u64>) -> Result<u8, TooManyRows> {
        let sets = &mut self.program.sets;
        let known = sets.iter().position(|set| *set == numbers);
        let at = known.unwrap_or(sets.len());
        if at >= MAX_SETS {
            return Err(TooManyRows);
        }
        if known.is_none() {
            sets.push(numbers);
        }
        Ok(MAX_LOOKUP_BITS + 1 + at as u8)
    }

    /// Returns `true` if rows are only counted.
    pub fn counts_only(&self) -> bool {
        self.count_only
    }

    /// The columns.
    pub fn shape(&self) -> Shape {
        self.program.shape
    }

    /// A new variable.
    pub fn variable(&mut self, value: F) -> Var {
        if self.count_only {
            return 0;
        }
        secret::push(&mut self.program.values, value);
        self.program.homes.push(None);
        (self.program.values.len() - 1) as Var
    }

    /// The value of a variable.
    pub fn value(&self, var: Var) -> F {
        self.program.values.get(var as usize).copied().unwrap_or_default()
    }

    /// Ends a layer, for the report.
    pub fn end_layer(&mut self, name: String) {
        self.program.layers.push((name, self.program.count));
    }

    /// `constant + Σ weight · variable + Σ weights · slot = 0`, and what the slots say. Slots of
    /// one width stand together.
    ///
    /// # Errors
    /// The program gets too long.
    pub fn equation(
        &mut self,
        terms: &[(Var, F)],
        slots: &[LookupPair<F>],
        constant: F,
    ) -> Result<(), TooManyRows> {
        let shape = self.shape();
        let mut terms = terms.iter();
        let mut constant = Some(constant);
        for group in slots.chunk_by(|a, b| a.bits == b.bits) {
            for slots in group.chunks(shape.slots) {
                self.slot_row(slots, &mut terms, constant.take().unwrap_or_default())?;
            }
        }
        while constant.is_some() || terms.len() > 0 {
            self.free_row(&mut terms, constant.take().unwrap_or_default())?;
        }
        if self.acc != F::ZERO {
            self.program.unbalanced.get_or_insert(self.program.count.saturating_sub(1));
            self.acc = F::ZERO;
        }
        self.running = false;
        Ok(())
    }

    fn slot_row(
        &mut self,
        slots: &[LookupPair<F>],
        terms: &mut core::slice::Iter<'_, (Var, F)>,
        constant: F,
    ) -> Result<(), TooManyRows> {
        let shape = self.shape();
        let bits = slots.first().map(|slot| slot.bits).unwrap_or_default();
        if (1..=MAX_LOOKUP_BITS).contains(&bits) {
            self.program.widths.insert(bits);
        }
        let Some(mut row) = self.row()? else {
            terms.by_ref().take(shape.extras).for_each(drop);
            return Ok(());
        };
        (row.linear, row.product, row.bits, row.constant) = (true, true, bits, constant);
        for (i, slot) in slots.iter().enumerate() {
            self.place(&mut row, 2 * i, slot.y, slot.weight_y);
            if let Some(n) = slot.n {
                self.place(&mut row, 2 * i + 1, n, slot.weight_n);
            }
            if let (true, Some(weight)) = (self.gathering, row.gather_weights.get_mut(i)) {
                *weight = slot.gather;
            }
        }
        let extras = 2 * shape.slots..shape.width();
        extras
            .zip(terms)
            .for_each(|(column, (var, weight))| self.place(&mut row, column, *var, *weight));
        self.finish(row);
        Ok(())
    }

    fn free_row(
        &mut self,
        terms: &mut core::slice::Iter<'_, (Var, F)>,
        constant: F,
    ) -> Result<(), TooManyRows> {
        let shape = self.shape();
        let Some(mut row) = self.row()? else {
            terms.by_ref().take(shape.extras + shape.slots).for_each(drop);
            return Ok(());
        };
        (row.linear, row.constant) = (true, constant);
        shape.shared().zip(terms).for_each(|(column, (var, weight))| {
            self.place(&mut row, column, *var, *weight);
        });
        self.finish(row);
        Ok(())
    }

    /// A new row, `None` when rows are only counted.
    fn row(&mut self) -> Result<Option<Row<F>>, TooManyRows> {
        self.program.count += 1;
        // One more ends the last equation.
        if self.program.count >= self.limit {
            return Err(TooManyRows);
        }
        if self.count_only {
            return Ok(None);
        }
        let shape = self.shape();
        let row = Row {
            cells: vec![None; shape.width()],
            weights: vec![F::ZERO; shape.width()],
            gather_weights: vec![F::ZERO; shape.slots],
            boundary: !self.running,
            gather: self.gathering,
            acc: self.acc,
            gather_acc: self.gather,
            ..Row::default()
        };
        Ok(Some(row))
    }

    fn place(&mut self, row: &mut Row<F>, column: usize, var: Var, weight: F) {
        let place = Place { row: self.program.rows.len() as u32, column: column as u16 };
        self.stand(var, place);
        if let (Some(cell), Some(to)) = (row.cells.get_mut(column), row.weights.get_mut(column)) {
            (*cell, *to) = (Some(var), weight);
        }
    }

    fn stand(&mut self, var: Var, place: Place) {
        match self.program.homes.get_mut(var as usize) {
            Some(home @ None) => *home = Some(place),
            _ => self.program.copies.push((var, place)),
        }
    }

    fn finish(&mut self, row: Row<F>) {
        if row.linear {
            let values = row.cells.iter().map(|cell| cell.map_or(F::ZERO, |var| self.value(var)));
            self.acc += row.constant + values.zip(&row.weights).map(|(x, w)| x * w).sum::<F>();
        }
        if row.gather {
            let ys =
                row.cells.iter().step_by(2).map(|cell| cell.map_or(F::ZERO, |var| self.value(var)));
            self.gather += ys.zip(&row.gather_weights).map(|(y, w)| y * w).sum::<F>();
        }
        self.running = row.linear;
        self.program.rows.push(row);
    }

    /// Begins the second sum. All rows until its end take part in it with their slots' weights.
    ///
    /// # Errors
    /// The program gets too long.
    pub fn begin_gather(&mut self) -> Result<(), TooManyRows> {
        let zero = self.variable(F::ZERO);
        self.equation(&[(zero, F::ONE)], &[], F::ZERO)?;
        (self.gathering, self.gather) = (true, F::ZERO);
        if !self.count_only {
            self.stand(zero, self.gather_place());
        }
        Ok(())
    }

    /// Ends the second sum; the variable stands for it. A row must follow.
    pub fn end_gather(&mut self) -> Var {
        self.gathering = false;
        let total = self.variable(self.gather);
        if !self.count_only {
            self.stand(total, self.gather_place());
        }
        total
    }

    fn gather_place(&self) -> Place {
        Place { row: self.program.rows.len() as u32, column: self.shape().gather_acc() as u16 }
    }

    /// Poseidon's permutation of a state.
    ///
    /// # Errors
    /// The program gets too long.
    pub fn permute(&mut self, state: [Var; WIDTH]) -> Result<[Var; WIDTH], TooManyRows> {
        if self.count_only {
            self.program.count += PERMUTATION_ROWS;
            return if self.program.count >= self.limit { Err(TooManyRows) } else { Ok(state) };
        }
        let (columns, squares) = self.shape().poseidon();
        let mut vars = state;
        let mut first = true;
        let steps = permutation_rows(&self.poseidon, state.map(|var| self.value(var)));
        for step in steps.iter() {
            let Some(mut row) = self.row()? else { return Ok(state) };
            if !core::mem::take(&mut first) {
                vars = step.state.map(|value| self.variable(value));
            }
            columns
                .iter()
                .zip(vars)
                .for_each(|(column, var)| self.place(&mut row, *column, var, F::ZERO));
            if step.full || step.partial {
                for (column, value) in squares.iter().zip(step.squares) {
                    let var = self.variable(value);
                    self.place(&mut row, *column, var, F::ZERO);
                }
            }
            row.weights.iter_mut().zip(step.constants).for_each(|(to, from)| *to = from);
            (row.full, row.partial) = (step.full, step.partial);
            self.finish(row);
        }
        Ok(vars)
    }

    /// A variable in a cell of its own, to be a public input.
    ///
    /// # Errors
    /// The program gets too long.
    pub fn hold(&mut self, var: Var) -> Result<(), TooManyRows> {
        self.equation(&[(var, F::ZERO)], &[], F::ZERO)
    }

    /// Ends the program. `public` are the public inputs; each must stand in a cell.
    ///
    /// # Errors
    /// The program gets too long.
    pub fn end(mut self, public: Vec<Var>) -> Result<RowProgram<F>, TooManyRows> {
        if let Some(row) = self.row()? {
            self.finish(row);
        }
        self.program.public = public;
        Ok(self.program)
    }
}
