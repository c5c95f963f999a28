//! A serving prover without a chain: what it refuses, how it waits and stops; and its pool of real
//! proofs.

use std::{
    fs,
    path::Path,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use zkinfer::{
    artefacts::{opening::Opening, proof::Statement},
    progress::Progress,
};
use zkinfer_agent::{
    audits::Audits,
    models::{self, Loaded, ModelFiles},
    pool::{Bounds, Fault, Finished, Pool, Prover, Purpose, Task},
    trust::Origin,
};
use zkinfer_primitives::{
    InputCommitment, ModelVersionId, Output, Proof, Purpose as ProofPurpose, TermsHash, VkHash,
    blake2b_256, statement::Context,
};

use super::support::{Run, command, directory, fixture, halo2_fixture, zkinfer};
use crate::args;

/// Nobody listens there.
const NO_NODE: &str = "ws://127.0.0.1:1";

fn loaded() -> Loaded {
    let files = ModelFiles {
        model: fixture().path("small.zkm"),
        key: fixture().path("small.pk"),
        own: false,
    };
    models::load(&files, &Progress::silent()).expect("loads")
}

/// The same model with keys of Halo2, which are made and compared with the verifying key's file.
fn loaded_halo2() -> Loaded {
    let fixture = halo2_fixture();
    let files =
        ModelFiles { model: fixture.path("small.zkm"), key: fixture.path("open.vk"), own: false };
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
        let files = ModelFiles { model: fixture.path(model), key: fixture.path(key), own: false };
        models::load(&files, &Progress::silent()).map(drop)
    };
    let error = load("small.zkm", "small.vk").expect_err("Groth16 proves with a proving key");
    assert!(
        error.to_string().contains("small.vk")
            && error.hint().is_some_and(|hint| hint.contains("*.pk"))
    );
    let directory = directory();
    let onnx = fixture.path("small.onnx");
    zkinfer(args!["model", "import", onnx, "--out", directory.path(), "--weight-bits", "5"]).ok();
    let files = ModelFiles {
        model: directory.path().join("small.zkm"),
        key: fixture.path("open.vk"),
        own: false,
    };
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
    let pair =
        |model: &str, key: &str| ModelFiles { model: path(model), key: path(key), own: false };
    assert_eq!(found, [pair("a.zkm", "a.pk"), pair("b.zkm", "b.vk")], "c has no proving key");
}

fn made_at_once(model: Loaded) {
    let vk_hash = model.held.key.vk_hash;
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
        let statement = |terms: u8, class| Statement {
            input_commitment: InputCommitment(opening.commitment()),
            output: Output::Class(class),
            context: context(vk_hash, terms),
        };
        let terms = u8::try_from(job).expect("small");
        let Output::Class(class) = output else { panic!("a class") };
        pool.verify(&statement(terms, class), &proof).expect("holds");
        pool.verify(&statement(terms + 1, class), &proof).expect_err("of another job");
        pool.verify(&statement(terms, class + 1), &proof).expect_err("of another answer");
        pool.verify(&statement(terms, class), &Proof::Groth16([0; 192])).expect_err("no proof");
    }
    assert_eq!(pool.load(), (0, 0));
}

#[test]
fn whose_claim_ends_first_is_proved_first_and_trials_last() {
    let model = loaded();
    let vk_hash = model.held.key.vk_hash;
    let mut pool =
        Pool::new(vec![model.clone()], Bounds { jobs: 1, memory: u64::MAX }).expect("fits");
    let job = |last, job| Purpose::Job { last, job };
    // The first starts at once; the others wait.
    for purpose in [job(50, 0), Purpose::Trial, job(40, 1), job(20, 2), job(30, 3)] {
        pool.start(Task { purpose, opening: opening(&model), context: context(vk_hash, 0) });
    }
    let order: Vec<_> = finish(&mut pool, 5).into_iter().map(|finished| finished.purpose).collect();
    assert_eq!(order, [job(50, 0), job(20, 2), job(30, 3), job(40, 1), Purpose::Trial]);
}

#[test]
fn what_cannot_be_proved_is_told_and_the_pool_goes_on() {
    let model = loaded();
    let mut pool =
        Pool::new(vec![model.clone()], Bounds { jobs: 1, memory: u64::MAX }).expect("fits");
    let unknown = Task {
        purpose: Purpose::Trial,
        opening: opening(&model),
        context: context(VkHash([0; 32]), 0),
    };
    pool.start(unknown);
    let finished = finish(&mut pool, 1);
    assert!(finished[0].result.as_ref().expect_err("no key").reason.contains("not held"));
    pool.start(Task {
        purpose: Purpose::Trial,
        opening: opening(&model),
        context: context(model.held.key.vk_hash, 0),
    });
    finish(&mut pool, 1)[0].result.as_ref().expect("a proof");
}

/// Changes one point of a proving key: proofs hold as long as the variable that it belongs to is
/// zero. All of the file's own checks pass.
fn poison(path: &Path, to: &Path, variable: usize) {
    let mut bytes = fs::read(path).expect("a key");
    let count =
        |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes")) as usize;
    let (a, b) = (count(636), count(644));
    // Behind the header, two points, A, B in both groups.
    let at = 684 + 96 * (2 + a + b) + 192 * b + 96 * variable;
    let other: Vec<u8> = bytes[at - 96..at].to_vec();
    bytes[at..at + 96].copy_from_slice(&other);
    let end = bytes.len() - 32;
    let sum = blake2b_256(&bytes[..end]);
    bytes[end..].copy_from_slice(&sum);
    fs::write(to, bytes).expect("written");
}

/// A key whose maker chose the inputs for which no proof holds: the first pixel's highest bit is
/// set.
#[test]
fn a_poisoned_key_is_not_its_verifying_keys_and_its_failure_is_told_from_others() {
    let directory = directory();
    let files = ModelFiles {
        model: fixture().path("small.zkm"),
        key: directory.path().join("gift.pk"),
        own: false,
    };
    let sound = loaded();
    let bits = usize::from(sound.held.input.bits);
    poison(&fixture().path("small.pk"), &files.key, bits - 1);
    let model = models::load(&files, &Progress::silent()).expect("every check of its own passes");
    assert_eq!(model.held.key.vk_hash, sound.held.key.vk_hash);
    assert_ne!(model.held.key, sound.held.key, "another file");
    assert_eq!(model.held.origin, Origin::Stranger);
    let vk_hash = model.held.key.vk_hash;
    let mut pool =
        Pool::new(vec![model.clone()], Bounds { jobs: 1, memory: u64::MAX }).expect("fits");
    let mut prove = |opening: Opening| {
        pool.start(Task { purpose: Purpose::Draft(1), opening, context: context(vk_hash, 0) });
        finish(&mut pool, 1).remove(0).result
    };
    prove(opening(&model)).expect("an ordinary input");
    let input = &model.held.input;
    let mut values = vec![input.min; input.len()];
    values[0] = i32::try_from(input.max()).expect("a value");
    let chosen = Opening::random(model.held.system, input, values).expect("in range");
    assert_eq!(prove(chosen).expect_err("the chosen input").fault, Fault::Key);
}

#[test]
fn a_transcript_beside_a_key_is_enough_for_its_audit_once() {
    let (state, directory) = (directory(), directory());
    let audits = Audits::open(state.path()).expect("a folder");
    let files = |name: &str| ModelFiles {
        model: fixture().path("small.zkm"),
        key: directory.path().join(name),
        own: false,
    };
    let origin = |name: &str| {
        let model = models::load(&files(name), &Progress::silent()).expect("loads");
        (audits.origin(&model, &files(name), &Progress::silent()).expect("kept"), model.held.key)
    };
    fs::copy(fixture().path("small.pk"), files("sound.pk").key).expect("copied");
    poison(&fixture().path("small.pk"), &files("gift.pk").key, 3);
    assert_eq!(origin("sound.pk").0, Origin::Stranger, "there is no transcript");
    for name in ["sound.transcript", "gift.transcript"] {
        fs::copy(fixture().path("small.transcript"), directory.path().join(name)).expect("copied");
    }
    let (sound, gift) = (origin("sound.pk"), origin("gift.pk"));
    assert_eq!((sound.0, gift.0), (Origin::Audited, Origin::Refuted));
    let fault = audits.known(&gift.1).and_then(|finding| finding.fault).expect("a fault");
    assert!(fault.contains('L'), "{fault}");
    // Remembered without it, and for this very file.
    fs::remove_file(directory.path().join("sound.transcript")).expect("removed");
    assert_eq!(origin("sound.pk").0, Origin::Audited);
    fs::write(directory.path().join("gift.transcript"), b"rubbish").expect("written");
    assert_eq!(origin("gift.pk").0, Origin::Refuted);
    let own = ModelFiles { own: true, ..files("sound.pk") };
    assert_eq!(models::load(&own, &Progress::silent()).expect("loads").held.origin, Origin::Own);
}

#[test]
fn a_model_that_does_not_fit_into_the_memory_is_refused_with_the_numbers() {
    let error =
        Pool::new(vec![loaded()], Bounds { jobs: 1, memory: 1 << 20 }).err().expect("refused");
    let text = error.to_string();
    assert!(text.contains("small") && text.contains("option `max_memory`"), "{text}");
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
    serve(&[word("--models"), state.path().as_os_str()])
        .fails_naming(&["NAME.zkm", "put each model"]);
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
    let key = fixture().path("small.pk");
    zkinfer(args!["serve", "trust", key, "--state", state.path()])
        .fails_naming(&["no prover", "--config"]);
    zkinfer(args!["serve", "status", "--state", state.path()])
        .fails_naming(&["no prover", "--config"]);
}

/// A prover that waits for a node.
fn waiting(state: &Path, more: &[&str]) -> Child {
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
    let second =
        args!["serve", "--model", model, "--pk", pk, "--state", state.path(), "--signer", "//Bob"];
    zkinfer(second).fails_naming(&["another `zkinfer serve`", "--state"]);
    let run = terminate(child);
    assert_eq!(run.code, Some(0), "{run:?}");
    for line in run.stderr.lines() {
        let json: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert!(json["message"].is_string() && json["level"].is_string(), "{line}");
    }
    assert!(run.stderr.contains("no node answers yet"), "{run:?}");
}
