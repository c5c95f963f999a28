//! A [program](RowProgram) as a circuit of `halo2_proofs`.

use std::sync::Arc;

use ff::Field;
use halo2_proofs::{
    circuit::{Cell, Layouter, Region, SimpleFloorPlanner, Value},
    pasta::Fp,
    plonk::{Advice, Circuit, Column, ConstraintSystem, Error, Fixed},
};

use super::{
    columns::Columns,
    layout::{Place, Row, RowProgram},
};

/// A program, with the values of its variables. `Debug` shows sizes alone.
#[derive(Clone, Debug, Default)]
pub struct ProgramCircuit {
    program: Arc<RowProgram<Fp>>,
    /// A cell that is assigned another value than it should, by this much.
    #[cfg(test)]
    pub tampered: Option<(Place, Fp)>,
}

impl ProgramCircuit {
    /// The circuit of a program. Keys and proofs must be made under [`super::columns::with_shape`].
    pub fn new(program: Arc<RowProgram<Fp>>) -> Self {
        Self {
            program,
            #[cfg(test)]
            tampered: None,
        }
    }

    /// The values of the program's variables.
    pub(super) fn witness(&self) -> &[Fp] {
        &self.program.values
    }

    fn tampering(&self, place: Place) -> Fp {
        #[cfg(test)]
        if let Some((at, by)) = self.tampered
            && at == place
        {
            return by;
        }
        let _ = place;
        Fp::ZERO
    }

    fn table(&self, columns: &Columns, layouter: &mut impl Layouter<Fp>) -> Result<(), Error> {
        let [widths, multiples] = columns.table;
        layouter.assign_table(
            || "ranges",
            |mut table| {
                let sections = self.program.sections();
                let numbers = sections
                    .flat_map(|(bits, all)| all.into_iter().map(move |v| (u64::from(bits), v)));
                for (row, (bits, v)) in [(0, 0)].into_iter().chain(numbers).enumerate() {
                    table.assign_cell(|| "width", widths, row, || Value::known(Fp::from(bits)))?;
                    table.assign_cell(
                        || "multiple",
                        multiples,
                        row,
                        || Value::known(Fp::from(bits * v)),
                    )?;
                }
                Ok(())
            },
        )
    }

    /// Assigns everything; returns the cells of the public inputs.
    fn region(&self, columns: &Columns, region: &mut Region<Fp>) -> Result<Vec<Cell>, Error> {
        let program = &self.program;
        let mut cells = vec![None; program.rows.len() * columns.advice.len()];
        for (r, row) in program.rows.iter().enumerate() {
            fixed(columns, region, r, row)?;
            let values = row
                .cells
                .iter()
                .map(|var| var.and_then(|var| program.values.get(var as usize).copied()));
            let sums = [Some(row.acc), program.shape.gather.then_some(row.gather_acc)];
            for (c, (column, value)) in columns.advice.iter().zip(values.chain(sums)).enumerate() {
                let tampering = self.tampering(Place { row: r as u32, column: c as u16 });
                if value.is_none() && tampering == Fp::ZERO {
                    continue;
                }
                let value = value.unwrap_or_default() + tampering;
                let cell = advice(region, *column, r, value)?;
                if let Some(to) = cells.get_mut(r * columns.advice.len() + c) {
                    *to = Some(cell);
                }
            }
        }
        let at = |place: Place| {
            let cell =
                cells.get(place.row as usize * columns.advice.len() + usize::from(place.column));
            cell.copied().flatten().ok_or(Error::Synthesis)
        };
        let home = |var: u32| {
            let home = program.homes.get(var as usize).copied().flatten();
            home.ok_or(Error::Synthesis).and_then(at)
        };
        for (var, place) in &program.copies {
            region.constrain_equal(home(*var)?, at(*place)?)?;
        }
        program.public.iter().map(|var| home(*var)).collect()
    }
}

fn advice(
    region: &mut Region<Fp>,
    column: Column<Advice>,
    row: usize,
    value: Fp,
) -> Result<Cell, Error> {
    Ok(region.assign_advice(|| "cell", column, row, || Value::known(value))?.cell())
}

fn fixed(columns: &Columns, region: &mut Region<Fp>, r: usize, row: &Row<Fp>) -> Result<(), Error> {
    let flag = |flag: bool| Fp::from(u64::from(flag));
    let named: [(Column<Fixed>, Fp); 7] = [
        (columns.constant, row.constant),
        (columns.linear, flag(row.linear)),
        (columns.boundary, flag(row.boundary)),
        (columns.bits, Fp::from(u64::from(row.bits))),
        (columns.product, flag(row.product)),
        (columns.full, flag(row.full)),
        (columns.partial, flag(row.partial)),
    ];
    let weights = columns.weights.iter().copied().zip(row.weights.iter().copied());
    let gather = columns.gather.map(|column| (column, flag(row.gather)));
    let gather_weights =
        columns.gather_weights.iter().copied().zip(row.gather_weights.iter().copied());
    for (column, value) in named.into_iter().chain(weights).chain(gather).chain(gather_weights) {
        if value != Fp::ZERO {
            region.assign_fixed(|| "fixed", column, r, || Value::known(value))?;
        }
    }
    Ok(())
}

impl Circuit<Fp> for ProgramCircuit {
    type Config = Columns;
    type FloorPlanner = SimpleFloorPlanner;

    fn without_witnesses(&self) -> Self {
        self.clone()
    }

    fn configure(meta: &mut ConstraintSystem<Fp>) -> Columns {
        Columns::configure(meta)
    }

    fn synthesize(&self, columns: Columns, mut layouter: impl Layouter<Fp>) -> Result<(), Error> {
        self.table(&columns, &mut layouter)?;
        let public = layouter
            .assign_region(|| "program", |mut region| self.region(&columns, &mut region))?;
        for (row, cell) in public.into_iter().enumerate() {
            layouter.constrain_instance(cell, columns.instance, row)?;
        }
        Ok(())
    }
}
