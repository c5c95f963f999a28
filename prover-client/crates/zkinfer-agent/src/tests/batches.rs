//! Proofs that are ready together go together, where nothing is risked.

use super::{
    Fuse,
    fakes::{FakeProver, run, start, start_with, step},
    opening_of,
    world::{BOND, Call, World, account},
};

/// Looks after which the claims of one round are final.
const LONG: usize = 6;

fn slow(looks: usize) -> FakeProver {
    FakeProver { slow: looks, ..FakeProver::default() }
}

/// A chain that takes batches of three, with `jobs` open jobs that end with this block.
fn world(jobs: i32, deadline: u32) -> World {
    let world = World::new(2);
    world.chain().limits.max_batch = 3;
    for value in 0..jobs {
        world.request(&opening_of(value), deadline);
    }
    world
}

/// The jobs of each submission that was ever sent: alone, and together.
fn sent(world: &World) -> (usize, usize) {
    let chain = world.chain();
    let alone = chain.count(|call| matches!(call, Call::Submit(..)));
    (alone, chain.count(|call| matches!(call, Call::Batch(_))))
}

/// Runs a prover with a store that knows how long a proof takes.
async fn serve(world: &World, prover: FakeProver, rounds: usize) {
    let directory = tempfile::tempdir().expect("a directory");
    let before = World::new(2);
    run(&mut start(&before, directory.path()), &before, 2).await;
    let mut engine = start_with(world, directory.path(), Fuse::default(), prover);
    run(&mut engine, world, rounds).await;
    assert!(engine.store().records().is_empty() && engine.store().outbox().is_empty());
}

fn all_paid(world: &World, jobs: usize) {
    let chain = world.chain();
    let mut paid: Vec<_> = chain.best().paid.iter().map(|(job, _)| *job).collect();
    paid.sort_unstable();
    assert_eq!(paid, (0..jobs as u64).collect::<Vec<_>>());
    assert!(chain.best().slashed.is_empty());
    assert_eq!(chain.best().bonds[&account(1)], BOND);
}

#[tokio::test]
async fn what_is_ready_together_is_submitted_together() {
    let world = world(4, 80);
    serve(&world, slow(LONG), 24).await;
    all_paid(&world, 4);
    assert_eq!(sent(&world), (1, 1), "three, and the one that is left");
}

#[tokio::test]
async fn nothing_is_batched_that_a_reorganisation_could_take_away() {
    let world = world(3, 80);
    serve(&world, slow(0), 20).await;
    all_paid(&world, 3);
    assert_eq!(sent(&world), (3, 0), "the claims were not final yet");
}

#[tokio::test]
async fn nothing_is_batched_whose_time_is_short() {
    let world = world(3, 24);
    world.chain().limits.grace = 0;
    serve(&world, slow(LONG + 6), 30).await;
    all_paid(&world, 3);
    assert_eq!(sent(&world), (3, 0));
}

#[tokio::test]
async fn what_was_refused_together_is_submitted_alone() {
    let world = world(3, 80);
    world.chain().refuses_batches = true;
    serve(&world, slow(LONG), 30).await;
    all_paid(&world, 3);
    assert_eq!(sent(&world), (3, 1));
}

#[tokio::test]
async fn a_batch_is_paid_wherever_the_process_ends() {
    let mut survived = 0;
    for effects in 0.. {
        let directory = tempfile::tempdir().expect("a directory");
        let world = World::new(2);
        run(&mut start(&world, directory.path()), &world, 2).await;
        world.chain().limits.max_batch = 3;
        for value in 0..3 {
            world.request(&opening_of(value), 80);
        }
        let mut engine = start_with(&world, directory.path(), Fuse::after(effects), slow(LONG));
        let mut crashed = false;
        for _ in 0..20 {
            if step(&mut engine, &world).await.is_err() {
                crashed = true;
                break;
            }
        }
        drop(engine);
        let mut engine = start_with(&world, directory.path(), Fuse::default(), slow(LONG));
        run(&mut engine, &world, 24).await;
        all_paid(&world, 3);
        let failed = world.chain().best().failed.clone();
        assert!(failed.is_empty(), "after {effects} effects nothing was sent twice: {failed:?}");
        assert!(engine.store().records().is_empty() && engine.store().outbox().is_empty());
        if !crashed {
            survived += 1;
            if survived > 1 {
                assert!(effects > 15, "only {effects} effects were tried");
                return;
            }
        }
    }
}
