//! Raw extrinsics, events and balances, without a line of the client's code.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use subxt::{
    OnlineClient, OnlineClientAtBlock, SubstrateConfig,
    backend::LegacyBackend,
    config::{RpcConfigFor, substrate::SubstrateExtrinsicParamsBuilder},
    dynamic::{self, Value},
    error::DispatchError,
    ext::{
        frame_decode::helpers::{IntoDecodableValues, IntoEncodableValues},
        scale_decode::DecodeAsType,
        scale_value::{Composite, Primitive, ValueDef},
    },
    rpcs::{
        LegacyRpcMethods, RpcClient,
        client::{RpcParams, rpc_params},
    },
    transactions::{DynamicPayload, TransactionInvalid, TransactionStatus, ValidationResult},
    utils::AccountId32,
};
use subxt_signer::{SecretUri, sr25519::Keypair};
use zkinfer_primitives::SubmissionFault;

/// Arguments by name.
pub type Arguments = Composite<()>;

/// A connection to one node.
pub struct Chain {
    client: OnlineClient<SubstrateConfig>,
    rpc: RpcClient,
    legacy: LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>,
}

/// The result of an extrinsic.
#[derive(Debug)]
pub struct Outcome {
    /// The block that includes it.
    pub block: u64,
    /// The fee that the signer paid, from the event.
    pub fee: u128,
    /// Its events, in order.
    pub events: Vec<Event>,
    /// `Pallet::Error`, if its call failed.
    pub error: Option<String>,
}

/// An event with its fields.
#[derive(Clone, Debug)]
pub struct Event {
    /// `Pallet.Event`.
    pub name: String,
    fields: Arguments,
}

/// An account's money.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balances {
    /// The spendable balance.
    pub free: u128,
    /// The held amounts, by reason: `Inference.Bond` and so on.
    pub held: BTreeMap<String, u128>,
}

impl Balances {
    /// Free and held together.
    pub fn total(&self) -> u128 {
        self.free + self.held.values().sum::<u128>()
    }

    /// Returns the amount held for one reason.
    pub fn held(&self, reason: &str) -> u128 {
        self.held.get(reason).copied().unwrap_or_default()
    }
}

/// The key pair of a development account: `//Alice`.
///
/// # Panics
/// When the name is none.
pub fn keypair(name: &str) -> Keypair {
    let uri: SecretUri = name.parse().expect("a development name");
    Keypair::from_uri(&uri).expect("a development name")
}

/// The account of a development name.
pub fn account(name: &str) -> AccountId32 {
    keypair(name).public_key().to_account_id()
}

impl Chain {
    /// Connects to a node.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn connect(url: &str) -> Self {
        let rpc = RpcClient::from_url(url).await.expect("the node listens");
        let legacy = LegacyRpcMethods::new(rpc.clone());
        let backend = std::sync::Arc::new(LegacyBackend::builder().build(rpc.clone()));
        let client = OnlineClient::from_backend(backend).await.expect("the node answers");
        Self { client, rpc, legacy }
    }

    /// The chain at its best block.
    ///
    /// # Panics
    /// When the node does not answer.
    pub async fn best(&self) -> OnlineClientAtBlock<SubstrateConfig> {
        let hash = self
            .legacy
            .chain_get_block_hash(None)
            .await
            .expect("the node answers")
            .expect("a best block");
        self.client.at_block(hash).await.expect("the best block can be read")
    }

    /// The chain at one of its blocks.
    ///
    /// # Panics
    /// When there is none with this number.
    pub async fn at(&self, block: u64) -> OnlineClientAtBlock<SubstrateConfig> {
        self.client.at_block(block).await.expect("the block can be read")
    }

    /// Number of the last finalised block.
    ///
    /// # Panics
    /// When the node does not answer.
    pub async fn finalised(&self) -> u64 {
        let hash = self.rpc("chain_getFinalizedHead", rpc_params![]).await;
        let header = self.rpc("chain_getHeader", rpc_params![hash]).await;
        let number = header["number"].as_str().and_then(|text| text.strip_prefix("0x"));
        u64::from_str_radix(number.expect("a number"), 16).expect("a number")
    }

    /// Hash and state root of the block with this number.
    ///
    /// # Panics
    /// When there is none.
    pub async fn roots(&self, block: u64) -> (Json, Json) {
        let hash = self.rpc("chain_getBlockHash", rpc_params![block]).await;
        let header = self.rpc("chain_getHeader", rpc_params![&hash]).await;
        assert!(header["stateRoot"].is_string(), "block {block} has no state root: {header}");
        (hash, header["stateRoot"].clone())
    }

    /// Returns the node's answer to a method of its RPC.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn rpc(&self, method: &str, parameters: RpcParams) -> Json {
        self.rpc
            .request(method, parameters)
            .await
            .unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Number of the best block.
    pub async fn block(&self) -> u64 {
        self.best().await.block_number()
    }

    /// Makes empty blocks until the best block has this number.
    ///
    /// # Panics
    /// When the chain is beyond it already, or a block cannot be made.
    pub async fn advance_to(&self, number: u64) {
        let now = self.block().await;
        assert!(now <= number, "block {number} is past: the chain is at {now}");
        for _ in now..number {
            self.rpc("engine_createBlock", rpc_params![true, true]).await;
        }
    }

    /// A constant of the inference pallet.
    ///
    /// # Panics
    /// When there is no item of this name and type.
    pub async fn constant<T: DecodeAsType>(&self, pallet: &str, name: &str) -> T {
        let best = self.best().await;
        best.constants().entry(dynamic::constant::<T>(pallet, name)).expect(name)
    }

    /// A value of the inference pallet's storage, or its default.
    ///
    /// # Panics
    /// When there is no item of this name.
    pub async fn stored<K>(&self, name: &str, key: K) -> Value
    where
        K: IntoEncodableValues + IntoDecodableValues,
    {
        let address = dynamic::storage::<K, Value>("Inference", name);
        let best = self.best().await;
        best.storage().fetch(address, key).await.expect(name).decode().expect("a value")
    }

    /// One of the market's parameters, by its field's name.
    ///
    /// # Panics
    /// When there is none.
    pub async fn parameter(&self, name: &str) -> u128 {
        let parameters = self.stored("Parameters", ()).await;
        field(&parameters, name).unwrap_or_else(|| panic!("no number {name} in {parameters}"))
    }

    /// Changes one of the market's parameters, as the governing origin may; returns what it was.
    ///
    /// # Panics
    /// When there is no item of this name, or it must not have this value.
    pub async fn set_parameter(&self, name: &str, value: u128) -> u128 {
        let before = self.parameter(name).await;
        let mut parameters = self.stored("Parameters", ()).await;
        if let ValueDef::Composite(Composite::Named(fields)) = &mut parameters.value {
            let changed = fields.iter_mut().filter(|(field, _)| field == name);
            changed.for_each(|(_, field)| *field = Value::u128(value));
        }
        let call = Value::named_variant("force_set_parameters", [("parameters", parameters)]);
        let call = Value::unnamed_variant("Inference", [call]);
        let outcome =
            self.send("//Alice", "Sudo", "sudo", Composite::named([("call", call)])).await;
        assert!(outcome.has("Inference.ParametersSet"), "{outcome:#?}");
        before
    }

    /// Takes the first chunk of Halo2's generators and the Lagrange points of 2^k rows out of the
    /// storage, as the governing origin can; returns how many items that were.
    ///
    /// # Panics
    /// When the storage cannot be read or changed.
    pub async fn remove_generators(&self, k: u64) -> usize {
        let best = self.best().await;
        let mut keys = Vec::new();
        let chunks = dynamic::storage::<(u32,), ()>("Inference", "GeneratorChunks");
        let mut entries = best.storage().iter(chunks, ()).await.expect("readable");
        while let Some(entry) = entries.next().await {
            let entry = entry.expect("readable");
            let (index,) = entry.key().expect("a key").decode().expect("a number");
            keys.extend((index == 0).then(|| Value::from_bytes(entry.key_bytes())));
        }
        let lagrange = dynamic::storage::<(u8,), ()>("Inference", "LagrangeGenerators");
        let mut entries = best.storage().iter(lagrange, ()).await.expect("readable");
        while let Some(entry) = entries.next().await {
            let entry = entry.expect("readable");
            let (of,) = entry.key().expect("a key").decode().expect("a number");
            keys.extend((u64::from(of) == k).then(|| Value::from_bytes(entry.key_bytes())));
        }
        let count = keys.len();
        let call = Value::named_variant("kill_storage", [("keys", Value::unnamed_composite(keys))]);
        let call = Value::unnamed_variant("System", [call]);
        let outcome =
            self.send("//Alice", "Sudo", "sudo", Composite::named([("call", call)])).await;
        assert_eq!(outcome.error, None, "{outcome:#?}");
        count
    }

    /// An account's money.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn balances(&self, account: &AccountId32) -> Balances {
        self.balances_at(&self.best().await, account).await
    }

    /// An account's money at a block.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn balances_at(
        &self,
        at: &OnlineClientAtBlock<SubstrateConfig>,
        account: &AccountId32,
    ) -> Balances {
        #[derive(DecodeAsType)]
        #[decode_as_type(crate_path = "subxt::ext::scale_decode")]
        struct Info {
            data: Data,
        }
        #[derive(DecodeAsType)]
        #[decode_as_type(crate_path = "subxt::ext::scale_decode")]
        struct Data {
            free: u128,
            reserved: u128,
        }
        let info = dynamic::storage::<([u8; 32],), Info>("System", "Account");
        let info = at
            .storage()
            .fetch(info, (account.0,))
            .await
            .expect("readable")
            .decode()
            .expect("known shape");
        let holds = dynamic::storage::<([u8; 32],), Vec<Hold>>("Balances", "Holds");
        let holds = at.storage().try_fetch(holds, (account.0,)).await.expect("readable");
        let holds = holds.map(|holds| holds.decode().expect("known shape")).unwrap_or_default();
        let held: BTreeMap<_, _> =
            holds.into_iter().map(|hold| (reason(&hold.id), hold.amount)).collect();
        assert_eq!(
            info.data.reserved,
            held.values().sum::<u128>(),
            "everything reserved is held for a reason"
        );
        Balances { free: info.data.free, held }
    }

    /// All the money there is.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn issuance(&self) -> u128 {
        self.issuance_at(&self.best().await).await
    }

    /// All the money there is at a block.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn issuance_at(&self, at: &OnlineClientAtBlock<SubstrateConfig>) -> u128 {
        let address = dynamic::storage::<(), u128>("Balances", "TotalIssuance");
        at.storage().fetch(address, ()).await.expect("readable").decode().expect("known shape")
    }

    /// Signs and sends a call of any pallet and waits for its block.
    ///
    /// # Panics
    /// When the node refuses the extrinsic.
    pub async fn send(
        &self,
        signer: &str,
        pallet: &str,
        call: &str,
        arguments: Arguments,
    ) -> Outcome {
        self.try_send(signer, pallet, call, arguments).await.expect("the node takes the extrinsic")
    }

    /// Signs and sends a call of any pallet and waits for its block.
    ///
    /// # Errors
    /// When the node refuses the extrinsic before a block.
    ///
    /// # Panics
    /// When the node cannot be spoken to.
    pub async fn try_send(
        &self,
        signer: &str,
        pallet: &str,
        call: &str,
        arguments: Arguments,
    ) -> Result<Outcome, String> {
        let pair = keypair(signer);
        let account = pair.public_key().to_account_id();
        let best = self.best().await;
        let nonce =
            self.legacy.system_account_next_index(&account).await.expect("the node answers");
        let params = SubstrateExtrinsicParamsBuilder::<SubstrateConfig>::new()
            .nonce(nonce)
            .immortal()
            .build();
        let call = DynamicPayload::new(pallet, call, arguments);
        let mut signable =
            best.transactions().create_signable_offline(&call, params).expect("the call exists");
        let transaction = signable.sign(&pair).expect("it can be signed");
        // The node's own words say less than the runtime's.
        if let ValidationResult::Invalid(invalid) =
            transaction.validate().await.map_err(|error| error.to_string())?
        {
            return Err(match invalid {
                TransactionInvalid::Custom(code) => match SubmissionFault::from_code(code) {
                    Some(fault) => fault.name().to_owned(),
                    None => format!("custom {code}"),
                },
                other => format!("{other:?}"),
            });
        }
        let mut progress =
            transaction.submit_and_watch().await.map_err(|error| error.to_string())?;
        while let Some(status) = progress.next().await {
            match status.map_err(|error| error.to_string())? {
                TransactionStatus::InBestBlock(block)
                | TransactionStatus::InFinalizedBlock(block) => {
                    let at = block.at().await.expect("its block can be read");
                    let events = block.fetch_events().await.expect("its events can be read");
                    return Ok(outcome(&at, &events));
                }
                TransactionStatus::Error { message }
                | TransactionStatus::Invalid { message }
                | TransactionStatus::Dropped { message } => return Err(message),
                _ => {}
            }
        }
        Err("the node stopped reporting".into())
    }

    /// Signs so many calls with a tip, under successive nonces, and sends them without waiting for
    /// a block.
    ///
    /// # Panics
    /// When the node refuses one.
    pub async fn flood(
        &self,
        signer: &str,
        pallet: &str,
        call: &str,
        arguments: &Arguments,
        tip: u128,
        count: usize,
    ) {
        let pair = keypair(signer);
        let best = self.best().await;
        let next = self.legacy.system_account_next_index(&pair.public_key().to_account_id()).await;
        let next = next.expect("the node answers");
        for nonce in (next..).take(count) {
            let params = SubstrateExtrinsicParamsBuilder::<SubstrateConfig>::new();
            let params = params.nonce(nonce).tip(tip).immortal().build();
            let call = DynamicPayload::new(pallet, call, arguments.clone());
            let mut signable = best
                .transactions()
                .create_signable_offline(&call, params)
                .expect("the call exists");
            let transaction = signable.sign(&pair).expect("it can be signed");
            let bytes = format!("0x{}", hex::encode(transaction.encoded()));
            self.rpc("author_submitExtrinsic", rpc_params![bytes]).await;
        }
    }

    /// Returns the number of transactions that wait for a block.
    ///
    /// # Panics
    /// When the node does not answer.
    pub async fn pending(&self) -> usize {
        let pending = self.rpc("author_pendingExtrinsics", rpc_params![]).await;
        pending.as_array().expect("a list").len()
    }

    /// The events of one block's extrinsics, for extrinsics that the client sent.
    ///
    /// # Panics
    /// When they cannot be read.
    pub async fn events(&self, block: u64) -> Vec<Event> {
        let at = self.at(block).await;
        at.events()
            .fetch()
            .await
            .expect("its events can be read")
            .iter()
            .map(|e| event(&e.expect("known")))
            .collect()
    }
}

impl Outcome {
    /// The only event of that name.
    ///
    /// # Panics
    /// When there is none or more than one.
    pub fn event(&self, name: &str) -> &Event {
        let mut found = self.events.iter().filter(|event| event.name == name);
        match (found.next(), found.next()) {
            (Some(event), None) => event,
            _ => panic!("not exactly one {name} in {:#?}", self.events),
        }
    }

    /// Returns `true` if there is an event of that name.
    pub fn has(&self, name: &str) -> bool {
        self.events.iter().any(|event| event.name == name)
    }
}

impl Event {
    /// A field's value as text.
    ///
    /// # Panics
    /// When the event has no such field.
    pub fn field(&self, name: &str) -> &Value {
        match &self.fields {
            Composite::Named(fields) => {
                &fields
                    .iter()
                    .find(|(field, _)| field == name)
                    .unwrap_or_else(|| panic!("{name} in {self:?}"))
                    .1
            }
            Composite::Unnamed(_) => panic!("{self:?} has no named fields"),
        }
    }

    /// A field that is a number.
    ///
    /// # Panics
    /// When it is none.
    pub fn number(&self, name: &str) -> u128 {
        match &self.field(name).value {
            ValueDef::Primitive(Primitive::U128(number)) => *number,
            other => panic!("{name} is {other:?}"),
        }
    }

    /// A field that is an account or a hash: its 32 bytes.
    ///
    /// # Panics
    /// When it is none.
    pub fn bytes(&self, name: &str) -> [u8; 32] {
        let mut bytes = Vec::new();
        flatten(&self.field(name).value, &mut bytes);
        bytes.try_into().unwrap_or_else(|other: Vec<u8>| panic!("{name} has {} bytes", other.len()))
    }

    /// The name of the variant that a field is.
    ///
    /// # Panics
    /// When it is no variant.
    pub fn variant(&self, name: &str) -> &str {
        match &self.field(name).value {
            ValueDef::Variant(variant) => &variant.name,
            other => panic!("{name} is {other:?}"),
        }
    }
}

/// The numbers of nested tuples and sequences, as bytes.
fn flatten(value: &ValueDef<()>, bytes: &mut Vec<u8>) {
    match value {
        ValueDef::Primitive(Primitive::U128(number)) => bytes.extend(u8::try_from(*number)),
        ValueDef::Composite(values) => {
            values.values().for_each(|value| flatten(&value.value, bytes))
        }
        _ => {}
    }
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Hold {
    id: Value,
    amount: u128,
}

/// `Inference.Bond` for the runtime's `RuntimeHoldReason::Inference(HoldReason::Bond)`.
fn reason(value: &Value) -> String {
    let ValueDef::Variant(outer) = &value.value else { return format!("{value}") };
    match outer.values.values().next().map(|inner| &inner.value) {
        Some(ValueDef::Variant(inner)) => format!("{}.{}", outer.name, inner.name),
        _ => outer.name.clone(),
    }
}

fn event(event: &subxt::events::Event<'_, SubstrateConfig>) -> Event {
    let fields = event.decode_fields_unchecked_as::<Arguments>().expect("fields of a known event");
    Event { name: format!("{}.{}", event.pallet_name(), event.event_name()), fields }
}

fn outcome(
    at: &OnlineClientAtBlock<SubstrateConfig>,
    events: &subxt::extrinsics::ExtrinsicEvents<SubstrateConfig>,
) -> Outcome {
    let mut error = None;
    let mut list = Vec::new();
    for item in events.iter() {
        let item = item.expect("a known event");
        if (item.pallet_name(), item.event_name()) == ("System", "ExtrinsicFailed") {
            error = Some(match DispatchError::decode_from(item.field_bytes(), at.metadata()) {
                Ok(DispatchError::Module(module)) => module.details_string(),
                Ok(other) => other.to_string(),
                Err(unknown) => unknown.to_string(),
            });
        }
        list.push(event(&item));
    }
    let fee = list.iter().find(|event| event.name == "TransactionPayment.TransactionFeePaid");
    Outcome {
        block: at.block_number(),
        fee: fee.map(|event| event.number("actual_fee")).unwrap_or_default(),
        events: list,
        error,
    }
}

/// A field of a value, by its name.
pub fn part(value: &Value, name: &str) -> Option<Value> {
    let ValueDef::Composite(Composite::Named(fields)) = &value.value else { return None };
    fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone())
}

/// A field that is a number, or a number in a wrapper such as `Perbill`.
fn field(value: &Value, name: &str) -> Option<u128> {
    match &part(value, name)?.value {
        ValueDef::Primitive(Primitive::U128(number)) => Some(*number),
        ValueDef::Composite(Composite::Unnamed(inner)) => match &inner.first()?.value {
            ValueDef::Primitive(Primitive::U128(number)) => Some(*number),
            _ => None,
        },
        _ => None,
    }
}
