//! Settings of an operator: on the command line, in a TOML file, or both; the command line wins.
//!
//! ```toml
//! url = "ws://127.0.0.1:9944"
//! key-file = "prover.key"             # who signs; paths are relative to this file
//! encryption-keys = ["prover.x25519"] # open inputs that are encrypted to this prover
//! openings = "inbox"                  # folder for openings that come off chain
//! state = "state"
//! min-reward = "2 UNIT"
//! max-claims = 16
//! max-lock = "200 UNIT"               # the maximum that one claim may lock
//! max-lock-share = 50                 # the same in percent of the bond
//! max-lock-ratio = 10                 # and as a multiple of the job's pay
//! max-tip = "1 UNIT"                  # the maximum that one submission tips
//! max-tip-share = 10                  # the same in percent of what its claim locks and pays
//! model-ids = [0, 4]                  # serve these models alone, and no copies of them
//! own-keys = false                    # all proving keys are this operator's own
//! jobs = 2
//! max-memory = "4G"
//! margin = 3
//! drain = 60
//! metrics = "127.0.0.1:9615"
//! log-format = "json"
//!
//! [[model]]
//! model = "mnist.zkm"
//! pk = "mnist.pk"                     # of Halo2, which has no proving key, "mnist.vk"
//! own = true                          # this proving key is the operator's own
//! ```

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;
use zkinfer_primitives::ModelId;

use zkinfer::files;
use zkinfer_agent::{
    memory,
    metrics::http,
    models::{self, ModelFiles},
    planner::LockBounds,
    vault,
};
use zkinfer_client::amount::Amount;

use super::log::Format;
use crate::{commands::chain::options::SignerOpts, error::Error};

/// Longest configuration that is read.
const MAX_BYTES: u64 = 1 << 20;
/// The name of the file in errors.
const WHAT: &str = "configuration";
/// The default address of the node.
const URL: &str = "ws://127.0.0.1:9944";

/// The share of what a claim locks and pays that a submission tips at most, in percent.
const TIP_SHARE: u32 = 10;

/// Options of `zkinfer serve`. What is not given comes from the configuration, or has a default.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Configuration file (TOML). Options given here win over it.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Model file (*.zkm) to serve. May be repeated, each with its --pk.
    #[arg(long, value_name = "FILE", help_heading = "What to serve")]
    pub model: Vec<PathBuf>,
    /// Proving key of the --model at the same place; of Halo2, which has none, its verifying key
    /// (*.vk).
    #[arg(long, value_name = "FILE", visible_alias = "key", help_heading = "What to serve")]
    pub pk: Vec<PathBuf>,
    /// Directory of models: each NAME.zkm beside its NAME.pk; of Halo2, beside its NAME.vk.
    #[arg(long, value_name = "DIR", help_heading = "What to serve")]
    pub models: Option<PathBuf>,
    /// Serve the models of these numbers alone. May be repeated [default: every model on chain that
    /// has a served model's hashes, whoever registered it and whatever its price].
    #[arg(long, value_name = "NUMBER", help_heading = "What to serve")]
    pub model_id: Vec<ModelId>,
    /// All proving keys given are this operator's own: jobs are claimed before they are proved. Of
    /// a key that somebody else made, and that is not audited, jobs are proved first, since its
    /// maker can choose inputs for which no proof holds.
    #[arg(long, help_heading = "What to serve")]
    pub own_keys: bool,
    /// Least that a job must leave, after the model's price and the fees of claim and submission
    /// [default: 0].
    #[arg(long, value_name = "AMOUNT", help_heading = "What to serve")]
    pub min_reward: Option<Amount>,
    /// Secret key that opens inputs encrypted to this prover; its public half is set on chain. May
    /// be repeated: jobs that were encrypted to a key before it was replaced need the old one.
    #[arg(long, value_name = "FILE", help_heading = "Inputs")]
    pub encryption_key: Vec<PathBuf>,
    /// Folder watched for openings that requesters deliver off chain; files may have any name.
    #[arg(long, value_name = "DIR", help_heading = "Inputs")]
    pub openings: Option<PathBuf>,
    /// Most claims at once [default: 16].
    #[arg(long, value_name = "N", help_heading = "Bounds")]
    pub max_claims: Option<usize>,
    /// Most that one claim may lock [default: no bound].
    #[arg(long, value_name = "AMOUNT", help_heading = "Bounds")]
    pub max_lock: Option<Amount>,
    /// Most that one claim may lock, in percent of the bond [default: 50].
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(..=100), help_heading = "Bounds")]
    pub max_lock_share: Option<u32>,
    /// Most that one claim may lock, as a multiple of the job's pay; the least that the chain locks
    /// is always allowed [default: 10].
    #[arg(long, value_name = "TIMES", help_heading = "Bounds")]
    pub max_lock_ratio: Option<u32>,
    /// Most that one submission tips, so that full blocks do not keep it out. Nothing is tipped
    /// while blocks have room; 0 for no tips [default: no bound beside --max-tip-share].
    #[arg(long, value_name = "AMOUNT", help_heading = "Bounds")]
    pub max_tip: Option<Amount>,
    /// Most that one submission tips, in percent of the job's pay and the claim's lock [default:
    /// 10].
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(..=100), help_heading = "Bounds")]
    pub max_tip_share: Option<u32>,
    /// Proofs at once [default: 2].
    #[arg(long, value_name = "N", help_heading = "Bounds")]
    pub jobs: Option<usize>,
    /// Memory for keys and proofs together, such as 512M or 4G [default: half of the machine's].
    #[arg(long, value_name = "SIZE", value_parser = memory::parse, help_heading = "Bounds")]
    pub max_memory: Option<u64>,
    /// Blocks to spare between a proof's expected end and its last block [default: 3].
    #[arg(long, value_name = "BLOCKS", help_heading = "Bounds")]
    pub margin: Option<u32>,
    /// Seconds to finish claimed jobs after the signal to stop [default: 60].
    #[arg(long, value_name = "SECONDS", help_heading = "Bounds")]
    pub drain: Option<u64>,
    /// Directory of this prover's state [default: ~/.local/state/zkinfer/serve].
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// The node: ws:// on this machine, wss:// elsewhere [default: ws://127.0.0.1:9944].
    #[arg(long, value_name = "URL", env = "ZKINFER_URL", hide_env_values = true)]
    pub url: Option<String>,
    /// Options of the signer, who claims and signs.
    #[command(flatten)]
    pub signer: SignerOpts,
    /// Serve Prometheus metrics at this address of this machine; port 0 takes a free one and says
    /// which.
    #[arg(long, value_name = "ADDRESS", value_parser = http::loopback, help_heading = "What to see")]
    pub metrics: Option<SocketAddr>,
    /// Format of logs on stderr [default: text].
    #[arg(long, value_name = "FORMAT", help_heading = "What to see")]
    pub log_format: Option<Format>,
}

/// The configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct ConfigFile {
    url: Option<String>,
    signer: Option<String>,
    key_file: Option<PathBuf>,
    encryption_keys: Vec<PathBuf>,
    openings: Option<PathBuf>,
    state: Option<PathBuf>,
    min_reward: Option<String>,
    max_claims: Option<usize>,
    max_lock: Option<String>,
    max_lock_share: Option<u32>,
    max_lock_ratio: Option<u32>,
    max_tip: Option<String>,
    max_tip_share: Option<u32>,
    model_ids: Vec<ModelId>,
    own_keys: bool,
    jobs: Option<usize>,
    max_memory: Option<String>,
    margin: Option<u32>,
    drain: Option<u64>,
    metrics: Option<String>,
    log_format: Option<Format>,
    models: Option<PathBuf>,
    model: Vec<ConfigModel>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigModel {
    model: PathBuf,
    pk: PathBuf,
    #[serde(default)]
    own: bool,
}

/// Everything, decided.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address of the node.
    pub url: String,
    /// Options of the signer.
    pub signer: SignerOpts,
    /// Secret keys for encrypted inputs.
    pub encryption_keys: Vec<PathBuf>,
    /// Folder of openings.
    pub openings: Option<PathBuf>,
    /// Directory of the state.
    pub state: PathBuf,
    /// Models to serve.
    pub models: Vec<ModelFiles>,
    /// Least that a job must leave.
    pub min_reward: Option<Amount>,
    /// Most claims at once.
    pub max_claims: usize,
    /// Most that one claim may lock.
    pub max_lock: Option<Amount>,
    /// The same in percent of the bond.
    pub max_lock_share: u32,
    /// The same as a multiple of the job's pay.
    pub max_lock_ratio: u32,
    /// Most that one submission tips.
    pub max_tip: Option<Amount>,
    /// The same in percent of what is at stake.
    pub max_tip_share: u32,
    /// Numbers of the models to serve; empty for all that have the hashes.
    pub model_ids: BTreeSet<ModelId>,
    /// Proofs at once.
    pub jobs: usize,
    /// Bytes for keys and proofs.
    pub max_memory: u64,
    /// Blocks to spare.
    pub margin: u32,
    /// Time to finish after the signal to stop.
    pub drain: Duration,
    /// The address of the metrics.
    pub metrics: Option<SocketAddr>,
    /// The format of logs.
    pub log_format: Format,
}

impl Settings {
    /// Puts command line, configuration and defaults together.
    ///
    /// # Errors
    /// The configuration cannot be read or understood; there is no model; models and keys are no
    /// pairs.
    pub fn new(options: Options) -> Result<Self, Error> {
        let file = options.config.as_deref().map(ConfigFile::load).transpose()?.unwrap_or_default();
        let min_reward = amount("min-reward", file.min_reward.as_deref())?;
        let max_lock = amount("max-lock", file.max_lock.as_deref())?;
        let max_tip = amount("max-tip", file.max_tip.as_deref())?;
        let (max_memory, metrics) = (file.memory()?, file.address()?);
        let bounds = LockBounds::default();
        let share = |name, given: Option<u32>, configured: Option<u32>, default| match given
            .or(configured)
        {
            Some(percent @ 101..) => {
                Err(Error::failed(format!("{name}: {percent} percent are more than all")))
            }
            given => Ok(given.unwrap_or(default)),
        };
        let max_lock_share =
            share("max-lock-share", options.max_lock_share, file.max_lock_share, bounds.share)?;
        let max_tip_share =
            share("max-tip-share", options.max_tip_share, file.max_tip_share, TIP_SHARE)?;
        let models = models_of(&options, &file)?;
        // A signer on the command line is not mixed with one in the file.
        let signer = match &options.signer {
            SignerOpts { signer: None, key_file: None } => {
                SignerOpts { signer: file.signer, key_file: file.key_file }
            }
            given => given.clone(),
        };
        let state = options.state.or(file.state).map_or_else(default_state, Ok)?;
        let openings = options.openings.or(file.openings);
        check_folders(openings.as_deref(), &state)?;
        Ok(Self {
            url: options.url.or(file.url).unwrap_or_else(|| URL.into()),
            signer,
            encryption_keys: if options.encryption_key.is_empty() {
                file.encryption_keys
            } else {
                options.encryption_key
            },
            openings,
            state,
            models,
            min_reward: options.min_reward.or(min_reward),
            max_claims: options.max_claims.or(file.max_claims).unwrap_or(16),
            max_lock: options.max_lock.or(max_lock),
            max_lock_share,
            max_lock_ratio: options.max_lock_ratio.or(file.max_lock_ratio).unwrap_or(bounds.ratio),
            max_tip: options.max_tip.or(max_tip),
            max_tip_share,
            model_ids: if options.model_id.is_empty() { file.model_ids } else { options.model_id }
                .into_iter()
                .collect(),
            jobs: options.jobs.or(file.jobs).unwrap_or(2),
            max_memory: options.max_memory.or(max_memory).unwrap_or_else(memory::half_of_machine),
            margin: options.margin.or(file.margin).unwrap_or(3),
            drain: Duration::from_secs(options.drain.or(file.drain).unwrap_or(60)),
            metrics: options.metrics.or(metrics),
            log_format: options.log_format.or(file.log_format).unwrap_or_default(),
        })
    }
}

/// The state directory that a command line and a configuration name.
///
/// # Errors
/// The configuration cannot be read; there is no home directory.
pub fn state_directory(state: Option<PathBuf>, config: Option<&Path>) -> Result<PathBuf, Error> {
    let configured = config.map(ConfigFile::load).transpose()?.and_then(|file| file.state);
    state.or(configured).map_or_else(default_state, Ok)
}

/// The models of the command line, or of the configuration if it names none.
fn models_of(options: &Options, file: &ConfigFile) -> Result<Vec<ModelFiles>, Error> {
    if options.model.len() != options.pk.len() {
        let message = format!(
            "{} models and {} proving keys are given",
            options.model.len(),
            options.pk.len()
        );
        return Err(Error::usage(message, "give each --model its --pk, in the same order"));
    }
    let own = options.own_keys || file.own_keys;
    let pairs = options.model.iter().zip(&options.pk);
    let mut found: Vec<_> = pairs
        .map(|(model, key)| ModelFiles { model: model.clone(), key: key.clone(), own })
        .collect();
    if let Some(directory) = &options.models {
        found.extend(models::in_directory(directory)?);
    }
    if found.is_empty() {
        let configured = file.model.iter();
        found.extend(configured.map(|it| ModelFiles {
            model: it.model.clone(),
            key: it.pk.clone(),
            own: it.own,
        }));
        if let Some(directory) = &file.models {
            found.extend(models::in_directory(directory)?);
        }
    }
    if found.is_empty() {
        return Err(Error::usage(
            "there is no model to serve",
            "give --model FILE --pk FILE, --models DIR, or --config FILE",
        ));
    }
    found.iter_mut().for_each(|files| files.own |= own);
    Ok(found)
}

/// Files in the state are the prover's own, to remove when a job is over: nobody's files may be
/// delivered there.
fn check_folders(openings: Option<&Path>, state: &Path) -> Result<(), Error> {
    let Some(openings) = openings else { return Ok(()) };
    let real = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
    let (Ok(folder), Ok(vault)) = (real(openings), real(&vault::directory(state))) else {
        return Ok(());
    };
    if folder != vault {
        return Ok(());
    }
    let message = format!(
        "the folder of openings {} is the one where this prover keeps its own, and removes them",
        openings.display()
    );
    Err(Error::usage(message, "name another folder with --openings, outside the state"))
}

fn default_state() -> Result<PathBuf, Error> {
    let base = files::user_directory("XDG_STATE_HOME", ".local/state").ok_or_else(|| {
        Error::usage("there is no home directory for the state", "name one with --state")
    })?;
    Ok(base.join("zkinfer/serve"))
}

/// An amount in the configuration.
fn amount(name: &str, text: Option<&str>) -> Result<Option<Amount>, Error> {
    let parsed = text.map(str::parse).transpose();
    parsed.map_err(|error| Error::failed(format!("{name}: {error}")))
}

impl ConfigFile {
    fn load(path: &Path) -> Result<Self, Error> {
        let bytes = files::read(path, WHAT, MAX_BYTES)?;
        let text = String::from_utf8(bytes).map_err(Error::in_file(path))?;
        let mut file: Self = toml::from_str(&text).map_err(|error| {
            // Its name and not the line itself, which may hold the key to a node.
            let start = error.span().map_or(0, |span| span.start);
            let before = text.bytes().take(start).filter(|byte| *byte == b'\n').count();
            let name = text
                .lines()
                .nth(before)
                .and_then(|line| line.split_once('='))
                .map_or("", |(name, _)| name.trim());
            Error::in_file(path)(format!("line {}, `{name}`: {}", before + 1, error.message()))
        })?;
        file.resolve(path.parent().unwrap_or(Path::new("")));
        Ok(file)
    }

    /// Paths are relative to the file.
    fn resolve(&mut self, base: &Path) {
        let given = [&mut self.key_file, &mut self.openings, &mut self.state, &mut self.models];
        let paths = given.into_iter().flatten();
        let models = self.model.iter_mut().flat_map(|it| [&mut it.model, &mut it.pk]);
        paths
            .chain(&mut self.encryption_keys)
            .chain(models)
            .for_each(|path| *path = base.join(&*path));
    }

    fn memory(&self) -> Result<Option<u64>, Error> {
        let parsed = self.max_memory.as_deref().map(memory::parse).transpose();
        parsed.map_err(|error| Error::failed(format!("max-memory: {error}")))
    }

    fn address(&self) -> Result<Option<SocketAddr>, Error> {
        let parsed = self.metrics.as_deref().map(http::loopback).transpose();
        parsed.map_err(|error| Error::failed(format!("metrics: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> (tempfile::TempDir, Options) {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("serve.toml");
        std::fs::write(&path, text).expect("written");
        let options = Options { config: Some(path), ..Options::default() };
        (directory, options)
    }

    const FULL: &str = r#"
        url = "ws://127.0.0.1:1"
        key-file = "prover.key"
        state = "state"
        min-reward = "2 UNIT"
        jobs = 3
        max-memory = "1G"
        max-lock = "200 UNIT"
        max-lock-ratio = 4
        max-tip-share = 5
        model-ids = [7, 3]
        metrics = "127.0.0.1:0"
        log-format = "json"
        [[model]]
        model = "a.zkm"
        pk = "/keys/a.pk"
        own = true
    "#;

    #[test]
    fn a_configuration_is_read_with_paths_relative_to_it() {
        let (directory, options) = config(FULL);
        let settings = Settings::new(options).expect("settings");
        let at = |name: &str| directory.path().join(name);
        assert_eq!(settings.signer.key_file, Some(at("prover.key")));
        assert_eq!(settings.state, at("state"));
        assert_eq!(
            settings.models,
            [ModelFiles { model: at("a.zkm"), key: "/keys/a.pk".into(), own: true }]
        );
        assert_eq!((settings.max_lock_share, settings.max_lock_ratio), (50, 4));
        assert_eq!((settings.max_lock.is_some(), settings.max_tip.is_some()), (true, false));
        assert_eq!((settings.max_tip_share, settings.model_ids), (5, [3, 7].into()));
        assert_eq!((settings.jobs, settings.max_memory, settings.max_claims), (3, 1 << 30, 16));
        assert_eq!(settings.log_format, Format::Json);
    }

    #[test]
    fn the_command_line_wins() {
        let (_directory, options) = config(FULL);
        let options = Options {
            url: Some("ws://127.0.0.1:2".into()),
            jobs: Some(1),
            model: vec!["b.zkm".into()],
            pk: vec!["b.pk".into()],
            model_id: vec![9],
            signer: SignerOpts { signer: Some("//Bob".into()), key_file: None },
            ..options
        };
        let settings = Settings::new(options).expect("settings");
        assert_eq!((settings.url.as_str(), settings.jobs), ("ws://127.0.0.1:2", 1));
        let files = ModelFiles { model: "b.zkm".into(), key: "b.pk".into(), own: false };
        assert_eq!(settings.models, [files], "nothing is said of this key");
        assert_eq!(settings.model_ids, [9].into());
        assert_eq!(settings.signer.key_file, None, "two signers are not mixed");
    }

    #[test]
    fn openings_are_not_delivered_into_the_state() {
        let (directory, options) = config(FULL);
        let state = directory.path().join("state");
        for folder in [state.join("openings"), state.join("./openings/")] {
            let options = Options { openings: Some(folder), ..options.clone() };
            let error = Settings::new(options).expect_err("refused");
            assert!(error.hint().expect("a hint").contains("--openings"), "{error}");
        }
        let options = Options { openings: Some(directory.path().join("inbox")), ..options };
        Settings::new(options).expect("settings");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, word) in [
            ("jobz = 1", "jobz"),
            ("jobs = \"many\"", "jobs"),
            ("min-reward = \"lots\"", "min-reward"),
            ("max-lock = \"lots\"", "max-lock"),
            ("max-tip = \"lots\"", "max-tip"),
            ("max-tip-share = 101", "max-tip-share"),
            ("max-lock-share = 101", "max-lock-share"),
            ("max-memory = \"lots\"", "max-memory"),
            ("metrics = \"0.0.0.0:1\"", "127.0.0.1"),
            ("jobs = 1\nurl = wss://node.example/s3cret", "line 2, `url`"),
            ("", "no model"),
        ] {
            let (_directory, options) = config(text);
            let error = Settings::new(options).expect_err(text);
            assert!(error.to_string().contains(word), "{text}: {error}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
        let options = Options { model: vec!["a.zkm".into()], ..Options::default() };
        let error = Settings::new(options).expect_err("no key");
        assert!(error.hint().expect("a hint").contains("--pk"));
    }
}
