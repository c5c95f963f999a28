//! `chain cancel` and `chain expire`: the ends of a job without an answer.

use serde::Serialize;
use zkinfer_primitives::JobId;

use super::session::{SendOpts, Sent, SentReport, block_on};
use crate::{
    error::Error,
    output::{Output, Page},
};
use zkinfer_client::{amount::Token, calls, connection::PALLET, events, submit::Call};

const CANCEL_HELP: &str = "\
The requester takes a job back while nobody has claimed it; the reward returns at once.

Example:
  zkinfer chain cancel 7 --signer //Charlie";

const EXPIRE_HELP: &str = "\
Anybody may end a job whose time is over. If a prover had claimed it and missed its deadline, what its claim had \
locked goes to the requester, and a job for all provers opens again if there is time left. Otherwise the job ends, and \
the reward returns.

Example:
  zkinfer chain expire 7 --signer //Dave";

/// Options of `chain cancel`.
#[derive(Debug, clap::Args)]
#[command(after_help = CANCEL_HELP)]
pub struct CancelOpts {
    /// The job.
    #[arg(value_name = "JOB")]
    pub job: JobId,
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

/// Options of `chain expire`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXPIRE_HELP)]
pub struct ExpireOpts {
    /// The job.
    #[arg(value_name = "JOB")]
    pub job: JobId,
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

/// The result.
#[derive(Serialize)]
struct Ended {
    job: JobId,
    /// `cancelled`, `expired`, or `reopened`: a claim failed and the job is open again.
    state: &'static str,
    #[serde(with = "zkinfer_client::text")]
    refund: u128,
    #[serde(with = "zkinfer_client::text")]
    slashed: u128,
}

impl SentReport for Ended {
    fn page(&self, page: &mut Page, token: &Token) {
        page.title(format!("Job {} is {}", self.job, self.state));
        if self.slashed > 0 {
            page.field("from the late prover", token.format(self.slashed));
        }
        if self.refund > 0 {
            page.field("refund", token.format(self.refund));
        }
    }
}

impl CancelOpts {
    /// Cancels.
    ///
    /// # Errors
    /// When the chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        end(&self.send, out, self.job, &calls::cancel(self.job))
    }
}

impl ExpireOpts {
    /// Expires.
    ///
    /// # Errors
    /// When the chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        end(&self.send, out, self.job, &calls::expire(self.job))
    }
}

fn end(send: &SendOpts, out: &Output, job: JobId, call: &Call) -> Result<(), Error> {
    block_on(async {
        let session = send.open().await?;
        let sent = session.send(call, &|text| out.info(text)).await?;
        let cancelled: Option<events::Refunded> = sent.find(PALLET, "JobCancelled")?;
        let expired: Option<events::Refunded> = sent.find(PALLET, "JobExpired")?;
        let late: Option<events::ClaimExpired> = sent.find(PALLET, "ClaimExpired")?;
        let state = match (&cancelled, &expired) {
            (Some(_), _) => "cancelled",
            (_, Some(_)) => "expired",
            _ => "reopened",
        };
        let refund = cancelled.or(expired).map_or(0, |event| event.refund);
        let ended = Ended { job, state, refund, slashed: late.map_or(0, |event| event.slashed) };
        out.report(&Sent::new(ended, sent.included, &session))
    })
}
