//! Proofs that are submitted together: all are paid, or every one costs its claim's lock.

use zkinfer_e2e::{
    chain::Outcome,
    market::{BOND, Job, Market, PRICE, Proof, REWARD, System, amount, batch_arguments},
    with_both_systems,
};

with_both_systems!(a_good_batch_pays_every_job, one_bad_proof_costs_the_lock_of_every_claim);

/// Jobs that the market's prover has claimed, with their proofs, and the fees of the claims.
async fn proved(market: &Market, count: usize) -> (Vec<(Job, Proof)>, u128) {
    let mut fees = 0;
    let mut proved = Vec::new();
    for seed in 1..=count {
        let job = market.request("small", market.small, seed, "+60", &[]);
        fees += amount(&market.claim(&market.prover, &job), "fee");
        let proof = market.prove(&job);
        proved.push((job, proof));
    }
    (proved, fees)
}

/// Sends a batch without the client, which would refuse a bad one.
async fn send(market: &Market, batch: &[(Job, Proof)]) -> Outcome {
    let arguments = batch_arguments(batch.iter().map(|(job, proof)| (job, proof)));
    market.chain.send(&market.prover, "Inference", "submit_batch", arguments).await
}

fn submit_batch(batch: &[(Job, Proof)]) -> Vec<&str> {
    ["submit-batch"].into_iter().chain(batch.iter().map(|(_, proof)| proof.file.as_str())).collect()
}

async fn a_good_batch_pays_every_job(system: System) {
    let market = Market::open_with(system).await;
    let before = market.balances(&market.prover).await;
    let (batch, fees) = proved(&market, 3).await;
    let receipt = market.client.chain(&market.prover, &submit_batch(&batch));
    assert_eq!(amount(&receipt, "paid"), 3 * (REWARD - PRICE));
    for (done, (job, proof)) in receipt["jobs"].as_array().expect("a list").iter().zip(&batch) {
        assert_eq!(
            (done["job"].as_u64(), done["class"].as_u64()),
            (Some(job.number), Some(proof.class.into()))
        );
        let result = market.client.run(&["chain", "result", &job.id()]);
        assert_eq!(result["class"], proof.class);
    }
    let after = market.balances(&market.prover).await;
    assert_eq!(
        after.total(),
        before.total() - fees - amount(&receipt, "fee") + 3 * (REWARD - PRICE)
    );
    assert_eq!(after.held("Inference.ProverBond"), BOND);
    let stake = market.client.run(&["chain", "status", "prover", &market.prover]);
    assert_eq!(amount(&stake, "locked"), 0);
}

async fn one_bad_proof_costs_the_lock_of_every_claim(system: System) {
    let market = Market::open_with(system).await;
    let before = market.balances(&market.prover).await;
    let (mut batch, fees) = proved(&market, 3).await;
    let good =
        std::fs::read_to_string(market.client.path(&batch[1].1.file)).expect("the proof is there");
    batch[1].1.class = (batch[1].1.class + 1) % 3;

    // The client checks the batch first, and names the file that is to blame.
    let class = |class: u32| format!("\"class\": {class}");
    let bad = good.replacen(&class((batch[1].1.class + 2) % 3), &class(batch[1].1.class), 1);
    assert_ne!(bad, good);
    std::fs::write(market.client.path(&batch[1].1.file), bad).expect("can be written");
    let failure = market.client.chain_fails(&market.prover, &submit_batch(&batch));
    for word in ["the batch is not sent", "each of its 3 proofs", &batch[1].1.file, "hint"] {
        assert!(failure.stderr.contains(word), "{word} in {}", failure.stderr);
    }
    assert!(!failure.stderr.contains(&batch[0].1.file), "{}", failure.stderr);
    assert_eq!(
        market.balances(&market.prover).await.total(),
        before.total() - fees,
        "nothing was sent"
    );

    let outcome = send(&market, &batch).await;
    assert_eq!(outcome.error, None, "the call succeeds, or the slash would be rolled back");
    let rejected = outcome.events.iter().filter(|event| event.name == "Inference.ProofRejected");
    let lock = market.lock().await;
    assert_eq!(
        rejected.clone().map(|event| event.number("slashed")).collect::<Vec<_>>(),
        [lock; 3]
    );
    assert!(!outcome.has("Inference.JobCompleted"), "none of them is paid");
    let after = market.balances(&market.prover).await;
    assert_eq!(after.held("Inference.ProverBond"), BOND - 3 * lock);
    assert_eq!(after.total(), before.total() - fees - outcome.fee - 3 * lock);
    let escrow = market.balances(&market.requester).await.held("Inference.Escrow");
    assert_eq!(escrow, 3 * REWARD, "the rewards wait for the next prover");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_batch_is_refused_before_it_is_sent() {
    let market = Market::open_with(System::Halo2).await;
    let (batch, _) = proved(&market, 2).await;
    let [first, second] = [0, 1].map(|index: usize| batch[index].1.file.as_str());
    market.model("other", 2);
    let number = market.register("other");
    let other = market.request("other", number, 1, "+60", &[]);
    market.claim(&market.prover, &other);
    let other = market.prove(&other).file;
    let options = ["--model", "small.zkm", "--opening", "small-1.opening"];
    let attest = ["prove", "--attest", "0", "--prover", &market.prover, "--out", "attested.proof"];
    market.client.run(&[&attest[..], &options[..]].concat());

    let before = (market.balances(&market.prover).await, market.chain.block().await);
    let refused: [(&[&str], &[&str]); 4] = [
        (&[first, &other], &["different verifying keys", first, &other, "a batch for each key"]),
        (&[first, second, first], &[first, "one proof for each job"]),
        (&["attested.proof"], &["attested.proof", "chain attest"]),
        (&["nowhere.proof"], &["nowhere.proof", "cannot read"]),
    ];
    for (files, words) in refused {
        let failure =
            market.client.chain_fails(&market.prover, &[&["submit-batch"], files].concat());
        words.iter().for_each(|word| {
            assert!(failure.stderr.contains(word), "{word} in {}", failure.stderr)
        });
    }
    let failure = market.client.chain_fails(&market.rival, &["submit-batch", first]);
    assert!(failure.stderr.contains("has claimed"), "{}", failure.stderr);
    assert_eq!(
        (market.balances(&market.prover).await, market.chain.block().await),
        before,
        "nothing was sent"
    );

    // What the client refuses the chain refuses too.
    let twice = batch_arguments([&batch[0], &batch[0]].map(|(job, proof)| (job, proof)));
    let refused = market.chain.try_send(&market.prover, "Inference", "submit_batch", twice).await;
    assert_eq!(refused.expect_err("refused"), "DuplicateJob");
    market.client.chain(&market.prover, &submit_batch(&batch));
}
