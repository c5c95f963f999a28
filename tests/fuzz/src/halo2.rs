//! A circuit with a lookup, its key and a proof, from the test vectors; halo2_proofs as an oracle.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use halo2_proofs::{
    pasta::{EqAffine, Fp},
    plonk::{SingleVerifier, VerifyingKey as OracleKey, keygen_vk, verify_proof},
    poly::commitment::Params,
    transcript::{Blake2bRead, Challenge255},
};
use pasta_curves::group::ff::PrimeField;
use serde_json::Value;
use zkinfer_verifier::{
    backend::{Host, Native},
    halo2::{
        error::VerifyError,
        generators::{CHUNK_LEN, Generators, compute},
        key::{PreparedVerifyingKey, VerifyingKey},
        verify,
    },
};

#[path = "../../../pallets/verifier/tests/halo2/circuits.rs"]
#[allow(dead_code)]
mod circuits;

/// k of the circuit.
const K: u8 = 5;

/// Generators for every k that an edited key may ask for, up to 6.
pub struct Table {
    g: Vec<u8>,
    lagrange: BTreeMap<u8, Vec<u8>>,
}

impl Generators for Table {
    fn chunk(&self, index: u32) -> Option<Cow<'_, [u8]>> {
        self.g.chunks(CHUNK_LEN).nth(index as usize).map(Cow::Borrowed)
    }

    fn lagrange(&self, k: u8) -> Option<Cow<'_, [u8]>> {
        self.lagrange.get(&k).map(|points| Cow::Borrowed(&points[..]))
    }
}

/// An honest proof.
pub struct Case {
    /// The key's pinned text.
    pub text: String,
    /// The key's encoding.
    pub encoded: Vec<u8>,
    /// The key.
    pub key: PreparedVerifyingKey,
    /// The one public input.
    pub input: [u8; 32],
    /// The proof.
    pub proof: Vec<u8>,
    table: Table,
    params: Params<EqAffine>,
    oracle: OracleKey<EqAffine>,
}

/// The third circuit of `tests/vectors/halo2/small-circuits.json`.
pub static CASE: LazyLock<Case> = LazyLock::new(|| {
    let vectors: Value =
        serde_json::from_str(include_str!("../../vectors/halo2/small-circuits.json"))
            .expect("the vectors");
    let circuit = &vectors["circuits"][2];
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let bytes = |value: &Value| hex::decode(text(value)).expect("hexadecimal");
    let encoded = bytes(&circuit["verifying_key"]);
    let g = compute::table(0..1 << 6);
    let lagrange = (3..=6).map(|k| (k, compute::lagrange(k, &g).expect("points"))).collect();
    let params = Params::new(K.into());
    let oracle = keygen_vk(&params, &circuits::Toy::<2, 1, 1, 0>::new(0)).expect("a key");
    assert_eq!(format!("{:?}", oracle.pinned()), text(&circuit["pinned"]));
    Case {
        text: text(&circuit["pinned"]),
        key: PreparedVerifyingKey::prepare(VerifyingKey::decode(&encoded).expect("a key")),
        encoded,
        input: bytes(&circuit["proofs"][0]["instances"][0][0]).try_into().expect("32 bytes"),
        proof: bytes(&circuit["proofs"][0]["proof"]),
        table: Table { g, lagrange },
        params,
        oracle,
    }
});

/// The answer of both back ends, which must be one.
pub fn answer(
    key: &PreparedVerifyingKey,
    input: [u8; 32],
    proof: &[u8],
) -> Result<(), VerifyError> {
    let column = [input];
    let native = verify::verify::<Native, _>(key, &[&column], proof, &CASE.table);
    assert_eq!(
        native,
        verify::verify::<Host, _>(key, &[&column], proof, &CASE.table),
        "the back ends differ"
    );
    native
}

/// Returns `true` if halo2_proofs accepts under the case's key.
pub fn oracle(input: [u8; 32], proof: &[u8]) -> bool {
    let Some(value) = Option::<Fp>::from(Fp::from_repr(input)) else { return false };
    let mut transcript = Blake2bRead::<_, _, Challenge255<_>>::init(proof);
    let strategy = SingleVerifier::new(&CASE.params);
    verify_proof(&CASE.params, &CASE.oracle, strategy, &[&[&[value]]], &mut transcript).is_ok()
}
