//! `tests/vectors/groth16`: keys and proofs of the real circuit, by the example `groth16-vectors`.

use serde::Deserialize;
use zkinfer_primitives::VerifyingKey as KeyOnChain;
use zkinfer_verifier::{
    backend::{Backend, Native},
    error::VerifyError,
    groth16::{PreparedVerifyingKey, VerifyingKey, verify_bytes},
};

use super::oracles;

const FILES: [(&str, &str); 2] = [
    ("small-models.json", include_str!("../../../../tests/vectors/groth16/small-models.json")),
    ("mnist.json", include_str!("../../../../tests/vectors/groth16/mnist.json")),
];

#[derive(Deserialize)]
struct Vectors {
    keys: Vec<Key>,
    proofs: Vec<Case>,
    refused_keys: Vec<RefusedKey>,
}

#[derive(Deserialize)]
struct Key {
    verifying_key: String,
    vk_hash: String,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    key: usize,
    proof: String,
    public_inputs: [String; 3],
    verdict: Verdict,
    reason: Option<String>,
}

#[derive(Deserialize, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Accepted,
    Rejected,
    Malformed,
    #[serde(rename = "refused input")]
    RefusedInput,
}

#[derive(Deserialize)]
struct RefusedKey {
    name: String,
    verifying_key: String,
    reason: String,
}

fn files() -> impl Iterator<Item = (&'static str, Vectors)> {
    FILES.into_iter().map(|(name, text)| (name, serde_json::from_str(text).unwrap()))
}

fn unhex<const N: usize>(text: &str) -> [u8; N] {
    hex::decode(text).unwrap().try_into().unwrap()
}

fn verdict_of(result: &Result<(), VerifyError>) -> Verdict {
    match result {
        Ok(()) => Verdict::Accepted,
        Err(VerifyError::Rejected) => Verdict::Rejected,
        Err(VerifyError::Proof(_)) => Verdict::Malformed,
        Err(VerifyError::Input(_)) => Verdict::RefusedInput,
        Err(other) => panic!("{other}"),
    }
}

fn each_proof_is_answered_as_the_vectors_say<B: Backend>() {
    for (file, vectors) in files() {
        let prepared: Vec<_> = vectors
            .keys
            .iter()
            .map(|key| VerifyingKey::decode(&unhex(&key.verifying_key)).unwrap())
            .map(|key| PreparedVerifyingKey::prepare(&key).to_bytes())
            .collect();
        for case in &vectors.proofs {
            let inputs = case.public_inputs.each_ref().map(|input| unhex(input));
            let result = verify_bytes::<B>(&prepared[case.key], &unhex(&case.proof), &inputs);
            assert_eq!(verdict_of(&result), case.verdict, "{file}: {}", case.name);
            if let (Some(reason), Err(error)) = (&case.reason, result) {
                assert_eq!(&error.to_string(), reason, "{file}: {}", case.name);
            }
        }
    }
}

#[test]
fn the_plain_back_end_answers_as_the_vectors_say() {
    each_proof_is_answered_as_the_vectors_say::<Native>();
}

#[cfg(feature = "host-functions")]
#[test]
fn the_host_back_end_answers_as_the_vectors_say() {
    each_proof_is_answered_as_the_vectors_say::<zkinfer_verifier::backend::Host>();
}

#[test]
fn the_independent_verifiers_accept_what_the_vectors_accept_and_nothing_else() {
    for (file, vectors) in files() {
        for case in &vectors.proofs {
            let key = unhex(&vectors.keys[case.key].verifying_key);
            let inputs = case.public_inputs.each_ref().map(|input| unhex(input));
            let accepted = oracles::accept(&key, &unhex(&case.proof), &inputs);
            assert_eq!(accepted, case.verdict == Verdict::Accepted, "{file}: {}", case.name);
        }
    }
}

#[test]
fn each_key_has_the_hash_that_the_chain_gives_it() {
    for key in files().flat_map(|(_, vectors)| vectors.keys) {
        let on_chain = KeyOnChain::Groth16(unhex(&key.verifying_key));
        assert_eq!(on_chain.hash().to_string(), key.vk_hash);
    }
}

#[test]
fn each_refused_key_is_refused_for_its_reason() {
    for key in files().flat_map(|(_, vectors)| vectors.refused_keys) {
        let error = VerifyingKey::decode(&unhex(&key.verifying_key)).unwrap_err();
        assert_eq!(error.to_string(), key.reason, "{}", key.name);
    }
}
