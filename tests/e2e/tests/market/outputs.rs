//! Answers that are not a class: the best classes, and values.

use serde_json::Value;
use zkinfer_e2e::{
    market::{Market, PRICE, REWARD, System, amount, number},
    with_both_systems,
};

with_both_systems!(
    the_best_classes_are_proved_and_read_by_rank,
    values_are_proved_and_read_as_real_numbers,
);

/// A market whose model `small` answers in this way, with the model's number.
async fn open(system: System, output: &str) -> (Market, u64) {
    let mut market = Market::empty().await;
    market.system = system;
    market.model_with("small", 1, &["--output", output]);
    let model = market.register("small");
    market.bond(&market.prover);
    (market, model)
}

fn result(market: &Market, job: &str) -> Value {
    market.client.run(&["chain", "result", job, "--manifest", "small.manifest.json"])
}

/// The classes of the best ones, in order.
fn classes(answer: &Value) -> Vec<u64> {
    let all = answer["top_classes"].as_array().expect("a list").iter().zip(1..);
    let one = |(best, rank): (&Value, u64)| {
        assert_eq!(
            (number(best, "rank"), best.get("class_name").is_some()),
            (rank, true),
            "{best}"
        );
        number(best, "class")
    };
    all.map(one).collect()
}

async fn the_best_classes_are_proved_and_read_by_rank(system: System) {
    let (market, model) = open(system, "top-k:2").await;
    let mut proofs = Vec::new();
    let mut jobs = Vec::new();
    for seed in 1..=2 {
        let job = market.request("small", model, seed, "+60", &[]);
        market.claim(&market.prover, &job);
        let file = market.prove_file(&job, &[]);
        let checked = market.client.run(&[
            "verify",
            "--vk",
            "small.vk",
            "--proof",
            &file,
            "--manifest",
            "small.manifest.json",
            "--opening",
            &job.opening,
        ]);
        assert_eq!(
            (checked["valid"].as_bool(), classes(&checked).len()),
            (Some(true), 2),
            "{checked:#}"
        );
        proofs.push(file);
        jobs.push((job, classes(&checked)));
    }
    // Another order of the same classes is another answer: the client does not send it.
    let good = std::fs::read_to_string(market.client.path(&proofs[0])).expect("the proof is there");
    let mut bad: Value = serde_json::from_str(&good).expect("JSON");
    bad["statement"]["top_classes"].as_array_mut().expect("a list").reverse();
    std::fs::write(market.client.path("bad.proof"), bad.to_string()).expect("written");
    let failure = market
        .client
        .chain_fails(&market.prover, &["submit", &jobs[0].0.id(), "--proof", "bad.proof"]);
    assert!(failure.stderr.contains("not sent"), "{failure:?}");

    let batch: Vec<&str> =
        ["submit-batch"].into_iter().chain(proofs.iter().map(String::as_str)).collect();
    let receipt = market.client.chain(&market.prover, &batch);
    assert_eq!(amount(&receipt, "paid"), 2 * (REWARD - PRICE));
    for (job, best) in &jobs {
        let read = result(&market, &job.id());
        assert_eq!(
            (classes(&read), read["state"].as_str()),
            (best.clone(), Some("completed")),
            "{read:#}"
        );
    }
}

async fn values_are_proved_and_read_as_real_numbers(system: System) {
    let (market, model) = open(system, "values").await;
    let before = market.balances(&market.prover).await;
    let job = market.request("small", model, 1, "+60", &[]);
    let claim = market.claim(&market.prover, &job);
    let options = market.prover_options("small");
    let mut submit = vec!["submit".to_owned(), job.id(), "--opening".into(), job.opening.clone()];
    submit.extend(options);
    let submit: Vec<&str> = submit.iter().map(String::as_str).collect();
    let receipt = market.client.chain(&market.prover, &submit);
    let fees = amount(&claim, "fee") + amount(&receipt, "fee");
    let after = market.balances(&market.prover).await;
    assert_eq!(after.total(), before.total() - fees + REWARD - PRICE);

    let read = result(&market, &job.id());
    let values = read["values"].as_array().expect("a list");
    assert_eq!(values.len(), 3, "{read:#}");
    let manifest =
        std::fs::read(market.client.path("small.manifest.json")).expect("the manifest is there");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    let scale = manifest["output"]["encoding"]["values"]["scale"].as_str().expect("a decimal");
    let scale: f64 = scale.parse().expect("a number");
    let sent = receipt["values"].as_array().expect("a list");
    for (index, (value, sent)) in values.iter().zip(sent).enumerate() {
        let integer = value["integer"].as_i64().expect("an integer");
        assert_eq!(
            (value["name"].as_str(), &sent["integer"]),
            (Some(&*index.to_string()), &value["integer"])
        );
        assert_eq!(value["real"].as_f64(), Some(scale * integer as f64));
    }
    // Without the manifest there are the integers alone.
    let bare = market.client.run(&["chain", "result", &job.id()]);
    assert!(
        bare["values"][0]["integer"].is_i64() && bare["values"][0].get("real").is_none(),
        "{bare:#}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_one_is_attested() {
    let (market, model) = open(System::Groth16, "top-k:1").await;
    let opening = market.commit("small", 1);
    let model = model.to_string();
    let options = market.prover_options("small");
    let mut attest = vec!["attest", "--model-id", &model, "--opening", &opening];
    attest.extend(options.iter().map(String::as_str));
    let attested = market.client.chain(&market.prover, &attest);
    let read = result(&market, &number(&attested, "receipt").to_string());
    assert_eq!(classes(&read).len(), 1, "{read:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_of_another_answer_is_refused_at_registration() {
    let market = Market::empty().await;
    market.model_with("small", 1, &["--output", "top-k:2"]);
    let file = market.client.path("small.manifest.json");
    let manifest = std::fs::read_to_string(&file).expect("the manifest is there");
    let other = manifest.replace(r#"{"top-class-indices-u32":{"k":2}}"#, "\"class-index-u32\"");
    assert_ne!(manifest, other);
    std::fs::write(&file, other).expect("written");
    let register = [
        "register",
        "--manifest",
        "small.manifest.json",
        "--model",
        "small.zkm",
        "--vk",
        "small.vk",
    ];
    let trust = ["--trust", "single-setup", "--visibility", "open", "--price", "1 UNIT"];
    let failure = market.client.chain_fails(&market.owner, &[&register[..], &trust[..]].concat());
    assert!(failure.stderr.contains("the 2 best of 3 classes"), "{failure:?}");
}
