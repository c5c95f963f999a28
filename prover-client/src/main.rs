//! The command `zkinfer`: parses the command line and dispatches.

use std::process::ExitCode;

use clap::Parser;
use zkinfer::{
    cli::Cli,
    error::Error,
    files,
    output::{self, Output},
    privacy,
};

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
            out.error(&error);
            error.exit_code()
        }
    }
}
