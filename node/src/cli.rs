//! The command line.

use sc_cli::RunCmd;

use crate::sealing::Sealing;

/// A node of the zkinfer chain.
#[derive(Debug, clap::Parser)]
pub struct Cli {
    #[command(subcommand)]
    pub subcommand: Option<Subcommand>,

    #[clap(flatten)]
    pub run: RunCmd,

    /// When a development chain makes blocks: `instant` (as soon as there is a transaction,
    /// finalised at once), `manual` (when the RPC `engine_createBlock` says so), or a number of
    /// milliseconds between two blocks. Without it, Aura and GRANDPA make and finalise a block
    /// every 6 seconds.
    #[arg(long, value_name = "instant|manual|MILLISECONDS")]
    pub sealing: Option<Sealing>,
}

#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
    /// Key management cli utilities
    #[command(subcommand)]
    Key(sc_cli::KeySubcommand),

    /// Write a chain's specification as JSON.
    ExportChainSpec(sc_cli::ExportChainSpecCmd),

    /// Validate blocks.
    CheckBlock(sc_cli::CheckBlockCmd),

    /// Export blocks.
    ExportBlocks(sc_cli::ExportBlocksCmd),

    /// Export the state of a given block into a chain spec.
    ExportState(sc_cli::ExportStateCmd),

    /// Import blocks.
    ImportBlocks(sc_cli::ImportBlocksCmd),

    /// Remove the whole chain.
    PurgeChain(sc_cli::PurgeChainCmd),

    /// Revert the chain to a previous state.
    Revert(sc_cli::RevertCmd),

    /// Db meta columns information.
    ChainInfo(sc_cli::ChainInfoCmd),

    /// Measure the weights of the runtime's calls.
    #[cfg(feature = "runtime-benchmarks")]
    #[command(subcommand)]
    Benchmark(frame_benchmarking_cli::BenchmarkCmd),
}
