//! Proofs that do not hold. Each costs its submitter the claim's lock, and nobody else anything.

use zkinfer_e2e::{
    chain::{Balances, Outcome},
    market::{BOND, Job, Market, PRICE, REWARD, System, amount, terms_file},
    with_both_systems,
};

with_both_systems!(
    a_flipped_bit_is_slashed,
    another_class_than_the_proved_one_is_slashed,
    a_proof_of_another_account_is_slashed,
    a_proof_of_another_job_is_slashed_and_still_good_for_its_own,
);

/// A claimed job, and the prover's money before the claim.
struct Claimed {
    market: Market,
    job: Job,
    before: Balances,
    /// The fees that the prover has paid since.
    fees: u128,
}

async fn claimed() -> Claimed {
    claimed_with(System::Groth16).await
}

async fn claimed_with(system: System) -> Claimed {
    let market = Market::open_with(system).await;
    let before = market.balances(&market.prover).await;
    let job = market.request("small", market.small, 1, "+40", &["--out", "asked.terms.json"]);
    let fees = amount(&market.claim(&market.prover, &job), "fee");
    Claimed { market, job, before, fees }
}

impl Claimed {
    /// Checks that `outcome` slashed the claim's lock, that the job is open again, and that its
    /// requester gets everything back.
    async fn costs_the_lock(self, outcome: &Outcome, reason: &str) {
        let Self { market, job, before, fees } = self;
        let lock = market.lock().await;
        assert_eq!(outcome.error, None, "the call succeeds, or the slash would be rolled back");
        let rejected = outcome.event("Inference.ProofRejected");
        assert_eq!((rejected.number("slashed"), rejected.number("job")), (lock, job.number.into()));
        assert_eq!(rejected.variant("reason"), reason);
        assert!(outcome.has("Inference.JobReopened"));

        let after = market.balances(&market.prover).await;
        assert_eq!(after.held("Inference.ProverBond"), BOND - lock);
        assert_eq!(after.total(), before.total() - fees - outcome.fee - lock);
        let escrow = market.balances(&market.requester).await;
        assert_eq!(escrow.held("Inference.Escrow"), REWARD, "the reward waits for the next prover");

        let cancel = market.client.chain(&market.requester, &["cancel", &job.number.to_string()]);
        let refunded = market.balances(&market.requester).await;
        assert_eq!(refunded.held("Inference.Escrow"), 0);
        assert_eq!(refunded.total(), escrow.total() - amount(&cancel, "fee"));
    }
}

async fn a_flipped_bit_is_slashed(system: System) {
    let claimed = claimed_with(system).await;
    let mut proof = claimed.market.prove(&claimed.job);
    // A low bit of the last number: of Groth16's C's x, whatever it makes of C; of a scalar of
    // Halo2.
    let at = proof.bytes.len() - if system == System::Groth16 { 1 } else { 32 };
    proof.bytes[at] ^= 1;
    let issuance = claimed.market.chain.issuance().await;
    let outcome = claimed.market.submit(&claimed.market.prover, &claimed.job, &proof).await;
    let reason = outcome.event("Inference.ProofRejected").variant("reason").to_owned();
    assert!(
        ["NotOnCurve", "WrongSubgroup", "DoesNotVerify"].contains(&reason.as_str()),
        "{reason}"
    );
    let lock = claimed.market.lock().await;
    assert_eq!(
        claimed.market.chain.issuance().await,
        issuance - outcome.fee - lock,
        "fee and slash are burnt"
    );
    claimed.costs_the_lock(&outcome, &reason).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_bytes_are_slashed() {
    let claimed = claimed().await;
    let mut proof = claimed.market.prove(&claimed.job);
    proof.bytes = (0..192u8).map(|index| index.wrapping_mul(37) ^ 0x5A).collect();
    let outcome = claimed.market.submit(&claimed.market.prover, &claimed.job, &proof).await;
    claimed.costs_the_lock(&outcome, "NotOnCurve").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn points_at_infinity_are_slashed() {
    let claimed = claimed().await;
    let mut proof = claimed.market.prove(&claimed.job);
    proof.bytes = vec![0; 192];
    [0, 48, 144].into_iter().for_each(|start| proof.bytes[start] = 0xC0);
    let outcome = claimed.market.submit(&claimed.market.prover, &claimed.job, &proof).await;
    claimed.costs_the_lock(&outcome, "Identity").await;
}

async fn another_class_than_the_proved_one_is_slashed(system: System) {
    let claimed = claimed_with(system).await;
    let mut proof = claimed.market.prove(&claimed.job);
    proof.class = (proof.class + 1) % 3;
    let outcome = claimed.market.submit(&claimed.market.prover, &claimed.job, &proof).await;
    claimed.costs_the_lock(&outcome, "DoesNotVerify").await;
}

async fn a_proof_of_another_account_is_slashed(system: System) {
    let claimed = claimed_with(system).await;
    // Terms without a claimant let the client prove for anybody.
    std::fs::copy(
        claimed.market.client.path("asked.terms.json"),
        claimed.market.client.path(&terms_file(&claimed.job)),
    )
    .expect("the terms are there");
    let proof = claimed.market.prove_with(&claimed.job, &["--prover", &claimed.market.rival]);
    let outcome = claimed.market.submit(&claimed.market.prover, &claimed.job, &proof).await;
    claimed.costs_the_lock(&outcome, "DoesNotVerify").await;
}

async fn a_proof_of_another_job_is_slashed_and_still_good_for_its_own(system: System) {
    let mut claimed = claimed_with(system).await;
    // The same input of the same model: only the terms differ.
    let twin = claimed.market.request("small", claimed.market.small, 1, "+40", &[]);
    claimed.fees += amount(&claimed.market.claim(&claimed.market.prover, &twin), "fee");
    let proof = claimed.market.prove(&twin);
    let outcome = claimed.market.submit(&claimed.market.prover, &claimed.job, &proof).await;
    assert_eq!(outcome.event("Inference.ProofRejected").variant("reason"), "DoesNotVerify");
    let lock = claimed.market.lock().await;
    let paid = claimed
        .market
        .client
        .chain(&claimed.market.prover, &["submit", &twin.id(), "--proof", &proof.file]);
    let after = claimed.market.balances(&claimed.market.prover).await;
    let fees = claimed.fees + outcome.fee + amount(&paid, "fee");
    assert_eq!(after.total(), claimed.before.total() - fees - lock + REWARD - PRICE);
    assert_eq!(after.held("Inference.ProverBond"), BOND - lock);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_another_model_is_slashed() {
    let mut claimed = claimed().await;
    claimed.market.model("other", 2);
    let number = claimed.market.register("other");
    let other = claimed.market.request("other", number, 1, "+40", &[]);
    claimed.fees += amount(&claimed.market.claim(&claimed.market.prover, &other), "fee");
    let proof = claimed.market.prove(&other);
    let outcome = claimed.market.submit(&claimed.market.prover, &claimed.job, &proof).await;
    assert_eq!(outcome.event("Inference.ProofRejected").variant("reason"), "DoesNotVerify");
    let lock = claimed.market.lock().await;
    let after = claimed.market.balances(&claimed.market.prover).await;
    assert_eq!(after.total(), claimed.before.total() - claimed.fees - outcome.fee - lock);
    assert_eq!(after.held("Inference.ProverBond"), BOND - lock);
}
