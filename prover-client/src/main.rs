//! The command `zkinfer`: parses the command line and dispatches.

use std::process::ExitCode;

use clap::Parser;
use zkinfer::{cli::Cli, error::Error, files, output::Output};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let out = Output::new(&cli.global);
    let result = files::clean_up_on_signals().map_err(Error::from).and_then(|()| cli.command.run(&out));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            out.error(&error);
            error.exit_code()
        }
    }
}
