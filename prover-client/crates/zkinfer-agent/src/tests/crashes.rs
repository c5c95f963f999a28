//! The process ends at every point at which it does something, and a new one finishes its work.

use super::{
    Fuse,
    fakes::{FakeProver, run, sealed, start, start_with, step},
    opening_of,
    world::{BOND, Call, World, account},
};

/// Runs processes that end after 0, 1, 2… effects, each followed by one that does not, over one
/// job.
async fn crash_everywhere(request: impl Fn(&World)) {
    let mut survived = 0;
    for effects in 0.. {
        let directory = tempfile::tempdir().expect("a directory");
        let world = World::new(2);
        // A first life times the model, as on any day before.
        run(&mut start(&world, directory.path()), &world, 2).await;
        request(&world);
        let mut engine =
            start_with(&world, directory.path(), Fuse::after(effects), FakeProver::default());
        let mut crashed = false;
        for _ in 0..14 {
            if step(&mut engine, &world).await.is_err() {
                crashed = true;
                break;
            }
        }
        drop(engine);
        // What came off chain was delivered once.
        std::fs::remove_dir_all(directory.path().join("inbox")).expect("removed");
        let mut engine = start(&world, directory.path());
        run(&mut engine, &world, 14).await;
        let chain = world.chain();
        let best = chain.best();
        assert!(best.slashed.is_empty(), "after {effects} effects: {:?}", best.slashed);
        assert_eq!(best.paid, [(0, account(1))], "after {effects} effects");
        assert_eq!(best.bonds[&account(1)], BOND);
        assert!(
            best.failed.is_empty(),
            "after {effects} effects nothing was sent twice: {:?}",
            best.failed
        );
        assert_eq!(chain.count(|call| matches!(call, Call::Submit(..))), 1);
        assert!(engine.store().records().is_empty() && engine.store().outbox().is_empty());
        let kept = std::fs::read_dir(directory.path().join("openings")).expect("readable").count();
        assert_eq!(kept, 0, "after {effects} effects the opening is gone");
        if !crashed {
            survived += 1;
            // Effects that come after the work is done do not change anything any more.
            if survived > 1 {
                assert!(effects > 10, "only {effects} effects were tried");
                return;
            }
        }
    }
}

#[tokio::test]
async fn a_public_job_is_paid_wherever_the_process_ends() {
    crash_everywhere(|world| {
        world.request(&opening_of(3), 60);
    })
    .await;
}

#[tokio::test]
async fn an_encrypted_job_is_paid_wherever_the_process_ends() {
    crash_everywhere(|world| {
        let opening = opening_of(4);
        let payload = sealed(&opening.encode());
        world.chain().request(&opening, payload, 60, |job| job.provers = Some(vec![account(1)]));
    })
    .await;
}

#[tokio::test]
async fn the_store_is_refused_for_another_account_or_chain() {
    use crate::store::{Identity, Store, StoreError};
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("state.redb");
    let open = |genesis, prover| Store::open(&path, &Identity::new([genesis; 32], account(prover)));
    drop(open(7, 1).expect("new"));
    assert!(!zkinfer::files::is_exposed(&path), "for its owner alone");
    assert!(
        matches!(open(8, 1), Err(StoreError::Foreign { what, .. }) if what.contains("another chain"))
    );
    assert!(
        matches!(open(7, 2), Err(StoreError::Foreign { what, .. }) if what.contains("account"))
    );
    drop(open(7, 1).expect("the same"));
    std::fs::write(&path, b"not a database").expect("written");
    assert!(matches!(open(7, 1), Err(StoreError::Database { .. })));
}
