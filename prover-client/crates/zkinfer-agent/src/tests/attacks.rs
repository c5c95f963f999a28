//! Attacks on a prover's bond, or on its work. Each costs the prover nothing
//! but ordinary fees.

use std::path::Path;

use super::{
    Fuse,
    fakes::{FakeProver, TestEngine, held, policy, run, start, start_as, start_with},
    opening_of,
    world::{BOND, Call, World, account},
};
use crate::{
    market::{JobView, LockBase, Payload, VersionView},
    models::Held,
    planner::{self, LockBound, Policy, Refusal},
    store::Store,
    trust::Origin,
};

fn request(world: &World, value: i32, deadline: u32, change: impl FnOnce(&mut JobView)) -> u64 {
    let opening = opening_of(value);
    world.chain().request(&opening, Payload::Public(opening.encode().to_vec()), deadline, change)
}

fn claims(world: &World) -> usize {
    world.chain().count(|call| matches!(call, Call::Claim(..)))
}

fn bond(world: &World) -> u128 {
    world.chain().best().bonds[&account(1)]
}

fn paid(world: &World) -> Vec<u64> {
    world.chain().best().paid.iter().map(|(job, _)| *job).collect()
}

/// A process whose key is somebody's.
fn with_strangers_key(world: &World, directory: &Path, prover: FakeProver) -> TestEngine {
    start_as(world, directory, Fuse::default(), prover, |held, _| held.origin = Origin::Stranger)
}

#[tokio::test]
async fn a_poisoned_key_of_a_stranger_costs_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    let prover = FakeProver { poison: Some(7), ..FakeProver::default() };
    let mut engine = with_strangers_key(&world, directory.path(), prover);
    let ordinary = request(&world, 1, 60, |_| ());
    run(&mut engine, &world, 10).await;
    assert_eq!(paid(&world), [ordinary], "its trials and ordinary inputs hold");
    for value in [7, 7, 2] {
        let deadline = world.chain().number() + 40;
        request(&world, value, deadline, |job| job.reward = 500);
        run(&mut engine, &world, 12).await;
    }
    assert_eq!(
        (claims(&world), bond(&world)),
        (1, BOND),
        "nothing is claimed after the first failure"
    );
    assert!(world.chain().best().slashed.is_empty() && engine.store().records().is_empty());
    let fault = engine.view().models[0].fault.clone().expect("a fault");
    assert!(fault.contains("not claimed"), "{fault}");
}

#[tokio::test]
async fn a_key_that_the_operator_answers_for_costs_one_lock_and_not_the_bond() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    run(&mut start(&world, directory.path()), &world, 2).await;
    // The trial has passed; what requesters really ask for does not.
    let prover = || FakeProver { fails: true, ..FakeProver::default() };
    let mut engine = start_with(&world, directory.path(), Fuse::default(), prover());
    for value in 0..4 {
        let deadline = world.chain().number() + 30;
        request(&world, value, deadline, |job| job.reward = 500 + job.price);
        run(&mut engine, &world, 12).await;
    }
    drop(engine);
    // A restart believes it as little.
    let mut engine = start_with(&world, directory.path(), Fuse::default(), prover());
    run(&mut engine, &world, 60).await;
    assert_eq!(claims(&world), 1, "nothing after the first failure");
    assert_eq!(bond(&world), BOND - 250);
    drop(engine);

    // The operator has found the fault, and says so.
    let path = directory.path().join("state.redb");
    let held = held();
    assert!(
        Store::trust(&path, |key| key.checksum == [9; 32]).expect("readable").is_empty(),
        "another file"
    );
    let trusted = Store::trust(&path, |key| *key == held.key).expect("readable");
    assert!(trusted[0].1.reason.contains("failed"), "{trusted:?}");
    let mut engine = start(&world, directory.path());
    let deadline = world.chain().number() + 40;
    let job = request(&world, 1, deadline, |_| ());
    run(&mut engine, &world, 12).await;
    assert_eq!(paid(&world), [job]);
}

#[tokio::test]
async fn another_file_of_a_distrusted_key_is_tried_anew() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    let prover = FakeProver { fails: true, ..FakeProver::default() };
    run(&mut start_with(&world, directory.path(), Fuse::default(), prover), &world, 3).await;
    let job = request(&world, 1, 60, |_| ());
    run(&mut start(&world, directory.path()), &world, 3).await;
    assert_eq!(claims(&world), 0, "its trial failed before the restart");
    let new = |held: &mut Held, _: &mut Policy| held.key.checksum = [8; 32];
    let mut engine =
        start_as(&world, directory.path(), Fuse::default(), FakeProver::default(), new);
    run(&mut engine, &world, 12).await;
    assert_eq!(paid(&world), [job]);
}

#[tokio::test]
async fn a_file_that_changed_is_timed_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    run(&mut start(&world, directory.path()), &world, 2).await;
    let stuck = FakeProver { held_back: true, ..FakeProver::default() };
    let new = |held: &mut Held, _: &mut Policy| held.key.checksum = [8; 32];
    let mut engine = start_as(&world, directory.path(), Fuse::default(), stuck, new);
    request(&world, 1, 60, |_| ());
    run(&mut engine, &world, 5).await;
    assert_eq!((claims(&world), engine.view().models[0].millis), (0, None));
    assert_eq!(engine.view().proofs.0, 3, "three trials of random inputs");
}

#[tokio::test]
async fn a_key_that_an_audit_refuted_is_not_used() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    let refuted = |held: &mut Held, _: &mut Policy| held.origin = Origin::Refuted;
    let mut engine =
        start_as(&world, directory.path(), Fuse::default(), FakeProver::default(), refuted);
    request(&world, 1, 60, |_| ());
    run(&mut engine, &world, 5).await;
    assert_eq!((claims(&world), engine.view().proofs.0), (0, 0));
    assert!(engine.view().models[0].fault.is_some());
}

#[tokio::test]
async fn jobs_that_are_taken_back_when_they_are_proved_slow_their_version_down() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    let mut engine = with_strangers_key(&world, directory.path(), FakeProver::default());
    run(&mut engine, &world, 3).await;
    for _ in 0..100 {
        let deadline = world.chain().number() + 50;
        let job = request(&world, 1, deadline, |_| ());
        // Its proof begins when its request is final.
        run(&mut engine, &world, 3).await;
        world.chain().cancel(job);
    }
    let text = engine_metrics(&engine);
    let count = |name: &str| -> u32 {
        let line = text.lines().find(|line| line.starts_with(name)).expect("the counter");
        line.rsplit(' ').next().and_then(|number| number.parse().ok()).expect("a number")
    };
    let (begun, vain) =
        (count("zkinfer_proofs_before_claims_total"), count("zkinfer_proofs_in_vain_total"));
    assert!((4..=14).contains(&begun) && vain >= begun - 1, "{begun} begun, {vain} in vain");
    assert_eq!((claims(&world), bond(&world)), (0, BOND));
    // An honest job is served all the same, and the next ones at once.
    let deadline = world.chain().number() + 300;
    let job = request(&world, 1, deadline, |_| ());
    run(&mut engine, &world, 150).await;
    assert_eq!(paid(&world), [job]);
}

fn engine_metrics(engine: &TestEngine) -> String {
    engine.metrics().text().expect("text")
}

#[tokio::test]
async fn no_proof_before_a_claim_begins_while_a_claimed_job_waits() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    run(&mut start(&world, directory.path()), &world, 2).await;
    let first = request(&world, 1, 80, |_| ());
    let slow = FakeProver { slow: 12, ..FakeProver::default() };
    let mut engine = start_with(&world, directory.path(), Fuse::default(), slow);
    run(&mut engine, &world, 5).await;
    assert_eq!(claims(&world), 1);
    drop(engine);
    // The key is a stranger's now, and the claimed job still waits for its proof.
    let slow = FakeProver { slow: 8, ..FakeProver::default() };
    let mut engine = with_strangers_key(&world, directory.path(), slow);
    let second = request(&world, 2, 80, |job| job.reward = 900);
    run(&mut engine, &world, 5).await;
    assert_eq!(engine.view().proofs.0, 1, "the claimed one alone");
    run(&mut engine, &world, 25).await;
    assert_eq!(paid(&world), [first, second]);
}

#[tokio::test]
async fn a_lock_without_pay_is_left_to_others() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    let mut engine = start(&world, directory.path());
    run(&mut engine, &world, 2).await;
    // A chain that locks a share of the whole reward.
    world.chain().limits.lock_base = LockBase::Reward;
    // Rewards of which nearly all go back to the requester, as the model's owner: for the whole
    // bond, and for a part of it.
    request(&world, 1, 60, |job| (job.reward, job.price) = (2_000, 1_997));
    request(&world, 1, 60, |job| (job.reward, job.price) = (800, 790));
    run(&mut engine, &world, 6).await;
    assert_eq!(claims(&world), 0);
    let text = engine_metrics(&engine);
    for reason in ["lock-above-share-of-bond", "lock-above-pay"] {
        assert!(
            text.contains(&format!("zkinfer_jobs_refused_total{{reason=\"{reason}\"}}")),
            "{text}"
        );
    }
}

#[test]
fn each_bound_of_a_lock_is_kept_to_the_planck() {
    let world = World::new(2);
    let refusal = |reward, price, change: &dyn Fn(&mut Policy)| {
        let id = request(&world, 1, 90, |job| (job.reward, job.price) = (reward, price));
        let mut chain = super::snapshot(10, 12);
        chain.limits.lock_base = LockBase::Reward;
        let job = world.chain().best().jobs[&id].clone();
        let version = world.chain().version();
        let mut policy = policy();
        change(&mut policy);
        planner::worth(&job, &held(), &version, &account(1), &chain.means(), &policy).err()
    };
    let large = |lock, most, bound| Some(Refusal::LockTooLarge { lock, most, bound });
    // Half of the reward is locked, of a bond of 1,000.
    assert_eq!(refusal(1_000, 0, &|_| ()), None);
    assert_eq!(refusal(1_002, 0, &|_| ()), large(501, 500, LockBound::Share));
    assert_eq!(refusal(200, 0, &|policy| policy.locks.most = 100), None);
    assert_eq!(
        refusal(202, 0, &|policy| policy.locks.most = 100),
        large(101, 100, LockBound::Amount)
    );
    assert_eq!(refusal(400, 380, &|_| ()), None);
    assert_eq!(refusal(402, 382, &|_| ()), large(201, 200, LockBound::Ratio));
    // The least that the chain locks is nothing that a requester chooses.
    assert_eq!(refusal(20, 16, &|policy| policy.locks.ratio = 1), None);
}

#[tokio::test]
async fn only_the_models_that_are_named_are_served() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    let copy = VersionView {
        model_hash: held().model_hash,
        vk_hash: held().key.vk_hash,
        allowed_provers: None,
    };
    assert!(held().serves(&copy), "whoever registered it");
    let named = |_: &mut Held, policy: &mut Policy| policy.model_ids = [4].into();
    let mut engine =
        start_as(&world, directory.path(), Fuse::default(), FakeProver::default(), named);
    run(&mut engine, &world, 2).await;
    request(&world, 1, 60, |_| ());
    let wanted = request(&world, 2, 60, |job| job.version.model = 4);
    run(&mut engine, &world, 12).await;
    assert_eq!(paid(&world), [wanted]);
    assert_eq!(claims(&world), 1);
}

#[tokio::test]
async fn a_job_whose_proof_the_chain_cannot_check_is_not_claimed() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    let halo2 = |held: &mut Held, _: &mut Policy| held.k = Some(14);
    let mut engine =
        start_as(&world, directory.path(), Fuse::default(), FakeProver::default(), halo2);
    run(&mut engine, &world, 2).await;
    let job = request(&world, 1, 60, |_| ());
    world.chain().generators = [11, 12].into();
    run(&mut engine, &world, 6).await;
    assert_eq!((claims(&world), bond(&world)), (0, BOND));
    assert!(engine_metrics(&engine).contains("reason=\"no-generators\""));
    // Somebody uploads them.
    world.chain().generators.insert(14);
    run(&mut engine, &world, 10).await;
    assert_eq!(paid(&world), [job]);
}

#[tokio::test]
async fn a_proof_is_not_sent_to_a_chain_that_cannot_check_it_and_is_sent_when_it_can() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    let halo2 = |held: &mut Held, _: &mut Policy| held.k = Some(14);
    world.chain().generators = [14].into();
    let mut engine =
        start_as(&world, directory.path(), Fuse::default(), FakeProver::default(), halo2);
    run(&mut engine, &world, 2).await;
    let job = request(&world, 1, 60, |_| ());
    run(&mut engine, &world, 3).await;
    world.chain().generators.clear();
    run(&mut engine, &world, 8).await;
    assert_eq!(world.chain().count(|call| matches!(call, Call::Submit(..))), 0);
    world.chain().generators.insert(14);
    run(&mut engine, &world, 8).await;
    assert_eq!(paid(&world), [job]);
}
