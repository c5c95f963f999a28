//! Provers that run by themselves: killed, cut off, competing, attacked.
//!
//! - [`attacks`]: what others do to get a bond

mod attacks;

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::Value;
use subxt::dynamic;
use zkinfer_e2e::{
    chain,
    market::{BOND, Job, Market, PRICE, REWARD},
    proxy::Proxy,
    serve::Serving,
};

const SMALL: [&str; 4] = ["--model", "small.zkm", "--pk", "small.pk"];
/// The pay of a prover for a job.
const PAY: u128 = REWARD - PRICE;

fn public(market: &Market, seed: usize) -> Job {
    market.request("small", market.small, seed, "+90", &["--payload", "public"])
}

/// A job whose input only the market's prover can read.
fn encrypted(market: &Market, seed: usize) -> Job {
    let delivery = ["--payload", "encrypted", "--prover", &market.prover];
    market.request("small", market.small, seed, "+90", &delivery)
}

fn paid(status: &Value) -> u64 {
    status["paid"].as_u64().unwrap_or_default()
}

/// Money and events of one prover over some blocks.
struct Account {
    fees: u128,
    paid: Vec<u128>,
    lost: usize,
}

async fn account(market: &Market, name: &str, from: u64) -> Account {
    let me = chain::account(name).0;
    let mut account = Account { fees: 0, paid: Vec::new(), lost: 0 };
    for block in from + 1..=market.chain.block().await {
        for event in market.chain.events(block).await {
            match event.name.as_str() {
                "TransactionPayment.TransactionFeePaid" if event.bytes("who") == me => {
                    account.fees += event.number("actual_fee");
                }
                "Inference.JobCompleted" if event.bytes("prover") == me => {
                    account.paid.push(event.number("job"));
                }
                "Inference.ProofRejected" | "Inference.ClaimExpired" => account.lost += 1,
                _ => {}
            }
        }
    }
    account
}

/// Checks that a prover's money is what it was, and its pay, less its fees: nothing else.
async fn check_money(market: &Market, name: &str, before: u128, from: u64) -> Account {
    let account = account(market, name, from).await;
    let now = market.balances(name).await;
    assert_eq!(account.lost, 0, "nobody is slashed");
    assert_eq!(now.held("Inference.ProverBond"), BOND);
    assert_eq!(now.total() + account.fees, before + PAY * account.paid.len() as u128);
    account
}

/// Returns the number of jobs that an account has claimed, and of running jobs.
async fn claims(market: &Market, name: &str) -> usize {
    let at = market.chain.best().await;
    let address = dynamic::storage::<([u8; 32], u64), ()>("Inference", "Claims");
    let mut entries =
        at.storage().iter(address, (chain::account(name).0,)).await.expect("readable");
    let mut count = 0;
    while let Some(entry) = entries.next().await {
        entry.expect("readable");
        count += 1;
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn a_serving_prover_answers_public_encrypted_and_delivered_inputs_and_stops_when_asked() {
    let market = Market::open().await;
    market.client.run(&["keys", "encryption", "--out", "prover.x25519"]);
    market.client.chain(&market.prover, &["encryption-key", "prover.x25519"]);
    let (before, from) =
        (market.balances(&market.prover).await.total(), market.chain.block().await);
    let inbox = market.client.path("inbox");
    fs::create_dir(&inbox).expect("a folder");
    let options =
        ["--openings", "inbox", "--metrics", "127.0.0.1:0", "--encryption-key", "prover.x25519"];
    let serving =
        Serving::start(&market.client, &market.prover, "state", &[&SMALL[..], &options].concat());
    let first = public(&market, 1);
    let status = serving.until(&market.client, |status| paid(status) == 1);
    let result = market.client.run(&["chain", "result", &first.id()]);
    assert!(result["class"].is_number() || result["output"].is_string(), "{result:#}");
    encrypted(&market, 3);
    serving.until(&market.client, |status| paid(status) == 2);

    // Delivered off chain: nothing happens until the file is there.
    let job = market.request("small", market.small, 2, "+90", &[]);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(claims(&market, &market.prover).await, 0);
    fs::copy(market.client.path(&job.opening), inbox.join("delivered")).expect("delivered");
    serving.until(&market.client, |status| paid(status) == 3);

    let metrics = get(status["metrics"].as_str().expect("metrics"));
    assert!(metrics.contains("zkinfer_jobs_ended_total{outcome=\"paid\"} 3"), "{metrics}");
    assert_eq!(status["state"], "serving");
    assert_eq!(status["models"][0]["name"], "small");
    let account = check_money(&market, &market.prover, before, from).await;
    assert_eq!(account.paid.len(), 3);

    let left = fs::read_dir(serving.state().join("openings")).expect("readable").count();
    assert_eq!(left, 0, "openings go with their jobs");
    let ended = serving.terminate();
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    for line in ended.log.lines() {
        serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
    let state = market.client.path("state");
    let status = market.client.run(&["serve", "status", "--state", state.to_str().expect("UTF-8")]);
    assert_eq!((status["state"].as_str(), paid(&status)), (Some("stopped"), 3));
}

/// The body of a GET.
fn get(url: &str) -> String {
    let rest = url.trim_start_matches("http://");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut stream = TcpStream::connect(host).expect("connected");
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prover_killed_between_claim_and_proof_is_paid_after_its_restart() {
    let market = Market::open().await;
    let (before, from) =
        (market.balances(&market.prover).await.total(), market.chain.block().await);
    let inbox = market.client.path("inbox");
    fs::create_dir(&inbox).expect("a folder");
    let options = [&SMALL[..], &["--openings", "inbox"]].concat();
    let mut between = 0;
    for seed in 1..=4 {
        let serving = Serving::start(&market.client, &market.prover, "state", &options);
        serving.until(&market.client, |status| status["models"][0]["milliseconds"].is_number());
        let job = market.request("small", market.small, seed, "+90", &[]);
        fs::copy(market.client.path(&job.opening), inbox.join("delivered")).expect("delivered");
        let begun = Instant::now();
        while claims(&market, &market.prover).await == 0
            && begun.elapsed() < Duration::from_secs(60)
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        serving.kill();
        between += claims(&market, &market.prover).await;
        // What came off chain is not there a second time.
        fs::remove_file(inbox.join("delivered")).expect("removed");
        let serving = Serving::start(&market.client, &market.prover, "state", &options);
        serving.until(&market.client, |status| paid(status) == seed as u64);
        serving.kill();
    }
    assert!(between > 0, "no kill came between a claim and its proof");
    let account = check_money(&market, &market.prover, before, from).await;
    assert_eq!(account.paid.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prover_killed_again_and_again_is_paid_for_every_job_once() {
    let market = Market::open().await;
    market.client.run(&["keys", "encryption", "--out", "prover.x25519"]);
    market.client.chain(&market.prover, &["encryption-key", "prover.x25519"]);
    let (before, from) =
        (market.balances(&market.prover).await.total(), market.chain.block().await);
    let kinds = [public, encrypted, public, encrypted, public];
    let jobs = (1..).zip(kinds).map(|(seed, request)| u128::from(request(&market, seed).number));
    let jobs: Vec<_> = jobs.collect();
    let options = [&SMALL[..], &["--encryption-key", "prover.x25519"]].concat();
    for kill in 0..8u64 {
        let serving = Serving::start(&market.client, &market.prover, "state", &options);
        tokio::time::sleep(Duration::from_millis(300 + 170 * kill)).await;
        serving.kill();
    }
    let serving = Serving::start(&market.client, &market.prover, "state", &options);
    serving.until(&market.client, |status| status["state"] == "serving" && paid(status) == 5);
    let mut account = check_money(&market, &market.prover, before, from).await;
    account.paid.sort_unstable();
    assert_eq!(account.paid, jobs);
    assert_eq!(serving.terminate().code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prover_that_lost_its_connection_comes_back() {
    let market = Market::open().await;
    let (before, from) =
        (market.balances(&market.prover).await.total(), market.chain.block().await);
    let proxy = Proxy::new(market.client.url()).await;
    let options = [&SMALL[..], &["--url", proxy.url()]].concat();
    let serving = Serving::start(&market.client, &market.prover, "state", &options);
    serving.until(&market.client, |status| status["state"] == "serving");
    for round in 1..=3 {
        proxy.unplug();
        public(&market, round);
        serving.until(&market.client, |status| status["state"] == "disconnected");
        proxy.plug().await;
        serving.until(&market.client, |status| paid(status) == round as u64);
    }
    assert_eq!(check_money(&market, &market.prover, before, from).await.paid.len(), 3);
    assert_eq!(serving.terminate().code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_provers_compete_and_each_job_is_paid_once() {
    let market = Market::open().await;
    market.bond(&market.rival);
    let from = market.chain.block().await;
    let before = [
        market.balances(&market.prover).await.total(),
        market.balances(&market.rival).await.total(),
    ];
    let first = Serving::start(&market.client, &market.prover, "first", &SMALL);
    let second = Serving::start(&market.client, &market.rival, "second", &SMALL);
    let timed = |status: &Value| status["models"][0]["milliseconds"].is_number();
    first.until(&market.client, timed);
    second.until(&market.client, timed);
    let mut jobs: Vec<_> = (1..=8).map(|seed| u128::from(public(&market, seed).number)).collect();
    let begun = Instant::now();
    let mut paid = Vec::new();
    while paid.len() < jobs.len() {
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "{paid:?}\n{}\n{}",
            first.log(),
            second.log()
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
        paid = account(&market, &market.prover, from).await.paid;
        paid.extend(account(&market, &market.rival, from).await.paid);
    }
    paid.sort_unstable();
    jobs.sort_unstable();
    assert_eq!(paid, jobs);
    assert_eq!((first.terminate().code, second.terminate().code), (Some(0), Some(0)));
    let first = check_money(&market, &market.prover, before[0], from).await;
    let second = check_money(&market, &market.rival, before[1], from).await;
    assert_eq!(first.paid.len() + second.paid.len(), 8);
}
