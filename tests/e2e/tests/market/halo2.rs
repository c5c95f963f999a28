//! Features of Halo2 alone: generators, classes, keys that anybody can make again, and no private
//! models.

use zkinfer_e2e::{
    binaries,
    market::{BOND, Market, PRICE, REWARD, System, amount, number},
    serve::Serving,
};

/// The key's k.
fn k(market: &Market) -> u64 {
    number(&market.client.run(&["keys", "inspect", "small.vk"])["verifying_key"]["shape"], "k")
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_generators_cost_nobody_and_anybody_brings_them() {
    let market = Market::open_with(System::Halo2).await;
    let (job, k) = (market.request("small", market.small, 1, "+90", &[]), k(&market));
    market.claim(&market.prover, &job);
    let mut proof = market.prove(&job);
    let upload = ["upload-generators", "--k", &k.to_string()].map(str::to_owned);
    let upload = upload.each_ref().map(String::as_str);
    let idle = market.client.chain(&market.stranger, &upload);
    assert_eq!(
        (idle["chunks"].as_array().map(Vec::len), idle["lagrange"].as_bool()),
        (Some(0), Some(false))
    );

    let removed = market.chain.remove_generators(k).await;
    assert_eq!(removed, 2, "a chunk and the Lagrange points");
    let before = market.balances(&market.prover).await;
    let failure =
        market.client.chain_fails(&market.prover, &["submit", &job.id(), "--proof", &proof.file]);
    assert!(failure.stderr.contains(&format!("upload-generators --k {k}")), "{}", failure.stderr);
    assert_eq!(market.balances(&market.prover).await, before, "nothing was sent");
    // Whoever sends it all the same pays a fee; not even a false proof is slashed.
    proof.class = (proof.class + 1) % 3;
    let failed = market.submit(&market.prover, &job, &proof).await;
    assert_eq!(failed.error.as_deref(), Some("Inference::GeneratorsMissing"));
    assert_eq!(market.balances(&market.prover).await.held("Inference.ProverBond"), BOND);
    // Nor is another job of the version claimed, or the key registered again.
    let other = market.request("small", market.small, 2, "+90", &[]);
    let claim = ["claim", &other.id(), "--model", "small.zkm", "--opening", &other.opening];
    let failure = market.client.chain_fails(&market.prover, &claim);
    assert!(failure.stderr.to_lowercase().contains("generators"), "{}", failure.stderr);

    let uploaded = market.client.chain(&market.stranger, &upload);
    assert_eq!(uploaded["chunks"].as_array().map(Vec::len), Some(1));
    assert_eq!(uploaded["lagrange"], true);
    assert!(amount(&uploaded, "fees") > 0);
    let paid = market.client.chain(&market.prover, &["submit", &job.id(), "--proof", &proof.file]);
    assert_eq!(amount(&paid, "paid"), REWARD - PRICE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_another_class_is_an_error_and_not_a_slash() {
    let market = Market::open_with(System::Halo2).await;
    let job = market.request("small", market.small, 1, "+60", &[]);
    market.claim(&market.prover, &job);
    let proof = market.prove(&job);
    let before = market.balances(&market.prover).await;
    let groth16 = {
        let mut other = proof.clone();
        other.k = None;
        other.bytes = vec![0x5a; 192];
        other
    };
    let larger = {
        let mut other = proof.clone();
        other.k = proof.k.map(|k| k + 1);
        other
    };
    for (other, error) in [(groth16, "ProofSystemMismatch"), (larger, "CircuitSizeMismatch")] {
        assert_eq!(market.refused(&market.prover, &job, &other).await, error);
    }
    let after = market.balances(&market.prover).await;
    assert_eq!((after.total(), after.held("Inference.ProverBond")), (before.total(), BOND));
    let failure = {
        let json =
            std::fs::read_to_string(market.client.path(&proof.file)).expect("the proof is there");
        let k = proof.k.expect("Halo2");
        let other = json.replacen(&format!("\"k\": {k}"), &format!("\"k\": {}", k + 1), 1);
        std::fs::write(market.client.path("other.proof"), other).expect("can be written");
        market.client.chain_fails(&market.prover, &["submit", &job.id(), "--proof", "other.proof"])
    };
    assert!(
        failure.stderr.contains("not sent") && failure.stderr.contains("declares k"),
        "{}",
        failure.stderr
    );
    market.client.chain(&market.prover, &["submit", &job.id(), "--proof", &proof.file]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_on_chain_is_audited_against_the_model_file_by_anybody() {
    let market = Market::open_with(System::Halo2).await;
    let id = market.small.to_string();
    let audit = |model: &str| {
        ["keys", "audit", "--model", model, "--chain", "--model-id", &id].map(str::to_owned)
    };
    let report = market.client.run(&audit("small.zkm"));
    assert_eq!(
        (report["passed"].as_bool(), report["checks"].as_array().map(Vec::len)),
        (Some(true), Some(2))
    );
    market.model("other", 2);
    let failure = market.client.fail(&audit("other.zkm"));
    assert_eq!((failure.code, failure.json()["passed"].as_bool()), (Some(1), Some(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_groth16_key_on_chain_is_audited_with_its_transcript() {
    let market = Market::open().await;
    let id = market.small.to_string();
    let audit = ["keys", "audit", "--model", "small.zkm", "--chain", "--model-id", &id];
    let failure = market.client.fail(&audit);
    assert!(failure.stderr.contains("--transcript"), "{}", failure.stderr);
    let audit = [&audit[..], &["--transcript", "small.transcript"]].concat();
    // Without the proving key only the public part can be checked, which is not all that was asked
    // for.
    assert_eq!(market.client.fail(&audit).code, Some(3));
    assert_eq!(market.client.run(&[&audit[..], &["--public-part-only"]].concat())["passed"], true);
    let report = market.client.run(&[&audit[..], &["--pk", "small.pk"]].concat());
    assert_eq!((&report["passed"], report["verdict"].as_str()), (&true.into(), Some("passed")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_go_with_the_key_is_not_registered() {
    let market = Market::open_with(System::Halo2).await;
    std::fs::copy(market.client.path("small.zkm"), market.client.path("plain.zkm"))
        .expect("copied");
    let onnx =
        ["model", "import", "small.onnx", "--out", ".", "--input", "values", "--stem", "groth16"];
    market.client.run(&onnx);
    let register = |manifest: &str, trust: &str, visibility: &str| {
        let files =
            ["register", "--manifest", manifest, "--model", "small.zkm", "--vk", "small.vk"];
        let said = ["--trust", trust, "--visibility", visibility, "--price", "1 UNIT"];
        market.client.chain_fails(&market.owner, &[&files[..], &said[..]].concat()).stderr
    };
    for (manifest, trust, visibility, words) in [
        ("small.manifest.json", "transparent", "private", ["give them away", "--visibility open"]),
        (
            "small.manifest.json",
            "single-setup",
            "open",
            ["trust is not SingleSetup", "--trust transparent"],
        ),
        ("groth16.manifest.json", "transparent", "open", ["groth16-bls12-381", "keys setup"]),
    ] {
        let stderr = register(manifest, trust, visibility);
        words.iter().for_each(|word| assert!(stderr.contains(word), "{word} in {stderr}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opening_of_the_other_field_is_not_asked_for() {
    let market = Market::open_with(System::Halo2).await;
    let onnx =
        ["model", "import", "small.onnx", "--out", ".", "--input", "values", "--stem", "groth16"];
    market.client.run(&onnx);
    let opening = market.commit("groth16", 1);
    let id = market.small.to_string();
    let request =
        ["request", "--model-id", &id, "--opening", &opening, "--manifest", "small.manifest.json"];
    let terms = ["--payload", "none", "--reward", "5 UNIT", "--deadline", "+60"];
    let failure =
        market.client.chain_fails(&market.requester, &[&request[..], &terms[..]].concat());
    for word in [opening.as_str(), "groth16-bls12-381", "halo2-ipa-pasta", "commit"] {
        assert!(failure.stderr.contains(word), "{word} in {}", failure.stderr);
    }
    // Who could forge is said before anything is paid: nobody.
    let job = market.client.chain(&market.requester, &{
        let opening = market.commit("small", 1);
        let opening: &'static str = opening.leak();
        let request = [
            "request",
            "--model-id",
            &id,
            "--opening",
            opening,
            "--manifest",
            "small.manifest.json",
        ];
        [&request[..], &terms[..]].concat()
    });
    assert!(
        job["could_forge"].as_str().is_some_and(|text| text.contains("nobody could forge")),
        "{job:#}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_serving_prover_makes_its_keys_and_is_paid() {
    let market = Market::open_with(System::Halo2).await;
    let serving = Serving::start(
        &market.client,
        &market.prover,
        "state",
        &["--model", "small.zkm", "--pk", "small.vk"],
    );
    let paid = |status: &serde_json::Value| status["paid"].as_u64().unwrap_or_default();
    for seed in 1..=3 {
        market.request("small", market.small, seed, "+90", &["--payload", "public"]);
    }
    serving.until(&market.client, |status| paid(status) == 3);
    // Killed and started again, it makes the same keys and goes on.
    serving.kill();
    let serving = Serving::start(
        &market.client,
        &market.prover,
        "state",
        &["--model", "small.zkm", "--pk", "small.vk"],
    );
    market.request("small", market.small, 4, "+90", &["--payload", "public"]);
    serving.until(&market.client, |status| paid(status) == 4);
    assert_eq!(serving.terminate().code, Some(0));
    assert_eq!(market.balances(&market.prover).await.held("Inference.ProverBond"), BOND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digit_is_proved_and_paid_without_a_setup() {
    let mut market = Market::empty().await;
    market.system = System::Halo2;
    let vectors = binaries::checkout("tests/vectors/mnist");
    let (onnx, digit) = (vectors.join("mnist-cnn.onnx"), vectors.join("digit-7.png"));
    let (onnx, digit) = (onnx.to_str().expect("a path"), digit.to_str().expect("a path"));
    market.client.run(&["model", "import", onnx, "--out", ".", "--stem", "mnist"]);
    market.setup("mnist");
    let model = market.register("mnist").to_string();
    market.bond(&market.prover);
    let commit =
        ["commit", "--manifest", "mnist.manifest.json", "--image", digit, "--out", "digit.opening"];
    market.client.run(&commit);
    let request = [
        "request",
        "--model-id",
        &model,
        "--opening",
        "digit.opening",
        "--manifest",
        "mnist.manifest.json",
    ];
    let terms = ["--payload", "public", "--reward", "5 UNIT", "--deadline", "+100"];
    let request = market.client.chain(&market.requester, &[&request[..], &terms[..]].concat());
    let job = number(&request, "job").to_string();
    market.client.chain(&market.prover, &["claim", &job, "--model", "mnist.zkm"]);
    let submit = market.client.chain(&market.prover, &["submit", &job, "--model", "mnist.zkm"]);
    assert!(number(&submit, "proof_bytes") < 6_144);
    let result = market.client.run(&["chain", "result", &job, "--manifest", "mnist.manifest.json"]);
    assert_eq!((number(&result, "class"), result["label"].as_str()), (7, Some("7")));
}
