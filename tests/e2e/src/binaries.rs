//! The paths of the binaries under test.

use std::path::PathBuf;

/// The node: `ZKINFER_NODE`, or `zkinfer-node` beside this test in the target directory.
pub fn node() -> PathBuf {
    find("ZKINFER_NODE", "zkinfer-node")
}

/// The client: `ZKINFER_CLIENT`, or `zkinfer` beside this test in the target directory.
pub fn client() -> PathBuf {
    find("ZKINFER_CLIENT", "zkinfer")
}

fn find(variable: &str, name: &str) -> PathBuf {
    if let Some(path) = std::env::var_os(variable) {
        return path.into();
    }
    // A test is `<target>/<profile>/deps/<test>-<hash>`.
    let test = std::env::current_exe().expect("a test knows its own file");
    let path = test.ancestors().nth(2).expect("the profile's directory").join(name);
    assert!(
        path.is_file(),
        "{} is missing: build it with `scripts/test` or name it in {variable}",
        path.display()
    );
    path
}

/// A file of the checkout.
pub fn checkout(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(path)
}
