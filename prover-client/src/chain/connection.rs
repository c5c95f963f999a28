//! The connection to a node: its chain, its token, and its state at the best block.
//!
//! Everything is read at the *best* block, since a person who has just seen a transaction included wants to act
//! on it; commands that need more wait for finality (`--finalized`).

use std::collections::BTreeMap;

use subxt::{
    OnlineClient, OnlineClientAtBlock, SubstrateConfig,
    backend::LegacyBackend,
    config::RpcConfigFor,
    rpcs::{self, LegacyRpcMethods, RpcClient},
    utils::AccountId32,
};

use super::{amount::Token, error::ChainError, submit::Included};

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
    client: OnlineClient<SubstrateConfig>,
    rpc: LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>,
    token: Token,
}

/// A node's URL without user, password, path and query: those who offer nodes put their customers' keys there, and errors and logs are
/// shown around.
pub fn shown(url: &str) -> String {
    let is_scheme = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c));
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => (format!("{scheme}://"), rest),
        _ => (String::new(), url),
    };
    let ends = ['/', '?', '#', '\\'];
    let (authority, after) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
    // A password with one of these in it: where the host begins cannot be told.
    if after.contains('@') {
        return format!("{scheme}…");
    }
    let host = authority.rsplit('@').next().unwrap_or_default();
    let hidden = if after.trim_end_matches(['/', '\\']).is_empty() { "" } else { "/…" };
    format!("{scheme}{host}{hidden}")
}

impl Chain {
    /// Connects to the node at `url` and checks that its chain can be spoken to.
    ///
    /// # Errors
    /// When the URL is none or would send data in the clear over a network, when no node answers, and when the
    /// chain has no pallet or calls of ours.
    pub async fn connect(url: &str) -> Result<Self, ChainError> {
        let shown = shown(url);
        let unreachable = |source: rpcs::Error| match source {
            rpcs::Error::InsecureUrl(_) => ChainError::InsecureUrl { url: shown.clone() },
            source => ChainError::Unreachable { url: shown.clone(), source: Box::new(source.into()) },
        };
        let rpc_client = RpcClient::from_url(url).await.map_err(unreachable)?;
        let rpc = LegacyRpcMethods::new(rpc_client.clone());
        let properties = rpc.system_properties().await.map_err(unreachable)?;
        let backend = std::sync::Arc::new(LegacyBackend::builder().build(rpc_client));
        let client = OnlineClient::from_backend(backend).await.map_err(|source| ChainError::Unreachable {
            url: shown.clone(),
            source: Box::new(source.into()),
        })?;
        let chain = Self { url: shown, client, rpc, token: token(&properties) };
        chain.check_pallet().await?;
        Ok(chain)
    }

    /// Where the node listens, as it may be [shown].
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
        let hash =
            self.rpc.chain_get_block_hash(None).await.map_err(ChainError::node("reading the best block"))?;
        let hash = hash.ok_or_else(|| ChainError::NoBlocks { url: self.url.clone() })?;
        self.client.at_block(hash).await.map_err(ChainError::node("reading the best block"))
    }

    /// The chain at the block that includes a transaction.
    ///
    /// # Errors
    /// When the node does not answer, or has forgotten the block.
    pub async fn at(&self, included: &Included) -> Result<AtBlock, ChainError> {
        let hash = subxt::utils::H256(included.block_hash);
        self.client.at_block(hash).await.map_err(ChainError::node("reading the transaction's block"))
    }

    /// The chain at its finalised block.
    ///
    /// # Errors
    /// When the node does not answer.
    pub async fn finalized(&self) -> Result<AtBlock, ChainError> {
        self.client.at_current_block().await.map_err(ChainError::node("reading the finalised block"))
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

    /// Keys of the storage that begin with `prefix`, at a block: at most `count`, in their order, behind `after`.
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

    /// Values of the storage at a block, by their keys, in one journey to the node. Those that are not there are left out.
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
        let stored = |entry: &str| pallet.storage().is_some_and(|all| all.entry_by_name(entry).is_some());
        if let Some(entry) = STORED.iter().find(|entry| !stored(entry)) {
            return Err(wrong(format!("storage {PALLET}.{entry}")));
        }
        let layout = best.storage().storage_version(PALLET).await;
        match layout.map_err(ChainError::node("reading the version of the pallet's storage"))? {
            layout @ ..LAYOUT => Err(ChainError::Layout { url: self.url.clone(), layout, known: LAYOUT }),
            _ => Ok(()),
        }
    }
}

/// The token of the chain's properties; 12 decimals and `UNIT` where the chain specification is silent.
fn token(properties: &rpcs::methods::legacy::SystemProperties) -> Token {
    let symbol = properties.get("tokenSymbol").and_then(first).and_then(|v| v.as_str().map(str::to_owned));
    let decimals = properties.get("tokenDecimals").and_then(first).and_then(serde_json::Value::as_u64);
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
    use super::*;

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

    #[test]
    fn what_is_secret_in_a_url_is_not_shown() {
        for (url, wanted) in [
            ("ws://127.0.0.1:9944", "ws://127.0.0.1:9944"),
            ("wss://node.example/", "wss://node.example"),
            ("wss://node.example/v3/s3cret", "wss://node.example/…"),
            ("wss://me:s3cret@node.example:443?key=s3cret", "wss://node.example:443/…"),
            ("ws://[::1]:9944/#s3cret", "ws://[::1]:9944/…"),
            ("wss://node.example\\v3\\s3cret", "wss://node.example/…"),
            ("node.example/s3cret?to=wss://x", "node.example/…"),
            ("wss:/node.example/s3cret", "wss:/…"),
            ("wss://me:pa/s3cret@node.example", "wss://…"),
            ("nonsense", "nonsense"),
            ("", ""),
        ] {
            assert_eq!(shown(url), wanted, "{url}");
        }
    }

    #[tokio::test]
    async fn a_closed_port_is_named_with_the_remedy() {
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
        let url = format!("ws://127.0.0.1:{port}");
        let error = Chain::connect(&url).await.err().expect("nobody listens");
        assert!(matches!(&error, ChainError::Unreachable { url: named, .. } if *named == url), "{error:?}");
        assert!(error.hint().expect("a hint").contains("--url"));
    }

    #[tokio::test]
    async fn a_plain_connection_over_a_network_is_refused() {
        let error = Chain::connect("ws://192.0.2.1:9944").await.err().expect("refused");
        assert!(matches!(error, ChainError::InsecureUrl { .. }), "{error:?}");
    }
}
