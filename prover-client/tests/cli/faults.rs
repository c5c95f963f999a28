//! Missing, wrong and damaged files, full disks, existing outputs: one line that names file and
//! remedy, nothing left behind.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::support::{
    Run, directory, fixture, halo2_fixture, names, picture, prove, prove_halo2, vectors, zkinfer,
};
use crate::args;

/// A file of the fixture with another content, in a directory of its own.
fn changed(name: &str, change: impl FnOnce(&mut Vec<u8>)) -> (tempfile::TempDir, PathBuf) {
    let directory = directory();
    let path = directory.path().join(name);
    let mut bytes = fs::read(halo2_fixture().path(name)).expect("read");
    change(&mut bytes);
    fs::write(&path, bytes).expect("written");
    (directory, path)
}

/// Commands that read a file of this name, with the file's place given.
fn readers(name: &str, path: &Path, out: &Path) -> Vec<Run> {
    let fixture = fixture();
    let own = |name: &str| fixture.path(name);
    let prove = |model: &Path, pk: &Path, opening: &Path| {
        zkinfer(args![
            "prove",
            "--model",
            model,
            "--pk",
            pk,
            "--opening",
            opening,
            "--attest",
            "0",
            "--prover",
            "//Bob",
            "--out",
            out
        ])
    };
    match name {
        "small.onnx" => vec![zkinfer(args![
            "model",
            "import",
            path,
            "--out",
            out.parent().expect("a parent"),
            "--stem",
            "x"
        ])],
        "small.zkm" => vec![
            zkinfer(args!["model", "inspect", path]),
            zkinfer(args!["keys", "setup", path, "--stem", "x"]),
            prove(path, &own("small.pk"), &own("digit.opening")),
        ],
        "small.manifest.json" => vec![
            zkinfer(args!["model", "manifest", path]),
            zkinfer(args!["commit", "--manifest", path, "--image", picture(), "--out", out]),
        ],
        "small.pk" => {
            vec![
                zkinfer(args!["keys", "inspect", path]),
                prove(&own("small.zkm"), path, &own("digit.opening")),
            ]
        }
        "small.vk" => vec![
            zkinfer(args!["keys", "inspect", path]),
            zkinfer(args!["verify", "--vk", path, "--proof", own("digit.proof")]),
        ],
        "small.transcript" => vec![
            zkinfer(args!["keys", "inspect", path]),
            zkinfer(args![
                "keys",
                "audit",
                "--model",
                own("small.zkm"),
                "--vk",
                own("small.vk"),
                "--transcript",
                path
            ]),
        ],
        "digit.opening" => vec![prove(&own("small.zkm"), &own("small.pk"), path)],
        "digit.proof" => vec![zkinfer(args!["verify", "--vk", own("small.vk"), "--proof", path])],
        "open.vk" => vec![
            zkinfer(args!["keys", "inspect", path]),
            zkinfer(args!["verify", "--vk", path, "--proof", own("open.proof")]),
            zkinfer(args!["keys", "audit", "--model", own("small.zkm"), "--vk", path]),
        ],
        "open.opening" => vec![prove_halo2(&own("small.zkm"), path, out)],
        "open.proof" => vec![zkinfer(args!["verify", "--vk", own("open.vk"), "--proof", path])],
        "bob.key" => vec![
            zkinfer(args!["keys", "inspect", path]),
            // Read before anything is sent: nobody listens there.
            zkinfer(args![
                "chain",
                "bond",
                "1",
                "--encryption-key",
                path,
                "--url",
                "ws://127.0.0.1:1"
            ]),
        ],
        other => panic!("nobody reads {other}"),
    }
}

const FILES: [&str; 12] = [
    "small.onnx",
    "small.zkm",
    "small.manifest.json",
    "small.pk",
    "small.vk",
    "small.transcript",
    "digit.opening",
    "digit.proof",
    "open.vk",
    "open.opening",
    "open.proof",
    "bob.key",
];

fn refused_by_all(name: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let (directory, path) = changed(name, change);
    for run in readers(name, &path, &directory.path().join("out")) {
        run.fails_naming(&[name]);
        assert_eq!(names(directory.path()), [name]);
    }
}

#[test]
fn truncated_files_are_refused_by_all_who_read_them() {
    FILES.iter().for_each(|name| refused_by_all(name, |bytes| bytes.truncate(bytes.len() / 2)));
}

#[test]
fn empty_files_are_refused_by_all_who_read_them() {
    FILES.iter().for_each(|name| refused_by_all(name, |bytes| bytes.clear()));
}

#[test]
fn files_with_bytes_after_their_end_are_refused_by_all_who_read_them() {
    FILES.iter().for_each(|name| refused_by_all(name, |bytes| bytes.extend([7, 7, 7])));
}

#[test]
fn files_of_another_kind_are_refused_by_all_who_read_them() {
    let proof = fs::read(fixture().path("small.zkm")).expect("read");
    for name in FILES.iter().filter(|name| **name != "small.zkm") {
        refused_by_all(name, |bytes| *bytes = proof.clone());
    }
    refused_by_all("small.zkm", |bytes| *bytes = b"\x89PNG\r\n\x1a\n and so on".to_vec());
}

#[test]
fn huge_files_are_refused_without_being_read() {
    let fixture = fixture();
    for name in FILES {
        let directory = directory();
        let path = directory.path().join(name);
        let file = fs::File::create(&path).expect("created");
        // Sparse: no disk is used.
        file.set_len(1 << 40).expect("a sparse file");
        for run in readers(name, &path, &directory.path().join("out")) {
            run.fails_naming(&[name]);
        }
        assert_eq!(names(directory.path()), [name]);
    }
    let directory = directory();
    let huge = directory.path().join("huge.png");
    fs::File::create(&huge).and_then(|file| file.set_len(1 << 40)).expect("a sparse file");
    let (manifest, out) = (fixture.path("small.manifest.json"), directory.path().join("o"));
    for option in ["--image", "--values", "--integers"] {
        zkinfer(args!["commit", "--manifest", manifest, option, huge, "--out", out])
            .fails_naming(&["huge.png"]);
    }
}

#[test]
fn missing_files_and_directories_are_named() {
    let directory = directory();
    for name in FILES {
        let path = directory.path().join(name);
        for run in readers(name, &path, &directory.path().join("out")) {
            run.fails_naming(&[name, "hint:"]);
        }
        fs::create_dir(&path).expect("a directory");
        for run in readers(name, &path, &directory.path().join("out")) {
            run.fails_naming(&[name, "hint:"]);
        }
        fs::remove_dir(&path).expect("empty");
    }
    assert!(names(directory.path()).is_empty());
}

#[test]
fn damaged_pictures_are_refused() {
    let fixture = fixture();
    let png = fs::read(picture()).expect("read");
    let truncated = png.get(..png.len() / 2).expect("half").to_vec();
    let trailing = [png.as_slice(), b"more"].concat();
    let mut flipped = png.clone();
    *flipped.get_mut(png.len() / 2).expect("a byte") ^= 1;
    for (what, bytes) in [
        ("empty", vec![]),
        ("jpeg", b"\xff\xd8\xff\xe0 JFIF".to_vec()),
        ("truncated", truncated),
        ("trailing", trailing),
        ("flipped", flipped),
    ] {
        let directory = directory();
        let path = directory.path().join(format!("{what}.png"));
        fs::write(&path, bytes).expect("written");
        let (manifest, out) =
            (fixture.path("small.manifest.json"), directory.path().join("o.opening"));
        zkinfer(args!["commit", "--manifest", manifest, "--image", path, "--out", out])
            .fails_naming(&[what]);
        assert_eq!(names(directory.path()).len(), 1, "{what}");
    }
}

#[test]
fn lists_that_are_no_inputs_are_refused() {
    let (fixture, directory) = (fixture(), directory());
    let (manifest, out) = (fixture.path("small.manifest.json"), directory.path().join("o.opening"));
    let deep = "[".repeat(100_000);
    for text in ["", "{}", "[1", "[1, 2]", "[\"one\"]", "null", &deep] {
        let path = directory.path().join("list.json");
        fs::write(&path, text).expect("written");
        for option in ["--values", "--integers"] {
            zkinfer(args!["commit", "--manifest", manifest, option, path, "--out", out])
                .fails_naming(&["list.json"]);
        }
    }
    assert_eq!(names(directory.path()), ["list.json"]);
}

#[test]
fn damaged_data_sets_are_refused() {
    let (fixture, directory) = (fixture(), directory());
    let images = vectors().join("mnist/t10k-first-500-images.idx3.gz");
    let labels = vectors().join("mnist/t10k-first-500-labels.idx1.gz");
    let bad = directory.path().join("bad.idx");
    let mut bytes = fs::read(&labels).expect("read");
    bytes.truncate(bytes.len() - 9);
    fs::write(&bad, bytes).expect("written");
    let model = fixture.path("small.zkm");
    let eval = |images, labels| {
        zkinfer(args!["model", "eval", model, "--images", images, "--labels", labels])
    };
    eval(&images, &bad).fails_naming(&["bad.idx"]);
    eval(&bad, &labels).fails_naming(&["bad.idx"]);
    eval(&labels, &labels).fails_naming(&["t10k-first-500-labels"]);
    eval(&images, &labels).ok();
}

#[test]
fn existing_outputs_stay_unless_forced() {
    let (fixture, directory) = (fixture(), directory());
    let out = directory.path();
    let path = |name: &str| out.join(name);
    for name in [
        "small.zkm",
        "small.manifest.json",
        "small.pk",
        "small.vk",
        "small.transcript",
        "o.opening",
        "o.proof",
    ] {
        fs::write(path(name), "precious").expect("written");
    }
    let (manifest, opening) = (fixture.path("small.manifest.json"), fixture.path("digit.opening"));
    fs::write(path("bob.key"), "precious").expect("written");
    let commands = [
        ("bob.key", args!["keys", "encryption", "--out", path("bob.key")].to_vec()),
        ("small.zkm", args!["model", "import", fixture.path("small.onnx"), "--out", out].to_vec()),
        ("small.pk", args!["keys", "setup", fixture.path("small.zkm"), "--out", out].to_vec()),
        (
            "o.opening",
            args![
                "commit",
                "--manifest",
                manifest,
                "--image",
                picture(),
                "--out",
                path("o.opening")
            ]
            .to_vec(),
        ),
        (
            "o.proof",
            args![
                "prove",
                "--model",
                fixture.path("small.zkm"),
                "--pk",
                fixture.path("small.pk"),
                "--opening",
                opening,
                "--attest",
                "0",
                "--prover",
                "//Bob",
                "--out",
                path("o.proof")
            ]
            .to_vec(),
        ),
    ];
    for (name, command) in commands {
        zkinfer(&command).fails_naming(&[name, "--force"]);
        assert_eq!(fs::read(path(name)).expect("read"), b"precious");
        zkinfer(command.iter().map(|arg| arg.as_os_str()).chain(["--force".as_ref()])).ok();
        assert_ne!(fs::read(path(name)).expect("read"), b"precious");
    }
    assert_eq!(names(out).len(), 8);
}

#[test]
fn an_impossible_output_directory_is_named() {
    let (fixture, directory) = (fixture(), directory());
    let file = directory.path().join("file");
    fs::write(&file, "").expect("written");
    for out in [directory.path().join("none"), file.clone()] {
        let name = out.file_name().expect("a name").to_str().expect("UTF-8");
        prove(fixture, &fixture.path("digit.opening"), &out.join("x.proof"))
            .fails_naming(&[name, "mkdir -p"]);
    }
    for command in [["model", "import", "small.onnx"], ["keys", "setup", "small.zkm"]] {
        let [group, verb, input] = command;
        zkinfer(args![group, verb, fixture.path(input), "--out", file])
            .fails_naming(&["file", "not a directory"]);
    }
    assert_eq!(names(directory.path()), ["file"]);
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let (fixture, directory) = (fixture(), directory());
    let locked = directory.path().join("locked");
    fs::create_dir(&locked).expect("a directory");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).expect("own");
    // Root writes everywhere but where the system itself refuses.
    let is_root = fs::write(locked.join("probe"), "").is_ok();
    let out = if is_root { PathBuf::from("/proc") } else { locked };
    prove(fixture, &fixture.path("digit.opening"), &out.join("x.proof"))
        .fails_naming(&["x.proof", "hint:"]);
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_no_partial_file() {
    let (fixture, directory) = (fixture(), directory());
    // A limit on the size of files stands in for a full disk.
    let script = r#"trap "" XFSZ; ulimit -f 1; exec "$0" keys setup "$1" --out "$2""#;
    let output = std::process::Command::new("sh")
        .args(args![
            "-c",
            script,
            env!("CARGO_BIN_EXE_zkinfer"),
            fixture.path("small.zkm"),
            directory.path()
        ])
        .output()
        .expect("a shell");
    Run::from(output).fails_naming(&["small.pk", "hint:"]);
    assert!(names(directory.path()).is_empty(), "{:?}", names(directory.path()));
}

#[cfg(unix)]
#[test]
fn secret_files_are_their_owners_alone_and_exposed_ones_are_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = fixture();
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    for name in ["small.pk", "small.zkm", "small.transcript", "digit.opening", "bob.key"] {
        assert_eq!(mode(&fixture.path(name)), 0o600, "{name}");
    }
    let (directory, path) = changed("digit.opening", |_| ());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("own");
    let run = prove(fixture, &path, &directory.path().join("x.proof")).ok();
    assert!(run.stderr.contains("chmod 600"), "{run:?}");
}

#[test]
fn options_that_do_not_fit_the_model_are_refused() {
    let (fixture, directory) = (fixture(), directory());
    let classes = directory.path().join("classes");
    fs::write(&classes, "one\ntwo\n").expect("written");
    let classes = classes.to_str().expect("UTF-8");
    let import = |extra: &[&str]| {
        let base = args!["model", "import", fixture.path("small.onnx"), "--out", directory.path()];
        zkinfer(base.into_iter().chain(extra.iter().map(|arg| arg.into())))
    };
    import(&["--input-bits", "0"]).fails_naming(&["--input-bits"]);
    import(&["--weight-bits", "16"]).fails_naming(&["--weight-bits"]);
    import(&["--input-range", "1:0"]).fails_naming(&["--input-range"]);
    import(&["--classes", classes]).fails_naming(&["2 class names"]);
    import(&["--ink", "any", "--resize", "centre-ink"]).fails_naming(&["centre-ink"]);
    import(&["--input", "values", "--ink", "any"]).fails_with_code(2, &["--ink"]);
    assert_eq!(names(directory.path()), ["classes"]);
}
