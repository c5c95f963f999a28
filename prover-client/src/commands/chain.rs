//! `zkinfer chain`: register, buy, claim and settle on a chain.
//!
//! - [`register`]: a model's first version; [`update`]: further ones, and the end of one
//! - [`bond`]: a prover's stake: bond, unbond, withdraw; [`encryption_key`]: the key that
//!   requesters encrypt to
//! - [`request`]: buys an answer; [`redirect`]: sends a job to others; [`delivery`]: how provers
//!   get the input
//! - [`claim`], [`submit`], [`submit_batch`]: a prover takes jobs and proves them;
//!   [`upload_generators`]: what the chain needs for that; [`attest`]: a proof without a job
//! - [`settle`]: the ends without an answer: cancel, expire; [`prune`]: the end of a receipt
//! - [`result`], [`status`]: what the chain knows; [`answer`]: what became of a job
//! - [`session`]: node, signer and receipts; [`follow`]: waiting for a job; [`deadline`];
//!   [`trust`]: who could forge; [`options`]: options of all

use clap::Subcommand;

use crate::{error::Error, output::Output};

pub mod answer;
pub mod attest;
pub mod bond;
pub mod claim;
pub mod deadline;
pub mod delivery;
pub mod encryption_key;
pub mod follow;
pub mod options;
pub mod prune;
pub mod redirect;
pub mod register;
pub mod request;
pub mod result;
pub mod session;
pub mod settle;
pub mod status;
pub mod submit;
pub mod submit_batch;
pub mod trust;
pub mod update;
pub mod upload_generators;

/// Trust in the node; shown under `zkinfer chain --help`.
pub const TRUST: &str = "\
What the node is trusted with:
The client believes the node that it is connected to: what the chain's state is, which blocks are final, and how calls are \
encoded. A dishonest node cannot sign for you, and cannot take more than a call that you sign gives away; but it can show you \
records that are not there, name an encryption key of its own (pin keys with --prover ACCOUNT=KEY or prove them with \
--proved-at HASH), make a call mean another one by false metadata, and withhold or drop your transactions. Use a node of your \
own (ws://127.0.0.1:9944), or one whose operator you trust, over wss://.

Every transaction takes --tip AMOUNT, which buys it a better place among those that wait, and --timeout SECONDS, after which the \
client stops waiting for the node. What was sent by then may still be included: `zkinfer chain status transaction HASH` tells.";

/// Commands on a chain.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Register a model: hashes, verifying key and price, never the weights.
    Register(Box<register::Opts>),
    /// Add a version to a model; those before it stay.
    Update(Box<update::UpdateOpts>),
    /// End the sale of a version; jobs that run are finished.
    Retire(update::RetireOpts),
    /// Stake a bond, or add to it; a prover needs one.
    Bond(bond::BondOpts),
    /// Start to take out of the bond what no claim has locked.
    Unbond(bond::UnbondOpts),
    /// Pay out what has waited long enough.
    Withdraw(bond::WithdrawOpts),
    /// Set, replace or remove the key that requesters encrypt inputs to.
    EncryptionKey(encryption_key::Opts),
    /// Buy an answer.
    Request(Box<request::Opts>),
    /// Give a job that nobody answers other provers and another deadline.
    Redirect(Box<redirect::Opts>),
    /// Take back a job that nobody has claimed.
    Cancel(settle::CancelOpts),
    /// Take a job, after a look at its input.
    Claim(Box<claim::Opts>),
    /// Prove a claimed job and get paid.
    Submit(Box<submit::Opts>),
    /// Prove several claimed jobs of one key at once.
    SubmitBatch(submit_batch::Opts),
    /// End a job whose time is over.
    Expire(settle::ExpireOpts),
    /// Prove without a job, for the record.
    Attest(Box<attest::Opts>),
    /// Give up a receipt and get its deposit back.
    Prune(prune::Opts),
    /// Give the chain the public constants that it checks Halo2's proofs with.
    UploadGenerators(upload_generators::Opts),
    /// Show a job, a model, a prover, or the whole chain.
    Status(status::Opts),
    /// Show the answer to a job.
    Result(result::Opts),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// The command's own.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        match self {
            Command::Register(opts) => opts.run(out),
            Command::Update(opts) => opts.run(out),
            Command::Retire(opts) => opts.run(out),
            Command::Bond(opts) => opts.run(out),
            Command::Unbond(opts) => opts.run(out),
            Command::Withdraw(opts) => opts.run(out),
            Command::EncryptionKey(opts) => opts.run(out),
            Command::Request(opts) => opts.run(out),
            Command::Redirect(opts) => opts.run(out),
            Command::Cancel(opts) => opts.run(out),
            Command::Claim(opts) => opts.run(out),
            Command::Submit(opts) => opts.run(out),
            Command::SubmitBatch(opts) => opts.run(out),
            Command::Expire(opts) => opts.run(out),
            Command::Attest(opts) => opts.run(out),
            Command::Prune(opts) => opts.run(out),
            Command::UploadGenerators(opts) => opts.run(out),
            Command::Status(opts) => opts.run(out),
            Command::Result(opts) => opts.run(out),
        }
    }
}
