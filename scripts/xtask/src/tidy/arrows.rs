//! Dependencies between crates point down.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::{
    tree::{File, Tree},
    violation::Violation,
};

pub const EXPLANATION: &str = "
dependencies between the crates of the repository point down.

Programs stand on libraries, the agent on the client of the chain, that on the SDK, the SDK on proofs
and quantization, these on the model. A crate may depend on all that its own dependencies may depend
on. Dependencies of tests, benches and examples may point anywhere. A new crate, or a new arrow, is a
line in the table of `scripts/xtask/src/tidy/arrows.rs`.
";

/// Crates with the crates directly below them.
const ARROWS: [(&str, &[&str]); 17] = [
    ("zkinfer-node", &["zkinfer-runtime"]),
    ("zkinfer-runtime", &["pallet-inference"]),
    ("pallet-inference", &["zkinfer-verifier", "zkinfer-primitives"]),
    ("zkinfer-verifier", &["zkinfer-primitives"]),
    ("zkinfer-primitives", &[]),
    ("zkinfer-cli", &["zkinfer-agent"]),
    ("zkinfer-agent", &["zkinfer-client"]),
    ("zkinfer-client", &["zkinfer"]),
    ("zkinfer", &["zkml-prove", "zkml-quantize", "zkinfer-verifier", "zkinfer-primitives"]),
    ("zkml-prove", &["zkml-model", "groth16-blst"]),
    ("groth16-blst", &[]),
    ("zkml-quantize", &["zkml-onnx", "zkml-data", "zkml-model"]),
    ("zkml-onnx", &["zkml-model"]),
    ("zkml-data", &["zkml-model"]),
    ("zkml-model", &[]),
    ("zkml-testing", &["zkml-quantize", "zkml-prove"]),
    ("xtask", &[]),
];

/// Directories of programs that only measure, test or generate: they may depend on everything.
const TOOLS: [&str; 3] = ["tests/", "scripts/", "pallets/verifier/wasm-bench"];

/// Finds dependencies that point up or sideways.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let crates: BTreeMap<String, &File> = tree
        .crates()
        .into_iter()
        .filter_map(|(_, manifest)| Some((name(manifest)?, manifest)))
        .collect();
    let mut violations = Vec::new();
    for (name, manifest) in &crates {
        let listed = ARROWS.iter().any(|(listed, _)| listed == name);
        if !listed && TOOLS.iter().any(|directory| manifest.path.starts_with(directory)) {
            continue;
        }
        if !listed {
            let message = format!("`{name}` has no place among the crates: add it to `ARROWS`");
            violations.push(Violation::at(&manifest.path, 0, message));
        }
        let below = below(name);
        for to in dependencies(manifest).into_iter().filter(|to| crates.contains_key(to)) {
            if listed && !below.contains(to.as_str()) {
                let line = manifest.text.lines().position(|line| line.starts_with(&to));
                let message = format!("`{name}` must not depend on `{to}`, which is not below it");
                violations.push(Violation::at(&manifest.path, line.unwrap_or(0), message));
            }
        }
    }
    violations
}

/// Returns all crates below a crate.
fn below(name: &str) -> BTreeSet<&'static str> {
    let (mut found, mut left) = (BTreeSet::new(), vec![name]);
    while let Some(name) = left.pop() {
        let direct = ARROWS.iter().filter(|(from, _)| *from == name);
        for to in direct.flat_map(|(_, below)| *below) {
            if found.insert(*to) {
                left.push(to);
            }
        }
    }
    found
}

fn name(manifest: &File) -> Option<String> {
    let table: Table = manifest.text.parse().ok()?;
    Some(table.get("package")?.get("name")?.as_str()?.to_owned())
}

/// Returns the packages that a manifest's code depends on, in all targets.
fn dependencies(manifest: &File) -> Vec<String> {
    let table: Table = manifest.text.parse().unwrap_or_default();
    let targets = table.get("target").and_then(Value::as_table).into_iter().flatten();
    let targets = targets.filter_map(|(_, target)| target.as_table());
    let mut found = Vec::new();
    for table in targets.chain([&table]) {
        for kind in ["dependencies", "build-dependencies"] {
            for (key, value) in table.get(kind).and_then(Value::as_table).into_iter().flatten() {
                let package = value.get("package").and_then(Value::as_str);
                found.push(package.unwrap_or(key).to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(name: &str, dependencies: &str) -> String {
        format!("[package]\nname = \"{name}\"\n{dependencies}")
    }

    #[test]
    fn arrows_point_down_and_know_each_other() {
        for (name, direct) in ARROWS {
            assert!(!below(name).contains(name), "{name} is in a loop");
            assert!(direct.iter().all(|to| ARROWS.iter().any(|(from, _)| from == to)), "{name}");
        }
        assert!(below("zkinfer-cli").contains("zkml-model"));
    }

    #[test]
    fn arrows_up_are_found_and_those_of_tests_are_not() {
        let up = "[dependencies]\nserde = '1'\n[target.'cfg(unix)'.dependencies]\nx = { package = 'zkinfer' }\n";
        let tests = "[dev-dependencies]\nzkinfer = {}\n";
        let (prove, model) = (manifest("zkml-prove", up), manifest("zkml-model", tests));
        let (sdk, odd) =
            (manifest("zkinfer", "[dependencies]\nzkml-model = {}"), manifest("odd", ""));
        let tree = Tree::of(&[
            ("a/Cargo.toml", &prove),
            ("b/Cargo.toml", &model),
            ("c/Cargo.toml", &sdk),
            ("d/Cargo.toml", &odd),
            ("tests/e/Cargo.toml", &manifest("e2e", "[dependencies]\nzkinfer = {}")),
        ]);
        let found: Vec<_> = check(&tree).into_iter().map(|found| found.message).collect();
        let wanted = [
            "`odd` has no place among the crates: add it to `ARROWS`",
            "`zkml-prove` must not depend on `zkinfer`, which is not below it",
        ];
        assert_eq!(found, wanted);
    }
}
