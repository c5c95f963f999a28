//! Calls that carry a submission. None of them takes a slash back.

use subxt::{dynamic::Value, ext::scale_value::Composite};
use zkinfer_e2e::{
    chain::Outcome,
    market::{BOND, Job, Market, Proof, amount, submit_arguments},
};

/// A claimed job with a false proof, and the prover's money after the claim.
struct Claimed {
    market: Market,
    job: Job,
    proof: Proof,
}

async fn claimed() -> Claimed {
    let market = Market::open().await;
    let job = market.request("small", market.small, 1, "+60", &[]);
    assert!(amount(&market.claim(&market.prover, &job), "fee") > 0);
    let mut proof = market.prove(&job);
    proof.class = (proof.class + 1) % 3;
    Claimed { market, job, proof }
}

impl Claimed {
    fn submission(&self) -> Value {
        nested("Inference", "submit", submit_arguments(&self.job, &self.proof))
    }

    async fn send(&self, call: &str, arguments: Composite<()>) -> Outcome {
        self.market.chain.send(&self.market.prover, "Utility", call, arguments).await
    }

    /// The prover's bond.
    async fn bond(&self) -> u128 {
        self.market.balances(&self.market.prover).await.held("Inference.ProverBond")
    }
}

fn nested(pallet: &str, call: &str, arguments: Composite<()>) -> Value {
    Value::unnamed_variant(pallet, [Value::variant(call, arguments)])
}

fn calls(list: impl IntoIterator<Item = Value>) -> Composite<()> {
    Composite::named([("calls", Value::unnamed_composite(list))])
}

/// A call that always fails: the signer has claimed no such job.
fn failing() -> Value {
    nested("Inference", "cancel", Composite::named([("job", Value::u128(99))]))
}

async fn stays_slashed(call: &str) {
    let claimed = claimed().await;
    let before = claimed.market.balances(&claimed.market.prover).await;
    let outcome = claimed.send(call, calls([claimed.submission(), failing()])).await;
    let lock = claimed.market.lock().await;
    assert_eq!(outcome.error, None);
    assert_eq!(outcome.event("Inference.ProofRejected").number("slashed"), lock);
    assert_eq!(
        claimed.bond().await,
        BOND - lock,
        "the failing call behind it does not take the slash back"
    );
    assert_eq!(
        claimed.market.balances(&claimed.market.prover).await.total(),
        before.total() - outcome.fee - lock
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_proof_in_a_batch_stays_slashed_when_the_next_call_fails() {
    stays_slashed("batch").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_proof_in_a_forced_batch_stays_slashed_when_the_next_call_fails() {
    stays_slashed("force_batch").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrappers_that_roll_back_are_refused_alone_and_inside_others() {
    let claimed = claimed().await;
    let before = claimed.market.balances(&claimed.market.prover).await;
    let mut fees = 0;

    let all = || calls([claimed.submission(), failing()]);
    let either = || Composite::named([("main", claimed.submission()), ("fallback", failing())]);
    for (call, arguments) in [("batch_all", all()), ("if_else", either())] {
        let outcome = claimed.send(call, arguments).await;
        assert_eq!(outcome.error.as_deref(), Some("System::CallFiltered"), "{call}");
        assert!(!outcome.has("Inference.ProofRejected"), "{call} did not run");
        fees += outcome.fee;
    }
    for (call, arguments) in [("batch_all", all()), ("if_else", either())] {
        for outer in ["batch", "force_batch"] {
            let outcome =
                claimed.send(outer, calls([nested("Utility", call, arguments.clone())])).await;
            assert!(
                !outcome.has("Inference.ProofRejected"),
                "{call} in {outer} did not run: {outcome:#?}"
            );
            fees += outcome.fee;
        }
    }
    let after = claimed.market.balances(&claimed.market.prover).await;
    assert_eq!(claimed.bond().await, BOND, "nothing was checked, nothing is slashed");
    assert_eq!(after.total(), before.total() - fees);
}
