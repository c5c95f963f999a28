//! The command line `zkinfer`: parses its arguments and dispatches.
//!
//! - [`cli`]: global options and the tree of commands
//! - [`commands`]: the commands, one file for each
//! - [`options`], [`stem`]: options that several commands share
//! - [`output`]: results and messages, [`progress`]: the bar of long work
//! - [`error`]: errors of commands, and exit codes
//! - [`calibrate`]: the cheapest quantisation within an accuracy budget

mod calibrate;
mod cli;
mod commands;
mod error;
mod options;
mod output;
mod progress;
mod stem;

use std::process::ExitCode;

use clap::Parser;
use zkinfer::{files, privacy};

use crate::{cli::Cli, error::Error, output::Output};

fn main() -> ExitCode {
    privacy::forbid_memory_dumps();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => return output::command_line(&answer),
    };
    let out = Output::new(&cli.global);
    let result =
        files::clean_up_on_signals().map_err(Error::from).and_then(|()| cli.command.run(&out));
    match result {
        Ok(()) if out.is_lost() => ExitCode::FAILURE,
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            out.error(&error, cli::spell_options);
            error.exit_code()
        }
    }
}
