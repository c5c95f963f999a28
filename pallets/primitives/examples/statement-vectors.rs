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
    InputCommitment, JobTerms, ModelVersionId, Output, PayloadHash, Proof, Purpose, TermsHash,
    VerifyingKey, VkHash, blake2b_256,
    job::TERMS_DOMAIN,
    output::Width,
    proof::{GROTH16_PROOF_LEN, GROTH16_VK_LEN},
    statement::{CONTEXT_DOMAIN, Context, context_preimage, public_inputs},
};

type Account = [u8; 32];
type Terms = JobTerms<Account, u128, u32>;

fn main() {
    let outputs: Vec<Value> = outputs().iter().map(output_vector).collect();
    let vectors = json!({
        "about": "The statement, version 1: pallets/primitives/src/statement.rs. Bytes are hexadecimal; integers beyond 32 bits are decimal strings. AccountId is 32 bytes, Balance u128, BlockNumber u32.",
        "context_domain": hex::encode(CONTEXT_DOMAIN),
        "terms_domain": hex::encode(TERMS_DOMAIN),
        "terms": terms().iter().map(terms_vector).collect::<Vec<_>>(),
        "outputs": outputs,
        "no_outputs": no_outputs().iter().map(|output| hex::encode(output.encode())).collect::<Vec<_>>(),
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
    let other_model = Terms {
        version: ModelVersionId { model: 7, version: 3 },
        nonce: 1,
        job: 12,
        ..first.clone()
    };
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

fn top(classes: &[u32]) -> Output {
    Output::TopClasses(classes.to_vec().try_into().expect("within the bound"))
}

fn values(width: Width, values: &[i32]) -> Output {
    Output::Values { width, values: values.to_vec().try_into().expect("within the bound") }
}

fn outputs() -> Vec<Output> {
    let classes = [0, 1, 9, 255, 256, 65_536, u32::MAX].map(Output::Class);
    let others = [
        top(&[0]),
        top(&[7, 3, 1]),
        top(&[u32::MAX, 0, 6, 5, 4, 3, 2]),
        values(Width::Bits8, &[0]),
        values(Width::Bits8, &counting::<30>(0xf0).map(|byte| i32::from(byte.cast_signed()))),
        values(Width::Bits16, &[-32_768, 32_767, -1]),
        values(Width::Bits24, &[-8_388_608, 8_388_607, 0, 1, 2, 3, 4, 5, 6, 7]),
        values(Width::Bits32, &[i32::MIN, i32::MAX, -1, 0, 1, 65_536, -65_536]),
        values(Width::Bits32, &[-123_456]),
    ];
    classes.into_iter().chain(others).collect()
}

/// Encodings that decode and are not valid outputs: empty, with a class twice, with too many
/// numbers, or beyond the width.
fn no_outputs() -> Vec<Output> {
    vec![
        top(&[]),
        top(&[4, 2, 4]),
        values(Width::Bits8, &[]),
        values(Width::Bits16, &[0; 16]),
        values(Width::Bits32, &[0; 8]),
        values(Width::Bits8, &[128]),
        values(Width::Bits24, &[0, -8_388_609]),
    ]
}

fn output_fields(output: &Output) -> Value {
    match output {
        Output::Class(class) => json!({ "class": class }),
        Output::TopClasses(classes) => json!({ "top_classes": classes.to_vec() }),
        Output::Values { width, values } => {
            json!({ "values": { "bits": width.bits(), "values": values.to_vec() } })
        }
    }
}

fn output_vector(output: &Output) -> Value {
    let mut vector = output_fields(output);
    vector["encoding"] = hex::encode(output.encode()).into();
    vector["public_input"] = hex::encode(output.to_public_input().expect("canonical")).into();
    vector
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
    let outputs = [7, 0, 1, 9, 2, 3, 4, u32::MAX].map(Output::Class).into_iter();
    let outputs = outputs.chain([top(&[7, 3, 1]), values(Width::Bits16, &[-32_768, 32_767, -1])]);
    let cases = contexts.iter().cycle().zip(commitments.iter().cycle()).zip(outputs);
    cases
        .map(|((context, commitment), output)| {
            let inputs = public_inputs(commitment, &output, context).expect("canonical");
            let mut vector = output_fields(&output);
            vector["input_commitment"] = hex::encode(commitment).into();
            vector["context"] = context_fields(context);
            vector["public_inputs"] = inputs.map(hex::encode).to_vec().into();
            vector
        })
        .collect()
}

/// Payloads by their SCALE encoding: none; public with no, with three, and with 64 bytes (a compact
/// length of two).
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
