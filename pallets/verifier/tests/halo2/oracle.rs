//! halo2_proofs: keys, proofs, and its answer to compare ours with.

use std::{borrow::Cow, collections::BTreeMap};

use halo2_proofs::{
    pasta::{EqAffine, Fp},
    plonk::{
        Circuit, ProvingKey, SingleVerifier, create_proof, keygen_pk, keygen_vk, verify_proof,
    },
    poly::commitment::Params,
    transcript::{Blake2bRead, Blake2bWrite, Challenge255},
};
use pasta_curves::group::{GroupEncoding, ff::PrimeField};
use rand10::{SeedableRng, rngs::StdRng};
use zkinfer_verifier::{
    backend::Native,
    halo2::{
        error::VerifyError,
        generators::{CHUNK_LEN, Generators, lagrange_rows},
        key::{PreparedVerifyingKey, VerifyingKey},
        point::Point,
        verify::{self, Statement},
    },
};

use crate::circuits::Toy;

/// Generators taken from halo2_proofs: the table of the greatest k, Lagrange points of each.
#[derive(Default)]
pub struct Table {
    pub g: Vec<u8>,
    pub lagrange: BTreeMap<u8, Vec<u8>>,
}

impl Table {
    /// The table that `params` has.
    pub fn new(params: &Params<EqAffine>) -> Self {
        let mut table = Self::default();
        table.add(params);
        table
    }

    /// Adds what `params` has.
    pub fn add(&mut self, params: &Params<EqAffine>) {
        let (n, k) = (1usize << params.k(), params.k() as u8);
        let mut written = vec![];
        params.write(&mut written).unwrap();
        let points = |from: usize, count: usize| -> Vec<u8> {
            let bytes = &written[4 + 32 * from..][..32 * count];
            bytes.chunks(32).flat_map(|bytes| *point(bytes).as_bytes()).collect()
        };
        let g = points(0, n);
        assert!(g.starts_with(&self.g) || self.g.starts_with(&g), "one table serves every k");
        self.g = [std::mem::take(&mut self.g), g].into_iter().max_by_key(Vec::len).unwrap();
        self.lagrange.insert(k, points(n, lagrange_rows(k)));
    }
}

pub fn point(bytes: &[u8]) -> Point {
    Point::from_affine(&EqAffine::from_bytes(bytes.try_into().unwrap()).unwrap())
}

impl Generators for Table {
    fn chunk(&self, index: u32) -> Option<Cow<'_, [u8]>> {
        self.g.chunks(CHUNK_LEN).nth(index as usize).map(Cow::Borrowed)
    }

    fn lagrange(&self, k: u8) -> Option<Cow<'_, [u8]>> {
        self.lagrange.get(&k).map(|points| Cow::Borrowed(&points[..]))
    }
}

/// A circuit with its keys, and proofs of it.
pub struct Case {
    pub params: Params<EqAffine>,
    pub pk: ProvingKey<EqAffine>,
    pub table: Table,
    pub text: String,
    pub rows: Vec<u16>,
    pub key: PreparedVerifyingKey,
    pub instances: Vec<Vec<Fp>>,
    pub proof: Vec<u8>,
}

impl Case {
    /// A proof for `seed`.
    pub fn new<const W: usize, const L: usize, const I: usize, const S: u8>(
        _: Toy<W, L, I, S>,
        k: u32,
        seed: u64,
    ) -> Self {
        let instances = Toy::<W, L, I, S>::instances(seed);
        Self::of(&Toy::<W, L, I, S>::new(seed), instances, k)
    }

    /// A proof of any circuit.
    pub fn of<C: Circuit<Fp> + Clone>(circuit: &C, instances: Vec<Vec<Fp>>, k: u32) -> Self {
        let params = Params::new(k);
        let vk = keygen_vk(&params, &circuit.without_witnesses()).unwrap();
        let pk = keygen_pk(&params, vk, &circuit.without_witnesses()).unwrap();
        let text = format!("{:?}", pk.get_vk().pinned());
        let rows: Vec<u16> = instances.iter().map(|column| column.len() as u16).collect();
        let key = PreparedVerifyingKey::prepare(VerifyingKey::from_pinned(&text, &rows).unwrap());
        let proof = prove(&params, &pk, circuit, &instances);
        let table = Table::new(&params);
        Self { params, pk, table, text, rows, key, instances, proof }
    }

    /// The key of another text.
    pub fn with_text(&self, text: &str) -> PreparedVerifyingKey {
        PreparedVerifyingKey::prepare(VerifyingKey::from_pinned(text, &self.rows).unwrap())
    }

    /// Our answer.
    pub fn ours(&self, instances: &[Vec<Fp>], proof: &[u8]) -> Result<(), VerifyError> {
        let instances = Instances::new(instances);
        ours(&[Statement { key: &self.key, instances: &instances.columns(), proof }], &self.table)
    }

    /// The answer of halo2_proofs.
    pub fn theirs(&self, instances: &[Vec<Fp>], proof: &[u8]) -> bool {
        let columns: Vec<&[Fp]> = instances.iter().map(Vec::as_slice).collect();
        let mut transcript = Blake2bRead::<_, _, Challenge255<_>>::init(proof);
        let strategy = SingleVerifier::new(&self.params);
        verify_proof(&self.params, self.pk.get_vk(), strategy, &[&columns], &mut transcript).is_ok()
    }

    /// The answer of both.
    pub fn both(&self, instances: &[Vec<Fp>], proof: &[u8]) -> Result<(), VerifyError> {
        let ours = self.ours(instances, proof);
        assert_eq!(ours.is_ok(), self.theirs(instances, proof), "we say {ours:?}");
        ours
    }
}

/// Public inputs as bytes.
pub struct Instances(Vec<Vec<[u8; 32]>>);

impl Instances {
    pub fn new(instances: &[Vec<Fp>]) -> Self {
        Self(
            instances
                .iter()
                .map(|column| column.iter().map(PrimeField::to_repr).collect())
                .collect(),
        )
    }

    pub fn columns(&self) -> Vec<&[[u8; 32]]> {
        self.0.iter().map(Vec::as_slice).collect()
    }
}

/// Our answer, by plain Rust, and by the host's implementation, which must agree.
pub fn ours(statements: &[Statement<'_>], table: &Table) -> Result<(), VerifyError> {
    let answer = verify::verify_batch::<Native, _>(statements, table);
    #[cfg(feature = "host-functions")]
    {
        type Host = zkinfer_verifier::backend::Host;
        assert_eq!(
            answer,
            verify::verify_batch::<Host, _>(statements, table),
            "the back ends differ"
        );
    }
    answer
}

/// A proof with fixed randomness.
pub fn prove<C: Circuit<Fp> + Clone>(
    params: &Params<EqAffine>,
    pk: &ProvingKey<EqAffine>,
    circuit: &C,
    instances: &[Vec<Fp>],
) -> Vec<u8> {
    let columns: Vec<&[Fp]> = instances.iter().map(Vec::as_slice).collect();
    let mut transcript = Blake2bWrite::<_, _, Challenge255<_>>::init(vec![]);
    let rng = StdRng::seed_from_u64(7);
    create_proof(params, pk, std::slice::from_ref(circuit), &[&columns], rng, &mut transcript)
        .unwrap();
    transcript.finalize()
}
