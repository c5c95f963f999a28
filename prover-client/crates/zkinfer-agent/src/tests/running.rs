//! Round after round: reconnecting, stopping, and what the status says meanwhile.

use std::{path::Path, sync::Arc, time::Duration};

use tokio::sync::{Notify, watch};

use super::{
    Fuse,
    fakes::{FakeProver, start, start_with},
    opening_of,
    world::{World, account},
};
use crate::{
    engine::View,
    lock,
    runner::Runner,
    status::{Setting, Status},
};
use zkinfer_client::amount::Token;

fn runner(state: &Path, stop: watch::Receiver<bool>, drain: Duration) -> Runner {
    let setting = Setting {
        account: account(1).to_string(),
        url: "ws://127.0.0.1:1".into(),
        token: Token { symbol: "UNIT".into(), decimals: 0 },
        metrics: None,
    };
    let bell = Arc::new(Notify::new());
    Runner { state: state.into(), setting, metrics: Arc::default(), bell, stop, drain }
}

/// Runs a prover in `directory` until `told` is done, and then stops it.
async fn serve(
    world: &World,
    directory: &Path,
    prover: FakeProver,
    drain: Duration,
    told: impl Future<Output = ()>,
) -> View {
    let (sender, stop) = watch::channel(false);
    let mut engine = start_with(world, directory, Fuse::default(), prover);
    let runner = runner(directory, stop, drain);
    let tell = async {
        told.await;
        sender.send(true).expect("it runs");
    };
    let (view, ()) = tokio::join!(runner.run(&mut engine), tell);
    view.expect("it ends well")
}

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

fn status(directory: &Path) -> Status {
    let bytes = std::fs::read(directory.join("status.json")).expect("a status");
    serde_json::from_slice(&bytes).expect("JSON")
}

#[tokio::test]
async fn it_serves_until_it_is_told_to_stop_and_finishes_what_it_has_claimed() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    super::fakes::run(&mut start(&world, directory.path()), &world, 2).await;
    let job = world.request(&opening_of(3), 100_000);
    let claimed = || world.chain().best().jobs.get(&job).is_none_or(|job| !job.is_open());
    let long = Duration::from_secs(60);
    let view = serve(&world, directory.path(), FakeProver::default(), long, until(claimed)).await;
    assert!(view.jobs.is_empty() && !view.accepting);
    assert_eq!(world.chain().best().paid.len(), 1);
    let status = status(directory.path());
    assert_eq!((status.state.as_str(), status.paid, status.jobs.len()), ("stopped", 1, 0));
    assert_eq!(status.earned, "80 UNIT");
}

#[tokio::test]
async fn what_cannot_be_finished_in_time_is_left_and_told() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    super::fakes::run(&mut start(&world, directory.path()), &world, 2).await;
    let job = world.request(&opening_of(3), 10_000_000);
    world.chain().limits.claim_period = 10_000_000;
    let claimed = || world.chain().best().jobs.get(&job).is_none_or(|job| !job.is_open());
    let stuck = FakeProver { held_back: true, ..FakeProver::default() };
    let view =
        serve(&world, directory.path(), stuck, Duration::from_millis(50), until(claimed)).await;
    assert_eq!(view.jobs.len(), 1);
    assert_eq!(view.jobs[0].0.job.id, job);
    let of_running = status(directory.path());
    assert_eq!(
        (of_running.state.as_str(), of_running.jobs[0].doing.as_str()),
        ("stopped", "proving")
    );
    // The process is gone: its store says the same.
    let of_store = Status::read(directory.path()).expect("a status");
    assert_eq!((of_store.state.as_str(), of_store.jobs[0].doing.as_str()), ("stopped", "left"));
    assert_eq!(of_store.account, account(1).to_string());
}

#[tokio::test]
async fn while_the_node_is_away_it_says_so_and_comes_back() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    super::fakes::run(&mut start(&world, directory.path()), &world, 2).await;
    world.chain().reachable = false;
    let _lock = lock::take(directory.path()).expect("free");
    let told = async {
        until(|| directory.path().join("status.json").exists()).await;
        assert_eq!(Status::read(directory.path()).expect("a status").state, "disconnected");
        let deadline = world.chain().number() + 100_000;
        world.request(&opening_of(3), deadline);
        world.chain().reachable = true;
        until(|| world.chain().best().paid.len() == 1).await;
    };
    let view =
        serve(&world, directory.path(), FakeProver::default(), Duration::from_secs(60), told).await;
    assert_eq!(view.totals.paid, 1);
}

#[tokio::test]
async fn a_chain_that_cannot_be_read_is_waited_for() {
    let directory = tempfile::tempdir().expect("a directory");
    let world = World::new(2);
    super::fakes::run(&mut start(&world, directory.path()), &world, 2).await;
    world.chain().unreadable = true;
    let _lock = lock::take(directory.path()).expect("free");
    let told = async {
        until(|| directory.path().join("status.json").exists()).await;
        let status = Status::read(directory.path()).expect("a status");
        assert_eq!(status.state, "unreadable");
        assert!(status.reason.is_some_and(|reason| reason.contains("left over")));
        let deadline = world.chain().number() + 100_000;
        world.request(&opening_of(3), deadline);
        world.chain().unreadable = false;
        until(|| world.chain().best().paid.len() == 1).await;
    };
    let view =
        serve(&world, directory.path(), FakeProver::default(), Duration::from_secs(60), told).await;
    assert_eq!(view.totals.paid, 1);
    assert_eq!(status(directory.path()).reason, None, "it says nothing when all is well");
}
