//! Connections that end or fall silent at the worst moments, programs that share an account, and
//! nodes of another chain: what was sent is never sent twice, and nobody is told that it failed who
//! cannot know.

use std::{
    thread,
    time::{Duration, Instant},
};

use codec::{Compact, Decode};
use subxt::rpcs::client::rpc_params;
use zkinfer_e2e::{
    market::{Market, UNIT},
    meddler::{Act, Meddler},
};

/// The call by which the client sends transactions.
const SUBMIT: &str = "submitAndWatch";

async fn bond(market: &Market) -> u128 {
    market.balances(&market.prover).await.held("Inference.ProverBond")
}

fn bond_more<'a>(url: &'a str, timeout: &'a str) -> [&'a str; 6] {
    ["bond", "20 UNIT", "--timeout", timeout, "--url", url]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_found_after_its_connection_is_lost_and_is_made_once() {
    let market = Market::open().await;
    for act in [Act::CloseBefore, Act::CloseAfter, Act::Silence] {
        let before = bond(&market).await;
        let meddler = Meddler::at(market.client.url(), SUBMIT, act, 1).await;
        let sent = market.client.chain(&market.prover, &bond_more(meddler.url(), "20"));
        assert!(meddler.seen() >= 1, "{act:?}: the moment came");
        assert_eq!(bond(&market).await, before + 20 * UNIT, "{act:?}: {sent}");
        let hash = sent["tx_hash"].as_str().expect("a hash").to_owned();
        let found = market.client.run(&["chain", "status", "transaction", &hash]);
        assert_eq!(found["found"]["call"], "Inference.bond_extra", "{found}");
        assert_eq!(found["found"]["error"], serde_json::Value::Null, "{found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_nobody_can_know_is_left_open_with_the_way_to_find_out() {
    let market = Market::open().await;
    for act in [Act::CloseAfter, Act::Silence] {
        let before = bond(&market).await;
        let meddler = Meddler::for_good(market.client.url(), SUBMIT, act).await;
        let begun = Instant::now();
        let failure = market.client.chain_fails(&market.prover, &bond_more(meddler.url(), "6"));
        assert!(begun.elapsed() < Duration::from_secs(20), "{act:?}: {:?}", begun.elapsed());
        for words in
            ["may be in a block", "nonce", "until block", "do not send it again before you know"]
        {
            assert!(failure.stderr.contains(words), "{act:?}: {words} in {}", failure.stderr);
        }
        assert!(!failure.stderr.contains("refuses"), "{}", failure.stderr);
        // What the words name finds it: it is in a block, once.
        let (_, rest) =
            failure.stderr.split_once("chain status transaction ").expect("the command");
        let hash: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        let found = market.client.run(&["chain", "status", "transaction", &hash]);
        assert_eq!(found["found"]["tx_hash"], hash, "{found}");
        assert_eq!(bond(&market).await, before + 20 * UNIT);
    }
    let nothing = format!("0x{}", "00".repeat(32));
    let failure = market.client.fail(&["chain", "status", "transaction", &nothing]);
    assert_eq!(failure.json()["found"], serde_json::Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timeout_is_kept_before_anything_is_sent() {
    let market = Market::open().await;
    let before = bond(&market).await;
    for (call, words) in [
        ("system_properties", "no node answers"),
        ("state_call", "no node answers"),
        ("system_accountNextIndex", "was not sent"),
        ("chain_getFinalizedHead", "was not sent"),
    ] {
        let meddler = Meddler::for_good(market.client.url(), call, Act::Silence).await;
        let begun = Instant::now();
        let failure = market.client.chain_fails(&market.prover, &bond_more(meddler.url(), "3"));
        assert!(begun.elapsed() < Duration::from_secs(12), "{call}: {:?}", begun.elapsed());
        assert!(meddler.seen() >= 1, "{call}: the moment came");
        assert!(failure.stderr.contains(words), "{call}: {}", failure.stderr);
        assert!(failure.stderr.contains("has not answered within"), "{call}: {}", failure.stderr);
    }
    assert_eq!(bond(&market).await, before);
}

/// Each of several programs reads the same nonce. All get through, since the pool says for certain
/// whose transaction it has not taken.
#[tokio::test(flavor = "multi_thread")]
async fn programs_that_share_an_account_all_get_through() {
    let market = Market::open().await;
    let before = bond(&market).await;
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| market.client.chain(&market.prover, &["bond", "20 UNIT"]));
        }
    });
    assert_eq!(bond(&market).await, before + 80 * UNIT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tip_is_paid_beside_the_fee() {
    let market = Market::open().await;
    let plain = market.client.chain(&market.prover, &["bond", "20 UNIT"]);
    let tipped = market.client.chain(&market.prover, &["bond", "20 UNIT", "--tip", "0.5 UNIT"]);
    let fee = |sent| zkinfer_e2e::market::amount(sent, "fee");
    let more = fee(&tipped) - fee(&plain);
    assert!(more.abs_diff(UNIT / 2) < UNIT / 1000, "{more} planck more, of {tipped}");
}

/// Offsets of the versions of authoring and of the specification in what `Core_version` says.
fn spec_version(version: &[u8]) -> std::ops::Range<usize> {
    let mut rest = version;
    for _ in 0..2 {
        let name = Compact::<u32>::decode(&mut rest).expect("a name").0;
        rest = &rest[name as usize..];
    }
    let begin = version.len() - rest.len() + 4;
    begin..begin + 4
}

#[tokio::test(flavor = "multi_thread")]
async fn another_genesis_and_another_runtime_are_named() {
    let market = Market::open().await;
    let before = bond(&market).await;
    let status = market.client.run(&["chain", "status"]);
    let genesis = status["genesis_hash"].as_str().expect("a hash").to_owned();
    let other: String =
        "0x".chars().chain(genesis.chars().skip(2).collect::<Vec<_>>().into_iter().rev()).collect();
    let meddler = Meddler::editing(market.client.url(), &[(&genesis, &other)]).await;
    let failure = market.client.chain_fails(&market.prover, &bond_more(meddler.url(), "20"));
    for words in ["signature", &other, "another chain", "hint"] {
        assert!(failure.stderr.contains(words), "{words} in {}", failure.stderr);
    }

    // A runtime one version further than the one that the client was told of.
    let version = market.chain.rpc("state_call", rpc_params!["Core_version", "0x"]).await;
    let old = version.as_str().expect("hex").trim_start_matches("0x").to_owned();
    let mut bytes = hex::decode(&old).expect("hex");
    let range = spec_version(&bytes);
    let spec = u32::decode(&mut &bytes[range.clone()]).expect("a number");
    bytes[range.clone()].copy_from_slice(&(spec + 1).to_le_bytes());
    let begin = &old[..2 * range.end];
    let newer = &hex::encode(&bytes)[..2 * range.end];
    let json = [format!("\"specVersion\":{spec}"), format!("\"specVersion\":{}", spec + 1)];
    let edits = [(begin, newer), (json[0].as_str(), json[1].as_str())];
    let meddler = Meddler::editing(market.client.url(), &edits).await;
    let failure = market.client.chain_fails(&market.prover, &bond_more(meddler.url(), "20"));
    for words in ["signature", "runtime version", "hint"] {
        assert!(failure.stderr.contains(words), "{words} in {}", failure.stderr);
    }
    assert_eq!(bond(&market).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_for_another_chain_is_refused_by_both_names() {
    let market = Market::open().await;
    let job = market.request("small", market.small, 1, "+60", &[]);
    market.claim(&market.prover, &job);
    let proof = market.prove(&job);
    let status = market.client.run(&["chain", "status"]);
    let genesis = status["genesis_hash"].as_str().expect("a hash").to_owned();
    let other = format!("0x{}", "ab".repeat(32));
    let file = market.client.path(&proof.file);
    let good = std::fs::read_to_string(&file).expect("the proof");
    std::fs::write(&file, good.replace(&genesis, &other)).expect("written");
    let id = job.id();
    let before = bond(&market).await;
    for command in [vec!["submit", &id, "--proof", &proof.file], vec!["submit-batch", &proof.file]]
    {
        let failure = market.client.chain_fails(&market.prover, &command);
        for words in [other.as_str(), &genesis, "not sent", "bond"] {
            assert!(failure.stderr.contains(words), "{words} in {}", failure.stderr);
        }
    }
    assert_eq!(bond(&market).await, before);
}

/// The chain has the job when the connection ends behind the request: the words say so, and what is
/// missing can be read later.
#[tokio::test(flavor = "multi_thread")]
async fn what_fails_after_a_call_says_that_the_call_is_done() {
    let market = Market::open().await;
    let opening = market.commit("small", 1);
    let (model, out) = (market.small.to_string(), market.client.path("there.terms.json"));
    let request = [
        "request",
        "--model-id",
        &model,
        "--opening",
        &opening,
        "--manifest",
        "small.manifest.json",
    ];
    let rest = [
        "--payload",
        "none",
        "--reward",
        "5 UNIT",
        "--deadline",
        "+50",
        "--out",
        "there.terms.json",
    ];
    // The file appears between the check of its name and the request's success.
    let meddler = Meddler::at(market.client.url(), SUBMIT, Act::CloseBefore, 1).await;
    let command = [&request[..], &rest[..], &["--url", meddler.url()]].concat();
    thread::scope(|scope| {
        let run = scope.spawn(|| market.client.chain_fails(&market.requester, &command));
        while meddler.seen() == 0 {
            thread::sleep(Duration::from_millis(5));
        }
        std::fs::write(&out, "somebody else's").expect("written");
        let failure = run.join().expect("it ends");
        for words in
            ["Inference.request is done", "in block", "exists already", "do not send it again"]
        {
            assert!(failure.stderr.contains(words), "{words} in {}", failure.stderr);
        }
    });
}

/// A claim costs its lock if the chain cannot check the proof: nothing is claimed then.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_claimed_on_a_chain_without_the_generators() {
    let market = Market::open_with(zkinfer_e2e::market::System::Halo2).await;
    let job = market.request("small", market.small, 1, "+60", &[]);
    let key = market.client.run(&["keys", "inspect", "small.vk"]);
    let k = zkinfer_e2e::market::number(&key["verifying_key"]["shape"], "k");
    assert!(market.chain.remove_generators(k).await > 0);
    let id = job.id();
    let claim = ["claim", &id, "--model", "small.zkm", "--opening", &job.opening];
    let failure = market.client.chain_fails(&market.prover, &claim);
    for words in ["lacks generators", "nothing is sent", "chain upload-generators"] {
        assert!(failure.stderr.contains(words), "{words} in {}", failure.stderr);
    }
    let k = k.to_string();
    market.client.chain(&market.stranger, &["upload-generators", "--k", &k]);
    market.client.chain(&market.prover, &claim);
}

/// Whatever a node says that lies about a prover's key, the input is not encrypted to the liar.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_lies_about_a_key_gets_no_input() {
    let market = Market::open().await;
    market.encryption_key(&market.prover, "prover.key");
    market.client.run(&["keys", "encryption", "--out", "liar.key"]);
    let public = |file: &str| {
        let inspected = market.client.run(&["keys", "inspect", file]);
        inspected["encryption_key"].as_str().expect("a key").to_owned()
    };
    let (own, false_one) = (public("prover.key"), public("liar.key"));
    let liar = Meddler::editing(
        market.client.url(),
        &[(own.trim_start_matches("0x"), false_one.trim_start_matches("0x"))],
    )
    .await;
    let opening = market.commit("small", 1);
    let model = market.small.to_string();
    // The prover's key is set in a block that is final: the market seals and finalises at once.
    let block = market.client.run(&["chain", "status"])["finalized_hash"]
        .as_str()
        .expect("a hash")
        .to_owned();
    let request = |url: &str, more: &[&str]| {
        let base = [
            "chain",
            "request",
            "--model-id",
            &model,
            "--opening",
            &opening,
            "--manifest",
            "small.manifest.json",
        ];
        let rest = [
            "--encrypt",
            "--reward",
            "5 UNIT",
            "--deadline",
            "+50",
            "--signer",
            &market.requester,
            "--url",
            url,
        ];
        market.client.try_run(&[&base[..], &rest[..], more].concat())
    };
    let (plain, pinned) = (market.prover.clone(), format!("{}={own}", market.prover));
    for more in [vec!["--prover", &pinned], vec!["--prover", &plain, "--proved-at", &block]] {
        let failure = request(liar.url(), &more).expect_err("the node lies");
        assert!(failure.stderr.contains("nothing is encrypted or sent"), "{}", failure.stderr);
        request(market.client.url(), &more).expect("the node says the truth");
    }
    let other = format!("0x{}", "12".repeat(32));
    let failure = request(market.client.url(), &["--prover", &plain, "--proved-at", &other])
        .expect_err("no such block");
    assert!(failure.stderr.contains("does not prove"), "{}", failure.stderr);
}
