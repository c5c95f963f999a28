//! A serving prover without a chain: what it refuses, how it waits and stops; and its pool of real proofs.

use std::{
    fs,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use zkinfer::{
    artefacts::{opening::Opening, proof::Statement},
    progress::Progress,
    serve::{
        models::{self, Loaded, ModelFiles},
        pool::{Bounds, Finished, Pool, Prover, Purpose, Task},
    },
};
use zkinfer_primitives::{
    InputCommitment, ModelVersionId, Output, Proof, Purpose as ProofPurpose, TermsHash, VkHash,
    statement::Context,
};

use super::support::{Run, command, directory, fixture, halo2_fixture, zkinfer};
use crate::args;

/// Nobody listens there.
const NO_NODE: &str = "ws://127.0.0.1:1";

fn loaded() -> Loaded {
    let files = ModelFiles { model: fixture().path("small.zkm"), key: fixture().path("small.pk") };
    models::load(&files, &Progress::silent()).expect("loads")
}

/// The same model with keys of Halo2, which are made and compared with the verifying key's file.
fn loaded_halo2() -> Loaded {
    let fixture = halo2_fixture();
    let files = ModelFiles { model: fixture.path("small.zkm"), key: fixture.path("open.vk") };
    models::load(&files, &Progress::silent()).expect("loads")
}

fn context(vk_hash: VkHash, terms: u8) -> Context<subxt::utils::AccountId32> {
    Context {
        genesis_hash: [7; 32],
        vk_hash,
        version: ModelVersionId { model: 0, version: 0 },
        purpose: ProofPurpose::Job(TermsHash([terms; 32])),
        prover: subxt::utils::AccountId32([9; 32]),
    }
}

fn opening(model: &Loaded) -> Opening {
    let input = &model.held.input;
    Opening::random(model.held.system, input, vec![input.min; input.len()]).expect("in range")
}

/// Waits for this many proofs.
fn finish(pool: &mut Pool, count: usize) -> Vec<Finished> {
    let begun = Instant::now();
    let mut finished = Vec::new();
    while finished.len() < count {
        assert!(begun.elapsed() < Duration::from_secs(60), "{} of {count}", finished.len());
        finished.extend(pool.finished());
        std::thread::sleep(Duration::from_millis(5));
    }
    finished
}

#[test]
fn several_proofs_are_made_at_once_within_their_memory_and_hold() {
    made_at_once(loaded());
}

#[test]
fn several_proofs_of_halo2_are_made_at_once_within_their_memory_and_hold() {
    made_at_once(loaded_halo2());
}

#[test]
fn a_key_that_is_not_the_models_is_not_served() {
    let fixture = halo2_fixture();
    let load = |model: &str, key: &str| {
        let files = ModelFiles { model: fixture.path(model), key: fixture.path(key) };
        models::load(&files, &Progress::silent()).map(drop)
    };
    let error = load("small.zkm", "small.vk").expect_err("Groth16 proves with a proving key");
    assert!(error.to_string().contains("small.vk") && error.hint().is_some_and(|hint| hint.contains("*.pk")));
    let directory = directory();
    let onnx = fixture.path("small.onnx");
    zkinfer(args!["model", "import", onnx, "--out", directory.path(), "--weight-bits", "5"]).ok();
    let files = ModelFiles { model: directory.path().join("small.zkm"), key: fixture.path("open.vk") };
    let error = models::load(&files, &Progress::silent()).map(drop).expect_err("another model's");
    assert!(error.to_string().contains("open.vk") && error.hint().is_some(), "{error}");
}

#[test]
fn a_directory_of_models_pairs_each_with_its_key() {
    let (fixture, directory) = (halo2_fixture(), directory());
    let path = |name: &str| directory.path().join(name);
    for (from, to) in [
        ("small.zkm", "a.zkm"),
        ("small.pk", "a.pk"),
        ("small.vk", "a.vk"),
        ("small.zkm", "b.zkm"),
        ("open.vk", "b.vk"),
        ("small.zkm", "c.zkm"),
        ("small.vk", "c.vk"),
    ] {
        fs::copy(fixture.path(from), path(to)).expect("copied");
    }
    let found = models::in_directory(directory.path()).expect("pairs");
    let pair = |model: &str, key: &str| ModelFiles { model: path(model), key: path(key) };
    assert_eq!(found, [pair("a.zkm", "a.pk"), pair("b.zkm", "b.vk")], "c has no proving key");
}

fn made_at_once(model: Loaded) {
    let vk_hash = model.held.vk_hash;
    // Room for two proofs, though three may run.
    let memory = model.held.key_memory + 2 * model.held.proof_memory + model.held.proof_memory / 2;
    let mut pool = Pool::new(vec![model.clone()], Bounds { jobs: 3, memory }).expect("fits");
    let openings: Vec<_> = (0..6).map(|_| opening(&model)).collect();
    for (job, opening) in (0u8..).zip(&openings) {
        let purpose = Purpose::Job { last: 100 - u32::from(job), job: job.into() };
        pool.start(Task { purpose, opening: opening.clone(), context: context(vk_hash, job) });
        assert!(pool.load().0 <= 2, "two fit");
    }
    assert_eq!(pool.load(), (2, 4));
    for finished in finish(&mut pool, 6) {
        let Purpose::Job { job, .. } = finished.purpose else { panic!("a job") };
        let (output, proof) = finished.result.expect("a proof");
        let opening = &openings[usize::try_from(job).expect("small")];
        let statement = |terms: u8, output| Statement {
            input_commitment: InputCommitment(opening.commitment()),
            output,
            context: context(vk_hash, terms),
        };
        let terms = u8::try_from(job).expect("small");
        pool.verify(&statement(terms, output.clone()), &proof).expect("holds");
        pool.verify(&statement(terms + 1, output.clone()), &proof).expect_err("of another job");
        let Output::Class(class) = output.clone() else { panic!("a class") };
        pool.verify(&statement(terms, Output::Class(class + 1)), &proof).expect_err("of another answer");
        pool.verify(&statement(terms, output), &Proof::Groth16([0; 192])).expect_err("no proof");
    }
    assert_eq!(pool.load(), (0, 0));
}

#[test]
fn whose_claim_ends_first_is_proved_first_and_trials_last() {
    let model = loaded();
    let vk_hash = model.held.vk_hash;
    let mut pool = Pool::new(vec![model.clone()], Bounds { jobs: 1, memory: u64::MAX }).expect("fits");
    let job = |last, job| Purpose::Job { last, job };
    // The first starts at once; the others wait.
    for purpose in [job(50, 0), Purpose::Timing, job(40, 1), job(20, 2), job(30, 3)] {
        pool.start(Task { purpose, opening: opening(&model), context: context(vk_hash, 0) });
    }
    let order: Vec<_> = finish(&mut pool, 5).into_iter().map(|finished| finished.purpose).collect();
    assert_eq!(order, [job(50, 0), job(20, 2), job(30, 3), job(40, 1), Purpose::Timing]);
}

#[test]
fn what_cannot_be_proved_is_told_and_the_pool_goes_on() {
    let model = loaded();
    let mut pool = Pool::new(vec![model.clone()], Bounds { jobs: 1, memory: u64::MAX }).expect("fits");
    let unknown =
        Task { purpose: Purpose::Timing, opening: opening(&model), context: context(VkHash([0; 32]), 0) };
    pool.start(unknown);
    let finished = finish(&mut pool, 1);
    assert!(finished[0].result.as_ref().expect_err("no key").contains("not held"));
    pool.start(Task {
        purpose: Purpose::Timing,
        opening: opening(&model),
        context: context(model.held.vk_hash, 0),
    });
    finish(&mut pool, 1)[0].result.as_ref().expect("a proof");
}

#[test]
fn a_model_that_does_not_fit_into_the_memory_is_refused_with_the_numbers() {
    let error = Pool::new(vec![loaded()], Bounds { jobs: 1, memory: 1 << 20 }).err().expect("refused");
    let text = error.to_string();
    assert!(text.contains("small") && text.contains("--max-memory"), "{text}");
}

#[test]
fn what_is_missing_or_contradicts_itself_is_named() {
    let fixture = fixture();
    let (model, pk) = (fixture.path("small.zkm"), fixture.path("small.pk"));
    let state = directory();
    let serve = |more: &[&std::ffi::OsStr]| -> Run {
        let base = args!["serve", "--state", state.path(), "--url", NO_NODE, "--signer", "//Bob"];
        zkinfer(base.iter().map(AsRef::as_ref).chain(more.iter().copied()))
    };
    let word = |text: &'static str| std::ffi::OsStr::new(text);
    serve(&[]).fails_with_code(2, &["no model", "--models"]);
    serve(&[word("--model"), model.as_os_str()]).fails_with_code(2, &["1 models and 0", "--pk"]);
    let twice = [word("--model"), model.as_os_str(), word("--pk"), pk.as_os_str()];
    serve(&[twice, twice].concat()).fails_with_code(2, &["given twice"]);
    serve(&[word("--models"), state.path().as_os_str()]).fails_naming(&["NAME.zkm", "put each model"]);
    let one = [&twice[..], &[word("--max-memory"), word("1M")]].concat();
    serve(&one).fails_naming(&["--max-memory", "MiB"]);
    let config = state.path().join("serve.toml");
    fs::write(&config, "jobz = 3\n").expect("written");
    let run = serve(&[word("--config"), config.as_os_str()]);
    assert!(run.code == Some(1) && run.stderr.contains("jobz"), "{run:?}");
}

#[test]
fn the_status_of_nobody_is_an_error_with_the_remedy() {
    let state = directory();
    zkinfer(args!["serve", "status", "--state", state.path()]).fails_naming(&["no prover", "--config"]);
}

/// A prover that waits for a node.
fn waiting(state: &std::path::Path, more: &[&str]) -> Child {
    let (model, pk) = (fixture().path("small.zkm"), fixture().path("small.pk"));
    command()
        .args(args!["serve", "--model", model, "--pk", pk, "--state", state, "--url", NO_NODE])
        .args(["--signer", "//Bob"])
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts")
}

/// Waits until a file is there.
fn until(child: &mut Child, condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(child.try_wait().expect("a child").is_none(), "it ended");
        assert!(begun.elapsed() < Duration::from_secs(30));
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn terminate(child: Child) -> Run {
    let kill = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(kill.expect("kill runs").success());
    child.wait_with_output().expect("it ends").into()
}

#[test]
fn without_a_node_it_waits_logs_json_and_stops_at_a_signal() {
    let state = directory();
    let mut child = waiting(state.path(), &["--log-format", "json"]);
    let lock = state.path().join("lock");
    until(&mut child, || lock.metadata().is_ok_and(|metadata| metadata.len() > 0));
    std::thread::sleep(Duration::from_millis(300));
    // A second one is refused meanwhile.
    let (model, pk) = (fixture().path("small.zkm"), fixture().path("small.pk"));
    let second = args!["serve", "--model", model, "--pk", pk, "--state", state.path(), "--signer", "//Bob"];
    zkinfer(second).fails_naming(&["another `zkinfer serve`", "--state"]);
    let run = terminate(child);
    assert_eq!(run.code, Some(0), "{run:?}");
    for line in run.stderr.lines() {
        let json: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert!(json["message"].is_string() && json["level"].is_string(), "{line}");
    }
    assert!(run.stderr.contains("no node answers yet"), "{run:?}");
}
