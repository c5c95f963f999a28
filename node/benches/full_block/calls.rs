//! The heaviest calls: what each needs to be in storage, and its extrinsics.
//!
//! Records are made by the pallet's own calls, natively, before the block. A proof that is rejected
//! costs the chain what one that holds does, and serves every job: so the proofs here are real
//! ones, of other statements.

use codec::Encode;
use frame_support::BoundedVec;
use pallet_inference::types::{
    BatchItem, Generators, JobState, Payload, PayloadOf, ProverList, Recipient,
};
use serde_json::Value;
use sp_keyring::Sr25519Keyring::{self, Bob, Charlie};
use zkinfer_primitives::{
    EncryptionKey, InputCommitment, JobId, ManifestHash, ModelHash, ModelVersionId, Output, Proof,
    TermsHash, Trust, VerifyingKey, Visibility,
};
use zkinfer_runtime::{AccountId, Inference, Runtime, RuntimeCall, RuntimeOrigin, UNIT};
use zkinfer_verifier::halo2::{
    bounds::MIN_K,
    generators::{CHUNK_LEN, lagrange_rows},
    point::POINT_LEN,
};

use crate::chain::NUMBER;

#[path = "../../../pallets/inference/src/benchmarking/fixture/dearest.rs"]
mod dearest;

type Call = pallet_inference::Call<Runtime>;

const VERSION: ModelVersionId = ModelVersionId { model: 0, version: 0 };
const COMMITMENT: InputCommitment = InputCommitment([1; 32]);
/// Bonds of the recipients of an encrypted payload, which may name so many.
const RECIPIENTS: u32 = 16;

/// k of the Halo2 circuit.
const HALO2_K: u8 = 10;
const TABLE: &[u8] = include_bytes!("../../../pallets/verifier/generators/table.bin");
const LAGRANGE: &[u8] = include_bytes!("../../../pallets/verifier/generators/lagrange.bin");

/// One call that a block is filled with.
pub struct Case {
    /// The call.
    pub name: &'static str,
    /// The account that signs its extrinsics.
    pub signer: Sr25519Keyring,
    /// More than fit into a block.
    pub most: u32,
    /// Puts into storage what so many extrinsics need.
    pub prepare: fn(u32),
    /// The call of an extrinsic, by its number.
    pub call: fn(u32) -> RuntimeCall,
}

/// Each of the heaviest calls.
pub fn all() -> Vec<Case> {
    vec![
        Case {
            name: "register_model, groth16",
            signer: Charlie,
            most: 4_000,
            prepare: |_| (),
            call: |index| register_call(another_groth16_key(index)),
        },
        Case {
            name: "register_model, halo2",
            signer: Charlie,
            most: 4_000,
            prepare: |_| upload_generators(),
            call: |index| {
                register_call(VerifyingKey::Halo2(BoundedVec::truncate_from(dearest::key(index))))
            },
        },
        Case {
            name: "request, public",
            signer: Charlie,
            most: 8_000,
            prepare: |_| register(groth16_key()),
            call: |_| request(Payload::Public(most_bytes()), None),
        },
        Case {
            name: "request, encrypted",
            signer: Charlie,
            most: 4_000,
            prepare: |_| {
                register(groth16_key());
                bond_recipients();
            },
            call: |_| {
                let payload = Payload::Encrypted {
                    recipients: BoundedVec::truncate_from((0..RECIPIENTS).map(recipient).collect()),
                    ciphertext: most_bytes(),
                };
                request(
                    payload,
                    Some(BoundedVec::truncate_from((0..RECIPIENTS).map(account).collect())),
                )
            },
        },
        Case {
            name: "claim",
            signer: Bob,
            most: 8_000,
            prepare: |jobs| {
                register(groth16_key());
                bond();
                open(jobs);
            },
            call: |index| {
                let job = JobId::from(index);
                call(Call::claim { job, terms_hash: terms(job) })
            },
        },
        Case {
            name: "submit, groth16",
            signer: Bob,
            most: 1_500,
            prepare: |jobs| claimed(jobs, groth16_key()),
            call: |index| submit(index, groth16_proof()),
        },
        Case {
            name: "submit, halo2",
            signer: Bob,
            most: 1_500,
            prepare: |jobs| claimed(jobs, halo2_key()),
            call: |index| submit(index, halo2_proof()),
        },
        Case {
            name: "submit_batch, groth16",
            signer: Bob,
            most: 100,
            prepare: |batches| claimed(batches * batch_size(), groth16_key()),
            call: |index| submit_batch(index, &groth16_proof()),
        },
        Case {
            name: "submit_batch, halo2",
            signer: Bob,
            most: 100,
            prepare: |batches| claimed(batches * batch_size(), halo2_key()),
            call: |index| submit_batch(index, &halo2_proof()),
        },
        Case {
            name: "attest, groth16",
            signer: Bob,
            most: 1_500,
            prepare: |_| {
                register(groth16_key());
                bond();
            },
            call: |index| {
                call(Call::attest {
                    version: VERSION,
                    vk_hash: groth16_key().hash(),
                    nonce: index.into(),
                    input_commitment: COMMITMENT,
                    output: Output::Class(0),
                    proof: groth16_proof(),
                })
            },
        },
        Case {
            name: "expire",
            signer: Charlie,
            most: 8_000,
            prepare: |jobs| {
                claimed(jobs, groth16_key());
                overdue(jobs);
            },
            call: |index| call(Call::expire { job: index.into() }),
        },
    ]
}

fn call(call: Call) -> RuntimeCall {
    RuntimeCall::Inference(call)
}

fn origin(who: Sr25519Keyring) -> RuntimeOrigin {
    RuntimeOrigin::signed(who.to_account_id())
}

fn request(payload: PayloadOf<Runtime>, provers: Option<ProverList<Runtime>>) -> RuntimeCall {
    call(Call::request {
        version: VERSION,
        input_commitment: COMMITMENT,
        payload,
        reward: 2 * UNIT,
        max_price: UNIT,
        deadline: deadline(),
        provers,
    })
}

fn deadline() -> u32 {
    NUMBER + 100
}

fn register_call(key: VerifyingKey) -> RuntimeCall {
    let trust = trust(&key);
    call(Call::register_model {
        model_hash: ModelHash([1; 32]),
        manifest_hash: ManifestHash([2; 32]),
        verifying_key: Box::new(key),
        trust,
        visibility: Visibility::Open,
        price: UNIT,
        allowed_provers: None,
    })
}

fn submit(job: u32, proof: Proof) -> RuntimeCall {
    let job = JobId::from(job);
    call(Call::submit { job, terms_hash: terms(job), output: Output::Class(0), proof })
}

/// As many proofs as a batch may have.
fn submit_batch(number: u32, proof: &Proof) -> RuntimeCall {
    let jobs = (number * batch_size()..).map(JobId::from).take(batch_size() as usize);
    let item = |job| BatchItem {
        job,
        terms_hash: terms(job),
        output: Output::Class(0),
        proof: proof.clone(),
    };
    call(Call::submit_batch { batch: BoundedVec::truncate_from(jobs.map(item).collect()) })
}

fn batch_size() -> u32 {
    <<Runtime as pallet_inference::Config>::MaxBatch as sp_core::Get<u32>>::get()
}

/// Registers a model of this key, and what its proofs need.
fn register(key: VerifyingKey) {
    if let VerifyingKey::Halo2(_) = key {
        upload_generators();
    }
    let trust = trust(&key);
    Inference::register_model(
        origin(Sr25519Keyring::Alice),
        ModelHash([1; 32]),
        ManifestHash([2; 32]),
        Box::new(key),
        trust,
        Visibility::Open,
        UNIT,
        None,
    )
    .expect("a model");
}

fn trust(key: &VerifyingKey) -> Trust {
    match key {
        VerifyingKey::Groth16(_) => Trust::Ceremony,
        VerifyingKey::Halo2(_) => Trust::Transparent,
    }
}

/// The generators for 2^[`HALO2_K`] rows.
fn upload_generators() {
    let points = |bytes: &[u8]| bytes.to_vec();
    let chunk = TABLE.get(..CHUNK_LEN).map(points).expect("a chunk");
    let skipped: usize = (MIN_K..HALO2_K).map(lagrange_rows).sum();
    let lagrange = LAGRANGE.get(skipped * POINT_LEN..).map(points).expect("points");
    for generators in [
        Generators::Chunk { index: 0, points: BoundedVec::truncate_from(chunk) },
        Generators::Lagrange {
            k: HALO2_K,
            points: BoundedVec::truncate_from(
                lagrange[..lagrange_rows(HALO2_K) * POINT_LEN].to_vec(),
            ),
        },
    ] {
        Inference::upload_generators(origin(Sr25519Keyring::Alice), Box::new(generators))
            .expect("generators");
    }
}

fn bond() {
    Inference::bond(origin(Bob), 500_000 * UNIT).expect("a bond");
}

/// Open jobs with the longest payload, directed to Bob so that they end when they fail.
fn open(jobs: u32) {
    for _ in 0..jobs {
        let (payload, provers) =
            (Payload::Public(most_bytes()), BoundedVec::truncate_from(vec![Bob.to_account_id()]));
        let made = Inference::request(
            origin(Charlie),
            VERSION,
            COMMITMENT,
            payload,
            2 * UNIT,
            UNIT,
            deadline(),
            Some(provers),
        );
        made.expect("a job");
    }
}

fn claimed(jobs: u32, key: VerifyingKey) {
    register(key);
    bond();
    open(jobs);
    for job in 0..JobId::from(jobs) {
        Inference::claim(origin(Bob), job, terms(job)).expect("a claim");
    }
}

/// The claims' time and grace are over.
fn overdue(jobs: u32) {
    for job in 0..JobId::from(jobs) {
        pallet_inference::Jobs::<Runtime>::mutate(job, |job| {
            if let Some(JobState::Claimed { until, last, .. }) =
                job.as_mut().map(|job| &mut job.state)
            {
                (*until, *last) = (0, 0);
            }
        });
    }
}

fn terms(job: JobId) -> TermsHash {
    pallet_inference::Jobs::<Runtime>::get(job).expect("a job").terms_hash
}

fn account(index: u32) -> AccountId {
    AccountId::new(sp_io::hashing::blake2_256(&("recipient", index).encode()))
}

fn encryption_key(index: u32) -> EncryptionKey {
    let mut bytes = [9u8; 32];
    bytes[..4].copy_from_slice(&index.to_le_bytes());
    EncryptionKey(bytes)
}

fn recipient(index: u32) -> Recipient {
    Recipient { encryption_key: encryption_key(index), encapsulated: [1; 32], wrapped_key: [2; 48] }
}

fn bond_recipients() {
    for index in 0..RECIPIENTS {
        let who = account(index);
        zkinfer_runtime::Balances::transfer_allow_death(
            origin(Sr25519Keyring::Dave),
            who.clone().into(),
            100 * UNIT,
        )
        .expect("a transfer");
        let origin = RuntimeOrigin::signed(who);
        Inference::bond(origin.clone(), 50 * UNIT).expect("a bond");
        Inference::set_encryption_key(origin, Some(encryption_key(index))).expect("a key");
    }
}

fn most_bytes() -> BoundedVec<u8, <Runtime as pallet_inference::Config>::MaxPayload> {
    let most = <<Runtime as pallet_inference::Config>::MaxPayload as sp_core::Get<u32>>::get();
    BoundedVec::truncate_from(vec![7; most as usize])
}

/// Key and proof of the MNIST network.
fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/groth16/mnist.json")).expect("JSON")
}

fn groth16_key() -> VerifyingKey {
    VerifyingKey::Groth16(bytes(&vectors()["keys"][0]["verifying_key"]))
}

/// A valid key for each number: each of the four points of its public inputs is drawn from other
/// points of the vectors' proofs.
fn another_groth16_key(number: u32) -> VerifyingKey {
    let VerifyingKey::Groth16(mut key) = groth16_key() else { panic!("a Groth16 key") };
    let proofs = vectors()["proofs"].as_array().expect("proofs").clone();
    let proofs: Vec<[u8; 192]> = proofs.iter().map(|proof| bytes(&proof["proof"])).collect();
    // A and C of each.
    let points: Vec<&[u8]> =
        proofs.iter().flat_map(|proof| [&proof[..48], &proof[144..]]).collect();
    let choices = points.len() / 4;
    let mut rest = number as usize;
    for (to, from) in key.rchunks_mut(48).zip(points.chunks_exact(choices).take(4)) {
        to.copy_from_slice(from[rest % choices]);
        rest /= choices;
    }
    VerifyingKey::Groth16(key)
}

fn groth16_proof() -> Proof {
    Proof::Groth16(bytes(&vectors()["proofs"][0]["proof"]))
}

/// As dear a key, and as long a proof, as the bounds allow.
fn halo2_key() -> VerifyingKey {
    let key = include_bytes!("../../../pallets/inference/src/benchmarking/fixture/large.key");
    VerifyingKey::Halo2(BoundedVec::truncate_from(key.to_vec()))
}

fn halo2_proof() -> Proof {
    let proof =
        include_bytes!("../../../pallets/inference/src/benchmarking/fixture/large.attested");
    Proof::Halo2 { k: HALO2_K, bytes: BoundedVec::truncate_from(proof.to_vec()) }
}

fn bytes<const N: usize>(value: &Value) -> [u8; N] {
    let text = value.as_str().expect("hexadecimal text");
    let bytes: Vec<u8> =
        sp_core::bytes::from_hex(&format!("0x{text}")).expect("hexadecimal digits");
    bytes.try_into().expect("the vector's length")
}
