//! A snapshot of a node's chain.

use std::collections::{BTreeMap, BTreeSet};

use subxt::dynamic;
use zkinfer_primitives::{JobId, ModelVersionId, Output, TermsHash, output::Width};

use super::{
    super::{Fees, Interest, LockBase, Means, Snapshot, Stake, VersionView},
    FEES_LAST, LiveMarket, fates, raw,
};
use zkinfer_client::{
    calls,
    connection::{AtBlock, Chain, PALLET},
    error::ChainError,
    submit,
};

/// Milliseconds between two blocks where the chain does not say.
const BLOCK_MILLIS: u64 = 6_000;

impl LiveMarket {
    /// The chain now.
    pub(super) async fn read(
        &mut self,
        chain: &Chain,
        jobs: &[JobId],
        interest: &dyn Interest,
    ) -> Result<Snapshot, ChainError> {
        let me = self.signer.account();
        // The finalised block first, so that the best one is never behind it.
        let finalized = chain.finalized().await?;
        let best = chain.best().await?;
        let mut wanted: BTreeSet<_> = jobs.iter().copied().collect();
        wanted.extend(raw::claims(&finalized, &me).await?);
        wanted.extend(raw::claims(&best, &me).await?);
        let (at_finalized, _) = fates::side(&finalized, &me, &wanted).await?;
        let (at_best, balance) = fates::side(&best, &me, &wanted).await?;
        let stake: Option<raw::Prover> = raw::fetch(&best, PALLET, "Provers", (me.0,)).await?;
        let stake = stake.map(Stake::from);
        let parameters: raw::Parameters = raw::fetch_default(&best, "Parameters").await?;
        // A chain without the constant takes no batches.
        let limits = parameters.limits(lock_base(&best), Chain::max_batch(&best).unwrap_or(0));
        let fees = self.fees(chain, &best, at_best.number).await?;
        let generators = self.generators.read(&finalized, &self.samples).await?;
        let means = Means { stake, limits: &limits, fees: &fees, generators: &generators };
        let open = self.open.read(chain, [&finalized, &best], interest, &means).await?;
        Ok(Snapshot {
            next_nonce: chain.next_nonce(&me).await?,
            open: open.wanted,
            open_jobs: open.counted,
            finalized: at_finalized,
            best: at_best,
            stake,
            balance,
            block_millis: block_millis(&best),
            limits,
            fees,
            generators,
        })
    }

    /// A version, read once: it never changes in what a prover asks for.
    pub(super) async fn version_at(
        &mut self,
        at: &AtBlock,
        id: ModelVersionId,
    ) -> Result<Option<VersionView>, ChainError> {
        if let Some(known) = self.versions.get(&id) {
            return Ok(known.clone());
        }
        let version: Option<raw::Version> =
            raw::fetch(at, PALLET, "ModelVersions", (id.model, id.version)).await?;
        let version = version.map(VersionView::from);
        if version.is_some() {
            self.versions.insert(id, version.clone());
        }
        Ok(version)
    }

    /// Returns the fees of a claim and a submission, asked for now and then. Submissions are asked
    /// for before unused weight is given back. A tenth is added, since demand can raise them until
    /// they are paid.
    async fn fees(&mut self, chain: &Chain, at: &AtBlock, best: u32) -> Result<Fees, ChainError> {
        if let Some((asked, fees)) = &self.fees
            && best.saturating_sub(*asked) < FEES_LAST
        {
            return Ok(fees.clone());
        }
        let terms = TermsHash([0; 32]);
        let claim = calls::claim(JobId::MAX, &terms);
        let raised = |fee: u128| fee.saturating_add(fee / 10);
        let mut submissions = BTreeMap::new();
        for (key, proof) in &self.samples {
            let submission = calls::submit(JobId::MAX, &terms, &longest_output(), proof);
            submissions.insert(
                *key,
                raised(submit::estimate_fee(chain, &self.signer, &submission).await?),
            );
        }
        let claim = raised(submit::estimate_fee(chain, &self.signer, &claim).await?);
        let fees = Fees { claim, submissions, multiplier: raw::fee_multiplier(at).await };
        self.fees = Some((best, fees.clone()));
        Ok(fees)
    }
}

/// Returns the base of locks on this chain. Runtimes that note blocks without transactions lock
/// a part of the pay, earlier ones of the whole reward.
fn lock_base(at: &AtBlock) -> LockBase {
    if raw::has_entry(at, "LatestPause") { LockBase::Pay } else { LockBase::Reward }
}

/// An answer as long as any, to ask for fees: it proves nothing.
fn longest_output() -> Output {
    let most = vec![0; Width::Bits8.most()];
    most.try_into()
        .map_or(Output::Class(0), |values| Output::Values { width: Width::Bits8, values })
}

/// Aura's slot is twice the least time between two blocks.
fn block_millis(at: &AtBlock) -> u64 {
    let period = at.constants().entry(dynamic::constant::<u64>("Timestamp", "MinimumPeriod"));
    period
        .ok()
        .map(|millis| millis.saturating_mul(2))
        .filter(|millis| *millis > 0)
        .unwrap_or(BLOCK_MILLIS)
}
