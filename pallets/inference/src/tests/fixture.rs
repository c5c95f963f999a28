//! The benchmarks' fixture: made here, and checked to be what is made.
//!
//! `ZKINFER_WRITE_FIXTURE=1 cargo test -p pallet-inference fixture` writes it again.

use codec::Encode;
use zkinfer_primitives::{
    Proof, Purpose, VerifyingKey, blake2b_256,
    statement::{Context, public_inputs},
};
use zkinfer_verifier::{
    backend::Native,
    halo2::{
        generators::Generators,
        key::{PreparedVerifyingKey, VerifyingKey as Halo2Key},
        statement::{MAX_NODES, MAX_PROOF_LEN},
        verify::{self, Statement},
    },
};

use crate::{
    benchmarking::fixture::{self, Fixture, K, PROOFS},
    mock::{
        Account,
        prover::{Setup, groth16_bytes, halo2, halo2_bytes},
    },
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/benchmarking/fixture");

/// Unread columns and nodes of the most expensive key: its proof, its gates and its encoding are as
/// long as the bounds allow.
const ADVICE: usize = 205;
const FIXED: usize = 235;
const NODES: usize = MAX_NODES - 10;

/// The account that `frame_benchmarking::account` makes of the name.
fn prover() -> Account {
    Account::new(blake2b_256(&(fixture::PROVER, 0u32, 0u32).encode()))
}

fn constant(doc: &str, name: &str, bytes: &[u8]) -> String {
    let lines: Vec<_> = bytes
        .chunks(16)
        .map(|line| line.iter().map(|byte| format!("0x{byte:02x}")).collect::<Vec<_>>().join(", "))
        .collect();
    let body = lines.join(",\n    ");
    format!(
        "/// {doc}\n#[rustfmt::skip]\npub const {name}: [u8; {}] = [\n    {body},\n];\n",
        bytes.len()
    )
}

fn context(key: &VerifyingKey, purpose: Purpose) -> Context<Account> {
    Context {
        genesis_hash: fixture::GENESIS_HASH,
        vk_hash: key.hash(),
        version: fixture::VERSION,
        purpose,
        prover: prover(),
    }
}

const JOB: Purpose = Purpose::Job(fixture::TERMS_HASH);
const ATTESTATION: Purpose = Purpose::Attest(fixture::NONCE);

fn inputs(key: &VerifyingKey, purpose: Purpose) -> [[u8; 32]; 3] {
    public_inputs(&fixture::COMMITMENT, &fixture::OUTPUT, &context(key, purpose)).unwrap()
}

fn writes() -> bool {
    std::env::var_os("ZKINFER_WRITE_FIXTURE").is_some()
}

#[test]
fn the_fixture_is_what_the_toy_prover_makes() {
    let setup = Setup::new(3);
    let VerifyingKey::Groth16(key) = setup.key() else { panic!("a Groth16 key") };
    let prove = |purpose| {
        let context = context(&setup.key(), purpose);
        groth16_bytes(&setup.prove(&fixture::COMMITMENT, &fixture::OUTPUT, &context))
    };
    let (proof, attested) = (prove(JOB), prove(ATTESTATION));
    if writes() {
        let head = "//! Written by the test `the_fixture_is_what_the_toy_prover_makes`.\n\n";
        let key = constant("The verifying key.", "KEY", &key);
        let proof = constant("A proof of the job's statement under it.", "PROOF", &proof);
        let attested = constant("A proof of the attestation's.", "ATTESTED", &attested);
        std::fs::write(format!("{FOLDER}/bytes.rs"), format!("{head}{key}\n{proof}\n{attested}"))
            .unwrap();
        return;
    }
    let same = Fixture::Groth16.key() == VerifyingKey::Groth16(key)
        && Fixture::Groth16.proof(0) == Proof::Groth16(proof)
        && Fixture::Groth16.attested() == Proof::Groth16(attested);
    assert!(same, "write the fixture again: {}", file!());
}

/// Writes a Halo2 fixture, or compares its key. Proofs are not compared but verified, below.
fn make<const A: usize, const F: usize, const N: usize>(
    name: &str,
    fixture: Fixture,
    proofs: usize,
) {
    let setup = halo2::Setup::new::<A, F, N>(3, K);
    let key = setup.key();
    if !writes() {
        assert!(fixture.key() == key, "write the fixture again: {}", file!());
        return;
    }
    let prove =
        |purpose, number| halo2_bytes(&setup.prove::<A, F, N>(&inputs(&key, purpose), number));
    let of_job: Vec<u8> = (0..proofs as u64).flat_map(|number| prove(JOB, number)).collect();
    let VerifyingKey::Halo2(key) = &key else { panic!("a Halo2 key") };
    for (kind, bytes) in
        [("key", &key[..]), ("proofs", &of_job), ("attested", &prove(ATTESTATION, 99))]
    {
        std::fs::write(format!("{FOLDER}/{name}.{kind}"), bytes).unwrap();
    }
}

#[test]
fn the_small_fixture_of_halo2_is_what_the_toy_prover_makes() {
    make::<0, 0, 0>("small", Fixture::Small, 1);
}

#[test]
fn the_large_fixture_of_halo2_is_what_the_toy_prover_makes() {
    make::<ADVICE, FIXED, NODES>("large", Fixture::Large, 32);
}

#[test]
fn the_key_that_is_the_dearest_to_register_is_valid_and_reaches_the_bounds() {
    let VerifyingKey::Halo2(bytes) = fixture::dearest_to_register() else { panic!("a Halo2 key") };
    let key = zkinfer_verifier::halo2::statement::decode(&bytes, K).unwrap();
    let nodes: usize = key.layout().description().gates.iter().map(|gate| gate.nodes().len()).sum();
    assert_eq!(nodes, MAX_NODES);
    let most = zkinfer_primitives::proof::HALO2_MAX_VK_LEN as usize;
    assert!((most - 32..=most).contains(&bytes.len()), "{}: another column fits", bytes.len());
    // The text that the digest hashes is longer than that of the key that is the most expensive to
    // verify under.
    let VerifyingKey::Halo2(large) = Fixture::Large.key() else { panic!("a Halo2 key") };
    let text = |key: &Halo2Key| {
        let mut text = String::new();
        zkinfer_verifier::halo2::pinned::write(key, &mut text).unwrap();
        text.len()
    };
    assert!(text(&key) > text(&Halo2Key::decode(&large).unwrap()));
    assert!(key.fixed().len() > Halo2Key::decode(&large).unwrap().fixed().len());
}

struct Table;

impl Generators for Table {
    fn chunk(&self, index: u32) -> Option<std::borrow::Cow<'_, [u8]>> {
        Some(fixture::table_chunk(index).into())
    }

    fn lagrange(&self, k: u8) -> Option<std::borrow::Cow<'_, [u8]>> {
        Some(fixture::lagrange(k).into())
    }
}

#[test]
fn the_fixtures_of_halo2_hold_and_reach_the_bounds() {
    if writes() {
        return;
    }
    for fixture in [Fixture::Small, Fixture::Large] {
        let key = fixture.key();
        let VerifyingKey::Halo2(bytes) = &key else { panic!("a Halo2 key") };
        let prepared = PreparedVerifyingKey::prepare(Halo2Key::decode(bytes).unwrap());
        let check = |proofs: &[Proof], purpose| {
            let inputs = inputs(&key, purpose);
            let instances = &[&inputs[..]];
            let proofs: Vec<_> = proofs.iter().map(halo2_bytes).collect();
            let statements: Vec<_> =
                proofs.iter().map(|proof| Statement { key: &prepared, instances, proof }).collect();
            assert_eq!(verify::verify_batch::<Native, _>(&statements, &Table), Ok(()));
        };
        let count = if fixture == Fixture::Large { PROOFS } else { 1 };
        check(&(0..count).map(|index| fixture.proof(index)).collect::<Vec<_>>(), JOB);
        check(&[fixture.attested()], ATTESTATION);
    }
    let VerifyingKey::Halo2(key) = Fixture::Large.key() else { panic!("a Halo2 key") };
    let most = zkinfer_primitives::proof::HALO2_MAX_VK_LEN as usize;
    assert!((most - 768..=most).contains(&key.len()), "{}", key.len());
    let longest = fixture::LONGEST;
    assert!((MAX_PROOF_LEN - 256..=MAX_PROOF_LEN).contains(&longest), "{longest}");
    let distinct: std::collections::BTreeSet<_> =
        (0..PROOFS).map(|index| halo2_bytes(&Fixture::Large.proof(index))).collect();
    assert!(distinct.len() == 32 && PROOFS == 32, "{}", distinct.len());
}
