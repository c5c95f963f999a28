//! Chores of the repository: `cargo xtask`.
//!
//! - [`tidy`]: rules of style that a machine can hold
//! - [`circles`]: files of one crate that import each other in a loop
//! - [`tree`]: the files of the repository
//! - [`violation`]: violations of rules

mod circles;

mod tidy;
mod tree;
mod violation;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::tree::Tree;

/// Chores of the zkinfer repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    /// Examine another checkout than the one that built this program.
    #[arg(long, global = true)]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check the rules of style: each violation with its place, and the remedy.
    ///
    /// Some rules have violations today. `scripts/xtask/ratchet.toml` holds their numbers by crate,
    /// which may only fall: `--update` lowers them.
    Tidy {
        /// The rules to check; without names, all rules.
        rules: Vec<String>,
        /// Explain the rules, with their reasons and remedies, instead of checking them.
        #[arg(long, conflicts_with_all = ["update", "all"])]
        explain: bool,
        /// Lower the numbers of `ratchet.toml` to today's.
        #[arg(long)]
        update: bool,
        /// Show every place of the rules that the ratchet holds.
        #[arg(long)]
        all: bool,
    },
    /// Show, for each crate, the loops of files that import each other.
    Circles {
        /// Show every import of every loop.
        #[arg(long)]
        all: bool,
    },
}

fn main() -> ExitCode {
    let Cli { root, command } = Cli::parse();
    let result = Tree::read(root).and_then(|tree| match command {
        Command::Tidy { rules, explain: true, .. } => tidy::explain(&rules),
        Command::Tidy { rules, update, all, .. } => tidy::run(&tree, &rules, update, all),
        Command::Circles { all } => {
            circles::show(&tree, all);
            Ok(())
        }
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
