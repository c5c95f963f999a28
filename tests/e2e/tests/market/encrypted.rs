//! Inputs that only named provers read.

use subxt::{dynamic::Value, ext::scale_value::Composite};
use zkinfer_e2e::market::{Job, Market, PRICE, REWARD, amount, bytes};

/// Claims a job with encryption keys, and returns the arguments' failure.
fn claim_fails(market: &Market, prover: &str, job: &Job, keys: &[&str]) -> String {
    let id = job.id();
    let mut arguments = vec!["claim", &id, "--model", "small.zkm"];
    keys.iter().for_each(|key| arguments.extend(["--encryption-key", key]));
    market.client.chain_fails(prover, &arguments).stderr
}

fn encrypted(market: &Market, provers: &[&str]) -> Job {
    let mut more = vec!["--encrypt"];
    provers.iter().for_each(|prover| more.extend(["--prover", prover]));
    market.request("small", market.small, 1, "+100", &more)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_input_reaches_its_prover_who_is_paid() {
    let market = Market::open().await;
    let key = market.encryption_key(&market.prover, "prover.key");
    let before = market.balances(&market.prover).await;
    let job = encrypted(&market, &[&market.prover]);

    let opening = std::fs::read(market.client.path(&job.opening)).expect("the opening is there");
    let status = market.client.run(&["chain", "status", "job", &job.id()]);
    let ciphertext = bytes(&status["payload"]["encrypted"], "ciphertext");
    let window = opening.get(1..17).expect("a part of the blinder");
    assert!(!ciphertext.windows(16).any(|part| part == window), "the blinder is not in the clear");

    let id = job.id();
    let claim = ["claim", &id, "--manifest", "small.manifest.json", "--encryption-key", &key];
    let claim = market
        .client
        .chain(&market.prover, &[&claim[..], &["--opening-out", "decrypted.opening"]].concat());
    assert_eq!(std::fs::read(market.client.path("decrypted.opening")).expect("written"), opening);
    let submit =
        ["submit", &id, "--model", "small.zkm", "--pk", "small.pk", "--encryption-key", &key];
    let submit = market.client.chain(&market.prover, &submit);
    let fees = amount(&claim, "fee") + amount(&submit, "fee");
    assert_eq!(
        market.balances(&market.prover).await.total(),
        before.total() - fees + REWARD - PRICE
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_can_read_it_and_nothing_is_claimed_unread() {
    let market = Market::open().await;
    market.bond(&market.rival);
    let key = market.encryption_key(&market.prover, "prover.key");
    let other = market.encryption_key(&market.rival, "rival.key");
    let job = encrypted(&market, &[&market.prover]);
    let before = (market.balances(&market.prover).await, market.chain.block().await);
    for (prover, keys, words) in [
        (&market.prover, vec![], ["no encryption key is given", "--encryption-key"]),
        (&market.prover, vec![other.as_str()], ["none of them is among your 1", "hint"]),
        // Not named, with its own key and with the stolen one.
        (&market.rival, vec![other.as_str()], ["none of them is among your 1", "hint"]),
        (&market.rival, vec![key.as_str()], ["not encrypted for this account", "do not claim"]),
    ] {
        let stderr = claim_fails(&market, prover, &job, &keys);
        words.iter().for_each(|word| assert!(stderr.contains(word), "{word} in {stderr}"));
    }
    let after = (market.balances(&market.prover).await, market.chain.block().await);
    assert_eq!(after, before, "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_provers_read_it_and_a_prover_without_a_key_is_named() {
    let market = Market::open().await;
    market.bond(&market.rival);
    market.encryption_key(&market.prover, "prover.key");
    let opening = market.commit("small", 1);
    let (model, rival) =
        (market.small.to_string(), zkinfer_e2e::chain::account(&market.rival).to_string());
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
        let terms = ["--reward", "5 UNIT", "--deadline", "+100", "--encrypt"];
        market.client.chain_fails(&market.requester, &[&request[..], &terms[..], more].concat())
    };
    let failure = request(&["--prover", &market.prover, "--prover", &market.rival]);
    assert!(
        failure.stderr.contains(&rival) && failure.stderr.contains("has no encryption key"),
        "{failure:?}"
    );
    let failure = request(&["--prover", &market.stranger]);
    assert!(failure.stderr.contains("is no prover"), "{failure:?}");
    let failure = request(&[]);
    assert_eq!(failure.code, Some(2), "{failure:?}");
    assert!(failure.stderr.contains("--prover ACCOUNT"), "{failure:?}");

    let key = market.encryption_key(&market.rival, "rival.key");
    let job = encrypted(&market, &[&market.prover, &market.rival]);
    let id = job.id();
    market
        .client
        .chain(&market.rival, &["claim", &id, "--model", "small.zkm", "--encryption-key", &key]);
    let submit =
        ["submit", &id, "--model", "small.zkm", "--pk", "small.pk", "--encryption-key", &key];
    market.client.chain(&market.rival, &submit);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_key_still_opens_the_jobs_that_were_encrypted_to_it() {
    let market = Market::open().await;
    let old = market.encryption_key(&market.prover, "old.key");
    let job = encrypted(&market, &[&market.prover]);
    let new = market.encryption_key(&market.prover, "new.key");
    let stderr = claim_fails(&market, &market.prover, &job, &[&new]);
    assert!(stderr.contains("if a key of yours was replaced"), "{stderr}");
    let id = job.id();
    let keys = ["--encryption-key", &new, "--encryption-key", &old];
    let claim = ["claim", &id, "--model", "small.zkm"];
    market.client.chain(&market.prover, &[&claim[..], &keys[..]].concat());

    // What is asked for now is encrypted to the new key; a payload for the old one the chain
    // refuses.
    let payload = market.chain.stored("Payloads", (job.number,)).await;
    let again = copy(&market, &job, payload, &market.requester).await;
    assert_eq!(again.error.as_deref(), Some("Inference::EncryptionKeyMismatch"));
    let job = encrypted(&market, &[&market.prover]);
    let id = job.id();
    market
        .client
        .chain(&market.prover, &["claim", &id, "--model", "small.zkm", "--encryption-key", &new]);
    let removed = market.client.chain(&market.prover, &["encryption-key", "--remove"]);
    assert!(removed["encryption_key"].is_null(), "{removed:#}");
}

/// Asks for a job's input again, with a payload as it is, as another account.
async fn copy(
    market: &Market,
    job: &Job,
    payload: Value,
    signer: &str,
) -> zkinfer_e2e::chain::Outcome {
    let record = market.chain.stored("Jobs", (job.number,)).await;
    let field = |name: &str| zkinfer_e2e::chain::part(&record, name).expect(name);
    let now = market.chain.block().await;
    let arguments = Composite::named([
        ("version", field("version")),
        ("input_commitment", field("input_commitment")),
        ("payload", payload),
        ("reward", Value::u128(REWARD)),
        ("max_price", Value::u128(PRICE)),
        ("deadline", Value::u128(u128::from(now) + 100)),
        ("provers", field("provers")),
    ]);
    market.chain.send(signer, "Inference", "request", arguments).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_that_is_copied_into_anothers_job_cannot_be_opened() {
    let market = Market::open().await;
    let key = market.encryption_key(&market.prover, "prover.key");
    let job = encrypted(&market, &[&market.prover]);
    let payload = market.chain.stored("Payloads", (job.number,)).await;
    let copied = copy(&market, &job, payload, &market.stranger).await;
    assert_eq!(copied.error, None, "the chain cannot tell: the prover can");
    let number = copied.event("Inference.JobRequested").number("job").to_string();
    let claim = ["claim", &number, "--model", "small.zkm", "--encryption-key", &key];
    let failure = market.client.chain_fails(&market.prover, &claim);
    assert!(failure.stderr.contains("copied from another job"), "{failure:?}");
    let stake = market.client.run(&["chain", "status", "prover", &market.prover]);
    assert_eq!(amount(&stake, "locked"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bond_brings_its_key_along_and_both_transactions_are_told() {
    let market = Market::open().await;
    market.client.run(&["keys", "encryption", "--out", "rival.key"]);
    let before = market.balances(&market.rival).await;
    let bond = ["bond", "100 UNIT", "--encryption-key", "rival.key"];
    let bond = market.client.chain(&market.rival, &bond);
    let shown = market.client.run(&["keys", "inspect", "rival.key"]);
    assert_eq!(bond["encryption_key"], shown["encryption_key"]);
    let fees = amount(&bond, "fee") + amount(&bond["key_transaction"], "fee");
    assert_eq!(market.balances(&market.rival).await.total(), before.total() - fees);
    let stake = market.client.run(&["chain", "status", "prover", &market.rival]);
    assert_eq!(
        (stake["encryption_key"].clone(), stake["free"].clone()),
        (shown["encryption_key"].clone(), stake["bond"].clone())
    );
}
