//! The connection to a node: its chain, its token, and its state at the best block.
//!
//! Everything is read at the *best* block, since a person who has just seen a transaction included
//! wants to act on it; commands that need more wait for finality (`--finalized`).

use std::{collections::BTreeMap, sync::Arc};

use subxt::{
    OnlineClient, OnlineClientAtBlock, SubstrateConfig,
    backend::LegacyBackend,
    config::RpcConfigFor,
    rpcs::{self, LegacyRpcMethods, RpcClient},
    utils::AccountId32,
};

use codec::Encode;
use zkinfer_primitives::{EncryptionKey, blake2b_256};

use super::{
    amount::Token,
    error::ChainError,
    link::{Budget, Link},
    state_proof,
    submit::Included,
    url::NodeUrl,
};

use zkinfer::artefacts::hexadecimal;

pub use super::url::shown;

/// Name of the pallet in the runtime.
pub const PALLET: &str = "Inference";
/// Calls that this client makes; a chain without one of them is not ours or is too old or too new.
const CALLS: [&str; 16] = [
    "register_model",
    "add_version",
    "retire_version",
    "bond",
    "bond_extra",
    "unbond",
    "withdraw_unbonded",
    "set_encryption_key",
    "request",
    "redirect",
    "cancel",
    "claim",
    "submit",
    "expire",
    "attest",
    "prune_receipt",
];
/// Stored items that this client reads and that a chain of an older layout does not have.
const STORED: [&str; 5] = ["Parameters", "Payloads", "OpenJobs", "Claims", "Attestations"];
/// The oldest layout of the pallet's storage that this client reads.
const LAYOUT: u16 = 2;

/// The state of the chain at one block.
pub type AtBlock = OnlineClientAtBlock<SubstrateConfig>;

/// A node, connected to and known to run the inference pallet.
pub struct Chain {
    url: String,
    link: Arc<Link>,
    client: OnlineClient<SubstrateConfig>,
    rpc: LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>,
    token: Token,
}

impl Chain {
    /// Connects to the node at `url` and checks that its chain can be spoken to.
    ///
    /// # Errors
    /// When the URL is none or would send data in the clear over a network, when no node answers,
    /// and when the chain has no pallet or calls of ours.
    pub async fn connect(url: &str) -> Result<Self, ChainError> {
        Self::connect_within(url, Budget::default()).await
    }

    /// Connects, and takes no longer than the budget for all that is asked of the node from here
    /// on.
    ///
    /// # Errors
    /// As [`Chain::connect`].
    pub async fn connect_within(url: &str, budget: Budget) -> Result<Self, ChainError> {
        let url = NodeUrl::parse(url)?;
        let shown = url.shown().to_owned();
        let unreachable = |source| unreachable(&shown, source);
        let link = Link::open(url, budget).await.map_err(unreachable)?;
        let rpc_client = RpcClient::new(link.clone());
        let rpc = LegacyRpcMethods::new(rpc_client.clone());
        let properties = rpc.system_properties().await.map_err(unreachable)?;
        let backend = Arc::new(LegacyBackend::builder().build(rpc_client));
        let client = OnlineClient::from_backend(backend).await.map_err(|source| {
            ChainError::Unreachable { url: shown.clone(), source: Box::new(source.into()) }
        })?;
        let chain = Self { url: shown, link, client, rpc, token: token(&properties) };
        chain.check_pallet().await.map_err(|error| match error {
            ChainError::Node { source, .. } => {
                ChainError::Unreachable { url: chain.url.clone(), source }
            }
            other => other,
        })?;
        Ok(chain)
    }

    /// Connects to the same node again, after the connection was lost.
    ///
    /// # Errors
    /// When no node answers, or one of another chain.
    pub async fn reconnect(&self) -> Result<(), ChainError> {
        let unreachable = |source| unreachable(&self.url, source);
        self.link.reopen().await.map_err(unreachable)?;
        let found = self.rpc.genesis_hash().await.map_err(unreachable)?;
        if found.0 == self.genesis_hash() {
            return Ok(());
        }
        Err(ChainError::OtherChain { url: self.url.clone(), was: self.genesis_hash(), is: found.0 })
    }

    /// Time limits for the node.
    pub fn budget(&self) -> &Budget {
        self.link.budget()
    }

    /// The node's address, as it may be [shown].
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The chain's token.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// Hash of block 0.
    pub fn genesis_hash(&self) -> [u8; 32] {
        self.client.genesis_hash().0
    }

    /// The chain at its best block.
    ///
    /// # Errors
    /// When the node does not answer.
    pub async fn best(&self) -> Result<AtBlock, ChainError> {
        let hash = self
            .rpc
            .chain_get_block_hash(None)
            .await
            .map_err(ChainError::node("reading the best block"))?;
        let hash = hash.ok_or_else(|| ChainError::NoBlocks { url: self.url.clone() })?;
        self.client.at_block(hash).await.map_err(ChainError::node("reading the best block"))
    }

    /// The chain at the block that includes a transaction.
    ///
    /// # Errors
    /// When the node does not answer, or has forgotten the block.
    pub async fn at(&self, included: &Included) -> Result<AtBlock, ChainError> {
        self.at_hash(included.block_hash).await
    }

    /// The chain at the block with this hash.
    ///
    /// # Errors
    /// When the node does not answer, or has forgotten the block.
    pub async fn at_hash(&self, hash: [u8; 32]) -> Result<AtBlock, ChainError> {
        let hash = subxt::utils::H256(hash);
        self.client
            .at_block(hash)
            .await
            .map_err(ChainError::node("reading the transaction's block"))
    }

    /// The chain at its finalised block.
    ///
    /// # Errors
    /// When the node does not answer.
    pub async fn finalized(&self) -> Result<AtBlock, ChainError> {
        self.client
            .at_current_block()
            .await
            .map_err(ChainError::node("reading the finalised block"))
    }

    /// The chain at the block of this number in the best chain, or `None` when there is none yet.
    ///
    /// # Errors
    /// When the node does not answer, or has forgotten the block.
    pub async fn at_number(&self, number: u64) -> Result<Option<AtBlock>, ChainError> {
        let doing = "reading a block by its number";
        let hash = self.rpc.chain_get_block_hash(Some(number.into())).await;
        let Some(hash) = hash.map_err(ChainError::node(doing))? else { return Ok(None) };
        self.client.at_block(hash).await.map(Some).map_err(ChainError::node(doing))
    }

    /// The most bytes of a payload on this chain.
    ///
    /// # Errors
    /// When the chain has no such constant.
    pub fn max_payload(at: &AtBlock) -> Result<u32, ChainError> {
        let constant = subxt::constants::dynamic::<u32>(PALLET, "MaxPayload");
        at.constants().entry(constant).map_err(ChainError::node("reading the limit of payloads"))
    }

    /// The most proofs of a batch on this chain.
    ///
    /// # Errors
    /// When the chain has no such constant: it takes no batches.
    pub fn max_batch(at: &AtBlock) -> Result<u32, ChainError> {
        let constant = subxt::constants::dynamic::<u32>(PALLET, "MaxBatch");
        at.constants().entry(constant).map_err(ChainError::node("reading the limit of batches"))
    }

    /// The next nonce of an account, with what waits in the node's pool counted.
    ///
    /// # Errors
    /// When the node does not answer.
    pub async fn next_nonce(&self, account: &AccountId32) -> Result<u64, ChainError> {
        self.rpc
            .system_account_next_index(account)
            .await
            .map_err(ChainError::node("reading the account's nonce"))
    }

    /// Hashes of the best and of the finalised block.
    ///
    /// # Errors
    /// When the node does not answer.
    pub async fn heads(&self) -> Result<[[u8; 32]; 2], ChainError> {
        let doing = || ChainError::node("reading the newest blocks");
        let best = self.rpc.chain_get_block_hash(None).await.map_err(doing())?;
        let best = best.ok_or_else(|| ChainError::NoBlocks { url: self.url.clone() })?;
        let finalized = self.rpc.chain_get_finalized_head().await.map_err(doing())?;
        Ok([best.0, finalized.0])
    }

    /// Keys of the storage that begin with `prefix`, at a block: at most `count`, in their order,
    /// behind `after`.
    ///
    /// # Errors
    /// When the node does not answer.
    pub async fn keys(
        &self,
        at: &AtBlock,
        prefix: &[u8],
        count: u32,
        after: Option<&[u8]>,
    ) -> Result<Vec<Vec<u8>>, ChainError> {
        let keys = self.rpc.state_get_keys_paged(prefix, count, after, Some(at.block_hash())).await;
        keys.map_err(ChainError::node("reading the chain's storage"))
    }

    /// Values of the storage at a block, by their keys, in one journey to the node. Those that are
    /// not there are left out.
    ///
    /// # Errors
    /// When the node does not answer.
    pub async fn values(
        &self,
        at: &AtBlock,
        keys: &[Vec<u8>],
    ) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, ChainError> {
        if keys.is_empty() {
            return Ok(BTreeMap::new());
        }
        let keys = keys.iter().map(Vec::as_slice);
        let sets = self.rpc.state_query_storage_at(keys, Some(at.block_hash())).await;
        let sets = sets.map_err(ChainError::node("reading the chain's storage"))?;
        let changes = sets.into_iter().flat_map(|set| set.changes);
        Ok(changes.filter_map(|(key, value)| Some((key.0, value?.0))).collect())
    }

    /// Sends a signed transaction and does not wait for it.
    ///
    /// # Errors
    /// The node's own words and numbers.
    pub async fn send(&self, bytes: &[u8]) -> Result<(), rpcs::Error> {
        self.rpc.author_submit_extrinsic(bytes).await.map(drop)
    }

    /// The encryption keys of provers, proved by the state of the block with this hash: the node's
    /// word counts for nothing in it.
    ///
    /// # Errors
    /// When the node has not got the block or its state, or what it answers does not prove the
    /// keys.
    pub async fn proved_keys(
        &self,
        block: [u8; 32],
        provers: &[AccountId32],
    ) -> Result<Vec<Option<EncryptionKey>>, ChainError> {
        let wrong = |reason: String| {
            ChainError::refusal(
                format!(
                    "the node at {} does not prove the encryption keys by the block {}: {reason}",
                    self.url,
                    hexadecimal::text(block)
                ),
                "nothing is encrypted or sent: give the hash of a recent finalised block of this chain, or ask another node",
            )
        };
        let hash = subxt::utils::H256(block);
        let header = self.rpc.chain_get_header(Some(hash)).await;
        let header = header.map_err(ChainError::node("reading a block's header"))?;
        let header = header.ok_or_else(|| wrong("it does not know such a block".into()))?;
        if blake2b_256(&header.encode()) != block {
            return Err(wrong("the header that it gives has another hash".into()));
        }
        let keys: Vec<Vec<u8>> = provers.iter().map(state_proof::prover_key).collect();
        let proof = self.rpc.state_get_read_proof(keys.iter().map(Vec::as_slice), Some(hash)).await;
        let proof = proof.map_err(|error| wrong(error.to_string()))?;
        let nodes: Vec<Vec<u8>> = proof.proof.into_iter().map(|bytes| bytes.0).collect();
        let key = |prover| state_proof::encryption_key(header.state_root.0, &nodes, prover);
        provers.iter().map(|prover| key(prover).map_err(|error| wrong(error.to_string()))).collect()
    }

    /// Hash of block 0, as the node says it now.
    ///
    /// # Errors
    /// When the node does not answer.
    pub async fn genesis_hash_now(&self) -> Result<[u8; 32], ChainError> {
        let hash =
            self.rpc.genesis_hash().await.map_err(ChainError::node("reading the genesis hash"))?;
        Ok(hash.0)
    }

    /// The transactions of the block of this number in the best chain, with the block's hash;
    /// `None` if there is none or the node has forgotten it.
    ///
    /// # Errors
    /// When the node does not answer.
    pub async fn transactions(
        &self,
        number: u64,
    ) -> Result<Option<([u8; 32], Vec<Vec<u8>>)>, ChainError> {
        let doing = || ChainError::node("reading the transactions of a block");
        let hash = self.rpc.chain_get_block_hash(Some(number.into())).await.map_err(doing())?;
        let Some(hash) = hash else { return Ok(None) };
        let block = self.rpc.chain_get_block(Some(hash)).await.map_err(doing())?;
        let Some(block) = block else { return Ok(None) };
        Ok(Some((hash.0, block.block.extrinsics.into_iter().map(|bytes| bytes.0).collect())))
    }

    /// Refuses chains that do not speak our protocol.
    async fn check_pallet(&self) -> Result<(), ChainError> {
        let best = self.best().await?;
        let wrong = |missing: String| ChainError::NotOurs {
            url: self.url.clone(),
            spec_version: best.spec_version(),
            missing,
        };
        let pallet = best.metadata_ref().pallet_by_name(PALLET);
        let pallet = pallet.ok_or_else(|| wrong(format!("pallet {PALLET}")))?;
        if let Some(call) = CALLS.iter().find(|call| pallet.call_variant_by_name(call).is_none()) {
            return Err(wrong(format!("call {PALLET}.{call}")));
        }
        let stored =
            |entry: &str| pallet.storage().is_some_and(|all| all.entry_by_name(entry).is_some());
        if let Some(entry) = STORED.iter().find(|entry| !stored(entry)) {
            return Err(wrong(format!("storage {PALLET}.{entry}")));
        }
        let layout = best.storage().storage_version(PALLET).await;
        match layout.map_err(ChainError::node("reading the version of the pallet's storage"))? {
            layout @ ..LAYOUT => {
                Err(ChainError::Layout { url: self.url.clone(), layout, known: LAYOUT })
            }
            _ => Ok(()),
        }
    }
}

/// The reason why nothing can be talked to at `url`: nothing is there, or something that is not a
/// node of such a chain.
fn unreachable(url: &str, source: rpcs::Error) -> ChainError {
    let what = match &source {
        rpcs::Error::User(answer) => Some(format!("it answers: {answer}")),
        rpcs::Error::Deserialization(error) => Some(format!("its answer cannot be read: {error}")),
        rpcs::Error::Client(error) => not_a_node(&error.to_string()),
        _ => None,
    };
    match what {
        Some(what) => ChainError::NotANode { url: url.into(), what },
        None => ChainError::Unreachable { url: url.into(), source: Box::new(source.into()) },
    }
}

/// The message of a failed handshake with a server that is not a node. The library has no
/// other form of it than words.
fn not_a_node(words: &str) -> Option<String> {
    // The URL was checked: one that is wrong now is where a web server leads to.
    let web = ["rejected with status code", "redirected with status code", "Invalid URL"];
    if web.iter().any(|part| words.contains(part)) {
        return Some(format!("it is a web server: {words}"));
    }
    let other = [
        "http parser error",
        "http version",
        "http request",
        "header ",
        "websocket key",
        "utf-8",
        "Parse error",
    ];
    other
        .iter()
        .any(|part| words.contains(part))
        .then(|| format!("it talks another protocol: {words}"))
}

/// The token of the chain's properties; 12 decimals and `UNIT` where the chain specification is
/// silent.
fn token(properties: &rpcs::methods::legacy::SystemProperties) -> Token {
    let symbol =
        properties.get("tokenSymbol").and_then(first).and_then(|v| v.as_str().map(str::to_owned));
    let decimals =
        properties.get("tokenDecimals").and_then(first).and_then(serde_json::Value::as_u64);
    Token {
        symbol: symbol.unwrap_or_else(|| "UNIT".into()),
        decimals: decimals.and_then(|d| u32::try_from(d).ok()).unwrap_or(12),
    }
}

/// Properties are values or lists of them.
fn first(value: &serde_json::Value) -> Option<&serde_json::Value> {
    match value {
        serde_json::Value::Array(values) => values.first(),
        value => Some(value),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::url::UrlError, *};

    fn of(json: serde_json::Value) -> Token {
        token(json.as_object().expect("an object"))
    }

    #[test]
    fn the_token_comes_from_the_chain_whether_listed_or_not() {
        let expected = Token { symbol: "ZK".into(), decimals: 10 };
        assert_eq!(of(serde_json::json!({"tokenSymbol": "ZK", "tokenDecimals": 10})), expected);
        assert_eq!(of(serde_json::json!({"tokenSymbol": ["ZK"], "tokenDecimals": [10]})), expected);
    }

    #[test]
    fn a_silent_chain_has_units_of_twelve_decimals() {
        assert_eq!(of(serde_json::json!({})), Token { symbol: "UNIT".into(), decimals: 12 });
    }

    #[tokio::test]
    async fn a_closed_port_is_named_with_the_remedy() {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|l| l.local_addr())
            .expect("a port")
            .port();
        let url = format!("ws://127.0.0.1:{port}");
        let error = Chain::connect(&url).await.err().expect("nobody listens");
        assert!(
            matches!(&error, ChainError::Unreachable { url: named, .. } if *named == url),
            "{error:?}"
        );
        assert!(error.hint().expect("a hint").contains("option `url`"));
    }

    #[tokio::test]
    async fn a_plain_connection_over_a_network_is_refused() {
        let error = Chain::connect("ws://192.0.2.1:9944").await.err().expect("refused");
        assert!(matches!(error, ChainError::Url(UrlError::Insecure { .. })), "{error:?}");
    }
}
