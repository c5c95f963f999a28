//! The options and the receipt that the commands on a chain share.

use std::future::Future;

use serde::Serialize;

use crate::commands::chain::options::{SignerOpts, WaitOpts};
use crate::{error::Error, output::Page};
use zkinfer_client::{
    amount::{Amount, Token},
    connection::Chain,
    error::ChainError,
    session::Session,
    submit::Included,
};

/// Options of the node.
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

/// Options of commands that send a transaction.
#[derive(Clone, Debug, clap::Args)]
pub struct SendOpts {
    /// The node.
    #[command(flatten)]
    pub node: NodeOpts,
    /// The signer.
    #[command(flatten)]
    pub signer: SignerOpts,
    /// Options of waiting.
    #[command(flatten)]
    pub wait: WaitOpts,
    /// Paid to the block's author beside the fee, so that a full chain includes it sooner: 0.1, "50
    /// mUNIT".
    #[arg(long, value_name = "AMOUNT")]
    pub tip: Option<Amount>,
}

impl SendOpts {
    /// Loads the signer and connects.
    ///
    /// # Errors
    /// Without a signer or a node.
    pub async fn open(&self) -> Result<Session, ChainError> {
        // The signer first: a missing one should not need a node to be noticed.
        let signer = self.signer.load()?;
        Session::open(&self.node.url, signer, self.wait.into(), self.tip.as_ref()).await
    }
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
    /// The result.
    #[serde(flatten)]
    pub result: T,
    /// The block and the fee.
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
