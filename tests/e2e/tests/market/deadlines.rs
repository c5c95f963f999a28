//! Last blocks, missed and met.

use zkinfer_e2e::market::{BOND, Market, PRICE, REWARD, amount, number};

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_deadline_gives_the_reward_back_and_the_lock_with_it() {
    let market = Market::open().await;
    let (prover, requester) =
        (market.balances(&market.prover).await, market.balances(&market.requester).await);
    let least = market.blocks("min_proving_blocks").await;
    // One block for the request's inclusion, one for the claim's.
    let job = market.request("small", market.small, 1, &format!("+{}", least + 2), &[]);
    let claim = market.claim(&market.prover, &job);
    let proof = market.prove(&job);
    let last = number(&claim, "until") + market.blocks("grace").await;
    market.chain.advance_to(last).await;

    // In the block after the grace the proof is worth nothing any more.
    assert_eq!(market.refused(&market.prover, &job, &proof).await, "TooLateToSubmit");

    let issuance = market.chain.issuance().await;
    let expire = market.client.chain(&market.stranger, &["expire", &job.id()]);
    let lock = market.lock().await;
    assert_eq!(expire["state"], "expired");
    assert_eq!((amount(&expire, "slashed"), amount(&expire, "refund")), (lock, REWARD));
    let after = market.balances(&market.prover).await;
    assert_eq!(after.held("Inference.ProverBond"), BOND - lock);
    assert_eq!(after.total(), prover.total() - amount(&claim, "fee") - lock);
    let after = market.balances(&market.requester).await;
    assert_eq!(after.free, requester.free - job.fee + lock);
    assert!(after.held.is_empty(), "{after:?}");
    assert_eq!(
        market.chain.issuance().await,
        issuance - amount(&expire, "fee"),
        "the lock moved, it is not burnt"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_with_time_left_opens_again_for_another_prover() {
    let market = Market::open().await;
    market.bond(&market.rival);
    let requester = market.balances(&market.requester).await;
    let (period, grace) = (market.blocks("claim_period").await, market.blocks("grace").await);
    let job =
        market.request("small", market.small, 1, &format!("+{}", 2 * (period + grace) + 10), &[]);
    let claim = market.claim(&market.prover, &job);
    assert_eq!(number(&claim, "until"), number(&claim, "block") + period);
    market.chain.advance_to(number(&claim, "until") + grace).await;
    let expire = market.client.chain(&market.stranger, &["expire", &job.id()]);
    assert_eq!((expire["state"].as_str(), amount(&expire, "refund")), (Some("reopened"), 0));

    let lock = market.lock().await;
    let rival = market.balances(&market.rival).await;
    let claim = market.claim(&market.rival, &job);
    let proof = market.prove(&job);
    let submit = market.client.chain(&market.rival, &["submit", &job.id(), "--proof", &proof.file]);
    let after = market.balances(&market.rival).await;
    let fees = amount(&claim, "fee") + amount(&submit, "fee");
    assert_eq!(after.total(), rival.total() - fees + REWARD - PRICE);
    let after = market.balances(&market.requester).await;
    assert_eq!(after.total(), requester.total() - job.fee - REWARD + lock);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_on_the_last_block_and_a_proof_on_the_last_block_of_grace_are_good() {
    let market = Market::open().await;
    let before = market.balances(&market.prover).await;
    let (least, grace) = (market.blocks("min_proving_blocks").await, market.blocks("grace").await);
    let job = market.request("small", market.small, 1, &format!("+{}", least + 6), &[]);
    let last_claim = job.deadline - least;
    market.chain.advance_to(last_claim - 1).await;
    let claim = market.claim(&market.prover, &job);
    assert_eq!((number(&claim, "block"), number(&claim, "until")), (last_claim, job.deadline));

    let proof = market.prove(&job);
    market.chain.advance_to(job.deadline + grace - 1).await;
    let submit =
        market.client.chain(&market.prover, &["submit", &job.id(), "--proof", &proof.file]);
    assert_eq!(number(&submit, "block"), job.deadline + grace);
    let fees = amount(&claim, "fee") + amount(&submit, "fee");
    let after = market.balances(&market.prover).await;
    assert_eq!(after.total(), before.total() - fees + REWARD - PRICE);
    assert_eq!(after.held("Inference.ProverBond"), BOND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_after_the_last_block_is_refused_and_the_open_job_expires() {
    let market = Market::open().await;
    let (prover, requester) =
        (market.balances(&market.prover).await, market.balances(&market.requester).await);
    let least = market.blocks("min_proving_blocks").await;
    let job = market.request("small", market.small, 1, &format!("+{}", least + 3), &[]);
    market.chain.advance_to(job.deadline - least).await;
    let failure = market.client.chain_fails(
        &market.prover,
        &["claim", &job.id(), "--model", "small.zkm", "--opening", &job.opening],
    );
    assert!(failure.stderr.contains("Inference::TooLateToClaim"), "{}", failure.stderr);
    assert_eq!(market.balances(&market.prover).await.held, prover.held);

    let early = market.client.chain_fails(&market.stranger, &["expire", &job.id()]);
    assert!(early.stderr.contains("Inference::NotExpired"), "{}", early.stderr);
    market.chain.advance_to(job.deadline).await;
    let expire = market.client.chain(&market.stranger, &["expire", &job.id()]);
    assert_eq!((amount(&expire, "slashed"), amount(&expire, "refund")), (0, REWARD));
    let after = market.balances(&market.requester).await;
    assert_eq!(after.free, requester.free - job.fee);
    assert!(after.held.is_empty(), "{after:?}");
}
