//! Random damage to every kind of file: an error that names the file, or an answer that is right;
//! no panic, nothing left behind.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::support::{
    Rng, Run, directory, fixture, halo2_fixture, names, picture, vectors, zkinfer,
};
use crate::args;

/// Damaged versions of each kind of file; `ZKINFER_MUTATION_ROUNDS` asks for another number.
fn rounds() -> u64 {
    std::env::var("ZKINFER_MUTATION_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(48)
}

fn mutate(bytes: &mut Vec<u8>, rng: &mut Rng) {
    for _ in 0..=rng.below(3) {
        let at = rng.below(bytes.len().max(1) as u64) as usize;
        match rng.below(6) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at.min(bytes.len()), rng.below(256) as u8),
            2 if !bytes.is_empty() => drop(bytes.remove(at)),
            3 if !bytes.is_empty() => {
                let end = bytes.len().min(at + 8);
                bytes[at..end].fill([0, 0xff][rng.below(2) as usize]);
            }
            4 => {
                let start = rng.below(bytes.len().max(1) as u64) as usize;
                let copied: Vec<u8> = bytes.iter().skip(start).take(16).copied().collect();
                bytes.splice(at..at, copied);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << rng.below(8);
                }
            }
        }
    }
}

/// Runs `command` on damaged versions of `original`. `accept` judges a run that succeeded.
fn damage(original: &Path, command: impl Fn(&Path, &Path) -> Run, accept: impl Fn(&Path)) {
    let bytes = fs::read(original).expect("read");
    let name = original.file_name().expect("a name").to_str().expect("UTF-8");
    for seed in 0..rounds() {
        let mut rng = Rng(seed);
        let mut damaged = bytes.clone();
        mutate(&mut damaged, &mut rng);
        if damaged == bytes {
            continue;
        }
        let directory = directory();
        let path = directory.path().join(name);
        fs::write(&path, &damaged).expect("written");
        let run = command(&path, &directory.path().join("out"));
        match run.code {
            Some(0) => accept(&path),
            // A negative answer has been given on stdout.
            Some(1) if run.stderr.is_empty() => {}
            _ => {
                assert!(!run.stderr.contains("panicked"), "{name}, seed {seed}: {run:?}");
                run.fails_naming(&[name]);
                assert_eq!(names(directory.path()), [name], "seed {seed}");
            }
        }
        let leftovers =
            names(directory.path()).into_iter().filter(|name| name.contains(".tmp")).count();
        assert_eq!(leftovers, 0, "{name}, seed {seed}");
    }
}

fn own(name: &str) -> PathBuf {
    fixture().path(name)
}

fn never(path: &Path) {
    panic!("{} was accepted", path.display());
}

fn prove(model: &Path, pk: &Path, opening: &Path, out: &Path) -> Run {
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
}

#[test]
fn of_models() {
    damage(&own("small.zkm"), |path, _| zkinfer(args!["model", "inspect", path]), never);
}

#[test]
fn of_onnx_files() {
    let import = |path: &Path, _: &Path| {
        zkinfer(args![
            "model",
            "import",
            path,
            "--out",
            path.parent().expect("a parent"),
            "--stem",
            "x"
        ])
    };
    // Other weights are other models.
    damage(&own("small.onnx"), import, |path| {
        zkinfer(args!["model", "inspect", path.with_file_name("x.zkm")]).ok();
    });
}

#[test]
fn of_manifests() {
    // Another name is another manifest.
    let manifest = |path: &Path, _: &Path| zkinfer(args!["model", "manifest", path]);
    damage(&own("small.manifest.json"), manifest, |_| ());
    let commit = |path: &Path, out: &Path| {
        zkinfer(args!["commit", "--manifest", path, "--image", picture(), "--out", out])
    };
    damage(&own("small.manifest.json"), commit, |_| ());
}

#[test]
fn of_proving_keys() {
    damage(
        &own("small.pk"),
        |path, out| prove(&own("small.zkm"), path, &own("digit.opening"), out),
        never,
    );
}

#[test]
fn of_verifying_keys() {
    let verify = |path: &Path, _: &Path| {
        zkinfer(args!["verify", "--vk", path, "--proof", own("digit.proof")])
    };
    damage(&own("small.vk"), verify, never);
}

#[test]
fn of_verifying_keys_of_halo2() {
    let own = |name: &str| halo2_fixture().path(name);
    let verify = |path: &Path, _: &Path| {
        zkinfer(args!["verify", "--vk", path, "--proof", own("open.proof")])
    };
    damage(&own("open.vk"), verify, never);
    damage(&own("open.vk"), |path, _| zkinfer(args!["keys", "inspect", path]), |_| ());
}

#[test]
fn of_proofs_of_halo2() {
    let own = |name: &str| halo2_fixture().path(name);
    let verify =
        |path: &Path, _: &Path| zkinfer(args!["verify", "--vk", own("open.vk"), "--proof", path]);
    damage(&own("open.proof"), verify, |path| {
        let json = |path: &Path| -> serde_json::Value {
            serde_json::from_slice(&fs::read(path).expect("read")).expect("JSON")
        };
        assert_eq!(json(path), json(&own("open.proof")));
    });
}

#[test]
fn of_openings_of_halo2() {
    let own = |name: &str| halo2_fixture().path(name);
    let verify = |path: &Path, _: &Path| {
        let files = args![
            "verify",
            "--vk",
            own("open.vk"),
            "--proof",
            own("open.proof"),
            "--opening",
            path
        ];
        zkinfer(files.into_iter().chain(args!["--manifest", own("open.manifest.json")]))
    };
    damage(&own("open.opening"), verify, never);
}

#[test]
fn of_encryption_keys() {
    // What is accepted holds a key pair whose halves belong together: the unit tests say which bits
    // X25519 ignores.
    damage(&fixture().path("bob.key"), |path, _| zkinfer(args!["keys", "inspect", path]), |_| ());
}

#[test]
fn of_transcripts() {
    let audit = |path: &Path, _: &Path| {
        zkinfer(args![
            "keys",
            "audit",
            "--model",
            own("small.zkm"),
            "--vk",
            own("small.vk"),
            "--transcript",
            path,
            "--public-part-only"
        ])
    };
    damage(&own("small.transcript"), audit, never);
}

#[test]
fn of_openings() {
    // Another input is proved as well as this one.
    damage(
        &own("digit.opening"),
        |path, out| prove(&own("small.zkm"), &own("small.pk"), path, out),
        |_| (),
    );
}

#[test]
fn of_proofs() {
    let verify =
        |path: &Path, _: &Path| zkinfer(args!["verify", "--vk", own("small.vk"), "--proof", path]);
    // White space and the like may differ; what is said may not.
    damage(&own("digit.proof"), verify, |path| {
        let json = |path: &Path| -> serde_json::Value {
            serde_json::from_slice(&fs::read(path).expect("read")).expect("JSON")
        };
        assert_eq!(json(path), json(&own("digit.proof")));
    });
}

#[test]
fn of_pictures() {
    let commit = |path: &Path, out: &Path| {
        zkinfer(args![
            "commit",
            "--manifest",
            own("small.manifest.json"),
            "--image",
            path,
            "--out",
            out
        ])
    };
    damage(&picture(), commit, |_| ());
}

#[test]
fn of_data_sets() {
    let images = vectors().join("mnist/t10k-first-500-images.idx3.gz");
    let labels = vectors().join("mnist/t10k-first-500-labels.idx1.gz");
    let eval = |path: &Path, _: &Path| {
        zkinfer(args![
            "model",
            "eval",
            own("small.zkm"),
            "--images",
            images,
            "--labels",
            path,
            "--limit",
            "5"
        ])
    };
    damage(&labels, eval, |_| ());
}
