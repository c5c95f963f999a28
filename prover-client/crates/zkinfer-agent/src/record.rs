//! A job that this prover has taken on.

use codec::{Decode, Encode};
use zkinfer_primitives::{Output, Proof};

use super::market::JobView;

/// A job from the moment before its claim is sent until its outcome is final.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Record {
    /// The job when it was taken on; its terms cannot change under us, since a claim names their
    /// hash.
    pub job: JobView,
    /// `true` if a finalised block has our claim.
    pub claim_is_final: bool,
    /// The answer and its proof, verified.
    pub proof: Option<(Output, Proof)>,
    /// Attempts to prove that failed.
    pub failed_proofs: u32,
    /// Submissions that were signed.
    pub submissions: u32,
    /// Seconds since 1970 when the record was made.
    pub since: u64,
}

impl Record {
    /// The record of a job that is to be claimed, or that the chain says is claimed.
    pub fn new(job: JobView, since: u64) -> Self {
        Self { job, claim_is_final: false, proof: None, failed_proofs: 0, submissions: 0, since }
    }
}

/// The end of a job for this prover.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Outcome {
    /// Proved and paid.
    #[codec(index = 0)]
    Paid {
        /// The rest of the reward after the model's price, in planck.
        pay: u128,
    },
    /// The claim was ours and the job ended or reopened without our answer: its lock is gone.
    #[codec(index = 1)]
    Lost,
    /// It never became ours: another prover was first, or the requester took it back or changed it.
    #[codec(index = 2)]
    NotOurs,
    /// The claim was not included while it was good.
    #[codec(index = 3)]
    NotClaimed,
}

impl Outcome {
    /// Its name, in logs, metrics and the status.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Paid { .. } => "paid",
            Self::Lost => "lost",
            Self::NotOurs => "not-ours",
            Self::NotClaimed => "not-claimed",
        }
    }
}
