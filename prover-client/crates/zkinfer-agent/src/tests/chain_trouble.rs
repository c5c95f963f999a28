//! Reorganisations, full pools, dropped transactions, lost connections.

use super::{
    fakes::{TestEngine, run, start, step},
    opening_of,
    world::{Call, Tx, World, account},
};
use crate::{engine::EngineError, market::MarketError};

async fn ready(lag: usize) -> (World, tempfile::TempDir, TestEngine) {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(lag);
    let mut engine = start(&world, directory.path());
    run(&mut engine, &world, 2).await;
    (world, directory, engine)
}

fn assert_paid_once(world: &World, engine: &TestEngine, job: u64) {
    let chain = world.chain();
    assert_eq!(chain.best().paid, [(job, account(1))]);
    assert!(chain.best().slashed.is_empty());
    assert!(chain.best().failed.is_empty(), "{:?}", chain.best().failed);
    assert!(engine.store().records().is_empty() && engine.store().outbox().is_empty());
}

#[tokio::test]
async fn reorganisations_at_any_moment_cost_nothing() {
    for moment in 0..9 {
        for depth in 1..4 {
            let (world, _directory, mut engine) = ready(3).await;
            let job = world.request(&opening_of(2), 80);
            run(&mut engine, &world, 3 + moment).await;
            world.chain().reorganise(depth);
            run(&mut engine, &world, 14).await;
            assert_paid_once(&world, &engine, job);
        }
    }
}

#[tokio::test]
async fn a_claim_that_a_reorganisation_gives_to_a_rival_is_let_go() {
    let (world, _directory, mut engine) = ready(3).await;
    let job = world.request(&opening_of(2), 80);
    run(&mut engine, &world, 5).await;
    let ours =
        |job: &crate::market::JobView| job.claimed_by(&account(1), &job.terms_hash).is_some();
    assert!(ours(&world.chain().best().jobs[&job]), "before");
    world.chain().reorganise(3);
    world.chain().rival_claims(job);
    world.chain().produce();
    run(&mut engine, &world, 24).await;
    let chain = world.chain();
    assert!(chain.best().paid.is_empty() && chain.best().slashed.is_empty());
    assert!(!ours(&chain.best().jobs[&job]), "after");
    assert!(engine.store().records().is_empty());
}

#[tokio::test]
async fn transactions_that_the_pool_drops_are_sent_again_as_they_are() {
    for moment in 2..8 {
        let (world, _directory, mut engine) = ready(2).await;
        let job = world.request(&opening_of(2), 80);
        for round in 0..20 {
            engine.round().await.expect("a round");
            if round == moment {
                world.chain().pool.clear();
            }
            world.chain().produce();
        }
        assert_paid_once(&world, &engine, job);
        let signed = world.chain().count(|call| matches!(call, Call::Claim(..) | Call::Submit(..)));
        assert_eq!(signed, 2, "one of each, whatever was lost");
    }
}

#[tokio::test]
async fn transactions_that_the_pool_drops_and_bans_are_signed_anew_under_their_nonce() {
    for moment in 2..8 {
        let (world, _directory, mut engine) = ready(2).await;
        let job = world.request(&opening_of(2), 80);
        for round in 0..20 {
            engine.round().await.expect("a round");
            if round == moment {
                let mut chain = world.chain();
                let thrown: Vec<_> =
                    chain.pool.drain(..).map(|tx| codec::Encode::encode(&tx)).collect();
                chain.banned.extend(thrown);
            }
            world.chain().produce();
        }
        assert_paid_once(&world, &engine, job);
    }
}

#[tokio::test]
async fn a_nonce_that_another_program_of_the_account_takes_costs_nothing_but_time() {
    for moment in 2..8 {
        let (world, _directory, mut engine) = ready(2).await;
        let job = world.request(&opening_of(2), 80);
        for round in 0..24 {
            engine.round().await.expect("a round");
            if round == moment {
                let mut chain = world.chain();
                chain.pool.clear();
                let nonce = chain.next_nonce(&account(1));
                let call = Call::Nothing;
                chain.pool.push(Tx {
                    signer: account(1),
                    nonce,
                    death: u32::MAX,
                    call,
                    salt: 0,
                    tip: 0,
                });
            }
            world.chain().produce();
        }
        assert_paid_once(&world, &engine, job);
    }
}

#[tokio::test]
async fn a_full_pool_is_waited_for() {
    let (world, _directory, mut engine) = ready(2).await;
    let job = world.request(&opening_of(2), 90);
    run(&mut engine, &world, 4).await;
    world.chain().pool_is_full = true;
    run(&mut engine, &world, 10).await;
    assert_eq!(engine.store().outbox().len(), 1, "the submission waits");
    world.chain().pool_is_full = false;
    run(&mut engine, &world, 6).await;
    assert_paid_once(&world, &engine, job);
}

#[tokio::test]
async fn a_claim_that_died_in_a_full_pool_leaves_no_gap_behind() {
    let (world, _directory, mut engine) = ready(2).await;
    let job = world.request(&opening_of(2), 120);
    run(&mut engine, &world, 2).await;
    world.chain().pool_is_full = true;
    // The claim dies after sixteen blocks; another is signed, which dies as well.
    run(&mut engine, &world, 40).await;
    world.chain().pool_is_full = false;
    run(&mut engine, &world, 12).await;
    assert_paid_once(&world, &engine, job);
}

#[tokio::test]
async fn what_waits_behind_a_dead_nonce_is_let_through() {
    let (world, _directory, mut engine) = ready(2).await;
    world.chain().pool_is_full = true;
    let now = world.chain().number();
    // The first claim may live for eight blocks only, the second for sixteen.
    world.request(&opening_of(1), now + 14);
    let second = world.request(&opening_of(2), now + 90);
    run(&mut engine, &world, 4).await;
    let deaths: Vec<_> =
        engine.store().outbox().entries().map(|(nonce, entry)| (nonce, entry.death)).collect();
    assert!(deaths[0].1 < deaths[1].1, "{deaths:?}");
    while world.chain().finalized + 1 < deaths[0].1 as usize {
        step(&mut engine, &world).await.expect("a round");
    }
    world.chain().pool_is_full = false;
    run(&mut engine, &world, 8).await;
    assert_eq!(
        world.chain().count(|call| *call == Call::Nothing),
        1,
        "the dead claim's nonce is used up"
    );
    assert_paid_once(&world, &engine, second);
}

#[tokio::test]
async fn a_lost_connection_is_an_error_that_says_so_and_the_next_round_goes_on() {
    for moment in 0..8 {
        let (world, _directory, mut engine) = ready(2).await;
        let job = world.request(&opening_of(2), 80);
        run(&mut engine, &world, moment).await;
        world.chain().reachable = false;
        for _ in 0..4 {
            let error = step(&mut engine, &world).await.expect_err("unplugged");
            assert!(matches!(error, EngineError::Market(MarketError::Lost(_))), "{error:?}");
        }
        world.chain().reachable = true;
        run(&mut engine, &world, 14).await;
        assert_paid_once(&world, &engine, job);
    }
}

#[tokio::test]
async fn an_outage_beyond_the_deadline_is_told_as_a_loss() {
    let (world, _directory, mut engine) = ready(2).await;
    world.request(&opening_of(2), 30);
    run(&mut engine, &world, 3).await;
    world.chain().reachable = false;
    for _ in 0..40 {
        step(&mut engine, &world).await.expect_err("unplugged");
    }
    world.chain().reachable = true;
    run(&mut engine, &world, 6).await;
    assert_eq!(world.chain().best().slashed, [(0, "missed deadline")]);
    assert!(engine.store().records().is_empty() && engine.store().outbox().is_empty());
    assert_eq!(engine.store().totals().missed + engine.store().totals().lost, 1);
}
