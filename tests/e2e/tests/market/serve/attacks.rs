//! Attacks on a serving prover's bond, or on its work. None of them costs the
//! prover more than ordinary fees.

use std::{path::Path, time::Duration};

use serde_json::Value as Json;
use subxt::{
    config::{Hasher, substrate::BlakeTwo256},
    dynamic::{self, Value},
    ext::scale_value::Composite,
};
use zkinfer_e2e::{
    chain,
    market::{BOND, Market, System, UNIT, number},
    node::Node,
    serve::Serving,
};

use super::{SMALL, account, check_money, claims, paid, public};

fn call(pallet: &str, name: &str, fields: Vec<(&str, Value)>) -> Value {
    Value::unnamed_variant(pallet, [Value::named_variant(name, fields)])
}

/// Replaces bytes of the storage, as the governing origin can.
async fn overwrite(market: &Market, key: Vec<u8>, value: &[u8]) {
    let item = Value::unnamed_composite([Value::from_bytes(key), Value::from_bytes(value)]);
    let call = call("System", "set_storage", vec![("items", Value::unnamed_composite([item]))]);
    let outcome =
        market.chain.send("//Alice", "Sudo", "sudo", Composite::named([("call", call)])).await;
    assert_eq!(outcome.error, None, "{outcome:#?}");
}

fn is_served(status: &Json) -> bool {
    status["state"] == "serving" && status["models"][0]["milliseconds"].is_number()
}

/// Changes one point of a proving key: proofs hold as long as the variable that it belongs to is
/// zero. All of the file's own checks pass.
fn poison(path: &Path, to: &Path, variable: usize) {
    let mut bytes = std::fs::read(path).expect("a key");
    let count =
        |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes")) as usize;
    let (a, b) = (count(636), count(644));
    // Behind the header, two points, A, B in both groups.
    let first = 684 + 96 * (2 + a + b) + 192 * b;
    let at = first + 96 * variable;
    let other: Vec<u8> = bytes[at - 96..at].to_vec();
    assert_ne!(bytes[at..at + 96], other[..]);
    bytes[at..at + 96].copy_from_slice(&other);
    let end = bytes.len() - 32;
    let sum = BlakeTwo256.hash(&bytes[..end]);
    bytes[end..].copy_from_slice(sum.as_ref());
    std::fs::write(to, bytes).expect("written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poisoned_proving_key_costs_nothing() {
    let market = Market::open().await;
    let (before, from) =
        (market.balances(&market.prover).await.total(), market.chain.block().await);
    // The highest bit of the first value: variable 0 is the value, the others are its bits without
    // the lowest.
    poison(&market.client.path("small.pk"), &market.client.path("gift.pk"), 3);
    let options = ["--model", "small.zkm", "--pk", "gift.pk"];
    let serving = Serving::start(&market.client, &market.prover, "state", &options);
    for seed in [8, 9, 12] {
        public(&market, seed);
    }
    let status =
        serving.until(&market.client, |status| status["models"][0]["claimed_for"] == false);
    assert!(
        status["models"][0]["fault"].as_str().is_some_and(|fault| fault.contains("failed")),
        "{status:#}"
    );
    assert_eq!(claims(&market, &market.prover).await, 0);
    // Neither does a restart believe it.
    assert_eq!(serving.terminate().code, Some(0));
    let serving = Serving::start(&market.client, &market.prover, "state", &options);
    serving.until(&market.client, |status| status["state"] == "serving");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(claims(&market, &market.prover).await, 0);
    let account = check_money(&market, &market.prover, before, from).await;
    assert_eq!((account.fees, account.paid.len()), (0, 0), "not even a fee");
    // The operator is told which of the two files is wrong, and the sound one is served at once.
    assert_eq!(serving.terminate().code, Some(0));
    let serving = Serving::start(&market.client, &market.prover, "state", &SMALL);
    serving.until(&market.client, |status| paid(status) == 3);
    assert_eq!(serving.terminate().code, Some(0));
    let state = market.client.path("state");
    let state = state.to_str().expect("UTF-8");
    let trusted = market.client.run(&["serve", "trust", "gift.pk", "--state", state]);
    assert!(trusted["fault"].as_str().is_some_and(|fault| fault.contains("failed")), "{trusted:#}");
    market.client.fail(&["serve", "trust", "small.pk", "--state", state]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_audited_is_proved_before_its_jobs_are_claimed_and_an_audited_one_is_not()
{
    let market = Market::open().await;
    std::fs::copy(market.client.path("small.pk"), market.client.path("gift.pk")).expect("copied");
    let options = ["--model", "small.zkm", "--pk", "gift.pk"];
    let (before, from) =
        (market.balances(&market.prover).await.total(), market.chain.block().await);
    let serving = Serving::start(&market.client, &market.prover, "gift", &options);
    let status = serving.until(&market.client, is_served);
    assert!(
        status["models"][0]["key"].as_str().is_some_and(|key| key.contains("before")),
        "{status:#}"
    );
    public(&market, 1);
    serving.until(&market.client, |status| paid(status) == 1);
    let log = serving.terminate().log;
    let place = |words: &str| log.find(words).unwrap_or_else(|| panic!("{words} is not in {log}"));
    assert!(place("proved before the claim") < place("\"claiming\""), "{log}");

    // Its transcript is put beside it.
    std::fs::copy(market.client.path("small.transcript"), market.client.path("gift.transcript"))
        .expect("copied");
    let serving = Serving::start(&market.client, &market.prover, "gift", &options);
    let status = serving.until(&market.client, is_served);
    assert_eq!(status["models"][0]["key"], "audited", "{status:#}");
    public(&market, 2);
    serving.until(&market.client, |status| paid(status) == 2);
    assert_eq!(check_money(&market, &market.prover, before, from).await.paid.len(), 2);
}

/// The keys of a version's open jobs begin with this.
async fn index(market: &Market, model: u64) -> Vec<u8> {
    let version = [("model", Value::u128(model.into())), ("version", Value::u128(0))];
    let address = dynamic::storage::<(Value, u64), Value>("Inference", "OpenJobs");
    let best = market.chain.best().await;
    let entry = best.storage().entry(address).expect("an entry");
    entry.iter_key((Value::named_composite(version),)).expect("a key")
}

/// A request of a job that pays its prover nothing and whose input nobody can open.
fn junk(model: u64, deadline: u64) -> Value {
    let version = [("model", Value::u128(model.into())), ("version", Value::u128(0))];
    let none = || Value::unnamed_variant("None", []);
    let mut commitment = [0; 32];
    commitment[0] = 7;
    call(
        "Inference",
        "request",
        vec![
            ("version", Value::named_composite(version)),
            ("input_commitment", Value::from_bytes(commitment)),
            ("payload", none()),
            ("reward", Value::u128(UNIT)),
            ("max_price", Value::u128(UNIT)),
            ("deadline", Value::u128(deadline.into())),
            ("provers", none()),
        ],
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn junk_jobs_on_copies_hide_no_honest_job() {
    let market = Market::open().await;
    // A copy that comes before the original in the storage.
    let original = index(&market, market.small).await;
    let mut copy = market.register("small");
    while index(&market, copy).await > original {
        copy = market.register("small");
    }
    let deadline = market.chain.block().await + 300;
    for _ in 0..11 {
        let calls = Value::unnamed_composite((0..100).map(|_| junk(copy, deadline)));
        let calls = Composite::named([("calls", calls)]);
        let outcome = market.chain.send(&market.stranger, "Utility", "batch", calls).await;
        assert!(outcome.has("Utility.BatchCompleted"), "{:?}", outcome.error);
    }
    let (before, from) =
        (market.balances(&market.prover).await.total(), market.chain.block().await);
    let job = public(&market, 1);
    let serving = Serving::start(&market.client, &market.prover, "state", &SMALL);
    let status = serving.until(&market.client, |status| paid(status) == 1);
    assert!(number(&status, "open_jobs") >= 1_100, "{status:#}");
    let account = check_money(&market, &market.prover, before, from).await;
    assert_eq!(account.paid, [u128::from(job.number)]);
    // More of them, newer than the next honest one, which comes while the prover runs.
    let job = public(&market, 2);
    let calls = Value::unnamed_composite((0..100).map(|_| junk(market.small, deadline)));
    market
        .chain
        .send(&market.stranger, "Utility", "batch", Composite::named([("calls", calls)]))
        .await;
    serving.until(&market.client, |status| paid(status) == 2);
    let account = check_money(&market, &market.prover, before, from).await;
    assert_eq!(account.paid.last(), Some(&u128::from(job.number)));
    assert_eq!(serving.terminate().code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_whose_proofs_the_chain_cannot_check_are_not_claimed() {
    let market = Market::open_with(System::Halo2).await;
    let k =
        number(&market.client.run(&["keys", "inspect", "small.vk"])["verifying_key"]["shape"], "k");
    let (before, from) =
        (market.balances(&market.prover).await.total(), market.chain.block().await);
    let job = market.request("small", market.small, 1, "+90", &["--payload", "public"]);
    market.chain.remove_generators(k).await;
    let options = ["--model", "small.zkm", "--pk", "small.vk", "--metrics", "127.0.0.1:0"];
    let serving = Serving::start(&market.client, &market.prover, "state", &options);
    let status = serving.until(&market.client, is_served);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(claims(&market, &market.prover).await, 0);
    let metrics = super::get(status["metrics"].as_str().expect("metrics"));
    assert!(metrics.contains("reason=\"no-generators\""), "{metrics}");
    // Anybody may bring them.
    market.client.chain(&market.stranger, &["upload-generators", "--k", &k.to_string()]);
    serving.until(&market.client, |status| paid(status) == 1);
    let account = check_money(&market, &market.prover, before, from).await;
    assert_eq!(account.paid, [u128::from(job.number)]);
    assert_eq!(serving.terminate().code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reward_that_goes_back_to_its_requester_locks_no_bond_of_others() {
    let market = Market::open().await;
    let register = [
        "register",
        "--manifest",
        "small.manifest.json",
        "--model",
        "small.zkm",
        "--vk",
        "small.vk",
    ];
    let terms = ["--trust", "single-setup", "--visibility", "open", "--price", "158 UNIT"];
    let receipt = market.client.chain(&market.requester, &[&register[..], &terms].concat());
    let copy = number(&receipt, "model").to_string();
    let (before, from) =
        (market.balances(&market.prover).await.total(), market.chain.block().await);
    let opening = market.commit("small", 1);
    let request = [
        "request",
        "--model-id",
        &copy,
        "--opening",
        &opening,
        "--manifest",
        "small.manifest.json",
    ];
    let terms = ["--payload", "public", "--reward", "160 UNIT", "--deadline", "+90"];
    market.client.chain(&market.requester, &[&request[..], &terms].concat());
    let serving = Serving::start(&market.client, &market.prover, "state", &SMALL);
    let honest = public(&market, 2);
    serving.until(&market.client, |status| paid(status) >= 1);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut locks = Vec::new();
    for block in from + 1..=market.chain.block().await {
        let claimed = market.chain.events(block).await;
        locks.extend(
            claimed.iter().filter(|e| e.name == "Inference.JobClaimed").map(|e| e.number("lock")),
        );
    }
    // Two tokens of pay are worth a lock of twenty at most; the whole bond is 100.
    assert!(locks.iter().all(|lock| *lock <= 20 * UNIT), "{locks:?}");
    let account = account(&market, &market.prover, from).await;
    assert!(account.paid.contains(&u128::from(honest.number)) && account.lost == 0);
    let now = market.balances(&market.prover).await;
    assert!(now.held("Inference.ProverBond") == BOND && now.total() + account.fees > before);
    assert_eq!(serving.terminate().code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_cannot_be_decoded_are_waited_for() {
    let market = Market::open().await;
    let (before, from) =
        (market.balances(&market.prover).await.total(), market.chain.block().await);
    let serving = Serving::start(&market.client, &market.prover, "state", &SMALL);
    serving.until(&market.client, is_served);
    let best = market.chain.best().await;
    let address = dynamic::storage::<([u8; 32],), Value>("Inference", "Provers");
    let me = chain::account(&market.prover).0;
    let key = best.storage().entry(&address).expect("an entry").fetch_key((me,)).expect("a key");
    let record = best.storage().fetch_raw(key.clone()).await.expect("the record");
    // As in the middle of a migration: the record has a layout that its metadata does not have.
    overwrite(&market, key.clone(), &record[..record.len() - 3]).await;
    let status = serving.until(&market.client, |status| status["state"] == "unreadable");
    assert!(
        status["reason"].as_str().is_some_and(|reason| reason.contains("Inference.Provers")),
        "{status:#}"
    );
    overwrite(&market, key, &record).await;
    public(&market, 1);
    serving.until(&market.client, |status| status["state"] == "serving" && paid(status) == 1);
    assert_eq!(check_money(&market, &market.prover, before, from).await.paid.len(), 1);
    assert_eq!(serving.terminate().code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn full_blocks_keep_no_proof_out() {
    let directory = tempfile::tempdir().expect("a directory");
    let options = ["--dev", "--chain", "dev", "--sealing", "1500", "--port", "0"];
    let node = tokio::task::block_in_place(|| Node::start(directory.path(), &options));
    let url = node.url().to_owned();
    let mut market = Market::on(&url, node).await;
    market.system = System::Halo2;
    market.model("small", 1);
    market.small = market.register("small");
    market.bond(&market.prover);
    market.chain.set_parameter("claim_period", 16).await;
    let (before, from) =
        (market.balances(&market.prover).await.total(), market.chain.block().await);
    let options = ["--model", "small.zkm", "--pk", "small.vk", "--margin", "1"];
    let serving = Serving::start(&market.client, &market.prover, "state", &options);
    serving.until(&market.client, is_served);
    let job = public(&market, 1);
    while claims(&market, &market.prover).await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Transactions that are lighter than a proof go before it: ten blocks of them, on a chain that
    // does not put claimants first.
    let useless = call("Inference", "expire", vec![("job", Value::u128(999_999))]);
    let calls = Composite::named([("calls", Value::unnamed_composite(vec![useless; 10]))]);
    market.chain.flood("//Eve", "Utility", "force_batch", &calls, 0, 1_000).await;
    serving.until(&market.client, |status| paid(status) == 1);
    assert!(
        market.chain.pending().await > 0,
        "the flood is over: it has to be longer to show anything"
    );
    let account = check_money(&market, &market.prover, before, from).await;
    assert_eq!(account.paid, [u128::from(job.number)]);
    assert_eq!(serving.terminate().code, Some(0));
}
