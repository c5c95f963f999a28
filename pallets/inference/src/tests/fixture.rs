//! The benchmarks' fixture: made here, and checked to be what is made.
//!
//! `ZKINFER_WRITE_FIXTURE=1 cargo test -p pallet-inference fixture` writes it again.

use codec::Encode;
use zkinfer_primitives::{Proof, Purpose, VerifyingKey, blake2b_256, statement::Context};

use crate::{
    benchmarking::fixture,
    mock::{Account, prover::{Setup, groth16_bytes}},
};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/benchmarking/fixture/bytes.rs");

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
    format!("/// {doc}\n#[rustfmt::skip]\npub const {name}: [u8; {}] = [\n    {body},\n];\n", bytes.len())
}

#[test]
fn the_fixture_is_what_the_toy_prover_makes() {
    let setup = Setup::new(3);
    let VerifyingKey::Groth16(key) = setup.key() else { panic!("a Groth16 key") };
    let prove = |purpose| {
        let context = Context {
            genesis_hash: fixture::GENESIS_HASH,
            vk_hash: setup.key().hash(),
            version: fixture::VERSION,
            purpose,
            prover: prover(),
        };
        groth16_bytes(&setup.prove(&fixture::COMMITMENT, &fixture::OUTPUT, &context))
    };
    let proof = prove(Purpose::Job(fixture::TERMS_HASH));
    let attested = prove(Purpose::Attest(fixture::NONCE));
    if std::env::var_os("ZKINFER_WRITE_FIXTURE").is_some() {
        let head = "//! Written by the test `the_fixture_is_what_the_toy_prover_makes`.\n\n";
        let key = constant("The verifying key.", "KEY", &key);
        let proof = constant("A proof of the job's statement under it.", "PROOF", &proof);
        let attested = constant("A proof of the attestation's.", "ATTESTED", &attested);
        std::fs::write(PATH, format!("{head}{key}\n{proof}\n{attested}")).unwrap();
        return;
    }
    let same = key == fixture::KEY && proof == fixture::PROOF && attested == fixture::ATTESTED;
    assert!(same, "write the fixture again: {}", file!());
}
