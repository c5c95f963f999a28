//! `tests/vectors/statement/v1.json`: the bytes that every implementation of the statement shares.

use codec::{Compact, Decode, DecodeAll, Encode};
use serde_json::Value;
use zkinfer_primitives::{
    InputCommitment, JobTerms, ModelVersionId, Output, PayloadHash, Proof, ProofSystem, Purpose,
    TermsHash, Trust, VerifyingKey, Visibility, VkHash, blake2b_256,
    job::TERMS_DOMAIN,
    output::Width,
    proof::{HALO2_MAX_PROOF_LEN, HALO2_MAX_VK_LEN},
    statement::{Context, context_preimage, public_inputs},
};

type Terms = JobTerms<[u8; 32], u128, u32>;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/statement/v1.json")).unwrap()
}

fn list<'a>(vectors: &'a Value, name: &str) -> &'a [Value] {
    let list = vectors[name].as_array().unwrap();
    assert!(!list.is_empty());
    list
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn word(value: &Value) -> [u8; 32] {
    bytes(value).try_into().unwrap()
}

fn number<T: TryFrom<u128, Error: std::fmt::Debug>>(value: &Value) -> T {
    let number =
        value.as_u64().map_or_else(|| value.as_str().unwrap().parse().unwrap(), u128::from);
    number.try_into().unwrap()
}

fn version(value: &Value) -> ModelVersionId {
    ModelVersionId { model: number(&value["model"]), version: number(&value["version"]) }
}

fn terms(value: &Value) -> Terms {
    JobTerms {
        requester: word(&value["requester"]),
        nonce: number(&value["nonce"]),
        job: number(&value["job"]),
        version: version(value),
        vk_hash: VkHash(word(&value["vk_hash"])),
        input_commitment: InputCommitment(word(&value["input_commitment"])),
        payload_hash: PayloadHash(word(&value["payload_hash"])),
        reward: number(&value["reward"]),
        price: number(&value["price"]),
        deadline: number(&value["deadline"]),
    }
}

fn context(value: &Value) -> Context<[u8; 32]> {
    let purpose = &value["purpose"];
    Context {
        genesis_hash: word(&value["genesis_hash"]),
        vk_hash: VkHash(word(&value["vk_hash"])),
        version: version(value),
        purpose: match purpose.get("job") {
            Some(hash) => Purpose::Job(TermsHash(word(hash))),
            None => Purpose::Attest(number(&purpose["attest"])),
        },
        prover: word(&value["prover"]),
    }
}

fn output(value: &Value) -> Output {
    let numbers = |list: &Value| list.as_array().unwrap().clone();
    if let Some(classes) = value.get("top_classes") {
        let classes: Vec<u32> = numbers(classes).iter().map(number).collect();
        return Output::TopClasses(classes.try_into().unwrap());
    }
    if let Some(fields) = value.get("values") {
        let width = Width::of_bytes(number::<usize>(&fields["bits"]) / 8).unwrap();
        let values = numbers(&fields["values"]).into_iter();
        let values: Vec<i32> = values.map(|n| n.as_i64().unwrap().try_into().unwrap()).collect();
        return Output::Values { width, values: values.try_into().unwrap() };
    }
    Output::Class(number(&value["class"]))
}

#[test]
fn terms_have_the_preimage_and_the_hash_of_the_vectors() {
    for case in list(&vectors(), "terms") {
        let terms = terms(case);
        assert_eq!((TERMS_DOMAIN, &terms).encode(), bytes(&case["preimage"]));
        assert_eq!(terms.hash().0, word(&case["hash"]));
    }
}

#[test]
fn outputs_have_the_encoding_and_the_public_input_of_the_vectors() {
    for case in list(&vectors(), "outputs") {
        let output = output(case);
        assert_eq!(output.encode(), bytes(&case["encoding"]));
        assert_eq!(Output::decode_all(&mut bytes(&case["encoding"]).as_slice()).unwrap(), output);
        assert_eq!(output.to_public_input(), Ok(word(&case["public_input"])));
    }
}

#[test]
fn what_is_no_output_decodes_and_has_no_public_input() {
    for case in list(&vectors(), "no_outputs") {
        let output = Output::decode_all(&mut bytes(case).as_slice()).unwrap();
        assert!(output.to_public_input().is_err(), "{output:?}");
    }
}

#[test]
fn contexts_have_the_preimage_and_the_public_input_of_the_vectors() {
    for case in list(&vectors(), "contexts") {
        let context = context(case);
        assert_eq!(context_preimage(&context), bytes(&case["preimage"]));
        assert_eq!(context.to_public_input(), word(&case["public_input"]));
        assert_eq!(context.to_public_input()[31], 0);
    }
}

#[test]
fn every_field_of_a_context_changes_its_public_input() {
    let vectors = vectors();
    let inputs: std::collections::BTreeSet<_> =
        list(&vectors, "contexts").iter().map(|case| word(&case["public_input"])).collect();
    assert_eq!(inputs.len(), list(&vectors, "contexts").len());
}

#[test]
fn statements_have_the_public_inputs_of_the_vectors_in_their_order() {
    for case in list(&vectors(), "statements") {
        let commitment = InputCommitment(word(&case["input_commitment"]));
        let inputs = public_inputs(&commitment, &output(case), &context(&case["context"])).unwrap();
        let expected: Vec<_> = case["public_inputs"].as_array().unwrap().iter().map(word).collect();
        assert_eq!(inputs.as_slice(), expected);
    }
}

#[test]
fn payloads_have_the_hash_of_the_vectors() {
    for case in list(&vectors(), "payloads") {
        assert_eq!(blake2b_256(&bytes(&case["encoding"])), word(&case["hash"]));
    }
}

#[test]
fn a_key_and_a_proof_have_the_encoding_of_the_vectors() {
    let encodings = &vectors()["encodings"];
    let encoding = bytes(&encodings["verifying_key"]["encoding"]);
    let key = VerifyingKey::decode_all(&mut encoding.as_slice()).unwrap();
    assert_eq!(key.encode(), encoding);
    assert_eq!(key.hash().0, word(&encodings["verifying_key"]["hash"]));
    let encoding = bytes(&encodings["proof"]["encoding"]);
    assert_eq!(Proof::decode_all(&mut encoding.as_slice()).unwrap().encode(), encoding);
}

#[test]
fn a_key_or_a_proof_of_another_length_or_system_does_not_decode() {
    let encodings = &vectors()["encodings"];
    let (key, proof) =
        (bytes(&encodings["verifying_key"]["encoding"]), bytes(&encodings["proof"]["encoding"]));
    for len in 0..key.len() {
        assert!(VerifyingKey::decode(&mut &key[..len]).is_err());
    }
    for len in 0..proof.len() {
        assert!(Proof::decode(&mut &proof[..len]).is_err());
    }
    let longer = [&proof[..], &[0]].concat();
    assert!(Proof::decode_all(&mut longer.as_slice()).is_err());
    // Index 2 is reserved for another system; none decodes before it exists.
    for index in 2..=255 {
        let with_index = |bytes: &[u8]| [&[index], &bytes[1..]].concat();
        assert!(VerifyingKey::decode(&mut with_index(&key).as_slice()).is_err());
        assert!(Proof::decode(&mut with_index(&proof).as_slice()).is_err());
        assert!(ProofSystem::decode(&mut [index].as_slice()).is_err());
    }
}

#[test]
fn a_halo2_key_or_proof_beyond_its_bound_does_not_decode() {
    let encoded = |head: &[u8], length: u32| {
        [head, &Compact(length).encode(), &vec![7; length as usize]].concat()
    };
    let key = |length| VerifyingKey::decode_all(&mut encoded(&[1], length).as_slice());
    assert_eq!(key(HALO2_MAX_VK_LEN).unwrap().system(), ProofSystem::Halo2);
    assert!(key(HALO2_MAX_VK_LEN + 1).is_err());
    let proof = |length| Proof::decode_all(&mut encoded(&[1, 11], length).as_slice());
    assert!(matches!(proof(HALO2_MAX_PROOF_LEN).unwrap(), Proof::Halo2 { k: 11, .. }));
    assert!(proof(HALO2_MAX_PROOF_LEN + 1).is_err());
}

#[test]
fn frozen_codec_indices_are_what_they_were() {
    assert_eq!([ProofSystem::Groth16, ProofSystem::Halo2].encode(), [0, 1]);
    assert_eq!([Trust::SingleSetup, Trust::Ceremony, Trust::Transparent].encode(), [0, 1, 2]);
    assert_eq!([Visibility::Open, Visibility::Private].encode(), [0, 1]);
    assert_eq!(zkinfer_primitives::StatementVersion::V1.encode(), [1]);
    assert_eq!(Output::Class(0x0403_0201).encode(), [0, 1, 2, 3, 4]);
    assert_eq!(Purpose::Attest(1).encode(), [1, 1, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(Purpose::Job(TermsHash([9; 32])).encode()[0], 0);
    for index in [2, 3, 255] {
        assert!(Purpose::decode(&mut [&[index][..], &[0; 32]].concat().as_slice()).is_err());
    }
}
