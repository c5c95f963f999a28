//! Writes `tests/vectors/statement/v1.json` to stdout.
//!
//! ```text
//! cargo run -p zkinfer-primitives --example statement-vectors > tests/vectors/statement/v1.json
//! ```
//!
//! The statement is frozen: another output than the committed one is a break of the protocol.

use codec::Encode;
use serde_json::{Value, json};
use zkinfer_primitives::{
    InputCommitment, JobTerms, ModelVersionId, Output, PayloadHash, Proof, Purpose, TermsHash, VerifyingKey,
    VkHash, blake2b_256,
    job::TERMS_DOMAIN,
    proof::{GROTH16_PROOF_LEN, GROTH16_VK_LEN},
    statement::{CONTEXT_DOMAIN, Context, context_preimage, public_inputs},
};

type Account = [u8; 32];
type Terms = JobTerms<Account, u128, u32>;

fn main() {
    let outputs = [0, 1, 9, 255, 256, 65_536, u32::MAX].map(output_vector);
    let vectors = json!({
        "about": "The statement, version 1: pallets/primitives/src/statement.rs. Bytes are hexadecimal; integers beyond 32 bits are decimal strings. AccountId is 32 bytes, Balance u128, BlockNumber u32.",
        "context_domain": hex::encode(CONTEXT_DOMAIN),
        "terms_domain": hex::encode(TERMS_DOMAIN),
        "terms": terms().iter().map(terms_vector).collect::<Vec<_>>(),
        "outputs": outputs,
        "contexts": contexts().iter().map(context_vector).collect::<Vec<_>>(),
        "statements": statements(),
        "payloads": payloads(),
        "encodings": encodings(),
    });
    println!("{}", serde_json::to_string_pretty(&vectors).expect("JSON"));
}

/// 32 bytes that count up from `first`.
fn counting<const N: usize>(first: u8) -> [u8; N] {
    core::array::from_fn(|i| first.wrapping_add(i.to_le_bytes()[0]))
}

fn terms() -> Vec<Terms> {
    let version = ModelVersionId { model: 0, version: 0 };
    let first = JobTerms {
        requester: counting(0),
        nonce: 0,
        job: 0,
        version,
        vk_hash: VkHash(counting(0x60)),
        input_commitment: InputCommitment(counting(0x40)),
        payload_hash: PayloadHash(blake2b_256(&[0])),
        reward: 1_000_000_000_000,
        price: 250_000_000_000,
        deadline: 100,
    };
    let other_model =
        Terms { version: ModelVersionId { model: 7, version: 3 }, nonce: 1, job: 12, ..first.clone() };
    let greatest = JobTerms {
        requester: [0xff; 32],
        nonce: u64::MAX,
        job: u64::MAX,
        version: ModelVersionId { model: u32::MAX, version: u32::MAX },
        vk_hash: VkHash([0xff; 32]),
        input_commitment: InputCommitment([0xff; 32]),
        payload_hash: PayloadHash([0xff; 32]),
        reward: u128::MAX,
        price: u128::MAX,
        deadline: u32::MAX,
    };
    let smallest = JobTerms {
        requester: [0; 32],
        nonce: 0,
        job: 0,
        version,
        vk_hash: VkHash([0; 32]),
        input_commitment: InputCommitment([0; 32]),
        payload_hash: PayloadHash([0; 32]),
        reward: 0,
        price: 0,
        deadline: 0,
    };
    vec![first, other_model, greatest, smallest]
}

fn terms_vector(terms: &Terms) -> Value {
    json!({
        "requester": hex::encode(terms.requester),
        "nonce": terms.nonce.to_string(),
        "job": terms.job.to_string(),
        "model": terms.version.model,
        "version": terms.version.version,
        "vk_hash": hex::encode(terms.vk_hash.0),
        "input_commitment": hex::encode(terms.input_commitment),
        "payload_hash": hex::encode(terms.payload_hash),
        "reward": terms.reward.to_string(),
        "price": terms.price.to_string(),
        "deadline": terms.deadline,
        "preimage": hex::encode((TERMS_DOMAIN, terms).encode()),
        "hash": hex::encode(terms.hash()),
    })
}

fn output_vector(class: u32) -> Value {
    let output = Output::Class(class);
    json!({
        "class": class,
        "encoding": hex::encode(output.encode()),
        "public_input": hex::encode(output.to_public_input()),
    })
}

fn contexts() -> Vec<Context<Account>> {
    let job = |terms: &Terms| Purpose::Job(terms.hash());
    let first = Context {
        genesis_hash: counting(0x80),
        vk_hash: key().hash(),
        version: ModelVersionId { model: 0, version: 0 },
        purpose: job(&terms()[0]),
        prover: counting(0x20),
    };
    let others = [
        Context { genesis_hash: counting(0x81), ..first.clone() },
        Context { vk_hash: VkHash([0; 32]), ..first.clone() },
        Context {
            version: ModelVersionId { model: 7, version: 3 },
            purpose: job(&terms()[1]),
            ..first.clone()
        },
        Context { prover: counting(0x21), ..first.clone() },
        Context { purpose: Purpose::Attest(0), ..first.clone() },
        Context { purpose: Purpose::Attest(u64::MAX), ..first.clone() },
        Context {
            genesis_hash: [0xff; 32],
            vk_hash: VkHash([0xff; 32]),
            version: ModelVersionId { model: u32::MAX, version: u32::MAX },
            purpose: Purpose::Job(TermsHash([0xff; 32])),
            prover: [0xff; 32],
        },
    ];
    std::iter::once(first).chain(others).collect()
}

fn context_fields(context: &Context<Account>) -> Value {
    let purpose = match context.purpose {
        Purpose::Job(terms_hash) => json!({ "job": hex::encode(terms_hash) }),
        Purpose::Attest(nonce) => json!({ "attest": nonce.to_string() }),
    };
    json!({
        "genesis_hash": hex::encode(context.genesis_hash),
        "vk_hash": hex::encode(context.vk_hash),
        "model": context.version.model,
        "version": context.version.version,
        "purpose": purpose,
        "prover": hex::encode(context.prover),
    })
}

fn context_vector(context: &Context<Account>) -> Value {
    let mut vector = context_fields(context);
    vector["preimage"] = hex::encode(context_preimage(context)).into();
    vector["public_input"] = hex::encode(context.to_public_input()).into();
    vector
}

fn statements() -> Vec<Value> {
    let commitments = [counting(0x40), [0; 32]].map(InputCommitment);
    let contexts = contexts();
    let cases = contexts.iter().zip(commitments.iter().cycle()).zip([7, 0, 1, 9, 2, 3, 4, u32::MAX]);
    cases
        .map(|((context, commitment), class)| {
            let inputs = public_inputs(commitment, &Output::Class(class), context);
            json!({
                "input_commitment": hex::encode(commitment),
                "class": class,
                "context": context_fields(context),
                "public_inputs": inputs.map(hex::encode),
            })
        })
        .collect()
}

/// Payloads by their SCALE encoding: none; public with no, with three, and with 64 bytes (a compact length of two).
fn payloads() -> Vec<Value> {
    let public = |bytes: &[u8]| [vec![1], bytes.encode()].concat();
    [vec![0], public(&[]), public(&[1, 2, 3]), public(&counting::<64>(0))]
        .map(|payload| {
            json!({ "encoding": hex::encode(&payload), "hash": hex::encode(blake2b_256(&payload)) })
        })
        .into()
}

/// A key by its bytes alone: the hash does not look at the points.
fn key() -> VerifyingKey {
    VerifyingKey::Groth16(counting::<GROTH16_VK_LEN>(1))
}

fn encodings() -> Value {
    let proof = Proof::Groth16(counting::<GROTH16_PROOF_LEN>(2));
    json!({
        "verifying_key": { "encoding": hex::encode(key().encode()), "hash": hex::encode(key().hash()) },
        "proof": { "encoding": hex::encode(proof.encode()) },
    })
}
