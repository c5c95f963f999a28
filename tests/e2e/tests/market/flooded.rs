//! Blocks that somebody fills for money: a claimant's proof is in the next one all the same.

use std::path::Path;

use subxt::{dynamic::Value, ext::scale_value::Composite};
use zkinfer_e2e::{
    market::{BOND, Market, PRICE, REWARD},
    node::Node,
};

/// Milliseconds between two blocks: enough to fill the pool in between.
const SEALING: &str = "3000";
/// Transactions of the flood: several blocks of them.
const FLOOD: usize = 400;
/// The tip that each of them offers for its place, in planck: a tenth of a token.
const TIP: u128 = 100_000_000_000;

fn node(directory: &Path) -> Node {
    Node::start(directory, &["--dev", "--sealing", SEALING, "--port", "0"])
}

/// Ten calls that fail: cheap for their signer, and heavy for the block.
fn filler() -> Composite<()> {
    let expire = Value::variant("expire", Composite::named([("job", Value::u128(999_999))]));
    let call = Value::unnamed_variant("Inference", [expire]);
    Composite::named([("calls", Value::unnamed_composite(vec![call; 10]))])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_with_tips_does_not_keep_a_claimants_proof_out_of_the_next_block() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let node = node(directory.path());
    let url = node.url().to_owned();
    let mut market = Market::on(&url, node).await;
    market.model("small", 1);
    market.small = market.register("small");
    market.bond(&market.prover);
    let job = market.request("small", market.small, 1, "+60", &[]);
    market.claim(&market.prover, &job);
    let proof = market.prove(&job);
    let before = market.balances(&market.prover).await;

    let start = market.chain.block().await;
    market.chain.flood("//Eve", "Utility", "force_batch", &filler(), TIP, FLOOD).await;
    // The flood has begun, and fills blocks.
    while market.chain.block().await == start {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let sent = market.chain.block().await;
    let outcome = market.submit(&market.prover, &job, &proof).await;
    let waiting = market.chain.pending().await;
    assert!(outcome.has("Inference.JobCompleted"), "{outcome:#?}");
    // A block that was being made when the proof was sent does not count.
    assert!(outcome.block <= sent + 2, "sent after block {sent}, included in {}", outcome.block);
    assert!(waiting > 0, "the flood is over: it has to be longer to show anything");
    let after = market.balances(&market.prover).await;
    assert_eq!(after.total(), before.total() + REWARD - PRICE - outcome.fee);
    assert_eq!(after.held("Inference.ProverBond"), BOND);
    assert!(outcome.fee < REWARD / 10, "an ordinary fee: {}", outcome.fee);
}
