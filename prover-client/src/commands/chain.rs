//! `zkinfer chain`: register, buy, claim and settle on a chain.
//!
//! - [`register`]: a model's first version
//! - [`bond`]: a prover's stake: bond, unbond, withdraw
//! - [`request`]: buys an answer
//! - [`claim`], [`submit`]: a prover takes a job and proves it
//! - [`settle`]: the ends without an answer: cancel, expire
//! - [`result`], [`status`]: what the chain knows
//! - [`session`]: node, signer and receipts; [`follow`]: waiting for a job; [`deadline`]; [`trust`]: who could forge

use clap::Subcommand;

use crate::{error::Error, output::Output};

pub mod bond;
pub mod claim;
pub mod deadline;
pub mod follow;
pub mod register;
pub mod request;
pub mod result;
pub mod session;
pub mod settle;
pub mod status;
pub mod submit;
pub mod trust;

/// What can be done on a chain.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Register a model: hashes, verifying key and price, never the weights.
    Register(register::Opts),
    /// Stake a bond, or add to it; a prover needs one.
    Bond(bond::BondOpts),
    /// Start to take out of the bond what no claim has locked.
    Unbond(bond::UnbondOpts),
    /// Pay out what has waited long enough.
    Withdraw(bond::WithdrawOpts),
    /// Buy an answer.
    Request(Box<request::Opts>),
    /// Take back a job that nobody has claimed.
    Cancel(settle::CancelOpts),
    /// Take a job, after a look at its input.
    Claim(Box<claim::Opts>),
    /// Prove a claimed job and get paid.
    Submit(Box<submit::Opts>),
    /// End a job whose time is over.
    Expire(settle::ExpireOpts),
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
            Command::Bond(opts) => opts.run(out),
            Command::Unbond(opts) => opts.run(out),
            Command::Withdraw(opts) => opts.run(out),
            Command::Request(opts) => opts.run(out),
            Command::Cancel(opts) => opts.run(out),
            Command::Claim(opts) => opts.run(out),
            Command::Submit(opts) => opts.run(out),
            Command::Expire(opts) => opts.run(out),
            Command::Status(opts) => opts.run(out),
            Command::Result(opts) => opts.run(out),
        }
    }
}
