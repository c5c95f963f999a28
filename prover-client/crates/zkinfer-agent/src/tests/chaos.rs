//! Everything at once, at random, from seeds: crashes, reorganisations, lost and refused
//! transactions, outages, rivals. Whatever happens, nothing is slashed, and nothing is sent twice.

use super::{
    Fuse,
    fakes::{FakeProver, TestEngine, run, start, start_with, step},
    opening_of,
    world::{BOND, Call, World, account},
};

/// SplitMix64: a seed gives the same numbers on every machine.
struct Rng(u64);

impl Rng {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// Something bad, or nothing, before a round.
fn trouble(rng: &mut Rng, world: &World) {
    let mut chain = world.chain();
    match rng.below(12) {
        0 => {
            let depth = 1 + rng.below(3) as usize;
            chain.reorganise(depth);
        }
        1 => chain.pool.clear(),
        2 => {
            let thrown: Vec<_> =
                chain.pool.drain(..).map(|tx| codec::Encode::encode(&tx)).collect();
            chain.banned.extend(thrown);
        }
        3 => chain.pool_is_full = !chain.pool_is_full,
        4 => chain.reachable = !chain.reachable,
        5 => {
            let open: Vec<_> =
                chain.snapshot(&account(2), &[]).open.iter().map(|job| job.id).collect();
            if let Some(job) = open.first() {
                chain.rival_claims(*job);
            }
        }
        _ => {}
    }
}

async fn life(seed: u64) {
    let mut rng = Rng(seed);
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(3);
    // Every second chain takes batches.
    world.chain().limits.max_batch = if seed.is_multiple_of(2) { 0 } else { 3 };
    let mut engine = start(&world, directory.path());
    run(&mut engine, &world, 2).await;
    for round in 0..50 {
        if rng.below(6) == 0 {
            let now = world.chain().number();
            world.request(&opening_of(rng.below(16) as i32), now + 70 + rng.below(60) as u32);
        }
        trouble(&mut rng, &world);
        let result = step(&mut engine, &world).await;
        if matches!(&result, Err(error) if error.to_string().contains("crash"))
            || rng.below(15) == 0
        {
            drop(engine);
            engine = reborn(&mut rng, &world, &directory);
        }
        // Longer outages than this lose claims on any chain.
        if round % 8 == 7 {
            let mut chain = world.chain();
            (chain.reachable, chain.pool_is_full) = (true, false);
        }
    }
    drop(engine);
    {
        let mut chain = world.chain();
        (chain.reachable, chain.pool_is_full) = (true, false);
    }
    let mut engine = start(&world, directory.path());
    run(&mut engine, &world, 45).await;
    check(seed, &world, &engine);
}

/// A new process, which may end at some effect as well.
fn reborn(rng: &mut Rng, world: &World, directory: &tempfile::TempDir) -> TestEngine {
    let fuse = if rng.below(2) == 0 { Fuse::default() } else { Fuse::after(rng.below(30) as u32) };
    start_with(world, directory.path(), fuse, FakeProver::default())
}

fn check(seed: u64, world: &World, engine: &TestEngine) {
    let chain = world.chain();
    let best = chain.best();
    let me = account(1);
    let slashed: Vec<_> = best.slashed.iter().collect();
    // The rival never proves, so that only its claims end badly.
    assert_eq!(best.bonds[&me], BOND, "seed {seed}: {slashed:?}");
    // A reorganisation can give a claim to the rival when the proof is on its way already. Then
    // both fail, and cost their fees.
    assert!(
        !best.failed.iter().any(|call| matches!(call, Call::Batch(_))),
        "seed {seed}: a batch failed"
    );
    for call in &best.failed {
        let Call::Submit(job, terms, ..) = call else { continue };
        let claim_failed = best.failed.contains(&Call::Claim(*job, *terms));
        assert!(claim_failed, "seed {seed}: job {job} was submitted twice");
    }
    let mut paid: Vec<_> = best.paid.iter().map(|(job, _)| *job).collect();
    paid.sort_unstable();
    let count = paid.len();
    paid.dedup();
    assert_eq!(paid.len(), count, "seed {seed}: paid twice");
    assert!(engine.store().records().is_empty(), "seed {seed}: {:?}", engine.store().records());
    assert!(engine.store().outbox().is_empty(), "seed {seed}");
}

#[tokio::test]
async fn whatever_happens_nothing_is_slashed_and_nothing_is_sent_twice() {
    // More of them: ZKINFER_CHAOS_SEEDS=1000.
    let seeds = std::env::var("ZKINFER_CHAOS_SEEDS")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(24);
    for seed in 0..seeds {
        life(seed).await;
    }
}
