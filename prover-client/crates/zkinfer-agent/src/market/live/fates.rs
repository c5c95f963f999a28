//! The states of jobs at one block.

use std::collections::{BTreeMap, BTreeSet};

use subxt::{dynamic, utils::AccountId32};
use zkinfer_primitives::{JobId, Purpose};

use super::{
    super::{Fate, JobView, Side},
    raw,
};
use zkinfer_client::{
    connection::{AtBlock, PALLET},
    error::ChainError,
};

/// One side of a snapshot: the fates of `jobs`, and what the account can spend.
pub async fn side(
    at: &AtBlock,
    me: &AccountId32,
    jobs: &BTreeSet<JobId>,
) -> Result<(Side, u128), ChainError> {
    let account: Option<raw::AccountInfo> = raw::fetch(at, "System", "Account", (me.0,)).await?;
    let nonce = account.as_ref().map_or(0, |account| u64::from(account.nonce));
    let balance = account.map_or(0, |account| account.data.spendable(existential_deposit(at)));
    let pause = if jobs.is_empty() { None } else { raw::pause(at).await? };
    let mut fates = BTreeMap::new();
    for id in jobs {
        let mut fate = fate(at, *id).await?;
        if let (Fate::Running(job), Some(pause)) = (&mut fate, &pause) {
            pause.prolong(job);
        }
        fates.insert(*id, fate);
    }
    let number = u32::try_from(at.block_number()).unwrap_or(u32::MAX);
    Ok((Side { number, nonce, fates }, balance))
}

/// The least that an account keeps; nothing where the chain does not say.
fn existential_deposit(at: &AtBlock) -> u128 {
    let deposit = dynamic::constant::<u128>("Balances", "ExistentialDeposit");
    at.constants().entry(deposit).unwrap_or_default()
}

/// A running job.
async fn job(at: &AtBlock, id: JobId) -> Result<Option<JobView>, ChainError> {
    let job: Option<raw::Job> = raw::fetch(at, PALLET, "Jobs", (id,)).await?;
    Ok(job.map(|job| job.with(id)))
}

async fn fate(at: &AtBlock, id: JobId) -> Result<Fate, ChainError> {
    if let Some(job) = job(at, id).await? {
        return Ok(Fate::Running(Box::new(job)));
    }
    if let Some(receipt) = raw::fetch::<_, raw::Receipt>(at, PALLET, "Receipts", (id,)).await? {
        let terms_hash = match receipt.purpose.0 {
            Purpose::Job(terms) => Some(terms),
            Purpose::Attest(_) => None,
        };
        return Ok(Fate::Completed { prover: receipt.prover, terms_hash });
    }
    let next: u64 = raw::fetch_default(at, "NextJobId").await?;
    Ok(if id < next { Fate::Ended } else { Fate::Unborn })
}
