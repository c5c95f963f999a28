//! Claims that are made, and claims that are not.

use super::{
    Fuse,
    fakes::{FakeProver, TestEngine, run, sealed, start, start_with, step},
    opening_of,
    world::{Call, REWARD, World, account},
};
use crate::market::{JobState, JobView, Payload};
use zkinfer::artefacts::opening::Opening;

/// A prover that has timed its model on a fresh chain, with its directory.
async fn ready() -> (World, tempfile::TempDir, TestEngine) {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    let mut engine = start(&world, directory.path());
    run(&mut engine, &world, 2).await;
    (world, directory, engine)
}

fn claims(world: &World) -> usize {
    world.chain().count(|call| matches!(call, Call::Claim(..)))
}

fn paid(world: &World) -> Vec<u64> {
    world.chain().best().paid.iter().map(|(job, _)| *job).collect()
}

/// Requests a job with a public payload, changed before its terms are hashed.
fn request(
    world: &World,
    opening: &Opening,
    deadline: u32,
    change: impl FnOnce(&mut JobView),
) -> u64 {
    world.chain().request(opening, Payload::Public(opening.encode().to_vec()), deadline, change)
}

#[tokio::test]
async fn several_jobs_are_claimed_proved_and_paid() {
    let (world, _directory, mut engine) = ready().await;
    let jobs: Vec<_> = (0..5).map(|value| world.request(&opening_of(value), 60)).collect();
    run(&mut engine, &world, 12).await;
    let mut done = paid(&world);
    done.sort_unstable();
    assert_eq!(done, jobs);
    assert_eq!(engine.store().totals().paid, 5);
    assert_eq!(engine.store().totals().earned, 5 * 80);
    assert!(!engine.is_busy());
}

#[tokio::test]
async fn nothing_is_claimed_before_a_proof_was_timed() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    let prover = FakeProver { held_back: true, ..FakeProver::default() };
    let mut engine = start_with(&world, directory.path(), Fuse::default(), prover);
    world.request(&opening_of(1), 60);
    run(&mut engine, &world, 5).await;
    assert_eq!(claims(&world), 0);
}

#[tokio::test]
async fn a_model_whose_trial_proof_fails_is_not_claimed_for() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    let prover = FakeProver { fails: true, ..FakeProver::default() };
    let mut engine = start_with(&world, directory.path(), Fuse::default(), prover);
    world.request(&opening_of(1), 60);
    run(&mut engine, &world, 5).await;
    assert_eq!(claims(&world), 0);
}

#[tokio::test]
async fn payloads_that_do_not_open_the_commitment_are_not_claimed() {
    let (world, directory, mut engine) = ready().await;
    let (opening, other) = (opening_of(1), opening_of(2));
    let public = |bytes: &[u8]| Payload::Public(bytes.to_vec());
    let mut long = opening.encode().to_vec();
    long.push(0);
    for payload in [
        public(&other.encode()),
        public(&[]),
        public(&opening.encode()[1..]),
        public(&long),
        sealed(&other.encode()),
        sealed(b"rubbish"),
        Payload::Encrypted(vec![3, 1, 2]),
        Payload::Unknown(vec![3, 1, 2]),
        Payload::None,
    ] {
        world.chain().request(&opening, payload, 60, |job| job.provers = Some(vec![account(1)]));
    }
    // A payload that was exchanged after the terms were made.
    let job = world.request(&opening, 60);
    world.chain().payloads.insert(job, public(&other.encode()));
    run(&mut engine, &world, 8).await;
    assert_eq!(claims(&world), 0);
    let kept = std::fs::read_dir(directory.path().join("openings")).expect("readable").count();
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn a_flood_of_jobs_that_cannot_be_opened_holds_no_round_up() {
    let (world, _directory, mut engine) = ready().await;
    for value in 0..40 {
        let rubbish = Payload::Public(vec![value]);
        world.chain().request(&opening_of(1), rubbish, 90, |job| job.reward = REWARD + 1);
    }
    let good = world.request(&opening_of(2), 90);
    run(&mut engine, &world, 2).await;
    let mut most = 0;
    for _ in 0..12 {
        let before = world.chain().payloads_read;
        step(&mut engine, &world).await.expect("a round");
        most = most.max(world.chain().payloads_read - before);
    }
    assert!(most <= 16, "{most} payloads were read in a round");
    assert_eq!(world.chain().payloads_read, 41, "each once");
    assert_eq!(paid(&world), [good]);
}

#[tokio::test]
async fn unprofitable_unaffordable_and_foreign_jobs_are_left_to_others() {
    let (world, _directory, mut engine) = ready().await;
    request(&world, &opening_of(1), 60, |job| (job.reward, job.price) = (22, 20));
    request(&world, &opening_of(2), 60, |job| (job.reward, job.price) = (100_000, 20));
    request(&world, &opening_of(3), 60, |job| job.provers = Some(vec![account(2)]));
    let terms = request(&world, &opening_of(4), 60, |_| {});
    {
        let mut chain = world.chain();
        let state = chain.blocks.last_mut().expect("a block");
        // The chain says a hash that its terms do not have.
        state.jobs.get_mut(&terms).expect("there").reward = REWARD + 1;
    }
    run(&mut engine, &world, 8).await;
    assert_eq!(claims(&world), 0);
    // Exactly the fees is enough when nothing is to be left.
    let job = request(&world, &opening_of(5), 60, |job| (job.reward, job.price) = (23, 20));
    run(&mut engine, &world, 10).await;
    assert_eq!(paid(&world), [job]);
}

#[tokio::test]
async fn a_deadline_that_leaves_too_little_time_is_left_to_others() {
    let (world, _directory, mut engine) = ready().await;
    // A proof of one second, planned twice, is one block, and two are the margin; the chain wants
    // five.
    let now = world.chain().number();
    for deadline in now..now + 8 {
        request(&world, &opening_of(1), deadline, |_| {});
    }
    run(&mut engine, &world, 12).await;
    assert_eq!(claims(&world), 0);
    let now = world.chain().number();
    let job = request(&world, &opening_of(1), now + 12, |_| {});
    run(&mut engine, &world, 12).await;
    assert_eq!(paid(&world), [job]);
}

#[tokio::test]
async fn a_claim_that_the_pool_delays_dies_before_it_could_hurt() {
    let (world, _directory, mut engine) = ready().await;
    let now = world.chain().number();
    let job = world.request(&opening_of(2), now + 18);
    world.chain().pool_is_full = true;
    run(&mut engine, &world, 4).await;
    let death = engine.store().outbox().entries().next().expect("a claim").1.death;
    assert!(death + 5 <= now + 18 + 1, "included at the last moment it leaves the proof its time");
    run(&mut engine, &world, 14).await;
    world.chain().pool_is_full = false;
    run(&mut engine, &world, 6).await;
    assert!(world.chain().best().slashed.is_empty());
    assert!(!paid(&world).contains(&job));
    assert!(engine.store().records().is_empty() && engine.store().outbox().is_empty());
}

#[tokio::test]
async fn no_more_is_claimed_than_the_bond_and_the_limit_allow() {
    let (world, _directory, mut engine) = ready().await;
    // Each locks 300 of 1000.
    for value in 0..5 {
        request(&world, &opening_of(value), 60, |job| job.reward = 600);
    }
    step(&mut engine, &world).await.expect("a round");
    run(&mut engine, &world, 1).await;
    step(&mut engine, &world).await.expect("a round");
    assert_eq!(claims(&world), 3, "together, before any is on chain");
    run(&mut engine, &world, 20).await;
    assert_eq!(paid(&world).len(), 5, "the others when the bond is free again");
    assert!(world.chain().best().failed.is_empty());
}

#[tokio::test]
async fn an_opening_dropped_into_the_folder_is_enough_and_is_kept_through_a_restart() {
    let (world, directory, mut engine) = ready().await;
    let opening = opening_of(6);
    let job = world.chain().request(&opening, Payload::None, 60, |_| {});
    run(&mut engine, &world, 4).await;
    assert_eq!(claims(&world), 0);
    let file = directory.path().join("inbox").join("from-a-friend");
    std::fs::write(&file, opening.encode().as_slice()).expect("dropped");
    step(&mut engine, &world).await.expect("a round");
    assert_eq!(claims(&world), 1);
    drop(engine);
    std::fs::remove_file(&file).expect("gone");
    let mut engine = start(&world, directory.path());
    run(&mut engine, &world, 6).await;
    assert_eq!(paid(&world), [job]);
}

#[tokio::test]
async fn a_rival_who_is_first_costs_a_fee_at_most() {
    let (world, _directory, mut engine) = ready().await;
    let job = world.request(&opening_of(1), 60);
    run(&mut engine, &world, 2).await;
    // In the same block, before ours.
    world.chain().rival_claims(job);
    run(&mut engine, &world, 8).await;
    assert_eq!(claims(&world), 1);
    assert!(
        matches!(&world.chain().best().jobs[&job].state, JobState::Claimed { prover, .. } if *prover == account(2))
    );
    assert!(engine.store().records().is_empty(), "it is the rival's");
    assert_eq!(engine.store().totals().missed, 1);
    assert_eq!(engine.store().totals().lost, 0);
}

#[tokio::test]
async fn a_claim_that_the_store_does_not_know_is_taken_on_and_proved() {
    let (world, directory, mut engine) = ready().await;
    let public = world.request(&opening_of(1), 60);
    let opening = opening_of(2);
    let payload = sealed(&opening.encode());
    let private =
        world.chain().request(&opening, payload, 60, |job| job.provers = Some(vec![account(1)]));
    run(&mut engine, &world, 3).await;
    drop(engine);
    // The store is lost with the machine.
    std::fs::remove_file(directory.path().join("state.redb")).expect("removed");
    std::fs::remove_dir_all(directory.path().join("openings")).expect("removed");
    let mut engine = start(&world, directory.path());
    run(&mut engine, &world, 10).await;
    assert_eq!(paid(&world), [public, private]);
    assert!(world.chain().best().slashed.is_empty());
}

#[tokio::test]
async fn after_the_word_to_stop_nothing_is_claimed_and_what_is_claimed_is_finished() {
    let (world, _directory, mut engine) = ready().await;
    let first = world.request(&opening_of(1), 60);
    run(&mut engine, &world, 3).await;
    engine.stop_claiming();
    world.request(&opening_of(2), 60);
    run(&mut engine, &world, 8).await;
    assert_eq!(paid(&world), [first]);
    assert_eq!(claims(&world), 1);
    assert!(!engine.is_busy());
}

#[tokio::test]
async fn a_proof_that_does_not_hold_is_never_sent() {
    let (world, directory, engine) = ready().await;
    drop(engine);
    let prover = FakeProver { lies: true, ..FakeProver::default() };
    let mut engine = start_with(&world, directory.path(), Fuse::default(), prover);
    let job = world.request(&opening_of(1), 60);
    run(&mut engine, &world, 20).await;
    assert_eq!(world.chain().count(|call| matches!(call, Call::Submit(..))), 0);
    drop(engine);
    // A restart with a sound machine saves the bond, but for the attempts that were counted.
    assert!(world.chain().best().jobs.contains_key(&job));
}
