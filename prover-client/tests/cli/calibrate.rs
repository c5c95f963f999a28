//! `zkinfer model calibrate`, and work that would take too much memory.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{
    onnx,
    support::{Rng, Run, directory, fixture, names, vectors, zkinfer},
};
use crate::args;

/// A NumPy array of 32-bit floats.
fn npy(path: &Path, shape: &str, values: impl Iterator<Item = f32>) {
    let text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend(u16::try_from(text.len()).expect("short").to_le_bytes());
    file.extend(text.as_bytes());
    file.extend(values.flat_map(f32::to_le_bytes));
    fs::write(path, file).expect("written");
}

fn digits(name: &str) -> PathBuf {
    vectors().join("mnist").join(name)
}

/// A directory with the model of numbers, `n.onnx`, and 200 samples for it, `x.npy`.
fn numbers() -> tempfile::TempDir {
    let directory = directory();
    fs::write(directory.path().join("n.onnx"), onnx::numbers_model()).expect("written");
    let mut rng = Rng(5);
    let values = (0..800).map(|_| rng.below(2000) as f32 / 500.0 - 2.0);
    npy(&directory.path().join("x.npy"), "(200, 4)", values);
    directory
}

/// Calibrates the model of numbers.
fn calibrate(directory: &Path, extra: &[&str]) -> Run {
    let base =
        args!["model", "calibrate", directory.join("n.onnx"), "--data", directory.join("x.npy")];
    zkinfer(base.into_iter().chain(extra.iter().map(|arg| arg.into())))
}

fn rows<'a>(json: &'a Value, verdict: &str) -> Vec<&'a Value> {
    let rows = json["candidates"].as_array().expect("a list");
    rows.iter().filter(|row| row["verdict"] == verdict).collect()
}

#[test]
fn the_cheapest_quantisation_of_the_mnist_network_within_the_budget_is_found_and_written() {
    let directory = directory();
    let out = directory.path();
    let onnx = vectors().join("mnist/mnist-cnn.onnx");
    let report = out.join("report.md");
    let run = zkinfer(args![
        "--json",
        "model",
        "calibrate",
        onnx,
        "--data",
        digits("t10k-first-500-images.idx3.gz"),
        "--labels",
        digits("t10k-first-500-labels.idx1.gz"),
        "--budget",
        "0.4",
        "--input-bits",
        "1,2,4",
        "--relu-bits",
        "24,5,4,3",
        "--tolerance",
        "0.02",
        "--out",
        out,
        "--report",
        report
    ])
    .ok();
    let json = run.json();
    let chosen = &json["chosen"];
    assert!(chosen["measured"]["points_lost"].as_f64().expect("a number") <= 0.4);
    assert_eq!(chosen["measured"]["samples"], 500);
    // Whatever is cheaper loses more, and whatever is dearer was left alone.
    let cost = |row: &Value| row["cost"]["constraints"].as_u64().expect("a number");
    let own = cost(rows(&json, "chosen")[0]);
    for row in rows(&json, "loses") {
        assert!(
            cost(row) <= own && row["reason"].as_str().expect("words").starts_with("loses "),
            "{row}"
        );
    }
    let dearer = rows(&json, "dearer");
    assert!(
        !dearer.is_empty()
            && dearer.iter().all(|row| cost(row) >= own && row["measured"].is_null())
    );
    assert!(!rows(&json, "same").is_empty());
    // The same again by hand, and the count is that of the circuit.
    let arguments = chosen["arguments"].as_str().expect("words").split(' ');
    let again = args!["--json", "model", "import", onnx, "--out", out, "--stem", "again"];
    let again = zkinfer(again.into_iter().chain(arguments.map(Into::into))).ok().json();
    assert_eq!(again["model_hash"], chosen["model_hash"]);
    assert_eq!(again["manifest_hash"], chosen["manifest_hash"]);
    assert_eq!(again["circuit"]["constraints"], own);
    assert_eq!(
        fs::read(out.join("again.zkm")).expect("read"),
        fs::read(out.join("mnist-cnn.zkm")).expect("read")
    );
    let text = fs::read_to_string(report).expect("written");
    assert!(text.contains("| **chosen** |") && text.contains("zkinfer model import"), "{text}");
    let layers = chosen["layers"].as_array().expect("a list");
    assert_eq!(layers[0]["operation"], "Input");
    assert!(layers[1]["possible"][0].as_i64() <= layers[1]["seen"][0].as_i64());
    assert!(layers[1]["error"].is_number() && layers[1]["float"][0].is_number());
}

#[test]
fn the_report_for_people_says_what_was_chosen_and_why_others_were_not() {
    let directory = numbers();
    let run = calibrate(directory.path(), &["--budget", "2", "--relu-bits", "24,6,2"]).ok();
    for words in [
        "right is what the float model answers",
        "budget",
        "2 points",
        "chosen",
        "impossible: ",
        "do not fit into 2 bits",
    ] {
        assert!(run.stdout.contains(words), "'{words}' is not in {}", run.stdout);
    }
    // The range is the data's, rounded outwards.
    assert!(run.stdout.contains(" -2 to 2\n"), "{}", run.stdout);
    assert!(run.stderr.contains("with --out DIR"), "{}", run.stderr);
    assert_eq!(names(directory.path()), ["n.onnx", "x.npy"]);
    let halo2 = calibrate(
        directory.path(),
        &["--budget", "2", "--proof-system", "halo2", "--input-bits", "6"],
    )
    .ok();
    assert!(
        halo2.stdout.contains("cheapest first for Halo2") && halo2.stdout.contains(" of 2^"),
        "{}",
        halo2.stdout
    );
}

#[test]
fn numbers_that_are_normalised_are_calibrated_as_they_are_imported() {
    let directory = numbers();
    let out = directory.path();
    let own = ["--mean", "-1", "--std", "2"];
    let folder = out.display().to_string();
    let run = calibrate(out, &[&own[..], &["--budget", "5", "--out", &folder, "--json"]].concat())
        .ok()
        .json();
    // What goes from -2 to 2 goes from -0.5 to 1.5 then.
    assert_eq!(run["input_range"], serde_json::json!([-0.5, 1.5]));
    let arguments = run["chosen"]["arguments"].as_str().expect("words").split(' ').chain(own);
    let again =
        args!["--json", "model", "import", out.join("n.onnx"), "--out", out, "--stem", "again"];
    let again = zkinfer(again.into_iter().chain(arguments.map(Into::into))).ok().json();
    assert_eq!(again["model_hash"], run["chosen"]["model_hash"]);
    assert_eq!(again["manifest_hash"], run["chosen"]["manifest_hash"]);
}

#[test]
fn a_budget_that_nothing_stays_within_is_a_failure_that_names_the_least_loss() {
    let directory = numbers();
    let out = directory.path();
    let tight = ["--budget", "0", "--input-bits", "1", "--out", ".", "--report", "r.json"];
    let tight: Vec<String> = tight
        .iter()
        .map(|arg| match *arg {
            "." => out.display().to_string(),
            "r.json" => out.join("r.json").display().to_string(),
            other => other.into(),
        })
        .collect();
    let tight: Vec<&str> = tight.iter().map(String::as_str).collect();
    let run = calibrate(out, &tight).fails_naming(&[
        "n.onnx",
        "no candidate loses at most 0 points",
        "--budget",
    ]);
    assert!(run.stdout.contains("loses "), "{run:?}");
    // The report is written, the model is not.
    assert_eq!(names(out), ["n.onnx", "r.json", "x.npy"]);
    let report: Value =
        serde_json::from_slice(&fs::read(out.join("r.json")).expect("read")).expect("JSON");
    assert!(
        report["chosen"].is_null()
            && report["error"]["hint"].as_str().expect("words").contains("--budget")
    );
    let json = calibrate(out, &["--budget", "0", "--input-bits", "1", "--json"]);
    assert_eq!((json.code, json.stderr.as_str()), (Some(1), ""));
    assert!(json.json()["error"]["message"].is_string());
}

#[test]
fn what_cannot_be_calibrated_is_refused_with_the_reason() {
    let directory = numbers();
    let at = |name: &str| directory.path().join(name);
    calibrate(directory.path(), &["--relu-bits", "2"])
        .fails_naming(&["no candidate is possible", "2 bits"]);
    calibrate(directory.path(), &["--max-memory", "1M"])
        .fails_naming(&["no candidate fits into memory", "1024 KiB"]);
    let many = "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16";
    calibrate(
        directory.path(),
        &["--input-bits", many, "--relu-bits", "2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18"],
    )
    .fails_with_code(2, &["1088 candidates", "at most 1024"]);
    for wrong in [["--budget", "101"], ["--budget", "x"], ["--samples", "0"], ["--relu-bits", "8:"]]
    {
        assert_eq!(calibrate(directory.path(), &wrong).code, Some(2), "{wrong:?}");
    }
    calibrate(directory.path(), &["--input-bits", "17"]).fails_naming(&["--input-bits is 17"]);

    let with = |data: &str, labels: &str| {
        let base = args!["model", "calibrate", at("n.onnx"), "--data", at(data)];
        let labels =
            if labels.is_empty() { Vec::new() } else { args!["--labels", at(labels)].to_vec() };
        zkinfer(base.into_iter().chain(labels))
    };
    npy(&at("wide.npy"), "(2, 5)", [0.0; 10].into_iter());
    npy(&at("few.npy"), "(3,)", [0.0, 1.0, 1.0].into_iter());
    npy(&at("third.npy"), "(200,)", (0..200).map(|i| (i % 3) as f32));
    with("wide.npy", "").fails_naming(&["wide.npy", "shape [2, 5]", "[N, 4]"]);
    with("n.onnx", "").fails_naming(&["n.onnx", "neither an idx file nor a .npy or .npz file"]);
    with("none.npy", "").fails_naming(&["none.npy"]);
    with("x.npy", "few.npy").fails_naming(&["few.npy", "3 labels", "200 samples"]);
    with("x.npy", "third.npy").fails_naming(&["third.npy", "label 2 is 2", "classes 0 to 1"]);
}

#[test]
fn calibration_overwrites_nothing_and_leaves_no_parts() {
    let directory = numbers();
    let out = directory.path().join("out");
    fs::create_dir(&out).expect("made");
    let run = |extra: &[&str]| {
        let own = out.display().to_string();
        let all: Vec<&str> = ["--budget", "5", "--input-bits", "6", "--out", &own]
            .into_iter()
            .chain(extra.iter().copied())
            .collect();
        calibrate(directory.path(), &all)
    };
    run(&[]).ok();
    let before = fs::read(out.join("n.zkm")).expect("read");
    run(&[]).fails_naming(&["n.zkm", "exists already", "--force"]);
    run(&["--force"]).ok();
    assert_eq!(fs::read(out.join("n.zkm")).expect("read"), before);
    let report = out.join("n.manifest.json").display().to_string();
    run(&["--stem", "m", "--report", &report]).fails_naming(&["n.manifest.json", "exists already"]);
    assert_eq!(names(&out), ["n.manifest.json", "n.zkm"]);
}

#[test]
fn work_that_would_take_too_much_memory_is_refused_before_it_starts() {
    let (fixture, directory) = (fixture(), directory());
    let out = directory.path();
    let model = fixture.path("small.zkm");
    let setup = |memory: &str, system: &str| {
        zkinfer(args![
            "keys",
            "setup",
            model,
            "--out",
            out,
            "--proof-system",
            system,
            "--max-memory",
            memory
        ])
    };
    let refusal =
        ["small.zkm", "about", "constraints", "allowed by --max-memory", "model calibrate"];
    setup("1M", "groth16").fails_naming(&refusal);
    setup("1M", "halo2").fails_naming(&["small.zkm", "rows", "--max-memory"]);
    assert!(names(out).is_empty());
    let prove = |memory: &str| {
        zkinfer(args![
            "prove",
            "--model",
            model,
            "--pk",
            fixture.path("small.pk"),
            "--opening",
            fixture.path("digit.opening"),
            "--attest",
            "0",
            "--prover",
            "//Bob",
            "--out",
            out.join("p"),
            "--max-memory",
            memory
        ])
    };
    prove("1M").fails_naming(&["small.zkm", "a proof would take about", "--max-memory"]);
    assert!(names(out).is_empty());
    prove("4G").ok();
    // An import needs no keys: it says what will be missing.
    let import =
        args!["model", "import", fixture.path("small.onnx"), "--out", out, "--max-memory", "1M"];
    let run = zkinfer(import).ok();
    assert!(
        run.stderr.contains("no keys can be made here: the setup of its keys would take about"),
        "{run:?}"
    );
    assert_eq!(names(out), ["p", "small.manifest.json", "small.zkm"]);
    let run = zkinfer(args!["model", "inspect", out.join("small.zkm"), "--max-memory", "1M"]).ok();
    assert!(
        run.stderr.contains("no keys can be made here") && run.stdout.contains("to make keys"),
        "{run:?}"
    );
}
