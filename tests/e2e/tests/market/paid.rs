//! Everybody gets what is due.

use zkinfer_e2e::{
    market::{BOND, Market, PRICE, REWARD, System, UNIT, amount, number},
    with_both_systems,
};

with_both_systems!(
    a_job_is_requested_claimed_proved_and_paid,
    a_public_payload_brings_its_input_along_and_a_waiting_requester_gets_the_answer,
);

async fn a_job_is_requested_claimed_proved_and_paid(system: System) {
    let market = Market::open_with(system).await;
    let (owner, prover, requester) = (
        market.balances(&market.owner).await,
        market.balances(&market.prover).await,
        market.balances(&market.requester).await,
    );
    let issuance = market.chain.issuance().await;

    let job = market.request("small", market.small, 1, "+40", &[]);
    let open = market.balances(&market.requester).await;
    assert_eq!(open.held("Inference.Escrow"), REWARD);
    assert!(open.held("Inference.JobDeposit") > 0);
    assert_eq!(open.total(), requester.total() - job.fee);

    let claim = market.claim(&market.prover, &job);
    let claimed = market.balances(&market.prover).await;
    assert_eq!(claimed.free, prover.free - amount(&claim, "fee"));
    assert_eq!(claimed.held("Inference.ProverBond"), BOND);
    assert_eq!(amount(&claim, "locked"), market.lock().await);

    let proof = market.prove(&job);
    assert_eq!(proof.bytes.len() == 192, system == System::Groth16);
    let receipt =
        market.client.chain(&market.prover, &["submit", &job.id(), "--proof", &proof.file]);
    assert_eq!(number(&receipt, "class"), u64::from(proof.class));
    assert_eq!(amount(&receipt, "paid"), REWARD - PRICE);

    let result =
        market.client.run(&["chain", "result", &job.id(), "--manifest", "small.manifest.json"]);
    assert_eq!(number(&result, "class"), u64::from(proof.class));
    assert_eq!(result["state"], "completed");
    assert_eq!(result["label"], proof.class.to_string());
    assert_eq!(number(&result["receipt"], "block"), number(&receipt, "block"));

    let fees = [job.fee, amount(&claim, "fee"), amount(&receipt, "fee")];
    let after = market.balances(&market.prover).await;
    assert_eq!(after.total(), prover.total() - fees[1] - fees[2] + REWARD - PRICE);
    assert_eq!(after.held("Inference.ProverBond"), BOND);
    assert_eq!(market.balances(&market.owner).await.total(), owner.total() + PRICE);
    let after = market.balances(&market.requester).await;
    assert_eq!(after.total(), requester.total() - fees[0] - REWARD);
    assert_eq!(after.held("Inference.Escrow"), 0);
    assert!(
        after.held("Inference.JobDeposit") <= open.held("Inference.JobDeposit"),
        "the receipt keeps a part"
    );
    assert_eq!(
        market.chain.issuance().await,
        issuance - fees.iter().sum::<u128>(),
        "only fees are burnt"
    );

    // What the client says of the fee is what the chain says of it.
    let events = market.chain.events(number(&receipt, "block")).await;
    let paid = events
        .iter()
        .find(|event| event.name == "TransactionPayment.TransactionFeePaid")
        .expect("a fee");
    assert_eq!(paid.number("actual_fee"), fees[2]);

    // The bond is free again, all of it.
    let stake = market.client.run(&["chain", "status", "prover", &market.prover]);
    assert_eq!((amount(&stake, "bond"), amount(&stake, "locked")), (BOND, 0));
}

async fn a_public_payload_brings_its_input_along_and_a_waiting_requester_gets_the_answer(
    system: System,
) {
    let market = Market::open_with(system).await;
    let before = market.balances(&market.prover).await;
    let model = market.small.to_string();
    std::thread::scope(|scope| {
        let requested = scope.spawn(|| {
            let opening = market.commit("small", 2);
            let request = [
                "request",
                "--model-id",
                &model,
                "--opening",
                &opening,
                "--manifest",
                "small.manifest.json",
            ];
            let terms =
                ["--payload", "public", "--reward", "5 UNIT", "--deadline", "+200", "--wait"];
            market.client.chain(&market.requester, &[&request[..], &terms[..]].concat())
        });
        let job = loop {
            let status = market.client.run(&["chain", "status"]);
            let jobs = status["jobs"].as_array().expect("a list");
            let job = jobs.iter().find(|job| number(&job["version"], "model") == market.small);
            match job {
                Some(job) => break number(job, "id").to_string(),
                None => std::thread::sleep(std::time::Duration::from_millis(200)),
            }
        };
        // Neither command is given the opening: it comes from the chain.
        let claim = [
            "claim",
            &job,
            "--manifest",
            "small.manifest.json",
            "--opening-out",
            "from-chain.opening",
        ];
        let claim = market.client.chain(&market.prover, &claim);
        let options = market.prover_options("small");
        let submit = ["submit", &job].into_iter().chain(options.iter().map(String::as_str));
        let submit = market.client.chain(&market.prover, &submit.collect::<Vec<_>>());
        let fees = amount(&claim, "fee") + amount(&submit, "fee");

        let answer = requested.join().expect("the request succeeds");
        assert_eq!(answer["answer"]["state"], "completed");
        assert_eq!(answer["answer"]["class"], submit["class"]);
        let after = tokio::runtime::Handle::current();
        let after = tokio::task::block_in_place(|| after.block_on(market.balances(&market.prover)));
        assert_eq!(after.total(), before.total() - fees + REWARD - PRICE);
    });
    let read =
        |name: &str| std::fs::read(market.client.path(name)).expect("the opening is written");
    assert_eq!(read("from-chain.opening"), read("small-2.opening"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_job_gives_everything_back() {
    let market = Market::open().await;
    let before = market.balances(&market.requester).await;
    let job = market.request("small", market.small, 1, "+40", &[]);
    let cancel = market.client.chain(&market.requester, &["cancel", &job.id()]);
    assert_eq!((cancel["state"].as_str(), amount(&cancel, "refund")), (Some("cancelled"), REWARD));
    let after = market.balances(&market.requester).await;
    assert_eq!(after.free, before.free - job.fee - amount(&cancel, "fee"));
    assert!(after.held.is_empty(), "{after:?}");
    let failure = market.client.fail(&["chain", "result", &job.id()]);
    assert_eq!(failure.code, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bond_grows_and_shrinks_and_is_paid_out_after_its_time() {
    let market = Market::open().await;
    let before = market.balances(&market.prover).await;
    let mut fees = amount(&market.client.chain(&market.prover, &["bond", "20 UNIT"]), "fee");
    let unbond = market.client.chain(&market.prover, &["unbond", "50 UNIT"]);
    fees += amount(&unbond, "fee");
    assert_eq!(amount(&unbond, "bond"), 70 * UNIT);
    assert_eq!(
        market.balances(&market.prover).await.held("Inference.ProverBond"),
        120 * UNIT,
        "still slashable"
    );

    let failure = market.client.chain_fails(&market.prover, &["withdraw"]);
    assert!(
        failure.stderr.contains("NothingToWithdraw") && failure.stderr.contains("hint"),
        "{}",
        failure.stderr
    );
    let events = market.chain.events(market.chain.block().await).await;
    fees += events
        .iter()
        .find(|event| event.name == "TransactionPayment.TransactionFeePaid")
        .expect("the failed call's fee")
        .number("actual_fee");

    let at = number(&unbond["unbonding"][0], "at");
    assert_eq!(at, number(&unbond, "block") + market.blocks("unbonding_period").await);
    market.chain.advance_to(at - 1).await;
    fees += amount(&market.client.chain(&market.prover, &["withdraw"]), "fee");
    let after = market.balances(&market.prover).await;
    assert_eq!(after.held("Inference.ProverBond"), 70 * UNIT);
    assert_eq!(after.total(), before.total() - fees);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_for_named_provers_is_theirs_alone() {
    let market = Market::open().await;
    market.bond(&market.stranger);
    let job = market.request("small", market.small, 1, "+40", &["--prover", &market.prover]);
    let failure = market.client.chain_fails(
        &market.stranger,
        &["claim", &job.id(), "--model", "small.zkm", "--opening", &job.opening],
    );
    assert!(failure.stderr.contains("ProverNotAllowed"), "{}", failure.stderr);
    market.claim(&market.prover, &job);
}
