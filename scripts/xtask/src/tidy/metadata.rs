//! Crates have what a registry and a reader need.

use toml::Table;

use crate::{
    tree::{File, Tree},
    violation::Violation,
};

/// The keys of a package.
const KEYS: [&str; 5] = ["description", "license", "readme", "keywords", "categories"];

const INCLUDE: &str = "#![doc = include_str!(\"../README.md\")]";

pub const EXPLANATION: &str = "
library crates can be published and begin with their README.

Each crate under `pallets` and `prover-client/crates` has a README.md, which its `lib.rs` includes as
documentation (`#![doc = include_str!(\"../README.md\")]`), so that its examples are compiled. Its
manifest has description, license, readme, keywords and categories.
";

/// Finds crates that lack a README or a key of the manifest.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let crates = tree.crates().into_iter().filter(|(directory, _)| is_library(directory));
    crates.flat_map(|(directory, manifest)| lacks(tree, directory, manifest)).collect()
}

/// Returns `true` for the directories of library crates.
pub fn is_library(directory: &str) -> bool {
    let name = directory.strip_prefix("prover-client/crates/");
    name.or_else(|| directory.strip_prefix("pallets/")).is_some_and(|name| !name.contains('/'))
}

fn lacks(tree: &Tree, directory: &str, manifest: &File) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut lacks = |path: &str, message: String| violations.push(Violation::at(path, 0, message));
    let table: Table = manifest.text.parse().unwrap_or_default();
    let package = table.get("package").and_then(|package| package.as_table());
    for key in KEYS {
        if package.is_none_or(|package| !package.contains_key(key)) {
            lacks(&manifest.path, format!("the package has no `{key}`: add it"));
        }
    }
    if !tree.has(&format!("{directory}/README.md")) {
        lacks(&manifest.path, "the crate has no README.md: write what it is and an example".into());
    }
    let library = format!("{directory}/src/lib.rs");
    if tree.file(&library).is_some_and(|file| !file.text.contains(INCLUDE)) {
        lacks(&library, format!("the crate's documentation lacks its README: add `{INCLUDE}`"));
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_crate_lacks_everything_and_a_full_one_nothing() {
        let full = "[package]\ndescription = 'a'\nlicense.workspace = true\nreadme = 'b'\n\
                    keywords = []\ncategories = []\n";
        let bare = [("pallets/a/Cargo.toml", "[package]"), ("pallets/a/src/lib.rs", "")];
        assert_eq!(check(&Tree::of(&bare)).len(), KEYS.len() + 2);
        let crate_ = [
            ("pallets/a/Cargo.toml", full),
            ("pallets/a/README.md", ""),
            ("pallets/a/src/lib.rs", INCLUDE),
        ];
        assert_eq!(check(&Tree::of(&crate_)), []);
        assert_eq!(check(&Tree::of(&[("tests/a/Cargo.toml", "[package]")])), []);
    }
}
