//! Small circuits of every shape: a running dot product with fixed weights, and what else the
//! parameters ask for.

use halo2_proofs::{
    circuit::{Layouter, SimpleFloorPlanner, Value},
    pasta::Fp,
    plonk::{
        Advice, Circuit, Column, ConstraintSystem, Error, Expression, Fixed, Instance, Selector,
        TableColumn,
    },
    poly::Rotation,
};

/// A gate of degree 5 with constants, factors, negations, and rotations −1, 0, 2.
pub const POWERS: u8 = 1;
/// A gate reads the first instance column.
pub const INSTANCE_GATE: u8 = 2;
/// No copies: no permutation argument.
pub const NO_COPIES: u8 = 4;
/// A minimum degree of 7, so that the permutation has longer sets, and constants.
pub const WIDE_SETS: u8 = 8;

/// The circuit: `WIDTH` weights, `LOOKUPS` of 0 to 2, `INSTANCES` columns, `STYLE` of the flags
/// above.
#[derive(Clone, Debug)]
pub struct Toy<const WIDTH: usize, const LOOKUPS: usize, const INSTANCES: usize, const STYLE: u8> {
    /// The first input; everything follows from it.
    pub seed: Value<u64>,
}

/// The columns.
#[derive(Clone, Debug)]
pub struct Config {
    inputs: Vec<Column<Advice>>,
    sum: Column<Advice>,
    weights: Vec<Column<Fixed>>,
    constant: Column<Fixed>,
    instances: Vec<Column<Instance>>,
    dot: Selector,
    powers: Selector,
    first: Selector,
    looked_up: Selector,
    table: [TableColumn; 2],
}

const ROWS: usize = 3;

/// The weight of column `i` in row `row`.
fn weight(i: usize, row: usize) -> u64 {
    (3 * i + 5 * row + 1) as u64
}

/// The input of column `i` in row `row`: the second is the square of the first.
fn input(seed: u64, i: usize, row: usize) -> u64 {
    let first = (seed + row as u64) % 8;
    match i {
        0 => first,
        1 => first * first,
        _ => (seed + (i * row) as u64) % 100,
    }
}

impl<const WIDTH: usize, const LOOKUPS: usize, const INSTANCES: usize, const STYLE: u8>
    Toy<WIDTH, LOOKUPS, INSTANCES, STYLE>
{
    /// The circuit for a seed.
    pub fn new(seed: u64) -> Self {
        Self { seed: Value::known(seed) }
    }

    /// The running sum in each row.
    fn sums(seed: u64) -> [u64; ROWS + 1] {
        let mut sums = [0; ROWS + 1];
        for row in 0..ROWS {
            let products = (0..WIDTH).map(|i| weight(i, row) * input(seed, i, row));
            sums[row + 1] = sums[row] + products.sum::<u64>();
        }
        sums
    }

    /// The public inputs: column c shows c + 1 of the sums, from the last.
    pub fn instances(seed: u64) -> Vec<Vec<Fp>> {
        let sums = Self::sums(seed);
        (0..INSTANCES)
            .map(|c| (0..=c.min(2)).map(|row| Fp::from(sums[ROWS - row])).collect())
            .collect()
    }

    fn has(flag: u8) -> bool {
        STYLE & flag != 0
    }
}

impl<const WIDTH: usize, const LOOKUPS: usize, const INSTANCES: usize, const STYLE: u8> Circuit<Fp>
    for Toy<WIDTH, LOOKUPS, INSTANCES, STYLE>
{
    type Config = Config;
    type FloorPlanner = SimpleFloorPlanner;

    fn without_witnesses(&self) -> Self {
        Self { seed: Value::unknown() }
    }

    fn configure(meta: &mut ConstraintSystem<Fp>) -> Config {
        let config = Config {
            inputs: (0..WIDTH).map(|_| meta.advice_column()).collect(),
            sum: meta.advice_column(),
            weights: (0..WIDTH).map(|_| meta.fixed_column()).collect(),
            constant: meta.fixed_column(),
            instances: (0..INSTANCES).map(|_| meta.instance_column()).collect(),
            dot: meta.selector(),
            powers: meta.selector(),
            first: meta.selector(),
            looked_up: meta.complex_selector(),
            table: [meta.lookup_table_column(), meta.lookup_table_column()],
        };
        if !Self::has(NO_COPIES) {
            config.instances.iter().for_each(|column| meta.enable_equality(*column));
            config.inputs.iter().for_each(|column| meta.enable_equality(*column));
            meta.enable_equality(config.sum);
        }
        if Self::has(WIDE_SETS) {
            meta.enable_constant(config.constant);
            meta.set_minimum_degree(7);
        }
        meta.create_gate("dot", |meta| {
            let dot = meta.query_selector(config.dot);
            let now = meta.query_advice(config.sum, Rotation::cur());
            let next = meta.query_advice(config.sum, Rotation::next());
            let product = |meta: &mut halo2_proofs::plonk::VirtualCells<'_, Fp>, i: usize| {
                meta.query_fixed(config.weights[i])
                    * meta.query_advice(config.inputs[i], Rotation::cur())
            };
            let sum = (0..WIDTH).fold(now, |sum, i| sum + product(meta, i));
            vec![dot * (next - sum)]
        });
        if Self::has(POWERS) {
            meta.create_gate("powers", |meta| {
                let powers = meta.query_selector(config.powers);
                let before = meta.query_advice(config.inputs[0], Rotation::prev());
                let now = meta.query_advice(config.inputs[0], Rotation::cur());
                let after = meta.query_advice(config.inputs[1], Rotation(2));
                // The inputs are below 8, so the product over all residues is 0 for now; the second
                // is trivially 0.
                let zero = |x: Expression<Fp>| x.clone() * (x - Expression::Constant(Fp::one()));
                let bit = before - now.clone() + Expression::Constant(Fp::one());
                vec![
                    powers.clone() * zero(bit.clone()) * (bit - Expression::Constant(Fp::from(8))),
                    powers
                        * (-(now * Fp::from(3)) * after.clone() * Fp::from(0) + after.clone()
                            - after),
                ]
            });
        }
        if Self::has(INSTANCE_GATE) {
            meta.create_gate("first", |meta| {
                let first = meta.query_selector(config.first);
                let sum = meta.query_advice(config.sum, Rotation(ROWS as i32));
                let instance = meta.query_instance(config.instances[0], Rotation::cur());
                vec![first * (sum - instance)]
            });
        }
        if LOOKUPS > 0 {
            meta.lookup(|meta| {
                let on = meta.query_selector(config.looked_up);
                let value = meta.query_advice(config.inputs[0], Rotation::cur());
                vec![(on * value, config.table[0])]
            });
        }
        if LOOKUPS > 1 {
            meta.lookup(|meta| {
                let on = meta.query_selector(config.looked_up);
                let value = meta.query_advice(config.inputs[0], Rotation::cur());
                let square = meta.query_advice(config.inputs[1], Rotation::cur());
                vec![(on.clone() * value, config.table[0]), (on * square, config.table[1])]
            });
        }
        config
    }

    fn synthesize(&self, config: Config, mut layouter: impl Layouter<Fp>) -> Result<(), Error> {
        layouter.assign_table(
            || "squares",
            |mut table| {
                for row in 0..8 {
                    for (column, value) in config.table.iter().zip([row, row * row]) {
                        table.assign_cell(
                            || "",
                            *column,
                            row as usize,
                            || Value::known(Fp::from(value)),
                        )?;
                    }
                }
                Ok(())
            },
        )?;
        let sums = layouter.assign_region(
            || "dot",
            |mut region| {
                for row in 0..ROWS {
                    config.dot.enable(&mut region, row)?;
                    config.looked_up.enable(&mut region, row)?;
                    if row > 0 && row + 2 <= ROWS && Self::has(POWERS) {
                        config.powers.enable(&mut region, row)?;
                    }
                    for (i, column) in config.weights.iter().enumerate() {
                        let value = Value::known(Fp::from(weight(i, row)));
                        region.assign_fixed(|| "", *column, row, || value)?;
                    }
                    for (i, column) in config.inputs.iter().enumerate() {
                        let value = self.seed.map(|seed| Fp::from(input(seed, i, row)));
                        region.assign_advice(|| "", *column, row, || value)?;
                    }
                }
                if Self::has(INSTANCE_GATE) {
                    config.first.enable(&mut region, 0)?;
                }
                if Self::has(WIDE_SETS) {
                    region.assign_advice_from_constant(|| "", config.sum, 0, Fp::zero())?;
                }
                let from = usize::from(Self::has(WIDE_SETS));
                let mut cells = vec![];
                for row in from..=ROWS {
                    let value = self.seed.map(|seed| Fp::from(Self::sums(seed)[row]));
                    cells.push(region.assign_advice(|| "", config.sum, row, || value)?);
                }
                Ok(cells)
            },
        )?;
        if !Self::has(NO_COPIES) {
            for (c, column) in config.instances.iter().enumerate() {
                for row in 0..=c.min(2) {
                    layouter.constrain_instance(sums[sums.len() - 1 - row].cell(), *column, row)?;
                }
            }
        }
        Ok(())
    }
}
