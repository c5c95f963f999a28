//! `chain bond`, `chain unbond`, `chain withdraw`: a prover's stake.

use std::path::PathBuf;

use serde::Serialize;
use subxt::utils::AccountId32;

use super::session::{SendOpts, Sent, SentReport, block_on};
use crate::{
    error::Error,
    output::{self, Output, Page},
};
use zkinfer::privacy::EncryptionSecret;
use zkinfer_client::session::Session;
use zkinfer_client::{
    amount::{Amount, Token},
    calls, records,
    submit::{Call, Included},
};

const BOND_HELP: &str = "\
A prover stakes a bond before it can claim a job. Each claim locks a part of it; a proof that does not verify and a \
missed deadline cost the locked part. The first bond makes the account a prover, later ones add to it.

With --encryption-key, the public half of that key goes on chain in a second transaction, so that requesters can encrypt \
inputs to you. `zkinfer keys encryption` makes one; `zkinfer chain encryption-key` replaces or removes it later.

Example:
  zkinfer keys encryption --out bob.key
  zkinfer chain bond \"100 UNIT\" --encryption-key bob.key --signer //Bob";

const UNBOND_HELP: &str = "\
What no claim has locked can be taken out. It leaves in two steps: `unbond` starts the delay, within which it can still \
be slashed for what was done before; `withdraw` pays it out when the delay is over.

Example:
  zkinfer chain unbond \"40 UNIT\" --signer //Bob
  zkinfer chain withdraw --signer //Bob";

/// Options of `chain bond`.
#[derive(Debug, clap::Args)]
#[command(after_help = BOND_HELP)]
pub struct BondOpts {
    /// Amount to stake: 100, "2.5 UNIT", "100 mUNIT", "5000 planck".
    #[arg(value_name = "AMOUNT")]
    pub amount: Amount,
    /// Put the public half of this key on chain too, as `zkinfer keys encryption` wrote it.
    #[arg(long, value_name = "FILE")]
    pub encryption_key: Option<PathBuf>,
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

/// Options of `chain unbond`.
#[derive(Debug, clap::Args)]
#[command(after_help = UNBOND_HELP)]
pub struct UnbondOpts {
    /// Amount to take out of the bond.
    #[arg(value_name = "AMOUNT")]
    pub amount: Amount,
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

/// Options of `chain withdraw`.
#[derive(Debug, clap::Args)]
#[command(after_help = UNBOND_HELP)]
pub struct WithdrawOpts {
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

/// A prover's stake after the call.
#[derive(Serialize)]
pub struct Stake {
    prover: AccountId32,
    #[serde(flatten)]
    state: records::Prover,
    /// The transaction that set the encryption key, where there were two.
    #[serde(skip_serializing_if = "Option::is_none")]
    key_transaction: Option<Included>,
}

impl SentReport for Stake {
    fn page(&self, page: &mut Page, token: &Token) {
        page.title(format!("Prover {}", self.prover));
        output::records::prover(&self.state, page, token);
        if let Some(included) = &self.key_transaction {
            page.field("key transaction", &included.tx_hash);
            page.field(
                "its block, fee",
                format!("{}, {}", included.block, token.format(included.fee)),
            );
        }
    }
}

impl BondOpts {
    /// Bonds, or adds to the bond.
    ///
    /// # Errors
    /// When the chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        // A key that cannot be read should be noticed before anything is staked.
        let key = self.encryption_key.as_deref().map(EncryptionSecret::load).transpose()?;
        block_on(async {
            let session = self.send.open().await?;
            let amount = session.planck(&self.amount)?;
            let best = session.chain.best().await?;
            let known = records::prover(&best, &session.account()).await?.is_some();
            let call = if known { calls::bond_extra(amount) } else { calls::bond(amount) };
            let bonded = session.send(&call, &|text| out.info(text)).await?;
            let Some(key) = key else {
                let reported = report(&session, out, bonded.included.clone(), None).await;
                return reported.map_err(Error::after(&bonded));
            };
            let call = calls::set_encryption_key(Some(&key.public()));
            let set = session.send(&call, &|text| out.info(text)).await.map_err(|error| {
                let hint = error.hint().unwrap_or_default();
                Error::failed(format!(
                    "the bond is staked (transaction {}), but the encryption key is not set: {error}",
                    bonded.included.tx_hash
                ))
                .with_hint(format!("{hint}; then set it with `zkinfer chain encryption-key FILE`"))
            })?;
            let after = Error::after(&set);
            report(&session, out, bonded.included, Some(set.included)).await.map_err(after)
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
///
/// # Errors
/// When the chain refuses.
pub async fn send(session: &Session, out: &Output, call: &Call) -> Result<(), Error> {
    let sent = session.send(call, &|text| out.info(text)).await?;
    let after = Error::after(&sent);
    report(session, out, sent.included, None).await.map_err(after)
}

/// Reports the signer's stake in the block of the last transaction.
async fn report(
    session: &Session,
    out: &Output,
    included: Included,
    key_transaction: Option<Included>,
) -> Result<(), Error> {
    let at = session.chain.at(key_transaction.as_ref().unwrap_or(&included)).await?;
    let state = records::prover(&at, &session.account()).await?.unwrap_or_default();
    let stake = Stake { prover: session.account(), state, key_transaction };
    out.report(&Sent::new(stake, included, session))
}
