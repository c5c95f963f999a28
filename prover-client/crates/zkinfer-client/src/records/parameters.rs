//! The market's parameters: what the governing origin can change within bounds.

use serde::Serialize;

use super::{raw, read::fetch_or_default};
use crate::{connection::AtBlock, error::ChainError, text};

/// The market's parameters. Amounts are in planck, times in blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Parameters {
    /// The least that a prover bonds, and keeps bonded while it keeps anything.
    #[serde(with = "text")]
    pub min_bond: u128,
    /// The least that a claim locks, and what an attestation puts at stake.
    #[serde(with = "text")]
    pub min_claim_bond: u128,
    /// The lock of a claim in billionths of the prover's pay, if that is more than
    /// `min_claim_bond`.
    pub claim_ratio: u32,
    /// The least reward.
    #[serde(with = "text")]
    pub min_reward: u128,
    /// Deposit for each stored item.
    #[serde(with = "text")]
    pub deposit_base: u128,
    /// Deposit for each stored byte.
    #[serde(with = "text")]
    pub deposit_per_byte: u128,
    /// Blocks from `unbond` to `withdraw`.
    pub unbonding_period: u32,
    /// Blocks after a claim's time in which its proof is still good.
    pub grace: u32,
    /// Blocks that a claim has for its proof, if the deadline leaves them.
    pub claim_period: u32,
    /// The fewest blocks between a claim and the deadline.
    pub min_proving_blocks: u32,
    /// The most blocks between a request and its deadline.
    pub max_job_blocks: u32,
    /// Blocks for which a receipt stays before it can be pruned.
    pub receipt_period: u32,
}

/// One in `Perbill`.
const BILLION: u128 = 1_000_000_000;

impl Parameters {
    /// Returns what a claim locks of the prover's bond, in planck, if the prover is paid `pay`: the
    /// reward less the price.
    pub fn lock(&self, pay: u128) -> u128 {
        let ratio = u128::from(self.claim_ratio);
        let whole = (pay / BILLION).saturating_mul(ratio);
        let rest = (pay % BILLION).saturating_mul(ratio).div_ceil(BILLION);
        self.min_claim_bond.max(whole.saturating_add(rest))
    }
}

/// The parameters as they are at a block: what was set, or the runtime's default.
///
/// # Errors
/// When the chain has none, or the node does not answer.
pub async fn parameters(at: &AtBlock) -> Result<Parameters, ChainError> {
    let raw: raw::Parameters = fetch_or_default(at, "Parameters").await?;
    Ok(Parameters {
        min_bond: raw.min_bond,
        min_claim_bond: raw.min_claim_bond,
        claim_ratio: raw.claim_ratio,
        min_reward: raw.min_reward,
        deposit_base: raw.deposit_base,
        deposit_per_byte: raw.deposit_per_byte,
        unbonding_period: raw.unbonding_period,
        grace: raw.grace,
        claim_period: raw.claim_period,
        min_proving_blocks: raw.min_proving_blocks,
        max_job_blocks: raw.max_job_blocks,
        receipt_period: raw.receipt_period,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_locks_its_share_rounded_up_and_at_least_the_minimum() {
        let parameters = |claim_ratio| Parameters {
            min_bond: 0,
            min_claim_bond: 10,
            claim_ratio,
            min_reward: 0,
            deposit_base: 0,
            deposit_per_byte: 0,
            unbonding_period: 0,
            grace: 0,
            claim_period: 0,
            min_proving_blocks: 0,
            max_job_blocks: 0,
            receipt_period: 0,
        };
        assert_eq!(parameters(500_000_000).lock(10), 10);
        assert_eq!(parameters(500_000_000).lock(31), 16);
        assert_eq!(parameters(1_000_000_000).lock(u128::MAX), u128::MAX);
        assert_eq!(parameters(1).lock(1_000_000_000_001), 1_001);
    }
}
