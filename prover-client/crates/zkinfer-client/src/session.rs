//! A connection on behalf of one account.

use std::time::Duration;

use subxt::utils::AccountId32;
use zkinfer_primitives::ModelVersionId;

use crate::{
    amount::{Amount, Token},
    connection::Chain,
    error::ChainError,
    link::Budget,
    records::{self, ModelVersion},
    signer::Signer,
    submit::{self, Call, Manner, Succeeded, Wait},
};

/// Time to wait for the finality of a model version that was registered a moment ago.
const FINALITY_PATIENCE: Duration = Duration::from_secs(60);

/// A receiver of messages about the progress of an operation.
pub type Log<'a> = &'a dyn Fn(&str);

/// A connection on behalf of one account.
pub struct Session {
    /// The chain.
    pub chain: Chain,
    signer: Signer,
    manner: Manner,
}

impl Session {
    /// Connects to the node at `url`.
    ///
    /// # Errors
    /// The node does not answer within the time of `wait`, or the tip is not an amount of its
    /// chain.
    pub async fn open(
        url: &str,
        signer: Signer,
        wait: Wait,
        tip: Option<&Amount>,
    ) -> Result<Self, ChainError> {
        let budget = Budget::of(Duration::from_secs(wait.timeout));
        let chain = Chain::connect_within(url, budget).await?;
        let tip = tip.map(|tip| tip.planck(chain.token())).transpose()?.unwrap_or_default();
        Ok(Self { chain, signer, manner: Manner { wait, tip } })
    }

    /// The account that signs.
    pub fn account(&self) -> AccountId32 {
        self.signer.account()
    }

    /// The chain's token.
    pub fn token(&self) -> &Token {
        self.chain.token()
    }

    /// Converts an amount to planck.
    ///
    /// # Errors
    /// The amount is not one of this chain's token.
    pub fn planck(&self, amount: &Amount) -> Result<u128, ChainError> {
        Ok(amount.planck(self.token())?)
    }

    /// Returns a model version that no reorganisation can exchange any more: `request` and `attest`
    /// name it by its number alone, and until its registration is final another model could still
    /// get that number. `warn` gets a message if finality does not come.
    ///
    /// # Errors
    /// There is no such version, or the node does not answer.
    pub async fn final_version(
        &self,
        id: ModelVersionId,
        warn: Log<'_>,
    ) -> Result<ModelVersion, ChainError> {
        let begun = tokio::time::Instant::now();
        // Where finality does not come, there is time left to send.
        let patience = FINALITY_PATIENCE.min(Duration::from_secs(self.manner.wait.timeout) / 3);
        loop {
            let version = records::model_version(&self.chain.best().await?, id).await?;
            match records::model_version(&self.chain.finalized().await?, id).await {
                Ok(settled) if is_same(&settled, &version) => return Ok(version),
                Ok(_) | Err(ChainError::NotFound { .. }) => {}
                Err(other) => return Err(other),
            }
            if begun.elapsed() >= patience {
                warn(
                    "the model version is not final: after a reorganisation its number could be another model's",
                );
                return Ok(version);
            }
            self.chain.budget().pause(Duration::from_millis(500)).await;
        }
    }

    /// Signs a call, sends it, and waits for its success. Reads of the node afterwards have no
    /// limit in all; another call has the whole time of [`Wait`] for itself.
    ///
    /// # Errors
    /// As [`submit::submit`].
    pub async fn send(&self, call: &Call, log: Log<'_>) -> Result<Succeeded, ChainError> {
        log(&format!("sending {}.{} as {}", call.pallet_name(), call.call_name(), self.account()));
        let budget = self.chain.budget();
        if budget.left().is_none() {
            budget.set(Some(Duration::from_secs(self.manner.wait.timeout)));
        }
        let sent = submit::submit(&self.chain, &self.signer, call, self.manner, log).await?;
        budget.set(None);
        Ok(sent)
    }
}

/// Returns `true` if two records of one number are of the same version: what never changes of a
/// version is equal.
fn is_same(one: &ModelVersion, other: &ModelVersion) -> bool {
    let facts =
        |it: &ModelVersion| (it.owner, it.model_hash, it.manifest_hash, it.vk_hash, it.price);
    facts(one) == facts(other)
}
