//! A model's further versions, and retired ones.

use zkinfer_e2e::market::{Market, PRICE, REWARD, amount, number};

/// Adds a version to a model; returns the client's receipt.
fn update(market: &Market, model: u64, stem: &str) -> serde_json::Value {
    let (model, manifest) = (model.to_string(), format!("{stem}.manifest.json"));
    let (zkm, vk) = (format!("{stem}.zkm"), format!("{stem}.vk"));
    let files =
        ["update", "--model-id", &model, "--manifest", &manifest, "--model", &zkm, "--vk", &vk];
    let terms = ["--trust", "single-setup", "--visibility", "open", "--price", "2 UNIT"];
    market.client.chain(&market.owner, &[&files[..], &terms[..]].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_job_is_finished_on_its_version_while_a_newer_one_is_sold() {
    let market = Market::open().await;
    let model = market.small.to_string();
    let before = market.balances(&market.prover).await;
    let job = market.request("small", market.small, 1, "+100", &[]);
    let waiting = market.request("small", market.small, 2, "+100", &[]);
    let mut fees = amount(&market.claim(&market.prover, &job), "fee");

    market.model("other", 2);
    let updated = update(&market, market.small, "other");
    assert_eq!((number(&updated, "model"), number(&updated, "version")), (market.small, 1));
    let retired = market.client.chain(&market.owner, &["retire", &model, "--version", "0"]);
    assert_eq!(number(&retired, "version"), 0);
    let status = market.client.run(&["chain", "status", "model", &model]);
    assert_eq!(status["status"], "retired");
    assert_eq!(status["open_jobs"], serde_json::json!([waiting.number]));

    // Nothing new is bought on the retired version, and it stays retired.
    let opening = market.commit("small", 3);
    let request = [
        "request",
        "--model-id",
        &model,
        "--opening",
        &opening,
        "--manifest",
        "small.manifest.json",
    ];
    let terms = ["--payload", "none", "--reward", "5 UNIT", "--deadline", "+50"];
    let failure =
        market.client.chain_fails(&market.requester, &[&request[..], &terms[..]].concat());
    assert!(failure.stderr.contains("VersionRetired"), "{failure:?}");
    let again = market.client.chain_fails(&market.owner, &["retire", &model, "--version", "0"]);
    assert!(again.stderr.contains("VersionRetired"), "{again:?}");

    // Both jobs that run are answered by the version that they were bought for: one claimed before,
    // one after.
    let proof = market.prove(&job);
    fees += amount(
        &market.client.chain(&market.prover, &["submit", &job.id(), "--proof", &proof.file]),
        "fee",
    );
    fees += amount(&market.claim(&market.prover, &waiting), "fee");
    let proof = market.prove(&waiting);
    fees += amount(
        &market.client.chain(&market.prover, &["submit", &waiting.id(), "--proof", &proof.file]),
        "fee",
    );
    let after = market.balances(&market.prover).await;
    assert_eq!(after.total(), before.total() - fees + 2 * (REWARD - PRICE));
    let result =
        market.client.run(&["chain", "result", &job.id(), "--manifest", "small.manifest.json"]);
    assert_eq!(number(&result["receipt"]["version"], "version"), 0);

    // The new version answers under its own keys.
    let job = market.request(
        "other",
        market.small,
        1,
        "+100",
        &["--version", "1", "--max-price", "2 UNIT"],
    );
    market.claim(&market.prover, &job);
    let proof = market.prove(&job);
    let paid = market.client.chain(&market.prover, &["submit", &job.id(), "--proof", &proof.file]);
    assert_eq!(amount(&paid, "paid"), REWARD - 2 * PRICE);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_updates_and_retires() {
    let market = Market::open().await;
    let model = market.small.to_string();
    let retire = market.client.chain_fails(&market.stranger, &["retire", &model, "--version", "0"]);
    assert!(retire.stderr.contains("NotOwner") && retire.stderr.contains("hint"), "{retire:?}");
    let files = ["--manifest", "small.manifest.json", "--model", "small.zkm", "--vk", "small.vk"];
    let terms = ["--trust", "single-setup", "--visibility", "open", "--price", "1 UNIT"];
    let update = [&["update", "--model-id", &model][..], &files[..], &terms[..]].concat();
    let failure = market.client.chain_fails(&market.stranger, &update);
    assert!(failure.stderr.contains("NotOwner"), "{failure:?}");
    let update = [&["update", "--model-id", "4000000000"][..], &files[..], &terms[..]].concat();
    let failure = market.client.chain_fails(&market.owner, &update);
    assert!(failure.stderr.contains("ModelNotFound"), "{failure:?}");
}
