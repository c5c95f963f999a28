//! Help, exit codes, colours, closed pipes, signals.

use std::{
    io::Read,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use super::support::{command, directory, fixture, names, vectors, zkinfer};
use crate::args;

const COMMANDS: [&[&str]; 35] = [
    &["model", "import"],
    &["model", "calibrate"],
    &["model", "inspect"],
    &["model", "eval"],
    &["model", "manifest"],
    &["keys", "setup"],
    &["keys", "inspect"],
    &["keys", "audit"],
    &["keys", "encryption"],
    &["commit"],
    &["prove"],
    &["verify"],
    &["model"],
    &["keys"],
    &["chain"],
    &["chain", "status", "model"],
    &["chain", "register"],
    &["chain", "update"],
    &["chain", "retire"],
    &["chain", "bond"],
    &["chain", "unbond"],
    &["chain", "withdraw"],
    &["chain", "encryption-key"],
    &["chain", "request"],
    &["chain", "redirect"],
    &["chain", "cancel"],
    &["chain", "claim"],
    &["chain", "submit"],
    &["chain", "submit-batch"],
    &["chain", "upload-generators"],
    &["chain", "expire"],
    &["chain", "attest"],
    &["chain", "prune"],
    &["chain", "status"],
    &["chain", "result"],
];

#[test]
fn every_command_explains_itself() {
    for words in COMMANDS {
        let run = zkinfer(words.iter().chain(&["--help"])).ok();
        assert!(run.stdout.contains("Usage: zkinfer"), "{run:?}");
        if words.len() == 2 || !["model", "keys", "chain"].contains(&words[0]) {
            assert!(run.stdout.contains("Example"), "no example: {run:?}");
        }
    }
    assert!(zkinfer(["--help"]).ok().stdout.contains("who may have them"));
    assert!(zkinfer(["--version"]).ok().stdout.starts_with("zkinfer "));
}

#[test]
fn help_texts_fit_into_the_width_of_the_terminal() {
    for words in COMMANDS {
        let run = command()
            .env("COLUMNS", "100")
            .args(words)
            .arg("--help")
            .output()
            .expect("the command runs");
        let text = String::from_utf8(run.stdout).expect("UTF-8");
        // A usage line is one, however long.
        let lines = text.lines().filter(|line| !line.starts_with("Usage:"));
        lines.for_each(|line| assert!(line.chars().count() <= 100, "{words:?}: {line}"));
    }
}

#[test]
fn chain_commands_that_cannot_be_right_are_refused_without_a_node() {
    let fixture = fixture();
    let (manifest, opening) = (fixture.path("small.manifest.json"), fixture.path("digit.opening"));
    let request = |extra: &[&str]| {
        let base = args![
            "chain",
            "request",
            "--url",
            "ws://127.0.0.1:1",
            "--signer",
            "//Alice",
            "--model-id",
            "0",
            "--opening",
            opening,
            "--manifest",
            manifest,
            "--reward",
            "5",
            "--deadline",
            "+50"
        ];
        zkinfer(base.into_iter().chain(extra.iter().map(|arg| arg.into())))
    };
    // Encryption to nobody is a matter of the command line.
    request(&["--encrypt"]).fails_with_code(2, &["no prover is named", "--prover ACCOUNT"]);
    request(&["--payload", "encrypted"]).fails_with_code(2, &["no prover is named"]);
    for wrong in [
        &[][..],
        &["--encrypt", "--payload", "none"],
        &["--payload", "none", "--wait-timeout", "5"],
    ] {
        assert_eq!(request(wrong).code, Some(2), "{wrong:?}");
    }
    request(&["--encrypt", "--prover", "//Bob"]).fails_naming(&["no node answers", "--url"]);
    let chain = |words: &[&str]| zkinfer(["chain"].iter().chain(words));
    for wrong in [
        &["encryption-key"][..],
        &["encryption-key", "a.key", "--remove"],
        &["attest", "--model-id", "0"],
        &["attest", "--model-id", "0", "--proof", "a", "--nonce", "5"],
        &["retire", "0"],
        &["redirect", "7", "--deadline", "+50"],
        &["result", "7", "--finalized"],
        &["prune", "seven"],
    ] {
        assert_eq!(chain(wrong).code, Some(2), "{wrong:?}");
    }
}

#[test]
fn a_wrong_command_line_is_exit_code_2() {
    let fixture = fixture();
    let (model, key, opening) =
        (fixture.path("small.zkm"), fixture.path("small.pk"), fixture.path("digit.opening"));
    assert_eq!(zkinfer(["frobnicate"]).code, Some(2));
    assert_eq!(zkinfer(["verify"]).code, Some(2));
    assert_eq!(zkinfer(["commit", "--manifest", "m", "--out", "o"]).code, Some(2));
    let prove = |extra: &[&str]| {
        let base = args![
            "prove",
            "--model",
            model,
            "--pk",
            key,
            "--opening",
            opening,
            "--out",
            "/tmp/never.proof"
        ];
        zkinfer(base.into_iter().chain(extra.iter().map(|arg| arg.into())))
    };
    prove(&["--attest", "0"]).fails_with_code(2, &["--prover"]);
    prove(&["--prover", "//Bob"]).fails_with_code(2, &["--attest"]);
    assert_eq!(prove(&["--attest", "0", "--prover", "Bob"]).code, Some(2));
    assert_eq!(
        prove(&["--attest", "0", "--prover", "//Bob", "--genesis-hash", "0x12"]).code,
        Some(2)
    );
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    let fixture = fixture();
    let inspect = |extra: &[&str]| {
        let base = args!["keys", "inspect", fixture.path("small.vk")];
        zkinfer(base.into_iter().chain(extra.iter().map(|arg| arg.into()))).ok().stdout
    };
    assert!(!inspect(&[]).contains('\x1b'));
    assert!(!inspect(&["--color", "never"]).contains('\x1b'));
    assert!(inspect(&["--color", "always"]).contains('\x1b'));
}

#[test]
fn a_quiet_command_says_nothing_on_stderr() {
    let (fixture, directory) = (fixture(), directory());
    let run =
        zkinfer(args!["-q", "keys", "setup", fixture.path("small.zkm"), "--out", directory.path()])
            .ok();
    assert_eq!(run.stderr, "");
}

#[test]
fn a_reader_that_goes_away_is_no_reason_to_panic() {
    let mut child = command()
        .args(args!["model", "inspect", fixture().path("small.zkm")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut stderr).expect("UTF-8");
    child.wait().expect("it ends");
    assert_eq!(stderr, "");
}

#[test]
fn secrets_are_in_no_output() {
    let fixture = fixture();
    let opening = std::fs::read(fixture.path("digit.opening")).expect("read");
    let blinder = hex::encode(opening.get(1..33).expect("a blinder"));
    let directory = directory();
    let run = zkinfer(args![
        "prove",
        "-vv",
        "--model",
        fixture.path("small.zkm"),
        "--pk",
        fixture.path("small.pk"),
        "--opening",
        fixture.path("digit.opening"),
        "--attest",
        "0",
        "--prover",
        "//Bob",
        "--out",
        directory.path().join("p")
    ])
    .ok();
    assert!(!run.stdout.contains(&blinder) && !run.stderr.contains(&blinder));
}

#[cfg(unix)]
#[test]
fn an_interrupted_setup_leaves_nothing() {
    let directory = directory();
    let onnx = vectors().join("mnist/mnist-cnn.onnx");
    zkinfer(args!["model", "import", onnx, "--out", directory.path(), "--stem", "m"]).ok();
    let out = directory.path().join("keys");
    std::fs::create_dir(&out).expect("a directory");
    let mut child = command()
        .args(args!["keys", "setup", directory.path().join("m.zkm"), "--out", out])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    // It says that it has begun; the keys take seconds from there.
    let mut first = [0];
    child.stderr.as_mut().expect("piped").read_exact(&mut first).expect("a message");
    let pid = child.id().to_string();
    let kill = std::process::Command::new("kill").args(["-INT", &pid]).status().expect("kill runs");
    assert!(kill.success());
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "it does not end");
        thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(status.code(), Some(130));
    assert!(names(&out).is_empty());
}

#[cfg(unix)]
#[test]
fn an_interruption_at_any_moment_leaves_whole_files_or_none() {
    let (fixture, directory) = (fixture(), directory());
    for step in 0..24 {
        let mut child = command()
            .args(args![
                "-q",
                "keys",
                "setup",
                "--force",
                fixture.path("small.zkm"),
                "--out",
                directory.path()
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command runs");
        thread::sleep(Duration::from_millis(10 * step));
        let kill =
            std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        kill.expect("kill runs");
        child.wait().expect("it ends");
        let partial =
            names(directory.path()).into_iter().filter(|name| name.contains(".tmp")).count();
        assert_eq!(partial, 0, "after {} ms: {:?}", 10 * step, names(directory.path()));
    }
}
