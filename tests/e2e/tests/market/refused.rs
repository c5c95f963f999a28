//! Submissions that are wrong without being a false proof are in no block, and cost nobody
//! anything.

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

    // A true proof does not help it.
    market.claim(&market.prover, &job);
    let proof = market.prove(&job);
    assert_eq!(market.refused(&market.stranger, &job, &proof).await, "NotClaimant");

    let after = market.balances(&market.stranger).await;
    assert_eq!(after.free, before.free - claim.fee);
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
    assert_eq!(market.refused(&market.rival, &job, &proof).await, "NotClaimant");
    let after = market.balances(&market.rival).await;
    assert_eq!(after.total(), before.total());
    assert_eq!(after.held("Inference.ProverBond"), BOND);
    let paid = market.submit(&market.prover, &job, &proof).await;
    assert!(paid.has("Inference.JobCompleted"), "{paid:#?}");
    // Once is enough: the job is gone.
    assert_eq!(market.refused(&market.prover, &job, &proof).await, "JobNotFound");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_terms_than_the_jobs_are_an_error_and_no_slash() {
    let market = Market::open().await;
    let mut job = market.request("small", market.small, 1, "+40", &[]);
    market.claim(&market.prover, &job);
    let proof = market.prove(&job);
    job.terms_hash[0] ^= 1;
    assert_eq!(market.refused(&market.prover, &job, &proof).await, "TermsMismatch");
}
