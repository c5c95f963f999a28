//! Chores of the repository.
//!
//! - [`tidy`]: rules of style that a machine can hold
//! - [`circles`]: files of one crate that import each other in a loop
//! - [`tree`]: the files of the repository

mod circles;
mod tidy;
mod tree;

use std::process::ExitCode;

use clap::Parser;

/// Chores of the zkinfer repository.
#[derive(Debug, Parser)]
enum Command {
    /// Check the rules of style: each fault with its place, and the remedy.
    ///
    /// Some rules have more violations today than none. `scripts/xtask/ratchet.toml` holds their
    /// numbers by crate, which may only fall: `--update` lowers them.
    Tidy {
        /// Lower the numbers of `ratchet.toml` to today's.
        #[arg(long)]
        update: bool,
        /// Show every place of the rules that the ratchet holds.
        #[arg(long)]
        all: bool,
    },
    /// Show, for each crate, the largest loop of files that import each other.
    Circles,
}

fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Tidy { update, all } => tidy::run(update, all),
        Command::Circles => circles::show(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
