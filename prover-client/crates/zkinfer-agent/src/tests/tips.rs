//! Blocks that are full of somebody else's transactions.

use super::{
    Fuse,
    fakes::{FakeProver, TestEngine, policy, run, start, start_as, start_with, step},
    opening_of,
    world::{BOND, Call, Tx, World, account},
};
use crate::{market::Payload, models::Held, planner::Policy};
use codec::DecodeAll;

async fn ready(max_batch: u32) -> (World, tempfile::TempDir, TestEngine) {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    world.chain().limits.max_batch = max_batch;
    let mut engine = start(&world, directory.path());
    run(&mut engine, &world, 2).await;
    (world, directory, engine)
}

/// Runs until the job's submission was sent, with blocks that are full from then on.
async fn flood(world: &World, engine: &mut TestEngine, tip: u128) {
    while world.chain().count(|call| matches!(call, Call::Submit(..) | Call::Batch(_))) == 0 {
        engine.round().await.expect("a round");
        if world.chain().count(|call| matches!(call, Call::Submit(..) | Call::Batch(_))) > 0 {
            world.chain().flood = Some(tip);
        }
        world.chain().produce();
    }
}

/// The tips of all submissions that were ever sent, in their order.
fn tips(world: &World) -> Vec<u128> {
    let taken = world.chain().taken.clone();
    let all = taken.iter().map(|bytes| Tx::decode_all(&mut &**bytes).expect("ours"));
    all.filter(|tx| matches!(tx.call, Call::Submit(..) | Call::Batch(_))).map(|tx| tx.tip).collect()
}

#[tokio::test]
async fn a_flood_is_outbid_within_the_bound_under_one_nonce() {
    let (world, _directory, mut engine) = ready(0).await;
    let job = request(&world, 900, 50);
    flood(&world, &mut engine, 20).await;
    run(&mut engine, &world, 60).await;
    let chain = world.chain();
    assert_eq!(chain.best().paid, [(job, account(1))]);
    assert_eq!(chain.best().bonds[&account(1)], BOND);
    drop(chain);
    let tips = tips(&world);
    assert_eq!(tips.first(), Some(&0), "nothing is tipped at first");
    assert!(tips.windows(2).all(|pair| pair[0] < pair[1]), "{tips:?}");
    // A tenth of a lock of 450 and a pay of 880.
    assert!(*tips.last().expect("tips") > 20 && tips.iter().all(|tip| *tip <= 130), "{tips:?}");
    assert_eq!(world.chain().best().tips, *tips.last().expect("tips"), "one of them is paid");
    assert!(engine.store().records().is_empty() && engine.store().outbox().is_empty());
}

fn request(world: &World, reward: u128, blocks: u32) -> u64 {
    let opening = opening_of(2);
    let payload = Payload::Public(opening.encode().to_vec());
    let deadline = world.chain().number() + blocks;
    world.chain().request(&opening, payload, deadline, |job| job.reward = reward)
}

#[tokio::test]
async fn without_a_flood_nothing_is_tipped() {
    let (world, _directory, mut engine) = ready(0).await;
    let jobs: Vec<_> = [50, 20, 14].map(|blocks| request(&world, 200, blocks)).to_vec();
    run(&mut engine, &world, 20).await;
    assert_eq!(world.chain().best().paid.len(), jobs.len());
    assert_eq!(world.chain().best().tips, 0);
}

#[tokio::test]
async fn an_operator_who_tips_nothing_offers_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    let none = |_: &mut Held, policy: &mut Policy| policy.tips.most = 0;
    let mut engine =
        start_as(&world, directory.path(), Fuse::default(), FakeProver::default(), none);
    run(&mut engine, &world, 2).await;
    request(&world, 200, 40);
    flood(&world, &mut engine, 20).await;
    run(&mut engine, &world, 20).await;
    assert_eq!(tips(&world), [0]);
    assert_eq!(policy().tips.share, 10);
}

#[tokio::test]
async fn a_batch_is_outbid_as_one() {
    let (world, directory, engine) = ready(3).await;
    drop(engine);
    let slow = FakeProver { slow: 6, ..FakeProver::default() };
    let mut engine = start_with(&world, directory.path(), Fuse::default(), slow);
    let mut jobs: Vec<_> = (0..3).map(|_| request(&world, 300, 60)).collect();
    flood(&world, &mut engine, 30).await;
    run(&mut engine, &world, 60).await;
    let mut paid: Vec<_> = world.chain().best().paid.iter().map(|(job, _)| *job).collect();
    paid.sort_unstable();
    jobs.sort_unstable();
    assert_eq!(paid, jobs);
    assert!(world.chain().best().failed.is_empty());
}

#[tokio::test]
async fn wherever_the_process_ends_one_version_is_included_and_none_is_forgotten() {
    let mut survived = 0;
    for effects in 0.. {
        let (world, directory, engine) = ready(0).await;
        drop(engine);
        let job = request(&world, 900, 50);
        let mut engine =
            start_with(&world, directory.path(), Fuse::after(effects), FakeProver::default());
        let mut crashed = false;
        for _ in 0..16 {
            crashed = step(&mut engine, &world).await.is_err();
            if world.chain().count(|call| matches!(call, Call::Submit(..))) > 0 {
                world.chain().flood = Some(20);
            }
            if crashed {
                break;
            }
        }
        drop(engine);
        let mut engine = start(&world, directory.path());
        run(&mut engine, &world, 60).await;
        let chain = world.chain();
        assert_eq!(chain.best().paid, [(job, account(1))], "after {effects} effects");
        assert!(chain.best().failed.is_empty() && chain.best().slashed.is_empty());
        drop(chain);
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
