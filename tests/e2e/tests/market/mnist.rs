//! The digit: the MNIST network on a PNG.

use zkinfer_e2e::{
    binaries,
    market::{Market, PRICE, REWARD, amount, number},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_digit_is_proved_and_paid() {
    let market = Market::empty().await;
    let vectors = binaries::checkout("tests/vectors/mnist");
    let (onnx, digit) = (vectors.join("mnist-cnn.onnx"), vectors.join("digit-7.png"));
    let (onnx, digit) = (onnx.to_str().expect("a path"), digit.to_str().expect("a path"));
    market.client.run(&["model", "import", onnx, "--out", ".", "--stem", "mnist"]);
    market.client.run(&["keys", "setup", "mnist.zkm", "--out", "."]);
    let model = market.register("mnist").to_string();
    market.bond(&market.prover);
    let (owner, prover) =
        (market.balances(&market.owner).await, market.balances(&market.prover).await);

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

    let claim = market.client.chain(&market.prover, &["claim", &job, "--model", "mnist.zkm"]);
    let submit = ["submit", &job, "--model", "mnist.zkm", "--pk", "mnist.pk"];
    let submit = market.client.chain(&market.prover, &submit);
    assert_eq!(number(&submit, "proof_bytes"), 192);
    let result = market.client.run(&["chain", "result", &job, "--manifest", "mnist.manifest.json"]);
    assert_eq!((number(&result, "class"), result["label"].as_str()), (7, Some("7")));

    let fees = amount(&claim, "fee") + amount(&submit, "fee");
    assert_eq!(
        market.balances(&market.prover).await.total(),
        prover.total() - fees + REWARD - PRICE
    );
    assert_eq!(market.balances(&market.owner).await.total(), owner.total() + PRICE);
}
