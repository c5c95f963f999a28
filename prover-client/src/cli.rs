//! The command line: global options and the tree of commands.

use clap::{Args, Parser, ValueEnum};

use crate::commands::Command;

const AFTER_HELP: &str = "\
From a digit to a proof, without a chain:
  zkinfer model import mnist.onnx --out work
  zkinfer keys setup work/mnist.zkm --out work
  zkinfer commit --manifest work/mnist.manifest.json --image digit.png --out digit.opening
  zkinfer prove --model work/mnist.zkm --pk work/mnist.pk --opening digit.opening \\
      --attest 0 --prover //Alice --out digit.proof
  zkinfer verify --vk work/mnist.vk --proof digit.proof

Files, and who may have them:
  *.zkm            quantised model with its weights   the owner; everybody if the model is open
  *.manifest.json  how to prepare an input            everybody
  *.pk             proving key; it encodes weights    the owner; everybody if the model is open
  *.vk             verifying key                      everybody
  *.transcript     lets others audit the keys         everybody if the model is open, else nobody
  *.key            a prover's encryption key          the prover alone
  *.opening        an input and its blinder           the requester and the prover
  *.terms.json     what a job's proof is bound to     everybody
  *.proof          a proof with its statement         everybody

Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 failed, not valid or no answer, 2 wrong usage, 3 valid as far as \
it was checked. What cannot be written to either is a failure, too; 128 and the number of the signal say that one has ended it.";

/// Buy, prove and verify neural-network inference.
///
/// A model owner imports a model and makes its keys, a requester commits to an input, a prover runs
/// the model and proves in zero knowledge that the answer is the model's, and anybody verifies the
/// proof.
#[derive(Debug, Parser)]
#[command(name = "zkinfer", version, max_term_width = 100, after_help = AFTER_HELP, propagate_version = true, arg_required_else_help = true)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
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
