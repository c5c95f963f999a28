//! Refusals of the client before anything is sent, and their messages.

use zkinfer_e2e::{client::Client, market::Market};

/// An error is one line that names the fault, and a remedy.
fn says(stderr: &str, words: &[&str]) {
    let errors: Vec<_> = stderr.lines().filter(|line| line.contains("error:")).collect();
    assert_eq!(errors.len(), 1, "one line: {stderr}");
    words.iter().for_each(|word| assert!(errors[0].contains(word), "{word} in {}", errors[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_would_be_slashed_is_not_sent() {
    let market = Market::open().await;
    let job = market.request("small", market.small, 1, "+60", &[]);
    market.claim(&market.prover, &job);
    let proof = market.prove(&job);
    let before = (market.balances(&market.prover).await, market.chain.block().await);

    let file = market.client.path(&proof.file);
    let good = std::fs::read_to_string(&file).expect("the proof is there");
    let class = format!("\"class\": {}", proof.class);
    assert!(good.contains(&class), "{good}");
    let long = good.replacen("\"proof\": \"0x", "\"proof\": \"0x00", 1);
    for (bad, words) in [
        (
            good.replacen(&class, &format!("\"class\": {}", (proof.class + 1) % 3), 1),
            ["not sent", "slash"],
        ),
        (flip_last_digit(&good), ["not sent", "slash"]),
        (long, ["proof file", "193 bytes"]),
        (good[..good.len() / 2].to_owned(), ["proof file", "zkinfer prove"]),
    ] {
        std::fs::write(&file, &bad).expect("can be written");
        let failure = market
            .client
            .chain_fails(&market.prover, &["submit", &job.id(), "--proof", &proof.file]);
        says(&failure.stderr, &words);
        assert_eq!(failure.code, Some(1));
    }
    assert_eq!(
        (market.balances(&market.prover).await, market.chain.block().await),
        before,
        "nothing was sent"
    );

    std::fs::write(&file, good).expect("can be written");
    let failure =
        market.client.chain_fails(&market.stranger, &["submit", &job.id(), "--proof", &proof.file]);
    says(&failure.stderr, &["is claimed by", "hint"]);
    market.client.chain(&market.prover, &["submit", &job.id(), "--proof", &proof.file]);
    let failure =
        market.client.chain_fails(&market.prover, &["submit", &job.id(), "--proof", &proof.file]);
    says(&failure.stderr, &[&format!("job {} is over", job.number), "completed"]);
}

fn flip_last_digit(json: &str) -> String {
    let end = json.rfind("\"\n}").expect("the proof is the last field");
    let digit = json.as_bytes()[end - 1];
    let other = if digit == b'0' { '1' } else { '0' };
    format!("{}{other}{}", &json[..end - 1], &json[end..])
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_claimed_that_does_not_open() {
    let market = Market::open().await;
    let job = market.request("small", market.small, 1, "+60", &[]);
    let other = market.commit("small", 5);
    market.model("other", 2);
    let before = (market.balances(&market.prover).await, market.chain.block().await);
    let id = job.id();
    let claims: [(&[&str], &[&str]); 4] = [
        (&["claim", &id, "--model", "small.zkm", "--opening", &other], &["commits to", "hint"]),
        (&["claim", &id, "--model", "small.zkm"], &["not on chain", "--opening"]),
        (
            &["claim", &id, "--model", "other.zkm", "--opening", &job.opening],
            &["other.zkm", "the chain names"],
        ),
        (
            &["claim", "777777", "--model", "small.zkm", "--opening", &job.opening],
            &["no job 777777", "chain status"],
        ),
    ];
    for (arguments, words) in claims {
        says(&market.client.chain_fails(&market.prover, arguments).stderr, words);
    }
    assert_eq!(
        (market.balances(&market.prover).await, market.chain.block().await),
        before,
        "nothing was sent"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_the_chain_come_with_what_to_do() {
    let market = Market::open().await;
    let opening = market.commit("small", 1);
    let model = market.small.to_string();
    let request = |more: &[&str]| {
        let request = [
            "request",
            "--model-id",
            &model,
            "--opening",
            &opening,
            "--manifest",
            "small.manifest.json",
        ];
        let rest = ["--payload", "none"];
        let failure =
            market.client.chain_fails(&market.requester, &[&request[..], &rest[..], more].concat());
        // Who could forge is said before anything is sent.
        assert!(failure.stderr.contains("could forge any answer"), "{}", failure.stderr);
        failure.stderr
    };
    says(&request(&["--reward", "5 UNIT", "--deadline", "+1"]), &["DeadlineTooSoon", "--deadline"]);
    says(
        &request(&["--reward", "0.5 UNIT", "--deadline", "+50"]),
        &["RewardBelowPrice", "--reward"],
    );
    says(
        &request(&["--reward", "5 UNIT", "--max-price", "0.5 UNIT", "--deadline", "+50"]),
        &["PriceAboveMaximum", "--max-price"],
    );
    let unbonded = market.client.chain_fails(&market.stranger, &["unbond", "5 UNIT"]);
    says(&unbonded.stderr, &["NotBonded", "chain bond"]);
    let poor = market.client.chain_fails("//Nobody", &["bond", "100 UNIT"]);
    says(&poor.stderr, &["cannot pay", "hint"]);
    let greedy = market.client.chain_fails(&market.owner, &["bond", "99999999 UNIT"]);
    says(&greedy.stderr, &["hint"]);
}

#[test]
fn without_a_node_the_url_and_the_remedy_are_named() {
    let client = Client::new("ws://127.0.0.1:1");
    says(
        &client.fail(&["chain", "status"]).stderr,
        &["ws://127.0.0.1:1", "zkinfer-node --dev", "--url"],
    );
    says(&client.fail(&["chain", "withdraw"]).stderr, &["no signer", "--signer //Alice"]);
    let phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
    let failure = client.fail(&["chain", "withdraw", "--signer", phrase]);
    says(&failure.stderr, &["--key-file"]);
    assert!(!failure.stderr.contains("bottom"), "{}", failure.stderr);
}
