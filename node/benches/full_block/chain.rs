//! A chain in memory: the runtime in wasm, in the node's executor, on the development genesis.

use std::{
    borrow::Cow,
    time::{Duration, Instant},
};

use codec::{Decode, Encode};
use frame_support::{dispatch::DispatchClass, weights::constants::WEIGHT_REF_TIME_PER_NANOS};
use sc_executor::WasmExecutor;
use sp_consensus_aura::{AURA_ENGINE_ID, Slot};
use sp_core::traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode};
use sp_externalities::Externalities as _;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
    ApplyExtrinsicResult, BuildStorage, Digest, DigestItem,
    generic::Era,
    traits::Header as _,
    transaction_validity::{InvalidTransaction, TransactionValidityError},
};
use sp_state_machine::TestExternalities;
use zkinfer_runtime::{
    AccountId, Block, Hash, Header, Nonce, Runtime, RuntimeCall, SignedPayload, System,
    TxExtension, UncheckedExtrinsic, WASM_BINARY,
};

use crate::calls::Case;

type HostFunctions = (sp_io::SubstrateHostFunctions, sp_crypto_ec_utils::HostFunctionsRfc163);
type Externalities = TestExternalities<sp_core::Blake2Hasher>;

/// Number of the block that is filled.
pub const NUMBER: u32 = 2;
const SLOT: u64 = 1_000;

/// A block and what is in it.
pub struct Filled {
    /// The encoded block.
    pub block: Vec<u8>,
    /// The number of extrinsics that the case put into it.
    pub extrinsics: usize,
    /// The computation that their weight stands for.
    pub weight: Duration,
}

/// The state before the block, and an executor.
pub struct Chain {
    executor: WasmExecutor<HostFunctions>,
    state: Externalities,
    parent: Hash,
}

impl Chain {
    /// The development genesis, with what the case needs.
    pub fn new(case: &Case) -> Self {
        let spec = sc_service::GenericChainSpec::<()>::builder(code(), ())
            .with_genesis_config_preset_name(sp_genesis_builder::DEV_RUNTIME_PRESET)
            .build();
        let mut state = Externalities::new(spec.build_storage().expect("the development genesis"));
        let genesis = Hash::repeat_byte(7);
        let parent = Hash::repeat_byte(8);
        state.execute_with(|| {
            System::set_block_number(NUMBER - 1);
            frame_system::BlockHash::<Runtime>::insert(0, genesis);
            (case.prepare)(case.most);
            System::reset_events();
        });
        state.commit_all().expect("changes in memory");
        Self { executor: WasmExecutor::builder().build(), state, parent }
    }

    /// Builds a block with as many of the case's extrinsics as it holds.
    pub fn fill(&mut self, case: &Case) -> Filled {
        let signed: Vec<UncheckedExtrinsic> = self.state.execute_with(|| {
            let call = |index| (case.call)(index);
            (0..case.most).map(|index| sign(case.signer, index, call(index))).collect()
        });
        self.state.ext().storage_start_transaction();
        let header = Header::new(
            NUMBER,
            Hash::default(),
            Hash::default(),
            self.parent,
            Digest { logs: vec![slot()] },
        );
        self.call("Core_initialize_block", &header);
        let mut extrinsics = vec![timestamp()];
        assert!(self.apply(&extrinsics[0]), "the time fits into a block");
        let before = self.weight();
        for extrinsic in signed {
            if !self.apply(&extrinsic) {
                break;
            }
            extrinsics.push(extrinsic);
        }
        let weight = self.weight() - before;
        let count = extrinsics.len() - 1;
        assert!(count < case.most as usize, "{}: {count} are too few to fill a block", case.name);
        let header = Header::decode(&mut &self.call("BlockBuilder_finalize_block", &())[..])
            .expect("a header");
        self.state.ext().storage_rollback_transaction().expect("a transaction");
        Filled { block: Block { header, extrinsics }.encode(), extrinsics: count, weight }
    }

    /// Executes a block on the state before it, and forgets what it did.
    pub fn execute(&mut self, block: &[u8]) -> Duration {
        self.state.ext().storage_start_transaction();
        let start = Instant::now();
        self.call_bytes("Core_execute_block", block);
        let time = start.elapsed();
        self.state.ext().storage_rollback_transaction().expect("a transaction");
        time
    }

    /// Returns `true` if the block had room for it. What had none leaves no trace, as with a
    /// block's author.
    fn apply(&mut self, extrinsic: &UncheckedExtrinsic) -> bool {
        self.state.ext().storage_start_transaction();
        let answer = self.call("BlockBuilder_apply_extrinsic", extrinsic);
        match ApplyExtrinsicResult::decode(&mut &answer[..]).expect("a result") {
            Ok(outcome) => {
                outcome.expect("an extrinsic that succeeds");
                self.state.ext().storage_commit_transaction().expect("a transaction");
                true
            }
            Err(TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources)) => {
                self.state.ext().storage_rollback_transaction().expect("a transaction");
                false
            }
            Err(error) => panic!("an extrinsic is invalid: {error:?}"),
        }
    }

    fn weight(&mut self) -> Duration {
        let used = self.state.execute_with(|| *System::block_weight().get(DispatchClass::Normal));
        Duration::from_nanos(used.ref_time() / WEIGHT_REF_TIME_PER_NANOS)
    }

    fn call(&mut self, method: &str, argument: &impl Encode) -> Vec<u8> {
        self.call_bytes(method, &argument.encode())
    }

    fn call_bytes(&mut self, method: &str, argument: &[u8]) -> Vec<u8> {
        let fetcher = WrappedRuntimeCode(Cow::Borrowed(code()));
        let code = RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash: vec![1] };
        let (answer, _) = self.executor.call(
            &mut self.state.ext(),
            &code,
            method,
            argument,
            CallContext::Offchain,
        );
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }
}

/// The computation that a block may do in all.
pub fn limit() -> Duration {
    let most = <Runtime as frame_system::Config>::BlockWeights::get().max_block;
    Duration::from_nanos(most.ref_time() / WEIGHT_REF_TIME_PER_NANOS)
}

fn code() -> &'static [u8] {
    WASM_BINARY.expect("a build with the wasm runtime; SKIP_WASM_BUILD must not be set")
}

fn slot() -> DigestItem {
    DigestItem::PreRuntime(AURA_ENGINE_ID, Slot::from(SLOT).encode())
}

fn timestamp() -> UncheckedExtrinsic {
    let now = SLOT * zkinfer_runtime::MILLI_SECS_PER_BLOCK;
    UncheckedExtrinsic::new_bare(RuntimeCall::Timestamp(pallet_timestamp::Call::set { now }))
}

/// A signed extrinsic that never expires.
fn sign(signer: Sr25519Keyring, nonce: Nonce, call: RuntimeCall) -> UncheckedExtrinsic {
    let extension: TxExtension = (
        frame_system::AuthorizeCall::new(),
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckEra::from(Era::Immortal),
        frame_system::CheckNonce::from(nonce),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(0),
        pallet_inference::PrioritizeProofs::new(),
        frame_metadata_hash_extension::CheckMetadataHash::new(false),
        frame_system::WeightReclaim::new(),
    );
    let payload = SignedPayload::new(call, extension).expect("a payload that can be signed");
    let signature = payload.using_encoded(|bytes| signer.sign(bytes));
    let (call, extension, _) = payload.deconstruct();
    let address: AccountId = signer.to_account_id();
    UncheckedExtrinsic::new_signed(call, address.into(), signature.into(), extension)
}
