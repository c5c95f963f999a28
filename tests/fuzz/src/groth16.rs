//! A key with a proof, from the test vectors; the crate `groth16` as an oracle.

use std::sync::LazyLock;

use bls12_381::{Bls12, G1Affine, G2Affine, Scalar};
use serde_json::Value;
use zkinfer_verifier::{
    backend::{Host, Native},
    error::VerifyError,
    groth16::{
        self as ours, INPUTS, PROOF_LEN, PreparedVerifyingKey, VERIFYING_KEY_LEN, VerifyingKey,
    },
};

/// An honest proof.
pub struct Case {
    /// The key.
    pub key: [u8; VERIFYING_KEY_LEN],
    /// The key, prepared and encoded.
    pub prepared: Vec<u8>,
    /// The proof.
    pub proof: [u8; PROOF_LEN],
    /// Its public inputs.
    pub inputs: [[u8; 32]; INPUTS],
}

/// The first proof of `tests/vectors/groth16/small-models.json`.
pub static CASE: LazyLock<Case> = LazyLock::new(|| {
    let text = include_str!("../../vectors/groth16/small-models.json");
    let vectors: Value = serde_json::from_str(text).expect("the vectors");
    let key = unhex(&vectors["keys"][0]["verifying_key"]);
    let case = &vectors["proofs"][0];
    let inputs = [0, 1, 2].map(|i| unhex(&case["public_inputs"][i]));
    let decoded = VerifyingKey::decode(&key).expect("a key");
    let prepared = PreparedVerifyingKey::prepare(&decoded).to_bytes().to_vec();
    Case { key, prepared, proof: unhex(&case["proof"]), inputs }
});

fn unhex<const N: usize>(value: &Value) -> [u8; N] {
    hex::decode(value.as_str().expect("text")).expect("hexadecimal").try_into().expect("its length")
}

/// The first `N` bytes, with zeros where there are fewer.
pub fn padded<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    out
}

/// The answer of both back ends, which must be one.
pub fn verify(
    prepared: &[u8],
    proof: &[u8; PROOF_LEN],
    inputs: &[[u8; 32]; INPUTS],
) -> Result<(), VerifyError> {
    let native = ours::verify_bytes::<Native>(prepared, proof, inputs);
    assert_eq!(native, ours::verify_bytes::<Host>(prepared, proof, inputs), "the back ends differ");
    native
}

/// Returns `true` if the crate `groth16` accepts.
pub fn oracle(
    key: &[u8; VERIFYING_KEY_LEN],
    proof: &[u8; PROOF_LEN],
    inputs: &[[u8; 32]; INPUTS],
) -> bool {
    ask(key, proof, inputs).unwrap_or(false)
}

fn ask(
    key: &[u8; VERIFYING_KEY_LEN],
    proof: &[u8; PROOF_LEN],
    inputs: &[[u8; 32]; INPUTS],
) -> Option<bool> {
    let key = ::groth16::VerifyingKey::<Bls12> {
        alpha_g1: g1(&key[..48])?,
        beta_g1: G1Affine::generator(),
        beta_g2: g2(&key[48..144])?,
        gamma_g2: g2(&key[144..240])?,
        delta_g1: G1Affine::generator(),
        delta_g2: g2(&key[240..336])?,
        ic: key[336..].chunks(48).map(g1).collect::<Option<_>>()?,
    };
    let proof =
        ::groth16::Proof { a: g1(&proof[..48])?, b: g2(&proof[48..144])?, c: g1(&proof[144..])? };
    let inputs: Vec<Scalar> =
        inputs.iter().map(|x| Option::from(Scalar::from_bytes(x))).collect::<Option<_>>()?;
    Some(::groth16::verify_proof(&::groth16::prepare_verifying_key(&key), &proof, &inputs).is_ok())
}

/// A point of G1 in the subgroup, by `bls12_381` alone.
pub fn g1(bytes: &[u8]) -> Option<G1Affine> {
    Option::from(G1Affine::from_compressed(bytes.try_into().ok()?))
}

/// A point of G2 in the subgroup, by `bls12_381` alone.
pub fn g2(bytes: &[u8]) -> Option<G2Affine> {
    Option::from(G2Affine::from_compressed(bytes.try_into().ok()?))
}
