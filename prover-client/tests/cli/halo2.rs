//! Halo2: keys without a setup, proofs that verify, and what must not be mixed with Groth16.

use std::fs;

use zkinfer::artefacts::terms::{Terms, TermsFile};
use zkinfer_primitives::{InputCommitment, PayloadHash, VkHash};

use super::support::{
    command, directory, fixture, halo2_fixture, names, picture, prove_halo2, vectors, zkinfer,
};
use crate::args;

#[test]
fn a_proof_verifies_and_says_its_system() {
    let fixture = halo2_fixture();
    let own = |name: &str| fixture.path(name);
    let (key, proof, manifest) = (own("open.vk"), own("open.proof"), own("open.manifest.json"));
    let verify = args!["verify", "--json", "--vk", key, "--proof", proof, "--manifest", manifest];
    let json =
        zkinfer(verify.into_iter().chain(args!["--opening", own("open.opening")])).ok().json();
    assert_eq!(
        (json["valid"].as_bool(), json["proof_system"].as_str()),
        (Some(true), Some("halo2-ipa-pasta"))
    );
    assert_eq!(json["checks"].as_array().map(Vec::len), Some(3));
    let inspected = zkinfer(args!["keys", "inspect", "--json", own("open.vk")]).ok().json();
    let key = &inspected["verifying_key"];
    assert_eq!(
        (&key["proof_system"], &key["vk_hash"]),
        (&json["proof_system"], &json["statement"]["context"]["vk_hash"])
    );
    let described = zkinfer(args!["model", "inspect", "--json", own("small.zkm")]).ok().json();
    assert_eq!(
        (&described["halo2"]["k"], &described["halo2"]["proof_bytes"]),
        (&key["shape"]["k"], &json["proof_bytes"])
    );
    // The same answer as with the other system.
    let groth16 =
        zkinfer(args!["verify", "--json", "--vk", own("small.vk"), "--proof", own("digit.proof")]);
    assert_eq!(groth16.ok().json()["class"], json["class"]);
}

#[test]
fn everybody_makes_the_same_key_and_no_other_file() {
    let (fixture, directory) = (halo2_fixture(), directory());
    let out = directory.path();
    let setup = ["keys", "setup", "--proof-system", "halo2"].map(std::ffi::OsString::from);
    let files = args![fixture.path("small.zkm"), "--out", out, "--json"];
    let json = zkinfer(setup.iter().cloned().chain(files)).ok().json();
    assert_eq!(names(out), ["small.manifest.json", "small.vk"]);
    assert_eq!(
        fs::read(out.join("small.vk")).expect("read"),
        fs::read(fixture.path("open.vk")).expect("read")
    );
    assert!(
        json["trust"].as_str().is_some_and(|trust| trust.contains("nobody can forge")),
        "{json}"
    );
    // Twice at one place is refused, as ever.
    let again = args![fixture.path("small.zkm"), "--out", out];
    zkinfer(setup.into_iter().chain(again)).fails_naming(&["small.vk", "--force"]);
}

#[test]
fn the_manifest_beside_the_model_gets_the_proof_system_and_gives_it_back() {
    let (fixture, directory) = (fixture(), directory());
    let path = |name: &str| directory.path().join(name);
    for name in ["small.zkm", "small.manifest.json"] {
        fs::copy(fixture.path(name), path(name)).expect("copied");
    }
    let before = fs::read(path("small.manifest.json")).expect("read");
    let setup = |system: &str| {
        zkinfer(args!["keys", "setup", path("small.zkm"), "--proof-system", system, "--force"])
    };
    setup("halo2").ok();
    let manifest = zkinfer(args!["model", "manifest", "--json", path("small.zkm")]).ok().json();
    assert_eq!(manifest["manifest"]["proof_system"], "halo2-ipa-pasta");
    setup("groth16").ok();
    assert_eq!(fs::read(path("small.manifest.json")).expect("read"), before);
    // Without a manifest nobody is told which system to commit for.
    fs::remove_file(path("small.manifest.json")).expect("removed");
    let run = setup("halo2").ok();
    assert!(run.stderr.contains("no manifest"), "{run:?}");
}

#[test]
fn a_proof_for_a_job_is_bound_to_its_terms() {
    let (fixture, directory) = (halo2_fixture(), directory());
    let path = |name: &str| directory.path().join(name);
    let proof: serde_json::Value =
        serde_json::from_slice(&fs::read(fixture.path("open.proof")).expect("read")).expect("JSON");
    let bytes = |value: &serde_json::Value| {
        zkinfer::artefacts::hexadecimal::parse::<32>(value.as_str().expect("text")).expect("hex")
    };
    let commitment = bytes(&proof["statement"]["input_commitment"]);
    let vk_hash = bytes(&proof["statement"]["context"]["vk_hash"]);
    let alice: zkinfer::account::Account = "//Alice".parse().expect("an account");
    let save = |name: &str, vk_hash: [u8; 32]| {
        let terms = Terms {
            requester: alice.0,
            nonce: 1,
            job: 8,
            model: 2,
            model_version: 3,
            vk_hash: VkHash(vk_hash),
            input_commitment: InputCommitment(commitment),
            payload_hash: PayloadHash([4; 32]),
            reward: 5,
            price: 1,
            deadline: 6,
        };
        let file = TermsFile::new([7; 32], terms, Some(alice.0));
        file.save(&path(name), zkinfer::files::Existing::Keep).expect("written");
    };
    save("job.terms.json", vk_hash);
    save("key.terms.json", [9; 32]);
    let prove = |terms: &str, out: &str| {
        let (model, opening) = (fixture.path("small.zkm"), fixture.path("open.opening"));
        let files = args!["prove", "--model", model, "--opening", opening, "--out", path(out)];
        zkinfer(files.into_iter().chain(args!["--terms", path(terms)]))
    };
    prove("job.terms.json", "job.proof").ok();
    let (key, job) = (fixture.path("open.vk"), path("job.terms.json"));
    zkinfer(args!["verify", "--vk", key, "--proof", path("job.proof"), "--terms", job]).ok();
    prove("key.terms.json", "x.proof").fails_naming(&["small.zkm", "verifying key"]);
}

#[test]
fn a_changed_statement_or_proof_does_not_verify() {
    let (fixture, directory) = (halo2_fixture(), directory());
    let proof: serde_json::Value =
        serde_json::from_slice(&fs::read(fixture.path("open.proof")).expect("read")).expect("JSON");
    let hex = proof["proof"].as_str().expect("text").to_owned();
    let class = proof["statement"]["class"].as_u64().expect("a class");
    let k = proof["k"].as_u64().expect("k");
    let changes: [(&str, serde_json::Value, &str); 6] = [
        ("/statement/class", (class + 1).into(), ""),
        (
            "/statement/context/prover",
            "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty".into(),
            "",
        ),
        ("/statement/input_commitment", format!("0x{}", "ff".repeat(32)).into(), ""),
        ("/k", (k + 1).into(), "declares k"),
        ("/proof", hex[..hex.len() - 2].into(), "end"),
        ("/proof", format!("{hex}00").into(), ""),
    ];
    for (pointer, value, word) in changes {
        let mut changed = proof.clone();
        *changed.pointer_mut(pointer).expect("a field") = value;
        let path = directory.path().join("changed.proof");
        fs::write(&path, changed.to_string()).expect("written");
        let run = zkinfer(args!["verify", "--vk", fixture.path("open.vk"), "--proof", path]);
        assert_eq!(run.code, Some(1), "{pointer}: {run:?}");
        assert!(
            run.stdout.starts_with("NOT valid") && run.stdout.contains(word),
            "{pointer}: {run:?}"
        );
    }
}

#[test]
fn the_systems_are_not_mixed() {
    let (fixture, directory) = (halo2_fixture(), directory());
    let own = |name: &str| fixture.path(name);
    let out = directory.path().join("x.proof");
    let prove = |opening: &str, more: &[std::ffi::OsString]| {
        let files =
            args!["prove", "--model", own("small.zkm"), "--opening", own(opening), "--out", out];
        let binding = args!["--attest", "0", "--prover", "//Bob"];
        zkinfer(files.into_iter().chain(binding).chain(more.iter().cloned()))
    };
    prove("open.opening", &args!["--pk", own("small.pk")])
        .fails_naming(&["open.opening", "halo2-ipa-pasta"]);
    prove("digit.opening", &[]).fails_with_code(2, &["proving key", "--pk"]);
    let manifest = own("open.manifest.json");
    let verify = args![
        "verify",
        "--vk",
        own("open.vk"),
        "--proof",
        own("open.proof"),
        "--manifest",
        manifest
    ];
    zkinfer(verify.into_iter().chain(args!["--opening", own("digit.opening")])).fails_naming(&[
        "digit.opening",
        "groth16-bls12-381",
        "commit",
    ]);
    let run =
        zkinfer(args!["verify", "--vk", own("small.vk"), "--proof", own("open.proof"), "--json"]);
    assert_eq!((run.code, run.json()["valid"].as_bool()), (Some(1), Some(false)));
    assert!(!out.exists());
}

#[test]
fn a_key_is_audited_with_the_model_alone() {
    let (fixture, directory) = (halo2_fixture(), directory());
    let own = |name: &str| fixture.path(name);
    let audit = |model, more: &[std::ffi::OsString]| {
        let files = args!["keys", "audit", "--json", "--model", model, "--vk", own("open.vk")];
        zkinfer(files.into_iter().chain(more.iter().cloned()))
    };
    let json = audit(own("small.zkm"), &[]).ok().json();
    assert_eq!(
        (json["passed"].as_bool(), json["checks"].as_array().map(Vec::len)),
        (Some(true), Some(1))
    );
    // The same network with other bits is another model.
    let onnx = own("small.onnx");
    zkinfer(args!["model", "import", onnx, "--out", directory.path(), "--weight-bits", "5"]).ok();
    let run = audit(directory.path().join("small.zkm"), &[]);
    assert_eq!((run.code, run.json()["passed"].as_bool()), (Some(1), Some(false)));
    audit(own("small.zkm"), &args!["--transcript", own("small.transcript")])
        .fails_with_code(2, &["small.transcript", "--transcript"]);
    let groth16 = args!["keys", "audit", "--model", own("small.zkm"), "--vk", own("small.vk")];
    zkinfer(groth16).fails_with_code(2, &["transcript", "--transcript FILE"]);
}

#[test]
fn a_damaged_cache_is_made_again() {
    let (fixture, directory) = (halo2_fixture(), directory());
    let path = |name: &str| directory.path().join(name);
    let cache = path("cache");
    let verify = || {
        let args =
            args!["verify", "--vk", fixture.path("open.vk"), "--proof", fixture.path("open.proof")];
        let run =
            command().args(args).env("ZKINFER_CACHE", &cache).output().expect("the command runs");
        super::support::Run::from(run).ok()
    };
    verify();
    for name in if cache.exists() { names(&cache) } else { Vec::new() } {
        let file = cache.join(name);
        let good = fs::read(&file).expect("read");
        let mut bad = good.clone();
        bad.copy_within(36..68, 68);
        fs::write(&file, bad).expect("written");
        verify();
        assert_eq!(fs::read(&file).expect("read"), good);
    }
    // Where nothing can be kept it only takes longer.
    fs::write(path("file"), "").expect("written");
    let args =
        args!["verify", "--vk", fixture.path("open.vk"), "--proof", fixture.path("open.proof")];
    let run = command()
        .args(args)
        .env("ZKINFER_CACHE", path("file/below"))
        .output()
        .expect("the command runs");
    super::support::Run::from(run).ok();
}

#[test]
fn the_mnist_network_is_proved_without_a_setup() {
    let directory = directory();
    let path = |name: &str| directory.path().join(name);
    let onnx = vectors().join("mnist/mnist-cnn.onnx");
    zkinfer(args!["model", "import", onnx, "--out", directory.path(), "--stem", "mnist"]).ok();
    zkinfer(args!["keys", "setup", path("mnist.zkm"), "--proof-system", "halo2"]).ok();
    let (manifest, opening) = (path("mnist.manifest.json"), path("digit.opening"));
    zkinfer(args!["commit", "--manifest", manifest, "--image", picture(), "--out", opening]).ok();
    prove_halo2(&path("mnist.zkm"), &opening, &path("digit.proof")).ok();
    let run = zkinfer(args![
        "verify",
        "--json",
        "--vk",
        path("mnist.vk"),
        "--proof",
        path("digit.proof")
    ]);
    let json = run.ok().json();
    assert_eq!((json["class"].as_u64(), json["proof_bytes"].as_u64()), (Some(7), Some(4640)));
}
