//! What is wrong without being a false proof costs its fee, and nobody's bond.

use subxt::{dynamic::Value, ext::scale_value::Composite};
use zkinfer_e2e::market::{BOND, Market, REWARD};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_bond_nobody_claims_or_submits() {
    let market = Market::open().await;
    let before = market.balances(&market.stranger).await;
    let job = market.request("small", market.small, 1, "+40", &[]);
    let terms = Composite::named([
        ("job", Value::u128(job.number.into())),
        ("terms_hash", Value::from_bytes(job.terms_hash)),
    ]);
    let claim = market.chain.send(&market.stranger, "Inference", "claim", terms).await;
    assert_eq!(claim.error.as_deref(), Some("Inference::NotBonded"));

    // A true proof does not help it: first of a job that nobody has claimed, then of another's.
    market.claim(&market.prover, &job);
    let proof = market.prove(&job);
    let submit = market.submit(&market.stranger, &job, &proof).await;
    assert_eq!(submit.error.as_deref(), Some("Inference::NotClaimant"));

    let after = market.balances(&market.stranger).await;
    assert_eq!(after.free, before.free - claim.fee - submit.fee);
    assert!(after.held.is_empty());
    assert_eq!(
        market.balances(&market.prover).await.held("Inference.ProverBond"),
        BOND,
        "the claimant has lost nothing"
    );
    assert_eq!(market.balances(&market.requester).await.held("Inference.Escrow"), REWARD);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bonded_rival_cannot_use_the_claimants_proof() {
    let market = Market::open().await;
    market.bond(&market.rival);
    let before = market.balances(&market.rival).await;
    let job = market.request("small", market.small, 1, "+40", &[]);
    market.claim(&market.prover, &job);
    let proof = market.prove(&job);
    let stolen = market.submit(&market.rival, &job, &proof).await;
    assert_eq!(stolen.error.as_deref(), Some("Inference::NotClaimant"));
    let after = market.balances(&market.rival).await;
    assert_eq!(after.total(), before.total() - stolen.fee);
    assert_eq!(after.held("Inference.ProverBond"), BOND);
    let paid = market.submit(&market.prover, &job, &proof).await;
    assert!(paid.has("Inference.JobCompleted"), "{paid:#?}");
    // Once is enough: the job is gone.
    let again = market.submit(&market.prover, &job, &proof).await;
    assert_eq!(again.error.as_deref(), Some("Inference::JobNotFound"));
}

#[tokio::test(flavor = "multi_thread")]
async fn other_terms_than_the_jobs_are_an_error_and_no_slash() {
    let market = Market::open().await;
    let mut job = market.request("small", market.small, 1, "+40", &[]);
    market.claim(&market.prover, &job);
    let proof = market.prove(&job);
    let before = market.balances(&market.prover).await;
    job.terms_hash[0] ^= 1;
    let outcome = market.submit(&market.prover, &job, &proof).await;
    assert_eq!(outcome.error.as_deref(), Some("Inference::TermsMismatch"));
    let after = market.balances(&market.prover).await;
    assert_eq!(after.free, before.free - outcome.fee);
    assert_eq!(after.held, before.held);
}
