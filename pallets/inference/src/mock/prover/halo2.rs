//! The toy circuit for Halo2.
//!
//! `wᵢ = xᵢ²` for each public input, with as many columns that nothing reads and as long a gate as
//! the parameters ask for: for keys and proofs that are as dear as the bounds allow.

use halo2_proofs::{
    circuit::{Layouter, SimpleFloorPlanner, Value},
    pasta::{EqAffine, Fp},
    plonk::{
        Advice, Circuit, Column, ConstraintSystem, Error, Fixed, Instance, ProvingKey,
        create_proof, keygen_pk, keygen_vk,
    },
    poly::{Rotation, commitment::Params},
    transcript::{Blake2bWrite, Challenge255},
};
use pasta_curves::group::ff::PrimeField;
use rand10::{SeedableRng, rngs::StdRng};
use zkinfer_primitives::{Proof, VerifyingKey};
use zkinfer_verifier::halo2;

/// `ADVICE` and `FIXED` columns that nothing reads, and a gate with some `NODES` nodes more.
#[derive(Clone)]
struct Toy<const ADVICE: usize, const FIXED: usize, const NODES: usize> {
    x: Value<[Fp; 3]>,
    seed: u64,
}

#[derive(Clone)]
struct Columns {
    x: Column<Advice>,
    w: Column<Advice>,
    unread: Vec<Column<Advice>>,
    selector: Column<Fixed>,
    unread_fixed: Vec<Column<Fixed>>,
    instance: Column<Instance>,
}

impl<const ADVICE: usize, const FIXED: usize, const NODES: usize> Circuit<Fp>
    for Toy<ADVICE, FIXED, NODES>
{
    type Config = Columns;
    type FloorPlanner = SimpleFloorPlanner;

    fn without_witnesses(&self) -> Self {
        Self { x: Value::unknown(), seed: self.seed }
    }

    fn configure(meta: &mut ConstraintSystem<Fp>) -> Columns {
        let columns = Columns {
            x: meta.advice_column(),
            w: meta.advice_column(),
            unread: (0..ADVICE).map(|_| meta.advice_column()).collect(),
            selector: meta.fixed_column(),
            unread_fixed: (0..FIXED).map(|_| meta.fixed_column()).collect(),
            instance: meta.instance_column(),
        };
        meta.enable_equality(columns.x);
        meta.enable_equality(columns.instance);
        meta.create_gate("square", |meta| {
            let selector = meta.query_fixed(columns.selector);
            let x = meta.query_advice(columns.x, Rotation::cur());
            let w = meta.query_advice(columns.w, Rotation::cur());
            // Each round adds six nodes, and nothing to the value.
            let square = (0..NODES / 6)
                .fold(x.clone() * x.clone(), |sum, _| sum + x.clone() - x.clone() * Fp::from(1));
            [selector * (square - w)]
        });
        columns
    }

    fn synthesize(&self, columns: Columns, mut layouter: impl Layouter<Fp>) -> Result<(), Error> {
        let cells = layouter.assign_region(
            || "squares",
            |mut region| {
                let mut cells = vec![];
                for row in 0..3 {
                    let x = self.x.map(|x| x[row]);
                    cells.push(region.assign_advice(|| "x", columns.x, row, || x)?);
                    region.assign_advice(|| "w", columns.w, row, || x.map(|x| x * x))?;
                    let selector = || Value::known(Fp::from(self.seed));
                    region.assign_fixed(|| "selector", columns.selector, row, selector)?;
                    for (i, column) in columns.unread.iter().enumerate() {
                        region.assign_advice(
                            || "unread",
                            *column,
                            row,
                            || Value::known(Fp::from(i as u64)),
                        )?;
                    }
                    for (i, column) in columns.unread_fixed.iter().enumerate() {
                        let value = || Value::known(Fp::from(i as u64 + 2));
                        region.assign_fixed(|| "unread", *column, row, value)?;
                    }
                }
                Ok(cells)
            },
        )?;
        for (row, cell) in cells.iter().enumerate() {
            layouter.constrain_instance(cell.cell(), columns.instance, row)?;
        }
        Ok(())
    }
}

/// Keys of the toy circuit.
pub struct Setup {
    params: Params<EqAffine>,
    key: ProvingKey<EqAffine>,
    seed: u64,
}

impl Setup {
    /// The circuit with this number, which stands in a fixed column, and 2^k rows.
    pub fn new<const ADVICE: usize, const FIXED: usize, const NODES: usize>(
        seed: u64,
        k: u8,
    ) -> Self {
        let params = Params::new(k.into());
        let circuit = Toy::<ADVICE, FIXED, NODES> { x: Value::unknown(), seed };
        let vk = keygen_vk(&params, &circuit).unwrap();
        let key = keygen_pk(&params, vk, &circuit).unwrap();
        Self { params, key, seed }
    }

    /// Its verifying key, with other rows of public inputs than the statement's if asked for.
    pub fn key_with_rows(&self, rows: &[u16]) -> halo2::key::VerifyingKey {
        let text = format!("{:?}", self.key.get_vk().pinned());
        halo2::key::VerifyingKey::from_pinned(&text, rows).unwrap()
    }

    /// Its verifying key.
    pub fn key(&self) -> VerifyingKey {
        VerifyingKey::Halo2(self.key_with_rows(&[3]).encode().try_into().unwrap())
    }

    /// A proof of a statement with these public inputs: another one for each number.
    pub fn prove<const ADVICE: usize, const FIXED: usize, const NODES: usize>(
        &self,
        inputs: &[[u8; 32]; 3],
        number: u64,
    ) -> Proof {
        let x = inputs.map(|bytes| Fp::from_repr(bytes).unwrap());
        let circuit = Toy::<ADVICE, FIXED, NODES> { x: Value::known(x), seed: self.seed };
        let mut transcript = Blake2bWrite::<_, EqAffine, Challenge255<_>>::init(vec![]);
        let rng = StdRng::seed_from_u64(number);
        create_proof(&self.params, &self.key, &[circuit], &[&[&x]], rng, &mut transcript).unwrap();
        super::halo2_proof(self.params.k() as u8, &transcript.finalize())
    }
}
