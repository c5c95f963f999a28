//! Three validators, two provers that compete, and a power cut in the middle: finality, one state,
//! exact balances.

use std::collections::BTreeMap;

use subxt::rpcs::client::rpc_params;
use zkinfer_e2e::{
    chain::{self, Chain, Event},
    market::{BOND, ENDOWMENT, Job, Market, PRICE, REWARD},
    network::Network,
    proxy::Proxy,
    serve::Serving,
};

const ALICE: usize = 0;
const CHARLIE: usize = 2;
const SMALL: [&str; 4] = ["--model", "small.zkm", "--pk", "small.pk"];
/// Jobs of each requester before and during the power cut.
const JOBS: usize = 2;

/// Model, bonds: at once, since each waits for a block.
fn set_up(market: &mut Market) {
    market.model("small", 1);
    let (market_, mut small) = (&*market, 0);
    std::thread::scope(|scope| {
        scope.spawn(|| market_.bond(&market_.prover));
        scope.spawn(|| market_.bond(&market_.rival));
        small = market_.register("small");
    });
    market.small = small;
}

/// Both requesters ask at once, for [`JOBS`] answers each, to inputs from `seed` on.
fn request(market: &Market, seed: usize) -> Vec<Job> {
    let ask = |requester: &str, seed: usize| {
        let seeds = seed..seed + JOBS;
        let public = ["--payload", "public"];
        seeds
            .map(|seed| market.request_for(requester, "small", market.small, seed, "+90", &public))
            .collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| ask(&market.stranger, seed + JOBS));
        let mut jobs = ask(&market.requester, seed);
        jobs.extend(other.join().expect("the other requester has its jobs"));
        jobs
    })
}

/// Waits until a prover has timed its model, so that it can judge deadlines.
fn ready(prover: &Serving, market: &Market) {
    prover.until(&market.client, |status| status["models"][0]["milliseconds"].is_number());
}

/// The events of blocks 1 to `last`.
async fn events(chain: &Chain, last: u64) -> Vec<Event> {
    let mut events = Vec::new();
    for block in 1..=last {
        events.extend(chain.events(block).await);
    }
    events
}

fn count(events: &[Event], name: &str) -> usize {
    events.iter().filter(|event| event.name == name).count()
}

/// The balance that each account must have at the end, by the events: its endowment, less its fees,
/// and what jobs moved.
fn ledger(events: &[Event], market: &Market) -> BTreeMap<[u8; 32], u128> {
    let mut ledger = BTreeMap::new();
    for name in [&market.owner, &market.prover, &market.rival, &market.requester, &market.stranger]
    {
        ledger.insert(chain::account(name).0, ENDOWMENT);
    }
    let owner = chain::account(&market.owner).0;
    let entry = |ledger: &mut BTreeMap<_, _>, account, plus: u128, minus: u128| {
        ledger.entry(account).and_modify(|total| *total = *total + plus - minus);
    };
    for event in events {
        match event.name.as_str() {
            "TransactionPayment.TransactionFeePaid" => {
                entry(&mut ledger, event.bytes("who"), 0, event.number("actual_fee"));
            }
            "Inference.JobCompleted" => {
                assert_eq!((event.number("paid"), event.number("price")), (REWARD - PRICE, PRICE));
                entry(&mut ledger, event.bytes("requester"), 0, REWARD);
                entry(&mut ledger, event.bytes("prover"), REWARD - PRICE, 0);
                entry(&mut ledger, owner, PRICE, 0);
            }
            _ => {}
        }
    }
    ledger
}

/// Every job is paid once, nobody lost anything, and every account has what the ledger says, on one
/// of the validators.
async fn check_money(chain: &Chain, market: &Market, jobs: &[Job], last: u64) {
    let events = events(chain, last).await;
    let completed = events.iter().filter(|event| event.name == "Inference.JobCompleted");
    let mut paid: Vec<_> = completed.map(|event| event.number("job")).collect();
    paid.sort_unstable();
    let mut asked: Vec<_> = jobs.iter().map(|job| u128::from(job.number)).collect();
    asked.sort_unstable();
    assert_eq!(paid, asked, "each job is paid once");
    for bad in
        ["ProofRejected", "ClaimExpired", "AttestationRejected", "PaymentDiverted", "JobExpired"]
    {
        assert_eq!(count(&events, &format!("Inference.{bad}")), 0, "{bad}");
    }

    let at = chain.at(last).await;
    for (account, total) in ledger(&events, market) {
        let balances = chain.balances_at(&at, &account.into()).await;
        assert_eq!(balances.total(), total, "0x{}", hex::encode(account));
        assert_eq!(balances.held("Inference.Escrow"), 0);
    }
    for prover in [&market.prover, &market.rival] {
        let balances = chain.balances_at(&at, &chain::account(prover)).await;
        assert_eq!(balances.held("Inference.ProverBond"), BOND, "{prover}");
    }
    let fees = events.iter().filter(|event| event.name == "TransactionPayment.TransactionFeePaid");
    let fees: u128 = fees.map(|event| event.number("actual_fee")).sum();
    let issued = chain.issuance_at(&chain.at(0).await).await;
    assert_eq!(chain.issuance_at(&at).await, issued - fees, "fees are burnt, and nothing else");
}

/// Number of jobs that are paid in blocks that all validators know to be final.
async fn paid(network: &Network) -> usize {
    let last = network.finalised().await;
    count(&events(network.chain(ALICE), last).await, "Inference.JobCompleted")
}

/// Returns `true` if no transaction waits anywhere.
async fn quiet(network: &Network) -> bool {
    let mut waiting = 0;
    for chain in network.chains() {
        let pending = chain.rpc("author_pendingExtrinsics", rpc_params![]).await;
        waiting += pending.as_array().map_or(usize::MAX, Vec::len);
    }
    waiting == 0
}

/// Waits until everything that was sent is in a block that is final for all; returns its number.
async fn settle(network: &Network) -> u64 {
    network.until("the transaction pools are empty", quiet).await;
    let last = network.chain(ALICE).block().await;
    network
        .until("the last block is final", async |network| network.finalised().await >= last)
        .await;
    last
}

/// Every block up to `last` is the same on all validators, with one state root.
async fn check_agreement(network: &Network, last: u64) {
    for block in 1..=last {
        let expected = network.chain(ALICE).roots(block).await;
        for chain in network.chains() {
            assert_eq!(chain.roots(block).await, expected, "block {block}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn validators_and_provers_that_stop_and_return_agree_to_the_last_unit() {
    let mut network = Network::start().await;
    let mut market = Market::on(network.url(ALICE), ()).await;
    tokio::task::block_in_place(|| set_up(&mut market));
    let proxy = Proxy::new(network.url(CHARLIE)).await;
    let by_charlie = [&SMALL[..], &["--url", proxy.url()]].concat();
    let first = Serving::start(&market.client, &market.prover, "first", &SMALL);
    let second = Serving::start(&market.client, &market.rival, "second", &by_charlie);
    tokio::task::block_in_place(|| {
        ready(&first, &market);
        ready(&second, &market);
    });

    let mut jobs = tokio::task::block_in_place(|| request(&market, 1));
    let claimed = async |network: &Network| {
        let chain = network.chain(ALICE);
        count(&events(chain, chain.block().await).await, "Inference.JobClaimed") > 0
    };
    network.until("a job is claimed", claimed).await;

    // A power cut at Charlie's, whose node the second prover uses, and at the first prover's.
    first.kill();
    proxy.unplug();
    network.stop(CHARLIE);
    let cut = network.chain(ALICE).block().await;
    jobs.extend(tokio::task::block_in_place(|| request(&market, 1 + 2 * JOBS)));
    let goes_on = async |network: &Network| network.chain(ALICE).block().await >= cut + 3;
    network.until("two validators go on making blocks", goes_on).await;
    assert!(network.finalised().await <= cut, "two of three finalise nothing");

    network.restart(CHARLIE).await;
    proxy.lead_to(network.url(CHARLIE));
    proxy.plug().await;
    let first = Serving::start(&market.client, &market.prover, "first", &SMALL);
    let before = network.chain(ALICE).finalised().await;
    let resumes = async |network: &Network| network.finalised().await > before;
    network.until("finality goes on", resumes).await;
    let expected = jobs.len();
    network.until("all jobs are paid", async |network| paid(network).await == expected).await;

    assert_eq!((first.terminate().code, second.terminate().code), (Some(0), Some(0)));
    let last = settle(&network).await;
    check_agreement(&network, last).await;
    for chain in network.chains() {
        check_money(chain, &market, &jobs, last).await;
    }
}
