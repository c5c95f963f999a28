//! `--json`: one document on stdout, whatever happens.

use super::support::{Run, directory, fixture, picture, zkinfer};
use crate::args;

fn has(run: Run, fields: &[&str]) {
    let json = run.ok().json();
    for field in fields {
        assert!(
            json.pointer(field).is_some_and(|value| !value.is_null()),
            "{field} is missing in {json}"
        );
    }
}

#[test]
fn every_command_prints_one_json_document() {
    let (fixture, directory) = (fixture(), directory());
    let out = directory.path();
    let (onnx, model, manifest) = (
        fixture.path("small.onnx"),
        fixture.path("small.zkm"),
        fixture.path("small.manifest.json"),
    );
    has(
        zkinfer(args!["--json", "model", "import", onnx, "--out", out]),
        &[
            "/model_hash",
            "/manifest_hash",
            "/operations/0/min",
            "/circuit/constraints",
            "/layers/0/weight_bits",
        ],
    );
    has(
        zkinfer(args!["model", "inspect", model, "--json"]),
        &[
            "/model_hash",
            "/circuit/layers/0/constraints",
            "/halo2/k",
            "/halo2/rows",
            "/halo2/proof_bytes",
        ],
    );
    has(
        zkinfer(args!["model", "manifest", manifest, "--json"]),
        &["/manifest_hash", "/manifest/classes/2"],
    );
    has(zkinfer(args!["model", "manifest", model, "--json"]), &["/manifest_hash", "/model/hash"]);
    has(
        zkinfer(args!["keys", "setup", model, "--out", out, "--json"]),
        &[
            "/vk_hash",
            "/model_hash",
            "/trust",
            "/proving_key/bytes",
            "/circuit/constraints",
            "/seconds",
        ],
    );
    has(
        zkinfer(args![
            "keys",
            "setup",
            model,
            "--stem",
            "open",
            "--out",
            out,
            "--proof-system",
            "halo2",
            "--json"
        ]),
        &[
            "/vk_hash",
            "/trust",
            "/verifying_key/bytes",
            "/manifest/file",
            "/circuit/k",
            "/circuit/layers/0/rows",
        ],
    );
    has(
        zkinfer(args!["keys", "inspect", out.join("open.vk"), "--json"]),
        &["/verifying_key/proof_system", "/verifying_key/shape/k"],
    );
    has(
        zkinfer(args!["keys", "inspect", fixture.path("small.pk"), "--json"]),
        &["/proving_key/model_hash"],
    );
    has(
        zkinfer(args!["keys", "inspect", fixture.path("small.vk"), "--json"]),
        &["/verifying_key/vk_hash"],
    );
    has(
        zkinfer(args!["keys", "inspect", fixture.path("small.transcript"), "--json"]),
        &["/circuit_digest"],
    );
    has(
        zkinfer(args!["keys", "encryption", "--out", out.join("o.key"), "--json"]),
        &["/encryption_key", "/file"],
    );
    has(zkinfer(args!["keys", "inspect", out.join("o.key"), "--json"]), &["/encryption_key"]);
    let opening = out.join("o.opening");
    has(
        zkinfer(args![
            "commit",
            "--manifest",
            manifest,
            "--image",
            picture(),
            "--out",
            opening,
            "--json"
        ]),
        &["/commitment", "/opening", "/opening_bytes"],
    );
    has(
        zkinfer(args![
            "prove",
            "--json",
            "--model",
            model,
            "--pk",
            fixture.path("small.pk"),
            "--opening",
            opening,
            "--attest",
            "1",
            "--prover",
            "//Alice",
            "--out",
            out.join("o.proof")
        ]),
        &["/class", "/statement/context/vk_hash", "/proof_system", "/proof_bytes"],
    );
    has(
        zkinfer(args![
            "verify",
            "--json",
            "--vk",
            fixture.path("small.vk"),
            "--proof",
            out.join("o.proof")
        ]),
        &["/valid", "/checks/0/check", "/proof_system", "/proof_bytes"],
    );
}

#[test]
fn the_hashes_of_all_commands_agree() {
    let fixture = fixture();
    let json = |args: [std::ffi::OsString; 4]| zkinfer(args).ok().json();
    let model = json(args!["--json", "model", "inspect", fixture.path("small.zkm")]);
    let pk = json(args!["--json", "keys", "inspect", fixture.path("small.pk")]);
    let vk = json(args!["--json", "keys", "inspect", fixture.path("small.vk")]);
    let transcript = json(args!["--json", "keys", "inspect", fixture.path("small.transcript")]);
    assert_eq!(model["model_hash"], pk["proving_key"]["model_hash"]);
    assert_eq!(vk["verifying_key"]["vk_hash"], pk["verifying_key"]["vk_hash"]);
    assert_eq!(transcript["circuit_digest"], pk["circuit_digest"]);
}

#[test]
fn an_error_is_a_json_document_too() {
    let run = zkinfer(["--json", "model", "inspect", "/nowhere/model.zkm"])
        .fails_naming(&["/nowhere/model.zkm"]);
    assert!(
        run.json()["error"]["message"]
            .as_str()
            .is_some_and(|text| text.contains("/nowhere/model.zkm"))
    );
    assert!(run.json()["error"]["hint"].is_string());
}
