//! The zkinfer chain's node.
//!
//! - [`cli`]: options and subcommands
//! - [`command`]: runs what the command line asks for
//! - [`chain_spec`]: the chains that the node knows by name
//! - [`generators`]: Halo2's generators for their genesis
//! - [`service`]: client, network, consensus
//! - [`sealing`]: blocks on demand, for development chains
//! - [`rpc`]: RPC beside the standard ones
// The errors are polkadot-sdk's, and large.
#![allow(clippy::result_large_err)]

mod chain_spec;
mod cli;
mod command;
mod generators;
mod rpc;
mod sealing;
mod service;

fn main() -> sc_cli::Result<()> {
    command::run()
}
