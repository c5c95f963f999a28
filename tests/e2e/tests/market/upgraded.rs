//! A chain whose runtime is replaced while jobs run: what was begun under the old one is finished
//! under the new one.
//!
//! The chain starts from `tests/vectors/runtime/zkinfer-100.wasm`, whose storage has version 1. The
//! client does not speak to it: what is asked there is asked by raw extrinsics.

use std::process::Command;

use serde_json::Value as Json;
use subxt::{dynamic::Value, ext::scale_value::Composite};
use zkinfer_e2e::{
    binaries,
    chain::Outcome,
    market::{BOND, Job, Market, PRICE, REWARD, amount, bytes, number},
    node::Node,
};

/// Blocks for which a job of the old runtime runs: of its `MaxJobBlocks`, enough for everything
/// here.
const RUNS: u64 = 500;

/// The specification of the node's development chain.
fn specification() -> Json {
    let mut export = Command::new(binaries::node());
    let output =
        export.args(["export-chain-spec", "--chain", "dev"]).output().expect("the node runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("a specification is JSON")
}

/// The runtime in a specification's genesis.
fn code(specification: &mut Json) -> &mut Json {
    &mut specification["genesis"]["runtimeGenesis"]["code"]
}

/// A development chain of the old runtime, and the code of the node's own.
async fn old_chain() -> (Market, Vec<u8>) {
    let directory = tempfile::TempDir::new().expect("a temporary directory");
    let path = directory.path().join("old.json");
    let mut specification = specification();
    let new =
        hex::decode(code(&mut specification).as_str().expect("code").trim_start_matches("0x"));
    let old = std::fs::read(binaries::checkout("tests/vectors/runtime/zkinfer-100.wasm"))
        .expect("the old runtime");
    *code(&mut specification) = format!("0x{}", hex::encode(old)).into();
    // The old runtime knows no generators.
    let genesis = specification["genesis"]["runtimeGenesis"].as_object_mut().expect("a genesis");
    let patch = genesis.values_mut().find_map(|value| value.as_object_mut()).expect("a patch");
    patch.remove("inference").expect("the node puts generators into its genesis");
    std::fs::write(&path, specification.to_string()).expect("the specification can be written");
    let node = tokio::task::block_in_place(|| Node::of_chain(&path));
    let url = node.url().to_owned();
    (Market::on(&url, node).await, new.expect("code is hex"))
}

fn none() -> Value {
    Value::unnamed_variant("None", [])
}

/// A call of the old runtime's inference pallet, which must succeed.
async fn call(market: &Market, signer: &str, name: &str, arguments: Vec<(&str, Value)>) -> Outcome {
    let outcome = market.chain.send(signer, "Inference", name, Composite::named(arguments)).await;
    assert!(outcome.error.is_none(), "{name}: {outcome:#?}");
    outcome
}

/// Registers the model `small` and bonds the prover, by the old runtime.
async fn begin(market: &mut Market) {
    market.model("small", 1);
    let key = std::fs::read(market.client.path("small.vk")).expect("the client wrote it");
    let inspected = market.client.run(&["keys", "inspect", "small.pk"]);
    let manifest = commit(market, 0).1;
    let arguments = vec![
        ("model_hash", Value::from_bytes(bytes(&inspected["proving_key"], "model_hash"))),
        ("manifest_hash", Value::from_bytes(manifest)),
        // A key's file is its SCALE encoding: a byte for the system, and the key.
        ("verifying_key", Value::unnamed_variant("Groth16", [Value::from_bytes(&key[1..])])),
        ("trust", Value::unnamed_variant("SingleSetup", [])),
        ("visibility", Value::unnamed_variant("Open", [])),
        ("price", Value::u128(PRICE)),
        ("allowed_provers", none()),
    ];
    call(market, &market.owner, "register_model", arguments).await;
    market.small = 0;
    call(market, &market.prover, "bond", vec![("amount", Value::u128(BOND))]).await;
}

/// Commits to an input. Returns the opening's file, the manifest's hash and the commitment.
fn commit(market: &Market, seed: usize) -> (String, Vec<u8>, Vec<u8>) {
    let opening = market.commit("small", seed);
    let again = format!("again-{seed}.opening");
    let integers = format!("small-{seed}.json");
    let arguments =
        ["commit", "--manifest", "small.manifest.json", "--integers", &integers, "--out", &again];
    let summary = market.client.run(&arguments);
    // Each commitment has a blinder of its own: the opening is that of this one.
    std::fs::rename(market.client.path(&again), market.client.path(&opening))
        .expect("both are there");
    (opening, bytes(&summary, "manifest_hash"), bytes(&summary, "commitment"))
}

/// Asks the old runtime, with the input on chain when it is `public`.
async fn ask(market: &Market, seed: usize, public: bool) -> Job {
    let (opening, _, commitment) = commit(market, seed);
    let payload = if public {
        let input = std::fs::read(market.client.path(&opening)).expect("the opening is written");
        Value::unnamed_variant("Public", [Value::from_bytes(input)])
    } else {
        none()
    };
    let deadline = market.chain.block().await + RUNS;
    let version = [("model", Value::u128(market.small.into())), ("version", Value::u128(0))];
    let arguments = vec![
        ("version", Value::named_composite(version)),
        ("input_commitment", Value::from_bytes(commitment)),
        ("payload", payload),
        ("reward", Value::u128(REWARD)),
        ("max_price", Value::u128(PRICE)),
        ("deadline", Value::u128(deadline.into())),
        ("provers", none()),
    ];
    let outcome = call(market, &market.requester, "request", arguments).await;
    let requested = outcome.event("Inference.JobRequested");
    Job {
        number: u64::try_from(requested.number("job")).expect("a job's number"),
        terms_hash: requested.bytes("terms_hash"),
        deadline,
        block: outcome.block,
        fee: outcome.fee,
        opening,
        stem: "small".into(),
    }
}

/// Claims a job by the old runtime; returns what the claim locks.
async fn claim(market: &Market, job: &Job) -> u128 {
    let terms = Value::from_bytes(job.terms_hash);
    let arguments = vec![("job", Value::u128(job.number.into())), ("terms_hash", terms)];
    let outcome = call(market, &market.prover, "claim", arguments).await;
    outcome.event("Inference.JobClaimed").number("lock")
}

/// Replaces the runtime, and returns the block in which its migration was done.
async fn upgrade(market: &Market, code: &[u8]) -> u64 {
    let set_code = Value::named_variant("set_code", [("code", Value::from_bytes(code))]);
    let call = Value::unnamed_variant("System", [set_code]);
    let outcome =
        market.chain.send("//Alice", "Sudo", "sudo", Composite::named([("call", call)])).await;
    assert!(outcome.has("System.CodeUpdated"), "{outcome:#?}");
    // What is sent now waits until everything is migrated.
    let remark = Composite::named([("remark", Value::from_bytes([1]))]);
    let waits = market.chain.send(&market.stranger, "System", "remark", remark);
    // Instant sealing makes no block that includes nothing: it has to be told to.
    let (waits, ()) = tokio::join!(waits, market.chain.advance_to(outcome.block + 1));
    assert!(waits.error.is_none(), "{waits:#?}");
    for block in outcome.block + 1..waits.block {
        let events = market.chain.events(block).await;
        if events.iter().any(|event| event.name == "Migrations.UpgradeCompleted") {
            return block;
        }
    }
    panic!("the migration was not done before a transaction, in block {}, was taken", waits.block);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_is_upgraded_while_jobs_run_and_they_are_finished() {
    let (mut market, code) = old_chain().await;
    begin(&mut market).await;

    // A claim that fails before the upgrade.
    let late = ask(&market, 1, false).await;
    let lock = claim(&market, &late).await;
    market.chain.advance_to(market.chain.block().await + 60).await;
    // One that the prover still works on, and jobs that nobody has claimed.
    let claimed = ask(&market, 2, false).await;
    claim(&market, &claimed).await;
    let open = ask(&market, 3, false).await;
    let public = ask(&market, 4, true).await;
    let unwanted = ask(&market, 5, false).await;

    let names = [&market.owner, &market.prover, &market.requester].map(String::clone);
    let mut before = Vec::new();
    for name in &names {
        before.push(market.balances(name).await);
    }
    let key_deposit = before[0].held("Inference.KeyDeposit");
    assert!(key_deposit > 0 && before[0].held("Inference.ModelDeposit") > 0);
    let old = market.client.chain_fails(&market.prover, &["submit", "1", "--proof", "none.proof"]);
    assert!(
        old.stderr.contains("hint"),
        "the client says that the chain is too old for it: {}",
        old.stderr
    );

    let migrated = upgrade(&market, &code).await;
    for (name, before) in names.iter().zip(&before) {
        assert_eq!(
            market.balances(name).await,
            *before,
            "{name} has what it had, held for what it was"
        );
    }
    // The open jobs have new terms, and an event for each says so; the claimed ones keep theirs.
    let events = market.chain.events(migrated).await;
    let renewed = events.iter().filter(|event| event.name == "Inference.JobRedirected");
    let terms: std::collections::BTreeMap<_, _> =
        renewed.map(|event| (event.number("job"), event.bytes("terms_hash"))).collect();
    let numbers: Vec<_> = terms.keys().copied().collect();
    assert_eq!(numbers, [open.number, public.number, unwanted.number].map(u128::from));

    // The one that was claimed is answered on the terms that its prover had accepted.
    let (client, prover) = (&market.client, &market.prover);
    let files = ["--model", "small.zkm", "--pk", "small.pk"];
    let id = claimed.id();
    let submit = [&["submit", &id, "--opening", &claimed.opening][..], &files].concat();
    let submitted = client.chain(prover, &submit);
    assert_eq!(amount(&submitted, "paid"), REWARD - PRICE);
    let mut fees = amount(&submitted, "fee");

    // The open ones are claimed and answered as any other.
    let open = Job { terms_hash: terms[&u128::from(open.number)], ..open };
    fees += amount(&market.claim(prover, &open), "fee");
    let proof = market.prove(&open);
    let submitted = client.chain(prover, &["submit", &open.id(), "--proof", &proof.file]);
    fees += amount(&submitted, "fee");
    let result = client.run(&["chain", "result", &open.id(), "--manifest", "small.manifest.json"]);
    assert_eq!(
        (result["state"].as_str(), number(&result, "class")),
        (Some("completed"), proof.class.into())
    );
    fees += amount(
        &client.chain(prover, &["claim", &public.id(), "--manifest", "small.manifest.json"]),
        "fee",
    );
    fees += amount(&client.chain(prover, &[&["submit", &public.id()][..], &files].concat()), "fee");

    // The others end: one is taken back, and the failed claim costs its lock.
    let cancelled = client.chain(&market.requester, &["cancel", &unwanted.id()]);
    let expired = client.chain(&market.stranger, &["expire", &late.id()]);
    assert_eq!(number(&expired, "job"), late.number);
    let after = market.balances(&market.requester).await;
    assert_eq!(after.held("Inference.Escrow"), REWARD, "the late job is open again");
    let redirected = client.chain(&market.requester, &["cancel", &late.id()]);
    let costs = amount(&cancelled, "fee") + amount(&redirected, "fee") + 3 * REWARD;
    let after = market.balances(&market.requester).await;
    assert_eq!(after.total(), before[2].total() + lock - costs);
    assert_eq!(after.held("Inference.Escrow"), 0);
    let after = market.balances(prover).await;
    assert_eq!(after.total(), before[1].total() - lock - fees + 3 * (REWARD - PRICE));
    let stake = client.run(&["chain", "status", "prover", prover]);
    assert_eq!((amount(&stake, "bond"), amount(&stake, "locked")), (BOND - lock, 0));

    // The key's deposit came along with its version.
    let retired = client.chain(&market.owner, &["retire", "0", "--version", "0"]);
    let after = market.balances(&market.owner).await;
    assert_eq!(after.held("Inference.KeyDeposit"), 0);
    assert_eq!(after.total(), before[0].total() + 3 * PRICE - amount(&retired, "fee"));
    assert_eq!(after.held("Inference.ModelDeposit"), before[0].held("Inference.ModelDeposit"));
}
