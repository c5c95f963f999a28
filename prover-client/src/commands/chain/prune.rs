//! `chain prune`: the end of a receipt.

use serde::Serialize;
use zkinfer_primitives::JobId;

use super::session::{SendOpts, Sent, SentReport, block_on};
use crate::{
    error::Error,
    output::{Output, Page},
};
use zkinfer::artefacts::hexadecimal;
use zkinfer_client::{
    amount::Token, calls, connection::PALLET, error::ChainError, events, records,
};

const HELP: &str = "\
The chain keeps a receipt of each answered job and of each attestation, for a deposit. Whoever pays that deposit (the \
requester; of an attestation, its prover) may prune the receipt after a period (`zkinfer chain status` shows it) and \
gets the deposit back. What was announced stays in the block's event, with the receipt's hash: keep the receipt that is \
printed here, and it can be compared with that event for ever.

Example:
  zkinfer chain prune 7 --signer //Charlie";

/// Options of `chain prune`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct Opts {
    /// The job, or the number of the attestation.
    #[arg(value_name = "JOB")]
    pub job: JobId,
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

/// A receipt that is gone from the chain's state.
#[derive(Serialize)]
struct Pruned {
    job: JobId,
    #[serde(with = "hexadecimal")]
    receipt_hash: [u8; 32],
    #[serde(with = "zkinfer_client::text")]
    deposit: u128,
    receipt: records::Receipt,
}

impl SentReport for Pruned {
    fn page(&self, page: &mut Page, token: &Token) {
        page.title(format!("The receipt of job {} is pruned", self.job));
        page.field("receipt hash", hexadecimal::text(self.receipt_hash));
        page.field("was verified in block", self.receipt.block);
        page.field("deposit returned", token.format(self.deposit));
    }
}

impl Opts {
    /// Prunes.
    ///
    /// # Errors
    /// When there is no receipt, it is another's or too young, or the chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        block_on(async {
            let session = self.send.open().await?;
            let best = session.chain.best().await?;
            let receipt =
                records::receipt(&best, self.job).await?.ok_or_else(|| ChainError::NotFound {
                    what: format!("receipt of job {}", self.job),
                    hint: Some(format!(
                        "`zkinfer chain result {}` says what became of the job",
                        self.job
                    )),
                })?;
            if receipt.requester != session.account() {
                return Err(ChainError::refusal(
                    format!(
                        "{} pays the deposit of this receipt, not {}",
                        receipt.requester,
                        session.account()
                    ),
                    "sign with the account that pays its deposit",
                )
                .into());
            }
            let sent =
                session.send(&calls::prune_receipt(self.job), &|text| out.info(text)).await?;
            let event: events::ReceiptPruned = sent.expect(PALLET, "ReceiptPruned")?;
            let pruned = Pruned {
                job: event.job,
                receipt_hash: event.receipt_hash,
                deposit: receipt.deposit,
                receipt,
            };
            out.report(&Sent::new(pruned, sent.included, &session))
        })
    }
}
