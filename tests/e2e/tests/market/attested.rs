//! Proofs without a job.

use subxt::{dynamic::Value, ext::scale_value::Composite};
use zkinfer_e2e::market::{BOND, Market, amount, bytes, number};

fn attest(market: &Market, more: &[&str]) -> serde_json::Value {
    let model = market.small.to_string();
    market.client.chain(&market.prover, &[&["attest", "--model-id", &model][..], more].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prover_attests_under_numbers_of_its_own() {
    let market = Market::open().await;
    let before = market.balances(&market.prover).await;
    let opening = market.commit("small", 1);
    let now = ["--model", "small.zkm", "--pk", "small.pk", "--opening", &opening];
    let first = attest(&market, &now);
    let second = attest(&market, &now);
    assert_ne!(first["nonce"], second["nonce"]);
    assert_ne!(first["receipt"], second["receipt"]);
    let after = market.balances(&market.prover).await;
    let fees = amount(&first, "fee") + amount(&second, "fee");
    assert_eq!(after.total(), before.total() - fees, "nothing is paid, nothing is lost");
    assert_eq!(after.held("Inference.ProverBond"), BOND);
    assert!(after.held("Inference.JobDeposit") > 0, "a receipt has its deposit: {after:?}");

    let receipt = number(&first, "receipt").to_string();
    let result =
        market.client.run(&["chain", "result", &receipt, "--manifest", "small.manifest.json"]);
    assert_eq!(result["class"], first["class"]);
    assert_eq!(result["receipt"]["purpose"], serde_json::json!({ "attest": first["nonce"] }));
    assert_eq!(result["receipt"]["hash"], first["receipt_hash"]);
    assert_eq!(result["checks"]["event_matches"], true);

    // A number that is used is refused before anything is proved.
    let used = number(&first, "nonce").to_string();
    let model = market.small.to_string();
    let again = [&["attest", "--model-id", &model, "--nonce", &used][..], &now[..]].concat();
    let failure = market.client.chain_fails(&market.prover, &again);
    assert!(failure.stderr.contains("has used the number"), "{failure:?}");
    let unbonded = [&["attest", "--model-id", &model][..], &now[..]].concat();
    let failure = market.client.chain_fails(&market.stranger, &unbonded);
    assert!(failure.stderr.contains("NotBonded"), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_false_attestation_is_not_sent_and_costs_when_it_is() {
    let market = Market::open().await;
    let opening = market.commit("small", 1);
    let status = market.client.run(&["chain", "status"]);
    let (model, genesis) =
        (market.small.to_string(), status["genesis_hash"].as_str().expect("a hash"));
    let prove = ["prove", "--model", "small.zkm", "--pk", "small.pk", "--opening", &opening];
    let context = ["--attest", "41", "--prover", &market.prover, "--genesis-hash", genesis];
    let binding = ["--model-id", &model, "--out", "a.proof"];
    market.client.run(&[&prove[..], &context[..], &binding[..]].concat());
    let file = market.client.path("a.proof");
    let good: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).expect("written")).expect("JSON");
    let class = number(&good["statement"], "class");

    let mut bad = good.clone();
    bad["statement"]["class"] = ((class + 1) % 3).into();
    std::fs::write(&file, bad.to_string()).expect("can be written");
    let before = market.balances(&market.prover).await;
    let arguments = ["attest", "--model-id", &model, "--proof", "a.proof"];
    let failure = market.client.chain_fails(&market.prover, &arguments);
    assert!(failure.stderr.contains("not sent"), "{failure:?}");
    assert_eq!(market.balances(&market.prover).await, before);

    let version = [("model", Value::u128(market.small.into())), ("version", Value::u128(0))];
    let arguments = Composite::named([
        ("version", Value::named_composite(version)),
        ("vk_hash", Value::from_bytes(bytes(&good["statement"]["context"], "vk_hash"))),
        ("nonce", Value::u128(41)),
        ("input_commitment", Value::from_bytes(bytes(&good["statement"], "input_commitment"))),
        ("output", Value::unnamed_variant("Class", [Value::u128(u128::from((class + 1) % 3))])),
        ("proof", Value::unnamed_variant("Groth16", [Value::from_bytes(bytes(&good, "proof"))])),
    ]);
    let outcome = market.chain.send(&market.prover, "Inference", "attest", arguments).await;
    assert_eq!(outcome.error, None, "the call succeeds, or the slash would be rolled back");
    let rejected = outcome.event("Inference.AttestationRejected");
    let least = market.chain.parameter("min_claim_bond").await;
    assert_eq!((rejected.number("slashed"), rejected.variant("reason")), (least, "DoesNotVerify"));
    let after = market.balances(&market.prover).await;
    assert_eq!(after.held("Inference.ProverBond"), BOND - least);
    assert_eq!(after.total(), before.total() - outcome.fee - least);

    // The true one is still good under its number.
    std::fs::write(&file, good.to_string()).expect("can be written");
    let attested = attest(&market, &["--proof", "a.proof"]);
    assert_eq!((number(&attested, "nonce"), number(&attested, "class")), (41, class));
}
