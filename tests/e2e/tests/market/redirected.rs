//! Jobs that go to other provers.

use zkinfer_e2e::market::{BOND, Job, Market, PRICE, REWARD, amount, number};

fn redirect(
    market: &Market,
    signer: &str,
    job: &Job,
    to: &str,
) -> Result<serde_json::Value, String> {
    let id = job.id();
    let files = ["redirect", &id, "--opening", &job.opening, "--manifest", "small.manifest.json"];
    let terms = ["--encrypt", "--prover", to, "--deadline", "+80", "--signer", signer];
    let arguments = [&["chain"][..], &files[..], &terms[..]].concat();
    market.client.try_run(&arguments).map_err(|failure| failure.stderr)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_goes_to_another_prover_after_its_claimant_missed_its_time() {
    let market = Market::open().await;
    market.bond(&market.rival);
    let key = market.encryption_key(&market.prover, "prover.key");
    let other = market.encryption_key(&market.rival, "rival.key");
    let (prover, rival, requester) = (
        market.balances(&market.prover).await,
        market.balances(&market.rival).await,
        market.balances(&market.requester).await,
    );
    let least = market.blocks("min_proving_blocks").await;
    let job = market.request(
        "small",
        market.small,
        1,
        &format!("+{}", least + 2),
        &["--encrypt", "--prover", &market.prover],
    );
    let id = job.id();
    let claim =
        ["claim", &id, "--model", "small.zkm", "--encryption-key", &key, "--out", "old.terms.json"];
    let claim = market.client.chain(&market.prover, &claim);

    // While the claim's time runs, the job stays where it is.
    let running = market.balances(&market.requester).await;
    let early = redirect(&market, &market.requester, &job, &market.rival).expect_err("too early");
    assert!(early.contains("JobNotOpen"), "{early}");
    let early_fee = running.total() - market.balances(&market.requester).await.total();
    market.chain.advance_to(number(&claim, "until") + market.blocks("grace").await + 1).await;
    let result = market.client.fail(&["chain", "result", &id]).json();
    assert_eq!(result["state"], "overdue", "{result:#}");
    assert!(
        result["next"].as_str().is_some_and(|next| next.contains("chain redirect")),
        "{result:#}"
    );
    let stolen =
        redirect(&market, &market.stranger, &job, &market.rival).expect_err("not the requester's");
    assert!(stolen.contains("NotRequester"), "{stolen}");

    let free_before = market.balances(&market.requester).await;
    let redirected =
        redirect(&market, &market.requester, &job, &market.rival).expect("it is redirected");
    let lock = market.lock().await;
    assert_eq!(amount(&redirected, "slashed"), lock);
    assert_ne!(redirected["terms_hash"], claim["terms_hash"]);
    let after = market.balances(&market.requester).await;
    assert_eq!(after.total(), free_before.total() - amount(&redirected, "fee") + lock);
    assert_eq!(after.held("Inference.Escrow"), REWARD);
    let late = market.balances(&market.prover).await;
    assert_eq!(late.held("Inference.ProverBond"), BOND - lock);
    assert!(late.total() < prover.total() - lock);

    // The first prover is out of it; the second reads the input and is paid.
    let first = ["claim", &id, "--model", "small.zkm", "--encryption-key", &key];
    let first = market.client.chain_fails(&market.prover, &first);
    assert!(first.stderr.contains("encrypted to 1 other key"), "{first:?}");
    let claim = ["claim", &id, "--model", "small.zkm", "--encryption-key", &other];
    let claim = market.client.chain(&market.rival, &claim);
    let submit =
        ["submit", &id, "--model", "small.zkm", "--pk", "small.pk", "--encryption-key", &other];
    let submit = market.client.chain(&market.rival, &submit);
    let fees = amount(&claim, "fee") + amount(&submit, "fee");
    assert_eq!(market.balances(&market.rival).await.total(), rival.total() - fees + REWARD - PRICE);
    let after = market.balances(&market.requester).await;
    let fees = job.fee + early_fee + amount(&redirected, "fee");
    assert_eq!(after.total(), requester.total() - fees - REWARD + lock);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_job_changes_hands_and_its_old_terms_cannot_be_claimed() {
    let market = Market::open().await;
    let key = market.encryption_key(&market.prover, "prover.key");
    let job = market.request("small", market.small, 1, "+60", &[]);
    let other = market.commit("small", 9);
    let id = job.id();
    let files = ["redirect", &id, "--opening", &other, "--manifest", "small.manifest.json"];
    let wrong = ["--payload", "public", "--deadline", "+80"];
    let failure = market.client.chain_fails(&market.requester, &[&files[..], &wrong[..]].concat());
    assert!(failure.stderr.contains("commits to"), "{failure:?}");

    redirect(&market, &market.requester, &job, &market.prover).expect("it is redirected");
    let old = subxt::ext::scale_value::Composite::named([
        ("job", subxt::dynamic::Value::u128(job.number.into())),
        ("terms_hash", subxt::dynamic::Value::from_bytes(job.terms_hash)),
    ]);
    let outcome = market.chain.send(&market.prover, "Inference", "claim", old).await;
    assert_eq!(outcome.error.as_deref(), Some("Inference::TermsMismatch"));
    market
        .client
        .chain(&market.prover, &["claim", &id, "--model", "small.zkm", "--encryption-key", &key]);
}
