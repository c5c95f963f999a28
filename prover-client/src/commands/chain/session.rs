//! What the commands on a chain share: the node, the signer, and what a transaction's receipt says.

use std::{future::Future, time::Duration};

use serde::Serialize;
use subxt::utils::AccountId32;
use zkinfer_primitives::ModelVersionId;

use crate::commands::chain::options::{SignerOpts, WaitOpts};
use crate::{
    error::Error,
    output::{Output, Page},
};
use zkinfer_client::{
    amount::{Amount, Token},
    connection::Chain,
    error::ChainError,
    link::Budget,
    records::{self, ModelVersion},
    signer::Signer,
    submit::{self, Call, Included, Manner, Succeeded},
};

/// How long to wait for the finality of a model version that was registered a moment ago.
const FINALITY_PATIENCE: Duration = Duration::from_secs(60);

/// Which node to talk to.
#[derive(Clone, Debug, clap::Args)]
pub struct NodeOpts {
    /// The node: ws:// on this machine, wss:// elsewhere. It is trusted with what it says of the
    /// chain: see `zkinfer chain --help`.
    #[arg(
        long,
        value_name = "URL",
        env = "ZKINFER_URL",
        hide_env_values = true,
        default_value = "ws://127.0.0.1:9944"
    )]
    pub url: String,
}

impl NodeOpts {
    /// Connects.
    ///
    /// # Errors
    /// As [`Chain::connect`].
    pub async fn connect(&self) -> Result<Chain, ChainError> {
        Chain::connect(&self.url).await
    }
}

/// Who sends a transaction, where, and how long to wait for it.
#[derive(Clone, Debug, clap::Args)]
pub struct SendOpts {
    /// The node.
    #[command(flatten)]
    pub node: NodeOpts,
    /// The signer.
    #[command(flatten)]
    pub signer: SignerOpts,
    /// How long to wait.
    #[command(flatten)]
    pub wait: WaitOpts,
    /// Paid to the block's author beside the fee, so that a full chain includes it sooner: 0.1, "50
    /// mUNIT".
    #[arg(long, value_name = "AMOUNT")]
    pub tip: Option<Amount>,
}

/// A connection on behalf of one account.
pub struct Session {
    /// The chain.
    pub chain: Chain,
    signer: Signer,
    manner: Manner,
}

impl SendOpts {
    /// Loads the signer and connects.
    ///
    /// # Errors
    /// Without a signer or a node.
    pub async fn open(&self) -> Result<Session, ChainError> {
        // The signer first: a missing one should not need a node to be noticed.
        let signer = self.signer.load()?;
        let budget = Budget::of(Duration::from_secs(self.wait.timeout));
        let chain = Chain::connect_within(&self.node.url, budget).await?;
        let tip =
            self.tip.as_ref().map(|tip| tip.planck(chain.token())).transpose()?.unwrap_or_default();
        Ok(Session { chain, signer, manner: Manner { wait: self.wait.into(), tip } })
    }
}

impl Session {
    /// The account that signs.
    pub fn account(&self) -> AccountId32 {
        self.signer.account()
    }

    /// The chain's token.
    pub fn token(&self) -> &Token {
        self.chain.token()
    }

    /// An amount as typed, in planck.
    ///
    /// # Errors
    /// When it is none of this chain's.
    pub fn planck(&self, amount: &Amount) -> Result<u128, ChainError> {
        Ok(amount.planck(self.token())?)
    }

    /// A model version that no reorganisation can exchange any more: `request` and `attest` name it
    /// by its number alone, and until its registration is final another model could still get that
    /// number.
    ///
    /// # Errors
    /// When there is none, or the node does not answer. Where finality does not come, a warning
    /// says so.
    pub async fn final_version(
        &self,
        out: &Output,
        id: ModelVersionId,
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
                out.warn("the model version is not final: after a reorganisation its number could be another model's");
                return Ok(version);
            }
            self.chain.budget().pause(Duration::from_millis(500)).await;
        }
    }

    /// Signs a call, sends it, says so, and waits for its success. What is asked of the node
    /// afterwards has no limit in all; another call has `--timeout` for itself.
    ///
    /// # Errors
    /// As [`submit::submit`].
    pub async fn send(&self, out: &Output, call: &Call) -> Result<Succeeded, ChainError> {
        out.info(&format!(
            "sending {}.{} as {}",
            call.pallet_name(),
            call.call_name(),
            self.account()
        ));
        let budget = self.chain.budget();
        if budget.left().is_none() {
            budget.set(Some(Duration::from_secs(self.manner.wait.timeout)));
        }
        let sent =
            submit::submit(&self.chain, &self.signer, call, self.manner, |text| out.info(text))
                .await?;
        budget.set(None);
        Ok(sent)
    }
}

/// Whether two versions of one number are one: what never changes of a version is the same.
fn is_same(one: &ModelVersion, other: &ModelVersion) -> bool {
    let facts =
        |it: &ModelVersion| (it.owner, it.model_hash, it.manifest_hash, it.vk_hash, it.price);
    facts(one) == facts(other)
}

/// Runs a command that talks to a node.
///
/// # Errors
/// The command's own.
pub fn block_on<T>(command: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime
        .map_err(|error| Error::failed(format!("cannot start the network runtime: {error}")))?
        .block_on(command)
}

/// The receipt of a transaction on a page: where it is and what it cost.
pub fn receipt(page: &mut Page, included: &Included, token: &Token) {
    let state = if included.finalized { "finalised" } else { "in the best chain" };
    page.field("transaction", &included.tx_hash);
    page.field("block", format!("{} ({state})", included.block));
    page.field("fee", token.format(included.fee));
}

/// A result with its transaction's receipt, as JSON and as text.
#[derive(Serialize)]
pub struct Sent<T> {
    /// What came of it.
    #[serde(flatten)]
    pub result: T,
    /// Where, and at what cost.
    #[serde(flatten)]
    pub included: Included,
    /// The chain's token, for the text.
    #[serde(skip)]
    pub token: Token,
}

/// The result part of a [`Sent`].
pub trait SentReport: Serialize {
    /// Lays the result out.
    fn page(&self, page: &mut Page, token: &Token);
}

impl<T: SentReport> crate::output::Report for Sent<T> {
    fn page(&self, page: &mut Page) {
        self.result.page(page, &self.token);
        receipt(page, &self.included, &self.token);
    }
}

impl<T: SentReport> Sent<T> {
    /// Puts a result and its receipt together.
    pub fn new(result: T, included: Included, session: &Session) -> Self {
        Self { result, included, token: session.token().clone() }
    }
}
