//! `chain bond`, `chain unbond`, `chain withdraw`: a prover's stake.

use serde::Serialize;
use subxt::utils::AccountId32;

use super::session::{SendOpts, Sent, SentReport, Session, block_on};
use crate::{
    chain::{
        amount::{Amount, Token},
        calls, records,
        submit::Call,
    },
    error::Error,
    output::{Output, Page},
};

const BOND_HELP: &str = "\
A prover stakes a bond before it can claim a job. Each claim locks a part of it; a proof that does not verify and a
missed deadline cost the locked part. The first bond makes the account a prover, later ones add to it.

Example:
  zkinfer chain bond \"100 UNIT\" --signer //Bob";

const UNBOND_HELP: &str = "\
What no claim has locked can be taken out. It leaves in two steps: `unbond` starts the delay, within which it can
still be slashed for what was done before; `withdraw` pays it out when the delay is over.

Example:
  zkinfer chain unbond \"40 UNIT\" --signer //Bob
  zkinfer chain withdraw --signer //Bob";

/// Options of `chain bond`.
#[derive(Debug, clap::Args)]
#[command(after_help = BOND_HELP)]
pub struct BondOpts {
    /// How much to stake: 100, "2.5 UNIT", "100 mUNIT", "5000 planck".
    #[arg(value_name = "AMOUNT")]
    pub amount: Amount,
    /// How to send it.
    #[command(flatten)]
    pub send: SendOpts,
}

/// Options of `chain unbond`.
#[derive(Debug, clap::Args)]
#[command(after_help = UNBOND_HELP)]
pub struct UnbondOpts {
    /// How much to take out of the bond.
    #[arg(value_name = "AMOUNT")]
    pub amount: Amount,
    /// How to send it.
    #[command(flatten)]
    pub send: SendOpts,
}

/// Options of `chain withdraw`.
#[derive(Debug, clap::Args)]
#[command(after_help = UNBOND_HELP)]
pub struct WithdrawOpts {
    /// How to send it.
    #[command(flatten)]
    pub send: SendOpts,
}

/// A prover's stake after the call.
#[derive(Serialize)]
struct Stake {
    prover: AccountId32,
    #[serde(flatten)]
    state: records::Prover,
}

impl SentReport for Stake {
    fn page(&self, page: &mut Page, token: &Token) {
        page.title(format!("Prover {}", self.prover));
        self.state.page(page, token);
    }
}

impl BondOpts {
    /// Bonds, or adds to the bond.
    ///
    /// # Errors
    /// When the chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        block_on(async {
            let session = self.send.open().await?;
            let amount = session.planck(&self.amount)?;
            let best = session.chain.best().await?;
            let known = records::prover(&best, &session.account()).await?.is_some();
            let call = if known { calls::bond_extra(amount) } else { calls::bond(amount) };
            send(&session, out, &call).await
        })
    }
}

impl UnbondOpts {
    /// Starts the delay.
    ///
    /// # Errors
    /// When the chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        block_on(async {
            let session = self.send.open().await?;
            let amount = session.planck(&self.amount)?;
            send(&session, out, &calls::unbond(amount)).await
        })
    }
}

impl WithdrawOpts {
    /// Pays out what the delay is over for.
    ///
    /// # Errors
    /// When the chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        block_on(async {
            let session = self.send.open().await?;
            send(&session, out, &calls::withdraw_unbonded()).await
        })
    }
}

/// Sends a call and reports the signer's stake in the block that includes it.
async fn send(session: &Session, out: &Output, call: &Call) -> Result<(), Error> {
    let sent = session.send(out, call).await?;
    let at = session.chain.at(&sent.included).await?;
    let state = records::prover(&at, &session.account()).await?.unwrap_or_default();
    let stake = Stake { prover: session.account(), state };
    out.report(&Sent::new(stake, sent.included, session))
}
