//! A node as a market. Connects when it has to; every question has a time limit, since a half-open connection answers never.

mod fates;
mod raw;
mod read;
mod transactions;

use std::{collections::BTreeMap, future::Future, sync::Arc, time::Duration};

use subxt::utils::AccountId32;
use zkinfer_primitives::{JobId, ModelVersionId, Proof, VkHash};

use super::{Action, Fees, Life, Market, MarketError, Payload, Reception, Signed, Snapshot, VersionView};
use crate::chain::{
    connection::{Chain, shown},
    error::ChainError,
    signer::Signer,
};

/// A node that takes longer for one question is taken for lost.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often the newest blocks are asked for.
const POLL: Duration = Duration::from_millis(500);
/// The chain is looked at after this time at the latest: openings may have been dropped.
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// Fees are asked for again after this many blocks.
const FEES_LAST: u32 = 100;

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
}

impl LiveMarket {
    /// Connects to the node at `url`. `samples` have length and class of the proofs under each key that is served.
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
            }),
            Err(error) => Err((error, signer)),
        }
    }

    /// The chain's token, if it is connected.
    pub fn token(&self) -> Option<&crate::chain::amount::Token> {
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
        self.chain = Some(Arc::new(chain));
        Ok(())
    }

    /// Runs one question, and drops the connection when it fails.
    async fn ask<T>(
        &mut self,
        question: impl AsyncFnOnce(&mut Self, &Chain) -> Result<T, ChainError>,
    ) -> Result<T, MarketError> {
        self.reach().await?;
        let Some(chain) = self.chain.clone() else { return Err(MarketError::Lost("not connected".into())) };
        let result = within(question(self, &chain)).await;
        if matches!(result, Err(MarketError::Lost(_))) {
            self.chain = None;
        }
        result
    }
}

/// The result of a question, or the loss of the connection when it takes too long.
async fn within<T>(question: impl Future<Output = Result<T, ChainError>>) -> Result<T, MarketError> {
    match tokio::time::timeout(PATIENCE, question).await {
        Ok(result) => result.map_err(classify),
        Err(_elapsed) => Err(MarketError::Lost(format!("no answer within {} s", PATIENCE.as_secs()))),
    }
}

/// Whether connecting again may help.
fn classify(error: ChainError) -> MarketError {
    match &error {
        ChainError::Unreachable { .. } | ChainError::Node { .. } | ChainError::NoBlocks { .. } => {
            MarketError::Lost(error.to_string())
        }
        _ => {
            let hint = error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
            MarketError::Unusable(format!("{error}{hint}"))
        }
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
        serves: &mut (dyn FnMut(&VersionView) -> bool + Send),
    ) -> Result<Snapshot, MarketError> {
        self.ask(async |market, chain| market.read(chain, jobs, serves).await).await
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

    async fn sign(&mut self, action: &Action, nonce: u64, life: Life) -> Result<Signed, MarketError> {
        self.ask(async |market, chain| transactions::sign(chain, &market.signer, action, nonce, life).await)
            .await
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<Reception, MarketError> {
        self.ask(async |_, chain| transactions::send(chain, bytes).await).await
    }
}
