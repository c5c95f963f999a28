//! Baits: jobs whose claims stick in full blocks, in front of the proof of another. Proofs are put
//! first, and claims are not.

use std::path::Path;

use super::{
    Fuse,
    fakes::{FakeProver, TestEngine, run, start, start_as, start_with, step},
    opening_of,
    world::{BOND, Call, PRICE, World, account},
};
use crate::{market::Payload, models::Held, planner::Policy};

/// The factor by which all amounts are larger than in other tests, so that a proof is worth some
/// ten thousand planck of tips.
const SCALE: u128 = 10_000;
/// Blocks within which a proof is included, whatever waits before it: two in which it waits, one in
/// which it moves, one that has it.
const SOON: u32 = 4;

/// A chain of the rich, with a prover that has timed its model.
async fn ready(directory: &Path) -> World {
    let world = World::new(2);
    {
        let mut chain = world.chain();
        chain.balance = 1_000 * SCALE;
        for state in &mut chain.blocks {
            state.bonds.values_mut().for_each(|bond| *bond *= SCALE);
        }
    }
    run(&mut start(&world, directory), &world, 2).await;
    world
}

fn request(world: &World, value: i32, blocks: u32) -> u64 {
    let opening = opening_of(value);
    let payload = Payload::Public(opening.encode().to_vec());
    let deadline = world.chain().number() + blocks;
    world.chain().request(&opening, payload, deadline, |job| job.reward = 200 * SCALE + PRICE)
}

/// A job whose opening came in the folder, once.
fn bait(world: &World, directory: &Path, value: i32) -> u64 {
    let opening = opening_of(value);
    let file = directory.join("inbox").join(format!("bait-{value}"));
    std::fs::write(file, opening.encode().as_slice()).expect("dropped");
    let deadline = world.chain().number() + 70;
    world.chain().request(&opening, Payload::None, deadline, |job| job.reward = 100 * SCALE + PRICE)
}

fn claimed(world: &World, job: u64) -> bool {
    let chain = world.chain();
    let job = chain.best().jobs.get(&job);
    job.is_some_and(|job| job.claimed_by(&account(1), &job.terms_hash).is_some())
}

/// A claimed job whose proof takes so many looks; then two baits, and blocks that are full from
/// then on. The baits' claims are sent two rounds later: with two looks the proof is ready behind
/// them, with three when they are left out already.
async fn baited(
    world: &World,
    directory: &Path,
    looks: usize,
    fuse: Fuse,
) -> (u64, Vec<u64>, Option<TestEngine>) {
    let slow = FakeProver { slow: looks, ..FakeProver::default() };
    let mut engine = start_with(world, directory, fuse, slow);
    let job = request(world, 1, 50);
    let mut alive = true;
    while alive && !claimed(world, job) {
        alive = step(&mut engine, world).await.is_ok();
    }
    let baits = (2..4).map(|value| bait(world, directory, value)).collect();
    world.chain().junk = true;
    (job, baits, alive.then_some(engine))
}

/// Openings from off chain are delivered once.
fn empty_the_inbox(world: &World, directory: &Path) {
    if world.chain().count(|call| matches!(call, Call::Claim(..))) < 3 {
        return;
    }
    for file in std::fs::read_dir(directory.join("inbox")).expect("readable") {
        std::fs::remove_file(file.expect("a file").path()).expect("removed");
    }
}

/// Nothing is lost, sent twice or left over; and the baits are answered after the flood.
fn check(world: &World, engine: &TestEngine, all: &[u64], what: &str) {
    let chain = world.chain();
    let mut paid: Vec<_> = chain.best().paid.iter().map(|(job, _)| *job).collect();
    paid.sort_unstable();
    assert_eq!(paid, all, "{what}");
    assert!(chain.best().slashed.is_empty(), "{what}: {:?}", chain.best().slashed);
    assert!(chain.best().failed.is_empty(), "{what}: {:?}", chain.best().failed);
    assert_eq!(chain.best().bonds[&account(1)], BOND * SCALE, "{what}");
    let store = engine.store();
    assert!(
        store.records().is_empty() && store.outbox().is_empty(),
        "{what}: {:?}",
        store.outbox()
    );
    assert!(store.distrusted().is_empty(), "{what}: {:?}", store.distrusted());
}

fn is_paid(world: &World, job: u64) -> bool {
    world.chain().best().paid.iter().any(|(paid, _)| *paid == job)
}

#[tokio::test]
async fn a_proof_is_included_soon_whatever_claims_are_stuck_in_front_of_it() {
    let mut moved = 0;
    for looks in 0..8 {
        let directory = tempfile::tempdir().expect("a directory");
        let world = ready(directory.path()).await;
        let (job, baits, engine) = baited(&world, directory.path(), looks, Fuse::default()).await;
        let mut engine = engine.expect("alive");
        let mut since = None;
        while !is_paid(&world, job) {
            let sent = world.chain().count(|call| matches!(call, Call::Submit(..))) > 0;
            let now = world.chain().number();
            since = since.or_else(|| sent.then_some(now));
            assert!(since.is_none_or(|since| now <= since + SOON), "{looks} looks");
            assert!(now < 40, "{looks} looks: it is never proved");
            step(&mut engine, &world).await.expect("a round");
        }
        if world.chain().count(|call| matches!(call, Call::Submit(..))) > 1 {
            moved += 1;
        }
        // Stuck, too, are those that are claimed again.
        run(&mut engine, &world, 6).await;
        world.chain().junk = false;
        run(&mut engine, &world, 30).await;
        check(&world, &engine, &[vec![job], baits].concat(), &format!("{looks} looks"));
    }
    assert!((1..8).contains(&moved), "{moved}: some are signed in front, some move there");
}

#[tokio::test]
async fn wherever_the_process_ends_while_proofs_move_nothing_is_lost() {
    for looks in [2, 3] {
        let mut survived = 0;
        for effects in 0.. {
            let directory = tempfile::tempdir().expect("a directory");
            let world = ready(directory.path()).await;
            let (job, baits, mut engine) =
                baited(&world, directory.path(), looks, Fuse::after(effects)).await;
            let mut crashed = engine.is_none();
            for _ in 0..14 {
                if let Some(running) = &mut engine {
                    crashed = step(running, &world).await.is_err();
                }
                if crashed {
                    break;
                }
            }
            drop(engine);
            world.chain().junk = true;
            let mut engine = start(&world, directory.path());
            run(&mut engine, &world, 8).await;
            let what = format!("{looks} looks, after {effects} effects");
            // A claim that was not in the chain before the flood is not in it now.
            let saved = is_paid(&world, job);
            assert!(saved || !claimed(&world, job), "{what}: {:?}", engine.store().outbox());
            world.chain().junk = false;
            run(&mut engine, &world, 40).await;
            check(&world, &engine, &[vec![job], baits].concat(), &what);
            if !crashed {
                survived += 1;
                if survived > 1 {
                    assert!(effects > 15, "only {effects} effects were tried");
                    break;
                }
            }
        }
    }
}

#[tokio::test]
async fn a_block_of_what_was_displaced_costs_nothing() {
    for looks in [2, 3] {
        for (moment, without_proof) in (0..12).flat_map(|moment| [(moment, false), (moment, true)])
        {
            let directory = tempfile::tempdir().expect("a directory");
            let world = ready(directory.path()).await;
            let (job, baits, engine) =
                baited(&world, directory.path(), looks, Fuse::default()).await;
            let mut engine = engine.expect("alive");
            for _ in 0..moment {
                step(&mut engine, &world).await.expect("a round");
                empty_the_inbox(&world, directory.path());
            }
            // The author of the next block has not heard of this round.
            let mut before = world.chain().pool.clone();
            engine.round().await.expect("a round");
            if without_proof {
                before.retain(|tx| matches!(tx.call, Call::Claim(..)));
            }
            {
                let mut chain = world.chain();
                chain.pool = before;
                chain.junk = false;
                chain.produce();
                chain.junk = true;
            }
            run(&mut engine, &world, 12).await;
            let what = format!("{looks} looks, {moment}, {without_proof}");
            assert!(is_paid(&world, job), "{what}");
            world.chain().junk = false;
            run(&mut engine, &world, 40).await;
            check(&world, &engine, &[vec![job], baits].concat(), &what);
        }
    }
}

#[tokio::test]
async fn reorganisations_while_proofs_move_cost_nothing() {
    let moments = (3..9).flat_map(|moment| [(moment, 1), (moment, 2)]);
    for (looks, (moment, depth)) in moments.flat_map(|of| [(2, of), (3, of)]) {
        let directory = tempfile::tempdir().expect("a directory");
        let world = ready(directory.path()).await;
        let (job, baits, engine) = baited(&world, directory.path(), looks, Fuse::default()).await;
        let mut engine = engine.expect("alive");
        run(&mut engine, &world, moment).await;
        world.chain().reorganise(depth);
        run(&mut engine, &world, 4).await;
        world.chain().junk = false;
        run(&mut engine, &world, 45).await;
        check(
            &world,
            &engine,
            &[vec![job], baits].concat(),
            &format!("{looks}, {moment}, {depth}"),
        );
    }
}

#[tokio::test]
async fn without_tips_a_proof_still_goes_in_front_when_it_is_signed() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = ready(directory.path()).await;
    let (job, _baits, engine) = baited(&world, directory.path(), 5, Fuse::default()).await;
    drop(engine);
    let slow = FakeProver { slow: 4, ..FakeProver::default() };
    let none = |_: &mut Held, policy: &mut Policy| policy.tips.most = 0;
    let mut engine = start_as(&world, directory.path(), Fuse::default(), slow, none);
    run(&mut engine, &world, 8).await;
    assert!(is_paid(&world, job));
    assert_eq!(world.chain().best().tips, 0);
}
