//! Failures for a time: they cost time alone.

use super::{
    Fuse,
    fakes::{FakeProver, run, start, start_with, step},
    opening_of,
    world::{BOND, Call, World, account},
};
use crate::{engine::EngineError, market::MarketError};

/// The rounds in which proofs were begun, of `rounds`.
async fn attempts(
    world: &World,
    directory: &std::path::Path,
    prover: FakeProver,
    rounds: u32,
) -> Vec<u32> {
    let mut engine = start_with(world, directory, Fuse::default(), prover);
    let mut begun = Vec::new();
    for round in 0..rounds {
        step(&mut engine, world).await.expect("a round");
        if engine.view().proofs.0 > 0 {
            begun.push(round);
        }
    }
    begun
}

#[tokio::test]
async fn a_fault_that_passes_loses_no_claim() {
    for passing in [true, false] {
        let directory = tempfile::tempdir().expect("a directory");
        let world = World::new(2);
        run(&mut start(&world, directory.path()), &world, 2).await;
        let deadline = world.chain().number() + 50;
        let job = world.request(&opening_of(1), deadline);
        let prover = FakeProver { fails: !passing, passing, ..FakeProver::default() };
        let begun = attempts(&world, directory.path(), prover, 30).await;
        assert!((3..8).contains(&begun.len()), "spread over the time that is left: {begun:?}");
        assert!(begun.windows(2).any(|pair| pair[1] - pair[0] >= 8), "{begun:?}");
        // The machine has its memory back.
        let mut engine = start(&world, directory.path());
        run(&mut engine, &world, 20).await;
        assert_eq!(world.chain().best().paid, [(job, account(1))]);
        assert_eq!(world.chain().best().bonds[&account(1)], BOND);
        let distrusted = engine.view().models[0].fault.is_some();
        assert_eq!(distrusted, !passing, "what passes is held against no key");
    }
}

#[tokio::test]
async fn a_passing_fault_needs_no_restart_and_attempts_go_on_to_the_end() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    run(&mut start(&world, directory.path()), &world, 2).await;
    let deadline = world.chain().number() + 50;
    world.request(&opening_of(1), deadline);
    let prover = FakeProver { passing: true, ..FakeProver::default() };
    let begun = attempts(&world, directory.path(), prover, 60).await;
    assert!(begun.last().expect("attempts") - begun[0] >= 40, "{begun:?}");
    assert!(begun.len() >= 8, "{begun:?}");
}

#[tokio::test]
async fn a_refused_submission_is_sent_again_after_a_while_and_not_five_times_at_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    let mut engine = start(&world, directory.path());
    run(&mut engine, &world, 2).await;
    let deadline = world.chain().number() + 50;
    let job = world.request(&opening_of(1), deadline);
    world.chain().refuses_submissions = Some("Inference::GeneratorsMissing");
    run(&mut engine, &world, 25).await;
    let sent = || world.chain().count(|call| matches!(call, Call::Submit(..)));
    assert!((2..=3).contains(&sent()), "{} submissions in 20 blocks", sent());
    world.chain().refuses_submissions = None;
    run(&mut engine, &world, 20).await;
    assert_eq!(world.chain().best().paid, [(job, account(1))]);
    assert!(engine.view().models[0].fault.is_none(), "it was not the proof's fault");
}

#[tokio::test]
async fn a_submission_that_will_always_be_refused_stops_further_claims() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    let mut engine = start(&world, directory.path());
    run(&mut engine, &world, 2).await;
    let deadline = world.chain().number() + 50;
    world.request(&opening_of(1), deadline);
    world.chain().refuses_submissions = Some("Inference::CircuitSizeMismatch");
    run(&mut engine, &world, 12).await;
    let fault = engine.view().models[0].fault.clone().expect("a fault");
    assert!(fault.contains("CircuitSizeMismatch"), "{fault}");
    let deadline = world.chain().number() + 50;
    world.request(&opening_of(2), deadline);
    run(&mut engine, &world, 6).await;
    assert_eq!(world.chain().count(|call| matches!(call, Call::Claim(..))), 1);
}

#[tokio::test]
async fn a_verifier_that_is_out_of_order_costs_one_claim_at_most() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    let mut engine = start(&world, directory.path());
    run(&mut engine, &world, 2).await;
    let deadline = world.chain().number() + 20;
    world.request(&opening_of(1), deadline);
    world.chain().refuses_submissions = Some("Inference::VerifierFault");
    run(&mut engine, &world, 10).await;
    assert!(engine.view().models[0].fault.is_none(), "it may pass");
    run(&mut engine, &world, 40).await;
    let fault = engine.view().models[0].fault.clone().expect("a fault");
    assert!(fault.contains("lost"), "{fault}");
    assert_eq!(world.chain().best().slashed.len(), 1);
}

#[tokio::test]
async fn records_that_cannot_be_decoded_are_waited_for_and_claims_go_on_after_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    let mut engine = start(&world, directory.path());
    run(&mut engine, &world, 2).await;
    let job = world.request(&opening_of(1), 60);
    run(&mut engine, &world, 3).await;
    world.chain().unreadable = true;
    for _ in 0..10 {
        let error = step(&mut engine, &world).await.expect_err("unreadable");
        assert!(matches!(error, EngineError::Market(MarketError::Unreadable(_))), "{error:?}");
    }
    world.chain().unreadable = false;
    run(&mut engine, &world, 10).await;
    assert_eq!(world.chain().best().paid, [(job, account(1))]);
}
