//! Destinations of output: directories that are made, names that are names, streams that are full,
//! and what a signal leaves.

use std::{
    ffi::OsStr,
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::Path,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{
    onnx,
    support::{Run, command, directory, fixture, names, picture, prove_halo2, vectors, zkinfer},
};
use crate::args;

fn import(onnx: &Path, out: &Path, more: &[&str]) -> Run {
    let base = args!["model", "import", onnx, "--out", out];
    zkinfer(base.into_iter().chain(more.iter().map(|arg| arg.into())))
}

#[test]
fn a_missing_directory_is_made_and_goes_again_if_nothing_comes_of_it() {
    let directory = directory();
    let onnx = directory.path().join("small.onnx");
    fs::write(&onnx, onnx::picture_model()).expect("written");
    let out = directory.path().join("new/er");
    import(&onnx, &out, &[]).ok();
    assert_eq!(names(&out), ["small.manifest.json", "small.zkm"]);
    let keys = directory.path().join("keys/of/it");
    zkinfer(args!["keys", "setup", out.join("small.zkm"), "--out", keys]).ok();
    assert_eq!(names(&keys), ["small.pk", "small.transcript", "small.vk"]);

    fs::write(&onnx, "no model").expect("written");
    let other = directory.path().join("un/used");
    import(&onnx, &other, &[]).fails_naming(&["small.onnx"]);
    assert!(!directory.path().join("un").exists(), "what stayed empty is gone");
    import(&onnx, &onnx, &[]).fails_naming(&["small.onnx", "not a directory"]);
    import(&onnx, &onnx.join("below"), &[]).fails_naming(&["below", "cannot be made"]);
}

#[test]
fn a_stem_is_a_name_in_the_directory() {
    let (fixture, directory) = (fixture(), directory());
    let (out, onnx, model) =
        (directory.path().join("out"), fixture.path("small.onnx"), fixture.path("small.zkm"));
    for (stem, words) in [
        ("../up", "separator"),
        ("", "empty"),
        ("..", "a directory"),
        ("/tmp/x", "separator"),
        ("a/b", "separator"),
    ] {
        let setup = zkinfer(args!["keys", "setup", model, "--out", out, "--stem", stem]);
        for run in [import(&onnx, &out, &["--stem", stem]), setup] {
            assert_eq!(run.code, Some(2), "{run:?}");
            assert!(run.stderr.contains("--stem") && run.stderr.contains(words), "{run:?}");
        }
    }
    assert!(names(directory.path()).is_empty(), "{:?}", names(directory.path()));
    let long = "n".repeat(300);
    import(&onnx, &out, &["--stem", &long]).fails_naming(&[&long]);
    assert!(!out.exists());
}

/// Names are bytes: none of them becomes another, and JSON says what it cannot hold.
#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf_8_stays_itself_on_the_whole_way() {
    use std::os::unix::ffi::OsStrExt;
    let directory = directory();
    let path = |end: &[u8]| directory.path().join(OsStr::from_bytes(&[b"caf\xe9", end].concat()));
    fs::write(path(b".onnx"), onnx::picture_model()).expect("written");
    let shown = |run: Run, field: &str| {
        let text = run.ok().json()[field].as_str().expect("a path").to_owned();
        assert!(text.contains("caf\u{fffd}."), "{text}");
    };
    let out = directory.path();
    shown(zkinfer(args!["--json", "model", "import", path(b".onnx"), "--out", out]), "model_file");
    let setup =
        args!["--json", "keys", "setup", path(b".zkm"), "--out", out, "--proof-system", "halo2"];
    zkinfer(setup.into_iter().chain(args!["--force"])).ok();
    let (manifest, opening) = (path(b".manifest.json"), path(b".opening"));
    let commit =
        args!["--json", "commit", "--manifest", manifest, "--image", picture(), "--out", opening];
    shown(zkinfer(commit), "opening");
    prove_halo2(&path(b".zkm"), &opening, &path(b".proof")).ok();
    let key = path(b".key");
    shown(zkinfer(args!["--json", "keys", "encryption", "--out", key]), "file");
    shown(zkinfer(args!["--json", "model", "manifest", manifest]), "file");
    let made: [&[u8]; 7] =
        [b".key", b".manifest.json", b".onnx", b".opening", b".proof", b".vk", b".zkm"];
    made.iter().for_each(|end| assert!(path(end).is_file(), "{end:?}"));
    assert_eq!(names(directory.path()).len(), made.len());
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_a_failure() {
    let fixture = fixture();
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
    let inspect = args!["model", "inspect", fixture.path("small.zkm")];
    let json = args!["--json", "keys", "inspect", fixture.path("small.vk")];
    for arguments in [
        &args!["--help"][..],
        &args!["--version"],
        &args!["chain", "request", "--help"],
        &inspect,
        &json,
    ] {
        let run = command().args(arguments).stdout(full()).output().expect("the command runs");
        assert_eq!(run.status.code(), Some(1), "{arguments:?}");
        let stderr = String::from_utf8(run.stderr).expect("UTF-8");
        assert!(stderr.contains("stdout") && stderr.contains("hint"), "{arguments:?}: {stderr}");
    }
    // Messages, too: here the words on what is being made.
    let directory = directory();
    let setup = args!["keys", "setup", fixture.path("small.zkm"), "--out", directory.path()];
    let run = command().args(setup).stderr(full()).output().expect("the command runs");
    assert_eq!(run.status.code(), Some(1));
    assert_eq!(
        names(directory.path()),
        ["small.pk", "small.transcript", "small.vk"],
        "whole files or none"
    );
}

#[test]
fn a_reader_of_the_help_that_goes_away_is_no_reason_for_words() {
    let mut child = command()
        .args(["chain", "request", "--help"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut stderr).expect("UTF-8");
    let code = child.wait().expect("it ends").code();
    assert_eq!(stderr, "");
    assert!(code == Some(1) || code == Some(0), "{code:?}");
}

/// A setup that takes a second or two, just begun.
#[cfg(unix)]
fn begun_setup(model: &Path, out: &Path) -> Child {
    let mut child = command()
        .args(args!["keys", "setup", model, "--out", out])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    let mut first = [0];
    child.stderr.as_mut().expect("piped").read_exact(&mut first).expect("a message");
    child
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let kill = std::process::Command::new("kill")
        .args([&format!("-{name}"), &child.id().to_string()])
        .status();
    kill.expect("kill runs");
}

/// Whichever signal ends it, SIGKILL included, no file is left that holds a part of a key.
#[cfg(target_os = "linux")]
#[test]
fn no_signal_leaves_a_part_of_a_key() {
    let directory = directory();
    let onnx = vectors().join("mnist/mnist-cnn.onnx");
    zkinfer(args!["model", "import", onnx, "--out", directory.path(), "--stem", "m"]).ok();
    let model = directory.path().join("m.zkm");
    for (name, code) in [
        ("HUP", 129),
        ("INT", 130),
        ("QUIT", 131),
        ("TERM", 143),
        ("KILL", 0),
        ("ABRT", 0),
        ("USR1", 0),
        ("PIPE", 0),
    ] {
        let delays = if name == "PIPE" { &[100][..] } else { &[0, 150, 500] };
        for delay in delays {
            let out = directory.path().join(format!("{name}-{delay}"));
            fs::create_dir(&out).expect("a directory");
            let mut child = begun_setup(&model, &out);
            thread::sleep(Duration::from_millis(*delay));
            // In the middle of the work there is no name, though the file grows.
            assert!(names(&out).iter().all(|name| name.starts_with("m.")), "{:?}", names(&out));
            signal(&child, name);
            let status = child.wait().expect("it ends");
            let left = names(&out);
            match status.code() {
                Some(0) => {
                    assert_eq!(
                        left,
                        ["m.pk", "m.transcript", "m.vk"],
                        "{name} came too late, or is ignored"
                    )
                }
                Some(ended) => {
                    assert_eq!(ended, code, "{name}");
                    assert!(left.iter().all(|name| name.starts_with("m.")), "{name}: {left:?}");
                }
                None => assert!(left.iter().all(|name| name.starts_with("m.")), "{name}: {left:?}"),
            }
        }
    }
}

/// `nohup` means it: who has asked for that is not ended by the end of a terminal.
#[cfg(target_os = "linux")]
#[test]
fn a_hangup_that_was_ignored_stays_ignored() {
    let (fixture, directory) = (fixture(), directory());
    let script = "trap '' HUP; exec \"$0\" keys setup \"$1\" --out \"$2\"";
    let program = env!("CARGO_BIN_EXE_zkinfer");
    let mut child = std::process::Command::new("sh")
        .args(args!["-c", script, program, fixture.path("small.zkm"), directory.path()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("sh runs");
    let mut first = [0];
    child.stderr.as_mut().expect("piped").read_exact(&mut first).expect("a message");
    signal(&child, "HUP");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert_eq!(names(directory.path()).len(), 3);
}

/// A server that says `greeting` to each connection and then nothing more.
fn server(greeting: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("ws://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            thread::spawn(move || {
                let _ = stream.write_all(greeting);
                let mut rest = [0; 1024];
                while stream.read(&mut rest).is_ok_and(|count| count > 0) {}
            });
        }
    });
    url
}

#[test]
fn what_answers_and_is_no_node_is_named_as_such() {
    let web =
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n<p>hello</p>";
    let moved =
        b"HTTP/1.1 301 Moved Permanently\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n";
    for (greeting, words) in [
        (&web[..], "a web server"),
        (&moved[..], "a web server"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "another protocol"),
    ] {
        let url = server(greeting);
        let run = zkinfer(["chain", "status", "--url", &url]);
        run.fails_naming(&[&url, "not a node", words]);
    }
    let (url, begun) = (server(b""), Instant::now());
    zkinfer(["chain", "status", "--url", &url]).fails_naming(&["no node answers", &url]);
    let send = ["chain", "withdraw", "--signer", "//Alice", "--timeout", "2", "--url", &url];
    let short = Instant::now();
    zkinfer(send).fails_naming(&["no node answers", &url, "within"]);
    assert!(short.elapsed() < Duration::from_secs(8), "{:?}", short.elapsed());
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
fn a_wrong_url_is_told_from_a_node_that_is_not_there() {
    for (url, words) in [
        ("", "is empty"),
        ("localhost:9944", "write ws://localhost:9944"),
        ("http://127.0.0.1:9944", "write ws://127.0.0.1:9944"),
        ("ws://127.0.0.1:70000", "70000"),
        ("ws://", "names no host"),
        ("ws://node.example:9944", "wss://"),
    ] {
        let run = zkinfer(["chain", "status", "--url", url]);
        assert!(!run.stderr.contains("start a node"), "{run:?}");
        run.fails_naming(&[words, "hint"]);
    }
    let run = zkinfer(["chain", "status", "--url", "https://key@node.example/s3cret"]);
    assert!(!run.stderr.contains("s3cret") && !run.stderr.contains("key@"), "{run:?}");
}
