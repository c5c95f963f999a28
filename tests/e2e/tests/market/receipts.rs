//! Waiting for an answer, reading it later, and giving its receipt up.

use std::time::Duration;

use zkinfer_e2e::market::{Job, Market, REWARD, amount, number};

/// Blocks for which receipts stay in the test that prunes one.
const PERIOD: u128 = 20;

fn answered(market: &Market) -> Job {
    let job = market.request("small", market.small, 1, "+60", &[]);
    market.claim(&market.prover, &job);
    let proof = market.prove(&job);
    market.client.chain(&market.prover, &["submit", &job.id(), "--proof", &proof.file]);
    job
}

/// The number of the job that runs on this market's model, as soon as there is one.
fn job_of(market: &Market) -> String {
    loop {
        let status = market.client.run(&["chain", "status", "model", &market.small.to_string()]);
        match status["open_jobs"].as_array().expect("a list").first() {
            Some(job) => return job.to_string(),
            None => std::thread::sleep(Duration::from_millis(200)),
        }
    }
}

/// Asks and waits for at most so many seconds, so that a test which fails beside it does not hang.
fn request(
    market: &Market,
    deadline: &str,
    seconds: &str,
) -> Result<serde_json::Value, serde_json::Value> {
    let (model, opening) = (market.small.to_string(), market.commit("small", 4));
    let files = ["chain", "request", "--model-id", &model, "--opening", &opening];
    let terms = ["--manifest", "small.manifest.json", "--payload", "none", "--reward", "5 UNIT"];
    let rest = [
        "--deadline",
        deadline,
        "--wait",
        "--wait-timeout",
        seconds,
        "--signer",
        &market.requester,
    ];
    let result = market.client.try_run(&[&files[..], &terms[..], &rest[..]].concat());
    result.map_err(|failure| {
        assert_eq!(failure.code, Some(1), "{failure:?}");
        failure.json()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_checked_against_its_event_and_finality() {
    let market = Market::open().await;
    let job = answered(&market);
    let result = market.client.run(&["chain", "result", &job.id()]);
    assert_eq!(result["checks"]["event_matches"], true, "{result:#}");
    // A finalised block behind it makes it final.
    market.chain.advance_to(market.chain.block().await + 2).await;
    let wait = ["chain", "result", &job.id(), "--wait", "--finalized", "--wait-timeout", "60"];
    let result = market.client.run(&wait);
    assert_eq!(result["checks"]["finalized"], true, "{result:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_is_told_of_a_cancelled_job_and_a_later_reader_too() {
    let market = Market::open().await;
    std::thread::scope(|scope| {
        let waiting =
            scope.spawn(|| request(&market, "+60", "120").expect_err("there is no answer"));
        let job = job_of(&market);
        let cancelled = market.client.chain(&market.requester, &["cancel", &job]);
        let answer = waiting.join().expect("it ends");
        assert_eq!(answer["answer"]["state"], "cancelled", "{answer:#}");
        assert_eq!(answer["answer"]["ending"]["block"], cancelled["block"]);
        let later = market.client.fail(&["chain", "result", &job]).json();
        assert_eq!(
            (later["state"].as_str(), amount(&later["ending"], "refund")),
            (Some("cancelled"), REWARD)
        );
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_in_vain_is_told_how_to_get_the_reward_back() {
    let market = Market::open().await;
    let least = market.blocks("min_proving_blocks").await;
    let runtime = tokio::runtime::Handle::current();
    let job = std::thread::scope(|scope| {
        let deadline = format!("+{}", least + 3);
        let market = &market;
        let waiting =
            scope.spawn(move || request(market, &deadline, "120").expect_err("there is no answer"));
        let job = tokio::task::block_in_place(|| job_of(market));
        let last = number(&market.client.run(&["chain", "status", "job", &job]), "deadline");
        tokio::task::block_in_place(|| runtime.block_on(market.chain.advance_to(last + 1)));
        let answer = waiting.join().expect("it ends");
        assert_eq!(answer["answer"]["state"], "overdue", "{answer:#}");
        let next = answer["answer"]["next"].as_str().expect("a remedy");
        assert!(next.contains(&format!("chain expire {job}")), "{next}");
        job
    });
    let expired = market.client.chain(&market.requester, &["expire", &job]);
    assert_eq!(amount(&expired, "refund"), REWARD);
    let later = market.client.fail(&["chain", "result", &job]).json();
    assert_eq!(later["state"], "expired", "{later:#}");
    assert_eq!(later["ending"]["block"], expired["block"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn patience_ends_and_the_job_goes_on() {
    let market = Market::open().await;
    let answer = request(&market, "+60", "1").expect_err("there is no answer");
    assert_eq!(answer["answer"]["state"], "open", "{answer:#}");
    let job = number(&answer, "job").to_string();
    assert_eq!(market.client.run(&["chain", "status", "job", &job])["state"]["name"], "open");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_pruned_by_its_payer_after_its_time() {
    let market = Market::open().await;
    // Nobody makes a day of blocks for a test. The node goes to another test afterwards.
    let period = market.chain.set_parameter("receipt_period", PERIOD).await;
    let job = answered(&market);
    let id = job.id();
    let early = market.client.chain_fails(&market.requester, &["prune", &id]);
    assert!(early.stderr.contains("Inference::"), "{early:?}");
    let result = market.client.run(&["chain", "result", &id]);
    let at = number(&result["receipt"], "block") + market.blocks("receipt_period").await;
    market.chain.advance_to(at).await;
    let other = market.client.chain_fails(&market.prover, &["prune", &id]);
    assert!(other.stderr.contains("pays the deposit"), "{other:?}");

    let before = market.balances(&market.requester).await;
    let pruned = market.client.chain(&market.requester, &["prune", &id]);
    assert_eq!(pruned["receipt_hash"], result["receipt"]["hash"]);
    let after = market.balances(&market.requester).await;
    assert_eq!(after.held("Inference.JobDeposit"), 0);
    assert_eq!(
        after.free,
        before.free - amount(&pruned, "fee") + before.held("Inference.JobDeposit")
    );
    assert_eq!(amount(&pruned, "deposit"), before.held("Inference.JobDeposit"));
    market.chain.set_parameter("receipt_period", period).await;
    let gone = market.client.fail(&["chain", "result", &id]).json();
    assert!(["pruned", "ended"].contains(&gone["state"].as_str().expect("a state")), "{gone:#}");
}
