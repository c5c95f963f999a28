//! Options that several commands share.

use clap::{Args, ValueEnum};
use zkinfer::{
    files::Existing,
    memory::{self, Limit},
};
use zkinfer_primitives::ProofSystem;

/// A bound on memory, on the command line.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct MemoryOpts {
    /// Memory that this may take, for example 8G: work that is estimated to take more is refused
    /// before it starts. More than is free lets it try all the same [default: what is free].
    #[arg(long, value_name = "SIZE", value_parser = memory::parse)]
    pub max_memory: Option<u64>,
}

impl MemoryOpts {
    /// The bound.
    pub fn limit(&self) -> Limit {
        self.max_memory.map_or_else(Limit::free, Limit::given)
    }
}

/// Options of a command that writes files.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Force {
    /// Replace output files that exist already.
    #[arg(long)]
    pub force: bool,
}

impl From<Force> for Existing {
    fn from(force: Force) -> Self {
        if force.force { Existing::Replace } else { Existing::Keep }
    }
}

/// A proof system on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SystemArg {
    /// Groth16 over BLS12-381: a setup for each model, whose secrets somebody could keep; the
    /// cheapest check.
    #[default]
    Groth16,
    /// Halo2 over Pasta: no setup and no secret; for open models; the most expensive check, cheap
    /// in batches.
    Halo2,
}

impl From<SystemArg> for ProofSystem {
    fn from(system: SystemArg) -> Self {
        match system {
            SystemArg::Groth16 => ProofSystem::Groth16,
            SystemArg::Halo2 => ProofSystem::Halo2,
        }
    }
}

/// Options of every command.
#[derive(Clone, Debug, Default, Args)]
pub struct Global {
    /// Print one JSON document on stdout instead of text; no progress. A file name that is not
    /// UTF-8 has U+FFFD (�) in the place of its other bytes there.
    #[arg(long, global = true, help_heading = "Global options")]
    pub json: bool,
    /// Print results and errors only.
    #[arg(long, short, global = true, help_heading = "Global options", conflicts_with = "verbose")]
    pub quiet: bool,
    /// When to use colours. NO_COLOR is respected.
    #[arg(
        long,
        global = true,
        help_heading = "Global options",
        value_name = "WHEN",
        default_value = "auto"
    )]
    pub color: Color,
    /// Say more on stderr.
    #[arg(long, short, global = true, help_heading = "Global options", action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
