//! From an ONNX file to a proof that verifies, and what must not verify.

use std::fs;

use zkinfer::artefacts::terms::{Terms, TermsFile};
use zkinfer_primitives::{InputCommitment, PayloadHash, VkHash};

use super::{
    onnx,
    support::{Run, directory, fixture, names, picture, prove, vectors, zkinfer},
};
use crate::args;

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

fn verify(extra: &[&str]) -> Run {
    let fixture = fixture();
    let (key, proof) = (fixture.path("small.vk"), fixture.path("digit.proof"));
    let base = args!["verify", "--json", "--vk", key, "--proof", proof];
    zkinfer(base.into_iter().chain(extra.iter().map(|arg| arg.into())))
}

#[test]
fn a_proof_verifies_and_says_what_it_proves() {
    let fixture = fixture();
    let (manifest, opening) = (fixture.path("small.manifest.json"), fixture.path("digit.opening"));
    let run = verify(&[
        "--manifest",
        manifest.to_str().expect("UTF-8"),
        "--opening",
        opening.to_str().expect("UTF-8"),
        "--prover",
        ALICE,
    ])
    .ok();
    let json = run.json();
    assert_eq!(json["valid"], true);
    assert_eq!(json["checks"].as_array().map(Vec::len), Some(4));
    assert_eq!(json["statement"]["context"]["prover"], ALICE);
    assert_eq!(json["statement"]["context"]["purpose"]["attest"], 7);
    assert_eq!(json["class_name"], json["class"].to_string());
}

#[test]
fn a_valid_proof_of_something_else_than_expected_is_a_negative_answer() {
    let zeros = format!("0x{}", "00".repeat(32));
    let ones = format!("0x{}", "01".repeat(32));
    for unexpected in [
        ["--prover", "//Bob"],
        ["--commitment", &zeros],
        ["--genesis-hash", &ones],
        ["--class", "99"],
    ] {
        let run = verify(&unexpected);
        assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""), "{run:?}");
        let json = run.json();
        assert_eq!(json["valid"], false);
        assert_eq!(json["checks"][0]["passed"], true, "the proof itself holds");
        assert_eq!(json["checks"][1]["passed"], false);
    }
}

#[test]
fn a_changed_statement_does_not_verify() {
    let (fixture, directory) = (fixture(), directory());
    let proof: serde_json::Value =
        serde_json::from_slice(&fs::read(fixture.path("digit.proof")).expect("read"))
            .expect("JSON");
    let changes: [(&str, serde_json::Value); 6] = [
        ("/statement/class", 2.into()),
        ("/statement/input_commitment", format!("0x{}", "01".repeat(32)).into()),
        ("/statement/context/genesis_hash", format!("0x{}", "01".repeat(32)).into()),
        ("/statement/context/model_version", 1.into()),
        ("/statement/context/purpose", serde_json::json!({ "attest": 8 })),
        ("/statement/context/prover", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty".into()),
    ];
    for (pointer, value) in changes {
        let mut changed = proof.clone();
        let field = changed.pointer_mut(pointer).expect("a field");
        if *field == value {
            *field = 1.into();
        } else {
            *field = value;
        }
        let path = directory.path().join("changed.proof");
        fs::write(&path, changed.to_string()).expect("written");
        let run = zkinfer(args!["verify", "--vk", fixture.path("small.vk"), "--proof", path]);
        assert_eq!(run.code, Some(1), "{pointer}: {run:?}");
        assert!(run.stdout.starts_with("NOT valid"), "{pointer}: {run:?}");
    }
}

#[test]
fn a_proof_does_not_verify_under_the_key_of_another_setup() {
    let (fixture, directory) = (fixture(), directory());
    zkinfer(args!["keys", "setup", fixture.path("small.zkm"), "--out", directory.path()]).ok();
    let other = directory.path().join("small.vk");
    let run =
        zkinfer(args!["verify", "--vk", other, "--proof", fixture.path("digit.proof"), "--json"]);
    assert_eq!(run.code, Some(1));
    assert_eq!(run.json()["valid"], false);
}

#[test]
fn two_commitments_to_one_picture_differ() {
    let (fixture, directory) = (fixture(), directory());
    let commit = |name: &str| {
        let (manifest, out) = (fixture.path("small.manifest.json"), directory.path().join(name));
        let run = zkinfer(args![
            "commit",
            "--json",
            "--manifest",
            manifest,
            "--image",
            picture(),
            "--out",
            out
        ]);
        run.ok().json()["commitment"].as_str().expect("text").to_owned()
    };
    assert_ne!(commit("a.opening"), commit("b.opening"));
}

#[test]
fn numbers_are_committed_and_proved_like_pictures() {
    let directory = directory();
    let path = |name: &str| directory.path().join(name);
    fs::write(path("n.onnx"), onnx::numbers_model()).expect("written");
    fs::write(path("classes"), "cold\nwarm\n").expect("written");
    zkinfer(args![
        "model",
        "import",
        path("n.onnx"),
        "--out",
        directory.path(),
        "--input-bits",
        "6",
        "--input-range",
        "-1:1",
        "--classes",
        path("classes"),
        "--name",
        "thermometer"
    ])
    .ok();
    zkinfer(args!["keys", "setup", path("n.zkm")]).ok();
    fs::write(path("real.json"), "[[0.5, -1, 1, 0]]").expect("written");
    let manifest = path("n.manifest.json");
    zkinfer(args![
        "commit",
        "--manifest",
        manifest,
        "--values",
        path("real.json"),
        "--out",
        path("r.opening")
    ])
    .ok();
    let run = zkinfer(args![
        "prove",
        "--json",
        "--model",
        path("n.zkm"),
        "--pk",
        path("n.pk"),
        "--opening",
        path("r.opening"),
        "--manifest",
        manifest,
        "--attest",
        "0",
        "--prover",
        "//Bob",
        "--out",
        path("r.proof")
    ])
    .ok();
    let json = run.json();
    let class = json["class"].as_u64().expect("a number");
    assert_eq!(json["class_name"], ["cold", "warm"][usize::try_from(class).expect("small")]);
    zkinfer(args!["verify", "--vk", path("n.vk"), "--proof", path("r.proof")]).ok();

    fs::write(path("out.json"), "[2, 0, 0, 0]").expect("written");
    zkinfer(args![
        "commit",
        "--manifest",
        manifest,
        "--values",
        path("out.json"),
        "--out",
        path("o")
    ])
    .fails_naming(&["out.json", "number 0"]);
    fs::write(path("int.json"), "[0, 1, 2, 3]").expect("written");
    zkinfer(args![
        "commit",
        "--manifest",
        manifest,
        "--integers",
        path("int.json"),
        "--out",
        path("i.opening")
    ])
    .ok();
}

#[test]
fn a_proof_for_a_job_is_bound_to_its_terms_and_claimant() {
    let (fixture, directory) = (fixture(), directory());
    let path = |name: &str| directory.path().join(name);
    let inspected =
        zkinfer(args!["keys", "inspect", "--json", fixture.path("small.vk")]).ok().json();
    let attested: serde_json::Value =
        serde_json::from_slice(&fs::read(fixture.path("digit.proof")).expect("read"))
            .expect("JSON");
    let bytes = |value: &serde_json::Value| {
        zkinfer::artefacts::hexadecimal::parse::<32>(value.as_str().expect("text")).expect("hex")
    };
    let alice: zkinfer::account::Account = "//Alice".parse().expect("an account");
    let terms = |commitment: [u8; 32], vk_hash: [u8; 32]| {
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
        TermsFile::new([7; 32], terms, Some(alice.0))
    };
    let commitment = bytes(&attested["statement"]["input_commitment"]);
    let vk_hash = bytes(&inspected["verifying_key"]["vk_hash"]);
    let keep = zkinfer::files::Existing::Keep;
    terms(commitment, vk_hash).save(&path("job.terms.json"), keep).expect("written");
    terms([9; 32], vk_hash).save(&path("input.terms.json"), keep).expect("written");
    terms(commitment, [9; 32]).save(&path("key.terms.json"), keep).expect("written");

    let prove = |terms: &str, out: &str, extra: &[&str]| {
        let (model, key, opening) =
            (fixture.path("small.zkm"), fixture.path("small.pk"), fixture.path("digit.opening"));
        let base = args![
            "prove",
            "--model",
            model,
            "--pk",
            key,
            "--opening",
            opening,
            "--terms",
            path(terms),
            "--out",
            path(out)
        ];
        zkinfer(base.into_iter().chain(extra.iter().map(|arg| arg.into())))
    };
    prove("job.terms.json", "job.proof", &[]).ok();
    let (key, job) = (fixture.path("small.vk"), path("job.terms.json"));
    zkinfer(args!["verify", "--vk", key, "--proof", path("job.proof"), "--terms", job]).ok();
    let attestation = fixture.path("digit.proof");
    let run = zkinfer(args!["verify", "--vk", key, "--proof", attestation, "--terms", job]);
    assert_eq!(run.code, Some(1), "an attestation is for no job");

    prove("input.terms.json", "x.proof", &[]).fails_naming(&["digit.opening", "commitment"]);
    prove("key.terms.json", "x.proof", &[]).fails_naming(&["small.pk", "verifying key"]);
    prove("job.terms.json", "x.proof", &["--prover", "//Bob"]).fails_naming(&["job.terms.json"]);
    let left = ["input.terms.json", "job.proof", "job.terms.json", "key.terms.json"];
    assert_eq!(names(directory.path()), left);
}

#[test]
fn keys_of_an_open_model_pass_the_audit_and_others_do_not() {
    let (fixture, directory) = (fixture(), directory());
    let audit = |model, vk, transcript, pk| {
        zkinfer(args![
            "keys",
            "audit",
            "--json",
            "--model",
            model,
            "--vk",
            vk,
            "--transcript",
            transcript,
            "--pk",
            pk
        ])
    };
    let own = |extension: &str| fixture.path(&format!("small.{extension}"));
    let run = audit(own("zkm"), own("vk"), own("transcript"), own("pk")).ok();
    assert_eq!(run.json()["passed"], true);
    assert!(run.json()["checks"].as_array().is_some_and(|checks| checks.len() > 10));
    assert_eq!(run.json()["verdict"], "passed");

    // The same network with other bits has the same shape and another circuit.
    let path = |name: &str| directory.path().join(name);
    let onnx = fixture.path("small.onnx");
    zkinfer(args!["model", "import", onnx, "--out", directory.path(), "--weight-bits", "5"]).ok();
    zkinfer(args!["keys", "setup", path("small.zkm")]).ok();
    let others = [
        audit(path("small.zkm"), own("vk"), own("transcript"), own("pk")),
        audit(own("zkm"), path("small.vk"), own("transcript"), own("pk")),
        audit(own("zkm"), own("vk"), path("small.transcript"), own("pk")),
        audit(own("zkm"), own("vk"), own("transcript"), path("small.pk")),
    ];
    for run in others {
        assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""), "{run:?}");
        assert_eq!(run.json()["passed"], false);
    }
}

#[test]
fn an_audit_without_the_proving_key_says_that_only_the_public_part_holds() {
    let (fixture, directory) = (fixture(), directory());
    let own = |extension: &str| fixture.path(&format!("small.{extension}"));
    let audit = |vk, more: &[&str]| {
        let files = args![
            "keys",
            "audit",
            "--model",
            own("zkm"),
            "--vk",
            vk,
            "--transcript",
            own("transcript")
        ];
        zkinfer(files.into_iter().chain(more.iter().map(std::ffi::OsString::from)))
    };
    let run = audit(own("vk"), &[]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(3), ""), "{run:?}");
    assert!(
        run.stdout.contains("The public part of the key holds; the rest was not checked"),
        "{run:?}"
    );
    assert!(run.stdout.contains("not shown: that the keys are this model's"), "{run:?}");
    assert!(!run.stdout.contains("passed"), "{run:?}");
    let json = audit(own("vk"), &["--json"]).json();
    assert_eq!((&json["passed"], &json["verdict"]), (&false.into(), &"public-part-holds".into()));
    // Somebody who asks for no more gets no more.
    let json = audit(own("vk"), &["--public-part-only", "--json"]).ok().json();
    assert_eq!((&json["passed"], &json["verdict"]), (&true.into(), &"public-part-holds".into()));
    let whole = own("pk");
    let both = audit(own("vk"), &["--public-part-only", "--pk", whole.to_str().expect("UTF-8")]);
    assert_eq!(both.code, Some(2), "{both:?}");

    // What does not hold is refused with and without the option.
    let other = directory.path().join("small.vk");
    let onnx = fixture.path("small.onnx");
    zkinfer(args!["model", "import", onnx, "--out", directory.path(), "--weight-bits", "5"]).ok();
    zkinfer(args!["keys", "setup", directory.path().join("small.zkm")]).ok();
    for more in [&["--json"][..], &["--json", "--public-part-only"]] {
        let run = audit(other.clone(), more);
        assert_eq!((run.code, &run.json()["verdict"]), (Some(1), &"failed".into()), "{run:?}");
    }
}

#[test]
fn a_proving_key_of_another_model_is_refused() {
    let (fixture, directory) = (fixture(), directory());
    let path = |name: &str| directory.path().join(name);
    fs::write(path("n.onnx"), onnx::numbers_model()).expect("written");
    zkinfer(args!["model", "import", path("n.onnx"), "--out", directory.path()]).ok();
    zkinfer(args!["keys", "setup", path("n.zkm")]).ok();
    let run = zkinfer(args![
        "prove",
        "--model",
        fixture.path("small.zkm"),
        "--pk",
        path("n.pk"),
        "--opening",
        fixture.path("digit.opening"),
        "--attest",
        "0",
        "--prover",
        "//Bob",
        "--out",
        path("x.proof")
    ]);
    run.fails_naming(&["n.pk", "another model"]);
    assert!(!path("x.proof").exists());
}

#[test]
fn importing_twice_gives_the_same_bytes() {
    let (fixture, directory) = (fixture(), directory());
    zkinfer(args!["model", "import", fixture.path("small.onnx"), "--out", directory.path()]).ok();
    for name in ["small.zkm", "small.manifest.json"] {
        let again = fs::read(directory.path().join(name)).expect("read");
        assert!(again == fs::read(fixture.path(name)).expect("read"), "{name}");
    }
}

#[test]
fn the_mnist_network_keeps_its_accuracy_on_the_committed_digits() {
    let directory = directory();
    let mnist = vectors().join("mnist");
    let onnx = mnist.join("mnist-cnn.onnx");
    zkinfer(args!["model", "import", onnx, "--out", directory.path(), "--stem", "mnist"]).ok();
    let run = zkinfer(args![
        "model",
        "eval",
        "--json",
        directory.path().join("mnist.zkm"),
        "--float",
        onnx,
        "--images",
        mnist.join("t10k-first-500-images.idx3.gz"),
        "--labels",
        mnist.join("t10k-first-500-labels.idx1.gz")
    ]);
    let json = run.ok().json();
    assert_eq!(json["pictures"], 500);
    assert!(json["quantised_percent"].as_f64().is_some_and(|percent| percent > 97.5), "{json}");
    assert!(json["agree_percent"].as_f64().is_some_and(|percent| percent > 99.0), "{json}");
    let run = zkinfer(args![
        "model",
        "eval",
        "--json",
        onnx,
        "--limit",
        "20",
        "--images",
        mnist.join("t10k-first-500-images.idx3.gz"),
        "--labels",
        mnist.join("t10k-first-500-labels.idx1.gz")
    ]);
    assert_eq!(run.ok().json()["pictures"], 20);
}

#[test]
fn a_second_proof_of_one_statement_is_another_proof() {
    let (fixture, directory) = (fixture(), directory());
    let path = directory.path().join("again.proof");
    prove(fixture, &fixture.path("digit.opening"), &path).ok();
    assert_ne!(
        fs::read(&path).expect("read"),
        fs::read(fixture.path("digit.proof")).expect("read")
    );
    zkinfer(args!["verify", "--vk", fixture.path("small.vk"), "--proof", path]).ok();
}

/// Imports the numbers model with this answer, proves one input, and gives what `import`, `prove`
/// and `verify` print.
fn answered(output: &str) -> [serde_json::Value; 3] {
    let directory = directory();
    let path = |name: &str| directory.path().join(name);
    fs::write(path("n.onnx"), onnx::numbers_model()).expect("written");
    fs::write(path("names"), "cold\nwarm\n").expect("written");
    let (out, names) = (directory.path(), path("names"));
    let import = args![
        "model",
        "import",
        "--json",
        path("n.onnx"),
        "--out",
        out,
        "--classes",
        names,
        "--output",
        output
    ];
    let import = zkinfer(import).ok().json();
    zkinfer(args!["keys", "setup", path("n.zkm")]).ok();
    zkinfer(args!["model", "manifest", path("n.zkm")]).ok();
    fs::write(path("i.json"), "[1, 2, 3, 4]").expect("written");
    let (manifest, opening) = (path("n.manifest.json"), path("o"));
    zkinfer(args![
        "commit",
        "--manifest",
        manifest,
        "--integers",
        path("i.json"),
        "--out",
        opening
    ])
    .ok();
    let (model, pk, proof) = (path("n.zkm"), path("n.pk"), path("p"));
    let prove = args![
        "prove",
        "--json",
        "--model",
        model,
        "--pk",
        pk,
        "--opening",
        opening,
        "--out",
        proof
    ];
    let binding = args!["--manifest", manifest, "--attest", "0", "--prover", "//Bob"];
    let prove = zkinfer(prove.into_iter().chain(binding)).ok().json();
    let verify =
        args!["verify", "--json", "--vk", path("n.vk"), "--proof", proof, "--manifest", manifest];
    [import, prove, zkinfer(verify).ok().json()]
}

#[test]
fn the_best_classes_are_proved_and_shown_by_rank() {
    let [import, prove, verify] = answered("top-k:2");
    assert_eq!(import["answer"], "the 2 best of 2 classes, in order");
    let best = prove["top_classes"].as_array().expect("a list");
    assert_eq!(best, verify["top_classes"].as_array().expect("a list"));
    let names: Vec<_> =
        best.iter().map(|best| best["class_name"].as_str().expect("a name")).collect();
    assert!(names == ["cold", "warm"] || names == ["warm", "cold"], "{names:?}");
    assert_eq!((&best[0]["rank"], &best[1]["rank"]), (&1.into(), &2.into()));
    assert!(prove.get("class").is_none() && prove["statement"]["top_classes"].is_array());
}

#[test]
fn values_are_proved_and_shown_as_real_numbers() {
    let [import, prove, verify] = answered("values:16");
    assert_eq!(import["answer"], "2 values of 16 bits");
    let values = prove["values"].as_array().expect("a list");
    assert_eq!(values, verify["values"].as_array().expect("a list"));
    assert_eq!((&values[0]["name"], &values[1]["name"]), (&"cold".into(), &"warm".into()));
    for value in values {
        assert!(value["real"].is_number() && value["integer"].is_i64(), "{value}");
    }
    assert_eq!(prove["statement"]["values"]["bits"], 16);
}

#[test]
fn an_answer_that_cannot_be_is_named_at_import() {
    let directory = directory();
    let onnx = directory.path().join("n.onnx");
    fs::write(&onnx, onnx::numbers_model()).expect("written");
    let import = |output: &str| {
        zkinfer(args!["model", "import", onnx, "--out", directory.path(), "--output", output])
    };
    import("top-k:3").fails_naming(&["the 3 best of 2 classes", "1 to 2"]);
    import("values:12").fails_naming(&["--output values", "8, 16, 24 or 32"]);
}
