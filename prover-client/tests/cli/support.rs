//! Runs the command and looks at what it leaves behind.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use tempfile::TempDir;

use super::onnx;

/// SplitMix64: a seed gives the same numbers on every machine.
pub struct Rng(pub u64);

impl Rng {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// A finished run of the command.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Run {
    /// It worked.
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// It failed with one line that names `names` and the remedy.
    pub fn fails_naming(self, names: &[&str]) -> Self {
        self.fails_with_code(1, names)
    }

    pub fn fails_with_code(self, code: i32, names: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        let errors: Vec<_> =
            self.stderr.lines().filter(|line| line.starts_with("error:")).collect();
        assert_eq!(errors.len(), 1, "{self:?}");
        assert_eq!(self.stderr.lines().last(), errors.first().copied(), "{self:?}");
        // Either our own hint, or a message that ends with what to do.
        assert!(errors[0].contains("; "), "no remedy: {self:?}");
        names
            .iter()
            .for_each(|name| assert!(errors[0].contains(name), "'{name}' is not in {self:?}"));
        self
    }

    /// The JSON document on stdout.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zkinfer"));
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    // Generators are made once for all tests, and not in the user's cache.
    command.env("ZKINFER_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/generators"));
    command
}

/// Runs the command.
pub fn zkinfer<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Run {
    command().args(args).output().expect("the command runs").into()
}

/// Arguments from words and paths: `args!["keys", "setup", path]`.
#[macro_export]
macro_rules! args {
    ($($arg:expr),* $(,)?) => { [$(std::ffi::OsStr::new(&$arg).to_owned()),*] };
}

/// Everything that a journey with the small picture model leaves, made once for all tests. Tests do
/// not change it.
pub struct Fixture {
    directory: TempDir,
}

impl Fixture {
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }
}

pub fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors")
}

pub fn picture() -> PathBuf {
    vectors().join("mnist/digit-7.png")
}

pub fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

/// Names in a directory, sorted.
pub fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<_> =
        entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

pub fn fixture() -> &'static Fixture {
    static FIXTURE: OnceLock<Fixture> = OnceLock::new();
    FIXTURE.get_or_init(|| {
        let fixture = Fixture { directory: directory() };
        let path = |name: &str| fixture.path(name);
        fs::write(path("small.onnx"), onnx::picture_model()).expect("written");
        let out = fixture.directory.path();
        zkinfer(args!["model", "import", path("small.onnx"), "--out", out]).ok();
        zkinfer(args!["keys", "setup", path("small.zkm")]).ok();
        let (manifest, opening) = (path("small.manifest.json"), path("digit.opening"));
        zkinfer(args!["commit", "--manifest", manifest, "--image", picture(), "--out", opening])
            .ok();
        zkinfer(args!["keys", "encryption", "--out", path("bob.key")]).ok();
        prove(&fixture, &opening, &path("digit.proof")).ok();
        fixture
    })
}

/// The fixture with the same model for Halo2: `open.vk`, `open.manifest.json`, `open.opening` and
/// `open.proof`.
pub fn halo2_fixture() -> &'static Fixture {
    static MADE: OnceLock<()> = OnceLock::new();
    let fixture = fixture();
    MADE.get_or_init(|| {
        let path = |name: &str| fixture.path(name);
        let setup =
            args!["keys", "setup", path("small.zkm"), "--stem", "open", "--proof-system", "halo2"];
        zkinfer(setup).ok();
        let (manifest, opening) = (path("open.manifest.json"), path("open.opening"));
        zkinfer(args!["commit", "--manifest", manifest, "--image", picture(), "--out", opening])
            .ok();
        prove_halo2(&path("small.zkm"), &opening, &path("open.proof")).ok();
    });
    fixture
}

/// Proves an opening with Halo2, without a job.
pub fn prove_halo2(model: &Path, opening: &Path, out: &Path) -> Run {
    let files = args!["prove", "--model", model, "--opening", opening, "--out", out];
    zkinfer(files.into_iter().chain(args!["--attest", "7", "--prover", "//Alice"]))
}

/// Proves an opening under the fixture's keys.
pub fn prove(fixture: &Fixture, opening: &Path, out: &Path) -> Run {
    let (model, key) = (fixture.path("small.zkm"), fixture.path("small.pk"));
    zkinfer(args![
        "prove",
        "--model",
        model,
        "--pk",
        key,
        "--opening",
        opening,
        "--attest",
        "7",
        "--prover",
        "//Alice",
        "--out",
        out
    ])
}
