//! The command line: global options and the tree of commands.

use std::collections::BTreeSet;

use clap::{CommandFactory, Parser};

use crate::{commands::Command, options::Global};

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
    /// The remedy.
    #[command(subcommand)]
    pub command: Command,
}

/// Words before a parameter's name in the messages of libraries.
const PARAMETER: &str = "option `";

/// Spells the parameters that a message names, such as "option `max_price`", as options of the
/// command line: `--max-price`. Libraries know no options. Other text in backticks stays: names of
/// nodes and tensors, for instance.
pub fn spell_options(message: &str) -> String {
    let options = options();
    let (mut spelled, mut rest) = (String::new(), message);
    while let Some((before, (name, after))) =
        rest.split_once(PARAMETER).and_then(|(before, rest)| Some((before, rest.split_once('`')?)))
    {
        spelled.push_str(before);
        let option = name.replace('_', "-");
        match options.contains(&option) {
            true => spelled.push_str(&format!("--{option}")),
            false => spelled.push_str(&format!("{PARAMETER}{name}`")),
        }
        rest = after;
    }
    spelled + rest
}

/// Names of the long options of all commands.
fn options() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut commands = vec![Cli::command()];
    while let Some(command) = commands.pop() {
        commands.extend(command.get_subcommands().cloned());
        names.extend(command.get_arguments().filter_map(|arg| arg.get_long().map(str::to_owned)));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_become_options_and_other_quotes_stay() {
        for (message, spelled) in [
            ("raise option `max_memory`", "raise --max-memory"),
            ("option `out` and option `model` exist", "--out and --model exist"),
            ("node `model` reads `input`", "node `model` reads `input`"),
            ("option `no_such`", "option `no_such`"),
            ("option `unclosed", "option `unclosed"),
            ("", ""),
        ] {
            assert_eq!(spell_options(message), spelled);
        }
    }

    /// The terminal's width alone wraps a help text: a paragraph is one line, and lines that must
    /// not be wrapped fit.
    #[test]
    fn help_texts_are_wrapped_once() {
        let mut commands = vec![Cli::command()];
        while let Some(command) = commands.pop() {
            commands.extend(command.get_subcommands().cloned());
            let name = command.get_name().to_owned();
            let Some(text) = command.get_after_help().map(ToString::to_string) else { continue };
            let lines: Vec<_> = text.lines().collect();
            for (line, next) in lines.iter().zip(lines.iter().skip(1).chain([&""])) {
                let is_paragraph =
                    |line: &str| !line.is_empty() && !line.starts_with(' ') && !line.ends_with(':');
                assert!(
                    !is_paragraph(line) || !is_paragraph(next),
                    "{name}: wrapped by hand after: {line}"
                );
                let is_fixed = line.starts_with(' ');
                assert!(
                    !is_fixed || line.chars().count() <= 100,
                    "{name}: too long to stay a line: {line}"
                );
            }
        }
    }
}
