//! A node as a market. Connects when it has to; every question has a time limit, since a half-open
//! connection answers never.

mod fates;
mod generators;
mod open;
mod raw;
mod read;
mod transactions;

use std::{collections::BTreeMap, future::Future, sync::Arc, time::Duration};

use subxt::utils::AccountId32;
use zkinfer_primitives::{JobId, ModelVersionId, Proof, VkHash};

use super::{
    Action, Fees, Interest, Life, Market, MarketError, Payload, Reception, Signed, Snapshot,
    VersionView,
};
use zkinfer_client::{
    connection::{Chain, shown},
    error::ChainError,
    signer::Signer,
};

/// A node that takes longer for one question is taken for lost.
const PATIENCE: Duration = Duration::from_secs(30);
/// The interval of requests for the newest blocks.
const POLL: Duration = Duration::from_millis(500);
/// The chain is looked at after this time at the latest: openings may have been dropped.
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// Fees are asked for again after this many blocks: full blocks raise them within minutes.
const FEES_LAST: u32 = 10;

/// A node, on behalf of one account.
pub struct LiveMarket {
    url: String,
    signer: Signer,
    chain: Option<Arc<Chain>>,
    genesis_hash: [u8; 32],
    versions: BTreeMap<ModelVersionId, Option<VersionView>>,
    fees: Option<(u32, Fees)>,
    /// Something of the length and class of the proofs under each key, to ask for fees.
    samples: BTreeMap<VkHash, Proof>,
    heads: Option<[[u8; 32]; 2]>,
    /// Known open jobs.
    open: open::OpenJobs,
    /// Known generators.
    generators: generators::Known,
}

impl LiveMarket {
    /// Connects to the node at `url`. `samples` have length and class of the proofs under each key
    /// that is served.
    ///
    /// # Errors
    /// [`MarketError`].
    pub async fn connect(
        url: &str,
        signer: Signer,
        samples: &BTreeMap<VkHash, Proof>,
    ) -> Result<Self, (MarketError, Signer)> {
        match within(Chain::connect(url)).await {
            Ok(chain) => Ok(Self {
                url: url.into(),
                signer,
                genesis_hash: chain.genesis_hash(),
                chain: Some(Arc::new(chain)),
                versions: BTreeMap::new(),
                fees: None,
                samples: samples.clone(),
                heads: None,
                open: Default::default(),
                generators: Default::default(),
            }),
            Err(error) => Err((error, signer)),
        }
    }

    /// The chain's token, if it is connected.
    pub fn token(&self) -> Option<&zkinfer_client::amount::Token> {
        self.chain.as_deref().map(Chain::token)
    }

    /// Connects again if the connection was lost. Another chain behind the same address is refused.
    async fn reach(&mut self) -> Result<(), MarketError> {
        if self.chain.is_some() {
            return Ok(());
        }
        let chain = within(Chain::connect(&self.url)).await?;
        if chain.genesis_hash() != self.genesis_hash {
            let other = hex::encode(chain.genesis_hash());
            return Err(MarketError::Unusable(format!(
                "the node at {} is on another chain now (block 0 is 0x{other})",
                shown(&self.url)
            )));
        }
        self.fees = None;
        // A version is read as missing when its request was reorganised away.
        self.versions.clear();
        self.open = Default::default();
        self.generators = Default::default();
        self.chain = Some(Arc::new(chain));
        Ok(())
    }

    /// Runs one question, and drops the connection when it fails.
    async fn ask<T>(
        &mut self,
        question: impl AsyncFnOnce(&mut Self, &Chain) -> Result<T, ChainError>,
    ) -> Result<T, MarketError> {
        self.reach().await?;
        let Some(chain) = self.chain.clone() else {
            return Err(MarketError::Lost("not connected".into()));
        };
        let result = within(question(self, &chain)).await;
        if matches!(result, Err(MarketError::Lost(_))) {
            self.chain = None;
        }
        result
    }
}

/// The result of a question, or the loss of the connection when it takes too long.
async fn within<T>(
    question: impl Future<Output = Result<T, ChainError>>,
) -> Result<T, MarketError> {
    match tokio::time::timeout(PATIENCE, question).await {
        Ok(result) => result.map_err(classify),
        Err(_elapsed) => {
            Err(MarketError::Lost(format!("no answer within {} s", PATIENCE.as_secs())))
        }
    }
}

/// Says whether connecting again may help, or waiting. The runtime can be replaced while this
/// process runs: what cannot be read in the middle of its migrations can be read after them, and a
/// prover that ended there would lose its claims.
fn classify(error: ChainError) -> MarketError {
    let hint = error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
    match &error {
        ChainError::Unreachable { .. } | ChainError::Node { .. } | ChainError::NoBlocks { .. } => {
            MarketError::Lost(error.to_string())
        }
        ChainError::Shape { .. } | ChainError::NotOurs { .. } | ChainError::Layout { .. } => {
            MarketError::Unreadable(format!("{error}{hint}"))
        }
        _ => MarketError::Unusable(format!("{error}{hint}")),
    }
}

impl Market for LiveMarket {
    fn account(&self) -> AccountId32 {
        self.signer.account()
    }

    fn genesis_hash(&self) -> [u8; 32] {
        self.genesis_hash
    }

    async fn changed(&mut self) -> Result<(), MarketError> {
        let begun = tokio::time::Instant::now();
        while begun.elapsed() < LONGEST_WAIT {
            let heads = self.ask(async |_, chain| chain.heads().await).await?;
            if self.heads.replace(heads) != Some(heads) {
                break;
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    async fn snapshot(
        &mut self,
        jobs: &[JobId],
        interest: &dyn Interest,
    ) -> Result<Snapshot, MarketError> {
        self.ask(async |market, chain| market.read(chain, jobs, interest).await).await
    }

    async fn version(&mut self, id: ModelVersionId) -> Result<Option<VersionView>, MarketError> {
        self.ask(async |market, chain| {
            let best = chain.best().await?;
            market.version_at(&best, id).await
        })
        .await
    }

    async fn payload(&mut self, job: JobId) -> Result<Payload, MarketError> {
        self.ask(async |_, chain| raw::payload(&chain.best().await?, job).await).await
    }

    async fn sign(
        &mut self,
        action: &Action,
        nonce: u64,
        life: Life,
        tip: u128,
    ) -> Result<Signed, MarketError> {
        self.ask(async |market, chain| {
            transactions::sign(chain, &market.signer, action, nonce, life, tip).await
        })
        .await
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<Reception, MarketError> {
        self.ask(async |_, chain| transactions::send(chain, bytes).await).await
    }

    async fn failure(
        &mut self,
        hashes: &[[u8; 32]],
        blocks: std::ops::RangeInclusive<u32>,
    ) -> Result<Option<String>, MarketError> {
        self.ask(async |_, chain| transactions::failure(chain, hashes, blocks).await).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_upgrade_can_mend_is_waited_for() {
        let shape = ChainError::Shape {
            what: "Inference.Jobs".into(),
            reason: "3 bytes are left over".into(),
        };
        let layout = ChainError::Layout { url: "ws://127.0.0.1:1".into(), layout: 1, known: 2 };
        let missing = ChainError::NotOurs {
            url: "ws://127.0.0.1:1".into(),
            spec_version: 3,
            missing: "call Inference.claim".into(),
        };
        for error in [shape, layout, missing] {
            let error = classify(error);
            assert!(matches!(error, MarketError::Unreadable(_)), "{error:?}");
        }
        let refused = classify(ChainError::refusal("no", "ask again"));
        assert!(matches!(refused, MarketError::Unusable(_)), "{refused:?}");
        assert!(matches!(
            classify(ChainError::NoBlocks { url: String::new() }),
            MarketError::Lost(_)
        ));
    }
}
